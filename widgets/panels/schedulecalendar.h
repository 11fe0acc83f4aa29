// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/calendar.h"
#include "core/services/scheduleservice.h"
#include "core/sys/background.h"
#include "widgets/panels/dayview.h"

#include <QWidget>
#include <atomic>

class QComboBox;
class QLabel;
class QSpinBox;
class QStackedWidget;
class QToolButton;
class QTreeWidget;

namespace eph::ui {

class MonthView;
class YearView;

/// All schedules of a project on a calendar: a year, a month, a day, an hour; and those that get in each other's way.
class ScheduleCalendar : public QWidget
{
    Q_OBJECT
public:
    explicit ScheduleCalendar(cost::PriceBook prices, QWidget *parent = nullptr);
    ~ScheduleCalendar() override;

    void setProject(const std::shared_ptr<const project::Project> &project, const QHash<QString, std::chrono::milliseconds> &durations, schedule::Instant now);

Q_SIGNALS:
    /// Another expression for one of them, to keep it apart from the others.
    void moveRequested(const QString &id, const QString &expression);
    /// Its runs spread over some minutes, where no other minute is free.
    void spreadRequested(const QString &id, int flexibleMinutes);

private:
    void fillZones();
    void countRuns();
    void showDay(int index);
    /// Counts the runs of the month that holds a day, unless it is shown already.
    void showMonthOf(int index);
    void zoomTo(int index, int hour);
    void setMonthly(bool monthly);
    void findCollisions();
    void showCollisions(const QList<services::Collision> &collisions);
    [[nodiscard]] std::chrono::milliseconds durationOf(const QString &function) const { return m_durations.value(function, std::chrono::milliseconds(1000)); }

    cost::PriceBook m_prices;
    std::shared_ptr<const project::Project> m_project;
    QList<cloud::ProjectSchedule> m_schedules; ///< Those that fire.
    QHash<QString, std::chrono::milliseconds> m_durations;
    schedule::Instant m_now;
    QStringList m_signature; ///< Of the project that is shown.
    std::shared_ptr<const schedule::Calendar> m_calendar;
    std::shared_ptr<std::atomic<bool>> m_stop; ///< Of the search for collisions that is under way.
    QComboBox *m_zone;
    QSpinBox *m_year;
    QToolButton *m_monthly;
    QStackedWidget *m_views; ///< The year, or one month of it.
    YearView *m_yearView;
    MonthView *m_monthView;
    int m_monthFirst = -1; ///< Day of the calendar at which the month that was counted begins.
    QLabel *m_dayTitle;
    DayView *m_day;
    QLabel *m_collisionTitle;
    QTreeWidget *m_collisions;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
