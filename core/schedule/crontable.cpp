// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/crontable.h"

#include <bit>

namespace eph::schedule {

using namespace std::chrono;

namespace {

constexpr int NoTime = -1;
constexpr int Minute = 60;
constexpr int Hour = 3600;
constexpr unsigned ShortestMonth = 28;

[[nodiscard]] int lowest(quint64 mask)
{
    return std::countr_zero(mask);
}

[[nodiscard]] int highest(quint64 mask)
{
    return 63 - std::countl_zero(mask);
}

/// The bits from `bit` on; `bit` may be 64.
[[nodiscard]] quint64 from(quint64 mask, int bit)
{
    return bit > 63 ? 0 : mask & (~quint64(0) << bit);
}

/// The bits up to, not including, `bit`.
[[nodiscard]] quint64 below(quint64 mask, int bit)
{
    return bit > 63 ? mask : mask & ((quint64(1) << bit) - 1);
}

/// What a month's days depend on.
struct Shape {
    int length;
    int firstWeekday;

    [[nodiscard]] int weekdayOf(int day) const { return (firstWeekday + day - 1) % 7; }
    /// Monday to Friday, without leaving the month.
    [[nodiscard]] int nearestWeekday(int day) const
    {
        if (weekdayOf(day) == 6)
            return day > 1 ? day - 1 : day + 2;
        if (weekdayOf(day) == 0)
            return day < length ? day + 1 : day - 2;
        return day;
    }
};

[[nodiscard]] bool takes(const DaysOfMonth &rule, Shape month, int day)
{
    if (rule.none || (rule.days >> day & 1) || (rule.beforeLast >> (month.length - day) & 1))
        return true;
    if (!rule.nearestWeekday && !rule.weekdayBeforeLast)
        return false;
    for (int target = 1; target <= month.length; ++target) {
        const bool asked = (rule.nearestWeekday >> target & 1) || (rule.weekdayBeforeLast >> (month.length - target) & 1);
        if (asked && month.nearestWeekday(target) == day)
            return true;
    }
    return false;
}

[[nodiscard]] bool takes(const DaysOfWeek &rule, Shape month, int day)
{
    const int weekday = month.weekdayOf(day);
    return rule.none || (rule.days >> weekday & 1) || (rule.nth[std::size_t(day - 1) / 7] >> weekday & 1)
        || (day + 7 > month.length && (rule.last >> weekday & 1));
}

[[nodiscard]] quint32 daysOfShape(const CronSpec &spec, Shape month)
{
    quint32 days = 0;
    for (int day = 1; day <= month.length; ++day) {
        const bool byMonth = takes(spec.monthDays, month, day);
        const bool byWeek = takes(spec.weekDays, month, day);
        if (spec.dayRule == DayRule::Both ? byMonth && byWeek : byMonth || byWeek)
            days |= 1U << day;
    }
    return days;
}

} // namespace

CronTable::CronTable(const CronSpec &spec)
    : m_seconds(spec.seconds)
    , m_minutes(spec.minutes)
    , m_hours(spec.hours)
    , m_months(spec.months)
    , m_years(spec.years)
    , m_timesPerDay(std::popcount(m_seconds) * std::popcount(m_minutes) * std::popcount(m_hours))
{
    for (int length = int(ShortestMonth); length <= 31; ++length) {
        for (int weekday = 0; weekday < 7; ++weekday)
            m_shapes[std::size_t((length - int(ShortestMonth)) * 7 + weekday)] = daysOfShape(spec, {length, weekday});
    }
    m_never = m_timesPerDay == 0;
    m_never = !atOrAfter(FirstLocalTime);
}

quint32 CronTable::daysOf(year_month month) const
{
    const int index = int(month.year()) - FirstYear;
    if (index < 0 || index >= YearCount || !m_years[std::size_t(index)] || !(m_months >> unsigned(month.month()) & 1))
        return 0;
    const unsigned length = unsigned((month / last).day());
    const unsigned first = weekday(local_days{month / 1}).c_encoding();
    return m_shapes[(length - ShortestMonth) * 7 + first];
}

bool CronTable::takesDay(local_days day) const
{
    const year_month_day date(day);
    return daysOf(date.year() / date.month()) >> unsigned(date.day()) & 1;
}

int CronTable::timeAtOrAfter(int secondOfDay) const
{
    const int hour = secondOfDay / Hour;
    const int minute = secondOfDay / Minute % 60;
    if (m_hours >> hour & 1) {
        if (m_minutes >> minute & 1) {
            if (const quint64 seconds = from(m_seconds, secondOfDay % Minute))
                return hour * Hour + minute * Minute + lowest(seconds);
        }
        if (const quint64 minutes = from(m_minutes, minute + 1))
            return hour * Hour + lowest(minutes) * Minute + lowest(m_seconds);
    }
    if (const quint64 hours = from(m_hours, hour + 1))
        return lowest(hours) * Hour + lowest(m_minutes) * Minute + lowest(m_seconds);
    return NoTime;
}

int CronTable::timeBefore(int secondOfDay) const
{
    const int hour = secondOfDay / Hour;
    const int minute = secondOfDay / Minute % 60;
    // The end of a day is hour 24, which no mask holds.
    if (hour < 24 && (m_hours >> hour & 1)) {
        if (m_minutes >> minute & 1) {
            if (const quint64 seconds = below(m_seconds, secondOfDay % Minute))
                return hour * Hour + minute * Minute + highest(seconds);
        }
        if (const quint64 minutes = below(m_minutes, minute))
            return hour * Hour + highest(minutes) * Minute + highest(m_seconds);
    }
    if (const quint64 hours = below(m_hours, hour))
        return highest(hours) * Hour + highest(m_minutes) * Minute + highest(m_seconds);
    return NoTime;
}

int CronTable::timesBefore(int secondOfDay) const
{
    const int hour = secondOfDay / Hour;
    const int minute = secondOfDay / Minute % 60;
    const int perMinute = std::popcount(m_seconds);
    const int perHour = perMinute * std::popcount(m_minutes);
    int count = std::popcount(below(m_hours, hour)) * perHour;
    if (hour < 24 && (m_hours >> hour & 1)) {
        count += std::popcount(below(m_minutes, minute)) * perMinute;
        if (m_minutes >> minute & 1)
            count += std::popcount(below(m_seconds, secondOfDay % Minute));
    }
    return count;
}

std::optional<LocalTime> CronTable::atOrAfter(LocalTime time) const
{
    if (m_never || time >= EndOfLocalTime)
        return std::nullopt;
    time = std::max(time, FirstLocalTime);
    const local_days day = floor<days>(time);
    const year_month_day date(day);
    year_month month = date.year() / date.month();
    quint32 fit = quint32(from(daysOf(month), int(unsigned(date.day()))));
    if (fit >> unsigned(date.day()) & 1) {
        if (const int second = timeAtOrAfter(int((time - day).count())); second != NoTime)
            return day + seconds(second);
        fit &= fit - 1;
    }
    while (!fit) {
        month += months(1);
        if (int(month.year()) > LastYear)
            return std::nullopt;
        if (!m_years[std::size_t(int(month.year()) - FirstYear)])
            month = month.year() / December;
        else
            fit = daysOf(month);
    }
    return local_days{month / lowest(fit)} + seconds(lowest(m_hours) * Hour + lowest(m_minutes) * Minute + lowest(m_seconds));
}

std::optional<LocalTime> CronTable::before(LocalTime time) const
{
    if (m_never || time <= FirstLocalTime)
        return std::nullopt;
    time = std::min(time, EndOfLocalTime);
    // The second before is in the day that is looked at first.
    const local_days day = floor<days>(time - seconds(1));
    const year_month_day date(day);
    year_month month = date.year() / date.month();
    quint32 fit = quint32(below(daysOf(month), int(unsigned(date.day())) + 1));
    if (fit >> unsigned(date.day()) & 1) {
        if (const int second = timeBefore(int((time - day).count())); second != NoTime)
            return day + seconds(second);
        fit &= ~(1U << unsigned(date.day()));
    }
    while (!fit) {
        month -= months(1);
        if (int(month.year()) < FirstYear)
            return std::nullopt;
        if (!m_years[std::size_t(int(month.year()) - FirstYear)])
            month = month.year() / January;
        else
            fit = daysOf(month);
    }
    return local_days{month / highest(fit)} + seconds(highest(m_hours) * Hour + highest(m_minutes) * Minute + highest(m_seconds));
}

qint64 CronTable::count(LocalTime begin, LocalTime until) const
{
    begin = std::max(begin, FirstLocalTime);
    until = std::min(until, EndOfLocalTime);
    if (m_never || begin >= until)
        return 0;
    const local_days firstDay = floor<days>(begin);
    const local_days lastDay = floor<days>(until);
    // Whole days up to the last one, then what the two ends hold.
    qint64 fitting = 0;
    year_month_day date(firstDay);
    for (year_month month = date.year() / date.month(); local_days{month / 1} < lastDay; month += months(1)) {
        quint64 fit = daysOf(month);
        if (!fit)
            continue;
        if (local_days{month / 1} < firstDay)
            fit = from(fit, int(unsigned(date.day())));
        const auto daysLeft = (lastDay - local_days{month / 1}).count();
        if (daysLeft < 31)
            fit = below(fit, int(daysLeft) + 1);
        fitting += std::popcount(fit);
    }
    qint64 all = fitting * m_timesPerDay;
    if (takesDay(firstDay))
        all -= timesBefore(int((begin - firstDay).count()));
    if (until > lastDay && takesDay(lastDay))
        all += timesBefore(int((until - lastDay).count()));
    return all;
}

} // namespace eph::schedule
