// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/randomness.h"

#include <QtGlobal>
#include <optional>
#include <queue>
#include <vector>

namespace eph::cost {

/// One request that comes to a function.
struct Arrival {
    qint64 atUs = 0;
    qint32 function = 0;    ///< Its place among those that are simulated.
    qint64 durationUs = -1; ///< Negative: drawn from the function's distribution.
};

/// Requests in the order of their time.
class Arrivals
{
public:
    virtual ~Arrivals() = default;
    /// Nothing when there is none for now: at the end, or until one of those before has been completed.
    [[nodiscard]] virtual std::optional<Arrival> next() = 0;
    /// One that was taken is over: answered, or refused.
    virtual void completed(qint64 atUs) { Q_UNUSED(atUs) }
    /// From the first to the last moment, in microseconds; what lies outside counts to the nearer end.
    [[nodiscard]] virtual qint64 spanUs() const = 0;
};

/// How many requests come a second, in stretches of time.
struct RateProfile {
    struct Stretch {
        qint64 untilUs = 0; ///< From the begin of the profile; they rise.
        double perSecond = 0;
    };
    std::vector<Stretch> stretches;
};

enum class Spacing { Even, Random };

/// Requests of one function at a changing rate; the profile begins again when it is over.
class RatedArrivals : public Arrivals
{
public:
    RatedArrivals(RateProfile profile, Spacing spacing, qint64 lengthUs, std::uint64_t seed);
    [[nodiscard]] std::optional<Arrival> next() override;
    [[nodiscard]] qint64 spanUs() const override { return m_lengthUs; }

private:
    RateProfile m_profile;
    Spacing m_spacing;
    qint64 m_lengthUs;
    Randomness m_random;
    size_t m_at = 0;
    qint64 m_cycleUs = 0; ///< When the present round of the profile began.
    double m_nowUs = 0;
    bool m_begun = false;
};

/// So many clients, each of which waits for its answer before it asks again.
class ClosedArrivals : public Arrivals
{
public:
    ClosedArrivals(int clients, qint64 requests);
    [[nodiscard]] std::optional<Arrival> next() override;
    void completed(qint64 atUs) override { m_ready.push(atUs); }
    [[nodiscard]] qint64 spanUs() const override { return 0; }

private:
    std::priority_queue<qint64, std::vector<qint64>, std::greater<>> m_ready;
    qint64 m_left;
};

/// How long a trace lasts: each of its requests stands for the same time, the last one too. 0 for a single one.
[[nodiscard]] qint64 traceSpanUs(const std::vector<Arrival> &arrivals);

/// Requests that were written down, sorted by time.
class TraceArrivals : public Arrivals
{
public:
    explicit TraceArrivals(const std::vector<Arrival> &arrivals) : m_arrivals(arrivals) {}
    [[nodiscard]] std::optional<Arrival> next() override { return m_at < m_arrivals.size() ? std::optional(m_arrivals[m_at++]) : std::nullopt; }
    [[nodiscard]] qint64 spanUs() const override { return traceSpanUs(m_arrivals); }

private:
    const std::vector<Arrival> &m_arrivals;
    size_t m_at = 0;
};

} // namespace eph::cost
