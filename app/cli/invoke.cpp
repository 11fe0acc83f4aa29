// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/invokerunner.h"
#include "app/cli/livelog.h"
#include "app/common/composition.h"

#include <QCoreApplication>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct InvokeOptions {
    ProjectOptions project;
    SandboxOptions sandbox;
    std::string function;
    std::string event;
    std::string clientContext;
    bool json = false;
};

/// Errors of the template matter here only when they concern the function that runs.
void noteFindings(const project::Project &project, const project::Function &function)
{
    for (const Finding &finding : project.findings) {
        if (finding.severity == Severity::Error && (finding.key.isEmpty() || finding.key.contains(function.logicalId)))
            note(findingLine(finding));
    }
}

int invoke(const InvokeOptions &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    const auto function = project->chosenFunction(QString::fromLocal8Bit(options.function.c_str()));
    if (!function)
        return fail(function.error());
    noteFindings(*project, **function);
    const auto event = readEvent(QString::fromLocal8Bit(options.event.c_str()), *project);
    if (!event)
        return fail(event.error());
    const auto composition = app::Composition::create({services::Warmth::SingleRun, options.sandbox.chosen()});
    if (!composition)
        return fail(composition.error());

    const Format format = options.json ? Format::Json : Format::People;
    LiveLog log((*composition)->logs, format);
    return runLoop([&](const std::function<void(int)> &exit) {
        (*composition)->invokes.invoke({*project, **function, *event, QByteArray::fromStdString(options.clientContext)})
            .then(qApp, [exit, format, &log](const Result<services::InvocationRecord> &record) {
                if (!record)
                    return exit(fail(record.error()));
                log.flush();
                printRecord(*record, format);
                exit(exitCodeFor(*record));
            });
    });
}

} // namespace

void addInvoke(CLI::App &app, Action &action)
{
    auto options = std::make_shared<InvokeOptions>();
    CLI::App *command = app.add_subcommand("invoke", "Runs a function once and prints its answer");
    command->add_option("function", options->function, "Name or logical id; may be left out when there is only one");
    command->add_option("--event,-e", options->event, "File, - for standard input, JSON, or the name of a saved event")->type_name("EVENT");
    command->add_option("--client-context", options->clientContext, "JSON that the context object carries")->type_name("JSON");
    options->project.addTo(*command);
    options->sandbox.addTo(*command);
    command->add_flag("--json", options->json, "Print one JSON document with payload, report and log");
    command->footer("The answer goes to standard output, log and report to standard error.\nExit code 1 means that the function failed or has no way to run here, 6 that it timed out, 2 to 5 that something was wrong with the call.\n\n"
                    "Examples:\n  eph invoke purchase --event order.json\n  eph invoke search --event '{\"q\":\"tea\"}' --json\n  cat event.json | eph invoke -e - --project shop purchase");
    command->callback([options, &action] { action = [options] { return invoke(*options); }; });
}

} // namespace eph::cli
