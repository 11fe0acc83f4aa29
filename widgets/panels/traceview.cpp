// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/traceview.h"

#include "widgets/common/durations.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostRows = 40;

[[nodiscard]] double endOf(const services::TraceSpan &span)
{
    return double(span.startedMs) + span.initMs + span.durationMs;
}

} // namespace

TraceView::TraceView(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Invocations of this trace; arrow keys choose one"));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

void TraceView::setTrace(const QList<services::TraceSpan> &spans, const QByteArray &current)
{
    m_spans = spans.first(std::min<qsizetype>(spans.size(), MostRows));
    m_current = current;
    updateGeometry();
    update();
}

int TraceView::rowHeight() const
{
    return QFontMetrics(Theme::smallFont()).height() + 6;
}

QSize TraceView::sizeHint() const
{
    return {240, int(m_spans.size()) * rowHeight() + 2};
}

qsizetype TraceView::spanAt(int y) const
{
    const qsizetype row = y / rowHeight();
    return row >= 0 && row < m_spans.size() ? row : -1;
}

void TraceView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_spans.isEmpty())
        return;
    painter.setFont(Theme::smallFont());
    const QFontMetrics metrics(painter.font());
    const double from = double(m_spans.first().startedMs);
    double until = from + 1;
    int names = 0;
    for (const services::TraceSpan &span : std::as_const(m_spans)) {
        until = std::max(until, endOf(span));
        names = std::max(names, metrics.horizontalAdvance(span.function));
    }
    names = std::min(names + 2, width() / 3);
    const double left = names + 12;
    const double scale = std::max(1.0, width() - left - 4) / (until - from);
    for (qsizetype i = 0; i < m_spans.size(); ++i) {
        const services::TraceSpan &span = m_spans.at(i);
        const QRectF row(0, double(i) * rowHeight(), width(), rowHeight());
        if (span.requestId == m_current)
            painter.fillRect(row, theme().color(Token::Selection));
        painter.setPen(theme().color(Token::Text));
        painter.drawText(QRectF(4, row.top(), names, row.height()), Qt::AlignVCenter, metrics.elidedText(span.function, Qt::ElideRight, names));
        const double begin = left + (double(span.startedMs) - from) * scale;
        const QRectF init(begin, row.top() + 4, span.initMs * scale, row.height() - 8);
        const QRectF run(init.right(), init.top(), std::max(2.0, span.durationMs * scale), init.height());
        painter.fillRect(init, theme().color(Token::Cold));
        painter.fillRect(run, theme().color(span.failed ? Token::Bad : Token::Good));
        const QString text = durationText(span.initMs + span.durationMs);
        const double after = run.right() + 4;
        const bool fits = after + metrics.horizontalAdvance(text) < width();
        painter.setPen(theme().color(Token::Muted));
        if (fits)
            painter.drawText(QPointF(after, row.center().y() + metrics.ascent() / 2.0 - 1), text);
        else if (begin - 4 - metrics.horizontalAdvance(text) > left)
            painter.drawText(QPointF(begin - 4 - metrics.horizontalAdvance(text), row.center().y() + metrics.ascent() / 2.0 - 1), text);
    }
    if (hasFocus()) {
        painter.setPen(theme().color(Token::Accent));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

bool TraceView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const qsizetype row = spanAt(help->pos().y());
        if (row < 0)
            return true;
        const services::TraceSpan &span = m_spans.at(row);
        QStringList lines{span.function, span.origin, tr("begins after %1").arg(durationText(double(span.startedMs - m_spans.first().startedMs)))};
        if (span.initMs > 0)
            lines << tr("cold: initialised in %1").arg(durationText(span.initMs));
        lines << tr("ran %1").arg(durationText(span.durationMs));
        QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
        return true;
    }
    return QWidget::event(event);
}

void TraceView::mousePressEvent(QMouseEvent *event)
{
    if (const qsizetype row = spanAt(int(event->position().y())); row >= 0)
        Q_EMIT requestChosen(m_spans.at(row).requestId);
}

void TraceView::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    if (step == 0)
        return QWidget::keyPressEvent(event);
    const auto here = std::find_if(m_spans.cbegin(), m_spans.cend(), [this](const services::TraceSpan &span) { return span.requestId == m_current; });
    const qsizetype row = std::clamp<qsizetype>((here - m_spans.cbegin()) + step, 0, m_spans.size() - 1);
    if (!m_spans.isEmpty())
        Q_EMIT requestChosen(m_spans.at(row).requestId);
}

} // namespace eph::ui
