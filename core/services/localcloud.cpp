// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/localcloud.h"

#include "core/base/text.h"
#include "core/logs/logarchive.h"
#include "core/project/privatefolder.h"

#include <QFileInfo>
#include <QPromise>
#include <QSemaphore>
#include <QThreadPool>
#include <QUuid>

namespace eph::services {

namespace {
using namespace Qt::StringLiterals;
/// How often functions may make each other say something before a program that ran one ends.
constexpr int MostRounds = 100;
const QString &hostToken()
{
    static const QString token = "ephemera-local-"_L1 + QUuid::createUuid().toString(QUuid::Id128);
    return token;
}
} // namespace

LocalCloud::LocalCloud(sys::ProcessLauncher &launcher, const sys::Clock &clock, logs::Sink &sink, sys::Interpreters interpreters, CloudOptions options, QObject *parent)
    : QObject(parent)
    , m_guard(hostToken(), m_scratch.path())
    , m_options(options)
    , m_sharesProcessor(options.sharesProcessor)
    , m_logs(sink)
    , m_clock(clock)
    , m_pool(new runtime::Pool(surroundings(launcher, options), std::move(interpreters)))
{
    // Two who remove the same folder at once get in each other's way.
    m_scratch.setAutoRemove(!m_guard.isActive());
    m_pool->setAccountConcurrency(options.accountConcurrency);
    m_pool->onEnded = [this](const runtime::EndedInvocation &ended) { keep(ended); };
    m_thread.setObjectName(u"local cloud"_s);
    m_pool->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_pool, &QObject::deleteLater);
    connect(m_pool, &runtime::Pool::countsChanged, m_pool, [this, pool = m_pool] {
        QMetaObject::invokeMethod(this, [this, counts = pool->counts()] {
            m_counts = counts;
            Q_EMIT countsChanged(counts);
        });
    });
    // All functions together; a single one is held to the service's own limit.
    constexpr int MaxProcesses = 8192;
    connect(&m_thread, &QThread::started, m_pool, [this] { m_processLimit = sys::ProcessLimit::enter(MaxProcesses).value_or(nullptr); });
    sys::ProcessLimit::keepPoolOutside();
    m_thread.start();
}

runtime::Surroundings LocalCloud::surroundings(sys::ProcessLauncher &launcher, const CloudOptions &options)
{
    runtime::Surroundings all{launcher, m_clock, m_logs, hostToken()};
    if (m_scratch.isValid())
        all.scratchFolder = m_scratch.path();
    all.keepWarm = options.warmth == Warmth::KeepEnvironments;
    all.sandbox = options.sandbox;
    all.prestart = all.keepWarm && options.prestart;
    all.sharesProcessor = options.sharesProcessor;
    all.lanes = &m_lanes;
    all.isCrowded = [this] { return m_processLimit && m_processLimit->isCrowded(); };
    return all;
}

void LocalCloud::shutDown()
{
    if (std::exchange(m_isShutDown, true))
        return;
    constexpr int LongerThanAnyShutdownMs = 5000;
    const auto ended = std::make_shared<QSemaphore>();
    QMetaObject::invokeMethod(m_pool, [this, ended] {
        // What ends with us has not failed.
        if (m_server)
            m_server->queue().stop();
        m_pool->shutDown([ended] { ended->release(); });
    });
    ended->tryAcquire(1, LongerThanAnyShutdownMs);
}

LocalCloud::~LocalCloud()
{
    shutDown();
    m_thread.quit();
    m_thread.wait();
    // What still runs beside it works with what goes now.
    QThreadPool::globalInstance()->waitForDone();
}

namespace {

/// Calls work() on the object's thread; what it hands to its argument is the future's result.
template<class T, class Work>
QFuture<T> onThreadOf(QObject *object, Work work)
{
    auto promise = std::make_shared<QPromise<T>>();
    promise->start();
    QFuture<T> future = promise->future();
    QMetaObject::invokeMethod(object, [promise, work = std::move(work)]() mutable {
        work([promise](T result) {
            promise->addResult(std::move(result));
            promise->finish();
        });
    });
    return future;
}

} // namespace

cloud::LocalServer::Stores LocalCloud::openStores(const project::LoadRequest &project)
{
    const QFileInfo given(project.path);
    // Absolute: sandboxes are told of code by its path.
    const QString folder = given.isDir() ? given.absoluteFilePath() : given.absolutePath();
    project::privateFolder(folder);
    // A folder that cannot be written is served all the same.
    const auto tell = [this](const QString &text) { m_logs.append({m_clock.epochMs(), logs::Source::Platform, {}, {}, {}, text.toUtf8()}); };
    auto sources = sources::SourceStores::open(sources::SourceStores::pathIn(folder), m_clock);
    if (!sources) {
        tell(Core::tr("Queues are kept in memory only: %1").arg(sources.error().message));
        sources = sources::SourceStores::open({}, m_clock);
    }
    auto account = account::Account::open(folder);
    if (!account) {
        tell(Core::tr("What is deployed is kept in memory only: %1").arg(account.error().message));
        account = account::Account::open({});
    }
    return {*std::move(sources), *std::move(account), logs::LogArchive::folderIn(folder)};
}

QFuture<Result<cloud::LocalServer::Ports>> LocalCloud::serve(cloud::LocalServer::Request request)
{
    using Ports = Result<cloud::LocalServer::Ports>;
    return onThreadOf<Ports>(m_pool, [this, pool = m_pool, request = std::move(request)](const auto &done) mutable {
        delete m_server;
        m_schedules = request.schedules;
        if (m_fuseBlown)
            request.schedules = cloud::ScheduleRunner::Scope::None;
        m_server = new cloud::LocalServer(*pool, m_clock, m_logs, m_records, openStores(request.project), request, pool);
        // The kill switch forgets what an earlier run has left, too.
        if (pool->isHalted())
            m_server->queue().clear();
        const Ports ports = m_server->listen();
        if (!ports)
            delete m_server;
        done(ports);
    });
}

