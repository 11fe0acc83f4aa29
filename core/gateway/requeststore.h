// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

#include <QList>
#include <QMutex>
#include <QString>
#include <deque>

namespace eph::gateway {

/// A request that the gateway has answered, with as much of both bodies as is worth showing.
struct HandledRequest {
    qint64 number = 0; ///< Counts from 1.
    bool ofSocket = false; ///< What a client of a WebSocket API did: no request that could be sent again.
    qint64 epochMs = 0;
    double durationMs = 0;
    QByteArray method;
    QByteArray target; ///< Path and query.
    http::Headers headers;
    QByteArray body;
    qint64 bodyBytes = 0; ///< Of the whole body.
    int status = 0;
    http::Headers answerHeaders;
    QByteArray answerBody;
    qint64 answerBytes = 0; ///< Of the whole answer.
    QString route;    ///< Such as `GET /items/{id}`; empty where none was found.
    QString function;
    QByteArray requestId; ///< Of the invocation; empty where no function ran.
    QString problem;  ///< Why the answer is the gateway's own; empty where it is not, or says so itself.

    void take(const http::Response &answer)
    {
        status = answer.status;
        answerHeaders = answer.headers;
        answerBody = answer.body;
    }
};

/// The newest requests. Any thread.
class RequestStore
{
public:
    static constexpr qsizetype MaxRequests = 1000;
    static constexpr qsizetype MaxBodyBytes = 64 * 1024; ///< Kept of a body.
    static constexpr qsizetype MaxBytes = 16 * 1024 * 1024; ///< Of all bodies together.

    void append(HandledRequest request);
    /// Those with a higher number, oldest first.
    [[nodiscard]] QList<HandledRequest> after(qint64 number) const;
    /// The number of the oldest request that is kept; of the next one where there is none.
    [[nodiscard]] qint64 oldest() const;
    void clear();

private:
    mutable QMutex m_mutex;
    std::deque<HandledRequest> m_requests;
    qint64 m_last = 0;
    qsizetype m_bytes = 0;
};

} // namespace eph::gateway
