// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/explain.h"

#include "core/base/text.h"
#include "core/schedule/fieldvalues.h"

#include <QLocale>
#include <bit>

namespace eph::schedule {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

constexpr int MaxTimesListed = 6;
constexpr int ShortestRange = 3;

/// `a`, `a and b`, `a, b and c`
[[nodiscard]] QString listOf(const QStringList &parts)
{
    if (parts.size() < 2)
        return parts.join(QString());
    return Core::tr("%1 and %2", "the last two of a list").arg(parts.mid(0, parts.size() - 1).join(u", "_s), parts.last());
}

template<class Name>
[[nodiscard]] QString rangesOf(const QList<int> &values, Name name, int shortest = ShortestRange)
{
    QStringList parts;
    for (const ValueRun &run : runsOf(values, shortest))
        parts << (run.last > run.first ? Core::tr("%1 to %2", "a range").arg(name(run.first), name(run.last)) : name(run.first));
    return listOf(parts);
}

[[nodiscard]] QString number(int value)
{
    return QString::number(value);
}

/// The step between values that go on to the end of the field, 0 where there is none.
[[nodiscard]] int stepToEnd(quint64 bits, int high)
{
    const QList<int> values = valuesOf(bits);
    const int by = stepOf(values);
    return by > 0 && values.last() + by > high ? by : 0;
}

/// Every so many minutes without a shorter rest at the full hour.
[[nodiscard]] bool isEven(quint64 bits, int size)
{
    const int by = stepToEnd(bits, size - 1);
    return by > 0 && size % by == 0;
}

[[nodiscard]] QString timesListed(const CronSpec &spec)
{
    QStringList times;
    for (const int hour : valuesOf(spec.hours)) {
        for (const int minute : valuesOf(spec.minutes)) {
            for (const int second : valuesOf(spec.seconds))
                times << clockText(hour, minute, second);
        }
    }
    return listOf(times);
}

/// `every 15 minutes`, `at minutes 5 and 35 of each hour`: what happens within an hour.
[[nodiscard]] QString minutesText(const CronSpec &spec)
{
    const QList<int> minutes = valuesOf(spec.minutes);
    if (spec.minutes == AllSixty)
        return Core::tr("every minute");
    if (isEven(spec.minutes, 60)) {
        const int by = stepToEnd(spec.minutes, 59);
        return minutes.first() == 0 ? Core::tr("every %1 minutes").arg(by) : Core::tr("every %1 minutes from minute %2 on").arg(by).arg(minutes.first());
    }
    if (minutes.size() == 1 && minutes.first() == 0)
        return Core::tr("at the full hour");
    return minutes.size() == 1 ? Core::tr("at minute %1 of the hour").arg(minutes.first()) : Core::tr("at minutes %1 of the hour").arg(rangesOf(minutes, number));
}

[[nodiscard]] QString secondsText(const CronSpec &spec)
{
    const QList<int> seconds = valuesOf(spec.seconds);
    if (spec.seconds == AllSixty)
        return Core::tr("every second");
    if (isEven(spec.seconds, 60) && seconds.first() == 0)
        return Core::tr("every %1 seconds").arg(stepToEnd(spec.seconds, 59));
    return seconds.size() == 1 ? Core::tr("at second %1").arg(seconds.first()) : Core::tr("at seconds %1").arg(rangesOf(seconds, number));
}

[[nodiscard]] QString hoursText(const CronSpec &spec)
{
    const QList<int> hours = valuesOf(spec.hours);
    const QList<int> minutes = valuesOf(spec.minutes);
    const bool inOneRun = hours.last() - hours.first() + 1 == hours.size();
    if (inOneRun)
        return Core::tr("from %1 to %2", "times of day").arg(clockText(hours.first(), minutes.first(), 0), clockText(hours.last(), minutes.last(), 0));
    return Core::tr("in the hours %1").arg(rangesOf(hours, [](int hour) { return clockText(hour, 0, 0); }));
}

[[nodiscard]] QString timeText(const CronSpec &spec)
{
    const int count = std::popcount(spec.seconds) * std::popcount(spec.minutes) * std::popcount(spec.hours);
    if (count <= MaxTimesListed)
        return Core::tr("at %1", "times of day").arg(timesListed(spec));
    QStringList parts;
    if (spec.seconds != 1)
        parts << secondsText(spec);
    const bool everySecond = spec.seconds == AllSixty && spec.minutes == AllSixty;
    if (spec.hours == AllHours && spec.minutes == 1 && spec.seconds == 1)
        return Core::tr("every hour");
    if (isEven(spec.hours, 24) && spec.minutes == 1 && spec.seconds == 1 && (spec.hours & 1))
        return Core::tr("every %1 hours").arg(stepToEnd(spec.hours, 23));
    if (!everySecond)
        parts << minutesText(spec);
    if (spec.hours != AllHours)
        parts << hoursText(spec);
    return parts.join(u' ');
}

[[nodiscard]] QString nthName(std::size_t index)
{
    switch (index) {
    case 0: return Core::tr("first");
    case 1: return Core::tr("second", "the second Monday");
    case 2: return Core::tr("third");
    case 3: return Core::tr("fourth");
    default: return Core::tr("fifth");
    }
}

[[nodiscard]] QString monthDaysText(const DaysOfMonth &rule)
{
    QStringList parts;
    if (rule.days)
        parts << (std::popcount(rule.days) == 1 ? Core::tr("on day %1 of the month").arg(std::countr_zero(rule.days)) : Core::tr("on days %1 of the month").arg(rangesOf(valuesOf(rule.days), number)));
    for (const int before : valuesOf(rule.beforeLast))
        parts << (before == 0 ? Core::tr("on the last day of the month") : before == 1 ? Core::tr("on the last day but one of the month") : Core::tr("%1 days before the last day of the month").arg(before));
    for (const int day : valuesOf(rule.nearestWeekday))
        parts << Core::tr("on the weekday (Monday to Friday) nearest to day %1 of the month").arg(day);
    for (const int before : valuesOf(rule.weekdayBeforeLast))
        parts << (before == 0 ? Core::tr("on the last weekday (Monday to Friday) of the month") : Core::tr("on the weekday nearest to the last day of the month less %1").arg(before));
    return listOf(parts);
}

[[nodiscard]] QString weekDaysText(const DaysOfWeek &rule)
{
    QStringList parts;
    if (rule.days) {
        // Weeks are read from Monday on.
        const quint32 mondayFirst = (rule.days >> 1) | (rule.days & 1) << 6;
        const QString days = rangesOf(valuesOf(mondayFirst), [](int day) { return weekdayName((day + 1) % 7); });
        parts << (std::popcount(rule.days) == 1 ? Core::tr("every %1", "weekday").arg(days) : Core::tr("on %1", "weekdays").arg(days));
    }
    for (const int day : valuesOf(rule.last))
        parts << Core::tr("on the last %1 of the month").arg(weekdayName(day));
    for (std::size_t nth = 0; nth < rule.nth.size(); ++nth) {
        for (const int day : valuesOf(rule.nth[nth]))
            parts << Core::tr("on the %1 %2 of the month", "third Monday").arg(nthName(nth), weekdayName(day));
    }
    return listOf(parts);
}

/// Empty where every day is meant.
[[nodiscard]] QString dayText(const CronSpec &spec)
{
    const bool byMonth = !spec.monthDays.isEvery();
    const bool byWeek = !spec.weekDays.isEvery();
    if (spec.dayRule == DayRule::Either && (!byMonth || !byWeek))
        return {};
    if (byMonth && byWeek)
        return spec.dayRule == DayRule::Either ? Core::tr("%1, and also %2", "days of the month; days of the week").arg(monthDaysText(spec.monthDays), weekDaysText(spec.weekDays))
                                               : Core::tr("%1, if it is one of the days %2", "days of the month; days of the week").arg(monthDaysText(spec.monthDays), weekDaysText(spec.weekDays));
    return byMonth ? monthDaysText(spec.monthDays) : byWeek ? weekDaysText(spec.weekDays) : QString();
}

[[nodiscard]] QString sentence(QString text)
{
    if (!text.isEmpty())
        text[0] = text.at(0).toUpper();
    return text + u'.';
}

[[nodiscard]] QString explainCron(const CronSpec &spec)
{
    const QString days = dayText(spec);
    const bool fewTimes = std::popcount(spec.seconds) * std::popcount(spec.minutes) * std::popcount(spec.hours) <= MaxTimesListed;
    QStringList parts{timeText(spec)};
    if (!days.isEmpty())
        parts << days;
    else if (fewTimes || (spec.hours != AllHours && !isEven(spec.hours, 24)))
        parts << Core::tr("every day");
    QString text = parts.join(u' ');
    if (spec.months != AllMonths)
        text = Core::tr("%1, in %2", "…, in January").arg(text, rangesOf(valuesOf(spec.months), monthName));
    if (!spec.years.all())
        text = Core::tr("%1, in %2", "…, in 2026").arg(text, rangesOf(valuesOf(spec.years), number, 2));
    return sentence(text);
}

[[nodiscard]] QString explainRate(const Rate &rate)
{
    const auto counted = [&rate](seconds unit) { return rate.period % unit == seconds(0) ? qint64(rate.period / unit) : 0; };
    if (const qint64 count = counted(days(1)))
        return count == 1 ? Core::tr("Every 24 hours, counted from the beginning, whatever clocks do.") : Core::tr("Every %1 days of 24 hours, counted from the beginning, whatever clocks do.").arg(count);
    if (const qint64 count = counted(hours(1)))
        return count == 1 ? Core::tr("Every hour, counted from the beginning.") : Core::tr("Every %1 hours, counted from the beginning.").arg(count);
    if (const qint64 count = counted(minutes(1)))
        return count == 1 ? Core::tr("Every minute, counted from the beginning.") : Core::tr("Every %1 minutes, counted from the beginning.").arg(count);
    return Core::tr("Every %1 seconds, counted from the beginning.").arg(rate.period.count());
}

} // namespace

