// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/runtimeapi.h"
#include "tests/support/rawhttp.h"

using namespace eph;
using test::RawHttp;

/// Each rule of the Runtime API over real HTTP.
class tst_RuntimeApi : public QObject
{
    Q_OBJECT

    struct Host {
        runtime::RuntimeApi api;
        http::Server server{[this](const http::Request &request, const http::Responder &responder) { api.handle(request, responder); }, limits()};
        quint16 port = server.listen().value();
        int ready = 0;
        std::optional<runtime::RuntimeApi::Answer> answer;
        std::optional<runtime::RuntimeApi::Failure> failure;
        std::optional<runtime::RuntimeApi::Failure> initFailure;
        bool tooLarge = false;

        static http::ServerLimits limits()
        {
            http::ServerLimits limits;
            limits.bodyBytes = runtime::RuntimeApi::MaxStreamedBytes;
            return limits;
        }
        Host()
        {
            api.onNext = [this] { ++ready; };
            api.onAnswer = [this](runtime::RuntimeApi::Answer taken) { answer = std::move(taken); };
            api.onFailure = [this](runtime::RuntimeApi::Failure taken) { failure = std::move(taken); };
            api.onInitFailure = [this](runtime::RuntimeApi::Failure taken) { initFailure = std::move(taken); };
            api.onResponseTooLarge = [this] { tooLarge = true; };
        }
        Q_DISABLE_COPY_MOVE(Host)
    };

    static constexpr auto Next = "/2018-06-01/runtime/invocation/next";
    static QByteArray path(const QByteArray &id, const QByteArray &call) { return "/2018-06-01/runtime/invocation/" + id + "/" + call; }
    static QByteArray wait() { return "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"; }

