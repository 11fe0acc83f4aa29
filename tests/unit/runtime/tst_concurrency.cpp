// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/concurrency.h"
#include "core/runtime/lanestore.h"
#include "core/runtime/streamgate.h"
#include "core/runtime/turns.h"

#include <QTest>

using namespace eph;
using namespace eph::runtime;
using namespace std::chrono_literals;

class tst_Concurrency : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aReservationIsACarveOutAndACap()
    {
        Concurrency concurrency(100);
        concurrency.reserve("mine", 10);
        concurrency.reserve("other", 30);
        QCOMPARE(concurrency.unreserved(), 60);
        QVERIFY(concurrency.throttle("mine", {9, 60}, 1s).isEmpty());
        QCOMPARE(concurrency.throttle("mine", {10, 0}, 1s), "ReservedFunctionConcurrentInvocationLimitExceeded");
        QVERIFY(concurrency.throttle("free", {0, 59}, 1s).isEmpty());
        QCOMPARE(concurrency.throttle("free", {0, 60}, 1s), "ConcurrentInvocationLimitExceeded");
        concurrency.reserve("mine", -1);
        QCOMPARE(concurrency.unreserved(), 70);
    }

    void aReservationOfNothingStopsAFunction()
    {
        Concurrency concurrency;
        concurrency.reserve("off", 0);
        QCOMPARE(concurrency.throttle("off", {0, 0}, 1s), "ReservedFunctionConcurrentInvocationLimitExceeded");
    }

    void tenRequestsASecondForEachEnvironment()
    {
        Concurrency concurrency;
        concurrency.reserve("two", 2);
        for (int i = 0; i < 20; ++i)
            QVERIFY(concurrency.throttle("two", {0, 0}, 5s).isEmpty());
        QCOMPARE(concurrency.throttle("two", {0, 0}, 5s), "ReservedFunctionInvocationRateLimitExceeded");
        QVERIFY(concurrency.throttle("two", {0, 0}, 5s + 51ms).isEmpty());
        QCOMPARE(concurrency.throttle("two", {0, 0}, 5s + 52ms), "ReservedFunctionInvocationRateLimitExceeded");
        QVERIFY(concurrency.throttle("free", {0, 0}, 5s).isEmpty());
    }

    void aThousandEnvironmentsEveryTenSeconds()
    {
        Concurrency concurrency(5000);
        for (int i = 0; i < 1000; ++i)
            QVERIFY(concurrency.throttleNewEnvironment("fn", 20s).isEmpty());
        QCOMPARE(concurrency.throttleNewEnvironment("fn", 20s), "ConcurrentInvocationLimitExceeded");
        QVERIFY(concurrency.throttleNewEnvironment("another", 20s).isEmpty());
        // Refilled evenly, and never beyond what a step allows.
        for (int i = 0; i < 100; ++i)
            QVERIFY(concurrency.throttleNewEnvironment("fn", 21s).isEmpty());
        QVERIFY(!concurrency.throttleNewEnvironment("fn", 21s).isEmpty());
        for (int i = 0; i < 1000; ++i)
            QVERIFY(concurrency.throttleNewEnvironment("fn", 3600s).isEmpty());
        QVERIFY(!concurrency.throttleNewEnvironment("fn", 3600s).isEmpty());
    }

    void aStreamIsSlowedAfterItsFirstSixMebibytes()
    {
        constexpr qint64 MiB = 1024 * 1024;
        StreamGate gate;
        QVERIFY(gate.take(6 * MiB, 1s) == 0ns);
        QVERIFY(gate.take(2 * MiB, 1s) == 1s);
        QVERIFY(gate.take(0, 2s) == 0ns);
        QVERIFY(gate.take(1 * MiB, 2s) == 500ms);
        // Time that passes gives room, up to the first burst.
        QVERIFY(gate.take(6 * MiB, 100s) == 0ns);
        QVERIFY(gate.take(1, 100s) > 0ns);
    }

    void lanesTellWhatAnEnvironmentDid()
    {
        LaneStore store;
        store.begin("e1", "fn", LanePhase::Init, 100);
        store.begin("e1", "fn", LanePhase::Invoke, 140, "r1");
        store.markFailed("e1");
        store.begin("e1", "fn", LanePhase::Idle, 150);
        store.begin("e2", "fn", LanePhase::Init, 160);
        store.end("e1", 200, "idle");
        store.end("e1", 300, "again");
        const QList<Lane> lanes = store.lanes();
        QCOMPARE(lanes.size(), 2);
        QCOMPARE(lanes.at(0).spans.size(), 3);
        QCOMPARE(lanes.at(0).spans.at(0).toMs, std::optional(140.0));
        QVERIFY(lanes.at(0).spans.at(1).failed);
        QCOMPARE(lanes.at(0).spans.at(1).requestId, "r1");
        QCOMPARE(lanes.at(0).spans.at(2).toMs, std::optional(200.0));
        QCOMPARE(lanes.at(0).endReason, "idle");
        QVERIFY(!lanes.at(1).spans.at(0).toMs);
        // The same environment may begin again with another process.
        store.begin("e1", "fn", LanePhase::Init, 400);
        QVERIFY(store.lanes().at(0).endReason.isEmpty());
        store.end("e1", 500, "exited");
        store.clear();
        QCOMPARE(store.lanes().size(), 1);
    }

    void lanesAreBounded()
    {
        LaneStore store;
        store.begin("living", "fn", LanePhase::Init, 0);
        for (int i = 0; i < 2000; ++i) {
            store.begin(QString("e%1").arg(i), "fn", LanePhase::Init, i);
            store.end(QString("e%1").arg(i), i + 1, "done");
        }
        QCOMPARE(store.lanes().size(), LaneStore::MaxLanes);
        QCOMPARE(store.lanes().first().environment, "living");
        for (int i = 0; i < 5000; ++i)
            store.begin("living", "fn", LanePhase::Invoke, i);
        QVERIFY(store.lanes().first().spans.size() <= LaneStore::MaxSpans);
    }

    void fewTakeTurnsWhileProcessorsAreBusyAndAnswersCome()
    {
        Turns turns(2);
        QCOMPARE(turns.allowed(1s), 4);
        turns.begin();
        for (int i = 0; i < 100; ++i) {
            turns.answered();
            turns.look(1s + i * Turns::LookEvery, false);
        }
        QCOMPARE(turns.allowed(1100ms), 4);
    }

    void oneIdleMomentIsNone()
    {
        Turns turns(2);
        turns.begin();
        for (int i = 0; i < 100; ++i) {
            turns.answered();
            turns.look(1s + i * Turns::LookEvery, i % 2 == 0);
        }
        QCOMPARE(turns.allowed(1100ms), 4);
    }

    void moreRunOnceAProcessorIsIdleOrAnswersStayAway_data()
    {
        QTest::addColumn<bool>("idle");
        QTest::addColumn<bool>("answers");
        QTest::newRow("idle") << true << true;
        QTest::newRow("no answers") << false << false;
        QTest::newRow("both") << true << false;
    }
    void moreRunOnceAProcessorIsIdleOrAnswersStayAway()
    {
        QFETCH(const bool, idle);
        QFETCH(const bool, answers);
        Turns turns(2);
        turns.begin();
        const QList<int> expected{4, 8, 16, 32, 64};
        for (int i = 0; i < expected.size(); ++i) {
            if (answers)
                turns.answered();
            const sys::Nanoseconds now = 1s + i * Turns::LookEvery;
            turns.look(now, idle);
            QCOMPARE(turns.allowed(now), expected.at(i));
        }
        // All is well again: back by one at each look.
        for (int i = 1; i <= 100; ++i) {
            turns.answered();
            const sys::Nanoseconds now = 1005ms + i * Turns::LookEvery;
            turns.look(now, false);
            QCOMPARE(turns.allowed(now), std::max(4, 64 - i));
        }
        for (int i = 0; i < 100'000; ++i)
            turns.look(2s, true);
        QVERIFY(turns.allowed(2s) > 10'000);
    }

    void whatWasAllowedIsTakenBackOverTime()
    {
        Turns turns(2);
        turns.begin();
        for (int i = 0; i < 5; ++i)
            turns.look(1s, true);
        QCOMPARE(turns.allowed(1s), 64);
        QCOMPARE(turns.allowed(1019ms), 64);
        QCOMPARE(turns.allowed(1100ms), 59);
        QCOMPARE(turns.allowed(1101ms), 59);
        QCOMPARE(turns.allowed(60s), 4);
    }
};

QTEST_GUILESS_MAIN(tst_Concurrency)
#include "tst_concurrency.moc"
