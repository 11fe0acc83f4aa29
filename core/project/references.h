// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"

#include <functional>

namespace eph::project {

/// Calls `found` with each name that `Ref`, `Fn::GetAtt` or `Fn::Sub` uses below a node, and where; pseudo parameters are left out.
/// Of an `Fn::If` only what its condition chooses is looked at, as the service does before it orders resources.
void forEachReference(const YamlNode &node, Evaluator &evaluator, const std::function<void(const QString &name, const YamlNode &at)> &found);

} // namespace eph::project
