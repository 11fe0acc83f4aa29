// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/cronreader.h"

#include <QStringList>

namespace eph::schedule {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxDigits = 9;

const QStringList &monthNames()
{
    static const QStringList names{u"JANUARY"_s, u"FEBRUARY"_s, u"MARCH"_s, u"APRIL"_s, u"MAY"_s, u"JUNE"_s, u"JULY"_s, u"AUGUST"_s, u"SEPTEMBER"_s, u"OCTOBER"_s, u"NOVEMBER"_s, u"DECEMBER"_s};
    return names;
}

const QStringList &weekdayNames()
{
    static const QStringList names{u"SUNDAY"_s, u"MONDAY"_s, u"TUESDAY"_s, u"WEDNESDAY"_s, u"THURSDAY"_s, u"FRIDAY"_s, u"SATURDAY"_s};
    return names;
}

[[nodiscard]] bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

[[nodiscard]] bool isNumber(QStringView text)
{
    return !text.isEmpty() && std::all_of(text.cbegin(), text.cend(), isDigit);
}

[[nodiscard]] bool isLetter(QChar c)
{
    return (c >= u'A' && c <= u'Z') || (c >= u'a' && c <= u'z');
}

[[nodiscard]] quint64 bit(int value)
{
    return quint64(1) << value;
}

/// `L`, `5W`, `LW`, `6#3`
[[nodiscard]] bool isSpecial(QStringView text)
{
    return text.contains(u'#') || std::all_of(text.cbegin(), text.cend(), [](QChar c) { return isDigit(c) || u"LlWw"_s.contains(c); });
}

} // namespace

CronReader::CronReader(QStringView text, qsizetype offset, Dialect dialect)
    : m_text(text)
    , m_offset(offset)
    , m_dialect(dialect)
    , m_grammar(grammarOf(dialect))
{
}

Issue CronReader::issue(Issue::Kind kind, Field field, Part part) const
{
    return {kind, field, part.text.toString(), part.offset, part.text.size()};
}

tl::expected<QList<CronReader::Part>, Issue> CronReader::split() const
{
    QList<Part> parts;
    qsizetype begin = -1;
    for (qsizetype i = 0; i <= m_text.size(); ++i) {
        const bool blank = i == m_text.size() || m_text.at(i) == u' ' || (m_dialect != Dialect::Azure && m_text.at(i) == u'\t');
        if (!blank && begin < 0)
            begin = i;
        if (blank && begin >= 0) {
            parts << Part{m_text.sliced(begin, i - begin), m_offset + begin};
            begin = -1;
        }
        const bool stray = m_grammar.oneBlank && i < m_text.size() && blank && (i == 0 || i + 1 == m_text.size() || m_text.at(i) != u' ' || m_text.at(i - 1) == u' ');
        if (stray)
            return tl::unexpected(issue(Issue::Kind::Blanks, Field::Expression, {m_text.sliced(i, 1), m_offset + i}));
    }
    const int least = 5 + (m_grammar.seconds == Presence::Required) + (m_grammar.year == Presence::Required);
    const int most = 5 + (m_grammar.seconds != Presence::Absent) + (m_grammar.year != Presence::Absent);
    if (parts.size() >= least && parts.size() <= most)
        return parts;
    Issue wrong = issue(Issue::Kind::FieldCount, Field::Expression, {m_text, m_offset});
    wrong.low = least;
    wrong.high = most;
    wrong.count = int(parts.size());
    // What is too much is pointed at.
    if (parts.size() > most) {
        wrong.offset = parts.at(most).offset;
        wrong.length = m_offset + m_text.size() - wrong.offset;
    }
    return tl::unexpected(wrong);
}

