// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/logpanel.h"

#include "core/services/logservice.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/logview/logtimeline.h"
#include "widgets/logview/logview.h"
#include "widgets/panels/requeststoryview.h"

#include <QComboBox>
#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// So long after the last key the runs are looked through.
constexpr auto SearchAfter = 150ms;
constexpr int MaxNameCharacters = 28; ///< Of a function's name in the bar.

[[nodiscard]] QPushButton *quietButton(const QString &text, const QString &name)
{
    auto *button = new QPushButton(text);
    button->setObjectName(name);
    button->setProperty("quiet", true);
    return button;
}

} // namespace

LogPanel::LogPanel(logs::LogStore &store, const services::RecentInvocations &recent, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_function(new QComboBox)
    , m_text(new QLineEdit)
    , m_allRuns(quietButton(tr("All runs"), u"logAllRuns"_s))
    , m_cloud(quietButton(tr("Cloud"), u"logCloud"_s))
    , m_groups(quietButton(tr("Groups\u2026"), u"logGroups"_s))
    , m_import(quietButton(tr("Import\u2026"), u"logImport"_s))
    , m_clear(quietButton(tr("Clear"), u"logClear"_s))
    , m_follow(quietButton(tr("Follow"), u"logFollow"_s))
    , m_span(quietButton({}, u"logSpan"_s))
    , m_close(quietButton(tr("Close"), u"logClose"_s))
    , m_count(new QLabel)
    , m_bar(new QBoxLayout(QBoxLayout::LeftToRight))
    , m_timeline(new LogTimeline)
    , m_beside(new QSplitter)
    , m_stack(new QStackedWidget)
    , m_view(new LogView)
    , m_story(new RequestStoryView)
    , m_state(new StatePage)
    , m_recent(recent)
{
    m_view->setObjectName(u"logView"_s);
    m_view->setSource(&store);
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_view);
    m_timeline->setObjectName(u"logTimeline"_s);
    m_beside->setChildrenCollapsible(false);
    m_beside->addWidget(m_stack);
    m_beside->addWidget(m_story);
    m_beside->setStretchFactor(0, 3);
    m_beside->setStretchFactor(1, 2);
    m_story->hide();
    addBar();
    setFocusProxy(m_view);
    setFunctions({});
    m_searchSoon.setSingleShot(true);
    m_searchSoon.setInterval(SearchAfter);
    connect(&m_searchSoon, &QTimer::timeout, this, &LogPanel::searchStored);
    connect(m_function, &QComboBox::currentIndexChanged, this, &LogPanel::applyFilter);
    connect(m_text, &QLineEdit::textChanged, this, &LogPanel::applyFilter);
    connect(m_follow, &QPushButton::clicked, this, [this] { m_view->setFollowing(true); });
    connect(m_clear, &QPushButton::clicked, this, [this] { isCloud() ? m_following.clear() : m_store.clear(); });
    connect(m_import, &QPushButton::clicked, this, &LogPanel::chooseImport);
    connect(m_allRuns, &QPushButton::toggled, this, [this](bool stored) {
        if (stored)
            m_cloud->setChecked(false);
        stored ? showStored() : showLive();
    });
    connect(m_cloud, &QPushButton::toggled, this, [this](bool cloud) {
        if (cloud)
            m_allRuns->setChecked(false);
        cloud ? showCloud() : showLive();
    });
    connect(m_groups, &QPushButton::clicked, this, [this] { m_following.choose(m_folder, this); });
    connect(&m_following, &CloudFollowing::started, this, &LogPanel::showLive);
    connect(&m_following, &CloudFollowing::changed, this, [this] {
        // What failed goes again.
        if (std::exchange(m_followingFailed, false))
            m_error.reset();
        updateState();
    });
    connect(&m_following, &CloudFollowing::failed, this, [this](const Error &error) {
        m_followingFailed = isCloud();
        if (m_followingFailed)
            m_error = error;
        updateState();
    });
    connect(&m_stored, &services::StoredLog::finished, this, [this](double ms) {
        m_searchMs = ms;
        updateState();
    });
    connect(&m_stored, &services::StoredLog::failed, this, [this](const Error &error) {
        m_error = error;
        updateState();
    });
    connect(m_view, &LogView::followingChanged, this, [this](bool following) { m_follow->setVisible(!following); });
    connect(m_view, &LogView::contentChanged, this, &LogPanel::updateState);
    connect(m_view, &LogView::queryChosen, m_text, &QLineEdit::setText);
    connect(m_view, &LogView::requestChosen, this, &LogPanel::showStory);
    connect(m_timeline, &LogTimeline::spanChosen, this, &LogPanel::chooseSpan);
    connect(m_timeline, &LogTimeline::spanCleared, this, &LogPanel::clearSpan);
    connect(m_span, &QPushButton::clicked, this, &LogPanel::clearSpan);
    connect(m_close, &QPushButton::clicked, this, &LogPanel::closeRequested);
    connect(m_story, &RequestStoryView::closed, this, [this] {
        m_story->hide();
        m_view->setFocus();
    });
    connect(m_story, &RequestStoryView::linesRequested, this, [this](const QByteArray &id) { m_text->setText("request:"_L1 + QString::fromLatin1(id)); });
    connect(m_story, &RequestStoryView::requestChosen, this, &LogPanel::showStory);
    connect(m_story, &RequestStoryView::laneRequested, this, &LogPanel::laneRequested);
    connect(m_story, &RequestStoryView::replayRequested, this, &LogPanel::replayRequested);
    connect(m_view, &LogView::lineActivated, this, &LogPanel::lineActivated);
    connect(m_state, &StatePage::actionTriggered, this, [this] {
        if (m_hidesLines) {
            m_text->clear();
            clearSpan();
            m_function->setCurrentIndex(0);
        } else if (isStored()) {
            chooseImport();
        } else if (isCloud()) {
            m_following.choose(m_folder, this);
        } else {
            Q_EMIT invokeRequested();
        }
    });
    m_follow->hide();
    m_import->hide();
    m_groups->hide();
    m_span->hide();
    m_close->hide();
    updateState();
}

