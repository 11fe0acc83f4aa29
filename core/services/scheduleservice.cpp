// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/scheduleservice.h"

#include "core/services/calledschedules.h"
#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/events/eventfiles.h"
#include "core/schedule/write.h"
#include "core/services/templatefile.h"

#include <QRegularExpression>

#include <bit>

namespace eph::services {

using namespace Qt::StringLiterals;
using namespace std::chrono;
using schedule::Dialect;
using schedule::Instant;

namespace {

constexpr days Month{30};

/// Edits one after the other; the first failure is the result.
class Edits
{
public:
    explicit Edits(const QByteArray &text)
        : m_before(text)
        , m_text(text)
    {
    }

    void set(const QStringList &path, const QString &value) { take(project::setScalar(m_text, path, value)); }
    /// Nothing where there is no such entry.
    void remove(const QStringList &path)
    {
        const auto edit = project::removeEntry(m_text, path);
        if (edit)
            m_text = edit->applied(m_text);
        else if (edit.error().code != ErrorCode::NotFound)
            take(edit);
    }
    void setOrRemove(const QStringList &path, const QString &value) { value.isEmpty() ? remove(path) : set(path, value); }
    void setWindow(const QStringList &properties, int flexibleMinutes)
    {
        const QStringList window = properties + QStringList{u"FlexibleTimeWindow"_s};
        set(window + QStringList{u"Mode"_s}, u"FLEXIBLE"_s);
        set(window + QStringList{u"MaximumWindowInMinutes"_s}, QString::number(flexibleMinutes));
    }
    [[nodiscard]] Result<project::TextEdit> result() const
    {
        if (m_error)
            return tl::unexpected(*m_error);
        return project::editBetween(m_before, m_text);
    }

private:
    void take(const Result<project::TextEdit> &edit)
    {
        if (edit)
            m_text = edit->applied(m_text);
        else if (!m_error)
            m_error = edit.error();
    }

