// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/services/costmeter.h"
#include "core/services/invokeservice.h"

#include <QWidget>

class QPushButton;
class QStackedWidget;
class QToolButton;

namespace eph::ui {

class EstimateView;
class SpendingView;
class TuningView;
class WhatIfView;

/// What runs cost, what would happen if, and how much memory is right. Made when it is first shown: most sessions never look at it.
class CostPanel : public QWidget
{
    Q_OBJECT
public:
    CostPanel(services::CostMeter &meter, services::LocalCloud &cloud, const services::InvokeService &invokes, const sys::Clock &clock, QWidget *parent = nullptr);

    void setProject(const std::shared_ptr<const project::Project> &project);
    /// The function and the event that are chosen in the Invoke panel, to be told of and prepared to be run. Set by the window.
    std::function<Result<services::InvokeService::Request>()> chosenRequest;
    std::function<Result<services::InvokeService::Request>()> preparedRequest;
    /// Another function or event is chosen.
    void chosenChanged();

Q_SIGNALS:
    void failed(const eph::Error &error);
    void invokeRequested();
    void memoryChosen(const eph::project::Function &function, int memoryMiB);

private:
    void make();
    void showEvent(QShowEvent *event) override;
    void choosePage(int page);
    void showTable(bool shown);
    void editBudget();
    void showPrices();

    services::CostMeter &m_meter;
    services::LocalCloud &m_cloud;
    const services::InvokeService &m_invokes;
    const sys::Clock &m_clock;
    std::shared_ptr<const project::Project> m_project;
    QStackedWidget *m_pages = nullptr; ///< Null until it is shown.
    QList<QToolButton *> m_pageButtons;
    SpendingView *m_spending = nullptr;
    EstimateView *m_estimate = nullptr;
    WhatIfView *m_whatIf = nullptr;
    TuningView *m_tuning = nullptr;
    QWidget *m_choices = nullptr; ///< Of the spending page.
    QToolButton *m_table = nullptr;
    QPushButton *m_export = nullptr;
};

} // namespace eph::ui
