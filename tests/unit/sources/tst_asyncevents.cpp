// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/sourcestores.h"
#include "core/sys/clock.h"

#include <QProcess>
#include <QTemporaryDir>

using namespace eph;
using sources::AsyncEvent;
using sources::SourceStores;

class tst_AsyncEvents : public QObject
{
    Q_OBJECT

    sys::SystemClock m_clock;
    QTemporaryDir m_folder;

    [[nodiscard]] QString path() const { return m_folder.filePath("sources.sqlite"); }

private Q_SLOTS:
    void cleanup() { QFile::remove(path()); }

    void keepsWhatItWasGiven()
    {
        AsyncEvent event{0, "id", "thumbs:live", QByteArray("{\"a\":\"\0ä\"}", 12), "{}", "Root=1", 11, "photos", "Root=2", 1'000, 2'000, 0, 0};
        {
            const auto stores = SourceStores::open(path(), m_clock).value();
            QVERIFY(stores->asyncEvents().take());
            event.number = stores->asyncEvents().keep(event).value();
            AsyncEvent other = event;
            other.requestId = "next";
            other.tenantId = "blue";
            QVERIFY(stores->asyncEvents().keep(other).value() > event.number);
            event.dueMs = 9'000;
            event.invokes = 1;
            event.throttles = 3;
            QVERIFY(stores->asyncEvents().update(event));
        }
        const auto stores = SourceStores::open(path(), m_clock).value();
        const QList<AsyncEvent> all = stores->asyncEvents().all();
        QCOMPARE(all.size(), 2);
        const AsyncEvent &first = all.first();
        QCOMPARE(first.number, event.number);
        QCOMPARE(first.requestId, "id");
        QCOMPARE(first.function, "thumbs:live");
        QCOMPARE(first.payload, event.payload);
        QCOMPARE(first.clientContext, "{}");
        QCOMPARE(first.tenantId, "");
        QCOMPARE(all.last().tenantId, "blue");
        QCOMPARE(first.traceId, "Root=1");
        QCOMPARE(first.originKind, 11);
        QCOMPARE(first.originName, "photos");
        QCOMPARE(first.originTrace, "Root=2");
        QCOMPARE(first.acceptedMs, 1'000);
        QCOMPARE(first.dueMs, 9'000);
        QCOMPARE(first.invokes, 1);
        QCOMPARE(first.throttles, 3);
        QCOMPARE(all.last().requestId, "next");
        QCOMPARE(all.last().invokes, 0);
        QVERIFY(stores->asyncEvents().forget(event.number));
        QCOMPARE(stores->asyncEvents().all().size(), 1);
        QVERIFY(stores->asyncEvents().forgetAll());
        QCOMPARE(stores->asyncEvents().all().size(), 0);
    }

    void belongToTheFirstWhoAsks()
    {
        auto first = SourceStores::open(path(), m_clock).value();
        const auto second = SourceStores::open(path(), m_clock).value();
        QVERIFY(!first->asyncEvents().areOurs());
        QVERIFY(first->asyncEvents().take());
        QVERIFY(first->asyncEvents().areOurs());
        QVERIFY(!second->asyncEvents().take());
        QVERIFY(!second->asyncEvents().areOurs());
        first.reset();
        QVERIFY(second->asyncEvents().take());
        QVERIFY(second->asyncEvents().areLasting());
        const auto memory = SourceStores::open({}, m_clock).value();
        QVERIFY(memory->asyncEvents().take());
        QVERIFY(!memory->asyncEvents().areLasting());
    }

    void belongToNobodyWhoWasKilled()
    {
        // A lock as a process that is gone has left it.
        QProcess gone;
        gone.start("sh", {"-c", "echo $$"});
        QVERIFY(gone.waitForFinished());
        QFile lock(m_folder.filePath("async.lock"));
        QVERIFY(lock.open(QIODevice::WriteOnly));
        lock.write(gone.readAll().trimmed() + "\nsh\n" + QSysInfo::machineHostName().toUtf8() + '\n');
        lock.close();
        const auto stores = SourceStores::open(path(), m_clock).value();
        QVERIFY(stores->asyncEvents().take());
    }

    void anEmptyLockIsNobodys()
    {
        QFile lock(m_folder.filePath("async.lock"));
        QVERIFY(lock.open(QIODevice::WriteOnly));
        QVERIFY(lock.setFileTime(QDateTime::currentDateTime().addSecs(-60), QFileDevice::FileModificationTime));
        lock.close();
        const auto stores = SourceStores::open(path(), m_clock).value();
        QVERIFY(stores->asyncEvents().take());
    }
};

QTEST_GUILESS_MAIN(tst_AsyncEvents)
#include "tst_asyncevents.moc"
