// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/logscloud.h"
#include "app/cli/logtext.h"
#include "app/cli/pastmoment.h"
#include "core/cost/currentprices.h"
#include "core/services/linecost.h"
#include "core/services/logexport.h"
#include "core/services/logservice.h"
#include "core/services/requeststory.h"
#include "core/services/storedlog.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QTimer>
#include <deque>

namespace eph::cli {

using namespace Qt::StringLiterals;
using services::LogFollower;
using services::LogRequest;
using services::LogService;
using services::StoredLine;

namespace {

struct Options {
    ProjectOptions project;
    std::string query;
    std::string since;
    std::string until;
    std::string file;
    std::vector<std::string> files;
    int last = 0;
    bool follow = false;
    bool count = false;
    bool plain = false;
    bool json = false;
};

Result<LogRequest> requestOf(const Options &options)
{
    const auto from = pastMoment(options.since);
    const auto until = pastMoment(options.until);
    if (!from || !until)
        return tl::unexpected(from ? until.error() : from.error());
    return LogRequest{QString::fromStdString(options.query), *from, *until};
}

/// What every look at the logs needs.
struct Opened {
    QString folder;
    LogRequest request;
    LogService service;
    services::LineCost cost;
};

Result<Opened> open(const Options &options)
{
    const auto project = options.project.open();
    if (!project)
        return tl::unexpected(project.error());
    auto request = requestOf(options);
    if (!request)
        return tl::unexpected(request.error());
    auto service = LogService::open(project->folder);
    if (!service)
        return tl::unexpected(service.error());
    // A broken price book is no reason to see no log.
    auto prices = cost::currentPriceBook();
    return Opened{project->folder, *std::move(request), *std::move(service), prices ? services::LineCost(prices->forRegion(project->region), *project) : services::LineCost()};
}

int follow(const Options &options, const Opened &opened)
{
    auto follower = LogFollower::start(opened.folder, opened.request, opened.service);
    if (!follower)
        return fail(follower.error());
    constexpr std::chrono::milliseconds LookEvery{50};
    LogText people(opened.cost);
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] { follower->poll([&](const StoredLine &line) { print(options.json ? services::jsonLine(line, opened.cost) : people.line(line)); }); });
    timer.start(LookEvery);
    const int code = runLoop([](const std::function<void(int)> &) {});
    return code == Cancelled ? int(Fine) : code;
}

int show(const Options &options)
{
    const auto opened = open(options);
    if (!opened)
        return fail(opened.error());
    const std::atomic<bool> cancelled{false};
    if (options.count) {
        const auto count = opened->service.count(opened->request, cancelled);
        if (!count)
            return fail(count.error());
        options.json ? printJson(QJsonObject{{u"count"_s, *count}}) : print(QString::number(*count));
        return Fine;
    }
    LogText people(opened->cost);
    const auto text = [&](const StoredLine &line) { return options.json ? services::jsonLine(line, opened->cost) : people.line(line); };
    std::deque<StoredLine> last;
    const auto shown = opened->service.each(opened->request, cancelled, [&](const StoredLine &line) {
        if (options.last > 0) {
            last.push_back(line);
            if (last.size() > size_t(options.last))
                last.pop_front();
            return true;
        }
        print(text(line));
        return printedEverything();
    });
    if (!shown)
        return fail(shown.error());
    for (const StoredLine &line : last)
        print(text(line));
    return options.follow ? follow(options, *opened) : Fine;
}

int import(const Options &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    QStringList files;
    for (const std::string &file : options.files)
        files << QString::fromStdString(file);
    const auto imported = LogService::import(files, project->folder, !options.plain);
    if (!imported)
        return fail(imported.error());
    if (options.json)
        printJson(QJsonArray::fromStringList(*imported));
    for (const QString &path : options.json ? QStringList() : *imported)
        print(path);
    return Fine;
}

int exportLines(const Options &options)
{
    const auto opened = open(options);
    if (!opened)
        return fail(opened.error());
    const auto written = services::exportLog(opened->service, opened->request, {QString::fromStdString(options.file), options.json ? services::LogExport::Format::JsonLines : services::LogExport::Format::Text, opened->cost});
    if (!written)
        return fail(written.error());
    note(u"%1 lines"_s.arg(*written));
    return Fine;
}

int story(const Options &options)
{
    const auto opened = open(options);
    if (!opened)
        return fail(opened.error());
    const QByteArray id = QByteArray::fromStdString(options.file);
    QList<logs::Line> lines;
    const auto read = opened->service.each({u"request:"_s + QString::fromLatin1(id), -1, -1}, std::atomic<bool>(false), [&](const StoredLine &line) { return lines << services::lineOf(line.bytes), true; });
    if (!read)
        return fail(read.error());
    const services::RequestStory story = services::storyOf(id, lines, opened->cost, {});
    if (story.lines.isEmpty())
        return fail({ErrorCode::NotFound, u"No line of this project's logs is of the request “%1”."_s.arg(QString::fromLatin1(id)), u"A request's id is in its START and REPORT lines: eph logs --query kind:report"_s, {}});
    if (options.json) {
        printJson(services::toJson(story));
        return Fine;
    }
    for (const logs::Line &line : story.lines)
        print(QDateTime::fromMSecsSinceEpoch(line.epochMs, Qt::UTC).toString(u"HH:mm:ss.zzz"_s) + "  "_L1 + QString::fromUtf8(line.text).replace(u'\v', u'\n'));
    QStringList facts{story.function, story.outcome.isEmpty() ? u"no report yet"_s : story.outcome};
    if (story.initMs >= 0)
        facts << u"cold start %1 ms"_s.arg(story.initMs);
    if (story.durationMs >= 0)
        facts << u"%1 ms, %2 ms billed"_s.arg(story.durationMs).arg(story.billedMs) << u"%1 of %2 MB"_s.arg(story.maxMemoryMiB).arg(story.memoryMiB);
    if (story.cost)
        facts << u"%1 for request and duration"_s.arg(story.cost->readable());
    note(facts.join(", "_L1));
    return Fine;
}

