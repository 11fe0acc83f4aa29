// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/trace.h"

#include <QTest>

using namespace eph;
using namespace eph::cost;
using namespace Qt::StringLiterals;

class tst_Trace : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsRequests()
    {
        const auto trace = parseRequestTrace("timestamp,durationMs,function,initMs,memoryMiB\r\n2026-11-01T10:00:01Z,12.5,b,,256\n2026-11-01T10:00:00Z,7,a,150,\n\n# a remark\n2026-11-01T10:00:02.250Z,1,\"b\",,256\n");
        QVERIFY2(trace, trace ? "" : qPrintable(trace.error().message));
        QCOMPARE(trace->arrivals.size(), size_t(3));
        QCOMPARE(trace->functions.size(), size_t(2));
        QCOMPARE(trace->functions[0].name, "b");
        QCOMPARE(trace->functions[0].memoryMiB, 256);
        QCOMPARE(trace->knowsMemory, QList<bool>({true, false}));
        QCOMPARE(trace->functions[1].init.quantileUs(0.5), 150'000);
        QCOMPARE(trace->arrivals[0].atUs, 0);
        QCOMPARE(trace->arrivals[0].function, 1);
        QCOMPARE(trace->arrivals[1].atUs, 1'000'000);
        QCOMPARE(trace->arrivals[1].durationUs, 12'500);
        QCOMPARE(trace->arrivals[2].atUs, 2'250'000);
    }
    void readsTheEndsOfRequests()
    {
        const auto trace = parseRequestTrace("app,func,end_timestamp,duration\nx,f,10.0,9.000\nx,g,11.0,9.5\ny,f,12.0,0\n");
        QVERIFY(trace);
        QCOMPARE(trace->functions.size(), size_t(3));
        QCOMPARE(trace->functions[0].name, "x/f");
        QCOMPARE(trace->arrivals[0].durationUs, 9'000'000);
        QCOMPARE(trace->arrivals[1].atUs, 500'000);
        QCOMPARE(trace->arrivals[2].atUs, 11'000'000);
    }
    void readsMinutes()
    {
        const QByteArray invocations = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\no,a,f,queue,2,0,3\no,a,g,timer,0,1,0\n";
        const QByteArray durations = "HashOwner,HashApp,HashFunction,Average,Count,percentile_Average_0,percentile_Average_50,percentile_Average_100\no,a,f,100,5,90,100,120\n";
        const QByteArray memory = "HashOwner,HashApp,HashFunction,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct100\no,a,f,5,120,152\n";
        const auto trace = parseMinuteTrace(invocations, durations, memory, 1);
        QVERIFY2(trace, trace ? "" : qPrintable(trace.error().message));
        QCOMPARE(trace->arrivals.size(), size_t(6));
        QCOMPARE(trace->functions[0].memoryMiB, 152);
        QCOMPARE(trace->functions[0].duration.quantileUs(0.5), 100'000);
        QCOMPARE(trace->functions[1].memoryMiB, 128);
        const auto again = parseMinuteTrace(invocations, durations, memory, 1);
        for (size_t i = 0; i < 6; ++i)
            QCOMPARE(again->arrivals[i].atUs, trace->arrivals[i].atUs);
        QVERIFY(parseMinuteTrace(invocations, {}, {}, 1));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<QString>("names");
        QTest::newRow("empty") << QByteArray() << u"empty"_s;
        QTest::newRow("no requests") << QByteArray("timestamp\n") << u"no requests"_s;
        QTest::newRow("no time") << QByteArray("when,duration\n1,2\n") << u"timestamp"_s;
        QTest::newRow("ends without durations") << QByteArray("end_timestamp\n1\n") << u"how long"_s;
        QTest::newRow("a cell too few") << QByteArray("timestamp,duration\n1,2\n3\n") << u"Line 3"_s;
        QTest::newRow("odd time") << QByteArray("timestamp\n1\nsoon\n") << u"soon"_s;
        QTest::newRow("no number") << QByteArray("timestamp\nnan\n") << u"nan"_s;
        QTest::newRow("negative") << QByteArray("timestamp,duration\n1,-2\n") << u"-2"_s;
        QTest::newRow("for ever") << QByteArray("timestamp,duration\n1,1e300\n") << u"1e300"_s;
        QTest::newRow("too much memory") << QByteArray("timestamp,memoryMiB\n1,99999999\n") << u"99999999"_s;
        QTest::newRow("binary") << QByteArray("\x7f" "ELF\0\0\n\0\n", 9) << u"timestamp"_s;
    }
    void refuses()
    {
        QFETCH(QByteArray, csv);
        QFETCH(QString, names);
        const auto trace = parseRequestTrace(csv);
        QVERIFY(!trace);
        QVERIFY2(trace.error().message.contains(names), qPrintable(trace.error().message));
    }
    void refusesMinutesThatAreNoNumbers()
    {
        QVERIFY(!parseMinuteTrace("HashFunction,1\nf,1.5\n", {}, {}, 1));
        QVERIFY(!parseMinuteTrace("HashFunction,1\nf,-1\n", {}, {}, 1));
        QVERIFY(!parseMinuteTrace("HashFunction,1\nf,9e18\n", {}, {}, 1));
        QVERIFY(!parseMinuteTrace("HashFunction,2\nf,1\n", {}, {}, 1));
        QVERIFY(!loadTrace(u"/nonexistent.csv"_s, 1));
    }
};

QTEST_GUILESS_MAIN(tst_Trace)
#include "tst_trace.moc"
