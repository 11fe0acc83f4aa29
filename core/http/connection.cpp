// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/connection.h"

#include <QDateTime>
#include <QHostAddress>
#include <QScopedValueRollback>
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

} // namespace

Connection::Connection(QTcpSocket *socket, Server *server)
    : QObject(server)
    , m_socket(socket)
    , m_server(server)
    , m_parser(std::make_unique<RequestParser>(server->m_limits))
{
    ++m_server->m_connections;
    const auto *secure = qobject_cast<const QSslSocket *>(socket);
    m_secure = secure && secure->isEncrypted();
    m_socket->setParent(this);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_progress.setSingleShot(true);
    m_progress.setInterval(m_server->m_limits.slowRequest);
    connect(&m_progress, &QTimer::timeout, this, [this] { refuse(408); });
    connect(m_socket, &QTcpSocket::readyRead, this, &Connection::readMore);
    connect(m_socket, &QTcpSocket::disconnected, this, &Connection::peerLeft);
    expectProgress();
    readMore();
}

Request Connection::parsed()
{
    Request request = m_parser->request();
    request.secure = m_secure;
    return request;
}

Connection::~Connection()
{
    --m_server->m_connections;
}

void Connection::readMore()
{
    if (m_closing) {
        m_socket->readAll();
        return;
    }
    if (m_waiting || m_held)
        return; // The socket's own buffer is bounded below; the rest waits there.
    // readAll() would ask the system once more for what it has just said.
    m_pending += m_socket->read(m_socket->bytesAvailable());
    const QScopedValueRollback reading(m_reading, true);
    while (!m_pending.isEmpty() && !m_waiting && !m_held && !m_closing) {
        const RequestParser::Step step = m_parser->feed(m_pending);
        m_pending.remove(0, step.consumed);
        if (step.state == RequestParser::State::Bad) {
            refuse(step.status);
            return;
        }
        if (step.state == RequestParser::State::Head) {
            headersArrived();
            continue;
        }
        if (step.state == RequestParser::State::NeedsMore) {
            // What the parser leaves is the beginning of a line; an endless one has no place here.
            if (m_pending.size() > qsizetype(m_server->m_limits.headerBytes)) {
                refuse(431);
                return;
            }
            expectProgress();
            return;
        }
        dispatch();
    }
}

void Connection::headersArrived()
{
    m_hadHead = true;
    expectProgress();
    if (m_parser->expectsContinue())
        m_socket->write(serializedHead(100));
    if (!m_server->m_bodyRouter && !m_server->m_bodyLimit)
        return;
    const Request head = parsed();
    if (!isTrusted(head))
        return;
    if (m_server->m_bodyLimit)
        m_parser->keepUpTo(m_server->m_bodyLimit(head));
    if (!m_server->m_bodyRouter)
        return;
    if (BodyReceiver receiver = m_server->m_bodyRouter(head, Responder(this, m_exchange + 1))) {
        m_routed = true;
        ++m_exchange;
        m_parser->streamTo(std::move(receiver));
    }
}

void Connection::expectProgress()
{
    if (m_progress.intervalAsDuration().count() > 0)
        m_progress.start();
}

bool Connection::isTrusted(const Request &request) const
{
    const QByteArray site = request.header("Sec-Fetch-Site");
    if (!m_server->m_limits.webPages && (!request.header("Origin").isEmpty() || (!site.isEmpty() && site != "none")))
        return false;
    QByteArray host = request.header("Host").toLower();
    if (host.startsWith("127.0.0.1:"))
        return true;
    if (const qsizetype colon = host.lastIndexOf(':'); colon > host.lastIndexOf(']'))
        host.truncate(colon);
    if (host.isEmpty() || host == "localhost" || host == "[::1]" || host.endsWith(".localhost"))
        return true;
    return QHostAddress(QString::fromLatin1(host)).isLoopback();
}

void Connection::dispatch()
{
    m_progress.stop();
    // Also before an empty body: some clients take any other answer for a refusal, and lose their place on the connection.
    if (!std::exchange(m_hadHead, false) && m_parser->expectsContinue())
        m_socket->write(serializedHead(100));
    m_waiting = true;
    m_keepAlive = m_parser->keepsAlive();
    const Request request = parsed();
    m_parser = std::make_unique<RequestParser>(m_server->m_limits);
    if (!std::exchange(m_routed, false))
        ++m_exchange;
    const Responder responder(this, m_exchange);
    if (!isTrusted(request)) {
        responder.respond(jsonResponse(403, R"({"message":"This server answers to programs of this machine only."})"));
        return;
    }
    m_server->m_handler(request, responder);
}

