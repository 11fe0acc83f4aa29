// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/awsendpoint.h"

#include "core/base/text.h"
#include "core/cloud/apierror.h"
#include "core/cloud/awssignature.h"
#include "core/cloud/queryprotocol.h"
#include "core/cloud/webpagegate.h"
#include "core/http/pagerequest.h"
#include "core/runtime/requestids.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QByteArrayList Services{"apigateway", "cloudformation", "events", "iam", "kinesis", "lambda", "logs", "monitoring", "s3", "scheduler", "sns", "sqs", "sts"}; ///< As signatures call them.

http::ServerLimits limits()
{
    http::ServerLimits limits;
    limits.bodyBytes = LambdaInvokeApi::MaxRequestBytes;
    limits.headerBytes = 1024 * 1024;
    limits.dated = true;
    // The Kinesis client of the SDK for JavaScript speaks it unless it is told otherwise.
    limits.http2 = true;
    return limits;
}

} // namespace

AwsEndpoint::AwsEndpoint(const Surroundings &with)
    : m_invokes(with.pool, with.queue, with.catalogue)
    , m_lambda(with.pool, with.catalogue, with.deployed, with.sources, with.mappings)
    , m_queues(with.sources.queues(), with.catalogue, with.clock)
    , m_streams(with.sources.streams(), with.catalogue, with.clock)
    , m_topics(with.sources.topics(), with.router, with.catalogue)
    , m_buckets(with.sources.buckets(), with.deployed.documents(), with.router, with.catalogue)
    , m_events(with.bus, with.catalogue, with.deployed)
    , m_scheduler(with.catalogue, with.deployed)
    , m_apis(with.deployed, with.catalogue)
    , m_roles(with.deployed)
    , m_logs(with.logFolder, with.catalogue, with.deployed, with.logs)
    , m_metrics(with.metrics)
    , m_stacks(with.catalogue)
    , m_server([this](const http::Request &request, const http::Responder &responder) { handle(request, responder); }, limits())
{
    m_scheduler.addTo(m_otherRoutes);
    m_apis.addTo(m_otherRoutes);
    m_server.setPageGate(&refusalOfPage);
    m_server.setBodyLimit([this](const http::Request &head) { return m_lambda.bodyBytesOf(head, LambdaInvokeApi::MaxRequestBytes); });
    m_server.setBodyRouter([this](const http::Request &head, const http::Responder &responder) { return m_buckets.routeBody(head, responder); });
}

void AwsEndpoint::handle(const http::Request &request, const http::Responder &responder)
{
    // What pages may ask is of buckets, whatever their path looks like.
    if (http::isForPage(request))
        return m_buckets.handle(request, responder);
    if (m_invokes.isFor(request))
        return m_invokes.handle(request, responder);
    if (m_lambda.handle(request, responder))
        return;
    if (SqsApi::isFor(request))
        return m_queues.handle(request, responder);
    if (KinesisApi::isFor(request))
        return m_streams.handle(request, responder);
    if (SnsApi::isFor(request))
        return m_topics.handle(request, responder);
    if (EventsApi::isFor(request))
        return m_events.handle(request, responder);
    if (LogsApi::isFor(request))
        return m_logs.handle(request, responder);
    if (MetricsApi::isFor(request))
        return m_metrics.handle(request, responder);
    if (CloudFormationApi::isFor(request))
        return m_stacks.handle(request, responder);
    // Its paths could be a bucket's: the signature says whose they are.
    const bool bucket = signedService(request) == "s3";
    if (!bucket && m_otherRoutes.handle(request, responder))
        return;
    if (m_buckets.isFor(request))
        return m_buckets.handle(request, responder);
    if (IamApi::isFor(request))
        return m_roles.handle(request, responder);
    refuse(request, responder);
}

void AwsEndpoint::refuse(const http::Request &request, const http::Responder &responder)
{
    const QByteArray id = runtime::newRequestId();
    const QByteArray service = signedService(request);
    const bool lambda = service.isEmpty() || service == "lambda";
    const QString message = lambda ? Core::tr("Lambda's API has no such call here.") : Services.contains(service) ? Core::tr("This call of “%1” is not here: %2 %3.").arg(QString::fromUtf8(service), QString::fromLatin1(request.method), QString::fromUtf8(request.path).left(200)) : Core::tr("“%1” is not among the services that are here: %2.").arg(QString::fromUtf8(service).left(80), QString::fromLatin1(Services.join(", ")));
    if (isQuery(request))
        return responder.respond(queryError({400, "InvalidAction", message}, {}, id));
    responder.respond(errorResponse({404, "UnknownOperationException", message}, id));
}

} // namespace eph::cloud
