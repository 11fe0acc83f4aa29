// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway.h"

#include "core/base/jsontext.h"
#include "core/base/text.h"
#include "core/gateway/answer.h"
#include "core/gateway/bodymodel.h"
#include "core/gateway/cors.h"
#include "core/gateway/gatewayexchange.h"
#include "core/gateway/requestvalue.h"
#include "core/gateway/streamanswer.h"
#include "core/runtime/requestids.h"
#include "core/runtime/tenancy.h"

#include <QJsonDocument>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <algorithm>
#include <tuple>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxUrlBodyBytes = 6'291'456;
constexpr qint64 MaxBalancedBodyBytes = 1024 * 1024;
constexpr quint32 MaxHeaderBytes = 64 * 1024;

http::ServerLimits limits()
{
    http::ServerLimits limits;
    limits.bodyBytes = MaxBodyBytes;
    limits.headerBytes = MaxHeaderBytes;
    // Pages of this desk are what an API is for; its own rules say which of them may read the answers.
    limits.webPages = true;
    limits.dated = true;
    return limits;
}

runtime::OriginKind originKind(ApiKind kind)
{
    switch (kind) {
    case ApiKind::Rest: return runtime::OriginKind::RestApi;
    case ApiKind::Http: return runtime::OriginKind::HttpApi;
    case ApiKind::FunctionUrl: return runtime::OriginKind::FunctionUrl;
    case ApiKind::LoadBalancer: return runtime::OriginKind::LoadBalancer;
    case ApiKind::WebSocket: return runtime::OriginKind::WebSocket;
    }
    return runtime::OriginKind::Direct;
}

QSslConfiguration configurationOf(const sys::LocalAuthority::Certificate &certificate)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setLocalCertificateChain(QSslCertificate::fromData(certificate.chain, QSsl::Pem));
    configuration.setPrivateKey(QSslKey(certificate.key, QSsl::Ec));
    return configuration;
}

http::Response unserved(const Route &route)
{
    const QString text = Core::tr("%1 leads to an integration that is not emulated here (%2).").arg(route.key(), route.unserved);
    return {501, {{"Content-Type", "application/json"}}, compactJson(QJsonObject{{u"message"_s, text}})};
}

/// A REST API says it as plain text. Source: answers that others have recorded of it, November 2026.
http::Response tooLong()
{
    return {413, {{"Content-Type", "text/plain"}, {"x-amzn-ErrorType", "RequestTooLargeException"}}, "HTTP content length exceeded " + QByteArray::number(MaxBodyBytes) + " bytes."};
}

http::Response fixedResponse(const FixedAnswer &answer)
{
    http::Response response{answer.status, {{"Server", "awselb/2.0"}}, answer.body};
    if (!answer.contentType.isEmpty())
        response.headers << std::pair<QByteArray, QByteArray>("Content-Type", answer.contentType);
    return response;
}

void addIds(http::Response &response, const Call &call)
{
    const ApiKind kind = call.api->kind;
    if (kind != ApiKind::LoadBalancer)
        response.headers << std::pair<QByteArray, QByteArray>(kind == ApiKind::Http ? "apigw-requestid" : "x-amzn-RequestId", call.requestId);
    // A mock calls nothing that could be traced, and what was passed on may have its own.
    const bool traced = kind == ApiKind::FunctionUrl || (kind == ApiKind::Rest && !(call.match.route && call.route().isMock()));
    if (traced && http::headerValue(response.headers, "X-Amzn-Trace-Id").isEmpty())
        response.headers << std::pair<QByteArray, QByteArray>("X-Amzn-Trace-Id", call.traceId);
}

} // namespace

Gateway::Gateway(runtime::Pool &pool, GatewaySource source, const sys::Clock &clock, RequestStore &requests, QObject *parent)
    : QObject(parent)
    , m_pool(pool)
    , m_source(std::move(source))
    , m_clock(clock)
    , m_requests(requests)
    , m_authorization(pool, m_source, clock)
    , m_throttle(clock)
    , m_usage(m_throttle)
    , m_deadlines(clock)
    , m_sockets({pool, m_source, m_authorization, m_throttle, m_deadlines, clock, requests})
    , m_server([this](const http::Request &request, const http::Responder &responder) { handle(request, responder); }, limits())
{
}

