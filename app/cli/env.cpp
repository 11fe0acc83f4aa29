// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/runtime/launchplan.h"
#include "core/services/invokeservice.h"

#include <QDir>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct EnvOptions {
    FunctionOptions function;
    bool json = false;
};

int env(const EnvOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    const auto &[project, function] = *chosen;
    const auto config = cloud::functionConfig(project, function);
    if (!config)
        return fail(config.error());
    const auto plan = runtime::launchPlan(*config, sys::Interpreters());
    if (!plan)
        return fail(plan.error());
    // What is made anew for each environment is shown by an example.
    const runtime::EnvironmentIdentity identity{u"2026/01/01/[$LATEST]00000000000000000000000000000000"_s, 9001, u"ephemera-local"_s, QDir::tempPath()};
    const QList<QByteArray> lines = runtime::processEnvironment(*config, *plan, identity);
    if (!options.json) {
        for (const QByteArray &line : lines)
            print(line);
        return Fine;
    }
    QJsonObject object;
    for (const QByteArray &line : lines)
        object.insert(QString::fromLocal8Bit(line.left(line.indexOf('='))), QString::fromLocal8Bit(line.mid(line.indexOf('=') + 1)));
    printJson(object);
    return Fine;
}

} // namespace

void addEnv(CLI::App &app, Action &action)
{
    auto options = std::make_shared<EnvOptions>();
    CLI::App *command = app.add_subcommand("env", "Shows the variables that a function sees");
    options->function.addTo(*command, FunctionOptions::Name::Required);
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("Values from env.json and samconfig.toml are applied. Log stream, port and token differ for each environment.\n\nExamples:\n  eph env purchase\n  eph env purchase --json | jq -r .TABLE");
    command->callback([options, &action] { action = [options] { return env(*options); }; });
}

} // namespace eph::cli