QList<CronReader::Part> CronReader::items(Part part) const
{
    QList<Part> all;
    qsizetype begin = 0;
    for (qsizetype i = 0; i <= part.text.size(); ++i) {
        if (i < part.text.size() && part.text.at(i) != u',')
            continue;
        if (i > begin || !m_grammar.skipsEmptyItems)
            all << Part{part.text.sliced(begin, i - begin), part.offset + begin};
        begin = i + 1;
    }
    return all;
}

tl::expected<int, Issue> CronReader::value(FieldRange range, Part part) const
{
    if (part.text.isEmpty())
        return tl::unexpected(issue(Issue::Kind::BadPart, range.field, part));
    int number = -1;
    if (isNumber(part.text)) {
        if (m_grammar.fewDigits && part.text.size() > QString::number(range.high).size())
            return tl::unexpected(issue(Issue::Kind::BadPart, range.field, part));
        number = part.text.size() <= MaxDigits ? part.text.toInt() : std::numeric_limits<int>::max();
    } else if ((range.field == Field::Month || range.field == Field::DayOfWeek) && std::all_of(part.text.cbegin(), part.text.cend(), isLetter)) {
        const QStringList &names = range.field == Field::Month ? monthNames() : weekdayNames();
        const QString upper = part.text.toString().toUpper();
        for (qsizetype i = 0; i < names.size() && number < 0; ++i) {
            const bool same = m_grammar.names == Names::Prefix ? names.at(i).startsWith(upper) : names.at(i).left(3) == upper;
            if (same)
                number = int(i) + (range.field == Field::Month ? m_grammar.january : m_grammar.sunday);
        }
        if (number < 0)
            return tl::unexpected(issue(Issue::Kind::BadName, range.field, part));
    } else {
        return tl::unexpected(issue(isSpecial(part.text) ? Issue::Kind::Special : Issue::Kind::BadPart, range.field, part));
    }
    if (number >= range.low && number <= range.high)
        return number;
    Issue wrong = issue(Issue::Kind::OutOfRange, range.field, part);
    wrong.low = range.low;
    wrong.high = range.high;
    return tl::unexpected(wrong);
}

tl::expected<int, Issue> CronReader::step(FieldRange range, Part part, Part all) const
{
    if (!isNumber(part.text))
        return tl::unexpected(issue(Issue::Kind::BadStep, range.field, all));
    const int number = part.text.size() <= MaxDigits ? part.text.toInt() : std::numeric_limits<int>::max();
    if (number == 0 && m_grammar.zeroStep == ZeroStep::Refused)
        return tl::unexpected(issue(Issue::Kind::BadStep, range.field, all));
    if (m_grammar.limitsStep && range.field != Field::Year && !all.text.contains(u'-')) {
        const int limit = range.field == Field::DayOfWeek ? 7 : range.high;
        if (number > limit) {
            Issue wrong = issue(Issue::Kind::StepTooBig, range.field, part);
            wrong.high = limit;
            return tl::unexpected(wrong);
        }
    }
    return number;
}

