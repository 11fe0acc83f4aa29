// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/costpanel.h"

#include "widgets/charts/chart.h"
#include "widgets/panels/budgetdialog.h"
#include "widgets/panels/estimateview.h"
#include "widgets/panels/pricesdialog.h"
#include "widgets/panels/spendingview.h"
#include "widgets/panels/tuningview.h"
#include "widgets/panels/whatifview.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {
enum Page { Spending, Estimate, WhatIf, Memory };
} // namespace

CostPanel::CostPanel(services::CostMeter &meter, services::LocalCloud &cloud, const services::InvokeService &invokes, const sys::Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_meter(meter)
    , m_cloud(cloud)
    , m_invokes(invokes)
    , m_clock(clock)
{
}

void CostPanel::make()
{
    m_pages = new QStackedWidget;
    m_spending = new SpendingView(m_meter, m_clock);
    m_estimate = new EstimateView(m_clock);
    m_whatIf = new WhatIfView;
    m_tuning = new TuningView(m_invokes, m_cloud);
    m_tuning->chosenRequest = chosenRequest;
    m_tuning->preparedRequest = preparedRequest;
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(4);
    const std::pair<QString, QWidget *> pages[] = {{tr("Spending"), m_spending}, {tr("Estimate"), m_estimate}, {tr("What if"), m_whatIf}, {tr("Memory"), m_tuning}};
    const QString names[] = {u"costPageSpending"_s, u"costPageEstimate"_s, u"costPageWhatIf"_s, u"costPageMemory"_s};
    for (int page = 0; page < int(std::size(pages)); ++page) {
        auto *button = new QToolButton;
        button->setObjectName(names[page]);
        button->setText(pages[page].first);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        connect(button, &QToolButton::clicked, this, [this, page] { choosePage(page); });
        m_pages->addWidget(pages[page].second);
        m_pageButtons << button;
        bar->addWidget(button);
    }
    m_choices = m_spending->choices();
    bar->addSpacing(16);
    bar->addWidget(m_choices);
    bar->addStretch();
    m_table = new QToolButton;
    m_table->setObjectName(u"costShowTable"_s);
    m_table->setText(tr("Values"));
    m_table->setToolTip(tr("Show the chart's values as a table"));
    m_table->setCheckable(true);
    m_export = new QPushButton(tr("Export…"));
    m_export->setObjectName(u"costExport"_s);
    m_export->setProperty("quiet", true);
    bar->addWidget(m_table);
    bar->addWidget(m_export);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_pages, 1);
    connect(m_table, &QToolButton::toggled, this, &CostPanel::showTable);
    connect(m_export, &QPushButton::clicked, this, [this] { m_pages->currentIndex() == Spending ? m_spending->exportAs() : m_whatIf->exportAs(); });
    connect(m_spending, &SpendingView::failed, this, &CostPanel::failed);
    connect(m_spending, &SpendingView::invokeRequested, this, &CostPanel::invokeRequested);
    connect(m_spending, &SpendingView::budgetRequested, this, &CostPanel::editBudget);
    connect(m_spending, &SpendingView::pricesRequested, this, &CostPanel::showPrices);
    connect(m_whatIf, &WhatIfView::failed, this, &CostPanel::failed);
    connect(m_tuning, &TuningView::failed, this, &CostPanel::failed);
    connect(m_tuning, &TuningView::memoryChosen, this, &CostPanel::memoryChosen);
    choosePage(Spending);
    setProject(m_project);
}

void CostPanel::showEvent(QShowEvent *event)
{
    if (!m_pages)
        make();
    chosenChanged();
    QWidget::showEvent(event);
}

void CostPanel::choosePage(int page)
{
    m_pageButtons.at(page)->setChecked(true);
    m_pages->setCurrentIndex(page);
    m_export->setVisible(page == Spending || page == WhatIf);
    m_table->setVisible(page != Estimate);
    m_choices->setVisible(page == Spending);
    if (page == Memory)
        m_tuning->showChosen();
    setFocusProxy(m_pageButtons.at(page));
}

void CostPanel::showTable(bool shown)
{
    const QList<Chart *> charts = m_pages->findChildren<Chart *>();
    for (Chart *chart : charts)
        chart->setTableShown(shown);
}

void CostPanel::setProject(const std::shared_ptr<const project::Project> &project)
{
    m_project = project;
    if (!m_pages)
        return;
    m_estimate->setProject(project, m_meter.prices());
    m_whatIf->setProject(project, m_meter.prices());
    m_tuning->showChosen();
    if (m_spending->isVisible())
        m_spending->refresh();
}

void CostPanel::chosenChanged()
{
    if (m_tuning)
        m_tuning->showChosen();
}

void CostPanel::showPrices()
{
    auto *dialog = new PricesDialog(m_meter.prices(), QDateTime::fromMSecsSinceEpoch(m_clock.epochMs()).date(), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void CostPanel::editBudget()
{
    QStringList functions;
    if (m_project) {
        for (const project::Function &function : m_project->functions)
            functions << function.name;
    }
    auto *dialog = new BudgetDialog(m_meter.budget(), functions, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        if (const auto saved = m_meter.setBudget(dialog->budget()); !saved)
            Q_EMIT failed(saved.error());
        m_spending->refresh();
    });
    dialog->open();
}

} // namespace eph::ui
