// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/balancerresources.h"

#include <limits>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Listener = "AWS::ElasticLoadBalancingV2::Listener"_L1;
constexpr auto Rule = "AWS::ElasticLoadBalancingV2::ListenerRule"_L1;
constexpr auto TargetGroup = "AWS::ElasticLoadBalancingV2::TargetGroup"_L1;

/// The values of a condition in either of its forms; one empty value where there is no such condition.
QStringList conditionValues(const QJsonArray &conditions, QLatin1StringView field, QLatin1StringView config)
{
    for (const auto &each : conditions) {
        const QJsonObject condition = each.toObject();
        if (condition.value("Field"_L1).toString() != field)
            continue;
        const QJsonArray values = condition.contains(config) ? condition.value(config).toObject().value("Values"_L1).toArray() : condition.value("Values"_L1).toArray();
        QStringList all;
        for (const auto &value : values)
            all << value.toString();
        return all;
    }
    return {QString()};
}

} // namespace

bool BalancerResources::isOne(const QString &type)
{
    return type == Listener || type == Rule || type == TargetGroup;
}

std::optional<BalancerResources::Target> BalancerResources::targetOf(const QJsonArray &actions) const
{
    for (const auto &each : actions) {
        const QJsonObject action = each.toObject();
        QString reference = action.value("TargetGroupArn"_L1).toString();
        if (reference.isEmpty())
            reference = action.value("ForwardConfig"_L1).toObject().value("TargetGroups"_L1).toArray().first().toObject().value("TargetGroupArn"_L1).toString();
        const Resource *group = m_all.named(TargetGroup, reference);
        if (!group || group->properties.value("TargetType"_L1).toString() != "lambda"_L1)
            continue;
        Target target{functionNameOf(group->properties.value("Targets"_L1).toArray().first().toObject().value("Id"_L1).toString()), false, group->logicalId};
        const QJsonArray attributes = group->properties.value("TargetGroupAttributes"_L1).toArray();
        for (const auto &attribute : attributes) {
            if (attribute.toObject().value("Key"_L1).toString() == "lambda.multi_value_headers.enabled"_L1)
                target.multiValue = attribute.toObject().value("Value"_L1).toString() == "true"_L1;
        }
        return target;
    }
    return std::nullopt;
}

QList<ApiDeclaration> BalancerResources::apis() const
{
    QList<ApiDeclaration> all;
    for (const Resource &resource : m_all) {
        if (resource.type != Listener)
            continue;
        QJsonObject properties;
        const QJsonArray actions = resource.properties.value("DefaultActions"_L1).toArray();
        for (const auto &action : actions) {
            if (action.toObject().contains("FixedResponseConfig"_L1))
                properties.insert("FixedResponse"_L1, action.toObject().value("FixedResponseConfig"_L1));
        }
        all << ApiDeclaration{resource.logicalId, ApiType::LoadBalancer, properties, resource.location};
    }
    return all;
}

void BalancerResources::addTriggers(const Resource &resource, const Resource &listener, const QJsonArray &actions, int priority, QList<TargetedTrigger> &all) const
{
    const auto target = targetOf(actions);
    if (!target)
        return;
    const QJsonArray conditions = resource.type == Rule ? resource.properties.value("Conditions"_L1).toArray() : QJsonArray();
    const QStringList paths = conditionValues(conditions, "path-pattern"_L1, "PathPatternConfig"_L1);
    const QStringList methods = conditionValues(conditions, "http-request-method"_L1, "HttpRequestMethodConfig"_L1);
    for (const QString &path : paths) {
        for (const QString &method : methods) {
            Trigger trigger{resource.logicalId, u"LoadBalancer"_s,
                            QJsonObject{{u"ApiId"_s, listener.logicalId}, {u"Path"_s, path.isEmpty() ? u"*"_s : path}, {u"Method"_s, method}, {u"Priority"_s, priority}, {u"MultiValue"_s, target->multiValue}, {u"TargetGroup"_s, target->group}},
                            resource.location};
            trigger.ownResource = true;
            all << TargetedTrigger{target->function, trigger};
        }
    }
}

QList<TargetedTrigger> BalancerResources::triggers() const
{
    QList<TargetedTrigger> all;
    for (const Resource &resource : m_all) {
        if (resource.type == Listener)
            addTriggers(resource, resource, resource.properties.value("DefaultActions"_L1).toArray(), std::numeric_limits<int>::max(), all);
        if (resource.type != Rule)
            continue;
        const Resource *listener = m_all.named(Listener, resource.properties.value("ListenerArn"_L1).toString());
        if (listener)
            addTriggers(resource, *listener, resource.properties.value("Actions"_L1).toArray(), resource.properties.value("Priority"_L1).toString().toInt(), all);
    }
    return all;
}

} // namespace eph::project
