// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/projectschedules.h"
#include "core/cloud/schedulehistory.h"
#include "core/runtime/asyncqueue.h"

namespace eph::cloud {

/// Fires the schedules of a project while it is served. Lives on the runtime's thread.
/// A run that is more than a minute late, because the machine slept or its clock was set, is missed: it is written down and
/// not made up for, as nothing runs twice or in a crowd after a night. Rates count from the moment at which serving began,
/// or at which they were changed.
class ScheduleRunner : public QObject
{
    Q_OBJECT
public:
    enum class Scope {
        All,
        KeepWarmOnly, ///< Schedules are off, environments are still kept warm.
        None,
    };

    ScheduleRunner(FunctionCatalogue &catalogue, DeployedFunctions *deployed, runtime::AsyncQueue &queue, const sys::Clock &clock, ScheduleHistory &history);

    /// Sends warm-up events at once, and goes on by itself.
    void start(Scope scope);
    void setScope(Scope scope);
    /// Runs one of them now, whether it is enabled or not. NotFound when the project has none of that id.
    [[nodiscard]] Result<QByteArray> fireNow(const QString &id);

    /// Looks at what there is soon, and not only when something is due.
    void lookSoon() { m_timer.start(0); }

    /// Takes an event to what is not a function; false where it is not taken.
    std::function<bool(const ProjectSchedule &schedule, const QByteArray &event)> onTarget;
    /// Whether a rule may invoke its function.
    std::function<bool(const QString &ruleArn, const QString &functionArn)> mayInvoke;
    /// Takes the event of a run that was given up to its schedule's dead-letter queue, with texts by name.
    std::function<void(const QString &arn, const QByteArray &event, const QList<std::pair<QByteArray, QByteArray>> &attributes)> onDeadLetter;

private:
    void look();
    void takeProject(schedule::Instant now);
    /// By id and expression.
    using DelayedRuns = QHash<std::pair<QString, QString>, QList<schedule::Firing>>;
    /// Within their flexible windows: their time has come, their moment has not.
    [[nodiscard]] DelayedRuns delayedRuns() const;
    void fireDue(schedule::Instant now);
    void waitForNext();
    /// Of the template and those that calls have made.
    [[nodiscard]] QList<ProjectSchedule> schedules(const project::Project &project) const;
    /// One that has run for the last time, and says that it goes then.
    void endIfOver(const ProjectSchedule &schedule, schedule::Instant scheduled);
    [[nodiscard]] schedule::Instant now() const;
    /// The request's id.
    Result<QByteArray> send(const ProjectSchedule &schedule, schedule::Instant scheduled, bool byHand);
    [[nodiscard]] Result<QByteArray> handOver(const ProjectSchedule &schedule, schedule::Instant scheduled, int attempt);
    void tryAgain(schedule::Instant now);
    void giveUp(const ProjectSchedule &schedule, schedule::Instant scheduled, int attempts, const QByteArray &condition, const QString &reason);

    /// An event that could not be handed to its function, to be tried again as its policy says.
    struct Waiting {
        ProjectSchedule schedule;
        schedule::Instant scheduled;
        int attempts = 1;
        schedule::Instant since;
        schedule::Instant due;
    };
    struct Begun {
        QString text;
        schedule::Instant at;
    };

    FunctionCatalogue &m_catalogue;
    DeployedFunctions *m_deployed;
    runtime::AsyncQueue &m_queue;
    const sys::Clock &m_clock;
    ScheduleHistory &m_history;
    Scope m_scope = Scope::All;
    quint64 m_seen = 0; ///< The catalogue's generation; 0: look again.
    QString m_region;
    QList<ProjectSchedule> m_schedules; ///< In the order of the agenda's entries.
    QHash<QString, Begun> m_begun;      ///< When each one was first seen as it is.
    std::optional<schedule::Agenda> m_agenda;
    QList<Waiting> m_waiting;
    schedule::Instant m_last;           ///< The last moment at which one looked.
    QTimer m_timer;
};

} // namespace eph::cloud
