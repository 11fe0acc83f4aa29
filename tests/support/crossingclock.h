// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"

#include <algorithm>
#include <mutex>

namespace eph::test {

/// Half as fast as the time, but no two readings are alike: timers fire before what they were set for, and a millisecond begins
/// between any two looks at the clock.
class CrossingClock final : public sys::Clock
{
public:
    [[nodiscard]] qint64 epochMs() const override
    {
        const std::scoped_lock lock(m_mutex);
        return m_last = std::max(m_last + 1, m_startMs + (m_real.epochMs() - m_startMs) / 2);
    }
    [[nodiscard]] sys::Nanoseconds monotonic() const override { return m_real.monotonic(); }

private:
    sys::SystemClock m_real;
    qint64 m_startMs = m_real.epochMs();
    mutable std::mutex m_mutex;
    mutable qint64 m_last = 0;
};

} // namespace eph::test
