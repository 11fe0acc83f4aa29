// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/server.h"
#include "core/sys/localcertificate.h"
#include "tests/support/rawhttp.h"
#include "tests/support/tls.h"

#include <QSignalSpy>
#include <QSslSocket>
#include <QTemporaryDir>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace eph;
using test::RawHttp;
using namespace std::chrono_literals;

class tst_Server : public QObject
{
    Q_OBJECT

    static http::Response echo(const http::Request &request)
    {
        return {200, {}, QByteArray(request.method + ' ' + request.path + '?' + request.query + ' ' + request.body)};
    }

private Q_SLOTS:
    void answersOneRequestAfterAnother()
    {
        http::Server server([](const http::Request &request, const http::Responder &responder) { responder.respond(echo(request)); });
        RawHttp client(server.listen().value());
        QCOMPARE(RawHttp::body(client.request("POST", "/a/b?c=d", "hello")), "POST /a/b?c=d hello");
        QCOMPARE(RawHttp::body(client.request("GET", "/next")), "GET /next? ");
    }

    void answersOverAConnectionWithoutAPort()
    {
        QList<bool> truncated;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            truncated << request.truncated;
            responder.respond(echo(request));
        });
        auto end = server.connection();
        QVERIFY(end);
        RawHttp client(std::move(*end));
        const QByteArray large(3 * 1024 * 1024, 'x');
        QCOMPARE(RawHttp::body(client.request("POST", "/a", large)), "POST /a? " + large);
        QCOMPARE(RawHttp::body(client.request("GET", "/next")), "GET /next? ");
        client.send("POST /cut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf");
        client.socket.disconnectFromHost();
        QTRY_COMPARE(truncated, QList<bool>({false, false, true}));
        // Who never used it ends it as well.
        QVERIFY(server.connection());
        QTRY_VERIFY(server.findChildren<QTcpSocket *>().isEmpty());
    }

    void readsRequestsThatComeInOnePieceAndInMany()
    {
        http::Server server([](const http::Request &request, const http::Responder &responder) { responder.respond(echo(request)); });
        const quint16 port = server.listen().value();
        RawHttp pipelined(port);
        pipelined.send("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi");
        QCOMPARE(RawHttp::body(pipelined.receive()), "GET /1? ");
        QCOMPARE(RawHttp::body(pipelined.receive()), "POST /2? hi");
        RawHttp slow(port);
        const QByteArray wire = "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n";
        for (const char byte : wire) {
            slow.send(QByteArray(1, byte));
            QCoreApplication::processEvents();
        }
        QCOMPARE(RawHttp::body(slow.receive()), "POST /x? abcde");
    }

    void speaksTlsAndNotOnOnePort()
    {
        QTemporaryDir folder;
        const auto authority = sys::LocalAuthority::open(folder.path());
        QVERIFY(authority.has_value());
        const auto certificate = authority->issue({});
        http::ServerLimits limits;
        limits.slowRequest = 300ms;
        http::Server server([](const http::Request &request, const http::Responder &responder) { responder.respond({200, {}, request.secure ? "secure " + request.body : "plain " + request.body}); }, limits);
        server.setTls([&] { return test::tlsWith(*certificate); });
        const quint16 port = server.listen().value();
        QSslSocket client;
        test::connectTrusting(client, *authority, port);
        QTRY_VERIFY2(client.isEncrypted(), qPrintable(client.errorString()));
        QVERIFY(client.sslHandshakeErrors().isEmpty());
        const QByteArray large(300'000, 'x');
        client.write("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + QByteArray::number(large.size()) + "\r\n\r\n" + large);
        QByteArray got;
        QTRY_VERIFY((got += client.readAll()).endsWith("secure " + large));

        RawHttp plain(port);
        QCOMPARE(RawHttp::body(plain.request("POST", "/", "body")), "plain body");
        // What only looks like TLS, and what says nothing at all, ends in time.
        RawHttp nonsense(port);
        nonsense.send("\x16\x03\x01 nonsense that is no handshake at all");
        QTRY_COMPARE_WITH_TIMEOUT(nonsense.socket.state(), QAbstractSocket::UnconnectedState, 5000);
        RawHttp silent(port);
        QTRY_COMPARE_WITH_TIMEOUT(silent.socket.state(), QAbstractSocket::UnconnectedState, 5000);
        RawHttp half(port);
        half.send("\x16");
        QTRY_COMPARE_WITH_TIMEOUT(half.socket.state(), QAbstractSocket::UnconnectedState, 5000);
    }

    void givesTrailersAmongTheHeaders()
    {
        QByteArray trailer;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            trailer = request.header("X-End");
            responder.respond({});
        });
        RawHttp client(server.listen().value());
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n1\r\na\r\n0\r\nX-End: done\r\n\r\n");
        QCOMPARE(RawHttp::status(client.receive()), 200);
        QCOMPARE(trailer, "done");
    }

    void refusesWhatCouldBeReadInTwoWays_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<int>("status");
        QTest::newRow("two lengths") << QByteArray("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd") << 400;
        QTest::newRow("length and chunked") << QByteArray("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") << 400;
        QTest::newRow("space before colon") << QByteArray("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n") << 400;
        QTest::newRow("negative length") << QByteArray("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n") << 400;
        QTest::newRow("no http") << QByteArray::fromHex("1603010200010001fc0303") + " hello\r\n\r\n" << 400;
        QTest::newRow("bad chunk size") << QByteArray("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") << 400;
        QTest::newRow("endless header") << "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + QByteArray(200'000, 'a') << 431;
        QTest::newRow("foreign host") << QByteArray("GET / HTTP/1.1\r\nHost: evil.example.com\r\n\r\n") << 403;
        QTest::newRow("page") << QByteArray("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example.com\r\nContent-Length: 0\r\n\r\n") << 403;
        QTest::newRow("page without an origin") << QByteArray("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n\r\n") << 403;
        QTest::newRow("endless chunk extension") << "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;" + QByteArray(200'000, 'a') << 431;
        QTest::newRow("foreign host that ends like ours") << QByteArray("GET / HTTP/1.1\r\nHost: 127.0.0.1.example.com\r\n\r\n") << 403;
    }
    void refusesWhatCouldBeReadInTwoWays()
    {
        QFETCH(QByteArray, wire);
        int handled = 0;
        http::Server server([&](const http::Request &, const http::Responder &responder) {
            ++handled;
            responder.respond({});
        });
        RawHttp client(server.listen().value());
        client.send(wire);
        QTEST(RawHttp::status(client.receive()), "status");
        QCOMPARE(handled, 0);
    }

    void countsABodyBeyondItsLimitWithoutKeepingIt()
    {
        http::ServerLimits limits;
        limits.bodyBytes = 1000;
        qint64 kept = 0;
        qint64 size = 0;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            kept = request.body.size();
            size = request.bodySize;
            responder.respond({413, {}, {}});
        }, limits);
        RawHttp client(server.listen().value());
        QCOMPARE(RawHttp::status(client.request("POST", "/", QByteArray(5'000'000, 'x'))), 413);
        QCOMPARE(kept, 1000);
        QCOMPARE(size, 5'000'000);
        QCOMPARE(RawHttp::status(client.request("POST", "/", "small")), 413);
    }

    void doesNotTellOfABodyThatAStrangerCutOff()
    {
        bool handled = false;
        http::Server server([&](const http::Request &, const http::Responder &) { handled = true; });
        {
            RawHttp client(server.listen().value());
            client.send("POST / HTTP/1.1\r\nHost: evil.example.com\r\nContent-Length: 10\r\n\r\nabc");
            QTest::qWait(50);
        }
        QTest::qWait(50);
        QVERIFY(!handled);
    }

    void datesItsAnswersWhereItIsAsked()
    {
        QCOMPARE(http::httpDate(784'111'777'000), "Sun, 06 Nov 1994 08:49:37 GMT"); // The example of RFC 9110.
        http::ServerLimits limits;
        limits.dated = true;
        http::Server dated([](const http::Request &request, const http::Responder &responder) { responder.respond({200, request.path == "/own" ? http::Headers{{"date", "mine"}} : http::Headers(), {}}); }, limits);
        RawHttp client(dated.listen().value());
        const qint64 before = QDateTime::currentSecsSinceEpoch() * 1000;
        const QByteArray date = RawHttp::header(client.request("GET", "/"), "Date");
        QVERIFY2(date == http::httpDate(before) || date == http::httpDate(before + 1000) || date == http::httpDate(before + 2000), date);
        const QByteArray own = client.request("GET", "/own");
        QCOMPARE(RawHttp::header(own, "Date"), "mine");
        QCOMPARE(own.toLower().count("date:"), 1);
        http::Server plain([](const http::Request &, const http::Responder &responder) { responder.respond({}); });
        RawHttp other(plain.listen().value());
        QVERIFY(RawHttp::header(other.request("GET", "/"), "Date").isEmpty());
    }

    void writesAHeaderOnOneLine()
    {
        http::Server server([&](const http::Request &, const http::Responder &responder) { responder.respond({200, {{"X", "a\r\nY: b"}}, {}}); });
        RawHttp client(server.listen().value());
        QVERIFY(client.request("GET", "/", {}).contains("X: a  Y: b\r\n"));
    }

    void tellsOfABodyThatWasCutOff()
    {
        std::optional<bool> truncated;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            truncated = request.truncated;
            responder.respond({});
        });
        RawHttp client(server.listen().value());
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly this");
        QTest::qWait(20);
        client.socket.disconnectFromHost();
        QTRY_VERIFY(truncated.has_value());
        QVERIFY(*truncated);
    }

    void answersLateAndAfterThePeerLeft()
    {
        std::optional<http::Responder> held;
        http::Server server([&](const http::Request &, const http::Responder &responder) { held = responder; });
        {
            RawHttp client(server.listen().value());
            client.send("GET /poll HTTP/1.1\r\nHost: localhost\r\n\r\n");
            QTRY_VERIFY(held);
            held->respond({200, {}, "late"});
            QCOMPARE(RawHttp::body(client.receive()), "late");
            held.reset();
            client.send("GET /poll HTTP/1.1\r\nHost: localhost\r\n\r\n");
            QTRY_VERIFY(held);
        }
        QTRY_VERIFY(!held->isConnected());
        held->respond({200, {}, "nobody hears"});
    }

    void endsARequestThatDoesNotProgress()
    {
        http::ServerLimits limits;
        limits.slowRequest = 50ms;
        http::Server server([](const http::Request &, const http::Responder &responder) { responder.respond({}); }, limits);
        RawHttp client(server.listen().value());
        client.send("GET / HTTP/1.1\r\nHo");
        QCOMPARE(RawHttp::status(client.receive()), 408);
        QTRY_COMPARE(client.socket.state(), QAbstractSocket::UnconnectedState);
    }

    void letsManyInAtOnce()
    {
        http::Server server([](const http::Request &, const http::Responder &responder) { responder.respond({200, {}, {}}); });
        const quint16 port = server.listen().value();
        // All of them before the server has looked once: whom the queue has no room for would wait a second.
        QList<int> sockets;
        for (int i = 0; i < 300; ++i) {
            const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(port);
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            timeval patience{0, 500'000};
            ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
            QCOMPARE(::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
            sockets << socket;
        }
        for (const int socket : std::as_const(sockets))
            ::close(socket);
    }

    void boundsItsConnections()
    {
        http::ServerLimits limits;
        limits.connections = 2;
        http::Server server([](const http::Request &, const http::Responder &responder) { responder.respond({}); }, limits);
        const quint16 port = server.listen().value();
        RawHttp first(port);
        RawHttp second(port);
        QCOMPARE(RawHttp::status(first.request("GET", "/")), 200);
        QCOMPARE(RawHttp::status(second.request("GET", "/")), 200);
        RawHttp third(port);
        QTRY_COMPARE(third.socket.state(), QAbstractSocket::UnconnectedState);
    }

    void saysThatAPortIsTaken()
    {
        http::Server first([](const http::Request &, const http::Responder &) {});
        http::Server second([](const http::Request &, const http::Responder &) {});
        const auto refused = second.listen(first.listen().value());
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
    }
};

QTEST_GUILESS_MAIN(tst_Server)
#include "tst_server.moc"
