// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/server.h"
#include "core/http/transport.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <thread>

using namespace eph;

/// Requests over a real network, however the other side behaves.
class tst_Transport : public QObject
{
    Q_OBJECT

    /// While the request waits on a thread of its own, the server answers on this one.
    static Result<http::Response> send(quint16 port, const http::Request &request, std::chrono::milliseconds timeout = std::chrono::seconds(5))
    {
        std::optional<Result<http::Response>> answer;
        std::atomic<bool> done = false;
        std::thread thread([&] {
            http::NetworkTransport network;
            answer = network.send(QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port)), request, timeout);
            done = true;
        });
        (void)QTest::qWaitFor([&] { return done.load(); }, 20'000);
        thread.join();
        return *answer;
    }

private Q_SLOTS:
    void sendsWhatItIsGiven()
    {
        http::Request seen;
        http::Server server([&](const http::Request &request, const http::Responder &responder) {
            seen = request;
            responder.respond({201, {{"X-Answer", "yes"}}, "body"});
        });
        const quint16 port = server.listen().value();
        http::Request request;
        request.method = "PUT";
        request.path = "/a%2Fb/arn%3Aaws";
        request.query = "Qualifier=%24LATEST&x";
        request.headers = {{"X-Amz-Date", "20260101T000000Z"}, {"Content-Type", "application/json"}};
        request.body = "{\"a\":1}";
        const auto answer = send(port, request);
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->status, 201);
        QCOMPARE(answer->body, "body");
        QCOMPARE(seen.path, request.path);
        QCOMPARE(seen.query, request.query);
        QCOMPARE(seen.body, request.body);
        QCOMPARE(seen.header("Content-Type"), "application/json");
        QCOMPARE(seen.header("X-Amz-Date"), "20260101T000000Z");
    }

    /// A call that may have been made is never made a second time by itself.
    void neverSendsABodyTwice_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::newRow("post") << QByteArray("POST");
        QTest::newRow("put") << QByteArray("PUT");
    }
    void neverSendsABodyTwice()
    {
        QFETCH(QByteArray, method);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        int requests = 0;
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&, socket] {
                const QByteArray bytes = socket->readAll();
                requests += int(bytes.count(method + " /"));
                if (bytes.contains("payload"))
                    socket->close();
            });
        });
        http::Request request;
        request.method = method;
        request.path = "/once";
        request.body = "payload";
        const auto answer = send(server.serverPort(), request);
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Io);
        QCOMPARE(requests, 1);
    }

    void saysWhenItTookTooLong()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        http::Request request;
        request.method = "GET";
        request.path = "/";
        const auto answer = send(server.serverPort(), request, std::chrono::milliseconds(200));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::TimedOut);
    }
};

QTEST_GUILESS_MAIN(tst_Transport)
#include "tst_transport.moc"
