// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/server.h"

#include <QTcpSocket>

namespace eph::http {

/// One client of a Server, whatever it speaks. Each request has a number of its own, under which a Responder answers it; one that is
/// over, or never was, is answered by nothing.
class Connection : public QObject
{
    Q_OBJECT
public:
    explicit Connection(Server *server);
    ~Connection() override;

    virtual void respond(quint64 exchange, const Response &response) = 0;
    virtual void inform(quint64 exchange, int status) = 0;
    virtual void begin(quint64 exchange, const Response &head) = 0;
    virtual void send(quint64 exchange, QByteArrayView bytes) = 0;
    virtual void finish(quint64 exchange, const Headers &trailers) = 0;
    virtual void abort(quint64 exchange) = 0;
    [[nodiscard]] virtual qint64 unsent(quint64 exchange) const = 0;
    [[nodiscard]] virtual bool isThere(quint64 exchange) const = 0;
    [[nodiscard]] virtual bool isWaiting(quint64 exchange) const = 0;
    virtual void onSent(quint64 exchange, std::function<void()> receiver) = 0;
    virtual void holdRequest(quint64 exchange, bool held) = 0;
    [[nodiscard]] virtual std::unique_ptr<QTcpSocket> takeSocket(quint64 exchange, const Request &request) = 0;

protected:
    [[nodiscard]] const ServerLimits &limits() const { return m_server->m_limits; }
    /// Of what does not come from this machine, or from a page that a browser shows; null: it is trusted.
    [[nodiscard]] std::optional<Response> refusalOf(const Request &request) const;
    /// To the server's handler, or to nobody where it is not trusted.
    void handle(const Request &request, quint64 exchange);
    [[nodiscard]] bool looksAtHeads() const { return m_server->m_bodyRouter || m_server->m_bodyLimit; }
    /// How much of the body is kept.
    [[nodiscard]] qint64 bodyLimit(const Request &head) const { return m_server->m_bodyLimit ? m_server->m_bodyLimit(head) : limits().bodyBytes; }
    /// Whoever takes the body as it comes; none where it is kept.
    [[nodiscard]] BodyReceiver receiverOf(const Request &head, quint64 exchange);
    /// What the Date header of an answer says now; empty where answers have none.
    [[nodiscard]] QByteArray date() const;
    [[nodiscard]] static bool isSecure(const QTcpSocket &socket);
    /// The client turned out to speak HTTP/2: it is somebody else's from now on. `received` is what was read of it.
    void becomeHttp2(QTcpSocket *socket, const QByteArray &received);

private:
    Server *m_server;
};

} // namespace eph::http
