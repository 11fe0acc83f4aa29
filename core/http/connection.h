// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/requestparser.h"
#include "core/http/server.h"

#include <QTcpSocket>
#include <QTimer>
#include <memory>

namespace eph::http {

/// One client of a Server: reads a request, waits for its answer, reads the next.
class Connection : public QObject
{
    Q_OBJECT
public:
    Connection(QTcpSocket *socket, Server *server);
    ~Connection() override;

    void respond(quint64 exchange, const Response &response);
    void inform(quint64 exchange, int status);
    void begin(quint64 exchange, const Response &head);
    void send(quint64 exchange, QByteArrayView bytes);
    void finish(quint64 exchange, const Headers &trailers);
    void abort(quint64 exchange);
    [[nodiscard]] qint64 unsent() const { return m_socket->bytesToWrite(); }
    [[nodiscard]] bool isWaiting(quint64 exchange) const { return isOpen(exchange) && !m_begun; }
    void onSent(quint64 exchange, std::function<void()> receiver);
    void holdRequest(quint64 exchange, bool held);
    [[nodiscard]] std::unique_ptr<QTcpSocket> takeSocket(quint64 exchange, const Request &request);

private:
    [[nodiscard]] Request parsed();
    [[nodiscard]] bool isOpen(quint64 exchange) const { return m_waiting && exchange == m_exchange && !m_closing; }
    void headersArrived();
    void answered();
    void readMore();
    void dispatch();
    void refuse(int status);
    void peerLeft();
    /// It comes from this machine, and not from a page that a browser shows.
    [[nodiscard]] bool isTrusted(const Request &request) const;
    void expectProgress();

    QTcpSocket *m_socket;
    Server *m_server;
    std::unique_ptr<RequestParser> m_parser;
    QByteArray m_outgoing; ///< Answers that wait for the next one.
    QByteArray m_pending; ///< Bytes that came and are not parsed yet.
    QTimer m_progress;
    quint64 m_exchange = 0;
    std::function<void()> m_sent;
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
