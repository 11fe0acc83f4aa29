// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/call.h"

namespace eph::gateway {

/// A client of a WebSocket API, as events tell of it.
struct ConnectedClient {
    QString connectionId;
    qint64 connectedMs = 0;
    QByteArray userAgent;
    QJsonObject authorizer; ///< `requestContext.authorizer` of all its events; empty without one.
    QString api;
    QString stage;
    QString domain;  ///< Under which its functions reach the connections.
};

[[nodiscard]] ConnectedClient clientOf(const Call &handshake);

/// One thing that such a client does.
struct SocketMoment {
    QString routeKey;
    QByteArray requestId;
    qint64 epochMs = 0;
};

/// What the functions of a WebSocket API get. Source: API Gateway developer guide, Lambda integrations of WebSocket APIs, and
/// recorded events, November 2026.
[[nodiscard]] QJsonObject connectEvent(const Call &handshake);
[[nodiscard]] QJsonObject messageEvent(const ConnectedClient &client, const SocketMoment &moment, const QString &messageId, const QByteArray &body, bool binary);
/// @param status of the close frame; 1005 where it had none.
[[nodiscard]] QJsonObject disconnectEvent(const ConnectedClient &client, const SocketMoment &moment, int status, const QString &reason);

/// The key of the route that a message asks for, by an expression such as `$request.body.action`; empty where the message does not
/// have it, or is no JSON object.
[[nodiscard]] QString selectedRoute(const QString &expression, const QByteArray &message);

} // namespace eph::gateway
