// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/transport.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QThread>
#include <atomic>

namespace eph::test {

/// A network on which one call goes wrong, or all from one on.
class FaultyTransport : public http::Transport
{
public:
    enum class Fault {
        None,
        NeverSent,    ///< The connection is cut before the service hears of it.
        CutLate,      ///< The same, after half a second.
        AnswerLost,   ///< The service does it, and nobody hears of that.
        TimedOut,     ///< The same, slowly.
        Throttled,
        ServerError,
        Busy,
        Refused,      ///< For good.
        Echoed,       ///< The same, and the failure repeats what was sent.
        OutageBefore, ///< Nothing goes through from that call on.
        OutageAfter,  ///< The same, but that call is still done.
    };

    void arm(Fault fault, int call)
    {
        m_fault = fault;
        m_at = call;
        m_count = 0;
    }
    [[nodiscard]] int count() const { return m_count; }

    Result<http::Response> send(const QUrl &base, const http::Request &request, std::chrono::milliseconds timeout) override
    {
        const int number = m_count++;
        const bool outage = m_fault == Fault::OutageBefore || m_fault == Fault::OutageAfter;
        if (outage ? number < m_at : number != m_at)
            return m_real.send(base, request, timeout);
        const auto cut = [] { return failure(ErrorCode::Io, QStringLiteral("The connection was cut.")); };
        const auto answer = [&](int status, const char *type, const char *message) {
            const bool query = request.header("Content-Type").startsWith("application/x-www-form");
            const QByteArray body = query ? QByteArray("<ErrorResponse><Error><Code>") + type + "</Code><Message>" + message + "</Message></Error></ErrorResponse>" : QByteArray("{\"message\":\"") + message + "\"}";
            return http::Response{status, {{"x-amzn-ErrorType", type}}, body};
        };
        switch (m_fault) {
        case Fault::None: return m_real.send(base, request, timeout);
        case Fault::NeverSent:
        case Fault::OutageBefore: return cut();
        case Fault::CutLate:
            QThread::msleep(500);
            return cut();
        case Fault::AnswerLost:
            (void)m_real.send(base, request, timeout);
            return cut();
        case Fault::OutageAfter:
            if (number == m_at)
                (void)m_real.send(base, request, timeout);
            return cut();
        case Fault::TimedOut:
            (void)m_real.send(base, request, timeout);
            return failure(ErrorCode::TimedOut, QStringLiteral("It took too long."));
        case Fault::Throttled: return answer(429, "TooManyRequestsException", "Rate exceeded");
        case Fault::ServerError: return answer(500, "ServiceException", "An internal error occurred");
        case Fault::Busy: return answer(409, "ResourceConflictException", "The operation cannot be performed at this time. An update is in progress for resource");
        case Fault::Echoed: return http::Response{400, {{"x-amzn-ErrorType", "InvalidParameterValueException"}}, "{\"message\":" + QJsonDocument(QJsonArray{QString::fromUtf8("String measured: " + request.body)}).toJson(QJsonDocument::Compact).sliced(1).chopped(1) + "}"};
        case Fault::Refused: return answer(400, "InvalidParameterValueException", "No.");
        }
        return cut();
    }

private:
    http::NetworkTransport m_real;
    std::atomic<int> m_count = 0;
    Fault m_fault = Fault::None;
    int m_at = -1;
};

} // namespace eph::test
