// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"
#include "core/project/model.h"

namespace eph::project {

/// Reports what keeps a function from running here: no runtime, no handler, no code, or a handler without a file. `node` is where it
/// stands, `path` what its properties are called, `folder` the project's.
void checkFunction(const Function &function, const QString &folder, Evaluator &evaluator, const YamlNode &node, const QString &path);

} // namespace eph::project
