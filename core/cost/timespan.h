// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringView>
#include <optional>

namespace eph::cost {

enum class TimeUnit { Milliseconds, Seconds };

/// A span of time in microseconds, from text such as `250`, `250us`, `1.5s`, `10m`, `24h`, `7d`; a bare number is of the unit
/// that is given. Nothing for what is no such text, negative, or above ten years.
[[nodiscard]] std::optional<qint64> parseTimespan(QStringView text, TimeUnit bare);

/// How often something happens in a second, from `20`, `20/s`, `1/m`, `3600/h`, `60M/d`; k, M and G multiply. Nothing for what
/// is no such text, negative, or above a hundred million a second.
[[nodiscard]] std::optional<double> parseRate(QStringView text);

} // namespace eph::cost
