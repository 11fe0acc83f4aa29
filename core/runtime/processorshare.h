// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"
#include "core/sys/process.h"

#include <QTimer>
#include <functional>

namespace eph::runtime {

/// Holds a process to the processor time that its memory buys while it runs an invocation: it stands still when it has
/// taken more, and an answer that came too soon is given later. Runtime's thread.
class ProcessorShare
{
public:
    explicit ProcessorShare(const sys::Clock &clock);

    /// From now on, until end() or forget(); the process outlives that.
    void begin(sys::Process &process, int memoryMiB);
    [[nodiscard]] bool isOn() const { return m_process != nullptr; }
    /// True where an answer comes too soon for the share: it is called when its time has come, after end().
    [[nodiscard]] bool holds(std::function<void()> answer);
    /// The process goes on as it likes.
    void end();
    /// The process is gone.
    void forget();

private:
    void look();
    void holdBack(bool hold);
    /// Until it may go on with the share that it has.
    [[nodiscard]] sys::Nanoseconds owed() const;

    const sys::Clock &m_clock;
    QTimer m_timer;
    sys::Process *m_process = nullptr; ///< While it is held to a share.
    double m_processors = 0; ///< That its memory buys.
    sys::Nanoseconds m_began{};
    sys::Nanoseconds m_usedBefore{};
    bool m_paused = false;
    std::function<void()> m_answer; ///< Held until its time has come.
};

} // namespace eph::runtime
