// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/linefields.h"

#include <QDateTime>
#include <QTest>

using namespace eph::logs;

/// Lines as the service, its runtimes and other programs write them.
class tst_LineFields : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsLines_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("level");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("text");
        const QByteArray id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
        const qint64 at = 1770000000123;
        const QByteArray time = "2026-02-02T02:40:00.123Z";
        QTest::newRow("node") << time + "\t" + id + "\tINFO\thello there" << at << "info" << "text" << id << QByteArray("hello there");
        QTest::newRow("node error") << time + "\t" + id + "\tERROR\tInvoke Error \t{}" << at << "error" << "text" << id << QByteArray("Invoke Error \t{}");
        QTest::newRow("node without a level") << time + "\t" + id + "\tjust said" << at << "" << "text" << id << QByteArray("just said");
        QTest::newRow("node before a request") << time + "\tundefined\tINFO\tloading" << at << "info" << "text" << QByteArray() << QByteArray("loading");
        QTest::newRow("python error") << QByteArray("[ERROR] KeyError: 'x'") << qint64(-1) << "error" << "text" << QByteArray() << QByteArray("KeyError: 'x'");
        QTest::newRow("brackets") << QByteArray("[worker] started") << qint64(-1) << "" << "text" << QByteArray() << QByteArray("[worker] started");
        QTest::newRow("python") << "[WARNING]\t" + time + "\t" + id + "\tcareful" << at << "warn" << "text" << id << QByteArray("careful");
        QTest::newRow("python critical") << "[CRITICAL]\t" + time + "\t\tno request" << at << "fatal" << "text" << QByteArray() << QByteArray("no request");
        QTest::newRow("start") << "START RequestId: " + id + " Version: $LATEST" << qint64(-1) << "" << "start" << id << "START RequestId: " + id + " Version: $LATEST";
        QTest::newRow("end, exported") << time + " END RequestId: " + id << at << "" << "end" << id << "END RequestId: " + id;
        QTest::newRow("init") << QByteArray("INIT_START Runtime Version: nodejs:20.v9\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:x") << qint64(-1) << "" << "initStart" << QByteArray() << QByteArray("INIT_START Runtime Version: nodejs:20.v9\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:x");
        QTest::newRow("timeout") << time + " " + id + " Task timed out after 3.00 seconds" << at << "error" << "timedOut" << id << QByteArray("Task timed out after 3.00 seconds");
        QTest::newRow("json, application") << QByteArray("{\"timestamp\":\"2026-02-02T02:40:00.123Z\",\"level\":\"WARN\",\"requestId\":\"" + id + "\",\"message\":\"look: {\\\"level\\\":\\\"ERROR\\\"}\"}") << at << "warn" << "text" << id << QByteArray("look: {\\\"level\\\":\\\"ERROR\\\"}");
        QTest::newRow("json, python") << QByteArray("{\"timestamp\": \"2026-02-02T02:40:00Z\", \"level\": \"ERROR\", \"message\": \"m\", \"logger\": \"root\", \"requestId\": \"" + id + "\"}").replace("\": ", "\":") << at - 123 << "error" << "text" << id << QByteArray("m");
        QTest::newRow("json, nested level") << QByteArray("{\"a\":{\"level\":\"ERROR\",\"message\":\"x\"},\"level\":\"INFO\"}") << qint64(-1) << "info" << "text" << QByteArray() << QByteArray("{\"a\":{\"level\":\"ERROR\",\"message\":\"x\"},\"level\":\"INFO\"}");
        QTest::newRow("tailed") << "2026-02-02T02:40:00.123000+00:00 2026/02/02/[$LATEST]abcdef START RequestId: " + id + " Version: 3" << at << "" << "start" << id << "START RequestId: " + id + " Version: 3";
        QTest::newRow("another program") << QByteArray("2026-02-02 03:40:00,123+0100 worker started") << at << "" << "text" << QByteArray() << QByteArray("worker started");
        QTest::newRow("no time") << QByteArray("plain words") << qint64(-1) << "" << "text" << QByteArray() << QByteArray("plain words");
        QTest::newRow("no date") << QByteArray("2026-13-45T99:00:00.000Z x") << qint64(-1) << "" << "text" << QByteArray() << QByteArray("2026-13-45T99:00:00.000Z x");
    }
    void readsLines()
    {
        QFETCH(QByteArray, line);
        const LineFields fields = fieldsOf(line);
        QTEST(fields.epochMs, "ms");
        QTEST(levelName(fields.level), "level");
        QTEST(lineKindName(fields.kind), "kind");
        QTEST(fields.requestId.toByteArray(), "request");
        QTEST(fields.text.toByteArray(), "text");
        QVERIFY(!fields.continues);
    }

    void readsReports_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<double>("duration");
        QTest::addColumn<qint64>("billed");
        QTest::addColumn<int>("memory");
        QTest::addColumn<int>("used");
        QTest::addColumn<double>("init");
        const QByteArray id = "REPORT RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\t";
        QTest::newRow("warm") << id + "Duration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 512 MB\tMax Memory Used: 29 MB\t" << 102.25 << qint64(103) << 512 << 29 << -1.0;
        QTest::newRow("cold") << id + "Duration: 2.05 ms\tBilled Duration: 146 ms\tMemory Size: 128 MB\tMax Memory Used: 67 MB\tInit Duration: 143.20 ms\t" << 2.05 << qint64(146) << 128 << 67 << 143.2;
        QTest::newRow("traced") << id + "Duration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB\t\nXRAY TraceId: 1-5\tSegmentId: 2\tSampled: true" << 1.0 << qint64(1) << 128 << 1 << -1.0;
        QTest::newRow("timed out") << id + "Duration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 33 MB\tStatus: timeout" << 3000.0 << qint64(3000) << 128 << 33 << -1.0;
        QTest::newRow("json") << QByteArray("{\"time\":\"2026-02-02T02:40:00.123Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"8476a536-e9f4-11e8-9739-2dfe598c3fcd\",\"metrics\":{\"durationMs\":102.25,\"billedDurationMs\":103,\"memorySizeMB\":512,\"maxMemoryUsedMB\":29,\"initDurationMs\":80.5},\"status\":\"success\"}}") << 102.25 << qint64(103) << 512 << 29 << 80.5;
        QTest::newRow("cut off") << id + "Duration: 102.2" << -1.0 + 103.2 << qint64(-1) << -1 << -1 << -1.0;
    }
    void readsReports()
    {
        QFETCH(QByteArray, line);
        const LineFields fields = fieldsOf(line);
        QCOMPARE(fields.kind, LineKind::Report);
        QCOMPARE(fields.requestId.toByteArray(), QByteArray("8476a536-e9f4-11e8-9739-2dfe598c3fcd"));
        QTEST(fields.durationMs, "duration");
        QTEST(fields.billedMs, "billed");
        QTEST(fields.memoryMiB, "memory");
        QTEST(fields.maxMemoryMiB, "used");
        QTEST(fields.initMs, "init");
    }

    /// A line may print what looks like an archive's line, as deep as it likes.
    void takesArchivesApartOnce()
    {
        const QByteArray prefix = "@2026-02-02T02:40:00.123Z\tf\te\tr\tF\t";
        const LineFields fields = fieldsOf(prefix + prefix + "said");
        QVERIFY(fields.isArchived);
        QVERIFY(fields.printed == prefix + "said");
        QByteArray deep;
        for (int i = 0; i < 200'000; ++i)
            deep += prefix;
        QCOMPARE(fieldsOf(deep).printed.size(), deep.size() - prefix.size());
        QVERIFY(fieldsOf("@someone: a\tb").printed == "@someone: a\tb");
    }

    void knowsWhatGoesOn()
    {
        QVERIFY(fieldsOf("    at Object.fetch (/var/task/lib/http.js:1:13)").continues);
        QVERIFY(fieldsOf("\tat com.example.Handler.handle(Handler.java:3)").continues);
        QVERIFY(fieldsOf("Caused by: java.lang.Error").continues);
        QVERIFY(fieldsOf("").continues);
        QVERIFY(!fieldsOf("{\"a\":1}").continues);
    }

    /// Against another calendar, over some four centuries.
    void readsTimes()
    {
        for (qint64 ms = -5'000'000'000'000; ms < 9'000'000'000'000; ms += 86'399'123'457 / 11) {
            const QDateTime time = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
            const auto read = timePrefix(time.toString(Qt::ISODateWithMs).toLatin1());
            QVERIFY(read);
            QCOMPARE(read->epochMs, ms);
        }
        QCOMPARE(timePrefix("2026-02-02T02:40:00.123456789Z")->epochMs, qint64(1770000000123));
        QCOMPARE(timePrefix("2026-02-02T02:40:00.5Z")->epochMs, qint64(1770000000500));
        QVERIFY(!timePrefix("2026-02-02"));
    }
};

QTEST_GUILESS_MAIN(tst_LineFields)
#include "tst_linefields.moc"
