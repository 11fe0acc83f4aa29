// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/call.h"

#include "core/base/jsontext.h"

#include <QDateTime>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QUrl>
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

const QString SourceIp = u"127.0.0.1"_s;

QString decodedQuery(QByteArray text)
{
    return QUrl::fromPercentEncoding(text.replace('+', ' '));
}

QJsonValue orNull(const QJsonObject &object)
{
    return object.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(object);
}

QJsonObject jsonOf(const QMap<QString, QString> &map)
{
    QJsonObject object;
    for (auto it = map.cbegin(); it != map.cend(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

JsonObjectText textOf(const QMap<QString, QString> &map)
{
    JsonObjectText object;
    for (auto it = map.cbegin(); it != map.cend(); ++it)
        object.text(it.key().toUtf8(), it.value());
    return object;
}

/// What the gateway adds to the headers that came; a client's own are the first part of a list.
http::Headers forwardedHeaders(const Call &call)
{
    http::Headers headers;
    QByteArray forwardedFor;
    for (const auto &[name, value] : call.request.headers) {
        if (name.compare("X-Forwarded-For", Qt::CaseInsensitive) == 0)
            forwardedFor = value + ", ";
        else if (name.compare("X-Forwarded-Port", Qt::CaseInsensitive) != 0 && name.compare("X-Forwarded-Proto", Qt::CaseInsensitive) != 0 && name.compare("X-Amzn-Trace-Id", Qt::CaseInsensitive) != 0)
            headers << std::pair(name, value);
    }
    static const QByteArray trace = "X-Amzn-Trace-Id";
    static const QByteArray from = "X-Forwarded-For";
    static const QByteArray port = "X-Forwarded-Port";
    static const QByteArray protocol = "X-Forwarded-Proto";
    headers << std::pair(trace, call.traceId) << std::pair(from, QByteArray(forwardedFor + SourceIp.toLatin1())) << std::pair(port, QByteArray::number(call.port))
            << std::pair(protocol, QByteArray(call.request.secure ? "https" : "http"));
    return headers;
}

QString domainOf(const Call &call)
{
    return QString::fromLatin1(call.request.header("Host"));
}

/// The body as it stands in an event, and whether it is base64 there.
std::pair<QJsonValue, bool> bodyOf(const Call &call, bool text)
{
    const QByteArray &body = call.request.body;
    if (body.isEmpty())
        return {QJsonValue(QJsonValue::Null), false};
    return text ? std::pair(QJsonValue(QString::fromUtf8(body)), false) : std::pair(QJsonValue(QString::fromLatin1(body.toBase64())), true);
}

QJsonObject identity(const Call &call)
{
    QJsonObject object;
    for (const auto &name : {"accessKey"_L1, "accountId"_L1, "apiKey"_L1, "apiKeyId"_L1, "caller"_L1, "cognitoAuthenticationProvider"_L1, "cognitoAuthenticationType"_L1, "cognitoIdentityId"_L1,
                             "cognitoIdentityPoolId"_L1, "principalOrgId"_L1, "user"_L1, "userArn"_L1})
        object.insert(name, QJsonValue::Null);
    object.insert("sourceIp"_L1, SourceIp);
    object.insert("userAgent"_L1, QString::fromUtf8(call.request.header("User-Agent")));
    if (const QByteArray key = call.request.header("X-Api-Key"); call.route().apiKeyRequired && !key.isEmpty())
        object.insert("apiKey"_L1, QString::fromUtf8(key));
    if (call.route().authorizer && call.route().authorizer->type == Authorizer::Type::Iam && call.api->kind == ApiKind::Rest) {
        object.insert("accessKey"_L1, accessKeyOf(call.request));
        object.insert("accountId"_L1, call.account);
        object.insert("caller"_L1, u"local"_s);
        object.insert("user"_L1, u"local"_s);
        object.insert("userArn"_L1, userArnOf(call));
    }
    return object;
}

/// `requestContext` of format 2.0.
JsonObjectText httpContext(const Call &call, const QByteArray &path, const QString &key)
{
    const QByteArray domain = call.request.header("Host");
    JsonObjectText http;
    http.utf8("method", call.request.method).utf8("path", path).utf8("protocol", "HTTP/1.1").text("sourceIp", SourceIp).utf8("userAgent", call.request.header("User-Agent"));
    JsonObjectText context;
    context.text("accountId", call.api->kind == ApiKind::FunctionUrl && !call.route().authorizer ? u"anonymous"_s : call.account).text("apiId", call.api->id.toLower());
    if (!call.authorizer.isEmpty())
        context.json("authorizer", compactJson(call.authorizer));
    context.utf8("domainName", domain).utf8("domainPrefix", domain.split('.').first()).object("http", http).utf8("requestId", call.requestId).text("routeKey", key).text("stage", call.api->stage);
    context.text("time", commonLogTime(call.epochMs)).number("timeEpoch", call.epochMs);
    return context;
}

/// Without parameters such as the charset, in lower case.
QByteArray typeAlone(const QByteArray &mediaType)
{
    return mediaType.split(';').first().trimmed().toLower();
}

} // namespace

QString commonLogTime(qint64 epochMs)
{
    // Each request asks for this.
    static thread_local qint64 second = std::numeric_limits<qint64>::min();
    static thread_local QString text;
    if (std::exchange(second, epochMs / 1000) == epochMs / 1000)
        return text;
    static constexpr std::array Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC);
    const QDate date = when.date();
    const QTime time = when.time();
    return text = QString::asprintf("%02d/%s/%04d:%02d:%02d:%02d +0000", date.day(), Months.at(size_t(date.month() - 1)), date.year(), time.hour(), time.minute(), time.second());
}

QByteArray Call::stagePath() const
{
    return api->stage == "$default"_L1 ? path : QByteArray('/' + api->stage.toUtf8() + path);
}

QString Call::methodArn() const
{
    if (api->kind == ApiKind::WebSocket)
        return u"arn:aws:execute-api:%1:%2:%3/%4/%5"_s.arg(region, account, api->id.toLower(), api->stage, route().path);
    return u"arn:aws:execute-api:%1:%2:%3/%4/%5%6"_s.arg(region, account, api->id.toLower(), api->stage, QString::fromLatin1(request.method), QString::fromUtf8(path));
}

QByteArray newShortId()
{
    const std::array<quint64, 2> random{QRandomGenerator::global()->generate64(), QRandomGenerator::global()->generate64()};
    const auto bytes = QByteArray::fromRawData(reinterpret_cast<const char *>(random.data()), 11);
    return bytes.toBase64(QByteArray::Base64UrlEncoding).left(15) + '=';
}

QByteArray hostOf(const http::Request &request)
{
    QByteArray host = request.header("Host").toLower();
    if (const qsizetype colon = host.lastIndexOf(':'); colon > host.lastIndexOf(']'))
        host.truncate(colon);
    return host;
}

QString accessKeyOf(const http::Request &request)
{
    static const QRegularExpression credential(u"(?:Credential=|X-Amz-Credential=)([A-Za-z0-9_]+)"_s);
    const QString header = QString::fromUtf8(request.header("Authorization"));
    return credential.match(header.isEmpty() ? QString::fromUtf8(request.query) : header).captured(1);
}

QString userArnOf(const Call &call)
{
    return u"arn:aws:iam::%1:user/local"_s.arg(call.account);
}

HandledRequest handledOf(const Call &call)
{
    HandledRequest handled;
    handled.epochMs = call.epochMs;
    handled.method = call.request.method;
    handled.target = call.request.query.isEmpty() ? call.request.path : QByteArray(call.request.path + '?' + call.request.query);
    handled.headers = call.request.headers;
    handled.body = call.request.body;
    if (call.match.route) {
        handled.route = call.route().key();
        handled.function = call.route().answerer();
    }
    return handled;
}

QList<std::pair<QString, QString>> queryOf(const http::Request &request)
{
    QList<std::pair<QString, QString>> all;
    const QList<QByteArray> parts = request.query.split('&');
    for (const QByteArray &part : parts) {
        if (part.isEmpty())
            continue;
        const qsizetype equals = part.indexOf('=');
        all << std::pair(decodedQuery(equals < 0 ? part : part.left(equals)), equals < 0 ? QString() : decodedQuery(part.mid(equals + 1)));
    }
    return all;
}

bool isText(const QByteArray &contentType)
{
    const QByteArray type = typeAlone(contentType);
    return type.startsWith("text/") || type == "application/json" || type.endsWith("+json") || type == "application/xml" || type.endsWith("+xml") || type == "application/javascript";
}

bool isAmong(const QByteArray &mediaType, const QStringList &patterns)
{
    const QString type = QString::fromLatin1(typeAlone(mediaType));
    return std::any_of(patterns.cbegin(), patterns.cend(), [&](const QString &pattern) {
        return pattern == "*/*"_L1 || pattern.compare(type, Qt::CaseInsensitive) == 0 || (pattern.endsWith("/*"_L1) && type.startsWith(pattern.left(pattern.size() - 1), Qt::CaseInsensitive));
    });
}

void addMultiValues(const Call &call, QJsonObject &event)
{
    QJsonObject headers;
    QJsonObject multiHeaders;
    const http::Headers all = forwardedHeaders(call);
    for (const auto &[name, value] : all) {
        const QString key = QString::fromUtf8(name);
        headers.insert(key, QString::fromUtf8(value));
        QJsonArray values = multiHeaders.value(key).toArray();
        values.append(QString::fromUtf8(value));
        multiHeaders.insert(key, values);
    }
    QJsonObject query;
    QJsonObject multiQuery;
    const auto parameters = queryOf(call.request);
    for (const auto &[name, value] : parameters) {
        query.insert(name, value);
        QJsonArray values = multiQuery.value(name).toArray();
        values.append(value);
        multiQuery.insert(name, values);
    }
    event.insert("headers"_L1, headers);
    event.insert("multiValueHeaders"_L1, multiHeaders);
    event.insert("queryStringParameters"_L1, orNull(query));
    event.insert("multiValueQueryStringParameters"_L1, orNull(multiQuery));
}

QJsonObject restEvent(const Call &call)
{
    const Route &route = call.route();
    const auto [body, encoded] = bodyOf(call, call.api->kind == ApiKind::Http ? isText(call.request.header("Content-Type")) : !isAmong(call.request.header("Content-Type"), call.api->binaryMediaTypes));
    const QString resource = route.path == "$default"_L1 ? QString::fromUtf8(call.path) : route.path;
    const QString domain = domainOf(call);
    QJsonObject context{{u"accountId"_s, call.account}, {u"apiId"_s, call.api->id.toLower()}, {u"domainName"_s, domain}, {u"domainPrefix"_s, domain.section(u'.', 0, 0)},
                        {u"extendedRequestId"_s, QString::fromLatin1(call.requestId)}, {u"httpMethod"_s, QString::fromLatin1(call.request.method)}, {u"identity"_s, identity(call)},
                        {u"path"_s, QString::fromUtf8(call.stagePath())}, {u"protocol"_s, u"HTTP/1.1"_s}, {u"requestId"_s, QString::fromLatin1(call.requestId)},
                        {u"requestTime"_s, commonLogTime(call.epochMs)}, {u"requestTimeEpoch"_s, call.epochMs}, {u"resourceId"_s, u"local"_s}, {u"resourcePath"_s, resource}, {u"stage"_s, call.api->stage}};
    if (!call.authorizer.isEmpty())
        context.insert(u"authorizer"_s, call.authorizer);
    if (call.api->kind == ApiKind::Http)
        context.insert(u"resourceId"_s, QJsonValue::Null);
    QJsonObject event{{u"resource"_s, resource}, {u"path"_s, QString::fromUtf8(call.path)}, {u"httpMethod"_s, QString::fromLatin1(call.request.method)},
                      {u"pathParameters"_s, orNull(jsonOf(call.match.pathParameters))}, {u"stageVariables"_s, orNull(call.api->stageVariables)}, {u"requestContext"_s, context},
                      {u"body"_s, body}, {u"isBase64Encoded"_s, encoded}};
    addMultiValues(call, event);
    if (call.api->kind == ApiKind::Http)
        event.insert(u"version"_s, u"1.0"_s);
    return event;
}

QByteArray httpEvent(const Call &call)
{
    QByteArray cookies;
    http::Headers named;
    const http::Headers all = forwardedHeaders(call);
    for (const auto &[name, value] : all) {
        const QByteArray key = name.toLower();
        if (key == "cookie") {
            const QList<QByteArray> parts = value.split(';');
            for (const QByteArray &part : parts)
                cookies += (cookies.isEmpty() ? "" : ",") + jsonText(QString::fromUtf8(part.trimmed()));
            continue;
        }
        const auto same = std::find_if(named.begin(), named.end(), [&key](const auto &header) { return header.first == key; });
        if (same == named.end())
            named << std::pair(key, value);
        else
            same->second = same->second.isEmpty() ? value : QByteArray(same->second + ',' + value);
    }
    JsonObjectText headers;
    for (const auto &[name, value] : std::as_const(named))
        headers.utf8(name, value);
    QMap<QString, QString> query;
    const auto parameters = queryOf(call.request);
    for (const auto &[name, value] : parameters)
        query.insert(name, query.contains(name) ? QString(query.value(name) + u',' + value) : value);
    const QByteArray path = call.stagePath();
    const QString key = call.route().key();
    JsonObjectText event;
    event.utf8("version", "2.0").text("routeKey", key).utf8("rawPath", path).text("rawQueryString", QString::fromLatin1(call.request.query));
    // Unlike in format 1.0, what is not there is left out.
    if (!cookies.isEmpty())
        event.json("cookies", QByteArray('[' + cookies + ']'));
    event.object("headers", headers);
    if (!query.isEmpty())
        event.object("queryStringParameters", textOf(query));
    event.object("requestContext", httpContext(call, path, key));
    const bool isPlain = isText(call.request.header("Content-Type"));
    const QByteArray &body = call.request.body;
    if (!body.isEmpty())
        event.utf8("body", isPlain ? body : body.toBase64());
    if (!call.match.pathParameters.isEmpty())
        event.object("pathParameters", textOf(call.match.pathParameters));
    event.flag("isBase64Encoded", !body.isEmpty() && !isPlain);
    if (!call.api->stageVariables.isEmpty())
        event.json("stageVariables", compactJson(call.api->stageVariables));
    return event.json();
}

QJsonObject balancerEvent(const Call &call)
{
    const Route &route = call.route();
    QJsonObject headers;
    QJsonObject query;
    // The last one of a name, or all of them.
    const auto put = [&](QJsonObject &object, const QString &name, const QString &value) {
        QJsonArray values = object.value(name).toArray();
        values.append(value);
        object.insert(name, route.multiValue ? QJsonValue(values) : QJsonValue(value));
    };
    const http::Headers all = forwardedHeaders(call);
    for (const auto &[name, value] : all)
        put(headers, QString::fromUtf8(name).toLower(), QString::fromUtf8(value));
    const QList<QByteArray> parts = call.request.query.split('&');
    for (const QByteArray &part : parts) {
        const qsizetype equals = part.indexOf('=');
        if (!part.isEmpty())
            put(query, QString::fromUtf8(equals < 0 ? part : part.left(equals)), equals < 0 ? QString() : QString::fromUtf8(part.mid(equals + 1)));
    }
    static const QStringList text{u"text/*"_s, u"application/json"_s, u"application/javascript"_s, u"application/xml"_s};
    const QByteArray type = call.request.header("Content-Type");
    const bool encoded = !call.request.body.isEmpty() && (!call.request.header("Content-Encoding").isEmpty() || !isAmong(type, text));
    const QString arn = u"arn:aws:elasticloadbalancing:%1:%2:targetgroup/%3/0123456789abcdef"_s.arg(call.region, call.account, route.targetGroup);
    return {{u"requestContext"_s, QJsonObject{{u"elb"_s, QJsonObject{{u"targetGroupArn"_s, arn}}}}}, {u"httpMethod"_s, QString::fromLatin1(call.request.method)}, {u"path"_s, QString::fromUtf8(call.path)},
            {route.multiValue ? u"multiValueQueryStringParameters"_s : u"queryStringParameters"_s, query}, {route.multiValue ? u"multiValueHeaders"_s : u"headers"_s, headers},
            {u"body"_s, encoded ? QString::fromLatin1(call.request.body.toBase64()) : QString::fromUtf8(call.request.body)}, {u"isBase64Encoded"_s, encoded}};
}

QByteArray eventOf(const Call &call)
{
    if (call.api->kind == ApiKind::LoadBalancer)
        return compactJson(balancerEvent(call));
    const bool old = call.api->kind == ApiKind::Rest || call.route().payload1;
    return old ? compactJson(restEvent(call)) : httpEvent(call);
}

} // namespace eph::gateway
