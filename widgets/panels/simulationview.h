// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/invokeservice.h"
#include "core/services/schedulesimulation.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace eph::ui {

/// A clock that one turns: the project's schedules from firing to firing, in steps or at once, counted or really called.
class SimulationView : public QWidget
{
    Q_OBJECT
public:
    SimulationView(const services::InvokeService &invokes, QWidget *parent = nullptr);
    ~SimulationView() override;

    void setProject(const std::shared_ptr<const project::Project> &project, const QHash<QString, std::chrono::milliseconds> &durations, schedule::Instant now);
    /// Called before functions are called: writes what is open. False when that failed.
    std::function<bool()> prepare;

private:
    void begin();
    void step();
    [[nodiscard]] bool mayCall() const;
    void takeNext();
    void runOrPause();
    void runOn();
    void pause();
    void call(const services::SimulatedRun &run);
    void add(const services::SimulatedRun &run, const QString &outcome);
    void showState();

    const services::InvokeService &m_invokes;
    std::shared_ptr<const project::Project> m_project;
    QHash<QString, std::chrono::milliseconds> m_durations;
    std::unique_ptr<services::ScheduleSimulation> m_simulation;
    bool m_running = false;
    bool m_calling = false;
    bool m_over = false;
    QStringList m_signature; ///< What the schedules said when it began.
    quint64 m_generation = 0; ///< Grows when everything begins anew.
    QTimer m_next;
    QDateTimeEdit *m_from;
    QComboBox *m_length;
    QCheckBox *m_call;
    QPushButton *m_step;
    QPushButton *m_run;
    QPushButton *m_reset;
    QLabel *m_clock;
    QTreeWidget *m_list;
};

} // namespace eph::ui
