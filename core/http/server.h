// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/http/message.h"
#include "core/sys/filedescriptor.h"

#include <QObject>
#include <QPointer>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

class QSslConfiguration;
class QTcpSocket;

namespace eph::http {

class Connection;
class Listener;

struct ServerLimits {
    qint64 bodyBytes = 6 * 1024 * 1024;  ///< More is read, counted and dropped.
    qint64 refuseBytes = 1LL << 40;      ///< More ends the connection with 413.
    quint32 headerBytes = 64 * 1024;     ///< More is answered with 431.
    std::chrono::milliseconds slowRequest{30'000}; ///< A request that has begun must make progress within this time; 0: any.
    int connections = 1024;
    /// An answer waits for the next one where the peer has sent the next request already: one packet, one wake-up.
    bool coalesce = false;
    bool http2 = false;    ///< Clients that begin with HTTP/2 are answered so.
    bool dated = false;    ///< Answers have a Date.
    bool webPages = false; ///< Answer requests that a browser makes for a page: they carry an Origin or Sec-Fetch-Site. Server::setPageGate() makes exceptions.
};

/// Answers one request, now or later, from the server's thread. Copies share the answer; the first one counts. Answering
/// after the peer left does nothing.
class Responder
{
public:
    explicit Responder(Connection *connection, quint64 exchange);
    void respond(const Response &response) const;
    /// Before the answer: a status between 100 and 199, without headers.
    void inform(int status) const;
    /// Instead of respond(): the head now, the body in pieces as it comes, then finish(). Where the headers have a
    /// Content-Length, the pieces add up to it.
    void begin(const Response &head) const;
    void send(QByteArrayView bytes) const;
    void finish(const Headers &trailers = {}) const;
    /// Cuts an answer that has begun, so that the peer sees that it is not whole.
    void abort() const;
    /// Bytes of the answer that the peer has not taken yet.
    [[nodiscard]] qint64 unsent() const;
    /// Called whenever the peer has taken all; one receiver an exchange.
    void onSent(std::function<void()> receiver) const;
    /// While held, the rest of the request stays with the peer.
    void holdRequest(bool held) const;
    [[nodiscard]] bool isConnected() const;
    /// The peer is there and has not been answered.
    [[nodiscard]] bool isWaiting() const;
    /// Hands the connection over to another protocol, with the request still to be read from it; the server forgets it. Null
    /// where the peer has left, was answered, or has sent more than it was asked for.
    [[nodiscard]] std::unique_ptr<QTcpSocket> takeSocket(const Request &request) const;
    /// Of the same request.
    [[nodiscard]] bool operator==(const Responder &other) const;

private:
    QPointer<Connection> m_connection;
    quint64 m_exchange;
};

/// An HTTP/1.1 server on 127.0.0.1, where it is told to one of HTTP/2 without TLS, too, with strict parsing and bounds on everything. Refuses a Host that is not loopback and,
/// unless told otherwise, what a browser asks for a page: no web page can reach it. Lives on the thread that made it.
class Server : public QObject
{
    Q_OBJECT
public:
    using Handler = std::function<void(const Request &, const Responder &)>;
    /// What a request for a web page is refused with; null: nothing.
    using PageGate = std::function<std::optional<Response>(const Request &)>;
    /// Asked between head and body: a receiver takes the body as it comes, and the handler then gets the request without it.
    using BodyRouter = std::function<BodyReceiver(const Request &, const Responder &)>;

    explicit Server(Handler handler, ServerLimits limits = {}, QObject *parent = nullptr);
    ~Server() override;

    /// Port 0 takes a free one. Fails with Conflict when the port is in use.
    [[nodiscard]] Result<quint16> listen(quint16 port = 0);
    [[nodiscard]] quint16 port() const;
    /// The other end of a connection that needs no port and costs half as much, for a program that is started with it. Null where
    /// too many files are open.
    [[nodiscard]] std::shared_ptr<sys::FileDescriptor> connection();
    /// Asked between head and body: how much of it is kept, in place of ServerLimits::bodyBytes.
    void setBodyLimit(std::function<qint64(const Request &head)> limit) { m_bodyLimit = std::move(limit); }
    /// From now on clients may speak TLS, too; asked for each that does.
    void setTls(std::function<QSslConfiguration()> configuration);
    void setBodyRouter(BodyRouter router) { m_bodyRouter = std::move(router); }
    /// Asked by its head for each request for a page, in place of ServerLimits::webPages.
    void setPageGate(PageGate gate) { m_pageGate = std::move(gate); }

private:
    friend class Connection;
    void accept(QTcpSocket *socket);

    Listener *m_server;
    Handler m_handler;
    BodyRouter m_bodyRouter;
    PageGate m_pageGate;
    std::function<qint64(const Request &)> m_bodyLimit;
    ServerLimits m_limits;
    int m_connections = 0;
};

} // namespace eph::http
