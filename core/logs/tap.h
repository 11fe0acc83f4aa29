// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/line.h"

#include <QMutex>
#include <functional>

namespace eph::logs {

/// A sink in front of another one, at which somebody can listen. Any thread.
class Tap final : public Sink
{
public:
    explicit Tap(Sink &next)
        : m_next(next)
    {
    }

    void append(Line line) override
    {
        {
            const QMutexLocker lock(&m_mutex);
            if (m_listener)
                m_listener(line);
        }
        m_next.append(std::move(line));
    }
    [[nodiscard]] Result<void> flush() override { return m_next.flush(); }

    /// Gets each line from now on, on the thread of whoever says it, before it goes on; says nothing itself. Null: nobody does.
    void setListener(std::function<void(const Line &)> listener)
    {
        const QMutexLocker lock(&m_mutex);
        m_listener = std::move(listener);
    }

private:
    Sink &m_next;
    QMutex m_mutex;
    std::function<void(const Line &)> m_listener;
};

} // namespace eph::logs