QString runsText(qint64 count)
{
    return count == 1 ? Core::tr("1 run") : Core::tr("%1 runs").arg(QLocale().toString(count));
}

QString clockText(int hour, int minute, int second)
{
    const auto two = [](int value) { return QString::number(value).rightJustified(2, u'0'); };
    const QString text = two(hour) + u':' + two(minute);
    return second == 0 ? text : text + u':' + two(second);
}

QString clockText(LocalTime time)
{
    const hh_mm_ss clock(time - floor<days>(time));
    return clockText(int(clock.hours().count()), int(clock.minutes().count()), int(clock.seconds().count()));
}

QString dateTimeText(LocalTime time)
{
    return toIso(time).left(11).replace(u'T', u' ') + clockText(time);
}

QString dateText(local_days day)
{
    const year_month_day date(day);
    return Core::tr("%1, %2 %3 %4", "Monday, 5 January 2026").arg(weekdayName(int(weekday(day).c_encoding()))).arg(unsigned(date.day())).arg(monthName(int(unsigned(date.month())))).arg(int(date.year()));
}

QString weekdayName(int weekday)
{
    switch (weekday) {
    case 0: return Core::tr("Sunday");
    case 1: return Core::tr("Monday");
    case 2: return Core::tr("Tuesday");
    case 3: return Core::tr("Wednesday");
    case 4: return Core::tr("Thursday");
    case 5: return Core::tr("Friday");
    default: return Core::tr("Saturday");
    }
}

