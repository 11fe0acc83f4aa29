// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/dayview.h"

#include "core/schedule/explain.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace schedule;
using namespace std::chrono;

namespace {

constexpr double Margin = 4;
constexpr double SmallestRow = 14;
constexpr double LargestRow = 24;
constexpr double MarkSize = 4;
constexpr double ThinnestRun = 2; ///< A run of a millisecond is seen all the same.
constexpr double LargestLabelShare = 0.4;

} // namespace

DayView::DayView(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(240, 80);
    setAccessibleName(tr("Runs of the day"));
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void DayView::setDay(std::shared_ptr<const Zone> zone, Instant from, Instant until, QList<Row> rows)
{
    // A day that clocks skip has no moment.
    m_zone = from < until ? std::move(zone) : nullptr;
    m_dayFrom = m_from = from;
    m_dayUntil = m_until = until;
    m_rows = std::move(rows);
    QStringList words;
    for (const Row &row : std::as_const(m_rows))
        words << tr("%1: %2", "name: 3 runs").arg(row.name, runsText(row.runs.size())) + (row.change.isEmpty() ? QString() : u". "_s + row.change);
    setAccessibleDescription(words.join(u", "_s));
    update();
}

double DayView::labelWidth() const
{
    double widest = 0;
    const QFontMetricsF metrics(Theme::smallFont());
    for (const Row &row : m_rows)
        widest = std::max(widest, metrics.horizontalAdvance(row.name));
    return std::min(widest + 4 * Margin, width() * LargestLabelShare);
}

double DayView::top() const
{
    return QFontMetricsF(Theme::smallFont()).height() + 2 * Margin;
}

double DayView::rowHeight() const
{
    return std::clamp((height() - top() - Margin) / double(std::max<qsizetype>(1, m_rows.size())), SmallestRow, LargestRow);
}

double DayView::xOf(double secondsOfDay) const
{
    const double left = labelWidth();
    return left + (width() - left - Margin) * secondsOfDay / double((m_until - m_from).count());
}

Instant DayView::momentAt(double x) const
{
    const double left = labelWidth();
    const double share = std::clamp((x - left) / std::max(1.0, width() - left - Margin), 0.0, 1.0);
    return m_from + seconds(qint64(share * double((m_until - m_from).count())));
}

void DayView::paintHours(QPainter &painter)
{
    const bool hour = isZoomed();
    const seconds step = hour ? seconds(minutes(10)) : seconds(hours(width() - labelWidth() > 420 ? 3 : 6));
    const double bottom = std::min(double(height()), top() + rowHeight() * double(m_rows.size()));
    for (const ClockChange &change : clockChanges(*m_zone, m_from, m_until)) {
        // What is skipped has no width; what comes twice is that long.
        const double x = xOf(double((change.when - m_from).count()));
        const double end = change.after < change.before ? xOf(double((change.when - m_from + (change.before - change.after)).count())) : x + 2;
        QColor color = theme().color(Token::Warning);
        color.setAlpha(70);
        painter.fillRect(QRectF(x, top(), end - x, bottom - top()), color);
        painter.setPen(theme().color(Token::Warning));
        painter.drawText(QRectF(x + 2, bottom - 16, 160, 16), Qt::AlignLeft, change.after < change.before ? tr("%1 comes twice").arg(clockText(change.after)) : tr("%1 is skipped").arg(clockText(change.before)));
    }
    for (Instant at = m_from; at <= m_until; at += minutes(10)) {
        const LocalTime wall = m_zone->toLocal(at);
        if (wall.time_since_epoch() % step != seconds(0) && at != m_until)
            continue;
        const double x = xOf(double((at - m_from).count()));
        painter.setPen(theme().color(Token::Border));
        painter.drawLine(QPointF(x, top()), QPointF(x, bottom));
        painter.setPen(theme().color(Token::Muted));
        const QString text = clockText(wall);
        const double textWidth = painter.fontMetrics().horizontalAdvance(text);
        painter.drawText(QPointF(std::min(x - textWidth / 2, width() - textWidth - 1), top() - Margin), text);
    }
}

void DayView::paintRow(QPainter &painter, int index)
{
    const Row &row = m_rows.at(index);
    const double y = top() + rowHeight() * index;
    painter.setPen(theme().color(Token::Text));
    painter.drawText(QRectF(0, y, labelWidth() - Margin, rowHeight()), Qt::AlignRight | Qt::AlignVCenter, painter.fontMetrics().elidedText(row.name, Qt::ElideMiddle, int(labelWidth() - 2 * Margin)));
    const QColor color = theme().color(index % 2 ? Token::Cold : Token::Accent);
    double painted = -1;
    for (const Instant at : row.runs) {
        if (at < m_from || at >= m_until)
            continue;
        const double x = xOf(double((at - m_from).count()));
        const double end = std::max(x + ThinnestRun, xOf(double((at - m_from).count()) + double(row.duration.count()) / 1000));
        // Thousands of runs within one pixel are painted once.
        if (end <= painted)
            continue;
        painted = std::max(end, x + 1);
        painter.fillRect(QRectF(x, y + 3, end - x, rowHeight() - 6), color);
    }
    if (row.change.isEmpty() || row.changeAt < m_from || row.changeAt > m_until)
        return;
    painter.setPen(QPen(theme().color(Token::Bad), 2));
    const QPointF center(xOf(double((row.changeAt - m_from).count())), y + rowHeight() / 2);
    painter.drawLine(center + QPointF(-MarkSize, -MarkSize), center + QPointF(MarkSize, MarkSize));
    painter.drawLine(center + QPointF(-MarkSize, MarkSize), center + QPointF(MarkSize, -MarkSize));
}

void DayView::paintEvent(QPaintEvent *)
{
    if (!m_zone)
        return;
    QPainter painter(this);
    painter.setFont(Theme::smallFont());
    paintHours(painter);
    for (int i = 0; i < int(m_rows.size()); ++i)
        paintRow(painter, i);
    if (m_rows.isEmpty()) {
        painter.setPen(theme().color(Token::Muted));
        painter.drawText(rect(), Qt::AlignCenter, tr("Nothing runs on that day."));
    }
    if (hasFocus()) {
        painter.setPen(theme().color(Token::Accent));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void DayView::zoomAt(Instant at)
{
    const LocalTime wall = m_zone->toLocal(at);
    const seconds intoHour = wall.time_since_epoch() % hours(1);
    m_from = std::max(m_dayFrom, at - intoHour);
    m_until = std::min(m_dayUntil, m_from + hours(1));
    update();
}

void DayView::zoomToHour(int hour)
{
    if (!m_zone)
        return;
    for (Instant at = m_dayFrom; at < m_dayUntil; at += minutes(10)) {
        const LocalTime wall = m_zone->toLocal(at);
        if (floor<hours>(wall - floor<days>(wall)).count() == hour)
            return zoomAt(at);
    }
    zoomOut();
}

void DayView::zoomOut()
{
    m_from = m_dayFrom;
    m_until = m_dayUntil;
    update();
}

void DayView::mousePressEvent(QMouseEvent *event)
{
    if (m_zone)
        isZoomed() ? zoomOut() : zoomAt(momentAt(event->position().x()));
}

void DayView::keyPressEvent(QKeyEvent *event)
{
    if (!m_zone)
        return QWidget::keyPressEvent(event);
    const bool zoomed = isZoomed();
    if (event->key() == Qt::Key_Escape) {
        if (zoomed)
            zoomOut();
        else
            Q_EMIT left();
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !zoomed) {
        // The first hour in which something runs.
        Instant first = m_dayUntil;
        for (const Row &row : std::as_const(m_rows)) {
            if (!row.runs.isEmpty())
                first = std::min(first, row.runs.first());
        }
        return zoomAt(first == m_dayUntil ? m_dayFrom : first);
    }
    if (zoomed && event->key() == Qt::Key_Right && m_until < m_dayUntil)
        return zoomAt(m_from + hours(1));
    if (zoomed && event->key() == Qt::Key_Left && m_from > m_dayFrom)
        return zoomAt(m_from - hours(1));
    QWidget::keyPressEvent(event);
}

bool DayView::event(QEvent *event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    if (event->type() != QEvent::ToolTip || !m_zone)
        return QWidget::event(event);
    auto *help = static_cast<QHelpEvent *>(event);
    const int index = int((help->pos().y() - top()) / rowHeight());
    if (help->pos().y() < top() || index >= m_rows.size()) {
        QToolTip::hideText();
        return true;
    }
    const Row &row = m_rows.at(index);
    if (!row.change.isEmpty() && std::abs(xOf(double((row.changeAt - m_from).count())) - help->pos().x()) <= 2 * MarkSize) {
        QToolTip::showText(help->globalPos(), row.change, this);
        return true;
    }
    const Instant at = momentAt(help->pos().x());
    const auto nearest = std::min_element(row.runs.cbegin(), row.runs.cend(), [at](Instant a, Instant b) { return abs(a - at) < abs(b - at); });
    if (nearest != row.runs.cend())
        QToolTip::showText(help->globalPos(), tr("%1 at %2 (%3 UTC), %4 ms; click for the hour").arg(row.name, clockText(m_zone->toLocal(*nearest)), clockText(LocalTime(nearest->time_since_epoch()))).arg(row.duration.count()), this);
    return true;
}

} // namespace eph::ui
