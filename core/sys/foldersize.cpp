// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/foldersize.h"

#include <QFile>
#include <fts.h>
#include <sys/stat.h>

namespace eph::sys {

qint64 folderSize(const QString &folder)
{
    QByteArray name = QFile::encodeName(folder);
    char *const roots[]{name.data(), nullptr};
    FTS *walk = ::fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, nullptr);
    if (!walk)
        return 0;
    constexpr qint64 BlockBytes = 512; // Whatever the file system's own blocks are.
    qint64 bytes = 0;
    while (const FTSENT *entry = ::fts_read(walk)) {
        if (entry->fts_info == FTS_F)
            bytes += qint64(entry->fts_statp->st_blocks) * BlockBytes;
    }
    ::fts_close(walk);
    return bytes;
}

} // namespace eph::sys
