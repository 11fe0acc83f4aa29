// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/priceids.h"
#include "core/logs/logstore.h"
#include "core/services/costestimate.h"
#include "core/services/costmeter.h"
#include "core/services/costreport.h"
#include "core/services/linecost.h"
#include "core/services/memorytuning.h"
#include "core/services/scenarios.h"
#include "core/sys/posixprocess.h"
#include "tests/support/fakeclock.h"
#include "tests/support/testproject.h"

#include <QDateTime>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace eph;
using namespace eph::services;
using eph::test::TestProject;

namespace {

constexpr qint64 Hour = 3600 * 1000;

const cost::PriceBook &prices()
{
    static const cost::PriceBook book = *cost::loadPriceBook(SOURCE_DIR "/resources/pricing/prices.json");
    return book;
}

qint64 at(const char *iso)
{
    return QDateTime::fromString(QString::fromLatin1(iso), Qt::ISODate).toMSecsSinceEpoch();
}

cost::Metered run(const QString &function, qint64 atMs, cost::Trigger trigger = cost::Trigger::Direct)
{
    cost::Metered metered;
    metered.function = function;
    metered.trigger = trigger;
    metered.atMs = atMs;
    metered.durationUs = 100'000;
    metered.usage = {1024, 100};
    return metered;
}

/// A project's store as some runs have left it.
void fill(const TestProject &project, const std::vector<cost::Metered> &metered)
{
    QDir(project.path()).mkdir(".ephemera");
    const auto store = *cost::MeterStore::open(cost::MeterStore::pathIn(project.path()));
    if (!store->add(metered))
        qFatal("not written");
}

/// A sum is rounded once, its parts each.
bool isAbout(Money sum, Money ofParts, qint64 parts = 30)
{
    return std::abs((sum - ofParts).pico) <= parts;
}

/// A real local cloud and who counts what it costs.
struct Desk {
    Desk() { meter.watch(cloud); }

    sys::PosixProcessLauncher launcher;
    sys::SystemClock clock;
    logs::LogStore logs{1 << 20};
    CostMeter meter{prices(), clock};
    LocalCloud cloud{launcher, clock, logs, sys::Interpreters(), {Warmth::KeepEnvironments}};
    InvokeService invokes{cloud, sys::Interpreters(), prices()};
};

Workbench steady(const char *rate, qint64 durationUs)
{
    Workbench bench;
    bench.shape = *cost::parseShape(QString::fromLatin1("steady:rate=%1,for=1h").arg(QString::fromLatin1(rate)));
    cost::SimulatedFunction function;
    function.name = "f";
    function.duration = cost::Distribution::fixed(durationUs);
    function.init = cost::Distribution::fixed(0);
    function.memoryMiB = 1024;
    bench.functions = {function};
    return bench;
}

} // namespace

