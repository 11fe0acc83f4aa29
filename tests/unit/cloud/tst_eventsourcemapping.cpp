// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/eventsourcemapping.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::cloud;
using test::TestProject;

class tst_EventSourceMapping : public QObject
{
    Q_OBJECT

    static QList<EventSourceMapping> mappings(const QByteArray &events)
    {
        TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n      Events:\n" + events
                                          + "  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}\n  Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}\n  Clicks: {Type: AWS::Kinesis::Stream}\n  Table: {Type: AWS::DynamoDB::Table}\n")
            .file("index.js", "exports.handler = async () => 1;\n");
        return mappingsOf(project.load());
    }

private Q_SLOTS:
    void readsAQueue()
    {
        const auto all = mappings("        A: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 100, MaximumBatchingWindowInSeconds: 5, FunctionResponseTypes: [ReportBatchItemFailures], Enabled: false, ScalingConfig: {MaximumConcurrency: 7}, FilterCriteria: {Filters: [{Pattern: '{\"body\":{\"kind\":[\"a\"]}}'}]}}}\n");
        QCOMPARE(all.size(), 1);
        const EventSourceMapping &one = all.first();
        QCOMPARE(one.problem, QString());
        QCOMPARE(one.id, "Fn/A");
        QCOMPARE(one.source, "orders");
        QCOMPARE(one.batchSize, 100);
        QCOMPARE(one.windowSeconds, 5);
        QCOMPARE(one.maxConcurrency, 7);
        QVERIFY(one.reportsFailures && !one.enabled);
        QVERIFY(one.takes({{"body", QJsonObject{{"kind", "a"}}}}) && !one.takes({{"body", QJsonObject{{"kind", "b"}}}}));
    }

    void readsStreams()
    {
        const auto all = mappings("        A: {Type: Kinesis, Properties: {Stream: !GetAtt Clicks.Arn, StartingPosition: LATEST, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 3, ParallelizationFactor: 2, DestinationConfig: {OnFailure: {Destination: !GetAtt Orders.Arn}}}}\n"
                                  "        B: {Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn, StartingPosition: TRIM_HORIZON}}\n");
        QCOMPARE(all.size(), 2);
        QCOMPARE(all.first().source, "Clicks");
        QCOMPARE(all.first().batchSize, 100);
        QCOMPARE(all.first().maxRetries, 3);
        QCOMPARE(all.first().onFailure, "arn:aws:sqs:us-east-1:123456789012:orders");
        QVERIFY(all.first().bisects);
        QCOMPARE(all.last().kind, EventSourceMapping::Kind::TableStream);
        QCOMPARE(all.last().source, "Table");
        QCOMPARE(all.last().problem, QString());
    }

    void readsAMappingOfItsOwn()
    {
        const auto all = mappings("        A: {Type: Api, Properties: {Path: /, Method: get}}\n  Map:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties: {EventSourceArn: !GetAtt Ordered.Arn, FunctionName: !Ref Fn, BatchSize: 3}\n");
        QCOMPARE(all.size(), 1);
        QCOMPARE(all.first().id, "Map");
        QCOMPARE(all.first().function, "Fn");
        QCOMPARE(all.first().source, "Ordered.fifo");
        QCOMPARE(all.first().batchSize, 3);
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("properties");
        QTest::addColumn<QString>("says");
        QTest::newRow("no source") << QByteArray("SQS, Properties: {BatchSize: 5}") << "names no source";
        QTest::newRow("no ARN") << QByteArray("SQS, Properties: {Queue: 'arn:aws:sqs'}") << "no ARN";
        QTest::newRow("batch without a window") << QByteArray("SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 11}") << "Maximum batch window";
        QTest::newRow("batch of a FIFO queue") << QByteArray("SQS, Properties: {Queue: !GetAtt Ordered.Arn, BatchSize: 11, MaximumBatchingWindowInSeconds: 1}") << "between 1 and 10";
        QTest::newRow("no position") << QByteArray("Kinesis, Properties: {Stream: !GetAtt Clicks.Arn}") << "StartingPosition";
        QTest::newRow("bad filter") << QByteArray("SQS, Properties: {Queue: !GetAtt Orders.Arn, FilterCriteria: {Filters: [{Pattern: '{\"body\":1}'}]}}") << "“body”";
        QTest::newRow("bad concurrency") << QByteArray("SQS, Properties: {Queue: !GetAtt Orders.Arn, ScalingConfig: {MaximumConcurrency: 1}}") << "MaximumConcurrency";
    }
    void saysWhatIsWrong()
    {
        QFETCH(QByteArray, properties);
        QFETCH(QString, says);
        const auto all = mappings("        A: {Type: " + properties + "}\n");
        QCOMPARE(all.size(), 1);
        QVERIFY2(all.first().problem.contains(says), qPrintable(all.first().problem));
    }

    void findsWhatWouldBeRefused()
    {
        TestProject project;
        const QByteArray text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n      Timeout: 60\n      Events:\n        A: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}\n        B: {Type: SQS, Properties: {}}\n  Orders: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 59}}\n";
        project.file("template.yaml", text).file("index.js", "exports.handler = async () => 1;\n");
        const Findings findings = mappingFindings(project.load());
        QCOMPARE(findings.size(), 2);
        QCOMPARE(findings.first().rule, "short-visibility");
        QCOMPARE(findings.first().line, 10);
        QCOMPARE(findings.last().rule, "bad-mapping");
        project.file("template.yaml", QByteArray(text).replace("59", "60").replace("        B: {Type: SQS, Properties: {}}\n", ""));
        QVERIFY(mappingFindings(project.load()).isEmpty());
    }

    /// What the service was seen to make of answers.
    void failedItems_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("all");
        QTest::addColumn<QStringList>("failed");
        const QStringList none;
        QTest::newRow("one") << QByteArray("{\"batchItemFailures\":[{\"itemIdentifier\":\"b\"}]}") << false << QStringList{"b"};
        QTest::newRow("empty list") << QByteArray("{\"batchItemFailures\":[]}") << false << none;
        QTest::newRow("null list") << QByteArray("{\"batchItemFailures\":null}") << false << none;
        QTest::newRow("empty object") << QByteArray("{}") << false << none;
        QTest::newRow("null") << QByteArray("null") << false << none;
        QTest::newRow("empty text") << QByteArray("\"\"") << false << none;
        QTest::newRow("nothing") << QByteArray() << false << none;
        QTest::newRow("wrong key") << QByteArray("{\"batchItemFailures\":[{\"foo\":\"a\"}]}") << true << none;
        QTest::newRow("empty id") << QByteArray("{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}") << true << none;
        QTest::newRow("null id") << QByteArray("{\"batchItemFailures\":[{\"itemIdentifier\":null}]}") << true << none;
        QTest::newRow("unknown id") << QByteArray("{\"batchItemFailures\":[{\"itemIdentifier\":\"x\"}]}") << true << none;
        QTest::newRow("no JSON") << QByteArray("{\"batchItemFailures\":") << true << none;
        QTest::newRow("a text") << QByteArray("\"fine\"") << true << none;
    }
    void failedItems()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QStringList, failed);
        const auto found = cloud::failedItems(answer, {"a", "b"});
        QTEST(!found.has_value(), "all");
        if (found)
            QCOMPARE(*found, QSet<QString>(failed.begin(), failed.end()));
    }
};

QTEST_GUILESS_MAIN(tst_EventSourceMapping)
#include "tst_eventsourcemapping.moc"
