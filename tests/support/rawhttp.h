// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/filedescriptor.h"

#include <QByteArray>
#include <QTcpSocket>
#include <QTest>

namespace eph::test {

/// A client that sends exactly the bytes it is given. For the server's own thread: it runs the event loop while it waits.
class RawHttp
{
public:
    explicit RawHttp(quint16 port)
    {
        socket.connectToHost(QHostAddress::LocalHost, port);
        (void)QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }, 5000);
    }

    /// Of a connection that is there already; the descriptor goes with it.
    explicit RawHttp(sys::FileDescriptor connection) { socket.setSocketDescriptor(connection.release()); }

    void send(const QByteArray &bytes)
    {
        socket.write(bytes);
        socket.flush();
    }

    /// The next whole response; empty when none comes.
    QByteArray receive(int timeoutMs = 5000)
    {
        (void)QTest::qWaitFor([this] {
            m_received += socket.readAll();
            return completeLength() > 0 || socket.state() == QAbstractSocket::UnconnectedState;
        }, timeoutMs);
        m_received += socket.readAll();
        const qsizetype length = completeLength();
        const QByteArray response = m_received.left(length);
        m_received.remove(0, length);
        return response;
    }

    QByteArray request(const QByteArray &method, const QByteArray &path, const QByteArray &body = {}, const QByteArray &headers = {})
    {
        send(method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        return receive();
    }

    static int status(const QByteArray &response) { return response.mid(9, 3).toInt(); }
    static QByteArray body(const QByteArray &response) { return response.mid(response.indexOf("\r\n\r\n") + 4); }
    static QByteArray header(const QByteArray &response, const QByteArray &name)
    {
        const qsizetype at = response.toLower().indexOf("\r\n" + name.toLower() + ": ");
        if (at < 0)
            return {};
        const qsizetype start = at + name.size() + 4;
        return response.mid(start, response.indexOf("\r\n", start) - start);
    }

    QTcpSocket socket;

private:
    qsizetype completeLength() const
    {
        const qsizetype head = m_received.indexOf("\r\n\r\n");
        if (head < 0)
            return 0;
        const qsizetype length = header(m_received.left(head + 4), "Content-Length").toLongLong();
        return m_received.size() >= head + 4 + length ? head + 4 + length : 0;
    }

    QByteArray m_received;
};

} // namespace eph::test
