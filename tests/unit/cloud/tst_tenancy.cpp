// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functionconfigs.h"
#include "core/package/pack.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// Functions whose tenants have environments of their own, with real processes. Source: Lambda developer guide, tenant isolation.
class tst_Tenancy : public QObject
{
    Q_OBJECT

    static constexpr auto Needs = "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.";
    static constexpr auto HasNone = "The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.";

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    struct Answer {
        int status = 0;
        QByteArray type;
        QJsonObject body;
        [[nodiscard]] QString message() const { return body.value(body.contains("Message") ? "Message" : "message").toString(); }
    };
    static Answer answerOf(const QByteArray &answer) { return {RawHttp::status(answer), RawHttp::header(answer, "x-amzn-ErrorType"), QJsonDocument::fromJson(RawHttp::body(answer)).object()}; }
    Answer invoke(const QByteArray &function, const QByteArray &tenant, const QByteArray &event = "{}", const QByteArray &headers = {}) const
    {
        RawHttp client(m_cloud->port);
        return answerOf(client.request("POST", "/2015-03-31/functions/" + function + "/invocations", event, (tenant.isNull() ? QByteArray() : QByteArray("X-Amz-Tenant-Id: " + tenant + "\r\n")) + headers));
    }
    Answer call(const QByteArray &method, const QByteArray &path, const QJsonObject &input = {}) const
    {
        RawHttp client(m_cloud->port);
        return answerOf(client.request(method, path, method == "GET" ? QByteArray() : QJsonDocument(input).toJson()));
    }
    Answer ask(const QByteArray &path, const QByteArray &headers = {}) const
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n");
        return answerOf(client.receive());
    }
    QList<QByteArray> logOf(const QString &function) const
    {
        QList<QByteArray> lines;
        for (const logs::Line &line : m_cloud->logs.lines(0, 100'000)) {
            if (line.function == function)
                lines << line.text;
        }
        return lines;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto isolated = [](const QByteArray &name, const QByteArray &runtime, const QByteArray &more = {}) -> QByteArray {
            return "  " + name + ":\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: " + runtime + "\n      Handler: index.handler\n      Timeout: 20\n      TenancyConfig: {TenantIsolationMode: PER_TENANT}\n" + more;
        };
        const auto route = [](const QByteArray &path, const QByteArray &rest) -> QByteArray {
            return "          " + path + ":\n            get:\n              x-amazon-apigateway-integration: {httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Shop.Arn}/invocations', " + rest + "}\n";
        };
        m_project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n" + isolated("Shop", "nodejs20.x", "      LoggingConfig: {LogFormat: JSON}\n      EventInvokeConfig: {MaximumRetryAttempts: 1}\n      Events: {Direct: {Type: HttpApi, Properties: {Method: GET, Path: /http}}}\n")
                                            + isolated("Snake", "python3.13", "      LoggingConfig: {LogFormat: JSON}\n") + "  Open:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.handler}\n"
                                            + "  Work: {Type: AWS::SQS::Queue}\n  News: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Snake.Arn}]}}\n"
                                            + "  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: Prod\n      DefinitionBody:\n        openapi: 3.0.1\n        info: {title: shop}\n        paths:\n"
                                            + route("/header", "type: aws_proxy, requestParameters: {integration.request.header.X-Amz-Tenant-Id: method.request.header.tenant}")
                                            + route("/query", "type: aws_proxy, requestParameters: {integration.request.header.x-amz-tenant-id: method.request.querystring.tenant}") + route("/none", "type: aws_proxy")
                                            + route("/mapped/{tenant}", "type: aws, requestParameters: {integration.request.header.X-Amz-Tenant-Id: method.request.path.tenant}, responses: {default: {statusCode: '200'}}"))
            .file("index.js", "let count = 0;\nconst failed = new Set();\n"
                              "exports.handler = async (event, context) => {\n"
                              "  count += 1;\n"
                              "  console.log('for', context.tenantId);\n"
                              "  if (event.once && !failed.has(event.once)) { failed.add(event.once); throw new Error('asked'); }\n"
                              "  if (event.slow) await new Promise((r) => setTimeout(r, event.slow));\n"
                              "  if (event.crash) process.exit(1);\n"
                              "  const says = { tenant: context.tenantId, count, environment: context.logStreamName };\n"
                              "  return event.requestContext ? { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(says) } : says;\n"
                              "};\n")
            .file("index.py", "import logging, time\ndef handler(event, context):\n    time.sleep(event.get('slow', 0) / 1000)\n    logging.getLogger().warning('careful')\n    return {'tenant': context.tenant_id}\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void noTenantMeetsAnother()
    {
        const QJsonObject first = invoke("Shop", "blue").body;
        QCOMPARE(first.value("tenant").toString(), "blue");
        const QJsonObject again = invoke("Shop", "blue").body;
        QCOMPARE(again.value("environment"), first.value("environment"));
        QCOMPARE(again.value("count").toInt(), 2);
        const QJsonObject other = invoke("Shop", "green").body;
        QCOMPARE(other.value("tenant").toString(), "green");
        QCOMPARE(other.value("count").toInt(), 1);
        QVERIFY(other.value("environment") != first.value("environment"));
        // An environment stays its tenant's when its process has ended: /tmp is still there.
        QCOMPARE(invoke("Shop", "green", "{\"crash\":true}").body.value("errorType").toString(), "Runtime.ExitError");
        QCOMPARE(invoke("Shop", "blue").body.value("count").toInt(), 3);
        QCOMPARE(invoke("Shop", "yellow").body.value("count").toInt(), 1);
        const QJsonObject back = invoke("Shop", "green").body;
        QCOMPARE(back.value("environment"), other.value("environment"));
        QCOMPARE(back.value("count").toInt(), 1);
    }

    /// The second time there are warm ones of each, for whose turns requests wait.
    void manyAtOnceStayApart_data()
    {
        QTest::addColumn<int>("each");
        QTest::newRow("cold") << 5;
        QTest::newRow("warm") << 8;
    }
    void manyAtOnceStayApart()
    {
        QFETCH(int, each);
        const QList<QByteArray> tenants{"t1", "t2", "t3"};
        std::vector<std::pair<QByteArray, std::unique_ptr<RawHttp>>> clients;
        for (int i = 0; i < each; ++i) {
            for (const QByteArray &tenant : tenants) {
                clients.emplace_back(tenant, std::make_unique<RawHttp>(m_cloud->port));
                clients.back().second->send("POST /2015-03-31/functions/Shop/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Tenant-Id: " + tenant + "\r\nContent-Length: 12\r\n\r\n{\"slow\": 50}");
            }
        }
        QMap<QString, QSet<QString>> seen; // Who ran in each environment.
        for (const auto &[tenant, client] : clients) {
            const QJsonObject body = QJsonDocument::fromJson(RawHttp::body(client->receive(20'000))).object();
            QCOMPARE(body.value("tenant").toString(), QString::fromLatin1(tenant));
            seen[body.value("environment").toString()] << QString::fromLatin1(tenant);
        }
        QVERIFY(seen.size() >= tenants.size());
        for (const QSet<QString> &one : std::as_const(seen))
            QCOMPARE(one.size(), 1);
    }

    void idleOnesMakeRoom()
    {
        const auto aliveOf = [this](const QString &function) {
            int count = 0;
            for (const runtime::Lane &lane : m_cloud->cloud.lanes().lanes())
                count += lane.function == function && !lane.tenant.isEmpty() && lane.endReason.isEmpty();
            return count;
        };
        for (int i = 0; i < 40; ++i)
            QCOMPARE(invoke("Shop", "one-of-many-" + QByteArray::number(i)).body.value("count").toInt(), 1);
        QTRY_COMPARE(aliveOf("Shop"), 32);
        // The newest are those that stay.
        QCOMPARE(invoke("Shop", "one-of-many-39").body.value("count").toInt(), 2);
        // More at once are more for as long as they run.
        std::vector<std::unique_ptr<RawHttp>> clients;
        for (int i = 0; i < 36; ++i) {
            clients.push_back(std::make_unique<RawHttp>(m_cloud->port));
            clients.back()->send("POST /2015-03-31/functions/Snake/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Tenant-Id: s" + QByteArray::number(i) + "\r\nContent-Length: 14\r\n\r\n{\"slow\": 1000}");
        }
        for (size_t i = 0; i < clients.size(); ++i)
            QCOMPARE(QJsonDocument::fromJson(RawHttp::body(clients[i]->receive(30'000))).object().value("tenant").toString(), "s" + QString::number(i));
        QTRY_COMPARE(aliveOf("Snake"), 32);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("function");
        QTest::addColumn<QByteArray>("tenant");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QString>("message");
        QTest::newRow("nobody") << QByteArray("Shop") << QByteArray() << QByteArray("InvalidParameterValueException") << Needs;
        QTest::newRow("without isolation") << QByteArray("Open") << QByteArray("blue") << QByteArray("InvalidParameterValueException") << HasNone;
        QTest::newRow("characters") << QByteArray("Shop") << QByteArray("a,b") << QByteArray("ValidationException")
                                    << "1 validation error detected: Value 'a,b' at 'tenantId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9\\._:\\/=+\\-@ ]+";
        QTest::newRow("too long") << QByteArray("Shop") << QByteArray(257, 'x') << QByteArray("ValidationException") << QString("1 validation error detected: Value '%1' at 'tenantId' failed to satisfy constraint: Member must have length less than or equal to 256").arg(QString(257, 'x'));
    }
    void refuses()
    {
        QFETCH(QByteArray, function);
        QFETCH(QByteArray, tenant);
        QFETCH(QByteArray, type);
        QFETCH(QString, message);
        for (const QByteArray how : {"RequestResponse", "Event", "DryRun"}) {
            const Answer answer = invoke(function, tenant, "{}", "X-Amz-Invocation-Type: " + how + "\r\n");
            QCOMPARE(answer.status, 400);
            QCOMPARE(answer.type, type);
            QCOMPARE(answer.message(), message);
        }
        RawHttp client(m_cloud->port);
        QCOMPARE(answerOf(client.request("POST", "/2021-11-15/functions/" + function + "/response-streaming-invocations", "{}", tenant.isEmpty() ? QByteArray() : QByteArray("X-Amz-Tenant-Id: " + tenant + "\r\n"))).message(), message);
    }

    void thoseThatAreAllowed()
    {
        const QByteArray all = "aZ0._:/=+-@ b";
        QCOMPARE(invoke("Shop", all).body.value("tenant").toString(), QString::fromLatin1(all));
        QCOMPARE(invoke("Shop", QByteArray(256, 'x')).body.value("tenant").toString(), QString(256, 'x'));
        QCOMPARE(invoke("Open", {}).status, 200);
        // A header has no blanks at its ends, and neither has what comes another way.
        const QJsonObject first = ask("/query?tenant=trimmed").body;
        QCOMPARE(ask("/query?tenant=trimmed%20").body.value("environment"), first.value("environment"));
        QCOMPARE(ask("/query?tenant=%20").message(), Needs);
    }

    void anEventNamesNobody()
    {
        RawHttp client(m_cloud->port);
        QCOMPARE(RawHttp::status(client.request("POST", "/", "Action=Publish&Version=2010-03-31&Message=x&TopicArn=arn:aws:sns:us-east-1:123456789012:News", "Content-Type: application/x-www-form-urlencoded\r\n")), 200);
        const auto told = [this] {
            const QList<QByteArray> lines = logOf("Snake");
            return std::count_if(lines.cbegin(), lines.cend(), [](const QByteArray &line) { return line.contains("Reason: “Snake” has tenant isolation, and an event names no tenant."); });
        };
        QTRY_COMPARE(told(), 1);
    }

    void aRetryIsForTheSame()
    {
        QCOMPARE(invoke("Shop", "later", "{\"once\":\"a\"}", "X-Amz-Invocation-Type: Event\r\n").status, 202);
        const auto runs = [this] {
            const QList<QByteArray> lines = logOf("Shop");
            return std::count_if(lines.cbegin(), lines.cend(), [](const QByteArray &line) { return line.contains("for later"); });
        };
        QTRY_COMPARE(runs(), 2);
    }

    void linesNameIt()
    {
        QCOMPARE(invoke("Shop", "logged").status, 200);
        QCOMPARE(invoke("Snake", "hissing").body.value("tenant").toString(), "hissing");
        const auto line = [this](const QString &function, const QByteArray &having, const QByteArray &tenant) {
            for (const QByteArray &text : logOf(function)) {
                const QJsonObject json = QJsonDocument::fromJson(text).object();
                const QJsonValue named = json.contains("record") ? json.value("record").toObject().value("tenantId") : json.value("tenantId");
                if (text.contains(having) && named == QString::fromLatin1(tenant))
                    return json;
            }
            return QJsonObject();
        };
        QTRY_VERIFY(!line("Shop", "platform.report", "logged").isEmpty());
        QCOMPARE(line("Shop", "platform.start", "logged").value("record").toObject().value("tenantId").toString(), "logged");
        QCOMPARE(line("Shop", "for logged", "logged").value("tenantId").toString(), "logged");
        QTRY_COMPARE(line("Snake", "careful", "hissing").value("tenantId").toString(), "hissing");
    }

    void aRestApiMapsIt()
    {
        QCOMPARE(ask("/header", "tenant: from-a-header\r\n").body.value("tenant").toString(), "from-a-header");
        QCOMPARE(ask("/query?tenant=from-a-query").body.value("tenant").toString(), "from-a-query");
        QCOMPARE(ask("/mapped/from-a-path").body.value("tenant").toString(), "from-a-path");
        // Nobody's header reaches the function by itself.
        for (const QByteArray path : {"/none", "/header"}) {
            const Answer answer = ask(path, "X-Amz-Tenant-Id: sneaked\r\n");
            QCOMPARE(answer.status, 400);
            QCOMPARE(answer.message(), Needs);
        }
        QCOMPARE(ask("/query?tenant=a%2Cb").status, 400);
        QCOMPARE(ask("/http", "X-Amz-Tenant-Id: sneaked\r\n").status, 500);
    }

    void isSaidWhenAFunctionIsMade()
    {
        m_project.file("upload/index.js", "exports.handler = async (event, context) => ({ tenant: context.tenantId });\n");
        const QString code = QString::fromLatin1(package::packFolder(m_project.path("upload"), {}).value().toBase64());
        const QJsonObject tenancy{{"TenantIsolationMode", "PER_TENANT"}};
        QJsonObject input{{"FunctionName", "made"}, {"Role", "arn:aws:iam::123456789012:role/r1"}, {"Runtime", "nodejs20.x"}, {"Handler", "index.handler"}, {"Code", QJsonObject{{"ZipFile", code}}}, {"TenancyConfig", QJsonObject{{"TenantIsolationMode", "NONE"}}}};
        QVERIFY(call("POST", "/2015-03-31/functions", input).message().contains("'tenancyConfig.tenantIsolationMode' failed to satisfy constraint: Member must satisfy enum value set: [PER_TENANT]"));
        input["TenancyConfig"] = "PER_TENANT";
        QCOMPARE(call("POST", "/2015-03-31/functions", input).status, 400);
        input["TenancyConfig"] = tenancy;
        input["SnapStart"] = QJsonObject{{"ApplyOn", "PublishedVersions"}};
        QCOMPARE(call("POST", "/2015-03-31/functions", input).message(), "SnapStart is not supported for functions enabled with tenancy configuration.");
        input.remove("SnapStart");
        QCOMPARE(call("POST", "/2015-03-31/functions", input).body.value("TenancyConfig").toObject(), tenancy);
        QTRY_COMPARE(call("GET", "/2015-03-31/functions/made/configuration").body.value("State").toString(), "Active");
        QCOMPARE(call("GET", "/2015-03-31/functions/Shop/configuration").body.value("TenancyConfig").toObject(), tenancy);
        QVERIFY(!call("GET", "/2015-03-31/functions/Open/configuration").body.contains("TenancyConfig"));
        QCOMPARE(invoke("made", "x").body.value("tenant").toString(), "x");
        QCOMPARE(invoke("made", {}).message(), Needs);
        // No update changes it.
        QCOMPARE(call("PUT", "/2015-03-31/functions/made/configuration", {{"Timeout", 5}, {"TenancyConfig", QJsonObject()}}).body.value("TenancyConfig").toObject(), tenancy);
        QTRY_COMPARE(call("GET", "/2015-03-31/functions/made/configuration").body.value("LastUpdateStatus").toString(), "Successful");
        QCOMPARE(call("PUT", "/2015-03-31/functions/made/configuration", {{"SnapStart", QJsonObject{{"ApplyOn", "PublishedVersions"}}}}).message(), "SnapStart is not supported for functions enabled with tenancy configuration.");
        const QString version = call("POST", "/2015-03-31/functions/made/versions").body.value("Version").toString();
        QCOMPARE(version, "1");
        QTRY_COMPARE(call("GET", "/2015-03-31/functions/made/configuration?Qualifier=1").body.value("State").toString(), "Active");
        QCOMPARE(invoke("made:1", "x").body.value("tenant").toString(), "x");
        QCOMPARE(call("POST", "/2021-10-31/functions/made/url", {{"AuthType", "NONE"}}).message(), "Function URL is not supported for functions enabled with tenancy configuration.");
        QCOMPARE(call("PUT", "/2019-09-30/functions/made/provisioned-concurrency?Qualifier=1", {{"ProvisionedConcurrentExecutions", 1}}).message(), "Provisioned concurrency is not supported for functions enabled with tenancy configuration.");
        QCOMPARE(call("POST", "/2015-03-31/event-source-mappings", {{"FunctionName", "made"}, {"EventSourceArn", "arn:aws:sqs:us-east-1:123456789012:Work"}}).message(), "Event source mappings are not supported for functions enabled with tenancy configuration.");
    }

    void whatATemplateGetsWrong()
    {
        TestProject project;
        project.file("index.js", "exports.handler = async () => 1;\n")
            .file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: nodejs20.x, Handler: index.handler}}\nResources:\n"
                                   "  Right:\n    Type: AWS::Serverless::Function\n    Properties:\n      TenancyConfig: {TenantIsolationMode: PER_TENANT}\n      Events: {A: {Type: Api, Properties: {Method: GET, Path: /a}}}\n"
                                   "  Wrong:\n    Type: AWS::Serverless::Function\n    Properties:\n      TenancyConfig: {TenantIsolationMode: PER_TENANT}\n      AutoPublishAlias: live\n      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}\n      SnapStart: {ApplyOn: PublishedVersions}\n      FunctionUrlConfig: {AuthType: NONE}\n"
                                   "      Events:\n        Http: {Type: HttpApi, Properties: {Method: GET, Path: /h}}\n        Work: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}\n        Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}\n"
                                   "  Odd:\n    Type: AWS::Serverless::Function\n    Properties: {TenancyConfig: {TenantIsolationMode: SHARED}}\n"
                                   "  Text:\n    Type: AWS::Serverless::Function\n    Properties: {TenancyConfig: PER_TENANT}\n"
                                   "  Sender:\n    Type: AWS::Serverless::Function\n    Properties: {EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: Lambda, Destination: !GetAtt Right.Arn}}}}\n"
                                   "  News: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Right.Arn}]}}\n"
                                   "  Files: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt Right.Arn}]}}}\n"
                                   "  Q: {Type: AWS::SQS::Queue}\n");
        const project::Project loaded = project.load();
        QCOMPARE(cloud::functionConfig(loaded, *loaded.function("Wrong")).value().provisionedConcurrency, 0);
        QMap<QString, int> errors;
        for (const Finding &finding : loaded.findings) {
            if (finding.rule == "tenancy")
                ++errors[finding.key];
        }
        // Provisioned concurrency, SnapStart, the address, the queue and the schedule.
        QCOMPARE(errors, (QMap<QString, int>{{"Resources.Wrong", 5}, {"Resources.Odd", 1}, {"Resources.Text", 1}, {"Resources.Sender", 1}, {"Resources.News", 1}, {"Resources.Files", 1}}));
    }
};

QTEST_GUILESS_MAIN(tst_Tenancy)
#include "tst_tenancy.moc"
