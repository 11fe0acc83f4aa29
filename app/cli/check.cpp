// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/services/machinefindings.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

int check(const ProjectOptions &options, bool json)
{
    const auto project = options.open();
    if (!project)
        return fail(project.error());
    QJsonArray array;
    bool bad = false;
    const Findings findings = services::allFindings(*project, sys::Interpreters(), now());
    for (const Finding &finding : findings) {
        bad = bad || finding.severity != Severity::Note;
        array.append(toJson(finding));
        if (!json)
            print(findingLine(finding));
    }
    if (json)
        printJson(array);
    else if (findings.isEmpty())
        note(u"Nothing was found."_s);
    return bad ? HasFindings : Fine;
}

} // namespace

void addCheck(CLI::App &app, Action &action)
{
    struct Options {
        ProjectOptions project;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("check", "Lists what is wrong or not understood in a project");
    options->project.addTo(*command);
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("Exit code 3 means that there are warnings or errors; notes alone do not count.\n\nExamples:\n  eph check\n  eph check --project shop --json");
    command->callback([options, &action] { action = [options] { return check(options->project, options->json); }; });
}

} // namespace eph::cli
