// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/deploy/resourcetype.h"

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QJsonObject only(const QJsonObject &from, const QStringList &members)
{
    QJsonObject some;
    for (const QString &member : members) {
        if (from.contains(member) && !from.value(member).isNull())
            some.insert(member, from.value(member));
    }
    return some;
}

namespace mapping {

const QStringList Updatable{u"FunctionName"_s, u"Enabled"_s, u"BatchSize"_s, u"MaximumBatchingWindowInSeconds"_s, u"MaximumRetryAttempts"_s, u"MaximumRecordAgeInSeconds"_s, u"ParallelizationFactor"_s, u"TumblingWindowInSeconds"_s, u"BisectBatchOnFunctionError"_s, u"FunctionResponseTypes"_s, u"DestinationConfig"_s, u"ScalingConfig"_s, u"FilterCriteria"_s};

[[nodiscard]] ApiCall lookup(const Resource &resource)
{
    return {u"lambda"_s, u"ListEventSourceMappings"_s, {{u"FunctionName"_s, resource.properties.value("FunctionName"_L1)}, {u"EventSourceArn"_s, resource.properties.value("EventSourceArn"_L1)}}};
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    Existing existing;
    return askForEach(client, lookup(resource), u"EventSourceMappings"_s, [&](const QJsonValue &item) {
        const QJsonObject mapping = item.toObject();
        const bool own = mapping.value("State"_L1).toString() != "Deleting"_L1 && mapping.value("EventSourceArn"_L1) == resource.properties.value("EventSourceArn"_L1) && mapping.value("FunctionArn"_L1) == resource.properties.value("FunctionName"_L1);
        if (own)
            existing = {true, mapping, {{u"UUID"_s, mapping.value("UUID"_L1)}}};
        return !own;
    }).map([&] { return existing; });
}

/// As it is set by a call: whether it is on is told by its state.
[[nodiscard]] QJsonObject settingsOf(const QJsonObject &mapping)
{
    QJsonObject settings = mapping;
    settings.insert(u"FunctionName"_s, mapping.value("FunctionArn"_L1));
    settings.insert(u"Enabled"_s, !mapping.value("State"_L1).toString().startsWith("Disabl"_L1));
    return settings;
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    if (!existing.exists) {
        steps.add({Phase::Connect, Change::Create, Core::tr("Feed %1").arg(resource.name), {u"lambda"_s, u"CreateEventSourceMapping"_s, resource.properties}, {{u"lambda"_s, u"DeleteEventSourceMapping"_s, {{u"UUID"_s, values::output(resource.key(), u"UUID"_s)}}}}, {}, {u"UUID"_s},
                   Probe{lookup(resource), u"EventSourceMappings"_s, u"FunctionArn"_s, resource.properties.value("FunctionName"_L1).toString()}});
        return;
    }
    QJsonObject wanted = only(resource.properties, Updatable);
    const QJsonObject actual = settingsOf(existing.state);
    // What is no longer wanted is taken away by saying so.
    if (!wanted.contains("FilterCriteria"_L1) && !actual.value("FilterCriteria"_L1).toObject().value("Filters"_L1).toArray().isEmpty())
        wanted.insert(u"FilterCriteria"_s, QJsonObject{{u"Filters"_s, QJsonArray()}});
    if (!wanted.contains("FunctionResponseTypes"_L1) && !actual.value("FunctionResponseTypes"_L1).toArray().isEmpty())
        wanted.insert(u"FunctionResponseTypes"_s, QJsonArray());
    if (!wanted.contains("MaximumBatchingWindowInSeconds"_L1) && actual.value("MaximumBatchingWindowInSeconds"_L1).toInt() > 0)
        wanted.insert(u"MaximumBatchingWindowInSeconds"_s, 0);
    const QStringList changed = differences(wanted, actual);
    if (changed.isEmpty())
        return;
    const auto update = [&](QJsonObject parameters) {
        parameters.insert(u"UUID"_s, existing.outputs.value("UUID"_L1));
        return ApiCall{u"lambda"_s, u"UpdateEventSourceMapping"_s, parameters};
    };
    steps.add({Phase::Connect, Change::Update, Core::tr("Change what feeds %1").arg(resource.name), update(wanted), {update(only(actual, wanted.keys()))}, changed});
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Stop feeding %1").arg(resource.name), {u"lambda"_s, u"DeleteEventSourceMapping"_s, {{u"UUID"_s, existing.outputs.value("UUID"_L1)}}}});
}

}

