// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/servercost.h"
#include "core/services/workbench.h"

#include <QJsonObject>

namespace eph::services {

/// What is to be different. The defaults change nothing.
struct WhatIf {
    int memoryMiB = 0; ///< 0: as it is.
    std::optional<bool> arm;
    double traffic = 1; ///< So many times as many requests.
    double speed = 1;   ///< Durations are multiplied by it: 0.2 is five times as fast.
    /// The share of the duration that goes with the processor, and so with the memory; 0 to 1.
    double processorBound = 0;
    int reservedConcurrency = -1;
    int provisionedConcurrency = 0;
    int warmUps = 0; ///< Environments that are pinged every five minutes.
    int accountConcurrency = 1000;
    cost::Overload overload = cost::Overload::Throttle;
    double utilisation = 0.7; ///< Of the servers to compare with.
    bool freeTier = false;
    QDate pricesOn; ///< The rules of that day; invalid: of now.
    std::uint64_t seed = 1;
    int parts = 0;
};

struct Alternative {
    QString name;
    Money month;
    int count = 1; ///< Of servers.
};

struct WhatIfResult {
    cost::SimulationResult simulation;
    cost::Bill span;  ///< Of the time that was simulated.
    cost::Bill month; ///< 30 days of it.
    double monthRequests = 0;
    QList<Alternative> providers; ///< The same month on other clouds; starts and pings are left out.
    QList<Alternative> servers;   ///< On machines that always run. Modelled.
    /// From so many requests a month on, the cheapest of them is cheaper; 0 where it never is.
    qint64 breakEvenRequests = 0;
    QString breakEvenServer;
};

/// The same input gives the same result. Any thread; ends early where `cancelled` says so.
[[nodiscard]] WhatIfResult simulateWhatIf(const Workbench &bench, const WhatIf &change, const cost::PriceBook &prices, const std::function<bool()> &cancelled = {});

/// `{requests, coldStarts, throttles, p50Ms, p95Ms, p99Ms, maxConcurrency, usd, monthUsd, …}`.
[[nodiscard]] QJsonObject toJson(const WhatIfResult &result, const cost::PriceBook &prices);

} // namespace eph::services
