// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/services/filesearch.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct FindOptions {
    ProjectOptions project;
    std::string text;
    bool regularExpression = false;
    bool matchCase = false;
    bool json = false;
};

int find(const FindOptions &options)
{
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    const auto found = services::searchFiles({project->folder, QString::fromLocal8Bit(options.text.c_str()), options.regularExpression, options.matchCase});
    if (!found)
        return fail(found.error());
    QJsonArray array;
    for (const services::SearchHit &hit : found->hits) {
        array.append(QJsonObject{{u"file"_s, hit.file}, {u"line"_s, hit.line}, {u"column"_s, hit.column}, {u"length"_s, hit.length}, {u"text"_s, hit.text}});
        if (!options.json)
            print(QString(hit.file + u':' + QString::number(hit.line) + u':' + QString::number(hit.column) + ": "_L1 + hit.text));
    }
    if (options.json)
        printJson(array);
    if (found->cut)
        note(u"There are more; only the first %1 are shown."_s.arg(services::SearchResult::MaxHits));
    return found->hits.isEmpty() ? NotFound : Fine;
}

} // namespace

void addFind(CLI::App &app, Action &action)
{
    auto options = std::make_shared<FindOptions>();
    CLI::App *command = app.add_subcommand("find", "Finds a text in the files of a project");
    command->add_option("text", options->text, "What to look for")->required();
    options->project.addTo(*command);
    command->add_flag("--regex,-r", options->regularExpression, "It is a regular expression");
    command->add_flag("--case,-c", options->matchCase, "Capital letters matter");
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("Dependencies, binary files and what git keeps are left out. Exit code 4 means that nothing was found.\n\nExamples:\n  eph find WEBHOOK_URL\n  eph find 'process\\.env\\.\\w+' --regex --project shop --json");
    command->callback([options, &action] { action = [options] { return find(*options); }; });
}

} // namespace eph::cli
