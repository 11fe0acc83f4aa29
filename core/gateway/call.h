// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/requeststore.h"
#include "core/gateway/routing.h"
#include "core/http/message.h"

#include <memory>

namespace eph::gateway {

/// One request on its way to a function.
struct Call {
    http::Request request;
    std::shared_ptr<const QList<Api>> apis; ///< What the rest points into.
    const Api *api = nullptr;
    RouteMatch match;
    QByteArray path;      ///< Without the stage.
    QByteArray requestId; ///< As the kind of API writes it.
    QByteArray traceId;
    qint64 epochMs = 0;
    quint16 port = 0;
    QString region;
    QString account;
    QJsonObject authorizer; ///< `requestContext.authorizer` of the event; empty without one.
    QString connectionId = {}; ///< Of the handshake of a WebSocket API.

    [[nodiscard]] const Route &route() const { return *match.route; }
    /// With the stage in front, where it has a name.
    [[nodiscard]] QByteArray stagePath() const;
    /// `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`
    [[nodiscard]] QString methodArn() const;
};

/// By which HTTP and WebSocket APIs number requests, messages and connections: fifteen characters and an equals sign.
[[nodiscard]] QByteArray newShortId();
/// The host that a request is for, in lower case, without its port.
[[nodiscard]] QByteArray hostOf(const http::Request &request);

/// Of whoever signed it; empty without a signature.
[[nodiscard]] QString accessKeyOf(const http::Request &request);
[[nodiscard]] QString userArnOf(const Call &call);

/// What is known of a request before it is answered, for the list of those that were handled.
[[nodiscard]] HandledRequest handledOf(const Call &call);

/// Query parameters in their order, decoded: `+` is a blank.
[[nodiscard]] QList<std::pair<QString, QString>> queryOf(const http::Request &request);

/// Whether a body of that type travels to an HTTP API or a function URL as text; everything else, also what a form sends, is
/// base64.
[[nodiscard]] bool isText(const QByteArray &contentType);
/// `image/png` by `image/*` and `*/*`, too.
[[nodiscard]] bool isAmong(const QByteArray &mediaType, const QStringList &patterns);

/// The members that both formats of REST APIs and the handshake of WebSocket APIs have: headers and query, each once and as lists.
void addMultiValues(const Call &call, QJsonObject &event);
/// `02/Jan/2026:03:04:05 +0000`
[[nodiscard]] QString commonLogTime(qint64 epochMs);

/// What the function gets: format 1.0 for REST APIs and routes that ask for it, a load balancer's own, otherwise 2.0.
/// Source: fact sheets of both formats and recorded events, November 2026.
[[nodiscard]] QByteArray eventOf(const Call &call);
[[nodiscard]] QJsonObject restEvent(const Call &call);
[[nodiscard]] QByteArray httpEvent(const Call &call);
/// What a load balancer hands on: queries as they came, still encoded.
[[nodiscard]] QJsonObject balancerEvent(const Call &call);

} // namespace eph::gateway
