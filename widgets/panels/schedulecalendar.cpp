// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/schedulecalendar.h"

#include "core/schedule/explain.h"
#include "widgets/common/theme.h"
#include "widgets/panels/monthview.h"
#include "widgets/panels/yearview.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimeZone>
#include <QToolButton>
#include <QTreeWidget>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

constexpr qsizetype MaxRunsShown = 100'000; ///< Of one schedule on one day; each second is fewer.
constexpr std::chrono::days LookedAt{28};   ///< For collisions.

[[nodiscard]] int yearOf(Instant at)
{
    return int(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(at)).year());
}

[[nodiscard]] QLabel *smallLabel()
{
    auto *label = new QLabel;
    label->setFont(Theme::smallFont());
    label->setProperty("muted", true);
    return label;
}

/// What the schedule's own clock does to it between two moments.
void markChange(DayView::Row &row, const FireTimes &times, Instant from, Instant until)
{
    for (const ChangedRun &changed : changedRuns(times, from, until)) {
        row.change = sentenceOf(changed, times);
        row.changeAt = changed.when;
        // A run that does not happen is what one looks for.
        if (changed.skipped)
            return;
    }
}

} // namespace

ScheduleCalendar::ScheduleCalendar(cost::PriceBook prices, QWidget *parent)
    : QWidget(parent)
    , m_prices(std::move(prices))
    , m_zone(new QComboBox)
    , m_year(new QSpinBox)
    , m_monthly(new QToolButton)
    , m_views(new QStackedWidget)
    , m_yearView(new YearView)
    , m_monthView(new MonthView)
    , m_dayTitle(smallLabel())
    , m_day(new DayView)
    , m_collisionTitle(smallLabel())
    , m_collisions(new QTreeWidget)
{
    m_zone->setObjectName(u"calendarZone"_s);
    m_zone->setAccessibleName(tr("Clock of the calendar"));
    m_zone->setToolTip(tr("On whose clock the days are counted"));
    m_zone->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_year->setObjectName(u"calendarYear"_s);
    m_year->setAccessibleName(tr("Year"));
    m_year->setRange(FirstYear, LastYear);
    m_monthly->setObjectName(u"calendarMonthly"_s);
    m_monthly->setText(tr("By the hour"));
    m_monthly->setToolTip(tr("One month, with the hours of each day"));
    m_monthly->setCheckable(true);
    m_views->addWidget(m_yearView);
    m_views->addWidget(m_monthView);
    m_monthView->setObjectName(u"calendarMonthView"_s);
    m_yearView->setObjectName(u"calendarYearView"_s);
    m_day->setObjectName(u"calendarDay"_s);
    m_dayTitle->setObjectName(u"calendarDayTitle"_s);
    m_collisionTitle->setObjectName(u"calendarCollisionTitle"_s);
    m_collisions->setObjectName(u"calendarCollisions"_s);
    m_collisions->setAccessibleName(tr("Schedules that run at the same time"));
    m_collisions->setRootIsDecorated(false);
    m_collisions->setHeaderLabels({tr("At the same time"), tr("Times"), tr("At once"), QString()});
    m_collisions->header()->setStretchLastSection(false);
    m_collisions->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_collisions->header()->setSectionResizeMode(0, QHeaderView::Stretch);

    auto *row = new QHBoxLayout;
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(8);
    row->addWidget(m_year);
    row->addWidget(m_zone);
    row->addWidget(m_monthly);
    row->addStretch();
    row->addWidget(m_dayTitle);
    auto *year = new QWidget;
    auto *yearColumn = new QVBoxLayout(year);
    yearColumn->setContentsMargins(0, 0, 0, 0);
    yearColumn->setSpacing(2);
    yearColumn->addLayout(row);
    yearColumn->addWidget(m_views, 1);
    auto *day = new QWidget;
    auto *dayColumn = new QVBoxLayout(day);
    dayColumn->setContentsMargins(8, 0, 8, 0);
    dayColumn->setSpacing(2);
    dayColumn->addWidget(m_day, 3);
    dayColumn->addWidget(m_collisionTitle);
    dayColumn->addWidget(m_collisions, 2);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(year);
    splitter->addWidget(day);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    setFocusProxy(m_views);
    m_views->setFocusProxy(m_yearView);

    connect(m_zone, &QComboBox::activated, this, &ScheduleCalendar::countRuns);
    connect(m_year, &QSpinBox::valueChanged, this, &ScheduleCalendar::countRuns);
    connect(m_yearView, &YearView::currentChanged, this, &ScheduleCalendar::showDay);
    connect(m_yearView, &YearView::activated, m_monthly, [this] { m_monthly->setChecked(true); });
    connect(m_monthly, &QToolButton::toggled, this, &ScheduleCalendar::setMonthly);
    connect(m_monthView, &MonthView::currentChanged, m_yearView, &YearView::setCurrent);
    connect(m_monthView, &MonthView::activated, this, &ScheduleCalendar::zoomTo);
    connect(m_monthView, &MonthView::left, m_monthly, [this] { m_monthly->setChecked(false); });
    connect(m_day, &DayView::left, m_views, [this] { m_views->currentWidget()->setFocus(); });
}

