// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

namespace eph::project {

/// Events that SAM refuses, or that change nothing in the cloud: two with one route, one without a path, one whose API has a
/// definition of its own, one of a bucket that the template does not have. Pure.
[[nodiscard]] Findings eventFindings(const Project &project);

/// SAM leaves such an API as its `DefinitionBody` has it, as far as that is known here: events of functions add no routes.
[[nodiscard]] bool isDefinedByItself(const ApiDeclaration &api);

} // namespace eph::project
