// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/invokeonce.h"
#include "app/common/composition.h"
#include "core/services/burst.h"

#include <QCoreApplication>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct InvokeOptions {
    FunctionOptions function;
    RunOptions run;
    std::string event;
    std::string clientContext;
    std::string tenantId;
    int burst = 0;
    int concurrency = 10;
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

void printBurst(const services::BurstResult &result, bool json)
{
    if (json)
        return printJson(services::toJson(result));
    print(u"%1 requests in %2 s: %3 cold starts, %4 errors (%5 of them timed out), %6 throttles"_s.arg(result.requests).arg(result.wallMs / 1000, 0, 'f', 2).arg(result.coldStarts).arg(result.errors).arg(result.timeouts).arg(result.throttles));
    print(u"p50 %1 ms, p95 %2 ms, p99 %3 ms, slowest %4 ms; %5"_s.arg(result.percentileMs(0.5), 0, 'f', 1).arg(result.percentileMs(0.95), 0, 'f', 1).arg(result.percentileMs(0.99), 0, 'f', 1)
              .arg(result.percentileMs(1), 0, 'f', 1).arg(result.cost.readable()));
    if (!result.firstError.isEmpty())
        print(u"first error: %1"_s.arg(result.firstError));
    constexpr int Bars = 12;
    constexpr int Width = 50;
    const QList<services::HistogramBar> bars = services::histogram(result, Bars);
    int most = 1;
    for (const services::HistogramBar &bar : bars)
        most = std::max(most, bar.warm + bar.cold);
    // Cold ones are drawn apart, by their own sign.
    for (const services::HistogramBar &bar : bars)
        print(QString(u"%1 ms "_s.arg(bar.fromMs, 9, 'f', 1) + QString(bar.warm * Width / most, u'█') + QString((bar.cold * Width + most - 1) / most, u'▒') + u"  %1"_s.arg(bar.warm + bar.cold)));
    print(u"█ warm  ▒ cold"_s);
}

int exitCodeOf(const services::BurstResult &result)
{
    const int failed = result.errors + result.throttles;
    return failed == 0 ? Fine : failed == result.timeouts ? TimedOut : Failed;
}

int invokeOften(const services::InvokeService::Request &request, const InvokeOptions &options)
{
    auto cloud = options.run.chosen();
    if (!cloud)
        return fail(cloud.error());
    cloud->warmth = services::Warmth::KeepEnvironments;
    cloud->prestart = false;
    const auto composition = app::Composition::create(*cloud, app::Composition::ProgramLogBytes);
    if (!composition)
        return fail(composition.error());
    return runLoop([&](const std::function<void(int)> &exit) {
        services::runBurst((*composition)->invokes, {request, options.burst, options.concurrency}).then(qApp, [&, exit](const Result<services::BurstResult> &result) {
            if (!result)
                return exit(fail(result.error()));
            printBurst(*result, options.json);
            exitWhenSettled((*composition)->cloud, exit, exitCodeOf(*result));
        });
    });
}

int invoke(const InvokeOptions &options)
{
    const auto chosen = options.function.open();
    if (!chosen)
        return fail(chosen.error());
    const auto &[project, function] = *chosen;
    noteFindings(project, function);
    const auto event = readEvent(QString::fromLocal8Bit(options.event.c_str()), project);
    if (!event)
        return fail(event.error());
    const services::InvokeService::Request request{project, function, *event, QByteArray::fromStdString(options.clientContext), QByteArray::fromStdString(options.tenantId)};
    return options.burst > 0 ? invokeOften(request, options) : invokeOnce(request, options.run, options.json ? Format::Json : Format::People);
}

} // namespace

void addInvoke(CLI::App &app, Action &action)
{
    auto options = std::make_shared<InvokeOptions>();
    CLI::App *command = app.add_subcommand("invoke", "Runs a function once and prints its answer");
    options->function.addTo(*command, FunctionOptions::Name::Optional);
    command->add_option("--event,-e", options->event, "File, - for standard input, JSON, or the name of a saved event")->type_name("EVENT");
    command->add_option("--client-context", options->clientContext, "JSON that the context object carries")->type_name("JSON");
    command->add_option("--tenant-id", options->tenantId, "Whom a function with tenant isolation runs for")->type_name("ID");
    command->add_option("--burst", options->burst, "Invoke so many times and print how long it took")->type_name("N")->check(CLI::Range(1, 1'000'000));
    command->add_option("--concurrency", options->concurrency, "How many of a burst at a time")->type_name("C")->capture_default_str()->check(CLI::Range(1, 1000));
    options->run.addTo(*command);
    command->add_flag("--json", options->json, "Print one JSON document with payload, report and log");
    command->footer("The answer goes to standard output, log and report to standard error.\nExit code 1 means that the function failed or has no way to run here, 6 that it timed out, 2 to 5 that something was wrong with the call.\n\n"
                    "Examples:\n  eph invoke purchase --event order.json\n  eph invoke search --event '{\"q\":\"tea\"}' --json\n  eph invoke search --burst 100 --concurrency 10\n  cat event.json | eph invoke -e - --project shop purchase");
    command->callback([options, &action] { action = [options] { return invoke(*options); }; });
}

} // namespace eph::cli
