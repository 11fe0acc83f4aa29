// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/package/contents.h"
#include "core/package/selection.h"
#include "core/project/model.h"

#include <QJsonObject>
#include <functional>

namespace eph::services {

/// A function's code, packed.
struct FunctionPackage {
    QString function;
    QByteArray zip;
    QByteArray sha256;  ///< Hexadecimal.
    QByteArray codeSha256; ///< In base 64, as the service tells it.
    qint64 files = 0;
    qint64 uncompressedBytes = 0;
    QList<package::PackagePart> parts;
    QList<package::LeftOut> leftOut;
    QStringList warnings; ///< Against the service's limits.
};

/// Packs what the function's code folder holds. Invalid for a function without code here; `step` is told how many files are done and
/// stops it by returning false. Any thread.
[[nodiscard]] Result<FunctionPackage> packFunction(const project::Function &function, const std::function<bool(qsizetype done)> &step = {});

/// `{sha256, codeSha256Base64, bytes, uncompressedBytes, files, parts, leftOut, warnings}`.
[[nodiscard]] QJsonObject toJson(const FunctionPackage &package);
/// `{same, sameBytes, packing, entries, parts}`.
[[nodiscard]] QJsonObject toJson(const package::PackageDiff &diff);

} // namespace eph::services
