// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsontext.h"
#include "core/base/text.h"
#include "core/deploy/leastprivilege.h"
#include "core/deploy/resourcetype.h"

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

const QString PolicyName = u"ephemera"_s;

[[nodiscard]] ApiCall iam(const QString &operation, const QString &role, const QJsonObject &more = {})
{
    QJsonObject parameters = more;
    parameters.insert(u"RoleName"_s, role);
    return {u"iam"_s, operation, parameters};
}

[[nodiscard]] ApiCall putPolicy(const QString &role, const QJsonObject &document)
{
    return iam(u"PutRolePolicy"_s, role, {{u"PolicyName"_s, PolicyName}, {u"PolicyDocument"_s, documentText(document)}});
}

[[nodiscard]] ApiCall attachment(const QString &operation, const QString &role, const QString &arn)
{
    return iam(operation, role, {{u"PolicyArn"_s, arn}});
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto role = askFor(client, iam(u"GetRole"_s, resource.name));
    if (!role || !*role)
        return role ? Result<Existing>(Existing()) : tl::unexpected(role.error());
    Existing existing{true, {}, {}};
    existing.state.insert(u"Trust"_s, jsonOf((*role)->value("Role"_L1).toObject().value("AssumeRolePolicyDocument"_L1).toString()));
    const auto policy = askFor(client, iam(u"GetRolePolicy"_s, resource.name, {{u"PolicyName"_s, PolicyName}}));
    if (!policy)
        return tl::unexpected(policy.error());
    if (*policy)
        existing.state.insert(u"Policy"_s, jsonOf((*policy)->value("PolicyDocument"_L1).toString()));
    const auto attached = askFor(client, iam(u"ListAttachedRolePolicies"_s, resource.name));
    if (!attached)
        return tl::unexpected(attached.error());
    QStringList arns;
    const QJsonArray list = attached->value_or(QJsonObject()).value("AttachedPolicies"_L1).toArray();
    for (const auto &each : list)
        arns << each.toObject().value("PolicyArn"_L1).toString();
    existing.state.insert(u"Managed"_s, QJsonArray::fromStringList(arns));
    return existing;
}

/// One line for each statement: what it allows, and why.
[[nodiscard]] QStringList policyLines(const QJsonObject &properties)
{
    QStringList lines;
    const QJsonArray statements = properties.value("Policy"_L1).toObject().value("Statement"_L1).toArray();
    const QStringList reasons = textsOf(properties.value("Reasons"_L1));
    for (qsizetype i = 0; i < statements.size(); ++i) {
        const QJsonObject statement = statements.at(i).toObject();
        const auto text = [&](QLatin1StringView key) { return statement.value(key).isArray() ? textsOf(statement.value(key)).join(", "_L1) : statement.value(key).toString(); };
        lines << Core::tr("allows %1 on %2 (%3)").arg(text("Action"_L1), text("Resource"_L1), reasons.value(i));
    }
    return lines;
}

