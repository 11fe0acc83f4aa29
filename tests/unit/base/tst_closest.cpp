// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/closest.h"

#include <QTest>

class tst_Closest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsWhatWasMeant_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("meant");
        QTest::newRow("missing letter") << "Timout" << "Timeout";
        QTest::newRow("swapped letters") << "MemroySize" << "MemorySize";
        QTest::newRow("case") << "timeout" << "Timeout";
        QTest::newRow("two edits") << "Handlers_" << "Handler";
        QTest::newRow("three edits") << "Handlers__" << "";
        QTest::newRow("short words need one edit") << "Rule" << "Role";
        QTest::newRow("short and far") << "Rate" << "";
        QTest::newRow("empty") << "" << "";
        QTest::newRow("huge") << QString(100'000, u'x') << "";
    }
    void findsWhatWasMeant()
    {
        QFETCH(QString, typed);
        QTEST(eph::closestName(typed, {"Timeout", "MemorySize", "Handler", "Role"}), "meant");
    }
};

QTEST_GUILESS_MAIN(tst_Closest)
#include "tst_closest.moc"
