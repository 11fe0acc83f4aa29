// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"

#include <QTimer>
#include <functional>
#include <map>

namespace eph::gateway {

/// When answers are due at the latest, on one timer: one each would slow down all timers of the thread. Lives on the thread that
/// made it.
class Deadlines
{
    using Entries = std::multimap<sys::Nanoseconds, std::function<void()>>;

public:
    using Id = Entries::iterator;

    explicit Deadlines(const sys::Clock &clock);

    /// Calls late() once the time is over, unless it was removed before.
    [[nodiscard]] Id add(std::chrono::milliseconds time, std::function<void()> late);
    void remove(Id id) { m_entries.erase(id); }

private:
    void expire();

    const sys::Clock &m_clock;
    Entries m_entries;
    QTimer m_timer;
};

} // namespace eph::gateway
