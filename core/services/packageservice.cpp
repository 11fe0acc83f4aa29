// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/packageservice.h"

#include "core/base/text.h"
#include "core/package/dependencies.h"
#include "core/package/pack.h"
#include "core/sys/sha256.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

QJsonArray partsJson(const QList<package::PackagePart> &parts)
{
    QJsonArray list;
    for (const package::PackagePart &part : parts)
        list.append(QJsonObject{{u"name"_s, part.name}, {u"files"_s, part.files}, {u"bytes"_s, part.bytes}, {u"compressedBytes"_s, part.compressedBytes}});
    return list;
}

[[nodiscard]] Finding findingOf(const project::Function &function, Severity severity, const QString &rule, const QString &message, const QString &hint)
{
    return {severity, rule, message, hint, function.location.file, function.location.line, 0, {}};
}

[[nodiscard]] bool hasModules(const project::Function &function)
{
    return QFileInfo::exists(function.codeFolder + "/node_modules"_L1);
}

/// What is missing where nothing says how the dependencies are to be had.
void warnOfUnlocked(const project::Function &function, Findings &findings)
{
    const QString folder = function.codeFolder;
    const auto warn = [&](const QString &message, const QString &hint) { findings << findingOf(function, Severity::Warning, u"dependencies"_s, message, hint); };
    if (function.runtime.startsWith("nodejs"_L1) && !hasModules(function)) {
        QFile manifest(folder + "/package.json"_L1);
        if (manifest.open(QIODevice::ReadOnly) && !QJsonDocument::fromJson(manifest.readAll()).object().value("dependencies"_L1).toObject().isEmpty())
            warn(Core::tr("“%1” names dependencies in package.json, but has neither a lock file nor node_modules.").arg(function.name), Core::tr("Run npm install in %1 and keep package-lock.json.").arg(folder));
    }
    if (!function.runtime.startsWith("python"_L1))
        return;
    for (const QString &lock : {u"poetry.lock"_s, u"uv.lock"_s, u"Pipfile.lock"_s}) {
        if (QFileInfo::exists(folder + u'/' + lock))
            warn(Core::tr("The dependencies of “%1” are in %2, which is not read.").arg(function.name, lock), Core::tr("Export them to a requirements.txt beside it."));
    }
}

[[nodiscard]] Result<package::InstalledFiles> installedFor(const project::Function &function, const PackSteps &steps, Findings &findings)
{
    if (function.skipBuild)
        return package::InstalledFiles();
    const auto recipe = package::dependenciesOf(function.codeFolder, {function.runtime, function.architecture});
    if (!recipe)
        return tl::unexpected(recipe.error());
    if (!*recipe) {
        warnOfUnlocked(function, findings);
        return package::InstalledFiles();
    }
    if (!(*recipe)->loose.isEmpty())
        findings << findingOf(function, Severity::Note, u"dependencies"_s, Core::tr("“%1” needs %2 in no exact version; the next package may hold another one.").arg(function.name, (*recipe)->loose.join(", "_L1)), Core::tr("Write NAME==VERSION in requirements.txt."));
    auto installed = package::installDependencies(**recipe, steps.installing);
    if (installed || installed.error().code == ErrorCode::Cancelled)
        return installed;
    const Error &error = installed.error();
    if (hasModules(function))
        findings << findingOf(function, Severity::Warning, u"dependencies"_s, Core::tr("node_modules of “%1” is packed as it lies in the folder, with what only development needs. %2").arg(function.name, error.message), error.hint);
    else
        findings << findingOf(function, Severity::Error, u"dependencies"_s, Core::tr("The dependencies of “%1” are not in its package. %2").arg(function.name, error.message), error.hint);
    return package::InstalledFiles();
}

} // namespace

Result<FunctionPackage> packFunction(const project::Function &function, const PackSteps &steps)
{
    if (function.containerImage)
        return failure(ErrorCode::Unsupported, Core::tr("“%1” is a container image, which has no package.").arg(function.name));
    if (function.codeFolder.isEmpty())
        return failure(ErrorCode::NotFound, Core::tr("The code of “%1” is not on this machine.").arg(function.name), Core::tr("Point CodeUri in the template to a local folder."));
    FunctionPackage result;
    result.function = function.name;
    const auto installed = installedFor(function, steps, result.findings);
    if (!installed)
        return tl::unexpected(installed.error());
    auto selection = package::selectFiles(function.codeFolder, function.runtime, *installed);
    if (!selection)
        return tl::unexpected(selection.error());
    auto packed = package::packFiles(std::move(selection->files), steps.packing);
    if (!packed)
        return tl::unexpected(packed.error());
    const QByteArray hash = sys::sha256(packed->zip);
    result.zip = std::move(packed->zip);
    result.sha256 = hash.toHex();
    result.codeSha256 = hash.toBase64();
    result.files = packed->files;
    result.uncompressedBytes = packed->uncompressedBytes;
    result.leftOut = std::move(selection->leftOut);
    result.parts = package::partsOf(packed->entries);
    const auto tooLarge = [&](const QString &message) { result.findings << findingOf(function, Severity::Error, u"package-limit"_s, message, Core::tr("Leave files out with a .lambdaignore, or move dependencies into a layer.")); };
    if (result.uncompressedBytes > package::MaxUnzippedBytes)
        tooLarge(Core::tr("The package of “%1” has %2 bytes unpacked; the service takes %3 with all layers.").arg(function.name).arg(result.uncompressedBytes).arg(package::MaxUnzippedBytes));
    if (result.zip.size() > package::MaxDirectBytes)
        tooLarge(Core::tr("The package of “%1” has %2 bytes; more than %3 have to go through a bucket.").arg(function.name).arg(result.zip.size()).arg(package::MaxDirectBytes));
    return result;
}

QJsonObject toJson(const FunctionPackage &package)
{
    QJsonArray leftOut;
    for (const package::LeftOut &one : package.leftOut)
        leftOut.append(QJsonObject{{u"name"_s, one.name}, {u"rule"_s, one.rule}});
    QJsonArray warnings;
    for (const Finding &finding : package.findings)
        warnings.append(finding.message);
    return {{u"function"_s, package.function},
            {u"sha256"_s, QString::fromLatin1(package.sha256)},
            {u"codeSha256Base64"_s, QString::fromLatin1(package.codeSha256)},
            {u"bytes"_s, package.zip.size()},
            {u"uncompressedBytes"_s, package.uncompressedBytes},
            {u"files"_s, package.files},
            {u"parts"_s, partsJson(package.parts)},
            {u"leftOut"_s, leftOut},
            {u"warnings"_s, warnings}};
}

QJsonObject toJson(const package::PackageDiff &diff)
{
    QJsonArray entries;
    for (const package::PackageDiff::Entry &entry : diff.entries)
        entries.append(QJsonObject{{u"name"_s, entry.name}, {u"change"_s, package::changeName(entry.change)}, {u"bytesBefore"_s, entry.before}, {u"bytesAfter"_s, entry.after}});
    return {{u"same"_s, diff.entries.isEmpty()}, {u"sameBytes"_s, diff.sameBytes}, {u"packing"_s, diff.packing}, {u"entries"_s, entries}, {u"parts"_s, partsJson(diff.parts)}};
}

} // namespace eph::services
