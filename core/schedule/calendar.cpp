// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/calendar.h"

namespace eph::schedule {

using namespace std::chrono;

namespace {
/// No jump of a clock reaches further.
constexpr std::chrono::days Reach{2};
} // namespace

Instant firstMomentOf(const Zone &zone, local_days day)
{
    const LocalTime midnight(day);
    const auto &stretches = zone.stretches();
    // A wall time is within a day of UTC.
    for (std::size_t i = zone.indexAt(Instant(midnight.time_since_epoch()) - Reach); i < stretches.size(); ++i) {
        if (stretches[i].localEnd() > midnight)
            return std::max(stretches[i].begin, Instant(midnight.time_since_epoch()) - stretches[i].offset);
    }
    return stretches.back().end;
}

Calendar::Calendar(std::shared_ptr<const Zone> zone, local_days first, int days)
    : m_zone(std::move(zone))
    , m_first(first)
{
    for (int i = 0; i <= days; ++i)
        m_bounds.push_back(firstMomentOf(*m_zone, first + std::chrono::days(i)));
    for (int i = 0; i < days; ++i)
        m_quiet.push_back(m_zone->indexAt(begin(i) - Reach) == m_zone->indexAt(end(i) + Reach));
}

bool Calendar::changes(int index) const
{
    return m_zone->at(begin(index)).offset != m_zone->at(end(index) - seconds(1)).offset;
}

void Calendar::addRuns(const FireTimes &times, std::vector<qint64> &counts) const
{
    const Cron *cron = times.expression().cron();
    const Frame &frame = times.frame();
    const bool sameClock = cron && frame.zone == m_zone && !frame.start && !frame.end;
    for (int i = 0; i < days(); ++i) {
        if (sameClock && m_quiet[std::size_t(i)])
            counts[std::size_t(i)] += cron->table.takesDay(day(i)) ? cron->table.timesPerDay() : 0;
        else
            counts[std::size_t(i)] += times.count(begin(i), end(i));
    }
}

void Calendar::addRunsOfDay(const FireTimes &times, int index, std::span<qint64, HoursOfDay> counts) const
{
    for (Instant from = begin(index); from < end(index);) {
        const Zone::Stretch &stretch = m_zone->at(from);
        const LocalTime wall((from + stretch.offset).time_since_epoch());
        const seconds intoDay = wall - floor<std::chrono::days>(wall);
        const Instant until = std::min({from + (hours(1) - intoDay % hours(1)), stretch.end, end(index)});
        counts[std::size_t(intoDay / hours(1))] += times.count(from, until);
        from = until;
    }
}

} // namespace eph::schedule
