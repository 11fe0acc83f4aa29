// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/mapping/value.h"

namespace eph::mapping {

/// What a JSONPath expression finds, by the rules of the Jayway library that API Gateway uses: one value, or null, where the path can lead to one
/// place alone; otherwise a list. Members, indices (also from the end, several, and ranges), `*`, `..`, filters `[?(@.a == 'b')]` and `.length()`.
/// Invalid for what is no path.
[[nodiscard]] Result<Value> jsonPath(const Value &root, const QString &path);

} // namespace eph::mapping
