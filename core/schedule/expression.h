// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/crontable.h"
#include "core/schedule/dialect.h"

#include <tl/expected.hpp>
#include <variant>

namespace eph::schedule {

enum class Field { Expression, Second, Minute, Hour, DayOfMonth, Month, DayOfWeek, Year, RateValue, RateUnit, Time };

/// For programs: `day-of-month`.
[[nodiscard]] QString fieldId(Field field);
/// For people: `day of month`.
[[nodiscard]] QString fieldName(Field field);

/// What is wrong with an expression, and where.
struct ExpressionError {
    QString service; ///< The service's own sentence.
    QString message; ///< Ours: names the field and the value.
    Field field = Field::Expression;
    QString value; ///< The faulty part as it stands in the text.
    QString hint;  ///< The way out.
    qsizetype offset = 0; ///< Of the faulty part in the text, in UTF-16 units.
    qsizetype length = 0; ///< 0: something is missing there.
};

struct Cron {
    CronSpec spec;
    CronTable table;
};

/// In equal steps from a beginning.
struct Rate {
    std::chrono::seconds period;
    /// The first run is a period after the beginning, not at it.
    bool waitsFirst = true;
};

/// Once.
struct At {
    LocalTime time;
};

/// When the machine starts (`@reboot`): at no time that could be told.
struct AtStartup {
};

using Timing = std::variant<Cron, Rate, At, AtStartup>;

struct Expression {
    Dialect dialect = Dialect::EventBridgeScheduler;
    QString text;
    Timing timing;

    [[nodiscard]] const Cron *cron() const { return std::get_if<Cron>(&timing); }
    [[nodiscard]] const Rate *rate() const { return std::get_if<Rate>(&timing); }
    [[nodiscard]] const At *at() const { return std::get_if<At>(&timing); }
};

/// Reads an expression as the service of that dialect does. Pure; any thread; takes time linear in the text.
[[nodiscard]] tl::expected<Expression, ExpressionError> parseExpression(const QString &text, Dialect dialect);

} // namespace eph::schedule
