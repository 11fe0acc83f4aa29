// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/environment.h"

#include "core/sys/stragglers.h"

#include <QThreadPool>

namespace eph::runtime {

void Environment::prepareEnd()
{
    m_shutdown.setSingleShot(true);
    connect(&m_shutdown, &QTimer::timeout, this, &Environment::runtimeLeft);
    m_extensions.onGone = [this] {
        if (m_state == EnvironmentState::ShuttingDown)
            left();
    };
}

Environment::~Environment()
{
    if (m_process && m_surroundings.lanes)
        m_surroundings.lanes->end(m_id, laneTimeMs(), endReasonText(EndReason::ShutDown));
    m_process.reset();
    onStateChanged = nullptr;
    setState(EnvironmentState::Ended);
}

void Environment::abort()
{
    if (!m_current || !m_process)
        return;
    m_current->aborted = true;
    m_process->kill();
}

void Environment::retire(EndReason reason)
{
    if (m_state == EnvironmentState::ShuttingDown)
        return;
    m_retiring = true;
    m_retireReason = reason;
    if (isBusy())
        return;
    // Without extensions there is no time for it to end by itself.
    if (!m_process || !m_ready || !m_extensions.arePresent())
        return runtimeLeft();
    thaw();
    beginShutdown();
    m_process->onExit = [this](const sys::ExitStatus &) { runtimeLeft(); };
    m_process->terminate();
    // The bundled clients wait for an event where they hear nothing else.
    if (m_plan.connected)
        m_api.hangUp();
    m_shutdown.start(m_extensions.beginShutdown());
}

void Environment::runtimeLeft()
{
    endProcess(m_retireReason);
    if (!m_extensions.areLeaving())
        return left();
    if (m_state != EnvironmentState::ShuttingDown)
        beginShutdown();
}

void Environment::beginShutdown()
{
    setState(EnvironmentState::ShuttingDown);
    enter(LanePhase::ShutDown);
}

void Environment::left()
{
    flushOutput();
    if (m_surroundings.lanes)
        m_surroundings.lanes->end(m_id, laneTimeMs(), endReasonText(m_retireReason));
    setState(EnvironmentState::Ended);
}

void Environment::endProcess(EndReason reason)
{
    m_deadline.stop();
    m_memoryWatch.stop();
    m_shutdown.stop();
    m_share.forget();
    m_scratchFull = false;
    m_room.stop();
    m_freeze.stop();
    m_streamPause.stop();
    m_holdStream = nullptr;
    m_suspended = false;
    m_api.reset();
    m_extensions.shutDown(reason == EndReason::TimedOut ? "timeout" : m_retiring ? "spindown" : "failure", m_surroundings.clock.epochMs());
    if (!m_process)
        return;
    m_process->drainOutput();
    flushOutput();
    m_peakMemoryBytes = std::max(m_peakMemoryBytes, m_process->peakMemoryBytes());
    m_process->onOutput = nullptr;
    m_process->onExit = nullptr;
    m_process->kill();
    if (m_surroundings.lanes && !(m_retiring && m_extensions.areLeaving()))
        m_surroundings.lanes->end(m_id, laneTimeMs(), endReasonText(reason));
    // What left the group lives on; it is found by what it was started with.
    if (m_surroundings.keepWarm)
        QThreadPool::globalInstance()->start([token = m_processToken.toStdString()] { sys::killAllWithToken(token); });
    // It may be on the call stack: its own callback led here.
    std::shared_ptr<sys::Process> gone = std::move(m_process);
    QMetaObject::invokeMethod(this, [gone] {}, Qt::QueuedConnection);
}

} // namespace eph::runtime
