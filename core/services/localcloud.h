// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/lambdaendpoint.h"
#include "core/logs/line.h"
#include "core/runtime/asyncqueue.h"
#include "core/sys/processguard.h"

#include <QFuture>
#include <QObject>
#include <QThread>

namespace eph::services {

enum class Warmth { KeepEnvironments, SingleRun };

/// The local cloud on its own thread: a repaint never delays an invocation, an invocation never freezes a window.
class LocalCloud : public QObject
{
    Q_OBJECT
public:
    LocalCloud(sys::ProcessLauncher &launcher, const sys::Clock &clock, logs::Sink &sink, sys::Interpreters interpreters, Warmth warmth, QObject *parent = nullptr);
    /// Ends every function process before it returns.
    ~LocalCloud() override;

    /// Any thread. The future holds the Error where the function could not be run at all.
    [[nodiscard]] QFuture<Result<runtime::Invocation>> invoke(runtime::InvokeRequest request);
    struct ServeRequest {
        project::LoadRequest project;
        quint16 port = 0; ///< 0: a free one.
        runtime::AsyncQueue::Delays asyncDelays;
    };
    /// Opens the endpoint that answers Lambda's invoke calls for a project's functions; returns its port. Conflict when the
    /// port is in use.
    [[nodiscard]] QFuture<Result<quint16>> serve(ServeRequest request);
    /// Ends all environments as they become free: the next invocations are cold.
    void retireAll();
    /// Ends every invocation that is running.
    void abortAll();
    [[nodiscard]] runtime::PoolCounts counts() const { return m_counts; }

Q_SIGNALS:
    void countsChanged(runtime::PoolCounts counts);

private:
    sys::ProcessGuard m_guard;
    QThread m_thread;
    logs::Sink &m_logs;
    const sys::Clock &m_clock;
    runtime::Pool *m_pool;
    runtime::PoolCounts m_counts;
};

} // namespace eph::services
