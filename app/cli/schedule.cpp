// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/scheduleoptions.h"
#include "core/base/text.h"
#include "core/schedule/compare.h"
#include "core/schedule/convert.h"
#include "core/schedule/explain.h"

namespace eph::cli {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

constexpr int MaxRuns = 1'000'000;

struct Options {
    ExpressionOptions expression;
    bool json = false;
    std::string after;
    std::string from;
    std::string until;
    int count = 10;
    std::string other;
    std::string otherDialect;
    std::string otherZone;
    std::string to;
    int year = 0;
};

/// What is asked about, and from when on.
struct Question {
    FireTimes times;
    Instant after;
};

/// Says why where it cannot be read, and gives the exit code.
[[nodiscard]] tl::expected<Question, int> read(const Options &options)
{
    const auto after = momentOf(options.after);
    if (!after)
        return tl::unexpected(failAs(options.json, after.error()));
    return options.expression.read(options.json, *after).map([&after](const FireTimes &times) { return Question{times, *after}; });
}

[[nodiscard]] QJsonArray toJson(const QList<Remark> &remarks)
{
    QJsonArray all;
    for (const Remark &remark : remarks)
        all.append(QJsonObject{{u"severity"_s, severityName(remark.severity)}, {u"rule"_s, remark.rule}, {u"message"_s, remark.message}, {u"hint"_s, remark.hint}});
    return all;
}

/// UTC, and beside it what the schedule's own clock shows.
[[nodiscard]] QString runLine(Instant at, const Zone &zone)
{
    QString line = toIso(at);
    if (!zone.isUtc())
        line += u"  "_s + toIso(zone.toLocal(at)).replace(u'T', u' ') + u' ' + zone.abbreviation(zone.at(at));
    return line;
}

void printRemarks(const QList<Remark> &remarks)
{
    for (const Remark &remark : remarks)
        note(severityName(remark.severity) + ": "_L1 + remark.message + (remark.hint.isEmpty() ? QString() : u' ' + remark.hint));
}

int explainCommand(const Options &options)
{
    const auto question = read(options);
    if (!question)
        return question.error();
    const auto &[times, after] = *question;
    const QList<Remark> remarks = remarksOn(times, after);
    const QString words = explain(times.expression());
    const QString normal = normalised(times.expression());
    if (options.json) {
        printJson(QJsonObject{{u"words"_s, words}, {u"normalised"_s, normal}, {u"zone"_s, times.frame().zone->name()}, {u"remarks"_s, toJson(remarks)}});
        return Fine;
    }
    print(words);
    if (normal.size() < times.expression().text.size())
        note(u"The same, shorter: "_s + normal);
    printRemarks(remarks);
    return Fine;
}

void printRuns(const Options &options, const FireTimes &times, const QList<Instant> &runs)
{
    if (options.json) {
        QJsonArray array;
        for (const Instant at : runs)
            array.append(toIso(at));
        printJson(QJsonObject{{u"runs"_s, array}, {u"never"_s, times.never()}});
        return;
    }
    for (const Instant at : runs)
        print(runLine(at, *times.frame().zone));
    if (std::holds_alternative<AtStartup>(times.expression().timing))
        note(u"When the machine starts: at no time that could be told."_s);
    else if (runs.isEmpty())
        note(times.never() ? u"It never fires."_s : u"It does not fire in that time."_s);
}

int nextCommand(const Options &options)
{
    const auto question = read(options);
    if (!question)
        return question.error();
    const auto &[times, after] = *question;
    QList<Instant> runs;
    for (auto at = times.next(after); at && runs.size() < options.count; at = times.next(*at))
        runs << *at;
    printRuns(options, times, runs);
    return Fine;
}

int betweenCommand(const Options &options)
{
    const auto from = instantNamed(options.from);
    const auto until = instantNamed(options.until);
    if (!from || !until)
        return failAs(options.json, (from ? until : from).error());
    const auto times = options.expression.read(options.json, *from);
    if (!times)
        return times.error();
    const qint64 count = times->count(*from, *until);
    if (count > options.count)
        note(u"%1 runs, of which the first %2 are shown; --count shows more."_s.arg(count).arg(options.count));
    printRuns(options, *times, times->between(*from, *until, options.count));
    return Fine;
}

int convertCommand(const Options &options)
{
    const auto times = options.expression.read(options.json, now());
    if (!times)
        return times.error();
    const auto to = dialectNamed(options.to);
    if (!to)
        return failAs(options.json, to.error());
    const auto written = schedule::convert(times->expression(), *to);
    if (!written) {
        if (options.json)
            printJson(QJsonObject{{u"expressions"_s, QJsonArray()}, {u"exact"_s, false}, {u"reason"_s, written.error()}});
        else
            note(u"eph: "_s + written.error());
        return HasFindings;
    }
    if (options.json) {
        printJson(QJsonObject{{u"expressions"_s, QJsonArray::fromStringList(written->expressions)}, {u"exact"_s, written->exact}, {u"notes"_s, QJsonArray::fromStringList(written->notes)}});
        return Fine;
    }
    for (const QString &text : written->expressions)
        print(text);
    for (const QString &text : written->notes)
        note(text);
    return Fine;
}

int equalCommand(const Options &options)
{
    const auto question = read(options);
    if (!question)
        return question.error();
    const auto &[first, after] = *question;
    ExpressionOptions otherOptions = options.expression;
    otherOptions.text = options.other;
    if (!options.otherDialect.empty())
        otherOptions.dialect = options.otherDialect;
    if (!options.otherZone.empty())
        otherOptions.zone = options.otherZone;
    // A rate counts from the same moment on both sides.
    const auto second = otherOptions.read(options.json, after);
    if (!second)
        return second.error();
    const Comparison found = compare(first, *second, after);
    if (options.json)
        printJson(QJsonObject{{u"equal"_s, found.equal()}, {u"firstDifference"_s, found.firstDifference ? QJsonValue(toIso(*found.firstDifference)) : QJsonValue()},
                              {u"fires"_s, found.equal() ? QJsonValue() : found.firstFires ? QJsonValue(u"first"_s) : QJsonValue(u"second"_s)}});
    else
        print(found.equal() ? u"Equal: they fire at the same moments until the end of 2199."_s
                            : u"Not equal: on %1 only the %2 fires."_s.arg(runLine(*found.firstDifference, *first.frame().zone), found.firstFires ? u"first"_s : u"second"_s));
    return Fine;
}

int lintCommand(const Options &options)
{
    const auto question = read(options);
    if (!question)
        return question.error();
    const auto &[times, after] = *question;
    const QList<Remark> remarks = remarksOn(times, after);
    if (options.json)
        printJson(toJson(remarks));
    else
        printRemarks(remarks);
    const bool bad = std::any_of(remarks.cbegin(), remarks.cend(), [](const Remark &remark) { return remark.severity != Severity::Note; });
    if (!options.json && remarks.isEmpty())
        note(u"Nothing was found."_s);
    return bad ? HasFindings : Fine;
}

int utcCommand(const Options &options)
{
    const auto times = options.expression.read(options.json, now());
    if (!times)
        return times.error();
    const Cron *cron = times->expression().cron();
    if (!cron)
        return failAs(options.json, {ErrorCode::Usage, Core::tr("“%1” does not follow a wall clock.").arg(times->expression().text), Core::tr("Only cron expressions can be moved to UTC."), {}});
    const Zone &zone = *times->frame().zone;
    const int year = options.year > 0 ? options.year : toIso(now()).left(4).toInt();
    const QList<UtcRules> rules = utcRules(cron->spec, zone, year);
    QJsonArray array;
    for (const UtcRules &rule : rules) {
        array.append(QJsonObject{{u"from"_s, toIso(rule.from)}, {u"until"_s, toIso(rule.until)}, {u"offset"_s, offsetText(rule.offset)}, {u"expressions"_s, QJsonArray::fromStringList(rule.written.expressions)}, {u"notes"_s, QJsonArray::fromStringList(rule.written.notes)}});
        for (const QString &text : options.json || rule.written.expressions.isEmpty() ? QStringList() : rule.written.notes)
            note(text);
        if (!options.json)
            print(u"%1 to %2  %3  %4"_s.arg(toIso(rule.from).left(10), toIso(rule.until).left(10), offsetText(rule.offset), (rule.written.expressions.isEmpty() ? rule.written.notes : rule.written.expressions).join(u" and "_s)));
    }
    const bool one = rules.size() == 1;
    if (options.json)
        printJson(QJsonObject{{u"rules"_s, array}, {u"oneIsRightAllYear"_s, one}});
    else if (!one)
        note(u"No single rule in UTC is right all year: clocks in %1 change. EventBridge Scheduler takes the time zone itself."_s.arg(zone.name()));
    return Fine;
}

CLI::App *addCommand(CLI::App &schedule, const char *name, const char *description, const std::shared_ptr<Options> &options, Action &action, int (*run)(const Options &))
{
    CLI::App *command = schedule.add_subcommand(name, description);
    options->expression.addTo(*command);
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &action, run] { action = [options, run] { return run(*options); }; });
    return command;
}

