// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/expressionedit.h"

#include "widgets/common/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace eph::ui {

namespace {
constexpr int WaveHeight = 2;
constexpr int WaveLength = 4;
} // namespace

ExpressionEdit::ExpressionEdit(QWidget *parent)
    : QLineEdit(parent)
{
    setFont(Theme::codeFont());
    connect(&theme(), &Theme::changed, this, [this] { setFont(Theme::codeFont()); });
}

void ExpressionEdit::setFault(qsizetype offset, qsizetype length)
{
    m_offset = offset;
    m_length = length;
    update();
}

void ExpressionEdit::clearFault()
{
    m_offset = -1;
    update();
}

int ExpressionEdit::xOf(qsizetype position) const
{
    // The text may be scrolled; the cursor says how far.
    const QFontMetrics metrics(font());
    const int ofCursor = metrics.horizontalAdvance(text().left(cursorPosition()));
    return cursorRect().center().x() - ofCursor + metrics.horizontalAdvance(text().left(position));
}

void ExpressionEdit::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    if (m_offset < 0)
        return;
    const int from = std::max(2, xOf(m_offset));
    const int to = std::min(width() - 2, std::max(from + 2 * WaveLength, xOf(m_offset + m_length)));
    const int base = cursorRect().bottom() - 1;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(Token::Bad), 1.4));
    QPainterPath wave(QPointF(from, base));
    for (int x = from, up = 1; x < to; x += WaveLength / 2, up = -up)
        wave.lineTo(x + WaveLength / 2, base + (up > 0 ? -WaveHeight : 0));
    painter.drawPath(wave);
}

} // namespace eph::ui
