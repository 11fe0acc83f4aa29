// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/lineage.h"

#include <QTest>

using namespace eph;
using runtime::descend;

/// The chain of functions in a trace header.
class tst_Lineage : public QObject
{
    Q_OBJECT

    static QByteArray lineageOf(const QByteArray &trace) { return trace.mid(trace.indexOf("Lineage=") + 8); }

private Q_SLOTS:
    void countsEachFunctionOfTheChain()
    {
        const auto first = descend("Root=1-a;Parent=b;Sampled=0", {}, "one");
        QCOMPARE(first.earlier, 0);
        QVERIFY(first.trace.startsWith("Root=1-a;Parent=b;Sampled=0;Lineage="));
        const auto other = descend(first.trace, {}, "two");
        QCOMPARE(other.earlier, 0);
        QCOMPARE(lineageOf(other.trace).count('|'), 1);
        const auto again = descend(other.trace, {}, "one");
        QCOMPARE(again.earlier, 1);
        QCOMPARE(again.trace.count("Lineage="), 1);
        QCOMPARE(descend(again.trace, {}, "one").earlier, 2);
    }

    void firstOfAChainIsTheSameWhateverTheTraceEndsWith()
    {
        const QByteArray first = descend("Root=1-a", {}, "one").trace;
        QVERIFY(first.startsWith("Root=1-a;Lineage=") && first.endsWith(":0"));
        for (const char *trace : {"Root=1-a;", "Root=1-a;;", "Root=1-a;Lineage="})
            QCOMPARE(descend(trace, {}, "one").trace, first);
        QCOMPARE(descend("Root=1-a", "Root=1-b;Lineage=", "one").trace, first);
    }

    void understandsWhatAnSdkEncodes()
    {
        QByteArray trace = descend(descend("Root=1-a", {}, "ping").trace, {}, "pong").trace;
        // As botocore sends it.
        const auto third = descend(trace.replace("|", "%7C"), {}, "ping");
        QCOMPARE(third.earlier, 1);
        QCOMPARE(descend(third.trace, {}, "pong").earlier, 1);
    }

    void goesOnFromWhoeverSentIt()
    {
        const auto sender = descend("Root=1-a", {}, "one");
        const auto reader = descend("Root=1-c;Parent=d;Sampled=0", sender.trace, "one");
        QCOMPARE(reader.earlier, 1);
        QVERIFY(reader.trace.startsWith("Root=1-c;"));
    }

    void takesWhateverStandsThere_data()
    {
        QTest::addColumn<QByteArray>("trace");
        for (const char *trace : {"", "Lineage=", "Lineage=;Root=1-a", "Lineage=|||", "Lineage=:5", "Lineage=x", "Lineage=a:b", "Root=1-a;Lineage=a:99999999999999", "Lineage=%", "Lineage=a%3", "Lineage=a:-5"})
            QTest::newRow(trace) << QByteArray(trace);
    }
    void takesWhateverStandsThere()
    {
        QFETCH(QByteArray, trace);
        const auto taken = descend(trace, {}, "one");
        QCOMPARE(taken.earlier, 0);
        QCOMPARE(taken.trace.count("Lineage="), 1);
        QCOMPARE(descend(taken.trace, {}, "one").earlier, 1);
    }

    void noHeaderSwitchesItOff()
    {
        const QByteArray id = lineageOf(descend({}, {}, "one").trace).chopped(2);
        QVERIFY(descend("Lineage=" + id + ":2147483647", {}, "one").earlier >= runtime::MostInChain);
    }

    void isNoLongerThanAHeaderMayBe()
    {
        QByteArray trace = "Root=1-a";
        for (int i = 0; i < 1000; ++i)
            trace = descend(trace, {}, QString::number(i)).trace;
        QVERIFY(trace.size() < 1024);
    }
};

QTEST_GUILESS_MAIN(tst_Lineage)
#include "tst_lineage.moc"
