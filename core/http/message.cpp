// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/message.h"

#include <QDateTime>
#include <QLocale>

namespace eph::http {

namespace {

QByteArrayView reason(int status)
{
    switch (status) {
    case 100: return "Continue";
    case 102: return "Processing";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 418: return "I'm a teapot";
    case 422: return "Unprocessable Entity";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Status";
    }
}

} // namespace

QByteArray headerValue(const Headers &headers, QByteArrayView name)
{
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

QByteArray headerText(QByteArray value)
{
    return value.contains('\n') || value.contains('\r') ? value.replace('\n', ' ').replace('\r', ' ') : value;
}

Response jsonResponse(int status, const QByteArray &json)
{
    return {status, {{"Content-Type", "application/json"}}, QByteArray(json + '\n')};
}

namespace {

QByteArray statusAndHeaders(const Response &response, QByteArrayView date)
{
    QByteArray wire;
    wire.reserve(256 + response.body.size());
    wire.append("HTTP/1.1 ").append(QByteArray::number(response.status)).append(' ').append(reason(response.status)).append("\r\n");
    for (const auto &[name, value] : response.headers)
        wire.append(name).append(": ").append(headerText(value)).append("\r\n");
    if (!date.isEmpty() && headerValue(response.headers, "Date").isEmpty())
        wire.append("Date: ").append(date).append("\r\n");
    return wire;
}

} // namespace

QByteArray serialized(const Response &response, bool keepAlive, QByteArrayView date)
{
    QByteArray wire = statusAndHeaders(response, date);
    if (response.status != 204 && response.status != 304)
        wire.append("Content-Length: ").append(QByteArray::number(response.headLength >= 0 ? response.headLength : response.body.size())).append("\r\n");
    if (!keepAlive)
        wire.append("Connection: close\r\n");
    wire.append("\r\n");
    return response.headLength >= 0 ? wire : wire.append(response.body);
}

QByteArray httpDate(qint64 epochMs)
{
    return QLocale::c().toString(QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'")).toLatin1();
}

QByteArray serializedHead(const Response &response, bool keepAlive, QByteArrayView date)
{
    QByteArray wire = statusAndHeaders(response, date);
    if (headerValue(response.headers, "Content-Length").isEmpty())
        wire.append("Transfer-Encoding: chunked\r\n");
    if (!keepAlive)
        wire.append("Connection: close\r\n");
    return wire.append("\r\n");
}

QByteArray serializedHead(int interimStatus)
{
    return QByteArray("HTTP/1.1 ").append(QByteArray::number(interimStatus)).append(' ').append(reason(interimStatus)).append("\r\n\r\n");
}

QByteArray serializedHead(const Request &request)
{
    QByteArray head = request.method + ' ' + request.path + (request.query.isEmpty() ? QByteArray() : QByteArray('?' + request.query)) + " HTTP/1.1\r\n";
    for (const auto &[name, value] : request.headers)
        head += name + ": " + value + "\r\n";
    return head + "\r\n";
}

QByteArray serializedChunk(QByteArrayView bytes)
{
    // An empty chunk would be the end.
    if (bytes.isEmpty())
        return {};
    QByteArray wire = QByteArray::number(bytes.size(), 16);
    return wire.append("\r\n").append(bytes).append("\r\n");
}

QByteArray serializedEnd(const Headers &trailers)
{
    QByteArray wire = "0\r\n";
    for (const auto &[name, value] : trailers)
        wire.append(name).append(": ").append(headerText(value)).append("\r\n");
    return wire.append("\r\n");
}

} // namespace eph::http
