// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/connection.h"

#include "core/http/http2connection.h"
#include "core/http/pagerequest.h"

#include <QDateTime>
#include <QHostAddress>
#include <QSslSocket>

namespace eph::http {

namespace {

/// Made anew once a second only.
QByteArray dateNow()
{
    static thread_local qint64 second = 0;
    static thread_local QByteArray text;
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    if (std::exchange(second, now) != now)
        text = httpDate(1000 * now);
    return text;
}

[[nodiscard]] bool isLoopback(QByteArray host)
{
    host = host.toLower();
    if (host.startsWith("127.0.0.1:"))
        return true;
    if (const qsizetype colon = host.lastIndexOf(':'); colon > host.lastIndexOf(']'))
        host.truncate(colon);
    if (host.isEmpty() || host == "localhost" || host == "[::1]" || host.endsWith(".localhost"))
        return true;
    return QHostAddress(QString::fromLatin1(host)).isLoopback();
}

[[nodiscard]] Response stranger()
{
    return jsonResponse(403, R"({"message":"This server answers to programs of this machine only."})");
}

} // namespace

Connection::Connection(Server *server)
    : QObject(server)
    , m_server(server)
{
    ++m_server->m_connections;
}

Connection::~Connection()
{
    --m_server->m_connections;
}

std::optional<Response> Connection::refusalOf(const Request &request) const
{
    if (!isLoopback(request.header("Host")))
        return stranger();
    if (limits().webPages || !isForPage(request))
        return std::nullopt;
    return m_server->m_pageGate ? m_server->m_pageGate(request) : stranger();
}

void Connection::handle(const Request &request, quint64 exchange)
{
    const Responder responder(this, exchange);
    if (const auto refusal = refusalOf(request))
        responder.respond(*refusal);
    else
        m_server->m_handler(request, responder);
}

BodyReceiver Connection::receiverOf(const Request &head, quint64 exchange)
{
    return m_server->m_bodyRouter ? m_server->m_bodyRouter(head, Responder(this, exchange)) : BodyReceiver();
}

QByteArray Connection::date() const
{
    return limits().dated ? dateNow() : QByteArray();
}

bool Connection::isSecure(const QTcpSocket &socket)
{
    const auto *secure = qobject_cast<const QSslSocket *>(&socket);
    return secure && secure->isEncrypted();
}

void Connection::becomeHttp2(QTcpSocket *socket, const QByteArray &received)
{
    (new Http2Connection(socket, m_server))->take(received);
}

Responder::Responder(Connection *connection, quint64 exchange)
    : m_connection(connection)
    , m_exchange(exchange)
{
}

void Responder::respond(const Response &response) const
{
    if (m_connection)
        m_connection->respond(m_exchange, response);
}

void Responder::inform(int status) const
{
    if (m_connection)
        m_connection->inform(m_exchange, status);
}

void Responder::begin(const Response &head) const
{
    if (m_connection)
        m_connection->begin(m_exchange, head);
}

void Responder::send(QByteArrayView bytes) const
{
    if (m_connection)
        m_connection->send(m_exchange, bytes);
}

void Responder::finish(const Headers &trailers) const
{
    if (m_connection)
        m_connection->finish(m_exchange, trailers);
}

void Responder::abort() const
{
    if (m_connection)
        m_connection->abort(m_exchange);
}

qint64 Responder::unsent() const
{
    return m_connection ? m_connection->unsent(m_exchange) : 0;
}

void Responder::onSent(std::function<void()> receiver) const
{
    if (m_connection)
        m_connection->onSent(m_exchange, std::move(receiver));
}

void Responder::holdRequest(bool held) const
{
    if (m_connection)
        m_connection->holdRequest(m_exchange, held);
}

bool Responder::operator==(const Responder &other) const
{
    return m_connection == other.m_connection && m_exchange == other.m_exchange;
}

std::unique_ptr<QTcpSocket> Responder::takeSocket(const Request &request) const
{
    return m_connection ? m_connection->takeSocket(m_exchange, request) : nullptr;
}

bool Responder::isConnected() const
{
    return m_connection && m_connection->isThere(m_exchange);
}

bool Responder::isWaiting() const
{
    return m_connection && m_connection->isWaiting(m_exchange);
}

} // namespace eph::http
