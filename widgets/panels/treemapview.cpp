// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/treemapview.h"

#include "widgets/common/theme.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace eph::ui {

TreemapView::TreemapView(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(200, 120);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void TreemapView::setItems(const QList<Item> &items)
{
    m_items = items;
    m_current = -1;
    arrange();
    update();
}

// Rows along the shorter side, as long as that makes rectangles less long.
// Source: Bruls, Huizing, van Wijk, Squarified Treemaps, 2000.
void TreemapView::arrange()
{
    m_places.clear();
    double left = 0;
    for (const Item &item : std::as_const(m_items))
        left += item.size;
    QRectF space = rect();
    qsizetype next = 0;
    while (next < m_items.size() && left > 0 && space.width() >= 1 && space.height() >= 1) {
        const double side = std::min(space.width(), space.height());
        const double area = space.width() * space.height();
        const auto worst = [&](double sum, double least, double most) {
            const double row = sum / left * area / side;
            const auto ratio = [&](double size) {
                const double length = size / left * area / row;
                return std::max(length / row, row / length);
            };
            return std::max(ratio(least), ratio(most));
        };
        qsizetype end = next;
        double sum = 0;
        do {
            sum += m_items.at(end++).size;
        } while (end < m_items.size() && m_items.at(end).size > 0
                 && worst(sum + m_items.at(end).size, m_items.at(end).size, m_items.at(next).size) <= worst(sum, m_items.at(end - 1).size, m_items.at(next).size));
        const double thickness = sum / left * area / side;
        double along = 0;
        for (qsizetype i = next; i < end; ++i) {
            const double length = sum > 0 ? m_items.at(i).size / sum * side : 0;
            m_places.append(space.width() >= space.height() ? QRectF(space.left(), space.top() + along, thickness, length) : QRectF(space.left() + along, space.top(), length, thickness));
            along += length;
        }
        space.width() >= space.height() ? space.setLeft(space.left() + thickness) : space.setTop(space.top() + thickness);
        left -= sum;
        next = end;
    }
    m_places.resize(m_items.size());
}

void TreemapView::resizeEvent(QResizeEvent *)
{
    arrange();
}

void TreemapView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    painter.setFont(Theme::smallFont());
    const QFontMetrics metrics(painter.font());
    const QColor base = theme().color(Token::Selection);
    for (int i = 0; i < m_items.size(); ++i) {
        const QRectF place = m_places.at(i).adjusted(0.5, 0.5, -0.5, -0.5);
        if (place.width() < 1 || place.height() < 1)
            continue;
        painter.fillRect(place, base);
        if (i == m_current) {
            painter.setPen(QPen(theme().color(Token::Accent), 2));
            painter.drawRect(place.adjusted(1, 1, -1, -1));
        }
        constexpr int Margin = 4;
        if (place.width() < 2 * Margin + metrics.averageCharWidth() * 4 || place.height() < metrics.height() + Margin)
            continue;
        painter.setPen(theme().color(Token::Text));
        painter.drawText(place.adjusted(Margin, 2, -Margin, -2), Qt::AlignLeft | Qt::AlignTop, metrics.elidedText(m_items.at(i).name, Qt::ElideMiddle, int(place.width()) - 2 * Margin));
    }
    if (hasFocus() && m_current < 0) {
        painter.setPen(theme().color(Token::Accent));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void TreemapView::choose(int index)
{
    if (m_items.isEmpty())
        return;
    m_current = std::clamp(index, 0, int(m_items.size()) - 1);
    setAccessibleDescription(m_items.at(m_current).told);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
    Q_EMIT currentChanged(m_current);
    update();
}

void TreemapView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down: return choose(m_current + 1);
    case Qt::Key_Left:
    case Qt::Key_Up: return choose(m_current - 1);
    case Qt::Key_Home: return choose(0);
    case Qt::Key_End: return choose(int(m_items.size()) - 1);
    default: QWidget::keyPressEvent(event);
    }
}

void TreemapView::mousePressEvent(QMouseEvent *event)
{
    if (const int index = at(event->position()); index >= 0)
        choose(index);
}

int TreemapView::at(const QPointF &place) const
{
    const auto found = std::find_if(m_places.cbegin(), m_places.cend(), [&](const QRectF &rectangle) { return rectangle.contains(place); });
    return found == m_places.cend() ? -1 : int(found - m_places.cbegin());
}

bool TreemapView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int index = at(help->pos());
    index < 0 ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), m_items.at(index).told, this);
    return true;
}

} // namespace eph::ui
