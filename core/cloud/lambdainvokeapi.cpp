// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdainvokeapi.h"

#include "core/base/text.h"
#include "core/cloud/apierror.h"
#include "core/cloud/constraints.h"
#include "core/http/eventstream.h"
#include "core/cloud/functionnames.h"
#include "core/cloud/functionref.h"
#include "core/events/eventfiles.h"
#include "core/runtime/requestids.h"
#include "core/runtime/tenancy.h"

#include <QJsonDocument>
#include <QUrl>
#include <QUrlQuery>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxSyncBytes = LambdaInvokeApi::MaxRequestBytes;
constexpr qint64 MaxAsyncBytes = 1'048'576;
constexpr qsizetype MaxClientContext = 3583; ///< As it is sent, in base64.
constexpr qsizetype MaxTail = 4096;

const QByteArray FunctionsPrefix = "/2015-03-31/functions/";
const QByteArray StreamingPrefix = "/2021-11-15/functions/";

/// The function that such a path names.
std::optional<QByteArray> functionIn(const QByteArray &path, const QByteArray &prefix, QByteArrayView suffix)
{
    if (!path.startsWith(prefix) || !path.endsWith(suffix) || path.size() <= prefix.size() + suffix.size())
        return std::nullopt;
    return path.sliced(prefix.size(), path.size() - prefix.size() - suffix.size());
}

/// Of what never ran.
http::Response refusal(const runtime::Invocation &invocation)
{
    if (invocation.outcome == runtime::Outcome::RecursiveLoop)
        return {400, {{"Content-Type", "application/json"}, {"x-amzn-RequestId", invocation.report.requestId}, {"x-amzn-ErrorType", "RecursiveInvocationException"}}, invocation.payload};
    return {429, {{"Content-Type", "application/json"}, {"x-amzn-RequestId", invocation.report.requestId}, {"x-amzn-ErrorType", "TooManyRequestsException"}, {"Retry-After", "1"}}, invocation.payload};
}

} // namespace

struct LambdaInvokeApi::Call {
    http::Request request;
    http::Responder responder;
    QByteArray requestId;
    runtime::InvokeRequest callee; ///< Without an event.
    bool streaming = false;

    [[nodiscard]] QByteArray version() const { return callee.config.version.toLatin1(); }
    [[nodiscard]] bool wantsTail() const { return request.header("X-Amz-Log-Type").compare("Tail", Qt::CaseInsensitive) == 0; }
    void fail(const ApiError &error) const { responder.respond(errorResponse(error, requestId)); }
};

namespace {

http::Response invokeResponse(const runtime::Invocation &invocation, const QByteArray &version, bool tail)
{
    http::Response response{200, {{"Content-Type", "application/json"}, {"x-amzn-RequestId", invocation.report.requestId}, {"X-Amz-Executed-Version", version}}, invocation.payload};
    if (invocation.outcome != runtime::Outcome::Answered)
        response.headers.emplaceBack("X-Amz-Function-Error", "Unhandled");
    if (tail)
        response.headers.emplaceBack("X-Amz-Log-Result", invocation.log.last(std::min(MaxTail, invocation.log.size())).toBase64());
    return response;
}

/// Hands a streamed answer on as an event stream.
class EventStreamWriter final : public runtime::StreamReceiver
{
public:
    EventStreamWriter(http::Responder responder, QByteArray requestId, QByteArray version)
        : m_responder(std::move(responder))
        , m_requestId(std::move(requestId))
        , m_version(std::move(version))
    {
    }

    void begin(const QByteArray &contentType) override
    {
        m_begun = true;
        m_responder.begin({200, {{"Content-Type", "application/vnd.amazon.eventstream"}, {"x-amzn-RequestId", m_requestId}, {"X-Amz-Executed-Version", m_version},
                                 {"X-Amzn-Remapped-Content-Type", contentType}}, {}});
        m_responder.onSent([this] {
            if (onRoom)
                onRoom();
        });
    }
    void take(QByteArrayView bytes) override { m_responder.send(http::eventStreamEvent("PayloadChunk", "application/octet-stream", bytes)); }
    [[nodiscard]] bool isFull() const override
    {
        constexpr qint64 Room = 1024 * 1024;
        return m_responder.unsent() > Room;
    }

