// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/answer.h"

#include "core/base/jsontext.h"
#include "core/gateway/streamanswer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// Headers of the connection, which a function cannot set. Source: REST API developer guide, important notes, November 2026.
bool isOwnHeader(const QByteArray &name)
{
    static const QSet<QByteArray> own{"connection", "content-length", "transfer-encoding", "keep-alive", "te", "trailer", "upgrade", "proxy-authenticate", "proxy-connection"};
    return own.contains(name.toLower());
}

/// Headers that a REST API hands on under another name. Source: as above.
void rename(http::Headers &headers)
{
    static const QSet<QByteArray> renamed{"authorization", "connection", "content-length", "date", "host", "server", "user-agent", "www-authenticate"};
    for (auto &[name, value] : headers) {
        if (renamed.contains(name.toLower()))
            name.prepend("x-amzn-Remapped-");
    }
}

std::optional<QByteArray> headerText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString().toUtf8();
    if (value.isBool())
        return value.toBool() ? QByteArray("true") : QByteArray("false");
    if (value.isDouble())
        return QByteArray::number(value.toDouble(), 'g', 15);
    return value.isNull() ? std::optional(QByteArray()) : std::nullopt;
}

std::optional<int> statusOf(const QJsonValue &value, ApiKind kind)
{
    constexpr int Lowest = 100;
    constexpr int Highest = 599;
    bool whole = true;
    const int status = value.isString() && kind == ApiKind::Rest ? value.toString().toInt(&whole) : value.isDouble() && value.toDouble() == int(value.toDouble()) ? int(value.toDouble()) : 0;
    return whole && status >= Lowest && status <= Highest ? std::optional(status) : std::nullopt;
}

/// Puts single headers and lists of them into an answer; lists first, a single one of the same name behind them.
bool addHeaders(http::Headers &headers, const QJsonObject &object, ApiKind kind)
{
    const QJsonValue multi = object.value("multiValueHeaders"_L1);
    const QJsonValue single = object.value("headers"_L1);
    if ((!multi.isUndefined() && !multi.isNull() && !multi.isObject()) || (!single.isUndefined() && !single.isNull() && !single.isObject()))
        return false;
    const QJsonObject lists = multi.toObject();
    for (auto it = lists.begin(); it != lists.end(); ++it) {
        if (!it->isArray())
            return false;
        const QJsonArray values = it->toArray();
        for (const auto &value : values) {
            const auto text = headerText(value);
            if (!text)
                return false;
            headers << std::pair(it.key().toUtf8(), *text);
        }
    }
    const QJsonObject map = single.toObject();
    for (auto it = map.begin(); it != map.end(); ++it) {
        const auto text = headerText(*it);
        if (!text)
            return false;
        // Said in both ways, it is sent once.
        const bool isThere = std::any_of(headers.begin(), headers.end(), [&](const auto &header) { return header.second == *text && header.first.compare(it.key().toUtf8(), Qt::CaseInsensitive) == 0; });
        if (!isThere)
            headers << std::pair(it.key().toUtf8(), *text);
    }
    if (kind == ApiKind::Rest)
        rename(headers);
    headers.removeIf([](const auto &header) { return isOwnHeader(header.first); });
    return true;
}

void addStandardType(http::Response &response, const QByteArray &type)
{
    if (http::headerValue(response.headers, "Content-Type").isEmpty())
        response.headers << std::pair<QByteArray, QByteArray>("Content-Type", type);
}

/// Head and body as they stand in an object, base64 or not; nullopt where they make no answer.
std::optional<http::Response> wholeOf(const QJsonObject &object, ApiKind kind)
{
    const QJsonValue body = object.value("body"_L1);
    if (!body.isUndefined() && !body.isNull() && !body.isString())
        return std::nullopt;
    auto response = headOf(object, kind);
    if (response)
        response->body = body.toString().toUtf8();
    return response;
}

http::Response restAnswer(const QByteArray &payload, const Call &call)
{
    static const QSet<QString> known{u"statusCode"_s, u"headers"_s, u"multiValueHeaders"_s, u"body"_s, u"isBase64Encoded"_s};
    const QJsonDocument document = QJsonDocument::fromJson(payload);
    const QJsonObject object = document.object();
    const QStringList keys = object.keys();
    if (!document.isObject() || object.isEmpty() || !std::all_of(keys.cbegin(), keys.cend(), [](const QString &key) { return known.contains(key); }))
        return badAnswer(call.api->kind);
    auto response = wholeOf(object, ApiKind::Rest);
    if (!response)
        return badAnswer(call.api->kind);
    // Only a client that asks for one of a REST API's binary types gets bytes; the others get the base64 itself.
    const QByteArray accept = call.request.header("Accept");
    const QByteArray first = accept.left(accept.indexOf(',') < 0 ? accept.size() : accept.indexOf(','));
    if (object.value("isBase64Encoded"_L1).toBool() && (call.api->kind == ApiKind::Http || isAmong(first.isEmpty() ? http::headerValue(response->headers, "Content-Type") : first, call.api->binaryMediaTypes)))
        response->body = QByteArray::fromBase64(response->body);
    addStandardType(*response, "application/json");
    return *response;
}

