// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/livelog.h"
#include "app/common/composition.h"

#include <QCoreApplication>
#include <malloc.h>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct ServeOptions {
    ProjectOptions project;
    RunOptions run;
    quint16 port = 0;
    quint16 gatewayPort = 0;
    int retryAfterSeconds = 60;
    int accountConcurrency = runtime::Concurrency::StandardAccountLimit;
    bool noPrestart = false;
    bool noSchedules = false;
    bool tls = false;
    bool json = false;
    bool quiet = false;
};

void tellSchedules(const project::Project &project)
{
    const schedule::Instant at = now();
    std::optional<schedule::Instant> first;
    int count = 0;
    for (const cloud::ProjectSchedule &schedule : cloud::schedulesOf(project)) {
        if (!schedule.enabled || !schedule.isValid())
            continue;
        ++count;
        const auto next = schedule.times(at).next(at);
        if (next && (!first || *next < *first))
            first = next;
    }
    if (first)
        note(u"Schedules that fire (eph schedule list): %1, the first on %2"_s.arg(count).arg(schedule::toIso(*first)));
}

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
    auto composition = app::Composition::create(*cloud, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    (*composition)->keepWith(project->folder, project->region);
    std::unique_ptr<LiveLog> log;
    if (!options.quiet)
        log = std::make_unique<LiveLog>((*composition)->logs, Format::People);
    cloud::LocalServer::Request request{*options.project.request(), options.port, options.gatewayPort, {}};
    request.tls = options.tls;
    request.asyncDelays.firstRetry = std::chrono::seconds(options.retryAfterSeconds);
    request.asyncDelays.secondRetry = 2 * request.asyncDelays.firstRetry;
    if (options.noSchedules)
        request.schedules = cloud::ScheduleRunner::Scope::KeepWarmOnly;
    const int code = runLoop([&](const std::function<void(int)> &exit) {
        (*composition)->cloud.serve(request).then(qApp, [&, exit](const Result<cloud::LocalServer::Ports> &ports) {
            if (!ports)
                return exit(fail(ports.error()));
            // Starting takes more memory than serving: prices, templates, options.
            ::malloc_trim(0);
            const QString endpoint = ports->endpointUrl();
            const QString gateway = ports->gatewayUrl();
            if (options.json) {
                QJsonObject told{{u"endpoint"_s, endpoint}, {u"gateway"_s, gateway}};
                if (options.tls)
                    told.insert(u"authority"_s, ports->authorityFile);
                return printJson(told);
            }
            print(endpoint);
            note(u"Invoke with: aws lambda invoke --endpoint-url %1 --function-name NAME out.json"_s.arg(endpoint));
            const QList<gateway::Api> apis = gateway::apisOf(*project);
            if (!apis.isEmpty())
                note(u"HTTP routes of the project (eph routes): %1"_s.arg(gateway));
            if (options.tls)
                note(u"Trust its certificate with: curl --cacert %1 %2"_s.arg(ports->authorityFile, gateway));
            if (!options.noSchedules)
                tellSchedules(*project);
            note(u"Ctrl+C ends."_s);
        });
    });
    // What is said at the end is seen.
    (*composition)->cloud.shutDown();
    if (log)
        log->flush();
    // Being asked to end is how serving ends.
    return code == Cancelled ? int(Fine) : code;
}

} // namespace

void addServe(CLI::App &app, Action &action)
{
    auto options = std::make_shared<ServeOptions>();
    CLI::App *command = app.add_subcommand("serve", "Keeps a project running behind AWS's APIs: Lambda, SQS, SNS, Kinesis, S3, STS, and its HTTP routes");
    options->project.addTo(*command);
    command->add_option("--port", options->port, "Port on 127.0.0.1; 0 takes a free one")->capture_default_str();
    command->add_option("--gateway-port", options->gatewayPort, "Port of the HTTP routes on 127.0.0.1; 0 takes a free one")->capture_default_str();
    command->add_option("--retry-after", options->retryAfterSeconds, "Seconds before a failed asynchronous invocation is tried again; twice that before the last time")->capture_default_str()->check(CLI::Range(0, 3600));
    command->add_option("--account-concurrency", options->accountConcurrency, "Concurrent executions of the account")->capture_default_str()->check(CLI::Range(0, 100'000));
    command->add_flag("--no-prestart", options->noPrestart, "Start no interpreter ahead of need: every cold start waits for its own");
    command->add_flag("--no-schedules", options->noSchedules, "Fire no schedules but those that keep functions warm");
    command->add_flag("--tls", options->tls, "Let clients of the HTTP routes speak TLS, with a certificate for names of this machine");
    options->run.addTo(*command);
    command->add_flag("--quiet", options->quiet, "Leave the log out");
    command->add_flag("--json", options->json, "Print the addresses as one line of JSON");
    command->footer("The address of Lambda's API is on stdout, the log on stderr. The gateway serves every HTTP API of the project, with its stage before the path or without;\nID.localhost serves one alone, FUNCTION.lambda-url.localhost a function's own address. What is saved is in force from the next invocation on.\nCtrl+C or SIGTERM end it and every function process; the exit code is then 0.\n\n"
                    "Examples:\n  eph serve --port 9000\n  aws lambda invoke --endpoint-url http://127.0.0.1:9000 --function-name purchase out.json\n"
                    "  curl -d '{}' http://127.0.0.1:9000/2015-03-31/functions/purchase/invocations\n  eph serve --gateway-port 3000\n  aws sqs send-message --endpoint-url http://127.0.0.1:9000 --queue-url http://127.0.0.1:9000/123456789012/Orders --message-body '{}'");
    command->callback([options, &action] { action = [options] { return serve(*options); }; });
}

} // namespace eph::cli