    /// The answer as a whole where it was not streamed, then what became of it.
    void finish(const runtime::Invocation &invocation, bool tail)
    {
        if (!m_begun) {
            begin("application/json");
            // A message holds at most 16 MiB; the service sends much smaller ones.
            constexpr qsizetype ChunkBytes = 64 * 1024;
            for (qsizetype at = 0; at < invocation.payload.size() && invocation.outcome == runtime::Outcome::Answered; at += ChunkBytes)
                take(QByteArrayView(invocation.payload).sliced(at, std::min(ChunkBytes, invocation.payload.size() - at)));
        }
        QJsonObject complete;
        if (invocation.outcome != runtime::Outcome::Answered) {
            complete.insert(u"ErrorCode"_s, invocation.report.errorType.isEmpty() ? u"Unhandled"_s : invocation.report.errorType);
            complete.insert(u"ErrorDetails"_s, QString::fromUtf8(invocation.payload));
        }
        if (tail)
            complete.insert(u"LogResult"_s, QString::fromLatin1(invocation.log.last(std::min(MaxTail, invocation.log.size())).toBase64()));
        m_responder.send(http::eventStreamEvent("InvokeComplete", "application/json", QJsonDocument(complete).toJson(QJsonDocument::Compact)));
        m_responder.finish();
        m_responder.onSent([] {});
    }

private:
    http::Responder m_responder;
    QByteArray m_requestId;
    QByteArray m_version;
    bool m_begun = false;
};

} // namespace

LambdaInvokeApi::LambdaInvokeApi(runtime::Pool &pool, runtime::AsyncQueue &queue, FunctionCatalogue &catalogue, QObject *parent)
    : QObject(parent)
    , m_pool(pool)
    , m_queue(queue)
    , m_catalogue(catalogue)
{
}

bool LambdaInvokeApi::isFor(const http::Request &request)
{
    return functionIn(request.path, FunctionsPrefix, "/invocations") || functionIn(request.path, StreamingPrefix, "/response-streaming-invocations");
}

