// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/instant.h"

#include <array>
#include <bitset>

namespace eph::schedule {

inline constexpr quint64 AllSixty = (quint64(1) << 60) - 1;
inline constexpr quint32 AllHours = (1U << 24) - 1;
inline constexpr quint32 AllMonthDays = 0xFFFFFFFEU; ///< Bits 1 to 31.
inline constexpr quint32 AllMonths = 0x1FFEU;         ///< Bits 1 to 12.
inline constexpr quint32 AllWeekdays = 0x7FU;         ///< Bit 0 is Sunday.

/// Days by their number in the month. Empty parts take no day.
struct DaysOfMonth {
    bool none = false; ///< `?`
    quint32 days = 0;
    quint32 nearestWeekday = 0;    ///< Bit n: the weekday nearest to day n within the month (`nW`).
    quint32 beforeLast = 0;        ///< Bit n: n days before the last (`L-n`); bit 0 is `L`.
    quint32 weekdayBeforeLast = 0; ///< Bit n: the weekday nearest to that (`L-nW`); bit 0 is `LW`.

    [[nodiscard]] bool hasSpecial() const { return nearestWeekday || beforeLast || weekdayBeforeLast; }
    /// Takes every day there is.
    [[nodiscard]] bool isEvery() const { return none || days == AllMonthDays; }
    friend bool operator==(const DaysOfMonth &, const DaysOfMonth &) = default;
};

/// Days by their place in the week. In all masks bit 0 is Sunday.
struct DaysOfWeek {
    bool none = false; ///< `?`
    quint32 days = 0;
    quint32 last = 0;               ///< The last such day of the month (`6L`).
    std::array<quint32, 5> nth{};   ///< The first to the fifth such day of the month (`6#3`).

    [[nodiscard]] bool hasSpecial() const { return last || nth != std::array<quint32, 5>{}; }
    [[nodiscard]] bool isEvery() const { return none || days == AllWeekdays; }
    friend bool operator==(const DaysOfWeek &, const DaysOfWeek &) = default;
};

/// What a day needs where both fields speak.
enum class DayRule { Both, Either };

/// A wall time that does not exist, because clocks were set forward.
enum class SkippedTime {
    Lost,      ///< No run.
    RightAfter, ///< One run as soon as the clock has jumped; not after jumps of more than three hours.
    Shifted,   ///< As long after the jump as it would have been after its beginning.
};

/// A wall time that comes twice, because clocks were set back.
enum class RepeatedTime { First, Second, Both };

struct DaylightRule {
    SkippedTime skipped = SkippedTime::Lost;
    RepeatedTime repeated = RepeatedTime::First;
    friend bool operator==(DaylightRule, DaylightRule) = default;
};

/// What a cron expression says, whatever its dialect.
struct CronSpec {
    quint64 seconds = 1; ///< Bits 0 to 59, as in all fields that follow.
    quint64 minutes = 0;
    quint32 hours = 0;
    DaysOfMonth monthDays;
    quint32 months = 0; ///< Bits 1 to 12.
    DaysOfWeek weekDays;
    DayRule dayRule = DayRule::Both;
    std::bitset<YearCount> years; ///< From FirstYear on.
    DaylightRule daylight;
};

} // namespace eph::schedule
