// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/fakeclock.h"

#include <QJsonArray>

using namespace eph;
using test::TestProject;

/// Functions that read streams, with real processes.
class tst_StreamPoller : public QObject
{
    Q_OBJECT

    static constexpr auto Code = "exports.handler = async (event) => {\n"
                                 "  const texts = event.Records.map(r => Buffer.from(r.kinesis.data, 'base64').toString());\n"
                                 "  console.log('GOT ' + texts.join(','));\n"
                                 "  if (texts.includes('throw')) throw new Error('asked');\n"
                                 "  if (texts.includes('slow')) await new Promise(r => setTimeout(r, 200));\n"
                                 "  return { batchItemFailures: event.Records.filter((r, i) => texts[i].startsWith('bad')).map(r => ({ itemIdentifier: r.kinesis.sequenceNumber })) };\n"
                                 "};\n";

    struct Served {
        TestProject project;
        std::unique_ptr<test::EndpointFixture> cloud;
        std::unique_ptr<test::AwsClient> kinesis;

        explicit Served(const QByteArray &mapping, int shards = 1, const QByteArray &code = Code)
        {
            project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Reader:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n"
                                          "      Events:\n        Clicks: {Type: Kinesis, Properties: {Stream: !GetAtt Clicks.Arn, MaximumBatchingWindowInSeconds: 1, "
                                              + mapping + "}}\n  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: " + QByteArray::number(shards) + "}}\n  Dead: {Type: AWS::SQS::Queue}\n")
                .file("index.js", code);
            serve();
        }
        void serve()
        {
            cloud = std::make_unique<test::EndpointFixture>(project);
            kinesis = std::make_unique<test::AwsClient>(cloud->port, "Kinesis_20131202.", "1.1");
        }
        void put(const QStringList &texts, const QString &key = "k")
        {
            QJsonArray records;
            for (const QString &text : texts)
                records.append(QJsonObject{{"PartitionKey", key}, {"Data", QString::fromLatin1(text.toUtf8().toBase64())}});
            kinesis->call("PutRecords", {{"StreamName", "Clicks"}, {"Records", records}});
            QCOMPARE(kinesis->status(), 200);
        }
        QStringList batches() const
        {
            QStringList all;
            for (const logs::Line &line : cloud->logs.lines(0, 100'000)) {
                if (const qsizetype at = line.text.indexOf("GOT "); at >= 0)
                    all << QString::fromUtf8(line.text.mid(at + 4));
            }
            return all;
        }
        QJsonObject deadLetter()
        {
            test::AwsClient sqs(cloud->port, "AmazonSQS.");
            const QJsonArray messages = sqs.call("ReceiveMessage", {{"QueueUrl", "http://x/1/Dead"}, {"WaitTimeSeconds", 4}}).value("Messages").toArray();
            return QJsonDocument::fromJson(messages.first().toObject().value("Body").toString().toUtf8()).object();
        }
        cloud::MappingState state() const { return cloud->cloud.mappings().value(0); }
    };

