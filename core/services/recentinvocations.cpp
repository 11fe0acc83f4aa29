// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/recentinvocations.h"

#include <algorithm>

namespace eph::services {

namespace {

[[nodiscard]] qint64 sizeOf(const runtime::EndedInvocation &one)
{
    return one.event.size() + one.answer.size();
}

} // namespace

void RecentInvocations::take(const runtime::EndedInvocation &ended)
{
    if (ended.origin.kind == runtime::OriginKind::Trial)
        return;
    runtime::EndedInvocation kept = ended;
    for (QByteArray *text : {&kept.event, &kept.answer}) {
        if (text->size() > LargestText)
            text->clear();
    }
    const std::lock_guard lock(m_mutex);
    m_bytes += sizeOf(kept);
    m_all.push_back(std::move(kept));
    while (m_all.size() > Most || m_bytes > MostBytes) {
        m_bytes -= sizeOf(m_all.front());
        m_all.pop_front();
    }
}

std::optional<runtime::EndedInvocation> RecentInvocations::find(const QByteArray &requestId) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::find_if(m_all.crbegin(), m_all.crend(), [&](const runtime::EndedInvocation &one) { return one.report.requestId == requestId; });
    return found == m_all.crend() ? std::nullopt : std::optional(*found);
}

QList<runtime::EndedInvocation> RecentInvocations::ofTrace(const QByteArray &traceRoot) const
{
    QList<runtime::EndedInvocation> all;
    {
        const std::lock_guard lock(m_mutex);
        std::copy_if(m_all.cbegin(), m_all.cend(), std::back_inserter(all), [&](const runtime::EndedInvocation &one) { return !traceRoot.isEmpty() && one.traceRoot == traceRoot; });
    }
    std::stable_sort(all.begin(), all.end(), [](const runtime::EndedInvocation &a, const runtime::EndedInvocation &b) { return a.startedEpochMs < b.startedEpochMs; });
    return all;
}

QList<runtime::EndedInvocation> RecentInvocations::causedBy(const runtime::Origin &source, qsizetype most) const
{
    QList<runtime::EndedInvocation> all;
    const std::lock_guard lock(m_mutex);
    for (auto one = m_all.crbegin(); one != m_all.crend() && all.size() < most; ++one) {
        if (one->origin.kind == source.kind && one->origin.name == source.name)
            all << *one;
    }
    return all;
}

QList<QByteArray> RecentInvocations::eventsOf(const QStringList &functions, qsizetype most) const
{
    QList<QByteArray> events;
    const std::lock_guard lock(m_mutex);
    for (auto one = m_all.crbegin(); one != m_all.crend() && events.size() < most; ++one) {
        if (functions.contains(one->config.name) && !one->event.isEmpty() && !events.contains(one->event))
            events << one->event;
    }
    return events;
}

} // namespace eph::services
