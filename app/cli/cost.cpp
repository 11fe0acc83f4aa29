// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/costoptions.h"
#include "app/cli/pastmoment.h"
#include "app/common/composition.h"
#include "core/cost/currentprices.h"
#include "core/cost/meterstore.h"
#include "core/cost/othercloudcost.h"
#include "core/services/costestimate.h"
#include "core/services/costreport.h"

#include <QDateTime>
#include <QSaveFile>
#include <cmath>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

void printBill(const cost::Bill &bill, const cost::PriceBook &prices)
{
    QList<QStringList> rows{{u"ITEM"_s, u"QUANTITY"_s, u"UNIT"_s, u"USD"_s}};
    bool assumed = false;
    for (const cost::BillItem &item : bill.items) {
        const cost::Price &price = prices.price(item.price);
        assumed = assumed || price.assumed;
        rows << QStringList{cost::priceLabel(item.price) + (price.assumed ? u" *"_s : QString()), QString::number(item.quantity.units(), 'f', item.quantity.scale == 1 ? 0 : 3), price.unit, item.cost.isSaturated() ? item.cost.readable() : item.cost.exact()};
    }
    rows << QStringList{u"total"_s, {}, {}, bill.total.isSaturated() ? bill.total.readable() : bill.total.exact()};
    printTable(rows);
    if (assumed)
        note(u"* The price book has no price of %1; that of its own region is taken."_s.arg(prices.region()));
}

int report(const CostOptions &options)
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
    const auto report = services::reportCosts({project->folder, *from, QDateTime::currentMSecsSinceEpoch()}, *prices);
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
        return QStringList{grouped(row.totals.requests), grouped(row.totals.coldStarts), grouped(row.totals.throttles), duration(row.meanMs()), row.perInvocation().readable(), row.cost.readable()};
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

int estimate(const CostOptions &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    const auto prices = pricesFor(options, project->region);
    if (!prices)
        return fail(prices.error());
    services::CostEstimateRequest request{&*project, now(), {}, options.accountConcurrency};
    const auto store = cost::MeterStore::ofProject(project->folder);
    if (!store)
        return fail(store.error());
    request.measuredUs = (*store)->medianUs();
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
        rows << QStringList{one.function, one.durationUs > 0 ? duration(double(one.durationUs) / 1000) : u"-"_s, one.schedules.isEmpty() ? u"-"_s : range(least, most), range(one.perMillion, one.perMillionMost), one.exposure.readable(), one.unknown.join(u", "_s)};
    }
    printTable(rows);
    print(QString());
    print(u"%1 a month for what is known: schedules and provisioned concurrency."_s.arg(range(estimate.least, estimate.most)));
    if (estimate.hasUnknown)
        note(u"How often the rest comes nobody knows: see PER MILLION REQUESTS, or simulate it (eph cost simulate). The most possible is %1 at once, all month: each until its timeout, or as many requests as that many can take, whichever costs more."_s.arg(options.accountConcurrency));
    return Fine;
}

Result<QList<cost::Line>> linesToPrice(const CostOptions &options, const cost::PriceBook &prices, const cost::BillingRules &rules)
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

int price(const CostOptions &options)
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

int budget(const CostOptions &options)
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
    std::optional<Error> unknown;
    QObject::connect(&meter, &services::CostMeter::failed, &meter, [&unknown](const Error &error) { unknown = error; });
    meter.setProject(project->folder, project->region);
    // A budget that cannot be read is being replaced.
    unknown.reset();
    if (!budget || changed != *budget) {
        if (const auto saved = meter.setBudget(changed); !saved)
            return fail(saved.error());
    }
    meter.flush();
    if (unknown)
        return fail(*unknown);
    bool over = false;
    QJsonArray list;
    const auto prices = pricesFor(options, project->region);
    if (!prices)
        return fail(prices.error());
    QList<QStringList> rows{{u"BUDGET OF"_s, u"SPENT THIS MONTH"_s, u"LIMIT"_s, u"KEPT BY"_s, QString()}};
    for (const services::BudgetStanding &standing : meter.standings()) {
        const project::Function *function = project->function(standing.function);
        const int limit = function ? services::concurrencyWithin(standing.limit, *function, *prices) : -1;
        const bool isOver = standing.state == cost::BudgetState::Over;
        over = over || isOver;
        list.append(QJsonObject{{u"function"_s, standing.function.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(standing.function)}, {u"spentUsd"_s, standing.spent.exact()}, {u"limitUsd"_s, standing.limit.exact()}, {u"over"_s, isOver}, {u"reservedConcurrency"_s, limit >= 0 ? QJsonValue(limit) : QJsonValue(QJsonValue::Null)}});
        rows << QStringList{standing.function.isEmpty() ? u"the project"_s : standing.function, standing.spent.readable(), standing.limit.readable(), limit >= 0 ? u"%1 at once"_s.arg(limit) : QString(), isOver ? u"used up"_s : standing.state == cost::BudgetState::Near ? u"nearly used up"_s : QString()};
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

int listPrices(const CostOptions &options)
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
        rows << QStringList{id, price.unit, price.tiers.front().price.exact() + (price.tiers.size() > 1 ? u", less for much"_s : QString()), price.free > 0 ? grouped(price.free) : QString(), price.seen, remark};
    }
    if (options.json) {
        printJson(QJsonObject{{u"date"_s, prices->date().toString(Qt::ISODate)}, {u"region"_s, prices->region()}, {u"regions"_s, QJsonArray::fromStringList(prices->regions())}, {u"prices"_s, list}});
        return Fine;
    }
    printTable(rows);
    note(u"Prices of %1 for %2; sources with --json."_s.arg(prices->date().toString(Qt::ISODate), prices->region()));
    return Fine;
}

