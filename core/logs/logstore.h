// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/line.h"

#include <QList>
#include <QMutex>
#include <deque>
#include <functional>

namespace eph::logs {

/// The newest lines, bounded by their size. Lines have numbers that never change: a reader asks for the numbers it shows.
/// Any thread.
class LogStore final : public Sink
{
public:
    explicit LogStore(qint64 maxBytes = 64LL * 1024 * 1024);

    void append(Line line) override;

    struct Range {
        qint64 first = 0; ///< Number of the oldest line that is kept.
        qint64 end = 0;   ///< One past the newest.
    };
    [[nodiscard]] Range range() const;
    /// Lines `from` to `from + count - 1`, as far as they are kept.
    [[nodiscard]] QList<Line> lines(qint64 from, qint64 count) const;
    /// Numbers of the lines in the range for which `matches` holds; called under the lock, so it must be quick.
    [[nodiscard]] QList<qint64> find(Range range, const std::function<bool(const Line &)> &matches) const;
    /// Forgets all lines; numbering goes on.
    void clear();

private:
    mutable QMutex m_mutex;
    std::deque<Line> m_lines;
    qint64 m_first = 0;
    qint64 m_bytes = 0;
    const qint64 m_maxBytes;
};

} // namespace eph::logs