    /// Brings a client to where it runs invocation `id`.
    static void begin(Host &host, RawHttp &client, const QByteArray &id, const QByteArray &payload = "{}")
    {
        const int before = host.ready;
        client.send(wait());
        QTRY_COMPARE(host.ready, before + 1);
        host.api.deliver({id, 1'767'323'048'006, "arn:aws:lambda:us-east-1:123456789012:function:f", "Root=1-5;Sampled=0", "{\"custom\":1}", payload});
    }

private Q_SLOTS:
    void deliversTheEventWithItsHeaders()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1", "{\"exact\":  1.0}");
        const QByteArray response = client.receive();
        QCOMPARE(RawHttp::status(response), 200);
        QCOMPARE(RawHttp::body(response), "{\"exact\":  1.0}");
        QCOMPARE(RawHttp::header(response, "Lambda-Runtime-Aws-Request-Id"), "id-1");
        QCOMPARE(RawHttp::header(response, "Lambda-Runtime-Deadline-Ms"), "1767323048006");
        QCOMPARE(RawHttp::header(response, "Lambda-Runtime-Invoked-Function-Arn"), "arn:aws:lambda:us-east-1:123456789012:function:f");
        QCOMPARE(RawHttp::header(response, "Lambda-Runtime-Trace-Id"), "Root=1-5;Sampled=0");
        QCOMPARE(RawHttp::header(response, "Lambda-Runtime-Client-Context"), "{\"custom\":1}");
    }

    void deliversTheSameEventAgain()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1", "{\"n\":1}");
        (void)client.receive();
        QCOMPARE(RawHttp::body(client.request("GET", Next)), "{\"n\":1}");
        QCOMPARE(host.ready, 1);
    }

    void takesOneResponse()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1");
        (void)client.receive();
        const QByteArray accepted = client.request("POST", path("id-1", "response"), "\"ok\"");
        QCOMPARE(RawHttp::status(accepted), 202);
        QCOMPARE(RawHttp::body(accepted), "{\"status\":\"OK\"}\n");
        QCOMPARE(host.answer->payload, "\"ok\"");
        const QByteArray second = client.request("POST", path("id-1", "response"), "\"again\"");
        QCOMPARE(RawHttp::status(second), 403);
        QVERIFY(second.contains("InvalidStateTransition"));
        QCOMPARE(host.answer->payload, "\"ok\"");
    }

    void looksAtTheIdBeforeTheState()
    {
        Host host;
        RawHttp client(host.port);
        QCOMPARE(RawHttp::status(client.request("POST", path("id-0", "response"), "1")), 400);
        begin(host, client, "id-1");
        (void)client.receive();
        const QByteArray wrong = client.request("POST", path("id-2", "response"), "1");
        QCOMPARE(RawHttp::status(wrong), 400);
        QCOMPARE(RawHttp::body(wrong), "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}\n");
        (void)client.request("POST", path("id-1", "response"), "1");
        begin(host, client, "id-3");
        (void)client.receive();
        QCOMPARE(RawHttp::status(client.request("POST", path("id-1", "error"), "{}")), 400);
    }

    void boundsTheResponse()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1");
        (void)client.receive();
        QCOMPARE(RawHttp::status(client.request("POST", path("id-1", "response"), QByteArray(6'291'556, 'x'))), 202);
        QCOMPARE(host.answer->payload.size(), 6'291'556);
        begin(host, client, "id-2");
        (void)client.receive();
        const QByteArray refused = client.request("POST", path("id-2", "response"), QByteArray(6'291'557, 'x'));
        QCOMPARE(RawHttp::status(refused), 413);
        QCOMPARE(RawHttp::body(refused), "{\"errorMessage\":\"Exceeded maximum allowed payload size (6291556 bytes).\",\"errorType\":\"RequestEntityTooLarge\"}\n");
        QVERIFY(host.tooLarge);
    }

    void forwardsErrorsVerbatim()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1");
        (void)client.receive();
        const QByteArray body = "{ \"errorMessage\" : \"ä\", \"weird\": 1 }";
        QCOMPARE(RawHttp::status(client.request("POST", path("id-1", "error"), body, "Lambda-Runtime-Function-Error-Type: foo\r\n")), 202);
        QCOMPARE(host.failure->payload, body);
        QCOMPARE(host.failure->errorType, "Runtime.Unknown");
    }

    void stripsTheCauseOfAnError()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1");
        (void)client.receive();
        (void)client.request("POST", path("id-1", "error"), R"({"errorMessage":"m","errorType":"t","stackTrace":["s"],"errorCause":{"x":1}})", "Content-Type: application/vnd.aws.lambda.error.cause+json\r\n");
        QVERIFY(!host.failure->payload.contains("errorCause"));
        QVERIFY(host.failure->payload.contains("stackTrace"));
    }

    void takesInitErrorsBeforeTheFirstNextOnly()
    {
        Host host;
        RawHttp client(host.port);
        QCOMPARE(RawHttp::status(client.request("POST", "/2018-06-01/runtime/init/error", "{\"errorType\":\"X\"}", "Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError\r\n")), 202);
        QCOMPARE(host.initFailure->errorType, "Runtime.ImportModuleError");
        QCOMPARE(RawHttp::status(client.request("GET", Next)), 403);
        host.api.reset();
        begin(host, client, "id-1");
        (void)client.receive();
        QCOMPARE(RawHttp::status(client.request("POST", "/2018-06-01/runtime/init/error", "{}")), 403);
    }

    void takesStreams()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1");
        (void)client.receive();
        client.send("POST " + path("id-1", "response") + " HTTP/1.1\r\nHost: 127.0.0.1\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        QCOMPARE(RawHttp::status(client.receive()), 202);
        QVERIFY(host.answer->streamed);
        QCOMPARE(host.answer->payload, "hello");
    }

    void takesAFailureInTheTrailers()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1");
        (void)client.receive();
        client.send("POST " + path("id-1", "response") + " HTTP/1.1\r\nHost: 127.0.0.1\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n"
                    "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n5\r\nhello\r\n0\r\nLambda-Runtime-Function-Error-Type: Runtime.Bad\r\nLambda-Runtime-Function-Error-Body: " + QByteArray("{\"a\":1}").toBase64() + "\r\n\r\n");
        QCOMPARE(RawHttp::status(client.receive()), 202);
        QCOMPARE(host.failure->payload, "{\"a\":1}");
    }

    void refusesAnUnknownResponseMode()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1");
        (void)client.receive();
        QCOMPARE(RawHttp::status(client.request("POST", path("id-1", "response"), "1", "Lambda-Runtime-Function-Response-Mode: buffered\r\n")), 400);
        QCOMPARE(host.failure->errorType, "Runtime.InvalidResponseModeHeader");
    }

    void tellsOfACutResponse()
    {
        Host host;
        RawHttp client(host.port);
        begin(host, client, "id-1");
        (void)client.receive();
        client.send("POST " + path("id-1", "response") + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf");
        QTest::qWait(20);
        client.socket.disconnectFromHost();
        QTRY_VERIFY(host.failure);
        QCOMPARE(host.failure->errorType, "Runtime.TruncatedResponse");
    }

    void answersOtherPaths_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("status");
        QTest::newRow("ping") << QByteArray("GET") << QByteArray("/2018-06-01/ping") << 200;
        QTest::newRow("post next") << QByteArray("POST") << QByteArray(Next) << 405;
        QTest::newRow("get response") << QByteArray("GET") << QByteArray("/2018-06-01/runtime/invocation/x/response") << 405;
        QTest::newRow("get init error") << QByteArray("GET") << QByteArray("/2018-06-01/runtime/init/error") << 405;
        QTest::newRow("unknown") << QByteArray("GET") << QByteArray("/2018-06-01/other") << 404;
        QTest::newRow("other version") << QByteArray("GET") << QByteArray("/2020-01-01/runtime/invocation/next") << 404;
        QTest::newRow("snapshot") << QByteArray("GET") << QByteArray("/2018-06-01/runtime/restore/next") << 404;
    }
    void answersOtherPaths()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        Host host;
        RawHttp client(host.port);
        QTEST(RawHttp::status(client.request(method, path)), "status");
    }
};

QTEST_GUILESS_MAIN(tst_RuntimeApi)
#include "tst_runtimeapi.moc"
