// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/services/fidelity.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct FidelityOptions {
    ProjectOptions project;
    SandboxOptions sandbox;
    std::string function;
    bool json = false;
};

int fidelity(const FidelityOptions &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    const auto function = project->chosenFunction(QString::fromLocal8Bit(options.function.c_str()));
    if (!function)
        return fail(function.error());
    services::CloudOptions cloud;
    cloud.sandbox = options.sandbox.chosen();
    const QList<services::FidelityNote> notes = services::fidelityOf(*project, **function, cloud, sys::Interpreters());
    if (options.json) {
        printJson(services::toJson(notes));
        return Fine;
    }
    QList<QStringList> rows;
    for (const services::FidelityNote &note : notes)
        rows << QStringList{services::fidelityName(note.fidelity), note.topic, note.text};
    printTable(rows);
    return Fine;
}

} // namespace

void addFidelity(CLI::App &app, Action &action)
{
    auto options = std::make_shared<FidelityOptions>();
    CLI::App *command = app.add_subcommand("fidelity", "Tells what of the cloud a run has here, what comes near, and what is ignored");
    command->add_option("function", options->function, "Name or logical id; may be left out when there is only one");
    options->project.addTo(*command);
    options->sandbox.addTo(*command);
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("Examples:\n  eph fidelity purchase\n  eph fidelity purchase --json | jq '.[] | select(.fidelity == \"ignored\")'");
    command->callback([options, &action] { action = [options] { return fidelity(*options); }; });
}

} // namespace eph::cli