    /// Says how many records came and how many that makes in the window: `1 3`, and `last` or `early`.
    static constexpr auto Counts = "exports.handler = async (event) => {\n"
                                   "  const texts = event.Records.map(r => Buffer.from(r.kinesis.data, 'base64').toString());\n"
                                   "  const sum = (event.state.sum || 0) + texts.length;\n"
                                   "  const length = Date.parse(event.window.end) - Date.parse(event.window.start);\n"
                                   "  const arrived = texts.length ? event.Records[0].kinesis.approximateArrivalTimestamp * 1000 - Date.parse(event.window.start) : 0;\n"
                                   "  const right = event.shardId === 'shardId-000000000000' && event.eventSourceARN.endsWith('stream/Clicks') && arrived >= 0 && arrived < length;\n"
                                   "  console.log('GOT ' + [texts.length, sum, ...(event.isFinalInvokeForWindow ? ['last'] : []), ...(event.isWindowTerminatedEarly ? ['early'] : []), ...(right ? [] : ['wrong'])].join(' '));\n"
                                   "  if (event.isFinalInvokeForWindow && global.refused === undefined && texts.length + sum === 5) { global.refused = true; throw new Error('not yet'); }\n"
                                   "  if (texts.includes('mute') || event.isFinalInvokeForWindow) return {};\n"
                                   "  return { state: { sum, filler: 'x'.repeat(texts.includes('big') ? 1100000 : 0) } };\n"
                                   "};\n";
    /// Waits until that much of a window is still to come.
    static void awaitWindow(int seconds, int restMs)
    {
        while (seconds * 1000 - QDateTime::currentMSecsSinceEpoch() % (seconds * 1000) < restMs)
            QTest::qWait(10);
    }

private Q_SLOTS:
    void readsInOrderAndGoesOn()
    {
        Served served("StartingPosition: TRIM_HORIZON, BatchSize: 2");
        served.put({"1", "2", "3"});
        QTRY_COMPARE(served.batches(), QStringList({"1,2", "3"}));
        // A server that comes later goes on where this one was.
        QTRY_VERIFY(served.state().batches == 2 && served.state().running == 0);
        served.cloud.reset();
        served.serve();
        served.put({"4"});
        QTRY_COMPARE(served.batches(), QStringList{"4"});
    }

    void beginsWhereItIsTold()
    {
        Served served("StartingPosition: LATEST, Enabled: false");
        served.put({"before"});
        served.project.file("template.yaml", served.project.read("template.yaml").replace(", Enabled: false", ""));
        QTRY_VERIFY(served.state().enabled);
        QTest::qWait(50);
        served.put({"after"});
        QTRY_COMPARE(served.batches(), QStringList{"after"});
    }