void addReport(CLI::App &command, CostOptions &options)
{
    options.project.addTo(command);
    command.add_option("--since", options.since, "30m, 2h, 7d ago, or a date and time; otherwise since the month began (UTC). Whole hours");
    command.add_option("--csv", options.csv, "Write the rows to that file, too");
    command.add_option("--region", options.region, "Prices of that region; otherwise the project's");
    command.footer("Exact list prices of what ran here. Log ingestion, gateways, schedules and queues are in it; a batch of a queue counts as two of its requests.");
}

void addEstimate(CLI::App &command, CostOptions &options)
{
    options.project.addTo(command);
    command.add_option("--region", options.region, "Prices of that region; otherwise the project's");
    command.add_option("--account-concurrency", options.accountConcurrency, "What can run at once in the account")->capture_default_str()->check(CLI::Range(1, 1'000'000));
    command.footer("Schedules are counted for 30 days. What was measured here bounds the rest below, timeouts and concurrency bound it above.");
}

void addPrice(CLI::App &command, CostOptions &options)
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

void addBudget(CLI::App &command, CostOptions &options)
{
    options.project.addTo(command);
    command.add_option("--monthly", options.monthly, "The limit of a calendar month in USD");
    command.add_option("--function,-f", options.budgetFunction, "Of that function; otherwise of the project");
    command.add_option("--fuse", options.fuse, "on: schedules stop here once a budget is used up")->check(CLI::IsMember({"on", "off"}));
    command.add_flag("--clear", options.clear, "Forget what was set before");
    command.footer("Exit code 3 means that a budget is used up. KEPT BY is the reserved concurrency with which a function cannot cost more in a month, however\noften it is asked: eph set NAME ReservedConcurrentExecutions=N. 0 stops it.\n\nExamples:\n  eph cost budget --monthly 5 --fuse on\n  eph cost budget --function purchase --monthly 0.5");
}

} // namespace

void addCost(CLI::App &app, Action &action)
{
    CLI::App *cost = app.add_subcommand("cost", "What runs cost: measured, estimated, simulated, tuned");
    cost->require_subcommand(1);
    cost->footer("Examples:\n  eph cost report --since 7d\n  eph cost estimate\n  eph cost price --requests 3000000 --duration-ms 120 --memory-mib 1536\n  eph cost simulate --recorded --traffic 10\n  eph cost tune purchase --event order.json --apply");
    addCostCommand(*cost, action, "report", "What the project's functions have cost, by function and by what made them run", report, addReport);
    addCostCommand(*cost, action, "estimate", "What a month costs as far as the template says", estimate, addEstimate);
    addCostCommand(*cost, action, "price", "Prices a month of one service", price, addPrice);
    addSimulation(*cost, action);
    addTuning(*cost, action);
    addCostCommand(*cost, action, "budget", "Shows and sets what a month may cost", budget, addBudget);
    addCostCommand(*cost, action, "prices", "Lists the prices in force, with their age", listPrices, [](CLI::App &command, CostOptions &options) {
        command.add_option("--import", options.importFile, "Take the prices of that file from now on");
        command.add_option("--region", options.region, "Of that region");
        command.add_option("filter", options.filter, "Only those with that in their name");
    });
}

} // namespace eph::cli
