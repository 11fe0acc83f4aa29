// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"

namespace eph::gateway {

/// A route as an OpenAPI definition with API Gateway's extensions has it.
struct DefinedRoute {
    Route route;
    bool saysSecurity = false; ///< Who may call it; otherwise that is the API's to say.
};

/// Of requests that are signed.
[[nodiscard]] Authorizer iamAuthorizer();

/// One that is nowhere in the project.
[[nodiscard]] Authorizer absentAuthorizer(const QString &name);

/// All routes of a definition. `functionOf` finds the function in the address that an integration calls; `besides` are authorizers that the
/// definition names without describing them. Source: API Gateway developer guide, OpenAPI extensions, November 2026.
[[nodiscard]] QList<DefinedRoute> definedRoutes(const QJsonObject &definition, ApiKind kind, const std::function<QString(const QString &uri)> &functionOf, const QMap<QString, Authorizer> &besides = {});

} // namespace eph::gateway
