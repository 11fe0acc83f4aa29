// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

namespace eph::cost {

/// Counts times in ranges that widen with them: a percentile is right to within a thousandth, in memory that does not grow.
class LatencyHistogram
{
public:
    void add(qint64 us)
    {
        ++m_total;
        m_least = std::min(m_least, us);
        m_most = std::max(m_most, us);
        const size_t index = indexOf(std::uint64_t(us));
        if (index >= m_counts.size())
            m_counts.resize(index + SubBuckets);
        ++m_counts[index];
    }
    [[nodiscard]] qint64 count() const { return m_total; }

    /// In microseconds; not above it are `share` (0 to 1) of all. 0 without any.
    [[nodiscard]] qint64 percentileUs(double share) const
    {
        const auto wanted = std::max<qint64>(1, qint64(share * double(m_total) + 0.999999));
        qint64 seen = 0;
        for (size_t index = 0; index < m_counts.size(); ++index) {
            seen += m_counts[index];
            if (seen >= wanted)
                return std::clamp(middleOf(index), m_least, m_most);
        }
        return 0;
    }

private:
    static constexpr int SubBits = 10;
    static constexpr size_t SubBuckets = 1U << SubBits;

    /// The first 2 · SubBuckets ranges are one microsecond wide, each following SubBuckets twice as wide as those before.
    static size_t indexOf(std::uint64_t us)
    {
        if (us < 2 * SubBuckets)
            return size_t(us);
        const int shift = 63 - std::countl_zero(us) - SubBits;
        return size_t(shift) * SubBuckets + size_t(us >> shift);
    }
    static qint64 middleOf(size_t index)
    {
        if (index < 2 * SubBuckets)
            return qint64(index);
        const size_t shift = index / SubBuckets - 1;
        const size_t low = (index - shift * SubBuckets) << shift;
        return qint64(low + ((size_t(1) << shift) >> 1));
    }

    std::vector<qint64> m_counts;
    qint64 m_total = 0;
    qint64 m_least = std::numeric_limits<qint64>::max();
    qint64 m_most = 0;
};

} // namespace eph::cost
