// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QMutex>
#include <QString>
#include <deque>

namespace eph::cloud {

/// What became of one run of a schedule.
struct ScheduleRun {
    enum class State {
        Sent,    ///< Handed to the function.
        Missed,  ///< This machine slept or was busy: it is not made up for.
        Refused, ///< The function could not be called.
    };
    qint64 number = 0; ///< Counts from 1.
    QString schedule;  ///< Its id.
    QString function;
    qint64 scheduledEpochMs = 0;
    qint64 epochMs = 0; ///< When it was sent, or noticed.
    State state = State::Sent;
    int count = 1; ///< Of runs that were missed: how many, the last of them here.
    bool byHand = false;
    QString reason; ///< Of a run that was refused.
    QByteArray requestId;
};

[[nodiscard]] QString scheduleRunStateName(ScheduleRun::State state);

/// The newest runs. Any thread.
class ScheduleHistory
{
public:
    static constexpr qsizetype MaxRuns = 1000;

    void append(ScheduleRun run);
    /// Those with a higher number, oldest first.
    [[nodiscard]] QList<ScheduleRun> after(qint64 number) const;
    void clear();

private:
    mutable QMutex m_mutex;
    std::deque<ScheduleRun> m_runs;
    qint64 m_last = 0;
};

} // namespace eph::cloud
