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

/// What an asynchronous call leaves behind names no tenant either.
void checkDestinations(const Project &project, const Function &function, Findings &all)
{
    for (const QString &arn : {function.onSuccess, function.onFailure}) {
        const Function *target = arn.section(u':', 2, 2) == "lambda"_L1 ? project.function(functionNameOf(arn)) : nullptr;
        if (target && target->isTenantIsolated())
            all << Finding{Severity::Error, u"tenancy"_s, Core::tr("“%1” sends its records to “%2”, which has tenant isolation: a record names no tenant.").arg(function.name, target->name), Core::tr("Let another function take the records, and invoke this one with a TenantId."), function.location.file, function.location.line, function.location.column, QString("Resources."_L1 + function.logicalId)};
    }
}

} // namespace

namespace {

/// What a topic or a bucket sends to a function.
void checkSource(const Project &project, const SourceDeclaration &source, Findings &all)
{
    QStringList targets;
    const QJsonArray within = source.properties.value("Subscription"_L1).toArray();
    for (const auto &each : within)
        targets << each.toObject().value("Endpoint"_L1).toString();
    targets << source.properties.value("Endpoint"_L1).toString();
    const QJsonArray notified = source.properties.value("NotificationConfiguration"_L1).toObject().value("LambdaConfigurations"_L1).toArray();
    for (const auto &each : notified)
        targets << each.toObject().value("Function"_L1).toString();
    for (const QString &arn : std::as_const(targets)) {
        const Function *target = arn.section(u':', 2, 2) == "lambda"_L1 ? project.function(functionNameOf(arn)) : nullptr;
        if (target && target->isTenantIsolated())
            all << Finding{Severity::Error, u"tenancy"_s, Core::tr("“%1” sends to “%2”, which has tenant isolation: an event names no tenant.").arg(source.logicalId, target->name), Core::tr("Let another function take the events, and invoke this one with a TenantId."), source.location.file, source.location.line, source.location.column, QString("Resources."_L1 + source.logicalId)};
    }
}

} // namespace

Findings tenancyFindings(const Project &project)
{
    Findings all;
    for (const SourceDeclaration &source : project.eventSources)
        checkSource(project, source, all);
    for (const Function &function : project.functions) {
        check(function, all);
        checkDestinations(project, function, all);
    }
    return all;
}

} // namespace eph::project
