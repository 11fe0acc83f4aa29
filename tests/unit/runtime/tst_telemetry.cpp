// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/telemetry.h"
#include "tests/support/fakeclock.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace eph;
using namespace eph::runtime;
using namespace std::chrono_literals;

/// What an extension listens with: keeps the requests and answers them, the first ones with an error where asked to.
class Receiver
{
public:
    Receiver()
    {
        (void)m_server.listen(QHostAddress::LocalHost);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            QTcpSocket *peer = m_server.nextPendingConnection();
            auto bytes = std::make_shared<QByteArray>();
            QObject::connect(peer, &QTcpSocket::readyRead, peer, [this, peer, bytes] {
                *bytes += peer->readAll();
                const qsizetype head = bytes->indexOf("\r\n\r\n");
                if (head < 0 || bytes->size() < head + 4 + test::RawHttp::header(bytes->left(head + 4), "Content-Length").toLongLong())
                    return;
                if (refuse-- > 0) {
                    peer->write("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                } else {
                    requests << *bytes;
                    peer->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                }
                bytes->clear();
            });
        });
    }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }

    QList<QByteArray> requests;
    int refuse = 0;

private:
    QTcpServer m_server;
};

/// Subscriptions and their delivery to real receivers.
class tst_Telemetry : public QObject
{
    Q_OBJECT

    test::FakeClock m_clock;

