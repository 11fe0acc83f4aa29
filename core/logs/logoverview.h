// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/line.h"
#include "core/logs/linefields.h"

#include <array>
#include <vector>

namespace eph::logs {

/// What a line is to somebody who looks for trouble.
enum class Gravity { Plain, Warning, Bad };
/// By its level; a report of an invocation that failed is bad, too.
[[nodiscard]] Gravity gravityOf(const LineFields &fields, QByteArrayView line);

/// How lines lie in time, and where among them warnings and errors are: so many parts of equal length, twice as long each whenever
/// they would become too many. A value of some kilobytes, however many lines there were.
class LogOverview
{
public:
    static constexpr qsizetype MaxBuckets = 512;
    static constexpr qsizetype MaxStretches = 2048;

    /// Counts of plain lines, warnings and errors.
    using Counts = std::array<quint32, 3>;

    /// The next line; `epochMs` below 0 is a line without a time, which lies where the one before it does.
    void add(qint64 epochMs, Gravity gravity);
    /// All lines of another one come after those of this one, whatever their times.
    void append(const LogOverview &other);

    [[nodiscard]] qint64 lines() const { return m_lines; }
    /// When the first part begins, in milliseconds since 1970, and how long each is.
    [[nodiscard]] qint64 fromMs() const { return m_fromMs; }
    [[nodiscard]] qint64 bucketMs() const { return m_bucketMs; }
    [[nodiscard]] const std::vector<Counts> &buckets() const { return m_buckets; }
    /// The same by the order of the lines: so many lines to each part.
    [[nodiscard]] qint64 stretchLines() const { return m_stretchLines; }
    [[nodiscard]] const std::vector<Counts> &stretches() const { return m_stretches; }

private:
    void count(qint64 epochMs, const Counts &counts);
    void place(qint64 line, const Counts &counts);

    qint64 m_lines = 0;
    qint64 m_fromMs = 0;
    qint64 m_bucketMs = 1;
    qint64 m_lastMs = -1;
    std::vector<Counts> m_buckets;
    qint64 m_stretchLines = 1;
    std::vector<Counts> m_stretches;
};

} // namespace eph::logs
