// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <chrono>
#include <functional>

namespace eph {

/// A single-shot timer for what is set and stopped at each request, which costs next to nothing here: the event loop learns of it only when
/// the time comes nearer. One that was stopped or put off lets its timer ring in vain, once. Of one thread, which has an event loop.
class Deadline
{
public:
    explicit Deadline(Qt::TimerType precision = Qt::PreciseTimer);

    /// Calls `onPassed` so much later, at the next whole millisecond or as much after it as the timer is coarse; what was set before is
    /// forgotten.
    void start(std::chrono::milliseconds after);
    void stop() { m_due = {}; }
    [[nodiscard]] bool isActive() const { return m_due != Moment(); }

    /// May destroy this.
    std::function<void()> onPassed;

private:
    using Moment = std::chrono::steady_clock::time_point;

    void rang();
    void ringIn(std::chrono::nanoseconds left);

    QTimer m_timer;
    Moment m_due;   ///< Nothing is due at the beginning of time.
    Moment m_rings; ///< While the timer runs.
};

} // namespace eph
