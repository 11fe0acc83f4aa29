// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/pool.h"

#include "core/base/text.h"

#include <QFileInfo>
#include <QUuid>
#include <algorithm>

namespace eph::runtime {

namespace {

QStringList codeFolders(const FunctionConfig &config)
{
    return QStringList{config.codeFolder} + config.layerFolders;
}

/// Who watches gets the newest state this often at most.
constexpr auto AnnounceEvery = std::chrono::milliseconds(100);

} // namespace

Pool::Pool(Surroundings surroundings, sys::Interpreters interpreters, QObject *parent)
    : QObject(parent)
    , m_surroundings(std::move(surroundings))
    , m_interpreters(std::move(interpreters))
{
    m_announcement.setSingleShot(true);
    m_announcement.setInterval(AnnounceEvery);
    connect(&m_announcement, &QTimer::timeout, this, &Pool::countsChanged);
}

Pool::~Pool() = default;

std::shared_ptr<CodeIdentity> Pool::hashCode(const FunctionConfig &config)
{
    auto identity = std::make_shared<CodeIdentity>();
    m_jobs.run([hash = m_codeHash, folders = codeFolders(config)] { return hash->of(folders); }, [identity](const QByteArray &sha256) { identity->resolve(sha256); });
    return identity;
}

Result<Pool::FunctionPool *> Pool::functionPool(const FunctionConfig &config)
{
    const auto known = m_functions.constFind(config.name);
    if (known != m_functions.cend() && (*known)->config == config)
        return known->get();
    if (!QFileInfo(config.codeFolder).isDir())
        return failure(ErrorCode::NotFound, Core::tr("The code folder of “%1” does not exist: %2.").arg(config.name, config.codeFolder), Core::tr("Correct CodeUri in the template."));
    const auto plan = launchPlan(config, m_interpreters);
    if (!plan)
        return tl::unexpected(plan.error());
    const std::shared_ptr<FunctionPool> pool = known != m_functions.cend() ? *known : *m_functions.insert(config.name, std::make_shared<FunctionPool>());
    retire(*pool);
    const bool sameCode = pool->config.codeFolder == config.codeFolder && pool->config.layerFolders == config.layerFolders;
    pool->config = config;
    pool->plan = *plan;
    if (!sameCode) {
        // Watching begins before hashing, so that nothing falls between them.
        if (m_surroundings.keepWarm)
            pool->watch = std::make_unique<sys::CodeWatch>(codeFolders(config));
        const quint64 generation = pool->watch ? pool->watch->generation() : 0;
        pool->code = {hashCode(config), generation};
    }
    return pool.get();
}

void Pool::refreshCode(FunctionPool &pool, const Environment *keep)
{
    if (!pool.watch)
        return;
    const quint64 generation = pool.watch->generation();
    if (generation == pool.code.generation)
        return;
    pool.code = {hashCode(pool.config), generation};
    // A bootstrap may have come or gone.
    if (auto plan = launchPlan(pool.config, m_interpreters))
        pool.plan = *std::move(plan);
    retire(pool, keep);
}

void Pool::retire(FunctionPool &pool, const Environment *keep)
{
    for (const auto &environment : pool.environments) {
        if (environment.get() != keep)
            environment->retire();
    }
    sweep();
}

Environment *Pool::freeEnvironment(FunctionPool &pool) const
{
    Environment *answered = nullptr;
    Environment *ended = nullptr;
    for (const auto &environment : pool.environments) {
        if (!environment->canTake())
            continue;
        if (environment->state() == EnvironmentState::Idle)
            return environment.get();
        (environment->isBusy() ? answered : ended) = environment.get();
    }
    if (answered)
        return answered;
    if (ended)
        ended->setCode(pool.code);
    return ended;
}

Result<Environment *> Pool::newEnvironment(FunctionPool &pool)
{
    auto environment = std::make_unique<Environment>(pool.config, pool.plan, pool.code, m_surroundings);
    if (const auto opened = environment->open(); !opened)
        return tl::unexpected(opened.error());
    environment->onStateChanged = [this](Environment &changed) {
        if (changed.state() == EnvironmentState::Ended)
            sweep();
        announce();
    };
    environment->isStale = [this, &pool](Environment &candidate) {
        if (!pool.watch || pool.watch->generation() == candidate.codeGeneration())
            return false;
        refreshCode(pool, &candidate);
        candidate.setCode(pool.code);
        return true;
    };
    environment->onHandedBack = [this](InvokeRequest request, InvocationCallback done) {
        if (const auto begun = invoke(std::move(request), done); !begun) {
            Invocation invocation;
            invocation.outcome = Outcome::InitError;
            invocation.payload = platform::errorPayload("Sandbox.Failure", {}, begun.error().message.toUtf8());
            done(std::move(invocation));
        }
    };
    pool.environments.push_back(std::move(environment));
    return pool.environments.back().get();
}

Result<void> Pool::invoke(InvokeRequest request, InvocationCallback done)
{
    const auto found = functionPool(request.config);
    if (!found)
        return tl::unexpected(found.error());
    FunctionPool &pool = **found;
    refreshCode(pool);
    if (Environment *environment = freeEnvironment(pool)) {
        environment->assign(std::move(request), std::move(done));
        return {};
    }
    const int limit = request.config.reservedConcurrency >= 0 ? request.config.reservedConcurrency : AccountConcurrency;
    const auto busy = std::count_if(pool.environments.cbegin(), pool.environments.cend(), [](const auto &environment) { return environment->isBusy(); });
    if (busy >= limit) {
        throttle(request, done);
        return {};
    }
    const auto environment = newEnvironment(pool);
    if (!environment)
        return tl::unexpected(environment.error());
    (*environment)->assign(std::move(request), std::move(done));
    return {};
}

void Pool::throttle(const InvokeRequest &request, const InvocationCallback &done)
{
    Invocation invocation;
    invocation.outcome = Outcome::Throttled;
    invocation.startedEpochMs = m_surroundings.clock.epochMs();
    const bool reserved = request.config.reservedConcurrency >= 0;
    invocation.payload = reserved ? R"({"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."})"
                                  : R"({"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."})";
    invocation.report.requestId = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    invocation.report.memoryMiB = request.config.memoryMiB;
    invocation.report.errorType = QStringLiteral("TooManyRequestsException");
    QMetaObject::invokeMethod(this, [done, invocation] { done(invocation); }, Qt::QueuedConnection);
}

void Pool::retireAll()
{
    for (const auto &pool : std::as_const(m_functions))
        retire(*pool);
}

void Pool::abortAll()
{
    for (const auto &pool : std::as_const(m_functions)) {
        for (const auto &environment : pool->environments)
            environment->abort();
    }
}

void Pool::sweep()
{
    if (std::exchange(m_sweepQueued, true))
        return;
    QMetaObject::invokeMethod(this, [this] {
        m_sweepQueued = false;
        for (const auto &pool : std::as_const(m_functions)) {
            std::erase_if(pool->environments, [](const auto &environment) {
                return environment->isRetiring() && environment->state() == EnvironmentState::Ended && !environment->isBusy();
            });
        }
        announce();
    }, Qt::QueuedConnection);
}

void Pool::announce()
{
    if (!m_announcement.isActive())
        m_announcement.start();
}

PoolCounts Pool::counts() const
{
    PoolCounts counts;
    for (const auto &pool : m_functions) {
        for (const auto &environment : pool->environments) {
            counts.environments += environment->state() != EnvironmentState::Ended;
            counts.busy += environment->isBusy();
        }
    }
    return counts;
}

} // namespace eph::runtime
