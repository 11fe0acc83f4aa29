// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"

namespace eph::test {

/// A clock that moves when told to.
class FakeClock final : public sys::Clock
{
public:
    [[nodiscard]] qint64 epochMs() const override { return startMs + std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(); }
    [[nodiscard]] sys::Nanoseconds monotonic() const override { return elapsed; }
    void advance(sys::Nanoseconds by) { elapsed += by; }

    qint64 startMs = 1'767'323'045'006; ///< 2026-01-02T03:04:05.006Z
    sys::Nanoseconds elapsed{0};
};

} // namespace eph::test
