// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

namespace eph::project {

/// Functions that are subscribed to the log group that they write into, which in the cloud call themselves for ever. Pure.
[[nodiscard]] Findings logLoopsOf(const Project &project);

} // namespace eph::project
