// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/clock.h"

namespace eph::sys {

qint64 SystemClock::epochMs() const
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Nanoseconds SystemClock::monotonic() const
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

} // namespace eph::sys
