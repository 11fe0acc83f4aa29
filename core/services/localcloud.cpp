// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/localcloud.h"

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

LocalCloud::LocalCloud(sys::ProcessLauncher &launcher, const sys::Clock &clock, logs::Sink &sink, sys::Interpreters interpreters, Warmth warmth, QObject *parent)
    : QObject(parent)
    , m_guard(hostToken())
    , m_pool(new runtime::Pool({launcher, clock, sink, hostToken(), warmth == Warmth::KeepEnvironments}, std::move(interpreters)))
{
    m_thread.setObjectName(u"local cloud"_s);
    m_pool->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_pool, &QObject::deleteLater);
    connect(m_pool, &runtime::Pool::countsChanged, m_pool, [this, pool = m_pool] {
        QMetaObject::invokeMethod(this, [this, counts = pool->counts()] {
            m_counts = counts;
            Q_EMIT countsChanged(counts);
        });
    });
    m_thread.start();
}

LocalCloud::~LocalCloud()
{
    m_thread.quit();
    m_thread.wait();
}

QFuture<Result<runtime::Invocation>> LocalCloud::invoke(runtime::InvokeRequest request)
{
    using Answer = Result<runtime::Invocation>;
    auto promise = std::make_shared<QPromise<Answer>>();
    promise->start();
    QFuture<Answer> future = promise->future();
    QMetaObject::invokeMethod(m_pool, [pool = m_pool, promise, request = std::move(request)]() mutable {
        const auto begun = pool->invoke(std::move(request), [promise](runtime::Invocation invocation) {
            promise->addResult(Answer(std::move(invocation)));
            promise->finish();
        });
        if (!begun) {
            promise->addResult(Answer(tl::unexpected(begun.error())));
            promise->finish();
        }
    });
    return future;
}

void LocalCloud::retireAll()
{
    QMetaObject::invokeMethod(m_pool, &runtime::Pool::retireAll);
}

void LocalCloud::abortAll()
{
    QMetaObject::invokeMethod(m_pool, &runtime::Pool::abortAll);
}

} // namespace eph::services
