// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"

#include <QDateTime>
#include <QJsonArray>

using namespace eph;
using test::AwsClient;
using test::RawHttp;
using test::TestProject;

class tst_LogsApi : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    std::unique_ptr<AwsClient> m_logs;

    QJsonObject call(const QByteArray &action, const QJsonObject &input) { return m_logs->call(action, input); }
    void make(const QString &group, const QString &stream)
    {
        call("CreateLogGroup", {{"logGroupName", group}});
        call("CreateLogStream", {{"logGroupName", group}, {"logStreamName", stream}});
        QCOMPARE(m_logs->status(), 200);
    }
    void put(const QString &group, const QString &stream, qint64 epochMs, const QString &message)
    {
        call("PutLogEvents", {{"logGroupName", group}, {"logStreamName", stream}, {"logEvents", QJsonArray{QJsonObject{{"timestamp", epochMs}, {"message", message}}}}});
        QVERIFY2(m_logs->status() == 200, m_logs->answer());
    }
    static QStringList messagesOf(const QJsonObject &answer)
    {
        QStringList messages;
        const QJsonArray events = answer.value("events").toArray();
        for (const auto &event : events)
            messages << event.toObject().value("message").toString();
        return messages;
    }
    QStringList streams(const QString &group)
    {
        QStringList names;
        const QJsonArray all = call("DescribeLogStreams", {{"logGroupName", group}}).value("logStreams").toArray();
        for (const auto &stream : all)
            names << stream.toObject().value("logStreamName").toString();
        return names;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.function("nodejs20.x", "index.handler", "      FunctionName: teller\n").file("index.js", "exports.handler = async (event) => { console.log(event.say); };\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        m_logs = std::make_unique<AwsClient>(m_cloud->port, "Logs_20140328.", "1.1");
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void whatIsPutLateIsInItsPlace()
    {
        make("/late", "s");
        const qint64 now = m_cloud->clock.epochMs();
        put("/late", "s", now, "third");
        put("/late", "s", now - 60'000, "first");
        put("/late", "s", now - 30'000, "second\nof two lines");
        const QStringList all{"first", "second\nof two lines", "third"};
        QCOMPARE(messagesOf(call("GetLogEvents", {{"logGroupName", "/late"}, {"logStreamName", "s"}, {"startFromHead", true}})), all);
        QCOMPARE(messagesOf(call("FilterLogEvents", {{"logGroupName", "/late"}})), all);
        const QJsonObject last = call("GetLogEvents", {{"logGroupName", "/late"}, {"logStreamName", "s"}, {"limit", 1}});
        QCOMPARE(messagesOf(last), QStringList{"third"});
        QCOMPARE(messagesOf(call("GetLogEvents", {{"logGroupName", "/late"}, {"logStreamName", "s"}, {"limit", 1}, {"nextToken", last.value("nextBackwardToken")}})), QStringList{"second\nof two lines"});
        // Pages add up to the whole.
        QJsonObject page = call("FilterLogEvents", {{"logGroupName", "/late"}, {"limit", 2}});
        QCOMPARE(messagesOf(page), all.first(2));
        QCOMPARE(messagesOf(call("FilterLogEvents", {{"logGroupName", "/late"}, {"limit", 2}, {"nextToken", page.value("nextToken")}})), all.last(1));
    }

    void anEventHasOneIdWhateverPageItIsOn()
    {
        make("/ids", "s");
        const qint64 now = m_cloud->clock.epochMs();
        for (const qint64 back : {10, 10, 30, 10, 20})
            put("/ids", "s", now - back, "the same");
        QStringList whole;
        const QJsonArray all = call("FilterLogEvents", {{"logGroupName", "/ids"}}).value("events").toArray();
        for (const auto &event : all)
            whole << event.toObject().value("eventId").toString();
        QCOMPARE(QSet<QString>(whole.begin(), whole.end()).size(), 5);
        QStringList paged;
        QJsonObject input{{"logGroupName", "/ids"}, {"limit", 2}};
        for (int i = 0; i < 3; ++i) {
            const QJsonObject page = call("FilterLogEvents", input);
            for (const auto &event : page.value("events").toArray())
                paged << event.toObject().value("eventId").toString();
            input.insert("nextToken", page.value("nextToken"));
        }
        QCOMPARE(paged, whole);
    }

    void whatJsonSaysCanBeAskedFor()
    {
        make("/json", "s");
        const qint64 now = m_cloud->clock.epochMs();
        put("/json", "s", now, R"({"level": "ERROR", "ms": 700})");
        put("/json", "s", now + 1, R"({"level": "INFO", "ms": 20})");
        put("/json", "s", now + 2, "level ERROR");
        QCOMPARE(messagesOf(call("FilterLogEvents", {{"logGroupName", "/json"}, {"filterPattern", "{ $.level = \"ERROR\" && $.ms > 500 }"}})), QStringList{R"({"level": "ERROR", "ms": 700})"});
        QCOMPARE(messagesOf(call("FilterLogEvents", {{"logGroupName", "/json"}, {"filterPattern", "[w1, w2=ERR*]"}})), QStringList{"level ERROR"});
        const QJsonObject refused = call("FilterLogEvents", {{"logGroupName", "/json"}, {"filterPattern", "{ $.level EXISTS }"}});
        QCOMPARE(m_logs->status(), 400);
        QVERIFY(m_logs->answer().contains("InvalidParameterException"));
        QVERIFY2(refused.value("message").toString().startsWith("Invalid filter pattern"), m_logs->answer());
    }

    void groupsComeInPages()
    {
        for (int i = 0; i < 5; ++i)
            call("CreateLogGroup", {{"logGroupName", QString("/pages/%1").arg(i)}});
        QStringList names;
        QJsonObject input{{"logGroupNamePrefix", "/pages/"}, {"limit", 2}};
        for (int i = 0; i < 3; ++i) {
            const QJsonObject page = call("DescribeLogGroups", input);
            for (const auto &group : page.value("logGroups").toArray())
                names << group.toObject().value("logGroupName").toString();
            QCOMPARE(page.contains("nextToken"), i < 2);
            input.insert("nextToken", page.value("nextToken"));
        }
        QCOMPARE(names, (QStringList{"/pages/0", "/pages/1", "/pages/2", "/pages/3", "/pages/4"}));
        call("DescribeLogGroups", {{"limit", 51}});
        QCOMPARE(m_logs->status(), 400);
        call("DescribeLogGroups", {{"nextToken", "f/x"}});
        QCOMPARE(m_logs->status(), 400);
    }

    void aDeletedStreamIsGone()
    {
        make("/gone", "a");
        call("CreateLogStream", {{"logGroupName", "/gone"}, {"logStreamName", "b"}});
        put("/gone", "a", m_cloud->clock.epochMs(), "old");
        put("/gone", "b", m_cloud->clock.epochMs(), "stays");
        call("DeleteLogStream", {{"logGroupName", "/gone"}, {"logStreamName", "none"}});
        QCOMPARE(m_logs->error(), "ResourceNotFoundException");
        call("DeleteLogStream", {{"logGroupName", "/nowhere"}, {"logStreamName", "a"}});
        QCOMPARE(m_logs->error(), "ResourceNotFoundException");
        call("DeleteLogStream", {{"logGroupName", "/gone"}, {"logStreamName", "a"}});
        QVERIFY2(m_logs->status() == 200, m_logs->answer());
        QCOMPARE(streams("/gone"), QStringList{"b"});
        call("GetLogEvents", {{"logGroupName", "/gone"}, {"logStreamName", "a"}});
        QCOMPARE(m_logs->error(), "ResourceNotFoundException");
        QCOMPARE(messagesOf(call("FilterLogEvents", {{"logGroupName", "/gone"}})), QStringList{"stays"});
        // One of the same name begins anew.
        QTest::qWait(5);
        make("/gone", "a");
        QVERIFY(messagesOf(call("GetLogEvents", {{"logGroupName", "/gone"}, {"logStreamName", "a"}})).isEmpty());
        // Whatever the times say.
        put("/gone", "a", m_cloud->clock.epochMs() - 60'000, "new");
        QCOMPARE(messagesOf(call("GetLogEvents", {{"logGroupName", "/gone"}, {"logStreamName", "a"}})), QStringList{"new"});
        put("/gone", "a", m_cloud->clock.epochMs() + 3'600'000, "ahead");
        call("DeleteLogStream", {{"logGroupName", "/gone"}, {"logStreamName", "a"}});
        make("/gone", "a");
        QVERIFY(messagesOf(call("GetLogEvents", {{"logGroupName", "/gone"}, {"logStreamName", "a"}})).isEmpty());
        // The same of a group that is deleted with all that it holds.
        put("/gone", "a", m_cloud->clock.epochMs() + 3'600'000, "ahead");
        call("DeleteLogGroup", {{"logGroupName", "/gone"}});
        make("/gone", "a");
        QVERIFY(messagesOf(call("FilterLogEvents", {{"logGroupName", "/gone"}})).isEmpty());
        put("/gone", "a", m_cloud->clock.epochMs() - 60'000, "newest");
        QCOMPARE(messagesOf(call("FilterLogEvents", {{"logGroupName", "/gone"}})), QStringList{"newest"});
    }

    void aFunctionsStreamIsDeletedAndWrittenTo()
    {
        RawHttp lambda(m_cloud->port);
        const auto said = [&](const QByteArray &word) { QCOMPARE(RawHttp::status(lambda.request("POST", "/2015-03-31/functions/teller/invocations", "{\"say\":\"" + word + "\"}")), 200); };
        const auto told = [&] { return messagesOf(call("FilterLogEvents", {{"logGroupName", "/aws/lambda/teller"}})).join('\n'); };
        said("one\\ntwo");
        QTRY_VERIFY(told().contains("\tINFO\tone\ntwo"));
        const QStringList before = streams("/aws/lambda/teller");
        QCOMPARE(before.size(), 1);
        call("DeleteLogStream", {{"logGroupName", "/aws/lambda/teller"}, {"logStreamName", before.first()}});
        QVERIFY2(m_logs->status() == 200, m_logs->answer());
        QVERIFY(streams("/aws/lambda/teller").isEmpty());
        QTest::qWait(5);
        said("three");
        QTRY_VERIFY(told().contains("three"));
        QVERIFY2(!told().contains("two"), qPrintable(told()));
        QCOMPARE(streams("/aws/lambda/teller"), before);
    }
};

QTEST_GUILESS_MAIN(tst_LogsApi)
#include "tst_logsapi.moc"