void LogPanel::setClosable(bool closable)
{
    m_close->setVisible(closable);
}

QMenu *LogPanel::makeViewMenu()
{
    auto *menu = new QMenu(this);
    menu->setObjectName(u"logViewMenu"_s);
    const std::pair<LogColumn, QString> columns[] = {{LogColumn::Time, tr("Time")}, {LogColumn::Request, tr("Request")}, {LogColumn::Function, tr("Function")}, {LogColumn::Level, tr("Level")}, {LogColumn::Duration, tr("Duration")}, {LogColumn::Cost, tr("Cost")}};
    for (const auto &[column, name] : columns) {
        QAction *action = menu->addAction(name);
        action->setCheckable(true);
        action->setChecked(m_view->columns().contains(column));
        connect(action, &QAction::toggled, this, [this, column = column](bool shown) { toggleColumn(int(column), shown); });
    }
    menu->addSeparator();
    QAction *timeline = menu->addAction(tr("Lines over time"));
    timeline->setCheckable(true);
    timeline->setChecked(true);
    connect(timeline, &QAction::toggled, this, [this](bool shown) {
        m_showsTimeline = shown;
        updateState();
    });
    menu->addAction(tr("Another view beside it"), this, &LogPanel::splitRequested);
    menu->addAction(tr("Export\u2026"), this, &LogPanel::chooseExport);
    return menu;
}

void LogPanel::toggleColumn(int column, bool shown)
{
    // In the order of the menu, whatever the order in which they were chosen.
    QList<LogColumn> columns;
    for (const LogColumn each : {LogColumn::Time, LogColumn::Request, LogColumn::Function, LogColumn::Level, LogColumn::Duration, LogColumn::Cost}) {
        if (each == LogColumn(column) ? shown : m_view->columns().contains(each))
            columns << each;
    }
    m_view->setColumns(columns);
}

void LogPanel::chooseSpan(qint64 fromMs, qint64 untilMs)
{
    m_fromMs = fromMs;
    m_untilMs = untilMs;
    constexpr qint64 Day = 86'400'000;
    const QString form = untilMs - fromMs > Day ? u"yyyy-MM-dd HH:mm"_s : u"HH:mm:ss.zzz"_s;
    m_span->setText(tr("%1 – %2  \u2715").arg(QDateTime::fromMSecsSinceEpoch(fromMs).toString(form), QDateTime::fromMSecsSinceEpoch(untilMs).toString(form)));
    m_span->setToolTip(tr("Only lines of this span are shown; click to see all"));
    m_span->show();
    applyFilter();
}

