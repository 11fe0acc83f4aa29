// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QList>

namespace eph::package {

/// A file that goes into a package.
struct PackedFile {
    QString name; ///< Within the package, with `/`.
    QString path; ///< Where it is read.
};

/// A zip of them whose bytes follow from names, contents and executable bits alone: by name, with one fixed time, modes 0755
/// and 0644. Any thread. Io when a file cannot be read.
[[nodiscard]] Result<QByteArray> packFiles(QList<PackedFile> files);

/// The same of all code below a folder, see sys::codeFiles.
[[nodiscard]] Result<QByteArray> packFolder(const QString &folder);

} // namespace eph::package
