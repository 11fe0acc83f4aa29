// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eph::sys {

/// What the files of a folder and all below it take on the disk, in bytes. Links are not followed. Any thread; a folder that
/// changes meanwhile is counted as far as it is found.
[[nodiscard]] qint64 folderSize(const QString &folder);

} // namespace eph::sys
