// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QList>
#include <QString>

namespace eph::package {

/// A file that goes into a package.
struct PackedFile {
    QString name; ///< Within the package, with `/`.
    QString path; ///< Where it is read.
    QString link; ///< Of a link that is kept as one: what it points to; empty for a file.
};

/// By the bytes of their names, as a zip has them.
void sortByName(QList<PackedFile> &files);

struct LeftOut {
    QString name;
    QString rule;
};

/// What of a folder goes into a package.
struct Selection {
    QList<PackedFile> files; ///< By name, in the order of their bytes.
    QList<LeftOut> leftOut;  ///< Folders as one.
};

/// Dependencies that were installed for a code folder.
struct InstalledFiles {
    QString folder;    ///< Where they lie; empty: there are none.
    QString insteadOf; ///< What they stand for in the code folder, such as `node_modules`; empty: nothing.
};

/// All below a folder but what the runtime's standard rules and a `.lambdaignore` in it keep out, and what was installed for it, where
/// the folder has no such file of its own; the lines of `.lambdaignore` come after the standard ones, so that `!coverage/` takes one back. Links within the folder stay links, what other links point to is taken as files. Io
/// where a folder or the rules cannot be read, Invalid for a link that leads to a folder around it. Any thread.
[[nodiscard]] Result<Selection> selectFiles(const QString &folder, const QString &runtime, const InstalledFiles &installed = {});

} // namespace eph::package
