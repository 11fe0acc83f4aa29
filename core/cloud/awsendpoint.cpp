// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/awsendpoint.h"

#include "core/base/text.h"
#include "core/cloud/apierror.h"
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

/// The protocol of the older services: a form goes in, XML comes out.
bool isQuery(const http::Request &request)
{
    return request.method == "POST" && request.header("Content-Type").startsWith("application/x-www-form-urlencoded");
}

} // namespace

QByteArray signedService(const http::Request &request)
{
    const QByteArray authorization = request.header("Authorization");
    const qsizetype at = authorization.indexOf("Credential=");
    if (!authorization.startsWith("AWS4-HMAC-SHA256 ") || at < 0)
        return {};
    const qsizetype begin = at + qsizetype(qstrlen("Credential="));
    const qsizetype comma = authorization.indexOf(',', begin);
    const QList<QByteArray> scope = authorization.mid(begin, comma < 0 ? -1 : comma - begin).trimmed().split('/');
    return scope.size() == 5 ? scope.at(3) : QByteArray();
}

AwsEndpoint::AwsEndpoint(runtime::Pool &pool, runtime::AsyncQueue &queue, FunctionCatalogue &catalogue)
    : m_invokes(pool, queue, catalogue)
    , m_functions(pool, catalogue)
    , m_server([this](const http::Request &request, const http::Responder &responder) { handle(request, responder); }, limits())
{
}

void AwsEndpoint::handle(const http::Request &request, const http::Responder &responder)
{
    if (m_invokes.isFor(request))
        return m_invokes.handle(request, responder);
    if (m_functions.handle(request, responder))
        return;
    const bool identity = isQuery(request) && request.path == "/" && request.body.split('&').contains("Action=GetCallerIdentity");
    identity ? callerIdentity(responder) : refuse(request, responder);
}

void AwsEndpoint::callerIdentity(const http::Responder &responder)
{
    const QByteArray id = runtime::newRequestId();
    const QByteArray account = runtime::FunctionConfig().account.toLatin1();
    responder.respond({200, {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", id}},
                       "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:sts::" + account
                           + ":assumed-role/local/ephemera</Arn><UserId>AROAEPHEMERALOCAL000:ephemera</UserId><Account>" + account
                           + "</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>" + id + "</RequestId></ResponseMetadata></GetCallerIdentityResponse>"});
}

void AwsEndpoint::refuse(const http::Request &request, const http::Responder &responder)
{
    const QByteArray id = runtime::newRequestId();
    const QByteArray service = signedService(request);
    const bool lambda = service.isEmpty() || service == "lambda";
    const QString message = lambda ? Core::tr("This call is not answered here: functions are listed, described and invoked.") : Core::tr("“%1” is not among the services that are here: lambda, sts.").arg(QString::fromUtf8(service));
    if (isQuery(request)) {
        responder.respond({400, {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", id}},
                           "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>" + message.toHtmlEscaped().toUtf8() + "</Message></Error><RequestId>" + id + "</RequestId></ErrorResponse>"});
        return;
    }
    responder.respond(errorResponse({404, "UnknownOperationException", message}, id));
}

} // namespace eph::cloud
