// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP/2 without TLS, as the client of Node.js speaks it; and what no client would send.
#include "core/http/server.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>
#include <QProcess>
#include <QTimer>

using namespace eph;
using test::RawHttp;
using namespace std::chrono_literals;

namespace {

const QByteArray Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Headers as HPACK has them: POST, /, http, localhost.
const QByteArray Post = QByteArray::fromHex("83848601") + "\x09localhost";

QByteArray frame(char type, char flags, quint32 stream, const QByteArray &payload)
{
    QByteArray bytes;
    for (int shift = 16; shift >= 0; shift -= 8)
        bytes += char(payload.size() >> shift);
    bytes += type;
    bytes += flags;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += char(stream >> shift);
    return bytes + payload;
}

http::ServerLimits http2()
{
    http::ServerLimits limits;
    limits.http2 = true;
    return limits;
}

/// Runs a case of the client beside the server of this thread.
QJsonDocument clientSees(const QString &name, http::Server &server)
{
    const quint16 port = server.port() != 0 ? server.port() : server.listen().value();
    QProcess client;
    client.setProcessChannelMode(QProcess::SeparateChannels);
    client.start("node", {SOURCE_DIR "/tests/helpers/http2client.mjs", name, QString::number(port)});
    (void)QTest::qWaitFor([&] { return client.state() == QProcess::NotRunning; }, 20'000);
    const QByteArray errors = client.readAllStandardError();
    if (!errors.isEmpty())
        qWarning().noquote() << errors;
    return QJsonDocument::fromJson(client.readAllStandardOutput());
}

} // namespace

class tst_Http2Connection : public QObject
{
    Q_OBJECT

    static void echo(const http::Request &request, const http::Responder &responder)
    {
        responder.respond({200, {{"X-Cookie", request.header("Cookie")}, {"X-Host", request.header("Host")}, {"X-Back", request.header("x-mine")}},
                           QByteArray(request.method + ' ' + request.path + '?' + request.query + ' ' + request.body)});
    }

private Q_SLOTS:
    void answersAsHttp1Would()
    {
        http::ServerLimits limits = http2();
        limits.dated = true;
        http::Server server(echo, limits);
        const QJsonObject seen = clientSees("one", server).object();
        QCOMPARE(seen["status"].toInt(), 200);
        QCOMPARE(seen["body"].toString(), "POST /a%20b/c?d=e&f hello");
        const QJsonObject headers = seen["headers"].toObject();
        QCOMPARE(headers["x-back"].toString(), "yes");
        QCOMPARE(headers["x-cookie"].toString(), "a=1; b=2");
        QCOMPARE(headers["x-host"].toString(), QString("127.0.0.1:%1").arg(server.port()));
        QCOMPARE(headers["content-length"].toString(), QString::number(seen["body"].toString().size()));
        QVERIFY(headers["date"].toString().endsWith(" GMT"));
        // The same port, the other way.
        RawHttp old(server.port());
        QCOMPARE(RawHttp::body(old.request("POST", "/x", "y")), "POST /x? y");
        // A method that begins as the preface does, in pieces.
        RawHttp slow(server.port());
        slow.send("P");
        QTest::qWait(20);
        slow.send("UT /z HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        QCOMPARE(RawHttp::body(slow.receive()), "PUT /z? ");
    }

    void answersManyAtATimeAndInAnyOrder()
    {
        QList<std::pair<http::Responder, QByteArray>> waiting;
        int most = 0;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            waiting.emplaceBack(responder, request.path + ' ' + request.body);
            most = std::max(most, int(waiting.size()));
            QTimer::singleShot(10, [&] {
                const auto [last, text] = waiting.takeLast();
                last.respond({200, {}, text});
            });
        }, http2());
        const QJsonArray bodies = clientSees("many", server).array();
        QCOMPARE(bodies.size(), 300);
        for (int i = 0; i < 300; ++i)
            QCOMPARE(bodies[i].toString(), QString("/%1 body %1").arg(i));
        QVERIFY2(most > 10 && most <= 128, QByteArray::number(most));
    }

    void takesAndGivesLargeBodies()
    {
        http::Server server([](const http::Request &request, const http::Responder &responder) {
            responder.respond({200, {{"X-Size", QByteArray::number(request.bodySize)}}, request.body});
        }, http2());
        const QJsonObject seen = clientSees("large", server).object();
        QCOMPARE(seen["headers"].toObject()["x-size"].toString(), "5000000");
        QCOMPARE(seen["size"].toInt(), 5'000'000);
    }

