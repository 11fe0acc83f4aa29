// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/sourceservice.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::services;
using test::TestProject;

class tst_SourceService : public QObject
{
    Q_OBJECT

    TestProject m_project;

    SourceService open() { return SourceService::open(m_project.load()).value(); }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.function("nodejs20.x", "index.handler", "      Events:\n        Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}\n        S: {Type: S3, Properties: {Bucket: !Ref Files, Events: 's3:ObjectCreated:*'}}\n        D: {Type: DynamoDB, Properties: {Stream: !GetAtt Items.StreamArn, StartingPosition: LATEST}}\n"
                                                          "  Orders: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}}}\n  Dead: {Type: AWS::SQS::Queue}\n"
                                                          "  Line: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}\n  Clicks: {Type: AWS::Kinesis::Stream}\n  Files: {Type: AWS::S3::Bucket}\n"
                                                          "  Items: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}}\n  News: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Orders.Arn}]}}\n")
            .file("index.js", "exports.handler = async () => 1;\n");
    }

    void listsWhatTheTemplateDeclares()
    {
        QStringList all;
        for (const SourceSummary &source : open().all())
            all << sourceKindName(source.kind) + ' ' + source.name + (source.feeds.isEmpty() ? "" : " -> " + source.feeds.join(',')) + (source.isDeadLetter ? " dead" : "");
        const QString function = m_project.load().functions.first().name;
        QCOMPARE(all, QStringList({"queue Dead dead", "queue Line.fifo", "queue Orders -> " + function, "topic News -> Orders", "stream Clicks", "table Items -> " + function, "bucket files -> " + function}));
        QVERIFY(open().find("Orders").value().location.line > 0);
    }

    void whatIsSentIsThereForAnother()
    {
        SourceService one = open();
        for (const char *name : {"Orders", "Line.fifo", "Clicks"}) {
            const auto sent = one.send(one.find(name).value(), {"hello", {}, {}});
            QVERIFY2(sent && !sent->isEmpty(), name);
            SourceService other = open();
            const auto items = other.peek(other.find(name).value(), 10);
            QCOMPARE(items.size(), 1);
            QCOMPARE(items.first().body, "hello");
        }
        // A person who sends the same twice means it twice.
        QVERIFY(one.send(one.find("Line.fifo").value(), {"hello", {}, {}}));
        QCOMPARE(one.find("Line.fifo").value().waiting, 2);
        QCOMPARE(one.purge(one.find("Line.fifo").value()).value(), 2);
    }

    void eachKindHasItsForm()
    {
        SourceService service = open();
        QCOMPARE(service.send(service.find("Items").value(), {"{}", {}, {}}).error().code, ErrorCode::Invalid);
        QVERIFY(service.send(service.find("Items").value(), {"{\"eventName\":\"INSERT\",\"dynamodb\":{}}", {}, {}}));
        QCOMPARE(service.send(service.find("files").value(), {"x", {}, {}}).error().code, ErrorCode::Usage);
        QVERIFY(service.send(service.find("files").value(), {"x", "../up/a.txt", {}}));
        QCOMPARE(m_project.read(".ephemera/buckets/files/%2e%2e/up/a.txt"), "x");
        QCOMPARE(service.send(service.find("News").value(), {"x", {}, {}}).value(), QString());
        QCOMPARE(service.purge(service.find("Clicks").value()).error().code, ErrorCode::Usage);
        QCOMPARE(service.send(service.find("Orders").value(), {"", {}, {}}).error().detail, "MissingParameter");
        const auto missing = service.find("Odrers");
        QVERIFY(missing.error().hint.contains("Orders"));
    }

    void whatFailedSaysWhy()
    {
        SourceService service = open();
        const SourceSummary dead = service.find("Dead").value();
        QVERIFY(service.send(dead, {"{}", {}, {{"ErrorMessage", QJsonObject{{"DataType", "String"}, {"StringValue", "no such order"}}}}}));
        QVERIFY(service.send(dead, {"{\"requestContext\":{\"condition\":\"RetriesExhausted\"},\"responsePayload\":{\"errorMessage\":\"no such order\"}}", {}, {}}));
        QVERIFY(service.send(dead, {"{\"requestContext\":{\"condition\":\"Success\"},\"responsePayload\":{\"errorMessage\":\"an answer\"}}", {}, {}}));
        QVERIFY(service.send(dead, {"an order", {}, {}}));
        QStringList reasons;
        for (const SourceItem &item : service.peek(dead, 10))
            reasons << item.reason;
        QCOMPARE(reasons, QStringList({"no such order", "RetriesExhausted: no such order", "", ""}));
        QVERIFY(service.purge(dead));
    }

    void aFolderThatCannotBeWrittenIsTold()
    {
        project::Project nowhere = m_project.load();
        nowhere.folder = "/proc/nowhere";
        const auto opened = SourceService::open(nowhere);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Io);
    }
};

QTEST_GUILESS_MAIN(tst_SourceService)
#include "tst_sourceservice.moc"
