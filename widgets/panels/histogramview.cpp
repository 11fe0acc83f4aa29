// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/histogramview.h"

#include "widgets/common/durations.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int Bars = 24;
constexpr double Gap = 4;
constexpr double Smallest = 2; ///< One invocation among thousands is seen all the same.

} // namespace

HistogramView::HistogramView(QWidget *parent)
    : QWidget(parent)
{
    setMinimumSize(160, 76);
    setAccessibleName(tr("Latencies of the burst"));
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HistogramView::setResult(const services::BurstResult &result)
{
    m_bars = services::histogram(result, Bars);
    m_half = result.percentileMs(0.5);
    m_most95 = result.percentileMs(0.95);
    m_most = 1;
    for (const services::HistogramBar &bar : std::as_const(m_bars))
        m_most = std::max(m_most, bar.warm + bar.cold);
    setAccessibleDescription(tr("Half within %1, 95 % within %2, 99 % within %3").arg(durationText(m_half), durationText(m_most95), durationText(result.percentileMs(0.99))));
    update();
}

QRectF HistogramView::barRect(qsizetype index) const
{
    const double width = double(this->width()) / double(m_bars.size());
    // The marks' words above, the axis below.
    const double line = QFontMetricsF(Theme::smallFont()).height();
    return {double(index) * width, line + Gap, width, height() - 2 * (line + Gap)};
}

double HistogramView::placeOf(double ms) const
{
    const auto in = std::find_if(m_bars.cbegin(), m_bars.cend(), [ms](const services::HistogramBar &bar) { return ms < bar.toMs; });
    if (in == m_bars.cend())
        return width();
    const double share = std::clamp((ms - in->fromMs) / (in->toMs - in->fromMs), 0.0, 1.0);
    return (double(in - m_bars.cbegin()) + share) * barRect(0).width();
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
    painter.setFont(Theme::smallFont());
    drawAxis(painter);
    drawMarks(painter);
}

void HistogramView::drawAxis(QPainter &painter) const
{
    const double base = barRect(0).bottom();
    painter.setPen(theme().color(Token::Border));
    painter.drawLine(QPointF(0, base), QPointF(width(), base));
    painter.setPen(theme().color(Token::Muted));
    const QRectF labels(0, base + Gap, width(), height() - base - Gap);
    const QString least = durationText(m_bars.first().fromMs);
    const QString most = durationText(m_bars.last().toMs);
    painter.drawText(labels, Qt::AlignLeft | Qt::AlignVCenter, least);
    painter.drawText(labels, Qt::AlignRight | Qt::AlignVCenter, most);
    // The bars are of one width where they are of one duration, or of one ratio.
    const QString value = durationText(m_bars.at(m_bars.size() / 2).fromMs);
    const bool isLogarithmic = m_bars.last().toMs - m_bars.last().fromMs > 1.01 * (m_bars.first().toMs - m_bars.first().fromMs);
    const QString middle = isLogarithmic ? tr("%1, logarithmic").arg(value) : value;
    const auto widthOf = [&painter](const QString &text) { return painter.fontMetrics().horizontalAdvance(text); };
    const double beside = std::max(widthOf(least), widthOf(most)) + 2 * Gap;
    const auto fits = [&](const QString &text) { return widthOf(text) + 2 * beside <= width(); };
    if (fits(middle) || fits(value))
        painter.drawText(labels, Qt::AlignHCenter | Qt::AlignVCenter, fits(middle) ? middle : value);
}

/// Half and 95 of a hundred, as lines; their words side by side where the lines are.
void HistogramView::drawMarks(QPainter &painter) const
{
    const QRectF bars = barRect(0);
    QRectF before;
    for (const auto &[ms, name] : {std::pair(m_half, u"p50"_s), std::pair(m_most95, u"p95"_s)}) {
        const double x = std::clamp(placeOf(ms), 0.5, width() - 0.5);
        painter.setPen(QPen(theme().color(Token::Text), 1, Qt::DashLine));
        painter.drawLine(QPointF(x, bars.top()), QPointF(x, bars.bottom()));
        const QString text = u"%1 %2"_s.arg(name, durationText(ms));
        const double size = painter.fontMetrics().horizontalAdvance(text) + 1;
        const double left = std::max(before.isNull() ? 0.0 : before.right() + 2 * Gap, std::min(x - size / 2, width() - size));
        const QRectF place(left, 0, size, bars.top() - Gap);
        if (left + size > width() + 1)
            continue;
        painter.setPen(theme().color(Token::Text));
        painter.drawText(place, Qt::AlignCenter, text);
        before = place;
    }
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
