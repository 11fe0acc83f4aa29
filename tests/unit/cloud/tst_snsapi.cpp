// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"

#include <QJsonArray>
#include <QUrl>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// Topics, their subscribers, and SNS's API, with a real function.
class tst_SnsApi : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    std::unique_ptr<test::AwsClient> m_sqs;

    QByteArray sns(const QByteArray &action, const QList<std::pair<QByteArray, QByteArray>> &fields = {})
    {
        QByteArray form = "Action=" + action + "&Version=2010-03-31";
        for (const auto &[name, value] : fields)
            form += '&' + name + '=' + QUrl::toPercentEncoding(QString::fromUtf8(value));
        RawHttp client(m_cloud->port);
        return client.request("POST", "/", form, "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n");
    }
    static QByteArray arn(const QByteArray &topic) { return "arn:aws:sns:us-east-1:123456789012:" + topic; }
    static QByteArray queueArn(const QByteArray &queue) { return "arn:aws:sqs:us-east-1:123456789012:" + queue; }
    static QByteArray element(const QByteArray &xml, const QByteArray &name)
    {
        const qsizetype at = xml.indexOf('<' + name + '>') + name.size() + 2;
        return xml.mid(at, xml.indexOf("</" + name + '>', at) - at);
    }
    QList<QJsonObject> received(const QString &queue)
    {
        QList<QJsonObject> all;
        for (const auto &message : m_sqs->call("ReceiveMessage", {{"QueueUrl", "http://x/1/" + queue}, {"MaxNumberOfMessages", 10}, {"MessageAttributeNames", QJsonArray{"All"}}}).value("Messages").toArray()) {
            all << message.toObject();
            m_sqs->call("DeleteMessage", {{"QueueUrl", "http://x/1/" + queue}, {"ReceiptHandle", message.toObject().value("ReceiptHandle")}});
        }
        return all;
    }
    QByteArray seenByFunction() const
    {
        for (const logs::Line &line : m_cloud->logs.lines(0, 100'000)) {
            if (const qsizetype at = line.text.indexOf("GOT "); at >= 0)
                return line.text.mid(at + 4);
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Listener:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n"
                                        "      Events:\n        News: {Type: SNS, Properties: {Topic: !Ref News, FilterPolicy: {price: [{numeric: ['>=', 100]}], kind: [sale]}}}\n"
                                        "  News: {Type: AWS::SNS::Topic, Properties: {TopicName: news, Subscription: [{Protocol: sqs, Endpoint: !GetAtt Inbox.Arn}]}}\n"
                                        "  Inbox: {Type: AWS::SQS::Queue}\n  Raw: {Type: AWS::SQS::Queue}\n"
                                        "  ToRaw: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref News, Protocol: sqs, Endpoint: !GetAtt Raw.Arn, RawMessageDelivery: true, FilterPolicyScope: MessageBody, FilterPolicy: {store: [{prefix: b}]}}}\n")
            .file("index.js", "exports.handler = async (event) => { console.log('GOT ' + JSON.stringify(event)); };\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        m_sqs = std::make_unique<test::AwsClient>(m_cloud->port, "AmazonSQS.");
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void publishesToWhomTheTemplateNames()
    {
        const QByteArray answer = sns("Publish", {{"TopicArn", arn("news")}, {"Message", "{\"store\":\"berlin\"}"}, {"Subject", "S"}, {"MessageAttributes.entry.1.Name", "price"}, {"MessageAttributes.entry.1.Value.DataType", "Number"}, {"MessageAttributes.entry.1.Value.StringValue", "120"},
                                                  {"MessageAttributes.entry.2.Name", "kind"}, {"MessageAttributes.entry.2.Value.DataType", "String"}, {"MessageAttributes.entry.2.Value.StringValue", "sale"}});
        QCOMPARE(RawHttp::status(answer), 200);
        QTRY_VERIFY(!seenByFunction().isEmpty());
        const QJsonObject record = QJsonDocument::fromJson(seenByFunction()).object().value("Records").toArray().first().toObject();
        QCOMPARE(record.value("EventSource").toString(), "aws:sns");
        QCOMPARE(record.value("EventSubscriptionArn").toString(), QString(arn("news") + ":Listener-News"));
        const QJsonObject seen = record.value("Sns").toObject();
        QCOMPARE(seen.value("Message").toString(), "{\"store\":\"berlin\"}");
        QCOMPARE(seen.value("Subject").toString(), "S");
        QCOMPARE(seen.value("MessageId").toString().toUtf8(), element(answer, "MessageId"));
        QCOMPARE(seen.value("MessageAttributes").toObject().value("price").toObject(), QJsonObject({{"Type", "Number"}, {"Value", "120"}}));
        const auto inbox = received("Inbox");
        QCOMPARE(inbox.size(), 1);
        const QJsonObject envelope = QJsonDocument::fromJson(inbox.first().value("Body").toString().toUtf8()).object();
        QCOMPARE(envelope.value("Type").toString(), "Notification");
        QCOMPARE(envelope.value("TopicArn").toString(), QString(arn("news")));
        QVERIFY(envelope.contains("SigningCertURL"));
        const auto raw = received("Raw");
        QCOMPARE(raw.size(), 1);
        QCOMPARE(raw.first().value("Body").toString(), "{\"store\":\"berlin\"}");
        QCOMPARE(raw.first().value("MessageAttributes").toObject().value("kind").toObject().value("StringValue").toString(), "sale");
        // Neither filter wants this one.
        QCOMPARE(RawHttp::status(sns("Publish", {{"TopicArn", arn("news")}, {"Message", "{\"store\":\"rome\"}"}})), 200);
        QCOMPARE(received("Inbox").size(), 1);
        QCOMPARE(received("Raw").size(), 0);
    }

    void subscribesAndUnsubscribes()
    {
        QCOMPARE(element(sns("CreateTopic", {{"Name", "made"}, {"Attributes.entry.1.key", "DisplayName"}, {"Attributes.entry.1.value", "Made"}, {"Tags.member.1.Key", "a"}, {"Tags.member.1.Value", "b"}}), "TopicArn"), arn("made"));
        QVERIFY(sns("ListTopics").contains("<member><TopicArn>" + arn("made") + "</TopicArn></member>"));
        const QByteArray subscription = element(sns("Subscribe", {{"TopicArn", arn("made")}, {"Protocol", "sqs"}, {"Endpoint", queueArn("Raw")}, {"Attributes.entry.1.key", "RawMessageDelivery"}, {"Attributes.entry.1.value", "true"}}), "SubscriptionArn");
        QVERIFY2(subscription.startsWith(arn("made") + ':'), subscription);
        QCOMPARE(element(sns("Subscribe", {{"TopicArn", arn("made")}, {"Protocol", "sqs"}, {"Endpoint", queueArn("Raw")}}), "SubscriptionArn"), subscription);
        QVERIFY(sns("Subscribe", {{"TopicArn", arn("made")}, {"Protocol", "sqs"}, {"Endpoint", queueArn("Raw")}, {"Attributes.entry.1.key", "RawMessageDelivery"}, {"Attributes.entry.1.value", "false"}}).contains("Subscription already exists with different attributes"));
        QVERIFY(sns("Subscribe", {{"TopicArn", arn("made")}, {"Protocol", "sqs"}, {"Endpoint", queueArn("any.fifo")}}).contains("FIFO SQS Queues can not be subscribed to standard SNS topics"));
        QVERIFY(sns("Subscribe", {{"TopicArn", arn("made")}, {"Protocol", "sqs"}, {"Endpoint", queueArn("Plain")}, {"Attributes.entry.1.key", "RawMessageDelivery"}, {"Attributes.entry.1.value", "maybe"}}).contains("RawMessageDelivery: Invalid value [maybe]"));
        QVERIFY(sns("Publish", {{"TopicArn", arn("made")}, {"Message", "m"}, {"Subject", QByteArray(101, 's')}}).contains("Invalid parameter: Subject"));
        QVERIFY(sns("GetTopicAttributes", {{"TopicArn", arn("made")}}).contains("<key>SubscriptionsConfirmed</key><value>1</value>"));
        QCOMPARE(RawHttp::status(sns("SetSubscriptionAttributes", {{"SubscriptionArn", subscription}, {"AttributeName", "FilterPolicy"}, {"AttributeValue", "{\"a\":[1]}"}})), 200);
        QVERIFY(sns("GetSubscriptionAttributes", {{"SubscriptionArn", subscription}}).contains("<key>FilterPolicy</key><value>{&quot;a&quot;:[1]}</value>"));
        QVERIFY(sns("GetSubscriptionAttributes", {{"SubscriptionArn", subscription}}).contains("<key>FilterPolicyScope</key><value>MessageAttributes</value>"));
        const QByteArray batch = sns("PublishBatch", {{"TopicArn", arn("made")}, {"PublishBatchRequestEntries.member.1.Id", "x"}, {"PublishBatchRequestEntries.member.1.Message", "no"}, {"PublishBatchRequestEntries.member.2.Id", "y"}, {"PublishBatchRequestEntries.member.2.Message", "yes"},
                                                      {"PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Name", "a"}, {"PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Value.DataType", "Number"}, {"PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Value.StringValue", "1"}});
        QVERIFY2(batch.contains("<Id>x</Id>") && batch.contains("<Id>y</Id>"), batch);
        const auto raw = received("Raw");
        QCOMPARE(raw.size(), 1);
        QCOMPARE(raw.first().value("Body").toString(), "yes");
        QCOMPARE(RawHttp::status(sns("Unsubscribe", {{"SubscriptionArn", subscription}})), 200);
        QVERIFY(!sns("ListSubscriptionsByTopic", {{"TopicArn", arn("made")}}).contains("<member>"));
        for (const char *subject : {"two\nlines", "an end\n", "a\ttab"})
            QVERIFY(sns("Publish", {{"TopicArn", arn("made")}, {"Message", "m"}, {"Subject", subject}}).contains("Invalid parameter: Subject"));
        for (const char *subject : {"Größe geändert", " leading", ""})
            QCOMPARE(RawHttp::status(sns("Publish", {{"TopicArn", arn("made")}, {"Message", "m"}, {"Subject", subject}})), 200);
        QVERIFY(sns("DeleteTopic", {{"TopicArn", arn("news")}}).contains("declared by the project"));
        QCOMPARE(RawHttp::status(sns("GetTopicAttributes", {{"TopicArn", arn("news")}})), 200);
        QCOMPARE(RawHttp::status(sns("DeleteTopic", {{"TopicArn", arn("made")}})), 200);
        QCOMPARE(RawHttp::status(sns("DeleteTopic", {{"TopicArn", arn("made")}})), 200);
    }

    void whatASubscriberCannotTakeIsADeadLetter()
    {
        m_sqs->call("CreateQueue", {{"QueueName", "given-up"}});
        sns("CreateTopic", {{"Name", "led"}});
        const QByteArray policy = "{\"deadLetterTargetArn\":\"" + queueArn("given-up") + "\"}";
        for (const auto &[protocol, endpoint] : {std::pair(QByteArray("sqs"), queueArn("gone-queue")), std::pair(QByteArray("lambda"), QByteArray("arn:aws:lambda:us-east-1:123456789012:function:gone"))})
            QVERIFY(!element(sns("Subscribe", {{"TopicArn", arn("led")}, {"Protocol", protocol}, {"Endpoint", endpoint}, {"Attributes.entry.1.key", "RedrivePolicy"}, {"Attributes.entry.1.value", policy}}), "SubscriptionArn").isEmpty());
        sns("Publish", {{"TopicArn", arn("led")}, {"Message", "lost"}});
        const auto got = received("given-up");
        QCOMPARE(got.size(), 2);
        for (const QJsonObject &message : got)
            QCOMPARE(QJsonDocument::fromJson(message.value("Body").toString().toUtf8()).object().value("Message").toString(), "lost");
    }

    void keepsOrderInFifo()
    {
        m_sqs->call("CreateQueue", {{"QueueName", "o.fifo"}, {"Attributes", QJsonObject{{"FifoQueue", "true"}}}});
        sns("CreateTopic", {{"Name", "o.fifo"}, {"Attributes.entry.1.key", "FifoTopic"}, {"Attributes.entry.1.value", "true"}});
        sns("Subscribe", {{"TopicArn", arn("o.fifo")}, {"Protocol", "sqs"}, {"Endpoint", queueArn("o.fifo")}, {"Attributes.entry.1.key", "RawMessageDelivery"}, {"Attributes.entry.1.value", "true"}});
        // Another queue gets the whole notification.
        m_sqs->call("CreateQueue", {{"QueueName", "whole.fifo"}, {"Attributes", QJsonObject{{"FifoQueue", "true"}}}});
        sns("Subscribe", {{"TopicArn", arn("o.fifo")}, {"Protocol", "sqs"}, {"Endpoint", queueArn("whole.fifo")}});
        QByteArray first;
        QByteArray before;
        for (const QByteArray &text : {QByteArray("1"), QByteArray("2"), QByteArray("1")}) {
            const QByteArray published = sns("Publish", {{"TopicArn", arn("o.fifo")}, {"Message", text}, {"MessageGroupId", "g"}, {"MessageDeduplicationId", text}});
            QCOMPARE(RawHttp::status(published), 200);
            const QByteArray number = element(published, "SequenceNumber");
            QCOMPARE(number.size(), 20);
            QVERIFY(number > before);
            before = number;
            first = first.isEmpty() ? number : first;
        }
        QCOMPARE(RawHttp::status(sns("Publish", {{"TopicArn", arn("o.fifo")}, {"Message", "3"}})), 400);
        const auto got = received("o.fifo");
        QCOMPARE(got.size(), 2);
        QCOMPARE(got.first().value("Body").toString(), "1");
        const QJsonObject whole = QJsonDocument::fromJson(received("whole.fifo").first().value("Body").toString().toUtf8()).object();
        QCOMPARE(whole.value("SequenceNumber").toString().toLatin1(), first);
        QCOMPARE(whole.value("Message").toString(), "1");
    }

    void aTopicIsWhatItWasMadeAs()
    {
        const QList<std::pair<QByteArray, QByteArray>> shown{{"Name", "shown"}, {"Attributes.entry.1.key", "DisplayName"}, {"Attributes.entry.1.value", "One"}};
        QCOMPARE(RawHttp::status(sns("CreateTopic", shown)), 200);
        QCOMPARE(RawHttp::status(sns("CreateTopic", shown)), 200);
        QCOMPARE(RawHttp::status(sns("CreateTopic", {{"Name", "shown"}})), 200);
        const QByteArray other = sns("CreateTopic", {{"Name", "shown"}, {"Attributes.entry.1.key", "DisplayName"}, {"Attributes.entry.1.value", "Two"}});
        QVERIFY2(RawHttp::status(other) == 400 && other.contains("Topic already exists with different attributes"), other);
        QCOMPARE(element(sns("SetTopicAttributes", {{"TopicArn", arn("shown")}, {"AttributeName", "Foo"}, {"AttributeValue", "x"}}), "Code"), QByteArray("InvalidParameter"));
        QCOMPARE(RawHttp::status(sns("SetTopicAttributes", {{"TopicArn", arn("shown")}, {"AttributeName", "LambdaSuccessFeedbackSampleRate"}, {"AttributeValue", "5"}})), 200);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("action");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("no topic") << QByteArray("Publish") << QByteArray("TopicArn") << arn("none") << 404 << QByteArray("NotFound");
        QTest::newRow("no ARN") << QByteArray("Publish") << QByteArray("TopicArn") << QByteArray("news") << 400 << QByteArray("InvalidParameter");
        QTest::newRow("no message") << QByteArray("Publish") << QByteArray("TopicArn") << arn("news") << 400 << QByteArray("InvalidParameter");
        QTest::newRow("no protocol") << QByteArray("Subscribe") << QByteArray("TopicArn") << arn("news") << 400 << QByteArray("InvalidParameter");
        QTest::newRow("bad name") << QByteArray("CreateTopic") << QByteArray("Name") << QByteArray("a b") << 400 << QByteArray("InvalidParameter");
        QTest::newRow("no subscription") << QByteArray("GetSubscriptionAttributes") << QByteArray("SubscriptionArn") << QByteArray(arn("news") + ":x") << 404 << QByteArray("NotFound");
        QTest::newRow("one of the template") << QByteArray("Unsubscribe") << QByteArray("SubscriptionArn") << QByteArray(arn("news") + ":ToRaw") << 400 << QByteArray("AuthorizationError");
        QTest::newRow("unknown") << QByteArray("ConfirmSubscription") << QByteArray("TopicArn") << arn("news") << 400 << QByteArray("InvalidAction");
    }
    void refuses()
    {
        QFETCH(QByteArray, action);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        const QByteArray answer = sns(action, {{name, value}});
        QTEST(RawHttp::status(answer), "status");
        QTEST(element(answer, "Code"), "code");
    }
};

QTEST_GUILESS_MAIN(tst_SnsApi)
#include "tst_snsapi.moc"
