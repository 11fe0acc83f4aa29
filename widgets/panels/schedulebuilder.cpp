// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/schedulebuilder.h"

#include "core/schedule/convert.h"
#include "core/schedule/explain.h"
#include "core/schedule/write.h"
#include "widgets/common/theme.h"
#include "widgets/panels/cronfields.h"
#include "widgets/panels/expressionedit.h"
#include "widgets/panels/nextruns.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDateTimeEdit>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTimeZone>
#include <QToolButton>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

enum Kind { CronKind, RateKind, OnceKind };

constexpr int MaxRate = 999'999'999;
constexpr int ShorterBy = 8; ///< Worth telling: names of days are longer than numbers, and better to read.

struct Preset {
    QString name;
    QString text; ///< Of the Scheduler.
    QString zone; ///< Empty: as it is.
};

[[nodiscard]] QList<Preset> presets()
{
    return {{ScheduleBuilder::tr("Every 5 minutes"), u"rate(5 minutes)"_s, {}},
            {ScheduleBuilder::tr("Every hour, on the hour"), u"cron(0 * * * ? *)"_s, {}},
            {ScheduleBuilder::tr("Every day at 9:00"), u"cron(0 9 * * ? *)"_s, {}},
            {ScheduleBuilder::tr("Every weekday at 9:00"), u"cron(0 9 ? * 2-6 *)"_s, {}},
            {ScheduleBuilder::tr("Every weekday at 9:00 in Berlin"), u"cron(0 9 ? * 2-6 *)"_s, u"Europe/Berlin"_s},
            {ScheduleBuilder::tr("Every 15 minutes in working hours"), u"cron(*/15 8-17 ? * 2-6 *)"_s, {}},
            {ScheduleBuilder::tr("Every Monday at 6:30"), u"cron(30 6 ? * 2 *)"_s, {}},
            {ScheduleBuilder::tr("On the first day of the month at 6:00"), u"cron(0 6 1 * ? *)"_s, {}},
            {ScheduleBuilder::tr("On the last day of the month at 18:00"), u"cron(0 18 L * ? *)"_s, {}},
            {ScheduleBuilder::tr("On the first Monday of the month at 8:00"), u"cron(0 8 ? * 2#1 *)"_s, {}}};
}

[[nodiscard]] QLabel *caption(const QString &text, QWidget *buddy)
{
    auto *label = new QLabel(text);
    label->setBuddy(buddy);
    return label;
}

} // namespace

ScheduleBuilder::ScheduleBuilder(Surroundings surroundings, QWidget *parent)
    : QDialog(parent)
    , m_surroundings(std::move(surroundings))
    , m_function(new QComboBox)
    , m_name(new QLineEdit)
    , m_dialect(new QComboBox)
    , m_preset(new QComboBox)
    , m_text(new ExpressionEdit)
    , m_words(new QLabel)
    , m_hint(new QLabel)
    , m_kind(new QStackedWidget)
    , m_fields(new CronFields)
    , m_rate(new QSpinBox)
    , m_unit(new QComboBox)
    , m_once(new QDateTimeEdit)
    , m_zone(new QComboBox)
    , m_start(new QLineEdit)
    , m_end(new QLineEdit)
    , m_flexible(new QSpinBox)
    , m_input(new QLineEdit)
    , m_enabled(new QCheckBox(tr("Enabled")))
    , m_runs(new NextRuns)
    , m_convert(new QPushButton(tr("Convert to EventBridge Scheduler")))
    , m_save(new QPushButton(tr("Write into the template")))
{
    setObjectName(u"scheduleBuilder"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    resize(980, 620);
    m_save->setProperty("primary", true);
    m_save->setObjectName(u"builderSave"_s);
    m_save->setDefault(true);
    m_convert->setObjectName(u"builderConvert"_s);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setObjectName(u"builderCancel"_s);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_convert);
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    auto *halves = new QHBoxLayout;
    halves->setSpacing(16);
    halves->addWidget(makeForm(), 3);
    halves->addWidget(m_runs, 2);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addLayout(halves, 1);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &ScheduleBuilder::save);
    connect(m_convert, &QPushButton::clicked, this, &ScheduleBuilder::convertToEventBridge);
    connect(m_text, &QLineEdit::textChanged, this, &ScheduleBuilder::textChanged);
    connect(m_dialect, &QComboBox::activated, this, &ScheduleBuilder::dialectChosen);
    connect(m_preset, &QComboBox::activated, this, &ScheduleBuilder::presetChosen);
    connect(m_fields, &CronFields::edited, this, &ScheduleBuilder::setText);
    connect(m_zone, &QComboBox::currentTextChanged, this, &ScheduleBuilder::frameChanged);
    connect(m_start, &QLineEdit::textChanged, this, &ScheduleBuilder::frameChanged);
    connect(m_end, &QLineEdit::textChanged, this, &ScheduleBuilder::frameChanged);
    connect(m_function, &QComboBox::currentTextChanged, this, &ScheduleBuilder::frameChanged);
    connect(m_name, &QLineEdit::textChanged, this, &ScheduleBuilder::showOutcome);
    connect(m_rate, &QSpinBox::valueChanged, this, [this] { kindChosen(RateKind); });
    connect(m_unit, &QComboBox::activated, this, [this] { kindChosen(RateKind); });
    connect(m_once, &QDateTimeEdit::dateTimeChanged, this, [this] { kindChosen(OnceKind); });
}

