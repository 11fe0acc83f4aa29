// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/functionconfig.h"

#include <QByteArray>

namespace eph::runtime {

/// The header of the service's Invoke call that names the tenant.
inline constexpr auto TenantHeader = "X-Amz-Tenant-Id";
/// Longest name of a tenant, characters.
inline constexpr int MaxTenantId = 256;
/// What it is made of, as the service's model has it.
inline constexpr auto TenantPattern = "[a-zA-Z0-9\\._:\\/=+\\-@ ]+";

/// Why an invocation for that tenant is refused, or one for none, in the service's words; empty where it is right.
/// Source: Lambda developer guide, tenant isolation, November 2026.
[[nodiscard]] QString tenantProblem(const FunctionConfig &config, const QByteArray &tenantId);

} // namespace eph::runtime
