// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/expression.h"
#include "core/schedule/zone.h"

#include <QList>

namespace eph::schedule {

/// What an expression needs besides itself to have moments.
struct Frame {
    std::shared_ptr<const Zone> zone = Zone::utc();
    std::optional<Instant> start; ///< No run before.
    std::optional<Instant> end;   ///< No run after.
    Instant created{};            ///< Where a rate begins when there is no start.
    std::optional<DaylightRule> daylight; ///< Instead of the dialect's own.
};

/// When an expression fires. A value, pure, any thread.
class FireTimes
{
public:
    explicit FireTimes(Expression expression, Frame frame = {});

    /// The first one after a moment, which is not included.
    [[nodiscard]] std::optional<Instant> next(Instant after) const;
    /// The last one before a moment, which is not included.
    [[nodiscard]] std::optional<Instant> previous(Instant before) const;
    /// From one moment up to, not including, another; at most `limit`.
    [[nodiscard]] QList<Instant> between(Instant from, Instant until, qsizetype limit) const;
    /// How many there are from one moment up to, not including, another. Takes no time for each.
    [[nodiscard]] qint64 count(Instant from, Instant until) const;
    /// There is no moment at all.
    [[nodiscard]] bool never() const;

    [[nodiscard]] const Expression &expression() const { return m_expression; }
    [[nodiscard]] const Frame &frame() const { return m_frame; }
    [[nodiscard]] DaylightRule daylight() const { return m_daylight; }

private:
    [[nodiscard]] std::optional<Instant> nextOfCron(const CronTable &table, Instant from) const;
    [[nodiscard]] std::optional<Instant> previousOfCron(const CronTable &table, Instant before) const;
    [[nodiscard]] std::optional<Instant> afterJump(const CronTable &table, std::size_t stretch, Instant from) const;
    [[nodiscard]] std::optional<Instant> lastAfterJump(const CronTable &table, std::size_t stretch, Instant before) const;
    [[nodiscard]] LocalTime firstOf(const Zone::Stretch &stretch) const;
    [[nodiscard]] LocalTime endOf(const Zone::Stretch &stretch) const;
    [[nodiscard]] std::optional<Instant> nextRaw(Instant from) const;
    [[nodiscard]] std::optional<Instant> previousRaw(Instant before) const;
    [[nodiscard]] qint64 countOfCron(const CronTable &table, Instant from, Instant until) const;
    [[nodiscard]] std::optional<Instant> onlyTime() const;

    Expression m_expression;
    Frame m_frame;
    DaylightRule m_daylight;
};

/// Wall times that clocks skipped or showed twice, for people to be warned of.
struct ClockChange {
    Instant when;
    LocalTime before; ///< What the clock would have shown.
    LocalTime after;  ///< What it shows.
};

/// Between two moments, in order.
[[nodiscard]] QList<ClockChange> clockChanges(const Zone &zone, Instant from, Instant until);

} // namespace eph::schedule
