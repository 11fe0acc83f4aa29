// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/logoverview.h"

#include <QWidget>

namespace eph::ui {

/// How many lines there were when, warnings and errors apart. Dragging chooses a span of time; arrow keys and Enter do the same.
class LogTimeline : public QWidget
{
    Q_OBJECT
public:
    explicit LogTimeline(QWidget *parent = nullptr);

    void setOverview(const logs::LogOverview &overview);
    [[nodiscard]] QSize sizeHint() const override { return {400, 44}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {80, 44}; }

Q_SIGNALS:
    /// Milliseconds since 1970, until before the second.
    void spanChosen(qint64 fromMs, qint64 untilMs);
    void spanCleared();

private:
    /// One bar, of as many parts of the overview as it takes to be seen.
    struct Bar {
        logs::LogOverview::Counts counts{};
        qint64 fromMs = 0;
        qint64 untilMs = 0;
    };
    [[nodiscard]] std::vector<Bar> bars() const;
    [[nodiscard]] int barAt(double x) const;
    void choose();
    void moveCursor(int bars, bool extend);
    [[nodiscard]] static QString textOf(const Bar &bar);

    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

    logs::LogOverview m_overview;
    int m_anchor = -1; ///< Bars that are being chosen; -1: none.
    int m_cursor = -1;
};

} // namespace eph::ui
