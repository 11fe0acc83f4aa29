// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/shape.h"
#include "core/cost/simulation.h"

#include <QTest>
#include <cmath>

using namespace eph;
using namespace eph::cost;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Ms = 1000;
constexpr qint64 Second = 1'000'000;

SimulatedFunction function(Distribution duration, Distribution init = Distribution::fixed(0))
{
    SimulatedFunction function;
    function.name = u"f"_s;
    function.duration = std::move(duration);
    function.init = std::move(init);
    return function;
}

SimulationResult simulateShape(const SimulatedFunction &function, const QString &shape, SimulationSettings settings = {})
{
    const auto parsed = parseShape(shape);
    if (!parsed)
        qFatal("%s", qPrintable(parsed.error().message));
    const auto arrivals = parsed->arrivals(settings.seed);
    return simulate({function}, *arrivals, settings);
}

/// All that is in a result, to compare two of them.
QByteArray allOf(const SimulationResult &r)
{
    QByteArray text = QByteArray::number(r.requests) + ' ' + QByteArray::number(r.coldStarts) + ' ' + QByteArray::number(r.throttles) + ' ' + QByteArray::number(r.p50Us) + ' ' + QByteArray::number(r.p95Us) + ' '
        + QByteArray::number(r.p99Us) + ' ' + QByteArray::number(r.maxConcurrency) + ' ' + QByteArray::number(r.meanConcurrency, 'g', 17) + ' ' + QByteArray::number(qint64(r.usage.x86MibMs)) + ' ' + QByteArray::number(r.pings);
    for (const SimulatedSlot &part : r.timeline)
        text += ' ' + QByteArray::number(part.requests) + '/' + QByteArray::number(part.concurrency);
    return text;
}

/// The chance to wait with `servers` and that load, by Erlang's formulas.
double erlangB(int servers, double load)
{
    double blocked = 1;
    for (int i = 1; i <= servers; ++i)
        blocked = load * blocked / (i + load * blocked);
    return blocked;
}
double erlangC(int servers, double load)
{
    const double b = erlangB(servers, load);
    return b / (1 - load / servers * (1 - b));
}

/// Queueing theory knows no rates of growth.
SimulationSettings queueing(int servers, Overload overload)
{
    SimulationSettings settings;
    settings.accountConcurrency = servers;
    settings.overload = overload;
    settings.scalingRates = false;
    settings.idleLifeUs = 1000LL * 86400 * Second;
    return settings;
}

} // namespace

