// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/whatifview.h"

#include "core/sys/paths.h"
#include "widgets/charts/chart.h"
#include "widgets/charts/chartexport.h"
#include "widgets/common/durations.h"
#include "widgets/common/theme.h"
#include "widgets/panels/whatifknobs.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QTableWidget>
#include <algorithm>
#include <cmath>

namespace eph::ui {

using namespace Qt::StringLiterals;
using services::WhatIf;
using services::WhatIfResult;
using services::Workbench;

namespace {

constexpr int Parts = 120;
constexpr auto RunAfter = std::chrono::milliseconds(25);
constexpr int MaxKept = 4;

/// Roles of what stands in the list of sources.
constexpr int KindRole = Qt::UserRole;
constexpr int ValueRole = Qt::UserRole + 1;

QString share(qint64 part, qint64 whole)
{
    return part == 0 || whole == 0 ? QString::number(part) : WhatIfView::tr("%1 %").arg(100.0 * double(part) / double(whole), 0, 'f', 2);
}

QString count(double number)
{
    return number >= 1e7 ? WhatIfView::tr("%1 M").arg(QLocale().toString(number / 1e6, 'f', 1)) : QLocale().toString(qint64(number));
}

/// Four to eight marks at round times, in seconds.
std::vector<double> niceTicks(double span)
{
    double step = 1;
    for (const double candidate : {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000}) {
        step = candidate;
        if (span / step <= 7)
            break;
    }
    std::vector<double> ticks;
    for (double at = 0; at <= span && ticks.size() < 100; at += step)
        ticks.push_back(at);
    return ticks;
}

QTableWidget *newTable(const QString &objectName, const QString &name)
{
    auto *table = new QTableWidget;
    table->setObjectName(objectName);
    table->setAccessibleName(name);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    table->horizontalHeader()->setTextElideMode(Qt::ElideRight);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    return table;
}

void setCell(QTableWidget *table, int row, int column, const QString &text, Qt::Alignment alignment = Qt::AlignRight | Qt::AlignVCenter)
{
    auto *item = new QTableWidgetItem(text);
    item->setTextAlignment(alignment);
    table->setItem(row, column, item);
}

} // namespace

WhatIfView::WhatIfView(QWidget *parent)
    : QWidget(parent)
    , m_source(new QComboBox)
    , m_function(new QComboBox)
    , m_shape(new QLineEdit)
    , m_text(new QLabel)
    , m_keep(new QPushButton(tr("Keep to compare")))
    , m_table(newTable(u"whatIfTable"_s, tr("Now and then")))
    , m_others(newTable(u"whatIfOthers"_s, tr("The same month elsewhere")))
    , m_chart(new Chart(tr("Requests at once, over the time that is simulated")))
{
    auto *scroll = new QScrollArea;
    scroll->setObjectName(u"whatIfForm"_s);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makeForm());
    auto *split = new QSplitter(Qt::Horizontal);
    split->setObjectName(u"whatIfSplit"_s);
    split->addWidget(scroll);
    split->addWidget(m_table);
    split->addWidget(makeResult());
    split->setSizes({330, 350, 340});
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    split->setStretchFactor(2, 1);
    split->setChildrenCollapsible(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(split);
    m_soon.setSingleShot(true);
    m_soon.setInterval(RunAfter);
    connect(&m_soon, &QTimer::timeout, this, &WhatIfView::run);
    connect(m_source, &QComboBox::activated, this, &WhatIfView::chooseSource);
    connect(m_function, &QComboBox::activated, this, &WhatIfView::load);
    connect(m_shape, &QLineEdit::editingFinished, this, &WhatIfView::takeShape);
    connect(m_knobs, &WhatIfKnobs::changed, this, &WhatIfView::runSoon);
    connect(m_knobs, &WhatIfKnobs::termsChanged, this, [this] {
        // Bills stand side by side on the same terms.
        m_now.reset();
        m_kept.clear();
    });
    connect(m_keep, &QPushButton::clicked, this, &WhatIfView::keep);
    setFocusProxy(m_source);
}

WhatIfView::~WhatIfView()
{
    if (m_stop)
        m_stop->store(true);
}

QWidget *WhatIfView::makeForm()
{
    auto *page = new QWidget;
    auto *form = new QFormLayout(page);
    form->setContentsMargins(8, 4, 16, 4);
    form->setVerticalSpacing(4);
    form->setHorizontalSpacing(8);
    m_source->setObjectName(u"whatIfSource"_s);
    m_source->setAccessibleName(tr("Traffic"));
    m_source->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_function->setObjectName(u"whatIfFunction"_s);
    m_function->setAccessibleName(tr("Function"));
    m_function->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_shape->setObjectName(u"whatIfShape"_s);
    m_shape->setAccessibleName(tr("Shape of the traffic"));
    m_shape->setFont(Theme::codeFont());
    m_text->setObjectName(u"whatIfText"_s);
    m_text->setWordWrap(true);
    m_text->setFont(Theme::smallFont());
    m_text->setProperty("muted", true);
    m_text->hide();
    m_keep->setObjectName(u"whatIfKeep"_s);
    auto *again = new QPushButton(tr("As it is"));
    again->setObjectName(u"whatIfReset"_s);
    again->setProperty("quiet", true);

    form->addRow(tr("Traffic"), m_source);
    form->addRow(tr("To"), m_function);
    form->addRow(tr("Shape"), m_shape);
    form->addRow(m_text);
    m_knobs = new WhatIfKnobs(form);
    connect(again, &QPushButton::clicked, m_knobs, &WhatIfKnobs::reset);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_keep);
    buttons->addWidget(again);
    buttons->addStretch();
    form->addRow(buttons);
    return page;
}

