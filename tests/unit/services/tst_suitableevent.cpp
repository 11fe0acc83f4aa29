// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/catalogue.h"
#include "core/services/suitableevent.h"
#include "tests/support/testproject.h"

#include <QJsonDocument>
#include <QTest>

using namespace eph;

class tst_SuitableEvent : public QObject
{
    Q_OBJECT

    static std::optional<services::SuitableEvent> eventOf(const QByteArray &properties, const QByteArray &resources = {})
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", properties + resources);
        const project::Project loaded = project.load();
        return services::suitableEvent(loaded.functions.first());
    }

private Q_SLOTS:
    void isOfTheFirstTrigger_data()
    {
        QTest::addColumn<QByteArray>("events");
        QTest::addColumn<QString>("sample");
        QTest::addColumn<QStringList>("inside"); ///< Of the event that it makes.
        QTest::newRow("a route") << QByteArray("A: {Type: HttpApi, Properties: {Path: '/carts/{id}/items', Method: post}}") << "http-api" << QStringList{"/carts/1001/items", "\"routeKey\": \"POST /carts/{id}/items\"", "\"id\": \"1001\""};
        QTest::newRow("any method") << QByteArray("A: {Type: HttpApi, Properties: {Path: /a, Method: any}}") << "http-api" << QStringList{"\"/a\"", "\"GET\"", "\"ANY /a\""};
        QTest::newRow("a catch-all") << QByteArray("A: {Type: HttpApi}") << "http-api" << QStringList{"GET"};
        QTest::newRow("REST") << QByteArray("A: {Type: Api, Properties: {Path: '/carts/{id}', Method: delete}}") << "rest-api" << QStringList{"/carts/{id}", "/carts/1001", "DELETE", "\"id\": \"1001\""};
        QTest::newRow("queue") << QByteArray("A: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}") << "sqs" << QStringList{":Jobs"};
        QTest::newRow("FIFO queue") << QByteArray("A: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:us-east-1:123456789012:ord.fifo'}}") << "sqs-fifo" << QStringList{":ord.fifo"};
        QTest::newRow("topic") << QByteArray("A: {Type: SNS, Properties: {Topic: 'arn:aws:sns:us-east-1:123456789012:news'}}") << "sns" << QStringList{":news"};
        QTest::newRow("stream") << QByteArray("A: {Type: Kinesis, Properties: {Stream: 'arn:aws:kinesis:us-east-1:123456789012:stream/visits', StartingPosition: LATEST}}") << "kinesis" << QStringList{"stream/visits"};
        QTest::newRow("a consumer of a stream") << QByteArray("A: {Type: Kinesis, Properties: {Stream: 'arn:aws:kinesis:us-east-1:123456789012:stream/visits/consumer/app:1234', StartingPosition: LATEST}}") << "kinesis" << QStringList{"stream/visits"};
        QTest::newRow("table") << QByteArray("A: {Type: DynamoDB, Properties: {Stream: 'arn:aws:dynamodb:us-east-1:123456789012:table/carts/stream/2026-01-01T00:00:00.000', StartingPosition: LATEST}}") << "dynamodb" << QStringList{"table/carts/"};
        QTest::newRow("bucket") << QByteArray("A: {Type: S3, Properties: {Bucket: !Ref Photos, Events: 's3:ObjectCreated:*'}}") << "s3-put" << QStringList{"\"photos\""};
        QTest::newRow("schedule") << QByteArray("A: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}") << "eventbridge-schedule" << QStringList{"Scheduled Event"};
        QTest::newRow("behind what has no sample") << QByteArray("A: {Type: IoTRule, Properties: {Sql: x}}, B: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}") << "sqs" << QStringList{":Jobs"};
    }
    void isOfTheFirstTrigger()
    {
        QFETCH(QByteArray, events);
        QFETCH(QStringList, inside);
        const auto event = eventOf("      Events: {" + events + "}\n", "  Jobs: {Type: AWS::SQS::Queue}\n  Photos: {Type: AWS::S3::Bucket, Properties: {BucketName: photos}}\n");
        QVERIFY(event);
        QTEST(event->sample, "sample");
        const auto catalogue = events::loadCatalogue();
        const auto sample = events::findSample(*catalogue, event->sample);
        const auto made = events::generateEvent(*sample, {event->values}, events::realChance());
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        for (const QString &text : inside)
            QVERIFY2(made->contains(text.toUtf8()), made->constData());
    }
    void aFunctionWithoutATriggerHasNone()
    {
        QVERIFY(!eventOf({}));
        QCOMPARE(eventOf("      FunctionUrlConfig: {AuthType: NONE}\n")->sample, "function-url");
    }
};

QTEST_GUILESS_MAIN(tst_SuitableEvent)
#include "tst_suitableevent.moc"