int stats(const Options &options)
{
    const auto opened = open(options);
    if (!opened)
        return fail(opened.error());
    const services::LogStats stats = opened->service.stats();
    if (options.json) {
        printJson(services::toJson(stats));
        return Fine;
    }
    QList<QStringList> rows{{u"LOG"_s, QString()}, {u"lines"_s, QString::number(stats.lines)}, {u"bytes"_s, QString::number(stats.bytes)}, {u"files"_s, QString::number(stats.files)}};
    const auto iso = [](qint64 ms) { return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODateWithMs); };
    if (stats.firstMs >= 0)
        rows << QStringList{u"first"_s, iso(stats.firstMs)} << QStringList{u"last"_s, iso(stats.lastMs)};
    for (auto it = stats.byLevel.begin(); it != stats.byLevel.end(); ++it)
        rows << QStringList{it.key(), QString::number(it.value())};
    for (auto it = stats.byFunction.begin(); it != stats.byFunction.end(); ++it)
        rows << QStringList{u"of “%1”"_s.arg(it.key()), QString::number(it.value())};
    if (stats.invocations > 0)
        rows << QStringList{u"invocations"_s, QString::number(stats.invocations)} << QStringList{u"cold starts"_s, QString::number(stats.coldStarts)} << QStringList{u"timeouts"_s, QString::number(stats.timeouts)};
    if (stats.medianMs >= 0)
        rows << QStringList{u"duration, median"_s, u"%1 ms"_s.arg(stats.medianMs, 0, 'f', 2)} << QStringList{u"duration, p95"_s, u"%1 ms"_s.arg(stats.p95Ms, 0, 'f', 2)} << QStringList{u"duration, longest"_s, u"%1 ms"_s.arg(stats.maxMs, 0, 'f', 2)};
    if (stats.maxMemoryMiB >= 0)
        rows << QStringList{u"memory, most"_s, u"%1 MB"_s.arg(stats.maxMemoryMiB)};
    printTable(rows);
    return Fine;
}

void addFilter(CLI::App &command, Options &options)
{
    command.add_option("--query", options.query, "Words, \"quoted text\", /expressions/, fields such as level>=warn; -what must not be there");
    command.add_option("--since", options.since, "30m, 2h, 1d ago, or a date and time");
    command.add_option("--until", options.until, "The same");
}

} // namespace

void addLogs(CLI::App &app, Action &action)
{
    CLI::App *logs = app.add_subcommand("logs", "Searches and follows what the functions of a project said");
    logs->require_subcommand(0, 1);
    logs->footer("Every run of a project writes its log to .ephemera/logs, as text that other tools read, too; keys, tokens and passwords are\n"
                 "taken out before. All terms of a query hold for a line: a word in lower case is found in any case, one with a capital as it\n"
                 "stands; fields are level, function, request, stream, kind, duration, billed, init and memory.\n\n"
                 "Examples:\n  eph logs --since 1h --query 'level>=warn -health'\n  eph logs --follow --query 'function:checkout duration>500ms'\n  eph logs --query '/timed out after \\d+/' --json\n"
                 "  eph logs import exported.log.gz\n  eph logs stats\n  eph logs cloud checkout --stage prod --since 15m --follow");
    const auto show_ = std::make_shared<Options>();
    show_->project.addTo(*logs);
    addFilter(*logs, *show_);
    logs->add_option("--last", show_->last, "Only the last so many lines")->check(CLI::Range(1, 10'000'000));
    logs->add_flag("--follow,-f", show_->follow, "Go on with what comes");
    logs->add_flag("--count", show_->count, "Print how many lines there are");
    logs->add_flag("--json", show_->json, "Print JSON, one object a line");
    logs->callback([logs, show_, &action] {
        if (logs->get_subcommands().empty())
            action = [show_] { return show(*show_); };
    });
    const auto add = [&](const char *name, const char *description, int (*run)(const Options &)) {
        auto options = std::make_shared<Options>();
        CLI::App *command = logs->add_subcommand(name, description);
        options->project.addTo(*command);
        command->add_flag("--json", options->json, "Print JSON");
        command->callback([options, run, &action] { action = [options, run] { return run(*options); }; });
        return std::pair(command, options);
    };
    const auto [importing, importOptions] = add("import", "Takes log files in: plain text or gzip, of any program", import);
    importing->add_option("FILE", importOptions->files, "The files")->required();
    importing->add_flag("--as-is", importOptions->plain, "Leave keys, tokens and passwords in");
    const auto [exporting, exportOptions] = add("export", "Writes lines to a file", exportLines);
    exporting->add_option("FILE", exportOptions->file, "The file; it is replaced")->required();
    addFilter(*exporting, *exportOptions);
    const auto [telling, storyOptions] = add("story", "Tells everything that one request said, and what came of it", story);
    telling->add_option("REQUEST", storyOptions->file, "Its id")->required();
    addCloudLogs(*logs, action);
    (void)add("stats", "Counts lines, levels, invocations, cold starts, durations", stats);
}

} // namespace eph::cli
