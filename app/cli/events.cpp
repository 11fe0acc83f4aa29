// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/invokeonce.h"
#include "core/base/text.h"
#include "core/events/catalogue.h"
#include "core/events/eventfiles.h"
#include "core/services/suitableevent.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct EventsOptions {
    std::string search;
    std::string id;
    std::vector<std::string> values;
    int count = 1;
    std::string save;
    FunctionOptions function;
    RunOptions run;
    std::string forFunction;
    bool json = false;
};

int listSamples(const EventsOptions &options)
{
    const auto catalogue = events::loadCatalogue();
    if (!catalogue)
        return fail(catalogue.error());
    QJsonArray array;
    QList<QStringList> rows{{u"EVENT"_s, u"SERVICE"_s, u"WHAT"_s}};
    for (const events::SampleEvent &sample : *catalogue) {
        if (!sample.matches(QString::fromStdString(options.search)))
            continue;
        rows << QStringList{sample.id, sample.service, sample.title};
        array.append(QJsonObject{{u"id"_s, sample.id}, {u"service"_s, sample.service}, {u"title"_s, sample.title}, {u"keywords"_s, QJsonArray::fromStringList(sample.keywords)}});
    }
    if (options.json)
        printJson(array);
    else if (array.isEmpty())
        note(u"No sample event has all of these words."_s);
    else
        printTable(rows);
    return Fine;
}

[[nodiscard]] QString kindName(events::EventField::Kind kind)
{
    return kind == events::EventField::Kind::Number ? u"number"_s : kind == events::EventField::Kind::Json ? u"json"_s : u"text"_s;
}

[[nodiscard]] Result<events::SampleEvent> chosenSample(const QString &id)
{
    return events::loadCatalogue().and_then([&](const QList<events::SampleEvent> &catalogue) { return events::findSample(catalogue, id); });
}

int showSample(const EventsOptions &options)
{
    const auto sample = chosenSample(QString::fromStdString(options.id));
    if (!sample)
        return fail(sample.error());
    QJsonArray fields;
    QList<QStringList> rows{{u"FIELD"_s, u"KIND"_s, u"WHEN NOTHING IS SET"_s, u"WHAT"_s}};
    for (const events::EventField &field : sample->fields) {
        fields.append(QJsonObject{{u"key"_s, field.key}, {u"kind"_s, kindName(field.kind)}, {u"value"_s, field.value}, {u"label"_s, field.label}, {u"choices"_s, QJsonArray::fromStringList(field.choices)}});
        rows << QStringList{field.key, field.choices.isEmpty() ? kindName(field.kind) : field.choices.join(u'|'), field.value, field.label};
    }
    if (options.json) {
        printJson(QJsonObject{{u"id"_s, sample->id}, {u"service"_s, sample->service}, {u"title"_s, sample->title}, {u"fields"_s, fields}, {u"hasRecords"_s, !sample->repeated.isEmpty()}});
        return Fine;
    }
    print(sample->title + u" ("_s + sample->service + u')');
    if (fields.isEmpty())
        note(u"There is nothing to set."_s);
    else
        printTable(rows);
    return Fine;
}

/// What the function's own trigger sends.
[[nodiscard]] Result<services::SuitableEvent> ownEvent(const EventsOptions &options)
{
    const auto project = options.function.project.open();
    if (!project)
        return tl::unexpected(project.error());
    const auto function = project->chosenFunction(QString::fromLocal8Bit(options.forFunction.c_str()));
    if (!function)
        return tl::unexpected(function.error());
    if (auto event = services::suitableEvent(**function))
        return *std::move(event);
    return failure(ErrorCode::NotFound, Core::tr("No trigger of “%1” has a sample event.").arg((*function)->name), Core::tr("Name one of “eph events list”."));
}

