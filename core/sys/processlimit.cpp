// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/processlimit.h"

#include "core/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QThread>
#include <QThreadPool>
#include <latch>
#include <memory>
#include <mutex>
#include <sys/syscall.h>
#include <unistd.h>

namespace eph::sys {

using namespace Qt::StringLiterals;

namespace {

const QString Parent = u"/sys/fs/cgroup/pids"_s;

bool writeTo(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && file.write(text) == text.size();
}

/// Groups of sessions that were killed. Only an empty one can be removed.
void removeEmptyGroups()
{
    const QStringList groups = QDir(Parent).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &name : groups) {
        if (name.startsWith("ephemera-"_L1))
            ::rmdir(QFile::encodeName(Parent + u'/' + name).constData());
    }
}

} // namespace

Result<std::unique_ptr<ProcessLimit>> ProcessLimit::enter(int processes)
{
    if (::geteuid() != 0)
        return nullptr;
    if (::access(QFile::encodeName(Parent).constData(), W_OK) != 0)
        return failure(ErrorCode::Unsupported, Core::tr("No control group can bound what root's functions start."), Core::tr("Run Ephemera as a user other than root."));
    removeEmptyGroups();
    const auto thread = QByteArray::number(qint64(::syscall(SYS_gettid)));
    const QString folder = Parent + "/ephemera-"_L1 + QString::fromLatin1(thread);
    std::unique_ptr<ProcessLimit> limit(new ProcessLimit(folder, processes));
    QDir().mkdir(folder);
    if (!writeTo(folder + "/pids.max"_L1, QByteArray::number(processes)) || !writeTo(folder + "/tasks"_L1, thread))
        return failure(ErrorCode::Unsupported, Core::tr("The control group “%1” cannot be used.").arg(folder));
    return limit;
}

void ProcessLimit::keepPoolOutside()
{
    if (::geteuid() != 0)
        return;
    static std::once_flag once;
    std::call_once(once, [] {
        QThreadPool *pool = QThreadPool::globalInstance();
        pool->setExpiryTimeout(-1);
        // None is idle until all are there, so that there is one for each.
        const auto all = std::make_shared<std::latch>(pool->maxThreadCount());
        for (int i = 0; i < pool->maxThreadCount(); ++i)
            pool->start([all] { all->arrive_and_wait(); });
    });
}

bool ProcessLimit::isCrowded() const
{
    // A sandbox, an interpreter with its threads, some extensions.
    constexpr int OneFunction = 100;
    QFile file(m_folder + "/pids.current"_L1);
    return file.open(QIODevice::ReadOnly) && m_processes - file.readAll().trimmed().toInt() < OneFunction;
}

ProcessLimit::~ProcessLimit()
{
    // What was killed a moment ago may still be on its way out.
    constexpr int Tries = 20;
    constexpr unsigned long PauseMs = 5;
    for (int i = 0; i < Tries && ::rmdir(QFile::encodeName(m_folder).constData()) != 0 && errno == EBUSY; ++i)
        QThread::msleep(PauseMs);
}

} // namespace eph::sys