http::Response httpAnswer(const QByteArray &payload, const Call &call)
{
    const ApiKind kind = call.api->kind;
    const QJsonDocument document = QJsonDocument::fromJson(payload);
    const QJsonObject object = document.object();
    if (!object.contains("statusCode"_L1)) {
        // Whatever it is, it is the body: a text without its quotes, everything else as JSON.
        const QJsonValue value = QJsonDocument::fromJson('[' + payload + ']').array().first();
        return {200, {{"Content-Type", "application/json"}}, value.isString() ? value.toString().toUtf8() : payload};
    }
    auto response = wholeOf(object, kind);
    if (!response)
        return badAnswer(kind);
    if (object.value("isBase64Encoded"_L1).toBool())
        response->body = QByteArray::fromBase64(response->body);
    addStandardType(*response, kind == ApiKind::FunctionUrl ? "application/json" : "text/plain;charset=utf-8");
    return *response;
}

http::Response balancerAnswer(const QByteArray &payload, const Call &call)
{
    constexpr qsizetype MaxBytes = 1024 * 1024;
    const ApiKind kind = call.api->kind;
    QJsonObject object = QJsonDocument::fromJson(payload).object();
    // Each mode knows its own member only.
    object.remove(call.route().multiValue ? "headers"_L1 : "multiValueHeaders"_L1);
    auto response = object.contains("statusCode"_L1) && payload.size() <= MaxBytes ? wholeOf(object, kind) : std::nullopt;
    if (!response)
        return badAnswer(kind);
    if (object.value("isBase64Encoded"_L1).toBool())
        response->body = QByteArray::fromBase64(response->body);
    return *response;
}

/// As a load balancer writes its own answers.
http::Response page(int status, const QByteArray &title)
{
    const QByteArray heading = QByteArray::number(status) + ' ' + title;
    return {status, {{"Server", "awselb/2.0"}, {"Content-Type", "text/html"}}, "<html>\r\n<head><title>" + heading + "</title></head>\r\n<body>\r\n<center><h1>" + heading + "</h1></center>\r\n</body>\r\n</html>\r\n"};
}

} // namespace

std::optional<http::Response> headOf(const QJsonObject &object, ApiKind kind)
{
    http::Response response;
    if (const QJsonValue status = object.value("statusCode"_L1); !status.isUndefined()) {
        const auto read = statusOf(status, kind);
        if (!read)
            return std::nullopt;
        response.status = *read;
    }
    if (!addHeaders(response.headers, object, kind))
        return std::nullopt;
    const QJsonArray cookies = object.value("cookies"_L1).toArray();
    for (const auto &cookie : cookies)
        response.headers << std::pair<QByteArray, QByteArray>("Set-Cookie", cookie.toString().toUtf8());
    return response;
}

http::Response answerOf(const runtime::Invocation &invocation, const Call &call)
{
    const ApiKind kind = call.api->kind;
    if (invocation.outcome == runtime::Outcome::Throttled)
        return kind == ApiKind::FunctionUrl ? refusal(kind, 429, "Rate Exceeded.", "TooManyRequestsException") : kind == ApiKind::Http ? refusal(kind, 503, "Service Unavailable") : badAnswer(kind);
    if (invocation.outcome != runtime::Outcome::Answered)
        return badAnswer(kind);
    // Streamed to somebody who waits for all of it.
    if (const auto prelude = invocation.streamed ? parsePrelude(invocation.payload) : std::nullopt) {
        auto response = headOf(prelude->head, kind);
        if (!response)
            return badAnswer(kind);
        response->body = invocation.payload.mid(prelude->bodyAt);
        addStandardType(*response, "application/octet-stream");
        return *response;
    }
    if (kind == ApiKind::LoadBalancer)
        return balancerAnswer(invocation.payload, call);
    const bool old = kind == ApiKind::Rest || call.route().payload1;
    return old ? restAnswer(invocation.payload, call) : httpAnswer(invocation.payload, call);
}

http::Response refusal(ApiKind kind, int status, const QByteArray &message, const QByteArray &type)
{
    if (kind == ApiKind::LoadBalancer)
        return page(status, message);
    // Function URLs write the key with a capital.
    const QByteArray key = kind == ApiKind::FunctionUrl ? "Message" : "message";
    // REST APIs write a blank into this one alone: as it was recorded.
    const QByteArray colon = kind == ApiKind::Rest && message == "Internal server error" ? ": " : ":";
    http::Response response{status, {{"Content-Type", "application/json"}}, "{\"" + key + '"' + colon + jsonText(QString::fromUtf8(message)) + '}'};
    if (!type.isEmpty())
        response.headers << std::pair<QByteArray, QByteArray>("x-amzn-ErrorType", type);
    return response;
}

http::Response timedOut(ApiKind kind)
{
    if (kind == ApiKind::LoadBalancer)
        return page(504, "Gateway Time-out");
    return kind == ApiKind::Rest ? refusal(kind, 504, "Endpoint request timed out", "IntegrationTimeoutException") : refusal(kind, 503, "Service Unavailable");
}

http::Response noRoute(ApiKind kind)
{
    return kind == ApiKind::Rest ? refusal(kind, 403, "Missing Authentication Token", "MissingAuthenticationTokenException") : refusal(kind, 404, "Not Found");
}

http::Response badAnswer(ApiKind kind)
{
    switch (kind) {
    case ApiKind::Rest: return {502, {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", "InternalServerErrorException"}}, R"({"message": "Internal server error"})"};
    case ApiKind::Http: return {500, {{"Content-Type", "application/json"}}, R"({"message":"Internal Server Error"})"};
    case ApiKind::FunctionUrl: return {502, {{"Content-Type", "application/json"}}, "Internal Server Error"};
    case ApiKind::LoadBalancer: return page(502, "Bad Gateway");
    case ApiKind::WebSocket: return refusal(kind, 502, "Internal server error");
    }
    return {};
}

} // namespace eph::gateway
