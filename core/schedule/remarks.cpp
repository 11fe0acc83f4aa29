// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/schedule/explain.h"
#include "core/schedule/fieldvalues.h"
#include "core/schedule/grammar.h"

#include <bit>
#include <utility>

namespace eph::schedule {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

/// Clock changes are looked for this far ahead.
constexpr days Horizon{400};

/// The first run that is skipped and the first that comes twice.
void remarkOnClockChanges(const FireTimes &times, Instant now, QList<Remark> &all)
{
    bool skipped = false;
    bool repeated = false;
    for (const ChangedRun &run : changedRuns(times, now, now + Horizon)) {
        if (std::exchange(run.skipped ? skipped : repeated, true))
            continue;
        const bool eachHour = times.expression().cron()->spec.hours == AllHours;
        const bool surprising = run.skipped ? times.daylight().skipped == SkippedTime::Lost : (times.daylight().repeated == RepeatedTime::Both) != eachHour;
        all << Remark{surprising ? Severity::Warning : Severity::Note, run.skipped ? u"skipped-by-daylight-saving"_s : u"repeated-by-daylight-saving"_s, sentenceOf(run, times),
                      surprising ? Core::tr("Choose a time outside of the change, or UTC.") : QString()};
    }
}

void remarkOnSteps(const CronSpec &spec, QList<Remark> &all)
{
    const auto look = [&all](quint64 bits, int size, const QString &unit) {
        const QList<int> values = valuesOf(bits);
        const int by = stepOf(values);
        const int last = by > 1 ? values.last() : 0;
        if (values.size() >= 3 && values.first() == 0 && last + by > size && size - last < by) {
            all << Remark{Severity::Warning, u"uneven-step"_s, Core::tr("Steps of %1 do not fill %2 %3: from %4 to 0 it is only %5.").arg(by).arg(size).arg(unit).arg(last).arg(size - last),
                          Core::tr("A rate keeps equal steps.")};
        }
    };
    look(spec.minutes, 60, fieldName(Field::Minute));
    look(spec.hours, 24, fieldName(Field::Hour));
}

void remarkOnShortMonths(const CronSpec &spec, QList<Remark> &all)
{
    const bool single = spec.weekDays.isEvery() && std::popcount(spec.monthDays.days) == 1 && !spec.monthDays.hasSpecial();
    const int day = single ? std::countr_zero(spec.monthDays.days) : 0;
    const bool shortMonth = (spec.months & 1U << 2) || (day == 31 && (spec.months & (1U << 4 | 1U << 6 | 1U << 9 | 1U << 11)));
    if (day >= 29 && shortMonth && std::popcount(spec.months) > 1)
        all << Remark{Severity::Warning, u"short-months"_s, Core::tr("Months without a day %1 have no run.").arg(day), Core::tr("“L” stands for the last day, where the dialect has it.")};
}

void remarkOnForms(const Expression &expression, const CronSpec &spec, QList<Remark> &all)
{
    if (isEventBridge(expression.dialect)) {
        if (spec.monthDays.beforeLast & ~1U)
            all << Remark{Severity::Warning, u"undocumented"_s, Core::tr("AWS does not document “L-n”."), Core::tr("Try it on the service before you rely on it.")};
        if (spec.monthDays.weekdayBeforeLast)
            all << Remark{Severity::Note, u"undocumented"_s, Core::tr("AWS does not document “LW”, though it is known from Quartz."), Core::tr("Try it on the service before you rely on it.")};
    }
    if (expression.dialect == Dialect::OpenWhisk && spec.months != AllMonths)
        all << Remark{Severity::Note, u"months-from-zero"_s, Core::tr("Months are counted from 0 here: this means %1.").arg(monthName(std::countr_zero(spec.months))), Core::tr("Names such as JAN cannot be misread.")};
    const bool bothDays = !spec.monthDays.isEvery() && !spec.weekDays.isEvery();
    if (bothDays && spec.dayRule == DayRule::Either)
        all << Remark{Severity::Note, u"either-day"_s, Core::tr("With both day fields set it runs on days that fit either of them."), {}};
    if (bothDays && spec.dayRule == DayRule::Both && grammarOf(expression.dialect).star == StarRule::BeginsWithStar)
        all << Remark{Severity::Warning, u"both-days"_s, Core::tr("Because a day field begins with “*”, it runs only on days that fit both of them."), Core::tr("Write the range out, as in “1-31/2”, if either of them is to do.")};
}

} // namespace

