// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/pack.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QUrl>

using namespace eph;
using test::TestProject;

/// The AWS command line against the endpoint. Skipped where it is not installed.
class tst_AwsCli : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    struct Said {
        int code = -1;
        QByteArray out;
        QByteArray err;
        [[nodiscard]] QJsonObject object() const { return QJsonDocument::fromJson(out).object(); }
    };
    Said aws(const QStringList &arguments)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        environment.insert("AWS_SECRET_ACCESS_KEY", "secret");
        environment.insert("AWS_DEFAULT_REGION", "us-east-1");
        environment.insert("AWS_EC2_METADATA_DISABLED", "true");
        environment.insert("AWS_PAGER", "");
        environment.insert("AWS_MAX_ATTEMPTS", "1");
        process.setProcessEnvironment(environment);
        process.start("aws", QStringList{"--endpoint-url", "http://127.0.0.1:" + QString::number(m_cloud->port), "--output", "json"} + arguments);
        // The endpoint's thread is another one; this one may wait.
        process.waitForFinished(60'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable("aws").isEmpty())
            QSKIP("The AWS command line is not installed (on Debian: apt install awscli)");
        m_project.function("nodejs20.x", "index.handler", "      FunctionName: echo\n      Description: says it again\n      Events: {Web: {Type: Api, Properties: {Path: /hello, Method: get}}}\n  Sharer: {Type: AWS::Serverless::Function, Properties: {FunctionName: sharer, Runtime: nodejs20.x, Handler: index.handler, LoggingConfig: {LogGroup: /our/functions}}}\n  Made: {Type: AWS::SQS::Queue}\nOutputs:\n  Hello: {Value: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod/hello'}\n")
            .file("index.js", "exports.handler = async (event, context) => { if (event.fail) throw new TypeError('asked'); console.log('seen'); return { event, client: context.clientContext }; };\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        const Said version = aws({"sts", "get-caller-identity"});
        QVERIFY2(version.code == 0, version.err);
        QCOMPARE(version.object().value("Account").toString(), "123456789012");
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void invokes()
    {
        m_project.file("event.json", "{\"a\":\"\xc3\xa4\"}");
        const Said said = aws({"lambda", "invoke", "--function-name", "echo", "--payload", "fileb://" + m_project.path("event.json"), "--client-context", QByteArray("{\"custom\":{\"k\":\"v\"}}").toBase64(), "--log-type", "Tail", m_project.path("out.json")});
        QVERIFY2(said.code == 0, said.err);
        QCOMPARE(said.object().value("StatusCode").toInt(), 200);
        QVERIFY(QByteArray::fromBase64(said.object().value("LogResult").toString().toLatin1()).contains("seen"));
        const QJsonObject answer = QJsonDocument::fromJson(m_project.read("out.json")).object();
        QCOMPARE(answer.value("event").toObject().value("a").toString(), QString::fromUtf8("\xc3\xa4"));
        QCOMPARE(answer.value("client").toObject().value("custom").toObject().value("k").toString(), "v");
    }

    void seesFunctionErrors()
    {
        m_project.file("event.json", "{\"fail\":true}");
        const Said said = aws({"lambda", "invoke", "--function-name", "echo", "--payload", "fileb://" + m_project.path("event.json"), m_project.path("out.json")});
        QVERIFY2(said.code == 0, said.err);
        QCOMPARE(said.object().value("FunctionError").toString(), "Unhandled");
        QVERIFY(m_project.read("out.json").contains("TypeError"));
    }

    void sendsEventsAndDryRuns()
    {
        QCOMPARE(aws({"lambda", "invoke", "--function-name", "echo", "--invocation-type", "Event", m_project.path("out.json")}).object().value("StatusCode").toInt(), 202);
        QCOMPARE(aws({"lambda", "invoke", "--function-name", "echo", "--invocation-type", "DryRun", m_project.path("out.json")}).object().value("StatusCode").toInt(), 204);
    }

    void listsAndDescribes()
    {
        const QJsonArray functions = aws({"lambda", "list-functions"}).object().value("Functions").toArray();
        QCOMPARE(functions.size(), 2);
        QCOMPARE(functions.first().toObject().value("FunctionName").toString(), "echo");
        QCOMPARE(functions.last().toObject().value("FunctionName").toString(), "sharer");
        QCOMPARE(functions.first().toObject().value("Description").toString(), "says it again");
        QCOMPARE(aws({"lambda", "get-function", "--function-name", "echo"}).object().value("Configuration").toObject().value("Handler").toString(), "index.handler");
        QCOMPARE(aws({"lambda", "wait", "function-active", "--function-name", "echo"}).code, 0);
        QCOMPARE(aws({"lambda", "get-account-settings"}).object().value("AccountLimit").toObject().value("ConcurrentExecutions").toInt(), 1000);
    }

    void queues()
    {
        const Said made = aws({"sqs", "create-queue", "--queue-name", "orders", "--attributes", "VisibilityTimeout=5", "--tags", "a=b"});
        QVERIFY2(made.code == 0, made.err);
        const QString url = made.object().value("QueueUrl").toString();
        QCOMPARE(aws({"sqs", "get-queue-url", "--queue-name", "orders"}).object().value("QueueUrl").toString(), url);
        const Said sent = aws({"sqs", "send-message", "--queue-url", url, "--message-body", "h\u00e4 <&>", "--message-attributes", "{\"k\":{\"DataType\":\"String\",\"StringValue\":\"v\"}}"});
        QVERIFY2(sent.code == 0, sent.err);
        QCOMPARE(aws({"sqs", "send-message-batch", "--queue-url", url, "--entries", "[{\"Id\":\"1\",\"MessageBody\":\"x\"},{\"Id\":\"2\",\"MessageBody\":\"y\"}]"}).object().value("Successful").toArray().size(), 2);
        const QJsonArray messages = aws({"sqs", "receive-message", "--queue-url", url, "--max-number-of-messages", "10", "--attribute-names", "All", "--message-attribute-names", "All", "--wait-time-seconds", "2"}).object().value("Messages").toArray();
        QCOMPARE(messages.size(), 3);
        const QJsonObject first = messages.first().toObject();
        QCOMPARE(first.value("Body").toString(), QString::fromUtf8("h\u00e4 <&>"));
        QCOMPARE(first.value("MessageAttributes").toObject().value("k").toObject().value("StringValue").toString(), "v");
        const QString receipt = first.value("ReceiptHandle").toString();
        QCOMPARE(aws({"sqs", "change-message-visibility", "--queue-url", url, "--receipt-handle", receipt, "--visibility-timeout", "60"}).code, 0);
        QCOMPARE(aws({"sqs", "delete-message", "--queue-url", url, "--receipt-handle", receipt}).code, 0);
        const QJsonObject attributes = aws({"sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All"}).object().value("Attributes").toObject();
        QCOMPARE(attributes.value("VisibilityTimeout").toString(), "5");
        QCOMPARE(attributes.value("QueueArn").toString(), "arn:aws:sqs:us-east-1:123456789012:orders");
        QCOMPARE(aws({"sqs", "set-queue-attributes", "--queue-url", url, "--attributes", "DelaySeconds=1"}).code, 0);
        QCOMPARE(aws({"sqs", "list-queue-tags", "--queue-url", url}).object().value("Tags").toObject(), QJsonObject({{"a", "b"}}));
        QCOMPARE(aws({"sqs", "purge-queue", "--queue-url", url}).code, 0);
        QCOMPARE(aws({"sqs", "delete-queue", "--queue-url", url}).code, 0);
        const Said gone = aws({"sqs", "get-queue-url", "--queue-name", "orders"});
        QVERIFY2(gone.err.contains("NonExistentQueue") || gone.err.contains("QueueDoesNotExist"), gone.err);
    }

    void topics()
    {
        const QString topic = aws({"sns", "create-topic", "--name", "news"}).object().value("TopicArn").toString();
        QCOMPARE(topic, "arn:aws:sns:us-east-1:123456789012:news");
        const Said subscribed = aws({"sns", "subscribe", "--topic-arn", topic, "--protocol", "sqs", "--notification-endpoint", "arn:aws:sqs:us-east-1:123456789012:Made", "--attributes", "{\"RawMessageDelivery\":\"true\"}", "--return-subscription-arn"});
        QVERIFY2(subscribed.code == 0, subscribed.err);
        QVERIFY(!aws({"sns", "publish", "--topic-arn", topic, "--message", "told", "--message-attributes", "{\"k\":{\"DataType\":\"Number\",\"StringValue\":\"1\"}}"}).object().value("MessageId").toString().isEmpty());
        const QString url = aws({"sqs", "get-queue-url", "--queue-name", "Made"}).object().value("QueueUrl").toString();
        const QJsonObject message = aws({"sqs", "receive-message", "--queue-url", url, "--message-attribute-names", "All"}).object().value("Messages").toArray().first().toObject();
        QCOMPARE(message.value("Body").toString(), "told");
        QCOMPARE(message.value("MessageAttributes").toObject().value("k").toObject().value("DataType").toString(), "Number");
        QCOMPARE(aws({"sns", "list-subscriptions-by-topic", "--topic-arn", topic}).object().value("Subscriptions").toArray().size(), 1);
        QCOMPARE(aws({"sns", "get-topic-attributes", "--topic-arn", topic}).object().value("Attributes").toObject().value("SubscriptionsConfirmed").toString(), "1");
        QCOMPARE(aws({"sns", "unsubscribe", "--subscription-arn", subscribed.object().value("SubscriptionArn").toString()}).code, 0);
        QCOMPARE(aws({"sns", "delete-topic", "--topic-arn", topic}).code, 0);
        QVERIFY(aws({"sns", "publish", "--topic-arn", topic, "--message", "x"}).err.contains("(NotFound)"));
    }

    void streams()
    {
        QCOMPARE(aws({"kinesis", "create-stream", "--stream-name", "clicks", "--shard-count", "2"}).code, 0);
        QCOMPARE(aws({"kinesis", "wait", "stream-exists", "--stream-name", "clicks"}).code, 0);
        m_project.file("record", "click");
        const QJsonObject put = aws({"kinesis", "put-record", "--stream-name", "clicks", "--partition-key", "a", "--data", "fileb://" + m_project.path("record")}).object();
        QCOMPARE(put.value("ShardId").toString(), "shardId-000000000000");
        const QString iterator = aws({"kinesis", "get-shard-iterator", "--stream-name", "clicks", "--shard-id", "shardId-000000000000", "--shard-iterator-type", "TRIM_HORIZON"}).object().value("ShardIterator").toString();
        const QJsonArray records = aws({"kinesis", "get-records", "--shard-iterator", iterator}).object().value("Records").toArray();
        QCOMPARE(records.size(), 1);
        QCOMPARE(QByteArray::fromBase64(records.first().toObject().value("Data").toString().toLatin1()), "click");
        QCOMPARE(aws({"kinesis", "list-shards", "--stream-name", "clicks"}).object().value("Shards").toArray().size(), 2);
        QCOMPARE(aws({"kinesis", "delete-stream", "--stream-name", "clicks"}).code, 0);
        QVERIFY(aws({"kinesis", "describe-stream-summary", "--stream-name", "clicks"}).err.contains("(ResourceNotFoundException)"));
    }

    void buckets()
    {
        QCOMPARE(aws({"s3", "mb", "s3://pictures"}).code, 0);
        m_project.file("small.txt", "hello").file("large.bin", QByteArray(20 * 1024 * 1024, 'x'));
        const Said small = aws({"s3", "cp", m_project.path("small.txt"), "s3://pictures/a dir/h\u00e4.txt"});
        QVERIFY2(small.code == 0, small.err);
        // In several parts.
        const Said large = aws({"s3", "cp", m_project.path("large.bin"), "s3://pictures/large.bin"});
        QVERIFY2(large.code == 0, large.err);
        QCOMPARE(aws({"s3", "cp", "s3://pictures/large.bin", m_project.path("back.bin")}).code, 0);
        QVERIFY(m_project.read("back.bin") == m_project.read("large.bin"));
        QCOMPARE(aws({"s3api", "head-object", "--bucket", "pictures", "--key", "large.bin"}).object().value("ContentLength").toInt(), 20 * 1024 * 1024);
        QCOMPARE(aws({"s3api", "put-object", "--bucket", "pictures", "--key", "m", "--body", m_project.path("small.txt"), "--metadata", "a=b"}).code, 0);
        QCOMPARE(aws({"s3api", "copy-object", "--bucket", "pictures", "--key", "n", "--copy-source", "pictures/m"}).code, 0);
        QCOMPARE(aws({"s3api", "get-object", "--bucket", "pictures", "--key", "n", "--range", "bytes=1-3", m_project.path("part")}).object().value("Metadata").toObject(), QJsonObject({{"a", "b"}}));
        QCOMPARE(m_project.read("part"), "ell");
        const QJsonObject list = aws({"s3api", "list-objects-v2", "--bucket", "pictures", "--delimiter", "/"}).object();
        QCOMPARE(list.value("Contents").toArray().size(), 3);
        QCOMPARE(list.value("CommonPrefixes").toArray().first().toObject().value("Prefix").toString(), "a dir/");
        QVERIFY(aws({"s3api", "get-object", "--bucket", "pictures", "--key", "none", m_project.path("x")}).err.contains("(NoSuchKey)"));
        QVERIFY(aws({"s3api", "get-bucket-cors", "--bucket", "pictures"}).err.contains("(NoSuchCORSConfiguration)"));
        const QByteArray rule = R"({"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://*.example.com"], "AllowedHeaders": ["*"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60})";
        QCOMPARE(aws({"s3api", "put-bucket-cors", "--bucket", "pictures", "--cors-configuration", QString::fromUtf8(R"({"CORSRules": [)" + rule + "]}")}).code, 0);
        QCOMPARE(aws({"s3api", "get-bucket-cors", "--bucket", "pictures"}).object().value("CORSRules").toArray().first().toObject(), QJsonDocument::fromJson(rule).object());
        QCOMPARE(aws({"s3api", "delete-bucket-cors", "--bucket", "pictures"}).code, 0);
        QVERIFY(aws({"s3api", "delete-bucket", "--bucket", "pictures"}).err.contains("(BucketNotEmpty)"));
        QCOMPARE(aws({"s3", "rb", "--force", "s3://pictures"}).code, 0);
    }

    void deploysFunctions()
    {
        m_project.file("code/index.js", "exports.handler = async (event, context) => ({ code: 1, version: context.functionVersion });\n").file("one.zip", package::packFolder(m_project.path("code"), {}).value());
        m_project.file("code/index.js", "exports.handler = async (event, context) => ({ code: 2, version: context.functionVersion });\n").file("two.zip", package::packFolder(m_project.path("code"), {}).value());
        const QString out = m_project.path("out.json");
        const Said made = aws({"lambda", "create-function", "--function-name", "shop", "--runtime", "nodejs20.x", "--role", "arn:aws:iam::123456789012:role/shop", "--handler", "index.handler", "--zip-file", "fileb://" + m_project.path("one.zip"), "--environment", "Variables={AB=c}", "--tags", "team=a"});
        QVERIFY2(made.code == 0, made.err);
        QCOMPARE(made.object().value("State").toString(), "Pending");
        QCOMPARE(aws({"lambda", "wait", "function-active-v2", "--function-name", "shop"}).code, 0);
        QVERIFY(aws({"lambda", "create-function", "--function-name", "shop", "--runtime", "nodejs20.x", "--role", "arn:aws:iam::123456789012:role/shop", "--handler", "index.handler", "--zip-file", "fileb://" + m_project.path("one.zip")}).err.contains("(ResourceConflictException)"));
        QCOMPARE(aws({"lambda", "publish-version", "--function-name", "shop"}).object().value("Version").toString(), "1");
        QCOMPARE(aws({"lambda", "create-alias", "--function-name", "shop", "--name", "live", "--function-version", "1"}).code, 0);
        const Said updated = aws({"lambda", "update-function-code", "--function-name", "shop", "--zip-file", "fileb://" + m_project.path("two.zip")});
        QVERIFY2(updated.code == 0, updated.err);
        QCOMPARE(aws({"lambda", "wait", "function-updated-v2", "--function-name", "shop"}).code, 0);
        QCOMPARE(aws({"lambda", "update-function-configuration", "--function-name", "shop", "--timeout", "9", "--memory-size", "256"}).object().value("MemorySize").toInt(), 256);
        QCOMPARE(aws({"lambda", "wait", "function-updated-v2", "--function-name", "shop"}).code, 0);
        QCOMPARE(aws({"lambda", "publish-version", "--function-name", "shop"}).object().value("Version").toString(), "2");
        const Said canary = aws({"lambda", "update-alias", "--function-name", "shop", "--name", "live", "--routing-config", "{\"AdditionalVersionWeights\":{\"2\":1.0}}"});
        QVERIFY2(canary.code == 0, canary.err);
        QCOMPARE(aws({"lambda", "wait", "published-version-active", "--function-name", "shop", "--qualifier", "2"}).code, 0);
        QCOMPARE(aws({"lambda", "invoke", "--function-name", "shop", "--qualifier", "live", out}).object().value("ExecutedVersion").toString(), "2");
        QCOMPARE(QJsonDocument::fromJson(m_project.read("out.json")).object().value("code").toInt(), 2);
        QCOMPARE(aws({"lambda", "list-versions-by-function", "--function-name", "shop"}).object().value("Versions").toArray().size(), 3);
        QCOMPARE(aws({"lambda", "list-aliases", "--function-name", "shop"}).object().value("Aliases").toArray().size(), 1);
        QVERIFY(aws({"lambda", "add-permission", "--function-name", "shop", "--qualifier", "live", "--statement-id", "events", "--action", "lambda:InvokeFunction", "--principal", "events.amazonaws.com"}).object().value("Statement").toString().contains("shop:live"));
        QVERIFY(aws({"lambda", "get-policy", "--function-name", "shop", "--qualifier", "live"}).object().value("Policy").toString().contains("events.amazonaws.com"));
        QCOMPARE(aws({"lambda", "remove-permission", "--function-name", "shop", "--qualifier", "live", "--statement-id", "events"}).code, 0);
        QCOMPARE(aws({"lambda", "put-function-concurrency", "--function-name", "shop", "--reserved-concurrent-executions", "5"}).object().value("ReservedConcurrentExecutions").toInt(), 5);
        QCOMPARE(aws({"lambda", "delete-function-concurrency", "--function-name", "shop"}).code, 0);
        QCOMPARE(aws({"lambda", "put-function-event-invoke-config", "--function-name", "shop", "--maximum-retry-attempts", "1"}).object().value("MaximumRetryAttempts").toInt(), 1);
        QVERIFY(aws({"lambda", "create-function-url-config", "--function-name", "shop", "--qualifier", "live", "--auth-type", "NONE"}).object().value("FunctionUrl").toString().contains("shop-live.lambda-url.localhost"));
        QCOMPARE(aws({"lambda", "list-tags", "--resource", "arn:aws:lambda:us-east-1:123456789012:function:shop"}).object().value("Tags").toObject(), QJsonObject({{"team", "a"}}));
        const Said mapped = aws({"lambda", "create-event-source-mapping", "--function-name", "shop:live", "--event-source-arn", "arn:aws:sqs:us-east-1:123456789012:Made", "--batch-size", "5"});
        QVERIFY2(mapped.code == 0, mapped.err);
        const QString uuid = mapped.object().value("UUID").toString();
        QTRY_COMPARE(aws({"lambda", "get-event-source-mapping", "--uuid", uuid}).object().value("State").toString(), "Enabled");
        QCOMPARE(aws({"lambda", "update-event-source-mapping", "--uuid", uuid, "--no-enabled"}).object().value("State").toString(), "Disabling");
        QCOMPARE(aws({"lambda", "list-event-source-mappings", "--function-name", "shop:live"}).object().value("EventSourceMappings").toArray().size(), 1);
        QCOMPARE(aws({"lambda", "delete-event-source-mapping", "--uuid", uuid}).object().value("State").toString(), "Deleting");
        m_project.file("layer/readme", "x").file("layer.zip", package::packFolder(m_project.path("layer"), {}).value());
        QCOMPARE(aws({"lambda", "publish-layer-version", "--layer-name", "dep", "--zip-file", "fileb://" + m_project.path("layer.zip"), "--compatible-runtimes", "nodejs20.x"}).object().value("Version").toInt(), 1);
        QCOMPARE(aws({"lambda", "list-layers"}).object().value("Layers").toArray().size(), 1);
        QCOMPARE(aws({"lambda", "delete-function", "--function-name", "shop"}).code, 0);
        QVERIFY(aws({"lambda", "get-function", "--function-name", "shop"}).err.contains("(ResourceNotFoundException)"));
    }

    void roles()
    {
        const QString trust = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}";
        const Said made = aws({"iam", "create-role", "--role-name", "shop", "--assume-role-policy-document", trust, "--tags", "Key=team,Value=a"});
        QVERIFY2(made.code == 0, made.err);
        const QJsonObject role = made.object().value("Role").toObject();
        QCOMPARE(role.value("Arn").toString(), "arn:aws:iam::123456789012:role/shop");
        QCOMPARE(role.value("AssumeRolePolicyDocument").toObject().value("Version").toString(), "2012-10-17");
        QVERIFY(aws({"iam", "create-role", "--role-name", "shop", "--assume-role-policy-document", trust}).err.contains("(EntityAlreadyExists)"));
        QVERIFY(aws({"iam", "create-role", "--role-name", "bad", "--assume-role-policy-document", "nonsense"}).err.contains("(MalformedPolicyDocument)"));
        QCOMPARE(aws({"iam", "put-role-policy", "--role-name", "shop", "--policy-name", "inline", "--policy-document", trust}).code, 0);
        QVERIFY(aws({"iam", "get-role-policy", "--role-name", "shop", "--policy-name", "inline"}).object().value("PolicyDocument").toObject().contains("Statement"));
        QCOMPARE(aws({"iam", "list-role-policies", "--role-name", "shop"}).object().value("PolicyNames").toArray(), QJsonArray{"inline"});
        const QString basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        QCOMPARE(aws({"iam", "attach-role-policy", "--role-name", "shop", "--policy-arn", basic}).code, 0);
        QCOMPARE(aws({"iam", "list-attached-role-policies", "--role-name", "shop"}).object().value("AttachedPolicies").toArray().first().toObject().value("PolicyArn").toString(), basic);
        QVERIFY(aws({"iam", "delete-role", "--role-name", "shop"}).err.contains("Cannot delete entity, must detach all policies first."));
        QCOMPARE(aws({"iam", "detach-role-policy", "--role-name", "shop", "--policy-arn", basic}).code, 0);
        QVERIFY(aws({"iam", "delete-role", "--role-name", "shop"}).err.contains("must delete policies first."));
        QCOMPARE(aws({"iam", "delete-role-policy", "--role-name", "shop", "--policy-name", "inline"}).code, 0);
        QCOMPARE(aws({"iam", "list-roles"}).object().value("Roles").toArray().size(), 1);
        QVERIFY(aws({"sts", "assume-role", "--role-arn", role.value("Arn").toString(), "--role-session-name", "me"}).object().value("Credentials").toObject().contains("SessionToken"));
        QCOMPARE(aws({"iam", "delete-role", "--role-name", "shop"}).code, 0);
        QVERIFY(aws({"iam", "get-role", "--role-name", "shop"}).err.contains("(NoSuchEntity)"));
    }

    void rulesAndSchedules()
    {
        QCOMPARE(aws({"events", "put-rule", "--name", "orders", "--event-pattern", "{\"source\":[\"shop\"]}"}).object().value("RuleArn").toString(), "arn:aws:events:us-east-1:123456789012:rule/orders");
        const QString url = aws({"sqs", "create-queue", "--queue-name", "ruled"}).object().value("QueueUrl").toString();
        const Said targets = aws({"events", "put-targets", "--rule", "orders", "--targets", "[{\"Id\":\"q\",\"Arn\":\"arn:aws:sqs:us-east-1:123456789012:ruled\",\"InputPath\":\"$.detail\"}]"});
        QCOMPARE(targets.object().value("FailedEntryCount").toInt(-1), 0);
        QCOMPARE(aws({"events", "put-events", "--entries", "[{\"Source\":\"shop\",\"DetailType\":\"order\",\"Detail\":\"{\\\"n\\\":1}\"}]"}).object().value("FailedEntryCount").toInt(-1), 0);
        QCOMPARE(aws({"sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", "3"}).object().value("Messages").toArray().first().toObject().value("Body").toString(), "{\"n\":1}");
        QCOMPARE(aws({"events", "list-targets-by-rule", "--rule", "orders"}).object().value("Targets").toArray().size(), 1);
        QCOMPARE(aws({"events", "list-rules"}).object().value("Rules").toArray().size(), 1);
        QCOMPARE(aws({"events", "disable-rule", "--name", "orders"}).code, 0);
        QCOMPARE(aws({"events", "describe-rule", "--name", "orders"}).object().value("State").toString(), "DISABLED");
        QVERIFY(aws({"events", "delete-rule", "--name", "orders"}).err.contains("(ValidationException)"));
        QCOMPARE(aws({"events", "remove-targets", "--rule", "orders", "--ids", "q"}).code, 0);
        QCOMPARE(aws({"events", "delete-rule", "--name", "orders"}).code, 0);
        QCOMPARE(aws({"events", "create-event-bus", "--name", "own"}).object().value("EventBusArn").toString(), "arn:aws:events:us-east-1:123456789012:event-bus/own");
        QCOMPARE(aws({"events", "list-event-buses"}).object().value("EventBuses").toArray().size(), 2);
        QCOMPARE(aws({"events", "delete-event-bus", "--name", "own"}).code, 0);
        if (aws({"scheduler", "list-schedules"}).err.contains("Invalid choice"))
            return; // Older command lines know no Scheduler.
        const QString target = "{\"Arn\":\"arn:aws:lambda:us-east-1:123456789012:function:echo\",\"RoleArn\":\"arn:aws:iam::123456789012:role/r\"}";
        const Said made = aws({"scheduler", "create-schedule", "--name", "daily", "--schedule-expression", "cron(0 9 * * ? *)", "--schedule-expression-timezone", "Europe/Berlin", "--flexible-time-window", "Mode=OFF", "--target", target});
        QVERIFY2(made.code == 0, made.err);
        QCOMPARE(made.object().value("ScheduleArn").toString(), "arn:aws:scheduler:us-east-1:123456789012:schedule/default/daily");
        QCOMPARE(aws({"scheduler", "get-schedule", "--name", "daily"}).object().value("ScheduleExpressionTimezone").toString(), "Europe/Berlin");
        QVERIFY(aws({"scheduler", "create-schedule", "--name", "daily", "--schedule-expression", "rate(1 hour)", "--flexible-time-window", "Mode=OFF", "--target", target}).err.contains("(ConflictException)"));
        QCOMPARE(aws({"scheduler", "update-schedule", "--name", "daily", "--schedule-expression", "rate(1 hour)", "--flexible-time-window", "Mode=OFF", "--target", target}).code, 0);
        QCOMPARE(aws({"scheduler", "get-schedule", "--name", "daily"}).object().value("ScheduleExpressionTimezone").toString(), "UTC");
        QCOMPARE(aws({"scheduler", "create-schedule-group", "--name", "g"}).code, 0);
        QCOMPARE(aws({"scheduler", "delete-schedule-group", "--name", "g"}).code, 0);
        QCOMPARE(aws({"scheduler", "delete-schedule", "--name", "daily"}).code, 0);
        QVERIFY(aws({"scheduler", "get-schedule", "--name", "daily"}).err.contains("(ResourceNotFoundException)"));
    }

    void aLogGroupThatIsShared()
    {
        const QJsonArray before = aws({"logs", "describe-log-groups", "--log-group-name-prefix", "/shared"}).object().value("logGroups").toArray();
        QVERIFY(before.isEmpty());
        (void)aws({"lambda", "invoke", "--function-name", "sharer", m_project.path("out.json")});
        const Said filtered = aws({"logs", "filter-log-events", "--log-group-name", "/our/functions", "--filter-pattern", "START"});
        QVERIFY2(filtered.code == 0, filtered.err);
        const QJsonObject first = filtered.object().value("events").toArray().first().toObject();
        QVERIFY2(first.value("logStreamName").toString().contains("/sharer[$LATEST]"), qPrintable(first.value("logStreamName").toString()));
        QCOMPARE(aws({"logs", "get-log-events", "--log-group-name", "/our/functions", "--log-stream-name", first.value("logStreamName").toString(), "--start-from-head", "--limit", "1"}).object().value("events").toArray().size(), 1);
        QVERIFY(aws({"logs", "filter-log-events", "--log-group-name", "/aws/lambda/sharer"}).err.contains("(ResourceNotFoundException)"));
        QCOMPARE(aws({"lambda", "get-function-configuration", "--function-name", "sharer"}).object().value("LoggingConfig").toObject().value("LogGroup").toString(), "/our/functions");
    }

    void logs()
    {
        m_project.file("event.json", "{\"fail\":true}");
        (void)aws({"lambda", "invoke", "--function-name", "echo", "--payload", "fileb://" + m_project.path("event.json"), m_project.path("out.json")});
        QCOMPARE(aws({"logs", "describe-log-groups", "--log-group-name-prefix", "/aws/lambda/echo"}).object().value("logGroups").toArray().first().toObject().value("logGroupName").toString(), "/aws/lambda/echo");
        const QJsonArray streams = aws({"logs", "describe-log-streams", "--log-group-name", "/aws/lambda/echo", "--order-by", "LastEventTime", "--descending"}).object().value("logStreams").toArray();
        QVERIFY(!streams.isEmpty());
        const QString stream = streams.first().toObject().value("logStreamName").toString();
        QVERIFY2(stream.contains("/[$LATEST]"), qPrintable(stream));
        const Said filtered = aws({"logs", "filter-log-events", "--log-group-name", "/aws/lambda/echo", "--filter-pattern", "ERROR TypeError"});
        QVERIFY2(filtered.code == 0, filtered.err);
        QVERIFY(filtered.object().value("events").toArray().first().toObject().value("message").toString().contains("TypeError"));
        const QJsonArray events = aws({"logs", "get-log-events", "--log-group-name", "/aws/lambda/echo", "--log-stream-name", stream, "--start-from-head"}).object().value("events").toArray();
        QVERIFY(events.first().toObject().value("message").toString().contains("INIT_START") || events.first().toObject().value("message").toString().contains("START"));
        QCOMPARE(aws({"logs", "create-log-group", "--log-group-name", "/own/group"}).code, 0);
        QVERIFY(aws({"logs", "create-log-group", "--log-group-name", "/own/group"}).err.contains("(ResourceAlreadyExistsException)"));
        QCOMPARE(aws({"logs", "put-retention-policy", "--log-group-name", "/own/group", "--retention-in-days", "7"}).code, 0);
        QVERIFY(aws({"logs", "put-retention-policy", "--log-group-name", "/own/group", "--retention-in-days", "8"}).code != 0);
        QCOMPARE(aws({"logs", "create-log-stream", "--log-group-name", "/own/group", "--log-stream-name", "s"}).code, 0);
        const Said put = aws({"logs", "put-log-events", "--log-group-name", "/own/group", "--log-stream-name", "s", "--log-events", "timestamp=1770000000123,message=old"});
        QVERIFY2(put.code == 0, put.err);
        QCOMPARE(put.object().value("rejectedLogEventsInfo").toObject().value("tooOldLogEventEndIndex").toInt(), 1);
        const QString now = "timestamp=" + QString::number(QDateTime::currentMSecsSinceEpoch()) + ",message=told";
        QVERIFY(aws({"logs", "put-log-events", "--log-group-name", "/own/group", "--log-stream-name", "s", "--log-events", "timestamp=1770000000123,message=old", now}).err.contains("cannot span more than 24 hours"));
        QCOMPARE(aws({"logs", "put-log-events", "--log-group-name", "/own/group", "--log-stream-name", "s", "--log-events", now}).code, 0);
        const QJsonArray told = aws({"logs", "get-log-events", "--log-group-name", "/own/group", "--log-stream-name", "s"}).object().value("events").toArray();
        QCOMPARE(told.size(), 1);
        QCOMPARE(told.first().toObject().value("message").toString(), "told");
        QVERIFY(aws({"logs", "get-log-events", "--log-group-name", "/nowhere", "--log-stream-name", "s"}).err.contains("The specified log group does not exist."));
        const QStringList subscribe{"logs", "put-subscription-filter", "--log-group-name", "/own/group", "--filter-name", "f", "--filter-pattern", "news", "--destination-arn"};
        QVERIFY(aws(subscribe + QStringList{"arn:aws:lambda:us-east-1:123456789012:function:nobody"}).err.contains("(InvalidParameterException)"));
        QCOMPARE(aws(subscribe + QStringList{"arn:aws:lambda:us-east-1:123456789012:function:echo"}).code, 0);
        QCOMPARE(aws({"logs", "describe-subscription-filters", "--log-group-name", "/own/group"}).object().value("subscriptionFilters").toArray().first().toObject().value("filterPattern").toString(), "news");
        const auto calls = [this] {
            const QList<logs::Line> lines = m_cloud->logs.lines(0, 1'000'000);
            return std::count_if(lines.cbegin(), lines.cend(), [](const logs::Line &line) { return line.function == "echo" && line.text.startsWith("START"); });
        };
        const auto called = calls();
        QCOMPARE(aws({"logs", "put-log-events", "--log-group-name", "/own/group", "--log-stream-name", "s", "--log-events", QString(now).replace("told", "news")}).code, 0);
        QTRY_COMPARE(calls(), called + 1);
        QCOMPARE(aws({"logs", "delete-subscription-filter", "--log-group-name", "/own/group", "--filter-name", "f"}).code, 0);
        QCOMPARE(aws({"logs", "delete-log-group", "--log-group-name", "/own/group"}).code, 0);
    }

    void metrics()
    {
        m_project.file("event.json", "{}");
        QCOMPARE(aws({"lambda", "invoke", "--function-name", "echo", "--payload", "fileb://" + m_project.path("event.json"), m_project.path("out.json")}).code, 0);
        const QDateTime now = QDateTime::currentDateTimeUtc();
        const Said said = aws({"cloudwatch", "get-metric-statistics", "--namespace", "AWS/Lambda", "--metric-name", "Invocations", "--dimensions", "Name=FunctionName,Value=echo", "--start-time", now.addSecs(-600).toString(Qt::ISODate), "--end-time", now.addSecs(600).toString(Qt::ISODate), "--period", "3600", "--statistics", "Sum"});
        QVERIFY2(said.code == 0, said.err);
        const QJsonObject point = said.object().value("Datapoints").toArray().first().toObject();
        QVERIFY2(point.value("Sum").toDouble() >= 1 && point.value("Unit").toString() == "Count", said.out);
        // It prints the time as it came: as text by the query protocol, as a number by the others.
        const QJsonValue time = point.value("Timestamp");
        QVERIFY2(time.toDouble() > double(now.addDays(-1).toSecsSinceEpoch()) || QDateTime::fromString(time.toString(), Qt::ISODate).isValid(), said.out);
    }

    void theStack()
    {
        const Said said = aws({"cloudformation", "describe-stacks", "--stack-name", "local", "--query", "Stacks[0].Outputs[?OutputKey=='Hello'].OutputValue", "--output", "text"});
        QVERIFY2(said.code == 0, said.err);
        // What a project's own tests do with it.
        const QUrl url(QString::fromUtf8(said.out.trimmed()));
        QCOMPARE(url.port(), int(m_cloud->gatewayPort));
        test::RawHttp client(m_cloud->gatewayPort);
        const QByteArray answer = client.request("GET", url.path().toLatin1(), {}, {});
        QVERIFY2(test::RawHttp::status(answer) == 502 || test::RawHttp::status(answer) == 200, answer.constData());
        const Said resources = aws({"cloudformation", "list-stack-resources", "--stack-name", "local"});
        QVERIFY2(resources.code == 0 && resources.out.contains("\"PhysicalResourceId\": \"echo\""), resources.err + resources.out);
        const Said other = aws({"cloudformation", "describe-stacks", "--stack-name", "nope"});
        QVERIFY2(other.err.contains("(ValidationError)") && other.err.contains("Stack with id nope does not exist"), other.err);
        const Said body = aws({"cloudformation", "get-template", "--stack-name", "local", "--query", "TemplateBody", "--output", "text"});
        QVERIFY2(body.out.contains("FunctionName: echo"), body.err + body.out);
    }

    void understandsRefusals()
    {
        const Said missing = aws({"lambda", "get-function", "--function-name", "nope"});
        QVERIFY(missing.code != 0);
        QVERIFY2(missing.err.contains("(ResourceNotFoundException)") && missing.err.contains("Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope"), missing.err);
        const Said invoked = aws({"lambda", "invoke", "--function-name", "nope", m_project.path("out.json")});
        QVERIFY2(invoked.err.contains("(ResourceNotFoundException)"), invoked.err);
    }
};

QTEST_GUILESS_MAIN(tst_AwsCli)
#include "tst_awscli.moc"
