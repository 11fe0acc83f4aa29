// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logview/logrows.h"

#include "core/logs/logarchive.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace eph::ui {

namespace {

/// The window has its thread back after this long.
constexpr qint64 LookMs = 5;
constexpr qint64 LookLines = 500;

struct LogRowsText {
    Q_DECLARE_TR_FUNCTIONS(eph::ui::LogRows)
};

} // namespace

void LogRows::setSource(const logs::LogSource *source)
{
    m_source = source;
    reset();
}

void LogRows::setFilter(const LogFilter &filter)
{
    m_filter = filter;
    m_scratch = std::make_unique<logs::LogQuery::Scratch>(m_filter.query);
    reset();
}

void LogRows::reset()
{
    m_wanted.clear();
    m_lookedUpTo = 0;
    m_gone = 0;
    m_range = {};
    m_open.clear();
    m_counted = {};
    m_told.reset();
}

bool LogRows::wants(const logs::Line &line) const
{
    if (!m_filter.function.isEmpty() && line.function != m_filter.function)
        return false;
    if ((m_filter.fromMs >= 0 && line.epochMs < m_filter.fromMs) || (m_filter.untilMs >= 0 && line.epochMs >= m_filter.untilMs))
        return false;
    if (m_filter.query.isEmpty())
        return true;
    // As it is kept, so that the same query finds the same line among all runs.
    const QByteArray kept = logs::archiveLine(line);
    return m_filter.query.wants(kept, logs::fieldsOf(kept), *m_scratch);
}

bool LogRows::lookAtSome(logs::LogSource::Range now)
{
    QElapsedTimer timer;
    timer.start();
    const bool filtered = isFiltered();
    m_lookedUpTo = std::max(m_lookedUpTo, now.first);
    while (m_lookedUpTo < now.end && !timer.hasExpired(LookMs)) {
        const qint64 next = std::min(m_lookedUpTo + LookLines, now.end);
        m_wanted += m_source->find({m_lookedUpTo, next}, [&](const logs::Line &line) {
            const bool wanted = !filtered || wants(line);
            if (wanted)
                m_counted.add(line.epochMs, logs::gravityOf(logs::fieldsOf(line.text), line.text));
            return filtered && wanted;
        });
        m_lookedUpTo = next;
    }
    return m_lookedUpTo >= now.end;
}

LogRows::Change LogRows::update()
{
    Change change;
    if (!m_source)
        return change;
    const logs::LogSource::Range now = m_source->range();
    auto told = isFiltered() ? nullptr : m_source->overview();
    change.any = now.first != m_range.first || now.end != m_range.end || told != m_told;
    m_told = std::move(told);
    if (!m_told && m_lookedUpTo < now.end) {
        change.any = true;
        change.more = !lookAtSome(now);
    }
    // Lines that are gone take their parts with them.
    qint64 dropped = isFiltered() ? std::lower_bound(m_wanted.begin(), m_wanted.end(), now.first) - m_wanted.begin() : std::max<qint64>(0, now.first - m_range.first);
    if (isFiltered())
        m_wanted.erase(m_wanted.begin(), m_wanted.begin() + dropped);
    // Of those that were counted, the ones before the first that is there.
    m_gone = isFiltered() ? m_gone + dropped : std::max<qint64>(0, m_counted.lines() - std::max<qint64>(0, m_lookedUpTo - now.first));
    while (!m_open.isEmpty() && m_open.firstKey() < now.first) {
        dropped += m_open.first().size();
        m_open.erase(m_open.begin());
    }
    if (now.first >= now.end) {
        m_counted = {};
        m_gone = 0;
    }
    change.droppedRows = dropped;
    m_range = now;
    return change;
}

qint64 LogRows::lineCount() const
{
    return isFiltered() ? m_wanted.size() : m_range.end - m_range.first;
}

qint64 LogRows::rowCount() const
{
    qint64 rows = lineCount();
    for (const QStringList &parts : m_open)
        rows += parts.size();
    return rows;
}

qint64 LogRows::numberAt(qint64 index) const
{
    if (index < 0 || index >= lineCount())
        return -1;
    return isFiltered() ? m_wanted.at(index) : m_range.first + index;
}

qint64 LogRows::indexOf(qint64 number) const
{
    if (!isFiltered())
        return number - m_range.first;
    return std::lower_bound(m_wanted.cbegin(), m_wanted.cend(), number) - m_wanted.cbegin();
}

qint64 LogRows::rowOf(qint64 number) const
{
    qint64 row = indexOf(number);
    for (auto open = m_open.cbegin(); open != m_open.cend() && open.key() < number; ++open)
        row += open->size();
    return row;
}

LogRows::Row LogRows::at(qint64 row) const
{
    qint64 parts = 0; // Of the lines above.
    for (auto open = m_open.cbegin(); open != m_open.cend(); ++open) {
        const qint64 own = indexOf(open.key()) + parts;
        if (row <= own)
            break;
        if (row <= own + open->size())
            return {open.key(), qsizetype(row - own - 1)};
        parts += open->size();
    }
    return {numberAt(row - parts), -1};
}

QList<logs::Line> LogRows::line(qint64 number) const
{
    return number >= 0 && m_source ? m_source->lines(number, 1) : QList<logs::Line>();
}

bool LogRows::toggle(qint64 number)
{
    if (m_open.remove(number) > 0)
        return true;
    const QList<logs::Line> found = line(number);
    const QStringList parts = found.isEmpty() ? QStringList() : partsOf(found.first().text);
    if (parts.isEmpty())
        return false;
    m_open.insert(number, parts);
    return true;
}

QStringList partsOf(const QByteArray &text)
{
    constexpr qsizetype Most = 400;
    QStringList parts;
    const qsizetype brace = text.indexOf('{');
    const QJsonDocument json = brace < 0 ? QJsonDocument() : QJsonDocument::fromJson(text.sliced(brace).trimmed());
    if (json.isObject() && !json.object().isEmpty())
        parts = QString::fromUtf8(json.toJson(QJsonDocument::Indented)).trimmed().split(QLatin1Char('\n'));
    else
        // An event's own line ends, as they are in memory and in the archive.
        parts = QString::fromUtf8(text).replace(QLatin1Char('\v'), QLatin1Char('\n')).split(QLatin1Char('\n')).mid(1);
    if (parts.size() > Most) {
        const qsizetype left = parts.size() - Most;
        parts = parts.first(Most);
        parts << LogRowsText::tr("and %1 more").arg(left);
    }
    return parts;
}

} // namespace eph::ui
