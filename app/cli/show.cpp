// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/events/eventfiles.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct ShowOptions {
    FunctionOptions function;
    bool json = false;
};

QJsonObject toJson(const project::Project &project, const project::Function &function)
{
    QJsonObject environment;
    for (auto it = function.environment.cbegin(); it != function.environment.cend(); ++it)
        environment.insert(it.key(), it.value());
    QJsonArray triggers;
    for (const project::Trigger &trigger : function.triggers)
        triggers.append(QJsonObject{{u"name"_s, trigger.name}, {u"type"_s, trigger.type}, {u"summary"_s, trigger.summary()}, {u"properties"_s, trigger.properties}});
    QJsonArray events;
    const QList<events::EventFile> files = events::listEvents(project.eventsFolder());
    for (const events::EventFile &file : files)
        events.append(file.name);
    return {{u"name"_s, function.name}, {u"logicalId"_s, function.logicalId}, {u"runtime"_s, function.runtime}, {u"handler"_s, function.handler},
            {u"handlerFile"_s, function.handlerFile()}, {u"codeFolder"_s, function.codeFolder}, {u"architecture"_s, function.architecture},
            {u"memoryMiB"_s, function.memoryMiB}, {u"timeoutSeconds"_s, function.timeoutSeconds}, {u"environment"_s, environment},
            {u"layers"_s, QJsonArray::fromStringList(function.layerFolders)}, {u"policies"_s, function.policies}, {u"triggers"_s, triggers}, {u"events"_s, events}};
}

int show(const ShowOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    const auto &[project, function] = *chosen;
    const QJsonObject all = toJson(project, function);
    if (options.json) {
        printJson(all);
        return Fine;
    }
    const auto row = [](const QString &label, const QString &value) { print(QString(label.leftJustified(14) + value)); };
    row(u"Function"_s, function.name);
    row(u"Declared in"_s, function.location.file + u':' + QString::number(function.location.line));
    row(u"Runtime"_s, function.runtime + u", "_s + function.architecture);
    row(u"Handler"_s, function.handler + (function.handlerFile().isEmpty() ? QString() : QString("  ("_L1 + function.handlerFile() + u')')));
    row(u"Memory"_s, QString::number(function.memoryMiB) + " MiB"_L1);
    row(u"Timeout"_s, QString::number(function.timeoutSeconds) + " s"_L1);
    for (const project::Trigger &trigger : function.triggers)
        row(u"Trigger"_s, trigger.summary() + "  ("_L1 + trigger.name + u')');
    for (auto it = function.environment.cbegin(); it != function.environment.cend(); ++it)
        row(u"Variable"_s, it.key() + u'=' + it.value());
    for (const QString &layer : function.layerFolders)
        row(u"Layer"_s, layer);
    const QJsonArray events = all.value("events"_L1).toArray();
    for (const auto &event : events)
        row(u"Event"_s, event.toString());
    return Fine;
}

} // namespace

void addShow(CLI::App &app, Action &action)
{
    auto options = std::make_shared<ShowOptions>();
    CLI::App *command = app.add_subcommand("show", "Shows everything about one function");
    options->function.addTo(*command, FunctionOptions::Name::Required);
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("Examples:\n  eph show purchase\n  eph show purchase --project shop --json");
    command->callback([options, &action] { action = [options] { return show(*options); }; });
}

} // namespace eph::cli
