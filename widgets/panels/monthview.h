// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/calendar.h"

#include <QWidget>
#include <array>

namespace eph::ui {

/// A month as a heat map: a column a day, a row an hour on the wall, darker with more runs. Hours that clocks skip are
/// crossed out, those that they show twice are framed.
class MonthView : public QWidget
{
    Q_OBJECT
public:
    using Hours = std::array<qint64, schedule::HoursOfDay>;
    explicit MonthView(QWidget *parent = nullptr);

    /// Days of `calendar` from `first` on, with the runs of each.
    void setRuns(std::shared_ptr<const schedule::Calendar> calendar, int first, std::vector<Hours> counts);
    void setToday(int index);
    /// Of the calendar; -1 while there is none.
    [[nodiscard]] int current() const { return m_day; }
    [[nodiscard]] int hour() const { return m_hour; }
    void setCurrent(int day, int hour);
    [[nodiscard]] QSize sizeHint() const override { return {620, 130}; }

Q_SIGNALS:
    /// A day that is not of this month asks for the month that holds it.
    void currentChanged(int day);
    void activated(int day, int hour);
    void left(); ///< By Escape.

private:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;
    void paintChange(QPainter &painter, int day) const;
    [[nodiscard]] QSizeF cell() const;
    [[nodiscard]] QRectF rectOf(int day, int hour) const;
    /// Day of the calendar and hour; a day of -1 where there is none.
    [[nodiscard]] std::pair<int, int> placeAt(QPointF position) const;
    [[nodiscard]] QString textOf(int day, int hour) const;

    std::shared_ptr<const schedule::Calendar> m_calendar;
    int m_first = 0;
    std::vector<Hours> m_counts;
    qint64 m_most = 1;
    int m_today = -1;
    int m_day = -1;
    int m_hour = 0;
};

} // namespace eph::ui