tl::expected<CronReader::Steps, Issue> CronReader::steps(FieldRange range, Part part) const
{
    if (part.text.isEmpty())
        return tl::unexpected(issue(Issue::Kind::EmptyItem, range.field, part));
    if (part.text.contains(u'~'))
        return tl::unexpected(issue(Issue::Kind::RandomRange, range.field, part));
    const qsizetype slash = part.text.indexOf(u'/');
    Part base{slash < 0 ? part.text : part.text.first(slash), part.offset};
    // Quartz takes the star before a step for granted.
    const bool star = base.text == u"*" || (m_dialect == Dialect::Quartz && slash == 0) || (m_grammar.question == QuestionMark::Star && base.text == u"?");
    int low = range.low;
    int high = range.high;
    const qsizetype dash = base.text.indexOf(u'-');
    if (!star && base.text == u"?")
        return tl::unexpected(issue(Issue::Kind::QuestionMark, range.field, base));
    if (!star && dash >= 0) {
        const auto from = value(range, {base.text.first(dash), base.offset});
        if (!from)
            return tl::unexpected(from.error());
        const auto to = value(range, {base.text.sliced(dash + 1), base.offset + dash + 1});
        if (!to)
            return tl::unexpected(to.error());
        low = *from;
        high = *to;
    } else if (!star) {
        const auto only = value(range, base);
        if (!only)
            return tl::unexpected(only.error());
        low = *only;
        if (slash < 0)
            high = low;
        else if (!m_grammar.openStep)
            return tl::unexpected(issue(Issue::Kind::NeedsRange, range.field, part));
    } else if (m_grammar.sevenIsSunday && range.field == Field::DayOfWeek) {
        high = range.high - 1;
    }
    int by = 1;
    if (slash >= 0) {
        const auto read = step(range, {part.text.sliced(slash + 1), part.offset + slash + 1}, part);
        if (!read)
            return tl::unexpected(read.error());
        by = *read;
        if (by == 0 && m_grammar.zeroStep == ZeroStep::Ignored && !star && dash < 0)
            high = low;
        by = std::max(by, 1);
    }
    if (low > high) {
        if (m_grammar.reversed == ReversedRange::Swapped) {
            std::swap(low, high);
        } else if (m_grammar.reversed == ReversedRange::Refused || range.field == Field::Year) {
            return tl::unexpected(issue(Issue::Kind::Reversed, range.field, base));
        }
    }
    return Steps{low, high, by};
}

CronReader::Read CronReader::item(FieldRange range, Part part) const
{
    const auto read = steps(range, part);
    if (!read)
        return tl::unexpected(read.error());
    quint64 bits = 0;
    const int size = range.high - range.low + 1;
    const int end = read->high < read->low ? read->high + size : read->high;
    for (qint64 at = read->low; at <= end; at += read->by)
        bits |= bit(int(at > range.high ? at - size : at));
    return bits;
}

CronReader::Read CronReader::values(FieldRange range, Part part) const
{
    quint64 all = 0;
    for (const Part &one : items(part)) {
        const Read bits = item(range, one);
        if (!bits)
            return bits;
        all |= *bits;
    }
    if (!all)
        return tl::unexpected(issue(Issue::Kind::EmptyItem, range.field, part));
    return all;
}

quint32 CronReader::weekdayBits(quint64 numbers) const
{
    quint32 bits = 0;
    for (int number = 0; number <= 7; ++number) {
        if (numbers >> number & 1)
            bits |= 1U << ((number - m_grammar.sunday) % 7);
    }
    return bits;
}

tl::expected<bool, Issue> CronReader::monthDaySpecial(Part part, DaysOfMonth &days) const
{
    constexpr int MaxBeforeLast = 30;
    const QString text = part.text.toString().toUpper();
    const bool weekday = text.size() > 1 && text.endsWith(u'W');
    const QString day = weekday ? text.chopped(1) : text;
    const FieldRange range{Field::DayOfMonth, 1, 31};
    if (day == "L"_L1) {
        (weekday ? days.weekdayBeforeLast : days.beforeLast) |= 1;
        return true;
    }
    if (m_grammar.daysBeforeLast && day.startsWith("L-"_L1) && (!weekday || m_grammar.specialLists)) {
        const QString number = day.mid(2);
        if (!isNumber(number))
            return tl::unexpected(issue(Issue::Kind::BadPart, Field::DayOfMonth, part));
        if (number.size() > 2 || number.toInt() > MaxBeforeLast) {
            Issue wrong = issue(Issue::Kind::OutOfRange, Field::DayOfMonth, {part.text.sliced(2), part.offset + 2});
            wrong.high = MaxBeforeLast;
            return tl::unexpected(wrong);
        }
        (weekday ? days.weekdayBeforeLast : days.beforeLast) |= quint32(bit(number.toInt()));
        return true;
    }
    if (!weekday || !isNumber(day))
        return false;
    const auto number = value(range, {part.text.chopped(1), part.offset});
    if (!number)
        return tl::unexpected(number.error());
    days.nearestWeekday |= quint32(bit(*number));
    return true;
}

