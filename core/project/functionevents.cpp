// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/functionevents.h"

#include "core/base/templatetruth.h"
#include "core/base/text.h"
#include "core/project/samnames.h"

#include <QJsonArray>
#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

void FunctionEvents::read(Function &function, const QJsonObject &values, const YamlNode &properties, const QString &path)
{
    const QJsonObject events = values.value("Events"_L1).toObject();
    const YamlNode *node = properties.find(u"Events");
    // The template's order, which QJsonObject does not keep.
    QStringList names = events.keys();
    if (node) {
        names.clear();
        for (const auto &entry : node->entries)
            names << entry.key->value;
    }
    for (const QString &name : std::as_const(names)) {
        const QJsonObject event = events.value(name).toObject();
        const YamlNode::Entry *entry = node ? node->entry(name) : nullptr;
        const YamlNode &place = entry ? *entry->key : properties;
        Trigger trigger{name, event.value("Type"_L1).toString(), event.value("Properties"_L1).toObject(), {m_eval.file(), place.line, place.column}};
        if (!EventTypes.contains(trigger.type))
            m_eval.report(Severity::Warning, u"unknown-event"_s, Core::tr("The event “%1” has the type “%2”, which is not known.").arg(name, trigger.type), place, path + ".Events."_L1 + name);
        if (trigger.type == "Api"_L1)
            checkParameters(trigger, place, path + ".Events."_L1 + name);
        function.triggers << (trigger.type == "SNS"_L1 ? behindQueue(function, trigger) : trigger);
    }
    if (const QJsonValue url = values.value("FunctionUrlConfig"_L1); url.isObject())
        function.triggers << Trigger{u"FunctionUrl"_s, u"FunctionUrl"_s, url.toObject(), function.location};
}

void FunctionEvents::checkParameters(const Trigger &trigger, const YamlNode &place, const QString &path)
{
    const QJsonArray parameters = trigger.properties.value("RequestParameters"_L1).toArray();
    const bool required = std::any_of(parameters.cbegin(), parameters.cend(), [](const auto &each) {
        const QJsonObject one = each.toObject();
        return std::any_of(one.constBegin(), one.constEnd(), [](const auto &value) { return isTrue(value.toObject().value("Required"_L1)); });
    });
    if (required && !isTrue(trigger.properties.value("RequestModel"_L1).toObject().value("ValidateParameters"_L1)))
        m_eval.report(Severity::Warning, u"unchecked-parameters"_s, Core::tr("Nobody checks the required parameters of “%1”, here or in the cloud.").arg(trigger.name), place, path + ".RequestParameters"_L1,
                      Core::tr("Add a RequestModel with ValidateParameters: true."));
}

Trigger FunctionEvents::behindQueue(const Function &function, const Trigger &topic)
{
    const QJsonValue asked = topic.properties.value("SqsSubscription"_L1);
    const QJsonObject given = asked.toObject();
    if (given.isEmpty() && !isTrue(asked))
        return topic;
    const QString id = function.logicalId + topic.name + "Queue"_L1;
    QString arn = given.value("QueueArn"_L1).toString();
    if (arn.isEmpty()) {
        const QString name = m_placement.prefix.isEmpty() ? id : placedName(m_placement, u"AWS::SQS::Queue"_s, id);
        arn = u"arn:aws:sqs:%1:%2:%3"_s.arg(m_placement.region, m_placement.account, name);
        m_project.eventSources << SourceDeclaration{u"AWS::SQS::Queue"_s, id, name, {}, topic.location};
    }
    QJsonObject subscription = topic.properties;
    subscription.insert(u"TopicArn"_s, topic.properties.value("Topic"_L1));
    subscription.insert(u"Protocol"_s, u"sqs"_s);
    subscription.insert(u"Endpoint"_s, arn);
    const QString subscriptionId = function.logicalId + topic.name;
    m_project.eventSources << SourceDeclaration{u"AWS::SNS::Subscription"_s, subscriptionId, subscriptionId, subscription, topic.location};
    QJsonObject queue{{u"Queue"_s, arn}};
    for (const QString &key : {u"BatchSize"_s, u"Enabled"_s}) {
        if (given.contains(key))
            queue.insert(key, given.value(key));
    }
    return {topic.name, u"SQS"_s, queue, topic.location};
}

} // namespace eph::project
