// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/firetimes.h"

namespace eph::schedule {

using namespace std::chrono;

namespace {

/// Longer jumps are taken for a clock that was set, and nothing is made up for (cron(8)).
constexpr seconds LongestCaughtUp = hours(3);
constexpr Instant FirstInstant{FirstLocalTime.time_since_epoch()};
constexpr Instant EndOfInstants{EndOfLocalTime.time_since_epoch() + days(2)};

[[nodiscard]] Instant toInstant(LocalTime time, seconds offset)
{
    return Instant(time.time_since_epoch()) - offset;
}

[[nodiscard]] LocalTime toLocal(Instant instant, seconds offset)
{
    return LocalTime((instant + offset).time_since_epoch());
}

[[nodiscard]] std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b)
{
    return !a ? b : !b ? a : std::min(*a, *b);
}

[[nodiscard]] std::optional<Instant> later(std::optional<Instant> a, std::optional<Instant> b)
{
    return !a ? b : !b ? a : std::max(*a, *b);
}

} // namespace

FireTimes::FireTimes(Expression expression, Frame frame)
    : m_expression(std::move(expression))
    , m_frame(std::move(frame))
{
    if (m_frame.daylight)
        m_daylight = *m_frame.daylight;
    else if (const Cron *cron = m_expression.cron())
        m_daylight = cron->spec.daylight;
}

LocalTime FireTimes::firstOf(const Zone::Stretch &stretch) const
{
    return m_daylight.repeated == RepeatedTime::First ? std::max(stretch.localBegin(), stretch.shownUntil) : stretch.localBegin();
}

LocalTime FireTimes::endOf(const Zone::Stretch &stretch) const
{
    return m_daylight.repeated == RepeatedTime::Second ? std::min(stretch.localEnd(), stretch.shownAgainFrom) : stretch.localEnd();
}

/// What the jump at the beginning of a stretch has skipped and is made up for, at or after a moment.
std::optional<Instant> FireTimes::afterJump(const CronTable &table, std::size_t index, Instant from) const
{
    const Zone::Stretch &stretch = m_frame.zone->stretches()[index];
    if (m_daylight.skipped == SkippedTime::Lost || index == 0 || stretch.localBegin() <= stretch.shownUntil)
        return std::nullopt;
    const seconds gap = stretch.localBegin() - stretch.shownUntil;
    if (m_daylight.skipped == SkippedTime::RightAfter) {
        const auto missed = table.atOrAfter(stretch.shownUntil);
        const bool run = gap <= LongestCaughtUp && missed && *missed < stretch.localBegin() && from <= stretch.begin;
        return run ? std::optional(stretch.begin) : std::nullopt;
    }
    const seconds oldOffset = stretch.offset - gap;
    const auto missed = table.atOrAfter(std::max(stretch.shownUntil, toLocal(from, oldOffset)));
    return missed && *missed < stretch.localBegin() ? std::optional(toInstant(*missed, oldOffset)) : std::nullopt;
}

std::optional<Instant> FireTimes::lastAfterJump(const CronTable &table, std::size_t index, Instant before) const
{
    const Zone::Stretch &stretch = m_frame.zone->stretches()[index];
    if (m_daylight.skipped == SkippedTime::Lost || index == 0 || stretch.localBegin() <= stretch.shownUntil)
        return std::nullopt;
    if (m_daylight.skipped == SkippedTime::RightAfter) {
        const auto made = afterJump(table, index, stretch.begin);
        return made && *made < before ? made : std::nullopt;
    }
    const seconds oldOffset = stretch.offset - (stretch.localBegin() - stretch.shownUntil);
    const auto missed = table.before(std::min(stretch.localBegin(), toLocal(before, oldOffset)));
    return missed && *missed >= stretch.shownUntil ? std::optional(toInstant(*missed, oldOffset)) : std::nullopt;
}

