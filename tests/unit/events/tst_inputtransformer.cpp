// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/inputtransformer.h"

#include <QJsonDocument>
#include <QTest>

using namespace eph;
using events::InputTransformer;

/// The examples of EventBridge's user guide, and what goes wrong.
class tst_InputTransformer : public QObject
{
    Q_OBJECT

    static QByteArray event()
    {
        return "{\"version\":\"0\",\"id\":\"7bf7\",\"detail-type\":\"EC2 Instance State-change Notification\",\"source\":\"aws.ec2\",\"account\":\"123456789012\",\"time\":\"2015-11-11T21:29:54Z\",\"region\":\"us-east-1\","
               "\"resources\":[\"arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789\"],\"detail\":{\"instance-id\":\"i-0123456789\",\"state\":\"RUNNING\",\"count\":3,\"quote\":\"a \\\"b\\\"\",\"nested\":{\"x\":[1,{\"y\":\"deep\"}]}}}";
    }
    static QByteArray bareEvent()
    {
        QJsonObject bare = QJsonDocument::fromJson(event()).object();
        bare.remove("detail");
        return QJsonDocument(bare).toJson(QJsonDocument::Compact);
    }
    static QJsonObject transformer(const QJsonObject &paths, const QString &text) { return {{"Id", "t"}, {"InputTransformer", QJsonObject{{"InputPathsMap", paths}, {"InputTemplate", text}}}}; }

private Q_SLOTS:
    void makesTheInput_data()
    {
        QTest::addColumn<QJsonObject>("target");
        QTest::addColumn<QByteArray>("input");
        const QJsonObject paths{{"instance", "$.detail.instance-id"}, {"state", "$.detail.state"}, {"count", "$.detail.count"}, {"none", "$.detail.none"}, {"quote", "$.detail.quote"}, {"nested", "$.detail.nested"}, {"deep", "$.detail.nested.x[1].y"}, {"first", "$.resources[0]"}};
        QTest::newRow("whole") << QJsonObject{{"Id", "t"}} << event();
        QTest::newRow("constant") << QJsonObject{{"Input", "{\"a\":1}"}} << QByteArray("{\"a\":1}");
        QTest::newRow("part") << QJsonObject{{"InputPath", "$.detail.nested"}} << QByteArray("{\"x\":[1,{\"y\":\"deep\"}]}");
        QTest::newRow("part that is not there") << QJsonObject{{"InputPath", "$.detail.none"}} << QByteArray("{}");
        QTest::newRow("sentence") << transformer(paths, "\"instance <instance> is in <state>\"") << QByteArray("\"instance i-0123456789 is in RUNNING\"");
        QTest::newRow("object of bare places") << transformer(paths, "{\"instance\" : <instance>, \"state\": <state>, \"n\": <count>}") << QByteArray("{\"instance\" : \"i-0123456789\", \"state\": \"RUNNING\", \"n\": 3}");
        QTest::newRow("quoted places") << transformer(paths, "{\"s\": \"<state> <count>\"}") << QByteArray("{\"s\": \"RUNNING 3\"}");
        QTest::newRow("quotes within") << transformer(paths, "{\"q\": \"<quote>\", \"r\": <quote>}") << QByteArray("{\"q\": \"a \\\"b\\\"\", \"r\": \"a \\\"b\\\"\"}");
        QTest::newRow("objects") << transformer(paths, "{\"n\": <nested>, \"d\": <deep>, \"f\": <first>}") << QByteArray("{\"n\": {\"x\":[1,{\"y\":\"deep\"}]}, \"d\": \"deep\", \"f\": \"arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789\"}");
        QTest::newRow("absent") << transformer(paths, "\"<none>|<state>\"") << QByteArray("\"|RUNNING\"");
        QTest::newRow("reserved") << transformer({}, "{\"rule\": <aws.events.rule-name>, \"arn\": \"<aws.events.rule-arn>\", \"at\": <aws.events.event.ingestion-time>}") << QByteArray("{\"rule\": \"r\", \"arn\": \"arn:r\", \"at\": \"2026-01-01T00:00:00Z\"}");
        QTest::newRow("whole event") << transformer({}, "{\"e\": <aws.events.event.json>}") << QByteArray("{\"e\": " + event() + '}');
        QTest::newRow("event without its detail") << transformer({}, "{\"e\": <aws.events.event>}") << QByteArray("{\"e\": " + bareEvent() + '}');
        QTest::newRow("lines of text") << transformer(paths, "\"it is <state>\"\n\"since long\"") << QByteArray("\"it is RUNNING\"\n\"since long\"");
    }
    void makesTheInput()
    {
        QFETCH(QJsonObject, target);
        const auto made = InputTransformer::fromTarget(target);
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        QTEST(made->apply(event(), {"r", "arn:r", "2026-01-01T00:00:00Z"}), "input");
    }

    void refuses()
    {
        QCOMPARE(InputTransformer::fromTarget({{"Id", "t1"}, {"Input", "1"}, {"InputPath", "$.a"}}).error().message, "Only one of Input, InputPath, or InputTransformer must be provided for target t1.");
        QCOMPARE(InputTransformer::fromTarget(transformer({}, "{\"a\": <what>}")).error().message, "InputTemplate for target t contains invalid placeholder what.");
        QCOMPARE(InputTransformer::fromTarget(transformer({{"aws.x", "$.id"}}, "{}")).error().message, "InputPathsMap for target t contains the reserved name aws.x.");
        for (const char *bad : {"Text <a> end", "{\"a\":<a>", "{\"a\": <a> <a>}", "\"text\" and more", "1, 2", "{}, {}", " "})
            QCOMPARE(InputTransformer::fromTarget(transformer({{"a", "$.id"}}, bad)).error().message, "Invalid InputTemplate for target t: it has to be JSON, with text in quotes.");
        for (const char *path : {"detail", "$detail", "$.a..b", "$.a[", "$.a[x]", "$.*"})
            QVERIFY2(!InputTransformer::fromTarget({{"Id", "t"}, {"InputPath", path}}), path);
    }
};

QTEST_GUILESS_MAIN(tst_InputTransformer)
#include "tst_inputtransformer.moc"