void ScheduleCalendar::setMonthly(bool monthly)
{
    QWidget *view = monthly ? static_cast<QWidget *>(m_monthView) : m_yearView;
    m_views->setCurrentWidget(view);
    m_views->setFocusProxy(view);
    showDay(m_yearView->current());
    view->setFocus();
}

void ScheduleCalendar::showMonthOf(int index)
{
    const auto day = m_calendar->day(index);
    const std::chrono::year_month_day date(day);
    const int first = index - int(unsigned(date.day())) + 1;
    if (std::exchange(m_monthFirst, first) == first)
        return;
    const auto last = std::chrono::local_days(date.year() / date.month() / std::chrono::last);
    std::vector<MonthView::Hours> counts(std::size_t((last - m_calendar->day(first)).count()) + 1);
    for (const cloud::ProjectSchedule &schedule : std::as_const(m_schedules)) {
        const FireTimes times = schedule.times(m_now);
        for (std::size_t i = 0; i < counts.size(); ++i)
            m_calendar->addRunsOfDay(times, first + int(i), counts[i]);
    }
    m_monthView->setRuns(m_calendar, first, std::move(counts));
}

void ScheduleCalendar::zoomTo(int index, int hour)
{
    showDay(index);
    m_day->zoomToHour(hour);
    m_day->setFocus();
}

void ScheduleCalendar::setProject(const std::shared_ptr<const project::Project> &project, const QHash<QString, std::chrono::milliseconds> &durations, Instant now)
{
    const bool first = !m_project || !project || m_project->folder != project->folder;
    const QStringList signature = services::signatureOf(project.get());
    const bool same = !first && signature == m_signature && durations == m_durations && std::chrono::floor<std::chrono::days>(now) == std::chrono::floor<std::chrono::days>(m_now);
    m_project = project;
    // A project that was merely read again, or a panel that is shown again, has no other runs.
    if (same)
        return;
    m_signature = signature;
    m_durations = durations;
    m_now = now;
    m_schedules.clear();
    if (project) {
        for (cloud::ProjectSchedule &schedule : cloud::schedulesOf(*project)) {
            if (schedule.enabled && schedule.isValid())
                m_schedules << std::move(schedule);
        }
    }
    fillZones();
    const QSignalBlocker blocked(m_year);
    if (first)
        m_year->setValue(yearOf(now));
    countRuns();
    findCollisions();
}

/// UTC, the zones of the schedules, and that of this machine.
void ScheduleCalendar::fillZones()
{
    const QString chosen = m_zone->currentText();
    QStringList names{u"UTC"_s};
    for (const cloud::ProjectSchedule &schedule : std::as_const(m_schedules)) {
        if (!names.contains(schedule.zoneName))
            names << schedule.zoneName;
    }
    const QString own = QString::fromLatin1(QTimeZone::systemTimeZoneId());
    if (!names.contains(own) && Zone::load(own))
        names << own;
    m_zone->clear();
    m_zone->addItems(names);
    m_zone->setCurrentIndex(std::max(0, int(names.indexOf(chosen))));
}

