// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/listener.h"

#include <QSslSocket>
#include <QTimer>

namespace eph::http {

namespace {

constexpr char TlsHandshake = 0x16;

} // namespace

void Listener::incomingConnection(qintptr descriptor)
{
    if (!m_tls) {
        auto *socket = new QTcpSocket;
        socket->setSocketDescriptor(descriptor);
        return onConnection(socket);
    }
    auto *socket = new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    if (m_waiting >= most) {
        delete socket;
        return;
    }
    ++m_waiting;
    // Goes with what it watches over; while it is there, the connection is still ours.
    auto *watch = new QTimer(socket);
    connect(watch, &QObject::destroyed, this, [this] { --m_waiting; });
    connect(watch, &QTimer::timeout, socket, [socket] {
        socket->abort();
        socket->deleteLater();
    });
    watch->start(patience);
    connect(socket, &QSslSocket::disconnected, watch, [socket] { socket->deleteLater(); });
    const auto handOn = [this, socket, watch] {
        delete watch;
        disconnect(socket, nullptr, this, nullptr);
        socket->setParent(nullptr);
        onConnection(socket);
    };
    connect(socket, &QSslSocket::encrypted, this, handOn);
    connect(socket, &QSslSocket::readyRead, this, [this, socket, handOn] {
        if (socket->mode() != QSslSocket::UnencryptedMode)
            return;
        char first = 0;
        if (socket->peek(&first, 1) != 1)
            return;
        if (first != TlsHandshake)
            return handOn();
        socket->setSslConfiguration(m_tls());
        socket->startServerEncryption();
    });
}

} // namespace eph::http
