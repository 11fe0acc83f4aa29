// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"

namespace eph::gateway {

/// What the validator that an operation names, or else its definition, checks of requests: parameters that must be there, and the
/// schema of a JSON body. `path` holds the operation and what is common to those of its path. Source: API Gateway developer guide,
/// request validation, November 2026.
void applyValidator(Route &route, const QJsonObject &definition, const QJsonObject &path, const QJsonObject &operation);

} // namespace eph::gateway
