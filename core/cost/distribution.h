// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/cost/randomness.h"

#include <vector>

namespace eph::cost {

/// How long something takes, in microseconds.
class Distribution
{
public:
    /// Always the same.
    static Distribution fixed(qint64 us);
    /// Memoryless with that mean.
    static Distribution exponential(qint64 meanUs);
    struct Quantile {
        double share = 0; ///< 0 to 1.
        qint64 us = 0;
    };
    /// Straight lines between known points; both rise. Invalid otherwise.
    static Result<Distribution> throughQuantiles(const std::vector<Quantile> &quantiles);
    /// As it was measured; not empty.
    static Distribution measured(std::vector<qint64> samplesUs);

    [[nodiscard]] qint64 draw(Randomness &random) const;
    [[nodiscard]] double meanUs() const;
    /// Not above `share` of all.
    [[nodiscard]] qint64 quantileUs(double share) const;
    /// Every time multiplied.
    [[nodiscard]] Distribution times(double factor) const;

private:
    enum class Kind { Fixed, Exponential, Table };
    static constexpr int Steps = 1024;

    Kind m_kind = Kind::Fixed;
    qint64 m_us = 0;
    std::vector<qint64> m_table; ///< The quantiles at 0, 1/Steps, … 1.
};

/// `50`, `50ms`, `1.2s`, `exp:50`, or quantiles such as `p0=5,p50=12,p95=80,p99=400,p100=900`; milliseconds unless said. Usage
/// for anything else, and for what is negative or above a day.
[[nodiscard]] Result<Distribution> parseDistribution(const QString &text);

} // namespace eph::cost