void LogPanel::clearSpan()
{
    if (m_fromMs < 0)
        return;
    m_fromMs = m_untilMs = -1;
    m_span->hide();
    applyFilter();
}

void LogPanel::showStory(const QByteArray &requestId)
{
    if (isStored()) {
        m_story->showLoading(requestId);
        m_story->show();
        m_jobs.run([folder = m_folder, requestId]() -> Result<QList<logs::Line>> {
            QList<logs::Line> lines;
            const std::atomic<bool> cancelled = false;
            return services::LogService::open(folder)
                .and_then([&](const services::LogService &log) { return log.each({"request:"_L1 + QString::fromLatin1(requestId), -1, -1}, cancelled, [&](const services::StoredLine &line) { return lines << services::lineOf(line.bytes), true; }); })
                .map([&] { return lines; });
        }, [this, requestId](const Result<QList<logs::Line>> &lines) {
            // Somebody may have asked for another one meanwhile.
            if (requestId != m_story->requestId())
                return;
            tellStory(requestId, lines.value_or(QList<logs::Line>()));
            if (!lines)
                tell(lines.error().message, lines.error().hint, true);
        });
        return;
    }
    QList<logs::Line> lines;
    const logs::LogStore &store = liveStore();
    const QList<qint64> numbers = store.find(store.range(), [&](const logs::Line &line) { return line.requestId == requestId; });
    for (const qint64 number : numbers)
        lines += store.lines(number, 1);
    tellStory(requestId, lines);
}

void LogPanel::tellStory(const QByteArray &requestId, const QList<logs::Line> &lines)
{
    m_story->setStory(services::storyOf(requestId, lines, m_cost, m_recent));
    m_story->show();
}

logs::LogRequest LogPanel::request() const
{
    return {function().isEmpty() ? m_text->text() : QString("function:\""_L1 + function() + "\" "_L1 + m_text->text()), m_fromMs, m_untilMs};
}

void LogPanel::chooseExport()
{
    auto *dialog = new QFileDialog(this, tr("Export lines"), {}, tr("Text as it is kept (*.log);;JSON, one object a line (*.jsonl)"));
    dialog->setObjectName(u"logExportDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"log"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) { dialog->setDefaultSuffix(filter.contains("jsonl"_L1) ? u"jsonl"_s : u"log"_s); });
    connect(dialog, &QFileDialog::fileSelected, this, &LogPanel::exportTo);
    dialog->open();
}

void LogPanel::exportTo(const QString &file)
{
    services::LogExport to{file, file.endsWith("jsonl"_L1) || file.endsWith("json"_L1) ? services::LogExport::Format::JsonLines : services::LogExport::Format::Text, m_cost};
    const auto done = [this, file](const Result<qint64> &lines) {
        m_error = lines ? std::nullopt : std::optional(lines.error());
        updateState();
        if (lines)
            tell(tr("%1 lines are in %2").arg(QLocale().toString(*lines), QFileInfo(file).fileName()), file, false);
    };
    if (isStored()) {
        m_jobs.run([folder = m_folder, request = request(), to] { return services::LogService::open(folder).and_then([&](const services::LogService &log) { return services::exportLog(log, request, to); }); }, done);
        return;
    }
    if (const auto rules = logs::Redaction::rulesOf(m_folder))
        to.rules = *rules;
    m_jobs.run([lines = m_view->allLines(), to] { return services::exportLines(lines, to); }, done);
}

void LogPanel::addBar()
{
    m_function->setObjectName(u"logFunction"_s);
    m_function->setAccessibleName(tr("Function whose lines are shown"));
    m_function->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    // A long name leaves room for the filter.
    m_function->setMaximumWidth(m_function->fontMetrics().averageCharWidth() * MaxNameCharacters);
    m_text->setObjectName(u"logFilter"_s);
    m_text->setAccessibleName(tr("What shown lines hold"));
    m_text->setPlaceholderText(tr("Words, \"quoted text\", /expressions/, level>=warn, duration>500ms, -not this"));
    m_text->setToolTip(tr("All of it holds for a line. A word in lower case is found in any case, one with a capital as it stands.\nFields: level, function, request, stream, kind, duration, billed, init, memory."));
    m_text->setClearButtonEnabled(true);
    m_text->setMinimumWidth(140);
    m_allRuns->setCheckable(true);
    m_allRuns->setToolTip(tr("Look through what was said in all runs, and in imported files"));
    m_cloud->setCheckable(true);
    m_cloud->setToolTip(tr("Follow log groups of an account"));
    m_groups->setToolTip(tr("Whose log groups are followed, and which"));
    m_import->setToolTip(tr("Take in log files: plain text or gzip"));
    m_follow->setToolTip(tr("Keep the newest line in view (End)"));
    m_count->setObjectName(u"logCount"_s);
    auto *look = quietButton(tr("View"), u"logViewButton"_s);
    look->setMenu(makeViewMenu());
    auto *query = new QHBoxLayout;
    query->setSpacing(8);
    query->addWidget(m_function);
    query->addWidget(m_text, 1);
    // What comes and goes stands before what stays, which is where it was a moment ago.
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QWidget *each : std::initializer_list<QWidget *>{m_span, m_count, m_follow, m_clear, m_import, m_groups, m_allRuns, m_cloud, look, m_close})
        buttons->addWidget(each);
    buttons->insertStretch(buttons->indexOf(m_follow));
    m_bar->setContentsMargins(8, 4, 8, 4);
    m_bar->setSpacing(8);
    m_bar->addLayout(query, 1);
    m_bar->addLayout(buttons);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_bar);
    layout->addWidget(m_timeline);
    layout->addWidget(m_beside, 1);
}

