// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/socketclient.h"

#include "core/base/text.h"

#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QWebSocket>

namespace eph::services {

using namespace Qt::StringLiterals;

SocketClient::SocketClient(QObject *parent)
    : QObject(parent)
    , m_socket(std::make_unique<QWebSocket>())
{
    connect(m_socket.get(), &QWebSocket::connected, this, [this] {
        m_wasOpen = true;
        Q_EMIT opened();
    });
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, &SocketClient::received);
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, &SocketClient::receivedBytes);
    connect(m_socket.get(), &QWebSocket::disconnected, this, [this] {
        if (std::exchange(m_wasOpen, false))
            Q_EMIT closed(m_socket->closeCode(), m_socket->closeReason());
        else
            Q_EMIT failed(Error{ErrorCode::Io, Core::tr("%1 lets nobody in: %2.").arg(m_socket->requestUrl().toString(), m_socket->errorString()), Core::tr("Check the path, which is the stage, and what $connect and its authorizer ask for."), {}});
    });
}

SocketClient::~SocketClient()
{
    m_socket->disconnect(this);
}

void SocketClient::open(const QUrl &url, const Headers &headers)
{
    QNetworkRequest request(url);
    for (const auto &[name, value] : headers)
        request.setRawHeader(name, value);
    if (url.host() == "127.0.0.1"_L1 || url.host().endsWith("localhost"_L1))
        m_socket->setProxy(QNetworkProxy::NoProxy);
    m_wasOpen = false;
    m_socket->open(request);
}

bool SocketClient::send(const QString &text)
{
    return isOpen() && (text.isEmpty() || m_socket->sendTextMessage(text) > 0);
}

void SocketClient::close()
{
    m_socket->close();
}

bool SocketClient::isOpen() const
{
    return m_wasOpen && m_socket->state() == QAbstractSocket::ConnectedState;
}

bool SocketClient::isOpening() const
{
    return !m_wasOpen && m_socket->state() != QAbstractSocket::UnconnectedState;
}

} // namespace eph::services
