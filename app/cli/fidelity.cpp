// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/services/fidelity.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct FidelityOptions {
    FunctionOptions function;
    RunOptions run;
    bool json = false;
};

int fidelity(const FidelityOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    const auto &[project, function] = *chosen;
    const auto cloud = options.run.chosen();
    if (!cloud)
        return fail(cloud.error());
    const QList<services::FidelityNote> notes = services::fidelityOf(project, function, *cloud, sys::Interpreters());
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
    options->function.addTo(*command, FunctionOptions::Name::Optional);
    options->run.addTo(*command);
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("Examples:\n  eph fidelity purchase\n  eph fidelity purchase --json | jq '.[] | select(.fidelity == \"ignored\")'");
    command->callback([options, &action] { action = [options] { return fidelity(*options); }; });
}

} // namespace eph::cli
