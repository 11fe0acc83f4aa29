// SPDX-License-Identifier: GPL-3.0-or-later
// How long it takes to know when a schedule fires: one JSON line a case, microseconds each.
#include "core/schedule/calendar.h"
#include "core/schedule/compare.h"

#include <QElapsedTimer>
#include <QList>
#include <cstdio>
#include <cstdlib>

using namespace eph::schedule;
using namespace std::chrono;

namespace {

const Instant NewYear{sys_days(year(2026) / 1 / 1)};

FireTimes timesOf(const char *text, Dialect dialect, const char *zone)
{
    const auto parsed = parseExpression(QString::fromLatin1(text), dialect);
    const auto loaded = Zone::load(QString::fromLatin1(zone));
    if (!parsed || !loaded)
        std::exit(1);
    Frame frame;
    frame.zone = *loaded;
    return FireTimes(*parsed, frame);
}

void print(const char *label, double us, qint64 check)
{
    std::printf("{\"label\":\"%s\",\"us\":%.4f,\"check\":%lld}\n", label, us, static_cast<long long>(check));
    std::fflush(stdout);
}

void fires(const char *label, const char *text, const char *zone, int count, Dialect dialect = Dialect::Unix)
{
    const FireTimes times = timesOf(text, dialect, zone);
    QElapsedTimer timer;
    timer.start();
    std::optional<Instant> at = NewYear;
    int found = 0;
    while (found < count && (at = times.next(*at)))
        ++found;
    print(label, double(timer.nsecsElapsed()) / 1000 / std::max(1, found), at ? at->time_since_epoch().count() : 0);
}

} // namespace

int main()
{
    fires("every minute UTC", "* * * * *", "UTC", 1'000'000);
    fires("every 5 min 9-17 Mon-Fri UTC", "*/5 9-17 * * 1-5", "UTC", 1'000'000);
    fires("every 5 min 9-17 Mon-Fri New York", "*/5 9-17 * * 1-5", "America/New_York", 1'000'000);
    fires("02:30 daily New York (DST gap)", "30 2 * * *", "America/New_York", 60'000);
    fires("1st of month 00:00 UTC", "0 0 1 * *", "UTC", 2'000);
    fires("29 Feb 00:00 UTC", "0 0 29 2 *", "UTC", 40);
    fires("29 Feb on a Monday, the next one", "0 0 0 29 2 1", "UTC", 1, Dialect::Azure);
    QElapsedTimer timer;
    timer.start();
    const bool never = timesOf("cron(0 0 31 2 ? *)", Dialect::EventBridgeRules, "UTC").never();
    print("31 Feb: parsed and proved never to fire", double(timer.nsecsElapsed()) / 1000, never);
    timer.start();
    const bool equal = compare(timesOf("cron(0/15 * * * ? *)", Dialect::EventBridgeRules, "UTC"), timesOf("*/15 * * * *", Dialect::Gcp, "Asia/Tokyo")).equal();
    print("equality over 230 years, two zones", double(timer.nsecsElapsed()) / 1000, equal);

    // A thousand schedules in three zones, laid on a year of one of them.
    const char *zones[] = {"UTC", "Europe/Berlin", "America/New_York"};
    QList<FireTimes> schedules;
    for (int i = 0; i < 1000; ++i) {
        const QByteArray text = "cron(" + QByteArray::number(i % 60) + (i % 3 ? " 9 ? * MON-FRI *)" : " 0/6 * * ? *)");
        schedules << timesOf(text.constData(), Dialect::EventBridgeScheduler, zones[i % 3]);
    }
    timer.start();
    const Calendar calendar(*Zone::load(QStringLiteral("Europe/Berlin")), local_days(year(2026) / 1 / 1), 365);
    std::vector<qint64> counts(365, 0);
    for (const FireTimes &times : schedules)
        calendar.addRuns(times, counts);
    qint64 all = 0;
    for (const qint64 count : counts)
        all += count;
    print("a year of 1,000 schedules on the calendar", double(timer.nsecsElapsed()) / 1000, all);
    return 0;
}
