// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logview/logtimeline.h"

#include "widgets/common/theme.h"

#include <QDateTime>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int Padding = 8;
constexpr int NarrowestBar = 4;

[[nodiscard]] quint32 sumOf(const logs::LogOverview::Counts &counts)
{
    return counts[0] + counts[1] + counts[2];
}

/// Seconds where the span is short, days where it is long.
[[nodiscard]] QString momentText(qint64 epochMs, qint64 spanMs)
{
    constexpr qint64 Day = 86'400'000;
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(epochMs);
    return at.toString(spanMs > 2 * Day ? u"yyyy-MM-dd HH:mm"_s : spanMs < 10'000 ? u"HH:mm:ss.zzz"_s : u"HH:mm:ss"_s);
}

} // namespace

LogTimeline::LogTimeline(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Lines over time; arrow keys and Enter choose a span"));
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
}

void LogTimeline::setOverview(const logs::LogOverview &overview)
{
    m_overview = overview;
    update();
}

std::vector<LogTimeline::Bar> LogTimeline::bars() const
{
    const qsizetype parts = qsizetype(m_overview.buckets().size());
    const qsizetype most = std::max(1, (width() - 2 * Padding) / NarrowestBar);
    const qsizetype each = std::max<qsizetype>(1, (parts + most - 1) / most);
    std::vector<Bar> all;
    for (qsizetype first = 0; first < parts; first += each) {
        Bar bar;
        bar.fromMs = m_overview.fromMs() + first * m_overview.bucketMs();
        bar.untilMs = bar.fromMs + each * m_overview.bucketMs();
        for (qsizetype i = first; i < std::min(first + each, parts); ++i) {
            for (size_t gravity = 0; gravity < bar.counts.size(); ++gravity)
                bar.counts[gravity] += m_overview.buckets()[size_t(i)][gravity];
        }
        all.push_back(bar);
    }
    return all;
}

int LogTimeline::barAt(double x) const
{
    const int count = int(bars().size());
    if (count == 0)
        return -1;
    return std::clamp(int((x - Padding) / (width() - 2.0 * Padding) * count), 0, count - 1);
}

QString LogTimeline::textOf(const Bar &bar)
{
    const qint64 span = bar.untilMs - bar.fromMs;
    QStringList counts{tr("%n line(s)", nullptr, int(sumOf(bar.counts)))};
    if (bar.counts[size_t(logs::Gravity::Bad)] > 0)
        counts << tr("%n error(s)", nullptr, int(bar.counts[size_t(logs::Gravity::Bad)]));
    if (bar.counts[size_t(logs::Gravity::Warning)] > 0)
        counts << tr("%n warning(s)", nullptr, int(bar.counts[size_t(logs::Gravity::Warning)]));
    return momentText(bar.fromMs, span) + u" – "_s + momentText(bar.untilMs, span) + u'\n' + counts.join(", "_L1);
}

void LogTimeline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Surface));
    const std::vector<Bar> all = bars();
    const int label = QFontMetrics(Theme::smallFont()).height();
    const QRectF area(Padding, 3, width() - 2 * Padding, height() - label - 5);
    painter.setPen(theme().color(Token::Border));
    painter.drawLine(QPointF(area.left(), area.bottom() + 0.5), QPointF(area.right(), area.bottom() + 0.5));
    if (all.empty())
        return;
    quint32 most = 1;
    for (const Bar &bar : all)
        most = std::max(most, sumOf(bar.counts));
    const double step = area.width() / double(all.size());
    if (m_anchor >= 0)
        painter.fillRect(QRectF(area.left() + std::min(m_anchor, m_cursor) * step, 0, (std::abs(m_cursor - m_anchor) + 1) * step, area.bottom()), theme().color(Token::Selection));
    const Token tokens[]{Token::Muted, Token::Warning, Token::Bad};
    for (size_t i = 0; i < all.size(); ++i) {
        double bottom = area.bottom();
        // Trouble stands on the ground, so that the eye compares it; the least of it is seen.
        for (const logs::Gravity gravity : {logs::Gravity::Bad, logs::Gravity::Warning, logs::Gravity::Plain}) {
            const quint32 count = all[i].counts[size_t(gravity)];
            if (count == 0)
                continue;
            const double high = std::max(2.0, double(count) / most * area.height());
            painter.fillRect(QRectF(area.left() + double(i) * step, std::max(area.top(), bottom - high), std::max(1.0, std::min(step - 1, 12.0)), std::min(high, bottom - area.top())), theme().color(tokens[size_t(gravity)]));
            bottom -= high;
        }
    }
    painter.setFont(Theme::smallFont());
    painter.setPen(theme().color(Token::Muted));
    const QRectF below(area.left(), area.bottom() + 1, area.width(), label);
    const qint64 span = all.back().untilMs - all.front().fromMs;
    painter.drawText(below, Qt::AlignLeft, momentText(all.front().fromMs, span));
    painter.drawText(below, Qt::AlignRight, momentText(all.back().untilMs, span));
    if (m_anchor >= 0)
        painter.drawText(below, Qt::AlignHCenter, momentText(all[size_t(std::min(m_anchor, m_cursor))].fromMs, span) + u" – "_s + momentText(all[size_t(std::max(m_anchor, m_cursor))].untilMs, span));
    else if (span > 0)
        painter.drawText(below, Qt::AlignHCenter, tr("drag to see a span alone"));
    if (hasFocus()) {
        painter.setPen(theme().color(Token::Accent));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

bool LogTimeline::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const std::vector<Bar> all = bars();
        const int bar = barAt(help->pos().x());
        if (bar >= 0)
            QToolTip::showText(help->globalPos(), textOf(all[size_t(bar)]), this);
        return true;
    }
    return QWidget::event(event);
}

void LogTimeline::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_anchor = m_cursor = barAt(event->position().x());
    update();
}

void LogTimeline::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton) || m_anchor < 0)
        return;
    m_cursor = barAt(event->position().x());
    update();
}

void LogTimeline::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_anchor >= 0)
        choose();
}

void LogTimeline::mouseDoubleClickEvent(QMouseEvent *)
{
    m_anchor = m_cursor = -1;
    Q_EMIT spanCleared();
}

void LogTimeline::choose()
{
    const std::vector<Bar> all = bars();
    const int first = std::exchange(m_anchor, -1);
    const int last = std::exchange(m_cursor, -1);
    update();
    // A single click shows what it is about and chooses nothing.
    if (first < 0 || last < 0 || size_t(std::max(first, last)) >= all.size() || all.size() < 2 || first == last)
        return;
    Q_EMIT spanChosen(all[size_t(std::min(first, last))].fromMs, all[size_t(std::max(first, last))].untilMs);
}

void LogTimeline::moveCursor(int by, bool extend)
{
    const int count = int(bars().size());
    if (count == 0)
        return;
    m_cursor = std::clamp((m_cursor < 0 ? 0 : m_cursor) + by, 0, count - 1);
    if (!extend || m_anchor < 0)
        m_anchor = m_cursor;
    update();
}

void LogTimeline::keyPressEvent(QKeyEvent *event)
{
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left: return moveCursor(-1, extend);
    case Qt::Key_Right: return moveCursor(1, extend);
    case Qt::Key_Home: return moveCursor(-1'000'000, extend);
    case Qt::Key_End: return moveCursor(1'000'000, extend);
    case Qt::Key_Return:
    case Qt::Key_Enter: return choose();
    case Qt::Key_Escape:
        m_anchor = m_cursor = -1;
        update();
        Q_EMIT spanCleared();
        return;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace eph::ui
