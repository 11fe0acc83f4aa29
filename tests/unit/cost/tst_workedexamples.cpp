// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/lambdacost.h"
#include "core/cost/othercloudcost.h"
#include "core/cost/priceids.h"
#include "core/cost/servercost.h"

#include <QTest>

using namespace eph;
using namespace eph::cost;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Million = 1'000'000;
constexpr qint64 Billion = 1000 * Million;

const PriceBook &prices()
{
    static const PriceBook book = *loadPriceBook(QStringLiteral(SOURCE_DIR "/resources/pricing/prices.json"));
    return book;
}

Line line(const char16_t *id, qint64 amount, qint64 scale = 1)
{
    return {QStringView(id).toString(), {amount, scale}};
}

QString usd(const QList<Line> &lines, FreeTier freeTier = FreeTier::Applied)
{
    return billOf(prices(), lines, freeTier).total.exact();
}

LambdaUsage lambda(qint64 requests, Usage usage)
{
    LambdaUsage sum;
    sum.add(usage, requests);
    return sum;
}

} // namespace

/// Bills that were worked out by hand from the price lists, exact to the last decimal; the months of Infracost's examples.
class tst_WorkedExamples : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lambdaOnX86() { QCOMPARE(usd(linesOf(lambda(3 * Million, {1536, 120}))), "2.733338"); }
    void lambdaOnArm() { QCOMPARE(usd(linesOf(lambda(20 * Million, {256, 85, true}))), "4.133335"); }
    void ephemeralStorage() { QCOMPARE(usd(linesOf(lambda(5 * Million, {2048, 1200, false, false, 2048}))), "194.41182"); }
    void tiersAreCrossed()
    {
        QCOMPARE(usd(linesOf(lambda(2500 * Million, {2048, 1500})), FreeTier::None), "123000.2");
        QCOMPARE(usd(linesOf(lambda(2500 * Million, {2048, 1500, true})), FreeTier::None), "100500.5");
    }
    void roundingOfTheDay()
    {
        const auto month = [](QDate day) { return usd(linesOf(lambda(10 * Million, {512, prices().rulesOn(day).billedMs(35'000, 0)}))); };
        QCOMPARE(month({2020, 11, 30}), "3.46667");
        QCOMPARE(month({2026, 10, 1}), "1.8");
    }
    void initIsBilled()
    {
        const auto month = [](QDate day) {
            const BillingRules rules = prices().rulesOn(day);
            LambdaUsage usage = lambda(29'700'000, {512, rules.billedMs(50'000, 0)});
            usage += lambda(300'000, {512, rules.billedMs(50'000, 800'000)});
            return usd(linesOf(usage));
        };
        QCOMPARE(month({2025, 7, 31}), "11.633345");
        QCOMPARE(month({2025, 8, 1}), "13.633349");
    }
    void provisionedConcurrency()
    {
        QList<Line> lines = linesOf(lambda(10 * Million, {1536, 200, false, true}));
        lines.append(provisionedLine(100, 1536, false, 12 * 3600 * 30));
        QCOMPARE(usd(lines, FreeTier::None), "841.17308");
        QCOMPARE(double(provisionedLine(1, 1024, false, 1).quantity.units()), 300.0);
    }
    void smallApi()
    {
        QList<Line> lines = linesOf(lambda(5 * Million, {256, 100, true, false, 512, 0, 1024}));
        lines << line(ids::HttpApi, 5 * Million) << line(ids::TableRead, 5 * Million, 2) << line(ids::TableWrite, Million) << line(ids::TransferOut, 5 * Million * 2048, 1LL << 30);
        QCOMPARE(usd(lines), "6.7375");
    }
    void gateways()
    {
        QCOMPARE(usd({line(ids::HttpApi, 450 * Million)}), "435");
        QCOMPARE(usd({line(ids::RestApi, 450 * Million)}), "1493.1");
        QCOMPARE(usd({line(ids::RestApi, 2 * Billion)}), "5413.1");
        QCOMPARE(usd({line(ids::WebSocketMessage, 10 * Million), line(ids::WebSocketMinute, 1000 * 30 * 24 * 60)}), "20.8");
    }
    void logsByTheTerabyte() { QCOMPARE(usd({line(ids::LambdaLogs, 60'000)}, FreeTier::None), "12500"); }
    void cloudRun()
    {
        Workload work{.memoryMiB = 512};
        work.add(200'000, 10 * Million);
        QCOMPARE(usd(cloudRunLines(work, 1000)), "48.48");
    }
    void cloudFunctions()
    {
        Workload work{.memoryMiB = 1024};
        work.add(1'000'000, 5 * Million);
        QCOMPARE(usd(gcfLines(work)), "80.7");
    }
    void azureConsumption()
    {
        Workload work{.memoryMiB = 1536};
        work.add(1'000'000, 3 * Million);
        QCOMPARE(usd(azureConsumptionLines(work)), "66");
    }
    void azureFlex()
    {
        // The example of the price list leaves the minimum of a second aside; this is its arithmetic.
        QCOMPARE(usd({line(ids::FlexRequest, 10 * Million), {QStringView(ids::FlexDuration).toString(), gbSeconds(Wide(10 * Million) * 200 * 2048)}}), "105.3");
        Workload work{.memoryMiB = 2048};
        work.add(200'000, 10 * Million);
        QCOMPARE(usd(azureFlexLines(work)), "521.3");
    }
    void breakEven()
    {
        const Money request = invocationCost(prices(), {512, 100});
        QCOMPARE(request.exact(), "0.000001033335");
        const QList<Server> servers = serversIn(prices());
        const auto small = std::find_if(servers.cbegin(), servers.cend(), [](const Server &server) { return server.name == "t4g.small"_L1; });
        QCOMPARE(monthly(*small).exact(), "12.264");
        QCOMPARE(breakEvenRequests(monthly(*small), request), 11'868'368);
        QCOMPARE(breakEvenRequests(monthly(*small), {}), 0);
    }
    void serversByTheMonth()
    {
        QStringList all;
        for (const Server &server : serversIn(prices()))
            all << QString::number(double(monthly(server).pico) / 1e12, 'f', 2);
        QCOMPARE(all, QStringList({"7.59", "15.18", "12.26", "30.37", "1588.48", "18.02", "14.42"}));
        const Server one{u"x"_s, 2000, 400, 2048, {}};
        QCOMPARE(serversFor(one, {0, 0}, 1769, 0.7), 1);
        QCOMPARE(serversFor(one, {1.4, 0.4}, 1769, 0.7), 1);
        QCOMPARE(serversFor(one, {1.5, 0.4}, 1769, 0.7), 2);
        QCOMPARE(serversFor(one, {10, 1}, 17690, 0.5), 10);
        // Burstable ones may peak, but not for ever.
        QCOMPARE(serversFor(one, {1.4, 1.2}, 1769, 0.7), 3);
    }
    void messages()
    {
        QCOMPARE(usd({line(ids::Sqs, 25 * Million)}), "9.6");
        QCOMPARE(usd({line(ids::SnsPublish, 10 * Million), line(ids::SnsHttp, 10 * Million)}), "10.44");
        QCOMPARE(usd({line(ids::ShardHour, 2 * 730), line(ids::PutUnit, 100 * Million)}), "23.3");
        QCOMPARE(usd({line(ids::Transition, 3 * Million)}), "74.9");
        QCOMPARE(usd({line(ids::Scheduler, 20 * Million)}), "6");
        // Standard and FIFO queues share what is free.
        QCOMPARE(usd({line(ids::Sqs, Million), line(ids::SqsFifo, Million)}), "0.5");
    }
    void workers() { QCOMPARE(usd(workersLines(50 * Million, 350 * Million)), "23.4"); }

    void freeTierIsSharedByArchitectures()
    {
        LambdaUsage usage = lambda(1, {1024, 300'000'000});
        usage += lambda(1, {1024, 300'000'000, true});
        // 300,000 GB-s each: the first takes 300,000 of what is free, the second 100,000.
        QCOMPARE(usd(linesOf(usage)), "2.66668");
    }
    void streaming()
    {
        constexpr qint64 MiB = 1024 * 1024;
        QCOMPARE(lambda(1, {.memoryMiB = 128, .billedMs = 1, .streamedBytes = 6 * MiB}).streamedBytes, 0);
        QCOMPARE(lambda(1024 * 200, {.memoryMiB = 128, .billedMs = 1, .streamedBytes = 7 * MiB}).streamedBytes, 200LL << 30);
        QCOMPARE(billOf(prices(), {line(ids::Streamed, 200)}, FreeTier::Applied).total.exact(), "0.8");
    }
    void whatIsTooMuchIsNotWrong()
    {
        const Bill bill = billOf(prices(), {line(ids::Request, std::numeric_limits<qint64>::max()), line(ids::DurationX86, std::numeric_limits<qint64>::max())}, FreeTier::None);
        QVERIFY(bill.total.isSaturated());
        QVERIFY(bill.total.readable().startsWith(u'>'));
        // Sums of what is possible do not turn round.
        const LambdaUsage month = lambda(1'111'111'111, {128, 900'000, false, false, 10240});
        QCOMPARE(billOf(prices(), linesOf(month), FreeTier::None).of(ids::Ephemeral).readable(), "$293,550.00");
    }

    // Infracost's published monthly costs of its own example (lambda_function_test), with the usage that they are of.
    void infracost_data()
    {
        QTest::addColumn<qint64>("requests");
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<int>("memory");
        QTest::addColumn<bool>("arm");
        QTest::addColumn<QString>("asked");
        QTest::addColumn<QStringList>("tiers");
        const auto row = [](const char *name, qint64 requests, qint64 ms, int memory, bool arm, const char *asked, const QStringList &tiers) {
            QTest::newRow(name) << requests << ms << memory << arm << QString::fromLatin1(asked) << tiers;
        };
        row("duration_15B", 15 * Billion, 2048, 2048, false, "3000.00", {"100000.20", "135000.00", "619203.10"});
        row("duration_18B_arm", 18'250 * Million, 2048, 2048, true, "3650.00", {"100000.50", "135001.13", "597356.53"});
        row("duration_11B_arm", 11'250 * Million, 1024, 1024, true, "2250.00", {"100000.50", "48240.40"});
        row("duration_9B", 9 * Billion, 1024, 1024, false, "1800.00", {"100000.20", "48240.00"});
        row("duration_75B_arm", 7'500 * Million, 1024, 512, true, "1500.00", {"51200.26"});
        row("duration_6B", 6 * Billion, 1024, 512, false, "1200.00", {"51200.10"});
        row("withUsage512Mem", 100'000, 350, 512, false, "0.02", {"0.29"});
        row("withUsage512Mem_arm", 100'000, 350, 512, true, "0.02", {"0.23"});
        row("withUsage", 100'000, 350, 128, false, "0.02", {"0.07"});
        row("withUsage_arm", 100'000, 350, 128, true, "0.02", {"0.06"});
    }
    void infracost()
    {
        QFETCH(qint64, requests);
        QFETCH(qint64, ms);
        QFETCH(int, memory);
        QFETCH(bool, arm);
        QFETCH(QString, asked);
        QFETCH(QStringList, tiers);
        const Bill bill = billOf(prices(), linesOf(lambda(requests, {memory, ms, arm})), FreeTier::None);
        const auto cents = [](Money money) { return (money.pico + 5'000'000'000) / 10'000'000'000; };
        QCOMPARE(cents(bill.of(ids::Request)), cents(*parseMoney(asked)));
        Money ran;
        for (const QString &tier : tiers)
            ran += *parseMoney(tier);
        // Each of its lines is rounded to cents.
        QVERIFY2(std::abs(cents(bill.total - bill.of(ids::Request)) - cents(ran)) <= qint64(tiers.size()) / 2, qPrintable(bill.total.exact()));
    }
    void infracostInAll()
    {
        Money total;
        const std::tuple<qint64, qint64, int, bool> months[] = {{15 * Billion, 2048, 2048, false}, {18'250 * Million, 2048, 2048, true}, {11'250 * Million, 1024, 1024, true}, {9 * Billion, 1024, 1024, false}, {7'500 * Million, 1024, 512, true},
                                                                {6 * Billion, 1024, 512, false}, {100'000, 350, 512, false}, {100'000, 350, 512, true}, {100'000, 350, 128, false}, {100'000, 350, 128, true}};
        for (const auto &[requests, ms, memory, arm] : months)
            total += billOf(prices(), linesOf(lambda(requests, {memory, ms, arm})), FreeTier::None).total;
        QCOMPARE(total.readable(), "$2,098,843.65");
    }
};

QTEST_GUILESS_MAIN(tst_WorkedExamples)
#include "tst_workedexamples.moc"
