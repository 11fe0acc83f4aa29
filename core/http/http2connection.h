// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/deadline.h"
#include "core/http/connection.h"

#include <map>
#include <memory>
#include <vector>

struct nghttp2_session;

namespace eph::http {

/// A client that speaks HTTP/2: many requests at a time, each with its own stream, whose number is the exchange's.
class Http2Connection final : public Connection
{
    Q_OBJECT
public:
    Http2Connection(QTcpSocket *socket, Server *server);
    ~Http2Connection() override;

    /// What the client has sent.
    void take(QByteArrayView bytes);

    void respond(quint64 exchange, const Response &response) override;
    void inform(quint64 exchange, int status) override;
    void begin(quint64 exchange, const Response &head) override;
    void send(quint64 exchange, QByteArrayView bytes) override;
    void finish(quint64 exchange, const Headers &trailers) override;
    void abort(quint64 exchange) override;
    [[nodiscard]] qint64 unsent(quint64 exchange) const override;
    [[nodiscard]] bool isThere(quint64 exchange) const override { return find(exchange) != nullptr; }
    [[nodiscard]] bool isWaiting(quint64 exchange) const override;
    void onSent(quint64 exchange, std::function<void()> receiver) override;
    void holdRequest(quint64 exchange, bool held) override;
    /// Never: other streams are on it.
    [[nodiscard]] std::unique_ptr<QTcpSocket> takeSocket(quint64, const Request &) override { return nullptr; }

private:
    struct Stream;
    struct Callbacks;
    friend struct Callbacks;

    /// nullptr when it is closed.
    [[nodiscard]] Stream *find(quint64 exchange) const;
    void openStream(qint32 id);
    void takeHeader(Stream &stream, const QByteArray &name, const QByteArray &value);
    void headArrived(Stream &stream);
    void takeBody(Stream &stream, QByteArrayView bytes);
    void requestEnded(Stream &stream);
    void streamClosed(Stream &stream);
    /// At once, whatever more of the request may come.
    void refuse(Stream &stream, int status);
    /// Requests that are whole go to the handler, and what is closed goes away.
    void settle();
    void dispatch(Stream &stream);
    void submitHead(Stream &stream, const Response &head, qint64 length, bool hasBody);
    void flush();
    void written();
    void peerLeft();
    void expectProgress();

    QTcpSocket *m_socket;
    std::unique_ptr<nghttp2_session, void (*)(nghttp2_session *)> m_session;
    std::map<quint64, std::unique_ptr<Stream>> m_streams;
    std::vector<quint64> m_ready; ///< Their requests are whole, or cut off.
    Deadline m_progress{Qt::CoarseTimer}; ///< Until the next part of a request.
    int m_incomplete = 0;    ///< Streams whose requests are still coming.
    bool m_secure = false;
    bool m_inSession = false; ///< The library is at work and must not be called again.
    bool m_settling = false;
    bool m_closing = false;
};

} // namespace eph::http