QWidget *WhatIfView::makeResult()
{
    m_chart->setObjectName(u"whatIfChart"_s);
    m_chart->setXAxis(tr("Time"), [](double seconds) {
        return seconds >= 7200 ? tr("%1 h").arg(seconds / 3600, 0, 'g', 3) : seconds >= 120 ? tr("%1 min").arg(seconds / 60, 0, 'g', 3) : tr("%1 s").arg(seconds, 0, 'g', 3);
    });
    m_chart->setYAxis({}, [](double number) { return QLocale().toString(number, 'g', 4); });
    m_table->setSelectionMode(QAbstractItemView::ContiguousSelection);
    m_others->setColumnCount(2);
    m_others->setHorizontalHeaderLabels({tr("The same month"), tr("Cost")});
    m_others->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_others->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_others->setToolTip(tr("Modelled: starts and pings are left out on other clouds; servers are bought for the busiest moment, at 70 % of their processors, and for what they can sustain"));
    auto *tabs = new QTabWidget;
    tabs->setObjectName(u"whatIfTabs"_s);
    tabs->setDocumentMode(true);
    tabs->addTab(m_chart, tr("Over time"));
    tabs->addTab(m_others, tr("Elsewhere"));
    return tabs;
}

void WhatIfView::setProject(const std::shared_ptr<const project::Project> &project, const cost::PriceBook &prices)
{
    const bool other = !project || !m_project || project->folder != m_project->folder;
    m_project = project;
    m_prices = prices;
    const QString function = m_function->currentData().toString();
    m_function->clear();
    m_function->addItem(tr("all functions"));
    if (project) {
        for (const project::Function &one : project->functions)
            m_function->addItem(one.name, one.name);
    }
    m_function->setCurrentIndex(std::max(0, m_function->findData(function)));
    if (other) {
        m_kept.clear();
        m_bench.reset();
        m_now.reset();
        m_then.reset();
    }
    if (isVisible())
        load();
}

