// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

namespace eph::project {

/// What the service refuses of functions with tenant isolation, and what could not name a tenant. Pure.
/// Source: Lambda developer guide, tenant isolation, and the SAM transform, November 2026.
[[nodiscard]] Findings tenancyFindings(const Project &project);

} // namespace eph::project
