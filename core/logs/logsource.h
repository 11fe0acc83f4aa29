// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logoverview.h"

#include <QList>
#include <functional>
#include <memory>

namespace eph::logs {

/// Lines that can be looked at. They have numbers that never change: a reader asks for the numbers it shows.
class LogSource
{
public:
    struct Range {
        qint64 first = 0; ///< Number of the oldest line that is there.
        qint64 end = 0;   ///< One past the newest.
    };

    virtual ~LogSource() = default;
    [[nodiscard]] virtual Range range() const = 0;
    /// Lines `from` to `from + count - 1`, as far as they are there.
    [[nodiscard]] virtual QList<Line> lines(qint64 from, qint64 count) const = 0;
    /// Of all that is there, where the source counts by itself; null: whoever shows it has to.
    [[nodiscard]] virtual std::shared_ptr<const LogOverview> overview() const { return nullptr; }
    /// Numbers of the lines in the range for which `matches` holds. This one is for sources that lose no lines.
    [[nodiscard]] virtual QList<qint64> find(Range range, const std::function<bool(const Line &)> &matches) const
    {
        QList<qint64> numbers;
        const QList<Line> all = lines(range.first, range.end - range.first);
        for (qsizetype i = 0; i < all.size(); ++i) {
            if (matches(all.at(i)))
                numbers << range.first + i;
        }
        return numbers;
    }
};

} // namespace eph::logs
