// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/declaredrules.h"

#include "core/base/account.h"
#include "core/cloud/projectschedules.h"
#include "core/project/templatepattern.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// A rule of the template with one of its targets.
struct Declared {
    QString bus;
    QString name;
    QString arn;
    QJsonObject pattern;
    QJsonObject target;
    QString description;
    bool isOff = false;
};

[[nodiscard]] QString functionArn(const project::Project &project, const QString &function)
{
    return u"arn:aws:lambda:%1:%2:function:%3"_s.arg(project.region, LocalAccount, function);
}

[[nodiscard]] QList<Declared> declared(const project::Project &project)
{
    QList<Declared> all;
    const auto add = [&](const QJsonObject &properties, const QString &name, const QString &targetId, const QString &targetArn) {
        // A bus is given by its name or by its ARN.
        const QString bus = properties.value("EventBusName"_L1).toString(u"default"_s).section(u'/', -1);
        const QString known = properties.value("RuleName"_L1).toString(name);
        const bool isOff = properties.value("State"_L1).toString() == "DISABLED"_L1 || properties.value("Enabled"_L1).toVariant().toString() == "false"_L1;
        QJsonObject target{{u"Id"_s, properties.value("Target"_L1).toObject().value("Id"_L1).toString(properties.value("Id"_L1).toString(targetId))}, {u"Arn"_s, targetArn}};
        for (const auto &member : {"Input"_L1, "InputPath"_L1, "InputTransformer"_L1, "DeadLetterConfig"_L1, "RetryPolicy"_L1, "SqsParameters"_L1, "KinesisParameters"_L1}) {
            if (properties.contains(member))
                target.insert(member, properties.value(member));
        }
        all << Declared{bus, known, ruleArn(project.region, bus, known), project::typedPattern(properties.value("Pattern"_L1).toObject()), target, properties.value("Description"_L1).toString(), isOff};
    };
    for (const project::Function &function : project.functions) {
        for (const project::Trigger &trigger : function.triggers) {
            if (trigger.type == "EventBridgeRule"_L1 || trigger.type == "CloudWatchEvent"_L1)
                add(trigger.properties, function.logicalId + trigger.name, trigger.name, functionArn(project, function.name));
        }
    }
    for (const project::RuleDeclaration &rule : project.rules)
        add(rule.properties, rule.logicalId, rule.logicalId, rule.targetArn);
    return all;
}

void tell(QList<ToldRule> &all, const QString &bus, const QJsonObject &rule, const QJsonObject &target)
{
    const auto known = std::find_if(all.begin(), all.end(), [&](const ToldRule &each) { return each.rule.value("Arn"_L1) == rule.value("Arn"_L1); });
    if (known == all.end())
        all << ToldRule{bus, rule, {target}};
    else
        known->targets.append(target);
}

} // namespace

QString ToldRule::name() const
{
    return rule.value("Name"_L1).toString();
}

QList<EventRule> declaredRules(const project::Project &project)
{
    QList<EventRule> rules;
    const QList<Declared> all = declared(project);
    for (const Declared &one : all) {
        const auto pattern = events::EventPattern::fromObject(one.pattern);
        if (pattern && !one.isOff)
            rules << EventRule{one.bus, one.name, one.arn, *pattern, {ruleTargetOf(one.target)}, true};
    }
    return rules;
}

QList<ToldRule> toldRules(const project::Project &project)
{
    QList<ToldRule> told;
    const QList<Declared> all = declared(project);
    for (const Declared &one : all) {
        QJsonObject rule{{u"Name"_s, one.name}, {u"Arn"_s, one.arn}, {u"EventBusName"_s, one.bus}, {u"State"_s, one.isOff ? u"DISABLED"_s : u"ENABLED"_s}, {u"EventPattern"_s, QString::fromUtf8(QJsonDocument(one.pattern).toJson(QJsonDocument::Compact))}};
        if (!one.description.isEmpty())
            rule.insert(u"Description"_s, one.description);
        tell(told, one.bus, rule, one.target);
    }
    const QList<ProjectSchedule> schedules = schedulesOf(project);
    for (const ProjectSchedule &schedule : schedules) {
        if (schedule.dialect != schedule::Dialect::EventBridgeRules)
            continue;
        const QJsonObject rule{{u"Name"_s, schedule.name}, {u"Arn"_s, ruleArn(project.region, u"default"_s, schedule.name)}, {u"EventBusName"_s, u"default"_s}, {u"State"_s, schedule.enabled ? u"ENABLED"_s : u"DISABLED"_s}, {u"ScheduleExpression"_s, schedule.text}};
        QJsonObject target{{u"Id"_s, schedule.id.section(u'/', -1)}, {u"Arn"_s, schedule.target.isEmpty() ? functionArn(project, schedule.function) : schedule.target}};
        if (!schedule.input.isEmpty())
            target.insert(u"Input"_s, QString::fromUtf8(schedule.input));
        if (!schedule.messageGroup.isEmpty())
            target.insert(u"SqsParameters"_s, QJsonObject{{u"MessageGroupId"_s, schedule.messageGroup}});
        tell(told, u"default"_s, rule, target);
    }
    return told;
}

} // namespace eph::cloud
