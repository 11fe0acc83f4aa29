// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logoverview.h"

#include <QRandomGenerator>
#include <QTest>
#include <numeric>

using namespace eph::logs;

/// Nothing is lost when the parts become longer.
class tst_LogOverview : public QObject
{
    Q_OBJECT

    static qint64 sum(const std::vector<LogOverview::Counts> &parts, Gravity gravity)
    {
        return std::accumulate(parts.begin(), parts.end(), qint64(0), [&](qint64 before, const LogOverview::Counts &counts) { return before + counts[size_t(gravity)]; });
    }
    static LogOverview random(quint32 seed, qint64 lines, qint64 spanMs)
    {
        QRandomGenerator generator(seed);
        LogOverview overview;
        for (qint64 i = 0; i < lines; ++i)
            overview.add(1'000'000'000'000 + qint64(generator.generateDouble() * double(spanMs)), Gravity(generator.bounded(3)));
        return overview;
    }

private Q_SLOTS:
    void placesLinesInTime()
    {
        LogOverview overview;
        overview.add(5000, Gravity::Plain);
        overview.add(5003, Gravity::Bad);
        overview.add(-1, Gravity::Warning); // A stack trace lies where its error does.
        overview.add(4998, Gravity::Plain); // Clocks of two machines.
        QCOMPARE(overview.fromMs(), 4998);
        QCOMPARE(overview.bucketMs(), 1);
        QCOMPARE(overview.buckets().size(), size_t(6));
        QCOMPARE(overview.buckets().at(5), (LogOverview::Counts{0, 1, 1}));
        QCOMPARE(overview.stretches().size(), size_t(4));
        QCOMPARE(overview.stretches().at(1), (LogOverview::Counts{0, 0, 1}));
    }

    void keepsEveryLineWithinItsBounds_data()
    {
        QTest::addColumn<qint64>("spanMs");
        QTest::newRow("a moment") << qint64(100);
        QTest::newRow("an hour") << qint64(3'600'000);
        QTest::newRow("years") << qint64(200'000'000'000);
    }
    void keepsEveryLineWithinItsBounds()
    {
        QFETCH(qint64, spanMs);
        const LogOverview overview = random(1, 100'000, spanMs);
        QVERIFY(qsizetype(overview.buckets().size()) <= LogOverview::MaxBuckets);
        QVERIFY(qsizetype(overview.stretches().size()) <= LogOverview::MaxStretches);
        QVERIFY(overview.fromMs() <= 1'000'000'000'000);
        QVERIFY(overview.fromMs() + qint64(overview.buckets().size()) * overview.bucketMs() >= 1'000'000'000'000 + spanMs * 99 / 100);
        qint64 inTime = 0;
        qint64 inOrder = 0;
        for (const Gravity gravity : {Gravity::Plain, Gravity::Warning, Gravity::Bad}) {
            QCOMPARE(sum(overview.buckets(), gravity), sum(overview.stretches(), gravity));
            inTime += sum(overview.buckets(), gravity);
            inOrder += sum(overview.stretches(), gravity);
        }
        QCOMPARE(inTime, 100'000);
        QCOMPARE(inOrder, 100'000);
    }

    void joinsParts()
    {
        LogOverview whole;
        qint64 bad = 0;
        for (quint32 seed = 0; seed < 10; ++seed) {
            const LogOverview part = random(seed, 5'000, 60'000 * (seed + 1));
            bad += sum(part.buckets(), Gravity::Bad);
            whole.append(part);
        }
        QCOMPARE(whole.lines(), 50'000);
        QCOMPARE(sum(whole.buckets(), Gravity::Bad), bad);
        QCOMPARE(sum(whole.stretches(), Gravity::Bad), bad);
    }

    void knowsTroubleWhenItSeesIt_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("gravity");
        QTest::newRow("plain") << QByteArray("hello") << int(Gravity::Plain);
        QTest::newRow("error") << QByteArray("2026-11-01T12:00:00.000Z\t11111111-2222-3333-4444-555555555555\tERROR\tno") << int(Gravity::Bad);
        QTest::newRow("warning") << QByteArray("[WARNING]\t2026-11-01T12:00:00.000Z\t11111111-2222-3333-4444-555555555555\tlow") << int(Gravity::Warning);
        QTest::newRow("a report that failed") << QByteArray("REPORT RequestId: 11111111-2222-3333-4444-555555555555\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\tStatus: error\tError Type: Runtime.ExitError") << int(Gravity::Bad);
        QTest::newRow("one that did not") << QByteArray("REPORT RequestId: 11111111-2222-3333-4444-555555555555\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB") << int(Gravity::Plain);
    }
    void knowsTroubleWhenItSeesIt()
    {
        QFETCH(QByteArray, line);
        QFETCH(int, gravity);
        QCOMPARE(int(gravityOf(fieldsOf(line), line)), gravity);
    }
};

QTEST_GUILESS_MAIN(tst_LogOverview)
#include "tst_logoverview.moc"
