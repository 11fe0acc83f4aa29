// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/deadlines.h"

namespace eph::gateway {

Deadlines::Deadlines(const sys::Clock &clock)
    : m_clock(clock)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { expire(); });
}

Deadlines::Id Deadlines::add(std::chrono::milliseconds time, std::function<void()> late)
{
    const Id id = m_entries.emplace(m_clock.monotonic() + time, std::move(late));
    if (!m_timer.isActive() || id == m_entries.begin())
        m_timer.start(time);
    return id;
}

void Deadlines::expire()
{
    const sys::Nanoseconds now = m_clock.monotonic();
    while (!m_entries.empty() && m_entries.begin()->first <= now)
        m_entries.extract(m_entries.begin()).mapped()();
    if (!m_entries.empty())
        m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(m_entries.begin()->first - now));
}

} // namespace eph::gateway
