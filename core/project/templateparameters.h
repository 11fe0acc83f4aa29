// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"
#include "core/project/model.h"

namespace eph::project {

/// Gives the template's parameters their values, those of `values` or their defaults, and reports what is missing, not allowed,
/// known in the cloud alone, or, of the project's own template, given to no parameter.
void readParameters(const YamlNode &root, const QMap<QString, QString> &values, bool isRoot, Project &project, Evaluator &evaluator);

/// The way out where a function's variable is known in the cloud alone.
[[nodiscard]] QString environmentHint();

} // namespace eph::project
