// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/compare.h"

#include <bit>

namespace eph::schedule {

using namespace std::chrono;

namespace {

constexpr seconds Day = days(1);
/// No jump of a clock reaches further, Apia's skipped day included.
constexpr days Reach{2};

/// The last year ends at another moment in each zone: what lies beyond the first of them is no difference.
[[nodiscard]] Instant endOfRange(const FireTimes &first, const FireTimes &second)
{
    const auto endOf = [](const FireTimes &times) { return Instant(EndOfLocalTime.time_since_epoch()) - times.frame().zone->stretches().back().offset; };
    return std::min(endOf(first), endOf(second));
}

/// The first year begins at another moment in each zone, too.
[[nodiscard]] Instant startOfRange(const FireTimes &first, const FireTimes &second)
{
    const auto startOf = [](const FireTimes &times) { return Instant(FirstLocalTime.time_since_epoch()) - times.frame().zone->stretches().front().offset; };
    return std::max(startOf(first), startOf(second));
}

/// The first moment in a range at which only one of them fires.
[[nodiscard]] Comparison walk(const FireTimes &first, const FireTimes &second, Instant from, Instant until)
{
    Instant after = from - seconds(1);
    while (true) {
        auto a = first.next(after);
        auto b = second.next(after);
        if (a && *a >= until)
            a.reset();
        if (b && *b >= until)
            b.reset();
        if (a != b) {
            const bool firstFires = a && (!b || *a < *b);
            return {firstFires ? a : b, firstFires};
        }
        if (!a)
            return {};
        after = *a;
    }
}

/// A rate that divides the day is the same as a cron expression, if hours and minutes make a grid. Such two could agree on
/// every one of a hundred million runs, so they are not walked through.
[[nodiscard]] std::optional<FireTimes> asCron(const FireTimes &times)
{
    const Rate *rate = times.expression().rate();
    if (!rate || Day % rate->period != seconds(0))
        return std::nullopt;
    const auto base = times.next(Instant{} - days(1));
    if (!base)
        return std::nullopt;
    CronSpec spec;
    spec.seconds = 0;
    const qint64 count = Day / rate->period;
    for (qint64 i = 0; i < count; ++i) {
        const hh_mm_ss clock((base->time_since_epoch() + i * rate->period) % Day);
        spec.seconds |= quint64(1) << clock.seconds().count();
        spec.minutes |= quint64(1) << clock.minutes().count();
        spec.hours |= 1U << clock.hours().count();
    }
    if (std::popcount(spec.seconds) * std::popcount(spec.minutes) * std::popcount(spec.hours) != count)
        return std::nullopt;
    spec.monthDays.none = spec.weekDays.none = true;
    spec.months = AllMonths;
    spec.years.set();
    Frame frame;
    frame.start = base;
    frame.end = times.frame().end;
    return FireTimes(Expression{times.expression().dialect, times.expression().text, Cron{spec, CronTable(spec)}}, frame);
}

/// Two cron expressions, day by day.
class CronComparison
{
public:
    CronComparison(const FireTimes &first, const FireTimes &second)
        : m_first(first)
        , m_second(second)
        , m_end(endOfRange(first, second))
        , m_sameWay(first.frame().zone == second.frame().zone && first.daylight() == second.daylight() && table(first).hasSameTimes(table(second)))
    {
    }

    [[nodiscard]] Comparison run(Instant from)
    {
        const Frame &a = m_first.frame();
        const Frame &b = m_second.frame();
        if (m_sameWay && table(m_first) == table(m_second) && a.start == b.start && a.end == b.end)
            return {};
        sys_days day = floor<days>(from);
        if (const Comparison found = walk(m_first, m_second, from, Instant(day + days(1))); !found.equal())
            return found;
        for (day += days(1); Instant(day) < m_end; day += days(1)) {
            if (const Comparison found = dayOf(day); !found.equal())
                return found;
        }
        return {};
    }

private:
    [[nodiscard]] static const CronTable &table(const FireTimes &times) { return times.expression().cron()->table; }

