// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"
#include "core/runtime/concurrency.h"

#include <QHash>

namespace eph::gateway {

/// Who has come too often: a bucket of tokens for each API, filled at its rate. Lives on the runtime's thread.
class Throttle
{
public:
    explicit Throttle(const sys::Clock &clock) : m_clock(clock) {}

    [[nodiscard]] bool admits(const Api &api) { return !api.ratePerSecond || admits(api.id, *api.ratePerSecond, api.burst); }
    /// @param rate tokens a second; 0 lets nothing through but the reserve.
    [[nodiscard]] bool admits(const QString &name, double rate, int burst);
    void forget() { m_buckets.clear(); }

private:
    const sys::Clock &m_clock;
    QHash<QString, runtime::TokenBucket> m_buckets;
};

} // namespace eph::gateway
