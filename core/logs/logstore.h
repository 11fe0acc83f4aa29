// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logsource.h"

#include <QMutex>
#include <deque>
#include <functional>
#include <memory>

namespace eph::logs {

/// The newest lines, bounded by their size. Any thread.
class LogStore final : public Sink, public LogSource
{
public:
    explicit LogStore(qint64 maxBytes = 64LL * 1024 * 1024);

    void append(Line line) override;
    [[nodiscard]] Result<void> flush() override;
    /// Gets every line from now on as well; null: nobody does.
    void setNext(std::shared_ptr<Sink> next);

    [[nodiscard]] Range range() const override;
    [[nodiscard]] QList<Line> lines(qint64 from, qint64 count) const override;
    /// `matches` is called under the lock: few lines at a time hold nobody up.
    [[nodiscard]] QList<qint64> find(Range range, const std::function<bool(const Line &)> &matches) const override;
    /// Forgets all lines; numbering goes on.
    void clear();

private:
    mutable QMutex m_mutex;
    std::deque<Line> m_lines;
    std::shared_ptr<Sink> m_next;
    qint64 m_first = 0;
    qint64 m_bytes = 0;
    const qint64 m_maxBytes;
};

} // namespace eph::logs
