// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/authorization.h"
#include "core/gateway/deadlines.h"
#include "core/gateway/gatewaysource.h"
#include "core/gateway/requeststore.h"
#include "core/gateway/socketevent.h"
#include "core/gateway/throttle.h"
#include "core/http/server.h"

#include <QHash>
#include <QObject>

class QWebSocket;

namespace eph::gateway {

/// The clients of WebSocket APIs: who may connect, what becomes of each message, and the endpoint by which functions send to
/// connections. Lives on the runtime's thread.
/// Source: API Gateway developer guide, WebSocket APIs and their quotas, November 2026.
class WebSockets : public QObject
{
    Q_OBJECT
public:
    struct Parts {
        runtime::Pool &pool;
        const GatewaySource &source;
        Authorization &authorization;
        Throttle &throttle;
        Deadlines &deadlines;
        const sys::Clock &clock;
        RequestStore &requests;
    };
    static constexpr int MaxConnections = 1000;
    static constexpr qsizetype MaxMessageBytes = 128 * 1024;
    static constexpr qsizetype MaxFrameBytes = 32 * 1024;
    static constexpr std::chrono::minutes MaxIdle{10};
    static constexpr std::chrono::hours MaxAge{2};

    explicit WebSockets(const Parts &parts);
    ~WebSockets() override;

    /// Takes a client that asks for a socket and calls of `[/STAGE]/@connections/ID`. False for any other request, and where no
    /// API of the project is a WebSocket API.
    [[nodiscard]] bool handle(const http::Request &request, const http::Responder &responder, const Apis &apis, quint16 port);

private:
    struct Opening;
    struct Session;
    using OpeningPtr = std::shared_ptr<Opening>;
    using SessionPtr = std::shared_ptr<Session>;
    /// Null where the invocation did not come to an end in time.
    using Answer = std::function<void(const runtime::Invocation *)>;

    void open(const http::Request &request, const http::Responder &responder, const Apis &apis, quint16 port);
    void askToConnect(const OpeningPtr &opening);
    void accept(const OpeningPtr &opening, const QByteArray &protocol);
    void refuse(const OpeningPtr &opening, http::Response response);
    void begin(const OpeningPtr &opening, QWebSocket *raw);
    void received(const SessionPtr &session, const QByteArray &body, bool binary);
    void left(const SessionPtr &session);
    void manage(const http::Request &request, const http::Responder &responder);
    [[nodiscard]] http::Response managed(const http::Request &request);
    /// What a client does after the handshake, in terms of a request. Without an API where that is gone.
    [[nodiscard]] Call callOf(const ConnectedClient &client, qint64 epochMs) const;
    void record(HandledRequest handled, sys::Nanoseconds began);
    /// Into the log of the platform: the client is told nothing of it.
    void tellProblem(const Call &call, const Error &error) const;
    /// Calls done() once, unless it fails.
    [[nodiscard]] Result<void> invoke(const Call &call, const QJsonObject &event, Answer done);

    Parts m_parts;
    QHash<QString, SessionPtr> m_sessions; ///< By connection id.
};

} // namespace eph::gateway
