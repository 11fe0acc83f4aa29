// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/memorytuning.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableWidget;

namespace eph::ui {

class Chart;
class StatePage;

/// Runs a function at several memory sizes and shows what each costs and how long it takes.
class TuningView : public QWidget
{
    Q_OBJECT
public:
    TuningView(const services::InvokeService &invokes, services::LocalCloud &cloud, QWidget *parent = nullptr);

    /// The function and the event that are chosen in the Invoke panel, to be told of and prepared to be run. Set by the window.
    std::function<Result<services::InvokeService::Request>()> chosenRequest;
    std::function<Result<services::InvokeService::Request>()> preparedRequest;
    void showChosen();

Q_SIGNALS:
    void failed(const eph::Error &error);
    void memoryChosen(const eph::project::Function &function, int memoryMiB);

private:
    void startOrCancel();
    void took(const services::TuningPoint &point);
    void finished(const services::TuningResult &result);
    void showPoints(const QList<services::TuningPoint> &points, int best);
    void showState();

    services::MemoryTuning m_tuning;
    QString m_folder; ///< Of the project that was measured.
    project::Function m_function;
    QList<services::TuningPoint> m_points;
    int m_best = -1;
    QLabel *m_what;
    QSpinBox *m_runs;
    QComboBox *m_goal;
    QPushButton *m_start;
    QPushButton *m_apply;
    QProgressBar *m_progress;
    QTableWidget *m_table;
    Chart *m_chart;
    QStackedWidget *m_stack;
    StatePage *m_state; ///< Until something is measured.
};

} // namespace eph::ui
