// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/simulationview.h"

#include "core/schedule/explain.h"
#include "widgets/common/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

constexpr int MaxRows = 2000;            ///< The newest are shown.
constexpr int BatchMs = 12;              ///< Of each turn of the loop, so that the window answers.

} // namespace

SimulationView::SimulationView(const services::InvokeService &invokes, QWidget *parent)
    : QWidget(parent)
    , m_invokes(invokes)
    , m_from(new QDateTimeEdit)
    , m_length(new QComboBox)
    , m_call(new QCheckBox(tr("Call the functions")))
    , m_step(new QPushButton(tr("To the next run")))
    , m_run(new QPushButton)
    , m_reset(new QPushButton(tr("Begin anew")))
    , m_clock(new QLabel)
    , m_list(new QTreeWidget)
{
    m_from->setObjectName(u"simulationFrom"_s);
    m_from->setAccessibleName(tr("Beginning, in UTC"));
    m_from->setToolTip(tr("In UTC"));
    m_from->setDisplayFormat(u"yyyy-MM-dd HH:mm"_s);
    m_from->setTimeSpec(Qt::UTC);
    m_length->setObjectName(u"simulationLength"_s);
    m_length->setAccessibleName(tr("How long"));
    for (const auto &[text, days] : {std::pair(tr("a day"), 1), std::pair(tr("a week"), 7), std::pair(tr("30 days"), 30), std::pair(tr("a year"), 365)})
        m_length->addItem(text, days);
    m_length->setCurrentIndex(1);
    m_call->setObjectName(u"simulationCall"_s);
    m_call->setToolTip(tr("Really run them, one after the other, with the events of the turned clock; otherwise they are counted with the durations that were measured"));
    m_step->setObjectName(u"simulationStep"_s);
    m_run->setObjectName(u"simulationRun"_s);
    m_reset->setObjectName(u"simulationReset"_s);
    m_reset->setProperty("quiet", true);
    m_clock->setObjectName(u"simulationClock"_s);
    m_list->setObjectName(u"simulationRuns"_s);
    m_list->setAccessibleName(tr("Runs on the turned clock"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setHeaderLabels({tr("UTC"), tr("Schedule"), tr("Function"), tr("Start"), tr("At once"), tr("Cost"), tr("Outcome")});
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(8, 0, 8, 4);
    row->setSpacing(8);
    row->addWidget(new QLabel(tr("From")));
    row->addWidget(m_from);
    row->addWidget(m_length);
    row->addWidget(m_step);
    row->addWidget(m_run);
    row->addWidget(m_reset);
    row->addWidget(m_call);
    row->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    m_clock->setContentsMargins(8, 0, 8, 4);
    column->addWidget(m_clock);
    column->addWidget(m_list, 1);
    setFocusProxy(m_step);
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &SimulationView::runOn);
    connect(m_step, &QPushButton::clicked, this, &SimulationView::step);
    connect(m_run, &QPushButton::clicked, this, &SimulationView::runOrPause);
    connect(m_reset, &QPushButton::clicked, this, &SimulationView::begin);
    connect(m_from, &QDateTimeEdit::dateTimeChanged, this, &SimulationView::begin);
    connect(m_length, &QComboBox::activated, this, &SimulationView::begin);
}

SimulationView::~SimulationView() = default;

void SimulationView::setProject(const std::shared_ptr<const project::Project> &project, const QHash<QString, std::chrono::milliseconds> &durations, Instant now)
{
    const QStringList signature = services::signatureOf(project.get());
    m_project = project;
    m_durations = durations;
    // A project that was merely read again does not begin anew.
    if (signature == m_signature)
        return;
    m_signature = signature;
    const QSignalBlocker blocked(m_from);
    m_from->setDateTime(QDateTime::fromSecsSinceEpoch(std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count() * 60, Qt::UTC));
    begin();
}

void SimulationView::begin()
{
    pause();
    ++m_generation;
    m_calling = false;
    m_over = false;
    m_list->clear();
    m_simulation.reset();
    if (m_project) {
        services::SimulationRequest request;
        request.project = m_project.get();
        request.from = Instant(std::chrono::seconds(m_from->dateTime().toSecsSinceEpoch()));
        request.length = std::chrono::days(m_length->currentData().toInt());
        request.durations = m_durations;
        m_simulation = std::make_unique<services::ScheduleSimulation>(request, m_invokes.prices());
    }
    showState();
}

void SimulationView::step()
{
    if (!m_simulation || m_calling)
        return;
    if (!mayCall())
        return;
    takeNext();
    showState();
}

/// Functions are called as they stand in the editor, not as they were saved some time ago.
bool SimulationView::mayCall() const
{
    return !m_call->isChecked() || !prepare || prepare();
}

void SimulationView::takeNext()
{
    const auto run = m_simulation->next();
    m_over = !run;
    if (run)
        m_call->isChecked() ? call(*run) : add(*run, QString());
}

void SimulationView::runOrPause()
{
    if (m_running)
        return pause();
    if (!mayCall())
        return;
    m_running = true;
    runOn();
    showState();
}

void SimulationView::pause()
{
    m_running = false;
    m_next.stop();
    showState();
}

void SimulationView::runOn()
{
    if (!m_running || m_calling)
        return;
    QElapsedTimer spent;
    spent.start();
    m_list->setUpdatesEnabled(false);
    while (!m_over && !m_calling && spent.elapsed() < BatchMs)
        takeNext();
    m_list->setUpdatesEnabled(true);
    m_list->scrollToBottom();
    if (m_over)
        m_running = false;
    else if (!m_calling)
        m_next.start(0);
    showState();
}

void SimulationView::call(const services::SimulatedRun &run)
{
    const project::Function *function = m_project->function(run.schedule->function);
    if (!function)
        return add(run, tr("no such function"));
    m_calling = true;
    // The run points into the simulation, which is kept until all calls have ended or everything begins anew.
    m_invokes.invoke({*m_project, *function, cloud::scheduleEvent(*run.schedule, m_project->region, run.scheduled), {}}).then(this, [this, run, generation = m_generation](const Result<services::InvocationRecord> &record) {
        if (generation != m_generation)
            return;
        m_calling = false;
        add(run, record ? u"%1, %2 ms"_s.arg(runtime::outcomeName(record->invocation.outcome), QLocale().toString(record->invocation.report.durationMs, 'f', 1)) : record.error().message);
        if (m_running)
            m_next.start(0);
        showState();
    });
}

void SimulationView::add(const services::SimulatedRun &run, const QString &outcome)
{
    auto *item = new QTreeWidgetItem({toIso(run.at).replace(u'T', u' ').chopped(1), run.schedule->id, run.schedule->function, run.cold ? tr("cold") : tr("warm"), QString::number(run.concurrency), run.cost.readable(), outcome});
    item->setForeground(3, theme().color(run.cold ? Token::Cold : Token::Warm));
    for (const int column : {4, 5})
        item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_list->addTopLevelItem(item);
    if (m_list->topLevelItemCount() > MaxRows)
        delete m_list->takeTopLevelItem(0);
}

void SimulationView::showState()
{
    const bool can = m_simulation && !m_over && !m_simulation->summary().runsOf.isEmpty();
    m_step->setEnabled(can && !m_running && !m_calling);
    m_run->setEnabled(can);
    m_run->setText(m_running ? tr("Pause") : tr("Run to the end"));
    m_call->setEnabled(!m_running);
    if (!m_simulation)
        return m_clock->clear();
    const services::SimulationSummary &summary = m_simulation->summary();
    if (summary.runsOf.isEmpty())
        return m_clock->setText(tr("No schedule of this project is turned on: there is nothing to wait for."));
    const QLocale locale;
    QString text = tr("The clock shows <b>%1</b> UTC: %2, cold starts %3, at most %4 at once, %5").arg(toIso(m_simulation->now()).replace(u'T', u' ').chopped(1), runsText(summary.runs), locale.toString(summary.coldStarts), locale.toString(summary.peakConcurrency), summary.cost.readable());
    if (m_over)
        text += u" · "_s + tr("the end");
    m_clock->setText(text);
    m_clock->setToolTip(tr("Cold starts are modelled: an idle environment is kept for ten minutes. Durations are those that were measured here, one second otherwise."));
}

} // namespace eph::ui
