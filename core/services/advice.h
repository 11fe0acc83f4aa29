// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/runtime/invocation.h"

namespace eph::services {

/// The way out of a failed run where this machine, and not the function, is the cause: a dependency that is not installed,
/// TypeScript that nobody built, a handler without a file. Empty when there is nothing to add to the error itself.
[[nodiscard]] QString adviceFor(const runtime::Invocation &invocation, const project::Function &function);

} // namespace eph::services
