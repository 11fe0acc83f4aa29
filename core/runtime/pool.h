// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/codehash.h"
#include "core/runtime/concurrency.h"
#include "core/runtime/environment.h"
#include "core/runtime/provisionpace.h"
#include "core/runtime/turns.h"
#include "core/sys/background.h"
#include "core/sys/codewatch.h"
#include "core/sys/processors.h"

#include <QHash>
#include <QObject>
#include <QTimer>
#include <deque>
#include <memory>
#include <vector>

namespace eph::runtime {

struct PoolCounts {
    int environments = 0;
    int busy = 0; ///< Invocations under way.
};

/// All environments of all functions. An invocation gets a free environment with the present code and configuration, or a
/// new one; never an old one. Where more run than there are processors for, it may wait for the environment that it gets.
/// Lives on the runtime's thread.
class Pool : public QObject
{
    Q_OBJECT
public:
    Pool(Surroundings surroundings, sys::Interpreters interpreters, QObject *parent = nullptr);
    ~Pool() override;

    /// Tells of functions before anybody invokes them: their reservations count, their code is watched, what they keep
    /// ready is made ready, and an interpreter is started for some.
    void declare(const QList<FunctionConfig> &configs);
    /// Functions that start from now on find the local cloud's services there.
    void setCloud(const CloudAddresses &cloud) { m_surroundings.cloud = cloud; }
    void setAccountConcurrency(int limit) { m_concurrency = Concurrency(limit); }
    [[nodiscard]] int accountConcurrency() const { return m_concurrency.accountLimit(); }
    /// Holds functions to the processor time that their memory buys, from the next invocation on.
    void setSharesProcessor(bool shares) { m_surroundings.sharesProcessor = shares; }
    /// While halted, every invocation is throttled as if its reserved concurrency were 0.
    void setHalted(bool halted) { m_halted = halted; }
    [[nodiscard]] bool isHalted() const { return m_halted; }

    /// Fails when there is no way to run the function here; otherwise `done` is called once, from the event loop.
    [[nodiscard]] Result<void> invoke(InvokeRequest request, InvocationCallback done);
    /// Ends what is idle and, once they are done, what is busy.
    void retireAll();
    /// Ends every invocation that is running: they come back as exited.
    void abortAll();
    /// Ends those of one function.
    void abort(const QString &function);
    /// Nothing runs from now on. Where there are extensions, ends what runs with the shutdown that they expect; `done` is called
    /// when that is over, two seconds later at most.
    void shutDown(std::function<void()> done);
    [[nodiscard]] PoolCounts counts() const;
    /// Told of every invocation when it has ended, throttled ones too; on the runtime's thread, after its caller.
    std::function<void(EndedInvocation)> onEnded;

Q_SIGNALS:
    /// In batches.
    void countsChanged();

private:
    struct Waiting {
        InvokeRequest request;
        InvocationCallback done;
    };
    struct FunctionPool {
        FunctionConfig config;
        LaunchPlan plan;
        std::unique_ptr<sys::CodeWatch> watch; ///< Only when environments are kept.
        Environment::Code code;
        sys::Nanoseconds lastUsed{};
        ProvisionPace pace;
        sys::Nanoseconds provisionedAt{}; ///< When environments were last started to be ready.
        std::vector<std::unique_ptr<Environment>> environments;
        Turns turns{sys::processorCount()};
        std::deque<Waiting> waiting; ///< For their turn; there is a warm environment for each.
    };

    /// invoke() without telling of its end.
    [[nodiscard]] Result<void> place(InvokeRequest request, InvocationCallback done);
    [[nodiscard]] Result<FunctionPool *> functionPool(const FunctionConfig &config);
    /// `keep` is spared: it is about to load the new code itself.
    void refreshCode(FunctionPool &pool, const Environment *keep = nullptr);
    void abort(FunctionPool &pool);
    void retire(FunctionPool &pool, EndReason reason, const Environment *keep = nullptr);
    [[nodiscard]] Concurrency::Load load(const FunctionPool &pool) const;
    void settle();
    void keepProvisioned(FunctionPool &pool);
    void keepSpares();
    void reclaimIdle();
    [[nodiscard]] static int running(const FunctionPool &pool);
    /// Warm ones that could take an invocation of the tenant at once.
    [[nodiscard]] static size_t freeFor(const FunctionPool &pool, const QByteArray &tenant);
    [[nodiscard]] static size_t waitingFor(const FunctionPool &pool, const QByteArray &tenant);
    /// Rather one whose runtime asks for an event already than one that has only just answered.
    [[nodiscard]] Environment *warmEnvironment(const FunctionPool &pool, const QByteArray &tenant) const;
    /// Always those that ran last, as they take it in the same order each time.
    [[nodiscard]] Environment *firstWarmEnvironment(const FunctionPool &pool, const QByteArray &tenant) const;
    /// One that has to be initialised first, or is being so for nobody.
    [[nodiscard]] Environment *coldEnvironment(const FunctionPool &pool, const QByteArray &tenant) const;
    /// Ends those that have been idle longest where tenants have more than `most`.
    void trimTenants(FunctionPool &pool, qsizetype most);
    /// In this environment, or in a new one.
    [[nodiscard]] Result<void> begin(FunctionPool &pool, Environment *environment, InvokeRequest request, InvocationCallback done);
    void beginNext(FunctionPool &pool);
    void takeTurns(FunctionPool &pool);
    void lookAtTurns();
    [[nodiscard]] Result<Environment *> newEnvironment(FunctionPool &pool);
    [[nodiscard]] std::shared_ptr<CodeIdentity> hashCode(const FunctionConfig &config);
    /// Answers what is stopped because the function has called itself again and again.
    Result<void> stopLoop(const InvokeRequest &request, const InvocationCallback &done);
    void throttle(const InvokeRequest &request, const QByteArray &reason, const InvocationCallback &done);
    void sweep();
    void tellWhenShutDown();
    void announce();

    Surroundings m_surroundings;
    sys::Interpreters m_interpreters;
    std::shared_ptr<CodeHash> m_codeHash = std::make_shared<CodeHash>();
    QHash<QString, std::shared_ptr<FunctionPool>> m_functions;
    bool m_sweepQueued = false;
    QTimer m_announcement{this};
    QTimer m_settle{this};  ///< Runs what can wait until nobody is waiting for a start.
    QTimer m_provision{this}; ///< Until environments that were held back may be started.
    QTimer m_reclaim{this};
    QTimer m_turns{this}; ///< While invocations wait for theirs.
    sys::ProcessorLoad m_processors;
    Concurrency m_concurrency;
    bool m_halted = false;
    std::function<void()> m_onShutDown;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::runtime
