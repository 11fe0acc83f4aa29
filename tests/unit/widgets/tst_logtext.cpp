// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logview/logtext.h"

#include <QDateTime>
#include <QTest>

using namespace eph;
using ui::ShownColumns;

class tst_LogText : public QObject
{
    Q_OBJECT

    static constexpr auto Id = "7ce5429e-1e11-41de-930e-de29366bf40c";

private Q_SLOTS:
    void showsWhatNoColumnSays_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("shown");
        const QByteArray id = Id;
        QTest::newRow("Node.js") << QByteArray("2026-11-28T23:06:13.573Z\t" + id + "\tINFO\tä\tb\rc") << "INFO  ä  b c";
        QTest::newRow("nothing said") << QByteArray("2026-11-28T23:06:13.573Z\t" + id + "\tINFO\t") << "INFO  ";
        QTest::newRow("broken off") << QByteArray("{\"requestId\":\"" + id + "\",\"timestamp\":\"2026-11-28T23:06:13.573Z\",\"message\":\"a") << QString("{\"requestId\":\"%1\",\"timestamp\":\"2026-11-28T23:06:13.573Z\",\"message\":\"a").arg(Id);
        QTest::newRow("Python") << QByteArray("[WARNING]\t2026-11-28T23:06:13.573Z\t" + id + "\tcareful") << "WARNING  careful";
        QTest::newRow("start") << QByteArray("START RequestId: " + id + " Version: $LATEST") << "START Version: $LATEST";
        QTest::newRow("end") << QByteArray("END RequestId: " + id) << "END ";
        QTest::newRow("report") << QByteArray("REPORT RequestId: " + id + "\tDuration: 5.10 ms\tBilled Duration: 6 ms\tMemory Size: 128 MB\tMax Memory Used: 45 MB\t") << "REPORT Duration: 5.10 ms  Billed Duration: 6 ms  Memory Size: 128 MB  Max Memory Used: 45 MB";
        QTest::newRow("printed") << QByteArray("just a text") << "just a text";
        QTest::newRow("another's") << QByteArray("2026-11-28T23:06:13.573Z\t00000000-1e11-41de-930e-de29366bf40c\tINFO\ta") << "2026-11-28T23:06:13.573Z  00000000-1e11-41de-930e-de29366bf40c  INFO  a";
        QTest::newRow("JSON") << QByteArray("{\"timestamp\":\"2026-11-28T23:06:13.573Z\",\"level\":\"INFO\",\"requestId\":\"" + id + "\",\"message\":\"a\\nb\"}") << "INFO  a b";
        QTest::newRow("more JSON") << QByteArray("{\"timestamp\":\"2026-11-28T23:06:13.573Z\",\"level\":\"WARN\",\"requestId\":\"" + id + "\",\"tenantId\":\"blue\",\"message\":\"a\"}") << "WARN  a  {\"tenantId\":\"blue\"}";
        const QByteArray head = "{\"timestamp\": \"2026-11-28T23:06:13.573Z\", \"requestId\":\"" + id + "\",";
        QTest::newRow("as it is written") << QByteArray(head + "\"level\":\"critical\",\"z\":10.00,\"a\\\"b\":[{\"level\":\"x\"},\"}\"],\"message\":\"a \\\"b\\\"\"}") << "critical  a \"b\"  {\"z\":10.00,\"a\\\"b\":[{\"level\":\"x\"},\"}\"]}";
        QTest::newRow("a level of its own") << QByteArray(head + "\"level\":50,\"message\":\"a\"}") << "a  {\"level\":50}";
        QTest::newRow("another time, another id") << QByteArray("{\"timestamp\":\"28/11/2026 10:00\",\"requestId\":\"client-77\",\"AWSRequestId\":\"" + id + "\",\"message\":\"a\"}")
                                                 << QString("a  {\"timestamp\":\"28/11/2026 10:00\",\"requestId\":\"client-77\",\"AWSRequestId\":\"%1\"}").arg(Id);
        QTest::newRow("no platform's") << QByteArray(head + "\"level\":\"ERROR\",\"type\":\"platform.import\",\"record\":{\"id\":7},\"message\":\"out of stock\"}") << "ERROR  out of stock  {\"type\":\"platform.import\",\"record\":{\"id\":7}}";
        QTest::newRow("an object is said") << QByteArray("{\"timestamp\":\"2026-11-28T23:06:13.573Z\",\"level\":\"INFO\",\"requestId\":\"" + id + "\",\"message\":{\"a\":1}}")
                                           << QString("{\"timestamp\":\"2026-11-28T23:06:13.573Z\",\"level\":\"INFO\",\"requestId\":\"%1\",\"message\":{\"a\":1}}").arg(Id);
        QTest::newRow("platform's JSON") << QByteArray("{\"time\":\"2026-11-28T23:06:13.573Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"" + id + "\",\"metrics\":{\"durationMs\":5.1},\"status\":\"success\"}}") << "platform.report  {\"metrics\":{\"durationMs\":5.1},\"status\":\"success\"}";
        QTest::newRow("timed out") << QByteArray("2026-11-28T23:06:13.573Z " + id + " Task timed out after 3.00 seconds") << QString("2026-11-28T23:06:13.573Z %1 Task timed out after 3.00 seconds").arg(Id);
    }
    void showsWhatNoColumnSays()
    {
        QFETCH(QByteArray, line);
        logs::Line all;
        all.requestId = Id;
        all.text = line;
        all.epochMs = QDateTime::fromString("2026-11-28T23:06:13.600Z", Qt::ISODateWithMs).toMSecsSinceEpoch();
        all.source = QByteArray(QTest::currentDataTag()).startsWith("platform") ? logs::Source::Platform : logs::Source::Function;
        QTEST(ui::rowText(all, logs::fieldsOf(all.text), {}), "shown");
        // Where nobody says it, the line does.
        const QString whole = QString::fromUtf8(line).replace('\t', "  ").replace('\r', ' ');
        QCOMPARE(ui::rowText(all, logs::fieldsOf(all.text), ShownColumns{true, false, false}), whole);
        all.requestId.clear();
        QCOMPARE(ui::rowText(all, logs::fieldsOf(all.text), {}), whole);
    }

    void saysWhatWasWrittenBeforeARequest()
    {
        logs::Line line;
        line.text = "2026-11-28T23:06:13.573Z\tundefined\tINFO\tloaded";
        line.epochMs = QDateTime::currentMSecsSinceEpoch();
        QCOMPARE(ui::rowText(line, logs::fieldsOf(line.text), ShownColumns{true, true, false}), "INFO  loaded");
        line.requestId = Id;
        QCOMPARE(ui::rowText(line, logs::fieldsOf(line.text), ShownColumns{true, true, false}), "INFO  loaded");
        line.text = "{\"own\": 1}";
        QCOMPARE(ui::rowText(line, logs::fieldsOf(line.text), ShownColumns{true, true, false}), "{\"own\": 1}");
    }

    void saysALevelOnce()
    {
        logs::Line line;
        line.requestId = Id;
        line.text = QByteArray("2026-11-28T23:06:13.573Z\t") + Id + "\tERROR\tbad";
        QCOMPARE(ui::rowText(line, logs::fieldsOf(line.text), ShownColumns{true, true, true}), "bad");
        QCOMPARE(ui::rowText(line, logs::fieldsOf(line.text), ShownColumns{false, true, false}), QString::fromUtf8(line.text).replace('\t', "  "));
    }

    void isCut()
    {
        logs::Line line;
        line.text = QByteArray(3000, 'x');
        QCOMPARE(ui::rowText(line, logs::fieldsOf(line.text), {}).size(), ui::MaxPaintedCharacters);
    }
};

QTEST_APPLESS_MAIN(tst_LogText)
#include "tst_logtext.moc"
