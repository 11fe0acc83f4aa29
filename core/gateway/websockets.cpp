// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/websockets.h"

#include "core/gateway/answer.h"
#include "core/runtime/pool.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QUrl>
#include <QWebSocket>
#include <QWebSocketServer>
#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

constexpr auto MaxWait = std::chrono::seconds(29);
constexpr auto MaxHandshake = std::chrono::seconds(10);
constexpr int AbnormalClosure = 1006;
constexpr qint64 MaxUnsentBytes = 4 * 1024 * 1024; ///< What waits for a client that does not read.
constexpr auto ConnectionsPath = "/@connections/"_L1;

bool isUpgrade(const http::Request &request)
{
    return request.method == "GET" && request.header("Upgrade").compare("websocket", Qt::CaseInsensitive) == 0;
}

/// Null where the project has no such API.
const Api *chosenApi(const Apis &apis, const http::Request &request)
{
    const QByteArray host = hostOf(request);
    const QByteArray stage = request.path.mid(1);
    const auto choose = [&](auto &&suits) -> const Api * {
        const auto found = std::find_if(apis->cbegin(), apis->cend(), [&](const Api &api) { return api.kind == ApiKind::WebSocket && suits(api); });
        return found == apis->cend() ? nullptr : &*found;
    };
    if (const Api *named = choose([&](const Api &api) { return api.host() == host; }))
        return named;
    if (const Api *staged = choose([&](const Api &api) { return api.stage.toUtf8() == stage; }))
        return staged;
    return choose([](const Api &) { return true; });
}

const Route *routeNamed(const Api &api, const QString &key)
{
    const auto found = std::find_if(api.routes.cbegin(), api.routes.cend(), [&](const Route &route) { return route.path == key; });
    return found == api.routes.cend() ? nullptr : &*found;
}

/// As the service tells a client what went wrong.
QByteArray problem(const QString &message, const QString &connectionId, const QByteArray &requestId)
{
    return QJsonDocument(QJsonObject{{u"message"_s, message}, {u"connectionId"_s, connectionId}, {u"requestId"_s, QString::fromLatin1(requestId)}}).toJson(QJsonDocument::Compact);
}

bool isBehind(const QWebSocket &socket)
{
    return socket.bytesToWrite() > MaxUnsentBytes;
}

void tell(QWebSocket &socket, const QByteArray &bytes)
{
    if (isBehind(socket))
        return socket.abort();
    // Whatever is no text would end the connection.
    const QString text = QString::fromUtf8(bytes);
    if (text.toUtf8() == bytes)
        socket.sendTextMessage(text);
    else
        socket.sendBinaryMessage(bytes);
}

/// In the list of requests: `MESSAGE /prod join`.
HandledRequest momentOf(const Call &call, const QByteArray &what)
{
    HandledRequest handled = handledOf(call);
    handled.ofSocket = true;
    handled.method = what;
    if (what == "MESSAGE" && call.match.route)
        handled.target += ' ' + call.route().key().toUtf8();
    return handled;
}

