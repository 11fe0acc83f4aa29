// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/call.h"
#include "core/mapping/value.h"

#include <optional>

namespace eph::gateway {

/// What a mapping's source names in a request: `method.request.header.X`, `request.querystring.q` of an HTTP API, `context.identity.sourceIp`,
/// `stageVariables.v`, or a text in quotation marks. nullopt where it is not there. `context` is the request's, where somebody has it. Source: API Gateway developer guide, parameter mapping, November 2026.
[[nodiscard]] std::optional<QString> requestValue(const Call &call, const QString &source, const mapping::Value *context = nullptr);
/// All that a query has by that name.
[[nodiscard]] QStringList queryValues(const Call &call, const QString &name);

} // namespace eph::gateway
