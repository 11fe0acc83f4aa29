// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace eph::package {

/// One entry of a zip, as its directory says.
struct ZipEntry {
    QString name;
    qint64 size = 0;
    qint64 compressedBytes = 0;
    quint32 crc = 0;
    quint32 mode = 0;    ///< As Unix has it; 0 where the zip does not say.
    quint16 method = 0;  ///< Of the compression.
    quint16 date = 0;    ///< In the format's own bits.
    quint16 time = 0;
};

/// What is in a zip, in its order. Invalid, with the reason, for what is no zip, is cut off, or encrypted. Nothing is unpacked.
[[nodiscard]] Result<QList<ZipEntry>> contentsOf(const QByteArray &zip);

/// The part of a package that a file is of: `node_modules/lodash`, `node_modules/@aws-sdk/client-s3`, a Python package that lies at
/// the top, `lib`; empty for a file at the top of its own.
[[nodiscard]] QString partOf(const QString &name);

/// A part with what it holds.
struct PackagePart {
    QString name; ///< See partOf(); empty: files at the top.
    int files = 0;
    qint64 bytes = 0; ///< Uncompressed.
    qint64 compressedBytes = 0;
};
/// The largest first.
[[nodiscard]] QList<PackagePart> partsOf(const QList<ZipEntry> &entries);

/// How two packages differ.
struct PackageDiff {
    enum class Change { Added, Removed, Content, Mode };
    struct Entry {
        QString name;
        Change change = Change::Content;
        qint64 before = 0; ///< Bytes, uncompressed.
        qint64 after = 0;
    };
    QList<Entry> entries; ///< By name.
    QList<PackagePart> parts; ///< What changed in each part: files, and by how many bytes it grew.
    bool sameBytes = false;
    /// Why the hash is another though no file of the code is: times, order, compression, or what else; empty otherwise.
    QString packing;
};
[[nodiscard]] QString changeName(PackageDiff::Change change);

/// Invalid names the one that cannot be read.
[[nodiscard]] Result<PackageDiff> diffPackages(const QByteArray &before, const QByteArray &after);

} // namespace eph::package