    void countsABodyBeyondItsLimitWithoutKeepingIt()
    {
        http::ServerLimits limits = http2();
        limits.bodyBytes = 1000;
        qint64 kept = 0;
        qint64 size = 0;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            kept = request.body.size();
            size = request.bodySize;
            responder.respond({413, {}, {}});
        }, limits);
        QCOMPARE(clientSees("large", server).object()["status"].toInt(), 413);
        QCOMPARE(kept, 1000);
        QCOMPARE(size, 5'000'000);
    }

    void handsABodyOnAsItComes()
    {
        qint64 taken = 0;
        bool wasHeld = false;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            responder.respond({200, {}, QByteArray::number(taken) + (request.body.isEmpty() ? " streamed" : " kept")});
        }, http2());
        server.setBodyRouter([&](const http::Request &, const http::Responder &responder) {
            return http::BodyReceiver([&, responder](QByteArrayView bytes) {
                taken += bytes.size();
                if (taken < 1'000'000 || std::exchange(wasHeld, true))
                    return;
                responder.holdRequest(true);
                QTimer::singleShot(100, [&, responder, before = taken] {
                    // What the peer was allowed to send came; no more.
                    QVERIFY(taken >= before);
                    QVERIFY2(taken <= before + (2 << 20), QByteArray::number(taken));
                    responder.holdRequest(false);
                });
            });
        });
        QCOMPARE(clientSees("large", server).object()["body"].toString(), "5000000 streamed");
        QVERIFY(wasHeld);
    }

    void streamsAnAnswerWithTrailers()
    {
        http::Server server([](const http::Request &, const http::Responder &responder) {
            responder.begin({207, {{"Transfer-Encoding", "chunked"}, {"Connection", "keep-alive"}, {"X-Kind", "a\r\nb"}}, {}});
            responder.send("one ");
            QTimer::singleShot(20, [responder] {
                responder.send("two");
                responder.finish({{"X-End", "done"}});
                responder.send("too late");
            });
        }, http2());
        const QJsonObject seen = clientSees("get", server).object();
        QCOMPARE(seen["status"].toInt(), 207);
        QCOMPARE(seen["body"].toString(), "one two");
        QCOMPARE(seen["trailers"].toObject()["x-end"].toString(), "done");
        QCOMPARE(seen["headers"].toObject()["x-kind"].toString(), "a  b");
        QVERIFY(!seen["headers"].toObject().contains("transfer-encoding"));
    }

    void waitsForAPeerThatDoesNotRead()
    {
        qint64 most = 0;
        int sent = 0;
        http::Server server([&](const http::Request &, const http::Responder &responder) {
            responder.begin({200, {}, {}});
            const auto more = [&, responder] {
                if (sent == 40)
                    return responder.finish();
                ++sent;
                responder.send(QByteArray(256 * 1024, 'x'));
                most = std::max(most, responder.unsent());
            };
            responder.onSent(more);
            more();
        }, http2());
        QCOMPARE(clientSees("slowReader", server).object()["size"].toInt(), 40 * 256 * 1024);
        QVERIFY2(most <= 1024 * 1024, QByteArray::number(most));
    }

    void cutsAnAnswer()
    {
        http::Server server([](const http::Request &, const http::Responder &responder) {
            responder.begin({200, {}, {}});
            responder.send("half");
            QTimer::singleShot(20, [responder] { responder.abort(); });
        }, http2());
        QCOMPARE(clientSees("get", server).object()["error"].toString(), "ERR_HTTP2_STREAM_ERROR");
    }

    void answersHeadAndSaysNothingWhereThereIsNothing()
    {
        http::Server server([](const http::Request &request, const http::Responder &responder) {
            if (request.method == "HEAD")
                return responder.respond({200, {}, "not sent", 8000});
            responder.respond({204, {}, "not sent"});
        }, http2());
        const QJsonObject head = clientSees("head", server).object();
        QCOMPARE(head["headers"].toObject()["content-length"].toString(), "8000");
        QCOMPARE(head["size"].toInt(), 0);
        const QJsonObject none = clientSees("get", server).object();
        QCOMPARE(none["status"].toInt(), 204);
        QCOMPARE(none["size"].toInt(), 0);
        QVERIFY(!none["headers"].toObject().contains("content-length"));
    }

    void invitesABodyThatWaits()
    {
        http::Server server(echo, http2());
        const QJsonObject seen = clientSees("continued", server).object();
        QCOMPARE(seen["informed"].toArray(), QJsonArray({100}));
        QCOMPARE(seen["body"].toString(), "POST /? go on");
    }

    void refusesStrangers_data()
    {
        QTest::addColumn<QString>("client");
        QTest::addColumn<int>("status");
        QTest::newRow("page") << "page" << 403;
        QTest::newRow("foreign host") << "foreign" << 403;
        QTest::newRow("too much of a head") << "wide" << 431;
    }
    void refusesStrangers()
    {
        QFETCH(QString, client);
        int handled = 0;
        http::ServerLimits limits = http2();
        limits.headerBytes = 2000;
        http::Server server([&](const http::Request &, const http::Responder &responder) {
            ++handled;
            responder.respond({});
        }, limits);
        QTEST(clientSees(client, server).object()["status"].toInt(), "status");
        QCOMPARE(handled, 0);
    }

    void refusesABodyWithoutAnEnd()
    {
        int handled = 0;
        http::ServerLimits limits = http2();
        limits.refuseBytes = 5;
        http::Server server([&](const http::Request &, const http::Responder &) { ++handled; }, limits);
        RawHttp client(server.listen().value());
        client.send(Preface + frame(4, 0, 0, {}) + frame(1, 4, 1, Post) + frame(0, 0, 1, "more than five"));
        QByteArray answer;
        QTRY_VERIFY((answer += client.socket.readAll()).contains("The request was refused."));
        client.send(frame(0, 1, 1, "the end"));
        QTest::qWait(50);
        QCOMPARE(handled, 0);
        QCOMPARE(client.socket.state(), QAbstractSocket::ConnectedState);
    }

    void tellsOfABodyThatWasCutOff()
    {
        QList<std::pair<QByteArray, bool>> told;
        std::optional<http::Responder> cut;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            told.emplaceBack(request.path + ' ' + request.body, request.truncated);
            if (request.truncated)
                cut = responder;
            responder.respond({200, {}, "fine"});
        }, http2());
        RawHttp client(server.listen().value());
        client.send(Preface + frame(4, 0, 0, {}) + frame(1, 4, 1, Post) + frame(0, 0, 1, "only this") + frame(3, 0, 1, QByteArray::fromHex("00000008")));
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told[0], std::make_pair(QByteArray("/ only this"), true));
        QVERIFY(!cut->isConnected());
        cut->respond({200, {}, "nobody hears"});
        // The connection goes on, and what comes on it then is cut off with it.
        client.send(frame(1, 5, 3, Post) + frame(1, 4, 5, Post) + frame(0, 0, 5, "this, too"));
        QTRY_COMPARE(told.size(), 2);
        QCOMPARE(told[1], std::make_pair(QByteArray("/ "), false));
        client.socket.disconnectFromHost();
        QTRY_COMPARE(told.size(), 3);
        QCOMPARE(told[2], std::make_pair(QByteArray("/ this, too"), true));
    }

    void endsAConnectionThatDoesNotProgress()
    {
        http::ServerLimits limits = http2();
        limits.slowRequest = 300ms;
        QList<bool> truncated;
        http::Server server([&](const http::Request &request, const http::Responder &) { truncated << request.truncated; }, limits);
        QCOMPARE(clientSees("stuck", server).object()["goaway"].toInt(), 11); // ENHANCE_YOUR_CALM
        QTRY_COMPARE(truncated, QList<bool>{true});
        // Half a preface is nothing yet.
        RawHttp half(server.port());
        half.send(Preface.first(10));
        QTRY_COMPARE_WITH_TIMEOUT(half.socket.state(), QAbstractSocket::UnconnectedState, 3000);
    }

    void endsWhatIsNoHttp2_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no settings") << Preface + "GET / HTTP/1.1\r\n\r\n";
        QTest::newRow("a frame beyond the limit") << Preface + frame(4, 0, 0, {}) + QByteArray::fromHex("ffffff0000000000010000");
        QTest::newRow("headers that are none") << Preface + frame(4, 0, 0, {}) + frame(1, 5, 1, QByteArray::fromHex("ffffffffffffffff"));
        QTest::newRow("data of no stream") << Preface + frame(4, 0, 0, {}) + frame(0, 1, 1, "body");
        QTest::newRow("a stream of the server's") << Preface + frame(4, 0, 0, {}) + frame(1, 5, 2, QByteArray::fromHex("828684"));
        QTest::newRow("a window that overflows") << Preface + frame(4, 0, 0, {}) + frame(8, 0, 0, QByteArray::fromHex("7fffffff")) + frame(8, 0, 0, QByteArray::fromHex("7fffffff"));
        QTest::newRow("settings without an end") << Preface + frame(4, 0, 0, {}) + frame(4, 0, 0, {}).repeated(20'000);
        QTest::newRow("pings without an end") << Preface + frame(4, 0, 0, {}) + frame(6, 0, 0, QByteArray(8, 'p')).repeated(20'000);
    }
    void endsWhatIsNoHttp2()
    {
        QFETCH(QByteArray, bytes);
        int handled = 0;
        http::Server server([&](const http::Request &, const http::Responder &) { ++handled; }, http2());
        RawHttp client(server.listen().value());
        client.send(bytes);
        QTRY_COMPARE_WITH_TIMEOUT(client.socket.state(), QAbstractSocket::UnconnectedState, 5000);
        QCOMPARE(handled, 0);
        RawHttp next(server.port());
        QCOMPARE(next.socket.state(), QAbstractSocket::ConnectedState);
    }

    void isNotSpokenWhereItWasNotAskedFor()
    {
        http::Server server(echo);
        RawHttp client(server.listen().value());
        client.send(Preface);
        QCOMPARE(RawHttp::status(client.receive()), 400);
    }
};

QTEST_GUILESS_MAIN(tst_Http2Connection)
#include "tst_http2connection.moc"
