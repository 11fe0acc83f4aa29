// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"

namespace eph::runtime {

/// How soon environments that are to be ready are started anew. At once, unless their code changes again and again while nobody uses
/// them, as where it lies beside a log that tells of each start: then ever more slowly.
class ProvisionPace
{
public:
    /// How long it waits yet; zero or less: it may begin. Of the monotonic clock.
    [[nodiscard]] sys::Nanoseconds wait(sys::Nanoseconds now) const;
    void began(sys::Nanoseconds now, bool usedSinceLast);

private:
    sys::Nanoseconds m_began{};
    sys::Nanoseconds m_pause{};
    bool m_any = false;
};

} // namespace eph::runtime