void LambdaInvokeApi::handle(const http::Request &request, const http::Responder &responder)
{
    Call call{request, responder, runtime::newRequestId(), {}, false};
    std::optional<QByteArray> name = functionIn(request.path, FunctionsPrefix, "/invocations");
    if (!name) {
        name = functionIn(request.path, StreamingPrefix, "/response-streaming-invocations");
        call.streaming = true;
    }
    if (request.method != "POST")
        return call.fail({405, "MethodNotAllowedException", Core::tr("Functions are invoked with POST.")});
    const QString decoded = QUrl::fromPercentEncoding(*name);
    const auto ref = parseFunctionRef(decoded);
    if (!ref)
        return call.fail({400, "ValidationException", u"1 validation error detected: Value '%1' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                                                      "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"_s.arg(decoded)});
    const QString asked = request.query.isEmpty() ? QString() : QUrlQuery(QString::fromLatin1(request.query)).queryItemValue(u"Qualifier"_s, QUrl::FullyDecoded);
    if (!asked.isEmpty() && !ref->qualifier.isEmpty() && asked != ref->qualifier)
        return call.fail({400, "InvalidParameterValueException", u"The derived qualifier from the function name does not match the specified qualifier."_s});
    const QString qualifier = asked.isEmpty() ? ref->qualifier : asked;
    if (const auto error = foreignRegion(decoded, m_catalogue))
        return call.fail(*error);
    auto callee = m_catalogue.requestTo(qualifier.isEmpty() ? ref->name : QString(ref->name + u':' + qualifier));
    if (!callee && callee.error().code == ErrorCode::NotFound) {
        const QString arn = m_catalogue.arnOf(ref->name) + (qualifier.isEmpty() ? QString() : QString(u':' + qualifier));
        return call.fail({404, "ResourceNotFoundException", u"Function not found: %1"_s.arg(arn)});
    }
    if (!callee && callee.error().code == ErrorCode::Conflict)
        return call.fail({409, "ResourceConflictException", callee.error().message});
    if (!callee)
        return call.fail(unavailable(callee.error()));
    call.callee = *std::move(callee);
    invoke(std::move(call));
}

void LambdaInvokeApi::invoke(Call call)
{
    const QByteArray type = call.request.header("X-Amz-Invocation-Type");
    const bool event = type == "Event" && !call.streaming;
    if (!type.isEmpty() && type != "RequestResponse" && type != "Event" && type != "DryRun")
        return call.fail({400, "InvalidParameterValueException", u"Value '%1' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]"_s.arg(QString::fromUtf8(type))});
    if (const qint64 limit = event ? MaxAsyncBytes : MaxSyncBytes; call.request.bodySize > limit)
        return call.fail({413, "RequestTooLargeException", u"%1 byte payload is too large for the %2 invocation type (limit %3 bytes)"_s.arg(call.request.bodySize).arg(event ? u"Event"_s : u"RequestResponse"_s).arg(limit)});
    if (const auto problem = call.request.body.isEmpty() ? std::nullopt : events::checkJson(call.request.body))
        return call.fail({400, "InvalidRequestContentException", u"Could not parse request body into json: Could not parse payload into json: %1 (byte %2)"_s.arg(problem->message).arg(problem->offset)});
    const QByteArray encoded = call.request.header("X-Amz-Client-Context");
    const auto context = QByteArray::fromBase64Encoding(encoded, QByteArray::AbortOnBase64DecodingErrors);
    if (encoded.size() > MaxClientContext || !context || (!encoded.isEmpty() && events::checkJson(*context)))
        return call.fail({400, "InvalidRequestContentException", u"Client context must be a valid Base64-encoded JSON object."_s});
    const QByteArray tenant = call.request.header(runtime::TenantHeader);
    const QJsonValue given = tenant.isEmpty() ? QJsonValue() : QJsonValue(QString::fromUtf8(tenant));
    if (const auto error = Constraints().length(u"tenantId"_s, given, 1, runtime::MaxTenantId).pattern(u"tenantId"_s, given, QString::fromLatin1(runtime::TenantPattern)).error())
        return call.fail(*error);
    if (const QString problem = runtime::tenantProblem(call.callee.config, tenant); !problem.isEmpty())
        return call.fail({400, "InvalidParameterValueException", problem});
    if (type == "DryRun")
        return call.responder.respond({204, {{"x-amzn-RequestId", call.requestId}, {"X-Amz-Executed-Version", call.version()}}, {}});

    runtime::InvokeRequest request = call.callee;
    request.payload = call.request.body;
    request.clientContext = *context;
    request.tenantId = tenant;
    request.traceId = call.request.header("X-Amzn-Trace-Id");
    request.requestId = call.requestId;
    if (event) {
        if (!m_queue.enqueue(std::move(request)))
            return call.fail({429, "TooManyRequestsException", Core::tr("Too many events wait already.")});
        return call.responder.respond({202, {{"x-amzn-RequestId", call.requestId}}, {}});
    }
    if (call.streaming)
        invokeStreaming(std::move(call), std::move(request));
    else
        invokeNow(std::move(call), std::move(request));
}

void LambdaInvokeApi::invokeNow(Call call, runtime::InvokeRequest request)
{
    const http::Responder responder = call.responder;
    const bool tail = call.wantsTail();
    // The caller has its answer when the function has given it; with the log it waits for the end.
    if (!tail)
        request.onAnswered = [responder, version = call.version()](const runtime::Invocation &invocation) { responder.respond(invokeResponse(invocation, version, false)); };
    const auto begun = m_pool.invoke(std::move(request), [responder, tail, version = call.version()](const runtime::Invocation &invocation) {
        if (responder.isWaiting())
            responder.respond(runtime::neverRan(invocation.outcome) ? refusal(invocation) : invokeResponse(invocation, version, tail));
    });
    if (!begun)
        call.fail(unavailable(begun.error()));
}

void LambdaInvokeApi::invokeStreaming(Call call, runtime::InvokeRequest request)
{
    const auto writer = std::make_shared<EventStreamWriter>(call.responder, call.requestId, call.version());
    request.stream = writer;
    const auto begun = m_pool.invoke(std::move(request), [writer, responder = call.responder, tail = call.wantsTail()](const runtime::Invocation &invocation) {
        if (runtime::neverRan(invocation.outcome))
            responder.respond(refusal(invocation));
        else
            writer->finish(invocation, tail);
    });
    if (!begun)
        call.fail(unavailable(begun.error()));
}

} // namespace eph::cloud
