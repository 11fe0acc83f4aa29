// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/package/contents.h"

#include <QStringList>

namespace eph::ui {

/// A number of bytes for people.
[[nodiscard]] QString dataSize(qint64 bytes);

/// How two packages differ, a row for each file: its name, what became of it, its size before and after.
[[nodiscard]] QList<QStringList> differenceRows(const package::PackageDiff &diff);

} // namespace eph::ui