QString monthName(int month)
{
    switch (month) {
    case 1: return Core::tr("January");
    case 2: return Core::tr("February");
    case 3: return Core::tr("March");
    case 4: return Core::tr("April");
    case 5: return Core::tr("May");
    case 6: return Core::tr("June");
    case 7: return Core::tr("July");
    case 8: return Core::tr("August");
    case 9: return Core::tr("September");
    case 10: return Core::tr("October");
    case 11: return Core::tr("November");
    default: return Core::tr("December");
    }
}

QString offsetText(seconds offset)
{
    const auto size = std::chrono::abs(offset);
    const QString text = clockText(int(size / hours(1)), int(size % hours(1) / minutes(1)), int((size % minutes(1)).count()));
    return offset == seconds(0) ? u"UTC"_s : u"UTC"_s + (offset < seconds(0) ? u'-' : u'+') + text;
}

QString explain(const Expression &expression)
{
    if (const Cron *cron = expression.cron())
        return cron->table.neverFires() ? Core::tr("Never: there is no such day.") : explainCron(cron->spec);
    if (const Rate *rate = expression.rate())
        return explainRate(*rate);
    if (const At *at = expression.at())
        return Core::tr("Once, on %1 at %2.", "Monday, 5 January 2026 at 09:00").arg(dateText(floor<days>(at->time)), clockText(at->time));
    return Core::tr("Once, whenever the machine starts.");
}

} // namespace eph::schedule
