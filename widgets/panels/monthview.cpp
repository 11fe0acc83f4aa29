// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/monthview.h"

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

constexpr int LongestMonth = 31;
constexpr int Margin = 4;
constexpr int LabelWidth = 42;
constexpr int LabelledHours = 6; ///< Every sixth has its name.
constexpr int LabelledDays = 5;
constexpr double WidestGap = 2;
constexpr double WidestCell = 26;
constexpr double HighestCell = 14;

} // namespace

MonthView::MonthView(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(LabelWidth + LongestMonth * 8, HoursOfDay * 4 + 20);
    setAccessibleName(tr("Runs in the month, by day and hour"));
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MonthView::setRuns(std::shared_ptr<const Calendar> calendar, int first, std::vector<Hours> counts)
{
    m_calendar = std::move(calendar);
    m_first = first;
    m_counts = std::move(counts);
    m_most = 1;
    for (const Hours &day : m_counts)
        m_most = std::max(m_most, *std::max_element(day.begin(), day.end()));
    update();
}

void MonthView::setToday(int index)
{
    m_today = index;
    update();
}

void MonthView::setCurrent(int day, int hour)
{
    if (!m_calendar || day < 0 || day >= m_calendar->days())
        return;
    const bool otherDay = std::exchange(m_day, day) != day;
    m_hour = std::clamp(hour, 0, HoursOfDay - 1);
    // Who listens has given the month that holds the day by then.
    if (otherDay)
        Q_EMIT currentChanged(day);
    setAccessibleDescription(textOf(m_day, m_hour));
    update();
}

QSizeF MonthView::cell() const
{
    const double byWidth = double(width() - LabelWidth - 2 * Margin) / LongestMonth;
    const double byHeight = double(height() - fontMetrics().height() - 2 * Margin) / HoursOfDay;
    return {std::min(byWidth, WidestCell), std::min(byHeight, HighestCell)};
}

QRectF MonthView::rectOf(int day, int hour) const
{
    const QSizeF size = cell();
    const double gap = std::min(WidestGap, size.height() / 5);
    return {Margin + LabelWidth + (day - m_first) * size.width(), Margin + fontMetrics().height() + hour * size.height(), size.width() - gap, size.height() - gap};
}

std::pair<int, int> MonthView::placeAt(QPointF position) const
{
    const QSizeF size = cell();
    const int column = int(std::floor((position.x() - Margin - LabelWidth) / size.width()));
    const int hour = int(std::floor((position.y() - Margin - fontMetrics().height()) / size.height()));
    const bool inside = m_calendar && column >= 0 && column < int(m_counts.size()) && hour >= 0 && hour < HoursOfDay;
    return inside ? std::pair(m_first + column, hour) : std::pair(-1, 0);
}

QString MonthView::textOf(int day, int hour) const
{
    const int column = day - m_first;
    if (column < 0 || column >= int(m_counts.size()))
        return {};
    QString text = tr("%1, from %2: %3", "Monday, 5 January 2026, from 14:00: 3 runs").arg(dateText(m_calendar->day(day)), clockText(hour, 0, 0), runsText(m_counts[std::size_t(column)][std::size_t(hour)]));
    if (m_calendar->changes(day))
        text += u'\n' + tr("Clocks change on that day.");
    return text;
}

void MonthView::paintChange(QPainter &painter, int day) const
{
    for (const ClockChange &change : clockChanges(m_calendar->zone(), m_calendar->begin(day), m_calendar->end(day))) {
        const bool skipped = change.after > change.before;
        const LocalTime from = std::min(change.before, change.after);
        const LocalTime until = std::max(change.before, change.after);
        const LocalTime midnight(m_calendar->day(day));
        painter.setPen(QPen(theme().color(Token::Warning), 1.5));
        for (int hour = 0; hour < HoursOfDay; ++hour) {
            const LocalTime begin = midnight + std::chrono::hours(hour);
            if (begin >= until || begin + std::chrono::hours(1) <= from)
                continue;
            const QRectF rect = rectOf(day, hour);
            if (skipped)
                painter.drawLine(rect.bottomLeft(), rect.topRight());
            else
                painter.drawRect(rect);
        }
    }
}

void MonthView::paintEvent(QPaintEvent *)
{
    if (!m_calendar)
        return;
    QPainter painter(this);
    painter.setFont(Theme::smallFont());
    painter.setPen(theme().color(Token::Muted));
    for (int hour = 0; hour < HoursOfDay; hour += LabelledHours) {
        const QRectF row = rectOf(m_first, hour);
        painter.drawText(QRectF(Margin, row.top() - 2, LabelWidth - Margin, fontMetrics().height()), Qt::AlignLeft | Qt::AlignTop, clockText(hour, 0, 0));
    }
    for (int column = 0; column < int(m_counts.size()); ++column) {
        const int day = m_first + column;
        const unsigned number = unsigned(std::chrono::year_month_day(m_calendar->day(day)).day());
        if (number == 1 || number % LabelledDays == 0 || cell().width() >= painter.fontMetrics().horizontalAdvance(u"30 "_s)) {
            painter.setPen(theme().color(day == m_today ? Token::Text : Token::Muted));
            painter.drawText(QPointF(rectOf(day, 0).left(), Margin + painter.fontMetrics().ascent()), QString::number(number));
        }
        for (int hour = 0; hour < HoursOfDay; ++hour)
            painter.fillRect(rectOf(day, hour), heatColor(m_counts[std::size_t(column)][std::size_t(hour)], m_most));
        if (m_calendar->changes(day))
            paintChange(painter, day);
    }
    const int column = m_day - m_first;
    if (column < 0 || column >= int(m_counts.size()))
        return;
    painter.setPen(QPen(theme().color(Token::Muted), 1));
    painter.drawRect(rectOf(m_day, 0).united(rectOf(m_day, HoursOfDay - 1)).adjusted(-0.5, -0.5, 0.5, 0.5));
    painter.setPen(QPen(theme().color(Token::Text), hasFocus() ? 2 : 1));
    painter.drawRect(rectOf(m_day, m_hour).adjusted(-0.5, -0.5, 0.5, 0.5));
}

void MonthView::mousePressEvent(QMouseEvent *event)
{
    const auto [day, hour] = placeAt(event->position());
    setCurrent(day, hour);
}

void MonthView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const auto [day, hour] = placeAt(event->position()); day >= 0)
        Q_EMIT activated(day, hour);
}

void MonthView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left: return setCurrent(m_day - 1, m_hour);
    case Qt::Key_Right: return setCurrent(m_day + 1, m_hour);
    case Qt::Key_Up: return setCurrent(m_day, m_hour - 1);
    case Qt::Key_Down: return setCurrent(m_day, m_hour + 1);
    case Qt::Key_Home: return setCurrent(m_first, m_hour);
    case Qt::Key_End: return setCurrent(m_first + int(m_counts.size()) - 1, m_hour);
    case Qt::Key_PageUp: return setCurrent(std::max(0, m_first - 1), m_hour);
    case Qt::Key_PageDown: return setCurrent(m_first + int(m_counts.size()), m_hour);
    case Qt::Key_Escape: Q_EMIT left(); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_day >= 0)
            Q_EMIT activated(m_day, m_hour);
        return;
    default: QWidget::keyPressEvent(event);
    }
}

bool MonthView::event(QEvent *event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto *help = static_cast<QHelpEvent *>(event);
    if (const auto [day, hour] = placeAt(help->pos()); day >= 0)
        QToolTip::showText(help->globalPos(), textOf(day, hour), this);
    else
        QToolTip::hideText();
    return true;
}

} // namespace eph::ui