QStringList Gateway::hostNames()
{
    QStringList names{u"*.lambda-url.localhost"_s};
    if (refresh()) {
        for (const Api &api : *m_apis)
            names << QString::fromLatin1(api.host());
    }
    names.removeDuplicates();
    return names;
}

Result<void> Gateway::useTls(const sys::LocalAuthority &authority)
{
    if (!QSslSocket::supportsSsl())
        return failure(ErrorCode::Unsupported, Core::tr("Qt has no TLS on this machine."), Core::tr("Install Qt's OpenSSL plugin, or serve without TLS."));
    const QStringList names = hostNames();
    const auto first = authority.issue(names);
    if (!first)
        return tl::unexpected(first.error());
    m_server.setTls([this, authority, names = names, configuration = configurationOf(*first)]() mutable {
        // A route that was saved a moment ago may have brought a name.
        const QStringList now = hostNames();
        if (now == names)
            return configuration;
        if (const auto certificate = authority.issue(now)) {
            names = now;
            configuration = configurationOf(*certificate);
        }
        return configuration;
    });
    return {};
}

Result<void> Gateway::refresh()
{
    const auto apis = m_source.apis();
    if (!apis)
        return tl::unexpected(apis.error());
    if (*apis == m_apis)
        return {};
    m_apis = *apis;
    m_tables.clear();
    for (const Api &api : *m_apis)
        m_tables.emplace_back(api);
    m_throttle.forget();
    m_authorization.forget();
    return {};
}

bool Gateway::tryApi(Call &call, qsizetype index) const
{
    const Api &api = m_apis->at(index);
    const RouteTable &table = m_tables[size_t(index)];
    const auto tryPath = [&](const QByteArray &path) {
        const RouteMatch match = table.match(call.request.method, path);
        if (!match.route && !(api.cors.isOn() && call.request.method == "OPTIONS" && table.hasPath(path)))
            return false;
        call.api = &api;
        call.match = match;
        call.path = path;
        return true;
    };
    const QByteArray stage = '/' + api.stage.toUtf8();
    const bool staged = api.stage != "$default"_L1 && (call.request.path == stage || call.request.path.startsWith(QByteArray(stage + '/')));
    if (staged && tryPath(call.request.path.mid(stage.size()).isEmpty() ? QByteArray("/") : call.request.path.mid(stage.size())))
        return true;
    return tryPath(call.request.path);
}

void Gateway::choose(Call &call) const
{
    const QByteArray host = hostOf(call.request);
    const auto named = std::find_if(m_apis->cbegin(), m_apis->cend(), [&](const Api &api) { return api.host() == host; });
    if (named != m_apis->cend()) {
        if (!tryApi(call, named - m_apis->cbegin()))
            call.api = &*named;
        return;
    }
    const auto fronts = std::count_if(m_apis->cbegin(), m_apis->cend(), [](const Api &api) { return api.kind != ApiKind::WebSocket; });
    std::optional<Call> general;
    for (qsizetype i = 0; i < m_apis->size(); ++i) {
        // A function's own address takes everything; it has the plain one only where there is nothing else.
        const Api &api = m_apis->at(i);
        if (api.ownHostOnly || api.kind == ApiKind::WebSocket || (api.kind == ApiKind::FunctionUrl && fronts > 1) || !tryApi(call, i))
            continue;
        // What takes everything leaves to the others what they have a route for.
        if (fronts == 1 || (call.match.route && !isCatchAll(*call.match.route)))
            return;
        if (!general)
            general = call;
    }
    if (general) {
        call = *std::move(general);
        return;
    }
    // Whose stage it is says that there is nothing, or else the first one.
    const QByteArray stage = call.request.path.mid(1).split('/').first();
    const auto staged = std::find_if(m_apis->cbegin(), m_apis->cend(), [&stage](const Api &api) { return api.kind != ApiKind::WebSocket && !api.ownHostOnly && api.stage.toUtf8() == stage; });
    if (staged != m_apis->cend()) {
        call.api = &*staged;
        return;
    }
    const auto first = std::find_if(m_apis->cbegin(), m_apis->cend(), [](const Api &api) { return api.kind != ApiKind::WebSocket; });
    if (first != m_apis->cend())
        call.api = &*first;
}

