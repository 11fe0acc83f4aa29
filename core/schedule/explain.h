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

/// `09:05`, or `09:05:30` where there are seconds.
[[nodiscard]] QString clockText(int hour, int minute, int second);
/// `Monday`; 0 is Sunday.
[[nodiscard]] QString weekdayName(int weekday);
/// `January`; 1 is January.
[[nodiscard]] QString monthName(int month);
/// `UTC+05:30`
[[nodiscard]] QString offsetText(std::chrono::seconds offset);

} // namespace eph::schedule