QWidget *ScheduleBuilder::makeForm()
{
    m_function->setObjectName(u"builderFunction"_s);
    for (const project::Function &function : m_surroundings.project->functions)
        m_function->addItem(function.name);
    m_name->setObjectName(u"builderName"_s);
    m_name->setPlaceholderText(tr("Letters and digits, such as Daily"));
    m_dialect->setObjectName(u"builderDialect"_s);
    for (const Dialect dialect : allDialects())
        m_dialect->addItem(dialectName(dialect), int(dialect));
    m_preset->setObjectName(u"builderPreset"_s);
    m_preset->setPlaceholderText(tr("Begin with…"));
    for (const Preset &preset : presets())
        m_preset->addItem(preset.name);
    m_preset->setCurrentIndex(-1);
    m_text->setObjectName(u"builderText"_s);
    m_text->setAccessibleName(tr("Expression"));
    m_words->setObjectName(u"builderWords"_s);
    m_words->setWordWrap(true);
    m_words->setMinimumHeight(2 * fontMetrics().height());
    QFont bold = m_words->font();
    bold.setWeight(QFont::DemiBold);
    m_words->setFont(bold);
    m_hint->setObjectName(u"builderHint"_s);
    m_hint->setWordWrap(true);
    m_hint->setProperty("muted", true);
    // Nothing jumps when there is something to say.
    m_hint->setMinimumHeight(2 * fontMetrics().height());
    m_hint->setAlignment(Qt::AlignTop);

    // Long names of functions and zones do not decide how wide everything is.
    for (QComboBox *box : {m_function, m_dialect, m_preset, m_zone}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(14);
    }
    auto *names = new QHBoxLayout;
    names->setSpacing(8);
    names->addWidget(m_function, 1);
    names->addWidget(m_name, 1);
    auto *readers = new QHBoxLayout;
    readers->setSpacing(8);
    readers->addWidget(m_dialect, 1);
    readers->addWidget(m_preset, 1);
    auto *content = new QWidget;
    auto *all = new QVBoxLayout(content);
    all->setContentsMargins(0, 0, 0, 0);
    auto *form = new QFormLayout;
    all->addLayout(form);
    all->addStretch();
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(caption(tr("&Function, name"), m_function), names);
    form->addRow(caption(tr("&Read by"), m_dialect), readers);
    form->addRow(caption(tr("E&xpression"), m_text), m_text);
    form->addRow(QString(), m_words);
    form->addRow(QString(), m_hint);
    form->addRow(tr("Kind"), makeKinds());
    makeAdvanced(form);
    return content;
}

