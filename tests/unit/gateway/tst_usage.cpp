// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/usage.h"
#include "tests/support/fakeclock.h"

#include <QDateTime>
#include <QTest>

using namespace eph;
using namespace eph::gateway;
using Verdict = Usage::Verdict;

/// Who may ask how often.
class tst_Usage : public QObject
{
    Q_OBJECT

    static qint64 at(const char *iso) { return QDateTime::fromString(QString(iso), Qt::ISODate).toMSecsSinceEpoch(); }

private Q_SLOTS:
    void anyKeyWhereNothingIsSaid()
    {
        test::FakeClock clock;
        Throttle throttle(clock);
        Usage usage(throttle);
        Api api;
        QCOMPARE(usage.judge(api, "any", 0), Verdict::Admitted);
        QCOMPARE(usage.judge(api, "", 0), Verdict::UnknownKey);
        api.plans << UsagePlan{"plan", {"good"}, false, {}, 0, 0, UsagePlan::Period::Day};
        QCOMPARE(usage.judge(api, "good", 0), Verdict::Admitted);
        QCOMPARE(usage.judge(api, "other", 0), Verdict::UnknownKey);
        // All of its keys are off: nobody has one.
        api.plans.first().keys.clear();
        QCOMPARE(usage.judge(api, "good", 0), Verdict::UnknownKey);
    }

    void ratesAreEachKeysOwn()
    {
        test::FakeClock clock;
        Throttle throttle(clock);
        Usage usage(throttle);
        Api api;
        api.plans << UsagePlan{"plan", {}, true, 1.0, 2, 0, UsagePlan::Period::Day};
        QCOMPARE(usage.judge(api, "a", 0), Verdict::Admitted);
        QCOMPARE(usage.judge(api, "a", 0), Verdict::Admitted);
        QCOMPARE(usage.judge(api, "a", 0), Verdict::TooFast);
        QCOMPARE(usage.judge(api, "b", 0), Verdict::Admitted);
    }

    void quotasBeginAnew_data()
    {
        QTest::addColumn<int>("period");
        QTest::addColumn<qint64>("used");
        QTest::addColumn<qint64>("still");
        QTest::addColumn<qint64>("anew");
        QTest::newRow("day") << int(UsagePlan::Period::Day) << at("2026-11-26T00:00:00Z") << at("2026-11-26T23:59:59Z") << at("2026-11-27T00:00:00Z");
        // The 29th of November 2026 is a Sunday.
        QTest::newRow("week") << int(UsagePlan::Period::Week) << at("2026-11-22T00:00:00Z") << at("2026-11-28T23:59:59Z") << at("2026-11-29T00:00:00Z");
        QTest::newRow("month") << int(UsagePlan::Period::Month) << at("2026-11-01T00:00:00Z") << at("2026-11-30T23:59:59Z") << at("2026-12-01T00:00:00Z");
        QTest::newRow("year") << int(UsagePlan::Period::Month) << at("2026-12-01T00:00:00Z") << at("2026-12-31T23:59:59Z") << at("2027-01-01T00:00:00Z");
    }
    void quotasBeginAnew()
    {
        QFETCH(int, period);
        QFETCH(qint64, used);
        QFETCH(qint64, still);
        QFETCH(qint64, anew);
        test::FakeClock clock;
        Throttle throttle(clock);
        Usage usage(throttle);
        Api api;
        api.plans << UsagePlan{"plan", {}, true, {}, 0, 2, UsagePlan::Period(period)};
        QCOMPARE(usage.judge(api, "a", used), Verdict::Admitted);
        QCOMPARE(usage.judge(api, "a", still), Verdict::Admitted);
        QCOMPARE(usage.judge(api, "a", still), Verdict::UsedUp);
        QCOMPARE(usage.judge(api, "b", still), Verdict::Admitted);
        QCOMPARE(usage.judge(api, "a", anew), Verdict::Admitted);
    }
};

QTEST_GUILESS_MAIN(tst_Usage)
#include "tst_usage.moc"
