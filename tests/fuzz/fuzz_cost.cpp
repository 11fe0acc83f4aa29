// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a price book, a trace, a shape of traffic and a distribution: an error that says something, or something that can
// be simulated, that gives the same twice and whose figures belong together.
#include "core/cost/pricebook.h"
#include "core/cost/shape.h"
#include "core/cost/simulation.h"
#include "core/cost/trace.h"

#include <cstdlib>

using namespace eph::cost;

namespace {

void check(bool fine)
{
    if (!fine)
        std::abort();
}

constexpr qint64 MaxRequests = 20'000;

/// The first of them.
class Some : public Arrivals
{
public:
    explicit Some(Arrivals &all) : m_all(all) {}
    [[nodiscard]] std::optional<Arrival> next() override { return m_count++ < MaxRequests ? m_all.next() : std::nullopt; }
    void completed(qint64 atUs) override { m_all.completed(atUs); }
    [[nodiscard]] qint64 spanUs() const override { return m_all.spanUs(); }

private:
    Arrivals &m_all;
    qint64 m_count = 0;
};

SimulationResult run(const std::vector<SimulatedFunction> &functions, Arrivals &all, Overload overload)
{
    SimulationSettings settings;
    settings.accountConcurrency = 50;
    settings.overload = overload;
    settings.parts = 10;
    Some some(all);
    SimulationResult result = simulate(functions, some, settings);
    check(result.throttles <= result.requests && result.coldStarts <= result.requests && result.maxConcurrency <= 50);
    check(result.p50Us <= result.p95Us && result.p95Us <= result.p99Us);
    check(result.usage.requests == result.requests - result.throttles + result.pings);
    check(overload == Overload::Throttle || result.throttles == 0);
    qint64 requests = 0;
    for (const SimulatedSlot &part : result.timeline)
        requests += part.requests;
    check(requests == result.requests);
    return result;
}

void checkShape(const QString &text)
{
    const auto shape = parseShape(text);
    if (!shape)
        return check(!shape.error().message.isEmpty());
    SimulatedFunction function;
    function.init = Distribution::fixed(50'000);
    const auto once = shape->arrivals(1);
    const auto twice = shape->arrivals(1);
    const auto first = run({function}, *once, Overload::Throttle);
    const auto second = run({function}, *twice, Overload::Throttle);
    check(first.requests == second.requests && first.p99Us == second.p99Us && first.usage == second.usage);
}

void checkTrace(const QByteArray &bytes)
{
    const auto trace = parseRequestTrace(bytes);
    if (trace && trace->arrivals.size() < size_t(MaxRequests)) {
        for (const Overload overload : {Overload::Throttle, Overload::Queue}) {
            TraceArrivals arrivals(trace->arrivals);
            check(run(trace->functions, arrivals, overload).requests == qint64(trace->arrivals.size()));
        }
    }
    // A count of millions in a few bytes is no mistake, but slow.
    if (!bytes.contains("00000"))
        (void)parseMinuteTrace(bytes, bytes, bytes, 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data) + 1, qsizetype(size) - 1);
    switch (data[0] % 4) {
    case 0: (void)parsePriceBook(bytes); break;
    case 1: checkTrace(bytes); break;
    case 2: checkShape(QString::fromUtf8(bytes)); break;
    default:
        if (const auto distribution = parseDistribution(QString::fromUtf8(bytes))) {
            Randomness random(1);
            for (int i = 0; i < 100; ++i)
                check(distribution->draw(random) >= 0);
        }
    }
    return 0;
}
