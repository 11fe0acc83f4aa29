// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <chrono>

namespace eph::sys {
class Clock;
}

namespace eph::schedule {

/// A moment, in whole seconds since 1970 without leap seconds.
using Instant = std::chrono::sys_seconds;
/// What a clock on some wall shows.
using LocalTime = std::chrono::local_seconds;

/// The years that an expression can name on the service, and the bounds of everything computed here.
inline constexpr int FirstYear = 1970;
inline constexpr int LastYear = 2199;
inline constexpr int YearCount = LastYear - FirstYear + 1;
inline constexpr LocalTime FirstLocalTime{std::chrono::seconds(0)};
inline constexpr LocalTime EndOfLocalTime = std::chrono::local_days{std::chrono::year(LastYear + 1) / 1 / 1};

/// The whole second that a clock shows.
[[nodiscard]] Instant nowOf(const sys::Clock &clock);

/// `2026-01-01T00:01:00Z`
[[nodiscard]] QString toIso(Instant instant);
/// `2026-01-01T00:01:00`
[[nodiscard]] QString toIso(LocalTime time);

} // namespace eph::schedule
