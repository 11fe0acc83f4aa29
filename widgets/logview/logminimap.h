// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logoverview.h"

#include <QWidget>

namespace eph::ui {

/// Where in a log warnings and errors are, from its first line at the top to its last. A click goes there.
class LogMinimap : public QWidget
{
    Q_OBJECT
public:
    static constexpr int Width = 10;

    explicit LogMinimap(QWidget *parent = nullptr);

    /// `goneLines` of it are not there any more; the bookmarks are shares of what is, as is the part that is seen.
    void setOverview(const logs::LogOverview &overview, qint64 goneLines);
    void setSeen(double from, double to);
    void setBookmarks(const QList<double> &shares);

Q_SIGNALS:
    /// To that share of the lines.
    void jumped(double share);

private:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;

    logs::LogOverview m_overview;
    qint64 m_gone = 0;
    double m_from = 0;
    double m_to = 1;
    QList<double> m_bookmarks;
};

} // namespace eph::ui
