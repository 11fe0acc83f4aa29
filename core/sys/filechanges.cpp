// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/filechanges.h"

#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace eph::sys {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] bool isTaken(const QString &path)
{
    const QFileInfo info(path);
    return info.exists() || info.isSymLink();
}

/// The path of something new, with the folders that lead to it.
[[nodiscard]] Result<QString> newPath(const QString &folder, const QString &name)
{
    const QString clean = QDir::cleanPath(name);
    if (name.trimmed().isEmpty() || clean == "."_L1)
        return failure(ErrorCode::Invalid, Core::tr("A file needs a name."));
    if (name.startsWith(u'/') || clean == ".."_L1 || clean.startsWith("../"_L1))
        return failure(ErrorCode::Invalid, Core::tr("“%1” leads out of “%2”.").arg(name, folder), Core::tr("Write a name such as src/app.js."));
    QString path = folder + u'/' + clean;
    if (isTaken(path))
        return failure(ErrorCode::Conflict, Core::tr("“%1” is there already.").arg(clean), Core::tr("Choose another name."));
    if (!QDir().mkpath(QFileInfo(path).absolutePath()))
        return failure(ErrorCode::Io, Core::tr("The folder “%1” could not be made.").arg(QFileInfo(path).absolutePath()));
    return path;
}

[[nodiscard]] Result<void> move(const QString &from, const QString &to)
{
    QFile file(from);
    if (!file.rename(to))
        return failure(ErrorCode::Io, Core::tr("“%1” could not become “%2”: %3.").arg(from, to, file.errorString()));
    return {};
}

} // namespace

Result<QString> makeFile(const QString &folder, const QString &name)
{
    auto path = newPath(folder, name);
    if (!path)
        return path;
    QFile file(*path);
    if (name.endsWith(u'/') || !file.open(QIODevice::WriteOnly | QIODevice::NewOnly))
        return failure(ErrorCode::Io, Core::tr("“%1” could not be made: %2.").arg(*path, name.endsWith(u'/') ? Core::tr("it is the name of a folder") : file.errorString()));
    return path;
}

Result<QString> makeFolder(const QString &folder, const QString &name)
{
    auto path = newPath(folder, name);
    if (path && !QDir().mkdir(*path))
        return failure(ErrorCode::Io, Core::tr("The folder “%1” could not be made.").arg(*path));
    return path;
}

Result<QString> renameFile(const QString &path, const QString &name)
{
    auto target = newPath(QFileInfo(path).path(), name);
    if (!target)
        return target;
    return move(path, *target).map([&target] { return *target; });
}

Result<Trashed> moveToTrash(const QString &path)
{
    QFile file(path);
    if (!isTaken(path))
        return failure(ErrorCode::NotFound, Core::tr("“%1” is gone already.").arg(path));
    if (!file.moveToTrash())
        return failure(ErrorCode::Unsupported, Core::tr("“%1” could not be moved to the trash: %2.").arg(path, file.errorString()));
    return Trashed{path, file.fileName()};
}

Result<void> putBack(const Trashed &trashed)
{
    const QFileInfo in(trashed.inTrash);
    auto path = newPath(QFileInfo(trashed.path).path(), QFileInfo(trashed.path).fileName());
    if (!path)
        return tl::unexpected(path.error());
    if (const auto moved = move(trashed.inTrash, *path); !moved)
        return moved;
    // What the trash noted about it.
    QFile::remove(in.dir().filePath("../info/"_L1 + in.fileName() + ".trashinfo"_L1));
    return {};
}

Result<void> removeForGood(const QString &path)
{
    const QFileInfo info(path);
    const bool removed = info.isDir() && !info.isSymLink() ? QDir(path).removeRecursively() : QFile::remove(path);
    if (!removed)
        return failure(ErrorCode::Io, Core::tr("“%1” could not be removed whole.").arg(path));
    return {};
}

} // namespace eph::sys
