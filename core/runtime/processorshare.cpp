// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/processorshare.h"

#include "core/base/processorsformemory.h"

#include <chrono>
#include <utility>

namespace eph::runtime {

namespace {

using namespace std::chrono_literals;

/// What the service gives its processor time in slices of, by this or less.
constexpr auto Interval = 2ms;

} // namespace

ProcessorShare::ProcessorShare(const sys::Clock &clock)
    : m_clock(clock)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { look(); });
}

void ProcessorShare::begin(sys::Process &process, int memoryMiB)
{
    m_process = &process;
    m_processors = processorsForMemory(memoryMiB);
    m_began = m_clock.monotonic();
    m_usedBefore = process.cpuTime();
    m_timer.start(Interval);
}

sys::Nanoseconds ProcessorShare::owed() const
{
    const auto used = m_process->cpuTime() - m_usedBefore;
    return std::chrono::duration_cast<sys::Nanoseconds>(used / m_processors) - (m_clock.monotonic() - m_began);
}

void ProcessorShare::look()
{
    if (const auto answer = std::exchange(m_answer, nullptr)) {
        end();
        return answer();
    }
    const sys::Nanoseconds left = owed();
    holdBack(left > Interval);
    m_timer.start(m_paused ? std::chrono::ceil<std::chrono::milliseconds>(left) : Interval);
}

bool ProcessorShare::holds(std::function<void()> answer)
{
    const sys::Nanoseconds left = owed();
    if (left < 1ms)
        return false;
    // What it has taken beyond its share is part of how long it would have run there.
    holdBack(true);
    m_answer = std::move(answer);
    m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(left));
    return true;
}

void ProcessorShare::holdBack(bool hold)
{
    if (std::exchange(m_paused, hold) != hold)
        hold ? m_process->suspend() : m_process->resume();
}

void ProcessorShare::end()
{
    if (m_process)
        holdBack(false);
    forget();
}

void ProcessorShare::forget()
{
    m_timer.stop();
    m_answer = nullptr;
    m_paused = false;
    m_process = nullptr;
}

} // namespace eph::runtime
