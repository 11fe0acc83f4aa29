// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/scheduleoptions.h"
#include "app/common/composition.h"
#include "core/base/text.h"
#include "core/schedule/explain.h"
#include "core/services/schedulesimulation.h"
#include "core/services/scheduleservice.h"
#include "core/cost/currentprices.h"
#include "core/services/calledschedules.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <cmath>

namespace eph::cli {

using namespace Qt::StringLiterals;
using namespace schedule;

namespace {

constexpr qsizetype BufferedBytes = 64 * 1024;
constexpr qsizetype MaxCalls = 100'000; ///< Of functions, in one simulation.

struct Options {
    ProjectOptions project;
    std::string id;
    bool json = false;
    bool invoke = false;
    std::string from;
    std::string length = "P30D";
    std::vector<std::string> durations;
    RunOptions run;
};

struct SetOptions {
    FunctionOptions function;
    std::string event;
    std::string expression;
    // What is not given stays as it is.
    std::optional<std::string> dialect;
    std::optional<std::string> zone;
    std::optional<std::string> start;
    std::optional<std::string> end;
    std::optional<std::string> input;
    std::optional<int> flexibleMinutes;
    bool disabled = false;
};

int list(const Options &options)
{
    const auto project = options.project.open();
    if (!project)
        return failAs(options.json, project.error());
    const Instant at = now();
    QJsonArray array;
    QList<QStringList> rows{{u"SCHEDULE"_s, u"FUNCTION"_s, u"EXPRESSION"_s, u"ZONE"_s, u"STATE"_s, u"MADE BY"_s, u"NEXT RUN"_s}};
    bool bad = false;
    for (const cloud::ProjectSchedule &schedule : services::allSchedules(*project)) {
        const auto next = schedule.isValid() ? schedule.times(at).next(at) : std::nullopt;
        bad = bad || !schedule.isValid();
        const QString state = !schedule.isValid() ? u"invalid"_s : schedule.enabled ? u"enabled"_s : u"disabled"_s;
        rows << QStringList{schedule.id, schedule.function.isEmpty() ? schedule.target : schedule.function, schedule.text, schedule.zoneName, state, schedule.called ? u"a call"_s : u"template"_s, !schedule.isValid() ? schedule.problem : next ? toIso(*next) : u"never"_s};
        array.append(QJsonObject{{u"id"_s, schedule.id}, {u"name"_s, schedule.name}, {u"function"_s, schedule.function}, {u"dialect"_s, dialectId(schedule.dialect)}, {u"expression"_s, schedule.text}, {u"zone"_s, schedule.zoneName},
                                 {u"state"_s, state}, {u"called"_s, schedule.called}, {u"words"_s, schedule.expression ? explain(*schedule.expression) : QString()}, {u"next"_s, next ? QJsonValue(toIso(*next)) : QJsonValue()}, {u"problem"_s, schedule.problem}});
    }
    if (options.json)
        printJson(array);
    else if (array.isEmpty())
        note(u"The project declares no schedules. A function gets one by an event of the type ScheduleV2 or Schedule: `eph schedule set`."_s);
    else
        printTable(rows);
    return bad ? HasFindings : Fine;
}

struct Chosen {
    project::Project project;
    cloud::ProjectSchedule schedule;
};

[[nodiscard]] Result<Chosen> chosenSchedule(const Options &options)
{
    auto project = options.project.open();
    if (!project)
        return tl::unexpected(project.error());
    const auto schedule = services::findSchedule(*project, QString::fromStdString(options.id));
    if (!schedule)
        return tl::unexpected(schedule.error());
    return Chosen{*std::move(project), *schedule};
}

int exitCodeOf(const Result<void> &done)
{
    return done ? int(Fine) : fail(done.error());
}

int event(const Options &options)
{
    const auto chosen = chosenSchedule(options);
    if (!chosen)
        return fail(chosen.error());
    const auto at = momentOf(options.from);
    if (!at)
        return fail(at.error());
    print(cloud::scheduleEvent(chosen->schedule, chosen->project.region, *at));
    return Fine;
}

int setEnabled(const Options &options, bool enabled)
{
    return exitCodeOf(chosenSchedule(options).and_then([enabled](const Chosen &chosen) { return services::setScheduleEnabled(chosen.project, chosen.schedule, enabled); }));
}

int remove(const Options &options)
{
    return exitCodeOf(chosenSchedule(options).and_then([](const Chosen &chosen) { return services::removeSchedule(chosen.project, chosen.schedule); }));
}

int set(const SetOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    services::ScheduleDraft draft;
    draft.event = QString::fromStdString(options.event);
    for (const cloud::ProjectSchedule &present : cloud::schedulesOf(chosen->function)) {
        if (!present.ownResource && present.id.section(u'/', 1) == draft.event)
            draft = services::draftOf(present);
    }
    if (options.dialect) {
        const auto dialect = dialectNamed(*options.dialect);
        if (!dialect)
            return fail(dialect.error());
        if (!isEventBridge(*dialect))
            return fail({ErrorCode::Usage, Core::tr("A template knows EventBridge's schedules only."), Core::tr("Convert the expression first: `eph schedule convert`."), {}});
        draft.dialect = *dialect;
    }
    draft.text = QString::fromStdString(options.expression);
    for (const auto &[given, value] : {std::pair(&options.zone, &draft.zone), std::pair(&options.start, &draft.start), std::pair(&options.end, &draft.end), std::pair(&options.input, &draft.input)}) {
        if (*given)
            *value = QString::fromStdString(**given);
    }
    draft.flexibleMinutes = options.flexibleMinutes.value_or(draft.flexibleMinutes);
    draft.enabled = draft.enabled && !options.disabled;
    if (const auto parsed = parseExpression(draft.text, draft.dialect); !parsed)
        return failExpression(parsed.error(), draft.text, false);
    return exitCodeOf(services::writeSchedule(chosen->function, draft));
}

/// `NAME=250ms`, `NAME=2s`, or one of them without a name for all others.
[[nodiscard]] Result<void> readDurations(const Options &options, services::SimulationRequest &request)
{
    for (const std::string &given : options.durations) {
        const QString text = QString::fromStdString(given);
        const QString name = text.contains(u'=') ? text.section(u'=', 0, 0) : QString();
        const QString value = text.section(u'=', -1);
        const bool inMilliseconds = value.endsWith("ms"_L1);
        bool fine = false;
        const double number = value.chopped(inMilliseconds ? 2 : 1).toDouble(&fine);
        if (!fine || !std::isfinite(number) || number < 0 || number > 1e9 || !(inMilliseconds || value.endsWith(u's')))
            return failure(ErrorCode::Usage, Core::tr("“%1” is no duration of a function.").arg(text), Core::tr("Write it as NAME=250ms, NAME=2s, or 250ms for all others."));
        const auto duration = std::chrono::milliseconds(qint64(inMilliseconds ? number : number * 1000));
        if (name.isEmpty()) {
            request.standardDuration = duration;
            continue;
        }
        const auto function = request.project->chosenFunction(name);
        if (!function)
            return tl::unexpected(function.error());
        request.durations.insert((*function)->name, duration);
    }
    return {};
}

struct Prepared {
    std::shared_ptr<project::Project> project;
    services::SimulationRequest request;
    cost::PriceBook prices;
};

[[nodiscard]] Result<Prepared> prepare(const Options &options)
{
    auto project = options.project.open();
    if (!project)
        return tl::unexpected(project.error());
    Prepared prepared{std::make_shared<project::Project>(*std::move(project)), {}, {}};
    prepared.request.project = prepared.project.get();
    const auto from = momentOf(options.from);
    if (!from)
        return tl::unexpected(from.error());
    const auto length = durationNamed(options.length);
    if (!length)
        return tl::unexpected(length.error());
    prepared.request.from = *from;
    prepared.request.length = *length;
    if (const auto fine = readDurations(options, prepared.request); !fine)
        return tl::unexpected(fine.error());
    const auto book = cost::currentPriceBook();
    if (!book)
        return tl::unexpected(book.error());
    prepared.prices = *book;
    return prepared;
}

void printSummary(const services::SimulationSummary &summary, bool json)
{
    if (json) {
        printJson(QJsonObject{{u"summary"_s, QJsonObject{{u"runs"_s, summary.runs}, {u"coldStarts"_s, summary.coldStarts}, {u"peakConcurrency"_s, summary.peakConcurrency},
                                                        {u"peakAt"_s, summary.peakAt ? QJsonValue(toIso(*summary.peakAt)) : QJsonValue()}, {u"costUsd"_s, summary.cost.exact()}}}});
        return;
    }
    note(u"%1 runs, %2 cold starts, at most %3 at once%4, %5"_s.arg(summary.runs).arg(summary.coldStarts).arg(summary.peakConcurrency).arg(summary.peakAt ? u" (first on %1)"_s.arg(toIso(*summary.peakAt)) : QString(), summary.cost.readable()));
    note(u"Durations are those given with --duration, 1 s otherwise; that idle environments are kept for ten minutes is modelled."_s);
}

/// One line a firing, with nothing in it that differs from one time to the next. Millions of them: what is the same in each
/// run of a schedule is put into words once.
class SimulationLines
{
public:
    explicit SimulationLines(bool json)
        : m_json(json)
    {
    }

