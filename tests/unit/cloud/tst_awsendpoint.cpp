// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/awssignature.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// What the endpoint tells beside invoking, and how it refuses.
class tst_AwsEndpoint : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    QByteArray ask(const QByteArray &method, const QByteArray &path, const QByteArray &headers = {}, const QByteArray &body = {})
    {
        RawHttp client(m_cloud->port);
        return client.request(method, path, body, headers);
    }
    QJsonObject get(const QByteArray &path) { return QJsonDocument::fromJson(RawHttp::body(ask("GET", path))).object(); }

private Q_SLOTS:
    void initTestCase()
    {
        QByteArray text = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: nodejs20.x, Handler: index.handler}}\nResources:\n"
                          "  One:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: one, Description: the first, MemorySize: 256, ReservedConcurrentExecutions: 3, Environment: {Variables: {AB: c}}}\n"
                          "  Two:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: two, Architectures: [arm64], LoggingConfig: {LogFormat: JSON}}\n";
        for (int i = 0; i < 60; ++i)
            text += "  Many" + QByteArray::number(i) + ": {Type: AWS::Serverless::Function}\n";
        m_project.file("template.yaml", text).file("index.js", "exports.handler = async () => ({ lambda: process.env.AWS_ENDPOINT_URL_LAMBDA, sts: process.env.AWS_ENDPOINT_URL_STS });\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void readsTheServiceOfASignature_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("service");
        QTest::newRow("usual") << QByteArray("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=ab") << QByteArray("sqs");
        QTest::newRow("alone") << QByteArray("AWS4-HMAC-SHA256 Credential=A/20150830/eu-west-1/lambda/aws4_request") << QByteArray("lambda");
        QTest::newRow("short scope") << QByteArray("AWS4-HMAC-SHA256 Credential=A/sqs, SignedHeaders=host") << QByteArray();
        QTest::newRow("long scope") << QByteArray("AWS4-HMAC-SHA256 Credential=A/b/c/d/e/f") << QByteArray();
        QTest::newRow("another scheme") << QByteArray("Bearer Credential=A/20150830/us-east-1/sqs/aws4_request") << QByteArray();
        QTest::newRow("nothing") << QByteArray() << QByteArray();
    }
    void readsTheServiceOfASignature()
    {
        QFETCH(QByteArray, header);
        QTEST(cloud::signedService({"POST", "/", {}, {{"Authorization", header}}, {}, 0, false}), "service");
    }

    void listsFunctionsInPages()
    {
        const QJsonObject first = get("/2015-03-31/functions?MaxItems=1000");
        QCOMPARE(first.value("Functions").toArray().size(), 50);
        const QJsonObject rest = get("/2015-03-31/functions/?Marker=" + first.value("NextMarker").toString().toLatin1());
        QCOMPARE(rest.value("Functions").toArray().size(), 12);
        QVERIFY(!rest.contains("NextMarker"));
        const QJsonObject one = first.value("Functions").toArray().first().toObject();
        QCOMPARE(one.value("FunctionName").toString(), "one");
        QVERIFY(!one.contains("State"));
        QCOMPARE(get("/2015-03-31/functions?MaxItems=2").value("NextMarker").toString(), "2");
    }

    void describesOneFunction()
    {
        const QJsonObject whole = get("/2015-03-31/functions/one");
        const QJsonObject configuration = whole.value("Configuration").toObject();
        QCOMPARE(configuration.value("FunctionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:one");
        QCOMPARE(configuration.value("Description").toString(), "the first");
        QCOMPARE(configuration.value("MemorySize").toInt(), 256);
        QCOMPARE(configuration.value("State").toString(), "Active");
        QCOMPARE(configuration.value("Environment").toObject().value("Variables").toObject().value("AB").toString(), "c");
        QCOMPARE(QByteArray::fromBase64(configuration.value("CodeSha256").toString().toLatin1()).size(), 32);
        QCOMPARE(whole.value("Concurrency").toObject().value("ReservedConcurrentExecutions").toInt(), 3);
        const QJsonObject two = get("/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Atwo/configuration");
        QCOMPARE(two.value("Architectures").toArray().first().toString(), "arm64");
        QCOMPARE(two.value("LoggingConfig").toObject().value("LogFormat").toString(), "JSON");
        QVERIFY(!two.contains("Environment"));
        // Another code has another hash, and with it another revision.
        const QString before = two.value("RevisionId").toString();
        m_project.file("added.js", "1;\n");
        QVERIFY(get("/2015-03-31/functions/two/configuration").value("RevisionId").toString() != before);
    }

    void tellsConcurrencyAndLimits()
    {
        QCOMPARE(get("/2019-09-30/functions/one/concurrency"), QJsonObject({{"ReservedConcurrentExecutions", 3}}));
        QCOMPARE(get("/2019-09-30/functions/two/concurrency"), QJsonObject());
        QCOMPARE(get("/2016-08-19/account-settings/").value("AccountLimit").toObject().value("UnreservedConcurrentExecutions").toInt(), 997);
        const QJsonObject usage = get("/2016-08-19/account-settings/").value("AccountUsage").toObject();
        QCOMPARE(usage.value("FunctionCount").toInt(), 62);
        QCOMPARE(usage.value("TotalCodeSize").toInt(), 62 * get("/2015-03-31/functions/one/configuration").value("CodeSize").toInt());
        QVERIFY(usage.value("TotalCodeSize").toInt() > 0);
    }

    void tellsTheLimitThatHoldsHere()
    {
        services::CloudOptions options;
        options.accountConcurrency = 50;
        const test::EndpointFixture small(m_project, options);
        RawHttp client(small.port);
        const QJsonObject limit = QJsonDocument::fromJson(RawHttp::body(client.request("GET", "/2016-08-19/account-settings"))).object().value("AccountLimit").toObject();
        QCOMPARE(limit.value("ConcurrentExecutions").toInt(), 50);
        QCOMPARE(limit.value("UnreservedConcurrentExecutions").toInt(), 47);
    }

    void saysWhatIsNotThere()
    {
        for (const QByteArray &path : {QByteArray("/2015-03-31/functions/nope"), QByteArray("/2015-03-31/functions/nope/configuration"), QByteArray("/2015-03-31/functions/one?Qualifier=7"), QByteArray("/2019-09-30/functions/nope/concurrency")}) {
            const QByteArray answer = ask("GET", path);
            QCOMPARE(RawHttp::status(answer), 404);
            QCOMPARE(RawHttp::header(answer, "x-amzn-ErrorType"), "ResourceNotFoundException");
        }
        QCOMPARE(RawHttp::status(ask("GET", "/2015-03-31/functions/a%20b")), 400);
        QCOMPARE(RawHttp::header(ask("PUT", "/2020-06-30/functions/one/code-signing-config", {}, "{}"), "x-amzn-ErrorType"), "UnknownOperationException");
    }

    void tellsWhoTheCallerIs()
    {
        const QByteArray answer = ask("POST", "/", "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n", "Action=GetCallerIdentity&Version=2011-06-15");
        QCOMPARE(RawHttp::status(answer), 200);
        QVERIFY2(answer.contains("<Account>123456789012</Account>"), answer);
    }

    void refusesOtherServicesInTheirShape()
    {
        const QByteArray scope = "Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=a\r\n";
        const QByteArray query = ask("POST", "/", scope + "Content-Type: application/x-www-form-urlencoded\r\n", "Action=ListParameters");
        QCOMPARE(RawHttp::status(query), 400);
        QVERIFY2(query.contains("<Code>InvalidAction</Code>") && query.contains("ssm"), query);
        const QByteArray json = ask("POST", "/", scope + "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSSM.GetParameter\r\n", "{}");
        QCOMPARE(RawHttp::header(json, "x-amzn-ErrorType"), "UnknownOperationException");
    }

    void functionsFindIt()
    {
        const QJsonObject found = QJsonDocument::fromJson(RawHttp::body(ask("POST", "/2015-03-31/functions/one/invocations", {}, "{}"))).object();
        const QString address = "http://127.0.0.1:" + QString::number(m_cloud->port);
        QCOMPARE(found.value("lambda").toString(), address);
        QCOMPARE(found.value("sts").toString(), address);
    }
};

QTEST_GUILESS_MAIN(tst_AwsEndpoint)
#include "tst_awsendpoint.moc"
