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
    Findings findings; ///< Of the service's limits (`package-limit`) and of dependencies (`dependencies`).
};

/// How far it is; each stops the packing by returning false.
struct PackSteps {
    std::function<bool(const QString &line)> installing = {}; ///< What the tool that brings the dependencies says.
    std::function<bool(qsizetype done)> packing = {};         ///< How many files are done.
};

/// Packs what the function's code folder holds, with the dependencies that its lock file or requirements name, installed afresh. Where
/// they cannot be had, a finding says so and what lies in the folder is packed. Invalid for a function without code here, Cancelled
/// when a step stopped it. Any thread.
[[nodiscard]] Result<FunctionPackage> packFunction(const project::Function &function, const PackSteps &steps = {});

/// `{sha256, codeSha256Base64, bytes, uncompressedBytes, files, parts, leftOut, warnings}`.
[[nodiscard]] QJsonObject toJson(const FunctionPackage &package);
/// `{same, sameBytes, packing, entries, parts}`.
[[nodiscard]] QJsonObject toJson(const package::PackageDiff &diff);

} // namespace eph::services
