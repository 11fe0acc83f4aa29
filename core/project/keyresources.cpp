// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/keyresources.h"

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Key = "AWS::ApiGateway::ApiKey"_L1;
constexpr auto Plan = "AWS::ApiGateway::UsagePlan"_L1;
constexpr auto PlanKey = "AWS::ApiGateway::UsagePlanKey"_L1;

void addKey(UsagePlanDeclaration &plan, const Resource &key)
{
    if (key.properties.value("Enabled"_L1).toString(u"true"_s) != "true"_L1)
        return;
    const QString value = key.properties.value("Value"_L1).toString();
    if (value.isEmpty())
        plan.anyKey = true;
    else
        plan.keys << value;
}

} // namespace

bool isKeyResource(const QString &type)
{
    return type == Key || type == Plan || type == PlanKey;
}

QList<UsagePlanDeclaration> usagePlansOf(const Resources &all)
{
    QList<UsagePlanDeclaration> plans;
    for (const Resource &resource : all) {
        if (resource.type != Plan)
            continue;
        UsagePlanDeclaration plan;
        plan.logicalId = resource.logicalId;
        plan.throttle = resource.properties.value("Throttle"_L1).toObject();
        plan.quota = resource.properties.value("Quota"_L1).toObject();
        bool hasKeys = false;
        const QJsonArray stages = resource.properties.value("ApiStages"_L1).toArray();
        for (const auto &stage : stages)
            plan.apis << stage.toObject().value("ApiId"_L1).toString();
        for (const Resource &join : all) {
            if (join.type != PlanKey || all.named(Plan, join.properties.value("UsagePlanId"_L1).toString()) != &resource)
                continue;
            const Resource *key = all.named(Key, join.properties.value("KeyId"_L1).toString());
            hasKeys = true;
            if (key)
                addKey(plan, *key);
        }
        plan.anyKey |= !hasKeys;
        plans << plan;
    }
    // Keys of a plan that SAM makes for an API.
    for (const Resource &join : all) {
        const QString plan = join.properties.value("UsagePlanId"_L1).toString();
        const Resource *key = all.named(Key, join.properties.value("KeyId"_L1).toString());
        if (join.type != PlanKey || plan.isEmpty() || all.named(Plan, plan) || !key)
            continue;
        auto known = std::find_if(plans.begin(), plans.end(), [&](const UsagePlanDeclaration &each) { return each.logicalId == plan; });
        if (known == plans.end()) {
            plans << UsagePlanDeclaration{plan, {}, {}, false, {}, {}};
            known = plans.end() - 1;
        }
        addKey(*known, *key);
    }
    return plans;
}

} // namespace eph::project
