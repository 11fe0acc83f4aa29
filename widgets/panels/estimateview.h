// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/costestimate.h"
#include "core/sys/background.h"
#include "core/sys/clock.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTreeWidget;

namespace eph::ui {

class StatePage;

/// What a month costs as far as the template says, before anything is deployed.
class EstimateView : public QWidget
{
    Q_OBJECT
public:
    explicit EstimateView(const sys::Clock &clock, QWidget *parent = nullptr);

    void setProject(const std::shared_ptr<const project::Project> &project, const cost::PriceBook &prices);

private:
    void showEvent(QShowEvent *event) override;
    void refresh();
    void take(const Result<services::CostEstimate> &estimate);

    const sys::Clock &m_clock;
    std::shared_ptr<const project::Project> m_project;
    cost::PriceBook m_prices;
    sys::BackgroundJobs m_jobs{this};
    quint64 m_generation = 0;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QLabel *m_total;
    QLabel *m_note;
    QTreeWidget *m_table;
};

} // namespace eph::ui
