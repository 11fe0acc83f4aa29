// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <functional>
#include <utility>

namespace eph::http {

using Headers = QList<std::pair<QByteArray, QByteArray>>;

/// Value of the first header of that name, whatever its case; empty when absent.
[[nodiscard]] QByteArray headerValue(const Headers &headers, QByteArrayView name);

/// A value as it may be sent: a line end in it would begin another header.
[[nodiscard]] QByteArray headerText(QByteArray value);

/// A request as it arrived. Trailers of a chunked body are among the headers.
struct Request {
    QByteArray method;
    QByteArray path; ///< Without the query, still percent-encoded.
    QByteArray query;
    Headers headers;
    QByteArray body;       ///< At most ServerLimits::bodyBytes of it.
    qint64 bodySize = 0;   ///< All of it, also what was not kept.
    bool secure = false;    ///< It came by TLS.
    bool truncated = false; ///< The peer left, or sent garbage, in the middle of the body.

    [[nodiscard]] QByteArray header(QByteArrayView name) const { return headerValue(headers, name); }
};

/// Takes the bytes of a body as they come.
using BodyReceiver = std::function<void(QByteArrayView)>;

struct Response {
    int status = 200;
    Headers headers; ///< Content-Length is added.
    QByteArray body;
    /// Bytes of a body that is not sent: the answer to HEAD. -1: those of `body`.
    qint64 headLength = -1;
};

/// `Content-Type: application/json`, body ends with a newline.
[[nodiscard]] Response jsonResponse(int status, const QByteArray &json);

/// The whole response as it goes over the wire.
/// `date` is what the Date header says, unless the answer has its own; empty: there is none.
[[nodiscard]] QByteArray serialized(const Response &response, bool keepAlive, QByteArrayView date = {});
/// The head of a response whose body follows: as it is where its headers have a Content-Length, in chunks otherwise. Its body is
/// not looked at.
[[nodiscard]] QByteArray serializedHead(const Response &response, bool keepAlive, QByteArrayView date = {});
/// As headers have it: `Sun, 06 Nov 1994 08:49:37 GMT`.
[[nodiscard]] QByteArray httpDate(qint64 epochMs);
/// Request line and headers.
[[nodiscard]] QByteArray serializedHead(const Request &request);
/// Of an answer that says that another will come.
[[nodiscard]] QByteArray serializedHead(int interimStatus);
[[nodiscard]] QByteArray serializedChunk(QByteArrayView bytes);
[[nodiscard]] QByteArray serializedEnd(const Headers &trailers);

} // namespace eph::http
