// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/tenancychecks.h"

#include "core/base/text.h"

#include <QJsonArray>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

void check(const Function &function, Findings &all)
{
    const auto tell = [&](Severity severity, const QString &message, const QString &hint, const Location &location) {
        all << Finding{severity, u"tenancy"_s, message, hint, location.file, location.line, location.column, QString("Resources."_L1 + function.logicalId)};
    };
    if (function.properties.contains("TenancyConfig"_L1) && !function.isTenantIsolated())
        tell(Severity::Error, Core::tr("The TenancyConfig of “%1” says no mode, so all tenants share its environments.").arg(function.name), Core::tr("Write TenancyConfig: {TenantIsolationMode: PER_TENANT}."), function.location);
    if (!function.isTenantIsolated())
        return;
    const auto refuse = [&](const QString &what, const Location &location) {
        tell(Severity::Error, Core::tr("“%1” has tenant isolation, with which the service has no %2.").arg(function.name, what), Core::tr("Take one of the two away."), location);
    };
    if (function.provisionedConcurrency > 0)
        refuse(Core::tr("provisioned concurrency"), function.location);
    if (const QString apply = function.properties.value("SnapStart"_L1).toObject().value("ApplyOn"_L1).toString(); !apply.isEmpty() && apply != "None"_L1)
        refuse(Core::tr("SnapStart"), function.location);
    for (const Trigger &trigger : function.triggers) {
        if (trigger.type == "FunctionUrl"_L1)
            refuse(Core::tr("function URL"), trigger.location);
        // Routes are looked at with their APIs.
        else if (trigger.type != "Api"_L1 && trigger.type != "HttpApi"_L1)
            tell(Severity::Error, Core::tr("“%1” has tenant isolation, and what calls it by “%2” (%3) cannot say for which tenant.").arg(function.name, trigger.name, trigger.type),
                 Core::tr("Let another function take the events, and invoke this one with a TenantId."), trigger.location);
    }
}

/// A sender whose events name no tenant leads to a function that needs one.
void checkTarget(const Project &project, const QString &sender, const Location &location, const QString &arn, Findings &all)
{
    const Function *target = arn.section(u':', 2, 2) == "lambda"_L1 ? project.function(functionNameOf(arn)) : nullptr;
    if (target && target->isTenantIsolated())
        all << Finding{Severity::Error, u"tenancy"_s, Core::tr("“%1” sends to “%2”, which has tenant isolation: an event names no tenant.").arg(sender, target->name), Core::tr("Let another function take the events, and invoke this one with a TenantId."), location.file, location.line, location.column, QString("Resources."_L1 + sender)};
}

/// Whom a topic or a bucket sends to.
[[nodiscard]] QStringList targetsOf(const SourceDeclaration &source)
{
    QStringList targets{source.properties.value("Endpoint"_L1).toString()};
    const QJsonArray within = source.properties.value("Subscription"_L1).toArray();
    for (const auto &each : within)
        targets << each.toObject().value("Endpoint"_L1).toString();
    const QJsonArray notified = source.properties.value("NotificationConfiguration"_L1).toObject().value("LambdaConfigurations"_L1).toArray();
    for (const auto &each : notified)
        targets << each.toObject().value("Function"_L1).toString();
    return targets;
}

} // namespace

Findings tenancyFindings(const Project &project)
{
    Findings all;
    for (const SourceDeclaration &source : project.eventSources) {
        for (const QString &arn : targetsOf(source))
            checkTarget(project, source.logicalId, source.location, arn, all);
    }
    for (const Function &function : project.functions) {
        check(function, all);
        // What an asynchronous call leaves behind names no tenant either.
        for (const QString &arn : {function.onSuccess, function.onFailure})
            checkTarget(project, function.logicalId, function.location, arn, all);
    }
    return all;
}

} // namespace eph::project
