// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/calendar.h"
#include "core/schedule/firetimes.h"
#include "tests/unit/schedule/randomexpression.h"

#include <QTest>
#include <QTimeZone>
#include <array>
#include <numeric>

using namespace eph::schedule;
using namespace std::chrono;

namespace {

Instant instant(const QString &iso)
{
    return Instant(seconds(QDateTime::fromString(iso, Qt::ISODate).toSecsSinceEpoch()));
}

FireTimes fireTimes(const QString &text, Dialect dialect = Dialect::EventBridgeScheduler, const QString &zone = "UTC")
{
    auto parsed = parseExpression(text, dialect);
    if (!parsed)
        qFatal("%s: %s", qPrintable(text), qPrintable(parsed.error().message));
    Frame frame;
    const auto loaded = Zone::load(zone);
    if (!loaded)
        qFatal("%s", qPrintable(loaded.error().message));
    frame.zone = *loaded;
    return FireTimes(*parsed, frame);
}

QStringList toText(const QList<Instant> &all)
{
    QStringList text;
    for (const Instant at : all)
        text << toIso(at);
    return text;
}

/// All fire times of a stretch of time, found by looking at each minute (or half of one) of it, with Qt's own time zones.
QList<Instant> bruteForce(const RandomExpression &expression, DaylightRule rule, const QTimeZone &zone, Instant from, Instant until, seconds step)
{
    struct Seen {
        Instant at;
        LocalTime local;
        bool made = false; ///< Made up for a skipped time.
    };
    QList<Seen> all;
    const auto localAt = [&zone](Instant at) {
        return LocalTime((at + seconds(zone.offsetFromUtc(QDateTime::fromSecsSinceEpoch(at.time_since_epoch().count(), Qt::UTC)))).time_since_epoch());
    };
    const Instant begin = from - days(3);
    LocalTime last = localAt(begin - step);
    LocalTime furthest = last;
    for (Instant at = begin; at < until + days(3); at += step) {
        const LocalTime local = localAt(at);
        if (local > last + step && local > furthest + step) {
            // A jump: what lies between has not been shown.
            const LocalTime gapBegin = std::max(last, furthest) + step;
            bool anyMissed = false;
            for (LocalTime missed = gapBegin; missed < local; missed += step) {
                if (!expression.takes(missed))
                    continue;
                anyMissed = true;
                if (rule.skipped == SkippedTime::Shifted)
                    all << Seen{at + (missed - gapBegin), {}, true};
            }
            if (rule.skipped == SkippedTime::RightAfter && anyMissed && local - gapBegin <= hours(3))
                all << Seen{at, {}, true};
        }
        if (expression.takes(local))
            all << Seen{at, local, false};
        last = local;
        furthest = std::max(furthest, local);
    }
    QList<Instant> found;
    QHash<qint64, int> showings;
    QHash<qint64, int> total;
    for (const Seen &seen : all) {
        if (!seen.made)
            ++total[seen.local.time_since_epoch().count()];
    }
    for (const Seen &seen : all) {
        if (!seen.made) {
            const qint64 key = seen.local.time_since_epoch().count();
            const int showing = ++showings[key];
            if ((rule.repeated == RepeatedTime::First && showing > 1) || (rule.repeated == RepeatedTime::Second && showing < total.value(key)))
                continue;
        }
        if (seen.at >= from && seen.at < until)
            found << seen.at;
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

} // namespace

class tst_FireTimes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The hours of a day hold each run of it once, where clocks skip an hour, show one twice, and move by half an hour.
    void hoursOfADay_data()
    {
        QTest::addColumn<QString>("zone");
        QTest::addColumn<int>("month");
        QTest::addColumn<int>("day");
        QTest::addColumn<int>("hour");
        QTest::addColumn<int>("runs");
        QTest::newRow("plain") << "Europe/Berlin" << 3 << 28 << 2 << 60;
        QTest::newRow("skipped") << "Europe/Berlin" << 3 << 29 << 2 << 0;
        QTest::newRow("twice") << "Europe/Berlin" << 10 << 25 << 2 << 120;
        QTest::newRow("half an hour skipped") << "Australia/Lord_Howe" << 10 << 4 << 2 << 30;
        QTest::newRow("half an hour twice") << "Australia/Lord_Howe" << 4 << 5 << 1 << 90;
    }

    void hoursOfADay()
    {
        QFETCH(const QString, zone);
        QFETCH(const int, month);
        QFETCH(const int, day);
        QFETCH(const int, hour);
        QFETCH(const int, runs);
        const Calendar calendar(*Zone::load(zone), local_days(year(2026) / month / day), 1);
        const FireTimes times = fireTimes("cron(* * * * ? *)");
        std::array<qint64, HoursOfDay> counts{};
        calendar.addRunsOfDay(times, 0, counts);
        QCOMPARE(counts[std::size_t(hour)], runs);
        QCOMPARE(std::accumulate(counts.begin(), counts.end(), qint64(0)), times.count(calendar.begin(0), calendar.end(0)));
    }

    void workedExamples_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("zone");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QStringList>("expected");
        QFile file(SOURCE_DIR "/tests/data/schedule/worked.tsv");
        QVERIFY(file.open(QIODevice::ReadOnly));
        file.readLine();
        int count = 0;
        while (!file.atEnd()) {
            const QStringList parts = QString::fromUtf8(file.readLine().trimmed()).split('\t');
            QCOMPARE(parts.size(), 5);
            QTest::newRow(qPrintable(parts.at(0) + ": " + parts.at(1))) << parts.at(1) << parts.at(2) << parts.at(3) << parts.at(4).split(' ');
            ++count;
        }
        QCOMPARE(count, 68);
    }
    void workedExamples()
    {
        QFETCH(const QString, expression);
        QFETCH(const QString, zone);
        QFETCH(const QString, after);
        QFETCH(const QStringList, expected);
        QStringList found;
        std::optional<Instant> at = instant(after);
        const FireTimes times = fireTimes("cron(" + expression + ")", Dialect::EventBridgeScheduler, zone);
        while (found.size() < expected.size()) {
            at = times.next(*at);
            found << (at ? toIso(*at) : QString("none"));
            if (!at)
                break;
        }
        QCOMPARE(found, expected);
    }

