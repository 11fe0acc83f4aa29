// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/costmeter.h"
#include "core/services/costreport.h"
#include "core/sys/background.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QTreeWidget;

namespace eph::ui {

class Chart;
class StatePage;

/// What was spent: now, by the second; and in a month, by function and by what made it run.
class SpendingView : public QWidget
{
    Q_OBJECT
public:
    SpendingView(services::CostMeter &meter, const sys::Clock &clock, QWidget *parent = nullptr);

    /// Which time and which rows; for a bar above the view.
    [[nodiscard]] QWidget *choices() const { return m_choices; }
    /// Reads what was measured again.
    void refresh();
    /// Writes the rows, or the chart as a picture, to a file that the user names.
    void exportAs();

Q_SIGNALS:
    void failed(const eph::Error &error);
    void budgetRequested();
    void pricesRequested();
    void invokeRequested();

private:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    [[nodiscard]] QWidget *makeHead();
    [[nodiscard]] QWidget *makeTable();
    void takeReport(const Result<services::CostReport> &report);
    void fillTable();
    void drawRate();
    void showHead();
    [[nodiscard]] qint64 fromMs() const;

    services::CostMeter &m_meter;
    const sys::Clock &m_clock;
    sys::BackgroundJobs m_jobs{this};
    quint64 m_generation = 0;
    services::CostReport m_report;
    QTimer m_reread;
    QTimer m_tick;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QLabel *m_total;
    QLabel *m_monthly;
    QLabel *m_now;
    QLabel *m_budget;
    QWidget *m_choices;
    QComboBox *m_period;
    QComboBox *m_by;
    QTreeWidget *m_table;
    Chart *m_chart;
};

} // namespace eph::ui
