// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/projectschedules.h"

#include "core/base/text.h"
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

constexpr int LongestFlexibleMinutes = 1440;

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

/// Input is text in templates; a map is taken for the JSON that was meant.
[[nodiscard]] QByteArray inputOf(const QJsonObject &properties)
{
    const QJsonValue input = properties.value("Input"_L1);
    if (input.isObject() || input.isArray())
        return (input.isObject() ? QJsonDocument(input.toObject()) : QJsonDocument(input.toArray())).toJson(QJsonDocument::Compact);
    return input.toString().toUtf8();
}

void readWindow(ProjectSchedule &schedule, const QJsonObject &properties)
{
    const auto bound = [&](QLatin1StringView key) -> std::optional<Instant> {
        const QString text = textOf(properties, key);
        if (text.isEmpty())
            return std::nullopt;
        const auto instant = instantOf(text);
        if (!instant) {
            schedule.problem = Core::tr("“%1” of %2 is no date and time in UTC.").arg(text, QString(key));
            schedule.hint = Core::tr("Write it as 2026-01-01T00:00:00Z.");
        }
        return instant;
    };
    schedule.start = bound("StartDate"_L1);
    schedule.end = bound("EndDate"_L1);
    const QJsonObject flexible = properties.value("FlexibleTimeWindow"_L1).toObject();
    if (textOf(flexible, "Mode"_L1) != "FLEXIBLE"_L1)
        return;
    const int minutesLong = textOf(flexible, "MaximumWindowInMinutes"_L1).toInt();
    if (minutesLong < 1 || minutesLong > LongestFlexibleMinutes) {
        schedule.problem = Core::tr("A flexible window has 1 to 1440 minutes, not “%1”.").arg(textOf(flexible, "MaximumWindowInMinutes"_L1));
        schedule.hint = Core::tr("Correct MaximumWindowInMinutes.");
    }
    schedule.flexibleWindow = minutes(std::clamp(minutesLong, 1, LongestFlexibleMinutes));
}

void readExpression(ProjectSchedule &schedule)
{
    const auto parsed = schedule::parseExpression(schedule.text, schedule.dialect);
    if (!parsed) {
        schedule.problem = parsed.error().service + u' ' + parsed.error().message;
        schedule.hint = parsed.error().hint;
        return;
    }
    schedule.expression = *parsed;
    const auto zone = schedule::Zone::load(schedule.zoneName);
    if (!zone) {
        schedule.problem = zone.error().message;
        schedule.hint = zone.error().hint;
        return;
    }
    schedule.zone = *zone;
}

/// Source: EventBridge, RetryPolicy: up to 185 times within a minute to a day.
void readRetries(ProjectSchedule &schedule, const QJsonObject &properties)
{
    const QJsonObject policy = properties.value("RetryPolicy"_L1).toObject();
    const auto read = [&](QLatin1StringView key, int low, int high, int standard) {
        const QString text = textOf(policy, key);
        bool fine = false;
        const int number = text.toInt(&fine);
        if (text.isEmpty() || (fine && number >= low && number <= high))
            return text.isEmpty() ? standard : number;
        schedule.problem = Core::tr("%1 is “%2”; it has to be between %3 and %4.").arg(QString(key), text).arg(low).arg(high);
        schedule.hint = Core::tr("Correct RetryPolicy.");
        return standard;
    };
    schedule.maxRetries = read("MaximumRetryAttempts"_L1, 0, 185, 185);
    schedule.maxAge = seconds(read("MaximumEventAgeInSeconds"_L1, 60, 86'400, 86'400));
}

void checkTexts(ProjectSchedule &schedule, const QJsonObject &properties)
{
    static const QRegularExpression name(u"^[0-9A-Za-z._-]{1,64}$"_s);
    if (!name.match(schedule.name).hasMatch()) {
        schedule.problem = Core::tr("“%1” is no name that the service takes.").arg(schedule.name);
        schedule.hint = Core::tr("Use up to 64 letters, digits, -, _ and dots.");
    }
    const QJsonValue input = properties.value("Input"_L1);
    if (input.isObject() || input.isArray()) {
        schedule.problem = Core::tr("The input is a map or a list, and the service takes text.");
        schedule.hint = Core::tr("Write the JSON as text: Input: '{\"a\": 1}'.");
    }
    if (schedule.start && schedule.end && *schedule.end < *schedule.start) {
        schedule.problem = Core::tr("It ends on %1, before it begins on %2.").arg(schedule::toIso(*schedule.end), schedule::toIso(*schedule.start));
        schedule.hint = Core::tr("Correct StartDate or EndDate.");
    }
}

[[nodiscard]] ProjectSchedule read(const project::Function &function, const project::Trigger &trigger)
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
    schedule.input = inputOf(properties);
    if (schedule.keepsWarm && schedule.input.isEmpty())
        schedule.input = project::WarmUp::Input;
    schedule.location = trigger.location;
    if (scheduler) {
        if (const QString zone = textOf(properties, "ScheduleExpressionTimezone"_L1); !zone.isEmpty())
            schedule.zoneName = zone;
        readWindow(schedule, properties);
    }
    checkTexts(schedule, properties);
    readRetries(schedule, properties);
    readExpression(schedule);
    return schedule;
}

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

std::optional<Instant> instantOf(const QString &iso)
{
    const QDateTime time = QDateTime::fromString(iso, Qt::ISODate);
    if (!time.isValid())
        return std::nullopt;
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
    return dialect == Dialect::EventBridgeScheduler ? u"arn:aws:scheduler:%1:%2:schedule/default/%3"_s.arg(region, account, name) : u"arn:aws:events:%1:%2:rule/%3"_s.arg(region, account, name);
}

QList<ProjectSchedule> schedulesOf(const project::Function &function)
{
    QList<ProjectSchedule> all;
    for (const project::Trigger &trigger : function.triggers) {
        if (trigger.type == "Schedule"_L1 || trigger.type == "ScheduleV2"_L1)
            all << read(function, trigger);
    }
    return all;
}

QList<ProjectSchedule> schedulesOf(const project::Project &project)
{
    QList<ProjectSchedule> all;
    for (const project::Function &function : project.functions)
        all << schedulesOf(function);
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
            if (remark.severity != Severity::Note)
                add(remark.severity == Severity::Error ? Severity::Warning : remark.severity, remark.rule, remark.message, remark.hint);
        }
    }
    return findings;
}

QByteArray scheduleEvent(const ProjectSchedule &schedule, const QString &region, Instant scheduled, int attempt)
{
    static const QUuid space(u"{6f1d9a52-0d5e-4c8a-9d64-1f0a8f6a2b17}"_s);
    const QString account = runtime::FunctionConfig().account;
    const QByteArray id = QUuid::createUuidV5(space, schedule.arn(region) + schedule::toIso(scheduled)).toByteArray(QUuid::WithoutBraces);
    if (schedule.dialect == Dialect::EventBridgeScheduler)
        return schedule.input.isEmpty() ? QByteArray("{}") : filled(schedule.input, schedule, region, scheduled, {id, attempt});
    if (!schedule.input.isEmpty())
        return schedule.input;
    // Put together by hand: the service keeps this order.
    const QByteArray text = R"({"version":"0","id":"%1","detail-type":"Scheduled Event","source":"aws.events","account":"%2","time":"%3","region":"%4","resources":["%5"],"detail":{}})";
    return QString::fromLatin1(text).arg(QString::fromLatin1(id), account, schedule::toIso(scheduled), region, schedule.arn(region)).toUtf8();
}

} // namespace eph::cloud
