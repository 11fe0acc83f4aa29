// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/packageservice.h"

#include "core/base/text.h"
#include "core/package/pack.h"

#include <QCryptographicHash>
#include <QJsonArray>

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

} // namespace

Result<FunctionPackage> packFunction(const project::Function &function, const std::function<bool(qsizetype)> &step)
{
    if (function.containerImage)
        return failure(ErrorCode::Unsupported, Core::tr("“%1” is a container image, which has no package.").arg(function.name));
    if (function.codeFolder.isEmpty())
        return failure(ErrorCode::NotFound, Core::tr("The code of “%1” is not on this machine.").arg(function.name), Core::tr("Point CodeUri in the template to a local folder."));
    auto selection = package::selectFiles(function.codeFolder, function.runtime);
    if (!selection)
        return tl::unexpected(selection.error());
    auto packed = package::packFiles(std::move(selection->files), step);
    if (!packed)
        return tl::unexpected(packed.error());
    const QByteArray hash = QCryptographicHash::hash(packed->zip, QCryptographicHash::Sha256);
    FunctionPackage result{function.name, std::move(packed->zip), hash.toHex(), hash.toBase64(), packed->files, packed->uncompressedBytes, {}, std::move(selection->leftOut), {}};
    result.parts = package::partsOf(packed->entries);
    if (result.uncompressedBytes > package::MaxUnzippedBytes)
        result.warnings << Core::tr("Unpacked it has %1 bytes; the service takes %2 with all layers.").arg(result.uncompressedBytes).arg(package::MaxUnzippedBytes);
    if (result.zip.size() > package::MaxDirectBytes)
        result.warnings << Core::tr("It has %1 bytes; more than %2 have to go through a bucket.").arg(result.zip.size()).arg(package::MaxDirectBytes);
    return result;
}

QJsonObject toJson(const FunctionPackage &package)
{
    QJsonArray leftOut;
    for (const package::LeftOut &one : package.leftOut)
        leftOut.append(QJsonObject{{u"name"_s, one.name}, {u"rule"_s, one.rule}});
    return {{u"function"_s, package.function},
            {u"sha256"_s, QString::fromLatin1(package.sha256)},
            {u"codeSha256Base64"_s, QString::fromLatin1(package.codeSha256)},
            {u"bytes"_s, package.zip.size()},
            {u"uncompressedBytes"_s, package.uncompressedBytes},
            {u"files"_s, package.files},
            {u"parts"_s, partsJson(package.parts)},
            {u"leftOut"_s, leftOut},
            {u"warnings"_s, QJsonArray::fromStringList(package.warnings)}};
}

QJsonObject toJson(const package::PackageDiff &diff)
{
    QJsonArray entries;
    for (const package::PackageDiff::Entry &entry : diff.entries)
        entries.append(QJsonObject{{u"name"_s, entry.name}, {u"change"_s, package::changeName(entry.change)}, {u"bytesBefore"_s, entry.before}, {u"bytesAfter"_s, entry.after}});
    return {{u"same"_s, diff.entries.isEmpty()}, {u"sameBytes"_s, diff.sameBytes}, {u"packing"_s, diff.packing}, {u"entries"_s, entries}, {u"parts"_s, partsJson(diff.parts)}};
}

} // namespace eph::services
