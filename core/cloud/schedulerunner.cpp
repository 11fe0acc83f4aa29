// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/schedulerunner.h"

#include "core/base/text.h"
#include "core/cloud/deployedschedules.h"
#include "core/runtime/requestids.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace std::chrono;
using schedule::Instant;

namespace {

/// The template may change, and the machine may have slept: nobody waits longer than this.
constexpr milliseconds LookAtLeastEvery{5'000};
/// What the services promise to keep within.
constexpr seconds Lateness{60};
/// Doubles from try to try.
constexpr seconds FirstRetry{1};
constexpr seconds LongestRetry{300};
constexpr qsizetype MaxWaiting = 10'000;

[[nodiscard]] ScheduleRun runOf(const ProjectSchedule &schedule, Instant scheduled, const sys::Clock &clock)
{
    ScheduleRun run;
    run.schedule = schedule.id;
    run.function = schedule.target.isEmpty() ? schedule.function : schedule.target.section(u':', 5);
    run.scheduledEpochMs = milliseconds(scheduled.time_since_epoch()).count();
    run.epochMs = clock.epochMs();
    return run;
}

} // namespace

ScheduleRunner::ScheduleRunner(FunctionCatalogue &catalogue, DeployedFunctions *deployed, runtime::AsyncQueue &queue, const sys::Clock &clock, ScheduleHistory &history)
    : m_catalogue(catalogue)
    , m_deployed(deployed)
    , m_queue(queue)
    , m_clock(clock)
    , m_history(history)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &ScheduleRunner::look);
}

Instant ScheduleRunner::now() const
{
    return schedule::nowOf(m_clock);
}

void ScheduleRunner::start(Scope scope)
{
    m_scope = scope;
    if (!m_agenda)
        m_last = now();
    look();
}

void ScheduleRunner::setScope(Scope scope)
{
    m_scope = scope;
    m_seen = 0;
    look();
}

void ScheduleRunner::look()
{
    const Instant at = now();
    // A clock that was set back would wait until it has caught up.
    if (at < m_last - Lateness)
        m_seen = 0;
    takeProject(at);
    tryAgain(at);
    if (m_agenda)
        fireDue(at);
    m_last = at;
    waitForNext();
}

QList<ProjectSchedule> ScheduleRunner::schedules(const project::Project &project) const
{
    QList<ProjectSchedule> all = schedulesOf(project);
    if (m_deployed)
        all << deployedSchedules(m_deployed->documents());
    return all;
}

void ScheduleRunner::endIfOver(const ProjectSchedule &schedule, Instant scheduled)
{
    if (!schedule.endsItself || !m_deployed)
        return;
    if (const auto next = schedule.times(m_begun.value(schedule.id).at).next(scheduled); !next)
        (void)m_deployed->documents().remove({kinds::Schedule, schedule.group, schedule.name});
}

ScheduleRunner::DelayedRuns ScheduleRunner::delayedRuns() const
{
    DelayedRuns delayed;
    for (const schedule::Firing &firing : m_agenda ? m_agenda->pending() : QList<schedule::Firing>()) {
        const ProjectSchedule &schedule = m_schedules.at(firing.entry);
        if (firing.scheduled <= m_last)
            delayed[{schedule.id, schedule.text}] << firing;
    }
    return delayed;
}

