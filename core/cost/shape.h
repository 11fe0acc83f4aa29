// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/cost/arrivals.h"

#include <QString>
#include <memory>

namespace eph::cost {

/// Traffic of a certain shape, as text:
///
///     steady:rate=20/s,for=1h            evenly spaced
///     poisson:rate=60M/d,for=1h          at random
///     daily:low=1/s,high=50/s,peak=14h,for=24h
///     burst:base=20/s,high=200/s,length=10s,every=5m,for=1h
///     spikes:base=1/s,high=100/s,length=30s,count=5,for=24h
///     closed:clients=10,requests=100     each waits for its answer
struct Shape {
    enum class Kind { Steady, Poisson, Daily, Burst, Spikes, Closed };

    Kind kind = Kind::Poisson;
    double rate = 1; ///< A second; the lower one where there are two.
    double high = 0;
    qint64 lengthUs = 0; ///< Of a burst or spike.
    qint64 everyUs = 0;
    qint64 peakUs = 0; ///< After midnight.
    int count = 0;
    int clients = 0;
    qint64 requests = 0;
    qint64 spanUs = 3600LL * 1'000'000;

    /// The same seed gives the same requests.
    [[nodiscard]] std::unique_ptr<Arrivals> arrivals(std::uint64_t seed) const;
    /// How many requests that is about.
    [[nodiscard]] double expectedRequests() const { return kind == Kind::Closed ? double(requests) : meanRate() * double(spanUs) * 1e-6; }
    /// More are not simulated: it would take minutes.
    static constexpr double MostRequests = 2e9;
    /// Requests a second, over all of it; 0 where clients wait.
    [[nodiscard]] double meanRate() const;
};

/// Usage says which part is wrong.
[[nodiscard]] Result<Shape> parseShape(const QString &text);

} // namespace eph::cost