namespace subscription {

[[nodiscard]] ApiCall lookup(const Resource &resource)
{
    return {u"sns"_s, u"ListSubscriptionsByTopic"_s, {{u"TopicArn"_s, resource.properties.value("TopicArn"_L1)}}};
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    QJsonValue arn;
    const auto asked = askForEach(client, lookup(resource), u"Subscriptions"_s, [&](const QJsonValue &item) {
        const QJsonObject subscription = item.toObject();
        if (subscription.value("Endpoint"_L1) == resource.properties.value("Endpoint"_L1))
            arn = subscription.value("SubscriptionArn"_L1);
        return !arn.isString();
    });
    if (!asked || !arn.isString())
        return asked ? Result<Existing>(Existing()) : tl::unexpected(asked.error());
    const auto attributes = askFor(client, {u"sns"_s, u"GetSubscriptionAttributes"_s, {{u"SubscriptionArn"_s, arn}}});
    if (!attributes)
        return tl::unexpected(attributes.error());
    return Existing{true, attributes->value_or(QJsonObject()).value("Attributes"_L1).toObject(), {{u"SubscriptionArn"_s, arn}}};
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    if (existing.exists) {
        const QJsonObject wanted = resource.properties.value("Attributes"_L1).toObject();
        for (const QString &name : {u"FilterPolicyScope"_s, u"FilterPolicy"_s, u"RedrivePolicy"_s}) {
            const QString before = existing.state.value(name).toString();
            const QString now = wanted.value(name).toString();
            const bool document = name != "FilterPolicyScope"_L1;
            if (document ? jsonOf(before) == jsonOf(now) : now.isEmpty() || before == now)
                continue;
            const auto set = [&](const QString &value) { return ApiCall{u"sns"_s, u"SetSubscriptionAttributes"_s, {{u"SubscriptionArn"_s, existing.outputs.value("SubscriptionArn"_L1)}, {u"AttributeName"_s, name}, {u"AttributeValue"_s, value.isEmpty() && document ? u"{}"_s : value}}}; };
            steps.add({Phase::Connect, Change::Update, Core::tr("Change what the subscription of %1 lets through").arg(resource.name), set(now), {set(before)}, {name + u": " + before + u" → " + now}});
        }
        return;
    }
    QJsonObject parameters = resource.properties;
    parameters.insert(u"ReturnSubscriptionArn"_s, true);
    steps.add({Phase::Connect, Change::Create, Core::tr("Subscribe %1").arg(resource.name), {u"sns"_s, u"Subscribe"_s, parameters}, {{u"sns"_s, u"Unsubscribe"_s, {{u"SubscriptionArn"_s, values::output(resource.key(), u"SubscriptionArn"_s)}}}}, {}, {u"SubscriptionArn"_s},
               Probe{lookup(resource), u"Subscriptions"_s, u"Endpoint"_s, resource.properties.value("Endpoint"_L1).toString()}});
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Unsubscribe %1").arg(resource.name), {u"sns"_s, u"Unsubscribe"_s, {{u"SubscriptionArn"_s, existing.outputs.value("SubscriptionArn"_L1)}}}});
}

}