void ScheduleRunner::takeProject(Instant at)
{
    // A template that cannot be read just now has no say.
    const auto project = m_catalogue.project();
    if (!project || m_catalogue.generation() == m_seen)
        return;
    const bool begins = !m_agenda;
    const auto delayed = at >= m_last ? delayedRuns() : DelayedRuns();
    m_seen = m_catalogue.generation();
    m_region = (*project)->region;
    m_schedules.clear();
    std::vector<schedule::AgendaEntry> entries;
    QHash<QString, Begun> begun;
    QList<ProjectSchedule> fresh;
    for (ProjectSchedule &schedule : schedules(**project)) {
        if (!schedule.enabled || !schedule.isValid() || m_scope == Scope::None || (m_scope == Scope::KeepWarmOnly && !schedule.keepsWarm))
            continue;
        const auto known = m_begun.constFind(schedule.id);
        // What comes while one is at it begins with the next second: this one has been dealt with.
        const Instant beginning = begins ? at : at + seconds(1);
        const bool same = known != m_begun.cend() && known->text == schedule.text && known->at <= beginning;
        begun.insert(schedule.id, same ? *known : Begun{schedule.text, beginning});
        if (!same && schedule.keepsWarm)
            fresh << schedule;
        entries.push_back({schedule.id, schedule.times(begun.value(schedule.id).at), schedule.flexibleWindow});
        m_schedules << std::move(schedule);
    }
    m_begun = std::move(begun);
    // What came due before the template changed is not lost with it.
    m_agenda.emplace(std::move(entries), begins ? at - seconds(1) : std::min(at, m_last));
    for (qsizetype i = 0; i < m_schedules.size(); ++i) {
        for (const schedule::Firing &firing : delayed.value({m_schedules.at(i).id, m_schedules.at(i).text}))
            m_agenda->add({i, firing.scheduled, firing.at});
    }
    for (const ProjectSchedule &schedule : fresh)
        (void)send(schedule, at, false);
}

void ScheduleRunner::fireDue(Instant at)
{
    QMap<qsizetype, ScheduleRun> missed;
    for (const schedule::Firing *next = m_agenda->peek(); next && next->at <= at; next = m_agenda->peek()) {
        const schedule::Firing firing = m_agenda->take();
        const ProjectSchedule &schedule = m_schedules.at(firing.entry);
        if (at - firing.at <= Lateness) {
            (void)send(schedule, firing.scheduled, false);
            endIfOver(schedule, firing.scheduled);
            continue;
        }
        // Many make one line: the last of them, and how many.
        const int before = missed.contains(firing.entry) ? missed.value(firing.entry).count : 0;
        ScheduleRun run = runOf(schedule, firing.scheduled, m_clock);
        run.count = before + 1;
        run.state = ScheduleRun::State::Missed;
        missed.insert(firing.entry, run);
    }
    for (const ScheduleRun &run : std::as_const(missed))
        m_history.append(run);
}

void ScheduleRunner::waitForNext()
{
    milliseconds wait = LookAtLeastEvery;
    if (const schedule::Firing *next = m_agenda ? m_agenda->peek() : nullptr) {
        const milliseconds until = milliseconds(next->at.time_since_epoch()) - milliseconds(m_clock.epochMs());
        wait = std::clamp(until, milliseconds(1), LookAtLeastEvery);
    }
    for (const Waiting &one : std::as_const(m_waiting))
        wait = std::clamp(milliseconds(one.due.time_since_epoch()) - milliseconds(m_clock.epochMs()), milliseconds(1), wait);
    m_timer.start(wait);
}

Result<QByteArray> ScheduleRunner::handOver(const ProjectSchedule &schedule, Instant scheduled, int attempt)
{
    if (!schedule.target.isEmpty()) {
        if (onTarget && onTarget(schedule, scheduleEvent(schedule, m_region, scheduled, attempt)))
            return runtime::newRequestId();
        return failure(ErrorCode::NotFound, Core::tr("There is nothing here that goes by %1.").arg(schedule.target));
    }
    const bool byRule = schedule.called && schedule.dialect == schedule::Dialect::EventBridgeRules;
    if (byRule && mayInvoke && !mayInvoke(schedule.arn(m_region), m_catalogue.arnOf(schedule.function)))
        return failure(ErrorCode::Invalid, Core::tr("The rule “%1” may not invoke “%2”.").arg(schedule.name, schedule.function), Core::tr("Add a permission for events.amazonaws.com."));
    auto request = m_catalogue.requestForEvent(schedule.function);
    if (!request)
        return tl::unexpected(request.error());
    request->payload = scheduleEvent(schedule, m_region, scheduled, attempt);
    request->requestId = runtime::newRequestId();
    request->origin = {schedule.keepsWarm ? runtime::OriginKind::WarmUp : schedule.dialect == schedule::Dialect::EventBridgeScheduler ? runtime::OriginKind::Scheduler : runtime::OriginKind::ScheduledRule, schedule.id};
    const QByteArray id = request->requestId;
    if (m_queue.enqueue(*std::move(request)))
        return id;
    return failure(ErrorCode::Unsupported, Core::tr("Too many asynchronous events of this project wait already."), Core::tr("Let them end, or halt the cloud."));
}

