// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace eph {

/// The name that was most likely meant by a misspelt one: at most two letters wrong, missing, added or swapped.
/// Empty when none is that close.
[[nodiscard]] QString closestName(const QString &misspelt, const QStringList &names);

} // namespace eph
