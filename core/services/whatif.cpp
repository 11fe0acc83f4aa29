// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/whatif.h"

#include "core/base/processorsformemory.h"
#include "core/cost/othercloudcost.h"

#include <QJsonArray>
#include <algorithm>
#include <cmath>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MonthUs = 30LL * 86400 * 1'000'000;
using cost::Wide;

/// The same requests in more or less time.
class Hurried : public cost::Arrivals
{
public:
    Hurried(const std::vector<cost::Arrival> &trace, double factor, const std::vector<double> &durationFactors)
        : m_trace(trace)
        , m_factor(factor)
        , m_durationFactors(durationFactors)
    {
    }
    [[nodiscard]] std::optional<cost::Arrival> next() override
    {
        if (m_at == m_trace.size())
            return {};
        cost::Arrival arrival = m_trace[m_at++];
        if (m_factor != 1)
            arrival.atUs = std::llround(double(arrival.atUs) / m_factor);
        const double duration = m_durationFactors[size_t(arrival.function)];
        if (arrival.durationUs >= 0 && duration != 1)
            arrival.durationUs = std::llround(double(arrival.durationUs) * duration);
        return arrival;
    }
    [[nodiscard]] qint64 spanUs() const override { return std::llround(double(cost::traceSpanUs(m_trace)) / m_factor); }

private:
    const std::vector<cost::Arrival> &m_trace;
    double m_factor;
    const std::vector<double> &m_durationFactors;
    size_t m_at = 0;
};

double cpuShare(int memoryMiB)
{
    return std::min(1.0, processorsForMemory(memoryMiB));
}

/// How the duration changes with memory and speed.
double durationFactor(const cost::SimulatedFunction &function, const WhatIf &change)
{
    if (change.memoryMiB <= 0)
        return change.speed;
    return change.speed * (1 - change.processorBound + change.processorBound * cpuShare(function.memoryMiB) / cpuShare(change.memoryMiB));
}

cost::LambdaUsage scaled(const cost::LambdaUsage &usage, qint64 part, qint64 whole)
{
    const auto wide = [&](Wide amount) { return (amount * part + whole / 2) / whole; };
    const auto scale = [&](qint64 amount) { return qint64(wide(amount)); };
    return {scale(usage.requests), wide(usage.x86MibMs), wide(usage.armMibMs), wide(usage.provisionedX86MibMs), wide(usage.provisionedArmMibMs), wide(usage.ephemeralMibMs), scale(usage.streamedBytes), scale(usage.logBytes)};
}

cost::Workload scaled(const cost::Workload &workload, qint64 part, qint64 whole)
{
    const auto scale = [&](qint64 amount) { return qint64((Wide(amount) * part + whole / 2) / whole); };
    cost::Workload month = workload;
    for (qint64 *each : {&month.requests, &month.ms, &month.ms100, &month.msAtLeast100, &month.msAtLeast1000})
        *each = scale(*each);
    return month;
}

void compare(WhatIfResult &result, const std::vector<cost::SimulatedFunction> &functions, const WhatIf &change, const cost::PriceBook &prices, qint64 spanUs)
{
    const cost::FreeTier freeTier = change.freeTier ? cost::FreeTier::Applied : cost::FreeTier::None;
    QList<cost::Line> run;
    QList<cost::Line> gcf;
    QList<cost::Line> consumption;
    QList<cost::Line> flex;
    for (const cost::Workload &workload : result.simulation.workloads) {
        const cost::Workload month = scaled(workload, MonthUs, spanUs);
        cost::addLines(run, cost::cloudRunLines(month, cost::cloudRunMilliCpu(month.memoryMiB)));
        cost::addLines(gcf, cost::gcfLines(month));
        cost::addLines(consumption, cost::azureConsumptionLines(month));
        cost::addLines(flex, cost::azureFlexLines(month));
    }
    const auto total = [&](const QList<cost::Line> &lines) { return cost::billOf(prices, lines, freeTier).total; };
    result.providers = {{u"AWS Lambda"_s, result.month.total}, {u"Google Cloud Run functions"_s, total(run)}, {u"Google Cloud Functions, 1st gen"_s, total(gcf)}, {u"Azure Functions, Consumption"_s, total(consumption)},
                        {u"Azure Functions, Flex Consumption"_s, total(flex)}};

    // A server is bought for the busiest moment; so much memory as the largest of the functions has decides its share of a processor.
    int memory = 0;
    for (const cost::SimulatedFunction &function : functions)
        memory = std::max(memory, function.memoryMiB);
    for (const cost::Server &server : cost::serversIn(prices)) {
        if (server.memoryMiB < memory)
            continue;
        const int count = cost::serversFor(server, {double(result.simulation.maxConcurrency), result.simulation.meanConcurrency}, memory, change.utilisation);
        result.servers.append({server.name, cost::monthly(server).times(count), count});
    }
    std::stable_sort(result.servers.begin(), result.servers.end(), [](const Alternative &a, const Alternative &b) { return a.month < b.month; });
    if (result.monthRequests >= 1 && !result.servers.isEmpty()) {
        const Money request{qint64(double(result.month.total.pico) / result.monthRequests)};
        const Alternative &cheapest = result.servers.first();
        result.breakEvenServer = cheapest.count == 1 ? cheapest.name : u"%1 × %2"_s.arg(cheapest.count).arg(cheapest.name);
        result.breakEvenRequests = cost::breakEvenRequests(result.servers.first().month, request);
    }
}

} // namespace

