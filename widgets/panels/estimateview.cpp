// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/estimateview.h"

#include "core/cost/meterstore.h"
#include "widgets/common/elidedlabel.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTreeWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;
using services::FunctionEstimate;

namespace {

enum Column { NameColumn, MeasuredColumn, ScheduledColumn, MillionColumn, StandingColumn, MostColumn, UnknownColumn };

QString range(Money least, Money most)
{
    return least == most ? least.readable() : EstimateView::tr("%1 to %2").arg(least.readable(), most.readable());
}

} // namespace

EstimateView::EstimateView(const sys::Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_clock(clock)
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
    , m_total(new QLabel)
    , m_note(new ElidedLabel)
    , m_table(new QTreeWidget)
{
    m_total->setObjectName(u"estimateTotal"_s);
    m_total->setFont(Theme::largeFont());
    m_note->setObjectName(u"estimateNote"_s);
    m_note->setProperty("muted", true);
    m_table->setObjectName(u"estimateTable"_s);
    m_table->setAccessibleName(tr("What a month costs"));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setHeaderLabels({tr("Function"), tr("Measured"), tr("Schedules"), tr("A million requests"), tr("Kept ready"), tr("Most possible"), tr("Nobody knows how often")});
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    for (int column = MeasuredColumn; column < UnknownColumn; ++column)
        m_table->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(8, 0, 8, 4);
    head->setSpacing(16);
    head->addWidget(m_total);
    head->addWidget(m_note, 1);
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_table, 1);
    m_stack->addWidget(m_state);
    m_stack->addWidget(page);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    setFocusProxy(m_table);
}

void EstimateView::setProject(const std::shared_ptr<const project::Project> &project, const cost::PriceBook &prices)
{
    m_project = project;
    m_prices = prices;
    if (isVisible())
        refresh();
}

void EstimateView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

void EstimateView::refresh()
{
    if (!m_project || m_project->functions.isEmpty()) {
        m_state->showEmpty(tr("What the functions of a project would cost in a month is estimated here from their schedules, timeouts and memory."));
        m_stack->setCurrentIndex(0);
        return;
    }
    const quint64 generation = ++m_generation;
    m_jobs.run(
        [project = m_project, prices = m_prices, now = schedule::nowOf(m_clock)]() -> Result<services::CostEstimate> {
            services::CostEstimateRequest request{project.get(), now, {}};
            const auto store = cost::MeterStore::ofProject(project->folder);
            if (!store)
                return tl::unexpected(store.error());
            request.measuredUs = (*store)->medianUs();
            return services::estimateCosts(request, prices);
        },
        [this, generation](const Result<services::CostEstimate> &estimate) {
            if (generation == m_generation)
                take(estimate);
        });
}

void EstimateView::take(const Result<services::CostEstimate> &estimate)
{
    if (!estimate) {
        m_state->showError(estimate.error());
        m_stack->setCurrentIndex(0);
        return;
    }
    m_stack->setCurrentIndex(1);
    m_total->setText(range(estimate->least, estimate->most));
    m_note->setText(estimate->hasUnknown ? tr("a month for schedules and what is kept ready; the rest depends on how often it is asked. List prices, without free tier.") : tr("a month. List prices, without free tier."));
    m_table->clear();
    for (const FunctionEstimate &one : estimate->functions) {
        Money least;
        Money most;
        QStringList schedules;
        for (const FunctionEstimate::Scheduled &scheduled : one.schedules) {
            least += scheduled.least;
            most += scheduled.most;
            schedules << tr("%1, runs in 30 days: %2").arg(scheduled.schedule).arg(scheduled.runs);
        }
        auto *item = new QTreeWidgetItem(m_table);
        item->setText(NameColumn, one.function);
        item->setText(MeasuredColumn, one.durationUs > 0 ? tr("%1 ms").arg(double(one.durationUs) / 1000, 0, 'f', 1) : tr("not yet"));
        item->setToolTip(MeasuredColumn, tr("The median of what ran here; without it, between a millisecond and the timeout of %1 s").arg(one.timeoutSeconds));
        item->setText(ScheduledColumn, one.schedules.isEmpty() ? tr("none") : range(least, most));
        item->setToolTip(ScheduledColumn, schedules.join(u'\n'));
        item->setText(MillionColumn, range(one.perMillion, one.perMillionMost));
        item->setToolTip(MillionColumn, tr("As measured, and until the timeout"));
        item->setText(StandingColumn, one.standing.pico > 0 ? one.standing.readable() : tr("none"));
        item->setText(MostColumn, one.exposure.readable());
        item->setToolTip(MostColumn, tr("%1 at once, all month, each until its timeout or as often as is allowed, whichever costs more: what a flood can cost. A reserved concurrency bounds it.").arg(one.concurrencyLimit));
        item->setText(UnknownColumn, one.unknown.join(", "_L1));
        item->setToolTip(UnknownColumn, one.unknown.join(u'\n'));
        for (int column = MeasuredColumn; column < UnknownColumn; ++column)
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
}

} // namespace eph::ui