tl::expected<bool, Issue> CronReader::weekDaySpecial(Part part, DaysOfWeek &days) const
{
    const auto bitOf = [this](int number) { return 1U << ((number - m_grammar.sunday) % 7); };
    const QString text = part.text.toString().toUpper();
    if (const qsizetype hash = text.indexOf(u'#'); hash >= 0) {
        const auto number = value(weekdayRange(), {part.text.first(hash), part.offset});
        if (!number)
            return tl::unexpected(number.error());
        const QString place = text.mid(hash + 1);
        if (place.size() != 1 || place.front() < u'1' || place.front() > u'5')
            return tl::unexpected(issue(Issue::Kind::BadNth, Field::DayOfWeek, part));
        days.nth[std::size_t(place.toInt() - 1)] |= bitOf(*number);
        return true;
    }
    if (!text.endsWith(u'L'))
        return false;
    if (text == "L"_L1) {
        days.days |= 1U << 6;
        return true;
    }
    const auto number = value(weekdayRange(), {part.text.chopped(1), part.offset});
    if (!number)
        return tl::unexpected(number.error());
    days.last |= bitOf(*number);
    return true;
}

template<class Days>
tl::expected<Days, Issue> CronReader::days(FieldRange range, Part part, bool specialLists, Special<Days> special, quint32 (CronReader::*plain)(quint64) const) const
{
    Days days;
    if (part.text == u"?" && m_grammar.question == QuestionMark::OneDayField) {
        days.none = true;
        return days;
    }
    const QList<Part> all = items(part);
    for (const Part &one : all) {
        const auto taken = m_grammar.specials ? (this->*special)(one, days) : tl::expected<bool, Issue>(false);
        if (!taken)
            return tl::unexpected(taken.error());
        if (*taken && all.size() > 1 && !specialLists)
            return tl::unexpected(issue(Issue::Kind::SpecialInList, range.field, one));
        if (*taken)
            continue;
        const Read bits = item(range, one);
        if (!bits)
            return tl::unexpected(bits.error());
        days.days |= (this->*plain)(*bits);
    }
    if (!days.days && !days.hasSpecial())
        return tl::unexpected(issue(Issue::Kind::EmptyItem, range.field, part));
    return days;
}

tl::expected<std::bitset<YearCount>, Issue> CronReader::years(Part part) const
{
    std::bitset<YearCount> all;
    const FieldRange range{Field::Year, FirstYear, m_grammar.lastYear};
    for (const Part &one : items(part)) {
        const auto read = steps(range, one);
        if (!read)
            return tl::unexpected(read.error());
        for (qint64 year = read->low; year <= read->high; year += read->by)
            all.set(std::size_t(year - FirstYear));
    }
    if (all.none())
        return tl::unexpected(issue(Issue::Kind::EmptyItem, Field::Year, part));
    return all;
}

/// The day field leaves the choice to the other one.
bool CronReader::saysNothing(Part part, bool every) const
{
    switch (m_grammar.star) {
    case StarRule::BeginsWithStar: return part.text.startsWith(u'*');
    case StarRule::PlainStar:
        for (const Part &one : items(part)) {
            if (one.text == u"*" || one.text == u"?" || one.text == u"*/1" || one.text == u"?/1")
                return true;
        }
        return false;
    case StarRule::EveryValue: return every;
    case StarRule::Never: return true;
    }
    Q_UNREACHABLE();
}

