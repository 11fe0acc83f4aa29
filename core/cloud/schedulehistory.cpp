// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/schedulehistory.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

QString scheduleRunStateName(ScheduleRun::State state)
{
    switch (state) {
    case ScheduleRun::State::Sent: return u"sent"_s;
    case ScheduleRun::State::Missed: return u"missed"_s;
    case ScheduleRun::State::Refused: return u"refused"_s;
    }
    Q_UNREACHABLE();
}

void ScheduleHistory::append(ScheduleRun run)
{
    const QMutexLocker lock(&m_mutex);
    run.number = ++m_last;
    m_runs.push_back(std::move(run));
    if (qsizetype(m_runs.size()) > MaxRuns)
        m_runs.pop_front();
}

QList<ScheduleRun> ScheduleHistory::after(qint64 number) const
{
    const QMutexLocker lock(&m_mutex);
    QList<ScheduleRun> fresh;
    for (auto run = m_runs.rbegin(); run != m_runs.rend() && run->number > number; ++run)
        fresh.prepend(*run);
    return fresh;
}

void ScheduleHistory::clear()
{
    const QMutexLocker lock(&m_mutex);
    m_runs.clear();
}

} // namespace eph::cloud
