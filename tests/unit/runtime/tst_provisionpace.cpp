// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/provisionpace.h"

#include <QTest>

using eph::runtime::ProvisionPace;
using namespace std::chrono_literals;

class tst_ProvisionPace : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theFirstAndTheSecondComeAtOnce()
    {
        ProvisionPace pace;
        QVERIFY(pace.wait(0s) <= 0s);
        pace.began(100s, false);
        QVERIFY(pace.wait(100s) <= 0s);
    }
    void codeThatChangesWithEachStartIsStartedEverMoreSlowly()
    {
        ProvisionPace pace;
        eph::sys::Nanoseconds now = 100s;
        int starts = 0;
        while (now < 160s) {
            pace.began(now, false);
            ++starts;
            now += std::max<eph::sys::Nanoseconds>(pace.wait(now), 10ms);
        }
        QVERIFY2(starts < 10, qPrintable(QString::number(starts)));
        for (int i = 0; i < 10; ++i) {
            now += pace.wait(now);
            pace.began(now, false);
        }
        QCOMPARE(std::chrono::duration_cast<std::chrono::seconds>(pace.wait(now)).count(), 30);
    }
    void whoSavesOrUsesThemDoesNotWait()
    {
        ProvisionPace pace;
        for (const auto at : {100s, 110s, 120s, 130s}) {
            pace.began(at, false);
            QVERIFY(pace.wait(at) <= 0s);
        }
        pace.began(131s, false);
        QVERIFY(pace.wait(131s) > 0s);
        pace.began(132s, true);
        QVERIFY(pace.wait(132s) <= 0s);
    }
};

QTEST_GUILESS_MAIN(tst_ProvisionPace)
#include "tst_provisionpace.moc"
