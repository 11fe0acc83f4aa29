// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/vault.h"
#include "core/package/contents.h"
#include "core/services/packageservice.h"

namespace eph::services {

/// How a function's package differs from the one that a release has of it.
struct PackageChange {
    QString function;
    package::PackageDiff diff;

    /// For people: some of the files, or why the hash is another though the files are the same.
    [[nodiscard]] QString summary() const;
};

/// Nothing where there is no other package, or it has the same bytes.
[[nodiscard]] std::optional<PackageChange> packageChange(const deploy::Vault &vault, const deploy::Resource *before, const FunctionPackage &package);

/// A package that a release has of a function.
struct ReleasedPackage {
    QString release; ///< Id.
    QString target;
    QString stage;
    QString sha256;  ///< By which the vault has it.
};
/// Newest first. Reads the releases; any thread.
[[nodiscard]] QList<ReleasedPackage> releasedPackages(const deploy::Vault &vault, const QString &logicalId);

} // namespace eph::services
