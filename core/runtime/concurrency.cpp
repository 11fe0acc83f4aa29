// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/concurrency.h"

#include <algorithm>
#include <numeric>

namespace eph::runtime {

bool TokenBucket::take(sys::Nanoseconds now)
{
    const double share = std::chrono::duration<double>(now - m_last) / std::chrono::duration<double>(m_refill);
    m_tokens = std::min(m_capacity, m_tokens + m_capacity * std::max(0.0, share));
    m_last = now;
    if (m_tokens < 1)
        return false;
    m_tokens -= 1;
    return true;
}

void Concurrency::reserve(const QString &function, int reserved)
{
    if (reserved < 0)
        return forget(function);
    if (m_reserved.value(function, -1) == reserved)
        return;
    m_reserved.insert(function, reserved);
    m_requests.remove(function);
}

void Concurrency::forget(const QString &function)
{
    m_reserved.remove(function);
    m_requests.remove(function);
}

int Concurrency::unreserved() const
{
    return std::max(0, m_accountLimit - std::accumulate(m_reserved.cbegin(), m_reserved.cend(), 0));
}

QByteArray Concurrency::throttle(const QString &function, const Load &load, sys::Nanoseconds now)
{
    const auto own = m_reserved.constFind(function);
    const bool reserved = own != m_reserved.cend();
    const int limit = reserved ? *own : unreserved();
    if ((reserved ? load.busyHere : load.busyUnreserved) >= limit)
        return reserved ? "ReservedFunctionConcurrentInvocationLimitExceeded" : "ConcurrentInvocationLimitExceeded";
    const QString bucket = reserved ? function : QString();
    auto rate = m_requests.find(bucket);
    if (rate == m_requests.end())
        rate = m_requests.insert(bucket, TokenBucket(double(limit) * RequestsPerEnvironment, std::chrono::seconds(1)));
    if (!rate->take(now))
        return reserved ? "ReservedFunctionInvocationRateLimitExceeded" : "FunctionInvocationRateLimitExceeded";
    return {};
}

QByteArray Concurrency::throttleNewEnvironment(const QString &function, sys::Nanoseconds now)
{
    auto rate = m_environments.find(function);
    if (rate == m_environments.end())
        rate = m_environments.insert(function, TokenBucket(EnvironmentsPerStep, Step));
    return rate->take(now) ? QByteArray() : QByteArray("ConcurrentInvocationLimitExceeded");
}

} // namespace eph::runtime
