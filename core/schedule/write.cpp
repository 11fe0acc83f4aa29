// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/write.h"

#include "core/base/text.h"
#include "core/schedule/fieldvalues.h"
#include "core/schedule/grammar.h"
#include "core/schedule/issue.h"

#include <bit>

namespace eph::schedule {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

constexpr int ShortestRange = 3;
constexpr int ShortestStep = 3;

/// `1-5,7`
[[nodiscard]] QString listText(const QList<int> &values, int shortest)
{
    QStringList parts;
    for (const ValueRun &run : runsOf(values, shortest))
        parts << (run.last > run.first ? u"%1-%2"_s.arg(run.first).arg(run.last) : QString::number(run.first));
    return parts.join(u',');
}

[[nodiscard]] QString writeYears(const std::bitset<YearCount> &years)
{
    if (years.all())
        return u"*"_s;
    const QList<int> values = valuesOf(years);
    // Every so many years to the end.
    const int by = values.size() >= ShortestStep ? stepOf(values) : 0;
    return by > 1 && values.last() + by > LastYear ? u"%1/%2"_s.arg(values.first()).arg(by) : listText(values, 2);
}

/// The day fields of one expression.
struct DayFields {
    QString monthDay;
    QString weekDay;
};

class DayWriter
{
public:
    DayWriter(const CronSpec &spec, const Grammar &grammar)
        : m_spec(spec)
        , m_grammar(grammar)
        , m_every(grammar.question == QuestionMark::OneDayField ? u"?"_s : u"*"_s)
    {
    }

    [[nodiscard]] tl::expected<QList<DayFields>, QString> write() const
    {
        const bool byMonth = !m_spec.monthDays.isEvery();
        const bool byWeek = !m_spec.weekDays.isEvery();
        // Either of two, one of which is always true, is no restriction.
        if ((!byMonth && !byWeek) || (m_spec.dayRule == DayRule::Either && (!byMonth || !byWeek)))
            return QList<DayFields>{{u"*"_s, m_every}};
        if (byMonth && byWeek && m_spec.dayRule == DayRule::Both)
            return both();
        if (byMonth && byWeek && m_grammar.star != StarRule::Never)
            return inOneExpression();
        QList<DayFields> all;
        if (byMonth) {
            const auto days = monthDays(m_spec.monthDays);
            if (!days)
                return tl::unexpected(days.error());
            for (const QString &day : *days)
                all << DayFields{day, m_every};
        }
        if (byWeek) {
            const auto days = weekDays(m_spec.weekDays);
            if (!days)
                return tl::unexpected(days.error());
            for (const QString &day : *days)
                all << DayFields{m_every, day};
        }
        return all;
    }

private:
    /// In one expression; the dialect decides whether either field or both have to fit.
    [[nodiscard]] tl::expected<QList<DayFields>, QString> inOneExpression() const
    {
        const auto days = monthDays(m_spec.monthDays);
        const auto week = weekDays(m_spec.weekDays);
        if (!days)
            return tl::unexpected(days.error());
        if (!week)
            return tl::unexpected(week.error());
        return QList<DayFields>{{days->first(), week->first()}};
    }

    /// Days that both fields take.
    [[nodiscard]] tl::expected<QList<DayFields>, QString> both() const
    {
        const quint32 days = m_spec.monthDays.days;
        const bool plain = !m_spec.monthDays.hasSpecial() && !m_spec.weekDays.hasSpecial();
        if (m_grammar.star == StarRule::Never && m_grammar.question != QuestionMark::OneDayField)
            return inOneExpression();
        // Seven days in a row hold each weekday once: `1-7` and Monday is the first Monday.
        if (plain && m_grammar.specials) {
            for (int nth = 0; nth < 4; ++nth) {
                if (days != 0xFEU << 7 * nth)
                    continue;
                QList<DayFields> all;
                for (const int weekday : valuesOf(m_spec.weekDays.days))
                    all << DayFields{m_every, QString::number(weekday + m_grammar.sunday) + u'#' + QString::number(nth + 1)};
                return all;
            }
        }
        return tl::unexpected(Core::tr("It runs on days that fit the day of the month and the day of the week at the same time, which this dialect cannot say: keep the day of the week and look at the date in the function."));
    }

