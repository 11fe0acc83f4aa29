// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/awsendpoint.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/apierror.h"
#include "core/cloud/awssignature.h"
#include "core/cloud/queryprotocol.h"
#include "core/runtime/requestids.h"

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

http::ServerLimits limits()
{
    http::ServerLimits limits;
    limits.bodyBytes = LambdaInvokeApi::MaxRequestBytes;
    limits.headerBytes = 1024 * 1024;
    return limits;
}

} // namespace

AwsEndpoint::AwsEndpoint(const Surroundings &with)
    : m_invokes(with.pool, with.queue, with.catalogue)
    , m_lambda(with.pool, with.catalogue, with.deployed, with.sources, with.mappings)
    , m_queues(with.sources.queues(), with.catalogue, with.clock)
    , m_streams(with.sources.streams(), with.catalogue, with.clock)
    , m_topics(with.sources.topics(), with.router, with.catalogue)
    , m_buckets(with.sources.buckets())
    , m_server([this](const http::Request &request, const http::Responder &responder) { handle(request, responder); }, limits())
{
    m_server.setBodyLimit([this](const http::Request &head) { return m_lambda.bodyBytesOf(head, LambdaInvokeApi::MaxRequestBytes); });
    m_server.setBodyRouter([this](const http::Request &head, const http::Responder &responder) { return m_buckets.routeBody(head, responder); });
}

void AwsEndpoint::handle(const http::Request &request, const http::Responder &responder)
{
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
    if (m_buckets.isFor(request))
        return m_buckets.handle(request, responder);
    const bool identity = isQuery(request) && request.path == "/" && queryAction(request) == "GetCallerIdentity";
    identity ? callerIdentity(responder) : refuse(request, responder);
}

void AwsEndpoint::callerIdentity(const http::Responder &responder)
{
    const QJsonObject identity{{u"Arn"_s, u"arn:aws:sts::%1:assumed-role/local/ephemera"_s.arg(LocalAccount)}, {u"UserId"_s, u"AROAEPHEMERALOCAL000:ephemera"_s}, {u"Account"_s, LocalAccount}};
    responder.respond(queryResponse("GetCallerIdentity", "https://sts.amazonaws.com/doc/2011-06-15/", identity, runtime::newRequestId()));
}

void AwsEndpoint::refuse(const http::Request &request, const http::Responder &responder)
{
    const QByteArray id = runtime::newRequestId();
    const QByteArray service = signedService(request);
    const bool lambda = service.isEmpty() || service == "lambda";
    const QString message = lambda ? Core::tr("Lambda's API has no such call here.") : Core::tr("“%1” is not among the services that are here: kinesis, lambda, s3, sns, sqs, sts.").arg(QString::fromUtf8(service));
    if (isQuery(request))
        return responder.respond(queryError({400, "InvalidAction", message}, {}, id));
    responder.respond(errorResponse({404, "UnknownOperationException", message}, id));
}

} // namespace eph::cloud
