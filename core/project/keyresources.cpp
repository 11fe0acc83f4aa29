// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/keyresources.h"

#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Key = "AWS::ApiGateway::ApiKey"_L1;
constexpr auto Plan = "AWS::ApiGateway::UsagePlan"_L1;
constexpr auto PlanKey = "AWS::ApiGateway::UsagePlanKey"_L1;

} // namespace

bool KeyResources::isOne(const QString &type)
{
    return type == Key || type == Plan || type == PlanKey;
}

const KeyResources::Resource *KeyResources::named(QLatin1StringView type, const QString &reference) const
{
    const auto found = std::find_if(m_resources.cbegin(), m_resources.cend(), [&](const Resource &resource) {
        const QString name = resource.properties.value(type == Plan ? "UsagePlanName"_L1 : "Name"_L1).toString();
        return resource.type == type && !reference.isEmpty() && (resource.logicalId == reference || name == reference);
    });
    return found == m_resources.cend() ? nullptr : &*found;
}

QList<UsagePlanDeclaration> KeyResources::plans() const
{
    QList<UsagePlanDeclaration> all;
    for (const Resource &resource : m_resources) {
        if (resource.type != Plan)
            continue;
        UsagePlanDeclaration plan{resource.logicalId, {}, {}, resource.properties.value("Throttle"_L1).toObject(), resource.properties.value("Quota"_L1).toObject()};
        const QJsonArray stages = resource.properties.value("ApiStages"_L1).toArray();
        for (const auto &stage : stages)
            plan.apis << stage.toObject().value("ApiId"_L1).toString();
        for (const Resource &join : m_resources) {
            if (join.type != PlanKey || named(Plan, join.properties.value("UsagePlanId"_L1).toString()) != &resource)
                continue;
            const Resource *key = named(Key, join.properties.value("KeyId"_L1).toString());
            const bool enabled = key && key->properties.value("Enabled"_L1).toString(u"true"_s) == "true"_L1;
            if (const QString value = enabled ? key->properties.value("Value"_L1).toString() : QString(); !value.isEmpty())
                plan.keys << value;
        }
        all << plan;
    }
    return all;
}

} // namespace eph::project
