// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/turns.h"

#include <algorithm>

namespace eph::runtime {

namespace {

/// A single look may fall into the moment between two of them that are as short as that.
constexpr int QuietLooks = 2;
constexpr int Most = 1 << 16;
/// What was allowed to a function that waits for others is not asked for again at its next answers; what was allowed while
/// many environments started is taken back.
constexpr auto TakeBackEvery = std::chrono::milliseconds(20);

} // namespace

int Turns::allowed(sys::Nanoseconds now)
{
    if (m_allowed > m_least && now - m_changed >= TakeBackEvery) {
        m_allowed = int(std::max<qint64>(m_least, m_allowed - (now - m_changed) / TakeBackEvery));
        m_changed = now;
    }
    return m_allowed;
}

void Turns::look(sys::Nanoseconds now, bool processorIdle)
{
    m_quietLooks = processorIdle || !m_answers ? m_quietLooks + 1 : 0;
    m_answers = false;
    const int before = m_allowed;
    if (m_quietLooks >= QuietLooks)
        m_allowed = std::min(Most, m_allowed * 2);
    else if (m_quietLooks == 0)
        m_allowed = std::max(m_least, m_allowed - 1);
    if (m_allowed != before)
        m_changed = now;
}

} // namespace eph::runtime