void WhatIfView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_source->count() == 0) {
        const auto add = [this](const QString &text, Source kind, const QString &value = {}) {
            m_source->addItem(text);
            m_source->setItemData(m_source->count() - 1, int(kind), KindRole);
            m_source->setItemData(m_source->count() - 1, value, ValueRole);
        };
        add(tr("Recorded here"), Source::Recorded);
        add(tr("Evenly spaced"), Source::Shape, u"steady:rate=20/s,for=1h"_s);
        add(tr("At random"), Source::Shape, u"poisson:rate=20/s,for=1h"_s);
        add(tr("A wave a day"), Source::Shape, u"daily:low=1/s,high=20/s,peak=14h,for=24h"_s);
        add(tr("Bursts"), Source::Shape, u"burst:base=20/s,high=200/s,length=10s,every=5m,for=1h"_s);
        add(tr("Spikes"), Source::Shape, u"spikes:base=1/s,high=200/s,length=30s,count=5,for=6h"_s);
        if (const auto scenarios = services::loadScenarios(sys::resourcePath(u"pricing/scenarios.json"_s))) {
            m_scenarios = *scenarios;
            for (const services::Scenario &scenario : m_scenarios)
                add(tr("Example: %1").arg(scenario.title), Source::Shape, u"example:"_s + scenario.id);
        }
        add(tr("A trace from a file…"), Source::File);
    }
    chooseSource();
}

void WhatIfView::chooseSource()
{
    const auto kind = Source(m_source->currentData(KindRole).toInt());
    const QString value = m_source->currentData(ValueRole).toString();
    const bool example = value.startsWith("example:"_L1);
    m_shape->setEnabled(kind == Source::Shape && !example);
    m_function->setEnabled(kind != Source::File && !example);
    m_text->hide();
    m_shape->setText(kind == Source::Shape && !example ? value : QString());
    m_shape->setCursorPosition(0);
    if (kind == Source::File)
        return chooseFile();
    load();
}

void WhatIfView::chooseFile()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Simulate a trace"), QFileInfo(m_file).path(), tr("Traces (*.csv);;All files (*)"));
    if (!file.isEmpty())
        m_file = file;
    if (!m_file.isEmpty())
        load();
}

void WhatIfView::takeShape()
{
    if (m_shape->isEnabled() && m_shape->isModified()) {
        m_source->setItemData(m_source->currentIndex(), m_shape->text(), ValueRole);
        m_shape->setModified(false);
        load();
    }
}

void WhatIfView::load()
{
    const quint64 generation = ++m_generation;
    const auto kind = Source(m_source->currentData(KindRole).toInt());
    const QString value = m_source->currentData(ValueRole).toString();
    for (const services::Scenario &scenario : std::as_const(m_scenarios)) {
        if (value != QString(u"example:"_s + scenario.id))
            continue;
        m_text->setText(scenario.text);
        m_text->show();
        return takeBench(scenario.bench);
    }
    std::optional<cost::Shape> shape;
    if (kind == Source::Shape) {
        const auto parsed = cost::parseShape(value);
        if (!parsed)
            return showProblem(parsed.error());
        shape = *parsed;
    }
    // Traffic of a shape comes to one function: the choice says which.
    if (shape && m_function->currentIndex() == 0 && m_function->count() > 1)
        m_function->setCurrentIndex(1);
    const QString file = kind == Source::File ? m_file : QString();
    if (!shape && file.isEmpty() && !m_project)
        return showProblem({ErrorCode::NotFound, tr("No project is open: nothing has been recorded."), tr("Choose a shape of traffic."), {}});
    m_text->setText(tr("Reading what is known of the traffic…"));
    setTone(m_text, Token::Muted);
    m_text->show();
    m_jobs.run(
        [project = m_project, function = m_function->currentData().toString(), shape, file]() -> Result<Workbench> {
            if (!file.isEmpty())
                return services::tracedBench(file, 1);
            if (!shape)
                return services::recordedBench(*project, function);
            const project::Function *receiver = project ? project->function(function) : nullptr;
            if (!receiver)
                return services::shapedBench(*shape);
            return services::shapedBench(*shape, *project, *receiver);
        },
        [this, generation](const Result<Workbench> &bench) {
            if (generation == m_generation)
                takeBench(bench);
        });
}

