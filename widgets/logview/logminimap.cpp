// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logview/logminimap.h"

#include "widgets/common/theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace eph::ui {

LogMinimap::LogMinimap(QWidget *parent)
    : QWidget(parent)
{
    setFixedWidth(Width);
    setAccessibleName(tr("Where errors and warnings are"));
    setToolTip(tr("Errors and warnings in the whole log; click to go there"));
    setCursor(Qt::PointingHandCursor);
}

void LogMinimap::setOverview(const logs::LogOverview &overview, qint64 goneLines)
{
    m_overview = overview;
    m_gone = goneLines;
    update();
}

void LogMinimap::setSeen(double from, double to)
{
    if (m_from == from && m_to == to)
        return;
    m_from = from;
    m_to = to;
    update();
}

void LogMinimap::setBookmarks(const QList<double> &shares)
{
    m_bookmarks = shares;
    update();
}

void LogMinimap::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::Background));
    painter.fillRect(QRectF(0, m_from * height(), width(), std::max(3.0, (m_to - m_from) * height())), theme().color(Token::Selection));
    const double lines = double(m_overview.lines() - m_gone);
    const auto draw = [&](logs::Gravity gravity, Token token) {
        for (size_t i = 0; i < m_overview.stretches().size(); ++i) {
            const double line = double(qint64(i) * m_overview.stretchLines() - m_gone);
            if (m_overview.stretches()[i][size_t(gravity)] > 0 && line + double(m_overview.stretchLines()) > 0)
                painter.fillRect(QRectF(2, std::max(0.0, line) / lines * height(), width() - 4, 2), theme().color(token));
        }
    };
    // An error is seen above a warning at the same place.
    draw(logs::Gravity::Warning, Token::Warning);
    draw(logs::Gravity::Bad, Token::Bad);
    for (const double share : m_bookmarks)
        painter.fillRect(QRectF(0, share * height() - 1, width(), 3), theme().color(Token::Accent));
}

void LogMinimap::mousePressEvent(QMouseEvent *event)
{
    Q_EMIT jumped(std::clamp(event->position().y() / std::max(1, height()), 0.0, 1.0));
}

void LogMinimap::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & Qt::LeftButton)
        mousePressEvent(event);
}

} // namespace eph::ui
