// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/lanestore.h"

#include <QMutexLocker>
#include <algorithm>

namespace eph::runtime {

QString lanePhaseName(LanePhase phase)
{
    switch (phase) {
    case LanePhase::Prestarting: return QStringLiteral("prestarting");
    case LanePhase::Waiting: return QStringLiteral("waiting");
    case LanePhase::Init: return QStringLiteral("init");
    case LanePhase::Invoke: return QStringLiteral("invoke");
    case LanePhase::Idle: return QStringLiteral("idle");
    case LanePhase::Frozen: return QStringLiteral("frozen");
    case LanePhase::ShutDown: return QStringLiteral("shutDown");
    }
    return {};
}

Lane *LaneStore::find(const QString &environment)
{
    // The newest are at the end, and most questions are about them.
    const auto found = std::find_if(m_lanes.rbegin(), m_lanes.rend(), [&](const Lane &lane) { return lane.environment == environment; });
    return found == m_lanes.rend() ? nullptr : &*found;
}

void LaneStore::begin(const QString &environment, const QString &function, LanePhase phase, double atMs, const QByteArray &requestId, const QByteArray &tenant)
{
    const QMutexLocker lock(&m_mutex);
    ++m_revision;
    Lane *lane = find(environment);
    if (!lane) {
        if (qsizetype(m_lanes.size()) >= MaxLanes) {
            // One that has ended makes room before one that lives.
            const auto ended = std::find_if(m_lanes.begin(), m_lanes.end(), [](const Lane &each) { return !each.endReason.isEmpty(); });
            m_lanes.erase(ended == m_lanes.end() ? m_lanes.begin() : ended);
        }
        m_lanes.push_back({environment, function, {}, {}});
        lane = &m_lanes.back();
    }
    lane->endReason.clear();
    lane->tenant = QString::fromUtf8(tenant);
    if (!lane->spans.isEmpty() && !lane->spans.last().toMs)
        lane->spans.last().toMs = atMs;
    lane->spans << LaneSpan{phase, atMs, std::nullopt, requestId, false};
    if (lane->spans.size() > MaxSpans)
        lane->spans.remove(0, MaxSpans / 4);
}

void LaneStore::markFailed(const QString &environment)
{
    const QMutexLocker lock(&m_mutex);
    if (Lane *lane = find(environment); lane && !lane->spans.isEmpty())
        lane->spans.last().failed = true;
}

void LaneStore::end(const QString &environment, double atMs, const QString &reason)
{
    const QMutexLocker lock(&m_mutex);
    Lane *lane = find(environment);
    if (!lane || !lane->endReason.isEmpty())
        return;
    ++m_revision;
    if (!lane->spans.isEmpty() && !lane->spans.last().toMs)
        lane->spans.last().toMs = atMs;
    lane->endReason = reason;
}

bool LaneStore::isEmpty() const
{
    const QMutexLocker lock(&m_mutex);
    return m_lanes.empty();
}

QList<Lane> LaneStore::lanes() const
{
    const QMutexLocker lock(&m_mutex);
    return QList<Lane>(m_lanes.cbegin(), m_lanes.cend());
}

quint64 LaneStore::revision() const
{
    const QMutexLocker lock(&m_mutex);
    return m_revision;
}

void LaneStore::clear()
{
    const QMutexLocker lock(&m_mutex);
    std::erase_if(m_lanes, [](const Lane &lane) { return !lane.endReason.isEmpty(); });
    ++m_revision;
}

} // namespace eph::runtime