std::optional<http::Response> Gateway::keyRefusal(const Call &call)
{
    const ApiKind kind = call.api->kind;
    switch (m_usage.judge(*call.api, QString::fromUtf8(call.request.header("X-Api-Key")), call.epochMs)) {
    case Usage::Verdict::Admitted: return std::nullopt;
    case Usage::Verdict::UnknownKey: return refusal(kind, 403, "Forbidden", "ForbiddenException");
    case Usage::Verdict::TooFast: return refusal(kind, 429, "Too Many Requests", "TooManyRequestsException");
    case Usage::Verdict::UsedUp: return refusal(kind, 429, "Limit Exceeded", "LimitExceededException");
    }
    return std::nullopt;
}

std::optional<http::Response> Gateway::refusalOf(const Call &call)
{
    const ApiKind kind = call.api->kind;
    const Route &route = call.route();
    constexpr qint64 MaxHeaderBytes = 10'240; // With the request line.
    const auto headerBytes = [&call] {
        qint64 bytes = call.request.method.size() + call.request.path.size() + call.request.query.size();
        for (const auto &[name, value] : call.request.headers)
            bytes += name.size() + value.size();
        return bytes;
    };
    if ((kind == ApiKind::Rest || kind == ApiKind::Http) && headerBytes() > MaxHeaderBytes)
        return refusal(kind, 431, "Request Header Fields Too Large");
    const qint64 most = kind == ApiKind::FunctionUrl ? MaxUrlBodyBytes : kind == ApiKind::LoadBalancer ? MaxBalancedBodyBytes : MaxBodyBytes;
    if (call.request.bodySize > most)
        return kind == ApiKind::Rest ? tooLong() : refusal(kind, 413, "Request Entity Too Large");
    if (route.apiKeyRequired) {
        if (auto refused = keyRefusal(call))
            return refused;
    }
    QStringList missing;
    const auto query = queryOf(call.request);
    for (const QString &parameter : route.requiredParameters) {
        const QString name = parameter.section(u'.', 1);
        const bool isThere = parameter.startsWith("header."_L1) ? !call.request.header(name.toUtf8()).isEmpty()
            : parameter.startsWith("querystring."_L1)           ? std::any_of(query.cbegin(), query.cend(), [&](const auto &each) { return each.first == name && !each.second.isEmpty(); })
                                                                : true;
        if (!isThere)
            missing << name;
    }
    if (!missing.isEmpty())
        return refusal(kind, 400, "Missing required request parameters: [" + missing.join(", "_L1).toUtf8() + ']', "BadRequestException");
    // A body of another type has no model here.
    const QByteArray type = call.request.header("Content-Type");
    if (!route.modelName.isEmpty() && (type.isEmpty() || isAmong(type, {u"application/json"_s})) && !fitsModel(call.request.body, route.bodyModel))
        return refusal(kind, 400, "Invalid request body", "BadRequestException");
    return std::nullopt;
}

namespace {

/// `/@HOST/PATH` asks HOST for `/PATH`: functions find APIs so, where nobody knows the names below localhost.
[[nodiscard]] http::Request readdressed(const http::Request &request)
{
    const qsizetype end = request.path.startsWith("/@") ? request.path.indexOf('/', 1) : 0;
    const QByteArray host = end == 0 ? QByteArray() : request.path.mid(2, end < 0 ? -1 : end - 2);
    if (!host.endsWith(".localhost"))
        return request;
    http::Request there = request;
    there.path = end < 0 ? QByteArray("/") : request.path.mid(end);
    for (auto &[name, value] : there.headers) {
        if (name.compare("Host", Qt::CaseInsensitive) == 0)
            value = value.contains(':') ? host + value.mid(value.lastIndexOf(':')) : host;
    }
    return there;
}

} // namespace

