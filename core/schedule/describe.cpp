// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/schedule/grammar.h"
#include "core/schedule/issue.h"

namespace eph::schedule {

using namespace Qt::StringLiterals;

namespace {

/// The sentences of Quartz's CronExpression.
[[nodiscard]] QString quartzSentence(const Issue &issue, const QString &text)
{
    const QString upper = issue.value.toUpper();
    switch (issue.kind) {
    case Issue::Kind::FieldCount:
        return issue.count > issue.high ? u"Invalid expression has too many terms: "_s + text.toUpper() : u"Unexpected end of expression."_s;
    case Issue::Kind::Empty: return u"Unexpected end of expression."_s;
    case Issue::Kind::BothDays: return u"Support for specifying both a day-of-week AND a day-of-month parameter is not implemented."_s;
    case Issue::Kind::NoDays: return u"'?' can only be specified for Day-of-Month -OR- Day-of-Week."_s;
    case Issue::Kind::QuestionMark: return u"'?' can only be specified for Day-of-Month or Day-of-Week."_s;
    case Issue::Kind::StepTooBig: return u"Increment >= %1 : %2"_s.arg(issue.high == 59 ? 60 : issue.high == 23 ? 24 : issue.high).arg(issue.value);
    case Issue::Kind::BadStep: return u"'/' must be followed by an integer."_s;
    case Issue::Kind::BadNth: return u"A numeric value between 1 and 5 must follow the '#' option"_s;
    case Issue::Kind::BadName: return issue.field == Field::Month ? u"Invalid Month value: '%1'"_s.arg(upper) : u"Invalid Day-of-Week value: '%1'"_s.arg(upper);
    case Issue::Kind::SpecialInList:
        return upper.contains(u'#') ? u"Support for specifying multiple \"nth\" days is not implemented."_s : u"Support for specifying 'L' with other days of the week is not implemented"_s;
    case Issue::Kind::OutOfRange:
        switch (issue.field) {
        case Field::Second:
        case Field::Minute: return u"Minute and Second values must be between 0 and 59"_s;
        case Field::Hour: return u"Hour values must be between 0 and 23"_s;
        case Field::DayOfMonth: return issue.low == 0 ? u"Offset from last day must be <= 30"_s : u"Day of month values must be between 1 and 31"_s;
        case Field::Month: return u"Month values must be between 1 and 12"_s;
        case Field::DayOfWeek: return u"Day-of-Week values must be between 1 and 7"_s;
        default: break;
        }
        [[fallthrough]];
    default: return u"Illegal cron expression format (%1)"_s.arg(text.toUpper());
    }
}

/// The sentences of robfig/cron, as the Kubernetes API puts them.
[[nodiscard]] QString kubernetesSentence(const Issue &issue, const QString &text)
{
    const QString inner = [&] {
        switch (issue.kind) {
        case Issue::Kind::Empty: return u"empty spec string"_s;
        case Issue::Kind::FieldCount: return u"expected exactly 5 fields, found %1: [%2]"_s.arg(issue.count).arg(text.simplified());
        case Issue::Kind::Macro: return u"unrecognized descriptor: %1"_s.arg(text);
        case Issue::Kind::Reversed: return u"beginning of range (%1) beyond end of range (%2): %3"_s.arg(issue.value.section(u'-', 0, 0), issue.value.section(u'-', 1), issue.value);
        case Issue::Kind::BadStep: return u"step of range should be a positive number: %1"_s.arg(issue.value);
        case Issue::Kind::OutOfRange:
            return issue.value.toInt() < issue.low ? u"beginning of range (%1) below minimum (%2): %3"_s.arg(issue.value).arg(issue.low).arg(issue.value)
                                                   : u"end of range (%1) above maximum (%2): %3"_s.arg(issue.value).arg(issue.high).arg(issue.value);
        case Issue::Kind::Zone: return u"cannot use TZ or CRON_TZ in schedule, use timeZone field instead"_s;
        default: return u"failed to parse int from %1: strconv.Atoi: parsing \"%1\": invalid syntax"_s.arg(issue.value);
        }
    }();
    return u"spec.schedule: Invalid value: \"%1\": %2"_s.arg(text, inner);
}

/// The sentences of NCrontab, within the one of the timer.
[[nodiscard]] QString azureSentence(const QString &text)
{
    return u"The schedule expression '%1' was not recognized as a valid cron expression or timespan string."_s.arg(text);
}

[[nodiscard]] QString unixSentence(const Issue &issue)
{
    switch (issue.field) {
    case Field::Minute: return u"bad minute"_s;
    case Field::Hour: return u"bad hour"_s;
    case Field::DayOfMonth: return u"bad day-of-month"_s;
    case Field::Month: return u"bad month"_s;
    case Field::DayOfWeek: return u"bad day-of-week"_s;
    default: break;
    }
    // The line goes on with the command: a field that is missing is taken from there.
    static const QStringList byCount{u"bad minute"_s, u"bad hour"_s, u"bad day-of-month"_s, u"bad month"_s, u"bad day-of-week"_s};
    if (issue.kind == Issue::Kind::FieldCount && issue.count < 5)
        return byCount.at(issue.count);
    return issue.kind == Issue::Kind::Macro ? u"bad time specifier"_s : u"bad command"_s;
}

[[nodiscard]] QString serviceSentence(const Issue &issue, const QString &text, Dialect dialect)
{
    switch (dialect) {
    case Dialect::EventBridgeRules: return u"Parameter ScheduleExpression is not valid."_s;
    case Dialect::EventBridgeScheduler: return u"Invalid Schedule Expression %1."_s.arg(text);
    case Dialect::Unix: return unixSentence(issue);
    case Dialect::Kubernetes: return kubernetesSentence(issue, text);
    case Dialect::Gcp: return u"Schedule or time zone is invalid."_s;
    case Dialect::Azure: return azureSentence(text);
    case Dialect::Quartz: return quartzSentence(issue, text);
    case Dialect::OpenWhisk: return u"cron pattern '%1' is not valid"_s.arg(text);
    }
    Q_UNREACHABLE();
}

/// `minutes, hours, day of month, month, day of week`
[[nodiscard]] QString fieldList(Dialect dialect)
{
    const Grammar &grammar = grammarOf(dialect);
    QStringList names;
    if (grammar.seconds == Presence::Required)
        names << fieldName(Field::Second);
    names << fieldName(Field::Minute) << fieldName(Field::Hour) << fieldName(Field::DayOfMonth) << fieldName(Field::Month) << fieldName(Field::DayOfWeek);
    if (grammar.year == Presence::Required)
        names << fieldName(Field::Year);
    return names.join(u", "_s);
}

[[nodiscard]] QString rangeText(Field field, Dialect dialect)
{
    const Grammar &grammar = grammarOf(dialect);
    switch (field) {
    case Field::Second:
    case Field::Minute: return Core::tr("0 to 59");
    case Field::Hour: return Core::tr("0 to 23");
    case Field::DayOfMonth: return Core::tr("1 to 31");
    case Field::Month: return grammar.january == 0 ? Core::tr("0 to 11 (0 is January), or JAN to DEC") : Core::tr("1 to 12, or JAN to DEC");
    case Field::DayOfWeek:
        return grammar.sunday == 1 ? Core::tr("1 to 7 (1 is Sunday), or SUN to SAT")
            : grammar.sevenIsSunday ? Core::tr("0 to 7 (0 and 7 are Sunday), or SUN to SAT")
                                    : Core::tr("0 to 6 (0 is Sunday), or SUN to SAT");
    case Field::Year: return Core::tr("1970 to %1").arg(grammar.lastYear);
    default: return {};
    }
}

struct Words {
    QString message;
    QString hint;
};

[[nodiscard]] Words rateWords(const Issue &issue)
{
    const QString form = Core::tr("Write rate(5 minutes): a whole number, one blank, and minutes, hours or days in lower case.");
    switch (issue.kind) {
    case Issue::Kind::RateValue:
        if (issue.value.size() > 9)
            return {Core::tr("The rate “%1” is too large.").arg(issue.value.left(30)), form};
        return {Core::tr("The rate “%1” is no whole number above zero.").arg(issue.value), form};
    case Issue::Kind::RateUnit:
        return {issue.value.isEmpty() ? Core::tr("The rate has no unit.") : Core::tr("“%1” is no unit of a rate.").arg(issue.value), form};
    case Issue::Kind::RateNumber:
        return issue.value.endsWith(u's') ? Words{Core::tr("A rule takes the unit of 1 in the singular only, not “%1”.").arg(issue.value), Core::tr("Write “%1”.").arg(issue.value.chopped(1))}
                                          : Words{Core::tr("A rule takes the unit of more than 1 in the plural only, not “%1”.").arg(issue.value), Core::tr("Write “%1”.").arg(issue.value + u's')};
    default: return {Core::tr("“%1” is no rate.").arg(issue.value), form};
    }
}

[[nodiscard]] Words atWords(const Issue &issue)
{
    switch (issue.kind) {
    case Issue::Kind::AtElsewhere: return {Core::tr("EventBridge rules know no at(…)."), Core::tr("Make it a schedule of EventBridge Scheduler (ScheduleV2).")};
    case Issue::Kind::AtDate: return {Core::tr("“%1” is no date and time of the calendar.").arg(issue.value), Core::tr("Years go from 1970 to 2199.")};
    default: return {Core::tr("“%1” is not written as a date and time.").arg(issue.value), Core::tr("Write at(2026-12-31T23:59:00), without a zone: the zone is the schedule's own.")};
    }
}

[[nodiscard]] Words formWords(const Issue &issue, Dialect dialect)
{
    switch (issue.kind) {
    case Issue::Kind::Empty: return {Core::tr("There is no expression."), Core::tr("Begin with “%1”: every day at nine.").arg(exampleOf(dialect))};
    case Issue::Kind::TooLong: return {Core::tr("The expression is longer than %1 characters.").arg(MaxExpressionLength), Core::tr("Write ranges and steps in place of long lists.")};
    case Issue::Kind::NoWrapper:
        return {Core::tr("“%1” is in none of the forms that the service knows.").arg(issue.value),
                dialect == Dialect::EventBridgeRules ? Core::tr("Write cron(0 9 * * ? *) or rate(5 minutes), in lower case and without blanks before it.") : Core::tr("Write cron(0 9 * * ? *), rate(5 minutes) or at(2026-12-31T23:59:00), in lower case and without blanks before it.")};
    case Issue::Kind::Unclosed: return {Core::tr("The closing bracket at the end is missing."), Core::tr("Put “)” at the end.")};
    case Issue::Kind::Blanks: return {Core::tr("There is a blank too many."), Core::tr("Put exactly one blank between fields, and none after “(” and before “)”.")};
    case Issue::Kind::FieldCount:
        return {issue.low == issue.high ? Core::tr("The expression has %1 fields; it needs %2.").arg(issue.count).arg(issue.low) : Core::tr("The expression has %1 fields; it needs %2 or %3.").arg(issue.count).arg(issue.low).arg(issue.high),
                Core::tr("The fields are: %1.").arg(fieldList(dialect))};
    case Issue::Kind::Macro: return {Core::tr("“%1” is no short form that the service knows.").arg(issue.value), dialect == Dialect::Unix ? Core::tr("There are @reboot, @yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly.") : Core::tr("There are @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly and @every 1h30m.")};
    case Issue::Kind::Zone: return {Core::tr("The zone does not belong into the expression."), Core::tr("Give it in the field for the time zone.")};
    case Issue::Kind::English: return {Core::tr("“%1” is App Engine's older way to write schedules, which is not read here.").arg(issue.value), Core::tr("Write the five fields, such as “*/5 * * * *”.")};
    default: return {};
    }
}

[[nodiscard]] Words fieldWords(const Issue &issue, Dialect dialect)
{
    const QString field = fieldName(issue.field);
    const QString range = rangeText(issue.field, dialect);
    const QString takes = Core::tr("The field “%1” takes %2.").arg(field, range);
    switch (issue.kind) {
    case Issue::Kind::OutOfRange: return {Core::tr("“%1” is out of range in the field “%2”.").arg(issue.value, field), issue.field == Field::DayOfMonth && issue.low == 0 ? Core::tr("At most 30 days before the last one can be told.") : takes};
    case Issue::Kind::BadName: return {Core::tr("“%1” is no name in the field “%2”.").arg(issue.value, field), takes};
    case Issue::Kind::Reversed: return {Core::tr("The range “%1” in the field “%2” runs backwards.").arg(issue.value, field), Core::tr("Write the smaller value first, or two ranges with a comma.")};
    case Issue::Kind::BadStep: return {Core::tr("The step in “%1” is no whole number above zero.").arg(issue.value), Core::tr("Write “*/5” for every fifth value.")};
    case Issue::Kind::StepTooBig: return {Core::tr("The step “%1” is larger than the field “%2”.").arg(issue.value, field), Core::tr("The largest one is %1.").arg(issue.high)};
    case Issue::Kind::NeedsRange: return {Core::tr("The step in “%1” has no range before it.").arg(issue.value), Core::tr("Write where it ends, as in “5-59/10”, or “*/10”.")};
    case Issue::Kind::EmptyItem: return {Core::tr("A value is missing in the field “%1”.").arg(field), takes};
    case Issue::Kind::BothDays: return {Core::tr("Day of month and day of week both say something."), Core::tr("Put “?” into the one that does not matter.")};
    case Issue::Kind::NoDays: return {Core::tr("Day of month and day of week are both “?”."), Core::tr("Put “*” into one of them for every day.")};
    case Issue::Kind::QuestionMark: return {Core::tr("“?” has no meaning in the field “%1”.").arg(field), Core::tr("Write “*” for every value.")};
    case Issue::Kind::Special: return {Core::tr("“%1” has no meaning in the field “%2” here.").arg(issue.value, field), takes};
    case Issue::Kind::SpecialInList: return {Core::tr("“%1” cannot stand in a list in the field “%2”.").arg(issue.value, field), Core::tr("Make a schedule of its own for it.")};
    case Issue::Kind::BadNth: return {Core::tr("“%1” does not say which of the weekdays in the month is meant.").arg(issue.value), Core::tr("Write a number from 1 to 5 after “#”: “2#1” is the first of its kind.")};
    case Issue::Kind::RandomRange: return {Core::tr("“%1” is a value that some cron programs choose by chance; when it fires cannot be told.").arg(issue.value), Core::tr("Write the value that you want.")};
    default: return {Core::tr("“%1” is no value, range, list or step in the field “%2”.").arg(issue.value, field), takes};
    }
}

[[nodiscard]] Words words(const Issue &issue, Dialect dialect)
{
    switch (issue.kind) {
    case Issue::Kind::RateValue:
    case Issue::Kind::RateUnit:
    case Issue::Kind::RateNumber:
    case Issue::Kind::RateForm: return rateWords(issue);
    case Issue::Kind::AtForm:
    case Issue::Kind::AtDate:
    case Issue::Kind::AtElsewhere: return atWords(issue);
    default: break;
    }
    const Words form = formWords(issue, dialect);
    return form.message.isEmpty() ? fieldWords(issue, dialect) : form;
}

} // namespace

QString fieldId(Field field)
{
    switch (field) {
    case Field::Expression: return u"expression"_s;
    case Field::Second: return u"seconds"_s;
    case Field::Minute: return u"minutes"_s;
    case Field::Hour: return u"hours"_s;
    case Field::DayOfMonth: return u"day-of-month"_s;
    case Field::Month: return u"month"_s;
    case Field::DayOfWeek: return u"day-of-week"_s;
    case Field::Year: return u"year"_s;
    case Field::RateValue: return u"rate-value"_s;
    case Field::RateUnit: return u"rate-unit"_s;
    case Field::Time: return u"time"_s;
    }
    Q_UNREACHABLE();
}

QString fieldName(Field field)
{
    switch (field) {
    case Field::Expression: return Core::tr("expression");
    case Field::Second: return Core::tr("seconds");
    case Field::Minute: return Core::tr("minutes");
    case Field::Hour: return Core::tr("hours");
    case Field::DayOfMonth: return Core::tr("day of month");
    case Field::Month: return Core::tr("month");
    case Field::DayOfWeek: return Core::tr("day of week");
    case Field::Year: return Core::tr("year");
    case Field::RateValue: return Core::tr("rate");
    case Field::RateUnit: return Core::tr("unit");
    case Field::Time: return Core::tr("time");
    }
    Q_UNREACHABLE();
}

ExpressionError describe(const Issue &issue, const QString &text, Dialect dialect)
{
    const Words words = schedule::words(issue, dialect);
    return {serviceSentence(issue, text, dialect), words.message, issue.field, issue.value, words.hint, issue.offset, issue.length};
}

} // namespace eph::schedule
