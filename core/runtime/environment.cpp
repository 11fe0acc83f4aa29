// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/environment.h"

#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QFileInfo>
#include <QPointer>
#include <QRandomGenerator>
#include <QUuid>
#include <array>
#include <cmath>
#include <cstring>

namespace eph::runtime {

namespace {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// An environment that is wanted again at once need not be stopped and continued in between, which costs a loaded machine
/// milliseconds.
constexpr auto FreezeAfter = 2ms;
constexpr auto AskForRoomEvery = 20ms;
constexpr qint64 MiB = 1024 * 1024;

/// What two environments listen to on the same port must not meet; the whole of 127.0.0.0/8 is this machine's.
QString ownLoopbackAddress()
{
    const quint32 random = QRandomGenerator::global()->generate();
    return u"127.%1.%2.%3"_s.arg(64 + (random >> 16) % 128).arg((random >> 8) % 256).arg(1 + random % 254);
}

http::ServerLimits runtimeApiLimits()
{
    http::ServerLimits limits;
    limits.bodyBytes = RuntimeApi::MaxStreamedBytes;
    limits.connections = 64;
    // A streamed answer may pause as long as the function's own time allows, and a frozen runtime says nothing for hours.
    limits.slowRequest = {};
    limits.coalesce = true;
    return limits;
}

} // namespace

Environment::Environment(FunctionConfig config, LaunchPlan plan, Code code, Surroundings &surroundings)
    : m_config(std::move(config))
    , m_plan(std::move(plan))
    , m_code(std::move(code))
    , m_surroundings(surroundings)
    , m_id(QUuid::createUuid().toString(QUuid::Id128))
    , m_logStream(QDateTime::fromMSecsSinceEpoch(surroundings.clock.epochMs(), Qt::UTC).toString(u"yyyy/MM/dd"_s) + u'/' + (m_config.logGroup.isEmpty() ? QString() : m_config.name) + u'[' + m_config.version + u']' + m_id)
    , m_scratch(surroundings.scratchFolder + "/ephemera-XXXXXX"_L1)
    , m_prepared(surroundings.scratchFolder + "/ephemera-XXXXXX"_L1)
    , m_loopback(ownLoopbackAddress())
    , m_extensions(surroundings.clock, {m_loopback, u"127.0.0.1"_s})
    , m_server([this](const http::Request &request, const http::Responder &responder) { ExtensionsApi::isFor(request.path) ? m_extensions.api().handle(request, responder) : m_api.handle(request, responder); }, runtimeApiLimits())
    , m_share(surroundings.clock)
{
    m_subject = {m_config.name, m_config.version, m_config.arn().toUtf8(), m_config.runtime, m_plan.interpreterVersion, m_logStream, m_config.memoryMiB, false};
    m_deadline.onPassed = [this] { m_current && m_current->counting ? invocationTimedOut() : initTimedOut(); };
    prepareBounds();
    prepareEnd();
    m_room.setSingleShot(true);
    m_room.setInterval(AskForRoomEvery);
    connect(&m_room, &QTimer::timeout, this, &Environment::launch);
    m_patience.onPassed = [this] { handBack(); };
    m_freeze.onPassed = [this] { freeze(); };
    m_streamPause.setSingleShot(true);
    m_streamPause.setTimerType(Qt::PreciseTimer);
    connect(&m_streamPause, &QTimer::timeout, this, &Environment::updateStreamHold);
    m_server.setBodyRouter([this](const http::Request &head, const http::Responder &responder) { return m_api.routeBody(head, responder); });
    m_api.onStream = [this](const QByteArray &contentType, std::function<void(bool)> hold) { return takeStream(contentType, std::move(hold)); };
    m_api.onNext = [this] {
        // An extension may wait for exactly this before it is done itself.
        if (m_ready && m_current && m_current->answered && !m_extensions.api().areDone()) {
            m_process->drainOutput();
            tellRuntimeDone(m_current->invocation.outcome == Outcome::Answered ? "" : "error");
        }
        onNext();
    };
    connectExtensions();
    m_api.onWaiting = [this] {
        m_waitingSince = m_surroundings.clock.monotonic();
        enter(LanePhase::Waiting);
    };
    m_api.onAnswer = [this](RuntimeApi::Answer given) {
        m_current->invocation.streamed = given.streamed;
        answer(std::move(given.payload), Outcome::Answered, {});
    };
    m_api.onFailure = [this](RuntimeApi::Failure failure) { answer(std::move(failure.payload), Outcome::FunctionError, QString::fromLatin1(failure.errorType)); };
    m_api.onResponseTooLarge = [this] {
        // A client is told only when it is thawed; what the service's own ones print then is said here.
        if (m_plan.managed) {
            m_process->drainOutput();
            takeLine(platform::responseRefusedLine(m_surroundings.clock.epochMs()), Telemetry::Source::Function);
        }
        answer(platform::responseTooLargePayload(), Outcome::ResponseTooLarge, u"Function.ResponseSizeTooLarge"_s);
    };
    m_api.onInitFailure = [this](const RuntimeApi::Failure &failure) { takeInitFailure(failure); };
}

Result<void> Environment::open()
{
    if (const auto port = m_server.listen(); !port)
        return tl::unexpected(port.error());
    return {};
}

bool Environment::canTake() const
{
    if (m_retiring || m_next)
        return false;
    return !m_current || (m_current->answered && m_ready && m_surroundings.clock.monotonic() - m_current->answeredAt < patience());
}

void Environment::assign(InvokeRequest request, InvocationCallback done)
{
    auto active = std::make_unique<Active>();
    active->request = std::move(request);
    active->done = std::move(done);
    active->invocation.report.requestId = active->request.requestId.isEmpty() ? newRequestId() : active->request.requestId;
    active->invocation.report.environment = m_id;
    active->invocation.report.tenantId = m_tenant = active->request.tenantId;
    active->invocation.startedEpochMs = m_surroundings.clock.epochMs();
    if (m_current) {
        m_next = std::move(active);
        m_patience.start(patience());
        return;
    }
    m_current = std::move(active);
    if (!m_process) {
        m_current->coldStart = true;
        startProcess(platform::Phase::Init);
        return;
    }
    if (m_state == EnvironmentState::Prestarted) {
        m_current->coldStart = true;
        return beginInit();
    }
    thaw();
    if (m_ready && m_api.isWaiting())
        deliver();
}

void Environment::handBack()
{
    if (const std::unique_ptr<Active> next = std::move(m_next))
        onHandedBack(std::move(next->request), std::move(next->done));
}

void Environment::prestart()
{
    startProcess(platform::Phase::Init, Start::Held);
}

void Environment::provision()
{
    m_provisioned = true;
    m_subject.provisioned = true;
    startProcess(platform::Phase::Init);
}

void Environment::beginInit()
{
    if (m_waitingSince)
        m_waited = m_surroundings.clock.monotonic() - *std::exchange(m_waitingSince, std::nullopt);
    setState(EnvironmentState::Starting);
    enter(LanePhase::Init);
    tell(platform::initStarted(m_subject, platform::Phase::Init));
    m_memoryWatch.start(m_memoryPause);
    m_deadline.start(m_surroundings.initLimit);
    if (!startExtensions())
        return;
    m_api.begin();
}

void Environment::startProcess(platform::Phase phase, Start start)
{
    m_phase = phase;
    m_waited = {};
    m_waitingSince.reset();
    m_ready = false;
    m_endedAhead = false;
    m_outOfMemory = false;
    m_peakMemoryBytes = 0;
    m_initMs.reset();
    m_api.reset();
    m_extensions.begin();
    m_processBegan = m_surroundings.clock.monotonic();
    m_scratchLooked = m_processBegan;
    const bool held = start == Start::Held;
    setState(held ? EnvironmentState::Prestarted : EnvironmentState::Starting);
    enter(held ? LanePhase::Prestarting : LanePhase::Init);
    if (phase == platform::Phase::Invoke)
        beginCounting();
    else if (!held)
        tell(platform::initStarted(m_subject, platform::Phase::Init));
    if (m_plan.missingBootstrap)
        return bootstrapMissing();

    if (m_surroundings.sandbox.isOn())
        m_folders = sandboxFolders();
    m_processToken = newToken();
    m_identity = EnvironmentIdentity{m_logStream, m_server.port(), m_processToken, m_surroundings.sandbox.isOn() ? u"/tmp"_s : m_scratch.path(), m_provisioned, m_surroundings.cloud};
    const QStringList arguments = held ? m_plan.arguments + QStringList{u"--wait"_s} : m_plan.arguments;
    m_spec = {m_plan.program, arguments, m_config.codeFolder, processEnvironment(m_config, m_plan, m_identity)};
    // A process may be started again and again.
    if (!m_identity.cloud.bundleFile.isEmpty() && !m_plan.readable.contains(m_identity.cloud.bundleFile))
        m_plan.readable << m_identity.cloud.authorityFile << m_identity.cloud.bundleFile;
    m_spec = bounded(std::move(m_spec), m_surroundings.sandbox);
    if (!held && phase == platform::Phase::Init)
        m_deadline.start(m_surroundings.initLimit);
    launch();
}

void Environment::launch()
{
    if (m_surroundings.isCrowded && m_surroundings.isCrowded())
        return m_room.start();
    const bool held = m_state == EnvironmentState::Prestarted;
    if (!held) {
        if (!startExtensions())
            return;
    }
    m_spec.connection = m_plan.connected ? m_server.connection() : nullptr;
    auto process = m_surroundings.launcher.start(m_spec);
    if (!process)
        return launchFailed(process.error());
    m_process = std::move(*process);
    m_process->onOutput = [this](const QByteArray &bytes) { takeOutput(bytes); };
    m_process->onExit = [this](const sys::ExitStatus &status) { processExited(status); };
    if (!held)
        m_memoryWatch.start(m_memoryPause);
}

SandboxFolders Environment::sandboxFolders() const
{
    const QString hosts = externalExtensions(m_config.layerFolders).isEmpty() ? QString() : hostsFile(m_loopback, m_prepared.path());
    return {m_scratch.path(), mergedLayers(m_config.layerFolders, m_prepared.path()), hosts};
}

void Environment::bootstrapMissing()
{
    const QByteArray payload = platform::errorPayload("Runtime.InvalidEntrypoint", requestId(), "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]");
    initFailed(payload, u"Runtime.InvalidEntrypoint"_s, "error");
}

void Environment::launchFailed(const Error &error)
{
    // The service words it as Go's exec does: fork/exec PATH: reason. What this system lacks has no words there.
    QByteArray reason = "fork/exec /var/task/" + QFileInfo(m_plan.program).fileName().toUtf8() + ": " + error.detail.toLower().toUtf8();
    if (error.code == ErrorCode::Unsupported)
        reason = QString(error.message + u' ' + error.hint).toUtf8();
    else if (!QFileInfo(m_config.codeFolder).isDir())
        reason = tr("The code folder of “%1” does not exist: %2.").arg(m_config.name, m_config.codeFolder).toUtf8();
    initFailed(platform::errorPayload("Runtime.InvalidEntrypoint", requestId(), reason), u"Runtime.InvalidEntrypoint"_s, "error");
}

void Environment::onNext()
{
    // The runtime waits; the init and each invocation are over when every extension does, too.
    if (m_ready ? m_extensions.api().areDone() : m_extensions.api().areReady())
        onRuntimeReady();
}

void Environment::onRuntimeReady()
{
    if (!m_ready) {
        m_ready = true;
        // What the init has said comes before all that follows.
        m_process->drainOutput();
        m_extensions.closeRegistration();
        if (m_phase == platform::Phase::Init) {
            m_deadline.stop();
            m_initMs = msSince(m_processBegan + m_waited);
            tell(platform::initDone(m_subject, m_phase, {}, {}));
            tell(platform::initReported(m_subject, *m_initMs, m_phase, {}, {}));
        }
        // Only once: a function that writes into its own code folder would load it for ever.
        if (m_current && isStale && !m_loadedAgain && isStale(*this)) {
            m_loadedAgain = true;
            endProcess(EndReason::CodeChanged);
            startProcess(platform::Phase::Init);
            return;
        }
        m_loadedAgain = false;
        if (m_current)
            deliver();
        else
            becomeFree();
        return;
    }
    if (m_current && m_current->answered)
        finish();
}

void Environment::beginCounting()
{
    if (!m_current || m_current->counting)
        return;
    m_current->counting = true;
    m_current->began = m_surroundings.clock.monotonic();
    m_deadline.start(m_config.timeout);
    writeStart();
}

void Environment::writeStart()
{
    if (std::exchange(m_current->started, true))
        return;
    if (recordsEvents())
        tell(platform::started(m_subject, requestId(), m_tenant));
    else
        tellText(platform::start(requestId(), m_subject.version));
}

void Environment::deliver()
{
    setState(EnvironmentState::Busy);
    enter(LanePhase::Invoke);
    beginCounting();
    if (m_initMs && m_phase == platform::Phase::Init)
        m_current->initMs = m_current->coldStart ? m_initMs : std::nullopt;
    m_initMs.reset();
    m_memoryWatch.start(m_memoryPause);
    if (m_surroundings.sharesProcessor)
        m_share.begin(*m_process, m_config.memoryMiB);
    const InvokeRequest &request = m_current->request;
    const qint64 now = m_surroundings.clock.epochMs();
    const qint64 spent = qint64(msSince(m_current->began));
    const NextEvent event{requestId(), now - spent + std::chrono::milliseconds(m_config.timeout).count(), request.arn().toUtf8(),
                          request.traceId.isEmpty() ? newTraceId(now) : request.traceId, request.clientContext,
                          request.payload.isEmpty() ? QByteArray("{}") : request.payload, request.tenantId};
    m_extensions.api().invoke({event.requestId, event.deadlineEpochMs, event.functionArn, event.traceId});
    m_api.deliver(event);
}

void Environment::answer(QByteArray payload, Outcome outcome, const QString &errorType)
{
    const auto later = [&] {
        return [this, payload, outcome, errorType] {
            answer(payload, outcome, errorType);
            if (m_api.isWaiting())
                m_api.onNext();
        };
    };
    if (m_share.isOn() && m_share.holds(later()))
        return;
    m_current->answered = true;
    m_current->answeredAt = m_surroundings.clock.monotonic();
    m_current->invocation.payload = std::move(payload);
    m_current->invocation.outcome = outcome;
    m_current->invocation.report.errorType = errorType;
    m_holdStream = nullptr;
    if (m_current->request.onAnswered)
        m_current->request.onAnswered(m_current->invocation);
    if (onAnswered)
        onAnswered(*this);
}

void Environment::takeInitFailure(const RuntimeApi::Failure &failure)
{
    if (m_process)
        m_process->drainOutput();
    initFailed(failure.payload, QString::fromLatin1(failure.errorType), "error");
}

void Environment::initFailed(const QByteArray &payload, const QString &errorType, QByteArrayView status)
{
    const double initMs = msSince(m_processBegan + m_waited);
    endProcess(EndReason::InitFailed);
    tell(platform::initDone(m_subject, m_phase, status, errorType));
    tell(platform::initReported(m_subject, initMs, m_phase, status, errorType));
    if (!m_current) {
        m_endedAhead = true;
        setState(EnvironmentState::Ended);
        return;
    }
    // A failed init is tried once more, as part of the invocation and in its time.
    if (m_phase == platform::Phase::Init) {
        startProcess(platform::Phase::Invoke);
        return;
    }
    m_current->invocation.payload = payload;
    complete(Outcome::InitError, errorType, "error");
}

void Environment::initTimedOut()
{
    const double initMs = msSince(m_processBegan + m_waited);
    tellUnreadyExtensions();
    endProcess(EndReason::InitTimedOut);
    tell(platform::initReported(m_subject, initMs, m_phase, "timeout", {}));
    if (m_current)
        startProcess(platform::Phase::Invoke);
    else
        setState(EnvironmentState::Ended);
}

void Environment::invocationTimedOut()
{
    const QByteArray reason = platform::timedOutReason(m_config.timeout);
    if (m_process)
        m_process->drainOutput();
    const QByteArray stamp = QDateTime::fromMSecsSinceEpoch(m_surroundings.clock.epochMs(), Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
    m_peakMemoryBytes = std::max(m_peakMemoryBytes, m_process ? m_process->peakMemoryBytes() : 0);
    const double initMs = msSince(m_processBegan);
    const bool initialising = !m_ready;
    endProcess(EndReason::TimedOut);
    if (initialising)
        tell(platform::initReported(m_subject, initMs, m_phase, "timeout", {}));
    tellText(stamp + " " + requestId() + " " + reason);
    // An answer that is out stays the answer; that the runtime did not come back is in the report.
    if (m_current->answered)
        return complete(m_current->invocation.outcome, u"Sandbox.Timedout"_s, "timeout");
    m_current->invocation.payload = platform::errorPayload("Sandbox.Timedout", requestId(), reason);
    complete(Outcome::TimedOut, u"Sandbox.Timedout"_s, "timeout");
}

void Environment::processExited(const sys::ExitStatus &status)
{
    m_peakMemoryBytes = std::max(m_peakMemoryBytes, status.peakMemoryBytes);
    const bool outOfMemory = m_outOfMemory;
    if (status.startError != 0 && !m_ready)
        return launchFailed({ErrorCode::Io, {}, {}, QString::fromLocal8Bit(std::strerror(status.startError))});
    endProcess(outOfMemory ? EndReason::OutOfMemory : EndReason::Exited);
    if (!m_current) {
        m_endedAhead = !m_ready;
        return setState(EnvironmentState::Ended);
    }
    const QByteArray reason = platform::exitReason(status.code, status.signal);
    const QString errorType = outOfMemory ? u"Runtime.OutOfMemory"_s : u"Runtime.ExitError"_s;
    if (!m_ready && !m_current->aborted) {
        tellText("RequestId: " + requestId() + " Error: " + reason);
        initFailed(platform::errorPayload(errorType.toLatin1(), requestId(), reason), errorType, "error");
        return;
    }
    tellText("RequestId: " + requestId() + " Error: " + reason);
    m_current->invocation.stopped = m_current->aborted;
    if (m_current->answered)
        return complete(m_current->invocation.outcome, errorType, "error");
    m_current->invocation.payload = platform::errorPayload(errorType.toLatin1(), requestId(), reason);
    complete(outOfMemory ? Outcome::OutOfMemory : Outcome::Exited, errorType, "error");
}

void Environment::finish()
{
    m_process->drainOutput();
    measureMemory();
    const bool failed = m_current->invocation.outcome != Outcome::Answered;
    complete(m_current->invocation.outcome, m_current->invocation.report.errorType, failed ? "error" : "");
}

void Environment::complete(Outcome outcome, const QString &errorType, QByteArrayView status)
{
    m_deadline.stop();
    m_memoryWatch.stop();
    m_share.end();
    const Code ranCode = m_code;
    Active &active = *m_current;
    Report &report = active.invocation.report;
    active.invocation.outcome = outcome;
    if (outcome != Outcome::Answered && m_surroundings.lanes)
        m_surroundings.lanes->markFailed(m_id);
    report.coldStart = active.coldStart;
    report.initMs = active.initMs;
    report.memoryMiB = m_config.memoryMiB;
    const double limitMs = double(std::chrono::milliseconds(m_config.timeout).count());
    report.durationMs = status == "timeout" ? limitMs : std::round(msSince(active.began) * 100) / 100;
    report.billedMs = platform::billedMs(report.durationMs, report.initMs);
    const int used = int((m_peakMemoryBytes + MiB - 1) / MiB);
    report.maxMemoryMiB = outcome == Outcome::OutOfMemory ? m_config.memoryMiB : used;
    report.errorType = errorType;
    flushOutput();
    // A function's own error is no failure of the environment: the REPORT line of the text format has no status for it.
    const bool plainError = (outcome == Outcome::FunctionError && m_process) || outcome == Outcome::ResponseTooLarge;
    tellRuntimeDone(status);
    tell(platform::ended(report.requestId));
    const QByteArrayView textStatus = plainError ? QByteArrayView() : status;
    if (recordsEvents())
        tell(platform::reported(report, status, textStatus));
    else
        tellText(platform::report(report, textStatus));
    active.invocation.log = active.log.text();
    active.invocation.logBytes = active.log.bytes();
    active.invocation.provisioned = m_provisioned;
    active.invocation.responseBytes += active.invocation.payload.size();

    const std::shared_ptr<Active> done = std::move(m_current);
    m_patience.stop();
    m_current = std::move(m_next);
    if (m_current) {
        // Assigned while the last response was on its way out: run it here, in a new process when this one is gone.
        if (m_process && m_api.isWaiting()) {
            deliver();
        } else if (!m_process) {
            m_current->coldStart = true;
            startProcess(platform::Phase::Init);
        }
    }
    ranCode.identity->whenKnown([done](const QByteArray &sha256) {
        done->invocation.report.codeSha256 = sha256;
        done->done(std::move(done->invocation));
    });
    if (!m_current)
        becomeFree();
}

void Environment::becomeFree()
{
    m_idleSince = m_surroundings.clock.monotonic();
    if (!m_process) {
        setState(EnvironmentState::Ended);
    } else {
        m_memoryWatch.stop();
        enter(LanePhase::Idle);
        if (m_surroundings.keepWarm && m_api.isWaiting() && !m_suspended)
            m_freeze.start(stretched(FreezeAfter));
        setState(EnvironmentState::Idle);
    }
    if (m_retiring)
        retire(m_retireReason);
}

void Environment::freeze()
{
    if (m_current || !m_process || std::exchange(m_suspended, true))
        return;
    m_process->suspend();
    m_extensions.suspend();
    enter(LanePhase::Frozen);
}

void Environment::thaw()
{
    m_freeze.stop();
    if (m_process && std::exchange(m_suspended, false)) {
        m_process->resume();
        m_extensions.resume();
    }
}

void Environment::setState(EnvironmentState state)
{
    const auto runs = [](EnvironmentState each) { return each == EnvironmentState::Starting || each == EnvironmentState::Busy; };
    m_surroundings.running += int(runs(state)) - int(runs(m_state));
    if (std::exchange(m_state, state) != state && onStateChanged)
        onStateChanged(*this);
}

double Environment::msSince(sys::Nanoseconds start) const
{
    return std::chrono::duration<double, std::milli>(m_surroundings.clock.monotonic() - start).count();
}

QByteArray Environment::requestId() const
{
    return m_current ? m_current->invocation.report.requestId : QByteArray();
}

} // namespace eph::runtime
