// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/invokeservice.h"

#include <stop_token>

namespace eph::services {

/// Many invocations of one function, so many at a time.
struct BurstRequest {
    InvokeService::Request invoke;
    int requests = 100;
    int concurrency = 10;
    std::stop_token stop = {}; ///< Nothing more is started once it is asked for; the result tells of what was.
};

/// What came of them. Times are those of whoever waits for the answer, in milliseconds.
struct BurstResult {
    int requests = 0;
    int coldStarts = 0;
    int errors = 0; ///< Any outcome but an answer, throttles apart.
    int timeouts = 0; ///< Of the errors.
    QString firstError; ///< What the first of them said of itself; empty without any.
    int throttles = 0;
    double wallMs = 0;
    QList<double> latenciesMs; ///< Of all but the throttled, sorted.
    QList<double> coldMs;      ///< Those among them that waited for an initialisation, sorted.
    Money cost;

    /// The latency that `share` (0 to 1) of the invocations do not exceed; 0 without any.
    [[nodiscard]] double percentileMs(double share) const;
};

/// `{requests, coldStarts, errors, timeouts, throttles, p50Ms, p95Ms, p99Ms, costUsd}` and more of that kind.
[[nodiscard]] QJsonObject toJson(const BurstResult &result);

/// Runs the burst; the result comes once every invocation has ended. Fails as InvokeService::invoke() does.
[[nodiscard]] QFuture<Result<BurstResult>> runBurst(const InvokeService &service, const BurstRequest &request);

/// How often each range of latencies occurred.
struct HistogramBar {
    double fromMs = 0;
    double toMs = 0;
    int warm = 0;
    int cold = 0;
};
/// At most `bars` ranges; logarithmic where the slowest takes more than twenty times as long as the fastest.
[[nodiscard]] QList<HistogramBar> histogram(const BurstResult &result, int bars);

} // namespace eph::services
