// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSslConfiguration>
#include <QTcpServer>
#include <chrono>
#include <functional>

namespace eph::http {

/// Accepts connections for a Server. Where it has a configuration, clients may speak TLS or not on the same port: the first byte
/// tells which.
class Listener : public QTcpServer
{
    Q_OBJECT
public:
    using Configuration = std::function<QSslConfiguration()>;

    using QTcpServer::QTcpServer;

    /// Asked for each client that speaks TLS.
    void setTls(Configuration configuration) { m_tls = std::move(configuration); }
    /// Gets each connection, one that speaks TLS once it is encrypted; it is the receiver's.
    std::function<void(QTcpSocket *)> onConnection;
    std::chrono::milliseconds patience{30'000}; ///< For the first byte and the handshake.
    int most = 1024; ///< Connections that are not handed on yet.

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    Configuration m_tls;
    int m_waiting = 0;
};

} // namespace eph::http
