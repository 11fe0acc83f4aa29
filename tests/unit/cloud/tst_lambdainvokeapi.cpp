// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// The invoke API over real sockets, with real functions behind it.
class tst_LambdaInvokeApi : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    QByteArray post(const QByteArray &path, const QByteArray &body, const QByteArray &headers = {})
    {
        RawHttp client(m_cloud->port);
        client.send("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        return client.receive(20'000);
    }
    QByteArray invoke(const QByteArray &name, const QByteArray &body = "{}", const QByteArray &headers = {}) { return post("/2015-03-31/functions/" + name + "/invocations", body, headers); }

private Q_SLOTS:
    void initTestCase()
    {
        m_project
            .file("template.yaml", "Globals: {Function: {Runtime: nodejs20.x, CodeUri: ., Timeout: 5}}\nResources:\n"
                                   "  Echo: {Type: AWS::Serverless::Function, Properties: {FunctionName: echo, Handler: index.echo}}\n"
                                   "  Fail: {Type: AWS::Serverless::Function, Properties: {Handler: index.fail}}\n"
                                   "  One: {Type: AWS::Serverless::Function, Properties: {Handler: index.slow, ReservedConcurrentExecutions: 1}}\n"
                                   "  Off: {Type: AWS::Serverless::Function, Properties: {Handler: index.echo, ReservedConcurrentExecutions: 0}}\n"
                                   "  Stream: {Type: AWS::Serverless::Function, Properties: {Handler: index.stream}}\n")
            .file("index.js", "const fs = require('fs');\nlet tries = 0;\n"
                              "exports.echo = async (event, context) => ({ event, custom: context.clientContext && context.clientContext.custom, request: context.awsRequestId, trace: process.env._X_AMZN_TRACE_ID });\n"
                              "exports.fail = async (event, context) => { if (event.file) fs.appendFileSync(event.file, context.awsRequestId + '\\n'); console.log('failing'); throw new RangeError('no'); };\n"
                              "exports.slow = async () => { await new Promise((r) => setTimeout(r, 300)); return 1; };\n"
                              "exports.stream = awslambda.streamifyResponse(async (event, stream) => { stream.setContentType('text/plain'); for (let i = 0; i < 3; ++i) { stream.write('part' + i + ';'); await new Promise((r) => setTimeout(r, 20)); } if (event.fail) throw new Error('late'); stream.end(); });\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }

    void answersWithThePayload()
    {
        const QByteArray answer = invoke("echo", R"({"x":[1,"ä"]})", "X-Amzn-Trace-Id: Root=1-12345678-123456789012345678901234;Parent=1234567890123456;Sampled=1\r\n");
        QCOMPARE(RawHttp::status(answer), 200);
        QCOMPARE(RawHttp::header(answer, "X-Amz-Executed-Version"), "$LATEST");
        QVERIFY(RawHttp::header(answer, "X-Amz-Function-Error").isEmpty());
        const QJsonObject body = QJsonDocument::fromJson(RawHttp::body(answer)).object();
        QCOMPARE(body.value("event"), QJsonValue(QJsonObject{{"x", QJsonArray{1, "ä"}}}));
        QCOMPARE(body.value("request").toString().toLatin1(), RawHttp::header(answer, "x-amzn-RequestId"));
        QVERIFY(body.value("trace").toString().startsWith("Root=1-12345678"));
    }

    void acceptsEveryName_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char *name : {"echo", "Echo", "echo:$LATEST", "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Aecho", "123456789012:function:echo"})
            QTest::newRow(name) << QByteArray(name);
    }
    void acceptsEveryName()
    {
        QFETCH(QByteArray, name);
        QCOMPARE(RawHttp::status(invoke(name)), 200);
    }

    void tellsAFunctionsErrorByAHeader()
    {
        const QByteArray answer = invoke("Fail");
        QCOMPARE(RawHttp::status(answer), 200);
        QCOMPARE(RawHttp::header(answer, "X-Amz-Function-Error"), "Unhandled");
        QVERIFY(RawHttp::body(answer).startsWith(R"({"errorType":"RangeError","errorMessage":"no","trace":[)"));
    }

    void givesTheTailOfTheLog()
    {
        const QByteArray answer = invoke("Fail", "{}", "X-Amz-Log-Type: Tail\r\n");
        const QByteArray log = QByteArray::fromBase64(RawHttp::header(answer, "X-Amz-Log-Result"));
        QVERIFY(log.size() <= 4096);
        QVERIFY2(log.contains("\tINFO\tfailing\n"), log.constData());
        QVERIFY2(log.trimmed().split('\n').last().startsWith("REPORT RequestId: " + RawHttp::header(answer, "x-amzn-RequestId")), log.constData());
    }

    void givesTheClientContext()
    {
        const QByteArray answer = invoke("echo", "{}", "X-Amz-Client-Context: " + QByteArray(R"({"custom":{"a":"two  spaces"}})").toBase64() + "\r\n");
        QCOMPARE(QJsonDocument::fromJson(RawHttp::body(answer)).object().value("custom"), QJsonValue(QJsonObject{{"a", "two  spaces"}}));
    }

    void refusesBadCalls_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("text");
        const QByteArray echo = "/2015-03-31/functions/echo/invocations";
        QTest::newRow("unknown function") << QByteArray("/2015-03-31/functions/nope/invocations") << QByteArray("{}") << QByteArray() << 404 << QByteArray("ResourceNotFoundException")
                                          << QByteArray(R"({"Message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope","Type":"User"})");
        QTest::newRow("unknown version") << QByteArray(echo + "?Qualifier=3") << QByteArray("{}") << QByteArray() << 404 << QByteArray("ResourceNotFoundException") << QByteArray("function:echo:3");
        QTest::newRow("two qualifiers") << QByteArray("/2015-03-31/functions/echo:1/invocations?Qualifier=2") << QByteArray("{}") << QByteArray() << 400 << QByteArray("InvalidParameterValueException") << QByteArray("derived qualifier");
        QTest::newRow("bad name") << QByteArray("/2015-03-31/functions/a%20b/invocations") << QByteArray("{}") << QByteArray() << 400 << QByteArray("ValidationException") << QByteArray("functionName");
        QTest::newRow("no JSON") << echo << QByteArray("{") << QByteArray() << 400 << QByteArray("InvalidRequestContentException") << QByteArray("Could not parse request body into json: Could not parse payload into json: ");
        QTest::newRow("bad type") << echo << QByteArray("{}") << QByteArray("X-Amz-Invocation-Type: Maybe\r\n") << 400 << QByteArray("InvalidParameterValueException") << QByteArray("enum value set");
        QTest::newRow("bad context") << echo << QByteArray("{}") << QByteArray("X-Amz-Client-Context: e30!\r\n") << 400 << QByteArray("InvalidRequestContentException") << QByteArray("Client context");
        QTest::newRow("too large") << echo << QByteArray(QByteArray("\"") + QByteArray(6'291'455, 'x') + "\"") << QByteArray() << 413 << QByteArray("RequestTooLargeException")
                                   << QByteArray("6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)");
        QTest::newRow("event too large") << echo << QByteArray(QByteArray("\"") + QByteArray(1'048'575, 'x') + "\"") << QByteArray("X-Amz-Invocation-Type: Event\r\n") << 413 << QByteArray("RequestTooLargeException")
                                         << QByteArray("1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)");
        QTest::newRow("elsewhere") << QByteArray("/2015-03-31/elsewhere/") << QByteArray() << QByteArray() << 404 << QByteArray("UnknownOperationException") << QByteArray();
    }
    void refusesBadCalls()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, text);
        const QByteArray answer = post(path, body, headers);
        QTEST(RawHttp::status(answer), "status");
        QTEST(RawHttp::header(answer, "x-amzn-ErrorType"), "type");
        QVERIFY(!RawHttp::header(answer, "x-amzn-RequestId").isEmpty());
        QVERIFY2(RawHttp::body(answer).contains(text), answer.constData());
    }

    void namesWhatIsMissingInTheProjectsRegion()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n").file("samconfig.toml", "version = 0.1\n[default.deploy.parameters]\nregion = \"eu-central-1\"\n");
        test::EndpointFixture elsewhere(project);
        RawHttp client(elsewhere.port);
        const QByteArray answer = client.request("POST", "/2015-03-31/functions/nope/invocations", "{}");
        QCOMPARE(RawHttp::status(answer), 404);
        QVERIFY2(answer.contains("Function not found: arn:aws:lambda:eu-central-1:123456789012:function:nope"), answer.constData());
    }

    void takesTheLargestPayload()
    {
        const QByteArray answer = invoke("Fail", "\"" + QByteArray(6'291'454, 'x') + "\"");
        QCOMPARE(RawHttp::status(answer), 200);
    }

    void throttlesWithTheReason()
    {
        RawHttp first(m_cloud->port);
        first.send("POST /2015-03-31/functions/One/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}");
        QTRY_COMPARE(m_cloud->cloud.counts().busy, 1);
        const QByteArray second = invoke("One");
        QCOMPARE(RawHttp::status(second), 429);
        QCOMPARE(RawHttp::header(second, "x-amzn-ErrorType"), "TooManyRequestsException");
        QVERIFY(!RawHttp::header(second, "Retry-After").isEmpty());
        QCOMPARE(RawHttp::body(second), R"({"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."})");
        QCOMPARE(RawHttp::status(first.receive()), 200);
        QCOMPARE(RawHttp::status(invoke("Off")), 429);
    }

    void acceptsEventsAndTriesThemThreeTimes()
    {
        const QString file = m_project.path("tries");
        const QByteArray answer = invoke("Fail", QJsonDocument(QJsonObject{{"file", file}}).toJson(), "X-Amz-Invocation-Type: Event\r\n");
        QCOMPARE(RawHttp::status(answer), 202);
        QVERIFY(RawHttp::body(answer).isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(m_project.read("tries").count('\n'), 3, 10'000);
        QTest::qWait(150);
        const QByteArray id = RawHttp::header(answer, "x-amzn-RequestId");
        QCOMPARE(m_project.read("tries"), id + '\n' + id + '\n' + id + '\n');
    }

    void runsNothingForADryRun()
    {
        const QByteArray answer = invoke("echo", "{}", "X-Amz-Invocation-Type: DryRun\r\n");
        QCOMPARE(RawHttp::status(answer), 204);
    }

    void streamsWhileTheFunctionWrites_data()
    {
        QTest::addColumn<QByteArray>("function");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("complete"); // What the last message says.
        QTest::newRow("streamed") << QByteArray("Stream") << QByteArray("{}") << QByteArray("{}");
        QTest::newRow("fails at the end") << QByteArray("Stream") << QByteArray(R"({"fail":1})") << QByteArray(R"("ErrorCode":"Runtime.Unknown")");
        QTest::newRow("one that does not stream") << QByteArray("echo") << QByteArray("{}") << QByteArray("{}");
    }
    void streamsWhileTheFunctionWrites()
    {
        QFETCH(QByteArray, function);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, complete);
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_cloud->port);
        socket.write("POST /2021-11-15/functions/" + function + "/response-streaming-invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        QByteArray all;
        QTRY_VERIFY_WITH_TIMEOUT((all += socket.readAll()).endsWith("\r\n0\r\n\r\n"), 20'000);
        QVERIFY(all.contains("Content-Type: application/vnd.amazon.eventstream\r\n"));
        if (function == "Stream") {
            QCOMPARE(all.count("PayloadChunk"), 3);
            QVERIFY(all.contains("part0;") && all.contains("part2;"));
        } else {
            QVERIFY(all.contains("\"request\""));
        }
        QCOMPARE(all.count("InvokeComplete"), 1);
        QVERIFY2(all.mid(all.indexOf("InvokeComplete")).contains(complete), all.constData());
    }

    void runsWhatTheTemplateSaysAfterItIsSaved()
    {
        QCOMPARE(RawHttp::status(invoke("Late")), 404);
        QByteArray text = m_project.read("template.yaml");
        m_project.file("template.yaml", text + "  Late: {Type: AWS::Serverless::Function, Properties: {Handler: index.echo}}\n");
        QCOMPARE(RawHttp::status(invoke("Late")), 200);
        m_project.file("template.yaml", "Resources: [\n");
        const QByteArray broken = invoke("Late");
        QCOMPARE(RawHttp::status(broken), 500);
        QCOMPARE(RawHttp::header(broken, "x-amzn-ErrorType"), "ServiceException");
        m_project.file("template.yaml", text);
        QCOMPARE(RawHttp::status(invoke("Late")), 404);
    }
};

QTEST_GUILESS_MAIN(tst_LambdaInvokeApi)
#include "tst_lambdainvokeapi.moc"