    [[nodiscard]] QByteArray line(const services::SimulatedRun &run)
    {
        QByteArray &same = m_same[run.schedule];
        if (same.isEmpty())
            same = sameIn(run);
        const QByteArray at = toIso(run.at).toLatin1();
        if (!m_json)
            return at + same + (run.cold ? "  cold  " : "  warm  ") + QByteArray::number(run.concurrency) + " at once";
        const QByteArray scheduled = run.scheduled == run.at ? at : toIso(run.scheduled).toLatin1();
        return "{\"at\":\"" + at + "\",\"scheduled\":\"" + scheduled + "\",\"concurrency\":" + QByteArray::number(run.concurrency) + ",\"cold\":" + (run.cold ? "true," : "false,") + same;
    }

private:
    [[nodiscard]] QByteArray sameIn(const services::SimulatedRun &run) const
    {
        if (!m_json)
            return "  " + run.schedule->id.toUtf8() + "  " + run.schedule->function.toUtf8();
        const QJsonObject object{{u"schedule"_s, run.schedule->id}, {u"function"_s, run.schedule->function}, {u"durationMs"_s, qint64(run.duration.count())}, {u"costUsd"_s, run.cost.exact()}};
        // The rest of an object that has begun.
        return QJsonDocument(object).toJson(QJsonDocument::Compact).mid(1);
    }

