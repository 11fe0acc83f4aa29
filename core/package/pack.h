// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/package/contents.h"
#include "core/package/selection.h"

#include <QByteArray>
#include <functional>

namespace eph::package {

/// How far a package may go. Source: Lambda quotas, November 2026.
inline constexpr qint64 MaxDirectBytes = 50LL * 1024 * 1024;    ///< Of the zip, where it is sent with the call.
inline constexpr qint64 MaxUnzippedBytes = 262'144'000;         ///< Of all files and layers together.

struct Package {
    QByteArray zip;
    qint64 files = 0;
    qint64 uncompressedBytes = 0;
    QList<ZipEntry> entries; ///< Names and sizes.
};

/// A zip of them whose bytes follow from names, contents, executable bits and links alone: by name, with one fixed time, modes 0755
/// and 0644. Any thread, and compresses on all processors. Io when a file cannot be read; `step` as with deflateFiles().
[[nodiscard]] Result<Package> packFiles(QList<PackedFile> files, const std::function<bool(qsizetype done)> &step = {});

/// The same of what selectFiles() finds below a folder.
[[nodiscard]] Result<QByteArray> packFolder(const QString &folder, const QString &runtime);

} // namespace eph::package