QWidget *ScheduleBuilder::makeKinds()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    for (const auto &[name, text] : {std::pair(u"builderCron"_s, tr("By the calendar")), std::pair(u"builderRate"_s, tr("In equal steps")), std::pair(u"builderOnce"_s, tr("Once"))}) {
        auto *button = new QToolButton;
        button->setObjectName(name);
        button->setText(text);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setFocusPolicy(Qt::StrongFocus);
        row->addWidget(button);
        const int kind = int(m_kinds.size());
        m_kinds << button;
        connect(button, &QToolButton::clicked, this, [this, kind] {
            // What is of that kind already stays as it is.
            if (m_kind->currentIndex() != kind || !m_expression)
                kindChosen(kind);
        });
    }
    row->addStretch();
    m_rate->setObjectName(u"builderRateValue"_s);
    m_rate->setAccessibleName(tr("Steps"));
    m_rate->setRange(1, MaxRate);
    m_rate->setValue(5);
    m_unit->setObjectName(u"builderRateUnit"_s);
    m_unit->setAccessibleName(tr("Unit of the steps"));
    m_unit->addItem(tr("minutes"), 60);
    m_unit->addItem(tr("hours"), 3600);
    m_unit->addItem(tr("days"), 86400);
    m_once->setObjectName(u"builderOnceTime"_s);
    m_once->setAccessibleName(tr("Date and time"));
    m_once->setDisplayFormat(u"yyyy-MM-dd HH:mm"_s);
    m_once->setCalendarPopup(true);
    m_once->setTimeSpec(Qt::UTC);
    m_once->setDateTime(QDateTime(QDateTime::fromSecsSinceEpoch(m_surroundings.now.time_since_epoch().count(), Qt::UTC).date().addDays(1), QTime(9, 0), Qt::UTC));
    auto *rate = new QWidget;
    auto *rateRow = new QHBoxLayout(rate);
    rateRow->setContentsMargins(0, 0, 0, 0);
    rateRow->addWidget(new QLabel(tr("Every")));
    rateRow->addWidget(m_rate);
    rateRow->addWidget(m_unit);
    rateRow->addStretch();
    rateRow->setAlignment(Qt::AlignTop);
    auto *once = new QWidget;
    auto *onceRow = new QHBoxLayout(once);
    onceRow->setContentsMargins(0, 0, 0, 0);
    onceRow->addWidget(m_once);
    onceRow->addStretch();
    onceRow->setAlignment(Qt::AlignTop);
    m_kind->addWidget(m_fields);
    m_kind->addWidget(rate);
    m_kind->addWidget(once);
    m_kind->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(m_kind);
    return content;
}

void ScheduleBuilder::makeAdvanced(QFormLayout *form)
{
    m_zone->setObjectName(u"builderZone"_s);
    m_zone->setEditable(true);
    m_zone->addItems(Zone::names());
    m_zone->completer()->setFilterMode(Qt::MatchContains);
    m_zone->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_zone->setCurrentText(u"UTC"_s);
    const QString version = Zone::rulesVersion();
    m_zone->setToolTip(version.isEmpty() ? tr("IANA time zone") : tr("IANA time zone, by the rules of %1").arg(version));
    m_start->setObjectName(u"builderStart"_s);
    m_start->setPlaceholderText(tr("no run before"));
    m_end->setObjectName(u"builderEnd"_s);
    m_end->setPlaceholderText(tr("no run after"));
    for (QLineEdit *edit : {m_start, m_end})
        edit->setToolTip(tr("In UTC, such as 2026-01-01T00:00:00Z"));
    m_flexible->setObjectName(u"builderFlexible"_s);
    m_flexible->setRange(0, cloud::LongestFlexibleMinutes);
    m_flexible->setSpecialValueText(tr("off"));
    m_flexible->setSuffix(tr(" minutes"));
    m_input->setObjectName(u"builderInput"_s);
    m_input->setPlaceholderText(tr("JSON in place of the service's own event"));
    m_input->setFont(Theme::codeFont());
    m_enabled->setObjectName(u"builderEnabled"_s);
    m_enabled->setChecked(true);
    auto *window = new QHBoxLayout;
    window->setSpacing(8);
    window->addWidget(m_start);
    window->addWidget(m_end);
    auto *last = new QHBoxLayout;
    last->addWidget(m_flexible);
    last->addStretch();
    last->addWidget(m_enabled);
    form->addRow(caption(tr("Time &zone"), m_zone), m_zone);
    form->addRow(caption(tr("&Between"), m_start), window);
    form->addRow(caption(tr("Flexible &window"), m_flexible), last);
    form->addRow(caption(tr("&Input"), m_input), m_input);
}

