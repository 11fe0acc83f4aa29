// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/firetimes.h"

#include <span>

namespace eph::schedule {

constexpr int HoursOfDay = 24;

/// Days on the wall of one zone, to count runs on: made once, for any number of schedules.
class Calendar
{
public:
    Calendar(std::shared_ptr<const Zone> zone, std::chrono::local_days first, int days);

    [[nodiscard]] int days() const { return int(m_bounds.size()) - 1; }
    [[nodiscard]] std::chrono::local_days day(int index) const { return m_first + std::chrono::days(index); }
    [[nodiscard]] Instant begin(int index) const { return m_bounds[std::size_t(index)]; }
    [[nodiscard]] Instant end(int index) const { return m_bounds[std::size_t(index) + 1]; }
    /// Clocks change on that day.
    [[nodiscard]] bool changes(int index) const;
    /// Adds the runs on each day to `counts`, which has an entry for each.
    void addRuns(const FireTimes &times, std::vector<qint64> &counts) const;
    /// Adds the runs in each hour on the wall of one day. An hour that clocks show twice holds the runs of both.
    void addRunsOfDay(const FireTimes &times, int index, std::span<qint64, HoursOfDay> counts) const;
    [[nodiscard]] const Zone &zone() const { return *m_zone; }

private:
    std::shared_ptr<const Zone> m_zone;
    std::chrono::local_days m_first;
    std::vector<Instant> m_bounds;  ///< The first moment of each day, and of the one after the last.
    std::vector<bool> m_quiet;      ///< No clock change within two days.
};

/// The first moment of a day; where midnight is skipped, the moment after the jump.
[[nodiscard]] Instant firstMomentOf(const Zone &zone, std::chrono::local_days day);

} // namespace eph::schedule