class tst_Simulation : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // One environment a concurrent request: the articles' own count.
    void tenClientsTenColdStarts()
    {
        const auto result = simulateShape(function(Distribution::fixed(50 * Ms), Distribution::fixed(200 * Ms)), u"closed:clients=10,requests=100"_s);
        QCOMPARE(result.requests, 100);
        QCOMPARE(result.coldStarts, 10);
        QCOMPARE(result.throttles, 0);
        QCOMPARE(result.maxConcurrency, 10);
        QCOMPARE(result.p50Us / Ms, 50);
        QVERIFY(std::abs(double(result.p99Us) - 250.0 * Ms) < 250);
        // 90 warm ones of 50 ms, 10 of 250.
        QCOMPARE(qint64(result.usage.x86MibMs), qint64((90 * 50 + 10 * 250) * 128));
    }

    void oneAMinuteStaysWarmOrNot()
    {
        const SimulatedFunction f = function(Distribution::fixed(50 * Ms), Distribution::fixed(100 * Ms));
        QCOMPARE(simulateShape(f, u"steady:rate=1/m,for=24h"_s).coldStarts, 1);
        SimulationSettings impatient;
        impatient.idleLifeUs = 30 * Second;
        const auto cold = simulateShape(f, u"steady:rate=1/m,for=1h"_s, impatient);
        QCOMPARE(cold.coldStarts, cold.requests);
        // Pings keep it, but for the beginning and those moments at which one has just taken it: 23 and 46 minutes.
        SimulatedFunction pinged = f;
        pinged.warmUps = 1;
        pinged.warmUpEveryUs = 23 * Second;
        pinged.warmUpUs = Ms;
        const auto warm = simulateShape(pinged, u"steady:rate=1/m,for=1h"_s, impatient);
        QCOMPARE(warm.coldStarts, 3);
        QCOMPARE(warm.pings, 154);
        QCOMPARE(warm.usage.requests, warm.requests + warm.pings);
    }

    // M/M/c with an unlimited queue: share that waits and time in it, by Erlang C.
    void queueAgreesWithErlangC_data()
    {
        QTest::addColumn<int>("servers");
        QTest::addColumn<double>("rate");
        QTest::newRow("M/M/1 at a half") << 1 << 10.0;
        QTest::newRow("M/M/1 at 0.8") << 1 << 16.0;
        QTest::newRow("M/M/10 at 0.9") << 10 << 180.0;
        QTest::newRow("M/M/50 at 0.95") << 50 << 950.0;
    }
    void queueAgreesWithErlangC()
    {
        QFETCH(int, servers);
        QFETCH(double, rate);
        constexpr double Service = 0.05;
        const double load = rate * Service;
        // Mean time in the system by Little's law: what the usage and the waiting add up to is seen through the median of M/M/1,
        // whose latency is exponential with mean 1 / (mu - lambda).
        const auto result = simulateShape(function(Distribution::exponential(50 * Ms)), u"poisson:rate=%1,for=%2s"_s.arg(rate).arg(qint64(2'000'000 / rate)), queueing(servers, Overload::Queue));
        QCOMPARE(result.throttles, 0);
        QVERIFY2(std::abs(result.meanConcurrency - load) < 0.02 * load, qPrintable(QString::number(result.meanConcurrency)));
        const double free = servers / Service - rate;
        // P(T > t) of M/M/c: two exponentials.
        const double waits = erlangC(servers, load);
        const double mu = 1 / Service;
        const auto above = [&](double t) {
            if (std::abs(free - mu) < 1e-9)
                return std::exp(-mu * t) * (1 + waits * mu * t);
            return std::exp(-mu * t) * (1 - waits * mu / (mu - free)) + waits * mu / (mu - free) * std::exp(-free * t);
        };
        for (const auto &[share, us] : {std::pair(0.5, result.p50Us), std::pair(0.95, result.p95Us), std::pair(0.99, result.p99Us)}) {
            const double tail = above(double(us) / Second);
            QVERIFY2(std::abs(tail - (1 - share)) < 0.06 * (1 - share) + 0.002, qPrintable(u"p%1: %2 ms leaves %3"_s.arg(share * 100).arg(us / Ms).arg(tail)));
        }
    }

    // M/M/c/c: what finds no environment is throttled, by Erlang B; also for other service times, as the formula says.
    void throttlesAgreeWithErlangB_data()
    {
        QTest::addColumn<int>("servers");
        QTest::addColumn<double>("load");
        QTest::addColumn<bool>("fixed");
        QTest::newRow("1 at 1") << 1 << 1.0 << false;
        QTest::newRow("10 at 8") << 10 << 8.0 << false;
        QTest::newRow("10 at 8, all as long") << 10 << 8.0 << true;
        QTest::newRow("100 at 100") << 100 << 100.0 << false;
    }
    void throttlesAgreeWithErlangB()
    {
        QFETCH(int, servers);
        QFETCH(double, load);
        QFETCH(bool, fixed);
        const double rate = load / 0.1;
        const auto result = simulateShape(function(fixed ? Distribution::fixed(100 * Ms) : Distribution::exponential(100 * Ms)), u"poisson:rate=%1,for=%2s"_s.arg(rate).arg(qint64(1'000'000 / rate)), queueing(servers, Overload::Throttle));
        const double share = double(result.throttles) / double(result.requests);
        QVERIFY2(std::abs(share - erlangB(servers, load)) < 0.03 * erlangB(servers, load), qPrintable(u"%1, not %2"_s.arg(share).arg(erlangB(servers, load))));
        QCOMPARE(result.maxConcurrency, servers);
    }

    // M/D/1: the mean number in the queue by Pollaczek and Khinchine is half that of M/M/1.
    void fixedServiceWaitsHalf()
    {
        const auto settings = queueing(1, Overload::Queue);
        const auto shape = u"poisson:rate=16,for=100000s"_s;
        const auto fixed = simulateShape(function(Distribution::fixed(50 * Ms)), shape, settings);
        // P(no wait) is 1 - load for both: 20 % have just their service.
        QVERIFY(fixed.p50Us > 50 * Ms && fixed.p95Us < simulateShape(function(Distribution::exponential(50 * Ms)), shape, settings).p95Us);
    }

    void sameSeedSameResult()
    {
        SimulatedFunction f = function(Distribution::exponential(80 * Ms), Distribution::exponential(300 * Ms));
        f.warmUps = 2;
        SimulationSettings settings;
        settings.parts = 50;
        const auto shape = u"daily:low=1/s,high=30/s,peak=14h,for=24h"_s;
        const QByteArray first = allOf(simulateShape(f, shape, settings));
        QCOMPARE(allOf(simulateShape(f, shape, settings)), first);
        settings.seed = 2;
        QVERIFY(allOf(simulateShape(f, shape, settings)) != first);
    }

    // The numbers themselves, so that another compiler or machine that gives others is noticed.
    void isTheSameEverywhere()
    {
        Randomness random(1);
        QCOMPARE(quint64(random.next()), 0x910a2dec89025cc1U);
        double sum = 0;
        double log = 0;
        for (int i = 0; i < 100'000; ++i) {
            Randomness copy = random;
            const double u = double((copy.next() >> 11) + 1) * 0x1p-53;
            const double x = random.exponential();
            log = std::max(log, std::abs(x + std::log(u)));
            sum += x;
        }
        QVERIFY2(log < 1e-11, qPrintable(QString::number(log)));
        QVERIFY(std::abs(sum / 100'000 - 1) < 0.01);
        QCOMPARE(allOf(simulateShape(function(Distribution::exponential(75 * Ms), Distribution::fixed(150 * Ms)), u"poisson:rate=100,for=10s"_s)), QByteArray("943 23 0 57104 252352 361344 23 7.5745239688968553 9902976 0"));
    }

    void moreMemoryDoesNotMoveTheTraffic()
    {
        SimulatedFunction f = function(Distribution::exponential(80 * Ms));
        const auto small = simulateShape(f, u"poisson:rate=50,for=10m"_s);
        f.memoryMiB = 256;
        const auto large = simulateShape(f, u"poisson:rate=50,for=10m"_s);
        QCOMPARE(large.requests, small.requests);
        QCOMPARE(large.p99Us, small.p99Us);
        QCOMPARE(qint64(large.usage.x86MibMs), qint64(2 * small.usage.x86MibMs));
    }

    void reservedConcurrencyHasItsOwnRate()
    {
        SimulatedFunction f = function(Distribution::fixed(Ms));
        f.reservedConcurrency = 1;
        const auto result = simulateShape(f, u"steady:rate=500,for=60s"_s);
        // Ten at once and ten a second.
        QVERIFY2(std::abs(double(result.requests - result.throttles) - 610) < 5, qPrintable(QString::number(result.throttles)));
    }

    void whatHasNoRoomWaitsForEver()
    {
        SimulationSettings settings;
        settings.overload = Overload::Queue;
        SimulatedFunction f = function(Distribution::fixed(Ms));
        f.reservedConcurrency = 0;
        QCOMPARE(simulateShape(f, u"steady:rate=5,for=10s"_s, settings).unserved, 50);
        settings.accountConcurrency = 0;
        const auto none = simulateShape(function(Distribution::fixed(Ms)), u"steady:rate=5,for=10s"_s, settings);
        QCOMPARE(none.unserved, 50);
        QCOMPARE(none.maxConcurrency, 0);
        settings.overload = Overload::Throttle;
        QCOMPARE(simulateShape(function(Distribution::fixed(Ms)), u"closed:clients=5,requests=50"_s, settings).throttles, 50);
    }

    void longPausesAreNoThrottles()
    {
        std::vector<Arrival> trace;
        for (qint64 i = 0; i < 4; ++i)
            trace.push_back({i * 1'200'000 * Second, 0});
        SimulationSettings settings;
        settings.accountConcurrency = 1'000'000;
        TraceArrivals arrivals(trace);
        const auto result = simulate({function(Distribution::fixed(Ms))}, arrivals, settings);
        QCOMPARE(result.throttles, 0);
        QCOMPARE(result.spanUs, 4 * 1'200'000 * Second);
    }

    void countsTimeAsItPasses()
    {
        // Ten clients, twenty requests of a second: two seconds.
        const auto closed = simulateShape(function(Distribution::fixed(Second)), u"closed:clients=10,requests=20"_s);
        QCOMPARE(closed.spanUs, 2 * Second);
        QCOMPARE(closed.meanConcurrency, 10.0);
        SimulationSettings settings = queueing(1, Overload::Queue);
        QVERIFY(simulateShape(function(Distribution::fixed(Second)), u"steady:rate=10,for=10s"_s, settings).meanConcurrency <= 1);
    }

    void reservedConcurrencyIsALimitAndAPromise()
    {
        std::vector<SimulatedFunction> functions{function(Distribution::fixed(Second)), function(Distribution::fixed(Second))};
        functions[0].reservedConcurrency = 3;
        std::vector<Arrival> trace;
        for (int i = 0; i < 20; ++i)
            trace.push_back({0, qint32(i % 2)});
        SimulationSettings settings;
        settings.accountConcurrency = 8;
        TraceArrivals arrivals(trace);
        const auto result = simulate(functions, arrivals, settings);
        // 3 of the first; what is left of 8 is the other's.
        QCOMPARE(result.throttles, 20 - 8);
        QCOMPARE(result.maxConcurrency, 8);
    }

    void provisionedIsNeverColdAndSpillsOver()
    {
        SimulatedFunction f = function(Distribution::fixed(100 * Ms), Distribution::fixed(500 * Ms));
        f.provisionedConcurrency = 5;
        const auto within = simulateShape(f, u"closed:clients=5,requests=50"_s);
        QCOMPARE(within.coldStarts, 0);
        QCOMPARE(qint64(within.usage.x86MibMs), qint64(0));
        QCOMPARE(qint64(within.usage.provisionedX86MibMs), qint64(50 * 100 * 128));
        QCOMPARE(within.provisioned.size(), 1);
        const auto spilled = simulateShape(f, u"closed:clients=7,requests=70"_s);
        QCOMPARE(spilled.coldStarts, 2);
        QVERIFY(spilled.usage.x86MibMs > 0);
    }

    // A thousand environments at once, then a hundred a second; 10 requests a second for each of the account's concurrency.
    void growsAsTheServiceLetsIt()
    {
        std::vector<Arrival> trace;
        for (int i = 0; i < 3000; ++i)
            trace.push_back({0, 0});
        for (int i = 0; i < 500; ++i)
            trace.push_back({Second, 0});
        SimulationSettings settings;
        settings.accountConcurrency = 5000;
        TraceArrivals arrivals(trace);
        const auto result = simulate({function(Distribution::fixed(60 * Second))}, arrivals, settings);
        QCOMPARE(result.coldStarts, 1000 + 100);
        QCOMPARE(result.throttles, 3500 - 1100);

        settings.accountConcurrency = 10;
        const auto quick = simulateShape(function(Distribution::fixed(Ms)), u"steady:rate=200,for=100s"_s, settings);
        // 100 at once and 100 a second.
        QVERIFY2(std::abs(double(quick.throttles) - 100.0 * 100 + 100) < 150, qPrintable(QString::number(quick.throttles)));
    }

    void whatWaitsIsServedInTheEnd()
    {
        std::vector<Arrival> trace;
        for (int i = 0; i < 3000; ++i)
            trace.push_back({0, 0});
        SimulationSettings settings;
        settings.overload = Overload::Queue;
        settings.accountConcurrency = 10'000;
        TraceArrivals arrivals(trace);
        const auto result = simulate({function(Distribution::fixed(3600 * Second))}, arrivals, settings);
        QCOMPARE(result.throttles, 0);
        QCOMPARE(result.coldStarts, 3000);
        QCOMPARE(result.usage.requests, 3000);
    }

    void timelineAddsUp()
    {
        SimulationSettings settings;
        settings.parts = 60;
        const auto result = simulateShape(function(Distribution::fixed(200 * Ms)), u"burst:base=20,high=200,length=10s,every=5m,for=1h"_s, settings);
        qint64 requests = 0;
        int most = 0;
        for (const SimulatedSlot &part : result.timeline) {
            requests += part.requests;
            most = std::max(most, part.concurrency);
        }
        QCOMPARE(requests, result.requests);
        QCOMPARE(most, result.maxConcurrency);
        QVERIFY(result.timeline[0].requests > 2 * result.timeline[1].requests);
    }

    void canBeCancelled()
    {
        SimulationSettings settings;
        settings.cancelled = [] { return true; };
        const auto result = simulateShape(function(Distribution::fixed(Ms)), u"poisson:rate=1000,for=1h"_s, settings);
        QVERIFY(result.cancelled);
        QVERIFY(result.requests < 100'000);
    }

    void shapesHaveTheirRates_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("requests");
        QTest::newRow("steady") << u"steady:rate=20/s,for=1h"_s << 72000.0;
        QTest::newRow("by the day") << u"poisson:rate=60M/d,for=10m"_s << 416'667.0;
        QTest::newRow("daily") << u"daily:low=1/s,high=9/s,peak=14h,for=24h"_s << 432'000.0;
        QTest::newRow("burst") << u"burst:base=20/s,high=200/s,length=10s,every=5m,for=1h"_s << 93'600.0;
        QTest::newRow("spikes") << u"spikes:base=1/s,high=101/s,length=30s,count=5,for=1h"_s << 18'600.0;
        QTest::newRow("closed") << u"closed:clients=3,requests=77"_s << 77.0;
    }
    void shapesHaveTheirRates()
    {
        QFETCH(QString, text);
        QFETCH(double, requests);
        const auto result = simulateShape(function(Distribution::fixed(Ms)), text);
        QVERIFY2(std::abs(double(result.requests) - requests) < 0.03 * requests + (text.startsWith("spikes"_L1) ? 0.2 * requests : 0), qPrintable(QString::number(result.requests)));
        const auto shape = parseShape(text);
        if (shape->kind != Shape::Kind::Closed && shape->kind != Shape::Kind::Spikes)
            QVERIFY(std::abs(shape->meanRate() * double(shape->spanUs) / Second - requests) < 1);
    }

    void refusesWhatIsNoShape_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("names");
        QTest::newRow("nothing") << QString() << QString();
        QTest::newRow("unknown") << u"wave:rate=1"_s << u"wave"_s;
        QTest::newRow("missing") << u"burst:base=1,high=2,length=1s"_s << u"every"_s;
        QTest::newRow("unknown key") << u"poisson:rate=1,color=red"_s << u"color"_s;
        QTest::newRow("no number") << u"poisson:rate=many"_s << u"many"_s;
        QTest::newRow("negative") << u"poisson:rate=-1"_s << u"-1"_s;
        QTest::newRow("no time") << u"poisson:rate=1,for=0s"_s << u"for"_s;
        QTest::newRow("burst longer than its period") << u"burst:base=1,high=2,length=10s,every=5s"_s << u"burst"_s;
        QTest::newRow("too many") << u"poisson:rate=100M,for=365d"_s << u"million"_s;
        QTest::newRow("nobody") << u"burst:base=0,high=0,length=1s,every=2s"_s << u"Nobody"_s;
        QTest::newRow("endless bursts") << u"burst:base=0,high=1,length=1us,every=2us,for=3650d"_s << u"bursts"_s;
        QTest::newRow("no clients") << u"closed:clients=0,requests=5"_s << u"0"_s;
    }
    void refusesWhatIsNoShape()
    {
        QFETCH(QString, text);
        QFETCH(QString, names);
        const auto shape = parseShape(text);
        QVERIFY(!shape);
        QCOMPARE(shape.error().code, ErrorCode::Usage);
        QVERIFY2(shape.error().message.contains(names), qPrintable(shape.error().message));
    }

    void distributions()
    {
        const auto drawn = [](const Distribution &distribution) {
            Randomness random(7);
            std::vector<qint64> all;
            for (int i = 0; i < 100'000; ++i)
                all.push_back(distribution.draw(random));
            std::sort(all.begin(), all.end());
            return all;
        };
        const auto quantiles = parseDistribution(u"p0=5,p50=12,p95=80,p99=400,p100=900"_s);
        QVERIFY(quantiles);
        const auto all = drawn(*quantiles);
        QVERIFY(std::abs(double(all[50'000]) - 12'000) < 300);
        QVERIFY(std::abs(double(all[95'000]) - 80'000) < 8000); // A thousandth of the share is 8 ms there.
        QVERIFY(all.front() >= 5000 && all.back() <= 900'000);
        QCOMPARE(parseDistribution(u"1.5s"_s)->quantileUs(0.5), 1'500'000);
        QCOMPARE(parseDistribution(u"exp:50"_s)->meanUs(), 50'000.0);
        // Each of the samples as often as another, the largest too.
        const auto three = drawn(Distribution::measured({100, 200, 3000}));
        QVERIFY(std::abs(double(std::count(three.begin(), three.end(), 3000)) / double(three.size()) - 1.0 / 3) < 0.01);
        const auto measured = Distribution::measured({10, 20, 30, 40, 1000});
        QCOMPARE(measured.quantileUs(0), 10);
        QCOMPARE(measured.quantileUs(1), 1000);
        QCOMPARE(measured.times(2).quantileUs(1), 2000);
        for (const auto &text : {u""_s, u"fast"_s, u"-5"_s, u"p50"_s, u"p50=9,p40=10"_s, u"p50=9,p60=8"_s, u"p150=9"_s, u"1e9d"_s, u"p50=,p60=8"_s})
            QVERIFY2(!parseDistribution(text), qPrintable(text));
    }
};

QTEST_GUILESS_MAIN(tst_Simulation)
#include "tst_simulation.moc"
