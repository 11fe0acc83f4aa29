// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/resources.h"

namespace eph::project {

/// Of usage plans of REST APIs: the plan, the keys, and what joins the two.
[[nodiscard]] bool isKeyResource(const QString &type);
[[nodiscard]] QList<UsagePlanDeclaration> usagePlansOf(const Resources &all);

} // namespace eph::project
