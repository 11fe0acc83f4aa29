// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/evaluator.h"

namespace eph::project {

/// What CloudFormation and SAM say of a resource before they look at its properties: types of functions that are misspelt, and
/// resources that it depends on and that are not there. `root` is the template's.
void checkResource(const YamlNode &resource, const QString &logicalId, const YamlNode &root, Evaluator &evaluator);

/// The names under a resource's `DependsOn`, as they are written.
[[nodiscard]] QList<const YamlNode *> dependenciesOf(const YamlNode &resource);

/// Whether the template has a resource of that name, or SAM makes one.
[[nodiscard]] bool hasResource(const YamlNode &root, const QString &name);

/// All of the template's resources are written in it: nothing that only the cloud knows adds to them.
[[nodiscard]] bool isWhole(const YamlNode &root);

} // namespace eph::project
