// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/costestimate.h"

#include "core/cloud/projectschedules.h"
#include "core/gateway/api.h"

#include <QJsonArray>

namespace eph::services {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

constexpr qint64 Million = 1'000'000;
constexpr qint64 MonthSeconds = 30LL * 86400;

/// What invocations of one kind cost, so many of them, each of that time.
Money costOfMany(const cost::PriceBook &prices, const project::Function &function, cost::Trigger trigger, qint64 count, qint64 durationUs)
{
    cost::Metered one;
    one.trigger = trigger;
    one.usage = {function.memoryMiB, cost::BillingRules().billedMs(durationUs, 0), function.architecture == "arm64"_L1, false, function.ephemeralStorageMiB};
    cost::Totals single;
    single.add(one);
    cost::Totals all;
    all.usage.add(one.usage, count);
    all.requests = count;
    all.gatewayUnits = single.gatewayUnits * count;
    return cost::billOf(prices, cost::linesOf(all, trigger), cost::FreeTier::None).total;
}

/// What comes to a function that is no schedule, dearest kind first.
cost::Trigger dearestTrigger(const project::Project &project, const project::Function &function, QStringList &names)
{
    cost::Trigger dearest = cost::Trigger::Direct;
    const QList<gateway::Api> apis = gateway::apisOf(project);
    for (const gateway::Api &api : apis) {
        for (const gateway::Route &route : api.routes) {
            if (route.function != function.name)
                continue;
            names << (api.kind == gateway::ApiKind::FunctionUrl ? u"function URL"_s : route.key());
            if (api.kind == gateway::ApiKind::WebSocket && dearest == cost::Trigger::Direct)
                dearest = cost::Trigger::WebSocket;
            else if (api.kind == gateway::ApiKind::Rest)
                dearest = cost::Trigger::RestApi;
            else if (api.kind == gateway::ApiKind::Http && dearest != cost::Trigger::RestApi)
                dearest = cost::Trigger::HttpApi;
        }
    }
    static const QStringList counted{u"Schedule"_s, u"ScheduleV2"_s, u"Api"_s, u"HttpApi"_s, u"FunctionUrl"_s, u"WebSocket"_s, u"LoadBalancer"_s};
    for (const project::Trigger &trigger : function.triggers) {
        if (counted.contains(trigger.type))
            continue;
        names << trigger.summary();
        if (dearest == cost::Trigger::Direct && trigger.type == "SQS"_L1)
            dearest = cost::Trigger::Queue;
    }
    return dearest;
}

} // namespace