namespace notification {

[[nodiscard]] ApiCall s3(const QString &operation, const Resource &resource, QJsonObject parameters = {})
{
    parameters.insert(u"Bucket"_s, resource.name);
    return {u"s3api"_s, operation, parameters};
}

/// By the names of the model, which are not those of the document.
[[nodiscard]] QJsonObject modelOf(const QJsonObject &document)
{
    static const QList<std::array<QString, 4>> lists{{u"CloudFunctionConfiguration"_s, u"LambdaFunctionConfigurations"_s, u"CloudFunction"_s, u"LambdaFunctionArn"_s}, {u"QueueConfiguration"_s, u"QueueConfigurations"_s, u"Queue"_s, u"QueueArn"_s}, {u"TopicConfiguration"_s, u"TopicConfigurations"_s, u"Topic"_s, u"TopicArn"_s}};
    const auto listOf = [](const QJsonValue &value) { return value.isUndefined() ? QJsonArray() : value.isArray() ? value.toArray() : QJsonArray{value}; };
    QJsonObject model;
    for (const auto &[element, member, target, arn] : lists) {
        QJsonArray all;
        const QJsonArray entries = listOf(document.value(element));
        for (const auto &each : entries) {
            const QJsonObject entry = each.toObject();
            QJsonObject one{{u"Id"_s, entry.value("Id"_L1)}, {arn, entry.value(target)}, {u"Events"_s, listOf(entry.value("Event"_L1))}};
            const QJsonArray rules = listOf(entry.value("Filter"_L1).toObject().value("S3Key"_L1).toObject().value("FilterRule"_L1));
            if (!rules.isEmpty())
                one.insert(u"Filter"_s, QJsonObject{{u"Key"_s, QJsonObject{{u"FilterRules"_s, rules}}}});
            all.append(one);
        }
        if (!all.isEmpty())
            model.insert(member, all);
    }
    if (document.contains("EventBridgeConfiguration"_L1))
        model.insert(u"EventBridgeConfiguration"_s, QJsonObject());
    return model;
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto document = askFor(client, s3(u"GetBucketNotificationConfiguration"_s, resource));
    if (!document)
        return tl::unexpected(document.error());
    const QJsonObject model = modelOf(document->value_or(QJsonObject()));
    return Existing{!model.isEmpty(), model, {}};
}

/// What a release did not put there stays as it is.
[[nodiscard]] QJsonObject withOthers(QJsonObject configuration, const QJsonArray &own)
{
    QJsonArray functions;
    const QJsonArray present = configuration.value("LambdaFunctionConfigurations"_L1).toArray();
    for (const auto &each : present) {
        if (!each.toObject().value("Id"_L1).toString().startsWith("ephemera-"_L1))
            functions.append(each);
    }
    for (const auto &each : own)
        functions.append(each);
    if (functions.isEmpty())
        configuration.remove("LambdaFunctionConfigurations"_L1);
    else
        configuration.insert(u"LambdaFunctionConfigurations"_s, functions);
    return configuration;
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    const QJsonObject wanted = withOthers(existing.state, resource.properties.value("NotificationConfiguration"_L1).toObject().value("LambdaFunctionConfigurations"_L1).toArray());
    if (wanted == existing.state)
        return;
    const auto put = [&](const QJsonObject &model) { return s3(u"PutBucketNotificationConfiguration"_s, resource, {{u"NotificationConfiguration"_s, model}}); };
    steps.add({Phase::Connect, existing.exists ? Change::Update : Change::Create, Core::tr("Say whom the bucket %1 tells of its changes").arg(resource.name), put(wanted), {put(existing.state)}});
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Let the bucket %1 tell no function of this release of its changes").arg(resource.name), s3(u"PutBucketNotificationConfiguration"_s, resource, {{u"NotificationConfiguration"_s, withOthers(existing.state, {})}})});
}

}

namespace rule {

[[nodiscard]] ApiCall events(const QString &operation, const Resource &resource, const QString &nameMember, QJsonObject parameters = {})
{
    parameters.insert(nameMember, resource.name);
    const QJsonValue bus = resource.properties.value("Rule"_L1).toObject().value("EventBusName"_L1);
    if (bus.isString())
        parameters.insert(u"EventBusName"_s, bus);
    return {u"events"_s, operation, parameters};
}

[[nodiscard]] ApiCall put(const Resource &resource, const QJsonObject &rule)
{
    return events(u"PutRule"_s, resource, u"Name"_s, only(rule, {u"ScheduleExpression"_s, u"EventPattern"_s, u"State"_s, u"Description"_s}));
}

[[nodiscard]] ApiCall putTarget(const Resource &resource, const QJsonObject &target)
{
    return events(u"PutTargets"_s, resource, u"Rule"_s, {{u"Targets"_s, QJsonArray{target}}});
}

[[nodiscard]] ApiCall removeTarget(const Resource &resource)
{
    return events(u"RemoveTargets"_s, resource, u"Rule"_s, {{u"Ids"_s, QJsonArray{resource.properties.value("Target"_L1).toObject().value("Id"_L1)}}});
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto rule = askFor(client, events(u"DescribeRule"_s, resource, u"Name"_s));
    if (!rule || !*rule)
        return rule ? Result<Existing>(Existing()) : tl::unexpected(rule.error());
    Existing existing{true, {{u"Rule"_s, **rule}}, {}};
    const auto targets = askFor(client, events(u"ListTargetsByRule"_s, resource, u"Rule"_s));
    if (!targets)
        return tl::unexpected(targets.error());
    const QJsonArray list = targets->value_or(QJsonObject()).value("Targets"_L1).toArray();
    for (const auto &target : list) {
        if (target.toObject().value("Id"_L1) == resource.properties.value("Target"_L1).toObject().value("Id"_L1))
            existing.state.insert(u"Target"_s, target);
    }
    return existing;
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    const QJsonObject wanted = resource.properties.value("Rule"_L1).toObject();
    const QJsonObject target = resource.properties.value("Target"_L1).toObject();
    const QJsonObject before = existing.state.value("Rule"_L1).toObject();
    const QJsonObject targetBefore = existing.state.value("Target"_L1).toObject();
    const QStringList changed = differences(wanted, before);
    const bool first = !existing.exists;
    // The target comes last: a rule without one does nothing.
    if (first || !changed.isEmpty())
        steps.add({Phase::Connect, first ? Change::Create : Change::Update, first ? Core::tr("Create the rule %1").arg(resource.name) : Core::tr("Change the rule %1").arg(resource.name), put(resource, wanted), {first ? events(u"DeleteRule"_s, resource, u"Name"_s) : put(resource, before)}, changed});
    if (first || target != targetBefore)
        steps.add({Phase::Connect, targetBefore.isEmpty() ? Change::Create : Change::Update, Core::tr("Let the rule %1 call the function").arg(resource.name), putTarget(resource, target), {targetBefore.isEmpty() ? removeTarget(resource) : putTarget(resource, targetBefore)}});
}

void remove(const Resource &resource, const Existing &, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Let the rule %1 call nothing").arg(resource.name), removeTarget(resource)});
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the rule %1").arg(resource.name), events(u"DeleteRule"_s, resource, u"Name"_s)});
}

}