class tst_Costs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void reportsByFunctionAndTrigger()
    {
        TestProject project;
        const qint64 now = at("2026-11-26T12:30:00Z");
        std::vector<cost::Metered> all;
        for (int i = 0; i < 10; ++i)
            all.push_back(run("a", now - 2 * Hour));
        all.push_back(run("b", now - 30 * Hour, cost::Trigger::HttpApi));
        all.push_back(run("b", at("2026-10-31T23:59:59Z")));
        fill(project, all);
        const auto report = reportCosts({project.path(), -1, now}, prices());
        QVERIFY(report);
        const Money each = cost::invocationCost(prices(), {1024, 100});
        QCOMPARE(report->fromMs, at("2026-11-01T00:00:00Z"));
        QCOMPARE(report->bill.total, each.times(11) + Money{1'000'000});
        QCOMPARE(report->functions.size(), 2);
        QCOMPARE(report->functions.at(0).function, "a");
        QCOMPARE(report->functions.at(0).cost, each.times(10));
        QCOMPARE(report->functions.at(0).perInvocation(), each);
        QCOMPARE(report->functions.at(0).lastDay, each.times(10));
        QCOMPARE(report->functions.at(0).hourly.size(), 24);
        QCOMPARE(report->functions.at(0).hourly.at(21), each.times(10));
        QCOMPARE(report->functions.at(1).dayBefore, each + Money{1'000'000});
        QCOMPARE(report->triggers.size(), 2);
        QCOMPARE(report->triggers.at(1).trigger, cost::Trigger::HttpApi);
        // Everything is free but the gateway.
        QCOMPARE(report->withFreeTier, Money{1'000'000});
        // 30.5 hours were measured, from the hour of the first run on.
        QCOMPARE(report->monthly.pico, report->bill.total.pico * 730 * 2 / 61);
        QVERIFY(report->forecast > report->bill.total);
        const QJsonObject json = toJson(*report, prices());
        QCOMPARE(json.value("usd").toString(), report->bill.total.exact());
        QCOMPARE(json.value("functions").toArray().size(), 2);
        QVERIFY(toCsv(*report).contains("b,httpApi,,1,0,0,0,100.000,"));
        QCOMPARE(reportCosts({project.path(), now - 3 * Hour, now}, prices())->functions.size(), 1);
        QVERIFY(reportCosts({project.path("nothing"), -1, now}, prices())->functions.isEmpty());
    }

    void reportSaysWhenPricesAreOld()
    {
        QVERIFY(reportCosts({QStringLiteral("/nonexistent"), -1, at("2029-01-01T00:00:00Z")}, prices())->warning.contains("days old"));
    }

    void metersWatchesAndBlowsAFuse()
    {
        TestProject project;
        project.function("python3.11", "index.handler").file("index.py", "def handler(event, context):\n    print('x' * 50)\n    return 1\n");
        Desk desk;
        desk.meter.setProject(project.path(), "us-east-1");
        cost::Budget budget;
        budget.project = Money{1'000'000};
        budget.fuse = true;
        QVERIFY(desk.meter.setBudget(budget));
        QSignalSpy fuse(&desk.meter, &CostMeter::fuseChanged);
        QSignalSpy reached(&desk.meter, &CostMeter::budgetReached);
        Money spent;
        const project::Project loaded = project.load();
        for (int i = 0; i < 5; ++i) {
            const auto record = desk.invokes.invoke({loaded, loaded.functions.first(), "{}", {}}).result();
            QVERIFY2(record, record ? "" : qPrintable(record.error().message));
            QCOMPARE(record->invocation.outcome, runtime::Outcome::Answered);
            QVERIFY(record->invocation.logBytes > 50);
            spent += record->cost;
        }
        QTRY_COMPARE(desk.meter.rate().requestsPerSecond, 5.0 / 60);
        desk.meter.flush();
        // The same, whoever counts: each run, the desk.meter, and the report.
        const auto report = reportCosts({project.path(), -1, desk.clock.epochMs()}, prices());
        QVERIFY(report);
        QCOMPARE(report->functions.size(), 1);
        QCOMPARE(report->functions.first().totals.requests, 5);
        QCOMPARE(report->functions.first().totals.coldStarts, 1);
        QVERIFY2(std::abs((report->bill.total - spent).pico) <= 5 * 3, qPrintable(report->bill.total.exact() + ' ' + spent.exact()));
        QVERIFY(std::abs((desk.meter.rate().lastMinute - spent).pico) <= 5 * 3);
        const BudgetStanding standing = desk.meter.standings().first();
        QVERIFY(std::abs((standing.spent - spent).pico) <= 5 * 3);
        QCOMPARE(standing.state, cost::BudgetState::Over);
        QVERIFY(desk.meter.isFuseBlown());
        QCOMPARE(fuse.size(), 1);
        QVERIFY(reached.size() >= 1);
        // More money makes it whole again; what was spent before counts also for a desk.meter that is new.
        budget.project = *cost::parseMoney("1");
        QVERIFY(desk.meter.setBudget(budget));
        desk.meter.flush();
        QVERIFY(!desk.meter.isFuseBlown());
        CostMeter again(prices(), desk.clock);
        again.setProject(project.path(), "us-east-1");
        again.flush();
        QVERIFY(std::abs((again.standings().first().spent - spent).pico) <= 5 * 3);
    }

    void aNewMonthMakesTheFuseWhole()
    {
        TestProject project;
        test::FakeClock clock;
        clock.startMs = at("2026-11-30T23:59:50Z");
        fill(project, {run("a", clock.startMs)});
        CostMeter meter(prices(), clock);
        cost::Budget budget;
        budget.project = Money{1};
        budget.fuse = true;
        QVERIFY(cost::saveBudget(project.path(), budget));
        meter.setProject(project.path(), {});
        QTRY_VERIFY(meter.isFuseBlown());
        clock.advance(std::chrono::hours(1));
        meter.lookAround();
        QTRY_VERIFY(!meter.isFuseBlown());
        QCOMPARE(meter.standings().first().spent, Money());
    }

    void seesWhatOtherProgramsDo()
    {
        TestProject project;
        sys::SystemClock clock;
        fill(project, {run("a", clock.epochMs())});
        CostMeter meter(prices(), clock);
        meter.setProject(project.path(), {});
        QVERIFY(meter.standings().isEmpty());
        cost::Budget budget;
        budget.project = cost::invocationCost(prices(), {1024, 100}) + Money{1};
        budget.fuse = true;
        QVERIFY(cost::saveBudget(project.path(), budget));
        meter.lookAround();
        QTRY_COMPARE(meter.standings().size(), 1);
        QTRY_COMPARE(meter.standings().first().state, cost::BudgetState::Near);
        fill(project, {run("b", clock.epochMs())});
        meter.lookAround();
        QTRY_VERIFY(meter.isFuseBlown());
    }

    void aStoreThatCannotBeReadIsTold()
    {
        TestProject project;
        project.file(".ephemera/costs.sqlite", QByteArray(4096, 'x')).file(".ephemera/budget.json", "{\"projectUsd\": \"1\"}");
        sys::SystemClock clock;
        CostMeter meter(prices(), clock);
        QSignalSpy failed(&meter, &CostMeter::failed);
        meter.setProject(project.path(), {});
        meter.flush();
        QTRY_COMPARE(failed.size(), 1);
        meter.lookAround();
        QTest::qWait(50);
        QCOMPARE(failed.size(), 1);
        QVERIFY(!reportCosts({project.path(), -1, clock.epochMs()}, prices()));
    }

    void tellsOfABrokenBudget()
    {
        TestProject project;
        project.file(".ephemera/budget.json", "{");
        sys::SystemClock clock;
        CostMeter meter(prices(), clock);
        QSignalSpy failed(&meter, &CostMeter::failed);
        meter.setProject(project.path(), {});
        QCOMPARE(failed.size(), 1);
        QVERIFY(meter.budget().isEmpty());
        // What was in force stays until it is correct again.
        QVERIFY(project.file(".ephemera/budget.json", "{\"projectUsd\": \"2\"}").read(".ephemera/budget.json").contains("2"));
        meter.lookAround();
        QCOMPARE(meter.budget().project, std::optional(*cost::parseMoney("2")));
    }

    void pricesReportLines()
    {
        project::Project project;
        project.functions.resize(2);
        project.functions[0].name = "a";
        project.functions[1].name = "b";
        project.functions[1].architecture = "arm64";
        const LineCost cost(prices(), project);
        const QByteArray line = "REPORT RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\tDuration: 12.30 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 45 MB\t";
        QCOMPARE(cost.of(logs::fieldsOf(line), u"a")->pico, qint64(227'083));
        QCOMPARE(*cost.of(logs::fieldsOf(line), u"b"), cost::invocationCost(prices(), {128, 13, true}));
        QVERIFY(!cost.of(logs::fieldsOf("REPORT on things"), u"a"));
        QVERIFY(!cost.of(logs::fieldsOf("START RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd Version: $LATEST"), u"a"));
        QVERIFY(!LineCost().of(logs::fieldsOf(line)));
        const QByteArray json = "{\"time\":\"2026-01-02T03:04:05.006Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"r\",\"metrics\":{\"durationMs\":12.3,\"billedDurationMs\":13,\"memorySizeMB\":128,\"maxMemoryUsedMB\":45},\"status\":\"success\"}}";
        QCOMPARE(cost.of(logs::fieldsOf(json), u"a")->pico, qint64(227'083));
    }

    void estimatesWithinBounds()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      MemorySize: 512\n      Timeout: 10\n      ReservedConcurrentExecutions: 2\n      Events:\n        Daily: {Type: Schedule, Properties: {Schedule: cron(0 10 * * ? *)}}\n        Get: {Type: HttpApi, Properties: {Method: GET, Path: /x}}\n").file("index.js", "");
        const project::Project loaded = project.load();
        const schedule::Instant from{std::chrono::sys_days(std::chrono::year(2026) / 11 / 26)};
        const CostEstimate estimate = estimateCosts({&loaded, from, {}, 1000}, prices());
        QCOMPARE(estimate.functions.size(), 1);
        const FunctionEstimate &one = estimate.functions.first();
        QCOMPARE(one.schedules.size(), 1);
        QCOMPARE(one.schedules.first().runs, 30);
        QVERIFY(isAbout(one.schedules.first().most, cost::invocationCost(prices(), {512, 10'000}).times(3 * 30), 90));
        QVERIFY(isAbout(one.schedules.first().least, cost::invocationCost(prices(), {512, 1}).times(30)));
        QCOMPARE(one.unknown, QStringList("GET /x"));
        QVERIFY(estimate.hasUnknown);
        QCOMPARE(one.concurrencyLimit, 2);
        // Two at once, as often as they may, for thirty days, behind an HTTP API.
        QCOMPARE(one.exposure, cost::billOf(prices(), {{QStringView(cost::ids::Request).toString(), {20 * 2'592'000, 1}}, {QStringView(cost::ids::DurationX86).toString(), cost::gbSeconds(cost::Wide(20 * 2'592'000) * 512 * 100)},
                                                        {QStringView(cost::ids::HttpApi).toString(), {20 * 2'592'000, 1}}}, cost::FreeTier::None).total);
        // Half a GB all month is 21.6 dollars.
        QCOMPARE(concurrencyWithin(*cost::parseMoney("50"), loaded.functions.first(), prices()), 2);
        QCOMPARE(concurrencyWithin(*cost::parseMoney("1"), loaded.functions.first(), prices()), 0);
        // What was measured narrows it.
        const CostEstimate measured = estimateCosts({&loaded, from, {{"Fn", 5'000'000}}, 1000}, prices());
        QVERIFY(isAbout(measured.least, cost::invocationCost(prices(), {512, 5'000}).times(30)));
        QCOMPARE(toJson(measured).value("functions").toArray().first().toObject().value("measuredMs").toDouble(), 5000.0);
    }

    void simulatesChanges()
    {
        const Workbench bench = steady("10/s", 100'000);
        const WhatIfResult asItIs = simulateWhatIf(bench, {}, prices());
        QCOMPARE(asItIs.simulation.requests, 36'000);
        QCOMPARE(asItIs.simulation.coldStarts, 1);
        WhatIf change;
        change.traffic = 3;
        QVERIFY(std::abs(double(simulateWhatIf(bench, change, prices()).simulation.requests) - 3 * 36'000) <= 3);
        change = {};
        change.memoryMiB = 2048;
        QCOMPARE(qint64(simulateWhatIf(bench, change, prices()).simulation.usage.x86MibMs), qint64(2 * asItIs.simulation.usage.x86MibMs));
        // Bound to the processor: twice the memory below a whole one is half the time, and costs the same.
        WhatIf small;
        small.memoryMiB = 512;
        small.processorBound = 1;
        const WhatIfResult half = simulateWhatIf(bench, small, prices());
        QCOMPARE(half.simulation.p50Us, 200'000);
        QCOMPARE(qint64(half.simulation.usage.x86MibMs), qint64(asItIs.simulation.usage.x86MibMs));
        change = {};
        change.arm = true;
        QVERIFY(simulateWhatIf(bench, change, prices()).month.total < asItIs.month.total);
        change = {};
        change.provisionedConcurrency = 3;
        const WhatIfResult ready = simulateWhatIf(bench, change, prices());
        QCOMPARE(ready.simulation.coldStarts, 0);
        QCOMPARE(ready.month.of(cost::ids::ProvisionedX86), cost::billOf(prices(), {cost::provisionedLine(3, 1024, false, 30 * 86400)}, cost::FreeTier::None).total);
        QVERIFY(!asItIs.providers.isEmpty() && !asItIs.servers.isEmpty() && asItIs.breakEvenRequests > 0);
        QCOMPARE(toJson(asItIs, prices()), toJson(simulateWhatIf(bench, {}, prices()), prices()));
        // A trace that is hurried keeps its order and its durations.
        Workbench trace = bench;
        trace.shape.reset();
        for (int i = 0; i < 100; ++i)
            trace.trace.push_back({i * 1'000'000, 0, 500'000});
        change = {};
        change.traffic = 10;
        const WhatIfResult hurried = simulateWhatIf(trace, change, prices());
        QCOMPARE(hurried.simulation.requests, 100);
        QCOMPARE(hurried.simulation.maxConcurrency, 5);
        QCOMPARE(hurried.simulation.p50Us, 500'000);
        // Less than an hour stands for an hour, and ten times as many requests are ten times as many.
        QVERIFY(trace.standsForAnHour());
        QCOMPARE(simulateWhatIf(trace, {}, prices()).monthRequests, 100.0 * 24 * 30);
        QCOMPARE(hurried.monthRequests, 100.0 * 24 * 30 * 10);
        QVERIFY(!bench.standsForAnHour());
    }

    // The articles' examples, as far as they are arithmetic.
    void scenariosGiveTheirFigures()
    {
        const auto scenarios = loadScenarios(SOURCE_DIR "/resources/pricing/scenarios.json");
        QVERIFY2(scenarios, scenarios ? "" : qPrintable(scenarios.error().message));
        QHash<QString, Scenario> byId;
        for (const Scenario &scenario : *scenarios)
            byId.insert(scenario.id, scenario);
        QCOMPARE(byId.size(), 4);
        const auto result = [&](const char *id) { return simulateWhatIf(byId.value(QString::fromLatin1(id)).bench, byId.value(QString::fromLatin1(id)).before, prices()); };

        const WhatIfResult minute = result("one-a-minute");
        QCOMPARE(minute.simulation.coldStarts, 1);
        QVERIFY(std::abs(minute.simulation.meanConcurrency * 100 - 0.083) < 0.001); // Of a server, in per cent.
        QVERIFY(minute.monthRequests > 43'100 && minute.monthRequests < 43'201);
        WhatIf free;
        free.freeTier = true;
        QCOMPARE(simulateWhatIf(byId.value("one-a-minute").bench, free, prices()).month.total, Money());

        const WhatIfResult bursts = result("bursts");
        QCOMPARE(bursts.simulation.throttles, 0);
        QVERIFY(bursts.simulation.p99Us <= 100'100);
        const double rate = double(bursts.simulation.requests) / 3600;
        QVERIFY2(std::abs(rate - 26) < 0.3, qPrintable(QString::number(rate)));

        const Scenario faster = byId.value("faster-code");
        const WhatIfResult before = result("faster-code");
        const WhatIfResult after = simulateWhatIf(faster.bench, *faster.after, prices());
        const double duration = double(after.month.of(cost::ids::DurationX86).pico) / double(before.month.of(cost::ids::DurationX86).pico);
        QVERIFY(std::abs(duration - 0.2) < 0.0001);
        QVERIFY(std::abs(double(after.month.total.pico) / double(before.month.total.pico) - 0.209) < 0.001);

        const WhatIfResult many = result("sixty-million-a-day");
        QVERIFY(std::abs(many.monthRequests / 30 - 60e6) < 0.005 * 60e6);
        QVERIFY(std::abs(double(many.month.total.pico) / 1e12 / 30 - 62) < 0.5);
        QVERIFY(many.servers.first().month < Money{many.month.total.pico / 2});
    }

    void picksTheBestMemory()
    {
        const auto point = [](int memory, QList<double> ms) {
            TuningPoint one;
            one.memoryMiB = memory;
            one.ms = std::move(ms);
            summarize(one, prices(), false);
            return one;
        };
        QList<TuningPoint> points{point(128, {1000, 1000, 1000}), point(256, {470, 490, 510}), point(1024, {130, 130, 130}), point(2048, {128, 128, 128})};
        QCOMPARE(points[1].meanMs, 490.0);
        // 20 / sqrt(3) times Student's 4.303.
        QVERIFY(std::abs(points[1].marginMs - 49.69) < 0.01);
        QVERIFY(isAbout(points[0].perMillion, cost::invocationCost(prices(), {128, 1000}).times(1'000'000), 1'000'000));
        QCOMPARE(bestPoint(points, TuningGoal::Cost), 1);
        QCOMPARE(bestPoint(points, TuningGoal::Speed), 3);
        QCOMPARE(bestPoint(points, TuningGoal::Balanced), 2);
        points[1].failure = "outOfMemory";
        QCOMPARE(bestPoint(points, TuningGoal::Cost), 0);
        QCOMPARE(bestPoint({}, TuningGoal::Cost), -1);
    }

    void tunesARealFunction()
    {
        TestProject project;
        project.function("python3.11", "index.handler", "      Timeout: 20\n").file("index.py", "def handler(event, context):\n    x = 0\n    for i in range(400000):\n        x += i\n    return x\n");
        Desk desk;
        desk.meter.setProject(project.path(), {});
        MemoryTuning tuning(desk.invokes, desk.cloud);
        const project::Project loaded = project.load();
        TuningRequest request{{loaded, loaded.functions.first(), "{}", {}}, {1769, 256}, 3};
        QSignalSpy finished(&tuning, &MemoryTuning::finished);
        QSignalSpy measured(&tuning, &MemoryTuning::measured);
        QVERIFY(tuning.start(request));
        QVERIFY(tuning.isRunning());
        QVERIFY(!tuning.start(request));
        QVERIFY(finished.wait(60'000));
        QCOMPARE(measured.size(), 2);
        const auto result = finished.first().first().value<TuningResult>();
        QCOMPARE(result.points.size(), 2);
        QCOMPARE(result.points.at(0).memoryMiB, 256);
        QCOMPARE(result.points.at(0).ms.size(), 3);
        QVERIFY(result.points.at(0).initMs > 0);
        // A seventh of a processor is slower, whatever the machine.
        QVERIFY2(result.points.at(0).meanMs > 2 * result.points.at(1).meanMs, qPrintable(QStringLiteral("%1 %2").arg(result.points.at(0).meanMs).arg(result.points.at(1).meanMs)));
        QVERIFY(!desk.cloud.options().sharesProcessor);
        // Nobody asked for these answers.
        QVERIFY(desk.meter.history().empty());

        QSignalSpy failed(&tuning, &MemoryTuning::failed);
        QVERIFY(tuning.start(request));
        tuning.cancel();
        QVERIFY(failed.wait(30'000));
        QCOMPARE(failed.first().first().value<Error>().code, ErrorCode::Cancelled);
        request.sizes = {64};
        QCOMPARE(tuning.start(request).error().code, ErrorCode::Usage);
        request.sizes = {128};
        request.runs = 1;
        QCOMPARE(tuning.start(request).error().code, ErrorCode::Usage);
    }

    void tuningTellsWhatCannotRun()
    {
        TestProject project;
        // A fourteenth of a processor takes its time on a machine that is busy.
        project.function("python3.11", "index.handler", "      Timeout: 60\n").file("index.py", "def handler(event, context):\n    raise ValueError('no')\n");
        Desk desk;
        MemoryTuning tuning(desk.invokes, desk.cloud);
        const project::Project loaded = project.load();
        QSignalSpy finished(&tuning, &MemoryTuning::finished);
        QVERIFY(tuning.start({{loaded, loaded.functions.first(), "{}", {}}, {128, 256}, 2}));
        QVERIFY(finished.wait(90'000));
        const auto result = finished.first().first().value<TuningResult>();
        QCOMPARE(result.best, -1);
        QCOMPARE(result.points.size(), 2);
        QVERIFY2(result.points.first().failure.startsWith("functionError"), qPrintable(result.points.first().failure));
    }
};

QTEST_GUILESS_MAIN(tst_Costs)
#include "tst_costs.moc"
