// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/cronspec.h"

#include <optional>

namespace eph::schedule {

/// A cron expression made ready for the question when it fires next: by bit masks from field to field, never by trying
/// minutes. A month has one of 28 shapes (its length, the weekday of its first day), so its days are looked up, whatever
/// the rule for them is. All times here are wall times; Zone brings them to UTC.
class CronTable
{
public:
    explicit CronTable(const CronSpec &spec);

    /// The first wall time at or after a moment.
    [[nodiscard]] std::optional<LocalTime> atOrAfter(LocalTime from) const;
    /// The last wall time before a moment.
    [[nodiscard]] std::optional<LocalTime> before(LocalTime until) const;
    /// How many there are from one moment up to, not including, another.
    [[nodiscard]] qint64 count(LocalTime from, LocalTime until) const;
    [[nodiscard]] bool takesDay(std::chrono::local_days day) const;
    /// How many a day that it takes.
    [[nodiscard]] qint64 timesPerDay() const { return m_timesPerDay; }
    /// No day of the calendar fits: 31 February, or only years that are not there.
    [[nodiscard]] bool neverFires() const { return m_never; }
    /// The same fields. Others may still fire at the same times: `compare()` decides.
    friend bool operator==(const CronTable &, const CronTable &) = default;
    /// The same times of the day.
    [[nodiscard]] bool hasSameTimes(const CronTable &other) const { return m_seconds == other.m_seconds && m_minutes == other.m_minutes && m_hours == other.m_hours; }

private:
    /// Bits 1 to 31; none where year or month do not fit.
    [[nodiscard]] quint32 daysOf(std::chrono::year_month month) const;
    [[nodiscard]] int timesBefore(int secondOfDay) const;
    [[nodiscard]] int timeAtOrAfter(int secondOfDay) const;
    [[nodiscard]] int timeBefore(int secondOfDay) const;

    quint64 m_seconds;
    quint64 m_minutes;
    quint32 m_hours;
    quint32 m_months;
    std::array<quint32, 28> m_shapes{};
    std::bitset<YearCount> m_years;
    int m_timesPerDay;
    bool m_never;
};

} // namespace eph::schedule
