// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/fidelity.h"

#include "core/base/processorsformemory.h"
#include "core/base/text.h"
#include "core/cloud/projectschedules.h"
#include "core/gateway/api.h"
#include "core/runtime/launchplan.h"

#include <QJsonObject>
#include <QLocale>
#include <QSysInfo>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

using Notes = QList<FidelityNote>;

void addIgnored(Notes &notes, const project::Project &project, const project::Function &function)
{
    const QString own = "Resources."_L1 + function.logicalId + u'.';
    for (const Finding &finding : project.findings) {
        const bool about = finding.key.startsWith(own) || finding.key.startsWith("Globals.Function"_L1);
        if (about && (finding.rule == "cloud-only"_L1 || finding.rule == "durable-function"_L1 || finding.rule == "remote-layer"_L1 || finding.rule == "unknown-key"_L1))
            notes << FidelityNote{Fidelity::Ignored, finding.key.section(u'.', -1), finding.message};
    }
    if (function.environment.contains("AWS_LAMBDA_EXEC_WRAPPER"_L1) && !runtime::languageOf(function.runtime))
        notes << FidelityNote{Fidelity::Ignored, u"AWS_LAMBDA_EXEC_WRAPPER"_s, Core::tr("A runtime of your own starts without a wrapper, here as in the cloud.")};
    if (!function.policies.isEmpty())
        notes << FidelityNote{Fidelity::Ignored, Core::tr("Permissions"), Core::tr("The role's policies are not enforced; every call that reaches a service here is let through.")};
}

void addInterpreter(Notes &notes, const project::Function &function, const sys::Interpreters &interpreters)
{
    const auto asked = runtime::languageOf(function.runtime);
    if (!asked)
        return;
    const auto found = interpreters.find(asked->language, asked->version);
    if (!found)
        return;
    const QString name = sys::languageName(asked->language);
    if (found->isVersion(asked->version))
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Interpreter"), Core::tr("%1 %2, with a client that keeps to the service's rules for handlers, errors and logs.").arg(name, found->version)};
    else
        notes << FidelityNote{Fidelity::Approximated, Core::tr("Interpreter"), Core::tr("%1 %2 runs in place of %3.").arg(name, found->version, asked->version)};
    notes << FidelityNote{Fidelity::Approximated, Core::tr("Packages"),
                          asked->language == sys::Language::NodeJs ? Core::tr("Packages in a node_modules of a folder above the code are found, too; a package that is deployed holds what lies in the code folder.")
                                                                  : Core::tr("What is installed on this machine for Python is found, too; in the cloud there is what the package and its layers bring, and boto3.")};
}

void addIsolation(Notes &notes, const project::Function &function, const CloudOptions &options)
{
    if (options.sandbox.isOn())
        notes << FidelityNote{Fidelity::Emulated, Core::tr("File system"), Core::tr("Code and system read-only, code also at /var/task, layers at /opt, a /tmp that each environment keeps for itself, no shared memory in /dev/shm.")}
              << FidelityNote{Fidelity::Emulated, Core::tr("Isolation"), Core::tr("Own mount, process, IPC and user namespaces; at most 1,024 processes.")};
    else
        notes << FidelityNote{Fidelity::Approximated, Core::tr("File system"), Core::tr("The function sees this machine's files and may write where you may; /var/task, /opt and sandbox.localdomain are not there.")}
              << FidelityNote{Fidelity::Approximated, Core::tr("Isolation"), Core::tr("A process group and a clean environment, no namespaces.")};
    // A custom runtime's client speaks to the platform over the network, so it keeps it.
    const bool network = options.sandbox.network || !options.sandbox.isOn() || !runtime::languageOf(function.runtime);
    notes << (network ? FidelityNote{Fidelity::Approximated, Core::tr("Network"), Core::tr("This machine's own network, as if the function were at this desk. Environments share it: two that listen on the same port get in each other's way, except at sandbox.localdomain.")}
                                      : FidelityNote{Fidelity::Approximated, Core::tr("Network"), Core::tr("None but the platform's, by your choice.")});
}

