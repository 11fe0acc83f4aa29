// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/localserver.h"

#include "core/base/text.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QThreadPool>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
/// What another process has left, or had, is seen this late at most.
constexpr auto LookAtEventsEvery = 2s;
} // namespace

LocalServer::LocalServer(runtime::Pool &pool, const sys::Clock &clock, logs::Tap &logs, Records &records, Stores stores, const Request &request, QObject *parent)
    : QObject(parent)
    , m_request(request)
    , m_pool(pool)
    , m_clock(clock)
    , m_logs(logs)
    , m_stores(std::move(stores))
    , m_deployed(*m_stores.account->documents, m_stores.account->code, clock, request.settle.count())
    , m_catalogue(request.project, &m_deployed)
    , m_queue(pool, clock, request.asyncDelays, keptEvents(), records.unattended)
    , m_router(m_catalogue, m_queue, *m_stores.sources, logs, clock)
    , m_bus(m_catalogue, m_deployed, m_router, logs, clock)
    , m_eventSources({pool, m_catalogue, m_deployed, *m_stores.sources, m_router, m_bus, clock, records.mappings}, request.asyncDelays.throttleFirst)
    , m_endpoint({pool, m_queue, m_catalogue, m_deployed, *m_stores.sources, m_router, m_bus, records.mappings, records.metrics, logs, m_stores.logFolder, clock})
    , m_gateway(pool, source(), clock, records.requests)
    , m_schedules(m_catalogue, &m_deployed, m_queue, clock, records.schedules)
    , m_logFeed({m_catalogue, m_deployed, m_router, logs, clock})
{
    m_schedules.onTarget = [this](const ProjectSchedule &schedule, const QByteArray &event) { return m_router.deliver({{}, {}, schedule.messageGroup}, schedule.target, event); };
    m_schedules.mayInvoke = [this](const QString &rule, const QString &function) { return m_bus.mayInvoke(rule, function); };
    m_stores.account->documents->onChanged = [this] { m_schedules.lookSoon(); };
    m_schedules.onDeadLetter = [this](const QString &arn, const QByteArray &event, const DeliveryRouter::Attributes &attributes) { m_router.deliverOrLog({}, {}, arn, event, attributes); };
    m_queue.calleeNow = [this](const QString &function) { return calleeNow(function); };
    m_queue.onNotKept = [this](const Error &error) { tell(Core::tr("What becomes of an asynchronous call could not be kept: %1").arg(error.message)); };
    m_queue.onDelivery = [this](const runtime::Delivery &delivery) { deliver(delivery); };
}

void LocalServer::deliver(const runtime::Delivery &delivery)
{
    if (delivery.target.section(u':', 2, 2) != "events"_L1)
        return m_router.deliverOrLog({delivery.from.name, delivery.trace}, delivery.from.name, delivery.target, delivery.body, delivery.attributes);
    const QJsonObject context = QJsonDocument::fromJson(delivery.body).object().value("requestContext"_L1).toObject();
    const bool succeeded = context.value("condition"_L1).toString() == "Success"_L1;
    PutEvent event;
    event.bus = delivery.target.section(u'/', -1);
    event.source = u"lambda"_s;
    event.detailType = succeeded ? u"Lambda Function Invocation Result - Success"_s : u"Lambda Function Invocation Result - Failure"_s;
    event.detail = delivery.body;
    event.resources = QStringList{delivery.target, context.value("functionArn"_L1).toString()};
    event.epochMs = m_clock.epochMs();
    event.trace = delivery.trace;
    m_bus.put(event);
}

gateway::GatewaySource LocalServer::source()
{
    gateway::GatewaySource source;
    source.apis = [this] { return m_catalogue.apis(); };
    source.requestTo = [this](const QString &name) { return m_catalogue.requestOfSameProject(name); };
    source.tokenKeyFile = [this] { return m_catalogue.tokenKeyFile(); };
    source.place = [this] {
        const QString arn = m_catalogue.arnOf({});
        return std::pair(arn.section(u':', 3, 3), arn.section(u':', 4, 4));
    };
    source.services = [this] { return m_servicesUrl; };
    source.enqueue = [this](runtime::InvokeRequest request) { return m_queue.enqueue(std::move(request)); };
    source.tell = [this](const QString &text, const QString &function) { tell(text, function); };
    return source;
}

sources::AsyncEvents *LocalServer::keptEvents()
{
    sources::AsyncEvents &events = m_stores.sources->asyncEvents();
    return m_request.duty != Duty::Account && events.areLasting() ? &events : nullptr;
}

Result<runtime::InvokeRequest> LocalServer::calleeNow(const QString &function)
{
    // A template that cannot be read at the moment says nothing of its functions.
    if (const auto project = m_catalogue.project(); !project)
        return failure(ErrorCode::Invalid, project.error().message);
    return m_catalogue.requestTo(function);
}

