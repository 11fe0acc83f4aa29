// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/services/projecttemplates.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct InitOptions {
    std::string folder;
    std::string starter = "nodejs-http";
    bool listOnly = false;
    bool fromCode = false;
    std::string function;
    bool json = false;
};

int listStarters(bool json)
{
    QJsonArray array;
    QList<QStringList> rows{{u"TEMPLATE"_s, u"WHAT IT IS"_s}};
    const QList<services::Starter> all = services::starters();
    for (const services::Starter &starter : all) {
        array.append(QJsonObject{{u"id"_s, starter.id}, {u"title"_s, starter.title}, {u"description"_s, starter.description}, {u"example"_s, starter.example}});
        rows << QStringList{starter.id, starter.description};
    }
    if (json)
        printJson(array);
    else
        printTable(rows);
    return Fine;
}

int init(const InitOptions &options)
{
    if (options.listOnly)
        return listStarters(options.json);
    const QString folder = QString::fromLocal8Bit(options.folder.c_str());
    const QString starter = QString::fromLocal8Bit(options.starter.c_str());
    if (folder.isEmpty())
        return fail({ErrorCode::Usage, u"No folder was given."_s, u"For example: eph init my-project"_s, {}});
    if (options.fromCode) {
        const auto written = services::writeTemplateFor(folder);
        if (!written)
            return fail(written.error());
        if (options.json)
            printJson(QJsonObject{{u"template"_s, *written}});
        else
            print(*written);
        return Fine;
    }
    if (!options.function.empty()) {
        const auto project = project::loadProject({folder, {}, {}});
        if (!project)
            return fail(project.error());
        if (const auto added = services::addFunction({project->templateFile, QString::fromLocal8Bit(options.function.c_str()), starter}); !added)
            return fail(added.error());
        if (options.json)
            printJson(QJsonObject{{u"template"_s, project->templateFile}});
        else
            print(project->templateFile);
        return Fine;
    }
    const auto created = services::createProject({starter, folder});
    if (!created)
        return fail(created.error());
    if (options.json)
        printJson(QJsonObject{{u"project"_s, *created}});
    else
        print(*created);
    return Fine;
}

} // namespace

void addInit(CLI::App &app, Action &action)
{
    auto options = std::make_shared<InitOptions>();
    CLI::App *command = app.add_subcommand("init", "Makes a project, or adds a function to one");
    command->add_option("folder", options->folder, "Folder of the project");
    command->add_option("--template,-t", options->starter, "Template or example to begin with")->capture_default_str();
    command->add_option("--function,-f", options->function, "Add a function of this name to the project, from the template");
    command->add_flag("--from-code", options->fromCode, "Write a template.yaml for the handlers that are in the folder");
    command->add_flag("--list,-l", options->listOnly, "List templates and examples");
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("Examples:\n  eph init --list\n  eph init my-api --template nodejs-http\n  eph init news --template digest\n  eph init my-api --function Cleanup --template python-schedule\n  eph init old-code --from-code");
    command->callback([options, &action] { action = [options] { return init(*options); }; });
}

} // namespace eph::cli
