// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/convert.h"

#include "core/base/text.h"

#include <bit>

namespace eph::schedule {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

using Result = tl::expected<Written, QString>;

[[nodiscard]] Result convertRate(const Rate &rate, Dialect to)
{
    if (isEventBridge(to)) {
        const QString text = writeRate(rate.period);
        if (text.isEmpty())
            return tl::unexpected(Core::tr("A rate counts whole minutes, and %1 s is none.").arg(rate.period.count()));
        return Written{{text}, {}, true};
    }
    if (to == Dialect::Kubernetes)
        return Written{{u"@every %1s"_s.arg(rate.period.count())}, {Core::tr("It counts from the moment at which the controller begins.")}, true};
    CronSpec spec;
    spec.monthDays.none = spec.weekDays.none = true;
    spec.months = AllMonths;
    spec.years.set();
    spec.seconds = spec.minutes = spec.hours = 1;
    const auto every = [](seconds period, seconds whole, seconds unit) {
        quint64 bits = 0;
        for (seconds at{}; at < whole; at += period)
            bits |= quint64(1) << at / unit;
        return bits;
    };
    if (rate.period < minutes(1) && minutes(1) % rate.period == seconds(0)) {
        spec.seconds = every(rate.period, minutes(1), seconds(1));
        spec.minutes = AllSixty;
        spec.hours = AllHours;
    } else if (rate.period % minutes(1) == seconds(0) && hours(1) % rate.period == seconds(0)) {
        spec.minutes = every(rate.period, hours(1), minutes(1));
        spec.hours = AllHours;
    } else if (rate.period % hours(1) == seconds(0) && days(1) % rate.period == seconds(0)) {
        spec.hours = quint32(every(rate.period, days(1), hours(1)));
    } else {
        return tl::unexpected(Core::tr("A cron expression begins anew each hour and each day, and %1 does not fit into them without a rest.").arg(writeRate(rate.period).isEmpty() ? Core::tr("%1 s").arg(rate.period.count()) : writeRate(rate.period)));
    }
    Result written = writeCron(spec, to);
    if (written) {
        written->exact = false;
        written->notes << Core::tr("A rate counts from its beginning; this counts from midnight.");
    }
    return written;
}

[[nodiscard]] Result convertAt(const At &at, Dialect to)
{
    const local_days day = floor<days>(at.time);
    const year_month_day date(day);
    const hh_mm_ss clock(at.time - day);
    CronSpec spec;
    spec.seconds = quint64(1) << clock.seconds().count();
    spec.minutes = quint64(1) << clock.minutes().count();
    spec.hours = 1U << clock.hours().count();
    spec.monthDays.days = 1U << unsigned(date.day());
    spec.months = 1U << unsigned(date.month());
    spec.weekDays.none = true;
    spec.years.set(std::size_t(int(date.year()) - FirstYear));
    return writeCron(spec, to);
}

[[nodiscard]] quint64 rotated(quint64 bits, int by, int size)
{
    quint64 all = 0;
    for (; bits; bits &= bits - 1)
        all |= quint64(1) << ((std::countr_zero(bits) + by) % size + size) % size;
    return all;
}

/// Some times of a cron expression, moved to another day.
struct Moved {
    quint64 minutes = 0;
    quint32 hours = 0;
    int days = 0;
};

/// The days of a schedule, moved; nullopt where the calendar does not allow it.
[[nodiscard]] std::optional<CronSpec> onDaysMoved(CronSpec spec, int by)
{
    if (by == 0)
        return spec;
    if (spec.monthDays.isEvery() && spec.weekDays.isEvery() && spec.months == AllMonths && spec.years.all())
        return spec;
    if (!spec.monthDays.isEvery() || spec.weekDays.hasSpecial() || spec.months != AllMonths || !spec.years.all())
        return std::nullopt;
    spec.weekDays.days = quint32(rotated(spec.weekDays.days, by, 7));
    return spec;
}

/// The minutes that pass the full hour go with the next one, the hours that pass midnight with another day.
[[nodiscard]] QList<Moved> movedBy(const CronSpec &spec, int minutesLater, bool anyDay)
{
    QList<Moved> all;
    const int minutesBy = ((minutesLater % 60) + 60) % 60;
    const int hoursBy = (minutesLater - minutesBy) / 60;
    for (const int carry : {0, 1}) {
        quint64 minutes = 0;
        for (quint64 bits = spec.minutes; bits; bits &= bits - 1) {
            const int minute = std::countr_zero(bits) + minutesBy;
            if (minute / 60 == carry)
                minutes |= quint64(1) << minute % 60;
        }
        QList<Moved> ofHour;
        for (quint32 bits = minutes ? spec.hours : 0; bits; bits &= bits - 1) {
            const int hour = std::countr_zero(bits) + hoursBy + carry;
            const int day = hour < 0 ? -1 : hour / 24;
            const int on = anyDay ? 0 : day;
            auto part = std::find_if(ofHour.begin(), ofHour.end(), [on](const Moved &moved) { return moved.days == on; });
            if (part == ofHour.end())
                part = ofHour.insert(ofHour.end(), {minutes, 0, on});
            part->hours |= 1U << (hour - day * 24);
        }
        for (const Moved &part : ofHour) {
            const auto same = std::find_if(all.begin(), all.end(), [&part](const Moved &moved) { return moved.days == part.days && moved.hours == part.hours; });
            if (same == all.end())
                all << part;
            else
                same->minutes |= part.minutes;
        }
    }
    return all;
}

[[nodiscard]] Written inUtc(const CronSpec &spec, seconds offset)
{
    const auto later = floor<minutes>(-offset);
    if (later != -offset)
        return {{}, {Core::tr("The offset is no whole number of minutes.")}, true};
    Written all;
    const bool anyDay = spec.monthDays.isEvery() && spec.weekDays.isEvery() && spec.months == AllMonths && spec.years.all();
    for (const Moved &part : movedBy(spec, int(later.count()), anyDay)) {
        auto moved = onDaysMoved(spec, part.days);
        if (!moved)
            return {{}, {Core::tr("In UTC some of it falls on the day before or after, which cannot be told for days of the month, months or years.")}, true};
        moved->minutes = part.minutes;
        moved->hours = part.hours;
        const auto written = writeCron(*moved, Dialect::EventBridgeRules);
        if (!written)
            return {{}, {written.error()}, true};
        all.expressions << written->expressions;
        all.exact = all.exact && written->exact;
        for (const QString &note : written->notes) {
            if (!all.notes.contains(note))
                all.notes << note;
        }
    }
    return all;
}

} // namespace

