// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/expression.h"

namespace eph::schedule {

/// What a reader ran into, before it is put into words.
struct Issue {
    enum class Kind {
        Empty,
        NoWrapper,      ///< Neither `cron(…)` nor another form that the service knows.
        Unclosed,       ///< No closing bracket at the end.
        FieldCount,     ///< `low` to `high` wanted, `count` found.
        Blanks,         ///< More than one blank, or one at an end.
        BadPart,        ///< Not a value, a range, a list or a step.
        BadName,
        OutOfRange,     ///< Not within `low` and `high`.
        Reversed,
        BadStep,        ///< Not a positive number.
        StepTooBig,     ///< Above `high`.
        NeedsRange,     ///< `a/n` where only `*/n` and `a-b/n` are known.
        EmptyItem,
        BothDays,       ///< Neither of the two day fields is `?`.
        NoDays,         ///< Both are.
        QuestionMark,   ///< `?` in a field that has none.
        Special,        ///< `L`, `W` or `#` where it is not known.
        SpecialInList,
        BadNth,         ///< Not 1 to 5 after `#`.
        Macro,          ///< An unknown `@word`.
        RandomRange,    ///< `~`
        Zone,           ///< `TZ=` within the expression.
        RateValue,
        RateUnit,
        RateNumber,     ///< Singular where more than one is meant, or the other way round.
        RateForm,
        AtForm,
        AtDate,
        AtElsewhere,    ///< The service knows no `at(…)`.
        English,        ///< `every 5 minutes`
        TooLong,
    };
    Kind kind = Kind::Empty;
    Field field = Field::Expression;
    QString value;
    qsizetype offset = 0;
    qsizetype length = 0;
    int low = 0;
    int high = 0;
    int count = 0;
};

/// In words: the service's own sentence where it is known, then ours.
[[nodiscard]] ExpressionError describe(const Issue &issue, const QString &text, Dialect dialect);

/// The longest expression that any of the services takes.
inline constexpr qsizetype MaxExpressionLength = 256;

} // namespace eph::schedule