void WhatIfView::takeBench(const Result<Workbench> &bench)
{
    m_now.reset();
    m_then.reset();
    m_kept.clear();
    if (!bench)
        return showProblem(bench.error());
    m_text->setVisible(m_source->currentData(ValueRole).toString().startsWith("example:"_L1));
    setTone(m_text, Token::Muted);
    m_bench = std::make_shared<const Workbench>(*bench);
    if (m_bench->shape && !m_bench->isMeasured) {
        m_text->setText(tr("“%1” has not run here yet: 100 ms each are assumed, and no time for a start.").arg(m_bench->functions.front().name));
        m_text->show();
    }
    if (!m_bench->trace.empty()) {
        const double seconds = double(m_bench->traceUs()) / 1e6;
        const QString span = seconds < 120 ? tr("%1 s").arg(seconds, 0, 'f', 1) : seconds < 7200 ? tr("%1 min").arg(seconds / 60, 0, 'f', 0) : tr("%1 h").arg(seconds / 3600, 0, 'f', 1);
        const QString requests = QLocale().toString(qint64(m_bench->trace.size()));
        m_text->setText(m_bench->standsForAnHour() ? tr("%1 requests in %2, taken for those of an hour; a month goes on like that.").arg(requests, span) : tr("%1 requests in %2; a month goes on like that.").arg(requests, span));
        m_text->show();
    }
    run();
}

void WhatIfView::showProblem(const Error &error)
{
    m_bench.reset();
    m_kept.clear();
    // What is still being worked out is of another traffic.
    ++m_run;
    m_text->setText(error.hint.isEmpty() ? error.message : QString(error.message + u' ' + error.hint));
    m_text->show();
    setTone(m_text, error.code == ErrorCode::NotFound ? Token::Muted : Token::Bad);
    showResult();
}

void WhatIfView::runSoon()
{
    // The first of many comes at once, the others while one drags.
    if (!m_soon.isActive())
        m_soon.start();
}

void WhatIfView::run()
{
    if (!m_bench)
        return showResult();
    if (m_stop)
        m_stop->store(true);
    m_stop = std::make_shared<std::atomic<bool>>(false);
    const quint64 generation = ++m_run;
    struct Both {
        std::optional<WhatIfResult> now;
        WhatIfResult then;
    };
    WhatIf asItIs = m_knobs->asItIs();
    WhatIf change = m_knobs->change();
    asItIs.parts = change.parts = Parts;
    const bool needsNow = !m_now || m_now->simulation.timeline.empty();
    m_jobs.run(
        [bench = m_bench, change, asItIs, needsNow, prices = m_prices, stop = m_stop] {
            const auto cancelled = [&stop] { return stop->load(); };
            Both both;
            if (needsNow)
                both.now = services::simulateWhatIf(*bench, asItIs, prices, cancelled);
            both.then = services::simulateWhatIf(*bench, change, prices, cancelled);
            return both;
        },
        [this, generation](const Both &both) {
            if (generation != m_run)
                return;
            if (both.now)
                m_now = both.now;
            m_then = both.then;
            showResult();
        });
}

void WhatIfView::keep()
{
    if (!m_then)
        return;
    if (m_kept.size() == MaxKept)
        m_kept.removeFirst();
    m_kept.append({m_knobs->text(), *m_then});
    fillTable();
}

