// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/stampedproject.h"

#include <QFile>
#include <algorithm>
#include <sys/stat.h>

namespace eph::project {

namespace {

Stamp stampOf(const QByteArray &path)
{
    struct stat is{};
    const bool isThere = ::stat(path.constData(), &is) == 0;
    return isThere ? Stamp{path, is.st_mtim.tv_sec, is.st_mtim.tv_nsec, is.st_size, is.st_ino} : Stamp{path};
}

} // namespace

Stamps stampsOf(const QStringList &files)
{
    Stamps stamps;
    for (const QString &file : files)
        stamps << stampOf(QFile::encodeName(file));
    return stamps;
}

bool areCurrent(const Stamps &stamps)
{
    return std::all_of(stamps.cbegin(), stamps.cend(), [](const Stamp &stamp) { return stamp == stampOf(stamp.path); });
}

StampedProject loadStamped(const LoadRequest &request)
{
    // Which files there are is known only afterwards: once more when one of them changed in between.
    Stamps before;
    for (int i = 0;; ++i) {
        Result<Project> loaded = loadProject(request);
        const Stamps after = loaded ? stampsOf(loaded->sources) : Stamps();
        constexpr int MaxReads = 3;
        if (after == before || i == MaxReads)
            return {std::move(loaded), before};
        before = after;
    }
}

} // namespace eph::project
