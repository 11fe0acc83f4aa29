// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/account/account.h"
#include "core/cloud/awsendpoint.h"
#include "core/cloud/deliveryrouter.h"
#include "core/cloud/eventbus.h"
#include "core/cloud/eventsources.h"
#include "core/cloud/functionmetrics.h"
#include "core/cloud/logfeed.h"
#include "core/cloud/schedulerunner.h"
#include "core/gateway/gateway.h"
#include "core/logs/tap.h"

#include <QSet>
#include <QTimer>
#include <QUrl>

namespace eph::cloud {

/// Everything of the local cloud that listens on behalf of one project: Lambda's API and the gateway before its functions.
/// Lives on the runtime's thread.
class LocalServer : public QObject
{
    Q_OBJECT
public:
    /// What it does of itself.
    enum class Duty {
        Serve,       ///< Fires schedules, keeps what is provisioned, feeds functions from queues and streams.
        AnswerCalls, ///< Runs what calls cause, files that came into buckets, and what is said in logs: somebody else may serve the project.
        Account,     ///< Answers calls that make and change things; nothing is delivered.
    };

    struct Request {
        project::LoadRequest project;
        quint16 port = 0;        ///< Of Lambda's API; 0: a free one.
        quint16 gatewayPort = 0; ///< 0: a free one.
        runtime::AsyncQueue::Delays asyncDelays = {};
        ScheduleRunner::Scope schedules = ScheduleRunner::Scope::All;
        std::chrono::milliseconds settle{DeployedFunctions::SettleMs}; ///< What the service takes for a change of a function.
        bool tls = false; ///< The gateway takes clients that speak TLS, too.
        Duty duty = Duty::Serve;
    };
    struct Ports {
        quint16 endpoint = 0;
        quint16 gateway = 0;
        QString authorityFile = {}; ///< What a client of the gateway has to trust; empty without TLS.

        /// `https://127.0.0.1:PORT`, or `http` without TLS.
        [[nodiscard]] QString gatewayUrl() const;
        /// With `http`: the same port answers without TLS, too.
        [[nodiscard]] QString plainGatewayUrl() const;
        [[nodiscard]] QString endpointUrl() const;
    };

    /// What is written down while it serves; outlives it.
    struct Records {
        gateway::RequestStore requests;
        ScheduleHistory schedules;
        MappingStates mappings;
        FunctionMetrics metrics;
        std::shared_ptr<runtime::Unattended> unattended = std::make_shared<runtime::Unattended>();
    };

    /// What is kept on the disk.
    struct Stores {
        std::unique_ptr<sources::SourceStores> sources;
        std::unique_ptr<account::Account> account;
        QString logFolder; ///< Where the logs of all runs lie.
    };

    LocalServer(runtime::Pool &pool, const sys::Clock &clock, logs::Tap &logs, Records &records, Stores stores, const Request &request, QObject *parent);

    /// Opens both; Conflict when a port is in use.
    [[nodiscard]] Result<Ports> listen();
    [[nodiscard]] const Request &request() const { return m_request; }
    [[nodiscard]] runtime::AsyncQueue &queue() { return m_queue; }
    [[nodiscard]] ScheduleRunner &schedules() { return m_schedules; }
    [[nodiscard]] LogFeed &logFeed() { return m_logFeed; }

private:
    [[nodiscard]] gateway::GatewaySource source();
    /// Where events for asynchronous invocations are kept; nullptr where they cannot be.
    [[nodiscard]] sources::AsyncEvents *keptEvents();
    /// The function as it is saved. NotFound only where it is known that there is none.
    [[nodiscard]] Result<runtime::InvokeRequest> calleeNow(const QString &function);
    /// To a destination or a dead-letter queue.
    void deliver(const runtime::Delivery &delivery);
    void lookAtEvents();
    /// What others have left of them goes on.
    void goOnWithEvents();
    void tell(const QString &text, const QString &function = {});

    const Request m_request;
    runtime::Pool &m_pool;
    const sys::Clock &m_clock;
    logs::Tap &m_logs;
    Stores m_stores;
    DeployedFunctions m_deployed;
    FunctionCatalogue m_catalogue;
    runtime::AsyncQueue m_queue;
    DeliveryRouter m_router;
    EventBus m_bus;
    EventSources m_eventSources;
    AwsEndpoint m_endpoint;
    gateway::Gateway m_gateway;
    ScheduleRunner m_schedules;
    LogFeed m_logFeed;
    QUrl m_servicesUrl; ///< Once it listens.
    QTimer m_eventsTimer{this};
    qint64 m_foreign = 0;
    bool m_hasLooked = false;
    qint64 m_lastEvent = 0; ///< The highest number of a kept event that was looked at.
};

} // namespace eph::cloud
