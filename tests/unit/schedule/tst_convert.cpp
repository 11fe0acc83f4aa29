// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/compare.h"
#include "core/schedule/convert.h"
#include "tests/unit/schedule/randomexpression.h"

#include <QTest>

using namespace eph::schedule;
using namespace std::chrono;

namespace {

Expression parsed(const QString &text, Dialect dialect)
{
    auto expression = parseExpression(text, dialect);
    if (!expression)
        qFatal("%s: %s", qPrintable(text), qPrintable(expression.error().message));
    return *expression;
}

constexpr auto Rules = Dialect::EventBridgeRules;
constexpr auto Scheduler = Dialect::EventBridgeScheduler;

} // namespace

class tst_Convert : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownConversions_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Dialect>("from");
        QTest::addColumn<Dialect>("to");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("working hours") << "*/5 9-17 * * 1-5" << Dialect::Unix << Rules << QStringList{"cron(*/5 9-17 ? * 2-6 *)"};
        QTest::newRow("Sunday") << "0 0 * * 0" << Dialect::Unix << Rules << QStringList{"cron(0 0 ? * 1 *)"};
        QTest::newRow("over Sunday") << "0 0 * * 5-7" << Dialect::Unix << Rules << QStringList{"cron(0 0 ? * 1,6,7 *)"};
        QTest::newRow("every other weekday") << "0 0 * * */2" << Dialect::Unix << Rules << QStringList{"cron(0 0 ? * 1,3,5,7 *)"};
        QTest::newRow("either day") << "0 0 13 * 5" << Dialect::Unix << Rules << QStringList{"cron(0 0 13 * ? *)", "cron(0 0 ? * 6 *)"};
        QTest::newRow("Quartz") << "0 15 10 ? * 6L 2026-2027" << Dialect::Quartz << Rules << QStringList{"cron(15 10 ? * 6L 2026-2027)"};
        QTest::newRow("daily") << "@daily" << Dialect::Unix << Rules << QStringList{"cron(0 0 * * ? *)"};
        QTest::newRow("weekly") << "@weekly" << Dialect::Unix << Rules << QStringList{"cron(0 0 ? * 1 *)"};
        QTest::newRow("NCRONTAB") << "0 30 9 * * 1-5" << Dialect::Azure << Rules << QStringList{"cron(30 9 ? * 2-6 *)"};
        QTest::newRow("both days") << "0 0 9 1-7 * 1" << Dialect::Azure << Rules << QStringList{"cron(0 9 ? * 2#1 *)"};
        QTest::newRow("open step") << "cron(1/10 * * * ? *)" << Rules << Dialect::Unix << QStringList{"1-59/10 * * * *"};
        QTest::newRow("to NCRONTAB") << "cron(0 9 ? * 2-6 *)" << Rules << Dialect::Azure << QStringList{"0 0 9 * * 1-5"};
        QTest::newRow("nth to NCRONTAB") << "cron(0 9 ? * 2#1 *)" << Rules << Dialect::Azure << QStringList{"0 0 9 1-7 * 1"};
        QTest::newRow("months of OpenWhisk") << "cron(0 9 1 1,12 ? *)" << Rules << Dialect::OpenWhisk << QStringList{"0 9 1 0,11 *"};
        QTest::newRow("to Quartz") << "cron(0 9 L * ? *)" << Rules << Dialect::Quartz << QStringList{"0 0 9 L * ?"};
        QTest::newRow("rate") << "rate(15 minutes)" << Rules << Dialect::Gcp << QStringList{"*/15 * * * *"};
        QTest::newRow("hours") << "rate(6 hours)" << Rules << Dialect::Unix << QStringList{"0 */6 * * *"};
        QTest::newRow("every") << "rate(7 minutes)" << Rules << Dialect::Kubernetes << QStringList{"@every 420s"};
        QTest::newRow("to a rate") << "@every 90m" << Dialect::Kubernetes << Scheduler << QStringList{"rate(90 minutes)"};
        QTest::newRow("once") << "at(2026-12-31T23:59:00)" << Scheduler << Rules << QStringList{"cron(59 23 31 12 ? 2026)"};
    }
    void knownConversions()
    {
        QFETCH(const QString, text);
        QFETCH(const Dialect, from);
        QFETCH(const Dialect, to);
        QFETCH(const QStringList, expected);
        const auto written = convert(parsed(text, from), to);
        QVERIFY2(written, qPrintable(written ? QString() : written.error()));
        QCOMPARE(written->expressions, expected);
        for (const QString &one : written->expressions)
            QVERIFY2(parseExpression(one, to), qPrintable(one));
    }

    void saysWhyNot_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Dialect>("from");
        QTest::addColumn<Dialect>("to");
        QTest::addColumn<QString>("why");
        QTest::newRow("last day") << "cron(0 9 L * ? *)" << Rules << Dialect::Unix << "L";
        QTest::newRow("last Friday") << "cron(0 9 ? * 6L *)" << Rules << Dialect::Kubernetes << "5L";
        QTest::newRow("seconds") << "*/10 * * * * *" << Dialect::Azure << Rules << "more than once a minute";
        QTest::newRow("both days") << "0 0 9 13 * 5" << Dialect::Azure << Rules << "same time";
        QTest::newRow("odd rate") << "rate(7 minutes)" << Rules << Dialect::Unix << "rate(7 minutes)";
        QTest::newRow("reboot") << "@reboot" << Dialect::Unix << Scheduler << "@reboot";
        QTest::newRow("short rate") << "@every 30s" << Dialect::Kubernetes << Rules << "whole minutes";
    }
    void saysWhyNot()
    {
        QFETCH(const QString, text);
        QFETCH(const Dialect, from);
        QFETCH(const Dialect, to);
        QFETCH(const QString, why);
        const auto written = convert(parsed(text, from), to);
        QVERIFY2(!written, qPrintable(written ? written->expressions.join(' ') : QString()));
        QVERIFY2(written.error().contains(why), qPrintable(written.error()));
    }

    void saysWhatIsLost()
    {
        const auto year = convert(parsed("cron(0 9 1 1 ? 2026)", Rules), Dialect::Unix);
        QVERIFY(year);
        QVERIFY(!year->exact);
        QVERIFY2(year->notes.first().contains("2026"), qPrintable(year->notes.first()));
        const auto second = convert(parsed("30 0 9 * * *", Dialect::Azure), Rules);
        QVERIFY(!second->exact);
        QVERIFY(second->notes.first().contains("30 s"));
    }

    /// What says that it is the same is the same, in every pair of dialects.
    void exactMeansEqual()
    {
        QRandomGenerator random(7);
        int exact = 0, several = 0, refused = 0;
        for (int i = 0; i < 1200; ++i) {
            const local_days day{year(2026) / int(1 + random.bounded(12)) / int(1 + random.bounded(28))};
            const RandomExpression expression(random, allDialects().at(i % 8), day);
            const Expression from = parsed(expression.text(), expression.dialect());
            const Dialect to = allDialects().at(random.bounded(8));
            const auto written = convert(from, to);
            if (!written) {
                ++refused;
                QVERIFY(!written.error().isEmpty());
                continue;
            }
            QVERIFY(!written->expressions.isEmpty());
            const QByteArray what = (dialectId(from.dialect) + ' ' + from.text + " -> " + dialectId(to) + ' ' + written->expressions.join(" + ")).toUtf8();
            for (const QString &one : written->expressions)
                QVERIFY2(parseExpression(one, to), what);
            // Two schedules together run on the same days, though on some of them twice.
            if (!written->exact && written->expressions.size() == 1)
                continue;
            ++exact;
            if (written->expressions.size() == 1) {
                const auto difference = compare(FireTimes(from), FireTimes(parsed(written->expressions.first(), to)));
                QVERIFY2(difference.equal(), what + ' ' + (difference.firstDifference ? toIso(*difference.firstDifference).toUtf8() : QByteArray()));
                continue;
            }
            ++several;
            const Instant begin{sys_days(year(2026) / 1 / 1)};
            const Instant end{sys_days(year(2029) / 1 / 1)};
            QSet<qint64> all;
            for (const QString &one : written->expressions) {
                for (const Instant at : FireTimes(parsed(one, to)).between(begin, end, 2'000'000))
                    all.insert(at.time_since_epoch().count());
            }
            QSet<qint64> wanted;
            for (const Instant at : FireTimes(from).between(begin, end, 2'000'000))
                wanted.insert(at.time_since_epoch().count());
            QVERIFY2(all == wanted, what);
        }
        QVERIFY2(exact > 600 && several > 10 && refused > 20, qPrintable(QString("%1 %2 %3").arg(exact).arg(several).arg(refused)));
    }

    void normalFormIsTheSameAndStays()
    {
        QRandomGenerator random(11);
        for (int i = 0; i < 800; ++i) {
            const RandomExpression expression(random, allDialects().at(i % 8), local_days{year(2026) / 5 / 15});
            const Expression before = parsed(expression.text(), expression.dialect());
            const QString text = normalised(before);
            const Expression after = parsed(text, expression.dialect());
            QVERIFY2(compare(FireTimes(before), FireTimes(after)).equal(), qPrintable(expression.text() + " -> " + text));
            QCOMPARE(normalised(after), text);
        }
        QCOMPARE(normalised(parsed("cron(0,15,30,45 8-17 ? JAN-DEC MON,TUE,WED,THU,FRI *)", Rules)), "cron(*/15 8-17 ? * 2-6 *)");
        QCOMPARE(normalised(parsed("rate(60 minutes)", Rules)), "rate(1 hour)");
    }

    void tenOClockCentralEuropeanTime()
    {
        const auto rules = utcRules(parsed("cron(0 10 * * ? *)", Scheduler).cron()->spec, **Zone::load("Europe/Berlin"), 2026);
        QCOMPARE(rules.size(), 3);
        QCOMPARE(rules.at(0).written.expressions, QStringList{"cron(0 9 * * ? *)"});
        QCOMPARE(rules.at(1).written.expressions, QStringList{"cron(0 8 * * ? *)"});
        QCOMPARE(toIso(rules.at(1).from), "2026-03-29T01:00:00Z");
        QCOMPARE(rules.at(2).written.expressions, QStringList{"cron(0 9 * * ? *)"});
        QCOMPARE(toIso(rules.at(2).from), "2026-10-25T01:00:00Z");
        QCOMPARE(utcRules(parsed("cron(0 10 * * ? *)", Scheduler).cron()->spec, **Zone::load("Asia/Tokyo"), 2026).size(), 1);
    }

    void movesDaysOfTheWeek()
    {
        const auto tokyo = utcRules(parsed("cron(30 6,12 ? * MON-FRI *)", Scheduler).cron()->spec, **Zone::load("Asia/Tokyo"), 2026);
        QCOMPARE(tokyo.first().written.expressions, QStringList({"cron(30 21 ? * 1-5 *)", "cron(30 3 ? * 2-6 *)"}));
        const auto kolkata = utcRules(parsed("cron(*/15 * * * ? *)", Scheduler).cron()->spec, **Zone::load("Asia/Kolkata"), 2026);
        QCOMPARE(kolkata.first().written.expressions, QStringList{"cron(*/15 * * * ? *)"});
        const auto first = utcRules(parsed("cron(0 0 1 * ? *)", Scheduler).cron()->spec, **Zone::load("Asia/Tokyo"), 2026);
        QVERIFY(first.first().written.expressions.isEmpty());
        QVERIFY(!first.first().written.notes.isEmpty());
    }

    /// Within each stretch the rules fire exactly when the schedule does.
    void utcRulesFireAtTheWallTimes()
    {
        QRandomGenerator random(5);
        int compared = 0;
        for (const char *name : {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Auckland"}) {
            const auto zone = *Zone::load(name);
            for (int i = 0; i < 60; ++i) {
                const RandomExpression expression(random, Scheduler, local_days{year(2026) / 6 / 10});
                const Expression from = parsed(expression.text(), Scheduler);
                Frame frame;
                frame.zone = zone;
                for (const UtcRules &rules : utcRules(from.cron()->spec, *zone, 2026)) {
                    if (rules.written.expressions.isEmpty())
                        continue;
                    // A day inside of it: the hours around a change belong to neither.
                    const Instant begin = rules.from + days(1);
                    const Instant end = std::min(rules.until - days(1), begin + days(40));
                    QList<Instant> wanted = FireTimes(from, frame).between(begin, end, 1'000'000);
                    QList<Instant> all;
                    for (const QString &one : rules.written.expressions)
                        all << FireTimes(parsed(one, Rules)).between(begin, end, 1'000'000);
                    std::sort(all.begin(), all.end());
                    QVERIFY2(all == wanted, qPrintable(QString(name) + ' ' + from.text + " -> " + rules.written.expressions.join(" + ")));
                    ++compared;
                }
            }
        }
        QVERIFY(compared > 200);
    }

    void findsTheFirstDifference_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("zoneA");
        QTest::addColumn<QString>("b");
        QTest::addColumn<QString>("zoneB");
        QTest::addColumn<QString>("first");
        QTest::newRow("spelling") << "cron(0/15 * * * ? *)" << "UTC" << "cron(0,15,30,45 * * * ? *)" << "UTC" << "";
        QTest::newRow("leap day") << "cron(0 0 28 2 ? *)" << "UTC" << "cron(0 0 L 2 ? *)" << "UTC" << "1972-02-28T00:00:00Z";
        QTest::newRow("1900 rule, far away") << "cron(0 0 L 2 ? 2097-2103)" << "UTC" << "cron(0 0 28 2 ? 2097-2103)" << "UTC" << "";
        QTest::newRow("one minute in 2199") << "cron(59 23 31 12 ? *)" << "UTC" << "cron(59 23 31 12 ? 1970-2198)" << "UTC" << "2199-12-31T23:59:00Z";
        QTest::newRow("never and never") << "cron(0 0 31 2 ? *)" << "UTC" << "cron(0 0 30 2 ? *)" << "UTC" << "";
        QTest::newRow("nothing but the gap") << "cron(30 2 29 3 ? 2026)" << "Europe/Berlin" << "cron(0 0 31 2 ? *)" << "UTC" << "";
        QTest::newRow("the zone is the same") << "cron(0 10 * * ? *)" << "Asia/Tokyo" << "cron(0 1 * * ? *)" << "UTC" << "";
        QTest::newRow("the zone is not") << "cron(0 10 * * ? *)" << "Europe/Berlin" << "cron(0 9 * * ? *)" << "UTC" << "1980-04-06T08:00:00Z";
        QTest::newRow("every minute everywhere") << "cron(* * * * ? *)" << "Asia/Kolkata" << "cron(* * * * ? *)" << "UTC" << "";
        QTest::newRow("rate and cron") << "rate(30 minutes)" << "UTC" << "cron(0/30 * * * ? *)" << "UTC" << "";
        QTest::newRow("rate that is no grid") << "rate(45 minutes)" << "UTC" << "cron(0/45 * * * ? *)" << "UTC" << "1970-01-01T01:00:00Z";
        QTest::newRow("rates") << "rate(60 minutes)" << "UTC" << "rate(1 hour)" << "UTC" << "";
        QTest::newRow("minute rate") << "rate(1 minute)" << "UTC" << "cron(* * * * ? *)" << "UTC" << "";
        QTest::newRow("weekly") << "rate(7 days)" << "UTC" << "cron(0 0 ? * THU *)" << "UTC" << "";
    }
    void findsTheFirstDifference()
    {
        QFETCH(const QString, a);
        QFETCH(const QString, zoneA);
        QFETCH(const QString, b);
        QFETCH(const QString, zoneB);
        QFETCH(const QString, first);
        Frame frameA, frameB;
        frameA.zone = *Zone::load(zoneA);
        frameB.zone = *Zone::load(zoneB);
        const FireTimes one(parsed(a, Scheduler), frameA);
        const FireTimes other(parsed(b, Scheduler), frameB);
        const auto found = compare(one, other);
        QCOMPARE(found.firstDifference ? toIso(*found.firstDifference) : QString(), first);
        QCOMPARE(compare(other, one).firstDifference, found.firstDifference);
        QVERIFY(compare(one, one).equal());
    }

    /// The same answer as walking through both, over ten years, for pairs that are close to each other.
    void agreesWithAWalk()
    {
        QRandomGenerator random(3);
        const QStringList zones{"UTC", "Europe/Berlin", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"};
        int equal = 0, different = 0;
        for (int i = 0; i < 300; ++i) {
            const RandomExpression expression(random, Scheduler, local_days{year(2026) / 6 / 10});
            QString other = expression.text();
            if (random.bounded(2))
                other.replace(" ? ", random.bounded(2) ? " ? " : " ? 1-12 ").replace("?  ", "? ");
            if (!parseExpression(other, Scheduler))
                other = expression.text();
            if (random.bounded(3) == 0)
                other.replace(" *)", " 1970-2030)");
            Frame frameA, frameB;
            frameA.zone = *Zone::load(zones.at(random.bounded(int(zones.size()))));
            frameB.zone = random.bounded(2) ? frameA.zone : *Zone::load(zones.at(random.bounded(int(zones.size()))));
            if (random.bounded(4) == 0)
                frameB.daylight = DaylightRule{SkippedTime(random.bounded(3)), RepeatedTime(random.bounded(3))};
            const FireTimes a(parsed(expression.text(), Scheduler), frameA);
            const FireTimes b(parsed(other, Scheduler), frameB);
            const Instant begin{sys_days(year(2025) / 1 / 1)};
            const Instant end{sys_days(year(2027) / 1 / 1)};
            const auto found = compare(a, b, begin);
            const QList<Instant> listA = a.between(begin, end, 10'000'000);
            const QList<Instant> listB = b.between(begin, end, 10'000'000);
            const auto [atA, atB] = std::mismatch(listA.begin(), listA.end(), listB.begin(), listB.end());
            std::optional<Instant> wanted;
            if (atA != listA.end() || atB != listB.end())
                wanted = atA == listA.end() ? *atB : atB == listB.end() ? *atA : std::min(*atA, *atB);
            const QByteArray what = (a.expression().text + ' ' + frameA.zone->name() + " / " + other + ' ' + frameB.zone->name()).toUtf8();
            if (wanted || (found.firstDifference && *found.firstDifference < end))
                QVERIFY2(found.firstDifference == wanted, what + ' ' + toIso(found.firstDifference.value_or(Instant{})).toUtf8() + ' ' + toIso(wanted.value_or(Instant{})).toUtf8());
            ++(found.equal() ? equal : different);
        }
        QVERIFY2(equal > 40 && different > 40, qPrintable(QString("%1 %2").arg(equal).arg(different)));
    }
};

QTEST_GUILESS_MAIN(tst_Convert)
#include "tst_convert.moc"
