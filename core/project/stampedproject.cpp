// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/stampedproject.h"

#include <QFile>
#include <algorithm>
#include <sys/stat.h>

namespace eph::project {

namespace {

Stamp stampOf(const QString &file)
{
    struct stat is{};
    const bool isThere = ::stat(QFile::encodeName(file).constData(), &is) == 0;
    return isThere ? Stamp{is.st_mtim.tv_sec, is.st_mtim.tv_nsec, is.st_size, is.st_ino} : Stamp();
}

} // namespace

Stamps stampsOf(const QStringList &files)
{
    Stamps stamps;
    for (const QString &file : files)
        stamps.insert(file, stampOf(file));
    return stamps;
}

bool areCurrent(const QStringList &files, const Stamps &stamps)
{
    return std::all_of(files.cbegin(), files.cend(), [&](const QString &file) {
        const auto known = stamps.constFind(file);
        return known != stamps.cend() && *known == stampOf(file);
    });
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
