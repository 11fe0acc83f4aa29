// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/runtimeapi.h"

#include "core/runtime/platformlines.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace eph::runtime {

namespace {

const QByteArray Base = "/2018-06-01";
/// Our own clients' only: they ask here for leave to load the function.
const QByteArray BeginPath = "/ephemera/begin";
const QByteArray InvocationPrefix = Base + "/runtime/invocation/";

http::Response apiError(int status, const QByteArray &type, const QByteArray &message)
{
    return http::jsonResponse(status, R"({"errorMessage":")" + message + R"(","errorType":")" + type + R"("})");
}

http::Response accepted()
{
    return http::jsonResponse(202, R"({"status":"OK"})");
}

http::Response illegal(const char *from, const char *to)
{
    return apiError(403, "InvalidStateTransition",
                    QByteArray("State transition from ") + from + " to " + to + " failed for runtime. Error: State transition is not allowed");
}

/// A body with an error cause is forwarded without it.
QByteArray forwardedErrorBody(const http::Request &request)
{
    if (!request.header("Content-Type").startsWith("application/vnd.aws.lambda.error.cause+json"))
        return request.body;
    const QJsonObject whole = QJsonDocument::fromJson(request.body).object();
    QJsonObject kept;
    for (const auto &key : {QStringLiteral("errorMessage"), QStringLiteral("errorType"), QStringLiteral("stackTrace")}) {
        if (whole.contains(key))
            kept.insert(key, whole.value(key));
    }
    return QJsonDocument(kept).toJson(QJsonDocument::Compact);
}

} // namespace

void RuntimeApi::handle(const http::Request &request, const http::Responder &responder)
{
    const QByteArray &path = request.path;
    const bool get = request.method == "GET";
    const bool post = request.method == "POST";
    if (path == InvocationPrefix + "next")
        return get ? next(request, responder) : responder.respond({405, {}, {}});
    if (path == Base + "/runtime/init/error")
        return post ? initError(request, responder) : responder.respond({405, {}, {}});
    if (path == BeginPath && get && m_state == State::Started) {
        m_held = responder;
        if (m_begun)
            return begin();
        return onWaiting();
    }
    if (path == Base + "/ping")
        return responder.respond({200, {{"Content-Type", "text/plain"}}, "pong"});
    if (path.startsWith(InvocationPrefix)) {
        const QList<QByteArray> parts = path.mid(InvocationPrefix.size()).split('/');
        if (parts.size() == 2 && (parts.at(1) == "response" || parts.at(1) == "error"))
            return post ? invocationCall(request, parts.at(0), parts.at(1), responder) : responder.respond({405, {}, {}});
    }
    responder.respond({404, {{"Content-Type", "text/plain"}}, "404 page not found\n"});
}

http::BodyReceiver RuntimeApi::routeBody(const http::Request &head, const http::Responder &responder) const
{
    const bool streams = head.header("Lambda-Runtime-Function-Response-Mode").compare("streaming", Qt::CaseInsensitive) == 0;
    if (!streams || !onStream || m_state != State::Running || head.path != InvocationPrefix + m_event.requestId + "/response")
        return {};
    return onStream(head.header("Content-Type"), [responder](bool held) { responder.holdRequest(held); });
}

void RuntimeApi::next(const http::Request &request, const http::Responder &responder)
{
    if (othersAreAtWork() && !request.header("Ephemera-Blocks").isEmpty())
        responder.inform(102);
    switch (m_state) {
    case State::InitError: return responder.respond(illegal("InitError", "Ready"));
    case State::Running: return sendEvent(responder);
    case State::Ready: m_waiting = responder; return;
    case State::Started:
    case State::ResponseSent:
        m_state = State::Ready;
        m_waiting = responder;
        onNext();
    }
}

void RuntimeApi::begin()
{
    m_begun = true;
    if (const auto held = std::exchange(m_held, std::nullopt))
        held->respond({200, {}, {}});
}

void RuntimeApi::deliver(const NextEvent &event)
{
    Q_ASSERT(m_waiting);
    m_event = event;
    m_state = State::Running;
    sendEvent(*std::exchange(m_waiting, std::nullopt));
}