void Gateway::handle(const http::Request &given, const http::Responder &responder)
{
    const auto exchange = std::make_shared<Exchange>(Exchange{{}, responder, m_clock.monotonic(), {}, {}, {}, {}, {}, false, false, {}, false, {}});
    Call &call = exchange->call;
    call.request = readdressed(given);
    const http::Request &request = call.request;
    call.epochMs = m_clock.epochMs();
    call.port = m_server.port();
    if (const auto fresh = refresh(); !fresh)
        return finish(exchange, {500, {{"Content-Type", "text/plain; charset=utf-8"}}, (fresh.error().message + u' ' + fresh.error().hint).toUtf8()});
    if (m_sockets.handle(request, responder, m_apis, call.port))
        return;
    call.apis = m_apis;
    choose(call);
    if (!call.api)
        return finish(exchange, {404, {{"Content-Type", "application/json"}}, R"({"message":"This project declares no routes."})"});
    const ApiKind kind = call.api->kind;
    call.requestId = kind == ApiKind::Http ? newShortId() : runtime::newRequestId();
    call.traceId = request.header("X-Amzn-Trace-Id");
    if (call.traceId.isEmpty())
        call.traceId = runtime::newTraceRoot(call.epochMs);
    if (!m_throttle.admits(*call.api))
        return finish(exchange, refusal(kind, 429, "Too Many Requests", kind == ApiKind::Rest ? "TooManyRequestsException" : ""));
    // A route that asks for OPTIONS by name is the function's.
    if (request.method == "OPTIONS" && (!call.match.route || call.route().method != "OPTIONS")) {
        if (auto preflight = preflightAnswer(request, *call.api, m_tables[size_t(call.api - m_apis->constData())].methodsOf(call.path))) {
            exchange->isPreflight = true;
            return finish(exchange, *std::move(preflight));
        }
    }
    if (!call.match.route && kind == ApiKind::LoadBalancer)
        return finish(exchange, fixedResponse(call.api->fixedAnswer));
    if (!call.match.route)
        return finish(exchange, noRoute(kind));
    if (auto refused = refusalOf(call))
        return finish(exchange, *std::move(refused));
    const Route &route = call.route();
    if (!route.unserved.isEmpty())
        return finish(exchange, unserved(route));
    // Who may have what no function answers may be a function's to say.
    if (const QString called = !route.function.isEmpty() ? route.function : route.authorizer ? route.authorizer->function : QString(); !called.isEmpty()) {
        auto invocation = m_source.requestTo(called);
        if (!invocation) {
            tellProblem(exchange, invocation.error().message);
            return finish(exchange, badAnswer(kind));
        }
        exchange->invocation = *std::move(invocation);
        exchange->invocation.origin = {originKind(kind), route.key()};
        call.region = exchange->invocation.config.region;
        call.account = exchange->invocation.config.account;
    } else if (m_source.place) {
        std::tie(call.region, call.account) = m_source.place();
    }
    m_authorization.check(call, [self = QPointer(this), exchange](Verdict verdict) {
        if (!self)
            return;
        if (verdict.refusal)
            return self->finish(exchange, *std::move(verdict.refusal));
        exchange->call.authorizer = std::move(verdict.context);
        if (exchange->call.route().integration)
            return self->integrate(exchange);
        self->invoke(exchange);
    });
}

void Gateway::invoke(const ExchangePtr &exchange)
{
    const Call &call = exchange->call;
    // The function may answer when nobody serves any more.
    const auto take = [self = QPointer(this), exchange](const runtime::Invocation &invocation) {
        if (self)
            self->invoked(exchange, invocation);
    };
    runtime::InvokeRequest request = std::move(exchange->invocation);
    request.payload = eventOf(call);
    request.traceId = runtime::completeTrace(call.traceId);
    if (!call.route().tenantSource.isEmpty())
        request.tenantId = requestValue(call, call.route().tenantSource).value_or(QString()).toUtf8().trimmed();
    if (refuseTenant(exchange, request))
        return;
    if (request.payload.size() > MaxEventBytes)
        return finish(exchange, refusal(call.api->kind, 413, call.api->kind == ApiKind::Rest ? "Request Too Long" : "Request Entity Too Large", call.api->kind == ApiKind::Rest ? "RequestTooLargeException" : ""));
    if (call.route().streams) {
        exchange->stream = std::make_shared<StreamAnswer>(exchange->responder, call.api->kind, [exchange = std::weak_ptr(exchange)](http::Response &head) {
            if (const ExchangePtr whole = exchange.lock()) {
                addCors(head, whole->call.request, *whole->call.api);
                addIds(head, whole->call);
            }
        });
        request.stream = exchange->stream;
    } else {
        request.onAnswered = take;
        limitTime(exchange);
    }
    if (const auto begun = m_pool.invoke(std::move(request), take); !begun) {
        tellProblem(exchange, begun.error().message);
        finish(exchange, badAnswer(call.api->kind));
    }
}

