// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/schedulepanel.h"

#include "core/schedule/explain.h"
#include "widgets/common/statepage.h"
#include "widgets/common/theme.h"
#include "widgets/panels/schedulebuilder.h"
#include "widgets/panels/schedulecalendar.h"
#include "widgets/panels/simulationview.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

enum Page { ListPage, CalendarPage, ClockPage, RunsPage };
enum Column { NameColumn, FunctionColumn, WhenColumn, NextColumn, LastColumn };

constexpr int IdRole = Qt::UserRole;
constexpr auto Tick = std::chrono::seconds(1);

/// `in 4 min`; for people who wait.
[[nodiscard]] QString fromNow(std::chrono::seconds wait)
{
    if (wait < std::chrono::minutes(2))
        return SchedulePanel::tr("in %1 s").arg(wait.count());
    if (wait < std::chrono::hours(2))
        return SchedulePanel::tr("in %1 min").arg(wait / std::chrono::minutes(1));
    if (wait < std::chrono::days(2))
        return SchedulePanel::tr("in %1 h").arg(wait / std::chrono::hours(1));
    return SchedulePanel::tr("in %1 days").arg(wait / std::chrono::days(1));
}

[[nodiscard]] QString timeText(Instant at, const Zone &zone)
{
    return dateTimeText(zone.toLocal(at)) + u' ' + zone.abbreviation(zone.at(at));
}

[[nodiscard]] QString becameText(const cloud::ScheduleRun &run)
{
    switch (run.state) {
    case cloud::ScheduleRun::State::Sent: return run.byHand ? SchedulePanel::tr("sent by hand") : SchedulePanel::tr("sent");
    case cloud::ScheduleRun::State::Missed: return SchedulePanel::tr("missed: %1 while this machine slept, not made up for", "3 runs").arg(runsText(run.count));
    case cloud::ScheduleRun::State::Refused: return SchedulePanel::tr("not sent: %1").arg(run.reason);
    }
    Q_UNREACHABLE();
}

} // namespace

SchedulePanel::SchedulePanel(services::LocalCloud &cloud, services::Serving &serving, const services::InvokeService &invokes, const sys::Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_cloud(cloud)
    , m_serving(serving)
    , m_invokes(invokes)
    , m_clock(clock)
{
    m_tick.setInterval(Tick);
    connect(&m_tick, &QTimer::timeout, this, &SchedulePanel::takeCalled);
}

void SchedulePanel::make()
{
    m_stack = new QStackedWidget;
    m_state = new StatePage;
    m_pages = new QStackedWidget;
    m_pages->addWidget(makeList());
    m_calendar = new ScheduleCalendar(m_invokes.prices());
    m_simulation = new SimulationView(m_invokes);
    m_simulation->prepare = [this] { return !prepare || prepare(); };
    m_runs = new QTreeWidget;
    m_runs->setObjectName(u"scheduleRuns"_s);
    m_runs->setAccessibleName(tr("What has run"));
    m_runs->setRootIsDecorated(false);
    m_runs->setUniformRowHeights(true);
    m_runs->setHeaderLabels({tr("Time"), tr("Schedule"), tr("Function"), tr("Was to run at (UTC)"), tr("What became of it")});
    m_runs->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_noRuns = new QLabel(tr("Nothing has run yet. “Let them fire” serves the project and fires its schedules at their times; “Fire now” runs one at once."), m_runs->viewport());
    m_noRuns->setObjectName(u"scheduleNoRuns"_s);
    m_noRuns->setProperty("muted", true);
    m_noRuns->setAlignment(Qt::AlignCenter);
    m_noRuns->setWordWrap(true);
    auto *over = new QVBoxLayout(m_runs->viewport());
    over->addWidget(m_noRuns);
    m_pages->addWidget(m_calendar);
    m_pages->addWidget(m_simulation);
    m_pages->addWidget(m_runs);
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeBar());
    column->addWidget(m_pages, 1);
    m_stack->addWidget(m_state);
    m_stack->addWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    // What is made while its parent is being shown is not shown with it.
    m_stack->show();
    setFocusProxy(m_list);
    connectAll();
}

