// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/tuningview.h"

#include "widgets/charts/chart.h"
#include "widgets/common/durations.h"
#include "widgets/common/elidedlabel.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;
using services::TuningGoal;
using services::TuningPoint;

TuningView::TuningView(const services::InvokeService &invokes, services::LocalCloud &cloud, QWidget *parent)
    : QWidget(parent)
    , m_tuning(invokes, cloud)
    , m_what(new ElidedLabel)
    , m_runs(new QSpinBox)
    , m_goal(new QComboBox)
    , m_start(new QPushButton)
    , m_apply(new QPushButton)
    , m_progress(new QProgressBar)
    , m_table(new QTableWidget(0, 5))
    , m_chart(new Chart(tr("Duration and cost by memory size")))
    , m_stack(new QStackedWidget)
    , m_state(new StatePage)
{
    m_what->setObjectName(u"tuningWhat"_s);
    m_what->setTextFormat(Qt::PlainText);
    m_runs->setObjectName(u"tuningRuns"_s);
    m_runs->setAccessibleName(tr("Warm runs at each size"));
    m_runs->setRange(2, 1000);
    m_runs->setValue(10);
    m_runs->setSuffix(tr(" runs each"));
    m_goal->setObjectName(u"tuningGoal"_s);
    m_goal->setAccessibleName(tr("What is to be best"));
    m_goal->addItem(tr("Balanced"), int(TuningGoal::Balanced));
    m_goal->addItem(tr("Cheapest"), int(TuningGoal::Cost));
    m_goal->addItem(tr("Fastest"), int(TuningGoal::Speed));
    m_start->setObjectName(u"tuningStart"_s);
    m_start->setProperty("primary", true);
    m_apply->setObjectName(u"tuningApply"_s);
    m_progress->setObjectName(u"tuningProgress"_s);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setTextVisible(false);
    m_table->setObjectName(u"tuningTable"_s);
    m_table->setAccessibleName(tr("What was measured"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_table->setHorizontalHeaderLabels({tr("Memory"), tr("Duration"), tr("Start"), tr("Used"), tr("A million")});
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_chart->setObjectName(u"tuningChart"_s);
    // Sizes stand side by side: on a true scale the small ones would lie on one another.
    m_chart->setXAxis(tr("Memory"), [this](double place) { return m_points.isEmpty() ? QString() : tr("%1 MB").arg(m_points.at(std::clamp<qsizetype>(qsizetype(place), 0, m_points.size() - 1)).memoryMiB); });
    m_chart->setYAxis(tr("Duration"), durationText);
    m_chart->setRightAxis(tr("A million"), [](double dollars) { return Money{qint64(dollars * 1e12)}.readable(); });
    auto *note = new QLabel(tr("Measured on this machine with the processor share that each size buys; the cloud's processors differ. These runs are not metered."));
    note->setFont(Theme::smallFont());
    note->setProperty("muted", true);
    note->setWordWrap(true);

    auto *row = new QHBoxLayout;
    row->setContentsMargins(8, 0, 8, 4);
    row->setSpacing(8);
    row->addWidget(m_start);
    row->addWidget(m_runs);
    row->addWidget(m_goal);
    row->addWidget(m_what, 1);
    row->addWidget(m_progress);
    row->addWidget(m_apply);
    m_progress->setFixedWidth(120);
    auto *split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_table);
    split->addWidget(m_chart);
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setChildrenCollapsible(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    m_state->showEmpty(tr("Six memory sizes, one after the other: how long the function takes at each, and what a million such invocations cost."));
    m_stack->addWidget(m_state);
    m_stack->addWidget(split);
    column->addWidget(m_stack, 1);
    note->setContentsMargins(8, 2, 8, 2);
    column->addWidget(note);
    setFocusProxy(m_start);
    connect(m_start, &QPushButton::clicked, this, &TuningView::startOrCancel);
    connect(m_apply, &QPushButton::clicked, this, [this] {
        if (m_best < 0)
            return;
        Q_EMIT memoryChosen(m_function, m_points.at(m_best).memoryMiB);
        m_apply->setEnabled(false);
        m_apply->setText(tr("Set in the editor"));
        m_apply->setToolTip(tr("It counts as soon as the template is saved"));
    });
    connect(m_goal, &QComboBox::activated, this, [this] {
        if (!m_tuning.isRunning() && !m_points.isEmpty())
            showPoints(m_points, services::bestPoint(m_points, TuningGoal(m_goal->currentData().toInt())));
    });
    connect(&m_tuning, &services::MemoryTuning::progressed, this, [this](int done, int total) {
        m_progress->setMaximum(total);
        m_progress->setValue(done);
    });
    connect(&m_tuning, &services::MemoryTuning::measured, this, &TuningView::took);
    connect(&m_tuning, &services::MemoryTuning::finished, this, &TuningView::finished);
    connect(&m_tuning, &services::MemoryTuning::failed, this, [this](const Error &error) {
        showState();
        if (error.code != ErrorCode::Cancelled)
            Q_EMIT failed(error);
    });
}

void TuningView::showChosen()
{
    if (m_tuning.isRunning())
        return;
    // What was measured in another project says nothing of this one.
    if (const auto chosen = chosenRequest(); !m_points.isEmpty() && chosen && chosen->project.folder != m_folder)
        showPoints({}, -1);
    else
        showState();
}

void TuningView::showState()
{
    const bool running = m_tuning.isRunning();
    const auto chosen = chosenRequest();
    m_start->setText(running ? tr("Cancel") : tr("Measure"));
    m_start->setEnabled(running || chosen.has_value());
    m_runs->setEnabled(!running);
    m_progress->setVisible(running);
    m_stack->setCurrentIndex(running || !m_points.isEmpty() ? 1 : 0);
    if (running)
        m_what->setText(tr("“%1” at six memory sizes, one run after the other").arg(m_function.name));
    else if (chosen)
        m_what->setText(tr("“%1” with the event of the Invoke panel; it has %2 MB").arg(chosen->function.name).arg(chosen->function.memoryMiB));
    else
        m_what->setText(chosen.error().message);
    m_apply->setVisible(!running && m_best >= 0);
    if (m_best >= 0) {
        const int memory = m_points.at(m_best).memoryMiB;
        // The template may have been changed since it was measured.
        if (chosen && chosen->function.logicalId == m_function.logicalId)
            m_function = chosen->function;
        const bool same = m_function.memoryMiB == memory;
        m_apply->setEnabled(!same && m_function.inTemplate);
        m_apply->setToolTip({});
        m_apply->setText(same ? tr("%1 MB is right").arg(memory) : tr("Set %1 to %2 MB").arg(m_function.name).arg(memory));
    }
}

void TuningView::startOrCancel()
{
    if (m_tuning.isRunning())
        return m_tuning.cancel();
    const auto chosen = preparedRequest();
    if (!chosen) {
        if (chosen.error().code != ErrorCode::Cancelled)
            Q_EMIT failed(chosen.error());
        return showState();
    }
    m_folder = chosen->project.folder;
    m_function = chosen->function;
    showPoints({}, -1);
    m_progress->setValue(0);
    services::TuningRequest request{*chosen};
    request.runs = m_runs->value();
    request.goal = TuningGoal(m_goal->currentData().toInt());
    if (const auto started = m_tuning.start(request); !started)
        Q_EMIT failed(started.error());
    showState();
}

void TuningView::took(const TuningPoint &point)
{
    m_points.append(point);
    showPoints(m_points, -1);
}

void TuningView::finished(const services::TuningResult &result)
{
    showPoints(result.points, services::bestPoint(result.points, TuningGoal(m_goal->currentData().toInt())));
}

void TuningView::showPoints(const QList<TuningPoint> &points, int best)
{
    m_points = points;
    m_best = best;
    m_table->setRowCount(int(points.size()));
    ChartSeries duration{tr("Duration"), {}, {}, {}, ChartSeries::Style::Points, Token::Accent, false};
    ChartSeries money{tr("A million"), {}, {}, {}, ChartSeries::Style::Points, Token::Warm, true};
    std::vector<double> ticks;
    for (int row = 0; row < points.size(); ++row) {
        const TuningPoint &point = points.at(row);
        QStringList cells{tr("%1 MB").arg(point.memoryMiB)};
        if (point.failure.isEmpty()) {
            cells << tr("%1 ± %2").arg(durationText(point.meanMs), durationText(point.marginMs)) << durationText(point.initMs) << tr("%1 MB").arg(point.maxMemoryMiB) << point.perMillion.readable();
            duration.x.push_back(row);
            duration.y.push_back(point.meanMs);
            duration.margin.push_back(point.marginMs);
            money.x.push_back(row);
            money.y.push_back(double(point.perMillion.pico) / 1e12);
            ticks.push_back(row);
        } else {
            cells << point.failure << QString() << QString() << QString();
        }
        if (row == best)
            cells.last() += tr("  recommended");
        for (int column = 0; column < cells.size(); ++column) {
            auto *item = new QTableWidgetItem(cells.at(column));
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            item->setToolTip(cells.at(column));
            if (row == best) {
                QFont font = item->font();
                font.setBold(true);
                item->setFont(font);
            }
            m_table->setItem(row, column, item);
        }
    }
    std::vector<ChartSeries> series;
    if (!duration.x.empty()) {
        series.push_back(std::move(duration));
        series.push_back(std::move(money));
    }
    m_chart->setXTicks(ticks);
    m_chart->setSeries(std::move(series));
    showState();
}

} // namespace eph::ui
