// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/environment.h"

#include "core/sys/foldersize.h"
#include "core/sys/processors.h"

namespace eph::runtime {

namespace {

using namespace std::chrono_literals;

constexpr auto MemoryWatchInterval = 20ms;
constexpr auto MeasureEvery = 2ms;
constexpr auto ScratchWatchInterval = 250ms;
/// A runtime that has answered asks for the next event right away; after this long it is busy with something else. Where
/// many share the processors, each has its turn later.
constexpr auto Patience = 10ms;
/// Processes and threads of one environment on the service.
constexpr int MaxProcesses = 1024;
constexpr qint64 MiB = 1024 * 1024;

} // namespace

sys::ProcessSpec Environment::bounded(sys::ProcessSpec spec, const SandboxOptions &sandbox) const
{
    spec.largestFileBytes = qint64(m_config.ephemeralStorageMiB) * MiB;
    if (!sandbox.isOn())
        return spec;
    spec.processes = MaxProcesses;
    return sandboxed(std::move(spec), m_config, m_plan, m_folders, sandbox);
}

void Environment::prepareBounds()
{
    m_memoryPause = MemoryWatchInterval;
    m_memoryWatch.onPassed = [this] { watchMemory(); };
}

void Environment::watchMemory()
{
    if (!m_process)
        return;
    const sys::Nanoseconds began = m_surroundings.clock.monotonic();
    const sys::ProcessUsage own = m_process->usage();
    const sys::ProcessUsage beside = m_extensions.usage();
    const bool tooMuch = own.memoryBytes + beside.memoryBytes > qint64(m_config.memoryMiB) * MiB;
    if (tooMuch || own.processes + beside.processes > MaxProcesses) {
        m_outOfMemory = tooMuch;
        m_process->kill();
        return;
    }
    watchScratch(began);
    // Looking at many processes takes long; most of the time is for the others.
    constexpr int TimeForOthers = 4;
    m_memoryPause = std::max<std::chrono::milliseconds>(MemoryWatchInterval, std::chrono::duration_cast<std::chrono::milliseconds>(TimeForOthers * (m_surroundings.clock.monotonic() - began)));
    m_memoryWatch.start(m_memoryPause);
}

void Environment::measureMemory()
{
    // Asking costs as much as a short invocation, and one that follows at once can hardly hold more than the last. Nor can
    // one that had to share the processors.
    const sys::Nanoseconds now = m_surroundings.clock.monotonic();
    if (m_peakMemoryBytes > 0 && now - m_measuredAt < stretched(MeasureEvery))
        return;
    m_measuredAt = now;
    m_peakMemoryBytes = std::max(m_peakMemoryBytes, m_process->peakMemoryBytes());
}

void Environment::watchScratch(sys::Nanoseconds now)
{
    if (m_scratchLooking || now - m_scratchLooked < ScratchWatchInterval)
        return;
    m_scratchLooking = true;
    m_jobs.run([folder = m_scratch.path()] { return sys::folderSize(folder); }, [this](qint64 bytes) {
        m_scratchLooking = false;
        m_scratchLooked = m_surroundings.clock.monotonic();
        const qint64 most = qint64(m_config.ephemeralStorageMiB) * MiB;
        if (m_process && std::exchange(m_scratchFull, bytes > most) != m_scratchFull)
            m_process->limitFiles(m_scratchFull ? 0 : most);
    });
}

std::chrono::milliseconds Environment::patience() const
{
    return stretched(Patience);
}

std::chrono::milliseconds Environment::stretched(std::chrono::milliseconds alone) const
{
    return alone * std::max(1, m_surroundings.running / sys::processorCount());
}

} // namespace eph::runtime
