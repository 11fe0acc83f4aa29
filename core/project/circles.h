// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"

namespace eph::project {

/// Reports resources that need each other in a circle, which CloudFormation refuses: what they refer to, and what SAM adds for a
/// function's events. `present` are those whose condition is not false.
void reportCircles(const YamlNode &root, const QStringList &present, Evaluator &evaluator);

} // namespace eph::project
