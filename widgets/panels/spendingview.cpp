// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/spendingview.h"

#include "widgets/charts/chart.h"
#include "widgets/charts/chartexport.h"
#include "widgets/common/elidedlabel.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/panels/sparkline.h"

#include <QComboBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeWidget>
#include <cmath>

namespace eph::ui {

using namespace Qt::StringLiterals;
using services::CostRow;

namespace {

constexpr int StepSeconds = 10; ///< Of the chart.
constexpr auto RereadAfter = std::chrono::milliseconds(700);
constexpr qint64 HourMs = 3600 * 1000;

enum Column { NameColumn, RunsColumn, ColdColumn, MeanColumn, EachColumn, CostColumn, MonthColumn, TrendColumn };

/// Sorts by the number behind what is shown.
class NumberItem : public QTreeWidgetItem
{
public:
    using QTreeWidgetItem::QTreeWidgetItem;

private:
    bool operator<(const QTreeWidgetItem &other) const override
    {
        const int column = treeWidget()->sortColumn();
        if (column == NameColumn)
            return text(column).localeAwareCompare(other.text(column)) < 0;
        return data(column, Qt::UserRole).toDouble() < other.data(column, Qt::UserRole).toDouble();
    }
};

QString usd(double dollars)
{
    return Money{qint64(std::llround(dollars * 1e12))}.readable();
}

QLabel *newFigure(const QString &objectName)
{
    auto *label = new QLabel;
    label->setObjectName(objectName);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString nameOf(const CostRow &row, bool byTrigger)
{
    if (!byTrigger)
        return row.function;
    const QString label = cost::triggerLabel(row.trigger);
    return (row.origin.isEmpty() ? label : QString(label + u' ' + row.origin)) + u"  → "_s + row.function;
}

} // namespace

SpendingView::SpendingView(services::CostMeter &meter, const sys::Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_meter(meter)
    , m_clock(clock)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_total(newFigure(u"costTotal"_s))
    , m_monthly(new ElidedLabel)
    , m_now(newFigure(u"costNow"_s))
    , m_budget(newFigure(u"costBudgetState"_s))
    , m_choices(new QWidget)
    , m_period(new QComboBox)
    , m_by(new QComboBox)
    , m_table(new QTreeWidget)
    , m_chart(new Chart(tr("Spent a minute, the last quarter of an hour")))
{
    m_reread.setSingleShot(true);
    m_reread.setInterval(RereadAfter);
    m_tick.setInterval(std::chrono::seconds(1));
    m_chart->setObjectName(u"costRate"_s);
    m_chart->setXAxis(tr("Ago"), [](double seconds) {
        const auto ago = qint64(-seconds);
        return ago >= 60 ? tr("%1 min ago").arg(double(ago) / 60, 0, 'g', 3) : ago > 0 ? tr("%1 s ago").arg(ago) : tr("now");
    });
    m_chart->setXTicks({-900, -600, -300, 0});
    m_chart->setYAxis({}, usd);
    auto *split = new QSplitter(Qt::Horizontal);
    split->setObjectName(u"costSplit"_s);
    split->addWidget(makeTable());
    split->addWidget(m_chart);
    split->setSizes({700, 300});
    split->setStretchFactor(0, 7);
    split->setStretchFactor(1, 3);
    split->setChildrenCollapsible(false);
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(split, 1);
    m_stack->addWidget(m_state);
    m_stack->addWidget(page);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    connect(&m_meter, &services::CostMeter::changed, this, [this] {
        if (isVisible()) {
            showHead();
            drawRate();
            if (!m_reread.isActive())
                m_reread.start();
        }
    });
    connect(&m_reread, &QTimer::timeout, this, &SpendingView::refresh);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        showHead();
        drawRate();
    });
    connect(m_period, &QComboBox::activated, this, &SpendingView::refresh);
    connect(m_by, &QComboBox::activated, this, &SpendingView::fillTable);
    connect(m_state, &StatePage::actionTriggered, this, &SpendingView::invokeRequested);
}

QWidget *SpendingView::makeHead()
{
    m_total->setFont(Theme::largeFont());
    m_period->setObjectName(u"costPeriod"_s);
    m_period->setAccessibleName(tr("Time"));
    for (const auto &[text, hours] : {std::pair(tr("This month"), -1), std::pair(tr("Last 24 hours"), 24), std::pair(tr("Last 7 days"), 168), std::pair(tr("Last 30 days"), 720)})
        m_period->addItem(text, hours);
    m_by->setObjectName(u"costBy"_s);
    m_by->setAccessibleName(tr("Rows"));
    m_by->addItem(tr("By function"));
    m_by->addItem(tr("By what made it run"));
    m_monthly->setObjectName(u"costMonthly"_s);
    auto *budget = new QPushButton(tr("Budget…"));
    budget->setObjectName(u"costBudget"_s);
    budget->setProperty("quiet", true);
    connect(budget, &QPushButton::clicked, this, &SpendingView::budgetRequested);
    auto *prices = new QPushButton(tr("Prices…"));
    prices->setObjectName(u"costPrices"_s);
    prices->setProperty("quiet", true);
    connect(prices, &QPushButton::clicked, this, &SpendingView::pricesRequested);
    auto *figures = new QHBoxLayout;
    figures->setContentsMargins(8, 0, 8, 4);
    figures->setSpacing(16);
    figures->addWidget(m_total);
    figures->addWidget(m_monthly, 1);
    figures->addWidget(m_now);
    figures->addWidget(m_budget);
    figures->addWidget(budget);
    figures->addWidget(prices);
    auto *choices = new QHBoxLayout(m_choices);
    choices->setContentsMargins(0, 0, 0, 0);
    choices->setSpacing(8);
    choices->addWidget(m_period);
    choices->addWidget(m_by);
    auto *head = new QWidget;
    head->setLayout(figures);
    return head;
}

QWidget *SpendingView::makeTable()
{
    m_table->setObjectName(u"costTable"_s);
    m_table->setAccessibleName(tr("What was spent"));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setHeaderLabels({tr("Function"), tr("Runs"), tr("Cold"), tr("Mean"), tr("Each"), tr("Cost"), tr("A month"), tr("24 hours")});
    for (int column = RunsColumn; column < TrendColumn; ++column)
        m_table->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->header()->setSectionResizeMode(NameColumn, QHeaderView::Stretch);
    m_table->header()->setSectionResizeMode(TrendColumn, QHeaderView::Fixed);
    constexpr int TrendWidth = 80;
    m_table->header()->resizeSection(TrendColumn, TrendWidth);
    m_table->setItemDelegateForColumn(TrendColumn, new SparklineDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(CostColumn, Qt::DescendingOrder);
    return m_table;
}

void SpendingView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_tick.start();
    refresh();
}

void SpendingView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    constexpr int Narrow = 900;
    for (const int column : {ColdColumn, MeanColumn})
        m_table->setColumnHidden(column, width() < Narrow);
}

