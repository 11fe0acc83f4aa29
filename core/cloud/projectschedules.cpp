// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/projectschedules.h"

#include "core/base/text.h"
#include "core/events/eventfiles.h"
#include "core/project/arns.h"
#include "core/project/warmup.h"
#include "core/runtime/functionconfig.h"
#include "core/schedule/explain.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUuid>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace std::chrono;
using schedule::Dialect;
using schedule::Instant;

namespace {

[[nodiscard]] QString textOf(const QJsonObject &properties, QLatin1StringView key)
{
    return properties.value(key).toVariant().toString();
}

[[nodiscard]] bool isEnabled(const QJsonObject &properties)
{
    const QString state = textOf(properties, "State"_L1);
    if (!state.isEmpty())
        return state != "DISABLED"_L1;
    const QJsonValue enabled = properties.value("Enabled"_L1);
    return enabled.isUndefined() || textOf(properties, "Enabled"_L1).compare("false"_L1, Qt::CaseInsensitive) != 0;
}

/// The first that is wrong is told: what follows may come from it.
void refuse(ProjectSchedule &schedule, const QString &problem, const QString &hint)
{
    if (!schedule.problem.isEmpty())
        return;
    schedule.problem = problem;
    schedule.hint = hint;
}

void readWindow(ProjectSchedule &schedule, const QJsonObject &properties)
{
    const auto bound = [&](QLatin1StringView key) -> std::optional<Instant> {
        const QString text = textOf(properties, key);
        if (text.isEmpty())
            return std::nullopt;
        const auto instant = instantOf(text);
        if (instant)
            return *instant;
        refuse(schedule, key + ": "_L1 + instant.error().message, instant.error().hint);
        return std::nullopt;
    };
    schedule.start = bound("StartDate"_L1);
    schedule.end = bound("EndDate"_L1);
    if (schedule.start && schedule.end && *schedule.end < *schedule.start)
        refuse(schedule, Core::tr("It ends on %1, before it begins on %2.").arg(schedule::toIso(*schedule.end), schedule::toIso(*schedule.start)), Core::tr("Correct StartDate or EndDate."));
    const QJsonObject flexible = properties.value("FlexibleTimeWindow"_L1).toObject();
    if (textOf(flexible, "Mode"_L1) != "FLEXIBLE"_L1)
        return;
    const int minutesLong = textOf(flexible, "MaximumWindowInMinutes"_L1).toInt();
    if (minutesLong < 1 || minutesLong > LongestFlexibleMinutes)
        refuse(schedule, Core::tr("A flexible window has 1 to %1 minutes, not “%2”.").arg(LongestFlexibleMinutes).arg(textOf(flexible, "MaximumWindowInMinutes"_L1)), Core::tr("Correct MaximumWindowInMinutes."));
    schedule.flexibleWindow = minutes(std::clamp(minutesLong, 1, LongestFlexibleMinutes));
}

void readExpression(ProjectSchedule &schedule)
{
    const auto parsed = schedule::parseExpression(schedule.text, schedule.dialect);
    if (!parsed)
        return refuse(schedule, parsed.error().service + u' ' + parsed.error().message, parsed.error().hint);
    schedule.expression = *parsed;
    const auto zone = schedule::Zone::load(schedule.zoneName);
    if (!zone)
        return refuse(schedule, zone.error().message, zone.error().hint);
    schedule.zone = *zone;
}

/// Source: EventBridge, RetryPolicy: up to 185 times within a minute to a day.
void readRetries(ProjectSchedule &schedule, const QJsonObject &properties)
{
    schedule.deadLetter = properties.value("DeadLetterConfig"_L1).toObject().value("Arn"_L1).toString();
    const QJsonObject policy = properties.value("RetryPolicy"_L1).toObject();
    const auto read = [&](QLatin1StringView key, int low, int high, int standard) {
        const QString text = textOf(policy, key);
        bool fine = false;
        const int number = text.toInt(&fine);
        if (text.isEmpty() || (fine && number >= low && number <= high))
            return text.isEmpty() ? standard : number;
        refuse(schedule, Core::tr("%1 is “%2”; it has to be between %3 and %4.").arg(QString(key), text).arg(low).arg(high), Core::tr("Correct RetryPolicy."));
        return standard;
    };
    schedule.maxRetries = read("MaximumRetryAttempts"_L1, 0, 185, 185);
    schedule.maxAge = seconds(read("MaximumEventAgeInSeconds"_L1, 60, 86'400, 86'400));
}

void checkName(ProjectSchedule &schedule)
{
    static const QRegularExpression name(u"^[0-9A-Za-z._-]{1,64}$"_s);
    if (!name.match(schedule.name).hasMatch())
        refuse(schedule, Core::tr("“%1” is no name that the service takes.").arg(schedule.name), Core::tr("Use up to 64 letters, digits, -, _ and dots."));
}

void readInput(ProjectSchedule &schedule, const QJsonObject &properties, bool toFunction)
{
    const QJsonValue input = properties.value("Input"_L1);
    if (input.isObject() || input.isArray())
        refuse(schedule, Core::tr("The input is a map or a list, and the service takes text."), Core::tr("Write the JSON as text: Input: '{\"a\": 1}'."));
    schedule.input = input.toString().toUtf8();
    if (const QString problem = toFunction ? inputProblem(input.toString()) : QString(); !problem.isEmpty())
        refuse(schedule, Core::tr("The input is no JSON: %1.").arg(problem), Core::tr("A function takes JSON, such as {\"kind\": \"nightly\"}."));
    QJsonObject changes = properties;
    changes.remove("Input"_L1);
    if (auto transform = events::InputTransformer::fromTarget(changes))
        schedule.transform = *std::move(transform);
    else
        refuse(schedule, transform.error().message, Core::tr("Correct InputPath or InputTransformer."));
    if (schedule.keepsWarm && schedule.input.isEmpty())
        schedule.input = project::WarmUp::Input;
}

ProjectSchedule read(const project::Function &function, const project::Trigger &trigger, bool toFunction)
{
    const QJsonObject &properties = trigger.properties;
    const bool scheduler = trigger.type == "ScheduleV2"_L1;
    ProjectSchedule schedule;
    schedule.ownResource = trigger.ownResource;
    schedule.id = trigger.ownResource ? trigger.name : function.logicalId + u'/' + trigger.name;
    schedule.name = textOf(properties, "Name"_L1);
    if (schedule.name.isEmpty())
        schedule.name = trigger.ownResource ? trigger.name : function.logicalId + trigger.name;
    schedule.function = function.name;
    schedule.dialect = scheduler ? Dialect::EventBridgeScheduler : Dialect::EventBridgeRules;
    schedule.text = textOf(properties, scheduler ? "ScheduleExpression"_L1 : "Schedule"_L1);
    schedule.enabled = isEnabled(properties);
    schedule.keepsWarm = trigger.name == QLatin1StringView(project::WarmUp::EventName) && project::warmUpOf(function);
    schedule.location = trigger.location;
    if (const QString zone = textOf(properties, "ScheduleExpressionTimezone"_L1); scheduler && !zone.isEmpty())
        schedule.zoneName = zone;
    readExpression(schedule);
    if (scheduler)
        readWindow(schedule, properties);
    readInput(schedule, properties, toFunction);
    readRetries(schedule, properties);
    checkName(schedule);
    return schedule;
}

} // namespace