CostEstimate estimateCosts(const CostEstimateRequest &request, const cost::PriceBook &prices)
{
    CostEstimate estimate;
    const QList<cloud::ProjectSchedule> schedules = cloud::schedulesOf(*request.project);
    for (const project::Function &function : request.project->functions) {
        FunctionEstimate one;
        one.function = function.name;
        one.memoryMiB = function.memoryMiB;
        one.arm = function.architecture == "arm64"_L1;
        one.timeoutSeconds = function.timeoutSeconds;
        one.durationUs = request.measuredUs.value(function.name);
        const qint64 shortestUs = std::max<qint64>(1, one.durationUs);
        const qint64 longestUs = function.timeoutSeconds * Million;
        for (const cloud::ProjectSchedule &schedule : schedules) {
            if (!schedule.target.isEmpty() || schedule.function != function.name || !schedule.enabled || !schedule.isValid())
                continue;
            const auto trigger = schedule.dialect == schedule::Dialect::EventBridgeScheduler ? cost::Trigger::Scheduler : cost::Trigger::ScheduledRule;
            FunctionEstimate::Scheduled scheduled{schedule.id, 0, {}, {}};
            const auto times = schedule.times(request.from);
            const schedule::Instant end = request.from + seconds(MonthSeconds);
            for (auto at = times.next(request.from); at && *at <= end; at = times.next(*at))
                ++scheduled.runs;
            scheduled.least = costOfMany(prices, function, trigger, scheduled.runs, shortestUs);
            // Each is tried again when it fails.
            scheduled.most = costOfMany(prices, function, trigger, scheduled.runs * (1 + function.asyncMaxRetries), longestUs);
            estimate.least += scheduled.least;
            estimate.most += scheduled.most;
            one.schedules.append(scheduled);
        }
        const cost::Trigger trigger = dearestTrigger(*request.project, function, one.unknown);
        estimate.hasUnknown = estimate.hasUnknown || !one.unknown.isEmpty();
        one.perMillion = costOfMany(prices, function, trigger, Million, shortestUs);
        one.perMillionMost = costOfMany(prices, function, trigger, Million, longestUs);
        if (function.provisionedConcurrency > 0)
            one.standing = cost::billOf(prices, {cost::provisionedLine(function.provisionedConcurrency, function.memoryMiB, one.arm, MonthSeconds)}, cost::FreeTier::None).total;
        estimate.least += one.standing;
        estimate.most += one.standing;
        one.concurrencyLimit = function.reservedConcurrency >= 0 ? function.reservedConcurrency : request.accountConcurrency;
        // Every place is taken all month by requests that take as long as they may, or that come as often as they may.
        constexpr qint64 RequestsPerEnvironmentAndSecond = 10;
        one.exposure = std::max(costOfMany(prices, function, trigger, one.concurrencyLimit * MonthSeconds / std::max(1, function.timeoutSeconds), longestUs),
                                costOfMany(prices, function, trigger, one.concurrencyLimit * MonthSeconds * RequestsPerEnvironmentAndSecond, Million / RequestsPerEnvironmentAndSecond));
        estimate.functions.append(one);
    }
    return estimate;
}

int concurrencyWithin(Money monthly, const project::Function &function, const cost::PriceBook &prices)
{
    cost::LambdaUsage always;
    always.add({function.memoryMiB, MonthSeconds * 1000, function.architecture == "arm64"_L1, false, function.ephemeralStorageMiB});
    const Money one = cost::billOf(prices, cost::linesOf(always), cost::FreeTier::None).total;
    constexpr qint64 Most = 1'000'000;
    return int(std::clamp<qint64>(one.pico > 0 ? monthly.pico / one.pico : 0, 0, Most));
}

QJsonObject toJson(const CostEstimate &estimate)
{
    QJsonArray functions;
    for (const FunctionEstimate &one : estimate.functions) {
        QJsonArray schedules;
        for (const FunctionEstimate::Scheduled &scheduled : one.schedules)
            schedules.append(QJsonObject{{u"schedule"_s, scheduled.schedule}, {u"runs"_s, scheduled.runs}, {u"usdLeast"_s, scheduled.least.exact()}, {u"usdMost"_s, scheduled.most.exact()}});
        functions.append(QJsonObject{{u"function"_s, one.function},
                                     {u"memoryMiB"_s, one.memoryMiB},
                                     {u"architecture"_s, one.arm ? u"arm64"_s : u"x86_64"_s},
                                     {u"measuredMs"_s, one.durationUs > 0 ? QJsonValue(double(one.durationUs) / 1000) : QJsonValue(QJsonValue::Null)},
                                     {u"timeoutSeconds"_s, one.timeoutSeconds},
                                     {u"schedules"_s, schedules},
                                     {u"unknownTriggers"_s, QJsonArray::fromStringList(one.unknown)},
                                     {u"usdPerMillion"_s, one.perMillion.exact()},
                                     {u"usdPerMillionMost"_s, one.perMillionMost.exact()},
                                     {u"provisionedUsd"_s, one.standing.exact()},
                                     {u"concurrencyLimit"_s, one.concurrencyLimit},
                                     {u"exposureUsd"_s, one.exposure.exact()}});
    }
    return {{u"usdLeast"_s, estimate.least.exact()}, {u"usdMost"_s, estimate.most.exact()}, {u"hasUnknownTriggers"_s, estimate.hasUnknown}, {u"functions"_s, functions}};
}

} // namespace eph::services
