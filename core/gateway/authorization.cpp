// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/authorization.h"

#include "core/base/text.h"
#include "core/gateway/answer.h"
#include "core/gateway/policy.h"
#include "core/gateway/socketevent.h"
#include "core/gateway/token.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxKnown = 1000;

/// The value of `header.Authorization` and its like; empty where it is not there.
QString identityValue(const Call &call, const QString &source)
{
    const QString place = source.section(u'.', 0, 0);
    const QString name = source.section(u'.', 1);
    if (place == "header"_L1)
        return QString::fromUtf8(call.request.header(name.toUtf8()));
    if (place == "querystring"_L1) {
        const auto query = queryOf(call.request);
        for (const auto &[key, value] : query) {
            if (key == name)
                return value;
        }
        return {};
    }
    if (place == "stageVariables"_L1)
        return call.api->stageVariables.value(name).toString();
    // What the context holds is the gateway's own, and there.
    return place == "context"_L1 ? name : QString();
}

http::Response unauthorized(ApiKind kind)
{
    return refusal(kind, 401, "Unauthorized", kind == ApiKind::Rest ? "UnauthorizedException" : "");
}

http::Response forbidden(ApiKind kind, Access access = Access::NotAllowed)
{
    if (kind != ApiKind::Rest)
        return refusal(kind, 403, "Forbidden");
    // The one body of the gateway whose key is written so, as recorded from the service.
    const QByteArray more = access == Access::Denied ? " with an explicit deny in an identity-based policy" : "";
    return {403, {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", "AccessDeniedException"}}, QByteArray(R"({"Message":"User is not authorized to access this resource)" + more + R"("})")};
}

http::Response failed(ApiKind kind)
{
    return kind == ApiKind::Rest ? http::Response{500, {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", "AuthorizerConfigurationException"}}, R"({"message":null})"}
                                 : refusal(kind, 500, "Internal Server Error");
}

QJsonObject iamCaller(const Call &call)
{
    return {{u"accessKey"_s, accessKeyOf(call.request)}, {u"accountId"_s, call.account}, {u"callerId"_s, u"local"_s}, {u"cognitoIdentity"_s, QJsonValue::Null}, {u"principalOrgId"_s, QJsonValue::Null}, {u"userArn"_s, userArnOf(call)}, {u"userId"_s, u"local"_s}};
}

/// Only plain values, as text.
QJsonObject plainContext(const QJsonObject &context)
{
    QJsonObject plain;
    for (auto it = context.begin(); it != context.end(); ++it) {
        if (it->isString() || it->isBool() || it->isDouble())
            plain.insert(it.key(), it->toVariant().toString());
    }
    return plain;
}

} // namespace

Authorization::Authorization(runtime::Pool &pool, const GatewaySource &source, const sys::Clock &clock)
    : m_pool(pool)
    , m_source(source)
    , m_clock(clock)
{
}

void Authorization::check(const Call &call, std::function<void(Verdict)> done)
{
    const ApiKind kind = call.api->kind;
    if (!call.route().authorizer || call.route().authorizer->type == Authorizer::Type::Absent)
        return done({});
    const Authorizer &authorizer = *call.route().authorizer;
    if (authorizer.type == Authorizer::Type::Iam) {
        // Whose signature it is makes no difference here; that there is one does.
        const bool isSigned = call.request.header("Authorization").startsWith("AWS4-HMAC-SHA256 ") || call.request.query.contains("X-Amz-Signature=");
        // A REST API tells it in its own place.
        if (isSigned)
            return done({{}, kind == ApiKind::Rest ? QJsonObject() : QJsonObject{{u"iam"_s, iamCaller(call)}}});
        return done({kind == ApiKind::Rest ? noRoute(kind) : kind == ApiKind::FunctionUrl ? refusal(kind, 403, "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html", "AccessDeniedException")
                                                                                        : refusal(kind, 403, "Forbidden"), {}});
    }
    QStringList identity;
    for (const QString &source : authorizer.identity) {
        identity << identityValue(call, source);
        if (identity.last().isEmpty())
            return done({unauthorized(kind), {}});
    }
    if (!authorizer.validation.isEmpty() && !QRegularExpression(QRegularExpression::anchoredPattern(authorizer.validation)).match(identity.value(0)).hasMatch())
        return done({unauthorized(kind), {}});
    if (authorizer.type == Authorizer::Type::Jwt || authorizer.type == Authorizer::Type::Cognito)
        return done(checkOwner(call, identity.value(0)));
    askFunction(call, identity, std::move(done));
}

Verdict Authorization::checkOwner(const Call &call, const QString &token)
{
    const ApiKind kind = call.api->kind;
    const auto keys = m_keys.read(m_source.tokenKeyFile());
    // Without the keys that are meant nobody comes in. The service has no such fault, so it is told in plain words.
    if (!keys)
        return {refusal(kind, 500, keys.error().message.toUtf8()), {}};
    const TokenVerdict verdict = checkToken(token, *call.route().authorizer, call.route().scopes, m_clock.epochMs() / 1000, keys->get());
    if (verdict.result == TokenVerdict::Result::ScopeMissing)
        return {forbidden(kind), {}};
    if (verdict.result == TokenVerdict::Result::Invalid) {
        http::Response response = verdict.expired && kind == ApiKind::Rest ? refusal(kind, 401, "The incoming token has expired", "UnauthorizedException") : unauthorized(kind);
        if (kind == ApiKind::Http)
            response.headers << std::pair<QByteArray, QByteArray>("www-authenticate", "Bearer scope=\"" + call.route().scopes.join(u' ').toUtf8() + R"(" error="invalid_token" error_description=")" + verdict.problem.toUtf8() + '"');
        return {response, {}};
    }
    if (kind == ApiKind::Rest)
        return {{}, QJsonObject{{u"claims"_s, verdict.claims}}};
    const QJsonValue scopes = verdict.scopes.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(QJsonArray::fromStringList(verdict.scopes));
    return {{}, QJsonObject{{u"jwt"_s, QJsonObject{{u"claims"_s, verdict.claims}, {u"scopes"_s, scopes}}}}};
}

QJsonObject Authorization::authorizerEvent(const Call &call, const QStringList &identity)
{
    const Authorizer &authorizer = *call.route().authorizer;
    if (authorizer.type == Authorizer::Type::Token)
        return {{u"type"_s, u"TOKEN"_s}, {u"authorizationToken"_s, identity.value(0)}, {u"methodArn"_s, call.methodArn()}};
    QJsonObject event = call.api->kind == ApiKind::WebSocket ? connectEvent(call) : authorizer.payload2 ? QJsonDocument::fromJson(httpEvent(call)).object() : restEvent(call);
    event.remove("body"_L1);
    event.remove("isBase64Encoded"_L1);
    event.insert(u"type"_s, u"REQUEST"_s);
    event.insert(authorizer.payload2 ? u"routeArn"_s : u"methodArn"_s, call.methodArn());
    if (authorizer.payload2) {
        event.insert(u"identitySource"_s, QJsonArray::fromStringList(identity));
    } else if (call.api->kind == ApiKind::Http) {
        event.insert(u"identitySource"_s, identity.join(u','));
        event.insert(u"authorizationToken"_s, identity.join(u','));
    }
    return event;
}

Verdict Authorization::judge(const Call &call, const QJsonObject &answer)
{
    const ApiKind kind = call.api->kind;
    const Authorizer &authorizer = *call.route().authorizer;
    const bool simple = authorizer.simpleResponses && answer.value("isAuthorized"_L1).isBool();
    if (!simple && !answer.value("policyDocument"_L1).isObject())
        return {failed(kind), {}};
    const Access bySimple = answer.value("isAuthorized"_L1).toBool() ? Access::Allowed : Access::NotAllowed;
    const Access access = simple ? bySimple : invokeAccess(answer.value("policyDocument"_L1).toObject(), call.methodArn());
    if (access != Access::Allowed)
        return {forbidden(kind, access), {}};
    const QJsonObject context = answer.value("context"_L1).toObject();
    if (kind == ApiKind::Http && !call.route().payload1)
        return {{}, QJsonObject{{u"lambda"_s, context}}};
    // The service takes no lists and maps there.
    const auto isNested = [](const QJsonValue &value) { return value.isObject() || value.isArray(); };
    if (kind == ApiKind::Rest && std::any_of(context.begin(), context.end(), isNested))
        return {failed(kind), {}};
    QJsonObject plain = plainContext(context);
    plain.insert(u"principalId"_s, answer.value("principalId"_L1).toString());
    return {{}, plain};
}

void Authorization::askFunction(const Call &call, const QStringList &identity, std::function<void(Verdict)> done)
{
    const Authorizer &authorizer = *call.route().authorizer;
    const ApiKind kind = call.api->kind;
    const QString key = call.api->id + u'\n' + authorizer.name + u'\n' + identity.join(u'\n');
    const sys::Nanoseconds now = m_clock.monotonic();
    if (const auto known = m_known->constFind(key); known != m_known->cend() && known->until > now)
        return done(judge(call, known->answer));
    const auto cannot = [&](const Error &error) {
        m_source.tell(Core::tr("The authorizer “%1” of %2 cannot be called: %3").arg(authorizer.name, call.route().key(), error.message), authorizer.function);
        done({failed(kind), {}});
    };
    auto request = m_source.requestTo(authorizer.function);
    if (!request)
        return cannot(request.error());
    request->payload = QJsonDocument(authorizerEvent(call, identity)).toJson(QJsonDocument::Compact);
    const bool remembers = authorizer.timeToLive.count() > 0 && !identity.isEmpty();
    request->origin = {runtime::OriginKind::Authorizer, call.route().key()};
    const auto begun = m_pool.invoke(*std::move(request), [memory = m_known, &clock = m_clock, call, key, remembers, done](const runtime::Invocation &invocation) {
        const QJsonObject answer = QJsonDocument::fromJson(invocation.payload).object();
        if (invocation.outcome != runtime::Outcome::Answered) {
            const bool unknown = answer.value("errorMessage"_L1).toString() == "Unauthorized"_L1;
            return done({unknown ? unauthorized(call.api->kind) : failed(call.api->kind), {}});
        }
        if (remembers) {
            if (memory->size() >= MaxKnown)
                memory->clear();
            memory->insert(key, {answer, clock.monotonic() + call.route().authorizer->timeToLive});
        }
        done(judge(call, answer));
    });
    if (!begun)
        cannot(begun.error());
}

} // namespace eph::gateway
