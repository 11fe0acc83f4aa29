// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/deadline.h"

namespace eph {

Deadline::Deadline(Qt::TimerType precision)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(precision);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { rang(); });
}

void Deadline::start(std::chrono::milliseconds after)
{
    m_due = std::chrono::steady_clock::now() + after;
    if (!m_timer.isActive() || m_rings > m_due)
        ringIn(after);
}

void Deadline::rang()
{
    if (!isActive())
        return;
    const auto left = m_due - std::chrono::steady_clock::now();
    if (left > left.zero())
        return ringIn(left);
    stop();
    const std::function<void()> tell = onPassed;
    tell();
}

void Deadline::ringIn(std::chrono::nanoseconds left)
{
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left);
    m_rings = std::chrono::steady_clock::now() + wait;
    m_timer.start(wait);
}

} // namespace eph
