// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/package/selection.h"

#include <QByteArray>
#include <functional>
#include <vector>

namespace eph::package {

/// A file as it lies in a package.
struct Deflated {
    QByteArray bytes; ///< Compressed, or as they are where that is no shorter.
    qint64 size = 0;  ///< Of the file.
    quint32 crc = 0;
    bool isStored = false;
    bool isExecutable = false;
};

/// Reads and compresses files on all processors; the result is in their order. `step` is told how many are done, from any thread,
/// and stops everything by returning false: then Cancelled. Io names a file that cannot be read.
[[nodiscard]] Result<std::vector<Deflated>> deflateFiles(const QList<PackedFile> &files, const std::function<bool(qsizetype done)> &step = {});

} // namespace eph::package