void RuntimeApi::sendEvent(const http::Responder &responder) const
{
    http::Response response{200, {{"Content-Type", "application/json"}, {"Lambda-Runtime-Aws-Request-Id", m_event.requestId},
                                  {"Lambda-Runtime-Deadline-Ms", QByteArray::number(m_event.deadlineEpochMs)},
                                  {"Lambda-Runtime-Invoked-Function-Arn", m_event.functionArn}}, m_event.payload};
    if (!m_event.traceId.isEmpty())
        response.headers.emplaceBack("Lambda-Runtime-Trace-Id", m_event.traceId);
    if (!m_event.clientContext.isEmpty())
        response.headers.emplaceBack("Lambda-Runtime-Client-Context", m_event.clientContext);
    if (!m_event.tenantId.isEmpty())
        response.headers.emplaceBack("Lambda-Runtime-Aws-Tenant-Id", m_event.tenantId);
    responder.respond(response);
}

void RuntimeApi::invocationCall(const http::Request &request, const QByteArray &requestId, const QByteArray &call, const http::Responder &responder)
{
    // The id is looked at before the state: a stale one is 400, never 403.
    if (requestId != m_event.requestId || m_event.requestId.isEmpty())
        return responder.respond(apiError(400, "InvalidRequestID", "Invalid request ID"));
    if (call == "response")
        response(request, responder);
    else
        error(request, responder);
}

bool RuntimeApi::requireRunning(const char *wanted, const http::Responder &responder) const
{
    if (m_state == State::Running)
        return true;
    responder.respond(illegal(m_state == State::ResponseSent ? "RuntimeResponseSent" : "Ready", wanted));
    return false;
}

void RuntimeApi::response(const http::Request &request, const http::Responder &responder)
{
    if (!requireRunning("InvocationResponse", responder))
        return;
    const QByteArray mode = request.header("Lambda-Runtime-Function-Response-Mode");
    const bool streamed = mode.compare("streaming", Qt::CaseInsensitive) == 0;
    const auto fail = [&](const http::Response &answer, const QByteArray &type, const QByteArray &reason) {
        m_state = State::ResponseSent;
        responder.respond(answer);
        onFailure({platform::errorPayload(type, m_event.requestId, reason), type});
    };
    if (!mode.isEmpty() && !streamed)
        return fail(apiError(400, "InvalidFunctionResponseMode", "Invalid response mode"), "Runtime.InvalidResponseModeHeader", "Invalid response mode header");
    if (request.truncated)
        return fail(apiError(400, "TruncatedHTTPRequest", "HTTP request detected as truncated"), "Runtime.TruncatedResponse", "Response was truncated");
    if (request.bodySize > (streamed ? MaxStreamedBytes : MaxResponseBytes)) {
        m_state = State::ResponseSent;
        responder.respond(apiError(413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes)."));
        return onResponseTooLarge();
    }
    m_state = State::ResponseSent;
    // A stream that failed after its first byte says so in trailers.
    if (const QByteArray type = request.header("Lambda-Runtime-Function-Error-Type"); streamed && !type.isEmpty()) {
        responder.respond(accepted());
        return onFailure({QByteArray::fromBase64(request.header("Lambda-Runtime-Function-Error-Body")), platform::keptErrorType(type)});
    }
    // Whoever waits for the answer comes before the function, which has all the time in the world.
    onAnswer({request.body, streamed, request.header("Content-Type")});
    responder.respond(accepted());
}

void RuntimeApi::error(const http::Request &request, const http::Responder &responder)
{
    if (!requireRunning("InvocationErrorResponse", responder))
        return;
    m_state = State::ResponseSent;
    if (request.bodySize > MaxResponseBytes) {
        responder.respond(apiError(413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes)."));
        return onResponseTooLarge();
    }
    responder.respond(accepted());
    onFailure({forwardedErrorBody(request), platform::keptErrorType(request.header("Lambda-Runtime-Function-Error-Type"))});
}

void RuntimeApi::initError(const http::Request &request, const http::Responder &responder)
{
    if (m_state != State::Started)
        return responder.respond(illegal(m_state == State::InitError ? "InitError" : "Ready", "InitError"));
    m_state = State::InitError;
    responder.respond(accepted());
    onInitFailure({forwardedErrorBody(request), platform::keptErrorType(request.header("Lambda-Runtime-Function-Error-Type"))});
}

void RuntimeApi::hangUp()
{
    if (const auto waiting = std::exchange(m_waiting, std::nullopt))
        waiting->abort();
}

void RuntimeApi::reset()
{
    m_state = State::Started;
    m_waiting.reset();
    m_held.reset();
    m_begun = false;
    m_event = {};
}

} // namespace eph::runtime