[[nodiscard]] Result<QByteArray> generated(const EventsOptions &options)
{
    QString id = QString::fromStdString(options.id);
    events::EventRequest request;
    request.count = options.count;
    if (!options.forFunction.empty()) {
        const auto own = ownEvent(options);
        if (!own)
            return tl::unexpected(own.error());
        id = own->sample;
        request.values = own->values;
    }
    if (id.isEmpty())
        return failure(ErrorCode::Usage, Core::tr("It is not said which event."), Core::tr("Name one of “eph events list”, or a function after --for."));
    const auto sample = chosenSample(id);
    if (!sample)
        return tl::unexpected(sample.error());
    for (const std::string &given : options.values) {
        const QString text = QString::fromLocal8Bit(given.c_str());
        const qsizetype equals = text.indexOf(u'=');
        if (equals < 1)
            return failure(ErrorCode::Usage, Core::tr("“%1” sets no field.").arg(text), Core::tr("Write it as FIELD=VALUE."));
        request.values.insert(text.left(equals), text.mid(equals + 1));
    }
    return events::generateEvent(*sample, request, events::realChance());
}

int generateSample(const EventsOptions &options)
{
    const auto event = generated(options);
    if (!event)
        return fail(event.error());
    if (options.save.empty()) {
        print(event->chopped(1));
        return Fine;
    }
    const auto project = options.function.project.open();
    if (!project)
        return fail(project.error());
    const auto saved = events::saveEvent(project->eventsFolder(), QString::fromStdString(options.save), *event);
    if (!saved)
        return fail(saved.error());
    note(saved->path);
    return Fine;
}

int sendSample(const EventsOptions &options)
{
    const auto event = generated(options);
    if (!event)
        return fail(event.error());
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    return invokeOnce({chosen->project, chosen->function, *event, {}}, options.run, options.json ? Format::Json : Format::People);
}

CLI::Option *addGeneration(CLI::App &command, EventsOptions &options)
{
    CLI::Option *event = command.add_option("event", options.id, "Id as `eph events list` shows it, such as s3-put");
    command.add_option("--set,-s", options.values, "Value of a field, as `eph events show` lists them; may be repeated")->type_name("FIELD=VALUE");
    command.add_option("--count,-n", options.count, "Records in it, where the source sends several")->capture_default_str()->check(CLI::Range(1, 10'000));
    return event;
}

} // namespace

void addEvents(CLI::App &app, Action &action)
{
    CLI::App *all = app.add_subcommand("events", "Makes events of every source that functions know");
    all->require_subcommand(1);
    all->footer("Examples:\n  eph events list queue\n  eph events generate sqs --count 3 --set body='{\"id\": 7}'\n  eph events generate s3-put --set key=photo.jpg --save upload.json\n  eph events generate --for search\n  eph events send s3-put purchase --set bucket=uploads");
    const auto add = [all, &action](const char *name, const char *description, int (*run)(const EventsOptions &)) {
        auto options = std::make_shared<EventsOptions>();
        CLI::App *command = all->add_subcommand(name, description);
        command->callback([options, &action, run] { action = [options, run] { return run(*options); }; });
        return std::pair(command, options);
    };
    const auto [list, listing] = add("list", "Lists the sample events", listSamples);
    list->add_option("search", listing->search, "Only those with all of these words");
    list->add_flag("--json", listing->json, "Print JSON");
    const auto [show, showing] = add("show", "Lists what can be set about an event", showSample);
    show->add_option("event", showing->id, "Its id")->required();
    show->add_flag("--json", showing->json, "Print JSON");
    const auto [generate, generating] = add("generate", "Prints an event, or saves it among the project's", generateSample);
    CLI::Option *named = addGeneration(*generate, *generating);
    CLI::Option *own = generate->add_option("--for", generating->forFunction, "The event that this function's own trigger sends")->type_name("FUNCTION");
    own->excludes(named);
    generate->add_option("--save", generating->save, "Name in the project's events folder")->type_name("NAME");
    generating->function.project.addTo(*generate);
    const auto [send, sending] = add("send", "Makes an event and invokes a function with it", sendSample);
    addGeneration(*send, *sending)->required();
    sending->function.addTo(*send, FunctionOptions::Name::Optional);
    sending->run.addTo(*send);
    send->add_flag("--json", sending->json, "Print JSON");
}

} // namespace eph::cli