DaylightRule CronReader::daylight(const CronSpec &spec, Part minute, Part hour) const
{
    const auto hasNeighbours = [](quint64 mask) { return (mask & (mask >> 1)) != 0; };
    switch (m_dialect) {
    case Dialect::EventBridgeRules:
    case Dialect::EventBridgeScheduler: return {SkippedTime::Lost, RepeatedTime::First};
    case Dialect::Unix:
        // cron(8): only jobs at fixed times are made up for, and not run twice.
        if (minute.text.startsWith(u'*') || hour.text.startsWith(u'*'))
            return {SkippedTime::Lost, RepeatedTime::Both};
        return {SkippedTime::RightAfter, RepeatedTime::First};
    case Dialect::Azure:
        // Of a schedule with neighbouring times the timer makes an interval, which goes on in the repeated hour.
        return {SkippedTime::Shifted, hasNeighbours(spec.seconds) || hasNeighbours(spec.minutes) || hasNeighbours(spec.hours) ? RepeatedTime::Both : RepeatedTime::First};
    case Dialect::Kubernetes:
    case Dialect::Gcp:
    case Dialect::OpenWhisk: return {SkippedTime::Lost, RepeatedTime::Both};
    // Java's calendar takes a wall time that comes twice for the one in standard time.
    case Dialect::Quartz: return {SkippedTime::Lost, RepeatedTime::Second};
    }
    Q_UNREACHABLE();
}

tl::expected<CronSpec, Issue> CronReader::read()
{
    const auto parts = split();
    if (!parts)
        return tl::unexpected(parts.error());
    CronSpec spec;
    qsizetype at = 0;
    const bool hasSeconds = m_grammar.seconds == Presence::Required || (m_grammar.seconds == Presence::Optional && parts->size() == 6);
    const auto take = [&](FieldRange range, auto *into) -> std::optional<Issue> {
        const Read bits = values(range, parts->at(at++));
        if (!bits)
            return bits.error();
        *into = std::remove_pointer_t<decltype(into)>(*bits);
        return std::nullopt;
    };
    if (hasSeconds) {
        if (const auto wrong = take({Field::Second, 0, 59}, &spec.seconds))
            return tl::unexpected(*wrong);
    }
    const Part minute = parts->at(at);
    if (const auto wrong = take({Field::Minute, 0, 59}, &spec.minutes))
        return tl::unexpected(*wrong);
    const Part hour = parts->at(at);
    if (const auto wrong = take({Field::Hour, 0, 23}, &spec.hours))
        return tl::unexpected(*wrong);
    const Part monthDay = parts->at(at++);
    const auto byMonth = days<DaysOfMonth>({Field::DayOfMonth, 1, 31}, monthDay, m_grammar.specialLists, &CronReader::monthDaySpecial, &CronReader::monthDayBits);
    if (!byMonth)
        return tl::unexpected(byMonth.error());
    spec.monthDays = *byMonth;
    if (const auto wrong = take({Field::Month, m_grammar.january, m_grammar.january + 11}, &spec.months))
        return tl::unexpected(*wrong);
    spec.months <<= 1 - m_grammar.january;
    const Part weekDay = parts->at(at++);
    const auto byWeek = days<DaysOfWeek>(weekdayRange(), weekDay, false, &CronReader::weekDaySpecial, &CronReader::weekdayBits);
    if (!byWeek)
        return tl::unexpected(byWeek.error());
    spec.weekDays = *byWeek;
    spec.years.set();
    if (at < parts->size()) {
        const auto read = years(parts->at(at));
        if (!read)
            return tl::unexpected(read.error());
        spec.years = *read;
    }
    if (m_grammar.question == QuestionMark::OneDayField && spec.monthDays.none == spec.weekDays.none)
        return tl::unexpected(issue(spec.monthDays.none ? Issue::Kind::NoDays : Issue::Kind::BothDays, Field::DayOfWeek, weekDay));
    const bool alone = saysNothing(monthDay, spec.monthDays.isEvery()) || saysNothing(weekDay, spec.weekDays.isEvery());
    spec.dayRule = alone ? DayRule::Both : DayRule::Either;
    spec.daylight = daylight(spec, minute, hour);
    return spec;
}

} // namespace eph::schedule