Dialect ScheduleBuilder::dialect() const
{
    return Dialect(m_dialect->currentData().toInt());
}

void ScheduleBuilder::begin(const QString &function)
{
    setWindowTitle(tr("New schedule"));
    m_function->setCurrentText(function);
    m_dialect->setCurrentIndex(m_dialect->findData(int(Dialect::EventBridgeScheduler)));
    m_text->setText(exampleOf(Dialect::EventBridgeScheduler));
    frameChanged();
    m_name->setFocus();
}

void ScheduleBuilder::edit(const cloud::ProjectSchedule &schedule)
{
    setWindowTitle(tr("Schedule “%1”").arg(schedule.id));
    const services::ScheduleDraft draft = services::draftOf(schedule);
    m_ownResource = schedule.ownResource;
    m_function->setCurrentText(schedule.function);
    m_function->setEnabled(false);
    m_name->setText(draft.event);
    m_name->setEnabled(false);
    m_dialect->setCurrentIndex(m_dialect->findData(int(draft.dialect)));
    m_zone->setCurrentText(draft.zone);
    m_start->setText(draft.start);
    m_end->setText(draft.end);
    m_flexible->setValue(draft.flexibleMinutes);
    m_input->setText(draft.input);
    m_enabled->setChecked(draft.enabled);
    m_text->setText(draft.text);
    if (m_ownResource) {
        for (QWidget *widget : {static_cast<QWidget *>(m_dialect), static_cast<QWidget *>(m_zone), static_cast<QWidget *>(m_start), static_cast<QWidget *>(m_end), static_cast<QWidget *>(m_flexible), static_cast<QWidget *>(m_input), static_cast<QWidget *>(m_enabled)}) {
            widget->setEnabled(false);
            widget->setToolTip(tr("It is declared as a resource of its own; change this in the template."));
        }
    }
    frameChanged();
    m_text->setFocus();
}

void ScheduleBuilder::setText(const QString &text)
{
    m_following = true;
    m_text->setText(text);
    m_following = false;
}

void ScheduleBuilder::dialectChosen()
{
    // What was meant is kept where the new one can say it.
    if (m_expression && m_expression->dialect != dialect()) {
        const auto written = schedule::convert(*m_expression, dialect());
        const QString text = written && written->expressions.size() == 1 ? written->expressions.first() : QString();
        if (!text.isEmpty() && text != m_text->text())
            return m_text->setText(text);
    }
    textChanged();
}

void ScheduleBuilder::presetChosen(int index)
{
    const Preset preset = presets().at(index);
    m_preset->setCurrentIndex(-1);
    const auto expression = parseExpression(preset.text, Dialect::EventBridgeScheduler);
    const auto written = schedule::convert(*expression, dialect());
    if (!written)
        return setError(written.error());
    if (!preset.zone.isEmpty() && hasZone(dialect()))
        m_zone->setCurrentText(preset.zone);
    m_text->setText(written->expressions.first());
}

void ScheduleBuilder::kindChosen(int kind)
{
    if (m_following)
        return;
    QString text;
    if (kind == RateKind) {
        const Rate rate{std::chrono::seconds(m_unit->currentData().toInt()) * m_rate->value(), false};
        const Expression expression{Dialect::EventBridgeScheduler, writeRate(rate.period), rate};
        const auto written = schedule::convert(expression, dialect());
        if (!written)
            return setError(written.error());
        text = written->expressions.first();
    } else if (kind == OnceKind) {
        text = u"at(%1:00)"_s.arg(m_once->dateTime().toString(u"yyyy-MM-ddTHH:mm"_s));
    } else {
        text = exampleOf(dialect());
    }
    setText(text);
    m_kinds.at(kind)->setChecked(true);
}

