// SPDX-License-Identifier: GPL-3.0-or-later
// What a pool does while nobody waits for it: environments that are to be ready, those that wait ahead, those that nobody needs.
#include "core/runtime/pool.h"

#include <algorithm>

namespace eph::runtime {

namespace {

/// A waiting Node.js costs some 38 MiB, a Python 7.
constexpr int MaxSpares = 4;

} // namespace

void Pool::declare(const QList<FunctionConfig> &configs)
{
    for (const FunctionConfig &config : configs) {
        // Its code is watched from now on: a large folder takes a while to look through, and nobody waits for it yet.
        (void)functionPool(config);
    }
    m_settle.start();
}

void Pool::settle()
{
    for (const auto &pool : std::as_const(m_functions)) {
        for (const auto &environment : pool->environments) {
            if (environment->state() == EnvironmentState::Starting) {
                m_settle.start();
                return;
            }
        }
    }
    for (const auto &pool : std::as_const(m_functions))
        keepProvisioned(*pool);
    if (m_surroundings.prestart)
        keepSpares();
}

void Pool::keepProvisioned(FunctionPool &pool)
{
    refreshCode(pool);
    auto there = std::count_if(pool.environments.cbegin(), pool.environments.cend(), [](const auto &environment) { return environment->isProvisioned() && !environment->isRetiring(); });
    if (there >= pool.config.provisionedConcurrency)
        return;
    const sys::Nanoseconds now = m_surroundings.clock.monotonic();
    if (const auto wait = std::chrono::ceil<std::chrono::milliseconds>(pool.pace.wait(now)); wait.count() > 0) {
        if (!m_provision.isActive() || m_provision.remainingTimeAsDuration() > wait)
            m_provision.start(wait);
        return;
    }
    pool.pace.began(now, pool.lastUsed > std::exchange(pool.provisionedAt, now));
    for (; there < pool.config.provisionedConcurrency; ++there) {
        const auto environment = newEnvironment(pool);
        if (!environment)
            return;
        (*environment)->provision();
    }
}

void Pool::keepSpares()
{
    // For the functions that were used last; those that never were come in the order they were told of.
    std::vector<FunctionPool *> byUse;
    for (const auto &pool : std::as_const(m_functions)) {
        // A wrapper is the user's own code already.
        if (pool->plan.managed && !pool->plan.wrapped)
            byUse.push_back(pool.get());
    }
    std::stable_sort(byUse.begin(), byUse.end(), [](const FunctionPool *a, const FunctionPool *b) { return a->lastUsed > b->lastUsed; });
    for (size_t i = 0; i < byUse.size(); ++i) {
        FunctionPool &pool = *byUse[i];
        const auto spare = std::find_if(pool.environments.cbegin(), pool.environments.cend(), [](const auto &environment) { return environment->state() == EnvironmentState::Prestarted || environment->hasEndedAhead(); });
        if (i >= MaxSpares && spare != pool.environments.cend()) {
            (*spare)->retire(EndReason::OthersUsedMore);
            sweep();
        } else if (i < MaxSpares && spare == pool.environments.cend()) {
            if (const auto environment = newEnvironment(pool))
                (*environment)->prestart();
        }
    }
}

void Pool::reclaimIdle()
{
    const sys::Nanoseconds now = m_surroundings.clock.monotonic();
    bool any = false;
    for (const auto &pool : std::as_const(m_functions)) {
        for (const auto &environment : pool->environments) {
            // What has ended keeps its /tmp for its tenant, and a place among the tenants.
            const bool isKept = environment->state() == EnvironmentState::Ended && !environment->tenant().isEmpty() && !environment->isRetiring();
            any = any || isKept || environment->state() != EnvironmentState::Ended;
            const bool isLeft = environment->state() == EnvironmentState::Idle || isKept;
            if (isLeft && !environment->isBusy() && !environment->isProvisioned() && now - environment->idleSince() > m_surroundings.idleLife)
                environment->retire(EndReason::Idle);
        }
    }
    sweep();
    if (!any)
        m_reclaim.stop();
}

} // namespace eph::runtime
