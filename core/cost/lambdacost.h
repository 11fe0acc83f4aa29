// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/bill.h"

namespace eph::cost {

/// What was used by one invocation.
struct Usage {
    int memoryMiB = 128;
    qint64 billedMs = 0;
    bool arm = false;
    bool provisioned = false; ///< It ran in an environment that was kept ready.
    int ephemeralMiB = 512;
    qint64 streamedBytes = 0; ///< Of a streamed response; the first 6 MB cost nothing.
    qint64 logBytes = 0;
};

/// What functions used together, as sums; they can be added.
struct LambdaUsage {
    qint64 requests = 0;
    Wide x86MibMs = 0; ///< Billed time times memory.
    Wide armMibMs = 0;
    Wide provisionedX86MibMs = 0; ///< Of what ran on provisioned concurrency.
    Wide provisionedArmMibMs = 0;
    Wide ephemeralMibMs = 0; ///< Of what is configured above 512 MB.
    qint64 streamedBytes = 0;  ///< Beyond the first 6 MB of each response.
    qint64 logBytes = 0;

    void add(const Usage &usage, qint64 times = 1);
    LambdaUsage &operator+=(const LambdaUsage &other);
    friend bool operator==(const LambdaUsage &, const LambdaUsage &) = default;
};

/// Only what was used; requests always.
[[nodiscard]] QList<Line> linesOf(const LambdaUsage &usage);

/// What it costs to keep environments ready: memory times the time that they are configured for, which counts in whole five minutes.
[[nodiscard]] Line provisionedLine(int environments, int memoryMiB, bool arm, qint64 seconds);

/// One more invocation: first tier, without free tier; rounded half up to the pico-dollar.
[[nodiscard]] Money invocationCost(const PriceBook &prices, const Usage &usage);

} // namespace eph::cost