http::Response gone()
{
    return {410, {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", "GoneException"}}, "{\"message\":\"Gone\"}"};
}

QTimer *closeAfter(QWebSocket &socket, std::chrono::milliseconds time, const QString &reason)
{
    auto *timer = new QTimer(&socket);
    timer->setSingleShot(true);
    timer->callOnTimeout(&socket, [&socket, reason] { socket.close(QWebSocketProtocol::CloseCodeGoingAway, reason); });
    timer->start(time);
    return timer;
}

QString isoTime(qint64 epochMs)
{
    return QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

} // namespace

/// A client that has asked for a socket and is not let in yet.
struct WebSockets::Opening {
    Call call;
    http::Responder responder;
    sys::Nanoseconds began{};
    QByteArray invocationId = {};
};

struct WebSockets::Session {
    ConnectedClient client;
    std::unique_ptr<QWebSocket, QScopedPointerDeleteLater> socket; ///< Its own signal may be what ends the session.
    QTimer *idle = nullptr;     ///< The socket's.
    qint64 activeMs = 0;
    bool closedInOrder = false; ///< One of both sides has said so.
};

WebSockets::WebSockets(const Parts &parts)
    : m_parts(parts)
{
}

WebSockets::~WebSockets()
{
    for (const SessionPtr &session : std::as_const(m_sessions)) {
        session->socket->disconnect(this);
        session->socket->close(QWebSocketProtocol::CloseCodeGoingAway);
    }
}

bool WebSockets::handle(const http::Request &request, const http::Responder &responder, const Apis &apis, quint16 port)
{
    const bool any = std::any_of(apis->cbegin(), apis->cend(), [](const Api &api) { return api.kind == ApiKind::WebSocket; });
    if (!any)
        return false;
    if (isUpgrade(request)) {
        open(request, responder, apis, port);
        return true;
    }
    if (!QByteArrayView(request.path).contains(QByteArrayView("/@connections/")))
        return false;
    manage(request, responder);
    return true;
}

void WebSockets::open(const http::Request &request, const http::Responder &responder, const Apis &apis, quint16 port)
{
    const auto opening = std::make_shared<Opening>(Opening{{}, responder, m_parts.clock.monotonic()});
    Call &call = opening->call;
    call.request = request;
    call.apis = apis;
    call.api = chosenApi(apis, request);
    call.epochMs = m_parts.clock.epochMs();
    call.port = port;
    call.requestId = newShortId();
    call.connectionId = QString::fromLatin1(newShortId());
    call.path = request.path;
    call.traceId = request.header("X-Amzn-Trace-Id");
    if (call.traceId.isEmpty())
        call.traceId = runtime::newTraceRoot(call.epochMs);
    const QByteArray key = QByteArray::fromBase64(request.header("Sec-WebSocket-Key"));
    if (key.size() != 16 || request.header("Sec-WebSocket-Version") != "13")
        return refuse(opening, refusal(ApiKind::WebSocket, 400, "Bad Request"));
    const bool ownStage = request.path == "/" || request.path.mid(1) == call.api->stage.toUtf8();
    if (!ownStage)
        return refuse(opening, refusal(ApiKind::WebSocket, 403, "Forbidden"));
    if (!m_parts.throttle.admits(*call.api) || m_sessions.size() >= MaxConnections)
        return refuse(opening, refusal(ApiKind::WebSocket, 429, "Too Many Requests"));
    call.match.route = routeNamed(*call.api, u"$connect"_s);
    if (!call.match.route)
        return accept(opening, {});
    const auto known = m_parts.source.requestTo(call.route().function);
    if (!known) {
        tellProblem(call, known.error());
        return refuse(opening, badAnswer(ApiKind::WebSocket));
    }
    call.region = known->config.region;
    call.account = known->config.account;
    m_parts.authorization.check(call, [self = QPointer(this), opening](Verdict verdict) {
        if (!self)
            return;
        if (verdict.refusal)
            return self->refuse(opening, *std::move(verdict.refusal));
        opening->call.authorizer = std::move(verdict.context);
        self->askToConnect(opening);
    });
}

void WebSockets::askToConnect(const OpeningPtr &opening)
{
    const auto begun = invoke(opening->call, connectEvent(opening->call), [this, opening](const runtime::Invocation *invocation) {
        if (!invocation)
            return refuse(opening, timedOut(ApiKind::WebSocket));
        opening->invocationId = invocation->report.requestId;
        const QJsonObject answer = QJsonDocument::fromJson(invocation->payload).object();
        const auto head = invocation->outcome == runtime::Outcome::Answered && answer.contains("statusCode"_L1) ? headOf(answer, ApiKind::WebSocket) : std::nullopt;
        if (!head)
            return refuse(opening, badAnswer(ApiKind::WebSocket));
        if (head->status >= 200 && head->status < 300)
            return accept(opening, http::headerValue(head->headers, "Sec-WebSocket-Protocol"));
        http::Response refused = *head;
        refused.body = answer.value("body"_L1).toString().toUtf8();
        refuse(opening, std::move(refused));
    });
    if (!begun)
        refuse(opening, badAnswer(ApiKind::WebSocket));
}

void WebSockets::refuse(const OpeningPtr &opening, http::Response response)
{
    const Call &call = opening->call;
    const QString message = QJsonDocument::fromJson(response.body).object().value("message"_L1).toString();
    if (!message.isEmpty() && http::headerValue(response.headers, "Content-Type") == "application/json")
        response.body = problem(message, call.connectionId, call.requestId);
    HandledRequest handled = momentOf(call, "CONNECT");
    handled.requestId = opening->invocationId;
    handled.take(response);
    record(std::move(handled), opening->began);
    opening->responder.respond(response);
}

void WebSockets::accept(const OpeningPtr &opening, const QByteArray &protocol)
{
    std::unique_ptr<QTcpSocket> socket = opening->responder.takeSocket(opening->call.request);
    if (!socket)
        return refuse(opening, refusal(ApiKind::WebSocket, 400, "Bad Request"));
    // One for each client: it may speak another protocol than the next.
    auto *handshake = new QWebSocketServer(u"Ephemera"_s, QWebSocketServer::NonSecureMode, this);
    if (!protocol.isEmpty())
        handshake->setSupportedSubprotocols({QString::fromLatin1(protocol)});
    connect(handshake, &QWebSocketServer::newConnection, this, [this, opening, handshake] {
        begin(opening, handshake->nextPendingConnection());
        handshake->deleteLater();
    });
    connect(socket.get(), &QTcpSocket::disconnected, handshake, &QObject::deleteLater);
    // Who goes on before it is let in is never let in.
    QTimer::singleShot(MaxHandshake, handshake, [waiting = QPointer(socket.get())] {
        if (waiting)
            waiting->abort();
    });
    handshake->handleConnection(socket.release());
}

void WebSockets::begin(const OpeningPtr &opening, QWebSocket *raw)
{
    const Call &call = opening->call;
    const auto session = std::make_shared<Session>();
    session->client = clientOf(call);
    session->activeMs = call.epochMs;
    session->socket.reset(raw);
    raw->setParent(nullptr);
    raw->setMaxAllowedIncomingFrameSize(MaxFrameBytes);
    raw->setMaxAllowedIncomingMessageSize(MaxMessageBytes);
    const std::weak_ptr<Session> weak = session;
    const auto whole = [weak](auto &&act) {
        if (const SessionPtr alive = weak.lock())
            act(alive);
    };
    connect(raw, &QWebSocket::textMessageReceived, this, [this, whole](const QString &text) { whole([&](const SessionPtr &alive) { received(alive, text.toUtf8(), false); }); });
    connect(raw, &QWebSocket::binaryMessageReceived, this, [this, whole](const QByteArray &bytes) { whole([&](const SessionPtr &alive) { received(alive, bytes, true); }); });
    connect(raw, &QWebSocket::aboutToClose, this, [whole] { whole([](const SessionPtr &alive) { alive->closedInOrder = true; }); });
    connect(raw, &QWebSocket::disconnected, this, [this, whole] { whole([&](const SessionPtr &alive) { left(alive); }); });
    session->idle = closeAfter(*raw, MaxIdle, u"Idle connection timeout"_s);
    closeAfter(*raw, MaxAge, u"Going away"_s);
    m_sessions.insert(session->client.connectionId, session);
    HandledRequest handled = momentOf(call, "CONNECT");
    handled.requestId = opening->invocationId;
    handled.status = 101;
    record(std::move(handled), opening->began);
}

void WebSockets::received(const SessionPtr &session, const QByteArray &body, bool binary)
{
    const sys::Nanoseconds began = m_parts.clock.monotonic();
    SocketMoment moment{{}, newShortId(), m_parts.clock.epochMs()};
    session->activeMs = moment.epochMs;
    session->idle->start();
    Call call = callOf(session->client, moment.epochMs);
    call.request.body = body;
    call.request.bodySize = body.size();
    const auto end = [this, session, began](const Call &ended, int status, const QByteArray &answer, const QByteArray &invocationId) {
        if (!answer.isEmpty())
            tell(*session->socket, answer);
        HandledRequest handled = momentOf(ended, "MESSAGE");
        handled.status = status;
        handled.answerBody = answer;
        handled.requestId = invocationId;
        record(std::move(handled), began);
    };
    const auto fail = [end, session, id = moment.requestId](const Call &failed, int status, const QString &message) { end(failed, status, problem(message, session->client.connectionId, id), {}); };
    if (call.api)
        call.match.route = routeNamed(*call.api, binary ? QString() : selectedRoute(call.api->selection, body));
    if (call.api && !call.match.route)
        call.match.route = routeNamed(*call.api, u"$default"_s);
    if (!call.match.route)
        return fail(call, 403, u"Forbidden"_s);
    if (!m_parts.throttle.admits(*call.api))
        return fail(call, 429, u"Too Many Requests"_s);
    moment.routeKey = call.route().key();
    const QString messageId = QString::fromLatin1(newShortId());
    const auto begun = invoke(call, messageEvent(session->client, moment, messageId, body, binary), [end, fail, call](const runtime::Invocation *invocation) {
        if (!invocation)
            return fail(call, 504, u"Endpoint request timed out"_s);
        const QJsonObject answer = QJsonDocument::fromJson(invocation->payload).object();
        const auto head = headOf(answer, ApiKind::WebSocket);
        const bool fits = !call.route().answers || (head && answer.contains("statusCode"_L1));
        if (invocation->outcome != runtime::Outcome::Answered || !fits)
            return fail(call, 502, u"Internal server error"_s);
        end(call, head ? head->status : 200, call.route().answers ? answer.value("body"_L1).toString().toUtf8() : QByteArray(), invocation->report.requestId);
    });
    if (!begun)
        fail(call, 502, u"Internal server error"_s);
}

void WebSockets::left(const SessionPtr &session)
{
    if (!m_sessions.remove(session->client.connectionId))
        return;
    const sys::Nanoseconds began = m_parts.clock.monotonic();
    Call call = callOf(session->client, m_parts.clock.epochMs());
    if (call.api)
        call.match.route = routeNamed(*call.api, u"$disconnect"_s);
    const int status = session->closedInOrder ? int(session->socket->closeCode()) : AbnormalClosure;
    const QString reason = session->closedInOrder ? session->socket->closeReason() : u"Connection closed abnormally"_s;
    HandledRequest handled = momentOf(call, "DISCONNECT");
    handled.status = status;
    if (!call.match.route)
        return record(std::move(handled), began);
    const SocketMoment moment{call.route().key(), newShortId(), call.epochMs};
    // What becomes of it, nobody waits for.
    const auto begun = invoke(call, disconnectEvent(session->client, moment, status, reason), [this, handled, began](const runtime::Invocation *invocation) mutable {
        if (invocation)
            handled.requestId = invocation->report.requestId;
        record(std::move(handled), began);
    });
    if (!begun)
        record(std::move(handled), began);
}

Call WebSockets::callOf(const ConnectedClient &client, qint64 epochMs) const
{
    Call call;
    call.epochMs = epochMs;
    call.traceId = runtime::newTraceRoot(epochMs);
    call.request.path = '/' + client.stage.toUtf8();
    // The project may have changed since the client came.
    const auto apis = m_parts.source.apis();
    call.apis = apis ? *apis : std::make_shared<const QList<Api>>();
    const auto api = std::find_if(call.apis->cbegin(), call.apis->cend(), [&](const Api &each) { return each.kind == ApiKind::WebSocket && each.id == client.api; });
    call.api = api == call.apis->cend() ? nullptr : &*api;
    return call;
}

void WebSockets::record(HandledRequest handled, sys::Nanoseconds began)
{
    handled.durationMs = std::chrono::duration<double, std::milli>(m_parts.clock.monotonic() - began).count();
    m_parts.requests.append(std::move(handled));
}

void WebSockets::tellProblem(const Call &call, const Error &error) const
{
    m_parts.source.tell(call.route().key() + ": "_L1 + error.message, call.route().function);
}

Result<void> WebSockets::invoke(const Call &call, const QJsonObject &event, Answer done)
{
    auto request = m_parts.source.requestTo(call.route().function);
    if (!request) {
        tellProblem(call, request.error());
        return tl::unexpected(request.error());
    }
    request->payload = QJsonDocument(event).toJson(QJsonDocument::Compact);
    request->traceId = runtime::completeTrace(call.traceId);
    request->origin = {runtime::OriginKind::WebSocket, call.route().key()};
    struct Waiting {
        Answer done;
        std::optional<Deadlines::Id> deadline;
    };
    const auto waiting = std::make_shared<Waiting>(Waiting{std::move(done), {}});
    const auto take = [self = QPointer(this), waiting](const runtime::Invocation &invocation) {
        if (!self || !waiting->deadline)
            return;
        self->m_parts.deadlines.remove(*std::exchange(waiting->deadline, std::nullopt));
        std::exchange(waiting->done, nullptr)(&invocation);
    };
    waiting->deadline = m_parts.deadlines.add(MaxWait, [waiting] {
        waiting->deadline.reset();
        std::exchange(waiting->done, nullptr)(nullptr);
    });
    request->onAnswered = take;
    auto begun = m_parts.pool.invoke(*std::move(request), take);
    if (!begun && waiting->deadline)
        m_parts.deadlines.remove(*std::exchange(waiting->deadline, std::nullopt));
    if (!begun)
        tellProblem(call, begun.error());
    return begun;
}

void WebSockets::manage(const http::Request &request, const http::Responder &responder)
{
    const sys::Nanoseconds began = m_parts.clock.monotonic();
    const http::Response response = managed(request);
    Call call;
    call.epochMs = m_parts.clock.epochMs();
    call.request = request;
    HandledRequest handled = handledOf(call);
    handled.take(response);
    record(std::move(handled), began);
    responder.respond(response);
}

http::Response WebSockets::managed(const http::Request &request)
{
    const QString path = QUrl::fromPercentEncoding(request.path);
    const auto session = m_sessions.value(path.section(ConnectionsPath, 1, 1));
    if (!session)
        return gone();
    if (request.method == "DELETE") {
        session->socket->close(QWebSocketProtocol::CloseCodeNormal, u"Connection Closed Normally"_s);
        return {204, {}, {}};
    }
    if (request.method == "POST") {
        if (request.bodySize > MaxMessageBytes)
            return refusal(ApiKind::WebSocket, 413, "Message too long", "PayloadTooLargeException");
        if (isBehind(*session->socket))
            return refusal(ApiKind::WebSocket, 429, "The client reads too slowly", "LimitExceededException");
        tell(*session->socket, request.body);
        session->activeMs = m_parts.clock.epochMs();
        session->idle->start();
        return {200, {{"Content-Type", "application/json"}}, {}};
    }
    if (request.method != "GET")
        return refusal(ApiKind::WebSocket, 403, "Missing Authentication Token", "MissingAuthenticationTokenException");
    const QJsonObject identity{{u"sourceIp"_s, u"127.0.0.1"_s}, {u"userAgent"_s, QString::fromUtf8(session->client.userAgent)}};
    const QJsonObject told{{u"connectedAt"_s, isoTime(session->client.connectedMs)}, {u"identity"_s, identity}, {u"lastActiveAt"_s, isoTime(session->activeMs)}};
    return {200, {{"Content-Type", "application/json"}}, QJsonDocument(told).toJson(QJsonDocument::Compact)};
}

} // namespace eph::gateway
