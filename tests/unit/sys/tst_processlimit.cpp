// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/processlimit.h"

#include <QFile>
#include <QTest>
#include <QThread>
#include <QThreadPool>
#include <atomic>
#include <latch>
#include <sys/syscall.h>
#include <unistd.h>

using namespace eph;
using sys::ProcessLimit;

/// Root's control group, with threads of this very program.
class tst_ProcessLimit : public QObject
{
    Q_OBJECT

    static bool isInside()
    {
        QFile file("/proc/thread-self/cgroup");
        return file.open(QIODevice::ReadOnly) && file.readAll().contains("/ephemera-");
    }

private Q_SLOTS:
    void isNoneForOthers()
    {
        if (::geteuid() == 0)
            QSKIP("Root has one.");
        const auto limit = ProcessLimit::enter(100);
        QVERIFY(limit.has_value());
        QVERIFY(!*limit);
    }

    void holdsTheThreadAndWhatItStartsButNotThePool()
    {
        if (::geteuid() != 0 || ::access("/sys/fs/cgroup/pids", W_OK) != 0)
            QSKIP("Only root with the pids controller of version 1 has one.");
        QString group;
        std::unique_ptr<ProcessLimit> limit;
        bool threadInside = false;
        bool startedInside = false;
        std::atomic<int> poolInside = 0;
        ProcessLimit::keepPoolOutside();
        const std::unique_ptr<QThread> thread(QThread::create([&] {
            limit = ProcessLimit::enter(100).value_or(nullptr);
            group = "/sys/fs/cgroup/pids/ephemera-" + QString::number(::syscall(SYS_gettid));
            threadInside = isInside() && QFile::exists(group);
            const std::unique_ptr<QThread> started(QThread::create([&] { startedInside = isInside(); }));
            started->start();
            started->wait();
            // Each waits for the others, so that every thread of the pool has one.
            QThreadPool *pool = QThreadPool::globalInstance();
            std::latch all(pool->maxThreadCount());
            for (int i = 0; i < pool->maxThreadCount(); ++i) {
                pool->start([&] {
                    poolInside += isInside() ? 1 : 0;
                    all.arrive_and_wait();
                });
            }
            pool->waitForDone();
        }));
        thread->start();
        QVERIFY(thread->wait());
        QVERIFY(limit);
        QVERIFY(threadInside);
        QVERIFY(startedInside);
        QCOMPARE(poolInside.load(), 0);
        // Nothing of it is left, though the pool's threads live on.
        limit.reset();
        QVERIFY(!QFile::exists(group));
    }
};

QTEST_GUILESS_MAIN(tst_ProcessLimit)
#include "tst_processlimit.moc"