    void ratesCountFromTheirBeginning()
    {
        Frame frame;
        frame.created = instant("2026-01-01T10:02:30Z");
        const FireTimes rule(*parseExpression("rate(5 minutes)", Dialect::EventBridgeRules), frame);
        QCOMPARE(toIso(*rule.next(frame.created - hours(1))), "2026-01-01T10:07:30Z");
        QCOMPARE(toIso(*rule.next(instant("2026-01-01T10:07:30Z"))), "2026-01-01T10:12:30Z");
        QCOMPARE(toIso(*rule.previous(instant("2026-01-01T10:12:30Z"))), "2026-01-01T10:07:30Z");
        QVERIFY(!rule.previous(instant("2026-01-01T10:07:30Z")));
        frame.start = instant("2026-01-01T12:00:00Z");
        const FireTimes schedule(*parseExpression("rate(5 minutes)", Dialect::EventBridgeScheduler), frame);
        QCOMPARE(toIso(*schedule.next(frame.created)), "2026-01-01T12:00:00Z");
        QCOMPARE(schedule.count(instant("2026-01-01T12:00:00Z"), instant("2026-01-01T13:00:00Z")), 12);
        // A day is 24 hours, whatever the wall clock does.
        Frame newYork;
        newYork.zone = *Zone::load("America/New_York");
        newYork.start = instant("2026-03-07T07:30:00Z");
        const FireTimes daily(*parseExpression("rate(1 day)", Dialect::EventBridgeScheduler), newYork);
        QCOMPARE(toIso(newYork.zone->toLocal(*daily.next(*newYork.start))), "2026-03-08T03:30:00");
    }

    void oneTimeIsLocal()
    {
        QVERIFY(!fireTimes("at(2026-03-08T02:30:00)", Dialect::EventBridgeScheduler, "America/New_York").next({}));
        QVERIFY(fireTimes("at(2026-03-08T02:30:00)", Dialect::EventBridgeScheduler, "America/New_York").never());
        const FireTimes twice = fireTimes("at(2026-11-01T01:30:00)", Dialect::EventBridgeScheduler, "America/New_York");
        QCOMPARE(toIso(*twice.next({})), "2026-11-01T05:30:00Z");
        QVERIFY(!twice.next(*twice.next({})));
        QCOMPARE(twice.count({}, instant("2027-01-01T00:00:00Z")), 1);
    }