void LocalServer::tell(const QString &text, const QString &function)
{
    m_logs.append({m_clock.epochMs(), logs::Source::Platform, function, {}, {}, text.toUtf8()});
}

void LocalServer::lookAtEvents()
{
    sources::AsyncEvents &events = m_stores.sources->asyncEvents();
    const bool had = events.areOurs() && m_hasLooked;
    if (!events.take()) {
        if (!std::exchange(m_hasLooked, true))
            tell(Core::tr("Another program serves this project, too: asynchronous calls that wait here are kept when this one ends. If there is none, remove .ephemera/async.lock."));
        return;
    }
    m_hasLooked = true;
    // Others may have left theirs since.
    if (std::exchange(m_foreign, m_stores.sources->foreignVersion()) != m_foreign || !had)
        goOnWithEvents();
}

void LocalServer::goOnWithEvents()
{
    sources::AsyncEvents &events = m_stores.sources->asyncEvents();
    const QSet<qint64> underWay = m_queue.keptNumbers();
    int going = 0;
    for (const sources::AsyncEvent &event : events.all(m_lastEvent)) {
        m_lastEvent = event.number;
        if (underWay.contains(event.number))
            continue;
        auto callee = calleeNow(event.function);
        if (callee) {
            m_queue.goOn(event, *std::move(callee));
            ++going;
            continue;
        }
        const bool isOld = std::chrono::milliseconds(m_clock.epochMs() - event.acceptedMs) > runtime::AsyncPolicy().maxAge;
        const QString which = QString::fromLatin1(event.requestId);
        if (isOld && callee.error().code == ErrorCode::NotFound) {
            tell(Core::tr("The event %1 waited for “%2” for too long, which is not here: it is dropped.").arg(which, event.function), event.function);
            if (const auto forgotten = events.forget(event.number); !forgotten)
                m_queue.onNotKept(forgotten.error());
        } else {
            tell(Core::tr("The event %1 waits for “%2” until the project is served again: %3").arg(which, event.function, callee.error().message), event.function);
        }
    }
    if (going > 0)
        tell(Core::tr("Events that an earlier run of the local cloud has left go on: %1.").arg(going));
}

Result<LocalServer::Ports> LocalServer::listen()
{
    const auto endpoint = m_endpoint.listen(m_request.port);
    if (!endpoint)
        return tl::unexpected(endpoint.error());
    const auto gateway = m_gateway.listen(m_request.gatewayPort);
    if (!gateway)
        return tl::unexpected(gateway.error());
    // Another process may be storing code just now that it has not named yet.
    if (m_request.duty == Duty::Serve)
        QThreadPool::globalInstance()->start([code = m_stores.account->code, used = m_deployed.usedCode()] { code.keepOnly(used); });
    Ports ports{*endpoint, *gateway, {}};
    m_servicesUrl = QUrl(ports.endpointUrl());
    runtime::CloudAddresses addresses{ports.endpointUrl(), ports.gatewayUrl()};
    if (m_request.tls) {
        const auto authority = sys::LocalAuthority::open(sys::LocalAuthority::standardFolder());
        if (!authority)
            return tl::unexpected(authority.error());
        if (const auto used = m_gateway.useTls(*authority); !used)
            return tl::unexpected(used.error());
        ports.authorityFile = addresses.authorityFile = authority->file();
        addresses.bundleFile = authority->bundleFile();
    }
    m_endpoint.setGateway(*gateway, addresses);
    m_pool.setCloud(addresses);
    m_pool.retireAll();
    if (m_request.duty != Duty::Account)
        m_logFeed.start();
    if (m_request.duty == Duty::AnswerCalls)
        m_eventSources.start(EventSources::Feeding::Nobody);
    if (m_request.duty != Duty::Serve)
        return ports;
    if (const auto functions = m_catalogue.all())
        m_pool.declare(*functions);
    if (m_queue.keeps()) {
        connect(&m_eventsTimer, &QTimer::timeout, this, &LocalServer::lookAtEvents);
        m_eventsTimer.start(LookAtEventsEvery);
        lookAtEvents();
    }
    m_schedules.start(m_request.schedules);
    m_eventSources.start(EventSources::Feeding::Functions);
    return ports;
}

QString LocalServer::Ports::gatewayUrl() const
{
    return authorityFile.isEmpty() ? plainGatewayUrl() : u"https://127.0.0.1:%1"_s.arg(gateway);
}

QString LocalServer::Ports::plainGatewayUrl() const
{
    return u"http://127.0.0.1:%1"_s.arg(gateway);
}

QString LocalServer::Ports::endpointUrl() const
{
    return u"http://127.0.0.1:%1"_s.arg(endpoint);
}

} // namespace eph::cloud
