// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/crossingclock.h"
#include "tests/support/endpointfixture.h"

#include <QJsonArray>

using namespace eph;
using test::TestProject;

/// Functions that eat from sources, with real processes.
class tst_EventSources : public QObject
{
    Q_OBJECT

    /// Answers as its messages tell it to, and logs what it got.
    static constexpr auto Code = "const fs = require('fs');\n"
                                 "exports.handler = async (event) => {\n"
                                 "  const bodies = event.Records.map(r => r.body);\n"
                                 "  console.log('GOT ' + JSON.stringify(bodies));\n"
                                 "  if (bodies.includes('throw')) throw new Error('asked');\n"
                                 "  if (bodies.includes('slow')) await new Promise(r => setTimeout(r, 300));\n"
                                 "  return { batchItemFailures: event.Records.filter(r => r.body.startsWith('bad')).map(r => ({ itemIdentifier: r.messageId })) };\n"
                                 "};\n";

    struct Served {
        TestProject project;
        std::unique_ptr<test::EndpointFixture> cloud;
        std::unique_ptr<test::AwsClient> sqs;

        Served(const QByteArray &mapping, const QByteArray &queue, const QByteArray &function = {})
        {
            project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n      Timeout: 2\n" + function
                                              + "      Events:\n        Work: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn" + mapping + "}}\n  Orders: {Type: AWS::SQS::Queue, Properties: {" + queue + "}}\n  Dead: {Type: AWS::SQS::Queue}\n")
                .file("index.js", Code);
            cloud = std::make_unique<test::EndpointFixture>(project);
            sqs = std::make_unique<test::AwsClient>(cloud->port, "AmazonSQS.");
        }
        void send(const QString &body, const QString &group = {})
        {
            QJsonObject input{{"QueueUrl", "http://x/1/" + name}, {"MessageBody", body}};
            if (!group.isEmpty())
                input.insert("MessageGroupId", group);
            sqs->call("SendMessage", input);
            QCOMPARE(sqs->status(), 200);
        }
        int waiting(const QString &queue)
        {
            const QJsonObject counts = sqs->call("GetQueueAttributes", {{"QueueUrl", "http://x/1/" + queue}, {"AttributeNames", QJsonArray{"All"}}}).value("Attributes").toObject();
            return counts.value("ApproximateNumberOfMessages").toString().toInt() + counts.value("ApproximateNumberOfMessagesNotVisible").toString().toInt();
        }
        /// What the function was called with, batch by batch.
        QStringList batches() const
        {
            QStringList all;
            for (const logs::Line &line : cloud->logs.lines(0, 100'000)) {
                if (const qsizetype at = line.text.indexOf("GOT "); at >= 0)
                    all << QString::fromUtf8(line.text.mid(at + 4));
            }
            return all;
        }
        cloud::MappingState state() const { return cloud->cloud.mappings().value(0); }
        QString name = "Orders";
    };

private Q_SLOTS:
    void bucketsTellEventBridge()
    {
        TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n"
                                      "      Events: {Came: {Type: EventBridgeRule, Properties: {Pattern: {source: [aws.s3], detail: {object: {key: [{prefix: a }]}}}}}}\n"
                                      "  Declared: {Type: AWS::S3::Bucket, Properties: {BucketName: declared, NotificationConfiguration: {EventBridgeConfiguration: {}}}}\n"
                                      "  Silent: {Type: AWS::S3::Bucket, Properties: {BucketName: silent, NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: false}}}}\n")
            .file("index.js", "exports.handler = async (event) => { console.log('GOT ' + JSON.stringify(event)); };\n");
        test::EndpointFixture cloud(project);
        test::RawHttp s3(cloud.port);
        const auto got = [&cloud] {
            QList<QJsonObject> all;
            for (const logs::Line &line : cloud.logs.lines(0, 100'000)) {
                if (const qsizetype at = line.text.indexOf("GOT "); at >= 0)
                    all << QJsonDocument::fromJson(line.text.mid(at + 4)).object();
            }
            return all;
        };
        s3.request("PUT", "/silent/a.txt", "hello");
        s3.request("PUT", "/declared/b.txt", "hello");
        s3.request("PUT", "/declared/a%20%C3%A4.txt", "hello");
        QTRY_COMPARE(got().size(), 1);
        const QJsonObject created = got().first();
        QCOMPARE(created["source"].toString(), "aws.s3");
        QCOMPARE(created["detail-type"].toString(), "Object Created");
        QCOMPARE(created["resources"].toArray(), QJsonArray{"arn:aws:s3:::declared"});
        const QJsonObject detail = created["detail"].toObject();
        QCOMPARE(detail["version"].toString(), "0");
        QCOMPARE(detail["bucket"].toObject()["name"].toString(), "declared");
        QCOMPARE(detail["reason"].toString(), "PutObject");
        QCOMPARE(detail["requester"].toString(), "123456789012");
        QCOMPARE(detail["object"].toObject()["key"].toString(), "a ä.txt");
        QCOMPARE(detail["object"].toObject()["size"].toInt(), 5);
        QCOMPARE(detail["object"].toObject()["etag"].toString(), "5d41402abc4b2a76b9719d911017c592");
        s3.request("DELETE", "/declared/a%20%C3%A4.txt");
        QTRY_COMPARE(got().size(), 2);
        const QJsonObject deleted = got().last();
        QCOMPARE(deleted["detail-type"].toString(), "Object Deleted");
        QCOMPARE(deleted["detail"].toObject()["deletion-type"].toString(), "Permanently Deleted");
        QVERIFY(!deleted["detail"].toObject()["object"].toObject().contains("size"));

        // The same by a call, at once, until it is taken back.
        const QByteArray asS3 = "Authorization: AWS4-HMAC-SHA256 Credential=local/20261128/us-east-1/s3/aws4_request\r\n";
        s3.request("PUT", "/called", {}, asS3);
        const QByteArray notification = "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>";
        QCOMPARE(test::RawHttp::status(s3.request("PUT", "/called?notification", notification)), 200);
        QVERIFY(s3.request("GET", "/called?notification").contains("<EventBridgeConfiguration"));
        s3.request("PUT", "/called/a.txt", "hello");
        QTRY_COMPARE(got().size(), 3);
        QCOMPARE(test::RawHttp::status(s3.request("PUT", "/called?notification", "<NotificationConfiguration/>")), 200);
        QVERIFY(!s3.request("GET", "/called?notification").contains("EventBridge"));
        s3.request("PUT", "/called/a.txt", "again");
        s3.request("PUT", "/declared/a.txt", "hello");
        QTRY_COMPARE(got().size(), 4);
        QCOMPARE(got().last()["detail"].toObject()["bucket"].toObject()["name"].toString(), "declared");
    }

