// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/arrivals.h"
#include "core/cost/distribution.h"
#include "core/cost/lambdacost.h"
#include "core/cost/othercloudcost.h"

#include <QString>
#include <functional>

namespace eph::cost {

/// A function as the simulation sees it.
struct SimulatedFunction {
    QString name;
    Distribution duration = Distribution::fixed(100'000);
    Distribution init = Distribution::fixed(0);
    int memoryMiB = 128;
    bool arm = false;
    int ephemeralMiB = 512;
    int reservedConcurrency = -1; ///< -1: none.
    int provisionedConcurrency = 0;
    qint64 logBytes = 0; ///< Of one invocation.
    int warmUps = 0;     ///< Environments that are kept warm by pings.
    qint64 warmUpEveryUs = 300'000'000;
    qint64 warmUpUs = 100'000; ///< How long a ping takes.
};

/// What happens to a request that finds no room.
enum class Overload {
    Throttle, ///< As when it is invoked synchronously.
    Queue,    ///< It waits its turn, as behind a queue.
};

struct SimulationSettings {
    int accountConcurrency = 1000;
    Overload overload = Overload::Throttle;
    /// How long an idle environment is kept. The service does not say; this is modelled.
    qint64 idleLifeUs = 600'000'000;
    /// The rates at which the service lets environments and requests grow.
    bool scalingRates = true;
    BillingRules rules = {};
    std::uint64_t seed = 1;
    int parts = 0; ///< Into how many the time is divided for a chart.
    std::function<bool()> cancelled = {}; ///< Asked now and then.
};

/// A part of the time.
struct SimulatedSlot {
    qint64 requests = 0;
    qint64 coldStarts = 0;
    qint64 throttles = 0;
    int concurrency = 0; ///< The most at once.
};

struct SimulationResult {
    qint64 requests = 0;   ///< All that came, pings apart.
    qint64 coldStarts = 0;
    qint64 throttles = 0;
    qint64 unserved = 0;   ///< Of those that wait, whose turn never came.
    qint64 pings = 0;
    qint64 p50Us = 0; ///< Latencies, waiting and initialisation included.
    qint64 p95Us = 0;
    qint64 p99Us = 0;
    int maxConcurrency = 0;
    double meanConcurrency = 0;
    qint64 spanUs = 0; ///< That of the traffic; from the first request to the last end where clients wait for answers.
    LambdaUsage usage; ///< With the pings.
    QList<Line> provisioned; ///< What environments that are kept ready cost over that time.
    std::vector<Workload> workloads; ///< By function: without starts and pings, for other providers.
    std::vector<SimulatedSlot> timeline;
    bool cancelled = false;
};

/// A discrete-event simulation of the service's scaling: one environment a concurrent request, the newest idle one first, reserved
/// and account concurrency, provisioned environments and spill-over. The same input gives the same result, bit for bit.
/// Memory goes with environments and with what waits, not with the number of requests.
[[nodiscard]] SimulationResult simulate(const std::vector<SimulatedFunction> &functions, Arrivals &arrivals, const SimulationSettings &settings);

} // namespace eph::cost