WhatIfResult simulateWhatIf(const Workbench &bench, const WhatIf &change, const cost::PriceBook &prices, const std::function<bool()> &cancelled)
{
    std::vector<cost::SimulatedFunction> functions = bench.functions;
    std::vector<double> durationFactors;
    for (cost::SimulatedFunction &function : functions) {
        durationFactors.push_back(durationFactor(function, change));
        if (durationFactors.back() != 1)
            function.duration = function.duration.times(durationFactors.back());
        if (change.memoryMiB > 0)
            function.memoryMiB = change.memoryMiB;
        function.arm = change.arm.value_or(function.arm);
        function.reservedConcurrency = change.reservedConcurrency >= 0 ? change.reservedConcurrency : function.reservedConcurrency;
        function.provisionedConcurrency = std::max(function.provisionedConcurrency, change.provisionedConcurrency);
        function.warmUps = std::max(function.warmUps, change.warmUps);
    }
    cost::SimulationSettings settings;
    settings.accountConcurrency = change.accountConcurrency;
    settings.overload = change.overload;
    settings.seed = change.seed;
    settings.parts = change.parts;
    settings.cancelled = cancelled;
    settings.rules = prices.rulesOn(change.pricesOn.isValid() ? change.pricesOn : QDate(9999, 1, 1));

    std::unique_ptr<cost::Arrivals> arrivals;
    if (bench.shape) {
        cost::Shape shape = *bench.shape;
        shape.rate *= change.traffic;
        shape.high *= change.traffic;
        shape.clients = std::max(1, int(std::lround(shape.clients * change.traffic)));
        arrivals = shape.arrivals(change.seed);
    } else {
        arrivals = std::make_unique<Hurried>(bench.trace, change.traffic, durationFactors);
    }
    WhatIfResult result;
    result.simulation = cost::simulate(functions, *arrivals, settings);
    constexpr double HourUs = 3.6e9;
    const qint64 spanUs = std::max<qint64>(bench.standsForAnHour() ? std::llround(HourUs / change.traffic) : 1, result.simulation.spanUs);
    QList<cost::Line> span = cost::linesOf(result.simulation.usage);
    span.append(result.simulation.provisioned);
    QList<cost::Line> month = cost::linesOf(scaled(result.simulation.usage, MonthUs, spanUs));
    for (const cost::SimulatedFunction &function : functions) {
        if (function.provisionedConcurrency > 0)
            month.append(cost::provisionedLine(function.provisionedConcurrency, function.memoryMiB, function.arm, MonthUs / 1'000'000));
    }
    const cost::FreeTier freeTier = change.freeTier ? cost::FreeTier::Applied : cost::FreeTier::None;
    result.span = cost::billOf(prices, span, freeTier);
    result.month = cost::billOf(prices, month, freeTier);
    result.monthRequests = double(result.simulation.requests - result.simulation.throttles - result.simulation.unserved) * double(MonthUs) / double(spanUs);
    compare(result, functions, change, prices, spanUs);
    return result;
}

QJsonObject toJson(const WhatIfResult &result, const cost::PriceBook &prices)
{
    const cost::SimulationResult &s = result.simulation;
    const auto alternatives = [](const QList<Alternative> &all, bool counted) {
        QJsonArray list;
        for (const Alternative &one : all) {
            QJsonObject json{{u"name"_s, one.name}, {u"monthUsd"_s, one.month.exact()}};
            if (counted)
                json.insert(u"count"_s, one.count);
            list.append(json);
        }
        return list;
    };
    return {{u"requests"_s, s.requests},
            {u"coldStarts"_s, s.coldStarts},
            {u"throttles"_s, s.throttles},
            {u"unserved"_s, s.unserved},
            {u"pings"_s, s.pings},
            {u"p50Ms"_s, double(s.p50Us) / 1000},
            {u"p95Ms"_s, double(s.p95Us) / 1000},
            {u"p99Ms"_s, double(s.p99Us) / 1000},
            {u"maxConcurrency"_s, s.maxConcurrency},
            {u"meanConcurrency"_s, s.meanConcurrency},
            {u"seconds"_s, double(s.spanUs) / 1e6},
            {u"usd"_s, result.span.total.exact()},
            {u"items"_s, cost::toJson(result.span, prices).value("items"_L1)},
            {u"monthUsd"_s, result.month.total.exact()},
            {u"monthRequests"_s, std::round(result.monthRequests)},
            {u"providers"_s, alternatives(result.providers, false)},
            {u"servers"_s, alternatives(result.servers, true)},
            {u"breakEvenRequestsPerMonth"_s, result.breakEvenRequests},
            {u"breakEvenServer"_s, result.breakEvenServer}};
}

} // namespace eph::services
