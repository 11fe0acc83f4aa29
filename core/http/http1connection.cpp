// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/http1connection.h"

#include <QScopedValueRollback>

namespace eph::http {

Http1Connection::Http1Connection(QTcpSocket *socket, Server *server)
    : Connection(server)
    , m_socket(socket)
    , m_parser(std::make_unique<RequestParser>(limits()))
    , m_secure(isSecure(*socket))
{
    m_socket->setParent(this);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_progress.onPassed = [this] { refuse(408); };
    connect(m_socket, &QTcpSocket::readyRead, this, &Http1Connection::readMore);
    connect(m_socket, &QTcpSocket::disconnected, this, &Http1Connection::peerLeft);
    expectProgress();
    readMore();
}

Request Http1Connection::parsed()
{
    Request request = m_parser->request();
    request.secure = m_secure;
    return request;
}

void Http1Connection::readMore()
{
    if (m_closing) {
        m_socket->readAll();
        return;
    }
    if (m_waiting || m_held)
        return; // The socket's own buffer is bounded below; the rest waits there.
    // readAll() would ask the system once more for what it has just said.
    m_pending += m_socket->read(m_socket->bytesAvailable());
    if (m_fresh && limits().http2 && beginsLikeHttp2())
        return;
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
            if (m_pending.size() > qsizetype(limits().headerBytes)) {
                refuse(431);
                return;
            }
            expectProgress();
            return;
        }
        dispatch();
    }
}

bool Http1Connection::beginsLikeHttp2()
{
    // What its clients send before anything else.
    static constexpr QByteArrayView Preface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    if (!m_pending.startsWith(Preface.first(std::min(Preface.size(), m_pending.size())))) {
        m_fresh = false;
        return false;
    }
    if (m_pending.size() < Preface.size())
        return true;
    m_closing = true;
    m_progress.stop();
    disconnect(m_socket, nullptr, this, nullptr);
    becomeHttp2(m_socket, m_pending);
    deleteLater();
    return true;
}

void Http1Connection::headersArrived()
{
    m_hadHead = true;
    expectProgress();
    if (m_parser->expectsContinue())
        m_socket->write(serializedHead(100));
    if (!looksAtHeads())
        return;
    const Request head = parsed();
    if (refusalOf(head))
        return;
    m_parser->keepUpTo(bodyLimit(head));
    if (BodyReceiver receiver = receiverOf(head, m_exchange + 1)) {
        m_routed = true;
        ++m_exchange;
        m_parser->streamTo(std::move(receiver));
    }
}

void Http1Connection::expectProgress()
{
    if (limits().slowRequest.count() > 0)
        m_progress.start(limits().slowRequest);
}

void Http1Connection::dispatch()
{
    m_progress.stop();
    // Also before an empty body: some clients take any other answer for a refusal, and lose their place on the connection.
    if (!std::exchange(m_hadHead, false) && m_parser->expectsContinue())
        m_socket->write(serializedHead(100));
    m_waiting = true;
    m_keepAlive = m_parser->keepsAlive();
    const Request request = parsed();
    m_parser = std::make_unique<RequestParser>(limits());
    if (!std::exchange(m_routed, false))
        ++m_exchange;
    handle(request, m_exchange);
}

void Http1Connection::respond(quint64 exchange, const Response &response)
{
    if (!isWaiting(exchange))
        return;
    m_outgoing += serialized(response, m_keepAlive, date());
    const bool more = m_keepAlive && (!m_pending.isEmpty() || m_socket->bytesAvailable() > 0);
    if (!more || !limits().coalesce)
        m_socket->write(std::exchange(m_outgoing, {}));
    answered();
}

void Http1Connection::inform(quint64 exchange, int status)
{
    if (!isOpen(exchange) || m_begun)
        return;
    m_socket->write(std::exchange(m_outgoing, {}) + serializedHead(status));
    m_socket->flush();
}

void Http1Connection::begin(quint64 exchange, const Response &head)
{
    if (!isOpen(exchange) || std::exchange(m_begun, true))
        return;
    m_chunked = headerValue(head.headers, "Content-Length").isEmpty();
    m_socket->write(std::exchange(m_outgoing, {}) + serializedHead(head, m_keepAlive, date()));
    m_socket->flush();
}

void Http1Connection::send(quint64 exchange, QByteArrayView bytes)
{
    if (!isOpen(exchange) || !m_begun)
        return;
    if (m_chunked)
        m_socket->write(serializedChunk(bytes));
    else
        m_socket->write(bytes.data(), bytes.size());
    m_socket->flush();
}

void Http1Connection::finish(quint64 exchange, const Headers &trailers)
{
    if (!isOpen(exchange) || !std::exchange(m_begun, false))
        return;
    if (m_chunked)
        m_socket->write(serializedEnd(trailers));
    answered();
}

void Http1Connection::abort(quint64 exchange)
{
    if (isOpen(exchange))
        m_socket->abort();
}

void Http1Connection::onSent(quint64 exchange, std::function<void()> receiver)
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

void Http1Connection::holdRequest(quint64 exchange, bool held)
{
    if (exchange != m_exchange || std::exchange(m_held, held) == held || held)
        return;
    QMetaObject::invokeMethod(this, &Http1Connection::readMore, Qt::QueuedConnection);
}

std::unique_ptr<QTcpSocket> Http1Connection::takeSocket(quint64 exchange, const Request &request)
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

void Http1Connection::answered()
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
        QMetaObject::invokeMethod(this, &Http1Connection::readMore, Qt::QueuedConnection);
}

void Http1Connection::refuse(int status)
{
    m_progress.stop();
    m_closing = true;
    m_keepAlive = false;
    m_socket->write(std::exchange(m_outgoing, {}) + serialized(jsonResponse(status, R"({"message":"The request was refused."})"), false));
    m_socket->disconnectFromHost();
}

void Http1Connection::peerLeft()
{
    m_progress.stop();
    // A body cut off by the peer is an event of its own: the handler decides what that means.
    if (!m_waiting && !m_closing && m_parser->hasHeaders()) {
        m_closing = true;
        if (!std::exchange(m_routed, false))
            ++m_exchange;
        handle(parsed(), m_exchange);
    }
    m_closing = true;
    deleteLater();
}

} // namespace eph::http
