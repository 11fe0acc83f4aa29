// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/pool.h"

#include "core/base/text.h"
#include "core/runtime/lineage.h"
#include "core/runtime/requestids.h"
#include "core/runtime/tenancy.h"

#include <QFileInfo>
#include <algorithm>

namespace eph::runtime {

namespace {

QStringList codeFolders(const FunctionConfig &config)
{
    return QStringList{config.codeFolder} + config.layerFolders;
}

/// Who watches gets the newest state this often at most.
constexpr auto AnnounceEvery = std::chrono::milliseconds(100);
/// Starting ahead must not take a processor from what somebody waits for.
constexpr auto SettleAfter = std::chrono::milliseconds(30);
constexpr auto ReclaimEvery = std::chrono::seconds(5);
/// The service keeps 2,500 for each 1,000 that may run at once, which no desk has the memory for.
constexpr qsizetype MaxTenants = 32;

bool isWarm(const Environment &environment)
{
    return environment.state() == EnvironmentState::Idle || environment.state() == EnvironmentState::Busy;
}

} // namespace

Pool::Pool(Surroundings surroundings, sys::Interpreters interpreters, QObject *parent)
    : QObject(parent)
    , m_surroundings(std::move(surroundings))
    , m_interpreters(std::move(interpreters))
{
    m_surroundings.epochBaseMs = double(m_surroundings.clock.epochMs()) - std::chrono::duration<double, std::milli>(m_surroundings.clock.monotonic()).count();
    m_settle.setSingleShot(true);
    m_settle.setInterval(SettleAfter);
    connect(&m_settle, &QTimer::timeout, this, &Pool::settle);
    m_provision.setSingleShot(true);
    connect(&m_provision, &QTimer::timeout, this, &Pool::settle);
    m_reclaim.setInterval(ReclaimEvery);
    connect(&m_reclaim, &QTimer::timeout, this, &Pool::reclaimIdle);
    m_turns.setTimerType(Qt::PreciseTimer);
    m_turns.setInterval(Turns::LookEvery);
    connect(&m_turns, &QTimer::timeout, this, &Pool::lookAtTurns);
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
    // Each version has its own code, and so its own environments.
    const QString key = config.name + u':' + config.version;
    const auto known = m_functions.constFind(key);
    if (known != m_functions.cend() && (*known)->config == config)
        return known->get();
    if (!QFileInfo(config.codeFolder).isDir())
        return failure(ErrorCode::NotFound, Core::tr("The code folder of “%1” does not exist: %2.").arg(config.name, config.codeFolder), Core::tr("Correct CodeUri in the template."));
    const auto plan = launchPlan(config, m_interpreters);
    if (!plan)
        return tl::unexpected(plan.error());
    const std::shared_ptr<FunctionPool> pool = known != m_functions.cend() ? *known : *m_functions.insert(key, std::make_shared<FunctionPool>());
    retire(*pool, EndReason::ConfigurationChanged);
    m_concurrency.reserve(config.name, config.reservedConcurrency);
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
    retire(pool, EndReason::CodeChanged, keep);
}

void Pool::retire(FunctionPool &pool, EndReason reason, const Environment *keep)
{
    for (const auto &environment : pool.environments) {
        // One that waits has no code yet that could be old.
        if (environment.get() != keep && !(reason == EndReason::CodeChanged && environment->state() == EnvironmentState::Prestarted))
            environment->retire(reason);
    }
    sweep();
    m_settle.start();
}

int Pool::running(const FunctionPool &pool)
{
    return int(std::count_if(pool.environments.cbegin(), pool.environments.cend(), [](const auto &environment) { return isWarm(*environment) && environment->isBusy() && !environment->hasAnswered(); }));
}

size_t Pool::freeFor(const FunctionPool &pool, const QByteArray &tenant)
{
    return size_t(std::count_if(pool.environments.cbegin(), pool.environments.cend(), [&tenant](const auto &environment) { return isWarm(*environment) && environment->canTake() && environment->tenant() == tenant; }));
}

Environment *Pool::warmEnvironment(const FunctionPool &pool, const QByteArray &tenant) const
{
    Environment *answered = nullptr;
    for (const auto &environment : pool.environments) {
        if (!isWarm(*environment) || !environment->canTake() || environment->tenant() != tenant)
            continue;
        if (environment->state() == EnvironmentState::Idle)
            return environment.get();
        answered = environment.get();
    }
    return answered;
}

Environment *Pool::firstWarmEnvironment(const FunctionPool &pool, const QByteArray &tenant) const
{
    const auto first = std::find_if(pool.environments.cbegin(), pool.environments.cend(), [&tenant](const auto &environment) { return isWarm(*environment) && environment->canTake() && environment->tenant() == tenant; });
    return first == pool.environments.cend() ? nullptr : first->get();
}

Environment *Pool::coldEnvironment(const FunctionPool &pool, const QByteArray &tenant) const
{
    Environment *ended = nullptr;
    Environment *spare = nullptr;
    Environment *broken = nullptr; ///< Its process is gone; what it keeps for the next one is not.
    for (const auto &environment : pool.environments) {
        // One that nobody has had yet may become anybody's.
        if (!environment->canTake() || (!environment->tenant().isEmpty() && environment->tenant() != tenant))
            continue;
        switch (environment->state()) {
        // It is being provisioned, for nobody yet.
        case EnvironmentState::Starting: return environment.get();
        case EnvironmentState::Prestarted: spare = environment.get(); break;
        case EnvironmentState::Ended: (environment->hasEndedAhead() ? ended : broken) = environment.get(); break;
        case EnvironmentState::Idle:
        case EnvironmentState::Busy:
        case EnvironmentState::ShuttingDown: break;
        }
    }
    Environment *cold = broken ? broken : spare ? spare : ended;
    if (cold)
        cold->setCode(pool.code);
    return cold;
}

size_t Pool::waitingFor(const FunctionPool &pool, const QByteArray &tenant)
{
    return size_t(std::count_if(pool.waiting.cbegin(), pool.waiting.cend(), [&tenant](const Waiting &waiting) { return waiting.request.tenantId == tenant; }));
}

void Pool::trimTenants(FunctionPool &pool, qsizetype most)
{
    std::vector<Environment *> idle;
    qsizetype taken = 0;
    for (const auto &environment : pool.environments) {
        if (environment->tenant().isEmpty() || environment->isRetiring() || environment->state() == EnvironmentState::ShuttingDown)
            continue;
        ++taken;
        // Whoever waits has a warm one to himself.
        if (!environment->isBusy() && waitingFor(pool, environment->tenant()) == 0)
            idle.push_back(environment.get());
    }
    if (taken <= most)
        return;
    std::sort(idle.begin(), idle.end(), [](const Environment *a, const Environment *b) { return a->idleSince() < b->idleSince(); });
    idle.resize(std::min(idle.size(), size_t(taken - most)));
    for (Environment *oldest : idle)
        oldest->retire(EndReason::OthersUsedMore);
    if (!idle.empty())
        sweep();
}

Result<Environment *> Pool::newEnvironment(FunctionPool &pool)
{
    auto environment = std::make_unique<Environment>(pool.config, pool.plan, pool.code, m_surroundings);
    if (const auto opened = environment->open(); !opened)
        return tl::unexpected(opened.error());
    environment->onStateChanged = [this](Environment &changed) {
        if (changed.state() == EnvironmentState::Ended || (changed.state() == EnvironmentState::Idle && !changed.tenant().isEmpty()))
            sweep();
        if (changed.state() == EnvironmentState::Ended || changed.state() == EnvironmentState::Starting)
            m_settle.start();
        announce();
    };
    if (!m_reclaim.isActive())
        m_reclaim.start();
    environment->onAnswered = [this, &pool](Environment &) {
        pool.turns.answered();
        takeTurns(pool);
    };
    environment->isStale = [this, &pool](Environment &candidate) {
        if (!pool.watch || pool.watch->generation() == candidate.codeGeneration())
            return false;
        refreshCode(pool, &candidate);
        candidate.setCode(pool.code);
        return true;
    };
    environment->onHandedBack = [this](InvokeRequest request, InvocationCallback done) {
        const QByteArray requestId = request.requestId;
        if (const auto begun = place(std::move(request), done); !begun)
            done(couldNotRun(begun.error(), requestId));
    };
    pool.environments.push_back(std::move(environment));
    return pool.environments.back().get();
}

Result<void> Pool::invoke(InvokeRequest request, InvocationCallback done)
{
    if (const QString problem = tenantProblem(request.config, request.tenantId); !problem.isEmpty())
        return failure(ErrorCode::Invalid, problem);
    if (request.traceId.isEmpty())
        request.traceId = newTraceId(m_surroundings.clock.epochMs());
    Descent descent = descend(request.traceId, request.origin.trace, request.config.name);
    request.traceId = std::move(descent.trace);
    const bool loops = descent.earlier >= MostInChain && !request.config.recursionAllowed;
    if (!onEnded)
        return loops ? stopLoop(request, done) : place(std::move(request), std::move(done));
    // It shares its texts with the request.
    const auto ended = std::make_shared<EndedInvocation>(EndedInvocation{request.config, request.origin, {}, {}, 0, request.payload.size(), 0, 0, false, false});
    ended->event = request.payload;
    ended->traceRoot = traceRootOf(request.origin.trace.isEmpty() ? request.traceId : request.origin.trace);
    InvocationCallback counted = [this, ended, done = std::move(done)](Invocation invocation) {
        ended->outcome = invocation.outcome;
        ended->report = invocation.report;
        ended->startedEpochMs = invocation.startedEpochMs;
        ended->responseBytes = invocation.responseBytes;
        ended->logBytes = invocation.logBytes;
        ended->streamed = invocation.streamed;
        ended->provisioned = invocation.provisioned;
        ended->answer = invocation.payload;
        done(std::move(invocation));
        if (onEnded)
            onEnded(std::move(*ended));
    };
    return loops ? stopLoop(request, counted) : place(std::move(request), std::move(counted));
}

Result<void> Pool::place(InvokeRequest request, InvocationCallback done)
{
    const auto found = functionPool(request.config);
    if (!found)
        return tl::unexpected(found.error());
    FunctionPool &pool = **found;
    const sys::Nanoseconds now = m_surroundings.clock.monotonic();
    pool.lastUsed = now;
    refreshCode(pool);
    QByteArray reason = m_halted ? QByteArray("ReservedFunctionConcurrentInvocationLimitExceeded") : m_concurrency.throttle(pool.config.name, load(pool), now);
    if (!reason.isEmpty()) {
        throttle(request, reason, done);
        return {};
    }
    const QByteArray tenant = request.tenantId;
    // Whoever waits has a warm one to himself: who comes when there are no more starts another, as on the service.
    if (freeFor(pool, tenant) <= waitingFor(pool, tenant))
        return begin(pool, coldEnvironment(pool, tenant), std::move(request), std::move(done));
    if (pool.waiting.empty() && running(pool) < pool.turns.allowed(now))
        return begin(pool, warmEnvironment(pool, tenant), std::move(request), std::move(done));
    if (pool.waiting.empty())
        pool.turns.begin();
    pool.waiting.push_back({std::move(request), std::move(done)});
    if (!m_turns.isActive())
        m_turns.start();
    return {};
}

Result<void> Pool::begin(FunctionPool &pool, Environment *environment, InvokeRequest request, InvocationCallback done)
{
    const bool isFirstOfTenant = !request.tenantId.isEmpty() && (!environment || environment->tenant().isEmpty());
    if (!environment) {
        if (const QByteArray reason = m_concurrency.throttleNewEnvironment(pool.config.name, m_surroundings.clock.monotonic()); !reason.isEmpty()) {
            throttle(request, reason, done);
            return {};
        }
        const auto another = newEnvironment(pool);
        if (!another)
            return tl::unexpected(another.error());
        environment = *another;
    }
    if (isFirstOfTenant)
        trimTenants(pool, MaxTenants - 1);
    environment->assign(std::move(request), std::move(done));
    return {};
}

void Pool::beginNext(FunctionPool &pool)
{
    Waiting next = std::move(pool.waiting.front());
    pool.waiting.pop_front();
    const QByteArray requestId = next.request.requestId;
    // The template may have been saved since it came.
    if (const QString problem = tenantProblem(pool.config, next.request.tenantId); !problem.isEmpty())
        return next.done(couldNotRun(Error{ErrorCode::Invalid, problem, {}, {}}, requestId));
    Environment *environment = firstWarmEnvironment(pool, next.request.tenantId);
    if (!environment)
        environment = coldEnvironment(pool, next.request.tenantId);
    if (const auto begun = begin(pool, environment, std::move(next.request), next.done); !begun)
        next.done(couldNotRun(begun.error(), requestId));
}

void Pool::takeTurns(FunctionPool &pool)
{
    if (pool.waiting.empty())
        return;
    // It may have been saved since they came.
    refreshCode(pool);
    const int allowed = pool.turns.allowed(m_surroundings.clock.monotonic());
    for (int busy = running(pool); busy < allowed && !pool.waiting.empty(); ++busy)
        beginNext(pool);
}

void Pool::lookAtTurns()
{
    const sys::Nanoseconds now = m_surroundings.clock.monotonic();
    const bool idle = m_processors.isOneIdle();
    bool any = false;
    // What ends at once may invoke a function that nobody has used yet.
    const auto functions = m_functions;
    for (const auto &pool : functions) {
        if (pool->waiting.empty())
            continue;
        pool->turns.look(now, idle);
        takeTurns(*pool);
        any = any || !pool->waiting.empty();
    }
    if (!any)
        m_turns.stop();
}

Concurrency::Load Pool::load(const FunctionPool &asked) const
{
    Concurrency::Load load;
    for (const auto &pool : m_functions) {
        const bool ofFunction = pool->config.name == asked.config.name;
        if (!ofFunction && (asked.config.reservedConcurrency >= 0 || pool->config.reservedConcurrency >= 0))
            continue;
        const int busy = int(std::count_if(pool->environments.cbegin(), pool->environments.cend(), [](const auto &environment) { return environment->isBusy() && !environment->hasAnswered(); }));
        (ofFunction ? load.busyHere : load.busyUnreserved) += busy + int(pool->waiting.size());
    }
    load.busyUnreserved += load.busyHere;
    return load;
}

Result<void> Pool::stopLoop(const InvokeRequest &request, const InvocationCallback &done)
{
    Invocation invocation;
    invocation.outcome = Outcome::RecursiveLoop;
    invocation.startedEpochMs = m_surroundings.clock.epochMs();
    invocation.payload = R"({"Type":"User","Message":"Lambda has detected your function being invoked in a recursive loop with other AWS resources and stopped your function's invocation."})";
    invocation.report.requestId = newRequestId();
    invocation.report.memoryMiB = request.config.memoryMiB;
    invocation.report.tenantId = request.tenantId;
    invocation.report.errorType = QStringLiteral("RecursiveInvocationException");
    m_surroundings.sink.append({invocation.startedEpochMs, logs::Source::Platform, request.config.name, {}, {}, "RECURSIVE LOOP\tStopped: " + request.config.name.toUtf8() + " has called itself " + QByteArray::number(MostInChain) + " times, through whatever is in between. RecursiveLoop: Allow lets it go on."});
    QMetaObject::invokeMethod(this, [done, invocation] { done(invocation); }, Qt::QueuedConnection);
    return {};
}

void Pool::throttle(const InvokeRequest &request, const QByteArray &reason, const InvocationCallback &done)
{
    Invocation invocation;
    invocation.outcome = Outcome::Throttled;
    invocation.startedEpochMs = m_surroundings.clock.epochMs();
    invocation.payload = R"({"Reason":")" + reason + R"(","Type":"User","message":"Rate Exceeded."})";
    invocation.report.requestId = newRequestId();
    invocation.report.memoryMiB = request.config.memoryMiB;
    invocation.report.tenantId = request.tenantId;
    invocation.report.errorType = QStringLiteral("TooManyRequestsException");
    QMetaObject::invokeMethod(this, [done, invocation] { done(invocation); }, Qt::QueuedConnection);
}

void Pool::retireAll()
{
    for (const auto &pool : std::as_const(m_functions))
        retire(*pool, EndReason::MadeCold);
}

void Pool::abort(FunctionPool &pool)
{
    while (!pool.waiting.empty())
        beginNext(pool);
    for (const auto &environment : pool.environments)
        environment->abort();
}

void Pool::abortAll()
{
    const auto functions = m_functions;
    for (const auto &pool : functions)
        abort(*pool);
}

void Pool::abort(const QString &function)
{
    const auto functions = m_functions;
    for (const auto &pool : functions) {
        if (pool->config.name == function)
            abort(*pool);
    }
}

void Pool::shutDown(std::function<void()> done)
{
    m_halted = true;
    m_onShutDown = std::move(done);
    for (const auto &pool : std::as_const(m_functions)) {
        for (const auto &environment : pool->environments) {
            // Those of an invocation that timed out may still have their time.
            if (!environment->hasExtensions() && environment->state() != EnvironmentState::Ended)
                continue;
            environment->abort();
            environment->retire(EndReason::ShutDown);
        }
    }
    tellWhenShutDown();
}

void Pool::tellWhenShutDown()
{
    const auto isGone = [](const auto &environment) { return environment->state() != EnvironmentState::ShuttingDown && !(environment->isRetiring() && environment->isBusy()); };
    const bool all = std::all_of(m_functions.cbegin(), m_functions.cend(), [&](const auto &pool) { return std::all_of(pool->environments.cbegin(), pool->environments.cend(), isGone); });
    if (all && m_onShutDown)
        std::exchange(m_onShutDown, nullptr)();
}

void Pool::sweep()
{
    if (std::exchange(m_sweepQueued, true))
        return;
    QMetaObject::invokeMethod(this, [this] {
        m_sweepQueued = false;
        for (const auto &pool : std::as_const(m_functions)) {
            if (pool->config.tenantIsolation)
                trimTenants(*pool, MaxTenants);
            std::erase_if(pool->environments, [](const auto &environment) {
                return environment->isRetiring() && environment->state() == EnvironmentState::Ended && !environment->isBusy();
            });
        }
        announce();
        tellWhenShutDown();
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
            counts.environments += environment->state() != EnvironmentState::Ended && environment->state() != EnvironmentState::Prestarted;
            counts.busy += environment->isBusy();
        }
        counts.busy += int(pool->waiting.size());
    }
    return counts;
}

} // namespace eph::runtime
