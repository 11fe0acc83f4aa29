// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/calledschedules.h"
#include "core/services/invokeservice.h"
#include "core/services/scheduleservice.h"
#include "core/services/serving.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace eph::ui {

class ScheduleBuilder;
class ScheduleCalendar;
class SimulationView;
class StatePage;

/// The schedules of the project: what there is and when it runs next, a calendar, a clock to turn, and what has run. Made
/// when it is first shown: most sessions never look at it.
class SchedulePanel : public QWidget
{
    Q_OBJECT
public:
    SchedulePanel(services::LocalCloud &cloud, services::Serving &serving, const services::InvokeService &invokes, const sys::Clock &clock, QWidget *parent = nullptr);

    void setProject(const std::shared_ptr<const project::Project> &project);
    /// For a function of that name, or the first one.
    void makeNew(const QString &function);
    /// Called before anything is fired or called: writes what is open. False when that failed. Set by the window.
    std::function<bool()> prepare;

Q_SIGNALS:
    void placeRequested(const QString &file, int line, int column);
    void failed(const eph::Error &error);
    void draftChosen(const QString &function, const eph::services::ScheduleDraft &draft);
    void expressionChosen(const eph::cloud::ProjectSchedule &schedule, const QString &expression);
    /// Its runs are to be spread over some minutes.
    void windowChosen(const eph::cloud::ProjectSchedule &schedule, int flexibleMinutes);
    void enabledChosen(const eph::cloud::ProjectSchedule &schedule, bool enabled);
    void removeChosen(const eph::cloud::ProjectSchedule &schedule);

private:
    void make();
    QWidget *makeBar();
    QWidget *makeList();
    void connectAll();
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void choosePage(int page);
    void fill();
    void takeCalled();
    void fillList();
    void fillItem(QTreeWidgetItem *item, const cloud::ProjectSchedule &schedule);
    void updateTimes();
    void takeRuns();
    void updateState();
    void servingChanged();
    void fire(const QString &id);
    void edit();
    void fireNow();
    [[nodiscard]] ScheduleBuilder *makeBuilder();
    void addListActions();
    void remove();
    void showInTemplate();
    [[nodiscard]] const cloud::ProjectSchedule *current() const;
    /// The same, where the template declares it; otherwise nothing, and says so.
    [[nodiscard]] const cloud::ProjectSchedule *declared();
    [[nodiscard]] const cloud::ProjectSchedule *find(const QString &id) const;

    services::LocalCloud &m_cloud;
    services::Serving &m_serving;
    const services::InvokeService &m_invokes;
    const sys::Clock &m_clock;
    std::shared_ptr<const project::Project> m_project;
    services::CalledSchedules m_called;
    QList<cloud::ProjectSchedule> m_schedules; ///< The template's, and then those that calls have made.
    qint64 m_lastRun = 0;
    QHash<QString, QString> m_became; ///< Of the last run, by the schedule's id.
    QString m_fireWhenServed; ///< Id of a schedule.
    QTimer m_tick;
    QStackedWidget *m_stack = nullptr; ///< Null until it is shown.
    StatePage *m_state = nullptr;
    QStackedWidget *m_pages = nullptr;
    QList<QToolButton *> m_pageButtons;
    QTreeWidget *m_list = nullptr;
    ScheduleCalendar *m_calendar = nullptr;
    SimulationView *m_simulation = nullptr;
    QTreeWidget *m_runs = nullptr;
    QLabel *m_noRuns = nullptr; ///< Over the empty list.
    QPushButton *m_new = nullptr;
    QPushButton *m_edit = nullptr;
    QPushButton *m_fire = nullptr;
    QPushButton *m_remove = nullptr;
    QPushButton *m_run = nullptr;
    QLabel *m_next = nullptr;
};

} // namespace eph::ui
