// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"

#include <QJsonArray>

using namespace eph;
using test::AwsClient;
using test::RawHttp;
using test::TestProject;

namespace {

/// A program that tells what it was told of, one JSON document a line; unpacked by an implementation that is not ours.
const QByteArray Watcher = R"(const zlib = require('zlib');
exports.handler = async (event) => {
    const told = JSON.parse(zlib.gunzipSync(Buffer.from(event.awslogs.data, 'base64')));
    // A line of a log has 256 KB at most.
    told.logEvents.forEach((one) => { one.message = one.message.slice(0, 100); });
    console.log('TOLD ' + JSON.stringify(told));
};
)";
const QByteArray Teller = "exports.handler = async (event) => { for (const line of event.say) console.log(line); };\n";

} // namespace

class tst_LogSubscriptions : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    std::unique_ptr<AwsClient> m_logs;

    void save(const QByteArray &more = {})
    {
        m_project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Runtime: nodejs20.x\nResources:\n"
                                        "  Teller:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: teller\n      Handler: teller.handler\n"
                                        "  Watcher:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: watcher\n      Handler: watcher.handler\n" + more);
    }
    void say(const QStringList &lines)
    {
        RawHttp client(m_cloud->port);
        const QByteArray payload = QJsonDocument(QJsonObject{{"say", QJsonArray::fromStringList(lines)}}).toJson(QJsonDocument::Compact);
        QCOMPARE(RawHttp::status(client.request("POST", "/2015-03-31/functions/teller/invocations", payload)), 200);
    }
    /// What the watcher was told, oldest first.
    QList<QJsonObject> told() const
    {
        QList<QJsonObject> all;
        const QList<logs::Line> lines = m_cloud->logs.lines(0, 10'000);
        for (const logs::Line &line : lines) {
            // Its own lines begin with a time, a request and a level.
            if (const qsizetype at = line.text.indexOf("TOLD "); line.function == "watcher" && at >= 0)
                all << QJsonDocument::fromJson(line.text.mid(at + 5)).object();
        }
        return all;
    }
    QStringList toldTexts() const
    {
        QStringList texts;
        for (const QJsonObject &message : told()) {
            const QJsonArray events = message.value("logEvents").toArray();
            for (const auto &event : events)
                texts << event.toObject().value("message").toString().section('\t', -1);
        }
        return texts;
    }
    QJsonObject call(const QByteArray &action, const QJsonObject &input) { return m_logs->call(action, input); }
    QJsonObject subscribe(const QString &group, const QString &name, const QString &pattern = {}, const QString &target = "arn:aws:lambda:us-east-1:123456789012:function:watcher")
    {
        return call("PutSubscriptionFilter", {{"logGroupName", group}, {"filterName", name}, {"filterPattern", pattern}, {"destinationArn", target}});
    }

private Q_SLOTS:
    void init()
    {
        m_project.file("watcher.js", Watcher).file("teller.js", Teller);
        QDir(m_project.path(".ephemera")).removeRecursively();
        save();
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        m_logs = std::make_unique<AwsClient>(m_cloud->port, "Logs_20140328.", "1.1");
    }
    void cleanup() { m_cloud.reset(); }

    void aFunctionsEventTellsItWhatAnotherOneSays()
    {
        save("      Events:\n        Errors:\n          Type: CloudWatchLogs\n          Properties:\n            LogGroupName: /aws/lambda/teller\n            FilterPattern: ERROR\n");
        say({"ERROR one", "all is well", "ERROR two"});
        QTRY_COMPARE_WITH_TIMEOUT(toldTexts(), (QStringList{"ERROR one", "ERROR two"}), 10'000);
        QCOMPARE(told().size(), 1);
        const QJsonObject message = told().first();
        QCOMPARE(message.value("messageType").toString(), "DATA_MESSAGE");
        QCOMPARE(message.value("owner").toString(), "123456789012");
        QCOMPARE(message.value("logGroup").toString(), "/aws/lambda/teller");
        QCOMPARE(message.value("subscriptionFilters").toArray(), QJsonArray{"WatcherErrors"});
        // The same stream, times and ids as the group's own.
        const QJsonArray own = call("FilterLogEvents", {{"logGroupName", "/aws/lambda/teller"}, {"filterPattern", "ERROR"}}).value("events").toArray();
        const QJsonArray events = message.value("logEvents").toArray();
        QCOMPARE(own.size(), 2);
        for (qsizetype i = 0; i < own.size(); ++i) {
            QCOMPARE(message.value("logStream"), own.at(i).toObject().value("logStreamName"));
            QCOMPARE(events.at(i).toObject().value("id"), own.at(i).toObject().value("eventId"));
            QCOMPARE(events.at(i).toObject().value("timestamp"), own.at(i).toObject().value("timestamp"));
            QCOMPARE(events.at(i).toObject().value("message"), own.at(i).toObject().value("message"));
        }
    }

    void aResourceOfItsOwnSubscribes()
    {
        save("  Sub:\n    Type: AWS::Logs::SubscriptionFilter\n    Properties:\n      LogGroupName: !Sub /aws/lambda/${Teller}\n      FilterName: all-of-it\n      FilterPattern: ''\n      DestinationArn: !GetAtt Watcher.Arn\n");
        say({"anything"});
        QTRY_VERIFY_WITH_TIMEOUT(toldTexts().contains("anything"), 10'000);
        // Of the platform, too.
        QTRY_VERIFY_WITH_TIMEOUT(toldTexts().join('\n').contains("START RequestId"), 10'000);
        QCOMPARE(told().first().value("subscriptionFilters").toArray(), QJsonArray{"all-of-it"});
        const QJsonArray described = call("DescribeSubscriptionFilters", {{"logGroupName", "/aws/lambda/teller"}}).value("subscriptionFilters").toArray();
        QCOMPARE(described.size(), 1);
        QCOMPARE(described.first().toObject().value("filterName").toString(), "all-of-it");
        QCOMPARE(described.first().toObject().value("destinationArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:watcher");
        call("DeleteSubscriptionFilter", {{"logGroupName", "/aws/lambda/teller"}, {"filterName", "all-of-it"}});
        QCOMPARE(m_logs->error(), "InvalidParameterException");
        subscribe("/aws/lambda/teller", "all-of-it", "changed");
        QCOMPARE(m_logs->error(), "InvalidParameterException");
    }

    void whatClientsPutIsHandedOn()
    {
        call("CreateLogGroup", {{"logGroupName", "/app"}});
        call("CreateLogStream", {{"logGroupName", "/app"}, {"logStreamName", "a"}});
        call("CreateLogStream", {{"logGroupName", "/app"}, {"logStreamName", "b"}});
        subscribe("/app", "big", "{ $.ms > 500 }");
        QCOMPARE(m_logs->status(), 200);
        const qint64 now = m_cloud->clock.epochMs();
        for (const QString &stream : {QString("a"), QString("b")})
            call("PutLogEvents", {{"logGroupName", "/app"}, {"logStreamName", stream}, {"logEvents", QJsonArray{QJsonObject{{"timestamp", now}, {"message", R"({"ms": 700})"}}, QJsonObject{{"timestamp", now}, {"message", R"({"ms": 20})"}}}}});
        // One batch of each stream.
        QTRY_COMPARE_WITH_TIMEOUT(toldTexts(), (QStringList{R"({"ms": 700})", R"({"ms": 700})"}), 10'000);
        QStringList streams;
        for (const QJsonObject &message : told())
            streams << message.value("logStream").toString();
        streams.sort();
        QCOMPARE(streams, (QStringList{"a", "b"}));
        call("DeleteSubscriptionFilter", {{"logGroupName", "/app"}, {"filterName", "big"}});
        QCOMPARE(m_logs->status(), 200);
        call("PutLogEvents", {{"logGroupName", "/app"}, {"logStreamName", "a"}, {"logEvents", QJsonArray{QJsonObject{{"timestamp", now}, {"message", R"({"ms": 900})"}}}}});
        QTest::qWait(600);
        QCOMPARE(told().size(), 2);
    }

    void aFunctionDoesNotHearItself()
    {
        save("      Events:\n        Own:\n          Type: CloudWatchLogs\n          Properties:\n            LogGroupName: /aws/lambda/watcher\n            FilterPattern: ''\n"
             "        Teller:\n          Type: CloudWatchLogs\n          Properties:\n            LogGroupName: /aws/lambda/teller\n            FilterPattern: hello\n");
        say({"hello"});
        QTRY_COMPARE_WITH_TIMEOUT(toldTexts(), QStringList{"hello"}, 10'000);
        QTest::qWait(1000);
        QCOMPARE(told().size(), 1);
    }

    void muchIsHandedOnInPieces()
    {
        subscribe("/aws/lambda/teller", "all", "line");
        QCOMPARE(m_logs->status(), 200);
        QStringList lines;
        for (int i = 0; i < 900; ++i)
            lines << QString("line %1 ").arg(i) + QString(1000, 'x');
        say(lines);
        QTRY_COMPARE_WITH_TIMEOUT(toldTexts().size(), lines.size(), 20'000);
        QVERIFY(told().size() >= 3);
        QStringList all = toldTexts();
        // Batches may overtake each other, as asynchronous calls do.
        std::sort(all.begin(), all.end(), [](const QString &a, const QString &b) { return a.section(' ', 1, 1).toInt() < b.section(' ', 1, 1).toInt(); });
        for (qsizetype i = 0; i < lines.size(); ++i)
            QVERIFY2(all.at(i).startsWith(lines.at(i).first(30)), qPrintable(all.at(i)));
    }

    void callsAreRefusedAsOnTheService()
    {
        call("CreateLogGroup", {{"logGroupName", "/few"}});
        subscribe("/none", "a");
        QCOMPARE(m_logs->error(), "ResourceNotFoundException");
        subscribe("/few", "a", "{ $.x = }");
        QCOMPARE(m_logs->error(), "InvalidParameterException");
        subscribe("/few", "a", {}, "arn:aws:lambda:us-east-1:123456789012:function:nobody");
        QCOMPARE(m_logs->error(), "InvalidParameterException");
        QVERIFY(m_logs->answer().contains("Could not execute the lambda function"));
        subscribe("/few", "a", {}, "arn:aws:sqs:us-east-1:123456789012:q");
        QVERIFY(m_logs->answer().contains("for vendor sqs"));
        subscribe("/few", "with:colon");
        QCOMPARE(m_logs->error(), "InvalidParameterException");
        subscribe("/few", "a", "first");
        subscribe("/few", "b");
        QCOMPARE(m_logs->status(), 200);
        subscribe("/few", "c");
        QCOMPARE(m_logs->error(), "LimitExceededException");
        subscribe("/few", "a", "second");
        QCOMPARE(m_logs->status(), 200);
        const QJsonArray described = call("DescribeSubscriptionFilters", {{"logGroupName", "/few"}, {"filterNamePrefix", "a"}}).value("subscriptionFilters").toArray();
        QCOMPARE(described.size(), 1);
        QCOMPARE(described.first().toObject().value("filterPattern").toString(), "second");
        call("DeleteSubscriptionFilter", {{"logGroupName", "/few"}, {"filterName", "none"}});
        QCOMPARE(m_logs->error(), "ResourceNotFoundException");
        // They go with their group.
        call("DeleteLogGroup", {{"logGroupName", "/few"}});
        call("CreateLogGroup", {{"logGroupName", "/few"}});
        QVERIFY(call("DescribeSubscriptionFilters", {{"logGroupName", "/few"}}).value("subscriptionFilters").toArray().isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_LogSubscriptions)
#include "tst_logsubscriptions.moc"
