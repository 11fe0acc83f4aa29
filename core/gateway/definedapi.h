// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"

namespace eph::gateway {

/// An API that was made by a call, out of an OpenAPI definition with API Gateway's extensions. Its functions keep their qualifiers.
struct DefinedApi {
    QString id;
    ApiKind kind = ApiKind::Http;
    QString stage;
    QJsonObject stageVariables;
    QJsonObject definition;
};
[[nodiscard]] Api apiOf(const DefinedApi &defined);

} // namespace eph::gateway
