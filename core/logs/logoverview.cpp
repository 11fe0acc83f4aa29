// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logoverview.h"

#include <algorithm>

namespace eph::logs {

namespace {

void addTo(LogOverview::Counts &to, const LogOverview::Counts &counts)
{
    for (size_t i = 0; i < to.size(); ++i)
        to[i] += counts[i];
}

/// Rounds down, below 0 as well.
[[nodiscard]] qint64 floorTo(qint64 value, qint64 step)
{
    const qint64 rest = value % step;
    return rest < 0 ? value - rest - step : value - rest;
}

} // namespace

Gravity gravityOf(const LineFields &fields, QByteArrayView line)
{
    if (fields.level >= Level::Error || fields.kind == LineKind::TimedOut)
        return Gravity::Bad;
    if (fields.kind == LineKind::Report && (line.contains("\tStatus: error") || line.contains("\tStatus: timeout")))
        return Gravity::Bad;
    return fields.level == Level::Warn ? Gravity::Warning : Gravity::Plain;
}

void LogOverview::add(qint64 epochMs, Gravity gravity)
{
    Counts counts{};
    counts[size_t(gravity)] = 1;
    place(m_lines, counts);
    ++m_lines;
    if (epochMs >= 0)
        m_lastMs = epochMs;
    if (m_lastMs >= 0)
        count(m_lastMs, counts);
}

void LogOverview::append(const LogOverview &other)
{
    for (size_t i = 0; i < other.m_stretches.size(); ++i)
        place(m_lines + qint64(i) * other.m_stretchLines, other.m_stretches[i]);
    m_lines += other.m_lines;
    for (size_t i = 0; i < other.m_buckets.size(); ++i) {
        if (other.m_buckets[i] != Counts{})
            count(other.m_fromMs + qint64(i) * other.m_bucketMs, other.m_buckets[i]);
    }
    if (other.m_lastMs >= 0)
        m_lastMs = other.m_lastMs;
}

void LogOverview::place(qint64 line, const Counts &counts)
{
    while (line / m_stretchLines >= MaxStretches) {
        for (size_t i = 0; i < m_stretches.size(); i += 2) {
            Counts both = m_stretches[i];
            if (i + 1 < m_stretches.size())
                addTo(both, m_stretches[i + 1]);
            m_stretches[i / 2] = both;
        }
        m_stretches.resize((m_stretches.size() + 1) / 2);
        m_stretchLines *= 2;
    }
    const auto stretch = size_t(line / m_stretchLines);
    if (m_stretches.size() <= stretch)
        m_stretches.resize(stretch + 1);
    addTo(m_stretches[stretch], counts);
}

void LogOverview::count(qint64 epochMs, const Counts &counts)
{
    if (m_buckets.empty()) {
        m_fromMs = floorTo(epochMs, m_bucketMs);
        m_buckets.push_back(counts);
        return;
    }
    for (;;) {
        const qint64 first = std::min(m_fromMs, floorTo(epochMs, m_bucketMs));
        const qint64 last = std::max(m_fromMs + qint64(m_buckets.size() - 1) * m_bucketMs, floorTo(epochMs, m_bucketMs));
        if ((last - first) / m_bucketMs < MaxBuckets) {
            m_buckets.insert(m_buckets.begin(), size_t((m_fromMs - first) / m_bucketMs), Counts{});
            m_buckets.resize(size_t((last - first) / m_bucketMs) + 1);
            m_fromMs = first;
            addTo(m_buckets[size_t((epochMs - m_fromMs) / m_bucketMs)], counts);
            return;
        }
        // Twice as wide, and beginning where such a one would.
        const qint64 width = m_bucketMs * 2;
        const qint64 from = floorTo(m_fromMs, width);
        std::vector<Counts> wider(m_buckets.size() / 2 + 1);
        for (size_t i = 0; i < m_buckets.size(); ++i)
            addTo(wider[size_t((m_fromMs + qint64(i) * m_bucketMs - from) / width)], m_buckets[i]);
        while (wider.size() > 1 && wider.back() == Counts{})
            wider.pop_back();
        m_buckets = std::move(wider);
        m_fromMs = from;
        m_bucketMs = width;
    }
}

} // namespace eph::logs
