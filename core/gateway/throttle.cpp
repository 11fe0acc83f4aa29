// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/throttle.h"

#include <algorithm>

namespace eph::gateway {

bool Throttle::admits(const QString &name, double rate, int burst)
{
    auto bucket = m_buckets.find(name);
    if (bucket == m_buckets.end()) {
        const double most = std::max(1, burst);
        const auto refill = rate > 0 ? std::chrono::duration_cast<sys::Nanoseconds>(std::chrono::duration<double>(most / rate)) : sys::Nanoseconds::max();
        bucket = m_buckets.insert(name, {most, refill});
    }
    return bucket->take(m_clock.monotonic());
}

} // namespace eph::gateway
