// SPDX-License-Identifier: GPL-3.0-or-later
// One simulation, timed within the process: the case of simulate.mjs, or a trace. simulate REQUESTS ENVIRONMENTS | simulate FILE
#include "core/cost/shape.h"
#include "core/cost/simulation.h"
#include "core/cost/trace.h"

#include <QElapsedTimer>
#include <QString>
#include <QtGlobal>
#include <cmath>
#include <cstdio>
#include <cstdlib>

using namespace eph::cost;

namespace {

/// 50 ms and a product of two random numbers up to 100 ms: P(UV <= x) is x - x ln x.
Distribution productOfTwo()
{
    std::vector<Distribution::Quantile> quantiles{{0, 50'000}};
    for (int i = 1; i <= 100'000; ++i) {
        const double x = i / 100'000.0;
        const double share = i == 100'000 ? 1 : x - x * std::log(x);
        if (share > quantiles.back().share)
            quantiles.push_back({share, 50'000 + std::llround(x * 100'000)});
    }
    return *Distribution::throughQuantiles(quantiles);
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<SimulatedFunction> functions;
    SimulationSettings settings;
    settings.overload = Overload::Queue;
    settings.idleLifeUs = 300'000'000;
    std::unique_ptr<Arrivals> arrivals;
    Trace trace;
    QElapsedTimer timer;
    if (argc == 3) {
        const qint64 requests = std::atoll(argv[1]);
        const int environments = std::atoi(argv[2]);
        functions.resize(1);
        functions[0].duration = productOfTwo();
        functions[0].init = Distribution::fixed(150'000);
        settings.accountConcurrency = environments;
        const double rate = environments / 0.12;
        const qint64 spanUs = qint64(double(requests) / rate * 1e6);
        timer.start();
        arrivals = std::make_unique<RatedArrivals>(RateProfile{{{spanUs, rate}}}, Spacing::Random, spanUs, 1);
    } else if (argc == 2) {
        timer.start();
        auto loaded = loadTrace(QString::fromLocal8Bit(argv[1]), 1);
        if (!loaded) {
            std::fprintf(stderr, "%s\n", qPrintable(loaded.error().message));
            return 1;
        }
        trace = *std::move(loaded);
        functions = trace.functions;
        arrivals = std::make_unique<TraceArrivals>(trace.arrivals);
    } else {
        return 2;
    }
    const double loadMs = double(timer.nsecsElapsed()) / 1e6;
    const SimulationResult result = simulate(functions, *arrivals, settings);
    std::printf("{\"ms\":%.2f,\"simulationMs\":%.2f,\"requests\":%lld,\"cold\":%lld,\"p50\":%.3f,\"p99\":%.3f}\n", double(timer.nsecsElapsed()) / 1e6, double(timer.nsecsElapsed()) / 1e6 - loadMs, static_cast<long long>(result.requests), static_cast<long long>(result.coldStarts),
                double(result.p50Us) / 1000, double(result.p99Us) / 1000);
    return 0;
}
