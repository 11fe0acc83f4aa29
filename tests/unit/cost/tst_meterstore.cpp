// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/budget.h"
#include "core/cost/meterstore.h"
#include "core/cost/priceids.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace eph;
using namespace eph::cost;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Hour = 3600 * 1000;
constexpr qint64 Noon = 1'780'000'000'000 / Hour * Hour;

Metered run(const QString &function, qint64 atMs, qint64 billedMs = 10, Trigger trigger = Trigger::Direct, const QString &origin = {})
{
    Metered metered;
    metered.function = function;
    metered.trigger = trigger;
    metered.origin = origin;
    metered.atMs = atMs;
    metered.durationUs = billedMs * 1000 - 300;
    metered.usage = {256, billedMs};
    metered.usage.logBytes = 100;
    return metered;
}

const PriceBook &prices()
{
    static const PriceBook book = *loadPriceBook(QStringLiteral(SOURCE_DIR "/resources/pricing/prices.json"));
    return book;
}

} // namespace

class tst_MeterStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void addsUpByTheHour()
    {
        const auto store = *MeterStore::open({});
        QCOMPARE(store->firstMs(), -1);
        Metered cold = run("a", Noon + 5);
        cold.coldStart = true;
        cold.initUs = 90'000;
        Metered throttled = run("a", Noon + 6);
        throttled.throttled = true;
        Metered failed = run("a", Noon + 7);
        failed.failed = true;
        QVERIFY(store->add({cold, throttled, failed, run("b", Noon + 8), run("a", Noon + Hour), run("a", Noon + 9, 20, Trigger::HttpApi, "GET /x")}));
        QVERIFY(store->add({run("a", Noon + Hour - 1)}));
        const QList<UsageRow> rows = store->usage(Noon, Noon + 2 * Hour);
        QCOMPARE(rows.size(), 4);
        const UsageRow &first = rows.at(0);
        QCOMPARE(first.function, "a");
        QCOMPARE(first.totals.requests, 3);
        QCOMPARE(first.totals.throttles, 1);
        QCOMPARE(first.totals.failures, 1);
        QCOMPARE(first.totals.coldStarts, 1);
        QCOMPARE(first.totals.initUs, 90'000);
        QCOMPARE(qint64(first.totals.usage.x86MibMs), qint64(3 * 256 * 10));
        QCOMPARE(first.totals.usage.logBytes, 300);
        QCOMPARE(first.totals.usage.requests, 3);
        QCOMPARE(rows.at(1).trigger, Trigger::HttpApi);
        QCOMPARE(rows.at(1).origin, "GET /x");
        QCOMPARE(rows.at(1).totals.gatewayUnits, 1);
        QCOMPARE(store->usage(Noon + Hour, Noon + Hour).size(), 1);
        QCOMPARE(store->firstMs(), Noon);
    }

    void outlivesItsProgramAndIsShared()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("costs.sqlite");
        const auto first = *MeterStore::open(path);
        const auto second = *MeterStore::open(path);
        QVERIFY(first->add({run("a", Noon)}));
        QVERIFY(second->add({run("a", Noon)}));
        QCOMPARE(first->usage(Noon, Noon).first().totals.requests, 2);
        QVERIFY(!MeterStore::open(u"/proc/nothing/costs.sqlite"_s));
    }

    void givesBackATrace()
    {
        const auto store = *MeterStore::open({});
        std::vector<Metered> all;
        for (int i = 0; i < 100; ++i)
            all.push_back(run(i % 2 ? "odd" : "even", Noon + i * 10, i % 2 ? 30 : 10));
        all[0].initUs = 150'000;
        all[0].coldStart = true;
        all[1].throttled = true;
        QVERIFY(store->add(all));
        const Trace trace = store->trace();
        QCOMPARE(trace.arrivals.size(), size_t(99));
        QCOMPARE(trace.functions.size(), size_t(2));
        QCOMPARE(trace.functions[0].name, "even");
        QCOMPARE(trace.functions[0].init.quantileUs(0.5), 150'000);
        QCOMPARE(trace.functions[1].duration.quantileUs(0.5), 29'700);
        QCOMPARE(trace.functions[1].memoryMiB, 256);
        QCOMPARE(trace.arrivals[1].atUs, 20'000);
        QCOMPARE(store->trace("odd").arrivals.size(), size_t(49));
        QCOMPARE(store->medianUs().value("even"), 9'700);
        QVERIFY(store->trace("nobody").arrivals.empty());
    }

    void keepsWhatARunWas()
    {
        const std::vector<RunSample> runs{{Noon, 1'500, 90'000, 200, 10'240, true}, {Noon + 1, 0, 0, 0, 128, false}};
        QCOMPARE(unpacked(packed(runs)), runs);
        QVERIFY(unpacked({}).empty());
        // A file that was cut: what is whole is there.
        QCOMPARE(unpacked(packed(runs).chopped(1)), std::vector<RunSample>{runs.front()});
    }
    void aTraceIsInTheOrderOfItsRuns()
    {
        const auto store = *MeterStore::open({});
        QVERIFY(store->add({run("late", Noon + 20), run("early", Noon + 10)}));
        QVERIFY(store->add({run("first", Noon), run("late", Noon + 30, 50)}));
        const Trace trace = store->trace();
        QStringList order;
        for (const Arrival &arrival : trace.arrivals)
            order << u"%1 %2"_s.arg(trace.functions[size_t(arrival.function)].name).arg(arrival.atUs / 1000);
        QCOMPARE(order, (QStringList{"first 0", "early 10", "late 20", "late 30"}));
    }
    void theMedianIsOfTheLatest()
    {
        const auto store = *MeterStore::open({});
        QVERIFY(store->add(std::vector<Metered>(3'000, run("a", Noon, 500))));
        QVERIFY(store->add(std::vector<Metered>(1'000, run("a", Noon, 10))));
        QCOMPARE(store->medianUs().value("a"), 9'700);
    }

    void forgetsOldSamplesButNoSums()
    {
        const auto store = *MeterStore::open({});
        for (int round = 0; round < 12; ++round)
            QVERIFY(store->add(std::vector<Metered>(10'000, run("a", Noon + round))));
        const Trace kept = store->trace();
        QVERIFY(kept.arrivals.size() <= size_t(MeterStore::MaxSamples));
        QVERIFY(kept.arrivals.size() > size_t(MeterStore::MaxSamples) - 10'000);
        QCOMPARE(store->usage(Noon, Noon).first().totals.requests, 120'000);
    }

    // What a trigger adds to the function's own price.
    void pricesWhatMadeItRun_data()
    {
        QTest::addColumn<Trigger>("trigger");
        QTest::addColumn<qint64>("added");
        QTest::newRow("direct") << Trigger::Direct << qint64(0);
        QTest::newRow("HTTP API") << Trigger::HttpApi << qint64(1'000'000);
        QTest::newRow("REST API") << Trigger::RestApi << qint64(3'500'000);
        QTest::newRow("function URL") << Trigger::FunctionUrl << qint64(0);
        QTest::newRow("scheduler") << Trigger::Scheduler << qint64(1'000'000);
        QTest::newRow("rule") << Trigger::ScheduledRule << qint64(0);
        QTest::newRow("queue") << Trigger::Queue << qint64(800'000);
    }
    void pricesWhatMadeItRun()
    {
        QFETCH(Trigger, trigger);
        QFETCH(qint64, added);
        const Metered one = run("a", Noon, 10, trigger);
        QCOMPARE((costOf(prices(), one) - invocationCost(prices(), one.usage)).pico, added);
        QCOMPARE(triggerOf(triggerName(trigger)), trigger);
        QVERIFY(!triggerLabel(trigger).isEmpty());
    }
    void aGatewayCountsWhatIsLarge()
    {
        Metered one = run("a", Noon, 10, Trigger::HttpApi);
        one.requestBytes = 512 * 1024;
        one.responseBytes = 1;
        QCOMPARE((costOf(prices(), one) - invocationCost(prices(), one.usage)).pico, qint64(2'000'000));
    }
    void aThrottleCostsItsGatewayAlone()
    {
        Metered one = run("a", Noon, 10, Trigger::HttpApi);
        one.throttled = true;
        QCOMPARE(costOf(prices(), one).pico, qint64(1'000'000));
        one.trigger = Trigger::Direct;
        QCOMPARE(costOf(prices(), one).pico, qint64(0));
    }

    void budgets()
    {
        QTemporaryDir folder;
        QDir(folder.path()).mkdir(".ephemera");
        QVERIFY(loadBudget(folder.path())->isEmpty());
        Budget budget;
        budget.project = *parseMoney("5");
        budget.functions.insert("a", *parseMoney("0.000001"));
        budget.fuse = true;
        QVERIFY(saveBudget(folder.path(), budget));
        QCOMPARE(*loadBudget(folder.path()), budget);
        QFile file(folder.filePath(".ephemera/budget.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"projectUsd\": \"much\"}");
        file.close();
        QCOMPARE(loadBudget(folder.path()).error().code, ErrorCode::Invalid);
        QVERIFY(loadBudget(folder.path()).error().message.contains("much"));
        for (const char *odd : {"[1, 2]", "{\"fuse\": \"on\"}", "{\"functionsUsd\": [\"a\"]}", "{\"projectUsd\": 5}"}) {
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(odd);
            file.close();
            QVERIFY2(!loadBudget(folder.path()), odd);
        }
        QVERIFY(!saveBudget("/proc", budget));
        QCOMPARE(stateOf(*parseMoney("3.99"), *parseMoney("5")), BudgetState::Within);
        QCOMPARE(stateOf(*parseMoney("4"), *parseMoney("5")), BudgetState::Near);
        QCOMPARE(stateOf(*parseMoney("5"), *parseMoney("5")), BudgetState::Near);
        QCOMPARE(stateOf(*parseMoney("5.000000000001"), *parseMoney("5")), BudgetState::Over);
    }
};

QTEST_GUILESS_MAIN(tst_MeterStore)
#include "tst_meterstore.moc"