void addAfter(CLI::App &command, Options &options)
{
    command.add_option("--after", options.after, "Look from this moment on; now otherwise")->type_name("ISO");
}

} // namespace

void addSchedule(CLI::App &app, Action &action)
{
    CLI::App *schedule = app.add_subcommand("schedule", "Explains, checks, converts and simulates schedules");
    schedule->require_subcommand(1);
    schedule->footer("Exit code 3 means that an expression cannot be read, or that something was found.\n\nExamples:\n  eph schedule next 'cron(0 9 ? * MON-FRI *)' --zone Europe/Berlin\n"
                     "  eph schedule explain '*/5 9-17 * * 1-5' --dialect unix\n  eph schedule convert '0 0 13 * 5' --from unix --to eventbridge-scheduler\n  eph schedule simulate --from 2026-01-01T00:00:00Z --for P30D");
    const auto options = [] { return std::make_shared<Options>(); };

    auto explaining = options();
    CLI::App *command = addCommand(*schedule, "explain", "Says in words what an expression means", explaining, action, explainCommand);
    explaining->expression.addClockTo(*command);
    addAfter(*command, *explaining);

    auto next = options();
    command = addCommand(*schedule, "next", "Prints the next runs", next, action, nextCommand);
    next->expression.addClockTo(*command);
    addAfter(*command, *next);
    command->add_option("--count,-n", next->count, "How many")->capture_default_str()->check(CLI::Range(1, MaxRuns));

    auto between = options();
    command = addCommand(*schedule, "between", "Prints the runs from one moment up to another", between, action, betweenCommand);
    between->expression.addClockTo(*command);
    command->add_option("--from", between->from, "The first moment")->type_name("ISO")->required();
    command->add_option("--to", between->until, "The end, which is not included")->type_name("ISO")->required();
    between->count = 1000;
    command->add_option("--count,-n", between->count, "At most so many")->capture_default_str()->check(CLI::Range(1, MaxRuns));

    auto converting = options();
    command = schedule->add_subcommand("convert", "Writes an expression in another dialect");
    command->add_option("expression", converting->expression.text, "The expression")->required();
    command->add_option("--from", converting->expression.dialect, "Dialect in which it is written")->type_name("DIALECT")->required();
    command->add_option("--to", converting->to, "Dialect in which it is wanted")->type_name("DIALECT")->required();
    command->add_flag("--json", converting->json, "Print JSON");
    command->footer("Several lines belong together: all of them are needed. Exit code 3 means that the dialect cannot say it; the reason is told.");
    command->callback([converting, &action] { action = [converting] { return convertCommand(*converting); }; });

    auto equal = options();
    command = addCommand(*schedule, "equal", "Decides whether two expressions fire at the same moments", equal, action, equalCommand);
    command->add_option("other", equal->other, "The other expression")->required();
    command->add_option("--other-dialect", equal->otherDialect, "Dialect of the other one, where it is another")->type_name("DIALECT");
    command->add_option("--other-zone", equal->otherZone, "Time zone of the other one, where it is another")->type_name("ZONE");
    equal->expression.addClockTo(*command);
    command->add_option("--after", equal->after, "From this moment on; 1970 otherwise")->type_name("ISO");
    equal->after = "1970-01-01T00:00:00Z";

    auto linting = options();
    command = addCommand(*schedule, "lint", "Lists what may surprise: skipped and repeated hours, days that do not come", linting, action, lintCommand);
    linting->expression.addClockTo(*command);
    addAfter(*command, *linting);

    auto utc = options();
    command = addCommand(*schedule, "utc", "Moves wall times of a zone to rules in UTC", utc, action, utcCommand);
    utc->expression.addClockTo(*command);
    command->add_option("--year", utc->year, "The year; this one otherwise")->check(CLI::Range(FirstYear, LastYear));

    addProjectSchedules(*schedule, action);
}

} // namespace eph::cli
