// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/pack.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// Lambda's control calls, one after another as deploying does. Sentences and statuses are those recorded from the service.
class tst_LambdaControlApi : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    int m_status = 0;
    QByteArray m_type;

    QJsonObject call(const QByteArray &method, const QByteArray &path, const QJsonObject &input = {})
    {
        RawHttp client(m_cloud->port);
        const QByteArray answer = client.request(method, path, method == "GET" || method == "DELETE" ? QByteArray() : QJsonDocument(input).toJson());
        m_status = RawHttp::status(answer);
        m_type = RawHttp::header(answer, "x-amzn-ErrorType");
        return QJsonDocument::fromJson(RawHttp::body(answer)).object();
    }
    static QString message(const QJsonObject &answer) { return answer.value(answer.contains("Message") ? "Message" : "message").toString(); }
    QByteArray invoke(const QByteArray &function)
    {
        RawHttp client(m_cloud->port);
        const QByteArray answer = client.request("POST", "/2015-03-31/functions/" + function + "/invocations", "{}");
        m_status = RawHttp::status(answer);
        m_type = RawHttp::header(answer, "X-Amz-Executed-Version");
        return RawHttp::body(answer);
    }
    QString zip(const QByteArray &says)
    {
        m_project.file("upload/index.js", "exports.handler = async (event, context) => ({ says: '" + says + "', version: context.functionVersion, arn: context.invokedFunctionArn, env: process.env.COLOUR });\n");
        const QByteArray bytes = package::packFolder(m_project.path("upload"), {}).value();
        QDir(m_project.path("upload")).removeRecursively();
        return QString::fromLatin1(bytes.toBase64());
    }
    QJsonObject settings(const QString &name, const QByteArray &says)
    {
        return {{"FunctionName", name}, {"Role", "arn:aws:iam::123456789012:role/r1"}, {"Runtime", "nodejs20.x"}, {"Handler", "index.handler"}, {"Code", QJsonObject{{"ZipFile", zip(says)}}}};
    }
    bool becomesReady(const QByteArray &function)
    {
        return QTest::qWaitFor([&] {
            const QJsonObject told = call("GET", "/2015-03-31/functions/" + function + "/configuration");
            return told.value("State") == "Active" && told.value("LastUpdateStatus") == "Successful";
        }, 5000);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.function("nodejs20.x", "index.handler", "      FunctionName: desk\n").file("index.js", "exports.handler = async (e, c) => ({ says: 'desk', version: c.functionVersion, arn: c.invokedFunctionArn });\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void createsAndRuns()
    {
        const QJsonObject made = call("POST", "/2015-03-31/functions", settings("shop", "one"));
        QCOMPARE(m_status, 201);
        QCOMPARE(made.value("State").toString(), "Pending");
        QCOMPARE(made.value("StateReasonCode").toString(), "Creating");
        QVERIFY(!made.contains("LastUpdateStatus"));
        QVERIFY(!made.contains("Environment"));
        QCOMPARE(made.value("Timeout").toInt(), 3);
        QCOMPARE(made.value("MemorySize").toInt(), 128);
        QCOMPARE(made.value("Version").toString(), "$LATEST");
        QCOMPARE(made.value("LoggingConfig").toObject().value("LogGroup").toString(), "/aws/lambda/shop");
        invoke("shop");
        QCOMPARE(m_status, 409);
        QVERIFY(becomesReady("shop"));
        const QJsonObject ready = call("GET", "/2015-03-31/functions/shop/configuration");
        QVERIFY(ready.value("RevisionId") != made.value("RevisionId"));
        QVERIFY(invoke("shop").contains(R"("says":"one","version":"$LATEST")"));
        (void)call("POST", "/2015-03-31/functions", settings("shop", "one"));
        QCOMPARE(m_status, 409);
    }

    void refusesAsRecorded_data()
    {
        QTest::addColumn<QJsonObject>("change");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QString>("sentence");
        const QByteArray validation = "ValidationException";
        const QByteArray parameter = "InvalidParameterValueException";
        QTest::newRow("role") << QJsonObject{{"Role", "r1"}} << 400 << validation << "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+";
        QTest::newRow("timeout high") << QJsonObject{{"Timeout", 901}} << 400 << validation << "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900";
        QTest::newRow("timeout low") << QJsonObject{{"Timeout", 0}} << 400 << validation << "1 validation error detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1";
        QTest::newRow("two at once") << QJsonObject{{"Timeout", 0}, {"MemorySize", 1}} << 400 << validation << "2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '1' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128";
        QTest::newRow("architectures") << QJsonObject{{"Architectures", QJsonArray{"x86_64", "arm64"}}} << 400 << validation << "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1";
        QTest::newRow("runtime") << QJsonObject{{"Runtime", "cobol"}} << 400 << parameter << "Value cobol at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs24.x,";
        QTest::newRow("retired runtime") << QJsonObject{{"Runtime", "nodejs12.x"}} << 400 << parameter << "The runtime parameter of nodejs12.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.";
        QTest::newRow("no zip") << QJsonObject{{"Code", QJsonObject{{"ZipFile", "bm8gemlw"}}}} << 400 << parameter << "Could not unzip uploaded file. Please check your file, then try to upload again.";
        QTest::newRow("no code") << QJsonObject{{"Code", QJsonObject()}} << 400 << parameter << "Please provide a source for function code.";
        QTest::newRow("no such object") << QJsonObject{{"Code", QJsonObject{{"S3Bucket", "nowhere"}, {"S3Key", "k"}}}} << 400 << parameter << "Error occurred while GetObject. S3 Error Code: NoSuchBucket.";
        QTest::newRow("long name") << QJsonObject{{"FunctionName", QString(65, 'a')}} << 400 << parameter << "1 validation error detected: Value '" + QString(65, 'a') + "' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64";
        QTest::newRow("bad name") << QJsonObject{{"FunctionName", "invalid:function:name"}} << 400 << validation << "1 validation error detected: Value 'invalid:function:name' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:";
        QTest::newRow("reserved variable") << QJsonObject{{"Environment", QJsonObject{{"Variables", QJsonObject{{"AWS_REGION", "x"}}}}}} << 400 << parameter << "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION";
        QTest::newRow("large environment") << QJsonObject{{"Environment", QJsonObject{{"Variables", QJsonObject{{"AB", QString(4090, 'x')}}}}}} << 400 << parameter << "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {\"AB\":\"xxx";
        QTest::newRow("six layers") << QJsonObject{{"Layers", QJsonArray{"1", "2", "3", "4", "5", "6"}}} << 400 << parameter << "Cannot reference more than 5 layers.";
        QTest::newRow("declared by the template") << QJsonObject{{"FunctionName", "desk"}} << 409 << QByteArray("ResourceConflictException") << "Function already exist: desk";
        QTest::newRow("another region") << QJsonObject{{"FunctionName", "arn:aws:lambda:eu-west-9:123456789012:function:x"}} << 404 << QByteArray("ResourceNotFoundException") << "Functions from 'eu-west-9' are not reachable in this region ('us-east-1')";
    }
    void refusesAsRecorded()
    {
        QFETCH(QJsonObject, change);
        QFETCH(QString, sentence);
        QJsonObject input = settings("never", "x");
        for (auto it = change.begin(); it != change.end(); ++it)
            input.insert(it.key(), it.value());
        const QJsonObject answer = call("POST", "/2015-03-31/functions", input);
        QTEST(m_status, "status");
        QTEST(m_type, "type");
        QVERIFY2(message(answer).startsWith(sentence), qPrintable(message(answer)));
        (void)call("GET", "/2015-03-31/functions/never");
        QCOMPARE(m_status, 404);
    }

    void updatesCodeAndConfiguration()
    {
        const QJsonObject before = call("GET", "/2015-03-31/functions/shop/configuration");
        QJsonObject dry = call("PUT", "/2015-03-31/functions/shop/code", {{"ZipFile", zip("two")}, {"DryRun", true}});
        QCOMPARE(m_status, 200);
        QVERIFY(dry.value("CodeSha256") != before.value("CodeSha256"));
        QCOMPARE(call("GET", "/2015-03-31/functions/shop/configuration").value("CodeSha256"), before.value("CodeSha256"));
        (void)call("PUT", "/2015-03-31/functions/shop/code", {{"ZipFile", zip("two")}, {"RevisionId", "11111111-1111-4111-8111-111111111111"}});
        QCOMPARE(m_status, 412);
        const QJsonObject updated = call("PUT", "/2015-03-31/functions/shop/code", {{"ZipFile", zip("two")}, {"RevisionId", before.value("RevisionId")}});
        QCOMPARE(m_status, 200);
        QCOMPARE(updated.value("CodeSha256"), dry.value("CodeSha256"));
        QCOMPARE(updated.value("LastUpdateStatus").toString(), "InProgress");
        QCOMPARE(updated.value("State").toString(), "Active");
        const QString sentence = message(call("PUT", "/2015-03-31/functions/shop/configuration", {{"Timeout", 7}}));
        QCOMPARE(m_status, 409);
        QCOMPARE(sentence, "The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:123456789012:function:shop");
        // What was asked before the update is through is answered by what is there.
        QVERIFY(invoke("shop").contains(R"("says":"two")"));
        QVERIFY(becomesReady("shop"));
        const QJsonObject changed = call("PUT", "/2015-03-31/functions/shop/configuration", {{"Timeout", 7}, {"Environment", QJsonObject{{"Variables", QJsonObject{{"COLOUR", "red"}}}}}});
        QCOMPARE(m_status, 200);
        QCOMPARE(changed.value("Timeout").toInt(), 7);
        QCOMPARE(changed.value("MemorySize").toInt(), 128);
        QVERIFY(becomesReady("shop"));
        QVERIFY(invoke("shop").contains(R"("env":"red")"));
    }

    void publishesVersionsOnce()
    {
        const QJsonObject one = call("POST", "/2015-03-31/functions/shop/versions", {{"Description", "first"}});
        QCOMPARE(m_status, 201);
        QCOMPARE(one.value("Version").toString(), "1");
        QCOMPARE(one.value("FunctionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:shop:1");
        QCOMPARE(call("POST", "/2015-03-31/functions/shop/versions").value("Version").toString(), "1");
        QVERIFY(becomesReady("shop"));
        (void)call("PUT", "/2015-03-31/functions/shop/code", {{"ZipFile", zip("three")}});
        QVERIFY(becomesReady("shop"));
        const QJsonObject wrong = call("POST", "/2015-03-31/functions/shop/versions", {{"CodeSha256", "abc"}});
        QCOMPARE(m_status, 400);
        QVERIFY(message(wrong).startsWith("CodeSHA256 (abc) is different from current CodeSHA256 in $LATEST ("));
        QCOMPARE(call("POST", "/2015-03-31/functions/shop/versions").value("Version").toString(), "2");
        QVERIFY(becomesReady("shop:2"));
        QVERIFY(invoke("shop:1").contains(R"("says":"two","version":"1","arn":"arn:aws:lambda:us-east-1:123456789012:function:shop:1")"));
        QCOMPARE(m_type, QByteArray("1"));
        QVERIFY(invoke("shop:2").contains(R"("says":"three")"));
        QVERIFY(invoke("shop").contains(R"("says":"three","version":"$LATEST")"));
        invoke("shop:3");
        QCOMPARE(m_status, 404);
        const QJsonArray versions = call("GET", "/2015-03-31/functions/shop/versions").value("Versions").toArray();
        QCOMPARE(versions.size(), 3);
        QCOMPARE(versions.at(0).toObject().value("Version").toString(), "$LATEST");
        QCOMPARE(versions.at(0).toObject().value("FunctionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:shop:$LATEST");
        QCOMPARE(versions.at(1).toObject().value("FunctionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:shop:1");
        QVERIFY(!versions.at(1).toObject().contains("State"));
    }

    void pointsAliasesAndWeighsThem()
    {
        QJsonObject alias = call("POST", "/2015-03-31/functions/shop/aliases", {{"Name", "live"}, {"FunctionVersion", "1"}});
        QCOMPARE(m_status, 201);
        QCOMPARE(alias.value("AliasArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:shop:live");
        QVERIFY(invoke("shop:live").contains(R"("says":"two","version":"1","arn":"arn:aws:lambda:us-east-1:123456789012:function:shop:live")"));
        const QByteArray path = "/2015-03-31/functions/shop/aliases/live";
        const auto refusal = [&](const QJsonObject &weights) {
            const QString sentence = message(call("PUT", path, {{"RoutingConfig", QJsonObject{{"AdditionalVersionWeights", weights}}}}));
            return QString::number(m_status) + ' ' + sentence;
        };
        QCOMPARE(refusal({{"1", 0.5}}), "400 Invalid function version 1. Function version 1 is already included in routing configuration.");
        QCOMPARE(refusal({{"2", 0.5}, {"3", 0.1}}), "400 Number of items in AdditionalVersionWeights cannot be greater than 1");
        QCOMPARE(refusal({{"$LATEST", 0.5}}), "400 $LATEST is not supported for an alias pointing to more than 1 version");
        QVERIFY(refusal({{"2", 2.0}}).startsWith("400 1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed"));
        QCOMPARE(refusal({{"9", 0.5}}), "404 Function not found: arn:aws:lambda:us-east-1:123456789012:function:shop:9");
        alias = call("PUT", path, {{"RoutingConfig", QJsonObject{{"AdditionalVersionWeights", QJsonObject{{"2", 0.5}}}}}});
        QCOMPARE(m_status, 200);
        int second = 0;
        for (int i = 0; i < 60; ++i)
            second += invoke("shop:live").contains("three");
        // What is told of an alias is always the same.
        for (int i = 0; i < 10; ++i)
            QCOMPARE(call("GET", "/2015-03-31/functions/shop/configuration?Qualifier=live").value("Version").toString(), "1");
        QVERIFY2(second > 8 && second < 52, qPrintable(QString::number(second)));
        (void)call("DELETE", "/2015-03-31/functions/shop?Qualifier=2");
        QCOMPARE(m_status, 409);
        alias = call("PUT", path, {{"FunctionVersion", "2"}, {"RoutingConfig", QJsonObject{{"AdditionalVersionWeights", QJsonObject()}}}});
        QVERIFY(!alias.contains("RoutingConfig"));
        QVERIFY(invoke("shop:live").contains("three"));
        (void)call("POST", "/2015-03-31/functions/shop/aliases", {{"Name", "live"}, {"FunctionVersion", "1"}});
        QCOMPARE(m_status, 409);
        QCOMPARE(message(call("POST", "/2015-03-31/functions/shop/aliases", {{"Name", "2024"}, {"FunctionVersion", "1"}})), "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)");
        QCOMPARE(message(call("GET", "/2015-03-31/functions/shop/aliases/none")), "Cannot find alias arn: arn:aws:lambda:us-east-1:123456789012:function:shop:none");
        QCOMPARE(message(call("PUT", "/2015-03-31/functions/shop/aliases/none", {})), "Alias not found: arn:aws:lambda:us-east-1:123456789012:function:shop:none");
        QCOMPARE(call("GET", "/2015-03-31/functions/shop/aliases?FunctionVersion=2").value("Aliases").toArray().size(), 1);
    }

    void keepsPolicies()
    {
        const QByteArray path = "/2015-03-31/functions/shop/policy";
        QCOMPARE(message(call("GET", path)), "The resource you requested does not exist.");
        const QJsonObject added = call("POST", path, {{"StatementId", "s3"}, {"Action", "lambda:InvokeFunction"}, {"Principal", "s3.amazonaws.com"}, {"SourceArn", "arn:aws:s3:::b"}, {"SourceAccount", "123456789012"}});
        QCOMPARE(m_status, 201);
        QCOMPARE(QJsonDocument::fromJson(added.value("Statement").toString().toUtf8()).object(),
                 QJsonDocument::fromJson(R"({"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:shop",)"
                                         R"("Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}})").object());
        QCOMPARE(message(call("POST", path, {{"StatementId", "s3"}, {"Action", "lambda:InvokeFunction"}, {"Principal", "*"}})), "The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.");
        QCOMPARE(message(call("POST", path, {{"StatementId", "x"}, {"Action", "lambda:InvokeFunction"}, {"Principal", "who?"}})), "The provided principal was invalid. Please check the principal and try again.");
        QCOMPARE(message(call("POST", path + "?Qualifier=$LATEST", {{"StatementId", "x"}, {"Action", "lambda:InvokeFunction"}, {"Principal", "*"}})), "We currently do not support adding policies for $LATEST.");
        const QJsonObject policy = call("GET", path);
        QCOMPARE(QJsonDocument::fromJson(policy.value("Policy").toString().toUtf8()).object().value("Id").toString(), "default");
        QCOMPARE(message(call("DELETE", path + "/none")), "Statement none is not found in resource policy.");
        (void)call("DELETE", path + "/s3?RevisionId=" + policy.value("RevisionId").toString().toLatin1());
        QCOMPARE(m_status, 204);
        QCOMPARE(message(call("DELETE", path + "/s3")), "No policy is associated with the given resource.");
    }

    void limitsConcurrency()
    {
        const QByteArray path = "/2017-10-31/functions/shop/concurrency";
        QCOMPARE(message(call("PUT", path, {{"ReservedConcurrentExecutions", 950}})), "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].");
        (void)call("PUT", path, {{"ReservedConcurrentExecutions", 0}});
        QCOMPARE(m_status, 200);
        const QByteArray refused = invoke("shop:live");
        QCOMPARE(m_status, 429);
        QVERIFY(refused.contains("ReservedFunctionConcurrentInvocationLimitExceeded"));
        QCOMPARE(call("GET", "/2019-09-30/functions/shop/concurrency").value("ReservedConcurrentExecutions").toInt(-1), 0);
        QCOMPARE(call("GET", "/2015-03-31/functions/shop").value("Concurrency").toObject().value("ReservedConcurrentExecutions").toInt(-1), 0);
        (void)call("PUT", "/2017-10-31/functions/shop:live/concurrency", {{"ReservedConcurrentExecutions", 1}});
        QCOMPARE(m_status, 400);
        (void)call("DELETE", path);
        QCOMPARE(m_status, 204);
        invoke("shop:live");
        QCOMPARE(m_status, 200);
        QVERIFY(call("GET", "/2019-09-30/functions/shop/concurrency").isEmpty());
    }

    void keepsEnvironmentsReady()
    {
        const QByteArray path = "/2019-09-30/functions/shop/provisioned-concurrency";
        QCOMPARE(message(call("PUT", path, {{"ProvisionedConcurrentExecutions", 1}})), "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
        QCOMPARE(message(call("GET", path + "?Qualifier=live")), "No Provisioned Concurrency Config found for this function");
        QCOMPARE(call("PUT", path + "?Qualifier=live", {{"ProvisionedConcurrentExecutions", 2}}).value("Status").toString(), "IN_PROGRESS");
        QCOMPARE(m_status, 202);
        QCOMPARE(call("GET", path + "?Qualifier=live").value("AvailableProvisionedConcurrentExecutions").toInt(), 2);
        QCOMPARE(call("GET", path + "?List=ALL").value("ProvisionedConcurrencyConfigs").toArray().size(), 1);
        (void)call("DELETE", path + "?Qualifier=live");
        QCOMPARE(m_status, 204);
    }

    void rulesAsynchronousInvocations()
    {
        const QByteArray path = "/2019-09-25/functions/shop/event-invoke-config";
        QCOMPARE(message(call("PUT", path, {})), "You must specify at least one of error handling or destination setting.");
        const QJsonObject config = call("PUT", path + "?Qualifier=live", {{"MaximumRetryAttempts", 0}});
        QCOMPARE(m_status, 200);
        QCOMPARE(config.value("FunctionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:shop:live");
        QCOMPARE(call("POST", path + "?Qualifier=live", {{"MaximumEventAgeInSeconds", 60}}).value("MaximumRetryAttempts").toInt(-1), 0);
        QCOMPARE(call("GET", path + "/list").value("FunctionEventInvokeConfigs").toArray().size(), 1);
        (void)call("DELETE", path + "?Qualifier=live");
        QCOMPARE(m_status, 204);
    }

    void tags()
    {
        const QByteArray path = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Ashop";
        (void)call("POST", path, {{"Tags", QJsonObject{{"a", "1"}, {"b", "2"}}}});
        QCOMPARE(m_status, 204);
        (void)call("DELETE", path + "?tagKeys=a");
        QCOMPARE(call("GET", path).value("Tags").toObject(), (QJsonObject{{"b", "2"}}));
        QCOMPARE(call("GET", "/2015-03-31/functions/shop").value("Tags").toObject(), (QJsonObject{{"b", "2"}}));
    }

    void usesLayers()
    {
        m_project.file("layer/nodejs/node_modules/dep/index.js", "module.exports = 'from the layer';\n");
        const QByteArray bytes = package::packFolder(m_project.path("layer"), {}).value();
        const QJsonObject layer = call("POST", "/2018-10-31/layers/dep/versions", {{"Content", QJsonObject{{"ZipFile", QString::fromLatin1(bytes.toBase64())}}}, {"CompatibleRuntimes", QJsonArray{"nodejs20.x"}}});
        QCOMPARE(m_status, 201);
        QCOMPARE(layer.value("LayerVersionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:layer:dep:1");
        QJsonObject input = settings("layered", "x");
        m_project.file("upload/index.js", "exports.handler = async () => require('dep');\n");
        input.insert("Code", QJsonObject{{"ZipFile", QString::fromLatin1(package::packFolder(m_project.path("upload"), {}).value().toBase64())}});
        input.insert("Layers", QJsonArray{layer.value("LayerVersionArn")});
        (void)call("POST", "/2015-03-31/functions", input);
        QCOMPARE(m_status, 201);
        QVERIFY(becomesReady("layered"));
        QCOMPARE(invoke("layered"), QByteArray("\"from the layer\""));
    }

    /// What the project declares is `$LATEST` as it is saved; versions of it are kept as they were.
    void publishesWhatTheTemplateDeclares()
    {
        const QJsonObject one = call("POST", "/2015-03-31/functions/desk/versions");
        QCOMPARE(m_status, 201);
        QCOMPARE(one.value("Version").toString(), "1");
        QCOMPARE(one.value("CodeSha256"), call("GET", "/2015-03-31/functions/desk/configuration").value("CodeSha256"));
        (void)call("POST", "/2015-03-31/functions/desk/aliases", {{"Name", "live"}, {"FunctionVersion", "1"}});
        QCOMPARE(m_status, 201);
        QVERIFY(becomesReady("desk:1"));
        m_project.file("index.js", "exports.handler = async () => ({ says: 'changed' });\n");
        QVERIFY(invoke("desk").contains("changed"));
        QVERIFY(invoke("desk:live").contains(R"("says":"desk","version":"1")"));
        (void)call("PUT", "/2015-03-31/functions/desk/code", {{"ZipFile", zip("x")}});
        QCOMPARE(m_status, 409);
        (void)call("DELETE", "/2015-03-31/functions/desk");
        QCOMPARE(m_status, 409);
        const QJsonArray all = call("GET", "/2015-03-31/functions?FunctionVersion=ALL").value("Functions").toArray();
        QStringList names;
        for (const auto &function : all)
            names << function.toObject().value("FunctionName").toString() + ':' + function.toObject().value("Version").toString();
        QCOMPARE(names, (QStringList{"desk:$LATEST", "desk:1", "layered:$LATEST", "shop:$LATEST", "shop:1", "shop:2"}));
    }

    void tellsWhatTheTemplateSetsBesideAFunction()
    {
        m_project.function("nodejs20.x", "index.handler", "      FunctionName: desk\n      AutoPublishAlias: prod\n      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}\n      EventInvokeConfig:\n        MaximumRetryAttempts: 1\n        DestinationConfig:\n          OnFailure: {Type: SQS, Destination: 'arn:aws:sqs:us-east-1:123456789012:failed'}\n");
        const QJsonObject alias = call("GET", "/2015-03-31/functions/desk/aliases/prod");
        QCOMPARE(m_status, 200);
        QCOMPARE(alias.value("AliasArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:desk:prod");
        QCOMPARE(alias.value("FunctionVersion").toString(), "$LATEST");
        QStringList names;
        for (const auto &one : call("GET", "/2015-03-31/functions/desk/aliases").value("Aliases").toArray())
            names << one.toObject().value("Name").toString();
        QCOMPARE(names, (QStringList{"live", "prod"}));
        QCOMPARE(call("GET", "/2015-03-31/functions/desk/configuration?Qualifier=prod").value("FunctionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:desk:prod");
        QCOMPARE(m_status, 200);
        // SAM makes the settings for the alias.
        const QByteArray path = "/2019-09-25/functions/desk/event-invoke-config";
        const QJsonObject config = call("GET", path + "?Qualifier=prod");
        QCOMPARE(config.value("FunctionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:desk:prod");
        QCOMPARE(config.value("MaximumRetryAttempts").toInt(-1), 1);
        QCOMPARE(config.value("MaximumEventAgeInSeconds").toInt(), 21600);
        QCOMPARE(config.value("DestinationConfig").toObject().value("OnFailure").toObject().value("Destination").toString(), "arn:aws:sqs:us-east-1:123456789012:failed");
        QCOMPARE(call("GET", path + "/list").value("FunctionEventInvokeConfigs").toArray().size(), 1);
        (void)call("GET", path);
        QCOMPARE(m_status, 404);
        const QByteArray provisioned = "/2019-09-30/functions/desk/provisioned-concurrency";
        const QJsonObject ready = call("GET", provisioned + "?Qualifier=prod");
        QCOMPARE(ready.value("Status").toString(), "READY");
        QCOMPARE(ready.value("AllocatedProvisionedConcurrentExecutions").toInt(), 2);
        QCOMPARE(call("GET", provisioned + "?List=ALL").value("ProvisionedConcurrencyConfigs").toArray().first().toObject().value("FunctionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:desk:prod");
        QVERIFY(message(call("DELETE", provisioned + "?Qualifier=prod")).contains("declared by the project"));
        QCOMPARE(m_status, 409);
        // A call that changes the alias holds from then on.
        const QJsonObject moved = call("PUT", "/2015-03-31/functions/desk/aliases/prod", {{"FunctionVersion", "1"}, {"RevisionId", alias.value("RevisionId")}});
        QCOMPARE(m_status, 200);
        QCOMPARE(moved.value("FunctionVersion").toString(), "1");
        QVERIFY(invoke("desk:prod").contains(R"("says":"desk","version":"1")"));
        (void)call("DELETE", "/2015-03-31/functions/desk/aliases/prod");
        QCOMPARE(call("GET", "/2015-03-31/functions/desk/aliases/prod").value("FunctionVersion").toString(), "$LATEST");
        m_project.function("nodejs20.x", "index.handler", "      FunctionName: desk\n");
        (void)call("GET", "/2015-03-31/functions/desk/aliases/prod");
        QCOMPARE(m_status, 404);
    }

    void givesTheCodeBack()
    {
        const QString location = call("GET", "/2015-03-31/functions/shop:1").value("Code").toObject().value("Location").toString();
        RawHttp client(m_cloud->port);
        const QByteArray answer = client.request("GET", QUrl(location).path().toLatin1() + '?' + QUrl(location).query().toLatin1());
        QCOMPARE(RawHttp::status(answer), 200);
        QCOMPARE(QCryptographicHash::hash(RawHttp::body(answer), QCryptographicHash::Sha256).toBase64(), call("GET", "/2015-03-31/functions/shop:1/configuration").value("CodeSha256").toString().toLatin1());
    }

    void servesFunctionUrls()
    {
        const QByteArray path = "/2021-10-31/functions/shop/url";
        const QJsonObject made = call("POST", path + "?Qualifier=live", {{"AuthType", "NONE"}});
        QCOMPARE(m_status, 201);
        QCOMPARE(made.value("FunctionUrl").toString(), "http://shop-live.lambda-url.localhost:" + QString::number(m_cloud->gatewayPort) + '/');
        RawHttp client(m_cloud->gatewayPort);
        client.send("GET / HTTP/1.1\r\nHost: shop-live.lambda-url.localhost\r\n\r\n");
        const QByteArray answer = client.receive();
        QVERIFY2(answer.contains(R"("arn":"arn:aws:lambda:us-east-1:123456789012:function:shop:live")"), answer);
        (void)call("POST", path + "?Qualifier=live", {{"AuthType", "NONE"}});
        QCOMPARE(m_status, 409);
        QVERIFY(message(call("POST", path + "?Qualifier=1", {{"AuthType", "NONE"}})).startsWith("1 validation error detected: Value '1' at 'qualifier' failed"));
        QCOMPARE(call("GET", "/2021-10-31/functions/shop/urls").value("FunctionUrlConfigs").toArray().size(), 1);
        (void)call("DELETE", path + "?Qualifier=live");
        QCOMPARE(m_status, 204);
    }

    /// What was deployed is there when the next one serves.
    void outlivesARestart()
    {
        m_cloud.reset();
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        QVERIFY(invoke("shop:live").contains("three"));
        QCOMPARE(call("GET", "/2015-03-31/functions/shop/versions").value("Versions").toArray().size(), 3);
    }

    void mappingsOfTheTemplateAreToldWhole()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      FunctionName: reader\n      Events:\n"
                                                        "        A: {Type: Kinesis, Properties: {Stream: !GetAtt Clicks.Arn, StartingPosition: LATEST, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1, ParallelizationFactor: 2, DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}}}\n"
                                                        "        B: {Type: SQS, Properties: {Queue: !GetAtt Dead.Arn, ScalingConfig: {MaximumConcurrency: 3}}}\n  Clicks: {Type: AWS::Kinesis::Stream}\n  Dead: {Type: AWS::SQS::Queue}\n")
            .file("index.js", "exports.handler = async () => {};\n");
        test::EndpointFixture cloud(project);
        RawHttp client(cloud.port);
        const QJsonArray all = QJsonDocument::fromJson(RawHttp::body(client.request("GET", "/2015-03-31/event-source-mappings?FunctionName=reader"))).object().value("EventSourceMappings").toArray();
        QCOMPARE(all.size(), 2);
        for (const auto &each : all) {
            const QJsonObject mapping = each.toObject();
            if (mapping.value("EventSourceArn").toString().contains(":sqs:")) {
                QCOMPARE(mapping.value("ScalingConfig").toObject(), (QJsonObject{{"MaximumConcurrency", 3}}));
                continue;
            }
            QCOMPARE(mapping.value("BisectBatchOnFunctionError").toBool(), true);
            QCOMPARE(mapping.value("MaximumRetryAttempts").toInt(), 1);
            QCOMPARE(mapping.value("ParallelizationFactor").toInt(), 2);
            QCOMPARE(mapping.value("DestinationConfig").toObject().value("OnFailure").toObject().value("Destination").toString(), "arn:aws:sqs:us-east-1:123456789012:Dead");
        }
    }

    void deletes()
    {
        (void)call("DELETE", "/2015-03-31/functions/shop?Qualifier=$LATEST");
        QCOMPARE(m_status, 400);
        (void)call("DELETE", "/2015-03-31/functions/shop?Qualifier=1");
        QCOMPARE(m_status, 204);
        (void)call("DELETE", "/2015-03-31/functions/shop");
        QCOMPARE(m_status, 204);
        for (const QByteArray &name : {QByteArray("shop"), QByteArray("shop:live"), QByteArray("shop:2")}) {
            const QString sentence = message(call("GET", "/2015-03-31/functions/" + name));
            QCOMPARE(m_status, 404);
            QCOMPARE(sentence, "Function not found: arn:aws:lambda:us-east-1:123456789012:function:" + name);
        }
    }
};

QTEST_GUILESS_MAIN(tst_LambdaControlApi)
#include "tst_lambdacontrolapi.moc"
