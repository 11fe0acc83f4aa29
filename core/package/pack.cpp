// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/pack.h"

#include "core/base/text.h"
#include "core/package/deflate.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zip.h>

namespace eph::package {

using namespace Qt::StringLiterals;

namespace {

/// 1 January 1980, 00:00: the first that the format knows.
constexpr zip_uint16_t FixedDate = (1 << 5) | 1;
constexpr zip_uint16_t FixedTime = 0;

[[nodiscard]] tl::unexpected<Error> cannotPack(const QString &why)
{
    return failure(ErrorCode::Io, Core::tr("The package could not be made: %1.").arg(why));
}

/// Hands libzip what is compressed already.
struct Feed {
    const Deflated *file = nullptr;
    zip_uint64_t at = 0;
};

zip_int64_t feed(void *state, void *data, zip_uint64_t length, zip_source_cmd_t command)
{
    auto *from = static_cast<Feed *>(state);
    const Deflated &file = *from->file;
    switch (command) {
    case ZIP_SOURCE_SUPPORTS: return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    case ZIP_SOURCE_OPEN: from->at = 0; return 0;
    case ZIP_SOURCE_READ: {
        const zip_uint64_t now = std::min(length, zip_uint64_t(file.bytes.size()) - from->at);
        std::memcpy(data, file.bytes.constData() + from->at, now);
        from->at += now;
        return zip_int64_t(now);
    }
    case ZIP_SOURCE_STAT: {
        auto *stat = static_cast<zip_stat_t *>(data);
        zip_stat_init(stat);
        stat->size = zip_uint64_t(file.size);
        stat->comp_size = zip_uint64_t(file.bytes.size());
        stat->crc = file.crc;
        stat->comp_method = file.isStored ? ZIP_CM_STORE : ZIP_CM_DEFLATE;
        stat->valid = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC | ZIP_STAT_COMP_METHOD;
        return sizeof(zip_stat_t);
    }
    case ZIP_SOURCE_ERROR: std::memset(data, 0, 2 * sizeof(int)); return 2 * sizeof(int);
    default: return 0;
    }
}

/// Takes what libzip writes, into one piece of memory.
struct Target {
    QByteArray bytes;
    qsizetype at = 0;
};

zip_int64_t take(void *state, void *data, zip_uint64_t length, zip_source_cmd_t command)
{
    auto *to = static_cast<Target *>(state);
    switch (command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_COMMIT_WRITE,
                                              ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_WRITE, ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_REMOVE, -1);
    case ZIP_SOURCE_BEGIN_WRITE: to->at = 0; return 0;
    case ZIP_SOURCE_WRITE: {
        const auto end = to->at + qsizetype(length);
        if (end > to->bytes.size())
            to->bytes.resize(end);
        std::memcpy(to->bytes.data() + to->at, data, length);
        to->at = end;
        return zip_int64_t(length);
    }
    case ZIP_SOURCE_SEEK_WRITE: {
        zip_error_t error;
        zip_error_init(&error);
        const zip_int64_t at = zip_source_seek_compute_offset(zip_uint64_t(to->at), zip_uint64_t(to->bytes.size()), data, length, &error);
        zip_error_fini(&error);
        if (at >= 0)
            to->at = qsizetype(at);
        return at < 0 ? -1 : 0;
    }
    case ZIP_SOURCE_TELL_WRITE: return to->at;
    // There is nothing to read: the archive is a new one.
    case ZIP_SOURCE_STAT: zip_stat_init(static_cast<zip_stat_t *>(data)); return sizeof(zip_stat_t);
    case ZIP_SOURCE_ERROR: std::memset(data, 0, 2 * sizeof(int)); return 2 * sizeof(int);
    default: return 0;
    }
}

/// Thousands of faults become a few, where the system has such pages.
void useLargePages(char *from, qsizetype length)
{
    constexpr auto PageBytes = std::uintptr_t(2 * 1024 * 1024);
    const auto begin = (reinterpret_cast<std::uintptr_t>(from) + PageBytes - 1) & ~(PageBytes - 1);
    const auto end = (reinterpret_cast<std::uintptr_t>(from) + std::uintptr_t(length)) & ~(PageBytes - 1);
    if (begin < end)
        (void)::madvise(reinterpret_cast<void *>(begin), end - begin, MADV_HUGEPAGE);
}

Result<QByteArray> write(const QList<PackedFile> &files, const std::vector<Deflated> &deflated)
{
    constexpr qsizetype HeadBytes = 30 + 46 + 64; ///< Of an entry in both places, with what may come to its name.
    Target target;
    qsizetype expected = 1024;
    for (qsizetype i = 0; i < files.size(); ++i)
        expected += deflated[size_t(i)].bytes.size() + 2 * 3 * files.at(i).name.size() + HeadBytes;
    target.bytes.reserve(expected);
    useLargePages(target.bytes.data(), target.bytes.capacity());
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_function_create(&take, &target, &error);
    zip_t *opened = source ? zip_open_from_source(source, ZIP_TRUNCATE, &error) : nullptr;
    zip_error_fini(&error);
    if (!opened)
        return cannotPack(Core::tr("there is no memory for it"));
    std::unique_ptr<zip_t, decltype(&zip_discard)> archive(opened, &zip_discard);
    std::vector<Feed> feeds(deflated.size());
    for (qsizetype i = 0; i < files.size(); ++i) {
        const PackedFile &file = files.at(i);
        const Deflated &content = deflated[size_t(i)];
        Feed &from = feeds[size_t(i)];
        from.file = &content;
        zip_source_t *bytes = zip_source_function(archive.get(), &feed, &from);
        const zip_int64_t index = zip_file_add(archive.get(), file.name.toUtf8().constData(), bytes, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(bytes);
            return cannotPack(QString::fromUtf8(zip_strerror(archive.get())));
        }
        const mode_t mode = !file.link.isEmpty() ? S_IFLNK | 0777 : S_IFREG | (content.isExecutable ? 0755 : 0644);
        zip_set_file_compression(archive.get(), zip_uint64_t(index), content.isStored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
        zip_file_set_dostime(archive.get(), zip_uint64_t(index), FixedTime, FixedDate, 0);
        zip_file_set_external_attributes(archive.get(), zip_uint64_t(index), 0, ZIP_OPSYS_UNIX, zip_uint32_t(mode) << 16);
    }
    if (zip_close(archive.get()) != 0)
        return cannotPack(QString::fromUtf8(zip_strerror(archive.get())));
    (void)archive.release();
    return std::move(target.bytes);
}

} // namespace

Result<Package> packFiles(QList<PackedFile> files, const std::function<bool(qsizetype)> &step)
{
    sortByName(files);
    Package package;
    package.files = files.size();
    // libzip leaves an empty archive without a byte; this is one without an entry.
    if (files.isEmpty()) {
        package.zip = QByteArray("PK\x05\x06", 4) + QByteArray(18, '\0');
        return package;
    }
    const auto deflated = deflateFiles(files, step);
    if (!deflated)
        return tl::unexpected(deflated.error());
    for (qsizetype i = 0; i < files.size(); ++i) {
        const Deflated &file = (*deflated)[size_t(i)];
        package.uncompressedBytes += file.size;
        package.entries.append({files.at(i).name, file.size, file.bytes.size(), file.crc});
    }
    auto zip = write(files, *deflated);
    if (!zip)
        return tl::unexpected(zip.error());
    package.zip = *std::move(zip);
    return package;
}

Result<QByteArray> packFolder(const QString &folder, const QString &runtime)
{
    auto selection = selectFiles(folder, runtime);
    if (!selection)
        return tl::unexpected(selection.error());
    auto package = packFiles(std::move(selection->files));
    return package ? Result<QByteArray>(std::move(package->zip)) : tl::unexpected(package.error());
}

} // namespace eph::package