void LocalCloud::stopServing()
{
    QMetaObject::invokeMethod(m_pool, [this, pool = m_pool] {
        delete m_server;
        pool->setCloud({});
        // They know an address that nobody listens on any more.
        pool->retireAll();
    });
}

void LocalCloud::setSchedules(cloud::ScheduleRunner::Scope scope)
{
    QMetaObject::invokeMethod(m_pool, [this, scope] {
        m_schedules = scope;
        if (served() && !m_fuseBlown)
            served()->schedules().setScope(scope);
    });
}

void LocalCloud::setFuseBlown(bool blown)
{
    QMetaObject::invokeMethod(m_pool, [this, blown] {
        m_fuseBlown = blown;
        if (served())
            served()->schedules().setScope(blown ? cloud::ScheduleRunner::Scope::None : m_schedules);
    });
}

void LocalCloud::keep(const runtime::EndedInvocation &ended)
{
    m_records.metrics.take(ended);
    m_recent.take(ended);
}

void LocalCloud::setOnEnded(std::function<void(runtime::EndedInvocation)> onEnded)
{
    QMetaObject::invokeMethod(m_pool, [this, pool = m_pool, onEnded = std::move(onEnded)]() mutable {
        pool->onEnded = [this, onEnded = std::move(onEnded)](runtime::EndedInvocation ended) {
            keep(ended);
            onEnded(std::move(ended));
        };
    });
}

QFuture<Result<QByteArray>> LocalCloud::fireSchedule(const QString &id)
{
    return onThreadOf<Result<QByteArray>>(m_pool, [this, id](const auto &done) {
        done(served() ? served()->schedules().fireNow(id) : failure(ErrorCode::Conflict, Core::tr("Nothing is served that could fire “%1”.").arg(id), Core::tr("Serve the project first.")));
    });
}

cloud::LocalServer *LocalCloud::served() const
{
    return m_server && m_server->request().duty == cloud::LocalServer::Duty::Serve ? m_server.data() : nullptr;
}

void LocalCloud::answerCallsOf(const project::LoadRequest &home)
{
    using Duty = cloud::LocalServer::Duty;
    if (home.path.isEmpty())
        return;
    if (m_server) {
        const cloud::LocalServer::Request &now = m_server->request();
        if (now.duty != Duty::AnswerCalls || (now.project.path == home.path && now.project.parameters == home.parameters))
            return;
        delete m_server;
    }
    cloud::LocalServer::Request request{home, 0, 0, {}};
    request.duty = Duty::AnswerCalls;
    m_server = new cloud::LocalServer(*m_pool, m_clock, m_logs, m_records, openStores(home), request, m_pool);
    if (const auto ports = m_server->listen(); !ports) {
        m_logs.append({m_clock.epochMs(), logs::Source::Platform, {}, {}, {}, Core::tr("Nobody answers what functions call: %1").arg(ports.error().message).toUtf8()});
        delete m_server;
    }
}

QFuture<LocalCloud::Waiting> LocalCloud::settled()
{
    return onThreadOf<Waiting>(m_pool, [this](const auto &done) { settle(done, MostRounds); });
}

void LocalCloud::settle(const std::function<void(Waiting)> &done, int rounds)
{
    if (!m_server)
        return done({});
    runtime::AsyncQueue &queue = m_server->queue();
    m_server->logFeed().handOn();
    if (queue.active() == 0 || rounds == 0)
        return done({queue.waiting(), queue.keeps()});
    connect(&queue, &runtime::AsyncQueue::settled, m_pool, [this, done, rounds] { settle(done, rounds - 1); }, Qt::SingleShotConnection);
}

QFuture<Result<runtime::Invocation>> LocalCloud::invoke(runtime::InvokeRequest request, project::LoadRequest home)
{
    return onThreadOf<Result<runtime::Invocation>>(m_pool, [this, pool = m_pool, request = std::move(request), home = std::move(home)](const auto &done) mutable {
        answerCallsOf(home);
        const auto begun = pool->invoke(std::move(request), [done](runtime::Invocation invocation) { done(std::move(invocation)); });
        if (!begun)
            done(tl::unexpected(begun.error()));
    });
}

void LocalCloud::retireAll()
{
    QMetaObject::invokeMethod(m_pool, &runtime::Pool::retireAll);
}

void LocalCloud::setHalted(bool halted)
{
    QMetaObject::invokeMethod(m_pool, [this, pool = m_pool, halted] {
        pool->setHalted(halted);
        if (!halted)
            return;
        pool->abortAll();
        if (m_server)
            m_server->queue().clear();
    });
}

void LocalCloud::setSharesProcessor(bool shares)
{
    m_sharesProcessor = shares;
    QMetaObject::invokeMethod(m_pool, [pool = m_pool, shares] { pool->setSharesProcessor(shares); });
}

CloudOptions LocalCloud::options() const
{
    CloudOptions now = m_options;
    now.sharesProcessor = m_sharesProcessor;
    return now;
}

void LocalCloud::abortAll()
{
    QMetaObject::invokeMethod(m_pool, &runtime::Pool::abortAll);
}

void LocalCloud::abort(const QString &function)
{
    QMetaObject::invokeMethod(m_pool, [pool = m_pool, function] { pool->abort(function); });
}

} // namespace eph::services