void ScheduleBuilder::textChanged()
{
    m_fields->setDialect(dialect());
    const auto parsed = parseExpression(m_text->text(), dialect());
    const bool eventBridge = isEventBridge(dialect());
    m_convert->setVisible(!eventBridge);
    m_kinds.at(RateKind)->setVisible(eventBridge || dialect() == Dialect::Kubernetes);
    m_kinds.at(OnceKind)->setVisible(dialect() == Dialect::EventBridgeScheduler);
    if (parsed) {
        m_expression = *parsed;
        m_text->clearFault();
        showTiming(*parsed);
    } else {
        m_expression.reset();
        m_text->setFault(parsed.error().offset, parsed.error().length);
        showProblem(parsed.error());
    }
    frameChanged();
}

void ScheduleBuilder::showTiming(const Expression &expression)
{
    const bool before = std::exchange(m_following, true);
    if (const Cron *cron = expression.cron()) {
        m_kinds.at(CronKind)->setChecked(true);
        m_kind->setCurrentIndex(CronKind);
        const bool short_ = expression.text.startsWith(u'@');
        m_fields->show(short_ ? normalised(expression) : expression.text, cron->spec);
    } else if (const Rate *rate = expression.rate()) {
        m_kinds.at(RateKind)->setChecked(true);
        m_kind->setCurrentIndex(RateKind);
        int unit = 2;
        while (unit > 0 && rate->period.count() % m_unit->itemData(unit).toInt() != 0)
            --unit;
        // Somebody who types 60 minutes keeps them.
        if (const int shown = m_unit->currentData().toInt(); rate->period.count() != qint64(shown) * m_rate->value()) {
            m_unit->setCurrentIndex(unit);
            m_rate->setValue(int(rate->period.count() / m_unit->itemData(unit).toInt()));
        }
    } else if (const At *at = expression.at()) {
        m_kinds.at(OnceKind)->setChecked(true);
        m_kind->setCurrentIndex(OnceKind);
        m_once->setDateTime(QDateTime::fromSecsSinceEpoch(at->time.time_since_epoch().count(), Qt::UTC));
    }
    m_following = before;
}

void ScheduleBuilder::showProblem(const ExpressionError &error)
{
    m_words->setText(error.message);
    setTone(m_words, Token::Bad);
    m_hint->setText(error.hint + u' ' + tr("The service says: “%1”").arg(error.service));
}

std::optional<Frame> ScheduleBuilder::frame(QString *problem) const
{
    Frame frame;
    frame.created = m_surroundings.now;
    if (!hasZone(dialect()))
        return frame;
    const auto zone = Zone::load(m_zone->currentText());
    if (!zone) {
        *problem = zone.error().message + u' ' + zone.error().hint;
        return std::nullopt;
    }
    frame.zone = *zone;
    for (const auto &[edit, bound] : {std::pair(m_start, &frame.start), std::pair(m_end, &frame.end)}) {
        if (edit->text().isEmpty() || dialect() != Dialect::EventBridgeScheduler)
            continue;
        const auto instant = cloud::instantOf(edit->text());
        if (!instant) {
            *problem = instant.error().message + u' ' + instant.error().hint;
            return std::nullopt;
        }
        *bound = *instant;
    }
    return frame;
}

void ScheduleBuilder::frameChanged()
{
    const bool scheduler = dialect() == Dialect::EventBridgeScheduler && !m_ownResource;
    m_zone->setEnabled(hasZone(dialect()) && !m_ownResource);
    if (!m_ownResource)
        m_zone->setToolTip(hasZone(dialect()) ? tr("IANA time zone, by the rules of %1").arg(Zone::rulesVersion()) : tr("A rule runs in UTC; EventBridge Scheduler takes a zone."));
    for (QWidget *widget : {static_cast<QWidget *>(m_start), static_cast<QWidget *>(m_end), static_cast<QWidget *>(m_flexible)})
        widget->setEnabled(scheduler);
    showOutcome();
}

