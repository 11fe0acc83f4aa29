// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/processlimit.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QMutex>
#include <QRandomGenerator>
#include <unistd.h>

namespace eph::sys {

using namespace Qt::StringLiterals;

namespace {

/// Where groups with a limit of processes can be made: version 1's controller, or the delegated part of version 2. Empty
/// where there is none.
QString parentFolder()
{
    static const QString parent = [] {
        const QString first = u"/sys/fs/cgroup/pids"_s;
        if (::access(QFile::encodeName(first).constData(), W_OK) == 0)
            return first;
        QFile own(u"/proc/self/cgroup"_s);
        if (!own.open(QIODevice::ReadOnly))
            return QString();
        const QList<QByteArray> lines = own.readAll().split('\n');
        for (const QByteArray &line : lines) {
            if (!line.startsWith("0::/"))
                continue;
            // Siblings of our own group: a group with processes in it cannot have limited children.
            const QString around = QDir::cleanPath("/sys/fs/cgroup/"_L1 + QString::fromUtf8(line.mid(4)) + "/.."_L1);
            QFile controllers(around + "/cgroup.subtree_control"_L1);
            if (controllers.open(QIODevice::ReadOnly) && controllers.readAll().contains("pids") && ::access(QFile::encodeName(around).constData(), W_OK) == 0)
                return around;
        }
        return QString();
    }();
    return parent;
}

/// Folders of ours that could not go yet: their processes were killed a moment ago.
class Departing
{
public:
    void add(const QString &folder)
    {
        const QMutexLocker lock(&m_mutex);
        m_folders << folder;
        collect();
    }
    void collectAll()
    {
        const QMutexLocker lock(&m_mutex);
        collect();
    }
    ~Departing() { collect(); }

private:
    void collect() { m_folders.removeIf([](const QString &folder) { return ::rmdir(QFile::encodeName(folder).constData()) == 0; }); }

    QMutex m_mutex;
    QStringList m_folders;
};

Departing &departing()
{
    // The kernel's tree of groups is one for the whole process, and so is this list.
    static Departing list;
    return list;
}

/// Groups that were not empty when they were to go, also of sessions that were killed. Only an empty one can be removed.
void removeEmptyGroups(const QString &parent)
{
    const QStringList old = QDir(parent).entryList({u"ephemera-*"_s}, QDir::Dirs);
    constexpr qsizetype Many = 256;
    for (const QString &name : old.mid(0, Many)) {
        QFile members(parent + u'/' + name + "/cgroup.procs"_L1);
        const bool isOurs = name.startsWith("ephemera-"_L1 + QString::number(QCoreApplication::applicationPid()) + u'-');
        // One of ours may have been made a moment ago, for somebody who is still coming.
        if (!isOurs && members.open(QIODevice::ReadOnly) && members.readAll().isEmpty())
            ::rmdir(QFile::encodeName(parent + u'/' + name).constData());
    }
}

} // namespace

std::optional<ProcessLimit> ProcessLimit::make(int processes)
{
    const QString parent = parentFolder();
    if (parent.isEmpty())
        return std::nullopt;
    departing().collectAll();
    static const bool swept = (removeEmptyGroups(parent), true);
    (void)swept;
    const QString folder = parent + "/ephemera-"_L1 + QString::number(QCoreApplication::applicationPid()) + u'-' + QString::number(QRandomGenerator::global()->generate64(), 16);
    QFile limit(folder + "/pids.max"_L1);
    if (!QDir().mkdir(folder))
        return std::nullopt;
    ProcessLimit made(folder);
    if (!limit.open(QIODevice::WriteOnly | QIODevice::Unbuffered) || limit.write(QByteArray::number(processes)) < 0)
        return std::nullopt;
    return made;
}

ProcessLimit &ProcessLimit::operator=(ProcessLimit &&other) noexcept
{
    std::swap(m_folder, other.m_folder);
    return *this;
}

ProcessLimit::~ProcessLimit()
{
    if (!m_folder.isEmpty())
        departing().add(m_folder);
}

QByteArray ProcessLimit::membersFile() const
{
    return QFile::encodeName(m_folder + "/cgroup.procs"_L1);
}

} // namespace eph::sys