    static QByteArray httpRequest(quint16 port, const QByteArray &more = {})
    {
        return "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"platform\",\"function\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:" + QByteArray::number(port) + "/in?a=b\"},\"buffering\":{\"timeoutMs\":25}}" + more;
    }
    std::unique_ptr<Telemetry> newTelemetry() const
    {
        auto telemetry = std::make_unique<Telemetry>(m_clock, QStringList{"127.0.0.1"});
        telemetry->onSubscribed = [telemetry = telemetry.get()](const QString &name, const QString &state, const QStringList &types) { telemetry->publish(platform::telemetrySubscribed(name, state, types)); };
        return telemetry;
    }
    static QStringList types(const QByteArray &request)
    {
        QStringList all;
        const QJsonArray events = QJsonDocument::fromJson(test::RawHttp::body(request)).array();
        for (const auto &event : events)
            all << event.toObject().value("type").toString();
        return all;
    }

private Q_SLOTS:
    void readsSubscriptions_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *name, const QByteArray &body, const QString &problem) { QTest::newRow(name) << body << problem; };
        row("usual", "{\"schemaVersion\":\"2022-07-01\",\"types\":[\"platform\",\"function\",\"extension\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:8080\"}}", {});
        row("short host", "{\"schemaVersion\":\"2025-01-29\",\"types\":[\"extension\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox:4243/lambda/logs\"}}", {});
        row("tcp", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":9999}}", {});
        row("all limits", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":1},\"buffering\":{\"maxItems\":1000,\"maxBytes\":1048576,\"timeoutMs\":30000}}", {});
        row("no JSON", "{", "no JSON object");
        row("empty", "", "no JSON object");
        row("list", "[]", "no JSON object");
        row("unknown version", "{\"schemaVersion\":\"2020-08-15\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":1}}", "schemaVersion");
        row("no types", "{\"schemaVersion\":\"2022-12-13\",\"types\":[],\"destination\":{\"protocol\":\"TCP\",\"port\":1}}", "types");
        row("unknown type", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\",\"all\"],\"destination\":{\"protocol\":\"TCP\",\"port\":1}}", "types");
        row("no destination", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"]}", "destination.protocol");
        row("no port", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain\"}}", "port is not provided");
        row("port of none", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":65536}}", "port");
        row("fraction of a port", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":1.5}}", "port");
        row("elsewhere", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://169.254.169.254:80/\"}}", "host must be sandbox.localdomain");
        row("in disguise", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain@example.org:80/\"}}", "host must be sandbox.localdomain");
        row("encrypted", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"https://sandbox.localdomain:80/\"}}", "no http address");
        row("too few items", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":1},\"buffering\":{\"maxItems\":999}}", "maxItems");
        row("too many bytes", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":1},\"buffering\":{\"maxBytes\":1048577}}", "maxBytes");
        row("too hasty", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":1},\"buffering\":{\"timeoutMs\":24}}", "timeoutMs");
        row("text for a number", "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":1},\"buffering\":{\"timeoutMs\":\"100\"}}", "timeoutMs");
    }
    void readsSubscriptions()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, problem);
        const auto read = parseTelemetrySubscription(body);
        if (problem.isEmpty()) {
            QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        } else {
            QVERIFY(!read);
            QVERIFY2(read.error().message.contains(problem), qPrintable(read.error().message));
            // Refused on the wire as the service does.
            const http::Response answer = newTelemetry()->subscribe("ext", body);
            QCOMPARE(answer.status, 400);
            QCOMPARE(QJsonDocument::fromJson(answer.body).object().value("errorType").toString(), "ValidationError");
        }
    }

    void deliversBatchesWithWhatWasSaidBefore()
    {
        Receiver receiver;
        const QList<QByteArray> &got = receiver.requests;
        const quint16 port = receiver.port();
        const auto telemetry = newTelemetry();
        telemetry->publish({"platform.initStart", "{}", {}, {}});
        telemetry->publish(Telemetry::Source::Extension, "not asked for", false);
        QCOMPARE(telemetry->subscribe("ext", httpRequest(port)).body, "\"OK\"");
        telemetry->publish(Telemetry::Source::Function, "plain \"line\"", true);
        telemetry->publish(Telemetry::Source::Function, "{\"level\":\"INFO\"}", true);
        telemetry->publish(platform::ended("id")); // Of the older API alone.
        QTRY_COMPARE(got.size(), 1);
        QVERIFY2(got.first().startsWith("POST /in?a=b HTTP/1.1\r\n"), got.first());
        QCOMPARE(test::RawHttp::header(got.first(), "Host"), "sandbox.localdomain:" + QByteArray::number(port));
        QCOMPARE(test::RawHttp::header(got.first(), "Content-Type"), "application/json");
        QCOMPARE(types(got.first()), QStringList({"platform.initStart", "platform.telemetrySubscription", "function", "function"}));
        const QJsonArray events = QJsonDocument::fromJson(test::RawHttp::body(got.first())).array();
        QCOMPARE(events.at(1).toObject().value("record").toObject().value("state").toString(), "Subscribed");
        QCOMPARE(events.at(2).toObject().value("record").toString(), "plain \"line\"");
        QVERIFY(events.at(3).toObject().value("record").isObject());
        // Another time changes nothing, and once the init is over nobody else comes.
        QCOMPARE(telemetry->subscribe("ext", httpRequest(port)).status, 200);
        telemetry->closeSubscription();
        const http::Response late = telemetry->subscribe("late", httpRequest(port));
        QCOMPARE(late.status, 403);
        QVERIFY(late.body.contains("\"errorType\":\"Telemetry.SubscriptionClosed\""));
        QTRY_COMPARE(got.size(), 2);
        QVERIFY2(got.at(1).contains("Already subscribed"), got.at(1));
    }

    void standsStillWithItsReceiver()
    {
        Receiver receiver;
        const auto telemetry = newTelemetry();
        QCOMPARE(telemetry->subscribe("ext", httpRequest(receiver.port())).status, 200);
        telemetry->pause();
        QTest::qWait(80);
        QCOMPARE(receiver.requests.size(), 0);
        telemetry->resume();
        QTRY_COMPARE(receiver.requests.size(), 1);
    }

    void triesAgainAndCountsWhatItHadToDrop()
    {
        Receiver receiver;
        receiver.refuse = 2;
        const QList<QByteArray> &bodies = receiver.requests;
        const auto telemetry = newTelemetry();
        QCOMPARE(telemetry->subscribe("ext", httpRequest(receiver.port())).status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(bodies.size(), 1, 5000);
        QCOMPARE(types(bodies.first()), QStringList("platform.telemetrySubscription"));
        // A flood while nothing is taken: what fits is kept, the rest is counted.
        telemetry->pause();
        for (int i = 0; i < 60; ++i)
            telemetry->publish(Telemetry::Source::Function, QByteArray(10'000, 'x'), false);
        telemetry->resume();
        QTRY_COMPARE_WITH_TIMEOUT(bodies.size(), 3, 5000);
        const QJsonObject dropped = QJsonDocument::fromJson(test::RawHttp::body(bodies.at(2))).array().first().toObject();
        QCOMPARE(dropped.value("type").toString(), "platform.logsDropped");
        const int kept = int(types(bodies.at(1)).size());
        QCOMPARE(kept + dropped.value("record").toObject().value("droppedRecords").toInt(), 60);
        QVERIFY(kept > 40 && kept < 60);
    }

    void speaksTcp()
    {
        QTcpServer receiver;
        QVERIFY(receiver.listen(QHostAddress::LocalHost));
        const auto telemetry = newTelemetry();
        const QByteArray body = "{\"schemaVersion\":\"2022-12-13\",\"types\":[\"function\"],\"destination\":{\"protocol\":\"TCP\",\"port\":" + QByteArray::number(receiver.serverPort()) + "},\"buffering\":{\"timeoutMs\":25}}";
        QCOMPARE(telemetry->subscribe("ext", body).status, 200);
        telemetry->publish(Telemetry::Source::Function, "one", false);
        telemetry->publish(Telemetry::Source::Function, "two", false);
        QTRY_VERIFY(receiver.hasPendingConnections());
        QTcpSocket *peer = receiver.nextPendingConnection();
        QByteArray got;
        QTRY_VERIFY((got += peer->readAll()).count('\n') == 2);
        QCOMPARE(QJsonDocument::fromJson(got.split('\n').at(1)).object().value("record").toString(), "two");
    }
};

QTEST_GUILESS_MAIN(tst_Telemetry)
#include "tst_telemetry.moc"
