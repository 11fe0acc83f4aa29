// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/codehash.h"
#include "core/runtime/environment.h"
#include "core/sys/background.h"
#include "core/sys/codewatch.h"

#include <QHash>
#include <QObject>
#include <QTimer>
#include <memory>
#include <vector>

namespace eph::runtime {

struct PoolCounts {
    int environments = 0;
    int busy = 0;
};

/// All environments of all functions. An invocation gets a free environment with the present code and configuration, or a
/// new one; never an old one. Lives on the runtime's thread.
class Pool : public QObject
{
    Q_OBJECT
public:
    /// Concurrent executions of an account and region unless it was raised.
    static constexpr int AccountConcurrency = 1000;

    Pool(Surroundings surroundings, sys::Interpreters interpreters, QObject *parent = nullptr);
    ~Pool() override;

    /// Fails when there is no way to run the function here; otherwise `done` is called once, from the event loop.
    [[nodiscard]] Result<void> invoke(InvokeRequest request, InvocationCallback done);
    /// Ends what is idle and, once they are done, what is busy.
    void retireAll();
    /// Ends every invocation that is running: they come back as exited.
    void abortAll();
    [[nodiscard]] PoolCounts counts() const;

Q_SIGNALS:
    /// In batches.
    void countsChanged();

private:
    struct FunctionPool {
        FunctionConfig config;
        LaunchPlan plan;
        std::unique_ptr<sys::CodeWatch> watch; ///< Only when environments are kept.
        Environment::Code code;
        std::vector<std::unique_ptr<Environment>> environments;
    };

    [[nodiscard]] Result<FunctionPool *> functionPool(const FunctionConfig &config);
    /// `keep` is spared: it is about to load the new code itself.
    void refreshCode(FunctionPool &pool, const Environment *keep = nullptr);
    void retire(FunctionPool &pool, const Environment *keep = nullptr);
    [[nodiscard]] Environment *freeEnvironment(FunctionPool &pool) const;
    [[nodiscard]] Result<Environment *> newEnvironment(FunctionPool &pool);
    [[nodiscard]] std::shared_ptr<CodeIdentity> hashCode(const FunctionConfig &config);
    void throttle(const InvokeRequest &request, const InvocationCallback &done);
    void sweep();
    void announce();

    Surroundings m_surroundings;
    sys::Interpreters m_interpreters;
    std::shared_ptr<CodeHash> m_codeHash = std::make_shared<CodeHash>();
    QHash<QString, std::shared_ptr<FunctionPool>> m_functions;
    bool m_sweepQueued = false;
    QTimer m_announcement{this};
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::runtime
