// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/codehash.h"

#include "core/sys/codefiles.h"
#include "core/sys/sha256.h"

#include <QFile>
#include <sys/stat.h>

namespace eph::runtime {

namespace {
constexpr qint64 BlockBytes = 256 * 1024;
}

QByteArray CodeHash::fileHash(const QString &path)
{
    struct stat info{};
    if (::stat(QFile::encodeName(path).constData(), &info) != 0)
        return {};
    const qint64 modified = qint64(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
    if (const auto known = m_known.constFind(path); known != m_known.cend() && known->size == info.st_size && known->modifiedNs == modified)
        return known->hash;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    sys::Sha256 hash;
    while (!file.atEnd()) {
        const QByteArray block = file.read(BlockBytes);
        if (block.isEmpty())
            return {};
        hash.add(block);
    }
    const QByteArray result = hash.result();
    m_known.insert(path, {info.st_size, modified, result});
    return result;
}

QByteArray CodeHash::of(const QStringList &folders)
{
    const std::lock_guard lock(m_mutex);
    sys::Sha256 all;
    for (const QString &root : folders) {
        const QList<sys::CodeFile> files = sys::codeFiles(root);
        for (const sys::CodeFile &file : files) {
            all.add(file.name.toUtf8());
            all.add(QByteArrayView("\0", 1));
            all.add(fileHash(file.path));
        }
    }
    return all.result().toHex();
}

} // namespace eph::runtime
