// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/pack.h"

#include "core/base/text.h"
#include "core/sys/codefiles.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <memory>
#include <sys/stat.h>
#include <zip.h>

namespace eph::package {

using namespace Qt::StringLiterals;

namespace {

/// 1 January 1980, 00:00: the first that the format knows.
constexpr zip_uint16_t FixedDate = (1 << 5) | 1;
constexpr zip_uint16_t FixedTime = 0;
constexpr zip_uint32_t CompressionLevel = 6;

[[nodiscard]] tl::unexpected<Error> cannotPack(const QString &why)
{
    return failure(ErrorCode::Io, Core::tr("The package could not be made: %1.").arg(why));
}

} // namespace

Result<QByteArray> packFiles(QList<PackedFile> files)
{
    std::sort(files.begin(), files.end(), [](const PackedFile &a, const PackedFile &b) { return a.name.toUtf8() < b.name.toUtf8(); });
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_t *opened = target ? zip_open_from_source(target, ZIP_TRUNCATE, &error) : nullptr;
    zip_error_fini(&error);
    if (!opened)
        return cannotPack(Core::tr("there is no memory for it"));
    std::unique_ptr<zip_t, decltype(&zip_discard)> archive(opened, &zip_discard);
    // Read when the archive is closed.
    QList<QByteArray> contents;
    contents.reserve(files.size());
    for (const PackedFile &file : std::as_const(files)) {
        QFile source(file.path);
        if (!source.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, Core::tr("%1 cannot be read: %2.").arg(file.path, source.errorString()));
        contents << source.readAll();
        zip_source_t *buffer = zip_source_buffer(archive.get(), contents.constLast().constData(), zip_uint64_t(contents.constLast().size()), 0);
        const zip_int64_t index = zip_file_add(archive.get(), file.name.toUtf8().constData(), buffer, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(buffer);
            return cannotPack(QString::fromUtf8(zip_strerror(archive.get())));
        }
        const mode_t mode = S_IFREG | (QFileInfo(file.path).isExecutable() ? 0755 : 0644);
        zip_set_file_compression(archive.get(), zip_uint64_t(index), ZIP_CM_DEFLATE, CompressionLevel);
        zip_file_set_dostime(archive.get(), zip_uint64_t(index), FixedTime, FixedDate, 0);
        zip_file_set_external_attributes(archive.get(), zip_uint64_t(index), 0, ZIP_OPSYS_UNIX, zip_uint32_t(mode) << 16);
    }
    // libzip leaves an empty archive without a byte; this is one without an entry.
    if (files.isEmpty())
        return QByteArray("PK\x05\x06", 4) + QByteArray(18, '\0');
    zip_source_keep(target);
    const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(target, &zip_source_free);
    if (zip_close(archive.get()) != 0)
        return cannotPack(QString::fromUtf8(zip_strerror(archive.get())));
    (void)archive.release();
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_source_stat(target, &stat) != 0 || zip_source_open(target) != 0)
        return cannotPack(QString::fromUtf8(zip_error_strerror(zip_source_error(target))));
    QByteArray zip(qsizetype(stat.size), Qt::Uninitialized);
    const zip_int64_t got = zip_source_read(target, zip.data(), zip_uint64_t(zip.size()));
    zip_source_close(target);
    return got == zip.size() ? Result<QByteArray>(zip) : cannotPack(Core::tr("it ended early"));
}

Result<QByteArray> packFolder(const QString &folder)
{
    QList<PackedFile> files;
    const QList<sys::CodeFile> found = sys::codeFiles(folder);
    for (const sys::CodeFile &file : found)
        files << PackedFile{file.name, file.path};
    return packFiles(std::move(files));
}

} // namespace eph::package
