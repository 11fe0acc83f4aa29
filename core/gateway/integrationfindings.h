// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

namespace eph::gateway {

/// What is wrong with the mappings of a project's APIs, before anybody asks them: templates that are not whole, patterns and
/// sources that name nothing, and functions with tenant isolation that are called for nobody. Pure.
[[nodiscard]] Findings integrationFindings(const project::Project &project);

} // namespace eph::gateway