/// Both policies in one: each statement once.
[[nodiscard]] QJsonObject joined(const QJsonObject &before, const QJsonObject &after)
{
    QJsonArray statements = normalizedPolicy(after).value("Statement"_L1).toArray();
    const QJsonArray old = normalizedPolicy(before).value("Statement"_L1).toArray();
    for (const auto &statement : old) {
        if (!statements.contains(statement))
            statements.append(statement);
    }
    return {{u"Version"_s, u"2012-10-17"_s}, {u"Statement"_s, statements}};
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    const QJsonObject &wanted = resource.properties;
    const QJsonObject trust = wanted.value("Trust"_L1).toObject();
    if (!existing.exists) {
        QJsonObject parameters{{u"AssumeRolePolicyDocument"_s, documentText(trust)}, {u"Description"_s, u"Made by Ephemera"_s}};
        if (wanted.contains("PermissionsBoundary"_L1))
            parameters.insert(u"PermissionsBoundary"_s, wanted.value("PermissionsBoundary"_L1));
        steps.add({Phase::Prepare, Change::Create, Core::tr("Create the role %1").arg(resource.name), iam(u"CreateRole"_s, resource.name, parameters), {iam(u"DeleteRole"_s, resource.name)}, {}, {}, Probe{iam(u"GetRole"_s, resource.name), {}, {}, {}}});
    } else if (normalizedPolicy(trust) != normalizedPolicy(existing.state.value("Trust"_L1).toObject())) {
        const auto update = [&](const QJsonObject &document) { return iam(u"UpdateAssumeRolePolicy"_s, resource.name, {{u"PolicyDocument"_s, documentText(document)}}); };
        steps.add({Phase::Prepare, Change::Update, Core::tr("Change who may take on the role %1").arg(resource.name), update(trust), {update(existing.state.value("Trust"_L1).toObject())}});
    }
    const QJsonObject policy = wanted.value("Policy"_L1).toObject();
    const bool had = existing.state.contains("Policy"_L1);
    const QJsonObject before = existing.state.value("Policy"_L1).toObject();
    if (!had || normalizedPolicy(policy) != normalizedPolicy(before)) {
        const ApiCall undo = had ? putPolicy(resource.name, before) : iam(u"DeleteRolePolicy"_s, resource.name, {{u"PolicyName"_s, PolicyName}});
        // What is live keeps its rights until it is live no more.
        const QJsonObject both = had ? joined(before, policy) : policy;
        const bool narrows = had && normalizedPolicy(both) != normalizedPolicy(policy);
        if (narrows)
            steps.add({Phase::Remove, Change::Update, Core::tr("Take from the role %1 what it no longer needs").arg(resource.name), putPolicy(resource.name, policy), {}, policyLines(wanted)});
        if (!narrows || normalizedPolicy(both) != normalizedPolicy(before))
            steps.add({Phase::Prepare, had ? Change::Update : Change::Create, had ? Core::tr("Change what the role %1 may do").arg(resource.name) : Core::tr("Say what the role %1 may do").arg(resource.name), putPolicy(resource.name, both), {undo}, policyLines(wanted)});
    }
    const QStringList managed = textsOf(wanted.value("Managed"_L1));
    const QStringList attached = textsOf(existing.state.value("Managed"_L1));
    for (const QString &arn : managed) {
        if (!attached.contains(arn))
            steps.add({Phase::Prepare, Change::Update, Core::tr("Attach %1 to the role %2").arg(arn.section(u'/', -1), resource.name), attachment(u"AttachRolePolicy"_s, resource.name, arn), {attachment(u"DetachRolePolicy"_s, resource.name, arn)}});
    }
    for (const QString &arn : attached) {
        if (!managed.contains(arn))
            steps.add({Phase::Connect, Change::Update, Core::tr("Detach %1 from the role %2").arg(arn.section(u'/', -1), resource.name), attachment(u"DetachRolePolicy"_s, resource.name, arn), {attachment(u"AttachRolePolicy"_s, resource.name, arn)}});
    }
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    const QStringList attached = textsOf(existing.state.value("Managed"_L1));
    for (const QString &arn : attached)
        steps.add({Phase::Remove, Change::Delete, Core::tr("Detach %1 from the role %2").arg(arn.section(u'/', -1), resource.name), attachment(u"DetachRolePolicy"_s, resource.name, arn)});
    if (existing.state.contains("Policy"_L1))
        steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the policy of the role %1").arg(resource.name), iam(u"DeleteRolePolicy"_s, resource.name, {{u"PolicyName"_s, PolicyName}})});
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the role %1").arg(resource.name), iam(u"DeleteRole"_s, resource.name)});
}

} // namespace

QList<ResourceType> roleTypes()
{
    return {{kinds::Role, read, plan, remove, false}};
}

} // namespace eph::deploy