void WhatIfView::fillTable()
{
    QList<std::pair<QString, const WhatIfResult *>> columns;
    if (m_now)
        columns.append({tr("As it is"), &*m_now});
    for (qsizetype i = 0; i < m_kept.size(); ++i)
        columns.append({tr("Kept %1").arg(i + 1), &m_kept.at(i).result});
    if (m_then)
        columns.append({tr("Then"), &*m_then});
    struct Row {
        QString name;
        std::function<QString(const WhatIfResult &)> value;
    };
    const QList<Row> rows{
        {tr("A month"), [](const WhatIfResult &r) { return r.month.total.readable(); }},
        {tr("Requests a month"), [](const WhatIfResult &r) { return count(r.monthRequests); }},
        {tr("Cold starts"), [](const WhatIfResult &r) { return share(r.simulation.coldStarts, r.simulation.requests); }},
        {tr("Throttled"), [](const WhatIfResult &r) { return share(r.simulation.throttles, r.simulation.requests); }},
        {tr("Median"), [](const WhatIfResult &r) { return durationText(double(r.simulation.p50Us) / 1000); }},
        {tr("95th percentile"), [](const WhatIfResult &r) { return durationText(double(r.simulation.p95Us) / 1000); }},
        {tr("99th percentile"), [](const WhatIfResult &r) { return durationText(double(r.simulation.p99Us) / 1000); }},
        {tr("At once, most"), [](const WhatIfResult &r) { return QLocale().toString(r.simulation.maxConcurrency); }},
    };
    m_table->clear();
    m_table->setColumnCount(1 + int(columns.size()));
    m_table->setRowCount(int(rows.size()));
    QStringList heading{QString()};
    for (const auto &[name, result] : columns)
        heading << name;
    m_table->setHorizontalHeaderLabels(heading);
    for (int column = 1; column < m_table->columnCount(); ++column) {
        m_table->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        const qsizetype kept = column - 1 - (m_now ? 1 : 0);
        m_table->horizontalHeaderItem(column)->setToolTip(kept >= 0 && kept < m_kept.size() ? m_kept.at(kept).name : column == 1 && m_now ? heading.at(column) : m_knobs->text());
    }
    for (int row = 0; row < rows.size(); ++row) {
        setCell(m_table, row, 0, rows.at(row).name, Qt::AlignLeft | Qt::AlignVCenter);
        for (int column = 0; column < columns.size(); ++column)
            setCell(m_table, row, column + 1, rows.at(row).value(*columns.at(column).second));
    }
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
}

void WhatIfView::showResult()
{
    m_keep->setEnabled(m_then.has_value() && m_bench);
    if (!m_bench) {
        m_now.reset();
        m_then.reset();
    }
    fillTable();
    std::vector<ChartSeries> series;
    const auto add = [&](const WhatIfResult &result, const QString &name, Token colour, ChartSeries::Style style) {
        ChartSeries one;
        one.name = name;
        one.colour = colour;
        one.style = style;
        const auto &timeline = result.simulation.timeline;
        for (size_t i = 0; i < timeline.size(); ++i) {
            // The same place of the traffic, however quickly it comes.
            const double span = m_now ? double(m_now->simulation.spanUs) : double(result.simulation.spanUs);
            one.x.push_back(span / 1e6 * double(i) / double(timeline.size()));
            one.y.push_back(timeline[i].concurrency);
        }
        series.push_back(std::move(one));
    };
    if (m_then)
        add(*m_then, tr("Then"), Token::Accent, ChartSeries::Style::Steps);
    if (m_now)
        add(*m_now, tr("As it is"), Token::Muted, ChartSeries::Style::Line);
    if (m_now)
        m_chart->setXTicks(niceTicks(double(m_now->simulation.spanUs) / 1e6));
    m_chart->setSeries(std::move(series));

    QList<std::pair<QString, QString>> others;
    if (m_then) {
        for (const services::Alternative &one : m_then->providers)
            others.append({one.name, one.month.readable()});
        for (const services::Alternative &one : m_then->servers)
            others.append({u"%1 × %2"_s.arg(one.count).arg(one.name), one.month.readable()});
        if (m_then->breakEvenRequests > 0)
            others.append({tr("%1 is cheaper from %2 requests a month on").arg(m_then->breakEvenServer, QLocale().toString(m_then->breakEvenRequests)), QString()});
    }
    m_others->setRowCount(int(others.size()));
    for (int row = 0; row < others.size(); ++row) {
        setCell(m_others, row, 0, others.at(row).first, Qt::AlignLeft | Qt::AlignVCenter);
        m_others->item(row, 0)->setToolTip(others.at(row).first);
        setCell(m_others, row, 1, others.at(row).second);
    }
}

void WhatIfView::exportAs()
{
    QByteArray csv;
    for (int row = -1; row < m_table->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < m_table->columnCount(); ++column) {
            const QTableWidgetItem *item = row < 0 ? m_table->horizontalHeaderItem(column) : m_table->item(row, column);
            cells << u'"' + (item ? item->text() : QString()).replace(u'"', u"\"\""_s) + u'"';
        }
        csv += cells.join(u',').toUtf8() + '\n';
    }
    if (const auto error = exportChart(*m_chart, csv, u"what-if.csv"_s, this))
        Q_EMIT failed(*error);
}

} // namespace eph::ui
