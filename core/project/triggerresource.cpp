// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/triggerresource.h"

#include <QJsonArray>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Url = "AWS::Lambda::Url"_L1;
constexpr auto Rule = "AWS::Events::Rule"_L1;
constexpr auto Schedule = "AWS::Scheduler::Schedule"_L1;
constexpr auto Mapping = "AWS::Lambda::EventSourceMapping"_L1;
constexpr auto LogSubscription = "AWS::Logs::SubscriptionFilter"_L1;

} // namespace

bool TriggerResource::isOne(const QString &type)
{
    return type == Url || type == Rule || type == Schedule || type == Mapping || type == LogSubscription;
}

QList<TargetedTrigger> TriggerResource::triggers() const
{
    if (type == Url)
        return {trigger(properties.value("TargetFunctionArn"_L1), logicalId, u"FunctionUrl"_s, properties)};
    if (type == Rule)
        return ruleTriggers();
    if (type == Mapping)
        return mappingTriggers();
    if (type == LogSubscription) {
        const QString target = properties.value("DestinationArn"_L1).toString();
        return target.section(u':', 2, 2) == "lambda"_L1 ? QList{trigger(target, logicalId, u"CloudWatchLogs"_s, properties)} : QList<TargetedTrigger>();
    }
    const QJsonObject target = properties.value("Target"_L1).toObject();
    QJsonObject values = properties;
    for (const QString &member : {u"Arn"_s, u"Input"_s, u"RetryPolicy"_s, u"DeadLetterConfig"_s, u"SqsParameters"_s})
        values.insert(member, target.value(member));
    return {trigger(target.value("Arn"_L1), logicalId, u"ScheduleV2"_s, values)};
}

QList<TargetedTrigger> TriggerResource::ruleTriggers() const
{
    QList<TargetedTrigger> all;
    const QJsonArray targets = properties.value("Targets"_L1).toArray();
    for (const auto &entry : targets) {
        const QJsonObject target = entry.toObject();
        // Several targets are told apart by their ids.
        const QString name = targets.size() == 1 ? logicalId : QString(logicalId + u'/' + target.value("Id"_L1).toString());
        if (properties.contains("EventPattern"_L1)) {
            QJsonObject pattern = target;
            pattern.insert(u"Pattern"_s, properties.value("EventPattern"_L1));
            pattern.insert(u"RuleName"_s, properties.value("Name"_L1).toString(logicalId));
            pattern.insert(u"State"_s, properties.value("State"_L1));
            pattern.insert(u"EventBusName"_s, properties.value("EventBusName"_L1));
            all << trigger(target.value("Arn"_L1), name, u"EventBridgeRule"_s, pattern);
        }
        if (!properties.contains("ScheduleExpression"_L1))
            continue;
        const QJsonObject values{{u"Arn"_s, target.value("Arn"_L1)}, {u"SqsParameters"_s, target.value("SqsParameters"_L1)}, {u"Schedule"_s, properties.value("ScheduleExpression"_L1)}, {u"Name"_s, properties.value("Name"_L1).toString(logicalId)}, {u"State"_s, properties.value("State"_L1)}, {u"Input"_s, target.value("Input"_L1)}, {u"RetryPolicy"_s, target.value("RetryPolicy"_L1)}, {u"DeadLetterConfig"_s, target.value("DeadLetterConfig"_L1)},
                                 {u"InputPath"_s, target.value("InputPath"_L1)}, {u"InputTransformer"_s, target.value("InputTransformer"_L1)}};
        all << trigger(target.value("Arn"_L1), name, u"Schedule"_s, values);
    }
    return all;
}

QList<TargetedTrigger> TriggerResource::mappingTriggers() const
{
    // Behind a consumer of its own there is the same stream.
    const QString source = properties.value("EventSourceArn"_L1).toString().section(u"/consumer/"_s, 0, 0);
    const QString service = source.section(u':', 2, 2);
    QJsonObject values = properties;
    values.insert(service == "sqs"_L1 ? u"Queue"_s : u"Stream"_s, source);
    const QString kind = service == "sqs"_L1 ? u"SQS"_s : service == "kinesis"_L1 ? u"Kinesis"_s : service == "dynamodb"_L1 ? u"DynamoDB"_s : QString();
    return kind.isEmpty() ? QList<TargetedTrigger>() : QList{trigger(properties.value("FunctionName"_L1), logicalId, kind, values)};
}

TargetedTrigger TriggerResource::trigger(const QJsonValue &functionArn, const QString &name, const QString &kind, const QJsonObject &values) const
{
    Trigger made{name, kind, values, location};
    made.ownResource = true;
    return {functionNameOf(functionArn.toString()), made};
}

} // namespace eph::project
