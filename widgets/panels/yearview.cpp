// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/yearview.h"

#include "core/schedule/explain.h"
#include "widgets/common/theme.h"
#include "widgets/panels/heat.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

constexpr int Weekdays = 7;
constexpr int Weeks = 54;
constexpr int Margin = 4;
constexpr int LabelWidth = 30;
constexpr double Gap = 2;
constexpr double LargestCell = 22;

} // namespace

YearView::YearView(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(LabelWidth + Weeks * 8, 7 * 9 + 20);
    setAccessibleName(tr("Runs in the year, by day"));
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void YearView::setRuns(std::shared_ptr<const Calendar> calendar, std::vector<qint64> counts)
{
    m_calendar = std::move(calendar);
    m_counts = std::move(counts);
    m_most = 1;
    for (const qint64 count : m_counts)
        m_most = std::max(m_most, count);
    if (m_current >= int(m_counts.size()))
        m_current = -1;
    update();
}

void YearView::setToday(int index)
{
    m_today = index;
    update();
}

void YearView::setCurrent(int index)
{
    if (index < 0 || index >= int(m_counts.size()) || index == m_current)
        return;
    m_current = index;
    setAccessibleDescription(textOf(index));
    update();
    Q_EMIT currentChanged(index);
}

int YearView::offset() const
{
    return int(std::chrono::weekday(m_calendar->day(0)).iso_encoding()) - 1;
}

double YearView::cell() const
{
    const double byWidth = double(width() - LabelWidth - 2 * Margin) / Weeks;
    const double byHeight = double(height() - fontMetrics().height() - 2 * Margin) / Weekdays;
    return std::min({byWidth, byHeight, LargestCell});
}

QRectF YearView::rectOf(int index) const
{
    const int place = index + offset();
    const double size = cell();
    return {Margin + LabelWidth + place / Weekdays * size, Margin + fontMetrics().height() + place % Weekdays * size, size - Gap, size - Gap};
}

int YearView::indexAt(QPointF position) const
{
    const double size = cell();
    const int week = int(std::floor((position.x() - Margin - LabelWidth) / size));
    const int weekday = int(std::floor((position.y() - Margin - fontMetrics().height()) / size));
    if (!m_calendar || week < 0 || weekday < 0 || weekday >= Weekdays)
        return -1;
    const int index = week * Weekdays + weekday - offset();
    return index >= 0 && index < int(m_counts.size()) ? index : -1;
}

QString YearView::textOf(int index) const
{
    const auto day = m_calendar->day(index);
    const std::chrono::year_month_day date(day);
    QString text = tr("%1, %2 %3: %4", "Monday, 5 January: 3 runs").arg(weekdayName(int(std::chrono::weekday(day).c_encoding()))).arg(unsigned(date.day())).arg(monthName(int(unsigned(date.month()))), runsText(m_counts[std::size_t(index)]));
    if (m_calendar->changes(index))
        text += u'\n' + tr("Clocks change on that day.");
    return text;
}

void YearView::paintEvent(QPaintEvent *)
{
    if (!m_calendar)
        return;
    QPainter painter(this);
    painter.setFont(Theme::smallFont());
    painter.setPen(theme().color(Token::Muted));
    const double size = cell();
    for (const int weekday : {0, 2, 4})
        painter.drawText(QRectF(Margin, Margin + fontMetrics().height() + weekday * size, LabelWidth, size), Qt::AlignLeft | Qt::AlignVCenter, weekdayName(weekday + 1).left(3));
    for (int i = 0; i < int(m_counts.size()); ++i) {
        const QRectF rect = rectOf(i);
        painter.fillRect(rect, heatColor(m_counts[std::size_t(i)], m_most));
        const std::chrono::year_month_day date(m_calendar->day(i));
        if (unsigned(date.day()) == 1) {
            painter.setPen(theme().color(Token::Muted));
            painter.drawText(QPointF(rect.left(), Margin + fontMetrics().ascent()), monthName(int(unsigned(date.month()))).left(3));
        }
        if (m_calendar->changes(i)) {
            painter.setPen(QPen(theme().color(Token::Warning), 2));
            painter.drawLine(rect.bottomLeft() + QPointF(0, -1), rect.bottomRight() + QPointF(0, -1));
        }
        if (i == m_today || i == m_current) {
            painter.setPen(QPen(theme().color(i == m_current ? Token::Text : Token::Muted), i == m_current && hasFocus() ? 2 : 1));
            painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5));
        }
    }
}

void YearView::mousePressEvent(QMouseEvent *event)
{
    setCurrent(indexAt(event->position()));
}

void YearView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const int index = indexAt(event->position()); index >= 0)
        Q_EMIT activated(index);
}

void YearView::keyPressEvent(QKeyEvent *event)
{
    const int from = std::max(0, m_current);
    const int last = int(m_counts.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Left: return setCurrent(std::max(0, from - Weekdays));
    case Qt::Key_Right: return setCurrent(std::min(last, from + Weekdays));
    case Qt::Key_Up: return setCurrent(std::max(0, from - 1));
    case Qt::Key_Down: return setCurrent(std::min(last, from + 1));
    case Qt::Key_Home: return setCurrent(0);
    case Qt::Key_End: return setCurrent(last);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            Q_EMIT activated(m_current);
        return;
    default: QWidget::keyPressEvent(event);
    }
}

void YearView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void YearView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

bool YearView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto *help = static_cast<QHelpEvent *>(event);
    const int index = indexAt(help->pos());
    if (index >= 0)
        QToolTip::showText(help->globalPos(), textOf(index), this);
    else
        QToolTip::hideText();
    return true;
}

} // namespace eph::ui
