// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/mappedfile.h"

#include "core/base/text.h"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace eph::logs {

Result<MappedFile> MappedFile::open(const QString &path)
{
    MappedFile mapped;
    mapped.m_file = std::make_unique<QFile>(path);
    if (!mapped.m_file->open(QIODevice::ReadOnly))
        return failure(mapped.m_file->exists() ? ErrorCode::Io : ErrorCode::NotFound, Core::tr("%1 cannot be read: %2.").arg(path, mapped.m_file->errorString()));
    const qint64 size = mapped.m_file->size();
    if (size == 0)
        return mapped;
    const uchar *content = mapped.m_file->map(0, size);
    if (!content)
        return failure(ErrorCode::Io, Core::tr("%1 cannot be mapped into memory: %2.").arg(path, mapped.m_file->errorString()));
    mapped.m_bytes = QByteArrayView(content, size);
    return mapped;
}

bool MappedFile::populate(QByteArrayView part)
{
#ifdef MADV_POPULATE_READ
    static const auto page = std::uintptr_t(::sysconf(_SC_PAGESIZE));
    const auto begin = std::uintptr_t(part.data()) & ~(page - 1);
    // Where the kernel does not know it, pages come one by one.
    return part.isEmpty() || ::madvise(reinterpret_cast<void *>(begin), std::uintptr_t(part.data()) + std::uintptr_t(part.size()) - begin, MADV_POPULATE_READ) == 0 || errno != EFAULT;
#else
    (void)part;
    return true;
#endif
}

} // namespace eph::logs