    const bool m_json;
    QHash<const cloud::ProjectSchedule *, QByteArray> m_same;
};

/// Calls the functions one after the other, as fast as they allow, with the events of the turned clock.
class InvokingSimulation
{
public:
    InvokingSimulation(app::Composition &composition, const Prepared &prepared, bool json)
        : m_cloud(composition.cloud)
        , m_invokes(composition.invokes)
        , m_project(*prepared.project)
        , m_json(json)
    {
        (void)services::simulate(prepared.request, prepared.prices, [this](const services::SimulatedRun &run) {
            m_runs.append({*run.schedule, run.scheduled});
            return m_runs.size() <= MaxCalls;
        });
    }
    [[nodiscard]] bool isTooLong() const { return m_runs.size() > MaxCalls; }

    void run(const std::function<void(int)> &exit)
    {
        if (m_next == m_runs.size()) {
            note(u"%1 runs, %2 of them failed"_s.arg(m_runs.size()).arg(m_failed));
            return exitWhenSettled(m_cloud, exit, m_failed > 0 ? Failed : Fine);
        }
        const Run &run = m_runs.at(m_next);
        const project::Function *function = m_project.function(run.schedule.function);
        m_invokes.invoke({m_project, *function, cloud::scheduleEvent(run.schedule, m_project.region, run.scheduled), {}}).then(qApp, [this, exit](const Result<services::InvocationRecord> &record) {
            if (!record)
                return exit(fail(record.error()));
            tell(m_runs.at(m_next++), record->invocation);
            this->run(exit);
        });
    }

private:
    struct Run {
        cloud::ProjectSchedule schedule;
        Instant scheduled;
    };

