// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logstore.h"

#include <QMutexLocker>
#include <algorithm>

namespace eph::logs {

namespace {
/// What a line costs beside its text.
constexpr qint64 LineOverhead = sizeof(Line) + 32;
} // namespace

LogStore::LogStore(qint64 maxBytes)
    : m_maxBytes(maxBytes)
{
}

void LogStore::append(Line line)
{
    const QMutexLocker lock(&m_mutex);
    if (m_next)
        m_next->append(line);
    m_bytes += line.text.size() + LineOverhead;
    m_lines.push_back(std::move(line));
    while (m_bytes > m_maxBytes && m_lines.size() > 1) {
        m_bytes -= m_lines.front().text.size() + LineOverhead;
        m_lines.pop_front();
        ++m_first;
    }
}

void LogStore::setNext(std::shared_ptr<Sink> next)
{
    const QMutexLocker lock(&m_mutex);
    m_next.swap(next);
}

Result<void> LogStore::flush()
{
    std::shared_ptr<Sink> next;
    {
        const QMutexLocker lock(&m_mutex);
        next = m_next;
    }
    return next ? next->flush() : Result<void>();
}

LogStore::Range LogStore::range() const
{
    const QMutexLocker lock(&m_mutex);
    return {m_first, m_first + qint64(m_lines.size())};
}

QList<Line> LogStore::lines(qint64 from, qint64 count) const
{
    const QMutexLocker lock(&m_mutex);
    const qint64 first = std::max(from, m_first);
    const qint64 end = std::min(from + count, m_first + qint64(m_lines.size()));
    QList<Line> result;
    for (qint64 number = first; number < end; ++number)
        result << m_lines[size_t(number - m_first)];
    return result;
}

QList<qint64> LogStore::find(Range range, const std::function<bool(const Line &)> &matches) const
{
    const QMutexLocker lock(&m_mutex);
    QList<qint64> numbers;
    const qint64 end = std::min(range.end, m_first + qint64(m_lines.size()));
    for (qint64 number = std::max(range.first, m_first); number < end; ++number) {
        if (matches(m_lines[size_t(number - m_first)]))
            numbers << number;
    }
    return numbers;
}

void LogStore::clear()
{
    const QMutexLocker lock(&m_mutex);
    m_first += qint64(m_lines.size());
    m_lines.clear();
    m_bytes = 0;
}

} // namespace eph::logs
