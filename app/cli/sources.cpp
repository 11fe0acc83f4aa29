// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/schedule/instant.h"
#include "core/services/sourceservice.h"

#include <QFile>
#include <QJsonDocument>

namespace eph::cli {

using namespace Qt::StringLiterals;
using services::SourceItem;
using services::SourceKind;
using services::SourceService;
using services::SourceSummary;

namespace {

constexpr int WhyColumn = 3; ///< Of what a source holds.
constexpr int MaxShown = 200; ///< Characters of a cell.

struct Options {
    ProjectOptions project;
    std::string name;
    std::string text;
    std::string file;
    std::string key;
    std::vector<std::string> attributes;
    int delaySeconds = -1;
    int count = 10;
    bool yes = false;
    bool json = false;
};

QString textOf(const std::string &text)
{
    return QString::fromStdString(text);
}

/// The service, and the source that was named.
struct Opened {
    SourceService service;
    SourceSummary source;
};

Result<Opened> open(const Options &options)
{
    const auto project = options.project.open();
    if (!project)
        return tl::unexpected(project.error());
    auto service = SourceService::open(*project);
    if (!service)
        return tl::unexpected(service.error());
    const auto source = service->find(textOf(options.name));
    if (!source)
        return tl::unexpected(source.error());
    return Opened{*std::move(service), *source};
}

int list(const Options &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    auto service = SourceService::open(*project);
    if (!service)
        return fail(service.error());
    QJsonArray array;
    QList<QStringList> rows{{u"NAME"_s, u"KIND"_s, u"WAITING"_s, u"IN FLIGHT"_s, u"DELAYED"_s, u"FEEDS"_s}};
    const QList<SourceSummary> all = service->all();
    for (const SourceSummary &source : all) {
        array.append(QJsonObject{{u"name"_s, source.name}, {u"kind"_s, services::sourceKindName(source.kind)}, {u"waiting"_s, source.waiting}, {u"inFlight"_s, source.inFlight}, {u"delayed"_s, source.delayed}, {u"feeds"_s, QJsonArray::fromStringList(source.feeds)}, {u"deadLetter"_s, source.isDeadLetter}});
        const auto number = [&source](qint64 count) { return source.kind == SourceKind::Queue ? QString::number(count) : QString(); };
        rows << QStringList{source.name, services::sourceKindName(source.kind), source.kind == SourceKind::Topic ? QString() : QString::number(source.waiting), number(source.inFlight), number(source.delayed), source.isDeadLetter && source.feeds.isEmpty() ? u"(dead letters)"_s : source.feeds.join(u", "_s)};
    }
    if (options.json)
        printJson(array);
    else if (all.isEmpty())
        note(u"The project declares no queue, topic, stream, table stream or bucket."_s);
    else
        printTable(rows);
    return Fine;
}

Result<QByteArray> bodyOf(const Options &options)
{
    if (options.file.empty())
        return QByteArray::fromStdString(options.text);
    QFile file(QString::fromStdString(options.file));
    const bool opened = options.file == "-" ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!opened)
        return failure(ErrorCode::Io, u"%1 could not be read: %2."_s.arg(file.fileName(), file.errorString()));
    return file.readAll();
}

Result<QJsonObject> attributesOf(const Options &options)
{
    QJsonObject attributes;
    for (const std::string &given : options.attributes) {
        const QString text = textOf(given);
        if (!text.contains(u'='))
            return failure(ErrorCode::Usage, u"“%1” is no attribute."_s.arg(text), u"Write NAME=VALUE."_s);
        attributes.insert(text.section(u'=', 0, 0), QJsonObject{{u"DataType"_s, u"String"_s}, {u"StringValue"_s, text.section(u'=', 1)}});
    }
    return attributes;
}

int send(const Options &options)
{
    auto opened = open(options);
    if (!opened)
        return fail(opened.error());
    const auto body = bodyOf(options);
    const auto attributes = attributesOf(options);
    if (!body || !attributes)
        return fail(body ? attributes.error() : body.error());
    const auto sent = opened->service.send(opened->source, {*body, textOf(options.key), *attributes, options.delaySeconds});
    if (!sent)
        return fail(sent.error());
    if (options.json)
        printJson(QJsonObject{{u"id"_s, *sent}});
    else if (sent->isEmpty())
        note(u"It is published as soon as the project is served (eph serve)."_s);
    else
        print(*sent);
    return Fine;
}

int peek(const Options &options)
{
    auto opened = open(options);
    if (!opened)
        return fail(opened.error());
    QJsonArray array;
    const QList<SourceItem> items = opened->service.peek(opened->source, options.count);
    const bool tellsWhy = std::any_of(items.cbegin(), items.cend(), [](const SourceItem &item) { return !item.reason.isEmpty(); });
    QList<QStringList> rows{{u"CAME"_s, u"KEY"_s, u"RECEIVED"_s, u"BODY"_s}};
    if (tellsWhy)
        rows.first().insert(WhyColumn, u"WHY"_s);
    for (const SourceItem &item : items) {
        const QString body = QString::fromUtf8(item.body);
        const QString came = schedule::toIso(schedule::Instant(std::chrono::seconds(item.epochMs / 1000)));
        array.append(QJsonObject{{u"id"_s, item.id}, {u"body"_s, body}, {u"attributes"_s, item.attributes}, {u"key"_s, item.key}, {u"epochMs"_s, item.epochMs}, {u"receives"_s, item.receives}, {u"hidden"_s, item.hidden}, {u"reason"_s, item.reason}});
        rows << QStringList{came, item.key, opened->source.kind == SourceKind::Queue ? QString::number(item.receives) + (item.hidden ? u" (hidden)"_s : QString()) : QString(), body.simplified().left(MaxShown)};
        if (tellsWhy)
            rows.last().insert(WhyColumn, item.reason.simplified().left(MaxShown));
    }
    if (options.json)
        printJson(array);
    else if (items.isEmpty())
        note(u"“%1” holds nothing."_s.arg(opened->source.name));
    else
        printTable(rows);
    return Fine;
}

int purge(const Options &options)
{
    auto opened = open(options);
    if (!opened)
        return fail(opened.error());
    if (!options.yes)
        return fail({ErrorCode::NeedsConfirmation, u"All messages of “%1” would be taken away (%2)."_s.arg(opened->source.name).arg(opened->source.waiting + opened->source.inFlight + opened->source.delayed), u"Say --yes to do it."_s, {}});
    const auto purged = opened->service.purge(opened->source);
    if (!purged)
        return fail(purged.error());
    print(QString::number(*purged));
    return Fine;
}

int redrive(const Options &options)
{
    auto opened = open(options);
    if (!opened)
        return fail(opened.error());
    const auto moved = opened->service.sendBack(opened->source);
    if (!moved)
        return fail(moved.error());
    print(QString::number(*moved));
    return Fine;
}

} // namespace

