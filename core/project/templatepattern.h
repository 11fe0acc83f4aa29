// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

namespace eph::project {

/// A pattern as a template has it, in which all scalars are texts: a number may have been meant as one, and is taken as both.
[[nodiscard]] QJsonObject typedPattern(const QJsonObject &pattern);

} // namespace eph::project
