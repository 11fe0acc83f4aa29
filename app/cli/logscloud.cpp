// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/logscloud.h"

#include "app/cli/deployoptions.h"
#include "app/cli/logtext.h"
#include "app/cli/pastmoment.h"
#include "core/cost/currentprices.h"
#include "core/logs/logarchive.h"
#include "core/project/placement.h"
#include "core/services/cloudlivetail.h"
#include "core/services/logexport.h"

#include <QDateTime>
#include <QThread>

namespace eph::cli {

using namespace Qt::StringLiterals;

namespace {

struct CloudOptions {
    DeployOptions target;
    std::vector<std::string> names;
    std::string query;
    std::string since = "1h";
    bool follow = false;
    bool live = false;
};

/// What was asked for, with all that the project and its stage say.
struct CloudLogsTarget {
    services::DeployTarget target;
    QStringList groups;
    services::LineCost cost;
};

[[nodiscard]] Result<CloudLogsTarget> targetOf(const CloudOptions &options)
{
    CloudLogsTarget wanted;
    wanted.target = options.target.chosen();
    // Groups can be read without a project, too.
    const auto project = options.target.project.open();
    if (project)
        wanted.target = services::completed(wanted.target, project->folder);
    if (wanted.target.kind.isEmpty() || !options.target.endpointUrl.empty())
        wanted.target.kind = u"aws"_s;
    if (wanted.target.kind == services::LocalTarget)
        return failure(ErrorCode::Usage, u"The stage “%1” goes to the local cloud, whose log eph logs shows."_s.arg(wanted.target.stage), u"Add --target aws, or --endpoint-url."_s);
    for (const std::string &each : options.names) {
        const QString name = QString::fromStdString(each);
        const project::Function *function = project ? project->function(name) : nullptr;
        const auto placement = project::placementOf(project ? project->name : QString(), wanted.target.stage, {}, wanted.target.region);
        wanted.groups << services::logGroupOf(function ? project::placedName(placement, u"AWS::Lambda::Function"_s, function->name) : name);
    }
    if (const auto prices = cost::currentPriceBook(); prices && project)
        wanted.cost = services::LineCost(prices->forRegion(wanted.target.region.isEmpty() ? project->region : wanted.target.region), *project);
    return wanted;
}

int listGroups(deploy::AwsClient &client, bool json)
{
    const auto groups = services::logGroups(client, {});
    if (!groups)
        return fail(groups.error());
    if (json)
        printJson(QJsonArray::fromStringList(*groups));
    for (const QString &group : json ? QStringList() : *groups)
        eph::cli::print(group);
    if (groups->isEmpty() && !json)
        note(u"There is no log group."_s);
    return Fine;
}

/// What asking, or listening, has taken.
using Metered = Result<services::CloudLogMeter>;

/// Everything since then, and with `follows` what comes.
[[nodiscard]] Metered readAll(services::CloudLogReader reader, bool follows, const std::atomic<bool> &cancelled, const services::OnLogLines &show)
{
    constexpr int LookEveryMs = 1000;
    do {
        if (const auto polled = reader.poll(cancelled, show); !polled)
            return tl::unexpected(polled.error());
        for (int waited = 0; follows && !cancelled && waited < LookEveryMs; waited += 20)
            QThread::msleep(20);
    } while (follows && !cancelled);
    return reader.meter();
}

[[nodiscard]] Metered listen(services::CloudLiveTail &tail, const std::atomic<bool> &cancelled, const services::OnLogLines &show)
{
    return tail.run(cancelled, show).map([&] { return tail.meter(); });
}

int tellMeter(const services::CloudLogMeter &meter)
{
    note(u"%1 events, %2 bytes, %3 requests (FilterLogEvents is free of charge)"_s.arg(meter.events).arg(meter.bytes).arg(meter.requests));
    if (meter.liveMinutes() > 0)
        note(u"Live Tail: %1 min (%2)"_s.arg(QString::number(meter.liveMinutes()), services::liveTailPrice()));
    if (meter.isSampled)
        note(u"Live Tail left events out: it sends 500 a second at most. Without --live all of them come."_s);
    constexpr qint64 NoteworthyMs = 1000;
    if (meter.clockAheadMs > NoteworthyMs)
        note(u"The service's clock is at least %1 ms ahead of this machine's."_s.arg(meter.clockAheadMs));
    return Fine;
}

int showCloud(const CloudOptions &options)
{
    auto wanted = targetOf(options);
    const auto from = pastMoment(options.since);
    const auto query = logs::LogQuery::parse(QString::fromStdString(options.query));
    if (!wanted || !from || !query)
        return fail(!wanted ? wanted.error() : !from ? from.error() : query.error());
    return runCancellable([&](const std::atomic<bool> &cancelled) -> int {
        http::NetworkTransport transport;
        const sys::SystemClock clock;
        const auto access = services::accessOf(wanted->target, {transport, clock});
        if (!access)
            return fail(access.error());
        deploy::AwsClient client(transport, clock, *access);
        if (wanted->groups.isEmpty())
            return listGroups(client, options.target.json);
        logs::LogQuery::Scratch scratch(*query);
        LogText people(wanted->cost);
        const auto show = [&](const QList<logs::Line> &lines) {
            for (const logs::Line &line : lines) {
                const QByteArray bytes = logs::archiveLine(line);
                const services::StoredLine stored{bytes, logs::fieldsOf(bytes)};
                if (query->wants(bytes, stored.fields, scratch))
                    eph::cli::print(options.target.json ? services::jsonLine(stored, wanted->cost) : people.line(stored));
            }
        };
        services::CloudLiveTail tail(client, clock, wanted->groups, *from);
        const auto meter = options.live ? listen(tail, cancelled, show) : readAll({client, clock, wanted->groups, *from}, options.follow, cancelled, show);
        if (!meter)
            return fail(meter.error());
        return tellMeter(*meter);
    });
}

} // namespace

void addCloudLogs(CLI::App &logs, Action &action)
{
    const auto options = std::make_shared<CloudOptions>();
    CLI::App *command = logs.add_subcommand("cloud", "Shows and follows log groups of an account (CloudWatch Logs)");
    command->add_option("NAME", options->names, "Functions of the project, deployed functions, or groups; without one the groups are listed");
    options->target.addTo(*command);
    command->add_option("--query", options->query, "As of eph logs");
    command->add_option("--since", options->since, "30m, 2h, 1d ago, or a date and time")->capture_default_str();
    command->add_flag("--follow,-f", options->follow, "Go on with what comes");
    command->add_flag("--live", options->live, "Follow by Live Tail: sooner, billed by the minute, a sample of what is more than 500 events a second");
    command->footer("A function of the project is the one of the stage: shop-prod-checkout for checkout. The service is asked for what is new each second,\nwhich costs nothing by itself.\n\n"
                    "Examples:\n  eph logs cloud --target aws\n  eph logs cloud checkout --stage prod --since 15m --follow --query 'level>=warn'\n  eph logs cloud /aws/lambda/other --target aws --json");
    command->callback([options, &action] { action = [options] { return showCloud(*options); }; });
}

} // namespace eph::cli
