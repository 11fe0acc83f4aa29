// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/calendar.h"

#include <QWidget>

namespace eph::ui {

/// A year as a heat map: a column a week, a cell a day, darker with more runs. Days on which clocks change are marked.
class YearView : public QWidget
{
    Q_OBJECT
public:
    explicit YearView(QWidget *parent = nullptr);

    void setRuns(std::shared_ptr<const schedule::Calendar> calendar, std::vector<qint64> counts);
    void setToday(int index);
    [[nodiscard]] int current() const { return m_current; }
    void setCurrent(int index);
    [[nodiscard]] QSize sizeHint() const override { return {620, 130}; }

Q_SIGNALS:
    void currentChanged(int index);
    void activated(int index);

private:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    [[nodiscard]] double cell() const;
    [[nodiscard]] QRectF rectOf(int index) const;
    [[nodiscard]] int indexAt(QPointF position) const;
    [[nodiscard]] int offset() const; ///< Weekday of the first day, Monday is 0.
    [[nodiscard]] QString textOf(int index) const;

    std::shared_ptr<const schedule::Calendar> m_calendar;
    std::vector<qint64> m_counts;
    qint64 m_most = 1;
    int m_today = -1;
    int m_current = -1;
};

} // namespace eph::ui
