// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/server.h"

#include <QByteArray>
#include <functional>
#include <optional>

namespace eph::runtime {

/// What the function process gets from `next`.
struct NextEvent {
    QByteArray requestId;
    qint64 deadlineEpochMs = 0;
    QByteArray functionArn;
    QByteArray traceId;
    QByteArray clientContext;
    QByteArray payload;
    QByteArray tenantId = {};
};

/// The Lambda Runtime API of one environment: which call is legal when, with the exact statuses and error bodies. Knows
/// nothing of processes. Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and the emulator, November 2026.
class RuntimeApi
{
public:
    /// Largest buffered response, bytes: 6 MiB and 100.
    static constexpr qint64 MaxResponseBytes = 6 * 1024 * 1024 + 100;
    /// Largest streamed response, bytes.
    static constexpr qint64 MaxStreamedBytes = 200LL * 1024 * 1024;

    struct Answer {
        QByteArray payload;
        bool streamed = false;
        QByteArray contentType;
    };
    struct Failure {
        QByteArray payload;
        QByteArray errorType;
    };

    /// A bundled client that was started ahead of need has come up and waits for begin().
    std::function<void()> onWaiting;
    /// Something in the process has to go on while the runtime waits: a bundled client that blocks is told so.
    std::function<bool()> othersAreAtWork = [] { return false; };
    std::function<void()> onNext;                ///< The runtime waits for an event: init is done, or the last invocation is over.
    std::function<void(Answer)> onAnswer;        ///< A response was taken.
    std::function<void(Failure)> onFailure;      ///< The handler failed, or its response was unusable.
    std::function<void()> onResponseTooLarge;
    std::function<void(Failure)> onInitFailure;
    /// A streamed response begins: who takes its bytes as they come; null to have it whole in onAnswer. `hold` keeps the
    /// rest with the function while true.
    std::function<http::BodyReceiver(const QByteArray &contentType, std::function<void(bool)> hold)> onStream;

    void handle(const http::Request &request, const http::Responder &responder);
    /// Asked between head and body of each request that has one.
    [[nodiscard]] http::BodyReceiver routeBody(const http::Request &head, const http::Responder &responder) const;
    /// The client that waits, or will, goes on and loads the function.
    void begin();
    /// Gives the waiting runtime its event. Only after onNext.
    void deliver(const NextEvent &event);
    /// Ends the connection of a runtime that waits for an event.
    void hangUp();
    /// The runtime process is gone; the next call comes from a new one.
    void reset();

    [[nodiscard]] bool isWaiting() const { return m_waiting.has_value(); }

private:
    enum class State { Started, InitError, Ready, Running, ResponseSent };

    void next(const http::Request &request, const http::Responder &responder);
    void invocationCall(const http::Request &request, const QByteArray &requestId, const QByteArray &call, const http::Responder &responder);
    void response(const http::Request &request, const http::Responder &responder);
    void error(const http::Request &request, const http::Responder &responder);
    void initError(const http::Request &request, const http::Responder &responder);
    void sendEvent(const http::Responder &responder) const;
    [[nodiscard]] bool requireRunning(const char *wanted, const http::Responder &responder) const;

    State m_state = State::Started;
    std::optional<http::Responder> m_waiting;
    std::optional<http::Responder> m_held; ///< Of a client that waits for begin().
    bool m_begun = false;
    NextEvent m_event;
};

} // namespace eph::runtime
