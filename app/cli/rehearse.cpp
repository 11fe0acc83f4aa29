// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/invokerunner.h"
#include "app/common/composition.h"
#include "core/events/eventfiles.h"
#include "core/services/rehearsal.h"

#include <QCoreApplication>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct RehearseOptions {
    FunctionOptions function;
    RunOptions run;
    std::vector<std::string> events;
    std::string against;
    std::string stage = "dev";
    int runs = 20;
    bool json = false;
};

/// The one that was named, or the newest of the stage.
[[nodiscard]] Result<deploy::Release> releaseOf(const deploy::Vault &vault, const RehearseOptions &options)
{
    if (!options.against.empty())
        return vault.release(QString::fromStdString(options.against));
    const QString stage = QString::fromStdString(options.stage);
    const QList<deploy::Release> all = vault.releases();
    const auto newest = std::find_if(all.cbegin(), all.cend(), [&](const deploy::Release &release) { return release.spec.stage == stage; });
    if (newest == all.cend())
        return failure(ErrorCode::NotFound, u"Nothing has been deployed to the stage “%1” yet."_s.arg(stage), u"There is nothing to compare with: deploy first, or name another stage."_s);
    return *newest;
}

void printRehearsal(const services::RehearsalResult &result)
{
    QList<QStringList> rows{{u"VERSION"_s, u"RUNS"_s, u"ERRORS"_s, u"P50"_s, u"P95"_s, u"INIT"_s, u"USED"_s, u"PER MILLION"_s}};
    for (const services::RehearsalSide *side : {&result.before, &result.after})
        rows << QStringList{side->release.isEmpty() ? u"as it is now"_s : side->release, QString::number(side->runs), QString::number(side->errors), duration(side->percentileMs(0.5)), duration(side->percentileMs(0.95)), duration(side->initMs), u"%1 MB"_s.arg(side->maxMemoryMiB), side->perMillion.readable()};
    printTable(rows);
    for (const services::RehearsalDifference &difference : result.differences)
        print(u"Event %1 is answered differently:\n  before %2\n  now    %3"_s.arg(difference.event + 1).arg(difference.before, difference.after));
    note(u"Measured on this machine, one run after the other."_s);
}

int rehearse(const RehearseOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    const deploy::Vault vault(chosen->project.folder);
    const auto release = releaseOf(vault, options);
    if (!release)
        return fail(release.error());
    services::RehearsalRequest request{chosen->project, chosen->function, *release, {}, options.runs};
    for (const std::string &name : options.events) {
        const auto event = readEvent(QString::fromStdString(name), chosen->project);
        if (!event)
            return fail(event.error());
        request.events << *event;
    }
    if (request.events.isEmpty())
        request.events << QByteArray("{}");
    auto cloud = options.run.chosen();
    if (!cloud)
        return fail(cloud.error());
    cloud->prestart = false;
    const auto composition = app::Composition::create(*cloud, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    services::Rehearsal rehearsal((*composition)->invokes);
    return runLoop([&](const std::function<void(int)> &exit) {
        QObject::connect(&rehearsal, &services::Rehearsal::failed, qApp, [exit](const Error &error) { exit(fail(error)); });
        QObject::connect(&rehearsal, &services::Rehearsal::finished, qApp, [&, exit](const services::RehearsalResult &result) {
            if (options.json)
                printJson(services::toJson(result));
            else
                printRehearsal(result);
            const bool worse = result.after.errors > result.before.errors;
            exitWhenSettled((*composition)->cloud, exit, worse || !result.differences.isEmpty() ? HasFindings : Fine);
        });
        if (const auto started = rehearsal.start(request, vault); !started)
            exit(fail(started.error()));
    });
}

} // namespace

void addRehearse(CLI::App &app, Action &action)
{
    auto options = std::make_shared<RehearseOptions>();
    CLI::App *command = app.add_subcommand("rehearse", "Runs a function as it is beside the one that a release deployed, on the same events");
    options->function.addTo(*command, FunctionOptions::Name::Optional);
    command->add_option("--event,-e", options->events, "An event, as with eph invoke; several take turns");
    command->add_option("--against", options->against, "A release; otherwise the newest of the stage");
    command->add_option("--stage", options->stage, "Name of the stage")->capture_default_str();
    command->add_option("--runs", options->runs, "Of each version")->capture_default_str();
    command->add_flag("--json", options->json, "Print JSON");
    options->run.addTo(*command);
    command->footer("Exit code 3 means that an event is answered differently, or that more runs fail.\n\nExamples:\n  eph rehearse purchase --event order --event refund\n  eph rehearse purchase --against prod-7 --runs 100 --json");
    command->callback([options, &action] { action = [options] { return rehearse(*options); }; });
}

} // namespace eph::cli