QString inputProblem(const QString &input)
{
    // Placeholders of the Scheduler may stand where JSON has a value.
    static const QRegularExpression placeholder(u"<aws\\.scheduler\\.[a-z-]+>"_s);
    const auto problem = input.isEmpty() ? std::nullopt : events::checkJson(QString(input).replace(placeholder, u"0"_s).toUtf8());
    return problem ? problem->message : QString();
}

ProjectSchedule readSchedule(const project::Function &function, const project::Trigger &trigger)
{
    return read(function, trigger, true);
}

ProjectSchedule readSchedule(const QString &targetArn, const project::Trigger &trigger)
{
    project::Function target;
    target.name = targetArn.section(u':', 5);
    ProjectSchedule schedule = read(target, trigger, false);
    schedule.function.clear();
    schedule.target = targetArn;
    schedule.messageGroup = trigger.properties.value("SqsParameters"_L1).toObject().value("MessageGroupId"_L1).toString();
    if (schedule.messageGroup.isEmpty() && project::isFifoQueue(targetArn))
        refuse(schedule, Core::tr("“%1” is a FIFO queue, and it is not said which group its messages belong to.").arg(target.name), Core::tr("Give the target SqsParameters with a MessageGroupId."));
    return schedule;
}

namespace {

struct Execution {
    QByteArray id;
    int attempt;
};

/// As the Scheduler fills in what it knows about a run.
[[nodiscard]] QByteArray filled(QByteArray input, const ProjectSchedule &schedule, const QString &region, Instant scheduled, const Execution &execution)
{
    input.replace("<aws.scheduler.schedule-arn>", schedule.arn(region).toUtf8());
    input.replace("<aws.scheduler.scheduled-time>", schedule::toIso(scheduled).toUtf8());
    input.replace("<aws.scheduler.execution-id>", execution.id);
    input.replace("<aws.scheduler.attempt-number>", QByteArray::number(execution.attempt));
    return input;
}

} // namespace

