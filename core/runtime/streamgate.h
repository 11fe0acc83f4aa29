// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"

#include <algorithm>

namespace eph::runtime {

/// How fast a streamed answer may leave: the first 6 MiB at once, then 2 MiB a second. Pure.
/// Source: response streaming quotas and the emulator's constants, November 2026.
class StreamGate
{
public:
    static constexpr qint64 BurstBytes = 6 * 1024 * 1024;
    static constexpr qint64 BytesPerSecond = 2 * 1024 * 1024;

    /// Counts bytes that leave now; returns how long to wait before the next may.
    [[nodiscard]] sys::Nanoseconds take(qint64 bytes, sys::Nanoseconds now)
    {
        if (m_last != sys::Nanoseconds{})
            m_room = std::min(double(BurstBytes), m_room + std::chrono::duration<double>(now - m_last).count() * BytesPerSecond);
        m_last = now;
        m_room -= double(bytes);
        return m_room >= 0 ? sys::Nanoseconds{} : sys::Nanoseconds(qint64(-m_room / BytesPerSecond * 1e9));
    }

private:
    double m_room = BurstBytes;
    sys::Nanoseconds m_last{};
};

} // namespace eph::runtime
