// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/lanesview.h"

#include "widgets/common/theme.h"

#include <QDateTime>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <cmath>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using runtime::Lane;
using runtime::LanePhase;
using runtime::LaneSpan;

namespace {

constexpr auto Frame = 100ms;
constexpr double Shortest = 0.05; ///< Seconds across the view.
constexpr double Longest = 3600;
constexpr double WheelFactor = 1.25;
constexpr int ShortId = 6;
constexpr double SmallestBar = 1.5; ///< What took a moment is seen all the same.

QString phaseText(const LaneSpan &span)
{
    switch (span.phase) {
    case LanePhase::Prestarting: return LanesView::tr("Interpreter starts ahead of need");
    case LanePhase::Waiting: return LanesView::tr("Started and waiting, no code loaded");
    case LanePhase::Init: return LanesView::tr("Init: cold start");
    case LanePhase::Invoke: return span.failed ? LanesView::tr("Invocation, failed") : LanesView::tr("Invocation");
    case LanePhase::Idle: return LanesView::tr("Ready");
    case LanePhase::Frozen: return LanesView::tr("Frozen");
    case LanePhase::ShutDown: return LanesView::tr("Shuts down");
    }
    return {};
}

/// 1, 2 or 5 times a power of ten, at least that large.
double niceStep(double smallest)
{
    const double power = std::pow(10, std::floor(std::log10(smallest)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (power * factor >= smallest)
            return power * factor;
    }
    return power * 10;
}

} // namespace

LanesView::LanesView(const runtime::LaneStore &store, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_store(store)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    m_tick.setInterval(Frame);
    connect(&m_tick, &QTimer::timeout, this, &LanesView::refresh);
    connect(&theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void LanesView::refresh()
{
    const quint64 revision = m_store.revision();
    if (std::exchange(m_revision, revision) != revision) {
        m_lanes = m_store.lanes();
        std::reverse(m_lanes.begin(), m_lanes.end());
        updateScrollBar();
        if (m_heldAtMs >= 0 && runsSince(m_heldAtMs)) {
            setSeconds(m_secondsBefore);
            follow();
        }
        Q_EMIT changed();
    }
    // Bars of the present grow also when nothing happens.
    if (m_follows && !m_lanes.isEmpty())
        viewport()->update();
}

QString LanesView::summary() const
{
    int busy = 0;
    int living = 0;
    for (const Lane &lane : m_lanes) {
        if (!lane.endReason.isEmpty() || lane.spans.isEmpty())
            continue;
        const LanePhase phase = lane.spans.last().phase;
        living += phase != LanePhase::Waiting && phase != LanePhase::Prestarting;
        busy += phase == LanePhase::Invoke || phase == LanePhase::Init;
    }
    return tr("%1 of %2 busy").arg(busy).arg(living);
}

void LanesView::setSeconds(double seconds)
{
    m_seconds = std::clamp(seconds, Shortest, Longest);
    viewport()->update();
}

void LanesView::hold(double seconds)
{
    m_secondsBefore = m_heldAtMs >= 0 ? m_secondsBefore : m_seconds;
    setSeconds(seconds);
    setEnd(nowMs(), false);
    m_heldAtMs = m_endMs;
}

bool LanesView::runsSince(double ms) const
{
    return std::any_of(m_lanes.cbegin(), m_lanes.cend(), [ms](const Lane &lane) {
        // They are in the order of time, and there may be very many.
        for (auto span = lane.spans.crbegin(); span != lane.spans.crend() && span->fromMs > ms; ++span) {
            if (span->phase == LanePhase::Invoke)
                return true;
        }
        return false;
    });
}

void LanesView::follow()
{
    setEnd(nowMs(), true);
}

bool LanesView::showRequest(const QByteArray &requestId)
{
    refresh();
    for (qsizetype i = 0; i < m_lanes.size(); ++i) {
        const QList<LaneSpan> &spans = m_lanes.at(i).spans;
        const auto span = std::find_if(spans.cbegin(), spans.cend(), [&](const LaneSpan &each) { return each.requestId == requestId; });
        if (span == spans.cend())
            continue;
        m_framed = requestId;
        // In the middle, and wide enough to be seen.
        const double lengthMs = std::max(5.0, span->toMs.value_or(nowMs()) - span->fromMs);
        m_seconds = std::clamp(lengthMs * 8 / 1000, 0.2, 600.0);
        setEnd(span->fromMs + lengthMs / 2 + m_seconds * 500, false);
        verticalScrollBar()->setValue(int(i) * rowHeight() - viewport()->height() / 3);
        Q_EMIT changed();
        return true;
    }
    return false;
}

void LanesView::scrollBy(double ms)
{
    const double to = endMs() + ms;
    setEnd(to, to >= nowMs());
}

void LanesView::setEnd(double endMs, bool follows)
{
    m_endMs = endMs;
    m_follows = follows;
    m_heldAtMs = -1;
    viewport()->update();
    Q_EMIT followsChanged(follows);
}

int LanesView::rowHeight() const
{
    return fontMetrics().height() + 8;
}

int LanesView::labelWidth() const
{
    return fontMetrics().horizontalAdvance(u"M"_s) * 14;
}

double LanesView::nowMs() const
{
    return double(QDateTime::currentMSecsSinceEpoch());
}

double LanesView::xOf(double ms) const
{
    const double width = viewport()->width() - labelWidth();
    return labelWidth() + width * (1 - (endMs() - ms) / (m_seconds * 1000));
}

void LanesView::updateScrollBar()
{
    const int rows = int(m_lanes.size()) + 1;
    verticalScrollBar()->setRange(0, std::max(0, rows * rowHeight() - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight());
    viewport()->update();
}

void LanesView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme().color(Token::Surface));
    painter.setRenderHint(QPainter::Antialiasing);
    const int height = rowHeight();
    const int top = height - verticalScrollBar()->value();
    for (int i = std::max(0, -top / height); i < m_lanes.size() && top + i * height < viewport()->height(); ++i)
        paintLane(painter, m_lanes.at(i), QRect(0, top + i * height, viewport()->width(), height));
    paintAxis(painter);
}

void LanesView::paintAxis(QPainter &painter) const
{
    const int height = rowHeight();
    painter.fillRect(QRect(0, 0, viewport()->width(), height), theme().color(Token::Surface));
    painter.setFont(Theme::smallFont());
    constexpr int LabelEvery = 90;
    const double width = std::max(1, viewport()->width() - labelWidth());
    const double step = niceStep(m_seconds * LabelEvery / width);
    const int decimals = step >= 1 ? 0 : int(std::ceil(-std::log10(step)));
    const QString end = m_follows ? tr("now") : QDateTime::fromMSecsSinceEpoch(qint64(m_endMs)).toString(u"HH:mm:ss"_s);
    for (double ago = 0; ago <= m_seconds; ago += step) {
        const double x = xOf(endMs() - ago * 1000);
        painter.setPen(theme().color(Token::Border));
        painter.drawLine(QPointF(x, height), QPointF(x, viewport()->height()));
        painter.setPen(theme().color(Token::Muted));
        const QString text = ago == 0 ? end : u"−"_s + QLocale().toString(ago, 'f', decimals) + u" s"_s;
        painter.drawText(QRectF(x - LabelEvery, 0, LabelEvery - 4, height), Qt::AlignRight | Qt::AlignVCenter, text);
    }
    painter.setPen(theme().color(Token::Border));
    painter.drawLine(0, height, viewport()->width(), height);
}

void LanesView::paintLane(QPainter &painter, const Lane &lane, const QRect &row) const
{
    const bool ended = !lane.endReason.isEmpty();
    painter.save();
    painter.setClipRect(QRect(labelWidth(), row.top(), row.width() - labelWidth(), row.height()));
    for (const LaneSpan &span : lane.spans) {
        const double from = xOf(span.fromMs);
        const double to = xOf(span.toMs.value_or(endMs()));
        if (to < labelWidth() || from > row.right())
            continue;
        const QRectF bar(from, row.top() + 4, std::max(SmallestBar, to - from), row.height() - 8);
        paintSpan(painter, span, bar);
        if (!m_framed.isEmpty() && span.requestId == m_framed) {
            painter.setPen(QPen(theme().color(Token::Accent), 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(bar.adjusted(-3, -3, 3, 3), 3, 3);
        }
    }
    if (ended && !lane.spans.isEmpty()) {
        const double x = xOf(lane.spans.last().toMs.value_or(0));
        painter.setPen(QPen(theme().color(Token::Muted), 1.5));
        const double middle = row.center().y() + 0.5;
        painter.drawLine(QPointF(x + 3, middle - 3), QPointF(x + 9, middle + 3));
        painter.drawLine(QPointF(x + 3, middle + 3), QPointF(x + 9, middle - 3));
        painter.setFont(Theme::smallFont());
        painter.setPen(theme().color(Token::Muted));
        painter.drawText(QRectF(x + 14, row.top(), row.right() - x - 14, row.height()), Qt::AlignLeft | Qt::AlignVCenter, lane.endReason);
    }
    painter.restore();
    painter.setFont(font());
    painter.setPen(theme().color(ended ? Token::Muted : Token::Text));
    const QString label = lane.function + u"  "_s + lane.environment.left(ShortId) + (lane.tenant.isEmpty() ? QString() : QString(u"  "_s + lane.tenant));
    painter.drawText(QRect(8, row.top(), labelWidth() - 12, row.height()), Qt::AlignLeft | Qt::AlignVCenter, fontMetrics().elidedText(label, Qt::ElideMiddle, labelWidth() - 12));
}

Token LanesView::colorOf(LanePhase phase, bool failed)
{
    switch (phase) {
    case LanePhase::Init: return Token::Cold;
    case LanePhase::Invoke: return failed ? Token::Bad : Token::Good;
    case LanePhase::Idle: return Token::Warm;
    case LanePhase::Prestarting:
    case LanePhase::Waiting:
    case LanePhase::Frozen:
    case LanePhase::ShutDown: return Token::Muted;
    }
    return Token::Muted;
}

void LanesView::paintSpan(QPainter &painter, const LaneSpan &span, const QRectF &bar) const
{
    // What works is a bar, what waits a line, and what ends an empty bar.
    const QColor color = theme().color(colorOf(span.phase, span.failed));
    const double middle = bar.center().y();
    const auto line = [&](double width, Qt::PenStyle style) {
        painter.setPen(QPen(color, width, style));
        painter.drawLine(QPointF(bar.left(), middle), QPointF(bar.right(), middle));
    };
    switch (span.phase) {
    case LanePhase::Init:
    case LanePhase::Invoke:
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        return painter.drawRoundedRect(bar, 2, 2);
    case LanePhase::ShutDown:
        painter.setPen(color);
        painter.setBrush(Qt::NoBrush);
        return painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    case LanePhase::Idle: return line(3, Qt::SolidLine);
    case LanePhase::Frozen: return line(1.5, Qt::SolidLine);
    case LanePhase::Prestarting:
    case LanePhase::Waiting: return line(1, Qt::DashLine);
    }
}

QString LanesView::tipAt(const QPoint &point) const
{
    const int index = (point.y() - rowHeight() + verticalScrollBar()->value()) / rowHeight();
    if (point.y() < rowHeight() || index < 0 || index >= m_lanes.size())
        return {};
    const Lane &lane = m_lanes.at(index);
    QString tip = lane.function + u' ' + lane.environment;
    if (!lane.tenant.isEmpty())
        tip += u'\n' + tr("for the tenant “%1” alone").arg(lane.tenant);
    for (const LaneSpan &span : lane.spans) {
        const double to = span.toMs.value_or(endMs());
        if (point.x() + 2 < xOf(span.fromMs) || point.x() - 2 > std::max(xOf(to), xOf(span.fromMs) + SmallestBar))
            continue;
        tip += u'\n' + phaseText(span) + u", "_s + QLocale().toString(to - span.fromMs, 'f', 1) + u" ms"_s;
        if (!span.requestId.isEmpty())
            tip += u'\n' + QString::fromLatin1(span.requestId);
    }
    return lane.endReason.isEmpty() ? tip : QString(tip + u'\n' + tr("Ended: %1").arg(lane.endReason));
}

bool LanesView::event(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        updateScrollBar();
    return QAbstractScrollArea::event(event);
}

bool LanesView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), tipAt(help->pos()), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void LanesView::resizeEvent(QResizeEvent *)
{
    updateScrollBar();
}

void LanesView::zoom(double factor)
{
    m_heldAtMs = -1;
    setSeconds(m_seconds * factor);
}

void LanesView::wheelEvent(QWheelEvent *event)
{
    if (!event->modifiers().testFlag(Qt::ControlModifier))
        return QAbstractScrollArea::wheelEvent(event);
    zoom(event->angleDelta().y() > 0 ? 1 / WheelFactor : WheelFactor);
    event->accept();
}

void LanesView::keyPressEvent(QKeyEvent *event)
{
    const double step = m_seconds * 100;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoom(1 / WheelFactor);
    case Qt::Key_Minus: return zoom(WheelFactor);
    case Qt::Key_Left:
    case Qt::Key_Right: return scrollBy(event->key() == Qt::Key_Left ? -step : step);
    case Qt::Key_End: return follow();
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void LanesView::mousePressEvent(QMouseEvent *event)
{
    m_dragFrom = event->pos();
}

void LanesView::mouseMoveEvent(QMouseEvent *event)
{
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    const double width = std::max(1, viewport()->width() - labelWidth());
    scrollBy(-(event->pos().x() - m_dragFrom.x()) * m_seconds * 1000 / width);
    m_dragFrom = event->pos();
}

void LanesView::showEvent(QShowEvent *event)
{
    QAbstractScrollArea::showEvent(event);
    refresh();
    m_tick.start();
}

void LanesView::hideEvent(QHideEvent *event)
{
    QAbstractScrollArea::hideEvent(event);
    m_tick.stop();
}

} // namespace eph::ui
