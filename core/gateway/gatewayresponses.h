// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/message.h"

#include <QJsonObject>
#include <QMap>
#include <optional>

namespace eph::gateway {

struct Call;

/// What a REST API says where it answers by itself, in place of its own words. Source: API Gateway developer guide, gateway
/// responses, November 2026.
struct GatewayResponse {
    std::optional<int> status;
    QList<std::pair<QByteArray, QString>> headers; ///< As parameterText() has them.
    QString body; ///< Template for JSON; empty: as it is.
};

/// By type: `UNAUTHORIZED`, `DEFAULT_4XX`, …
using GatewayResponses = QMap<QString, GatewayResponse>;

/// In SAM's words, or in those of `x-amazon-apigateway-gateway-responses`.
[[nodiscard]] GatewayResponses readGatewayResponses(const QJsonObject &declared);

/// Changes a refusal as is declared; one of a type that is not declared, and what a function answered, stay as they are.
void applyGatewayResponse(http::Response &response, const GatewayResponses &declared, const Call &call);

} // namespace eph::gateway
