// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/localcloud.h"

#include "core/cloud/destinations.h"

#include <QPromise>
#include <QUuid>

namespace eph::services {

namespace {
using namespace Qt::StringLiterals;
const QString &hostToken()
{
    static const QString token = "ephemera-local-"_L1 + QUuid::createUuid().toString(QUuid::Id128);
    return token;
}
} // namespace

LocalCloud::LocalCloud(sys::ProcessLauncher &launcher, const sys::Clock &clock, logs::Sink &sink, sys::Interpreters interpreters, CloudOptions options, QObject *parent)
    : QObject(parent)
    , m_guard(hostToken())
    , m_options(options)
    , m_sharesProcessor(options.sharesProcessor)
    , m_logs(sink)
    , m_clock(clock)
    , m_pool(new runtime::Pool(surroundings(launcher, options), std::move(interpreters)))
{
    m_pool->setAccountConcurrency(options.accountConcurrency);
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
    m_thread.start();
}

runtime::Surroundings LocalCloud::surroundings(sys::ProcessLauncher &launcher, const CloudOptions &options)
{
    runtime::Surroundings all{launcher, m_clock, m_logs, hostToken()};
    all.keepWarm = options.warmth == Warmth::KeepEnvironments;
    all.sandbox = options.sandbox;
    all.prestart = all.keepWarm && options.prestart;
    all.sharesProcessor = options.sharesProcessor;
    all.lanes = &m_lanes;
    all.isCrowded = [this] { return m_processLimit && m_processLimit->isCrowded(); };
    return all;
}

LocalCloud::~LocalCloud()
{
    m_thread.quit();
    m_thread.wait();
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

QFuture<Result<quint16>> LocalCloud::serve(ServeRequest request)
{
    return onThreadOf<Result<quint16>>(m_pool, [this, pool = m_pool, request = std::move(request)](const auto &done) {
        auto *queue = new runtime::AsyncQueue(*pool, m_clock, request.asyncDelays, pool);
        auto *endpoint = new cloud::LambdaEndpoint(*pool, *queue, cloud::FunctionCatalogue(request.project), pool);
        queue->onDelivery = [this, endpoint, queue](const runtime::Delivery &delivery) { cloud::deliver(delivery, endpoint->catalogue(), *queue, m_logs, m_clock); };
        m_queue = queue;
        const auto port = endpoint->listen(request.port);
        done(port);
        if (const auto functions = endpoint->catalogue().all(); port && functions)
            pool->declare(*functions);
    });
}

QFuture<Result<runtime::Invocation>> LocalCloud::invoke(runtime::InvokeRequest request)
{
    return onThreadOf<Result<runtime::Invocation>>(m_pool, [pool = m_pool, request = std::move(request)](const auto &done) mutable {
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
        if (m_queue)
            m_queue->clear();
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

} // namespace eph::services
