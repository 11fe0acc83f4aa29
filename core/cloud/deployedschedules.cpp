// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/deployedschedules.h"

#include "core/cloud/eventbus.h"

#include <QDateTime>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// As if a template declared it, for whatever the ARN names.
[[nodiscard]] ProjectSchedule readFor(const QString &targetArn, const project::Trigger &trigger)
{
    const bool isFunction = targetArn.section(u':', 2, 2) == "lambda"_L1;
    project::Function function;
    function.name = targetArn.section(u':', 6);
    ProjectSchedule schedule = isFunction ? readSchedule(function, trigger) : readSchedule(targetArn, trigger);
    schedule.called = true;
    return schedule;
}

} // namespace

ProjectSchedule deployedSchedule(const QString &group, const QJsonObject &document)
{
    const QJsonObject target = document.value("Target"_L1).toObject();
    QJsonObject properties = document;
    for (const QString &member : {u"Input"_s, u"RetryPolicy"_s, u"DeadLetterConfig"_s, u"SqsParameters"_s})
        properties.insert(member, target.value(member));
    for (const QString &member : {u"StartDate"_s, u"EndDate"_s}) {
        if (document.contains(member))
            properties.insert(member, QDateTime::fromSecsSinceEpoch(document.value(member).toInteger(), Qt::UTC).toString(Qt::ISODate));
    }
    const QString name = document.value("Name"_L1).toString();
    project::Trigger trigger{u"schedule %1/%2"_s.arg(group, name), u"ScheduleV2"_s, properties, {}};
    trigger.ownResource = true;
    ProjectSchedule schedule = readFor(target.value("Arn"_L1).toString(), trigger);
    schedule.group = group;
    schedule.endsItself = document.value("ActionAfterCompletion"_L1).toString() == "DELETE"_L1;
    return schedule;
}

QList<ProjectSchedule> deployedSchedules(const account::DocumentStore &documents)
{
    QList<ProjectSchedule> all;
    const auto rules = documents.all(kinds::Rule);
    for (const auto &[key, rule] : rules) {
        if (!rule.contains("ScheduleExpression"_L1))
            continue;
        const auto targets = documents.all(kinds::Target, key.owner + u'/' + key.name);
        for (auto target = targets.begin(); target != targets.end(); ++target) {
            QJsonObject properties = *target;
            properties.insert(u"Schedule"_s, rule.value("ScheduleExpression"_L1));
            properties.insert(u"Name"_s, key.name);
            properties.insert(u"State"_s, rule.value("State"_L1));
            project::Trigger trigger{u"rule %1/%2"_s.arg(key.name, target.key()), u"Schedule"_s, properties, {}};
            trigger.ownResource = true;
            all << readFor(target->value("Arn"_L1).toString(), trigger);
        }
    }
    const auto schedules = documents.all(kinds::Schedule);
    for (const auto &[key, schedule] : schedules)
        all << deployedSchedule(key.owner, schedule);
    return all;
}

} // namespace eph::cloud
