// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "core/schedule/firetimes.h"

namespace eph::schedule {

/// An expression in words: “At 10:15 on the last Friday of the month, from 2026 to 2027.”
[[nodiscard]] QString explain(const Expression &expression);

struct Remark {
    Severity severity = Severity::Note;
    QString rule; ///< Stable kebab-case name, such as `never-fires`.
    QString message;
    QString hint;
};

/// What may surprise somebody who wrote that: it never fires, days that are skipped, hours that come twice, forms that the
/// service does not document. `now` is the moment to look from.
[[nodiscard]] QList<Remark> remarksOn(const FireTimes &times, Instant now);

/// A wall time of a schedule that a change of clocks skips or shows twice.
struct ChangedRun {
    Instant when;   ///< Of the change.
    LocalTime wall; ///< The first such time.
    bool skipped = false;
};
[[nodiscard]] QList<ChangedRun> changedRuns(const FireTimes &times, Instant from, Instant until);
/// What becomes of it: “On 2026-03-29 clocks jump over 02:30, and that run does not happen.”
[[nodiscard]] QString sentenceOf(const ChangedRun &run, const FireTimes &times);

/// `1 run`, `288 runs`
[[nodiscard]] QString runsText(qint64 count);
/// `09:05`, or `09:05:30` where there are seconds.
[[nodiscard]] QString clockText(int hour, int minute, int second);
[[nodiscard]] QString clockText(LocalTime time);
/// `2026-01-05 09:05`, with seconds where there are any.
[[nodiscard]] QString dateTimeText(LocalTime time);
/// `Monday, 5 January 2026`
[[nodiscard]] QString dateText(std::chrono::local_days day);
/// `Monday`; 0 is Sunday.
[[nodiscard]] QString weekdayName(int weekday);
/// `January`; 1 is January.
[[nodiscard]] QString monthName(int month);
/// `UTC+05:30`
[[nodiscard]] QString offsetText(std::chrono::seconds offset);

} // namespace eph::schedule