    [[nodiscard]] Comparison dayOf(sys_days day)
    {
        const Instant begin(day);
        const bool special = isSpecial(m_first, begin) || isSpecial(m_second, begin);
        if (m_sameWay && !isBounded(begin) && takesSameDays(day, special ? Reach : days(1)))
            return {};
        if (special)
            return walk(m_first, m_second, begin, std::min(begin + Day, m_end));
        const unsigned kind = daysTaken(m_first, begin) | daysTaken(m_second, begin) << 2;
        const auto offsets = std::pair(offset(m_first, begin), offset(m_second, begin));
        if (offsets != m_offsets) {
            m_offsets = offsets;
            m_equalKinds.reset();
        }
        if (m_equalKinds[kind])
            return {};
        m_equalKinds.set(kind);
        return walk(m_first, m_second, begin, std::min(begin + Day, m_end));
    }

    /// The wall clock changes near that day, or the schedule begins or ends on it.
    [[nodiscard]] static bool isSpecial(const FireTimes &times, Instant begin)
    {
        const Zone &zone = *times.frame().zone;
        if (zone.indexAt(begin - Reach) != zone.indexAt(begin + Day + Reach))
            return true;
        const auto within = [begin](std::optional<Instant> bound) { return bound && *bound >= begin - Day && *bound < begin + Day + Day; };
        return within(times.frame().start) || within(times.frame().end) || outside(times, begin);
    }
    [[nodiscard]] static bool outside(const FireTimes &times, Instant begin)
    {
        return (times.frame().start && begin < *times.frame().start) || (times.frame().end && begin > *times.frame().end);
    }
    [[nodiscard]] bool isBounded(Instant begin) const
    {
        const Frame &a = m_first.frame();
        const Frame &b = m_second.frame();
        if (a.start == b.start && a.end == b.end)
            return false;
        return isSpecial(m_first, begin) || isSpecial(m_second, begin);
    }
    [[nodiscard]] bool takesSameDays(sys_days day, days reach) const
    {
        const local_days local(day.time_since_epoch());
        for (local_days at = local - reach; at <= local + reach; at += days(1)) {
            if (table(m_first).takesDay(at) != table(m_second).takesDay(at))
                return false;
        }
        return true;
    }
    [[nodiscard]] static seconds offset(const FireTimes &times, Instant at) { return times.frame().zone->at(at).offset; }
    /// A day in UTC is made of two wall days.
    [[nodiscard]] static unsigned daysTaken(const FireTimes &times, Instant begin)
    {
        const local_days first = floor<days>(times.frame().zone->toLocal(begin));
        const local_days second = floor<days>(times.frame().zone->toLocal(begin + Day - seconds(1)));
        return unsigned(table(times).takesDay(first)) | unsigned(table(times).takesDay(second)) << 1;
    }

    const FireTimes &m_first;
    const FireTimes &m_second;
    const Instant m_end;
    const bool m_sameWay;
    std::pair<seconds, seconds> m_offsets{};
    std::bitset<16> m_equalKinds; ///< Kinds of days on which nothing differs, as long as the offsets hold.
};

} // namespace

Comparison compare(const FireTimes &first, const FireTimes &second, Instant from)
{
    from = std::max(from, startOfRange(first, second));
    const Rate *a = first.expression().rate();
    const Rate *b = second.expression().rate();
    if (a && b && a->period == b->period && first.next(from - seconds(1)) == second.next(from - seconds(1)) && first.frame().end == second.frame().end)
        return {};
    const auto firstCron = asCron(first);
    const auto secondCron = asCron(second);
    const FireTimes &one = firstCron ? *firstCron : first;
    const FireTimes &other = secondCron ? *secondCron : second;
    if (!one.expression().cron() || !other.expression().cron())
        return walk(one, other, from, endOfRange(one, other));
    return CronComparison(one, other).run(from);
}

} // namespace eph::schedule
