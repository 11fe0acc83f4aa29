// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/provisionpace.h"

#include <algorithm>

namespace eph::runtime {

namespace {
using namespace std::chrono_literals;
constexpr sys::Nanoseconds ShortestPause = 500ms;
constexpr sys::Nanoseconds LongestPause = 30s;
/// Quieter than that, and it is somebody who saves.
constexpr sys::Nanoseconds Quiet = 5s;
}

sys::Nanoseconds ProvisionPace::wait(sys::Nanoseconds now) const
{
    return m_any ? m_began + m_pause - now : sys::Nanoseconds();
}

void ProvisionPace::began(sys::Nanoseconds now, bool usedSinceLast)
{
    const bool again = m_any && !usedSinceLast && now - m_began < m_pause + Quiet;
    m_pause = again ? std::clamp(2 * m_pause, ShortestPause, LongestPause) : sys::Nanoseconds();
    m_began = now;
    m_any = true;
}

} // namespace eph::runtime
