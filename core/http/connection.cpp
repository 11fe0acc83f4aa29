// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/connection.h"

#include <QHostAddress>

namespace eph::http {

Connection::Connection(QTcpSocket *socket, Server *server)
    : QObject(server)
    , m_socket(socket)
    , m_server(server)
    , m_parser(std::make_unique<RequestParser>(server->m_limits))
{
    ++m_server->m_connections;
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
    if (m_waiting)
        return; // The socket's own buffer is bounded below; the next request waits there.
    m_pending += m_socket->readAll();
    while (!m_pending.isEmpty() && !m_waiting && !m_closing) {
        const RequestParser::Step step = m_parser->feed(m_pending);
        m_pending.remove(0, step.consumed);
        if (step.state == RequestParser::State::Bad) {
            refuse(step.status);
            return;
        }
        if (step.state == RequestParser::State::NeedsMore) {
            // What the parser leaves is the beginning of a line; an endless one has no place here.
            if (m_pending.size() > qsizetype(m_server->m_limits.headerBytes)) {
                refuse(431);
                return;
            }
            expectProgress();
            if (m_parser->expectsContinue() && !std::exchange(m_continueSent, true))
                m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
            return;
        }
        dispatch();
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
    if (const qsizetype colon = host.lastIndexOf(':'); colon > host.lastIndexOf(']'))
        host.truncate(colon);
    if (host.isEmpty() || host == "localhost" || host == "[::1]" || host.endsWith(".localhost"))
        return true;
    return QHostAddress(QString::fromLatin1(host)).isLoopback();
}

void Connection::dispatch()
{
    m_progress.stop();
    m_waiting = true;
    m_keepAlive = m_parser->keepsAlive();
    const Request request = m_parser->request();
    m_parser = std::make_unique<RequestParser>(m_server->m_limits);
    m_continueSent = false;
    const Responder responder(this, ++m_exchange);
    if (!isTrusted(request)) {
        responder.respond(jsonResponse(403, R"({"message":"This server answers to programs of this machine only."})"));
        return;
    }
    m_server->m_handler(request, responder);
}

void Connection::respond(quint64 exchange, const Response &response)
{
    if (!m_waiting || exchange != m_exchange || m_closing)
        return;
    m_waiting = false;
    m_socket->write(serialized(response, m_keepAlive));
    m_socket->flush();
    if (!m_keepAlive) {
        m_closing = true;
        m_socket->disconnectFromHost();
        return;
    }
    if (!m_pending.isEmpty() || m_socket->bytesAvailable() > 0)
        QMetaObject::invokeMethod(this, &Connection::readMore, Qt::QueuedConnection);
}

void Connection::refuse(int status)
{
    m_progress.stop();
    m_closing = true;
    m_keepAlive = false;
    m_socket->write(serialized(jsonResponse(status, R"({"message":"The request was refused."})"), false));
    m_socket->disconnectFromHost();
}

void Connection::peerLeft()
{
    m_progress.stop();
    // A body cut off by the peer is an event of its own: the handler decides what that means.
    if (!m_waiting && !m_closing && m_parser->hasHeaders()) {
        m_closing = true;
        if (const Request request = m_parser->request(); isTrusted(request))
            m_server->m_handler(request, Responder(this, ++m_exchange));
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

bool Responder::isConnected() const
{
    return !m_connection.isNull();
}

} // namespace eph::http