namespace schedule {

const QStringList Settings{u"ScheduleExpression"_s, u"ScheduleExpressionTimezone"_s, u"State"_s, u"Description"_s, u"FlexibleTimeWindow"_s, u"Target"_s, u"StartDate"_s, u"EndDate"_s, u"GroupName"_s, u"ActionAfterCompletion"_s, u"KmsKeyArn"_s};

[[nodiscard]] ApiCall scheduler(const QString &operation, const Resource &resource, QJsonObject parameters = {})
{
    parameters.insert(u"Name"_s, resource.name);
    if (resource.properties.contains("GroupName"_L1))
        parameters.insert(u"GroupName"_s, resource.properties.value("GroupName"_L1));
    return {u"scheduler"_s, operation, parameters};
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto schedule = askFor(client, scheduler(u"GetSchedule"_s, resource));
    if (!schedule)
        return tl::unexpected(schedule.error());
    return *schedule ? Existing{true, **schedule, {}} : Existing();
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    const QJsonObject wanted = only(resource.properties, Settings);
    if (!existing.exists) {
        steps.add({Phase::Connect, Change::Create, Core::tr("Create the schedule %1").arg(resource.name), scheduler(u"CreateSchedule"_s, resource, wanted), {scheduler(u"DeleteSchedule"_s, resource)},
                   {Core::tr("%1 in %2").arg(wanted.value("ScheduleExpression"_L1).toString(), wanted.value("ScheduleExpressionTimezone"_L1).toString())}, {}, Probe{scheduler(u"GetSchedule"_s, resource), {}, {}, {}}, {u"iam:PassRole"_s}});
        return;
    }
    const QStringList changed = differences(wanted, existing.state);
    if (!changed.isEmpty())
        steps.add({Phase::Connect, Change::Update, Core::tr("Change the schedule %1").arg(resource.name), scheduler(u"UpdateSchedule"_s, resource, wanted), {scheduler(u"UpdateSchedule"_s, resource, only(existing.state, Settings))}, changed, {}, {}, {u"iam:PassRole"_s}});
}

void remove(const Resource &resource, const Existing &, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the schedule %1").arg(resource.name), scheduler(u"DeleteSchedule"_s, resource)});
}

}

} // namespace

QList<ResourceType> triggerTypes()
{
    return {{kinds::Mapping, mapping::read, mapping::plan, mapping::remove, true},
            {kinds::Subscription, subscription::read, subscription::plan, subscription::remove, true},
            {kinds::Notification, notification::read, notification::plan, notification::remove, true},
            {kinds::Rule, rule::read, rule::plan, rule::remove, true},
            {kinds::Schedule, schedule::read, schedule::plan, schedule::remove, true}};
}

} // namespace eph::deploy
