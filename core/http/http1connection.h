// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/deadline.h"
#include "core/http/connection.h"
#include "core/http/requestparser.h"

#include <memory>

namespace eph::http {

/// A client that speaks HTTP/1: it sends a request, waits for its answer and sends the next.
class Http1Connection final : public Connection
{
    Q_OBJECT
public:
    Http1Connection(QTcpSocket *socket, Server *server);

    void respond(quint64 exchange, const Response &response) override;
    void inform(quint64 exchange, int status) override;
    void begin(quint64 exchange, const Response &head) override;
    void send(quint64 exchange, QByteArrayView bytes) override;
    void finish(quint64 exchange, const Headers &trailers) override;
    void abort(quint64 exchange) override;
    [[nodiscard]] qint64 unsent(quint64) const override { return m_socket->bytesToWrite(); }
    [[nodiscard]] bool isThere(quint64) const override { return m_socket->state() == QAbstractSocket::ConnectedState; }
    [[nodiscard]] bool isWaiting(quint64 exchange) const override { return isOpen(exchange) && !m_begun; }
    void onSent(quint64 exchange, std::function<void()> receiver) override;
    void holdRequest(quint64 exchange, bool held) override;
    [[nodiscard]] std::unique_ptr<QTcpSocket> takeSocket(quint64 exchange, const Request &request) override;

private:
    [[nodiscard]] Request parsed();
    [[nodiscard]] bool isOpen(quint64 exchange) const { return m_waiting && exchange == m_exchange && !m_closing; }
    void headersArrived();
    void answered();
    void readMore();
    void dispatch();
    void refuse(int status);
    void peerLeft();
    /// Then it becomes HTTP/2, or may still: more has to come.
    [[nodiscard]] bool beginsLikeHttp2();
    void expectProgress();

    QTcpSocket *m_socket;
    std::unique_ptr<RequestParser> m_parser;
    QByteArray m_outgoing; ///< Answers that wait for the next one.
    QByteArray m_pending; ///< Bytes that came and are not parsed yet.
    Deadline m_progress{Qt::CoarseTimer}; ///< Until the next part of a request.
    quint64 m_exchange = 0;
    std::function<void()> m_sent;
    bool m_fresh = true; ///< Nothing has been read as a request.
    bool m_secure = false;
    bool m_reading = false; ///< The loop over what has arrived is running.
    bool m_hadHead = false; ///< Of the request that comes, before its body.
    bool m_waiting = false; ///< A request is with the handler.
    bool m_routed = false;  ///< Its body goes to a receiver, under the exchange's number.
    bool m_held = false;
    bool m_begun = false; ///< The head of the answer is out.
    bool m_chunked = true; ///< Its body is sent in chunks; its length was not told.
    bool m_keepAlive = true;
    bool m_closing = false;
};

} // namespace eph::http