void addSources(CLI::App &app, Action &action)
{
    CLI::App *sources = app.add_subcommand("sources", "Lists and feeds the queues, topics, streams, table streams and buckets of a project");
    sources->require_subcommand(1);
    sources->footer("They lie in .ephemera/sources.sqlite, objects in .ephemera/buckets/NAME, and outlive every process. `eph serve` calls functions from them and answers the AWS command line and\nSDKs; what is sent here while it runs is taken within a moment, and waits otherwise.\n\n"
                    "Examples:\n  eph sources list\n  eph sources send Orders '{\"id\": 1}'\n  eph sources peek Orders\n  eph sources redrive DeadOrders");
    const auto add = [&](const char *name, const char *description, int (*run)(const Options &), bool named = true) {
        auto options = std::make_shared<Options>();
        CLI::App *command = sources->add_subcommand(name, description);
        options->project.addTo(*command);
        if (named)
            command->add_option("NAME", options->name, "Of the queue, topic, stream, table or bucket")->required();
        command->callback([options, run, &action] { action = [options, run] { return run(*options); }; });
        return std::pair(command, options);
    };
    const auto [listing, listOptions] = add("list", "Lists them with what they hold", list, false);
    listing->add_flag("--json", listOptions->json, "Print JSON");
    const auto [sending, sendOptions] = add("send", "Sends a message to a queue or topic, a record to a stream, a change to a table's stream, an object to a bucket", send);
    CLI::Option *text = sending->add_option("BODY", sendOptions->text, "The message");
    sending->add_option("--file", sendOptions->file, "A file that holds it; - reads from stdin")->excludes(text);
    sending->add_option("--key", sendOptions->key, "Partition key of a stream, message group of a FIFO queue, key of an object")->capture_default_str();
    sending->add_option("--attribute", sendOptions->attributes, "NAME=VALUE of a queue's message; may be repeated")->take_all();
    sending->add_option("--delay", sendOptions->delaySeconds, "Seconds before a queue shows it")->check(CLI::Range(0, 900));
    sending->add_flag("--json", sendOptions->json, "Print JSON");
    const auto [peeking, peekOptions] = add("peek", "Shows what one holds, and takes nothing", peek);
    peeking->add_option("--count", peekOptions->count, "How many")->capture_default_str()->check(CLI::Range(1, 100'000));
    peeking->add_flag("--json", peekOptions->json, "Print JSON");
    const auto [purging, purgeOptions] = add("purge", "Takes all messages of a queue away", purge);
    purging->add_flag("--yes", purgeOptions->yes, "Do it");
    (void)add("redrive", "Sends what a dead-letter queue holds back to the queues that gave it up", redrive);
}

} // namespace eph::cli