    /// Whatever moment of a look it is in which something comes into sight, or in which a pause ends.
    void noMillisecondIsMissed()
    {
        constexpr int Sources = 8;
        QByteArray events;
        QByteArray resources;
        for (int i = 0; i < Sources; ++i) {
            const QByteArray number = QByteArray::number(i);
            events += "        Q" + number + ": {Type: SQS, Properties: {Queue: !GetAtt Q" + number + ".Arn}}\n        S" + number + ": {Type: Kinesis, Properties: {Stream: !GetAtt S" + number + ".Arn, StartingPosition: TRIM_HORIZON}}\n";
            resources += "  Q" + number + ": {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1, VisibilityTimeout: 10}}\n  S" + number + ": {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}\n";
        }
        TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n      Timeout: 10\n      Events:\n" + events + resources)
            .file("index.js", "const failed = new Set();\n"
                              "exports.handler = async ({ Records: [r] }) => {\n"
                              "  const name = r.eventSourceARN.split(/[:/]/).pop();\n"
                              "  if (r.kinesis && !failed.has(name)) { failed.add(name); throw new Error('comes again'); }\n"
                              "  console.log('DONE ' + name);\n"
                              "};\n");
        const test::CrossingClock clock;
        const test::EndpointFixture cloud(project, {}, std::chrono::milliseconds(cloud::DeployedFunctions::SettleMs), clock);
        QSet<QString> expected;
        for (int i = 0; i < Sources; ++i) {
            test::AwsClient sqs(cloud.port, "AmazonSQS.");
            sqs.call("SendMessage", {{"QueueUrl", QString("http://x/1/Q%1").arg(i)}, {"MessageBody", "m"}});
            QCOMPARE(sqs.status(), 200);
            test::AwsClient kinesis(cloud.port, "Kinesis_20131202.", "1.1");
            kinesis.call("PutRecord", {{"StreamName", QString("S%1").arg(i)}, {"PartitionKey", "k"}, {"Data", "bQ=="}});
            QCOMPARE(kinesis.status(), 200);
            expected << QString("Q%1").arg(i) << QString("S%1").arg(i);
        }
        const auto missing = [&] {
            QSet<QString> left = expected;
            for (const logs::Line &line : cloud.logs.lines(0, 100'000)) {
                if (const qsizetype at = line.text.indexOf("DONE "); at >= 0)
                    left.remove(QString::fromUtf8(line.text.mid(at + 5)).trimmed());
            }
            return QStringList(left.cbegin(), left.cend()).join(' ');
        };
        QTRY_COMPARE_WITH_TIMEOUT(missing(), QString(), 60'000);
    }

    /// Nothing is taken for a function that could not be told whose it is, again and again least of all.
    void aTenantsFunctionTakesNothing()
    {
        Served served({}, {}, "      TenancyConfig: {TenantIsolationMode: PER_TENANT}\n");
        served.send("a");
        QTRY_VERIFY(served.state().problem.contains("tenant isolation"));
        QTest::qWait(300);
        QCOMPARE(served.state().batches, 0);
        const QJsonArray messages = served.sqs->call("ReceiveMessage", {{"QueueUrl", "http://x/1/Orders"}, {"AttributeNames", QJsonArray{"All"}}}).value("Messages").toArray();
        QCOMPARE(messages.first().toObject().value("Attributes").toObject().value("ApproximateReceiveCount").toString(), "1");
    }

    void whatSucceedsIsTakenAway()
    {
        Served served({}, {});
        served.send("a");
        QTRY_COMPARE(served.batches(), QStringList{"[\"a\"]"});
        QTRY_COMPARE(served.waiting("Orders"), 0);
        QTRY_COMPARE(served.state().lastResult, "OK");
        QCOMPARE(served.state().records, 1);
    }

    void onlyWhatFailedComesAgain()
    {
        Served served(", FunctionResponseTypes: [ReportBatchItemFailures], MaximumBatchingWindowInSeconds: 1", "VisibilityTimeout: 2, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2}");
        served.send("good");
        served.send("bad");
        QTRY_COMPARE_WITH_TIMEOUT(served.waiting("Dead"), 1, 10'000);
        QCOMPARE(served.batches(), QStringList({"[\"good\",\"bad\"]", "[\"bad\"]"}));
        QCOMPARE(served.waiting("Orders"), 0);
    }

    void aFunctionErrorBringsAllBack()
    {
        // Time enough for both to be in one batch on a machine that does much beside.
        Served served(", MaximumBatchingWindowInSeconds: 3", "VisibilityTimeout: 4, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}");
        served.send("throw");
        served.send("beside it");
        QTRY_COMPARE_WITH_TIMEOUT(served.waiting("Dead"), 2, 20'000);
        QCOMPARE(served.batches().size(), 1);
        QCOMPARE(served.state().lastResult, "PROBLEM: Function call failed");
    }

    void whatNoFilterWantsIsTakenAway()
    {
        Served served(", FilterCriteria: {Filters: [{Pattern: '{\"body\":{\"kind\":[\"order\"]}}'}]}", {});
        served.send("{\"kind\":\"other\"}");
        served.send("plain");
        served.send("{\"kind\":\"order\"}");
        QTRY_COMPARE(served.batches(), QStringList{"[\"{\\\"kind\\\":\\\"order\\\"}\"]"});
        QTRY_COMPARE(served.waiting("Orders"), 0);
        QTRY_COMPARE(served.state().filtered, 2);
    }

    void aGroupHasOneBatchAtATime()
    {
        Served served(", BatchSize: 1", "FifoQueue: true, ContentBasedDeduplication: true");
        served.name = "Orders.fifo";
        for (const char *body : {"slow", "2", "3"})
            served.send(body, "g");
        QTRY_COMPARE_WITH_TIMEOUT(served.batches(), QStringList({"[\"slow\"]", "[\"2\"]", "[\"3\"]"}), 10'000);
        QTRY_COMPARE(served.waiting("Orders.fifo"), 0);
    }

    void manyAtOnceWithoutLoss()
    {
        Served served({}, {});
        for (int i = 0; i < 500; ++i)
            served.send(QString::number(i));
        QTRY_COMPARE_WITH_TIMEOUT(served.waiting("Orders"), 0, 20'000);
        QSet<QString> seen;
        int count = 0;
        for (const QString &batch : served.batches()) {
            for (const auto &body : QJsonDocument::fromJson(batch.toUtf8()).array()) {
                seen.insert(body.toString());
                ++count;
            }
        }
        QCOMPARE(seen.size(), 500);
        QCOMPARE(count, 500);
    }

    void aSavedTemplateTurnsItOff()
    {
        Served served({}, {});
        served.project.file("template.yaml", served.project.read("template.yaml").replace("Orders.Arn", "Orders.Arn, Enabled: false"));
        QTRY_VERIFY(!served.state().enabled);
        served.send("a");
        QTest::qWait(300);
        QVERIFY(served.batches().isEmpty());
        QCOMPARE(served.waiting("Orders"), 1);
    }

    void whatWaitsOutlivesTheServer()
    {
        Served served(", Enabled: false", {});
        served.send("kept");
        served.cloud.reset();
        served.project.file("template.yaml", served.project.read("template.yaml").replace(", Enabled: false", ""));
        served.cloud = std::make_unique<test::EndpointFixture>(served.project);
        QTRY_COMPARE(served.batches(), QStringList{"[\"kept\"]"});
    }

    /// A batch that runs while the template changes is done with before the next one begins, and not sent again.
    void aChangeWaitsForWhatRuns()
    {
        Served served({}, {});
        served.send("slow");
        QTRY_COMPARE(served.batches().size(), 1);
        served.project.file("template.yaml", served.project.read("template.yaml").replace("Orders.Arn", "Orders.Arn, BatchSize: 3"));
        QTRY_COMPARE(served.waiting("Orders"), 0);
        QTest::qWait(600);
        QCOMPARE(served.batches().size(), 1);
        served.send("next");
        QTRY_COMPARE(served.batches().size(), 2);
    }

    void aQueueThatTheServiceRefusesIsNotPolled()
    {
        Served served(", FilterCriteria: {Filters: [{Pattern: '{\"body\":{\"a\":[1]}}'}]}", "VisibilityTimeout: 0");
        served.send("{\"a\":2}");
        QTRY_VERIFY(served.state().problem.contains("less than Function timeout"));
        QCOMPARE(served.waiting("Orders"), 1);
    }

    /// What waits for its batch to fill is in it once.
    void aWindowIsLongerThanTheVisibility()
    {
        Served served(", MaximumBatchingWindowInSeconds: 4", "VisibilityTimeout: 2");
        served.send("once");
        QTRY_COMPARE_WITH_TIMEOUT(served.batches(), QStringList{"[\"once\"]"}, 8000);
        QTRY_COMPARE(served.waiting("Orders"), 0);
    }

    /// Messages wait, uncounted, for code that comes later.
    void codeThatComesLaterIsCalled()
    {
        Served served({}, "VisibilityTimeout: 2, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}", "      CodeUri: later\n");
        served.send("early");
        QTest::qWait(400);
        QVERIFY2(served.state().problem.contains("does not exist"), qPrintable(served.state().problem));
        served.project.file("later/index.js", Code);
        QTRY_COMPARE_WITH_TIMEOUT(served.batches(), QStringList{"[\"early\"]"}, 8000);
        QCOMPARE(served.waiting("Dead"), 0);
    }

    void aMissingQueueIsTold()
    {
        Served served({}, {});
        served.project.file("template.yaml", served.project.read("template.yaml").replace("!GetAtt Orders.Arn", "'arn:aws:sqs:us-east-1:123456789012:nope'"));
        QTRY_VERIFY(served.state().problem.contains("nope"));
    }

    /// Whoever publishes, puts an event or an object, or removes one, is the cause of what runs, and that of what runs after it.
    void aTraceGoesOn()
    {
        TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: nodejs20.x, Handler: index.handler}}\nResources:\n"
                                      "  First:\n    Type: AWS::Serverless::Function\n    Properties:\n      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: Lambda, Destination: !GetAtt Second.Arn}}}\n"
                                      "      Events:\n        News: {Type: SNS, Properties: {Topic: !Ref News}}\n        Sold: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop]}}}\n"
                                      "        Stored: {Type: S3, Properties: {Bucket: !Ref Files, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*']}}\n"
                                      "  Files: {Type: AWS::S3::Bucket, Properties: {BucketName: files}}\n"
                                      "  Second: {Type: AWS::Serverless::Function}\n  News: {Type: AWS::SNS::Topic, Properties: {TopicName: News}}\n")
            .file("index.js", "exports.handler = async () => { console.log('TRACED ' + process.env.AWS_LAMBDA_FUNCTION_NAME + ' ' + process.env._X_AMZN_TRACE_ID.slice(5, 40)); };\n");
        const test::EndpointFixture cloud(project);
        const auto traced = [&cloud] {
            QStringList all;
            for (const logs::Line &line : cloud.logs.lines(0, 10'000)) {
                if (const qsizetype at = line.text.indexOf("TRACED "); at >= 0)
                    all << QString::fromUtf8(line.text.mid(at + 7));
            }
            return all;
        };
        const QByteArray published = "1-11111111-111111111111111111111111";
        const QByteArray put = "1-22222222-222222222222222222222222";
        const auto header = [](const QByteArray &root) { return QByteArray("X-Amzn-Trace-Id: Root=" + root + ";Parent=0123456789abcdef;Sampled=1\r\n"); };
        test::RawHttp client(cloud.port);
        QCOMPARE(test::RawHttp::status(client.request("POST", "/", "Action=Publish&Version=2010-03-31&Message=x&TopicArn=arn:aws:sns:us-east-1:123456789012:News", header(published) + "Content-Type: application/x-www-form-urlencoded\r\n")), 200);
        QTRY_COMPARE(traced(), QStringList({"First " + published, "Second " + published}));
        QCOMPARE(test::RawHttp::status(client.request("POST", "/", R"({"Entries":[{"Source":"shop","DetailType":"sold","Detail":"{}"}]})", header(put) + "X-Amz-Target: AWSEvents.PutEvents\r\nContent-Type: application/x-amz-json-1.1\r\n")), 200);
        QTRY_COMPARE(traced().mid(2), QStringList({"First " + put, "Second " + put}));
        const QByteArray s3 = "Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=a\r\n";
        const QByteArray stored = "1-33333333-333333333333333333333333";
        QCOMPARE(test::RawHttp::status(client.request("PUT", "/files/a", "text", header(stored) + s3)), 200);
        QTRY_COMPARE(traced().mid(4), QStringList({"First " + stored, "Second " + stored}));
        const QByteArray copied = "1-44444444-444444444444444444444444";
        QCOMPARE(test::RawHttp::status(client.request("PUT", "/files/b", {}, header(copied) + s3 + "x-amz-copy-source: /files/a\r\n")), 200);
        QTRY_COMPARE(traced().mid(6), QStringList({"First " + copied, "Second " + copied}));
        const QByteArray removed = "1-55555555-555555555555555555555555";
        QCOMPARE(test::RawHttp::status(client.request("DELETE", "/files/a", {}, header(removed) + s3)), 204);
        QTRY_COMPARE(traced().mid(8), QStringList({"First " + removed, "Second " + removed}));
    }

    /// A dead letter of an asynchronous invocation, and a record for its destination.

    void deadLettersAndDestinationsGoToQueues()
    {
        Served served(", Enabled: false", {}, "      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}\n      EventInvokeConfig: {MaximumRetryAttempts: 0, DestinationConfig: {OnFailure: {Destination: !GetAtt Orders.Arn}}}\n");
        test::RawHttp client(served.cloud->port);
        QCOMPARE(test::RawHttp::status(client.request("POST", "/2015-03-31/functions/Worker/invocations", "{\"Records\":[{\"body\":\"throw\"}]}", "X-Amz-Invocation-Type: Event\r\n")), 202);
        QTRY_COMPARE(served.waiting("Dead"), 1);
        QTRY_COMPARE(served.waiting("Orders"), 1);
        const QJsonObject letter = served.sqs->call("ReceiveMessage", {{"QueueUrl", "http://x/1/Dead"}, {"MessageAttributeNames", QJsonArray{"All"}}}).value("Messages").toArray().first().toObject();
        QCOMPARE(letter.value("Body").toString(), "{\"Records\":[{\"body\":\"throw\"}]}");
        QCOMPARE(letter.value("MessageAttributes").toObject().value("ErrorMessage").toObject().value("StringValue").toString(), "asked");
        const QJsonObject record = QJsonDocument::fromJson(served.sqs->call("ReceiveMessage", {{"QueueUrl", "http://x/1/Orders"}}).value("Messages").toArray().first().toObject().value("Body").toString().toUtf8()).object();
        QCOMPARE(record.value("requestContext").toObject().value("condition").toString(), "RetriesExhausted");
    }
};

QTEST_GUILESS_MAIN(tst_EventSources)
#include "tst_eventsources.moc"