QWidget *SchedulePanel::makeBar()
{
    const auto button = [](const QString &name, const QString &text, const QString &tip) {
        auto *made = new QPushButton(text);
        made->setObjectName(name);
        made->setProperty("quiet", true);
        made->setToolTip(tip);
        return made;
    };
    m_new = new QPushButton(tr("New schedule…"));
    m_new->setObjectName(u"scheduleNew"_s);
    m_edit = button(u"scheduleEdit"_s, tr("Edit…"), tr("Change the chosen schedule (Enter)"));
    m_fire = button(u"scheduleFire"_s, tr("Fire now"), tr("Run it once, with the event that it would send now"));
    m_remove = button(u"scheduleRemove"_s, tr("Remove"), tr("Take it out of the template (Delete); undo brings it back"));
    m_run = new QPushButton;
    m_run->setObjectName(u"scheduleRunAll"_s);
    m_next = new QLabel;
    m_next->setObjectName(u"scheduleNext"_s);
    m_next->setProperty("muted", true);
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(4);
    for (const auto &[name, text] : {std::pair(u"scheduleListPage"_s, tr("Schedules")), std::pair(u"scheduleCalendarPage"_s, tr("Calendar")), std::pair(u"scheduleClockPage"_s, tr("Turn the clock")), std::pair(u"scheduleRunsPage"_s, tr("What has run"))}) {
        auto *page = new QToolButton;
        page->setObjectName(name);
        page->setText(text);
        page->setCheckable(true);
        page->setAutoExclusive(true);
        page->setFocusPolicy(Qt::StrongFocus);
        row->addWidget(page);
        const int index = int(m_pageButtons.size());
        m_pageButtons << page;
        connect(page, &QToolButton::clicked, this, [this, index] { choosePage(index); });
    }
    m_pageButtons.first()->setChecked(true);
    row->addSpacing(12);
    for (QPushButton *each : {m_edit, m_fire, m_remove})
        row->addWidget(each);
    row->addStretch();
    row->addWidget(m_next);
    row->addWidget(m_run);
    row->addWidget(m_new);
    return bar;
}

QWidget *SchedulePanel::makeList()
{
    m_list = new QTreeWidget;
    m_list->setObjectName(u"scheduleList"_s);
    m_list->setAccessibleName(tr("Schedules"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setHeaderLabels({tr("Schedule"), tr("Function"), tr("When"), tr("Next run"), tr("Last run here")});
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(WhenColumn, QHeaderView::Stretch);
    return m_list;
}

void SchedulePanel::connectAll()
{
    connect(m_state, &StatePage::actionTriggered, this, [this] { makeNew({}); });
    connect(m_new, &QPushButton::clicked, this, [this] { makeNew(current() ? current()->function : QString()); });
    connect(m_edit, &QPushButton::clicked, this, &SchedulePanel::edit);
    connect(m_list, &QTreeWidget::itemActivated, this, &SchedulePanel::edit);
    connect(m_fire, &QPushButton::clicked, this, &SchedulePanel::fireNow);
    connect(m_remove, &QPushButton::clicked, this, &SchedulePanel::remove);
    addListActions();
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_serving.schedulesOn() || !prepare || prepare())
            m_serving.setSchedulesOn(!m_serving.schedulesOn());
    });
    connect(&m_serving, &services::Serving::changed, this, &SchedulePanel::servingChanged);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &SchedulePanel::updateState);
    connect(m_list, &QTreeWidget::itemChanged, this, [this](const QTreeWidgetItem *item, int column) {
        const cloud::ProjectSchedule *schedule = find(item->data(NameColumn, IdRole).toString());
        const bool checked = item->checkState(NameColumn) == Qt::Checked;
        if (column != NameColumn || !schedule || schedule->enabled == checked)
            return;
        Q_EMIT enabledChosen(*schedule, checked);
        // The box shows what the template says, also when that could not be changed.
        QMetaObject::invokeMethod(this, &SchedulePanel::fill, Qt::QueuedConnection);
    });
    connect(m_calendar, &ScheduleCalendar::moveRequested, this, [this](const QString &id, const QString &expression) {
        if (const cloud::ProjectSchedule *schedule = find(id))
            Q_EMIT expressionChosen(*schedule, expression);
    });
    connect(m_calendar, &ScheduleCalendar::spreadRequested, this, [this](const QString &id, int flexibleMinutes) {
        if (const cloud::ProjectSchedule *schedule = find(id))
            Q_EMIT windowChosen(*schedule, flexibleMinutes);
    });
    connect(&theme(), &Theme::changed, this, &SchedulePanel::fill);
}

