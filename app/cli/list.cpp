// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

QJsonObject toJson(const project::Function &function)
{
    QJsonArray triggers;
    for (const project::Trigger &trigger : function.triggers)
        triggers.append(QJsonObject{{u"name"_s, trigger.name}, {u"type"_s, trigger.type}, {u"summary"_s, trigger.summary()}});
    return {{u"name"_s, function.name}, {u"runtime"_s, function.runtime}, {u"handler"_s, function.handler},
            {u"memoryMiB"_s, function.memoryMiB}, {u"timeoutSeconds"_s, function.timeoutSeconds}, {u"triggers"_s, triggers}};
}

int list(const ProjectOptions &options, bool json)
{
    const auto project = options.open();
    if (!project)
        return fail(project.error());
    QJsonArray array;
    QList<QStringList> rows{{u"FUNCTION"_s, u"RUNTIME"_s, u"HANDLER"_s, u"MEMORY"_s, u"TIMEOUT"_s, u"TRIGGERS"_s}};
    for (const project::Function &function : project->functions) {
        array.append(toJson(function));
        QStringList triggers;
        for (const project::Trigger &trigger : function.triggers)
            triggers << trigger.summary();
        rows << QStringList{function.name, function.runtime, function.handler, QString::number(function.memoryMiB) + " MiB"_L1,
                            QString::number(function.timeoutSeconds) + " s"_L1, triggers.join(", "_L1)};
    }
    if (json)
        printJson(array);
    else
        printTable(rows);
    const auto worst = std::count_if(project->findings.cbegin(), project->findings.cend(), [](const Finding &finding) { return finding.severity == Severity::Error; });
    if (worst > 0)
        note(u"%1 errors in the template; see: eph check"_s.arg(worst));
    return Fine;
}

} // namespace

void addList(CLI::App &app, Action &action)
{
    struct Options {
        ProjectOptions project;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("list", "Lists the functions of a project");
    options->project.addTo(*command);
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("Examples:\n  eph list\n  eph list --project shop --json");
    command->callback([options, &action] { action = [options] { return list(options->project, options->json); }; });
}

} // namespace eph::cli
