// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/deploycosts.h"

#include "core/base/text.h"
#include "core/services/costestimate.h"

#include <QJsonArray>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// The function of a release that an ARN names.
[[nodiscard]] project::Function *functionOf(project::Project &project, const QString &arn)
{
    for (project::Function &function : project.functions) {
        if (function.name == project::functionNameOf(arn))
            return &function;
    }
    return nullptr;
}

/// As much of a project as costs something.
[[nodiscard]] project::Project projectOf(const deploy::ReleaseSpec &spec)
{
    project::Project project;
    project.region = spec.region;
    for (const deploy::Resource &resource : spec.resources) {
        if (resource.kind != deploy::kinds::Function)
            continue;
        const QJsonObject configuration = resource.properties.value("Configuration"_L1).toObject();
        project::Function function;
        function.logicalId = resource.id;
        function.name = resource.name;
        function.memoryMiB = configuration.value("MemorySize"_L1).toInt();
        function.timeoutSeconds = configuration.value("Timeout"_L1).toInt();
        function.architecture = configuration.value("Architectures"_L1).toArray().first().toString();
        function.ephemeralStorageMiB = configuration.value("EphemeralStorage"_L1).toObject().value("Size"_L1).toInt();
        function.reservedConcurrency = resource.properties.value("ReservedConcurrentExecutions"_L1).toInt(-1);
        function.provisionedConcurrency = resource.properties.value("ProvisionedConcurrentExecutions"_L1).toInt();
        project.functions << function;
    }
    for (const deploy::Resource &resource : spec.resources) {
        const bool rule = resource.kind == deploy::kinds::Rule;
        if (!rule && resource.kind != deploy::kinds::Schedule)
            continue;
        QJsonObject properties = rule ? resource.properties.value("Rule"_L1).toObject() : resource.properties;
        if (!properties.contains("ScheduleExpression"_L1))
            continue;
        properties.insert(u"Schedule"_s, properties.value("ScheduleExpression"_L1));
        if (project::Function *function = functionOf(project, resource.properties.value("Target"_L1).toObject().value("Arn"_L1).toString()))
            function->triggers << project::Trigger{resource.id, rule ? u"Schedule"_s : u"ScheduleV2"_s, properties, {}};
    }
    return project;
}

[[nodiscard]] QString range(Money least, Money most)
{
    return least == most ? least.readable() : Core::tr("%1 to %2").arg(least.readable(), most.readable());
}

} // namespace

QStringList costChanges(const deploy::ReleaseSpec *before, const deploy::ReleaseSpec &after, const cost::PriceBook &prices, schedule::Instant from)
{
    const project::Project now = projectOf(after);
    const project::Project then = before ? projectOf(*before) : project::Project();
    const CostEstimate estimate = estimateCosts({&now, from, {}, 1000}, prices);
    const CostEstimate earlier = estimateCosts({&then, from, {}, 1000}, prices);
    QStringList lines;
    const QString month = range(estimate.least, estimate.most);
    const QString monthBefore = range(earlier.least, earlier.most);
    if (!before && estimate.most > Money())
        lines << Core::tr("Schedules and what stands ready: %1 a month").arg(month);
    else if (before && month != monthBefore)
        lines << Core::tr("Schedules and what stands ready: %1 → %2 a month").arg(monthBefore, month);
    for (const FunctionEstimate &one : estimate.functions) {
        const auto old = std::find_if(earlier.functions.cbegin(), earlier.functions.cend(), [&](const FunctionEstimate &candidate) { return candidate.function == one.function; });
        if (old == earlier.functions.cend())
            lines << Core::tr("%1: a million invocations %2, as long as they take less than %3 s each").arg(one.function, range(one.perMillion, one.perMillionMost)).arg(one.timeoutSeconds);
        else if (old->perMillionMost != one.perMillionMost)
            lines << Core::tr("%1: a million invocations until the timeout %2 → %3").arg(one.function, old->perMillionMost.readable(), one.perMillionMost.readable());
    }
    return lines;
}

} // namespace eph::services