void SpendingView::hideEvent(QHideEvent *event)
{
    m_tick.stop();
    m_reread.stop();
    QWidget::hideEvent(event);
}

qint64 SpendingView::fromMs() const
{
    const int hours = m_period->currentData().toInt();
    return hours < 0 ? -1 : m_clock.epochMs() - hours * HourMs;
}

void SpendingView::refresh()
{
    const QString folder = m_meter.projectFolder();
    if (folder.isEmpty()) {
        m_state->showEmpty(tr("Open a project: what its functions use is priced as they run."));
        m_stack->setCurrentIndex(0);
        return;
    }
    const quint64 generation = ++m_generation;
    m_jobs.run([request = services::CostReportRequest{folder, fromMs(), m_clock.epochMs()}, prices = m_meter.prices()] { return services::reportCosts(request, prices); }, [this, generation](const Result<services::CostReport> &report) {
        if (generation == m_generation)
            takeReport(report);
    });
}

void SpendingView::takeReport(const Result<services::CostReport> &report)
{
    if (!report) {
        m_state->showError(report.error());
        m_stack->setCurrentIndex(0);
        return;
    }
    m_report = *report;
    if (m_report.functions.isEmpty() && m_period->currentIndex() == 0) {
        m_state->showEmpty(tr("Nothing has run this month. Each invocation is priced as it ends, its start, its log and its gateway included."), tr("Invoke a function"));
        m_stack->setCurrentIndex(0);
        return;
    }
    m_stack->setCurrentIndex(1);
    showHead();
    fillTable();
    drawRate();
}

void SpendingView::showHead()
{
    m_total->setText(m_report.bill.total.readable());
    m_total->setToolTip(tr("USD %1, list prices; with the free tier %2").arg(m_report.bill.total.exact(), m_report.withFreeTier.readable()));
    const services::CostMeter::Rate rate = m_meter.rate();
    m_now->setText(tr("Now %1/h · %2 a month").arg(rate.hourly.readable(), rate.monthly.readable()));
    m_now->setToolTip(tr("If it went on like the last minute: %1 requests a second").arg(rate.requestsPerSecond, 0, 'f', 1));
    const QList<services::BudgetStanding> standings = m_meter.standings();
    m_budget->setVisible(!standings.isEmpty());
    const services::BudgetStanding *worst = nullptr;
    for (const services::BudgetStanding &standing : standings) {
        if (!worst || standing.state > worst->state)
            worst = &standing;
    }
    if (worst) {
        const QString of = worst->function.isEmpty() ? tr("Budget") : tr("Budget of %1").arg(worst->function);
        const bool over = worst->state == cost::BudgetState::Over;
        m_budget->setText(over ? (m_meter.isFuseBlown() ? tr("%1 used up: schedules are stopped").arg(of) : tr("%1 used up").arg(of)) : tr("%1: %2 of %3").arg(of, worst->spent.readable(), worst->limit.readable()));
        setTone(m_budget, over ? Token::Bad : worst->state == cost::BudgetState::Near ? Token::Warning : Token::Muted);
    }
    const QString prices = m_report.warning.isEmpty() ? tr("modelled, list prices of %1, %2").arg(QLocale().toString(m_report.priceDate, QLocale::ShortFormat), m_report.region) : m_report.warning;
    m_monthly->setText(tr("%1 a month at this rate · %2 forecast for this month · %3").arg(m_report.monthly.readable(), m_report.forecast.readable(), prices));
    setTone(m_monthly, m_report.warning.isEmpty() ? Token::Muted : Token::Warning);
}