    [[nodiscard]] tl::expected<QStringList, QString> monthDays(const DaysOfMonth &rule) const
    {
        QStringList specials;
        for (const int day : valuesOf(rule.beforeLast))
            specials << (day == 0 ? u"L"_s : u"L-%1"_s.arg(day));
        for (const int day : valuesOf(rule.nearestWeekday))
            specials << u"%1W"_s.arg(day);
        for (const int day : valuesOf(rule.weekdayBeforeLast)) {
            if (day > 0 && !m_grammar.specialLists)
                return tl::unexpected(Core::tr("The weekday nearest to a day before the last one of the month cannot be told in this dialect."));
            specials << (day == 0 ? u"LW"_s : u"L-%1W"_s.arg(day));
        }
        if (!specials.isEmpty() && !m_grammar.specials)
            return tl::unexpected(Core::tr("This dialect has nothing like “%1” for days of the month.").arg(specials.join(u',')));
        // A leading star would be read as no restriction beside a day of the week.
        const quint64 days = rule.days;
        const bool stars = m_spec.dayRule == DayRule::Either;
        QStringList all;
        if (days) {
            const QString text = writeValues(days, 1, 31, m_grammar.openStep ? StepForm::Open : StepForm::Closed);
            all << (stars && text.startsWith(u'*') ? u"1-31"_s + text.mid(1) : text);
        }
        if (m_grammar.specialLists && !specials.isEmpty())
            return QStringList{(all + specials).join(u',')};
        return all + specials;
    }

    [[nodiscard]] tl::expected<QStringList, QString> weekDays(const DaysOfWeek &rule) const
    {
        const auto number = [this](int weekday) { return QString::number(weekday + m_grammar.sunday); };
        QStringList all;
        if (rule.days)
            all << writeValues(quint64(rule.days) << m_grammar.sunday, m_grammar.sunday, m_grammar.sunday + 6, StepForm::Closed);
        QStringList specials;
        for (const int weekday : valuesOf(rule.last))
            specials << number(weekday) + u'L';
        for (std::size_t nth = 0; nth < rule.nth.size(); ++nth) {
            for (const int weekday : valuesOf(rule.nth[nth]))
                specials << number(weekday) + u'#' + QString::number(nth + 1);
        }
        if (!specials.isEmpty() && !m_grammar.specials)
            return tl::unexpected(Core::tr("This dialect has nothing like “%1” for days of the week.").arg(specials.join(u',')));
        return all + specials;
    }

    const CronSpec &m_spec;
    const Grammar &m_grammar;
    const QString m_every;
};

/// `2#1` as days that both fields have to take, where a dialect knows no `#`.
[[nodiscard]] CronSpec withoutNth(CronSpec spec)
{
    for (std::size_t nth = 0; nth < spec.weekDays.nth.size(); ++nth) {
        if (!spec.weekDays.nth[nth])
            continue;
        spec.monthDays = {};
        // The fifth begins on day 29.
        spec.monthDays.days = (0xFEU << 7 * nth) & AllMonthDays;
        spec.weekDays.days = spec.weekDays.nth[nth];
        spec.weekDays.nth = {};
        spec.dayRule = DayRule::Both;
        break;
    }
    return spec;
}

[[nodiscard]] bool isOneNth(const DaysOfWeek &rule)
{
    int count = 0;
    for (const quint32 weekdays : rule.nth)
        count += weekdays != 0;
    return count == 1 && !rule.days && !rule.last;
}

} // namespace