Result<Instant> instantOf(const QString &iso)
{
    const QDateTime time = QDateTime::fromString(iso, Qt::ISODate);
    if (!time.isValid())
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no date and time in UTC.").arg(iso), Core::tr("Write it as 2026-01-01T00:00:00Z."));
    // Without a zone the service takes it for UTC.
    const QDateTime utc = time.timeSpec() == Qt::LocalTime ? QDateTime(time.date(), time.time(), Qt::UTC) : time;
    return Instant(seconds(utc.toSecsSinceEpoch()));
}

schedule::FireTimes ProjectSchedule::times(Instant created) const
{
    schedule::Frame frame;
    frame.zone = zone;
    frame.start = start;
    frame.end = end;
    frame.created = created;
    return schedule::FireTimes(*expression, frame);
}

QString ProjectSchedule::arn(const QString &region) const
{
    const QString account = runtime::FunctionConfig().account;
    return dialect == Dialect::EventBridgeScheduler ? u"arn:aws:scheduler:%1:%2:schedule/%3/%4"_s.arg(region, account, group, name) : u"arn:aws:events:%1:%2:rule/%3"_s.arg(region, account, name);
}

QList<ProjectSchedule> schedulesOf(const project::Function &function)
{
    QList<ProjectSchedule> all;
    for (const project::Trigger &trigger : function.triggers) {
        if (trigger.type == "Schedule"_L1 || trigger.type == "ScheduleV2"_L1)
            all << readSchedule(function, trigger);
    }
    return all;
}

QList<ProjectSchedule> schedulesOf(const project::Project &project)
{
    QList<ProjectSchedule> all;
    for (const project::Function &function : project.functions)
        all << schedulesOf(function);
    for (const project::ScheduleDeclaration &declared : project.schedules)
        all << readSchedule(declared.targetArn, declared.trigger);
    return all;
}

Findings scheduleFindings(const project::Project &project, Instant now)
{
    Findings findings;
    for (const ProjectSchedule &schedule : schedulesOf(project)) {
        const auto add = [&](Severity severity, const QString &rule, const QString &message, const QString &hint) {
            findings << Finding{severity, rule, Core::tr("Schedule “%1”: %2").arg(schedule.id, message), hint, schedule.location.file, schedule.location.line, schedule.location.column, schedule.id};
        };
        if (!schedule.isValid()) {
            add(Severity::Error, u"bad-schedule"_s, schedule.problem, schedule.hint);
            continue;
        }
        for (const schedule::Remark &remark : schedule::remarksOn(schedule.times(now), now)) {
            // The service takes what never fires, so it is no error of the template.
            if (remark.severity != Severity::Note)
                add(Severity::Warning, remark.rule, remark.message, remark.hint);
        }
    }
    return findings;
}

QByteArray scheduleEvent(const ProjectSchedule &schedule, const QString &region, Instant scheduled, int attempt)
{
    static const QUuid space(u"{6f1d9a52-0d5e-4c8a-9d64-1f0a8f6a2b17}"_s);
    const QString account = runtime::FunctionConfig().account;
    const QByteArray id = QUuid::createUuidV5(space, schedule.arn(region) + schedule::toIso(scheduled)).toByteArray(QUuid::WithoutBraces);
    // Put together by hand: the services keep this order. The Scheduler's detail is text; both as recorded.
    const auto scheduledEvent = [&](const QByteArray &source, const QByteArray &detail) {
        const QString text = uR"({"version":"0","id":"%1","detail-type":"Scheduled Event","source":"%2","account":"%3","time":"%4","region":"%5","resources":["%6"],"detail":%7})"_s;
        return text.arg(QString::fromLatin1(id), QString::fromLatin1(source), account, schedule::toIso(scheduled), region, schedule.arn(region), QString::fromLatin1(detail)).toUtf8();
    };
    if (schedule.dialect == Dialect::EventBridgeScheduler)
        return schedule.input.isEmpty() ? scheduledEvent("aws.scheduler", R"("{}")") : filled(schedule.input, schedule, region, scheduled, {id, attempt});
    if (!schedule.input.isEmpty())
        return schedule.input;
    const QByteArray event = scheduledEvent("aws.events", "{}");
    return schedule.transform.apply(event, {schedule.name, schedule.arn(region), schedule::toIso(scheduled)});
}

} // namespace eph::cloud