tl::expected<Written, QString> convert(const Expression &expression, Dialect to)
{
    if (to == expression.dialect)
        return Written{{expression.text}, {}, true};
    if (const Cron *cron = expression.cron())
        return writeCron(cron->spec, to);
    if (const Rate *rate = expression.rate())
        return convertRate(*rate, to);
    if (const At *at = expression.at())
        return to == Dialect::EventBridgeScheduler ? Result(Written{{expression.text}, {}, true}) : convertAt(*at, to);
    return tl::unexpected(Core::tr("“@reboot” runs when a machine starts, and this service has no machine."));
}

QList<UtcRules> utcRules(const CronSpec &spec, const Zone &zone, int year)
{
    QList<UtcRules> all;
    const Instant begin(sys_days(std::chrono::year(year) / 1 / 1));
    const Instant end(sys_days(std::chrono::year(year + 1) / 1 / 1));
    for (std::size_t i = zone.indexAt(begin); i < zone.stretches().size() && zone.stretches()[i].begin < end; ++i) {
        const Zone::Stretch &stretch = zone.stretches()[i];
        const Instant from = std::max(begin, stretch.begin);
        const Instant until = std::min(end, stretch.end);
        if (!all.isEmpty() && all.last().offset == stretch.offset)
            all.last().until = until;
        else
            all << UtcRules{from, until, stretch.offset, inUtc(spec, stretch.offset)};
    }
    return all;
}

} // namespace eph::schedule
