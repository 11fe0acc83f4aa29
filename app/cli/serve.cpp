// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/livelog.h"
#include "app/common/composition.h"

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct ServeOptions {
    ProjectOptions project;
    RunOptions run;
    quint16 port = 0;
    int retryAfterSeconds = 60;
    int accountConcurrency = runtime::Concurrency::StandardAccountLimit;
    bool noPrestart = false;
    bool json = false;
    bool quiet = false;
};

int serve(const ServeOptions &options)
{
    // Wrong options and an unreadable project are told before anything is started.
    const auto project = options.project.open();
    if (!project)
        return fail(project.error());
    auto cloud = options.run.chosen();
    if (!cloud)
        return fail(cloud.error());
    cloud->prestart = !options.noPrestart;
    cloud->accountConcurrency = options.accountConcurrency;
    auto composition = app::Composition::create(*cloud);
    if (!composition)
        return fail(composition.error());
    std::unique_ptr<LiveLog> log;
    if (!options.quiet)
        log = std::make_unique<LiveLog>((*composition)->logs, Format::People);
    services::LocalCloud::ServeRequest request{*options.project.request(), options.port, {}};
    request.asyncDelays.firstRetry = std::chrono::seconds(options.retryAfterSeconds);
    request.asyncDelays.secondRetry = 2 * request.asyncDelays.firstRetry;
    const int code = runLoop([&](const std::function<void(int)> &exit) {
        (*composition)->cloud.serve(request).then(qApp, [&, exit](const Result<quint16> &port) {
            if (!port)
                return exit(fail(port.error()));
            const QString endpoint = u"http://127.0.0.1:%1"_s.arg(*port);
            if (options.json)
                return printJson(QJsonObject{{u"endpoint"_s, endpoint}});
            print(endpoint);
            note(u"Invoke with: aws lambda invoke --endpoint-url %1 --function-name NAME out.json. Ctrl+C ends."_s.arg(endpoint));
        });
    });
    // Being asked to end is how serving ends.
    return code == Cancelled ? int(Fine) : code;
}

} // namespace

void addServe(CLI::App &app, Action &action)
{
    auto options = std::make_shared<ServeOptions>();
    CLI::App *command = app.add_subcommand("serve", "Keeps the functions of a project running behind Lambda's invoke API");
    options->project.addTo(*command);
    command->add_option("--port", options->port, "Port on 127.0.0.1; 0 takes a free one")->capture_default_str();
    command->add_option("--retry-after", options->retryAfterSeconds, "Seconds before a failed asynchronous invocation is tried again; twice that before the last time")->capture_default_str()->check(CLI::Range(0, 3600));
    command->add_option("--account-concurrency", options->accountConcurrency, "Concurrent executions of the account")->capture_default_str()->check(CLI::Range(0, 100'000));
    command->add_flag("--no-prestart", options->noPrestart, "Start no interpreter ahead of need: every cold start waits for its own");
    options->run.addTo(*command);
    command->add_flag("--quiet", options->quiet, "Leave the log out");
    command->add_flag("--json", options->json, "Print the address as one line of JSON");
    command->footer("The address is on stdout, the log on stderr. What is saved is in force from the next invocation on.\nCtrl+C or SIGTERM end it and every function process; the exit code is then 0.\n\n"
                    "Examples:\n  eph serve --port 9000\n  aws lambda invoke --endpoint-url http://127.0.0.1:9000 --function-name purchase out.json\n"
                    "  curl -d '{}' http://127.0.0.1:9000/2015-03-31/functions/purchase/invocations");
    command->callback([options, &action] { action = [options] { return serve(*options); }; });
}

} // namespace eph::cli
