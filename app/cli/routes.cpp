// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/gateway/api.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

int routes(const ProjectOptions &options, bool json)
{
    const auto project = options.open();
    if (!project)
        return fail(project.error());
    QJsonArray array;
    QList<QStringList> rows{{u"ROUTE"_s, u"LEADS TO"_s, u"API"_s, u"KIND"_s, u"AUTHORIZER"_s}};
    const QList<gateway::Api> apis = gateway::apisOf(*project);
    for (const gateway::Api &api : apis) {
        for (const gateway::Route &route : api.routes) {
            const QString authorizer = route.authorizer ? route.authorizer->name : route.apiKeyRequired ? u"api key"_s : QString();
            const bool isAbsent = route.authorizer && route.authorizer->type == gateway::Authorizer::Type::Absent;
            rows << QStringList{route.key(), route.answerer(), api.id, gateway::apiKindName(api.kind), isAbsent ? authorizer + " (not here: open)"_L1 : authorizer};
            array.append(QJsonObject{{u"method"_s, QString::fromLatin1(route.method)}, {u"path"_s, route.path}, {u"function"_s, route.function}, {u"api"_s, api.id}, {u"kind"_s, gateway::apiKindName(api.kind)},
                                     {u"stage"_s, api.stage}, {u"host"_s, QString::fromLatin1(api.host())}, {u"authorizer"_s, authorizer}, {u"mock"_s, route.isMock()}, {u"integration"_s, route.integration ? gateway::nameOf(*route.integration) : QString()}, {u"unserved"_s, route.unserved}});
        }
    }
    if (json)
        printJson(array);
    else if (array.isEmpty())
        note(u"The project declares no HTTP routes. A function gets one by an event of the type HttpApi or Api, or by FunctionUrlConfig."_s);
    else
        printTable(rows);
    return Fine;
}

} // namespace

void addRoutes(CLI::App &app, Action &action)
{
    struct Options {
        ProjectOptions project;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("routes", "Lists the HTTP routes of a project");
    options->project.addTo(*command);
    command->add_flag("--json", options->json, "Print JSON");
    command->footer("`eph serve` answers all of them on one port.\n\nExamples:\n  eph routes\n  eph routes --json | jq -r '.[] | select(.method == \"GET\") | .path'");
    command->callback([options, &action] { action = [options] { return routes(options->project, options->json); }; });
}

} // namespace eph::cli