QList<ChangedRun> changedRuns(const FireTimes &times, Instant from, Instant until)
{
    QList<ChangedRun> all;
    const Cron *cron = times.expression().cron();
    const Frame &frame = times.frame();
    for (const ClockChange &change : cron ? clockChanges(*frame.zone, from, until) : QList<ClockChange>()) {
        const bool skipped = change.after > change.before;
        const bool outside = (frame.start && change.when < *frame.start) || (frame.end && change.when > *frame.end);
        // Who runs each hour misses nothing when one is not there.
        if (outside || (skipped && cron->spec.hours == AllHours))
            continue;
        const auto wall = cron->table.atOrAfter(std::min(change.before, change.after));
        if (wall && *wall < std::max(change.before, change.after))
            all << ChangedRun{change.when, *wall, skipped};
    }
    return all;
}

QString sentenceOf(const ChangedRun &run, const FireTimes &times)
{
    const QString date = toIso(times.frame().zone->toLocal(run.when)).left(10);
    const QString time = clockText(run.wall);
    if (run.skipped) {
        switch (times.daylight().skipped) {
        case SkippedTime::Lost: return Core::tr("On %1 clocks jump over %2, and that run does not happen.").arg(date, time);
        case SkippedTime::RightAfter: return Core::tr("On %1 clocks jump over %2, and that run happens right after the jump.").arg(date, time);
        case SkippedTime::Shifted: return Core::tr("On %1 clocks jump over %2, and that run happens as much later as clocks jump.").arg(date, time);
        }
    }
    switch (times.daylight().repeated) {
    case RepeatedTime::First: return Core::tr("On %1 the time %2 comes twice; it runs the first time only.").arg(date, time);
    case RepeatedTime::Second: return Core::tr("On %1 the time %2 comes twice; it runs the second time only.").arg(date, time);
    case RepeatedTime::Both: return Core::tr("On %1 the time %2 comes twice, and it runs both times.").arg(date, time);
    }
    Q_UNREACHABLE();
}

QList<Remark> remarksOn(const FireTimes &times, Instant now)
{
    QList<Remark> all;
    const Expression &expression = times.expression();
    if (std::holds_alternative<AtStartup>(expression.timing))
        return all;
    if (times.never()) {
        const Frame &frame = times.frame();
        if (expression.at())
            all << Remark{Severity::Error, u"never-fires"_s, Core::tr("It never fires: clocks in “%1” jump over that time.").arg(frame.zone->name()), Core::tr("Choose a time before or after the jump.")};
        else if (frame.start && frame.end && *frame.end < *frame.start)
            all << Remark{Severity::Error, u"never-fires"_s, Core::tr("It never fires: it ends on %1, before it begins on %2.").arg(toIso(*frame.end), toIso(*frame.start)), Core::tr("Correct one of them.")};
        else if (frame.start || frame.end)
            all << Remark{Severity::Error, u"never-fires"_s, Core::tr("It never fires between its beginning and its end."), Core::tr("Look at the days, and at the two dates.")};
        else
            all << Remark{Severity::Error, u"never-fires"_s, Core::tr("It never fires: no day of the calendar fits."), Core::tr("Look at the days, the months and the years.")};
        return all;
    }
    if (!times.next(now)) {
        const auto last = times.previous(now + seconds(1));
        all << Remark{Severity::Warning, u"past"_s, last ? Core::tr("It fires no more: the last time was %1.").arg(toIso(*last)) : Core::tr("It fires no more."), {}};
        return all;
    }
    const Cron *cron = expression.cron();
    if (!cron)
        return all;
    remarkOnClockChanges(times, now, all);
    remarkOnSteps(cron->spec, all);
    remarkOnShortMonths(cron->spec, all);
    remarkOnForms(expression, cron->spec, all);
    return all;
}

} // namespace eph::schedule
