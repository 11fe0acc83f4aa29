// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/project/model.h"
#include "core/runtime/invocation.h"

namespace eph::cloud {

/// What an environment of a project's function is made from; code that stands in the template is written to its folder.
/// Fails with Unsupported, NotFound or Invalid for what has no way to run here.
[[nodiscard]] Result<runtime::FunctionConfig> functionConfig(const project::Project &project, const project::Function &function);

/// What becomes of its asynchronous invocations by that version or alias; empty: by its name alone. `EventInvokeConfigs` among its properties
/// are those that are resources of their own, by qualifier.
[[nodiscard]] runtime::AsyncPolicy asyncPolicy(const project::Function &function, const QString &qualifier);

} // namespace eph::cloud