bool LogPanel::isCloud() const
{
    return m_cloud->isChecked();
}

const logs::LogStore &LogPanel::liveStore() const
{
    return isCloud() ? m_following.store() : m_store;
}

bool LogPanel::isStored() const
{
    return m_allRuns->isChecked();
}

QString LogPanel::function() const
{
    return m_function->currentIndex() > 0 ? m_function->currentText() : QString();
}

void LogPanel::setLineCost(const services::LineCost &cost)
{
    m_cost = cost;
    m_view->cost = [this](const logs::Line &line) {
        // Most lines are no reports: a look at the text spares taking them apart.
        if (!line.text.contains("REPORT") && !line.text.contains("platform.report"))
            return QString();
        const auto money = m_cost.of(logs::fieldsOf(line.text), line.function);
        // The result of the run has the price of its log in it, which no line tells of.
        return money ? tr("%1 + log").arg(money->readable()) : QString();
    };
    m_view->viewport()->update();
}

void LogPanel::setFunctions(const QStringList &names)
{
    const QString before = m_function->currentText();
    {
        const QSignalBlocker quiet(m_function);
        m_function->clear();
        m_function->addItem(tr("All functions"));
        m_function->addItems(names);
        m_function->setCurrentIndex(std::max(0, m_function->findText(before)));
    }
    if (m_function->currentText() != before)
        applyFilter();
}

void LogPanel::setProjectFolder(const QString &folder)
{
    if (std::exchange(m_folder, folder) == folder)
        return;
    m_allRuns->setEnabled(!folder.isEmpty());
    // Another project has other groups.
    m_following.forget();
    m_cloud->setChecked(false);
    if (folder.isEmpty())
        m_allRuns->setChecked(false);
    else if (isStored())
        searchStored();
}

void LogPanel::showLive()
{
    m_searchSoon.stop();
    m_stored.cancel();
    m_error.reset();
    m_clear->show();
    m_import->hide();
    m_groups->setVisible(isCloud());
    m_view->setSource(&liveStore());
    m_view->setFollowing(true);
    applyFilter();
}

void LogPanel::showCloud()
{
    showLive();
    if (!m_following.isChosen())
        m_following.choose(m_folder, this);
}

void LogPanel::showStored()
{
    m_clear->hide();
    m_groups->hide();
    m_import->show();
    // The search leaves nothing over to filter.
    m_view->setFilter({});
    m_view->setSource(&m_stored);
    searchStored();
}

void LogPanel::searchStored()
{
    m_error.reset();
    m_stored.search(m_folder, request(), m_store);
    m_view->reset();
    updateState();
}

