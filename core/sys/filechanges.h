// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

namespace eph::sys {

/// What people do to the files of a folder. All fail with Conflict where something is in the way, which they never replace, and with Io;
/// any thread.

/// An empty file; its path. The name may have folders before it, which are made. Invalid for one that leads out of the folder.
[[nodiscard]] Result<QString> makeFile(const QString &folder, const QString &name);
[[nodiscard]] Result<QString> makeFolder(const QString &folder, const QString &name);
/// Gives a file or a folder another name, within its own folder or below it; its new path.
[[nodiscard]] Result<QString> renameFile(const QString &path, const QString &name);

/// Something in the trash of the desktop.
struct Trashed {
    QString path; ///< Where it was.
    QString inTrash;
};
/// Unsupported where there is no trash for it.
[[nodiscard]] Result<Trashed> moveToTrash(const QString &path);
[[nodiscard]] Result<void> putBack(const Trashed &trashed);
/// With all that a folder holds. Links are removed, not what they lead to.
[[nodiscard]] Result<void> removeForGood(const QString &path);

} // namespace eph::sys
