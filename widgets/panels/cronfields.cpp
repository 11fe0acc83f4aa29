// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/cronfields.h"

#include "core/schedule/explain.h"
#include "core/schedule/grammar.h"
#include "core/schedule/write.h"
#include "widgets/common/theme.h"
#include "widgets/panels/togglerow.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

constexpr int FirstLetters = 3;

[[nodiscard]] QList<ToggleRow::Value> monthValues()
{
    QList<ToggleRow::Value> all;
    for (int month = 1; month <= 12; ++month)
        all << ToggleRow::Value{monthName(month).left(FirstLetters), monthName(month)};
    return all;
}

[[nodiscard]] QList<ToggleRow::Value> weekdayValues()
{
    QList<ToggleRow::Value> all;
    for (int day = 1; day <= 7; ++day)
        all << ToggleRow::Value{weekdayName(day % 7).left(FirstLetters), weekdayName(day % 7)};
    return all;
}

[[nodiscard]] quint32 mondayFirst(quint32 sundayFirst)
{
    return sundayFirst >> 1 | (sundayFirst & 1) << 6;
}

[[nodiscard]] quint32 sundayFirst(quint32 mondayFirst)
{
    return (mondayFirst << 1 | mondayFirst >> 6) & AllWeekdays;
}

} // namespace

CronFields::CronFields(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout)
    , m_months(new ToggleRow(tr("Months"), monthValues()))
    , m_weekdays(new ToggleRow(tr("Days of the week"), weekdayValues()))
{
    m_months->setObjectName(u"builderMonths"_s);
    m_weekdays->setObjectName(u"builderWeekdays"_s);
    m_grid->setHorizontalSpacing(4);
    m_grid->setVerticalSpacing(2);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(m_grid);
    column->addWidget(m_weekdays);
    column->addWidget(m_months);
    column->addStretch();
    connect(m_months, &ToggleRow::edited, this, [this](quint32 bits) {
        const int january = grammarOf(m_dialect).january;
        // No month at all is every month: there would be nothing to say.
        setField(Field::Month, bits ? writeValues(quint64(bits) << january, january, january + 11, StepForm::Closed) : u"*"_s);
        emitText();
    });
    connect(m_weekdays, &ToggleRow::edited, this, [this](quint32 bits) {
        const Grammar &grammar = grammarOf(m_dialect);
        const quint32 days = sundayFirst(bits);
        const bool every = days == 0 || days == AllWeekdays;
        const bool question = grammar.question == QuestionMark::OneDayField;
        setField(Field::DayOfWeek, every ? (question ? u"?"_s : u"*"_s) : writeValues(quint64(days) << grammar.sunday, grammar.sunday, grammar.sunday + 6, StepForm::Closed));
        if (question && every == (field(Field::DayOfMonth) == "?"_L1))
            setField(Field::DayOfMonth, every ? u"*"_s : u"?"_s);
        emitText();
    });
    setDialect(m_dialect);
}

void CronFields::setDialect(Dialect dialect)
{
    if (dialect == m_dialect && !m_fields.isEmpty())
        return;
    m_dialect = dialect;
    m_fields.clear();
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const Grammar &grammar = grammarOf(dialect);
    QList<Field> fields{Field::Minute, Field::Hour, Field::DayOfMonth, Field::Month, Field::DayOfWeek};
    if (grammar.seconds != Presence::Absent)
        fields.prepend(Field::Second);
    if (grammar.year != Presence::Absent)
        fields << Field::Year;
    for (const Field which : fields) {
        auto *edit = new QLineEdit;
        edit->setObjectName(u"builderField_"_s + fieldId(which));
        edit->setAccessibleName(fieldName(which));
        edit->setFont(Theme::codeFont());
        auto *label = new QLabel(fieldName(which));
        label->setProperty("muted", true);
        label->setFont(Theme::smallFont());
        label->setBuddy(edit);
        const int column = int(m_fields.size());
        m_grid->addWidget(label, 0, column);
        m_grid->addWidget(edit, 1, column);
        m_fields << std::pair(which, edit);
        connect(edit, &QLineEdit::textEdited, this, [this, which] { fieldEdited(which); });
    }
}

QString CronFields::field(Field which) const
{
    for (const auto &[name, edit] : m_fields) {
        if (name == which)
            return edit->text();
    }
    return {};
}

void CronFields::setField(Field which, const QString &text)
{
    for (const auto &[name, edit] : std::as_const(m_fields)) {
        // The cursor of somebody who types stays.
        if (name == which && edit->text() != text)
            edit->setText(text);
    }
}

void CronFields::fieldEdited(Field which)
{
    // Exactly one of the two day fields is `?` where there is one.
    if (grammarOf(m_dialect).question == QuestionMark::OneDayField) {
        const Field other = which == Field::DayOfMonth ? Field::DayOfWeek : which == Field::DayOfWeek ? Field::DayOfMonth : which;
        const QString text = field(which);
        if (other != which && !text.isEmpty()) {
            if (text == "?"_L1 && field(other) == "?"_L1)
                setField(other, u"*"_s);
            else if (text != "?"_L1)
                setField(other, u"?"_s);
        }
    }
    emitText();
}

void CronFields::emitText()
{
    QStringList parts;
    for (const auto &[name, edit] : std::as_const(m_fields)) {
        const bool left = (name == Field::Year && edit->text().trimmed().isEmpty()) || (name == Field::Second && m_dialect == Dialect::OpenWhisk && edit->text() == "0"_L1);
        if (!left)
            parts << edit->text().trimmed();
    }
    const QString text = parts.join(u' ');
    Q_EMIT edited(grammarOf(m_dialect).wrapped ? QString("cron("_L1 + text + u')') : text);
}

void CronFields::show(const QString &text, const CronSpec &spec)
{
    const QString inner = grammarOf(m_dialect).wrapped ? text.mid(5).chopped(1) : text;
    QStringList parts = inner.split(u' ', Qt::SkipEmptyParts);
    // A field that may be left out at the front is left out.
    if (parts.size() == 5 && grammarOf(m_dialect).seconds == Presence::Optional)
        parts.prepend(u"0"_s);
    for (qsizetype i = 0; i < m_fields.size(); ++i)
        setField(m_fields.at(i).first, parts.value(i));
    m_months->setBits(spec.months >> 1);
    const DaysOfWeek &week = spec.weekDays;
    quint32 shown = week.none ? AllWeekdays : week.days | week.last;
    for (const quint32 nth : week.nth)
        shown |= nth;
    m_weekdays->setBits(mondayFirst(shown));
}

} // namespace eph::ui
