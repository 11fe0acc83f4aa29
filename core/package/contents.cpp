// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/contents.h"

#include "core/base/text.h"

#include <QMap>
#include <algorithm>
#include <memory>
#include <zip.h>

namespace eph::package {

using namespace Qt::StringLiterals;

Result<QList<ZipEntry>> contentsOf(const QByteArray &zip)
{
    if (zip.isEmpty())
        return failure(ErrorCode::Invalid, Core::tr("This is no zip that can be read: it is empty."));
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(zip.constData(), zip_uint64_t(zip.size()), 0, &error);
    zip_t *opened = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr;
    if (!opened) {
        const QString why = QString::fromUtf8(zip_error_strerror(&error));
        zip_error_fini(&error);
        if (source)
            zip_source_free(source);
        return failure(ErrorCode::Invalid, Core::tr("This is no zip that can be read: %1.").arg(why));
    }
    const std::unique_ptr<zip_t, decltype(&zip_discard)> archive(opened, &zip_discard);
    QList<ZipEntry> entries;
    const zip_int64_t count = zip_get_num_entries(opened, 0);
    for (zip_int64_t i = 0; i < count; ++i) {
        zip_stat_t stat;
        if (zip_stat_index(opened, zip_uint64_t(i), ZIP_FL_ENC_GUESS, &stat) != 0)
            return failure(ErrorCode::Invalid, Core::tr("Entry %1 of the zip cannot be read: %2.").arg(i + 1).arg(QString::fromUtf8(zip_strerror(opened))));
        ZipEntry entry{QString::fromUtf8(stat.name), qint64(stat.size), qint64(stat.comp_size), stat.crc, 0, stat.comp_method, 0, 0};
        if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
            return failure(ErrorCode::Invalid, Core::tr("“%1” in the zip is encrypted.").arg(entry.name));
        zip_uint8_t system = 0;
        zip_uint32_t attributes = 0;
        if (zip_file_get_external_attributes(opened, zip_uint64_t(i), 0, &system, &attributes) == 0 && system == ZIP_OPSYS_UNIX)
            entry.mode = attributes >> 16;
        // Where the format keeps it, without a zone: a time of the epoch would depend on this machine's.
        if (stat.valid & ZIP_STAT_MTIME) {
            struct tm local = {};
            localtime_r(&stat.mtime, &local);
            entry.date = quint16(((local.tm_year - 80) << 9) | ((local.tm_mon + 1) << 5) | local.tm_mday);
            entry.time = quint16((local.tm_hour << 11) | (local.tm_min << 5) | (local.tm_sec / 2));
        }
        entries.append(entry);
    }
    return entries;
}

QString partOf(const QString &name)
{
    const QStringList parts = name.split(u'/');
    const qsizetype modules = parts.lastIndexOf(u"node_modules"_s);
    if (modules >= 0 && modules + 2 < parts.size()) {
        const bool scoped = parts.at(modules + 1).startsWith(u'@');
        return u"node_modules/"_s + parts.mid(modules + 1, scoped ? 2 : 1).join(u'/');
    }
    return parts.size() > 1 ? parts.first() : QString();
}

QList<PackagePart> partsOf(const QList<ZipEntry> &entries)
{
    QMap<QString, PackagePart> parts;
    for (const ZipEntry &entry : entries) {
        if (entry.name.endsWith(u'/'))
            continue;
        PackagePart &part = parts[partOf(entry.name)];
        part.name = partOf(entry.name);
        ++part.files;
        part.bytes += entry.size;
        part.compressedBytes += entry.compressedBytes;
    }
    QList<PackagePart> all = parts.values();
    std::stable_sort(all.begin(), all.end(), [](const PackagePart &a, const PackagePart &b) { return a.compressedBytes > b.compressedBytes; });
    return all;
}

QString changeName(PackageDiff::Change change)
{
    switch (change) {
    case PackageDiff::Change::Added: return u"added"_s;
    case PackageDiff::Change::Removed: return u"removed"_s;
    case PackageDiff::Change::Content: return u"content"_s;
    case PackageDiff::Change::Mode: return u"mode"_s;
    }
    return {};
}

namespace {

/// Of two packages with the same files: what else is not the same.
QString packingDifference(const QList<ZipEntry> &before, const QList<ZipEntry> &after)
{
    const auto differs = [&](auto of) { return !std::equal(before.cbegin(), before.cend(), after.cbegin(), after.cend(), [&](const ZipEntry &a, const ZipEntry &b) { return of(a) == of(b); }); };
    if (differs([](const ZipEntry &entry) { return entry.name; }))
        return Core::tr("the order of the files");
    if (differs([](const ZipEntry &entry) { return (entry.date << 16) | entry.time; }))
        return Core::tr("the times of the files");
    if (differs([](const ZipEntry &entry) { return entry.method; }) || differs([](const ZipEntry &entry) { return entry.compressedBytes; }))
        return Core::tr("the way in which they were compressed");
    return Core::tr("details of the zip format");
}

} // namespace

Result<PackageDiff> diffPackages(const QByteArray &before, const QByteArray &after)
{
    const auto first = contentsOf(before);
    if (!first)
        return failure(first.error().code, Core::tr("The first package: %1").arg(first.error().message));
    const auto second = contentsOf(after);
    if (!second)
        return failure(second.error().code, Core::tr("The second package: %1").arg(second.error().message));
    QMap<QString, std::pair<const ZipEntry *, const ZipEntry *>> names;
    for (const ZipEntry &entry : *first)
        names[entry.name].first = &entry;
    for (const ZipEntry &entry : *second)
        names[entry.name].second = &entry;
    PackageDiff diff;
    diff.sameBytes = before == after;
    QMap<QString, PackagePart> parts;
    for (auto it = names.cbegin(); it != names.cend(); ++it) {
        const auto &[old, fresh] = *it;
        // A folder's own entry is no file.
        if (it.key().endsWith(u'/'))
            continue;
        PackageDiff::Entry entry{it.key(), PackageDiff::Change::Content, old ? old->size : 0, fresh ? fresh->size : 0};
        if (!old)
            entry.change = PackageDiff::Change::Added;
        else if (!fresh)
            entry.change = PackageDiff::Change::Removed;
        else if (old->size == fresh->size && old->crc == fresh->crc) {
            if (old->mode == fresh->mode)
                continue;
            entry.change = PackageDiff::Change::Mode;
        }
        diff.entries.append(entry);
        PackagePart &part = parts[partOf(entry.name)];
        part.name = partOf(entry.name);
        ++part.files;
        part.bytes += entry.after - entry.before;
        part.compressedBytes += (fresh ? fresh->compressedBytes : 0) - (old ? old->compressedBytes : 0);
    }
    diff.parts = parts.values();
    if (diff.entries.isEmpty() && !diff.sameBytes)
        diff.packing = packingDifference(*first, *second);
    return diff;
}

} // namespace eph::package
