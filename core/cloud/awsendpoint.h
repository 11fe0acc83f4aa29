// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apigatewayapi.h"
#include "core/cloud/cloudformationapi.h"
#include "core/cloud/eventsapi.h"
#include "core/cloud/iamapi.h"
#include "core/cloud/kinesisapi.h"
#include "core/cloud/lambdacontrolapi.h"
#include "core/cloud/lambdainvokeapi.h"
#include "core/cloud/logsapi.h"
#include "core/cloud/metricsapi.h"
#include "core/cloud/s3api.h"
#include "core/cloud/schedulerapi.h"
#include "core/cloud/snsapi.h"
#include "core/cloud/sqsapi.h"
#include "core/sources/sourcestores.h"

namespace eph::cloud {

/// One loopback port that the AWS command line and the SDKs take as their endpoint: Lambda, SQS, SNS, Kinesis, S3,
/// EventBridge, Scheduler, API Gateway, CloudFormation, CloudWatch and its Logs, IAM and STS, as far as they are here. What is asked of any other service is refused in that service's shape. Lives on the runtime's thread.
class AwsEndpoint : public QObject
{
    Q_OBJECT
public:
    /// What it works with; all of it outlives it.
    struct Surroundings {
        runtime::Pool &pool;
        runtime::AsyncQueue &queue;
        FunctionCatalogue &catalogue;
        DeployedFunctions &deployed;
        sources::SourceStores &sources;
        DeliveryRouter &router;
        EventBus &bus;
        const MappingStates &mappings;
        const FunctionMetrics &metrics;
        logs::Sink &logs;
        QString logFolder;
        const sys::Clock &clock;
    };
    explicit AwsEndpoint(const Surroundings &with);

    /// Port 0 takes a free one. Conflict when the port is in use.
    [[nodiscard]] Result<quint16> listen(quint16 port) { return m_server.listen(port); }
    /// Of the gateway beside it, for what hands its addresses out.
    void setGateway(quint16 port, const runtime::CloudAddresses &addresses)
    {
        m_lambda.setGatewayPort(port);
        m_apis.setGatewayPort(port);
        m_stacks.setAddresses(addresses);
    }

private:
    void handle(const http::Request &request, const http::Responder &responder);
    static void refuse(const http::Request &request, const http::Responder &responder);

    LambdaInvokeApi m_invokes;
    LambdaControlApi m_lambda;
    SqsApi m_queues;
    KinesisApi m_streams;
    SnsApi m_topics;
    S3Api m_buckets;
    EventsApi m_events;
    SchedulerApi m_scheduler;
    ApiGatewayApi m_apis;
    RestRoutes m_otherRoutes; ///< Of EventBridge Scheduler and API Gateway.
    IamApi m_roles;
    LogsApi m_logs;
    MetricsApi m_metrics;
    CloudFormationApi m_stacks;
    http::Server m_server;
};

} // namespace eph::cloud
