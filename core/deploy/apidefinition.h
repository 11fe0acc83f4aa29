// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "core/gateway/api.h"

#include <QJsonObject>

namespace eph::deploy {

/// An HTTP front of functions as an OpenAPI definition that API Gateway imports as a whole: routes, integrations, authorizers and CORS in
/// one call, so that no request meets half of it. Functions are called through their alias.
struct ApiDefinition {
    QJsonObject document;
    Findings findings; ///< What the service's import cannot express.
};

struct ApiDefinitionRequest {
    const gateway::Api &api;
    QString title;
    QString region;
    QString account;
    QString alias;
};
[[nodiscard]] ApiDefinition apiDefinitionOf(const ApiDefinitionRequest &request);

/// Path and method of a route in the ARN of an invoke permission: `GET/items/*`.
[[nodiscard]] QString permissionPath(const gateway::Route &route);

} // namespace eph::deploy