std::optional<Instant> FireTimes::nextOfCron(const CronTable &table, Instant from) const
{
    const auto &stretches = m_frame.zone->stretches();
    // The last answer holds as long as one asks for no earlier wall time.
    LocalTime askedFrom = LocalTime::max();
    std::optional<LocalTime> wall;
    for (std::size_t i = m_frame.zone->indexAt(from); i < stretches.size(); ++i) {
        const Zone::Stretch &stretch = stretches[i];
        const Instant begin = std::max(from, stretch.begin);
        const LocalTime first = std::max(toLocal(begin, stretch.offset), firstOf(stretch));
        const LocalTime end = endOf(stretch);
        if (first < askedFrom || (wall && *wall < first)) {
            wall = table.atOrAfter(first);
            askedFrom = first;
        }
        std::optional<Instant> found;
        if (wall && *wall >= first && *wall < end)
            found = toInstant(*wall, stretch.offset);
        found = earlier(found, afterJump(table, i, begin));
        if (found)
            return found;
        // Nothing is left where no wall time comes twice or is made up for.
        if (!wall && m_daylight == DaylightRule{})
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Instant> FireTimes::previousOfCron(const CronTable &table, Instant before) const
{
    const auto &stretches = m_frame.zone->stretches();
    for (std::size_t i = m_frame.zone->indexAt(before - seconds(1)) + 1; i-- > 0;) {
        const Zone::Stretch &stretch = stretches[i];
        const Instant until = std::min(before, stretch.end);
        const LocalTime end = std::min(toLocal(until, stretch.offset), endOf(stretch));
        const auto wall = table.before(end);
        std::optional<Instant> found;
        if (wall && *wall >= firstOf(stretch))
            found = toInstant(*wall, stretch.offset);
        found = later(found, lastAfterJump(table, i, until));
        if (found && *found >= stretch.begin)
            return found;
        if (!wall && m_daylight == DaylightRule{} && (i == 0 || stretches[i - 1].localEnd() <= end))
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Instant> FireTimes::onlyTime() const
{
    const At *at = m_expression.at();
    if (!at)
        return std::nullopt;
    for (const Zone::Stretch &stretch : m_frame.zone->stretches()) {
        if (at->time >= stretch.localBegin() && at->time < stretch.localEnd())
            return toInstant(at->time, stretch.offset);
    }
    return std::nullopt;
}

std::optional<Instant> FireTimes::nextRaw(Instant from) const
{
    if (const Cron *cron = m_expression.cron())
        return nextOfCron(cron->table, from);
    if (const Rate *rate = m_expression.rate()) {
        const Instant base = m_frame.start.value_or(m_frame.created) + (rate->waitsFirst ? rate->period : seconds(0));
        if (from <= base)
            return base < EndOfInstants ? std::optional(base) : std::nullopt;
        const auto steps = (from - base + rate->period - seconds(1)) / rate->period;
        const Instant found = base + steps * rate->period;
        return found < EndOfInstants ? std::optional(found) : std::nullopt;
    }
    const auto only = onlyTime();
    return only && *only >= from ? only : std::nullopt;
}

std::optional<Instant> FireTimes::previousRaw(Instant before) const
{
    if (const Cron *cron = m_expression.cron())
        return previousOfCron(cron->table, before);
    if (const Rate *rate = m_expression.rate()) {
        const Instant base = m_frame.start.value_or(m_frame.created) + (rate->waitsFirst ? rate->period : seconds(0));
        if (before <= base)
            return std::nullopt;
        return base + (before - base - seconds(1)) / rate->period * rate->period;
    }
    const auto only = onlyTime();
    return only && *only < before ? only : std::nullopt;
}

std::optional<Instant> FireTimes::next(Instant after) const
{
    if (after >= EndOfInstants)
        return std::nullopt;
    Instant from = std::max(after + seconds(1), FirstInstant - days(2));
    const bool bounded = !m_expression.at(); // The service does not look at them for a single time.
    if (bounded && m_frame.start)
        from = std::max(from, *m_frame.start);
    const auto found = nextRaw(from);
    return found && bounded && m_frame.end && *found > *m_frame.end ? std::nullopt : found;
}

std::optional<Instant> FireTimes::previous(Instant before) const
{
    if (before <= FirstInstant - days(2))
        return std::nullopt;
    Instant until = std::min(before, EndOfInstants);
    const bool bounded = !m_expression.at();
    if (bounded && m_frame.end)
        until = std::min(until, *m_frame.end + seconds(1));
    const auto found = previousRaw(until);
    return found && bounded && m_frame.start && *found < *m_frame.start ? std::nullopt : found;
}

QList<Instant> FireTimes::between(Instant from, Instant until, qsizetype limit) const
{
    QList<Instant> all;
    if (from <= Instant::min() + days(1))
        return all;
    for (auto time = next(from - seconds(1)); time && *time < until && all.size() < limit; time = next(*time))
        all << *time;
    return all;
}

qint64 FireTimes::countOfCron(const CronTable &table, Instant from, Instant until) const
{
    qint64 all = 0;
    const auto &stretches = m_frame.zone->stretches();
    for (std::size_t i = m_frame.zone->indexAt(from); i < stretches.size() && stretches[i].begin < until; ++i) {
        const Zone::Stretch &stretch = stretches[i];
        Instant begin = std::max(from, stretch.begin);
        const Instant end = std::min(until, stretch.end);
        const seconds gap = stretch.localBegin() - stretch.shownUntil;
        if (m_daylight.skipped != SkippedTime::Lost && i > 0 && gap > seconds(0) && begin < stretch.begin + gap) {
            // What is made up for may fall on what is due anyway: these are told apart one by one.
            const Instant mixed = std::min(end, stretch.begin + gap);
            for (auto time = nextOfCron(table, begin); time && *time < mixed; time = nextOfCron(table, *time + seconds(1)))
                ++all;
            begin = mixed;
        }
        all += table.count(std::max(toLocal(begin, stretch.offset), firstOf(stretch)), std::min(toLocal(end, stretch.offset), endOf(stretch)));
    }
    return all;
}

qint64 FireTimes::count(Instant from, Instant until) const
{
    from = std::max(from, FirstInstant - days(2));
    until = std::min(until, EndOfInstants);
    if (!m_expression.at()) {
        if (m_frame.start)
            from = std::max(from, *m_frame.start);
        if (m_frame.end)
            until = std::min(until, *m_frame.end + seconds(1));
    }
    if (from >= until)
        return 0;
    if (const Cron *cron = m_expression.cron())
        return countOfCron(cron->table, from, until);
    if (const Rate *rate = m_expression.rate()) {
        const auto first = nextRaw(from);
        const auto last = previousRaw(until);
        return first && last && *first <= *last ? (*last - *first) / rate->period + 1 : 0;
    }
    const auto only = onlyTime();
    return only && *only >= from && *only < until ? 1 : 0;
}

bool FireTimes::never() const
{
    return !next(FirstInstant - days(2));
}

QList<ClockChange> clockChanges(const Zone &zone, Instant from, Instant until)
{
    QList<ClockChange> all;
    const auto &stretches = zone.stretches();
    for (std::size_t i = std::max<std::size_t>(1, zone.indexAt(from)); i < stretches.size() && stretches[i].begin < until; ++i) {
        if (stretches[i].begin >= from && stretches[i].offset != stretches[i - 1].offset)
            all << ClockChange{stretches[i].begin, stretches[i - 1].localEnd(), stretches[i].localBegin()};
    }
    return all;
}

} // namespace eph::schedule
