// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/queryprotocol.h"
#include "core/cloud/sqsshapes.h"
#include "tests/support/awsclient.h"
#include "tests/support/crossingclock.h"
#include "tests/support/endpointfixture.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QXmlStreamReader>

using namespace eph;
using test::RawHttp;
using test::TestProject;

class tst_SqsApi : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    std::unique_ptr<test::AwsClient> m_sqs;
    int m_made = 0;

    QString url(const QString &name) const { return "http://127.0.0.1/123456789012/" + name; }
    QString newQueue(const QJsonObject &attributes = {})
    {
        const QString name = QString("q%1").arg(++m_made) + (attributes.contains("FifoQueue") ? ".fifo" : "");
        return m_sqs->call("CreateQueue", {{"QueueName", name}, {"Attributes", attributes}}).value("QueueUrl").toString();
    }
    QJsonArray receive(const QString &queue, QJsonObject input = {})
    {
        input.insert("QueueUrl", queue);
        input.insert("MaxNumberOfMessages", 10);
        return m_sqs->call("ReceiveMessage", input).value("Messages").toArray();
    }
    QByteArray query(const QByteArray &form)
    {
        RawHttp client(m_cloud->port);
        return client.request("POST", "/", form + "&Version=2012-11-05", "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n");
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.function("nodejs20.x", "index.handler", "  Dead: {Type: AWS::SQS::Queue}\n  Led: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2}}}\n").file("index.js", "exports.handler = async () => 1;\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        m_sqs = std::make_unique<test::AwsClient>(m_cloud->port, "AmazonSQS.");
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void sendsAndReceives()
    {
        const QString queue = newQueue();
        QCOMPARE(queue, url("q1"));
        const QJsonObject sent = m_sqs->call("SendMessage", {{"QueueUrl", queue}, {"MessageBody", "hä"}, {"MessageAttributes", QJsonObject{{"k", QJsonObject{{"DataType", "String"}, {"StringValue", "v"}}}}}});
        QCOMPARE(sent.value("MD5OfMessageBody").toString(), "4144d9e1f4cab8c1a6af4f31e8401b47");
        const QJsonArray got = receive(queue, {{"MessageSystemAttributeNames", QJsonArray{"All"}}, {"MessageAttributeNames", QJsonArray{"k.*"}}});
        QCOMPARE(got.size(), 1);
        const QJsonObject message = got.first().toObject();
        QCOMPARE(message.value("Body").toString(), "hä");
        QCOMPARE(message.value("MessageId"), sent.value("MessageId"));
        QCOMPARE(message.value("MD5OfMessageAttributes"), sent.value("MD5OfMessageAttributes"));
        QCOMPARE(message.value("Attributes").toObject().value("ApproximateReceiveCount").toString(), "1");
        m_sqs->call("DeleteMessage", {{"QueueUrl", queue}, {"ReceiptHandle", message.value("ReceiptHandle")}});
        QCOMPARE(m_sqs->status(), 200);
        QCOMPARE(m_sqs->call("GetQueueAttributes", {{"QueueUrl", queue}, {"AttributeNames", QJsonArray{"ApproximateNumberOfMessagesNotVisible"}}}).value("Attributes").toObject(), QJsonObject({{"ApproximateNumberOfMessagesNotVisible", "0"}}));
    }

    /// Published with the way to calculate it, and as botocore's tests have it.
    void checksumOfAttributes()
    {
        const QString queue = newQueue();
        const QJsonObject attributes{{"timestamp", QJsonObject{{"DataType", "Number"}, {"StringValue", "1493147359900"}}}};
        QCOMPARE(m_sqs->call("SendMessage", {{"QueueUrl", queue}, {"MessageBody", "a"}, {"MessageAttributes", attributes}}).value("MD5OfMessageAttributes").toString(), "235c5c510d26fb653d073faed50ae77c");
    }

    void waitsForAMessage()
    {
        const QString queue = newQueue();
        RawHttp waiting(m_cloud->port);
        waiting.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: " + QByteArray::number(QByteArray("{\"QueueUrl\":\"" + queue.toUtf8() + "\",\"WaitTimeSeconds\":20}").size()) + "\r\n\r\n{\"QueueUrl\":\""
                     + queue.toUtf8() + "\",\"WaitTimeSeconds\":20}");
        QElapsedTimer timer;
        timer.start();
        m_sqs->call("SendMessage", {{"QueueUrl", queue}, {"MessageBody", "now"}});
        const QByteArray answer = waiting.receive();
        QVERIFY2(answer.contains("\"Body\":\"now\""), answer);
        QVERIFY(timer.elapsed() < 5000);
    }

    /// Whatever moment of a look it is in which a message comes into sight.
    void whoWaitsMissesNoMillisecond()
    {
        const test::CrossingClock clock;
        const test::EndpointFixture cloud(m_project, {}, std::chrono::milliseconds(cloud::DeployedFunctions::SettleMs), clock);
        test::AwsClient sqs(cloud.port, "AmazonSQS.");
        std::vector<std::unique_ptr<RawHttp>> waiting;
        for (int i = 0; i < 12; ++i) {
            const QString name = QString("late%1").arg(i);
            sqs.call("CreateQueue", {{"QueueName", name}, {"Attributes", QJsonObject{{"DelaySeconds", "1"}}}});
            sqs.call("SendMessage", {{"QueueUrl", url(name)}, {"MessageBody", "late"}});
            QCOMPARE(sqs.status(), 200);
            const QByteArray body = QJsonDocument(QJsonObject{{"QueueUrl", url(name)}, {"WaitTimeSeconds", 20}}).toJson();
            waiting.push_back(std::make_unique<RawHttp>(cloud.port));
            waiting.back()->send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        }
        QElapsedTimer timer;
        timer.start();
        for (const auto &client : waiting)
            QVERIFY(client->receive(15'000).contains("\"Body\":\"late\""));
        QVERIFY(timer.elapsed() < 15'000);
    }

    void aClientThatLeftTakesNothing()
    {
        const QString queue = newQueue();
        {
            RawHttp waiting(m_cloud->port);
            const QByteArray body = "{\"QueueUrl\":\"" + queue.toUtf8() + "\",\"WaitTimeSeconds\":20}";
            waiting.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
            m_sqs->call("ListQueues");
        }
        QTest::qWait(50);
        m_sqs->call("SendMessage", {{"QueueUrl", queue}, {"MessageBody", "kept"}});
        QCOMPARE(receive(queue, {{"WaitTimeSeconds", 5}}).size(), 1);
    }

    void batchesTellEachEntry()
    {
        const QString queue = newQueue();
        const QJsonObject sent = m_sqs->call("SendMessageBatch", {{"QueueUrl", queue}, {"Entries", QJsonArray{QJsonObject{{"Id", "a"}, {"MessageBody", "1"}}, QJsonObject{{"Id", "b"}, {"MessageBody", "\u0001"}}}}});
        QCOMPARE(sent.value("Successful").toArray().first().toObject().value("Id").toString(), "a");
        const QJsonObject failed = sent.value("Failed").toArray().first().toObject();
        QCOMPARE(failed.value("Id").toString(), "b");
        QCOMPARE(failed.value("Code").toString(), "InvalidMessageContents");
        QCOMPARE(failed.value("SenderFault").toBool(), true);
        const QString receipt = receive(queue).first().toObject().value("ReceiptHandle").toString();
        const QJsonObject deleted = m_sqs->call("DeleteMessageBatch", {{"QueueUrl", queue}, {"Entries", QJsonArray{QJsonObject{{"Id", "x"}, {"ReceiptHandle", receipt}}, QJsonObject{{"Id", "y"}, {"ReceiptHandle", "no"}}}}});
        QCOMPARE(deleted.value("Successful").toArray().size(), 1);
        QCOMPARE(deleted.value("Failed").toArray().first().toObject().value("Code").toString(), "ReceiptHandleIsInvalid");
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("action");
        QTest::addColumn<QJsonObject>("input");
        QTest::addColumn<QString>("error");
        QTest::newRow("no queue") << QByteArray("SendMessage") << QJsonObject{{"QueueUrl", "http://x/1/none"}, {"MessageBody", "a"}} << "QueueDoesNotExist";
        QTest::newRow("no url") << QByteArray("SendMessage") << QJsonObject{{"MessageBody", "a"}} << "MissingParameter";
        QTest::newRow("no body") << QByteArray("SendMessage") << QJsonObject{{"QueueUrl", "*"}} << "MissingParameter";
        QTest::newRow("too many") << QByteArray("ReceiveMessage") << QJsonObject{{"QueueUrl", "*"}, {"MaxNumberOfMessages", 11}} << "InvalidParameterValue";
        QTest::newRow("too long") << QByteArray("ReceiveMessage") << QJsonObject{{"QueueUrl", "*"}, {"WaitTimeSeconds", 21}} << "InvalidParameterValue";
        QTest::newRow("delay") << QByteArray("SendMessage") << QJsonObject{{"QueueUrl", "*"}, {"MessageBody", "a"}, {"DelaySeconds", 901}} << "InvalidParameterValue";
        QTest::newRow("huge") << QByteArray("SendMessage") << QJsonObject{{"QueueUrl", "*"}, {"MessageBody", QString(1024 * 1024 + 1, 'a')}} << "InvalidParameterValue";
        QTest::newRow("empty batch") << QByteArray("SendMessageBatch") << QJsonObject{{"QueueUrl", "*"}, {"Entries", QJsonArray()}} << "EmptyBatchRequest";
        QTest::newRow("same ids") << QByteArray("SendMessageBatch") << QJsonObject{{"QueueUrl", "*"}, {"Entries", QJsonArray{QJsonObject{{"Id", "a"}, {"MessageBody", "1"}}, QJsonObject{{"Id", "a"}, {"MessageBody", "2"}}}}} << "BatchEntryIdsNotDistinct";
        QTest::newRow("attribute") << QByteArray("GetQueueAttributes") << QJsonObject{{"QueueUrl", "*"}, {"AttributeNames", QJsonArray{"Colour"}}} << "InvalidAttributeName";
        QTest::newRow("delay below zero") << QByteArray("SendMessage") << QJsonObject{{"QueueUrl", "*"}, {"MessageBody", "a"}, {"DelaySeconds", -5}} << "InvalidParameterValue";
        QTest::newRow("hidden too long") << QByteArray("ReceiveMessage") << QJsonObject{{"QueueUrl", "*"}, {"VisibilityTimeout", 50000}} << "InvalidParameterValue";
        QTest::newRow("policy") << QByteArray("SetQueueAttributes") << QJsonObject{{"QueueUrl", "*"}, {"Attributes", QJsonObject{{"Policy", "nonjson"}}}} << "InvalidAttributeValue";
        QTest::newRow("set") << QByteArray("SetQueueAttributes") << QJsonObject{{"QueueUrl", "*"}, {"Attributes", QJsonObject{{"DelaySeconds", "-1"}}}} << "InvalidAttributeValue";
        QTest::newRow("attribute without a type") << QByteArray("SendMessage") << QJsonObject{{"QueueUrl", "*"}, {"MessageBody", "a"}, {"MessageAttributes", QJsonObject{{"k", QJsonObject{{"StringValue", "v"}}}}}} << "InvalidParameterValue";
        QTest::newRow("unknown") << QByteArray("AddPermission") << QJsonObject{{"QueueUrl", "*"}} << "UnsupportedOperation";
    }
    void refuses()
    {
        QFETCH(QByteArray, action);
        QFETCH(QJsonObject, input);
        if (input.value("QueueUrl").toString() == "*")
            input.insert("QueueUrl", newQueue());
        m_sqs->call(action, input);
        QCOMPARE(m_sqs->status(), 400);
        QTEST(m_sqs->error(), "error");
        QVERIFY(RawHttp::header(m_sqs->answer(), "x-amzn-query-error").endsWith(";Sender"));
    }

    void onlyWhoHoldsAMessageOfAFifoQueueTakesItAway()
    {
        for (const bool fifo : {true, false}) {
            const QString queue = newQueue(fifo ? QJsonObject{{"FifoQueue", "true"}, {"VisibilityTimeout", "1"}} : QJsonObject{{"VisibilityTimeout", "1"}});
            QJsonObject message{{"QueueUrl", queue}, {"MessageBody", "a"}};
            if (fifo)
                message.insert("MessageGroupId", "g"), message.insert("MessageDeduplicationId", "d");
            m_sqs->call("SendMessage", message);
            const QString receipt = receive(queue).first().toObject().value("ReceiptHandle").toString();
            QTest::qWait(1100);
            const QJsonObject refused = m_sqs->call("DeleteMessage", {{"QueueUrl", queue}, {"ReceiptHandle", receipt}});
            QCOMPARE(m_sqs->status(), fifo ? 400 : 200);
            QVERIFY(!fifo || refused.value("message").toString().contains("The receipt handle has expired"));
            QCOMPARE(receive(queue).size(), fifo ? 1 : 0);
        }
    }

    void aGroupMayHaveItsOwnDuplicates()
    {
        const QString queue = newQueue({{"FifoQueue", "true"}, {"DeduplicationScope", "messageGroup"}, {"FifoThroughputLimit", "perMessageGroupId"}});
        for (const char *group : {"a", "b", "a"})
            m_sqs->call("SendMessage", {{"QueueUrl", queue}, {"MessageBody", group}, {"MessageGroupId", group}, {"MessageDeduplicationId", "same"}});
        QCOMPARE(receive(queue).size(), 2);
    }

    void purgesOnceAMinute()
    {
        const QString queue = newQueue();
        m_sqs->call("PurgeQueue", {{"QueueUrl", queue}});
        QCOMPARE(m_sqs->status(), 200);
        QVERIFY(m_sqs->call("PurgeQueue", {{"QueueUrl", queue}}).value("__type").toString().endsWith("#PurgeQueueInProgress"));
    }

    void aDeadLetterQueueMustBeThere()
    {
        const QString policy = R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:nowhere","maxReceiveCount":2})";
        QVERIFY(m_sqs->call("CreateQueue", {{"QueueName", "unled"}, {"Attributes", QJsonObject{{"RedrivePolicy", policy}}}}).value("message").toString().endsWith("Dead letter target does not exist."));
        const QString queue = newQueue();
        QVERIFY(m_sqs->call("SetQueueAttributes", {{"QueueUrl", queue}, {"Attributes", QJsonObject{{"RedrivePolicy", policy}}}}).value("message").toString().endsWith("Dead letter target does not exist."));
        // Of the same kind as its queue.
        QVERIFY(m_sqs->call("CreateQueue", {{"QueueName", "mixed.fifo"}, {"Attributes", QJsonObject{{"FifoQueue", "true"}, {"RedrivePolicy", QString(policy).replace("nowhere", "Dead")}}}}).value("message").toString().endsWith("Dead-letter queue must be same type of queue as the source."));
        // What is not here says so, whatever it is given.
        QVERIFY(m_sqs->call("AddPermission", {{"QueueUrl", queue}}).value("message").toString().contains("AddPermission"));
        // A template's numbers are numbers.
        QCOMPARE(m_sqs->call("GetQueueAttributes", {{"QueueUrl", url("Led")}, {"AttributeNames", QJsonArray{"RedrivePolicy"}}}).value("Attributes").toObject().value("RedrivePolicy").toString(),
                 R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:Dead","maxReceiveCount":2})");
        QCOMPARE(m_sqs->call("GetQueueAttributes", {{"QueueUrl", newQueue({{"FifoQueue", "true"}})}, {"AttributeNames", QJsonArray{"DeduplicationScope", "FifoThroughputLimit"}}}).value("Attributes").toObject(),
                 QJsonObject({{"DeduplicationScope", "queue"}, {"FifoThroughputLimit", "perQueue"}}));
    }

    void deadLettersGoBackOrElsewhere()
    {
        const QString arn = "arn:aws:sqs:us-east-1:123456789012:";
        const auto waiting = [this](const QString &name) { return m_sqs->call("GetQueueAttributes", {{"QueueUrl", url(name)}, {"AttributeNames", QJsonArray{"ApproximateNumberOfMessages"}}}).value("Attributes").toObject().value("ApproximateNumberOfMessages").toString(); };
        (void)m_sqs->call("SetQueueAttributes", {{"QueueUrl", url("Led")}, {"Attributes", QJsonObject{{"RedrivePolicy", QString(R"({"deadLetterTargetArn":"%1Dead","maxReceiveCount":1})").arg(arn)}, {"VisibilityTimeout", "0"}}}});
        const auto giveUp = [this] {
            (void)m_sqs->call("SendMessage", {{"QueueUrl", url("Led")}, {"MessageBody", "again"}});
            for (int i = 0; i < 2; ++i)
                (void)m_sqs->call("ReceiveMessage", {{"QueueUrl", url("Led")}});
        };
        giveUp();
        QCOMPARE(waiting("Dead"), "1");
        QVERIFY(!m_sqs->call("StartMessageMoveTask", {{"SourceArn", arn + "Dead"}}).value("TaskHandle").toString().isEmpty());
        QCOMPARE(waiting("Dead"), "0");
        QCOMPARE(waiting("Led"), "1");
        for (int i = 0; i < 2; ++i)
            (void)m_sqs->call("ReceiveMessage", {{"QueueUrl", url("Led")}});
        const QString other = newQueue();
        (void)m_sqs->call("StartMessageMoveTask", {{"SourceArn", arn + "Dead"}, {"DestinationArn", arn + other.section('/', -1)}});
        QCOMPARE(waiting(other.section('/', -1)), "1");
        const QJsonArray tasks = m_sqs->call("ListMessageMoveTasks", {{"SourceArn", arn + "Dead"}, {"MaxResults", 10}}).value("Results").toArray();
        QCOMPARE(tasks.size(), 2);
        QCOMPARE(tasks.first().toObject().value("Status").toString(), "COMPLETED");
        QCOMPARE(tasks.first().toObject().value("ApproximateNumberOfMessagesMoved").toInt(), 1);
        QVERIFY(m_sqs->call("StartMessageMoveTask", {{"SourceArn", arn + other.section('/', -1)}}).value("message").toString().contains("must be configured as a Dead Letter Queue"));
        (void)m_sqs->call("StartMessageMoveTask", {{"SourceArn", arn + "nowhere"}});
        QCOMPARE(m_sqs->error(), "ResourceNotFoundException");
    }

    void hostileBodiesAreRefused()
    {
        RawHttp client(m_cloud->port);
        const QByteArray headers = "X-Amz-Target: AmazonSQS.SendMessage\r\n";
        QCOMPARE(RawHttp::status(client.request("POST", "/", "[1,2", headers)), 400);
        QCOMPARE(RawHttp::status(client.request("POST", "/", "\"a\"", headers)), 400);
        QCOMPARE(RawHttp::status(client.request("POST", "/", QByteArray(7 * 1024 * 1024, 'a'), headers)), 413);
        QVERIFY(RawHttp::status(query("Action=SendMessage&QueueUrl=%ZZ&" + QByteArray("A.1.").repeated(5000) + "=1")) == 400);
    }

    void speaksTheOlderProtocol()
    {
        QVERIFY(query("Action=CreateQueue&QueueName=old&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=7&Tag.1.Key=a&Tag.1.Value=b").contains("<QueueUrl>" + url("old").toUtf8() + "</QueueUrl>"));
        const QByteArray target = "&QueueUrl=" + QUrl::toPercentEncoding(url("old"));
        const QByteArray sent = query("Action=SendMessage&MessageBody=a%26b+%3Cc%3E&MessageAttribute.1.Name=k&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v" + target);
        QVERIFY2(sent.contains("<SendMessageResponse") && sent.contains("<MD5OfMessageAttributes>"), sent);
        const QByteArray batch = query("Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=x&SendMessageBatchRequestEntry.1.MessageBody=two" + target);
        QVERIFY2(batch.contains("<SendMessageBatchResultEntry><Id>x</Id>"), batch);
        const QByteArray got = query("Action=ReceiveMessage&MaxNumberOfMessages=10&AttributeName.1=All&MessageAttributeName.1=All" + target);
        QVERIFY2(got.contains("<Body>a&amp;b &lt;c&gt;</Body>") && got.contains("<Name>SentTimestamp</Name>") && got.contains("<Value><DataType>String</DataType><StringValue>v</StringValue></Value>"), got);
        QVERIFY(query("Action=GetQueueAttributes&AttributeName.1=VisibilityTimeout" + target).contains("<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>"));
        QVERIFY(query("Action=ListQueueTags" + target).contains("<Tag><Key>a</Key><Value>b</Value></Tag>"));
        const QByteArray kept = query("Action=DeleteQueue&QueueUrl=" + QUrl::toPercentEncoding(url("Dead")));
        QVERIFY2(kept.contains("<Code>AccessDenied</Code>") && kept.contains("declared by the project"), kept);
        const QByteArray missing = query("Action=DeleteQueue&QueueUrl=none");
        QCOMPARE(RawHttp::status(missing), 400);
        QVERIFY2(missing.contains("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"), missing);
    }

    void readsForms()
    {
        QCOMPARE(cloud::queryFields("A.1.Id=x&A.2.Id=y+z%26&B=1&A.10.Id=k"), (QJsonObject{{"A", QJsonArray{QJsonObject{{"Id", "x"}}, QJsonObject{{"Id", "y z&"}}, QJsonObject{{"Id", "k"}}}}, {"B", "1"}}));
        QCOMPARE(cloud::queryFields(""), QJsonObject());
        QCOMPARE(cloud::queryFields("=&&=x&a"), QJsonObject());
        QCOMPARE(cloud::queryFields("A.0=x").value("A").toObject(), QJsonObject({{"0", "x"}}));
    }
};

QTEST_GUILESS_MAIN(tst_SqsApi)
#include "tst_sqsapi.moc"