    void whatFailsHoldsUpItsShard()
    {
        Served served("StartingPosition: TRIM_HORIZON, BatchSize: 1, MaximumRetryAttempts: 2, DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}");
        served.put({"throw", "good"});
        QTRY_COMPARE(served.batches(), QStringList({"throw", "throw", "throw", "good"}));
        const QJsonObject record = served.deadLetter();
        QCOMPARE(record.value("requestContext").toObject().value("condition").toString(), "RetryAttemptsExhausted");
        QCOMPARE(record.value("requestContext").toObject().value("approximateInvokeCount").toInt(), 3);
        QCOMPARE(record.value("requestContext").toObject().value("functionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:Reader");
        const QJsonObject batch = record.value("KinesisBatchInfo").toObject();
        QCOMPARE(batch.value("batchSize").toInt(), 1);
        QCOMPARE(batch.value("shardId").toString(), "shardId-000000000000");
        QCOMPARE(batch.value("streamArn").toString(), "arn:aws:kinesis:us-east-1:123456789012:stream/Clicks");
    }

    void halvesABatchThatFails()
    {
        Served served("StartingPosition: TRIM_HORIZON, BatchSize: 4, MaximumRetryAttempts: 0, BisectBatchOnFunctionError: true");
        served.put({"1", "2", "throw", "4"});
        QTRY_COMPARE(served.batches(), QStringList({"1,2,throw,4", "1,2", "throw,4", "throw", "4"}));
    }

    void goesOnFromWhereTheFunctionSays()
    {
        Served served("StartingPosition: TRIM_HORIZON, BatchSize: 4, MaximumRetryAttempts: 1, FunctionResponseTypes: [ReportBatchItemFailures]");
        served.put({"1", "bad", "3", "4"});
        QTRY_COMPARE(served.batches(), QStringList({"1,bad,3,4", "bad,3,4"}));
        // Given up as a whole: it was the function's last word.
        served.put({"5"});
        QTRY_COMPARE(served.batches().last(), "5");
    }

    void oldRecordsAreGivenUp()
    {
        Served served("StartingPosition: TRIM_HORIZON, Enabled: false, MaximumRecordAgeInSeconds: 60, DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}");
        test::FakeClock earlier;
        earlier.startMs = served.cloud->clock.epochMs() - 120'000;
        const auto stores = sources::SourceStores::open(sources::SourceStores::pathIn(served.project.path()), earlier).value();
        QVERIFY(stores->streams().put(*stores->streams().find("Clicks"), {{"k", "old"}, {"k", "older"}}));
        served.put({"new"});
        served.project.file("template.yaml", served.project.read("template.yaml").replace(", Enabled: false", ""));
        const QJsonObject record = served.deadLetter();
        QCOMPARE(record.value("requestContext").toObject().value("condition").toString(), "RecordAgeExceeded");
        QCOMPARE(record.value("KinesisBatchInfo").toObject().value("batchSize").toInt(), 2);
        QTRY_COMPARE(served.batches(), QStringList{"new"});
    }

    void filtersLookIntoTheData()
    {
        Served served("StartingPosition: TRIM_HORIZON, FilterCriteria: {Filters: [{Pattern: '{\"data\":{\"kind\":[\"a\"]}}'}]}");
        served.put({"{\"kind\":\"b\"}", "plain", "{\"kind\":\"a\"}"});
        QTRY_COMPARE(served.batches(), QStringList{"{\"kind\":\"a\"}"});
        QTRY_COMPARE(served.state().filtered, 2);
    }

    /// What lies in shards that are closed is read all the same.
    void fewerShardsLoseNothing()
    {
        Served served("StartingPosition: LATEST, Enabled: false", 4);
        for (int i = 0; i < 8; ++i)
            served.put({QString::number(i)}, QString::number(i));
        served.cloud.reset();
        served.project.file("template.yaml", served.project.read("template.yaml").replace("ShardCount: 4", "ShardCount: 1").replace("LATEST, Enabled: false", "TRIM_HORIZON"));
        served.serve();
        QTRY_COMPARE(served.batches().join(',').split(',').size(), 8);
    }

    /// An event is at most 6 MB, in base64.
    void aBatchFitsIntoAnEvent()
    {
        Served served("StartingPosition: TRIM_HORIZON, Enabled: false");
        const auto stores = sources::SourceStores::open(sources::SourceStores::pathIn(served.project.path()), served.cloud->clock).value();
        const auto stream = stores->streams().find("Clicks").value();
        for (int i = 0; i < 7; ++i)
            QVERIFY(stores->streams().put(stream, {{"k", QByteArray(1024 * 1024, 'x')}}));
        QCOMPARE(stores->streams().read(stream, {0, 0}, 100).size(), 4);
    }

    void shardsGoSideBySide()
    {
        Served served("StartingPosition: TRIM_HORIZON, BatchSize: 1", 2);
        // "a" is in the first shard, "b" in the second.
        served.put({"slow", "a2"}, "a");
        served.put({"b1", "b2"}, "b");
        QTRY_COMPARE(served.batches().size(), 4);
        QVERIFY(served.batches().indexOf("b2") < served.batches().indexOf("a2"));
    }

    void aWindowAggregatesItsRecords()
    {
        Served served("StartingPosition: TRIM_HORIZON, BatchSize: 2, TumblingWindowInSeconds: 3", 1, Counts);
        awaitWindow(3, 2500);
        served.put({"1", "2", "3"});
        QTRY_COMPARE_WITH_TIMEOUT(served.batches(), QStringList({"2 2", "1 3", "0 3 last"}), 10'000);
        // The next one begins with nothing; its last call is tried until it goes through, and what comes later waits.
        awaitWindow(3, 2500);
        served.put({"1", "2", "3", "4"});
        served.put({"5"});
        QTRY_COMPARE_WITH_TIMEOUT(served.batches().mid(3), QStringList({"2 2", "2 4", "1 5", "0 5 last", "0 5 last"}), 10'000);
    }

    void recordsOfALaterWindowWaitForTheEndOfTheFirst()
    {
        Served served("StartingPosition: TRIM_HORIZON, BatchSize: 10, Enabled: false, TumblingWindowInSeconds: 60", 1, Counts);
        const auto stores = sources::SourceStores::open(sources::SourceStores::pathIn(served.project.path()), served.cloud->clock).value();
        test::FakeClock earlier;
        earlier.startMs = served.cloud->clock.epochMs() - 120'000;
        const auto old = sources::SourceStores::open(sources::SourceStores::pathIn(served.project.path()), earlier).value();
        QVERIFY(old->streams().put(*old->streams().find("Clicks"), {{"k", "old"}, {"k", "older"}}));
        served.put({"new"});
        served.project.file("template.yaml", served.project.read("template.yaml").replace(", Enabled: false", ""));
        QTRY_COMPARE_WITH_TIMEOUT(served.batches(), QStringList({"2 2", "0 2 last", "1 1"}), 10'000);
    }

    void aWindowOutlivesARestart()
    {
        Served served("StartingPosition: TRIM_HORIZON, TumblingWindowInSeconds: 6", 1, Counts);
        awaitWindow(6, 5000);
        served.put({"1", "2"});
        QTRY_COMPARE(served.state().lastResult, "OK");
        served.cloud.reset();
        served.serve();
        QTRY_COMPARE_WITH_TIMEOUT(served.batches(), QStringList{"0 2 last"}, 15'000);
    }

    void anAnswerWithoutAStateHasFailed()
    {
        Served served("StartingPosition: TRIM_HORIZON, MaximumRetryAttempts: 1, TumblingWindowInSeconds: 900", 1, Counts);
        awaitWindow(900, 10'000);
        served.put({"mute"});
        QTRY_COMPARE(served.batches(), QStringList({"1 1", "1 1"}));
        served.put({"1"});
        QTRY_COMPARE(served.batches().mid(2), QStringList{"1 1"});
    }

    void aStateThatGrowsTooLargeEndsEarly()
    {
        Served served("StartingPosition: TRIM_HORIZON, BatchSize: 1, TumblingWindowInSeconds: 900", 1, Counts);
        awaitWindow(900, 10'000);
        served.put({"big", "2"});
        QTRY_COMPARE(served.batches(), QStringList({"1 1", "0 1 early", "1 1"}));
    }

    void aTablesChangesAreAStream()
    {
        TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Reader:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n"
                                      "      Events:\n        Changes: {Type: DynamoDB, Properties: {Stream: !GetAtt Items.StreamArn, StartingPosition: TRIM_HORIZON}}\n"
                                      "  Items: {Type: AWS::DynamoDB::Table, Properties: {TableName: items, StreamSpecification: {StreamViewType: NEW_IMAGE}}}\n")
            .file("index.js", "exports.handler = async (event) => { const r = event.Records[0]; console.log('GOT ' + [r.eventName, r.dynamodb.StreamViewType, r.dynamodb.SizeBytes, Object.keys(r.dynamodb).includes('OldImage'), r.dynamodb.NewImage.id.S, r.eventSource, r.eventSourceARN, r.eventID.length].join(' ')); };\n");
        test::EndpointFixture cloud(project);
        // Another process puts a change beside the one that serves.
        const auto stores = sources::SourceStores::open(sources::SourceStores::pathIn(project.path()), cloud.clock).value();
        const auto stream = stores->streams().find("table/items");
        QVERIFY(stream);
        QVERIFY(stores->streams().put(*stream, {{"1", "{\"eventName\":\"INSERT\",\"dynamodb\":{\"NewImage\":{\"id\":{\"S\":\"1\"}},\"OldImage\":{\"id\":{\"S\":\"1\"}}}}"}}));
        QString got;
        QTRY_VERIFY([&] {
            for (const logs::Line &line : cloud.logs.lines(0, 1000)) {
                if (line.text.contains("GOT"))
                    got = QString::fromUtf8(line.text);
            }
            return !got.isEmpty();
        }());
        QVERIFY2(got.endsWith("INSERT NEW_IMAGE 3 false 1 aws:dynamodb arn:aws:dynamodb:us-east-1:123456789012:table/items/stream/2026-01-01T00:00:00.000 32"), qPrintable(got));
    }
};

QTEST_GUILESS_MAIN(tst_StreamPoller)
#include "tst_streampoller.moc"