    void runsOnlyWithinItsWindow()
    {
        Frame frame;
        frame.start = instant("2026-01-02T00:00:00Z");
        frame.end = instant("2026-01-03T12:00:00Z");
        const FireTimes times(*parseExpression("cron(0 12 * * ? *)", Dialect::EventBridgeScheduler), frame);
        QCOMPARE(toText(times.between({}, instant("2030-01-01T00:00:00Z"), 10)), QStringList({"2026-01-02T12:00:00Z", "2026-01-03T12:00:00Z"}));
        QCOMPARE(times.count({}, instant("2030-01-01T00:00:00Z")), 2);
        QVERIFY(!times.previous(instant("2026-01-02T12:00:00Z")));
        QCOMPARE(toIso(*times.previous(instant("2029-01-02T12:00:00Z"))), "2026-01-03T12:00:00Z");
    }

    void theSecondPassOfAnHourIsAChoice()
    {
        Frame frame;
        frame.zone = *Zone::load("America/New_York");
        frame.daylight = DaylightRule{SkippedTime::Lost, RepeatedTime::Both};
        const FireTimes times(*parseExpression("cron(0 0/1 * * ? *)", Dialect::EventBridgeScheduler), frame);
        QCOMPARE(toText(times.between(instant("2026-11-01T05:00:00Z"), instant("2026-11-01T07:00:00Z"), 9)), QStringList({"2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z"}));
    }