/// What can be done with a schedule, by a click with the other button or by its key.
void SchedulePanel::addListActions()
{
    const auto add = [this](const QString &name, const QString &text, const QKeySequence &key, void (SchedulePanel::*slot)()) {
        auto *action = new QAction(text, m_list);
        action->setObjectName(name);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_list->addAction(action);
        connect(action, &QAction::triggered, this, slot);
    };
    // Enter and a double click are the list's own.
    add(u"scheduleListEdit"_s, tr("Edit…"), {}, &SchedulePanel::edit);
    add(u"scheduleListFire"_s, tr("Fire now"), {}, &SchedulePanel::fireNow);
    add(u"scheduleListPlace"_s, tr("Show in the template"), QKeySequence(Qt::CTRL | Qt::Key_Return), &SchedulePanel::showInTemplate);
    add(u"scheduleListRemove"_s, tr("Remove"), QKeySequence::Delete, &SchedulePanel::remove);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void SchedulePanel::remove()
{
    if (const cloud::ProjectSchedule *schedule = declared())
        Q_EMIT removeChosen(*schedule);
}

void SchedulePanel::showInTemplate()
{
    if (const cloud::ProjectSchedule *schedule = declared())
        Q_EMIT placeRequested(schedule->location.file, schedule->location.line, schedule->location.column);
}

void SchedulePanel::showEvent(QShowEvent *event)
{
    if (!m_stack)
        make();
    fill();
    m_tick.start();
    QWidget::showEvent(event);
}

void SchedulePanel::hideEvent(QHideEvent *event)
{
    m_tick.stop();
    QWidget::hideEvent(event);
}

void SchedulePanel::setProject(const std::shared_ptr<const project::Project> &project)
{
    const bool other = !project || !m_project || project->folder != m_project->folder;
    m_project = project;
    m_called.setProject(project ? project->folder : QString());
    m_schedules = project ? cloud::schedulesOf(*project) + m_called.all() : QList<cloud::ProjectSchedule>();
    if (other) {
        m_cloud.clearScheduleRuns();
        m_became.clear();
        if (m_runs)
            m_runs->clear();
    }
    fill();
}

void SchedulePanel::takeCalled()
{
    if (m_project && m_called.lookAround()) {
        m_schedules = cloud::schedulesOf(*m_project) + m_called.all();
        fillList();
        updateState();
        return;
    }
    updateTimes();
}

const cloud::ProjectSchedule *SchedulePanel::find(const QString &id) const
{
    const auto found = std::find_if(m_schedules.cbegin(), m_schedules.cend(), [&id](const cloud::ProjectSchedule &schedule) { return schedule.id == id; });
    return found == m_schedules.cend() ? nullptr : &*found;
}

const cloud::ProjectSchedule *SchedulePanel::current() const
{
    const QTreeWidgetItem *item = m_list ? m_list->currentItem() : nullptr;
    return item ? find(item->data(NameColumn, IdRole).toString()) : nullptr;
}

const cloud::ProjectSchedule *SchedulePanel::declared()
{
    const cloud::ProjectSchedule *schedule = current();
    if (!schedule || !schedule->called)
        return schedule;
    Q_EMIT failed({ErrorCode::Unsupported, tr("“%1” was made by a call, not by the template.").arg(schedule->id), tr("Change it as it was made, such as with aws scheduler update-schedule or aws events put-rule."), {}});
    return nullptr;
}

void SchedulePanel::choosePage(int page)
{
    m_pages->setCurrentIndex(page);
    m_pageButtons.at(page)->setChecked(true);
    setFocusProxy(page == ListPage ? static_cast<QWidget *>(m_list) : m_pages->currentWidget());
    updateState();
}

void SchedulePanel::fill()
{
    // What is not seen is filled when it is shown.
    if (!m_stack || !isVisible())
        return;
    fillList();
    const Instant now = nowOf(m_clock);
    const auto durations = services::measuredDurations(m_cloud.lanes());
    m_calendar->setProject(m_project, durations, now);
    m_simulation->setProject(m_project, durations, now);
    updateState();
}

void SchedulePanel::fillList()
{
    const QSignalBlocker blocked(m_list);
    const QString chosen = m_list->currentItem() ? m_list->currentItem()->data(NameColumn, IdRole).toString() : QString();
    m_list->clear();
    for (const cloud::ProjectSchedule &schedule : std::as_const(m_schedules)) {
        auto *item = new QTreeWidgetItem(m_list);
        fillItem(item, schedule);
        if (schedule.id == chosen)
            m_list->setCurrentItem(item);
    }
    if (!m_list->currentItem())
        m_list->setCurrentItem(m_list->topLevelItem(0));
}

void SchedulePanel::fillItem(QTreeWidgetItem *item, const cloud::ProjectSchedule &schedule)
{
    item->setData(NameColumn, IdRole, schedule.id);
    item->setText(NameColumn, schedule.id);
    item->setCheckState(NameColumn, schedule.enabled ? Qt::Checked : Qt::Unchecked);
    if (schedule.called)
        item->setFlags(item->flags() & ~Qt::ItemIsUserCheckable);
    item->setToolTip(NameColumn, schedule.called ? tr("Made by a call; it is changed by calls") : schedule.enabled ? tr("Enabled; Space turns it off in the template") : tr("Disabled; Space turns it on in the template"));
    item->setText(FunctionColumn, schedule.function.isEmpty() ? schedule.target : schedule.function);
    const QString words = schedule.expression ? explain(*schedule.expression) : schedule.problem;
    item->setText(WhenColumn, schedule.isValid() && schedule.zoneName != "UTC"_L1 ? tr("%1 Clock of %2.").arg(words, schedule.zoneName) : schedule.isValid() ? words : schedule.problem);
    item->setToolTip(WhenColumn, schedule.isValid() ? schedule.text : schedule.hint);
    if (!schedule.isValid())
        item->setForeground(WhenColumn, theme().color(Token::Bad));
    if (!schedule.enabled) {
        for (int column = 0; column <= LastColumn; ++column)
            item->setForeground(column, theme().color(Token::Muted));
    }
}

void SchedulePanel::updateTimes()
{
    takeRuns();
    const Instant now = nowOf(m_clock);
    std::optional<Instant> first;
    for (int i = 0; i < m_schedules.size(); ++i) {
        const cloud::ProjectSchedule &schedule = m_schedules.at(i);
        QTreeWidgetItem *item = m_list->topLevelItem(i);
        item->setText(LastColumn, m_became.value(schedule.id));
        if (!schedule.isValid())
            continue;
        const bool counts = schedule.expression->rate() && !schedule.start;
        const auto next = schedule.times(now).next(now);
        if (schedule.enabled && next && (!first || *next < *first))
            first = next;
        item->setText(NextColumn, !next ? tr("never again") : !schedule.enabled ? tr("disabled") : counts ? tr("counted from when firing begins") : timeText(*next, *schedule.zone) + u", "_s + fromNow(*next - now));
        item->setToolTip(NextColumn, next ? toIso(*next) : QString());
    }
    m_next->setText(!m_serving.schedulesOn() ? tr("Not firing") : first ? tr("Firing; the next %1").arg(fromNow(*first - now)) : tr("Firing"));
}

void SchedulePanel::takeRuns()
{
    const QList<cloud::ScheduleRun> fresh = m_cloud.scheduleRuns().after(m_lastRun);
    for (const cloud::ScheduleRun &run : fresh) {
        m_lastRun = run.number;
        const QString time = QDateTime::fromMSecsSinceEpoch(run.epochMs).toString(u"HH:mm:ss"_s);
        const QString became = becameText(run);
        auto *item = new QTreeWidgetItem({time, run.schedule, run.function, QDateTime::fromMSecsSinceEpoch(run.scheduledEpochMs, Qt::UTC).toString(u"yyyy-MM-dd HH:mm:ss"_s), became});
        if (run.state != cloud::ScheduleRun::State::Sent)
            item->setForeground(4, theme().color(Token::Warning));
        m_runs->insertTopLevelItem(0, item);
        m_became.insert(run.schedule, time + u", "_s + became);
    }
    while (m_runs->topLevelItemCount() > cloud::ScheduleHistory::MaxRuns)
        delete m_runs->takeTopLevelItem(m_runs->topLevelItemCount() - 1);
    m_noRuns->setVisible(m_runs->topLevelItemCount() == 0);
}

void SchedulePanel::updateState()
{
    // As in fill(): list and schedules belong together only then.
    if (!m_stack || !isVisible())
        return;
    if (m_schedules.isEmpty()) {
        const bool canHave = m_project && !m_project->functions.isEmpty() && !m_project->templateFile.isEmpty();
        m_state->showEmpty(m_project ? tr("No function of this project runs on a schedule. Make one: in words, by its fields or as text, and see when it will run.") : tr("The schedules of a project are listed here: when they run next, on a calendar, and on a clock that you turn."), canHave ? tr("New schedule…") : QString());
    }
    m_stack->setCurrentIndex(m_schedules.isEmpty() ? 0 : 1);
    const bool onList = m_pages->currentIndex() == ListPage;
    for (QPushButton *each : {m_edit, m_fire, m_remove}) {
        each->setVisible(onList);
        each->setEnabled(current() && (each == m_fire || !current()->called));
    }
    const bool on = m_serving.schedulesOn();
    m_run->setText(on ? tr("Stop firing") : tr("Let them fire"));
    m_run->setToolTip(on ? tr("Schedules fire no more; the project is served on") : tr("Serve the project on this machine and fire its schedules at their times"));
    m_run->setEnabled(!m_serving.isStarting());
    setTone(m_next, on ? Token::Good : Token::Muted);
    updateTimes();
}

ScheduleBuilder *SchedulePanel::makeBuilder()
{
    auto *builder = new ScheduleBuilder({m_project, m_invokes.prices(), services::measuredDurations(m_cloud.lanes()), nowOf(m_clock)}, window());
    connect(builder, &ScheduleBuilder::chosen, this, &SchedulePanel::draftChosen);
    return builder;
}

void SchedulePanel::makeNew(const QString &function)
{
    if (!m_project || m_project->functions.isEmpty())
        return;
    ScheduleBuilder *builder = makeBuilder();
    builder->begin(function.isEmpty() ? m_project->functions.first().name : function);
    builder->open();
}

void SchedulePanel::edit()
{
    const cloud::ProjectSchedule *schedule = declared();
    if (!schedule)
        return;
    ScheduleBuilder *builder = makeBuilder();
    builder->edit(*schedule);
    connect(builder, &ScheduleBuilder::expressionChosen, this, [this, schedule = *schedule](const QString &expression) { Q_EMIT expressionChosen(schedule, expression); });
    builder->open();
}

void SchedulePanel::fireNow()
{
    const cloud::ProjectSchedule *schedule = current();
    if (!schedule || (prepare && !prepare()))
        return;
    if (m_serving.ports())
        return fire(schedule->id);
    m_fireWhenServed = schedule->id;
    m_serving.start();
}

void SchedulePanel::servingChanged()
{
    updateState();
    if (m_serving.isStarting())
        return;
    const QString id = std::exchange(m_fireWhenServed, {});
    if (!id.isEmpty() && m_serving.ports())
        fire(id);
}

void SchedulePanel::fire(const QString &id)
{
    m_cloud.fireSchedule(id).then(this, [this](const Result<QByteArray> &sent) {
        if (!sent)
            Q_EMIT failed(sent.error());
        updateState();
    });
}

} // namespace eph::ui
