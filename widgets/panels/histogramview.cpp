// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/histogramview.h"

#include "widgets/common/durations.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int Bars = 24;
constexpr double Smallest = 2; ///< One invocation among thousands is seen all the same.

} // namespace

HistogramView::HistogramView(QWidget *parent)
    : QWidget(parent)
{
    setMinimumSize(160, 60);
    setAccessibleName(tr("Latencies of the burst"));
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HistogramView::setResult(const services::BurstResult &result)
{
    m_bars = services::histogram(result, Bars);
    m_most = 1;
    for (const services::HistogramBar &bar : std::as_const(m_bars))
        m_most = std::max(m_most, bar.warm + bar.cold);
    setAccessibleDescription(tr("Half within %1, 95 % within %2, 99 % within %3").arg(durationText(result.percentileMs(0.5)), durationText(result.percentileMs(0.95)), durationText(result.percentileMs(0.99))));
    update();
}

QRectF HistogramView::barRect(qsizetype index) const
{
    const double width = double(this->width()) / double(m_bars.size());
    return {double(index) * width, 0, width, double(height() - fontMetrics().height() - 4)};
}

void HistogramView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_bars.isEmpty())
        return;
    for (qsizetype i = 0; i < m_bars.size(); ++i) {
        const services::HistogramBar &bar = m_bars.at(i);
        const QRectF space = barRect(i).adjusted(1, 0, -1, 0);
        const auto heightOf = [&](int count) { return count == 0 ? 0.0 : std::max(Smallest, space.height() * count / m_most); };
        const double warm = heightOf(bar.warm);
        const double cold = heightOf(bar.cold);
        painter.fillRect(QRectF(space.left(), space.bottom() - warm, space.width(), warm), theme().color(Token::Good));
        painter.fillRect(QRectF(space.left(), space.bottom() - warm - cold, space.width(), cold), theme().color(Token::Cold));
    }
    painter.setPen(theme().color(Token::Border));
    const double base = barRect(0).bottom();
    painter.drawLine(QPointF(0, base), QPointF(width(), base));
    painter.setPen(theme().color(Token::Muted));
    painter.setFont(Theme::smallFont());
    const QRectF labels(0, base + 2, width(), height() - base - 2);
    painter.drawText(labels, Qt::AlignLeft | Qt::AlignVCenter, durationText(m_bars.first().fromMs));
    painter.drawText(labels, Qt::AlignRight | Qt::AlignVCenter, durationText(m_bars.last().toMs));
}

bool HistogramView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip || m_bars.isEmpty())
        return QWidget::event(event);
    auto *help = static_cast<QHelpEvent *>(event);
    const auto index = std::clamp<qsizetype>(help->pos().x() * m_bars.size() / std::max(1, width()), 0, m_bars.size() - 1);
    const services::HistogramBar &bar = m_bars.at(index);
    QToolTip::showText(help->globalPos(), tr("%1 to %2: %3 warm, %4 cold").arg(durationText(bar.fromMs), durationText(bar.toMs)).arg(bar.warm).arg(bar.cold), this);
    return true;
}

} // namespace eph::ui
