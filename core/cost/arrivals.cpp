// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/arrivals.h"

namespace eph::cost {

RatedArrivals::RatedArrivals(RateProfile profile, Spacing spacing, qint64 lengthUs, std::uint64_t seed)
    : m_profile(std::move(profile))
    , m_spacing(spacing)
    , m_lengthUs(lengthUs)
    , m_random(seed)
{
}

std::optional<Arrival> RatedArrivals::next()
{
    // The rate's integral up to the next request is one, or exponential with mean one.
    double left = m_spacing == Spacing::Random ? m_random.exponential() : m_begun ? 1 : 0;
    m_begun = true;
    for (;;) {
        const RateProfile::Stretch &stretch = m_profile.stretches[m_at];
        const double endUs = double(m_cycleUs + stretch.untilUs);
        const double within = (endUs - m_nowUs) * stretch.perSecond * 1e-6;
        if (within >= left && stretch.perSecond > 0) {
            m_nowUs += left * 1e6 / stretch.perSecond;
            break;
        }
        left -= within;
        m_nowUs = endUs;
        if (m_nowUs >= double(m_lengthUs))
            return {};
        if (++m_at == m_profile.stretches.size()) {
            m_at = 0;
            m_cycleUs += m_profile.stretches.back().untilUs;
        }
    }
    const auto at = qint64(m_nowUs);
    return at < m_lengthUs ? std::optional(Arrival{at}) : std::nullopt;
}

qint64 traceSpanUs(const std::vector<Arrival> &arrivals)
{
    if (arrivals.size() < 2)
        return 0;
    const double between = double(arrivals.back().atUs - arrivals.front().atUs);
    return qint64(between * double(arrivals.size()) / double(arrivals.size() - 1));
}

ClosedArrivals::ClosedArrivals(int clients, qint64 requests)
    : m_left(requests)
{
    for (int client = 0; client < clients; ++client)
        m_ready.push(0);
}

std::optional<Arrival> ClosedArrivals::next()
{
    if (m_left == 0 || m_ready.empty())
        return {};
    --m_left;
    const Arrival arrival{m_ready.top()};
    m_ready.pop();
    return arrival;
}

} // namespace eph::cost
