// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/costoptions.h"
#include "core/services/scenarios.h"
#include "core/services/whatif.h"
#include "core/services/workbench.h"
#include "core/sys/paths.h"

#include <cmath>

namespace eph::cli {

using namespace Qt::StringLiterals;
using services::WhatIf;

namespace {

/// Traffic from where the options say, to functions of the project that they name.
Result<services::Workbench> trafficOf(const CostOptions &options)
{
    const int sources = !options.trace.empty() + !options.shape.empty() + options.recorded;
    if (sources != 1)
        return failure(ErrorCode::Usage, u"Traffic comes from one of --trace, --shape, --recorded and --scenario."_s, u"Give one, such as --shape poisson:rate=20/s,for=1h."_s);
    project::Project project;
    const project::Function *function = nullptr;
    if (options.recorded || !options.simulatedFunction.empty()) {
        auto opened = options.project.open();
        if (!opened)
            return tl::unexpected(opened.error());
        project = *std::move(opened);
    }
    if (!options.simulatedFunction.empty()) {
        const auto chosen = project.chosenFunction(text(options.simulatedFunction));
        if (!chosen)
            return tl::unexpected(chosen.error());
        function = *chosen;
    }
    if (!options.trace.empty())
        return services::tracedBench(text(options.trace), options.seed, function);
    if (options.recorded)
        return services::recordedBench(project, function ? function->name : QString());
    const auto shape = cost::parseShape(text(options.shape));
    if (!shape)
        return tl::unexpected(shape.error());
    if (shape->expectedRequests() * options.traffic > cost::Shape::MostRequests)
        return failure(ErrorCode::Usage, u"That is more than two thousand million requests."_s, u"Simulate a shorter time; the month is worked out from it."_s);
    auto bench = function ? services::shapedBench(*shape, project, *function) : services::shapedBench(*shape);
    if (!bench || bench->isMeasured || !options.duration.empty())
        return bench;
    if (function)
        return failure(ErrorCode::NotFound, u"“%1” has not run here yet: nobody knows how long it takes."_s.arg(function->name), u"Invoke it first, or give --duration-ms."_s);
    note(u"100 ms each are assumed; give --duration-ms, or --function for one that ran here."_s);
    return bench;
}

/// That traffic, with the durations that the options give.
Result<services::Workbench> benchOf(const CostOptions &options)
{
    auto bench = trafficOf(options);
    if (!bench)
        return bench;
    for (cost::SimulatedFunction &function : bench->functions) {
        for (const auto &[given, target] : {std::pair(&options.duration, &function.duration), std::pair(&options.init, &function.init)}) {
            if (given->empty())
                continue;
            const auto parsed = cost::parseDistribution(text(*given));
            if (!parsed)
                return tl::unexpected(parsed.error());
            *target = *parsed;
        }
    }
    // What each request took is kept unless another duration is asked for.
    if (!options.duration.empty()) {
        for (cost::Arrival &arrival : bench->trace)
            arrival.durationUs = -1;
    }
    return bench;
}

Result<WhatIf> changeOf(const CostOptions &options)
{
    const auto day = dayOf(options);
    if (!day)
        return tl::unexpected(day.error());
    WhatIf change;
    change.memoryMiB = options.memoryMiB;
    if (!options.architecture.empty())
        change.arm = options.architecture == "arm64";
    change.traffic = options.traffic;
    change.speed = options.speed;
    change.processorBound = options.processorBound;
    change.reservedConcurrency = options.reserved;
    change.provisionedConcurrency = options.provisioned;
    change.warmUps = options.warmUps;
    change.accountConcurrency = options.accountConcurrency;
    change.overload = options.queue ? cost::Overload::Queue : cost::Overload::Throttle;
    change.freeTier = options.freeTier;
    change.utilisation = options.utilisation;
    change.pricesOn = *day;
    change.seed = options.seed;
    return change;
}

struct Swept {
    QString label;
    WhatIf change;
};

/// `memory=128,256,512` and the like.
Result<QList<Swept>> sweepOf(const CostOptions &options, const WhatIf &base)
{
    const QString given = text(options.sweep);
    const QString name = given.section(u'=', 0, 0);
    QList<Swept> all;
    const QStringList values = given.section(u'=', 1).split(u',', Qt::SkipEmptyParts);
    for (const QString &value : values) {
        WhatIf change = base;
        bool isNumber = true;
        const double number = name == "arch"_L1 ? 0 : value.toDouble(&isNumber);
        isNumber = isNumber && number >= 0 && number <= 1e6;
        if (name == "memory"_L1 && number >= 128 && number <= 10240)
            change.memoryMiB = int(number);
        else if (name == "provisioned"_L1)
            change.provisionedConcurrency = int(number);
        else if (name == "warm-ups"_L1)
            change.warmUps = int(number);
        else if (name == "concurrency"_L1)
            change.accountConcurrency = int(number);
        else if (name == "reserved"_L1)
            change.reservedConcurrency = int(number);
        else if (name == "traffic"_L1 && number > 0)
            change.traffic = number;
        else if (name == "speed"_L1 && number > 0)
            change.speed = number;
        else if (name == "arch"_L1 && (value == "arm64"_L1 || value == "x86_64"_L1))
            change.arm = value == "arm64"_L1;
        else
            isNumber = false;
        if (!isNumber)
            return failure(ErrorCode::Usage, u"“%1” is nothing to sweep over."_s.arg(given), u"Write NAME=VALUE,VALUE with memory, arch, provisioned, warm-ups, concurrency, reserved, traffic or speed."_s);
        all.append({value, change});
    }
    if (all.isEmpty())
        return failure(ErrorCode::Usage, u"“%1” is nothing to sweep over."_s.arg(given), u"Write memory=128,256,512."_s);
    return all;
}

void printResult(const services::WhatIfResult &result)
{
    const cost::SimulationResult &s = result.simulation;
    const auto share = [&](qint64 part) { return s.requests > 0 ? 100.0 * double(part) / double(s.requests) : 0.0; };
    print(u"%1 requests in %2: %3 cold starts (%4 %), %5 throttled (%6 %)%7"_s.arg(grouped(s.requests), duration(double(s.spanUs) / 1000), grouped(s.coldStarts)).arg(share(s.coldStarts), 0, 'f', 2).arg(grouped(s.throttles)).arg(share(s.throttles), 0, 'f', 2).arg(s.unserved > 0 ? u", %1 never had their turn"_s.arg(grouped(s.unserved)) : QString()));
    print(u"p50 %1, p95 %2, p99 %3; at most %4 at once, %5 on average"_s.arg(duration(double(s.p50Us) / 1000), duration(double(s.p95Us) / 1000), duration(double(s.p99Us) / 1000)).arg(s.maxConcurrency).arg(s.meanConcurrency, 0, 'f', 2));
    print(u"%1 for that time, %2 a month of 30 days (%3 requests)"_s.arg(result.span.total.readable(), result.month.total.readable(), grouped(qint64(result.monthRequests))));
}

void printAlternatives(const services::WhatIfResult &result)
{
    print(QString());
    QList<QStringList> rows{{u"THE SAME MONTH"_s, u"USD"_s}};
    for (const services::Alternative &one : result.providers)
        rows << QStringList{one.name, one.month.readable()};
    for (const services::Alternative &one : result.servers)
        rows << QStringList{u"%1 × %2"_s.arg(one.count).arg(one.name), one.month.readable()};
    printTable(rows);
    if (result.breakEvenRequests > 0)
        print(u"%1 is cheaper from %2 requests a month on."_s.arg(result.breakEvenServer, grouped(result.breakEvenRequests)));
    note(u"Modelled: starts and pings are left out on other clouds; servers are bought for the busiest moment and their sustained load."_s);
}

int simulateScenario(const CostOptions &options, const cost::PriceBook &prices)
{
    const auto scenarios = services::loadScenarios(sys::resourcePath(u"pricing/scenarios.json"_s));
    if (!scenarios)
        return fail(scenarios.error());
    QStringList ids;
    for (const services::Scenario &scenario : *scenarios) {
        ids << scenario.id;
        if (scenario.id != text(options.scenario))
            continue;
        const auto before = services::simulateWhatIf(scenario.bench, scenario.before, prices);
        std::optional<services::WhatIfResult> after;
        if (scenario.after)
            after = services::simulateWhatIf(scenario.bench, *scenario.after, prices);
        if (options.json) {
            QJsonObject json = services::toJson(before, prices);
            json.insert(u"scenario"_s, scenario.id);
            if (after)
                json.insert(u"after"_s, services::toJson(*after, prices));
            printJson(json);
            return Fine;
        }
        print(scenario.title);
        print(scenario.text);
        print(QString());
        printResult(before);
        if (after) {
            print(u"and then:"_s);
            printResult(*after);
        }
        printAlternatives(before);
        return Fine;
    }
    return fail({ErrorCode::NotFound, u"There is no scenario “%1”."_s.arg(text(options.scenario)), u"There are %1."_s.arg(ids.join(u", "_s)), {}});
}

int simulate(const CostOptions &options)
{
    const auto prices = pricesFor(options);
    if (!prices)
        return fail(prices.error());
    if (!options.scenario.empty())
        return simulateScenario(options, *prices);
    const auto bench = benchOf(options);
    if (!bench)
        return fail(bench.error());
    if (bench->standsForAnHour())
        note(u"Less than an hour was written down: for a month it is taken for what comes in an hour."_s);
    const auto change = changeOf(options);
    if (!change)
        return fail(change.error());
    if (options.sweep.empty()) {
        const auto result = services::simulateWhatIf(*bench, *change, *prices);
        if (options.json) {
            printJson(services::toJson(result, *prices));
        } else {
            printResult(result);
            printAlternatives(result);
        }
        return Fine;
    }
    const auto sweep = sweepOf(options, *change);
    if (!sweep)
        return fail(sweep.error());
    QJsonArray list;
    QList<QStringList> rows{{text(options.sweep).section(u'=', 0, 0).toUpper(), u"COLD"_s, u"THROTTLED"_s, u"P50"_s, u"P95"_s, u"P99"_s, u"AT ONCE"_s, u"A MONTH"_s}};
    for (const Swept &swept : *sweep) {
        const auto result = services::simulateWhatIf(*bench, swept.change, *prices);
        const cost::SimulationResult &s = result.simulation;
        rows << QStringList{swept.label, grouped(s.coldStarts), grouped(s.throttles), duration(double(s.p50Us) / 1000), duration(double(s.p95Us) / 1000), duration(double(s.p99Us) / 1000), QString::number(s.maxConcurrency), result.month.total.readable()};
        QJsonObject json = services::toJson(result, *prices);
        json.insert(u"value"_s, swept.label);
        list.append(json);
    }
    if (options.json)
        printJson(list);
    else
        printTable(rows);
    return Fine;
}

int listScenarios(const CostOptions &options)
{
    const auto scenarios = services::loadScenarios(sys::resourcePath(u"pricing/scenarios.json"_s));
    if (!scenarios)
        return fail(scenarios.error());
    QJsonArray list;
    QList<QStringList> rows{{u"SCENARIO"_s, QString()}};
    for (const services::Scenario &scenario : *scenarios) {
        rows << QStringList{scenario.id, scenario.title};
        list.append(QJsonObject{{u"scenario"_s, scenario.id}, {u"title"_s, scenario.title}, {u"text"_s, scenario.text}});
    }
    options.json ? printJson(list) : printTable(rows);
    return Fine;
}

void addSimulateOptions(CLI::App &command, CostOptions &options)
{
    options.project.addTo(command);
    command.add_option("--trace", options.trace, "A CSV file: timestamp,durationMs,function, or Azure's traces");
    command.add_option("--shape", options.shape, "steady, poisson, daily, burst, spikes or closed, with what each needs: poisson:rate=20/s,for=1h");
    command.add_flag("--recorded", options.recorded, "What ran here, as it came");
    command.add_option("--scenario", options.scenario, "A shipped example; eph cost scenarios lists them");
    command.add_option("--function,-f", options.simulatedFunction, "The function whose memory and measured durations are used");
    command.add_option("--duration,--duration-ms", options.duration, "How long each takes: 50, 1.2s, exp:50ms, p50=12,p95=80,p99=400");
    command.add_option("--init,--init-ms", options.init, "How long a cold start takes");
    command.add_option("--memory-mib", options.memoryMiB, "Another memory size")->check(CLI::Range(128, 10240));
    command.add_option("--arch", options.architecture, "x86_64 or arm64")->check(CLI::IsMember({"x86_64", "arm64"}));
    command.add_option("--traffic", options.traffic, "So many times as many requests")->capture_default_str()->check(CLI::Range(0.001, 100'000.0));
    command.add_option("--speed", options.speed, "Durations times that: 0.2 is five times as fast")->capture_default_str()->check(CLI::Range(0.0001, 1000.0));
    command.add_option("--processor-bound", options.processorBound, "Share of the duration that another memory size changes, 0 to 1")->capture_default_str()->check(CLI::Range(0.0, 1.0));
    command.add_option("--provisioned", options.provisioned, "Environments that are kept ready")->check(CLI::Range(0, 100'000));
    command.add_option("--warm-ups", options.warmUps, "Environments that are pinged every five minutes")->check(CLI::Range(0, 10'000));
    command.add_option("--reserved", options.reserved, "Reserved concurrency")->check(CLI::Range(0, 100'000));
    command.add_option("--concurrency", options.accountConcurrency, "What can run at once in the account")->capture_default_str()->check(CLI::Range(0, 1'000'000));
    command.add_flag("--queue", options.queue, "What finds no room waits, as behind a queue; otherwise it is throttled");
    command.add_option("--utilisation", options.utilisation, "How busy servers to compare with may be, 0.01 to 1")->capture_default_str()->check(CLI::Range(0.01, 1.0));
    command.add_flag("--free-tier", options.freeTier, "With the free tier");
    command.add_option("--seed", options.seed, "Another seed gives other random requests; the same gives the same result")->capture_default_str();
    command.add_option("--sweep", options.sweep, "NAME=VALUE,VALUE: memory, arch, provisioned, warm-ups, concurrency, reserved, traffic, speed");
    command.add_option("--region", options.region, "Prices of that region");
    command.add_option("--on", options.day, "Rules of that day");
    command.footer("The service's rules are simulated request by request: one environment for each at once, a thousand more in ten seconds, throttles. How long an idle\nenvironment lives (ten minutes) is modelled.\n\n"
                   "Examples:\n  eph cost simulate --shape burst:base=20/s,high=200/s,length=10s,every=5m,for=1h --duration 80ms --init 300ms\n  eph cost simulate --recorded --traffic 10 --sweep memory=128,256,512 --processor-bound 0.8\n  eph cost simulate --scenario faster-code");
}

} // namespace

void addSimulation(CLI::App &cost, Action &action)
{
    addCostCommand(cost, action, "simulate", "Simulates traffic: cold starts, latencies, throttles, cost, other clouds, servers", simulate, addSimulateOptions);
    addCostCommand(cost, action, "scenarios", "Lists the shipped examples", listScenarios, nullptr);
}

} // namespace eph::cli