Result<QByteArray> ScheduleRunner::send(const ProjectSchedule &schedule, Instant scheduled, bool byHand)
{
    const auto sent = handOver(schedule, scheduled, 1);
    ScheduleRun run = runOf(schedule, scheduled, m_clock);
    run.byHand = byHand;
    if (sent) {
        run.requestId = *sent;
    } else {
        run.state = ScheduleRun::State::Refused;
        run.reason = sent.error().message;
        // What is not allowed is not tried again.
        const bool hopeless = sent.error().code == ErrorCode::Invalid && schedule.called;
        if (!byHand && !hopeless && schedule.maxRetries > 0 && m_waiting.size() < MaxWaiting)
            m_waiting << Waiting{schedule, scheduled, 1, now(), now() + FirstRetry};
        else if (!byHand)
            giveUp(schedule, scheduled, 1, "MaximumRetryAttempts", run.reason);
    }
    m_history.append(run);
    return sent;
}

void ScheduleRunner::tryAgain(Instant at)
{
    QList<Waiting> waiting = std::exchange(m_waiting, {});
    for (Waiting &one : waiting) {
        if (one.due > at) {
            m_waiting << one;
            continue;
        }
        const auto sent = handOver(one.schedule, one.scheduled, ++one.attempts);
        const bool over = one.attempts > one.schedule.maxRetries || at - one.since >= one.schedule.maxAge;
        if (!sent && !over) {
            one.due = at + std::min(LongestRetry, FirstRetry * (1 << std::min(one.attempts, 8)));
            m_waiting << one;
            continue;
        }
        ScheduleRun run = runOf(one.schedule, one.scheduled, m_clock);
        run.state = sent ? ScheduleRun::State::Sent : ScheduleRun::State::Refused;
        run.reason = sent ? QString() : Core::tr("given up after %1 tries: %2").arg(one.attempts).arg(sent.error().message);
        run.requestId = sent.value_or(QByteArray());
        m_history.append(run);
        if (!sent)
            giveUp(one.schedule, one.scheduled, one.attempts, one.attempts > one.schedule.maxRetries ? "MaximumRetryAttempts" : "MaximumEventAgeInSeconds", sent.error().message);
    }
}

/// Source: EventBridge user guide, dead-letter queues, November 2026.
void ScheduleRunner::giveUp(const ProjectSchedule &schedule, Instant scheduled, int attempts, const QByteArray &condition, const QString &reason)
{
    if (schedule.deadLetter.isEmpty() || !onDeadLetter)
        return;
    const bool scheduler = schedule.dialect == schedule::Dialect::EventBridgeScheduler;
    onDeadLetter(schedule.deadLetter, scheduleEvent(schedule, m_region, scheduled, attempts),
                 {{scheduler ? "SCHEDULE_ARN" : "RULE_ARN", schedule.arn(m_region).toUtf8()}, {"TARGET_ARN", m_catalogue.arnOf(schedule.function).toUtf8()}, {"ERROR_CODE", "SDK_CLIENT_ERROR"}, {"ERROR_MESSAGE", reason.toUtf8()},
                  {"EXHAUSTED_RETRY_CONDITION", condition}, {"RETRY_ATTEMPTS", QByteArray::number(attempts - 1)}});
}

Result<QByteArray> ScheduleRunner::fireNow(const QString &id)
{
    const auto project = m_catalogue.project();
    if (!project)
        return tl::unexpected(project.error());
    m_region = (*project)->region;
    for (const ProjectSchedule &schedule : schedules(**project)) {
        if (schedule.id == id)
            return send(schedule, now(), true);
    }
    return failure(ErrorCode::NotFound, Core::tr("The project has no schedule “%1”.").arg(id), Core::tr("`eph schedule list` shows them."));
}

} // namespace eph::cloud
