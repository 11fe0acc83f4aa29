// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/mappedcall.h"

#include "core/base/text.h"
#include "core/gateway/answer.h"
#include "core/gateway/api.h"
#include "core/gateway/mappingsources.h"
#include "core/gateway/mappingvariables.h"
#include "core/gateway/requestvalue.h"
#include "core/gateway/servicecall.h"
#include "core/http/headerline.h"

#include <QRegularExpression>
#include <QSet>
#include <algorithm>
#include <functional>

namespace eph::gateway {

using namespace Qt::StringLiterals;
using mapping::Value;

namespace {

/// Which no mapping can set on a request: they are left out.
[[nodiscard]] bool cannotBeMapped(const QByteArray &name)
{
    static const QSet<QByteArray> all{"connection", "expect", "proxy-authenticate", "te", "via"};
    return all.contains(name.toLower());
}

/// Parts that would lead upwards, however they are written, lead nowhere.
[[nodiscard]] QByteArray stayingBelow(const QByteArray &path)
{
    QList<QByteArray> parts = path.split('/');
    for (QByteArray &part : parts) {
        const QByteArray plain = QByteArray::fromPercentEncoding(part);
        if (plain == "." || plain == "..")
            part = QByteArray(plain).replace('.', "%252E");
    }
    return parts.join('/');
}

[[nodiscard]] QByteArray queryText(const QList<std::pair<QString, QString>> &query)
{
    QByteArray text;
    for (const auto &[name, value] : query)
        text += (text.isEmpty() ? "" : "&") + QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
    return text;
}

} // namespace

MappedCall::MappedCall(const Call &call) : m_call(call), m_integration(*call.route().integration), m_context(contextValue(call)) {}

http::Response MappedCall::broken(const QString &why)
{
    m_problem = why;
    return refusal(m_call.api->kind, 500, "Internal server error", "InternalServerErrorException");
}

std::optional<http::Response> MappedCall::prepare()
{
    if (m_integration.type == Integration::Type::Action) {
        addAction();
        if (m_problem.isEmpty())
            return std::nullopt;
        return refusal(m_call.api->kind, 400, "Bad Request");
    }
    if (m_integration.type == Integration::Type::HttpProxy) {
        m_body = m_call.request.body;
        m_query = queryOf(m_call.request);
        for (const auto &[name, value] : m_call.request.headers) {
            if (!staysAtGateway(name) && name.compare("Host", Qt::CaseInsensitive) != 0 && name.compare("Via", Qt::CaseInsensitive) != 0)
                m_headers.emplaceBack(name, value);
        }
    } else if (auto refused = renderRequest()) {
        return refused;
    }
    // The commonest of all mistakes.
    if (m_integration.type == Integration::Type::Function && !m_integration.method.isEmpty() && m_integration.method != "POST")
        return broken(Core::tr("Lambda is invoked with POST: the integration's method is %1.").arg(QString::fromLatin1(m_integration.method)));
    if (m_call.api->kind == ApiKind::Http) {
        for (auto it = m_call.match.pathParameters.cbegin(); it != m_call.match.pathParameters.cend(); ++it)
            m_path.insert(it.key(), stayingBelow(QUrl::toPercentEncoding(it.value(), m_call.route().path.contains(u'{' + it.key() + "+}"_L1) ? "/" : "")));
        mapProxyParameters();
    } else {
        mapParameters();
        overrideRequest();
    }
    if (std::any_of(m_headers.cbegin(), m_headers.cend(), [](const auto &header) { return isOfTheBody(header.first); }))
        return broken(Core::tr("Content-Length and Transfer-Encoding cannot be mapped."));
    return std::nullopt;
}

std::optional<http::Response> MappedCall::renderRequest()
{
    const QByteArray &sent = m_call.request.body;
    const QByteArray type = m_call.request.header("Content-Type");
    const bool isBinary = isAmong(type, m_call.api->binaryMediaTypes);
    m_body = sent;
    if (m_integration.content == ContentHandling::ToText && isBinary) {
        m_body = sent.toBase64();
    } else if (m_integration.content == ContentHandling::ToBinary && !isBinary) {
        const auto decoded = QByteArray::fromBase64Encoding(sent, QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded)
            return broken(Core::tr("The body is not base64, as CONVERT_TO_BINARY wants it."));
        m_body = *decoded;
    } else if (!isBinary) {
        m_body = asText(sent);
    }
    const QString wanted = type.isEmpty() ? u"application/json"_s : QString::fromLatin1(type.split(';').first().trimmed());
    const Templates &templates = m_integration.requestTemplates;
    const auto find = [&templates](const QString &name) { return std::find_if(templates.cbegin(), templates.cend(), [&name](const auto &each) { return each.type.compare(name, Qt::CaseInsensitive) == 0; }); };
    const auto exact = find(wanted);
    const auto found = exact != templates.cend() ? exact : find(u"$default"_s);
    if (found == templates.cend()) {
        const bool refused = m_integration.passthrough == Integration::Passthrough::Never || (m_integration.passthrough == Integration::Passthrough::NoTemplates && !templates.isEmpty());
        // What calls nothing needs nothing of the body.
        if (!refused || (m_integration.type == Integration::Type::Mock && sent.isEmpty()))
            return std::nullopt;
        return refusal(m_call.api->kind, 415, "Unsupported Media Type", "BadRequestException");
    }
    const auto text = rendered(found->program, m_body);
    if (!text)
        return broken(m_problem);
    m_body = text->toUtf8();
    return std::nullopt;
}

std::optional<QString> MappedCall::rendered(const Result<mapping::Template> &program, const QByteArray &body)
{
    if (!program) {
        m_problem = program.error().message;
        return std::nullopt;
    }
    Value stage = Value::map();
    for (auto it = m_call.api->stageVariables.begin(); it != m_call.api->stageVariables.end(); ++it)
        (*stage.as<Value::MapPtr>())->insert(it.key(), Value(it->toVariant().toString()));
    mapping::Variables variables{{u"input"_s, inputOf(m_call, body)}, {u"util"_s, utilities()}, {u"context"_s, m_context}, {u"stageVariables"_s, stage}};
    const auto result = program->render(variables, mapping::Missing::Empty);
    if (result)
        return *result;
    m_problem = result.error().message;
    return std::nullopt;
}

void MappedCall::mapParameters()
{
    for (const auto &[target, source] : m_integration.parameters) {
        const auto value = requestValue(m_call, source, &m_context);
        const auto place = behind(target, "integration.request."_L1);
        if (!value || !place)
            continue;
        const QString name = place->section(u'.', 1);
        if (place->startsWith("header."_L1)) {
            if (!cannotBeMapped(name.toUtf8()))
                http::setHeader(m_headers, name.toUtf8(), value->toUtf8());
        } else if (place->startsWith("querystring."_L1)) {
            const auto all = behind(source, "method.request.multivaluequerystring."_L1);
            const QStringList values = all ? queryValues(m_call, *all) : QStringList{*value};
            for (const QString &each : values)
                m_query.emplaceBack(name, each);
        } else if (place->startsWith("path."_L1)) {
            // Of a REST API they are encoded already, and a slash that is may not become one.
            m_path.insert(name, source.startsWith("method.request.path."_L1) ? stayingBelow(value->toUtf8()) : stayingBelow(QUrl::toPercentEncoding(*value)));
        }
    }
}

void MappedCall::overrideRequest()
{
    const Value overrides = memberAt(m_context, u"requestOverride"_s);
    eachMember(memberAt(overrides, u"header"_s), [this](const QString &name, const Value &value) { http::setHeader(m_headers, name.toUtf8(), value.text().toUtf8()); });
    eachMember(memberAt(overrides, u"path"_s), [this](const QString &name, const Value &value) { m_path.insert(name, QUrl::toPercentEncoding(value.text())); });
    eachMember(memberAt(overrides, u"querystring"_s), [this](const QString &name, const Value &value) {
        m_query.removeIf([&name](const auto &each) { return each.first == name; });
        m_query.emplaceBack(name, value.text());
    });
}

void MappedCall::addAction()
{
    for (const auto &[name, source] : m_integration.parameters) {
        if (const auto value = expressed(source, [this](const QString &part) { return requestValue(m_call, part, &m_context); }))
            m_parameters.insert(name, *value);
    }
    if (const auto call = actionCall(m_integration.action, m_parameters))
        m_request = requestOf(*call);
    else
        m_problem = call.error().message;
}

void MappedCall::mapProxyParameters()
{
    for (const auto &[target, source] : m_integration.parameters) {
        const QString how = target.section(u':', 0, 0);
        const QString place = target.section(u':', 1).section(u'.', 0, 0);
        const QString name = target.section(u'.', 1);
        const auto value = how == "remove"_L1 ? std::optional(QString()) : expressed(source, [this](const QString &part) { return requestValue(m_call, part, &m_context); });
        if (!value)
            continue;
        if (place == "path"_L1) {
            m_newPath = *value;
        } else if (place == "header"_L1) {
            if (how != "append"_L1)
                http::removeHeader(m_headers, name.toUtf8());
            if (how != "remove"_L1)
                http::addHeader(m_headers, name.toUtf8(), value->toUtf8());
        } else if (place == "querystring"_L1) {
            if (how != "append"_L1)
                m_query.removeIf([&name](const auto &each) { return each.first == name; });
            if (how != "remove"_L1)
                m_query.emplaceBack(name, *value);
        }
    }
}

QString MappedCall::filledUri() const
{
    static const QRegularExpression place(uR"x(\$\{stageVariables\.([A-Za-z0-9_]+)\}|\{([A-Za-z0-9._\-]+)\+?\})x"_s);
    QString uri;
    qsizetype done = 0;
    for (auto matches = place.globalMatch(m_integration.uri); matches.hasNext();) {
        const auto match = matches.next();
        uri += QStringView(m_integration.uri).mid(done, match.capturedStart() - done);
        done = match.capturedEnd();
        if (match.hasCaptured(1))
            uri += m_call.api->stageVariables.value(match.captured(1)).toVariant().toString();
        else if (m_path.contains(match.captured(2)))
            uri += QString::fromLatin1(m_path.value(match.captured(2)));
        else
            uri += match.captured();
    }
    return uri + QStringView(m_integration.uri).mid(done);
}

QUrl MappedCall::base() const
{
    QUrl url(filledUri());
    url.setPath({});
    url.setQuery(QString());
    url.setFragment({});
    return url.host().isEmpty() ? QUrl() : url;
}

http::Request MappedCall::request() const
{
    if (m_integration.type == Integration::Type::Action)
        return m_request;
    http::Request request;
    request.method = m_integration.method.isEmpty() ? m_call.request.method : m_integration.method;
    request.headers = m_headers;
    request.body = m_body;
    const auto lacks = [&request](QByteArrayView name) { return http::headerValue(request.headers, name).isEmpty(); };
    const bool proxy = m_integration.type == Integration::Type::HttpProxy;
    if (!proxy && lacks("Accept"))
        http::setHeader(request.headers, "Accept", "application/json");
    // What a bucket keeps has the type that the client gave it.
    if (m_integration.type == Integration::Type::Service && serviceOf(m_integration.uri) == "s3"_L1 && lacks("Content-Type") && !m_call.request.header("Content-Type").isEmpty())
        http::setHeader(request.headers, "Content-Type", m_call.request.header("Content-Type"));
    if (m_integration.type == Integration::Type::Service)
        return requestOf({filledUri(), request.method, queryText(m_query), request.headers, request.body});
    const bool hasBody = request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
    if (!hasBody)
        request.body.clear();
    if (hasBody && lacks("Content-Type"))
        http::setHeader(request.headers, "Content-Type", m_call.request.header("Content-Type").isEmpty() ? QByteArray("application/json") : m_call.request.header("Content-Type"));
    const QByteArray api = m_call.api->id.toLower().toUtf8();
    if (lacks("User-Agent"))
        http::setHeader(request.headers, "User-Agent", "AmazonAPIGateway_" + api);
    if (lacks("Accept-Encoding"))
        http::setHeader(request.headers, "Accept-Encoding", "identity");
    http::setHeader(request.headers, "X-Amzn-Apigateway-Api-Id", api);
    http::setHeader(request.headers, "X-Amzn-Trace-Id", m_call.traceId);
    const QUrl url(filledUri());
    request.path = m_newPath.isNull() ? url.path(QUrl::FullyEncoded).toUtf8() : QUrl::toPercentEncoding(m_newPath, "/");
    if (!request.path.startsWith('/'))
        request.path.prepend('/');
    const QByteArray own = url.query(QUrl::FullyEncoded).toUtf8();
    const QByteArray added = queryText(m_query);
    request.query = own + (own.isEmpty() || added.isEmpty() ? "" : "&") + added;
    return request;
}

} // namespace eph::gateway
