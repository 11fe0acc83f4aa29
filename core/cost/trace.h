// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/cost/simulation.h"

#include <QStringList>

namespace eph::cost {

/// Requests that were written down, and what is known of their functions.
struct Trace {
    std::vector<Arrival> arrivals;            ///< Sorted by time; the first is at 0.
    std::vector<SimulatedFunction> functions; ///< Names, and measured durations where each request does not have its own.
    QList<bool> knowsMemory;                  ///< Whether a function's memory is from the trace.
};

/// Reads a trace by the heading of its columns. Understood are
/// * one request a line: `timestamp` (seconds, or a date and time) or `end_timestamp`, `duration` in seconds or `durationMs`, and
///   `function` or `app` and `func`; with `initMs` and `memoryMiB` where there are such columns
/// * one function a line with its requests in each minute (`HashFunction`, `1`, `2`, …); durations and memory are those of
///   `durations.csv` and `memory.csv`, which are looked for beside it.
/// Invalid names the line. Requests within a minute are spread by the seed.
[[nodiscard]] Result<Trace> loadTrace(const QString &file, std::uint64_t seed);
[[nodiscard]] Result<Trace> parseRequestTrace(const QByteArray &csv);
[[nodiscard]] Result<Trace> parseMinuteTrace(const QByteArray &invocations, const QByteArray &durations, const QByteArray &memory, std::uint64_t seed);

} // namespace eph::cost
