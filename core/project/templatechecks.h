// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"

namespace eph::project {

/// What CloudFormation says of a template as a whole: types of SAM without its transform, names in Outputs and Conditions that nothing
/// has, circles. `present` are the resources whose condition is not false.
void checkTemplate(const YamlNode &root, const QStringList &present, Evaluator &evaluator);

} // namespace eph::project