void Connection::respond(quint64 exchange, const Response &response)
{
    if (!isWaiting(exchange))
        return;
    m_outgoing += serialized(response, m_keepAlive, m_server->m_limits.dated ? dateNow() : QByteArray());
    const bool more = m_keepAlive && (!m_pending.isEmpty() || m_socket->bytesAvailable() > 0);
    if (!more || !m_server->m_limits.coalesce)
        m_socket->write(std::exchange(m_outgoing, {}));
    answered();
}

void Connection::inform(quint64 exchange, int status)
{
    if (!isOpen(exchange) || m_begun)
        return;
    m_socket->write(std::exchange(m_outgoing, {}) + serializedHead(status));
    m_socket->flush();
}

void Connection::begin(quint64 exchange, const Response &head)
{
    if (!isOpen(exchange) || std::exchange(m_begun, true))
        return;
    m_chunked = headerValue(head.headers, "Content-Length").isEmpty();
    m_socket->write(std::exchange(m_outgoing, {}) + serializedHead(head, m_keepAlive, m_server->m_limits.dated ? dateNow() : QByteArray()));
    m_socket->flush();
}

void Connection::send(quint64 exchange, QByteArrayView bytes)
{
    if (!isOpen(exchange) || !m_begun)
        return;
    if (m_chunked)
        m_socket->write(serializedChunk(bytes));
    else
        m_socket->write(bytes.data(), bytes.size());
    m_socket->flush();
}

void Connection::finish(quint64 exchange, const Headers &trailers)
{
    if (!isOpen(exchange) || !std::exchange(m_begun, false))
        return;
    if (m_chunked)
        m_socket->write(serializedEnd(trailers));
    answered();
}

void Connection::abort(quint64 exchange)
{
    if (isOpen(exchange))
        m_socket->abort();
}

void Connection::onSent(quint64 exchange, std::function<void()> receiver)
{
    if (exchange != m_exchange)
        return;
    if (!m_sent)
        connect(m_socket, &QTcpSocket::bytesWritten, this, [this] {
            // A receiver may finish the answer, and with it go.
            const std::function<void()> tell = m_sent;
            if (tell && m_socket->bytesToWrite() == 0)
                tell();
        });
    m_sent = std::move(receiver);
}

void Connection::holdRequest(quint64 exchange, bool held)
{
    if (exchange != m_exchange || std::exchange(m_held, held) == held || held)
        return;
    QMetaObject::invokeMethod(this, &Connection::readMore, Qt::QueuedConnection);
}

std::unique_ptr<QTcpSocket> Connection::takeSocket(quint64 exchange, const Request &request)
{
    if (!isOpen(exchange) || m_begun || m_socket->state() != QAbstractSocket::ConnectedState || !m_pending.isEmpty() || m_socket->bytesAvailable() > 0)
        return nullptr;
    m_closing = true;
    m_progress.stop();
    disconnect(m_socket, nullptr, this, nullptr);
    const QByteArray unread = serializedHead(request);
    for (auto byte = unread.crbegin(); byte != unread.crend(); ++byte)
        m_socket->ungetChar(*byte);
    m_socket->setParent(nullptr);
    deleteLater();
    return std::unique_ptr<QTcpSocket>(m_socket);
}

void Connection::answered()
{
    m_waiting = false;
    m_held = false;
    if (m_sent)
        m_sent = [] {};
    m_socket->flush();
    if (!m_keepAlive) {
        m_closing = true;
        m_socket->disconnectFromHost();
        return;
    }
    // Answered on the spot, the loop that read the request goes on by itself.
    if (m_socket->bytesAvailable() > 0 || (!m_reading && !m_pending.isEmpty()))
        QMetaObject::invokeMethod(this, &Connection::readMore, Qt::QueuedConnection);
}

void Connection::refuse(int status)
{
    m_progress.stop();
    m_closing = true;
    m_keepAlive = false;
    m_socket->write(std::exchange(m_outgoing, {}) + serialized(jsonResponse(status, R"({"message":"The request was refused."})"), false));
    m_socket->disconnectFromHost();
}

void Connection::peerLeft()
{
    m_progress.stop();
    // A body cut off by the peer is an event of its own: the handler decides what that means.
    if (!m_waiting && !m_closing && m_parser->hasHeaders()) {
        m_closing = true;
        if (!std::exchange(m_routed, false))
            ++m_exchange;
        if (const Request request = parsed(); isTrusted(request))
            m_server->m_handler(request, Responder(this, m_exchange));
    }
    m_closing = true;
    deleteLater();
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
    return m_connection ? m_connection->unsent() : 0;
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
    return !m_connection.isNull();
}

bool Responder::isWaiting() const
{
    return m_connection && m_connection->isWaiting(m_exchange);
}

} // namespace eph::http
