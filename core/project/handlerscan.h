// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

namespace eph::project {

/// Finds handlers in a folder without a template: JavaScript files that export one, Python files that define one, and
/// executables named bootstrap. Looks two levels deep and leaves dependencies out.
[[nodiscard]] QList<Function> findHandlers(const QString &folder);

/// A template that declares them, for the user to keep.
[[nodiscard]] QByteArray templateFor(const QList<Function> &functions, const QString &folder);

} // namespace eph::project
