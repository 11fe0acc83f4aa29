// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/schedule/firetimes.h"

namespace eph::cli {

/// An expression, who reads it, and on which clock.
struct ExpressionOptions {
    std::string text;
    std::string dialect = "eventbridge-scheduler";
    std::string zone = "UTC";
    std::string start;
    std::string end;
    std::string repeatedHour;

    void addTo(CLI::App &command);
    void addClockTo(CLI::App &command);
    /// Says why where it cannot be read, and gives the exit code. `after`: where a rate without a start begins.
    [[nodiscard]] tl::expected<schedule::FireTimes, int> read(bool json, schedule::Instant after) const;
};

/// The exit code of an expression that cannot be read; says why.
[[nodiscard]] int failExpression(const schedule::ExpressionError &error, const QString &text, bool json);
/// Prints the error as JSON where that was asked for, otherwise as `fail()` does.
[[nodiscard]] int failAs(bool json, const Error &error);

[[nodiscard]] Result<schedule::Dialect> dialectNamed(const std::string &name);
/// A moment as text; without a zone it is UTC. Usage when it is none.
[[nodiscard]] Result<schedule::Instant> instantNamed(const std::string &text);
/// The same; now where nothing is given.
[[nodiscard]] Result<schedule::Instant> momentOf(const std::string &text);
/// `P30D`, `PT12H`, `P1DT6H30M`; weeks, days, hours, minutes and seconds.
[[nodiscard]] Result<std::chrono::seconds> durationNamed(const std::string &text);

/// Commands about the schedules of a project, below `eph schedule`.
void addProjectSchedules(CLI::App &schedule, Action &action);

} // namespace eph::cli