void SpendingView::fillTable()
{
    const bool byTrigger = m_by->currentIndex() == 1;
    const QString chosen = m_table->currentItem() ? m_table->currentItem()->text(NameColumn) : QString();
    m_table->setSortingEnabled(false);
    m_table->clear();
    m_table->headerItem()->setText(NameColumn, byTrigger ? tr("What made it run") : tr("Function"));
    const double share = m_report.bill.total.pico > 0 ? double(m_report.monthly.pico) / double(m_report.bill.total.pico) : 0;
    for (const CostRow &row : byTrigger ? m_report.triggers : m_report.functions) {
        auto *item = new NumberItem(m_table);
        const Money month{qint64(std::llround(double(row.cost.pico) * share))};
        item->setText(NameColumn, nameOf(row, byTrigger));
        const auto set = [item](int column, const QString &text, double number, const QString &exact = {}) {
            item->setText(column, text);
            item->setData(column, Qt::UserRole, number);
            item->setToolTip(column, exact);
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        };
        set(RunsColumn, QLocale().toString(row.totals.requests), double(row.totals.requests), row.totals.throttles > 0 ? tr("throttled: %1").arg(row.totals.throttles) : QString());
        set(ColdColumn, QLocale().toString(row.totals.coldStarts), double(row.totals.coldStarts));
        set(MeanColumn, tr("%1 ms").arg(row.meanMs(), 0, 'f', 1), row.meanMs());
        set(EachColumn, row.perInvocation().readable(), double(row.perInvocation().pico), row.perInvocation().exact());
        set(CostColumn, row.cost.readable(), double(row.cost.pico), row.cost.exact());
        set(MonthColumn, month.readable(), double(month.pico), tr("730 hours at this rate"));
        QVariantList hours;
        for (const Money hour : row.hourly)
            hours << double(hour.pico);
        item->setData(TrendColumn, SparklineDelegate::ValuesRole, hours);
        item->setData(TrendColumn, Qt::UserRole, double(row.lastDay.pico));
        const QString trend = tr("%1 in the last 24 hours, %2 in those before").arg(row.lastDay.readable(), row.dayBefore.readable());
        item->setToolTip(TrendColumn, trend);
        item->setData(TrendColumn, Qt::AccessibleTextRole, trend);
        if (item->text(NameColumn) == chosen)
            m_table->setCurrentItem(item);
    }
    m_table->setSortingEnabled(true);
}

void SpendingView::drawRate()
{
    const qint64 now = m_clock.epochMs() / 1000;
    constexpr int Steps = services::CostMeter::HistorySeconds / StepSeconds;
    ChartSeries series;
    series.style = ChartSeries::Style::Steps;
    for (int step = -Steps; step <= 0; ++step)
        series.x.push_back(step * StepSeconds);
    series.y.assign(series.x.size(), 0);
    for (const services::SpendSecond &second : m_meter.history()) {
        const qint64 ago = now - second.second;
        const qint64 step = Steps - (ago + StepSeconds - 1) / StepSeconds;
        if (ago >= 0 && step >= 0 && step < qint64(series.y.size()))
            series.y[size_t(step)] += double(second.spent.pico) / 1e12 * 60 / StepSeconds;
    }
    std::vector<ChartSeries> all;
    all.push_back(std::move(series));
    m_chart->setSeries(std::move(all));
    std::optional<ChartLimit> limit;
    if (m_meter.budget().project) {
        constexpr double MinutesPerMonth = 730 * 60;
        limit = ChartLimit{tr("budget, evenly over a month"), double(m_meter.budget().project->pico) / 1e12 / MinutesPerMonth, Token::Bad};
    }
    m_chart->setLimit(limit);
}

void SpendingView::exportAs()
{
    if (const auto error = exportChart(*m_chart, services::toCsv(m_report), u"costs.csv"_s, this))
        Q_EMIT failed(*error);
}

} // namespace eph::ui