    void saysAtOnceWhatNeverFires_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Dialect>("dialect");
        QTest::newRow("31 February") << "cron(0 0 31 2 ? *)" << Dialect::EventBridgeRules;
        QTest::newRow("29 February in years without") << "cron(0 0 29 2 ? 2025-2027)" << Dialect::EventBridgeRules;
        QTest::newRow("31st of short months") << "0 0 31 4,6,9,11 *" << Dialect::Gcp;
        QTest::newRow("fifth Monday of a February without leap day") << "cron(0 0 ? 2 MON#5 2025-2027)" << Dialect::EventBridgeScheduler;
        QTest::newRow("31W of short months") << "0 0 0 31W 4,6 ?" << Dialect::Quartz;
    }
    void saysAtOnceWhatNeverFires()
    {
        QFETCH(const QString, text);
        QFETCH(const Dialect, dialect);
        const FireTimes times = fireTimes(text, dialect);
        QVERIFY(times.never());
        QVERIFY(times.expression().cron()->table.neverFires());
        QVERIFY(!times.previous(instant("2199-01-01T00:00:00Z")));
        QCOMPARE(times.count({}, instant("2199-01-01T00:00:00Z")), 0);
    }

    void jumpsFarAhead()
    {
        QCOMPARE(toIso(*fireTimes("0 0 0 29 2 1", Dialect::Azure).next(instant("2026-01-01T00:00:00Z"))), "2044-02-29T00:00:00Z");
        QCOMPARE(toIso(*fireTimes("cron(59 23 31 12 ? 2199)").next({})), "2199-12-31T23:59:00Z");
        QVERIFY(!fireTimes("cron(59 23 31 12 ? 2199)").next(instant("2199-12-31T23:59:00Z")));
    }

    /// Zones with odd changes, expressions by chance, all dialects: the same as trying each minute.
    void agreesWithBruteForce_data()
    {
        QTest::addColumn<QString>("zone");
        QTest::addColumn<QString>("around");
        QTest::addColumn<int>("step");
        QTest::newRow("Berlin, spring") << "Europe/Berlin" << "2026-03-29T01:00:00Z" << 60;
        QTest::newRow("Berlin, autumn") << "Europe/Berlin" << "2026-10-25T01:00:00Z" << 60;
        QTest::newRow("New York, spring") << "America/New_York" << "2026-03-08T07:00:00Z" << 60;
        QTest::newRow("New York, autumn") << "America/New_York" << "2026-11-01T06:00:00Z" << 60;
        QTest::newRow("Lord Howe, half an hour on") << "Australia/Lord_Howe" << "2026-10-03T15:30:00Z" << 60;
        QTest::newRow("Lord Howe, half an hour back") << "Australia/Lord_Howe" << "2026-04-04T15:00:00Z" << 60;
        QTest::newRow("Troll, two hours on") << "Antarctica/Troll" << "2026-03-29T01:00:00Z" << 60;
        QTest::newRow("Troll, two hours back") << "Antarctica/Troll" << "2026-10-25T01:00:00Z" << 60;
        QTest::newRow("Dublin, negative saving") << "Europe/Dublin" << "2026-10-25T01:00:00Z" << 60;
        QTest::newRow("Cairo, midnight gap") << "Africa/Cairo" << "2026-04-23T22:00:00Z" << 60;
        QTest::newRow("Cairo, midnight twice") << "Africa/Cairo" << "2026-10-29T21:00:00Z" << 60;
        QTest::newRow("Sao Paulo, midnight gap") << "America/Sao_Paulo" << "2018-11-04T03:00:00Z" << 60;
        QTest::newRow("Apia, a skipped day") << "Pacific/Apia" << "2011-12-30T10:00:00Z" << 60;
        QTest::newRow("Kwajalein, a skipped day") << "Pacific/Kwajalein" << "1993-08-21T12:00:00Z" << 60;
        QTest::newRow("Caracas, half an hour back for good") << "America/Caracas" << "2007-12-09T07:00:00Z" << 60;
        QTest::newRow("Pyongyang") << "Asia/Pyongyang" << "2018-05-04T15:00:00Z" << 60;
        QTest::newRow("Casablanca, Ramadan") << "Africa/Casablanca" << "2026-02-15T02:00:00Z" << 60;
        QTest::newRow("Monrovia, half a minute") << "Africa/Monrovia" << "1972-01-07T00:44:30Z" << 30;
        QTest::newRow("Kathmandu") << "Asia/Kathmandu" << "1985-12-31T18:30:00Z" << 60;
        QTest::newRow("UTC") << "UTC" << "2024-02-29T00:00:00Z" << 60;
    }
    void agreesWithBruteForce()
    {
        QFETCH(const QString, zone);
        QFETCH(const QString, around);
        QFETCH(const int, step);
        const auto loaded = Zone::load(zone);
        QVERIFY2(loaded, "tzdata");
        const QTimeZone oracleZone(zone.toLatin1());
        const Instant from = instant(around) - days(2);
        const Instant until = instant(around) + days(2);
        QRandomGenerator random(20'260'101);
        int fired = 0;
        for (int i = 0; i < 160; ++i) {
            const RandomExpression expression(random, allDialects().at(i % allDialects().size()), floor<days>(loaded.value()->toLocal(instant(around))));
            const auto parsed = parseExpression(expression.text(), expression.dialect());
            QVERIFY2(parsed, qPrintable(expression.text() + ": " + (parsed ? QString() : parsed.error().message)));
            Frame frame;
            frame.zone = *loaded;
            if (i % 3 == 0)
                frame.daylight = DaylightRule{SkippedTime(random.bounded(3)), RepeatedTime(random.bounded(3))};
            const FireTimes times(*parsed, frame);
            const QList<Instant> expected = bruteForce(expression, times.daylight(), oracleZone, from, until, seconds(step));
            const QByteArray what = (dialectId(expression.dialect()) + ": " + expression.text() + QString(" skipped %1 repeated %2").arg(int(times.daylight().skipped)).arg(int(times.daylight().repeated))).toUtf8();
            QVERIFY2(times.between(from, until, 1'000'000) == expected, what + "\nours: " + toText(times.between(from, until, 40)).join(' ').toUtf8() + "\nthat: " + toText(expected.mid(0, 40)).join(' ').toUtf8());
            QVERIFY2(times.count(from, until) == expected.size(), what + QByteArray::number(times.count(from, until)) + " for " + QByteArray::number(expected.size()));
            QList<Instant> backwards;
            for (auto at = times.previous(until); at && *at >= from; at = times.previous(*at))
                backwards.prepend(*at);
            QVERIFY2(backwards == expected, what + "\nback: " + toText(backwards.mid(0, 40)).join(' ').toUtf8() + "\nthat: " + toText(expected.mid(0, 40)).join(' ').toUtf8());
            fired += int(expected.size());
        }
        QVERIFY(fired > 1000);
    }
};

QTEST_GUILESS_MAIN(tst_FireTimes)
#include "tst_firetimes.moc"
