// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/packagechanges.h"

#include "core/base/text.h"

namespace eph::services {

using namespace Qt::StringLiterals;

QString PackageChange::summary() const
{
    if (diff.entries.isEmpty())
        return Core::tr("%1: the same files; the hash is another because of %2").arg(function, diff.packing);
    QStringList names;
    constexpr qsizetype Most = 4;
    for (const auto &entry : diff.entries.first(std::min(Most, diff.entries.size())))
        names << entry.name;
    if (diff.entries.size() > Most)
        names << Core::tr("and %1 more").arg(diff.entries.size() - Most);
    return Core::tr("%1: %2").arg(function, names.join(", "_L1));
}

std::optional<PackageChange> packageChange(const deploy::Vault &vault, const deploy::Resource *before, const FunctionPackage &package)
{
    const QString old = before ? before->properties.value("Package"_L1).toString() : QString();
    if (old.isEmpty() || old == QString::fromLatin1(package.sha256))
        return std::nullopt;
    const auto zip = vault.package(old);
    if (!zip)
        return std::nullopt;
    auto diff = package::diffPackages(*zip, package.zip);
    if (!diff)
        return std::nullopt;
    return PackageChange{package.function, *std::move(diff)};
}

QList<ReleasedPackage> releasedPackages(const deploy::Vault &vault, const QString &logicalId)
{
    QList<ReleasedPackage> packages;
    const QList<deploy::Release> releases = vault.releases();
    for (const deploy::Release &release : releases) {
        const deploy::Resource *resource = release.spec.find(deploy::kinds::Function + u':' + logicalId);
        if (resource && resource->properties.contains("Package"_L1))
            packages.append({release.id, release.target, release.spec.stage, resource->properties.value("Package"_L1).toString()});
    }
    return packages;
}

} // namespace eph::services
