// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/socketclient.h"

#include "core/base/text.h"
#include "core/sys/localcertificate.h"

#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QWebSocket>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// In place of what Qt says to programmers, where it says something.
QString reasonOf(QString text)
{
    text.remove("QWebSocketPrivate::processHandshake: "_L1);
    // That is all that it tells of this status.
    if (text.startsWith("Unknown error condition encountered"_L1))
        text = Core::tr("it answers with the status 400");
    while (text.endsWith(u'.'))
        text.chop(1);
    return text;
}

} // namespace

SocketClient::SocketClient(QObject *parent)
    : QObject(parent)
    , m_socket(std::make_unique<QWebSocket>())
{
    connect(m_socket.get(), &QWebSocket::connected, this, [this] {
        m_wasOpen = true;
        m_opening = false;
        Q_EMIT opened();
    });
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, &SocketClient::received);
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, &SocketClient::receivedBytes);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(m_socket.get(), &QWebSocket::errorOccurred, this, &SocketClient::refused);
#else
    connect(m_socket.get(), QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), this, &SocketClient::refused);
#endif
    connect(m_socket.get(), &QWebSocket::disconnected, this, [this] {
        if (std::exchange(m_wasOpen, false))
            Q_EMIT closed(m_socket->closeCode(), m_socket->closeReason());
    });
}

void SocketClient::refused()
{
    if (m_wasOpen || !std::exchange(m_opening, false))
        return;
    // A server that says no may keep the connection for another question.
    m_socket->abort();
    QString hint = Core::tr("Check the path, which is the stage, and what $connect and its authorizer ask for.");
    if (m_socket->error() == QAbstractSocket::SslHandshakeFailedError)
        hint = Core::tr("Trust its certificate, for example by the variable SSL_CERT_FILE.");
    else if (m_socket->errorString() == "Connection refused"_L1)
        hint = Core::tr("Nobody listens there. Start it, here with eph serve, and check the port.");
    Q_EMIT failed(Error{ErrorCode::Io, Core::tr("%1 lets nobody in: %2.").arg(m_socket->requestUrl().toString(), reasonOf(m_socket->errorString())), hint, {}});
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
    if (url.host() == "127.0.0.1"_L1 || url.host().endsWith("localhost"_L1)) {
        m_socket->setProxy(QNetworkProxy::NoProxy);
        // What serves here has a certificate of this user's own authority.
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        if (url.scheme() == "wss"_L1 && configuration.addCaCertificates(sys::LocalAuthority::standardFolder() + "/authority.pem"_L1))
            m_socket->setSslConfiguration(configuration);
    }
    m_wasOpen = false;
    m_opening = true;
    m_socket->open(request);
}

bool SocketClient::send(const QString &text)
{
    return isOpen() && (text.isEmpty() || m_socket->sendTextMessage(text) > 0);
}

void SocketClient::close()
{
    m_opening = false;
    m_socket->close();
}

bool SocketClient::isOpen() const
{
    return m_wasOpen && m_socket->state() == QAbstractSocket::ConnectedState;
}

bool SocketClient::isOpening() const
{
    return m_opening;
}

} // namespace eph::services
