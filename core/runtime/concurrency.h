// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"

#include <QByteArray>
#include <QHash>
#include <QString>

namespace eph::runtime {

/// So many at once, and as many again over a time, evenly; what is not used does not add up beyond that. Pure.
class TokenBucket
{
public:
    TokenBucket(double capacity, sys::Nanoseconds refill) : m_capacity(capacity), m_refill(refill), m_tokens(capacity) {}

    [[nodiscard]] bool take(sys::Nanoseconds now);

private:
    double m_capacity;
    sys::Nanoseconds m_refill; ///< Time in which an empty bucket fills.
    double m_tokens;
    sys::Nanoseconds m_last{};
};

/// Who may run when, as the service rules it: the account's and the functions' own concurrency, the rate of requests and
/// the rate at which environments are added. Pure; told of the time.
/// Source: Lambda developer guide, concurrency and scaling behaviour, November 2026.
class Concurrency
{
public:
    static constexpr int StandardAccountLimit = 1000;
    static constexpr int RequestsPerEnvironment = 10; ///< A second.
    static constexpr int EnvironmentsPerStep = 1000;
    static constexpr auto Step = std::chrono::seconds(10);

    explicit Concurrency(int accountLimit = StandardAccountLimit) : m_accountLimit(accountLimit) {}

    /// Reserved concurrency of a function; negative: none.
    void reserve(const QString &function, int reserved);
    void forget(const QString &function);
    [[nodiscard]] int accountLimit() const { return m_accountLimit; }
    /// What functions without a reservation share.
    [[nodiscard]] int unreserved() const;

    struct Load {
        int busyHere = 0;       ///< Invocations of the function that run now.
        int busyUnreserved = 0; ///< Of all functions without a reservation.
    };
    /// Why an invocation is throttled, as the service names it; empty when it may run.
    [[nodiscard]] QByteArray throttle(const QString &function, const Load &load, sys::Nanoseconds now);
    /// The same for one that needs another environment.
    [[nodiscard]] QByteArray throttleNewEnvironment(const QString &function, sys::Nanoseconds now);

private:
    int m_accountLimit;
    QHash<QString, int> m_reserved;
    QHash<QString, TokenBucket> m_requests;     ///< By function with a reservation; the empty name is the rest.
    QHash<QString, TokenBucket> m_environments; ///< By function.
};

} // namespace eph::runtime
