// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

    [[nodiscard]] const Route &route() const { return *match.route; }
    /// With the stage in front, where it has a name.
    [[nodiscard]] QByteArray stagePath() const;
    /// `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`
    [[nodiscard]] QString methodArn() const;
};

/// Query parameters in their order, decoded: `+` is a blank.
[[nodiscard]] QList<std::pair<QString, QString>> queryOf(const http::Request &request);

/// Whether a body of that type travels as text; everything else is base64. `binaryTypes` name what else is not.
[[nodiscard]] bool isText(const QByteArray &contentType);
/// `image/png` by `image/*` and `*/*`, too.
[[nodiscard]] bool isAmong(const QByteArray &mediaType, const QStringList &patterns);

/// What the function gets: format 1.0 for REST APIs and routes that ask for it, otherwise 2.0.
/// Source: fact sheets of both formats and recorded events, November 2026.
[[nodiscard]] QByteArray eventOf(const Call &call);
[[nodiscard]] QJsonObject restEvent(const Call &call);
[[nodiscard]] QJsonObject httpEvent(const Call &call);

} // namespace eph::gateway
