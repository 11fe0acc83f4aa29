// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace eph::sys {

/// Folders that hold no code: never hashed, watched or packed.
[[nodiscard]] bool isIgnoredFolder(const QString &name);

struct CodeFile {
    QString name; ///< Relative to the root, with `/`.
    QString path; ///< Where it is read; through links.
};

/// All files below a folder, by name, without the ignored folders. Links are followed, each real folder once, so that
/// circles end.
[[nodiscard]] QList<CodeFile> codeFiles(const QString &root);

} // namespace eph::sys