void addResources(Notes &notes, const project::Function &function, const CloudOptions &options)
{
    const QString processors = QLocale::c().toString(processorsForMemory(function.memoryMiB), 'f', 2);
    notes << FidelityNote{Fidelity::Approximated, Core::tr("Memory"), Core::tr("Measured, not made up: resident memory, 50 times a second. Above %1 MB the function is killed within 20 ms; a shorter peak is seen only afterwards.").arg(function.memoryMiB)}
          << FidelityNote{Fidelity::Approximated, Core::tr("Processor"),
                          options.sharesProcessor ? Core::tr("Held to the time of %2 processors, which is what %1 MB buys, in steps of 2 ms; this machine's processors are not the cloud's. The init is not held back there, either.").arg(function.memoryMiB).arg(processors)
                                                  : Core::tr("As fast as this machine; the cloud gives %1 MB the time of %2 processors. Durations and cost are those of this machine.").arg(function.memoryMiB).arg(processors)}
          << FidelityNote{Fidelity::Approximated, Core::tr("/tmp"), Core::tr("%1 MB, looked at four times a second while a function runs; then no file can grow (EFBIG in place of ENOSPC).").arg(function.ephemeralStorageMiB)};
    for (const QString &alias : function.aliases)
        notes << FidelityNote{Fidelity::Approximated, u"Alias"_s, Core::tr("“%1” is at what was saved last; a deployment makes a version and moves the alias there.").arg(alias)};
    const bool armHere = QSysInfo::currentCpuArchitecture().startsWith("arm"_L1);
    if ((function.architecture == "arm64"_L1) != armHere)
        notes << FidelityNote{Fidelity::Approximated, Core::tr("Architecture"), Core::tr("%1 is asked for; this machine is %2. Native modules must be built for this one.").arg(function.architecture, QSysInfo::currentCpuArchitecture())};
}

void addHttp(Notes &notes, const project::Project &project, const project::Function &function)
{
    bool any = false;
    bool maps = false;
    QStringList unserved;
    const QList<gateway::Api> apis = gateway::apisOf(project);
    for (const gateway::Api &api : apis) {
        const bool hasPaths = api.kind != gateway::ApiKind::LoadBalancer && api.kind != gateway::ApiKind::WebSocket;
        for (const gateway::Route &route : api.routes) {
            any |= hasPaths && route.function == function.name;
            maps |= route.integration && !route.isMock();
            if (!route.unserved.isEmpty())
                unserved << route.key();
        }
    }
    if (!unserved.isEmpty())
        notes << FidelityNote{Fidelity::Ignored, Core::tr("Other integrations"), Core::tr("These routes lead to services that are not here, or to what is no address, and answer 501: %1.").arg(unserved.join(", "_L1))};
    if (maps)
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Integrations that map"), Core::tr("Mapping templates (Velocity 1.7, JSONPath), parameters, passthrough, selection of answers and overrides, before functions, addresses and the services of the local cloud. Roles of integrations are not looked at.")};
    const bool balanced = std::any_of(function.triggers.cbegin(), function.triggers.cend(), [](const project::Trigger &trigger) { return trigger.type == "LoadBalancer"_L1; });
    if (balanced)
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Load balancer"), Core::tr("Rules by priority, path and method, events and answers in both modes, fixed answers, 1 MB each way.")}
              << FidelityNote{Fidelity::Approximated, Core::tr("Rules of the load balancer"), Core::tr("Conditions on hosts, headers, queries and addresses, redirects, sign-in and health checks are not looked at.")};
    const bool sockets = std::any_of(function.triggers.cbegin(), function.triggers.cend(), [](const project::Trigger &trigger) { return trigger.type == "WebSocket"_L1; });
    if (sockets)
        notes << FidelityNote{Fidelity::Emulated, Core::tr("WebSocket API"), Core::tr("Handshakes with their authorizer, routes by selection expression, answers, 32 KB frames and 128 KB messages, 10 idle minutes and 2 hours, the connections endpoint.")}
              << FidelityNote{Fidelity::Approximated, Core::tr("WebSocket domain"), Core::tr("domainName is 127.0.0.1 with the gateway's port, without TLS unless it is asked for; calls of the connections endpoint need no signature. Integrations other than functions, their timeouts, request models and API keys are not looked at.")};
    if (any)
        notes << FidelityNote{Fidelity::Emulated, Core::tr("HTTP"), Core::tr("Routes, events, answers and refusals as the gateways make them; CORS, Lambda authorizers, API keys with their usage plans, required parameters, request models, rates, mocks, streamed answers.")}
              << FidelityNote{Fidelity::Approximated, Core::tr("Callers"), Core::tr("Of tokens the claims are checked; the signature is where the issuer's keys are in the project's jwks.json, for nothing is fetched from the network. A request signed for IAM passes whoever signed it. Where no key with a value is declared, any API key is good; quotas count from the moment at which serving begins. Client certificates are not looked at, nor are parameter mappings of HTTP APIs before functions.")};
}

