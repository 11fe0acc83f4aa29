// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/dialect.h"

namespace eph::schedule {

enum class Presence { Absent, Optional, Required };
enum class ReversedRange { Refused, Wraps, Swapped };
enum class ZeroStep { Refused, One, Ignored };
enum class QuestionMark { Unknown, Star, OneDayField };
/// When a day field counts as saying nothing, so that the other one decides alone.
enum class StarRule {
    BeginsWithStar, ///< Also `*/2` (cron).
    PlainStar,      ///< Not `*/2` (robfig/cron).
    EveryValue,     ///< Whatever the spelling (npm cron).
    Never,          ///< Both always decide (NCrontab).
};
enum class Names { Three, Prefix };

/// How the dialects differ in reading a field. Sources: the services' documentation and the programs they run, read
/// November 2026; see the help page on schedules.
struct Grammar {
    Presence seconds = Presence::Absent;
    Presence year = Presence::Absent;
    bool wrapped = false;   ///< `cron(…)`
    bool oneBlank = false;  ///< Between fields, and none around.
    bool openStep = true;   ///< `a/n` runs to the end of the field.
    ReversedRange reversed = ReversedRange::Refused;
    ZeroStep zeroStep = ZeroStep::Refused;
    QuestionMark question = QuestionMark::Unknown;
    bool specials = false;     ///< `L`, `W` and `#`
    bool daysBeforeLast = false; ///< `L-n`
    bool specialLists = false; ///< `L` and `W` within lists, and `L-nW`.
    bool fewDigits = false;    ///< No number longer than the highest of its field.
    bool limitsStep = false;   ///< A step must not be larger than the field.
    bool skipsEmptyItems = false;
    int sunday = 0;            ///< Its number.
    bool sevenIsSunday = false;
    int january = 1;           ///< Its number.
    StarRule star = StarRule::BeginsWithStar;
    Names names = Names::Three;
    int lastYear = 2199;
};

[[nodiscard]] const Grammar &grammarOf(Dialect dialect);

} // namespace eph::schedule
