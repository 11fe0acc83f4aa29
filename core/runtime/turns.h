// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"

namespace eph::runtime {

/// How many invocations of a function run side by side where more of them could: each has a warm environment to itself, and
/// the processors are busy. To wake yet another process makes every answer slower then, as none finds in the caches what it
/// needs; so they take turns, a few at a time in the environments that ran last. More get theirs as soon as a processor is
/// idle or answers stay away. Pure; told of the time.
class Turns
{
public:
    static constexpr auto LookEvery = std::chrono::milliseconds(1);

    explicit Turns(int processors) : m_least(processors + 2), m_allowed(m_least) {}

    /// As many may always run.
    [[nodiscard]] int least() const { return m_least; }
    [[nodiscard]] int allowed(sys::Nanoseconds now);
    /// One waits for its turn, and none did before.
    void begin() { m_quietLooks = 0; }
    void answered() { m_answers = true; }
    /// To be called at LookEvery while invocations wait.
    void look(sys::Nanoseconds now, bool processorIdle);

private:
    int m_least;
    int m_allowed;
    sys::Nanoseconds m_changed{};
    int m_quietLooks = 0;
    bool m_answers = false; ///< There were some since the last look.
};

} // namespace eph::runtime