void addSchedules(Notes &notes, const project::Function &function)
{
    const QList<cloud::ProjectSchedule> schedules = cloud::schedulesOf(function);
    if (schedules.isEmpty())
        return;
    notes << FidelityNote{Fidelity::Emulated, Core::tr("Schedules"), Core::tr("Fire at their times by the rules of their service, time zones and changes of clocks included, with the service's event, while the project is served; an event that is given up goes to its schedule's dead-letter queue.")}
          << FidelityNote{Fidelity::Approximated, Core::tr("Time of schedules"), Core::tr("A rate counts from the moment at which serving begins; the moment within a flexible window is chosen here; what this machine sleeps through is not made up for.")};
}

/// Sources that functions are fed from; each kind in a sentence of its own.
void addSources(Notes &notes, const project::Function &function)
{
    const auto any = [&function](const QStringList &types) {
        return std::any_of(function.triggers.cbegin(), function.triggers.cend(), [&](const project::Trigger &trigger) { return types.contains(trigger.type); });
    };
    const bool streams = any({u"Kinesis"_s, u"DynamoDB"_s});
    if (any({u"SQS"_s}))
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Queues"), Core::tr("Batches, windows, filters, partial failures, visibility, FIFO groups, dead letters, five batches at once and one more a second. The limit of 120,000 messages in flight is not looked at.")};
    if (streams)
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Streams"), Core::tr("Shards, order, positions that outlive a restart, retries that hold up their shard, halving, partial failures, record age, failure destinations.")}
              << FidelityNote{Fidelity::Approximated, Core::tr("Reading of streams"), Core::tr("At once where the service looks once a second; what fails is tried again a second later. Throughput limits of a shard are not looked at, and shards are not split or merged.")};
    const bool tumbling = std::any_of(function.triggers.cbegin(), function.triggers.cend(), [](const project::Trigger &trigger) { return trigger.properties.contains("TumblingWindowInSeconds"_L1); });
    if (streams && tumbling)
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Tumbling windows"), Core::tr("A state that goes from batch to batch and outlives a restart, up to 1 MB, and a last call without records for each window. Windows follow each other from the epoch on.")};
    if (any({u"DynamoDB"_s}))
        notes << FidelityNote{Fidelity::Approximated, Core::tr("Tables"), Core::tr("There is no table here: its changes are put into its stream by hand, with `eph sources send` or in the Sources panel.")};
    if (any({u"SNS"_s}))
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Topics"), Core::tr("Messages, attributes, filters on both, raw delivery, FIFO.")}
              << FidelityNote{Fidelity::Approximated, Core::tr("Signatures of topics"), Core::tr("Nobody signs a notification here: Signature is a placeholder.")}
              << FidelityNote{Fidelity::Ignored, Core::tr("Other subscribers"), Core::tr("Functions and queues hear a topic here; addresses of the web, of mail and of phones do not.")};
    if (any({u"S3"_s}))
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Buckets"), Core::tr("Objects, ranges, conditions, checksums, copies, lists, multipart uploads; a file put into the bucket's folder is an object that came. Notifications with prefix and suffix. Web pages may use what a function has signed for them, by the bucket's CORS rules.")}
              << FidelityNote{Fidelity::Approximated, Core::tr("Buckets as folders"), Core::tr("A key cannot be an object and a folder at once. Versions, policies, encryption and tags are not there, and a multipart upload does not outlive a restart.")};
    if (any({u"EventBridgeRule"_s, u"CloudWatchEvent"_s}))
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Rules"), Core::tr("Events that are put on a bus go to the rules whose pattern they match, with paths and transformers: to functions, queues, topics, streams, buses and log groups. Events of AWS's own services do not come by themselves.")};
    if (any({u"CloudWatchLogs"_s}))
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Log subscriptions"), Core::tr("What is said in a log group goes to the functions that are subscribed to it, packed as on the service, where their filter pattern matches.")}
              << FidelityNote{Fidelity::Approximated, Core::tr("Batches of log events"), Core::tr("One of each stream, 200 ms after its first event. A function does not get what it has said itself, and columns are not told as extractedFields. Subscriptions of streams and other destinations hand on nothing.")};
    if (any({u"Cognito"_s, u"IoTRule"_s, u"MSK"_s, u"MQ"_s}))
        notes << FidelityNote{Fidelity::Ignored, Core::tr("Other sources"), Core::tr("Cognito, IoT and Kafka call nothing here; `eph events send` sends their events.")};
}