QString writeValues(quint64 bits, int low, int high, StepForm form)
{
    const quint64 all = ((quint64(1) << (high - low + 1)) - 1) << low;
    if ((bits & all) == all)
        return u"*"_s;
    const QList<int> values = valuesOf(bits);
    // Equal steps to the end of the field.
    const bool halves = values.size() == 2 && values.first() == low && (values.last() - low) * 2 == high - low + 1;
    const bool mayStep = values.size() >= ShortestStep || halves;
    const int by = mayStep && high - low > 7 ? stepOf(values) : 0;
    if (by > 1) {
        const bool toEnd = values.last() + by > high;
        if (toEnd && values.first() == low)
            return u"*/%1"_s.arg(by);
        if (toEnd && values.size() >= ShortestStep && form == StepForm::Open)
            return u"%1/%2"_s.arg(values.first()).arg(by);
        if (values.size() >= ShortestStep)
            return u"%1-%2/%3"_s.arg(values.first()).arg(toEnd ? high : values.last()).arg(by);
    }
    return listText(values, ShortestRange);
}

tl::expected<Written, QString> writeCron(const CronSpec &original, Dialect dialect)
{
    const Grammar &grammar = grammarOf(dialect);
    CronSpec spec = original;
    Written written;
    if (grammar.seconds == Presence::Absent) {
        if (std::popcount(spec.seconds) != 1)
            return tl::unexpected(Core::tr("It runs more than once a minute, which is the finest that this dialect knows."));
        if (spec.seconds != 1) {
            written.exact = false;
            written.notes << Core::tr("The seconds are dropped: it runs %1 s earlier, at the full minute.").arg(std::countr_zero(spec.seconds));
        }
    }
    if (grammar.year == Presence::Absent && !spec.years.all()) {
        written.exact = false;
        written.notes << Core::tr("The years (%1) are dropped: it goes on every year until it is taken away.").arg(writeYears(spec.years));
    }
    if (!grammar.specials && grammar.star == StarRule::Never && isOneNth(spec.weekDays) && spec.monthDays.isEvery())
        spec = withoutNth(spec);
    const auto days = DayWriter(spec, grammar).write();
    if (!days)
        return tl::unexpected(days.error());
    const StepForm form = grammar.openStep ? StepForm::Open : StepForm::Closed;
    for (const DayFields &day : *days) {
        QStringList fields;
        if (grammar.seconds == Presence::Required || dialect == Dialect::Azure || (grammar.seconds == Presence::Optional && spec.seconds != 1))
            fields << writeValues(spec.seconds, 0, 59, form);
        fields << writeValues(spec.minutes, 0, 59, form) << writeValues(spec.hours, 0, 23, form) << day.monthDay;
        fields << writeValues(spec.months >> (1 - grammar.january), grammar.january, grammar.january + 11, form) << day.weekDay;
        if (grammar.year == Presence::Required || isEventBridge(dialect) || (grammar.year == Presence::Optional && !spec.years.all()))
            fields << writeYears(spec.years);
        written.expressions << (grammar.wrapped ? u"cron("_s + fields.join(u' ') + u')' : fields.join(u' '));
    }
    for (const QString &one : std::as_const(written.expressions)) {
        if (one.size() > MaxExpressionLength)
            return tl::unexpected(Core::tr("Written out it has more than %1 characters.").arg(MaxExpressionLength));
    }
    if (written.expressions.size() > 1 && spec.dayRule == DayRule::Either) {
        written.exact = false;
        written.notes << Core::tr("On days that fit both it runs twice.");
    }
    if (written.expressions.size() > 1)
        written.notes << Core::tr("It takes %1 schedules, all of them together.").arg(written.expressions.size());
    return written;
}

QString writeRate(seconds period)
{
    const auto write = [](qint64 number, const QString &unit) { return u"rate(%1 %2)"_s.arg(number).arg(number == 1 ? unit : unit + u's'); };
    if (period % days(1) == seconds(0))
        return write(period / days(1), u"day"_s);
    if (period % hours(1) == seconds(0))
        return write(period / hours(1), u"hour"_s);
    return period % minutes(1) == seconds(0) ? write(period / minutes(1), u"minute"_s) : QString();
}

QString normalised(const Expression &expression)
{
    if (const Cron *cron = expression.cron()) {
        const auto written = writeCron(cron->spec, expression.dialect);
        return written && written->expressions.size() == 1 ? written->expressions.first() : expression.text;
    }
    const Rate *rate = expression.rate();
    return rate && isEventBridge(expression.dialect) ? writeRate(rate->period) : expression.text.trimmed();
}

} // namespace eph::schedule