void LogPanel::applyFilter()
{
    const auto query = logs::LogQuery::parse(m_text->text());
    m_error = query ? std::nullopt : std::optional(query.error());
    // While it is being typed, what was understood last holds.
    if (query && isStored())
        m_searchSoon.start();
    else if (query)
        m_view->setFilter({function(), *query, m_fromMs, m_untilMs});
    updateState();
}

void LogPanel::chooseImport()
{
    auto *dialog = new QFileDialog(this, tr("Import log files"));
    dialog->setObjectName(u"logImportDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &LogPanel::import);
    dialog->open();
}

void LogPanel::import(const QStringList &files)
{
    m_importing = true;
    m_error.reset();
    updateState();
    m_jobs.run([files, folder = m_folder] { return services::LogService::import(files, folder, true); }, [this](const Result<QStringList> &imported) {
        m_importing = false;
        if (imported && isStored())
            return searchStored();
        if (imported)
            return updateState();
        m_error = imported.error();
        updateState();
    });
}

void LogPanel::tell(const QString &text, const QString &more, bool bad)
{
    m_count->setText(text);
    m_count->setToolTip(more);
    setTone(m_count, bad ? Token::Bad : Token::Muted);
    m_count->setVisible(bad || !isNarrow() || m_fromMs < 0);
}

bool LogPanel::isNarrow() const
{
    constexpr int Narrow = 760;
    return width() < Narrow;
}

void LogPanel::resizeEvent(QResizeEvent *)
{
    // The query has a line of its own where there is little room.
    m_bar->setDirection(isNarrow() ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    updateState();
}

QString LogPanel::summary(qint64 lines) const
{
    const QString count = lines == 0 ? QString() : lines == 1 ? tr("1 line") : tr("%1 lines").arg(QLocale().toString(lines));
    if (m_importing)
        return tr("Importing\u2026");
    if (isCloud())
        return m_following.summary(count);
    if (!isStored())
        return count;
    if (m_stored.isSearching())
        return tr("%1 searching\u2026").arg(count).trimmed();
    return tr("%1 in %2 ms").arg(count.isEmpty() ? tr("Nothing") : count, QLocale().toString(m_searchMs, 'f', 0));
}

void LogPanel::updateState()
{
    const qint64 lines = m_view->shownLines();
    const auto range = liveStore().range();
    m_timeline->setOverview(m_view->overview());
    m_timeline->setVisible(m_showsTimeline && lines > 0);
    if (m_error)
        tell(m_error->message, m_error->hint, true);
    else
        tell(summary(lines), isCloud() ? m_following.meter() : !isStored() && range.first > 0 ? tr("%1 older lines are among all runs.").arg(QLocale().toString(range.first)) : QString(), false);
    if (lines > 0)
        return m_stack->setCurrentWidget(m_view);
    const bool filtered = m_function->currentIndex() > 0 || !m_text->text().isEmpty() || m_fromMs >= 0;
    const bool searching = m_importing || (isStored() && m_stored.isSearching());
    m_hidesLines = filtered && !searching && (isStored() || range.end > range.first);
    if (m_error && isStored())
        m_state->showError(*m_error, m_hidesLines ? tr("Show all lines") : tr("Import log files"));
    else if (searching)
        m_state->showLoading(m_importing ? tr("Importing\u2026") : tr("Looking through all runs\u2026"));
    else if (m_hidesLines)
        m_state->showEmpty(tr("No line matches the filter."), tr("Show all lines"));
    else if (isCloud() && m_error)
        m_state->showError(*m_error, tr("Choose groups"));
    else if (isCloud() && m_following.isRunning())
        m_state->showLoading(tr("Nothing has been said since %1 in the groups that are followed.").arg(QDateTime::fromMSecsSinceEpoch(m_following.sinceMs()).toString(u"yyyy-MM-dd HH:mm"_s)));
    else if (isCloud())
        m_state->showEmpty(tr("Log groups of an account are followed here."), tr("Choose groups"));
    else if (isStored())
        m_state->showEmpty(tr("No run of this project has left a log yet. Files of others can be taken in."), tr("Import log files"));
    else
        m_state->showEmpty(tr("What functions and the platform write appears here, line by line."), tr("Invoke a function"));
    m_stack->setCurrentWidget(m_state);
}

} // namespace eph::ui
