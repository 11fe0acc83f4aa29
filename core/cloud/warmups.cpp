// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/warmups.h"

#include "core/project/warmup.h"
#include "core/runtime/requestids.h"


namespace eph::cloud {

namespace {
/// A minute is the shortest rate there is.
constexpr auto LookEvery = std::chrono::seconds(5);
} // namespace

WarmUps::WarmUps(FunctionCatalogue &catalogue, runtime::AsyncQueue &queue, const sys::Clock &clock)
    : m_catalogue(catalogue)
    , m_queue(queue)
    , m_clock(clock)
{
    m_timer.setInterval(LookEvery);
    connect(&m_timer, &QTimer::timeout, this, &WarmUps::sendDue);
}

void WarmUps::start()
{
    sendDue();
    m_timer.start();
}

void WarmUps::sendDue()
{
    // A template that cannot be read just now has no say.
    const auto project = m_catalogue.project();
    if (!project)
        return;
    const sys::Nanoseconds now = m_clock.monotonic();
    for (const project::Function &function : (*project)->functions) {
        const auto warmUp = project::warmUpOf(function);
        if (!warmUp) {
            m_sent.remove(function.name);
            continue;
        }
        const auto last = m_sent.constFind(function.name);
        if (last != m_sent.cend() && now - *last < std::chrono::minutes(warmUp->minutes))
            continue;
        const auto config = m_catalogue.find(function.name);
        if (!config)
            continue;
        m_sent.insert(function.name, now);
        runtime::InvokeRequest request;
        request.config = *config;
        request.payload = warmUp->input;
        request.requestId = runtime::newRequestId();
        (void)m_queue.enqueue(std::move(request));
    }
}

} // namespace eph::cloud
