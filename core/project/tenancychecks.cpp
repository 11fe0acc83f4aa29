// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/tenancychecks.h"

#include "core/base/text.h"

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

void check(const Function &function, Findings &all)
{
    const auto tell = [&](Severity severity, const QString &message, const QString &hint, const Location &location) {
        all << Finding{severity, u"tenancy"_s, message, hint, location.file, location.line, location.column, QString("Resources."_L1 + function.logicalId)};
    };
    const QJsonObject tenancy = function.properties.value("TenancyConfig"_L1).toObject();
    if (!tenancy.isEmpty() && !function.isTenantIsolated())
        tell(Severity::Error, Core::tr("“%1” has a TenancyConfig that is no mode: “%2”.").arg(function.name, tenancy.value("TenantIsolationMode"_L1).toString()), Core::tr("TenantIsolationMode is PER_TENANT."), function.location);
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
        else if (trigger.type == "HttpApi"_L1)
            tell(Severity::Warning, Core::tr("“%1” has tenant isolation, and an HTTP API cannot say which tenant it calls for: each request fails.").arg(function.name),
                 Core::tr("Use a REST API that maps a parameter to integration.request.header.X-Amz-Tenant-Id."), trigger.location);
        else if (trigger.type != "Api"_L1)
            tell(Severity::Error, Core::tr("“%1” has tenant isolation, and what calls it by “%2” (%3) cannot say for which tenant.").arg(function.name, trigger.name, trigger.type),
                 Core::tr("Let another function take the events, and invoke this one with a TenantId."), trigger.location);
    }
}

} // namespace

Findings tenancyFindings(const Project &project)
{
    Findings all;
    for (const Function &function : project.functions)
        check(function, all);
    return all;
}

} // namespace eph::project
