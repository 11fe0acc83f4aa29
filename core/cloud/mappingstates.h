// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QMutex>
#include <QString>

namespace eph::cloud {

/// How a mapping of an event source is doing.
struct MappingState {
    QString id;
    QString function;
    QString source;
    bool enabled = true;
    QString problem;    ///< Why it does not run; empty: it runs.
    QString lastResult; ///< As the service says it: `OK`, `No records processed`, `PROBLEM: Function call failed`.
    qint64 batches = 0;
    qint64 records = 0;
    qint64 failed = 0;   ///< Records that come again, or were given up.
    qint64 filtered = 0; ///< Records that no filter wanted.
    int running = 0;     ///< Batches at the moment.
};

/// The states of what is served. Any thread.
class MappingStates
{
public:
    void set(const QList<MappingState> &states)
    {
        const QMutexLocker lock(&m_mutex);
        m_states = states;
    }
    [[nodiscard]] QList<MappingState> all() const
    {
        const QMutexLocker lock(&m_mutex);
        return m_states;
    }

private:
    mutable QMutex m_mutex;
    QList<MappingState> m_states;
};

} // namespace eph::cloud
