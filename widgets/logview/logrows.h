// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logquery.h"
#include "core/logs/logsource.h"

#include <QMap>
#include <QStringList>

namespace eph::ui {

/// What is to be seen of a log.
struct LogFilter {
    QString function; ///< Empty: of all.
    logs::LogQuery query;
    qint64 fromMs = -1;  ///< Milliseconds since 1970; -1: from the first.
    qint64 untilMs = -1; ///< Before it; -1: to the last.

    [[nodiscard]] bool isEmpty() const { return function.isEmpty() && query.isEmpty() && fromMs < 0 && untilMs < 0; }
};

/// Which lines of a source are seen, and in which rows: one for each line that the filter wants, and below a line that was opened one
/// for each part of it, such as a member of its JSON. Looks at new lines a few milliseconds at a time.
class LogRows
{
public:
    struct Row {
        qint64 number = -1; ///< Of the line; -1: there is no such row.
        qsizetype part = -1; ///< -1: the line itself.
    };
    struct Change {
        bool any = false;
        bool more = false;       ///< There are lines that were not looked at yet.
        qint64 droppedRows = 0;  ///< At the top, of lines that are gone.
    };

    /// It must outlive this, or be replaced before it goes.
    void setSource(const logs::LogSource *source);
    [[nodiscard]] const logs::LogSource *source() const { return m_source; }
    void setFilter(const LogFilter &filter);
    [[nodiscard]] bool isFiltered() const { return !m_filter.isEmpty(); }
    /// The source begins anew.
    void reset();
    [[nodiscard]] Change update();

    [[nodiscard]] qint64 lineCount() const;
    [[nodiscard]] qint64 rowCount() const;
    [[nodiscard]] Row at(qint64 row) const;
    /// The line's place among those that are seen, and back; -1 where there is none.
    [[nodiscard]] qint64 indexOf(qint64 number) const;
    [[nodiscard]] qint64 numberAt(qint64 index) const;
    [[nodiscard]] qint64 rowOf(qint64 number) const;
    /// Empty for one that is gone.
    [[nodiscard]] QList<logs::Line> line(qint64 number) const;
    [[nodiscard]] bool wants(const logs::Line &line) const;

    [[nodiscard]] bool isOpen(qint64 number) const { return m_open.contains(number); }
    /// Opens a line that has parts, or closes it. False where there is nothing to open.
    bool toggle(qint64 number);
    [[nodiscard]] qsizetype partCount(qint64 number) const { return m_open.value(number).size(); }
    [[nodiscard]] QString part(const Row &row) const { return m_open.value(row.number).value(row.part); }

    [[nodiscard]] const logs::LogOverview &overview() const { return m_told ? *m_told : m_counted; }
    /// So many of the lines in the overview are not seen any more: the oldest ones.
    [[nodiscard]] qint64 goneLines() const { return m_told ? 0 : m_gone; }

private:
    [[nodiscard]] bool lookAtSome(logs::LogSource::Range now);

    const logs::LogSource *m_source = nullptr;
    logs::LogSource::Range m_range;
    LogFilter m_filter;
    std::unique_ptr<logs::LogQuery::Scratch> m_scratch;
    QList<qint64> m_wanted; ///< Numbers of lines, when filtered.
    qint64 m_lookedUpTo = 0;
    qint64 m_gone = 0;
    QMap<qint64, QStringList> m_open; ///< Parts, by the number of their line.
    logs::LogOverview m_counted;
    std::shared_ptr<const logs::LogOverview> m_told; ///< By the source, where it counts itself.
};

/// What a line holds, piece by piece: its JSON with an indent, or the lines of an event that has several. Empty where it holds nothing more.
[[nodiscard]] QStringList partsOf(const QByteArray &text);

} // namespace eph::ui