void ScheduleCalendar::countRuns()
{
    const auto zone = Zone::load(m_zone->currentText());
    if (!zone)
        return;
    const std::chrono::year year(m_year->value());
    const int days = year.is_leap() ? 366 : 365;
    m_calendar = std::make_shared<const Calendar>(*zone, std::chrono::local_days(year / 1 / 1), days);
    std::vector<qint64> counts(std::size_t(days), 0);
    for (const cloud::ProjectSchedule &schedule : std::as_const(m_schedules))
        m_calendar->addRuns(schedule.times(m_now), counts);
    m_yearView->setRuns(m_calendar, std::move(counts));
    const auto today = std::chrono::floor<std::chrono::days>((*zone)->toLocal(m_now)) - m_calendar->day(0);
    m_monthFirst = -1;
    m_yearView->setToday(int(today.count()));
    m_monthView->setToday(int(today.count()));
    if (m_yearView->current() < 0)
        m_yearView->setCurrent(std::clamp(int(today.count()), 0, days - 1));
    else
        showDay(m_yearView->current());
}

void ScheduleCalendar::showDay(int index)
{
    if (!m_calendar || index < 0 || index >= m_calendar->days())
        return;
    if (m_monthly->isChecked()) {
        showMonthOf(index);
        m_monthView->setCurrent(index, m_monthView->hour());
    }
    QList<DayView::Row> rows;
    for (const cloud::ProjectSchedule &schedule : std::as_const(m_schedules)) {
        const QList<Instant> runs = schedule.times(m_now).between(m_calendar->begin(index), m_calendar->end(index), MaxRunsShown);
        DayView::Row row{schedule.id, runs, durationOf(schedule.function), {}, {}};
        markChange(row, schedule.times(m_now), m_calendar->begin(index), m_calendar->end(index));
        if (!runs.isEmpty() || !row.change.isEmpty())
            rows << row;
    }
    m_dayTitle->setText(dateText(m_calendar->day(index)));
    m_day->setDay(*Zone::load(m_zone->currentText()), m_calendar->begin(index), m_calendar->end(index), rows);
}

ScheduleCalendar::~ScheduleCalendar()
{
    if (m_stop)
        *m_stop = true;
}

void ScheduleCalendar::findCollisions()
{
    // Only the newest question is answered.
    if (m_stop)
        *m_stop = true;
    if (m_schedules.isEmpty())
        return showCollisions({});
    m_collisionTitle->setText(tr("Looking for those that run at the same time…"));
    services::SimulationRequest request;
    request.from = m_now;
    request.length = LookedAt;
    request.durations = m_durations;
    m_stop = std::make_shared<std::atomic<bool>>(false);
    m_jobs.run([project = m_project, request, prices = m_prices, stop = m_stop]() mutable {
        request.project = project.get();
        return services::collisionsOf(request, prices, [&stop] { return stop->load(); });
    }, [this, stop = m_stop](const QList<services::Collision> &found) {
        if (!*stop)
            showCollisions(found);
    });
}

void ScheduleCalendar::showCollisions(const QList<services::Collision> &collisions)
{
    m_collisions->clear();
    m_collisions->setVisible(!collisions.isEmpty());
    m_collisionTitle->setText(m_schedules.isEmpty() ? tr("No schedule of this project is turned on.") : collisions.isEmpty() ? tr("No two run at the same time in the next 28 days.") : tr("At the same time in the next 28 days"));
    m_collisionTitle->setToolTip(tr("With the durations that were measured here, one second otherwise"));
    for (const services::Collision &collision : collisions) {
        auto *item = new QTreeWidgetItem(m_collisions, {collision.schedules.join(u", "_s), QLocale().toString(collision.count), QLocale().toString(collision.concurrency)});
        item->setToolTip(0, tr("First on %1").arg(toIso(collision.first)));
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
        if (collision.moved.isEmpty())
            continue;
        const bool spread = collision.suggested.isEmpty();
        auto *move = new QPushButton(spread ? tr("Spread") : tr("Move"));
        move->setObjectName(spread ? u"calendarSpread"_s : u"calendarMove"_s);
        move->setProperty("link", true);
        move->setToolTip(spread ? tr("No other minute is free. “%1” gets a flexible window: each run at some moment within %n minutes", nullptr, collision.flexibleMinutes).arg(collision.moved) : tr("“%1” becomes %2").arg(collision.moved, collision.suggested));
        move->setAccessibleName(move->toolTip());
        connect(move, &QPushButton::clicked, this, [this, collision, spread] {
            if (spread)
                Q_EMIT spreadRequested(collision.moved, collision.flexibleMinutes);
            else
                Q_EMIT moveRequested(collision.moved, collision.suggested);
        });
        m_collisions->setItemWidget(item, 3, move);
    }
}

} // namespace eph::ui
