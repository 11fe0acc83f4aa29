// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/account/codestore.h"

#include "core/base/text.h"
#include "core/sys/sha256.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <fcntl.h>
#include <sys/stat.h>

namespace eph::account {

using namespace Qt::StringLiterals;

CodeStore::CodeStore(const QString &folder)
    : m_temporary(folder.isEmpty() ? std::make_shared<QTemporaryDir>() : nullptr)
    , m_folder(m_temporary ? m_temporary->path() : folder)
{
}

Result<CodeStore::Code> CodeStore::take(const QByteArray &zip) const
{
    const QByteArray sha256 = sys::sha256(zip).toHex();
    const Code code{sha256, zip.size()};
    if (QFileInfo(folderOf(sha256)).isDir() && QFileInfo::exists(zipOf(sha256))) {
        // As new: keepOnly() spares it until somebody has named it.
        for (const QString &path : {folderOf(sha256), zipOf(sha256)})
            ::utimensat(AT_FDCWD, QFile::encodeName(path).constData(), nullptr, 0);
        return code;
    }
    if (!QDir().mkpath(m_folder))
        return failure(ErrorCode::Io, Core::tr("The folder %1 could not be made.").arg(m_folder));
    QTemporaryDir fresh(m_folder + "/unpacking-XXXXXX"_L1);
    if (const auto unpacked = package::unpackZip(zip, fresh.path()); !unpacked)
        return tl::unexpected(unpacked.error());
    QSaveFile file(zipOf(sha256));
    if (!file.open(QIODevice::WriteOnly) || file.write(zip) != zip.size() || !file.commit())
        return failure(ErrorCode::Io, Core::tr("%1 cannot be written: %2.").arg(file.fileName(), file.errorString()));
    QFile::setPermissions(fresh.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther);
    // Whole or not at all. Another upload of the same may have been quicker.
    if (QDir().rename(fresh.path(), folderOf(sha256)))
        fresh.setAutoRemove(false);
    else if (!QFileInfo(folderOf(sha256)).isDir())
        return failure(ErrorCode::Io, Core::tr("%1 cannot be written.").arg(folderOf(sha256)));
    return code;
}

void CodeStore::keepOnly(const QSet<QByteArray> &used) const
{
    const QDateTime dayAgo = QDateTime::currentDateTimeUtc().addDays(-1);
    const QFileInfoList entries = QDir(m_folder).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QFileInfo &entry : entries) {
        // Asked again, as it may just have come once more.
        if (used.contains(entry.completeBaseName().toLatin1()) || QFileInfo(entry.filePath()).lastModified() > dayAgo)
            continue;
        entry.isDir() ? (void)QDir(entry.filePath()).removeRecursively() : (void)QFile::remove(entry.filePath());
    }
}

} // namespace eph::account