bool Gateway::refuseTenant(const ExchangePtr &exchange, const runtime::InvokeRequest &request)
{
    const QString problem = runtime::tenantProblem(request.config, request.tenantId);
    if (problem.isEmpty())
        return false;
    const ApiKind kind = exchange->call.api->kind;
    const bool lacks = request.config.tenantIsolation && request.tenantId.isEmpty();
    tellProblem(exchange, !lacks ? problem : kind == ApiKind::Rest ? Core::tr("“%1” has tenant isolation, and the route maps nothing to integration.request.header.%2, or what it maps is empty.").arg(request.config.name, QLatin1StringView(runtime::TenantHeader))
                                           : Core::tr("“%1” has tenant isolation; of all APIs, only REST APIs can say for which tenant it runs.").arg(request.config.name));
    finish(exchange, kind == ApiKind::Rest ? refusal(kind, 400, problem.toUtf8(), "InvalidParameterValueException") : badAnswer(kind));
    return true;
}

void Gateway::limitTime(const ExchangePtr &exchange)
{
    const Call &call = exchange->call;
    exchange->deadline = m_deadlines.add(call.route().timeout.value_or(call.api->timeout), [this, exchange] {
        exchange->deadline.reset();
        finish(exchange, timedOut(exchange->call.api->kind));
    });
}

void Gateway::tellProblem(const ExchangePtr &exchange, const QString &problem)
{
    if (problem.isEmpty())
        return;
    exchange->problem = problem;
    if (m_source.tell)
        m_source.tell(exchange->call.route().key() + ": "_L1 + problem, exchange->call.route().function);
}

void Gateway::invoked(const ExchangePtr &exchange, const runtime::Invocation &invocation)
{
    if (exchange->answered)
        return;
    exchange->invocationId = invocation.report.requestId;
    if (exchange->stream && exchange->stream->hasBegun()) {
        http::Response sent = *exchange->stream->head();
        sent.body = invocation.payload;
        finish(exchange, sent);
        exchange->stream->finish(invocation.outcome == runtime::Outcome::Answered);
        exchange->stream->onRoom = nullptr;
        return;
    }
    finish(exchange, answerOf(invocation, exchange->call));
}

void Gateway::finish(const ExchangePtr &exchange, http::Response response)
{
    if (std::exchange(exchange->answered, true))
        return;
    if (exchange->deadline)
        m_deadlines.remove(*std::exchange(exchange->deadline, std::nullopt));
    if (const auto cancel = std::exchange(exchange->cancel, nullptr))
        cancel();
    const Call &call = exchange->call;
    const bool streamed = exchange->stream && exchange->stream->hasBegun();
    if (!streamed) {
        if (call.api) {
            // A function's own answer stays its own; that it gave none is the gateway's to say.
            if (!exchange->isTheirs && (exchange->invocationId.isEmpty() || response.status >= 500))
                applyGatewayResponse(response, call.api->gatewayResponses, call);
            if (!exchange->isPreflight)
                addCors(response, call.request, *call.api);
            addIds(response, call);
        }
        if (call.request.method == "HEAD")
            response.body.clear();
    }
    HandledRequest handled = handledOf(call);
    handled.durationMs = std::chrono::duration<double, std::milli>(m_clock.monotonic() - exchange->began).count();
    handled.take(response);
    handled.requestId = exchange->invocationId;
    handled.problem = exchange->problem;
    // Whoever has the answer finds the request among those that were handled.
    m_requests.append(std::move(handled));
    if (!streamed)
        exchange->responder.respond(response);
}

} // namespace eph::gateway