void addPlatform(Notes &notes, const project::Function &function, const CloudOptions &options)
{
    notes << FidelityNote{Fidelity::Emulated, Core::tr("Runtime API"), Core::tr("Every call, status, error body and order; official clients run unchanged.")}
          << FidelityNote{Fidelity::Emulated, Core::tr("Life cycle"), Core::tr("10 seconds for the init and a second try within the invocation; frozen between invocations; a timeout or crash costs the process and keeps /tmp.")}
          << FidelityNote{Fidelity::Emulated, Core::tr("Concurrency"), Core::tr("One environment for each request at a time; reserved, account and rate limits throttle with the service's reasons.")}
          << FidelityNote{Fidelity::Approximated, Core::tr("Many at once"), Core::tr("While every processor of this machine is busy and answers keep coming, requests of a function take turns in its first environments instead of waking all of them. The wait is in no duration and on no bill; it ends within milliseconds once a processor is idle or no answer comes.")}
          << FidelityNote{Fidelity::Emulated, Core::tr("Asynchronous calls"), Core::tr("Two retries, age limit; destinations and dead letters to functions, queues, topics and event buses. What has no place here is written to the log.")}
          << FidelityNote{Fidelity::Approximated, Core::tr("Asynchronous calls that wait"), Core::tr("They are kept in the project, and whoever serves it next goes on with them; one that was running starts again. A program that is killed while another one serves the project loses its own.")}
          << FidelityNote{Fidelity::Emulated, Core::tr("Limits"), Core::tr("6 MB for request and answer, 1 MB for events, streaming at the service's rate, 1,024 open files.")}
          << FidelityNote{Fidelity::Emulated, Core::tr("Billing"), Core::tr("Whole milliseconds, initialisation included, at the prices of the book.")}
          << FidelityNote{Fidelity::Emulated, Core::tr("Extensions"), Core::tr("Internal and external ones register, are told of invocations and of the shutdown, before which the runtime gets SIGTERM, and are sent telemetry. The older Logs API is answered as not supported.")}
          << FidelityNote{Fidelity::Approximated, Core::tr("Identity"), Core::tr("Account 123456789012 and credentials that open nothing but addresses of objects that the function signs. Lambda, SQS, SNS, Kinesis, S3, EventBridge, Scheduler, CloudWatch Logs, IAM and STS answer the function's own SDK; every other service is the real one, which refuses these credentials.")}
          << FidelityNote{Fidelity::Approximated, Core::tr("Event sources"), Core::tr("What a function puts into queues and streams is kept, and handed to functions while the project is served. Topics, rules, buckets, logs and asynchronous invocations call functions at any time.")}
          << FidelityNote{Fidelity::Emulated, Core::tr("Recursive loops"), Core::tr("A function that has called itself 16 times is stopped, through queues, topics, buckets and other functions, too; RecursiveLoop: Allow lets it go on. Here event buses count as well.")}
          << FidelityNote{Fidelity::Approximated, Core::tr("Tracing"), Core::tr("Trace ids are handed on; no X-Ray daemon collects segments.")};
    if (options.prestart && runtime::languageOf(function.runtime))
        notes << FidelityNote{Fidelity::Approximated, Core::tr("Cold starts"), Core::tr("An interpreter may have been started ahead, so you wait less; the reported init is the whole one all the same.")};
    if (function.isTenantIsolated())
        notes << FidelityNote{Fidelity::Approximated, Core::tr("Tenant isolation"), Core::tr("An environment runs for one tenant alone. 32 of a version are kept here; idle ones above that end, the oldest first. The service keeps 2,500 for each 1,000 of its concurrency. What the service charges for making each of them is not in the costs here.")};
    if (function.provisionedConcurrency > 0 && !function.isTenantIsolated())
        notes << FidelityNote{Fidelity::Emulated, Core::tr("Provisioned concurrency"), Core::tr("%1 environments are kept ready.").arg(function.provisionedConcurrency)};
}

} // namespace

QString fidelityName(Fidelity fidelity)
{
    switch (fidelity) {
    case Fidelity::Emulated: return u"emulated"_s;
    case Fidelity::Approximated: return u"approximated"_s;
    case Fidelity::Ignored: return u"ignored"_s;
    }
    return {};
}

QList<FidelityNote> fidelityOf(const project::Project &project, const project::Function &function, const CloudOptions &options, const sys::Interpreters &interpreters)
{
    Notes notes;
    addIgnored(notes, project, function);
    addInterpreter(notes, function, interpreters);
    addIsolation(notes, function, options);
    addResources(notes, function, options);
    addPlatform(notes, function, options);
    addHttp(notes, project, function);
    addSchedules(notes, function);
    addSources(notes, function);
    std::stable_sort(notes.begin(), notes.end(), [](const FidelityNote &a, const FidelityNote &b) { return a.fidelity > b.fidelity; });
    return notes;
}

QJsonArray toJson(const QList<FidelityNote> &notes)
{
    QJsonArray array;
    for (const FidelityNote &note : notes)
        array.append(QJsonObject{{u"fidelity"_s, fidelityName(note.fidelity)}, {u"topic"_s, note.topic}, {u"text"_s, note.text}});
    return array;
}

} // namespace eph::services
