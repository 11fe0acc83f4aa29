// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/localserver.h"
#include "core/logs/tap.h"
#include "core/services/recentinvocations.h"
#include "core/sys/processguard.h"
#include "core/sys/processlimit.h"

#include <QFuture>
#include <QObject>
#include <QPointer>
#include <QTemporaryDir>
#include <QThread>
#include <atomic>

namespace eph::services {

enum class Warmth {
    KeepEnvironments,
    SingleRun, ///< For a program that runs one function and ends.
};

/// How the local cloud treats environments.
struct CloudOptions {
    Warmth warmth = Warmth::KeepEnvironments;
    runtime::SandboxOptions sandbox = {};
    bool prestart = true; ///< Interpreters start ahead of need where environments are kept.
    int accountConcurrency = runtime::Concurrency::StandardAccountLimit;
    bool sharesProcessor = false; ///< Functions are held to the processor time that their memory buys.
};

/// The local cloud on its own thread: a repaint never delays an invocation, an invocation never freezes a window.
class LocalCloud : public QObject
{
    Q_OBJECT
public:
    LocalCloud(sys::ProcessLauncher &launcher, const sys::Clock &clock, logs::Sink &sink, sys::Interpreters interpreters, CloudOptions options, QObject *parent = nullptr);
    /// Ends every function process before it returns.
    ~LocalCloud() override;

    /// Any thread. The future holds the Error where the function could not be run at all. While nothing is served, the calls
    /// that it makes are answered for that project; a path that is empty is none.
    [[nodiscard]] QFuture<Result<runtime::Invocation>> invoke(runtime::InvokeRequest request, project::LoadRequest home = {});
    /// Events that wait for another try.
    struct Waiting {
        int events = 0;
        bool kept = false; ///< The next one who serves the project goes on with them.
    };
    /// Holds what waits once no event of those that were accepted for later is due or runs, nor any of what is said meanwhile. Any thread.
    [[nodiscard]] QFuture<Waiting> settled();
    /// Serves a project: Lambda's API and the gateway before its functions; what was served before ends. Conflict when a port
    /// is in use.
    [[nodiscard]] QFuture<Result<cloud::LocalServer::Ports>> serve(cloud::LocalServer::Request request);
    /// Ends what serve() began.
    void stopServing();
    /// What the gateway was asked and answered.
    [[nodiscard]] const gateway::RequestStore &requests() const { return m_records.requests; }
    void clearRequests() { m_records.requests.clear(); }
    /// What became of the schedules' runs.
    [[nodiscard]] const cloud::ScheduleHistory &scheduleRuns() const { return m_records.schedules; }
    void clearScheduleRuns() { m_records.schedules.clear(); }
    /// How those are doing that feed functions from queues and streams.
    [[nodiscard]] QList<cloud::MappingState> mappings() const { return m_records.mappings.all(); }
    /// Whether the schedules of what is served fire by themselves.
    void setSchedules(cloud::ScheduleRunner::Scope scope);
    /// While it is blown no schedule fires, whatever setSchedules() says.
    void setFuseBlown(bool blown);
    /// Runs a schedule now. The future holds the id of the request, or NotFound; Conflict while nothing is served.
    [[nodiscard]] QFuture<Result<QByteArray>> fireSchedule(const QString &id);
    /// Calls it for every invocation that ends, on the cloud's thread; before the first one is begun.
    void setOnEnded(std::function<void(runtime::EndedInvocation)> onEnded);
    /// What was invoked lately. Any thread.
    [[nodiscard]] const RecentInvocations &recent() const { return m_recent; }
    /// Ends all environments as they become free: the next invocations are cold.
    void retireAll();
    /// Ends every invocation that is running.
    void abortAll();
    /// Ends those of one function.
    void abort(const QString &function);
    /// Ends everything; where there are extensions, with the shutdown that they expect. Returns when that is over, two seconds later
    /// at most. Nothing can be invoked any more.
    void shutDown();
    /// The kill switch: ends what runs, forgets what waits and refuses everything until it is let go.
    void setHalted(bool halted);
    void setSharesProcessor(bool shares);
    /// Any thread.
    [[nodiscard]] CloudOptions options() const;
    [[nodiscard]] const runtime::LaneStore &lanes() const { return m_lanes; }
    void clearLanes() { m_lanes.clear(); }
    [[nodiscard]] runtime::PoolCounts counts() const { return m_counts; }

Q_SIGNALS:
    void countsChanged(runtime::PoolCounts counts);

private:
    void keep(const runtime::EndedInvocation &ended);
    /// Calls back as settled() says, at last after so many rounds of functions that make each other say something.
    void settle(const std::function<void(Waiting)> &done, int rounds);
    /// Unless it is served, or answered for already.
    void answerCallsOf(const project::LoadRequest &home);
    /// Null while nothing is served.
    [[nodiscard]] cloud::LocalServer *served() const;
    [[nodiscard]] cloud::LocalServer::Stores openStores(const project::LoadRequest &project);
    [[nodiscard]] runtime::Surroundings surroundings(sys::ProcessLauncher &launcher, const CloudOptions &options);

    QTemporaryDir m_scratch; ///< Of all environments; removed by the guard, where there is one.
    sys::ProcessGuard m_guard;
    bool m_isShutDown = false;
    std::unique_ptr<sys::ProcessLimit> m_processLimit; ///< Entered by the thread; goes after it.
    QThread m_thread;
    const CloudOptions m_options; ///< As it began.
    std::atomic<bool> m_sharesProcessor;
    runtime::LaneStore m_lanes;
    logs::Tap m_logs;
    const sys::Clock &m_clock;
    runtime::Pool *m_pool;
    cloud::LocalServer::Records m_records;
    RecentInvocations m_recent;
    QPointer<cloud::LocalServer> m_server; ///< Lives on the cloud's thread; only looked at there.
    runtime::PoolCounts m_counts;
    // Only touched on the cloud's thread.
    cloud::ScheduleRunner::Scope m_schedules = cloud::ScheduleRunner::Scope::All;
    bool m_fuseBlown = false;
};

} // namespace eph::services
