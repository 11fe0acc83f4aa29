// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"

#include <QJsonArray>

using namespace eph;
using test::TestProject;

class tst_KinesisApi : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    std::unique_ptr<test::AwsClient> m_kinesis;

    static QString base64(const QByteArray &bytes) { return QString::fromLatin1(bytes.toBase64()); }
    QString iterator(const QString &stream, const QString &type, QJsonObject more = {})
    {
        more.insert("StreamName", stream);
        more.insert("ShardId", "shardId-000000000000");
        more.insert("ShardIteratorType", type);
        return m_kinesis->call("GetShardIterator", more).value("ShardIterator").toString();
    }
    QStringList read(const QString &iterator)
    {
        QStringList all;
        for (const auto &record : m_kinesis->call("GetRecords", {{"ShardIterator", iterator}}).value("Records").toArray())
            all << QString::fromUtf8(QByteArray::fromBase64(record.toObject().value("Data").toString().toLatin1()));
        return all;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        m_kinesis = std::make_unique<test::AwsClient>(m_cloud->port, "Kinesis_20131202.", "1.1");
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void putsAndReads()
    {
        m_kinesis->call("CreateStream", {{"StreamName", "s"}, {"ShardCount", 1}});
        QCOMPARE(m_kinesis->status(), 200);
        const QString latest = iterator("s", "LATEST");
        const QString first = m_kinesis->call("PutRecord", {{"StreamName", "s"}, {"PartitionKey", "k"}, {"Data", base64("one")}}).value("SequenceNumber").toString();
        const QJsonObject both = m_kinesis->call("PutRecords", {{"StreamARN", "arn:aws:kinesis:us-east-1:123456789012:stream/s"}, {"Records", QJsonArray{QJsonObject{{"PartitionKey", "k"}, {"Data", base64("two")}}, QJsonObject{{"PartitionKey", "k"}, {"Data", ""}}}}});
        QCOMPARE(both.value("FailedRecordCount").toInt(), 0);
        QCOMPARE(both.value("Records").toArray().size(), 2);
        QCOMPARE(read(iterator("s", "TRIM_HORIZON")), QStringList({"one", "two", ""}));
        QCOMPARE(read(latest), QStringList({"one", "two", ""}));
        QCOMPARE(read(iterator("s", "AT_SEQUENCE_NUMBER", {{"StartingSequenceNumber", first}})).size(), 3);
        QCOMPARE(read(iterator("s", "AFTER_SEQUENCE_NUMBER", {{"StartingSequenceNumber", first}})), QStringList({"two", ""}));
        QCOMPARE(read(iterator("s", "AT_TIMESTAMP", {{"Timestamp", 0}})).size(), 3);
        QCOMPARE(read(iterator("s", "LATEST")).size(), 0);
        // The next place goes on where this one ended.
        const QJsonObject page = m_kinesis->call("GetRecords", {{"ShardIterator", iterator("s", "TRIM_HORIZON")}, {"Limit", 1}});
        QCOMPARE(page.value("Records").toArray().size(), 1);
        QCOMPARE(read(page.value("NextShardIterator").toString()), QStringList({"two", ""}));
    }

    void describes()
    {
        m_kinesis->call("CreateStream", {{"StreamName", "three"}, {"ShardCount", 3}, {"Tags", QJsonObject{{"a", "b"}}}});
        const QJsonObject description = m_kinesis->call("DescribeStream", {{"StreamName", "three"}}).value("StreamDescription").toObject();
        QCOMPARE(description.value("StreamStatus").toString(), "ACTIVE");
        QCOMPARE(description.value("StreamARN").toString(), "arn:aws:kinesis:us-east-1:123456789012:stream/three");
        QCOMPARE(description.value("Shards").toArray().size(), 3);
        QCOMPARE(m_kinesis->call("ListShards", {{"StreamName", "three"}, {"ExclusiveStartShardId", "shardId-000000000000"}}).value("Shards").toArray().size(), 2);
        QCOMPARE(m_kinesis->call("DescribeStreamSummary", {{"StreamName", "three"}}).value("StreamDescriptionSummary").toObject().value("OpenShardCount").toInt(), 3);
        QCOMPARE(m_kinesis->call("ListTagsForStream", {{"StreamName", "three"}}).value("Tags").toArray().size(), 1);
        m_kinesis->call("IncreaseStreamRetentionPeriod", {{"StreamName", "three"}, {"RetentionPeriodHours", 48}});
        QCOMPARE(m_kinesis->status(), 200);
        QCOMPARE(m_kinesis->call("DescribeStreamSummary", {{"StreamName", "three"}}).value("StreamDescriptionSummary").toObject().value("RetentionPeriodHours").toInt(), 48);
        m_kinesis->call("DeleteStream", {{"StreamName", "three"}});
        QVERIFY(!m_kinesis->call("ListStreams").value("StreamNames").toArray().contains("three"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("action");
        QTest::addColumn<QJsonObject>("input");
        QTest::addColumn<QString>("error");
        QTest::newRow("no stream") << QByteArray("PutRecord") << QJsonObject{{"StreamName", "none"}, {"PartitionKey", "k"}, {"Data", ""}} << "ResourceNotFoundException";
        QTest::newRow("no name") << QByteArray("PutRecord") << QJsonObject{{"PartitionKey", "k"}, {"Data", ""}} << "InvalidArgumentException";
        QTest::newRow("no base64") << QByteArray("PutRecord") << QJsonObject{{"StreamName", "r"}, {"PartitionKey", "k"}, {"Data", "*"}} << "SerializationException";
        QTest::newRow("no key") << QByteArray("PutRecord") << QJsonObject{{"StreamName", "r"}, {"Data", ""}} << "ValidationException";
        QTest::newRow("no records") << QByteArray("PutRecords") << QJsonObject{{"StreamName", "r"}, {"Records", QJsonArray()}} << "ValidationException";
        QTest::newRow("no shard") << QByteArray("GetShardIterator") << QJsonObject{{"StreamName", "r"}, {"ShardId", "shardId-000000000009"}, {"ShardIteratorType", "LATEST"}} << "ResourceNotFoundException";
        QTest::newRow("no type") << QByteArray("GetShardIterator") << QJsonObject{{"StreamName", "r"}, {"ShardId", "shardId-000000000000"}, {"ShardIteratorType", "NOW"}} << "ValidationException";
        QTest::newRow("bad number") << QByteArray("GetShardIterator") << QJsonObject{{"StreamName", "r"}, {"ShardId", "shardId-000000000000"}, {"ShardIteratorType", "AT_SEQUENCE_NUMBER"}, {"StartingSequenceNumber", "7"}} << "InvalidArgumentException";
        QTest::newRow("bad iterator") << QByteArray("GetRecords") << QJsonObject{{"ShardIterator", "????"}} << "InvalidArgumentException";
        QTest::newRow("old iterator") << QByteArray("GetRecords") << QJsonObject{{"ShardIterator", base64("r\n0\n0\n1000")}} << "ExpiredIteratorException";
        QTest::newRow("a table's stream") << QByteArray("CreateStream") << QJsonObject{{"StreamName", "table/x"}} << "ValidationException";
        QTest::newRow("shorter") << QByteArray("IncreaseStreamRetentionPeriod") << QJsonObject{{"StreamName", "r"}, {"RetentionPeriodHours", 23}} << "InvalidArgumentException";
        QTest::newRow("unknown") << QByteArray("SplitShard") << QJsonObject{{"StreamName", "r"}} << "UnknownOperationException";
    }
    void refuses()
    {
        QFETCH(QByteArray, action);
        QFETCH(QJsonObject, input);
        m_kinesis->call("CreateStream", {{"StreamName", "r"}});
        m_kinesis->call(action, input);
        QCOMPARE(m_kinesis->status(), 400);
        QTEST(m_kinesis->error(), "error");
    }
};

QTEST_GUILESS_MAIN(tst_KinesisApi)
#include "tst_kinesisapi.moc"