    void tell(const Run &run, const runtime::Invocation &invocation)
    {
        m_failed += invocation.outcome != runtime::Outcome::Answered;
        const QString outcome = runtime::outcomeName(invocation.outcome);
        if (m_json)
            printJson(QJsonObject{{u"scheduled"_s, toIso(run.scheduled)}, {u"schedule"_s, run.schedule.id}, {u"function"_s, run.schedule.function}, {u"outcome"_s, outcome}, {u"durationMs"_s, invocation.report.durationMs}, {u"cold"_s, invocation.report.coldStart}});
        else
            print(QStringList{toIso(run.scheduled), run.schedule.id, outcome, QString::number(invocation.report.durationMs, 'f', 1) + " ms"_L1}.join(u"  "_s));
    }

    services::LocalCloud &m_cloud;
    const services::InvokeService &m_invokes;
    const project::Project &m_project;
    const bool m_json;
    QList<Run> m_runs;
    qsizetype m_next = 0;
    int m_failed = 0;
};

int simulateInvoking(const Options &options, const Prepared &prepared)
{
    const auto cloudOptions = options.run.chosen();
    if (!cloudOptions)
        return fail(cloudOptions.error());
    const auto composition = app::Composition::create(*cloudOptions, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    InvokingSimulation simulation(**composition, prepared, options.json);
    if (simulation.isTooLong())
        return failAs(options.json, {ErrorCode::Usage, Core::tr("More than %1 calls come together in that time.").arg(MaxCalls), Core::tr("Choose a shorter one with --for, or leave --invoke out."), {}});
    return runLoop([&simulation](const std::function<void(int)> &exit) { simulation.run(exit); });
}

int simulateCommand(const Options &options)
{
    const auto prepared = prepare(options);
    if (!prepared)
        return failAs(options.json, prepared.error());
    if (options.invoke)
        return simulateInvoking(options, *prepared);
    QByteArray buffer;
    SimulationLines lines(options.json);
    const services::SimulationSummary summary = services::simulate(prepared->request, prepared->prices, [&](const services::SimulatedRun &run) {
        buffer += lines.line(run);
        if (buffer.size() >= BufferedBytes) {
            print(buffer);
            buffer.clear();
        } else {
            buffer += '\n';
        }
        return printedEverything();
    });
    if (!buffer.isEmpty())
        print(buffer.chopped(1));
    printSummary(summary, options.json);
    return Fine;
}

int collisions(const Options &options)
{
    const auto prepared = prepare(options);
    if (!prepared)
        return failAs(options.json, prepared.error());
    const QList<services::Collision> found = services::collisionsOf(prepared->request, prepared->prices);
    QJsonArray array;
    QList<QStringList> rows{{u"SCHEDULES"_s, u"TIMES"_s, u"AT ONCE"_s, u"FIRST"_s, u"APART WITH"_s}};
    for (const services::Collision &collision : found) {
        array.append(QJsonObject{{u"schedules"_s, QJsonArray::fromStringList(collision.schedules)}, {u"count"_s, collision.count}, {u"concurrency"_s, collision.concurrency}, {u"first"_s, toIso(collision.first)}, {u"moved"_s, collision.moved}, {u"suggested"_s, collision.suggested}, {u"flexibleMinutes"_s, collision.flexibleMinutes}});
        const QString apart = collision.flexibleMinutes > 0 ? u"%1: a flexible window of %2 minutes"_s.arg(collision.moved).arg(collision.flexibleMinutes) : collision.suggested.isEmpty() ? QString() : QString(collision.moved + ": "_L1 + collision.suggested);
        rows << QStringList{collision.schedules.join(u", "_s), QString::number(collision.count), QString::number(collision.concurrency), toIso(collision.first), apart};
    }
    if (options.json)
        printJson(array);
    else if (found.isEmpty())
        note(u"No two schedules run at the same time."_s);
    else
        printTable(rows);
    return found.isEmpty() ? Fine : HasFindings;
}

CLI::App *addCommand(CLI::App &schedule, const char *name, const char *description, const std::shared_ptr<Options> &options, Action &action, const std::function<int(const Options &)> &run)
{
    CLI::App *command = schedule.add_subcommand(name, description);
    options->project.addTo(*command);
    command->callback([options, &action, run] { action = [options, run] { return run(*options); }; });
    return command;
}

void addId(CLI::App &command, Options &options)
{
    command.add_option("schedule", options.id, "Id as `eph schedule list` shows it, such as Digest/Daily")->required();
}

void addTime(CLI::App &command, Options &options)
{
    command.add_option("--from", options.from, "The first moment; now otherwise")->type_name("ISO");
    command.add_option("--for", options.length, "How long, such as P30D or PT12H")->type_name("DURATION")->capture_default_str();
    command.add_option("--duration", options.durations, "How long a function takes: NAME=250ms, or 250ms for all others; may be repeated")->type_name("[NAME=]TIME");
    command.add_flag("--json", options.json, "Print JSON");
}

} // namespace

void addProjectSchedules(CLI::App &schedule, Action &action)
{
    const auto options = [] { return std::make_shared<Options>(); };

    auto listing = options();
    addCommand(schedule, "list", "Lists the schedules of a project", listing, action, list)->add_flag("--json", listing->json, "Print JSON");

    auto setting = std::make_shared<SetOptions>();
    CLI::App *command = schedule.add_subcommand("set", "Adds a schedule to a function in the template, or changes it");
    setting->function.addTo(*command, FunctionOptions::Name::Required);
    command->add_option("name", setting->event, "Name of the schedule within the function: letters and digits")->required();
    command->add_option("expression", setting->expression, "The expression")->required();
    command->add_option("--dialect,-d", setting->dialect, "eventbridge-scheduler or eventbridge-rules; of a new one the first")->type_name("DIALECT");
    command->add_option("--zone,-z", setting->zone, "IANA time zone; UTC for a new one")->type_name("ZONE");
    command->add_option("--start", setting->start, "No run before")->type_name("ISO");
    command->add_option("--end", setting->end, "No run after")->type_name("ISO");
    command->add_option("--flexible", setting->flexibleMinutes, "Length of the flexible window; 0: none")->type_name("MINUTES")->check(CLI::Range(0, cloud::LongestFlexibleMinutes));
    command->add_option("--input", setting->input, "JSON that the function gets in place of the service's event")->type_name("JSON");
    command->add_flag("--disabled", setting->disabled, "It does not fire for now");
    command->footer("Of a schedule that is there already, what is not given stays.\n\nExamples:\n  eph schedule set digest Daily 'cron(0 10 * * ? *)' --zone Europe/Berlin\n  eph schedule set digest Often 'rate(5 minutes)' --dialect eventbridge-rules");
    command->callback([setting, &action] { action = [setting] { return set(*setting); }; });

    auto enabling = options();
    addId(*addCommand(schedule, "enable", "Lets a schedule fire", enabling, action, [](const Options &chosen) { return setEnabled(chosen, true); }), *enabling);
    auto disabling = options();
    addId(*addCommand(schedule, "disable", "Keeps a schedule from firing", disabling, action, [](const Options &chosen) { return setEnabled(chosen, false); }), *disabling);
    auto removing = options();
    addId(*addCommand(schedule, "remove", "Takes a schedule out of the template", removing, action, remove), *removing);

    auto sending = options();
    command = addCommand(schedule, "event", "Prints what the function gets when a schedule fires", sending, action, event);
    addId(*command, *sending);
    command->add_option("--at", sending->from, "The scheduled time; now otherwise")->type_name("ISO");
    command->footer("Example: eph schedule event Digest/Daily | eph invoke digest --event -");

    auto simulating = options();
    command = addCommand(schedule, "simulate", "Runs the schedules of a project on a clock that is turned", simulating, action, simulateCommand);
    addTime(*command, *simulating);
    command->add_flag("--invoke", simulating->invoke, "Call the functions, one after the other, instead of counting with their durations");
    simulating->run.addTo(*command);
    command->footer("One line a firing. The same project from the same moment gives the same bytes.");

    auto colliding = options();
    addTime(*addCommand(schedule, "collisions", "Lists schedules whose runs overlap, and what would keep them apart", colliding, action, collisions), *colliding);
}

} // namespace eph::cli
