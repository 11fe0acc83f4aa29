// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/declaredsources.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;

/// What is told of queues and subscriptions before anything runs.
class tst_DeclaredSources : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tellsWhatTheServicesRefuse_data()
    {
        QTest::addColumn<QByteArray>("resources");
        QTest::addColumn<QString>("message"); ///< Empty: nothing is wrong.
        const QByteArray topic = "  News: {Type: AWS::SNS::Topic}\n";
        QTest::newRow("plain") << QByteArray("  Q: {Type: AWS::SQS::Queue}\n") << "";
        QTest::newRow("all of it") << QByteArray("  D: {Type: AWS::SQS::Queue, Properties: {QueueName: d.fifo, FifoQueue: true}}\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q.fifo, FifoQueue: true, ContentBasedDeduplication: true, VisibilityTimeout: 60, Tags: [{Key: a, Value: b}], RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: 3}}}\n") << "";
        QTest::newRow("a FIFO queue by a name that it gets") << QByteArray("  Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}\n") << "";
        QTest::newRow("misspelt") << QByteArray("  Q: {Type: AWS::SQS::Queue, Properties: {VisibiltyTimeout: 60}}\n") << "Unknown Attribute VisibiltyTimeout.";
        QTest::newRow("too long") << QByteArray("  Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 43201}}\n") << "Invalid value for the parameter VisibilityTimeout.";
        QTest::newRow("FIFO by its name alone") << QByteArray("  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: a.fifo}}\n") << "Can only include alphanumeric characters";
        QTest::newRow("FIFO, but not by its name") << QByteArray("  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: a, FifoQueue: true}}\n") << "must end with .fifo";
        QTest::newRow("never") << QByteArray("  D: {Type: AWS::SQS::Queue}\n  Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: 0}}}\n") << "maxReceiveCount a number from 1 to 1000";
        QTest::newRow("dead letters of another kind") << QByteArray("  D: {Type: AWS::SQS::Queue}\n  Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: 2}}}\n") << "must be same type of queue";
        QTest::newRow("what only the cloud knows") << QByteArray("  Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: '{{resolve:ssm:/timeout}}', KmsMasterKeyId: alias/aws/sqs}}\n") << "";
        QTest::newRow("a filter") << topic + "  Q: {Type: AWS::SQS::Queue}\n  S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref News, Protocol: sqs, Endpoint: !GetAtt Q.Arn, FilterPolicy: {store: [berlin]}}}\n" << "";
        QTest::newRow("a filter that is no list") << topic + "  Q: {Type: AWS::SQS::Queue}\n  S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref News, Protocol: sqs, Endpoint: !GetAtt Q.Arn, FilterPolicy: {store: berlin}}}\n" << "filter policy is refused";
    }
    void tellsWhatTheServicesRefuse()
    {
        QFETCH(QByteArray, resources);
        QFETCH(QString, message);
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", resources).file("index.js", "exports.handler = async () => 1;\n");
        const Findings findings = cloud::sourceFindings(project.load());
        QCOMPARE(findings.size(), message.isEmpty() ? 0 : 1);
        for (const Finding &finding : findings) {
            QVERIFY2(finding.message.contains(message), qPrintable(finding.message));
            QCOMPARE(finding.severity, Severity::Error);
        }
    }
};

QTEST_GUILESS_MAIN(tst_DeclaredSources)
#include "tst_declaredsources.moc"
