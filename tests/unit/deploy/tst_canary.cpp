// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/canary.h"

#include <QTest>

using namespace eph;
using namespace eph::deploy;

/// When a canary is taken back.
class tst_Canary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judges_data()
    {
        QTest::addColumn<VersionMetrics>("fresh");
        QTest::addColumn<VersionMetrics>("live");
        QTest::addColumn<QString>("reason");
        const VersionMetrics live{1000, 3, 40.0};
        QTest::newRow("nobody called") << VersionMetrics{} << VersionMetrics{} << QString();
        QTest::newRow("as before") << VersionMetrics{100, 0, 41.0} << live << QString();
        QTest::newRow("one failure of a hundred may be") << VersionMetrics{100, 1, 41.0} << live << QString();
        QTest::newRow("two may not") << VersionMetrics{100, 2, 41.0} << live << "2 of 100 invocations";
        QTest::newRow("the first call of all fails") << VersionMetrics{1, 1, 41.0} << live << "1 of 1 invocations";
        QTest::newRow("twice as slow may be") << VersionMetrics{100, 0, 80.0} << live << QString();
        QTest::newRow("slower may not") << VersionMetrics{100, 0, 80.1} << live << "within 80.1 ms, of the one before within 40.0 ms";
        QTest::newRow("few calls say nothing") << VersionMetrics{19, 0, 800.0} << live << QString();
        QTest::newRow("nor few before") << VersionMetrics{100, 0, 800.0} << VersionMetrics{19, 0, 40.0} << QString();
        QTest::newRow("chance at a millisecond") << VersionMetrics{100, 0, 3.0} << VersionMetrics{1000, 0, 1.0} << QString();
    }
    void judges()
    {
        QFETCH(VersionMetrics, fresh);
        QFETCH(VersionMetrics, live);
        QFETCH(QString, reason);
        const auto verdict = judgeCanary({{}, 60, 0.01, 2}, "shop", fresh, live);
        QCOMPARE(!verdict, !reason.isEmpty());
        if (!verdict)
            QVERIFY2(verdict.error().message.contains(reason), qPrintable(verdict.error().message));
    }

    void anySlownessMayBeWhereItIsWished()
    {
        QVERIFY(judgeCanary({{}, 60, 0.01, 0}, "shop", {100, 0, 4000.0}, {100, 0, 40.0}));
    }
};

QTEST_GUILESS_MAIN(tst_Canary)
#include "tst_canary.moc"
