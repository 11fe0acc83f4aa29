// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/server.h"

#include "core/base/text.h"
#include "core/http/http1connection.h"
#include "core/http/listener.h"

#include <array>
#include <sys/socket.h>

namespace eph::http {

namespace {
constexpr qint64 SocketBufferBytes = 256 * 1024;
}

Server::Server(Handler handler, ServerLimits limits, QObject *parent)
    : QObject(parent)
    , m_server(new Listener(this))
    , m_handler(std::move(handler))
    , m_limits(limits)
{
    // Whom the system turns away tries again after a second.
    m_server->setListenBacklogSize(m_limits.connections);
    m_server->onConnection = [this](QTcpSocket *socket) { accept(socket); };
    m_server->most = m_limits.connections;
    if (m_limits.slowRequest.count() > 0)
        m_server->patience = m_limits.slowRequest;
}

void Server::accept(QTcpSocket *socket)
{
    if (m_connections >= m_limits.connections) {
        delete socket;
        return;
    }
    socket->setReadBufferSize(SocketBufferBytes);
    new Http1Connection(socket, this);
}

std::shared_ptr<sys::FileDescriptor> Server::connection()
{
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return nullptr;
    sys::FileDescriptor own(ends[0]);
    auto other = std::make_shared<sys::FileDescriptor>(ends[1]);
    auto socket = std::make_unique<QTcpSocket>();
    if (!socket->setSocketDescriptor(own.get()))
        return nullptr;
    (void)own.release();
    accept(socket.release());
    return other;
}

void Server::setTls(std::function<QSslConfiguration()> configuration)
{
    m_server->setTls(std::move(configuration));
}

Server::~Server()
{
    // Connections tell the handler of cut bodies; there is nobody to tell any more.
    m_handler = [](const Request &, const Responder &) {};
    const auto connections = findChildren<Connection *>(QString(), Qt::FindDirectChildrenOnly);
    qDeleteAll(connections);
}

Result<quint16> Server::listen(quint16 port)
{
    if (!m_server->listen(QHostAddress::LocalHost, port)) {
        const bool inUse = m_server->serverError() == QAbstractSocket::AddressInUseError;
        return failure(inUse ? ErrorCode::Conflict : ErrorCode::Io, Core::tr("Port %1 of this machine cannot be listened on: %2.").arg(port).arg(m_server->errorString()),
                       inUse ? Core::tr("Choose another port, or 0 for a free one.") : QString());
    }
    return m_server->serverPort();
}

quint16 Server::port() const
{
    return m_server->serverPort();
}

} // namespace eph::http
