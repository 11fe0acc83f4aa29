// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/invokerunner.h"
#include "app/cli/pastmoment.h"
#include "app/common/composition.h"
#include "core/cost/currentprices.h"
#include "core/cost/priceids.h"
#include "core/cost/timespan.h"
#include "core/services/costestimate.h"
#include "core/services/costreport.h"
#include "core/services/memorytuning.h"
#include "core/services/templateservice.h"
#include "core/services/whatif.h"
#include "core/sys/paths.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonDocument>
#include <QSaveFile>
#include <cmath>

namespace eph::cli {

using namespace Qt::StringLiterals;
using services::WhatIf;

namespace {

struct Options {
    ProjectOptions project;
    FunctionOptions function;
    RunOptions run;
    std::string since;
    std::string csv;
    std::string region;
    std::string day;
    bool json = false;
    // price
    std::string service = "lambda";
    qint64 requests = 1'000'000;
    double durationMs = 100;
    double initMs = 0;
    double coldShare = 0;
    int memoryMiB = 0;
    int ephemeralMiB = 512;
    std::string architecture;
    double quantity = 1;
    int provisioned = 0;
    double provisionedHours = 730;
    bool noFreeTier = false;
    // simulate
    std::string trace;
    std::string shape;
    std::string scenario;
    std::string simulatedFunction;
    std::string duration;
    std::string init;
    double traffic = 1;
    double speed = 1;
    double processorBound = 0;
    int warmUps = 0;
    int reserved = -1;
    int accountConcurrency = 1000;
    bool queue = false;
    bool recorded = false;
    bool freeTier = false;
    quint64 seed = 1;
    std::string sweep;
    // tune
    std::string event;
    std::vector<int> sizes;
    int runs = 10;
    std::string goal = "balanced";
    bool apply = false;
    // budget
    std::string monthly;
    std::string budgetFunction;
    std::string fuse;
    bool clear = false;
    // prices
    std::string importFile;
    std::string filter;
};

QString text(const std::string &given)
{
    return QString::fromStdString(given);
}

qint64 nowMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

QString ms(double milliseconds)
{
    return milliseconds >= 1000 ? u"%1 s"_s.arg(milliseconds / 1000, 0, 'f', 2) : u"%1 ms"_s.arg(milliseconds, 0, 'f', milliseconds < 10 ? 2 : 1);
}

QString count(qint64 number)
{
    return QLocale(QLocale::English).toString(number);
}

/// The prices in force, of the region that is asked for or else of `region`; a warning about their age goes to stderr.
Result<cost::PriceBook> pricesFor(const Options &options, const QString &region = {})
{
    auto book = cost::currentPriceBook();
    if (!book)
        return book;
    if (const QString warning = book->warning(QDate::currentDate()); !warning.isEmpty())
        note(warning);
    const QString wanted = options.region.empty() ? region : text(options.region);
    return wanted.isEmpty() ? book : book->forRegion(wanted);
}

Result<QDate> dayOf(const Options &options)
{
    if (options.day.empty())
        return QDate::currentDate();
    const QDate day = QDate::fromString(text(options.day), Qt::ISODate);
    if (!day.isValid())
        return failure(ErrorCode::Usage, u"“%1” is no day."_s.arg(text(options.day)), u"Write it as 2020-11-30."_s);
    return day;
}

void printBill(const cost::Bill &bill, const cost::PriceBook &prices)
{
    QList<QStringList> rows{{u"ITEM"_s, u"QUANTITY"_s, u"UNIT"_s, u"USD"_s}};
    bool assumed = false;
    for (const cost::BillItem &item : bill.items) {
        const cost::Price &price = prices.price(item.price);
        assumed = assumed || price.assumed;
        rows << QStringList{cost::priceLabel(item.price) + (price.assumed ? u" *"_s : QString()), QString::number(item.quantity.units(), 'f', item.quantity.scale == 1 ? 0 : 3), price.unit, item.cost.exact()};
    }
    rows << QStringList{u"total"_s, {}, {}, bill.total.exact()};
    printTable(rows);
    if (assumed)
        note(u"* The price book has no price of %1; that of its own region is taken."_s.arg(prices.region()));
}

// --- report -------------------------------------------------------------------------------------------------------------

int report(const Options &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    const auto prices = pricesFor(options, project->region);
    if (!prices)
        return fail(prices.error());
    const auto from = pastMoment(options.since);
    if (!from)
        return fail(from.error());
    const auto report = services::reportCosts({project->folder, *from, nowMs()}, *prices);
    if (!report)
        return fail(report.error());
    if (!options.csv.empty()) {
        QSaveFile file(text(options.csv));
        const QByteArray csv = services::toCsv(*report);
        if (!file.open(QIODevice::WriteOnly) || file.write(csv) != csv.size() || !file.commit())
            return fail({ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(file.fileName(), file.errorString()), {}, {}});
    }
    if (options.json) {
        printJson(services::toJson(*report, *prices));
        return Fine;
    }
    if (report->functions.isEmpty()) {
        note(u"Nothing has run since %1."_s.arg(QDateTime::fromMSecsSinceEpoch(report->fromMs, Qt::UTC).toString(Qt::ISODate)));
        return Fine;
    }
    const auto cells = [](const services::CostRow &row) {
        return QStringList{count(row.totals.requests), count(row.totals.coldStarts), count(row.totals.throttles), ms(row.meanMs()), row.perInvocation().readable(), row.cost.readable()};
    };
    QList<QStringList> rows{{u"FUNCTION"_s, u"RUNS"_s, u"COLD"_s, u"THROTTLED"_s, u"MEAN"_s, u"EACH"_s, u"COST"_s}};
    for (const services::CostRow &row : report->functions)
        rows << QStringList{row.function} + cells(row);
    printTable(rows);
    print(QString());
    rows = {{u"BY"_s, u"FUNCTION"_s, u"RUNS"_s, u"COLD"_s, u"THROTTLED"_s, u"MEAN"_s, u"EACH"_s, u"COST"_s}};
    for (const services::CostRow &row : report->triggers)
        rows << QStringList{cost::triggerLabel(row.trigger) + (row.origin.isEmpty() ? QString() : QString(u' ' + row.origin)), row.function} + cells(row);
    printTable(rows);
    print(QString());
    print(u"%1 since %2, %3 with the free tier; %4 a month at this rate, %5 forecast for this month."_s.arg(report->bill.total.readable(), QDateTime::fromMSecsSinceEpoch(report->fromMs, Qt::UTC).toString(Qt::ISODate), report->withFreeTier.readable(),
                                                                                                             report->monthly.readable(), report->forecast.readable()));
    note(u"List prices of %1 for %2, modelled from local runs."_s.arg(report->priceDate.toString(Qt::ISODate), report->region));
    return Fine;
}

// --- estimate -----------------------------------------------------------------------------------------------------------

int estimate(const Options &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    const auto prices = pricesFor(options, project->region);
    if (!prices)
        return fail(prices.error());
    services::CostEstimateRequest request{&*project, now(), {}, options.accountConcurrency};
    if (QFile::exists(cost::MeterStore::pathIn(project->folder))) {
        const auto store = cost::MeterStore::open(cost::MeterStore::pathIn(project->folder));
        if (!store)
            return fail(store.error());
        request.measuredUs = (*store)->medianUs();
    }
    const services::CostEstimate estimate = services::estimateCosts(request, *prices);
    if (options.json) {
        printJson(services::toJson(estimate));
        return Fine;
    }
    QList<QStringList> rows{{u"FUNCTION"_s, u"MEASURED"_s, u"SCHEDULED, A MONTH"_s, u"PER MILLION REQUESTS"_s, u"MOST POSSIBLE, A MONTH"_s, u"UNKNOWN"_s}};
    const auto range = [](Money least, Money most) { return least == most ? least.readable() : QString(least.readable() + u" to "_s + most.readable()); };
    for (const services::FunctionEstimate &one : estimate.functions) {
        Money least;
        Money most;
        for (const auto &scheduled : one.schedules) {
            least += scheduled.least;
            most += scheduled.most;
        }
        rows << QStringList{one.function, one.durationUs > 0 ? ms(double(one.durationUs) / 1000) : u"-"_s, one.schedules.isEmpty() ? u"-"_s : range(least, most), range(one.perMillion, one.perMillionMost), one.exposure.readable(), one.unknown.join(u", "_s)};
    }
    printTable(rows);
    print(QString());
    print(u"%1 a month for what is known: schedules and provisioned concurrency."_s.arg(range(estimate.least, estimate.most)));
    if (estimate.hasUnknown)
        note(u"How often the rest comes nobody knows: see PER MILLION REQUESTS, or simulate it (eph cost simulate). The most possible is %1 at once, each until its timeout."_s.arg(options.accountConcurrency));
    return Fine;
}

// --- price --------------------------------------------------------------------------------------------------------------

Result<QList<cost::Line>> linesToPrice(const Options &options, const cost::PriceBook &prices, const cost::BillingRules &rules)
{
    const QString service = text(options.service);
    const auto durationUs = qint64(std::llround(options.durationMs * 1000));
    const int memory = options.memoryMiB > 0 ? options.memoryMiB : 128;
    const bool arm = options.architecture == "arm64";
    if (service == "lambda"_L1) {
        const auto cold = qint64(std::llround(double(options.requests) * options.coldShare));
        cost::Usage usage{memory, rules.billedMs(durationUs, 0), arm, options.provisioned > 0, options.ephemeralMiB};
        cost::LambdaUsage month;
        month.add(usage, options.requests - cold);
        usage.billedMs = rules.billedMs(durationUs, std::llround(options.initMs * 1000));
        month.add(usage, cold);
        QList<cost::Line> lines = cost::linesOf(month);
        if (options.provisioned > 0)
            lines.append(cost::provisionedLine(options.provisioned, memory, arm, std::llround(options.provisionedHours * 3600)));
        return lines;
    }
    cost::Workload work;
    work.memoryMiB = memory;
    work.add(durationUs, options.requests);
    if (service == "cloud-run"_L1)
        return cost::cloudRunLines(work, cost::cloudRunMilliCpu(memory));
    if (service == "google-functions"_L1)
        return cost::gcfLines(work);
    if (service == "azure-consumption"_L1)
        return cost::azureConsumptionLines(work);
    if (service == "azure-flex"_L1)
        return cost::azureFlexLines(work);
    if (service == "cloudflare-workers"_L1)
        return cost::workersLines(options.requests, work.ms);
    if (prices.ids().contains(service)) {
        constexpr qint64 Micro = 1'000'000;
        return QList<cost::Line>{{service, {cost::Wide(std::llround(options.quantity * Micro)), Micro}}};
    }
    return failure(ErrorCode::Usage, u"There is no service “%1”."_s.arg(service),
                   u"There are lambda, cloud-run, google-functions, azure-consumption, azure-flex, cloudflare-workers, and every price that eph cost prices lists."_s);
}

int price(const Options &options)
{
    const auto prices = pricesFor(options);
    const auto day = dayOf(options);
    if (!prices || !day)
        return fail(prices ? day.error() : prices.error());
    const auto lines = linesToPrice(options, *prices, prices->rulesOn(*day));
    if (!lines)
        return fail(lines.error());
    // What runs on provisioned concurrency has no free tier.
    const bool free = !options.noFreeTier && options.provisioned == 0;
    const cost::Bill bill = cost::billOf(*prices, *lines, free ? cost::FreeTier::Applied : cost::FreeTier::None);
    if (options.json) {
        QJsonObject json = cost::toJson(bill, *prices);
        json.insert(u"region"_s, prices->region());
        json.insert(u"pricesOf"_s, prices->date().toString(Qt::ISODate));
        printJson(json);
    } else {
        printBill(bill, *prices);
    }
    return Fine;
}

// --- simulate -----------------------------------------------------------------------------------------------------------

Result<services::Workbench> benchOf(const Options &options)
{
    services::Workbench bench;
    const int sources = !options.trace.empty() + !options.shape.empty() + options.recorded;
    if (sources != 1)
        return failure(ErrorCode::Usage, u"Traffic comes from one of --trace, --shape, --recorded and --scenario."_s, u"Give one, such as --shape poisson:rate=20/s,for=1h."_s);
    QString memoryFrom;
    std::optional<cost::Trace> trace;
    std::optional<project::Project> project;
    // A function of the project lends its memory and what was measured of it.
    if (options.recorded || !options.simulatedFunction.empty()) {
        auto opened = options.project.open();
        if (!opened)
            return tl::unexpected(opened.error());
        project = *std::move(opened);
    }
    cost::SimulatedFunction lent;
    lent.name = u"function"_s;
    if (!options.simulatedFunction.empty()) {
        const auto chosen = project->chosenFunction(text(options.simulatedFunction));
        if (!chosen)
            return tl::unexpected(chosen.error());
        lent.name = (*chosen)->name;
        lent.memoryMiB = (*chosen)->memoryMiB;
        lent.arm = (*chosen)->architecture == "arm64"_L1;
        lent.ephemeralMiB = (*chosen)->ephemeralStorageMiB;
        lent.reservedConcurrency = (*chosen)->reservedConcurrency;
        lent.provisionedConcurrency = (*chosen)->provisionedConcurrency;
    }
    if (project && QFile::exists(cost::MeterStore::pathIn(project->folder))) {
        const auto store = cost::MeterStore::open(cost::MeterStore::pathIn(project->folder));
        if (!store)
            return tl::unexpected(store.error());
        cost::Trace recorded = (*store)->trace(options.simulatedFunction.empty() ? QString() : lent.name);
        if (options.recorded) {
            trace = std::move(recorded);
        } else if (!recorded.functions.empty()) {
            lent.duration = recorded.functions.front().duration;
            lent.init = recorded.functions.front().init;
            lent.logBytes = recorded.functions.front().logBytes;
        } else if (options.duration.empty()) {
            return failure(ErrorCode::NotFound, u"“%1” has not run here yet: nobody knows how long it takes."_s.arg(lent.name), u"Invoke it first, or give --duration-ms."_s);
        }
    }
    if (options.recorded && (!trace || trace->arrivals.empty()))
        return failure(ErrorCode::NotFound, u"Nothing of this project was recorded yet."_s, u"Invoke its functions first, or give --shape."_s);
    if (!options.trace.empty()) {
        auto loaded = cost::loadTrace(text(options.trace), options.seed);
        if (!loaded)
            return tl::unexpected(loaded.error());
        trace = *std::move(loaded);
    }
    if (trace) {
        bench.functions = std::move(trace->functions);
        bench.trace = std::move(trace->arrivals);
    } else {
        auto shape = cost::parseShape(text(options.shape));
        if (!shape)
            return tl::unexpected(shape.error());
        bench.shape = *shape;
        bench.functions = {lent};
    }
    for (cost::SimulatedFunction &function : bench.functions) {
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
        for (cost::Arrival &arrival : bench.trace)
            arrival.durationUs = -1;
    }
    return bench;
}

Result<WhatIf> changeOf(const Options &options)
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
    change.pricesOn = *day;
    change.seed = options.seed;
    return change;
}

struct Swept {
    QString label;
    WhatIf change;
};

/// `memory=128,256,512` and the like.
Result<QList<Swept>> sweepOf(const Options &options, const WhatIf &base)
{
    const QString given = text(options.sweep);
    const QString name = given.section(u'=', 0, 0);
    QList<Swept> all;
    const QStringList values = given.section(u'=', 1).split(u',', Qt::SkipEmptyParts);
    for (const QString &value : values) {
        WhatIf change = base;
        bool isNumber = true;
        const double number = name == "arch"_L1 ? 0 : value.toDouble(&isNumber);
        isNumber = isNumber && number >= 0 && number <= 1e9;
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
    print(u"%1 requests in %2: %3 cold starts (%4 %), %5 throttled (%6 %)"_s.arg(count(s.requests), ms(double(s.spanUs) / 1000), count(s.coldStarts)).arg(share(s.coldStarts), 0, 'f', 2).arg(count(s.throttles)).arg(share(s.throttles), 0, 'f', 2));
    print(u"p50 %1, p95 %2, p99 %3; at most %4 at once, %5 on average"_s.arg(ms(double(s.p50Us) / 1000), ms(double(s.p95Us) / 1000), ms(double(s.p99Us) / 1000)).arg(s.maxConcurrency).arg(s.meanConcurrency, 0, 'f', 2));
    print(u"%1 for that time, %2 a month of 30 days (%3 requests)"_s.arg(result.span.total.readable(), result.month.total.readable(), count(qint64(result.monthRequests))));
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
        print(u"%1 is cheaper from %2 requests a month on."_s.arg(result.breakEvenServer, count(result.breakEvenRequests)));
    note(u"Modelled: starts and pings are left out on other clouds; servers are bought for the busiest moment, at 70 % of their processors."_s);
}

int simulateScenario(const Options &options, const cost::PriceBook &prices)
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

int simulate(const Options &options)
{
    const auto prices = pricesFor(options);
    if (!prices)
        return fail(prices.error());
    if (!options.scenario.empty())
        return simulateScenario(options, *prices);
    const auto bench = benchOf(options);
    if (!bench)
        return fail(bench.error());
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
        rows << QStringList{swept.label, count(s.coldStarts), count(s.throttles), ms(double(s.p50Us) / 1000), ms(double(s.p95Us) / 1000), ms(double(s.p99Us) / 1000), QString::number(s.maxConcurrency), result.month.total.readable()};
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

// --- tune ---------------------------------------------------------------------------------------------------------------

void printTuning(const services::TuningResult &result)
{
    QList<QStringList> rows{{u"MEMORY"_s, u"DURATION"_s, u"±"_s, u"INIT"_s, u"USED"_s, u"PER MILLION"_s, QString()}};
    for (int i = 0; i < result.points.size(); ++i) {
        const services::TuningPoint &point = result.points.at(i);
        const QString memory = u"%1 MB"_s.arg(point.memoryMiB);
        if (!point.failure.isEmpty())
            rows << QStringList{memory, u"failed"_s, {}, {}, {}, {}, point.failure};
        else
            rows << QStringList{memory, ms(point.meanMs), ms(point.marginMs), ms(point.initMs), u"%1 MB"_s.arg(point.maxMemoryMiB), point.perMillion.readable(), i == result.best ? u"recommended"_s : QString()};
    }
    printTable(rows);
    note(u"Measured on this machine, with the processor share that each size buys; the cloud's processors differ."_s);
}

int tune(const Options &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    const auto event = readEvent(text(options.event), chosen->project);
    if (!event)
        return fail(event.error());
    auto cloud = options.run.chosen();
    if (!cloud)
        return fail(cloud.error());
    cloud->prestart = false;
    const auto composition = app::Composition::create(*cloud, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    services::TuningRequest request{{chosen->project, chosen->function, *event, {}}};
    if (!options.sizes.empty())
        request.sizes = QList<int>(options.sizes.begin(), options.sizes.end());
    request.runs = options.runs;
    request.goal = options.goal == "cost" ? services::TuningGoal::Cost : options.goal == "speed" ? services::TuningGoal::Speed : services::TuningGoal::Balanced;
    services::MemoryTuning tuning((*composition)->invokes, (*composition)->cloud);
    return runLoop([&](const std::function<void(int)> &exit) {
        QObject::connect(&tuning, &services::MemoryTuning::failed, qApp, [exit](const Error &error) { exit(fail(error)); });
        QObject::connect(&tuning, &services::MemoryTuning::finished, qApp, [&, exit](const services::TuningResult &result) {
            if (options.json)
                printJson(services::toJson(result));
            else
                printTuning(result);
            if (result.best < 0)
                return exit(Failed);
            if (options.apply) {
                const int memory = result.points.at(result.best).memoryMiB;
                if (const auto changed = services::changeFunction(chosen->function, {{{u"MemorySize"_s}, QString::number(memory)}}); !changed)
                    return exit(fail(changed.error()));
                note(u"“%1” has %2 MB now."_s.arg(result.function).arg(memory));
            }
            exit(Fine);
        });
        if (const auto started = tuning.start(request); !started)
            exit(fail(started.error()));
    });
}

// --- budget, prices, scenarios ------------------------------------------------------------------------------------------

int budget(const Options &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    auto budget = cost::loadBudget(project->folder);
    if (!budget && !options.clear)
        return fail(budget.error());
    cost::Budget changed = budget && !options.clear ? *budget : cost::Budget();
    if (!options.monthly.empty()) {
        const auto amount = cost::parseMoney(text(options.monthly));
        if (!amount)
            return fail({ErrorCode::Usage, amount.error().message, amount.error().hint, {}});
        if (options.budgetFunction.empty()) {
            changed.project = *amount;
        } else {
            const auto function = project->chosenFunction(text(options.budgetFunction));
            if (!function)
                return fail(function.error());
            changed.functions.insert((*function)->name, *amount);
        }
    }
    if (!options.fuse.empty())
        changed.fuse = options.fuse == "on";
    const auto composition = app::Composition::create({}, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    services::CostMeter &meter = (*composition)->meter;
    meter.setProject(project->folder, project->region);
    if (!budget || changed != *budget) {
        if (const auto saved = meter.setBudget(changed); !saved)
            return fail(saved.error());
    }
    bool over = false;
    QJsonArray list;
    QList<QStringList> rows{{u"BUDGET OF"_s, u"SPENT THIS MONTH"_s, u"LIMIT"_s, QString()}};
    for (const services::BudgetStanding &standing : meter.standings()) {
        const bool isOver = standing.state == cost::BudgetState::Over;
        over = over || isOver;
        list.append(QJsonObject{{u"function"_s, standing.function.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(standing.function)}, {u"spentUsd"_s, standing.spent.exact()}, {u"limitUsd"_s, standing.limit.exact()}, {u"over"_s, isOver}});
        rows << QStringList{standing.function.isEmpty() ? u"the project"_s : standing.function, standing.spent.readable(), standing.limit.readable(), isOver ? u"used up"_s : standing.state == cost::BudgetState::Near ? u"nearly used up"_s : QString()};
    }
    if (options.json) {
        printJson(QJsonObject{{u"fuse"_s, changed.fuse}, {u"fuseBlown"_s, meter.isFuseBlown()}, {u"budgets"_s, list}});
    } else if (list.isEmpty()) {
        note(u"There is no budget. Set one with: eph cost budget --monthly 5"_s);
    } else {
        printTable(rows);
        note(changed.fuse ? u"Schedules stop here once one is used up."_s : u"Nothing stops when one is used up; --fuse on stops the schedules here."_s);
    }
    return over ? int(HasFindings) : Fine;
}

int listPrices(const Options &options)
{
    if (!options.importFile.empty()) {
        const auto imported = cost::importPriceBook(text(options.importFile));
        if (!imported)
            return fail(imported.error());
        note(u"The prices of %1 are kept in %2."_s.arg(imported->date().toString(Qt::ISODate), cost::importedPricesPath()));
    }
    const auto prices = pricesFor(options);
    if (!prices)
        return fail(prices.error());
    QJsonArray list;
    QList<QStringList> rows{{u"PRICE"_s, u"UNIT"_s, u"USD"_s, u"FREE A MONTH"_s, u"SEEN"_s, QString()}};
    for (const QString &id : prices->ids()) {
        if (!options.filter.empty() && !id.contains(text(options.filter), Qt::CaseInsensitive))
            continue;
        const cost::Price &price = prices->price(id);
        QJsonArray tiers;
        for (const cost::Tier &tier : price.tiers)
            tiers.append(QJsonObject{{u"upTo"_s, tier.upTo ? QJsonValue(*tier.upTo) : QJsonValue(QJsonValue::Null)}, {u"usd"_s, tier.price.exact()}});
        list.append(QJsonObject{{u"price"_s, id}, {u"unit"_s, price.unit}, {u"tiers"_s, tiers}, {u"free"_s, price.free}, {u"source"_s, price.source}, {u"seen"_s, price.seen}, {u"verified"_s, price.verified}, {u"assumedRegion"_s, price.assumed}});
        QString remark = price.verified ? QString() : u"seen in one place only"_s;
        if (price.assumed)
            remark = u"not known for %1"_s.arg(prices->region());
        rows << QStringList{id, price.unit, price.tiers.front().price.exact() + (price.tiers.size() > 1 ? u", less for much"_s : QString()), price.free > 0 ? count(price.free) : QString(), price.seen, remark};
    }
    if (options.json) {
        printJson(QJsonObject{{u"date"_s, prices->date().toString(Qt::ISODate)}, {u"region"_s, prices->region()}, {u"regions"_s, QJsonArray::fromStringList(prices->regions())}, {u"prices"_s, list}});
        return Fine;
    }
    printTable(rows);
    note(u"Prices of %1 for %2; sources with --json."_s.arg(prices->date().toString(Qt::ISODate), prices->region()));
    return Fine;
}

int listScenarios(const Options &options)
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

void addReport(CLI::App &command, Options &options)
{
    options.project.addTo(command);
    command.add_option("--since", options.since, "30m, 2h, 7d ago, or a date and time; otherwise since the month began (UTC). Whole hours");
    command.add_option("--csv", options.csv, "Write the rows to that file, too");
    command.add_option("--region", options.region, "Prices of that region; otherwise the project's");
    command.footer("Exact list prices of what ran here. Log ingestion, gateways, schedules and queues are in it; a batch of a queue counts as two of its requests.");
}

void addEstimate(CLI::App &command, Options &options)
{
    options.project.addTo(command);
    command.add_option("--region", options.region, "Prices of that region; otherwise the project's");
    command.add_option("--account-concurrency", options.accountConcurrency, "What can run at once in the account")->capture_default_str()->check(CLI::Range(1, 1'000'000));
    command.footer("Schedules are counted for 30 days. What was measured here bounds the rest below, timeouts and concurrency bound it above.");
}

void addPrice(CLI::App &command, Options &options)
{
    command.add_option("--service", options.service, "lambda, cloud-run, google-functions, azure-consumption, azure-flex, cloudflare-workers, or a price that eph cost prices lists")->capture_default_str();
    command.add_option("--requests", options.requests, "Requests a month")->capture_default_str()->check(CLI::Range(qint64(0), qint64(1'000'000'000'000)));
    command.add_option("--duration-ms", options.durationMs, "How long each takes")->capture_default_str()->check(CLI::Range(0.0, 86'400'000.0));
    command.add_option("--memory-mib", options.memoryMiB, "Memory; 128 otherwise")->check(CLI::Range(128, 32768));
    command.add_option("--arch", options.architecture, "x86_64 or arm64")->check(CLI::IsMember({"x86_64", "arm64"}));
    command.add_option("--init-ms", options.initMs, "How long a cold start takes")->check(CLI::Range(0.0, 900'000.0));
    command.add_option("--cold-share", options.coldShare, "Share of the requests that are cold, 0 to 1")->check(CLI::Range(0.0, 1.0));
    command.add_option("--ephemeral-mib", options.ephemeralMiB, "Size of /tmp")->capture_default_str()->check(CLI::Range(512, 10240));
    command.add_option("--provisioned", options.provisioned, "Environments that are kept ready; all requests run on them")->check(CLI::Range(0, 100'000));
    command.add_option("--provisioned-hours", options.provisionedHours, "For so many hours of the month")->capture_default_str()->check(CLI::Range(0.0, 744.0));
    command.add_option("--quantity", options.quantity, "Of a single price: how many of its units")->capture_default_str()->check(CLI::Range(0.0, 1e12));
    command.add_flag("--no-free-tier", options.noFreeTier, "Leave the free tier out");
    command.add_option("--region", options.region, "Prices of that region");
    command.add_option("--on", options.day, "Rules of that day: rounding to 100 ms until 2020-11-30, starts billed from 2025-08-01");
}

void addSimulate(CLI::App &command, Options &options)
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
    command.add_flag("--free-tier", options.freeTier, "With the free tier");
    command.add_option("--seed", options.seed, "Another seed gives other random requests; the same gives the same result")->capture_default_str();
    command.add_option("--sweep", options.sweep, "NAME=VALUE,VALUE: memory, arch, provisioned, warm-ups, concurrency, reserved, traffic, speed");
    command.add_option("--region", options.region, "Prices of that region");
    command.add_option("--on", options.day, "Rules of that day");
    command.footer("The service's rules are simulated request by request: one environment for each at once, a thousand more in ten seconds, throttles. How long an idle\nenvironment lives (ten minutes) is modelled.\n\n"
                   "Examples:\n  eph cost simulate --shape burst:base=20/s,high=200/s,length=10s,every=5m,for=1h --duration 80ms --init 300ms\n  eph cost simulate --recorded --traffic 10 --sweep memory=128,256,512 --processor-bound 0.8\n  eph cost simulate --scenario faster-code");
}

void addTune(CLI::App &command, Options &options)
{
    options.function.addTo(command, FunctionOptions::Name::Required);
    command.add_option("--event,-e", options.event, "The event: a file, - for standard input, JSON, or a name in the events folder");
    command.add_option("--sizes", options.sizes, "Memory sizes in MB; otherwise 128, 256, 512, 1024, 1769, 3008")->delimiter(',');
    command.add_option("--runs", options.runs, "Warm runs at each size")->capture_default_str();
    command.add_option("--goal", options.goal, "cost, speed or balanced")->capture_default_str()->check(CLI::IsMember({"cost", "speed", "balanced"}));
    command.add_flag("--apply", options.apply, "Write the recommended size into the template");
    options.run.addTo(command);
}

void addBudget(CLI::App &command, Options &options)
{
    options.project.addTo(command);
    command.add_option("--monthly", options.monthly, "The limit of a calendar month in USD");
    command.add_option("--function,-f", options.budgetFunction, "Of that function; otherwise of the project");
    command.add_option("--fuse", options.fuse, "on: schedules stop here once a budget is used up")->check(CLI::IsMember({"on", "off"}));
    command.add_flag("--clear", options.clear, "Forget what was set before");
    command.footer("Exit code 3 means that a budget is used up. In the cloud a function is stopped by its reserved concurrency: eph set NAME ReservedConcurrentExecutions=0.");
}

} // namespace

void addCost(CLI::App &app, Action &action)
{
    CLI::App *cost = app.add_subcommand("cost", "What runs cost: measured, estimated, simulated, tuned");
    cost->require_subcommand(1);
    cost->footer("Examples:\n  eph cost report --since 7d\n  eph cost estimate\n  eph cost price --requests 3000000 --duration-ms 120 --memory-mib 1536\n  eph cost simulate --recorded --traffic 10\n  eph cost tune purchase --event order.json --apply");
    const auto add = [&](const char *name, const char *description, int (*run)(const Options &), void (*addOptions)(CLI::App &, Options &)) {
        auto options = std::make_shared<Options>();
        CLI::App *command = cost->add_subcommand(name, description);
        if (addOptions)
            addOptions(*command, *options);
        command->add_flag("--json", options->json, "Print JSON");
        command->callback([options, run, &action] { action = [options, run] { return run(*options); }; });
    };
    add("report", "What the project's functions have cost, by function and by what made them run", report, addReport);
    add("estimate", "What a month costs as far as the template says", estimate, addEstimate);
    add("price", "Prices a month of one service", price, addPrice);
    add("simulate", "Simulates traffic: cold starts, latencies, throttles, cost, other clouds, servers", simulate, addSimulate);
    add("tune", "Measures a function at several memory sizes and recommends one", tune, addTune);
    add("budget", "Shows and sets what a month may cost", budget, addBudget);
    add("prices", "Lists the prices in force, with their age", listPrices, [](CLI::App &command, Options &options) {
        command.add_option("--import", options.importFile, "Take the prices of that file from now on");
        command.add_option("--region", options.region, "Of that region");
        command.add_option("filter", options.filter, "Only those with that in their name");
    });
    add("scenarios", "Lists the shipped examples", listScenarios, nullptr);
}

} // namespace eph::cli