    QByteArray m_before;
    QByteArray m_text;
    std::optional<Error> m_error;
};

/// Where the properties of a schedule stand.
[[nodiscard]] Result<QStringList> propertiesPath(const project::Project &project, const cloud::ProjectSchedule &schedule)
{
    if (schedule.ownResource)
        return QStringList{u"Resources"_s, schedule.id.section(u'/', 0, 0), u"Properties"_s};
    const project::Function *function = project.function(schedule.function);
    if (!function || !function->inTemplate)
        return failure(ErrorCode::NotFound, Core::tr("The template has no schedule “%1”.").arg(schedule.id), Core::tr("It may have been taken away; open the project again."));
    return QStringList{u"Resources"_s, function->logicalId, u"Properties"_s, u"Events"_s, schedule.id.section(u'/', 1), u"Properties"_s};
}

[[nodiscard]] QString expressionKey(const cloud::ProjectSchedule &schedule)
{
    return schedule.ownResource || schedule.dialect == Dialect::EventBridgeScheduler ? u"ScheduleExpression"_s : u"Schedule"_s;
}

[[nodiscard]] Result<void> check(const ScheduleDraft &draft)
{
    static const QRegularExpression logicalId(u"^[A-Za-z0-9]{1,128}$"_s);
    if (!logicalId.match(draft.event).hasMatch())
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no name for a schedule.").arg(draft.event), Core::tr("Use letters and digits only."));
    const auto parsed = schedule::parseExpression(draft.text, draft.dialect);
    if (!parsed)
        return failure(ErrorCode::Invalid, parsed.error().message, parsed.error().hint, parsed.error().service);
    if (draft.dialect == Dialect::EventBridgeRules && !(draft.zone.isEmpty() || draft.zone == "UTC"_L1))
        return failure(ErrorCode::Invalid, Core::tr("A rule runs in UTC only, not in “%1”.").arg(draft.zone), Core::tr("Make it a schedule of EventBridge Scheduler."));
    if (!draft.zone.isEmpty()) {
        if (const auto zone = schedule::Zone::load(draft.zone); !zone)
            return tl::unexpected(zone.error());
    }
    std::optional<Instant> start;
    std::optional<Instant> end;
    for (const auto &[text, bound] : {std::pair(draft.start, &start), std::pair(draft.end, &end)}) {
        if (text.isEmpty())
            continue;
        const auto instant = cloud::instantOf(text);
        if (!instant)
            return tl::unexpected(instant.error());
        *bound = *instant;
    }
    if (start && end && *end < *start)
        return failure(ErrorCode::Invalid, Core::tr("It ends on %1, before it begins on %2.").arg(draft.end, draft.start));
    if (draft.flexibleMinutes < 0 || draft.flexibleMinutes > cloud::LongestFlexibleMinutes)
        return failure(ErrorCode::Invalid, Core::tr("A flexible window has 1 to %1 minutes, not “%2”.").arg(cloud::LongestFlexibleMinutes).arg(draft.flexibleMinutes));
    if (const QString problem = cloud::inputProblem(draft.input); !problem.isEmpty())
        return failure(ErrorCode::Invalid, Core::tr("The input is no JSON: %1.").arg(problem), Core::tr("Write an object, such as {\"kind\": \"nightly\"}."));
    return {};
}

[[nodiscard]] Error sharedError(const QString &name)
{
    return {ErrorCode::Conflict, Core::tr("“%1” shares its text with other parts of the template by a YAML alias: a change would reach them, too.").arg(name), Core::tr("Edit the template by hand."), {}};
}

/// The times of day of an expression, moved by some minutes within the hour; empty where it has no single minute.
[[nodiscard]] QString movedBy(const cloud::ProjectSchedule &schedule, int minutesLater)
{
    const schedule::Cron *cron = schedule.expression->cron();
    if (!cron)
        return {};
    schedule::CronSpec spec = cron->spec;
    const quint64 moved = spec.minutes << minutesLater;
    if (moved & ~schedule::AllSixty || spec.minutes == schedule::AllSixty)
        return {};
    spec.minutes = moved;
    const auto written = schedule::writeCron(spec, schedule.dialect);
    return written && written->expressions.size() == 1 ? written->expressions.first() : QString();
}

/// The smallest move that keeps a schedule away from what else runs.
[[nodiscard]] QString apartFrom(const cloud::ProjectSchedule &schedule, const SimulationRequest &request, const std::function<bool(qint64 minute)> &busy, milliseconds duration)
{
    const auto span = ceil<minutes>(duration).count();
    for (int by = 1; by < 30; ++by) {
        const QString text = movedBy(schedule, by);
        if (text.isEmpty())
            continue;
        const auto parsed = schedule::parseExpression(text, schedule.dialect);
        if (!parsed)
            continue;
        cloud::ProjectSchedule other = schedule;
        other.expression = *parsed;
        const QList<Instant> runs = other.times(request.from).between(request.from, request.from + request.length, 100'000);
        const bool free = std::none_of(runs.cbegin(), runs.cend(), [&](Instant at) {
            const qint64 first = floor<minutes>(at.time_since_epoch()).count();
            for (qint64 minute = first; minute < first + std::max<qint64>(1, span); ++minute) {
                if (busy(minute))
                    return true;
            }
            return false;
        });
        if (free)
            return text;
    }
    return {};
}

/// Minutes over which the runs of a schedule may be spread without one reaching half way to the next; 0 where its kind has no
/// flexible window, or has one already.
[[nodiscard]] int spreadOf(const cloud::ProjectSchedule &schedule, const SimulationRequest &request)
{
    constexpr minutes Usual{15};
    if (schedule.dialect != Dialect::EventBridgeScheduler || schedule.flexibleWindow > seconds(0))
        return 0;
    const QList<Instant> runs = schedule.times(request.from).between(request.from, request.from + request.length, 100'000);
    minutes spread = Usual;
    for (qsizetype i = 1; i < runs.size(); ++i)
        spread = std::min(spread, floor<minutes>((runs.at(i) - runs.at(i - 1)) / 2));
    return int(spread.count());
}

} // namespace

ScheduleDraft draftOf(const cloud::ProjectSchedule &schedule)
{
    ScheduleDraft draft;
    draft.event = schedule.ownResource ? schedule.id : schedule.id.section(u'/', 1);
    draft.dialect = schedule.dialect;
    draft.text = schedule.text;
    draft.zone = schedule.zoneName;
    draft.start = schedule.start ? schedule::toIso(*schedule.start) : QString();
    draft.end = schedule.end ? schedule::toIso(*schedule.end) : QString();
    draft.flexibleMinutes = int(duration_cast<minutes>(schedule.flexibleWindow).count());
    draft.enabled = schedule.enabled;
    draft.input = QString::fromUtf8(schedule.input);
    return draft;
}

Result<void> checkSchedule(const project::Function &function, const ScheduleDraft &draft)
{
    for (const project::Trigger &trigger : function.triggers) {
        if (!trigger.ownResource && trigger.name == draft.event && trigger.type != "Schedule"_L1 && trigger.type != "ScheduleV2"_L1)
            return failure(ErrorCode::Conflict, Core::tr("“%1” has an event “%2” already, of the type “%3”.").arg(function.name, draft.event, trigger.type), Core::tr("Give the schedule another name."));
    }
    return check(draft);
}

Result<project::TextEdit> scheduleEdit(const QByteArray &text, const project::Function &function, const ScheduleDraft &draft)
{
    if (!function.inTemplate)
        return failure(ErrorCode::NotFound, Core::tr("“%1” was recognised from its code; there is no template to change.").arg(function.name), Core::tr("Write a template for this folder first."));
    if (const auto fine = checkSchedule(function, draft); !fine)
        return tl::unexpected(fine.error());
    const QList<cloud::ProjectSchedule> present = cloud::schedulesOf(function);
    const auto before = std::find_if(present.cbegin(), present.cend(), [&](const cloud::ProjectSchedule &one) { return !one.ownResource && one.id.section(u'/', 1) == draft.event; });
    const ScheduleDraft old = before == present.cend() ? ScheduleDraft() : draftOf(*before);
    const bool sameKind = before != present.cend() && old.dialect == draft.dialect;
    const bool scheduler = draft.dialect == Dialect::EventBridgeScheduler;
    const QStringList event{u"Resources"_s, function.logicalId, u"Properties"_s, u"Events"_s, draft.event};
    const auto property = [&event](const QString &name) { return event + QStringList{u"Properties"_s, name}; };
    if (project::isShared(text, event))
        return tl::unexpected(sharedError(draft.event));
    Edits edits(text);
    // What has not changed stays as it is written: it may refer to a parameter.
    if (!sameKind) {
        edits.set(event + QStringList{u"Type"_s}, scheduler ? u"ScheduleV2"_s : u"Schedule"_s);
        edits.remove(property(scheduler ? u"Schedule"_s : u"ScheduleExpression"_s));
        for (const QString &name : scheduler ? QStringList() : QStringList{u"RoleArn"_s, u"GroupName"_s, u"KmsKeyArn"_s, u"PermissionsBoundary"_s, u"OmitName"_s})
            edits.remove(property(name));
    }
    if (!sameKind || old.text != draft.text)
        edits.set(property(scheduler ? u"ScheduleExpression"_s : u"Schedule"_s), draft.text);
    const auto zoneOf = [](const ScheduleDraft &one) { return one.zone == "UTC"_L1 ? QString() : one.zone; };
    if (!sameKind || zoneOf(old) != zoneOf(draft))
        edits.setOrRemove(property(u"ScheduleExpressionTimezone"_s), scheduler ? zoneOf(draft) : QString());
    if (!sameKind || old.start != draft.start)
        edits.setOrRemove(property(u"StartDate"_s), scheduler ? draft.start : QString());
    if (!sameKind || old.end != draft.end)
        edits.setOrRemove(property(u"EndDate"_s), scheduler ? draft.end : QString());
    if (sameKind && old.flexibleMinutes == draft.flexibleMinutes) {
        // As it is.
    } else if (scheduler && draft.flexibleMinutes > 0) {
        edits.setWindow(event + QStringList{u"Properties"_s}, draft.flexibleMinutes);
    } else {
        edits.remove(property(u"FlexibleTimeWindow"_s));
    }
    if (before == present.cend() || old.input != draft.input)
        edits.setOrRemove(property(u"Input"_s), draft.input);
    if (before == present.cend() || old.enabled != draft.enabled) {
        edits.remove(property(u"Enabled"_s));
        edits.setOrRemove(property(u"State"_s), draft.enabled ? QString() : u"DISABLED"_s);
    }
    return edits.result();
}

namespace {
/// What a call has made is no line of the template.
Result<void> inTemplate(const cloud::ProjectSchedule &schedule)
{
    if (!schedule.called)
        return {};
    return failure(ErrorCode::Unsupported, Core::tr("“%1” was made by a call, not by the template.").arg(schedule.id), Core::tr("Change it as it was made, such as with aws scheduler update-schedule or aws events put-rule."));
}
} // namespace

Result<project::TextEdit> scheduleExpressionEdit(const QByteArray &text, const project::Project &project, const cloud::ProjectSchedule &schedule, const QString &expression)
{
    const auto path = propertiesPath(project, schedule);
    if (path && project::isShared(text, *path))
        return tl::unexpected(sharedError(schedule.id));
    return path ? project::setScalar(text, *path + QStringList{expressionKey(schedule)}, expression) : tl::unexpected(path.error());
}

Result<project::TextEdit> scheduleWindowEdit(const QByteArray &text, const project::Project &project, const cloud::ProjectSchedule &schedule, int flexibleMinutes)
{
    const auto path = propertiesPath(project, schedule);
    if (!path)
        return tl::unexpected(path.error());
    if (project::isShared(text, *path))
        return tl::unexpected(sharedError(schedule.id));
    Edits edits(text);
    edits.setWindow(*path, flexibleMinutes);
    return edits.result();
}

Result<project::TextEdit> scheduleEnabledEdit(const QByteArray &text, const project::Project &project, const cloud::ProjectSchedule &schedule, bool enabled)
{
    const auto path = propertiesPath(project, schedule);
    if (!path)
        return tl::unexpected(path.error());
    if (project::isShared(text, *path))
        return tl::unexpected(sharedError(schedule.id));
    Edits edits(text);
    edits.remove(*path + QStringList{u"Enabled"_s});
    // Enabled is what it is when nothing is said, and nothing is merged in.
    const bool merged = project::isMerged(text, *path);
    edits.setOrRemove(*path + QStringList{u"State"_s}, !enabled ? u"DISABLED"_s : merged ? u"ENABLED"_s : QString());
    return edits.result();
}

Result<project::TextEdit> scheduleRemovalEdit(const QByteArray &text, const project::Project &project, const cloud::ProjectSchedule &schedule)
{
    auto path = propertiesPath(project, schedule);
    if (!path)
        return tl::unexpected(path.error());
    path->removeLast();
    const QString name = path->last();
    if (project::isShared(text, *path))
        return tl::unexpected(sharedError(schedule.id));
    // What refers to it would be left without it.
    static const QRegularExpression word(u"[A-Za-z0-9]+"_s);
    int mentions = 0;
    for (auto it = word.globalMatch(QString::fromUtf8(text)); schedule.ownResource && it.hasNext();)
        mentions += it.next().captured() == name;
    if (schedule.ownResource && schedule.id.contains(u'/'))
        return failure(ErrorCode::Conflict, Core::tr("“%1” has several targets, which would all go with it.").arg(name), Core::tr("Take the target away by hand."));
    if (mentions > 1)
        return failure(ErrorCode::Conflict, Core::tr("“%1” is named elsewhere in the template, too.").arg(name), Core::tr("Take it away by hand, with what refers to it."));
    // Events that hold nothing any more go with the last of them.
    if (!schedule.ownResource && project::isOnlyEntry(text, *path))
        path->removeLast();
    return project::removeEntry(text, *path);
}

Result<void> setScheduleEnabled(const project::Project &project, const cloud::ProjectSchedule &schedule, bool enabled)
{
    return inTemplate(schedule).and_then([&] { return rewriteTemplate(schedule.location.file, [&](const QByteArray &text) { return scheduleEnabledEdit(text, project, schedule, enabled); }); });
}

Result<void> removeSchedule(const project::Project &project, const cloud::ProjectSchedule &schedule)
{
    return inTemplate(schedule).and_then([&] { return rewriteTemplate(schedule.location.file, [&](const QByteArray &text) { return scheduleRemovalEdit(text, project, schedule); }); });
}

Result<void> writeSchedule(const project::Function &function, const ScheduleDraft &draft)
{
    return rewriteTemplate(function.location.file, [&](const QByteArray &text) { return scheduleEdit(text, function, draft); });
}

Result<cloud::ProjectSchedule> findSchedule(const project::Project &project, const QString &id)
{
    const QList<cloud::ProjectSchedule> all = allSchedules(project);
    QStringList ids;
    for (const cloud::ProjectSchedule &schedule : all) {
        if (schedule.id == id || schedule.name == id)
            return schedule;
        ids << schedule.id;
    }
    const QString meant = closestName(id, ids);
    return failure(ErrorCode::NotFound, Core::tr("The project has no schedule “%1”.").arg(id),
                   ids.isEmpty() ? Core::tr("A function gets one by an event of the type ScheduleV2 or Schedule.") : meant.isEmpty() ? Core::tr("There are: %1.").arg(ids.join(u", "_s)) : Core::tr("Did you mean “%1”?").arg(meant));
}

QList<Collision> collisionsOf(const SimulationRequest &request, const cost::PriceBook &prices, const std::function<bool()> &cancelled)
{
    struct Running {
        QString id;
        time_point<system_clock, milliseconds> end;
    };
    QHash<QString, Collision> found;
    QHash<QString, QSet<qint64>> minutesOf;
    QHash<qint64, int> schedulesIn; ///< Each minute.
    QList<Running> running;
    Instant at{};
    int most = 0;
    QSet<QString> met;
    QString key;
    // Once a moment, however many begin then.
    const auto look = [&] {
        QSet<QString> ids;
        for (const Running &one : std::as_const(running))
            ids.insert(one.id);
        if (ids.size() < 2)
            return;
        // The same ones meet again and again.
        if (ids != met) {
            met = ids;
            QStringList sorted = ids.values();
            sorted.sort();
            key = sorted.join(u'\n');
            if (Collision &fresh = found[key]; fresh.count == 0) {
                fresh.schedules = sorted;
                fresh.first = at;
            }
        }
        Collision &collision = found[key];
        ++collision.count;
        collision.concurrency = std::max(collision.concurrency, most);
    };
    simulate(request, prices, [&](const SimulatedRun &run) {
        if (run.at != at) {
            look();
            if (cancelled && cancelled())
                return false;
            const time_point<system_clock, milliseconds> now(run.at.time_since_epoch());
            running.removeIf([now](const Running &other) { return other.end <= now; });
            at = run.at;
        }
        most = run.concurrency;
        running.append({run.schedule->id, time_point<system_clock, milliseconds>(run.at.time_since_epoch()) + run.duration});
        QSet<qint64> &own = minutesOf[run.schedule->id];
        const qint64 firstMinute = floor<minutes>(run.at.time_since_epoch()).count();
        for (qint64 minute = firstMinute; minute < firstMinute + std::max<qint64>(1, ceil<minutes>(run.duration).count()); ++minute)
            if (const auto before = own.size(); own.insert(minute), own.size() > before)
                ++schedulesIn[minute];
        return true;
    });
    look();
    if (cancelled && cancelled())
        return {};
    // Three that meet begin as two: the smaller set says nothing beside the larger one at the same times.
    QList<Collision> all;
    for (const Collision &collision : std::as_const(found)) {
        const QSet<QString> ids(collision.schedules.cbegin(), collision.schedules.cend());
        const bool within = std::any_of(found.cbegin(), found.cend(), [&](const Collision &other) {
            return other.schedules.size() > collision.schedules.size() && other.count >= collision.count && QSet<QString>(other.schedules.cbegin(), other.schedules.cend()).contains(ids);
        });
        if (!within)
            all << collision;
    }
    const QList<cloud::ProjectSchedule> schedules = cloud::schedulesOf(*request.project);
    for (Collision &collision : all) {
        // Those that come later in the template make room first.
        for (auto schedule = schedules.crbegin(); schedule != schedules.crend() && collision.suggested.isEmpty(); ++schedule) {
            if (!collision.schedules.contains(schedule->id))
                continue;
            const QSet<qint64> &own = minutesOf[schedule->id];
            const auto busy = [&](qint64 minute) { return schedulesIn.value(minute) > int(own.contains(minute)); };
            collision.suggested = apartFrom(*schedule, request, busy, request.durations.value(schedule->function, request.standardDuration));
            if (!collision.suggested.isEmpty())
                collision.moved = schedule->id;
        }
        for (auto schedule = schedules.crbegin(); schedule != schedules.crend() && collision.moved.isEmpty(); ++schedule) {
            if (!collision.schedules.contains(schedule->id))
                continue;
            collision.flexibleMinutes = spreadOf(*schedule, request);
            if (collision.flexibleMinutes > 0)
                collision.moved = schedule->id;
        }
    }
    std::sort(all.begin(), all.end(), [](const Collision &a, const Collision &b) { return std::tuple(-a.count, a.first, a.schedules) < std::tuple(-b.count, b.first, b.schedules); });
    return all;
}

MonthlyCost monthlyCost(const schedule::FireTimes &times, Instant from, const cost::Usage &usage, const cost::PriceBook &prices)
{
    const qint64 runs = times.count(from, from + Month);
    return {runs, cost::invocationCost(prices, usage).times(runs)};
}

} // namespace eph::services
