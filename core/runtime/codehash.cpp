// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/codehash.h"

#include "core/sys/codefiles.h"

#include <QCryptographicHash>
#include <QFile>
#include <sys/stat.h>

namespace eph::runtime {

QByteArray CodeHash::fileHash(const QString &path)
{
    struct stat info{};
    if (::stat(QFile::encodeName(path).constData(), &info) != 0)
        return {};
    const qint64 modified = qint64(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
    if (const auto known = m_known.constFind(path); known != m_known.cend() && known->size == info.st_size && known->modifiedNs == modified)
        return known->hash;
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
        return {};
    m_known.insert(path, {info.st_size, modified, hash.result()});
    return hash.result();
}

QByteArray CodeHash::of(const QStringList &folders)
{
    const std::lock_guard lock(m_mutex);
    QCryptographicHash all(QCryptographicHash::Sha256);
    for (const QString &root : folders) {
        const QList<sys::CodeFile> files = sys::codeFiles(root);
        for (const sys::CodeFile &file : files) {
            all.addData(file.name.toUtf8());
            all.addData(QByteArrayView("\0", 1));
            all.addData(fileHash(file.path));
        }
    }
    return all.result().toHex();
}

} // namespace eph::runtime