void ScheduleBuilder::showOutcome()
{
    QString problem;
    const auto surroundings = frame(&problem);
    if (m_expression) {
        m_words->setText(surroundings ? explain(*m_expression) : problem);
        setTone(m_words, surroundings ? Token::Text : Token::Bad);
        const QString normal = normalised(*m_expression);
        m_hint->setText(normal.size() + ShorterBy > m_text->text().size() ? QString() : tr("The same, shorter: %1").arg(normal));
    }
    if (m_expression && surroundings) {
        const FireTimes times(*m_expression, *surroundings);
        m_runs->show(times, m_surroundings.now, costText(times));
    } else {
        m_runs->clear();
    }
    m_save->setEnabled(m_expression && surroundings && isEventBridge(dialect()) && !m_name->text().isEmpty());
    m_save->setToolTip(m_name->text().isEmpty() ? tr("Give it a name first") : isEventBridge(dialect()) ? QString() : tr("A template knows EventBridge's schedules only"));
}

QString ScheduleBuilder::costText(const FireTimes &times) const
{
    const project::Function *function = m_surroundings.project->function(m_function->currentText());
    if (!function)
        return {};
    const auto measured = m_surroundings.durations.constFind(function->name);
    const bool known = measured != m_surroundings.durations.cend();
    const auto duration = known ? *measured : std::chrono::milliseconds(1000);
    const auto month = services::monthlyCost(times, m_surroundings.now, {function->memoryMiB, std::max<qint64>(1, duration.count()), function->architecture == "arm64"_L1}, m_surroundings.prices);
    const QString basis = known ? tr("%1 ms each, as measured here").arg(duration.count()) : tr("1 s each, as nothing was measured yet");
    return tr("<b>%1</b> in 30 days, <b>%2</b> without free tier (%3)", "288 runs in 30 days").arg(runsText(month.runs), month.cost.readable(), basis);
}

void ScheduleBuilder::convertToEventBridge()
{
    if (!m_expression)
        return;
    const auto written = schedule::convert(*m_expression, Dialect::EventBridgeScheduler);
    if (!written)
        return setError(written.error());
    m_dialect->setCurrentIndex(m_dialect->findData(int(Dialect::EventBridgeScheduler)));
    m_text->setText(written->expressions.first());
    textChanged();
    if (written->expressions.size() > 1)
        m_hint->setText(tr("It takes a second schedule, too: %1").arg(written->expressions.mid(1).join(u", "_s)));
    else if (!written->notes.isEmpty())
        m_hint->setText(written->notes.join(u' '));
}

void ScheduleBuilder::setError(const QString &text)
{
    m_hint->setText(text);
}

services::ScheduleDraft ScheduleBuilder::draft() const
{
    services::ScheduleDraft draft;
    draft.event = m_name->text().trimmed();
    draft.dialect = dialect();
    draft.text = m_text->text();
    draft.zone = hasZone(dialect()) ? m_zone->currentText() : QString();
    draft.start = m_start->text();
    draft.end = m_end->text();
    draft.flexibleMinutes = m_flexible->value();
    draft.enabled = m_enabled->isChecked();
    draft.input = m_input->text();
    return draft;
}

void ScheduleBuilder::save()
{
    if (m_ownResource) {
        Q_EMIT expressionChosen(m_text->text());
        return accept();
    }
    const services::ScheduleDraft made = draft();
    const project::Function *function = m_surroundings.project->function(m_function->currentText());
    if (!function)
        return;
    Result<void> fine = services::checkSchedule(*function, made);
    const auto present = cloud::schedulesOf(*function);
    const bool taken = std::any_of(present.cbegin(), present.cend(), [&made](const cloud::ProjectSchedule &one) { return !one.ownResource && one.id.section(u'/', 1) == made.event; });
    if (fine && m_name->isEnabled() && taken)
        fine = failure(ErrorCode::Conflict, tr("“%1” has a schedule “%2” already.").arg(function->name, made.event), tr("Give this one another name, or edit that one."));
    // What was typed stays until it can be written.
    if (!fine) {
        setTone(m_words, Token::Bad);
        m_words->setText(fine.error().message);
        return setError(fine.error().hint);
    }
    Q_EMIT chosen(function->name, made);
    accept();
}

} // namespace eph::ui
