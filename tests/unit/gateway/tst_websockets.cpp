// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/requeststore.h"
#include "core/gateway/socketevent.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QWebSocket>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// WebSocket APIs before real functions, asked by Qt's own client.
class tst_WebSockets : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    /// A client that has been let in, and what it was told.
    struct Client {
        QWebSocket socket;
        QStringList told;
        bool refused = false;
        int closeCode = 0;

        explicit Client(const QNetworkRequest &request)
        {
            connect(&socket, &QWebSocket::textMessageReceived, &socket, [this](const QString &text) { told << text; });
            connect(&socket, &QWebSocket::disconnected, &socket, [this] { closeCode = socket.closeCode(); });
            socket.open(request);
            (void)QTest::qWaitFor([this] { return isOpen() || socket.error() != QAbstractSocket::UnknownSocketError; }, 20'000);
        }
        [[nodiscard]] bool isOpen() const { return socket.state() == QAbstractSocket::ConnectedState; }
        QString next()
        {
            (void)QTest::qWaitFor([this] { return !told.isEmpty(); }, 20'000);
            return told.isEmpty() ? QString() : told.takeFirst();
        }
        QJsonObject nextObject() { return QJsonDocument::fromJson(next().toUtf8()).object(); }
    };
    QNetworkRequest to(const QString &path, const QString &host = "127.0.0.1") { return QNetworkRequest(QUrl(QString("ws://%1:%2%3").arg(host).arg(m_cloud->gatewayPort).arg(path))); }
    /// The last one of a type, or what a connection was told last of all.
    QJsonObject lastEvent(const QString &typeOrConnection)
    {
        RawHttp client(m_cloud->gatewayPort);
        return QJsonDocument::fromJson(RawHttp::body(client.request("GET", "/seen/" + QUrl::toPercentEncoding(typeOrConnection)))).object();
    }
    QByteArray manage(const QByteArray &method, const QString &id, const QByteArray &body = {}, const QByteArray &stage = "/prod")
    {
        RawHttp client(m_cloud->gatewayPort);
        return client.request(method, stage + "/@connections/" + QUrl::toPercentEncoding(id), body);
    }
    QString idOf(Client &client)
    {
        client.socket.sendTextMessage("{\"action\":\"echo\"}");
        return client.nextObject().value("requestContext").toObject().value("connectionId").toString();
    }

    /// One of an application's own, which the library has no name for.
    static QWebSocketProtocol::CloseCode closeCode(int value) { return QWebSocketProtocol::CloseCode(value); }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("index.js",
                       "const fs = require('fs');\nconst seen = (event) => { const { eventType, connectionId } = event.requestContext; for (const name of [eventType, connectionId]) fs.writeFileSync(`${process.env.SEEN}/${name}.json`, JSON.stringify(event)); };\n"
                       "exports.connect = async (event) => { seen(event); const query = event.queryStringParameters ?? {};\n"
                       "  if (query.throw) throw new Error('no'); if (query.odd) return 'odd';\n"
                       "  return { statusCode: Number(query.status ?? 200), body: 'not you', headers: query.protocol ? { 'Sec-WebSocket-Protocol': query.protocol } : {} }; };\n"
                       "exports.disconnect = async (event) => { seen(event); return { statusCode: 200 }; };\n"
                       "exports.echo = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });\n"
                       "exports.fail = async () => { throw new Error('no'); };\n"
                       "exports.quiet = async (event) => ({ statusCode: 200, body: 'nobody hears this' });\n"
                       "exports.push = async (event) => { const { connectionId, domainName, stage } = event.requestContext;\n"
                       "  const answer = await fetch(`http://${domainName}/${stage}/@connections/${encodeURIComponent(connectionId)}`, { method: 'POST', body: 'pushed' }); return { statusCode: answer.status }; };\n"
                       "exports.asked = async (event) => ({ principalId: 'p', policyDocument: { Statement: [{ Effect: event.queryStringParameters.token === 'good' ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: event.methodArn }] }, context: { arn: event.methodArn, type: event.type } });\n"
                       "exports.read = async (event) => ({ statusCode: 200, body: fs.readFileSync(`${process.env.SEEN}/${event.pathParameters.what}.json`, 'utf8') });\n");
        m_project.file("seen/none", {});
        const auto function = [this](const QByteArray &id, const QByteArray &handler, const QByteArray &more = {}) {
            return "  " + id + ":\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index." + handler + "\n      Environment: {Variables: {SEEN: '" + m_project.path("seen").toUtf8() + "'}}\n" + more;
        };
        QByteArray text = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
            "  Chat:\n    Type: AWS::Serverless::WebSocketApi\n    Properties:\n      RouteSelectionExpression: $request.body.action\n      StageName: prod\n      Routes:\n"
            "        $connect: {FunctionArn: !GetAtt Connect.Arn}\n        $disconnect: {FunctionArn: !GetAtt Disconnect.Arn}\n"
            "        echo: {FunctionArn: !GetAtt Echo.Arn, RouteResponseSelectionExpression: $default}\n        fail: {FunctionArn: !GetAtt Fail.Arn}\n        push: {FunctionArn: !GetAtt Push.Arn}\n        quiet: {FunctionArn: !GetAtt Quiet.Arn}\n"
            // The same in CloudFormation's own words, with an authorizer.
            "  Raw:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {Name: raw-api, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.kind}\n"
            "  RawStage:\n    Type: AWS::ApiGatewayV2::Stage\n    Properties: {ApiId: !Ref Raw, StageName: live, AutoDeploy: true}\n"
            "  RawEcho:\n    Type: AWS::ApiGatewayV2::Integration\n    Properties: {ApiId: !Ref Raw, IntegrationType: AWS_PROXY, IntegrationUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations'}\n"
            "  RawConnect:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Raw, RouteKey: $connect, AuthorizationType: CUSTOM, AuthorizerId: !Ref Gate, Target: !Join ['/', [integrations, !Ref RawEcho]]}\n"
            "  RawDefault:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Raw, RouteKey: $default, RouteResponseSelectionExpression: $default, Target: !Sub 'integrations/${RawEcho}'}\n"
            "  Gate:\n    Type: AWS::ApiGatewayV2::Authorizer\n    Properties: {ApiId: !Ref Raw, Name: gate, AuthorizerType: REQUEST, AuthorizerUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Asked.Arn}/invocations', IdentitySource: [route.request.querystring.token]}\n";
        for (const QByteArray &id : {QByteArray("Connect"), QByteArray("Disconnect"), QByteArray("Echo"), QByteArray("Fail"), QByteArray("Quiet"), QByteArray("Push"), QByteArray("Asked")})
            text += function(id, id.toLower());
        text += function("Read", "read", "      Events:\n        A: {Type: HttpApi, Properties: {Method: GET, Path: '/seen/{what}'}}\n");
        m_project.file("template.yaml", text);
        const project::Project loaded = m_project.load();
        for (const Finding &finding : loaded.findings)
            QVERIFY2(finding.severity == Severity::Note, qPrintable(finding.message));
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void selectsARoute_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QString>("route");
        QTest::newRow("member") << "$request.body.action" << QByteArray("{\"action\":\"join\"}") << "join";
        QTest::newRow("in braces") << "${request.body.action}" << QByteArray("{\"action\":\"join\"}") << "join";
        QTest::newRow("deep") << "$request.body.a.b" << QByteArray("{\"a\":{\"b\":\"x\"}}") << "x";
        QTest::newRow("number") << "$request.body.action" << QByteArray("{\"action\":7}") << "7";
        QTest::newRow("missing") << "$request.body.action" << QByteArray("{}") << "";
        QTest::newRow("object") << "$request.body.action" << QByteArray("{\"action\":{}}") << "";
        QTest::newRow("no JSON") << "$request.body.action" << QByteArray("hello") << "";
        QTest::newRow("list") << "$request.body.action" << QByteArray("[1]") << "";
        QTest::newRow("other expression") << "$request.header.x" << QByteArray("{\"x\":\"y\"}") << "";
    }
    void selectsARoute()
    {
        QFETCH(QString, expression);
        QFETCH(QByteArray, message);
        QTEST(gateway::selectedRoute(expression, message), "route");
    }

    void connectsAndSaysWho()
    {
        QNetworkRequest request = to("/prod?a=1&a=2");
        request.setRawHeader("User-Agent", "test/1");
        Client client(request);
        QVERIFY2(client.isOpen(), qPrintable(client.socket.errorString()));
        const QJsonObject event = lastEvent("CONNECT");
        const QJsonObject context = event.value("requestContext").toObject();
        QCOMPARE(context.value("routeKey").toString(), "$connect");
        QCOMPARE(context.value("stage").toString(), "prod");
        QCOMPARE(context.value("apiId").toString(), "chat");
        QCOMPARE(context.value("messageDirection").toString(), "IN");
        QCOMPARE(context.value("domainName").toString(), QString("127.0.0.1:%1").arg(m_cloud->gatewayPort));
        QCOMPARE(context.value("identity").toObject().value("userAgent").toString(), "test/1");
        QCOMPARE(context.value("connectedAt").toDouble(), context.value("requestTimeEpoch").toDouble());
        QVERIFY(!context.contains("messageId"));
        QCOMPARE(event.value("queryStringParameters").toObject().value("a").toString(), "2");
        QCOMPARE(event.value("multiValueQueryStringParameters").toObject().value("a").toArray(), QJsonArray({"1", "2"}));
        QVERIFY(event.value("headers").toObject().contains("Sec-WebSocket-Key") || event.value("headers").toObject().contains("sec-websocket-key"));
        QVERIFY(!event.contains("body"));
    }

    void refusesWhoTheFunctionRefuses_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("status");
        QTest::newRow("by status") << "/prod?status=401" << 401;
        QTest::newRow("by throwing") << "/prod?throw=1" << 502;
        QTest::newRow("by nonsense") << "/prod?odd=1" << 502;
        QTest::newRow("unknown stage") << "/nowhere" << 403;
        QTest::newRow("no identity") << "/live" << 401;
        QTest::newRow("denied") << "/live?token=bad" << 403;
    }
    void refusesWhoTheFunctionRefuses()
    {
        QFETCH(QString, path);
        RawHttp client(m_cloud->gatewayPort);
        client.send("GET " + path.toUtf8() + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        const QByteArray answer = client.receive(20'000);
        QTEST(RawHttp::status(answer), "status");
        if (path.contains("status=401"))
            QCOMPARE(RawHttp::body(answer), "not you");
        else
            QVERIFY(QJsonDocument::fromJson(RawHttp::body(answer)).object().contains("connectionId"));
    }

    void refusesWhatIsNoHandshake()
    {
        for (const QByteArray &headers : {QByteArray("Sec-WebSocket-Version: 13\r\n"), QByteArray("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), QByteArray("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n")}) {
            RawHttp client(m_cloud->gatewayPort);
            client.send("GET /prod HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + headers + "\r\n");
            QCOMPARE(RawHttp::status(client.receive()), 400);
        }
    }

    void refusesWhoGoesOnBeforeBeingLetIn()
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send("GET /prod HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + QByteArray("\x81\x82\0\0\0\0hi", 8));
        QCOMPARE(RawHttp::status(client.receive(20'000)), 400);
    }

    /// The handshake's own example, RFC 6455 section 1.3.
    void answersTheHandshake()
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send("GET /prod?protocol=chat HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: old, chat\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        const QByteArray answer = client.receive(20'000);
        QCOMPARE(RawHttp::status(answer), 101);
        QCOMPARE(RawHttp::header(answer, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        QCOMPARE(RawHttp::header(answer, "Sec-WebSocket-Protocol"), "chat");
    }

    void handsMessagesToTheirRoutes()
    {
        Client client(to("/prod"));
        client.socket.sendTextMessage(QString::fromUtf8("{\"action\":\"echo\",\"text\":\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\"}"));
        const QJsonObject event = client.nextObject();
        const QJsonObject context = event.value("requestContext").toObject();
        QCOMPARE(event.value("body").toString(), QString::fromUtf8("{\"action\":\"echo\",\"text\":\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\"}"));
        QCOMPARE(context.value("eventType").toString(), "MESSAGE");
        QCOMPARE(context.value("routeKey").toString(), "echo");
        QVERIFY(context.value("messageId").toString().endsWith('='));
        QVERIFY(!event.contains("headers"));

        // No route of that name, and none for the rest.
        client.socket.sendTextMessage("{\"action\":\"other\"}");
        const QJsonObject none = client.nextObject();
        QCOMPARE(none.value("message").toString(), "Forbidden");
        QCOMPARE(none.value("connectionId"), context.value("connectionId"));
        client.socket.sendTextMessage("{\"action\":\"fail\"}");
        QCOMPARE(client.nextObject().value("message").toString(), "Internal server error");

        // What a route without an answer returns, the client never sees.
        client.socket.sendTextMessage("{\"action\":\"quiet\"}");
        client.socket.sendTextMessage("{\"action\":\"push\"}");
        QCOMPARE(client.next(), "pushed");
    }

    void authorizersSpeakForTheWholeConnection()
    {
        Client client(to("/live?token=good"));
        QVERIFY(client.isOpen());
        client.socket.sendTextMessage("plain");
        const QJsonObject context = client.nextObject().value("requestContext").toObject();
        QCOMPARE(context.value("routeKey").toString(), "$default");
        const QJsonObject authorizer = context.value("authorizer").toObject();
        QCOMPARE(authorizer.value("principalId").toString(), "p");
        QCOMPARE(authorizer.value("type").toString(), "REQUEST");
        QCOMPARE(authorizer.value("arn").toString(), "arn:aws:execute-api:us-east-1:123456789012:raw/live/$connect");
        client.socket.sendBinaryMessage(QByteArray("\x00\xff", 2));
        const QJsonObject binary = client.nextObject();
        QCOMPARE(binary.value("isBase64Encoded").toBool(), true);
        QCOMPARE(QByteArray::fromBase64(binary.value("body").toString().toLatin1()), QByteArray("\x00\xff", 2));
    }

    void functionsReachConnections()
    {
        Client client(to("/prod"));
        const QString id = idOf(client);
        QCOMPARE(RawHttp::status(manage("POST", id, "hello")), 200);
        QCOMPARE(client.next(), "hello");
        // The SDK is given an address without a stage.
        QCOMPARE(RawHttp::status(manage("POST", id, "again", {})), 200);
        QCOMPARE(client.next(), "again");
        const QJsonObject told = QJsonDocument::fromJson(RawHttp::body(manage("GET", id))).object();
        QVERIFY(QDateTime::fromString(told.value("connectedAt").toString(), Qt::ISODateWithMs).isValid());
        QCOMPARE(told.value("identity").toObject().value("sourceIp").toString(), "127.0.0.1");
        const QByteArray large = manage("POST", id, QByteArray(128 * 1024 + 1, 'x'));
        QCOMPARE(RawHttp::status(large), 413);
        QCOMPARE(RawHttp::header(large, "x-amzn-ErrorType"), "PayloadTooLargeException");
        QCOMPARE(RawHttp::status(manage("DELETE", id)), 204);
        QTRY_COMPARE(client.closeCode, 1000);
        QTRY_COMPARE(RawHttp::header(manage("POST", id, "late"), "x-amzn-ErrorType"), "GoneException");
        QCOMPARE(RawHttp::status(manage("GET", "unknown=")), 410);
    }

    void tellsWhoLeaves()
    {
        const auto told = [this](const QString &id) { return lastEvent(id).value("requestContext").toObject(); };
        Client client(to("/prod"));
        const QString id = idOf(client);
        client.socket.close(closeCode(4001), "bored");
        QTRY_COMPARE_WITH_TIMEOUT(told(id).value("eventType").toString(), "DISCONNECT", 20'000);
        QCOMPARE(told(id).value("disconnectStatusCode").toInt(), 4001);
        QCOMPARE(told(id).value("disconnectReason").toString(), "bored");

        Client cut(to("/prod"));
        const QString other = idOf(cut);
        cut.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(told(other).value("eventType").toString(), "DISCONNECT", 20'000);
        QCOMPARE(told(other).value("disconnectStatusCode").toInt(), 1006);
    }

    void endsWhoSendsTooMuch()
    {
        Client client(to("/prod"));
        QVERIFY(client.isOpen());
        client.socket.setOutgoingFrameSize(200 * 1024);
        client.socket.sendTextMessage(QString(33 * 1024, 'x'));
        QTRY_COMPARE_WITH_TIMEOUT(client.closeCode, 1009, 5000);
    }

    /// Who does not read costs a bound amount of memory.
    void doesNotWaitForWhoDoesNotRead()
    {
        const auto newest = [this] {
            const QList<gateway::HandledRequest> all = m_cloud->cloud.requests().after(0);
            return all.isEmpty() ? gateway::HandledRequest() : all.last();
        };
        const qint64 before = newest().number;
        RawHttp client(m_cloud->gatewayPort);
        client.socket.setReadBufferSize(1);
        client.send("GET /live?token=good HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        QTRY_VERIFY_WITH_TIMEOUT(newest().number > before && newest().status == 101, 20'000);
        // Its id is what its own function was told.
        client.send(QByteArray("\x81\x82\0\0\0\0hi", 8));
        QString id;
        QTRY_VERIFY_WITH_TIMEOUT(!(id = QJsonDocument::fromJson(newest().answerBody).object().value("requestContext").toObject().value("connectionId").toString()).isEmpty(), 20'000);
        const QByteArray large(128 * 1024, 'x');
        int status = 200;
        for (int i = 0; i < 200 && status == 200; ++i)
            status = RawHttp::status(manage("POST", id, large, "/live"));
        QCOMPARE(status, 429);
    }

    void refusesFramesWithoutAMask()
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send("GET /prod HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        QCOMPARE(RawHttp::status(client.receive(20'000)), 101);
        client.send(QByteArray("\xff\xff\xff\xff\xff\xff", 6));
        QTRY_COMPARE_WITH_TIMEOUT(client.socket.state(), QAbstractSocket::UnconnectedState, 5000);
    }

    void everythingIsOnRecord()
    {
        Client client(to("/prod"));
        client.socket.sendTextMessage("{\"action\":\"echo\"}");
        (void)client.next();
        const QList<gateway::HandledRequest> all = m_cloud->cloud.requests().after(0);
        const auto last = std::find_if(all.crbegin(), all.crend(), [](const gateway::HandledRequest &each) { return each.method == "MESSAGE"; });
        QVERIFY(last != all.crend());
        QCOMPARE(last->route, "echo");
        QCOMPARE(last->function, "Echo");
        QCOMPARE(last->status, 200);
        QCOMPARE(last->body, "{\"action\":\"echo\"}");
        QVERIFY(!last->requestId.isEmpty());
    }

    /// Ordinary requests know nothing of it.
    void leavesTheOtherApisAlone()
    {
        RawHttp client(m_cloud->gatewayPort);
        QCOMPARE(RawHttp::status(client.request("GET", "/nothing")), 404);
    }
};

QTEST_GUILESS_MAIN(tst_WebSockets)
#include "tst_websockets.moc"
