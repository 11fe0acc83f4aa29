// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/meterstore.h"
#include "core/project/model.h"
#include "core/schedule/instant.h"

#include <QJsonObject>

namespace eph::services {

/// What a month of a function costs as far as its template says, before anybody has deployed it.
struct FunctionEstimate {
    QString function;
    int memoryMiB = 128;
    bool arm = false;
    qint64 durationUs = 0; ///< Measured here; 0 where it was not.
    int timeoutSeconds = 3;
    struct Scheduled {
        QString schedule;
        qint64 runs = 0; ///< In the next 30 days, counted.
        Money least;     ///< As measured, or a millisecond each.
        Money most;      ///< Every run, and every retry of it, until its timeout.
    };
    QList<Scheduled> schedules;
    QStringList unknown;  ///< Triggers of which nobody knows how often they come.
    Money perMillion;     ///< A million requests by them, as measured; from a millisecond each where it was not.
    Money perMillionMost; ///< Until its timeout.
    Money standing;       ///< Provisioned concurrency, all month.
    Money exposure;       ///< What a flood costs in a month: as much at once, and as often, as the limits allow, all the time.
    int concurrencyLimit = 0;
};

struct CostEstimate {
    QList<FunctionEstimate> functions;
    Money least; ///< Schedules and what stands ready; what is unknown is not in it.
    Money most;
    bool hasUnknown = false;
};

struct CostEstimateRequest {
    const project::Project *project = nullptr;
    schedule::Instant from;
    QHash<QString, qint64> measuredUs; ///< By function.
    int accountConcurrency = 1000;
};

/// Schedules are counted, the rest is bounded by timeout, memory and concurrency. List prices, without free tier. Any thread.
[[nodiscard]] CostEstimate estimateCosts(const CostEstimateRequest &request, const cost::PriceBook &prices);

/// The largest reserved concurrency with which a function's time cannot cost more than that in 30 days, however often it is asked.
/// What each request costs comes on top.
[[nodiscard]] int concurrencyWithin(Money monthly, const project::Function &function, const cost::PriceBook &prices);

[[nodiscard]] QJsonObject toJson(const CostEstimate &estimate);

} // namespace eph::services
