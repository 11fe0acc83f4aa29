// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/ephprogram.h"
#include "tests/support/testproject.h"

#include <QJsonArray>
#include <QProcess>
#include <QRandomGenerator>
#include <QSet>
#include <QTest>
#include <csignal>

using namespace eph;
using test::TestProject;

/// What must hold for queues and streams whatever comes, with `eph serve` as it is shipped and functions that note what they got.
class tst_Batches : public QObject
{
    Q_OBJECT

    /// Each message is `ID:FAILURES`: its function says so often that it failed. What was seen and what succeeded is in files.
    static constexpr auto Code = "const fs = require('fs');\n"
                                 "const note = (file, line) => fs.appendFileSync(`${process.env.NOTES}/${file}`, line + '\\n');\n"
                                 "const tries = (id) => { try { return fs.readFileSync(`${process.env.NOTES}/try-${id}`).length; } catch { return 0; } };\n"
                                 "const handle = (text) => { const [id, failures] = text.split(':'); fs.appendFileSync(`${process.env.NOTES}/try-${id}`, '.'); if (tries(id) <= Number(failures)) return false; note('done', text); return true; };\n"
                                 "exports.queue = async (event) => ({ batchItemFailures: event.Records.filter((r) => !handle(r.body)).map((r) => ({ itemIdentifier: r.messageId })) });\n"
                                 // As is right for a stream: the first that fails, and nothing after it.
                                 "exports.stream = async (event) => { for (const r of event.Records) { if (!handle(Buffer.from(r.kinesis.data, 'base64').toString())) return { batchItemFailures: [{ itemIdentifier: r.kinesis.sequenceNumber }] }; } return {}; };\n";

    /// A project that is served by a program of its own. What takes longer than its visibility comes again, as it must: 5 seconds are enough on a machine that is busy.
    struct Served {
        TestProject project;
        QProcess process;
        quint16 port = 0;

        explicit Served(int batchSize, int maxReceives = 3)
        {
            const QByteArray size = QByteArray::number(batchSize);
            project.file("index.js", Code).file("notes/none", {});
            project.file("template.yaml",
                         "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: nodejs20.x, Timeout: 5, Environment: {Variables: {NOTES: '" + project.path("notes").toUtf8() + "'}}}}\nResources:\n"
                         "  Eater:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.queue\n      Events: {A: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: " + size + ", FunctionResponseTypes: [ReportBatchItemFailures]}}}\n"
                         "  Reader:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.stream\n      Events: {A: {Type: Kinesis, Properties: {Stream: !GetAtt Clicks.Arn, StartingPosition: TRIM_HORIZON, BatchSize: " + size + ", FunctionResponseTypes: [ReportBatchItemFailures]}}}\n"
                         "  Orders: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 5, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: " + QByteArray::number(maxReceives) + "}}}\n  Dead: {Type: AWS::SQS::Queue}\n  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 3}}\n");
        }
        ~Served() { stop(); }

        void start()
        {
            // Notes are written outside the sandbox's own /tmp.
            process.setProcessChannelMode(QProcess::SeparateChannels);
            process.setStandardErrorFile(QProcess::nullDevice());
            process.start(test::ephProgram(), {"serve", "--project", project.path(), "--no-sandbox", "--quiet", "--json"});
            QTRY_VERIFY_WITH_TIMEOUT(process.canReadLine() || process.state() == QProcess::NotRunning, 20'000);
            const QString endpoint = QJsonDocument::fromJson(process.readLine()).object().value("endpoint").toString();
            port = quint16(endpoint.section(':', -1).toUInt());
            QVERIFY(port != 0);
        }
        void stop()
        {
            process.terminate();
            process.waitForFinished(10'000);
        }
        void kill()
        {
            process.kill();
            process.waitForFinished(10'000);
        }
        bool send(const QString &text) const
        {
            test::AwsClient sqs(port, "AmazonSQS.");
            sqs.call("SendMessage", {{"QueueUrl", "http://x/1/Orders"}, {"MessageBody", text}});
            return sqs.status() == 200;
        }
        bool put(const QString &text, const QString &key) const
        {
            test::AwsClient kinesis(port, "Kinesis_20131202.", "1.1");
            kinesis.call("PutRecord", {{"StreamName", "Clicks"}, {"PartitionKey", key}, {"Data", QString::fromLatin1(text.toUtf8().toBase64())}});
            return kinesis.status() == 200;
        }
        int waiting(const QString &queue) const
        {
            test::AwsClient sqs(port, "AmazonSQS.");
            const QJsonObject counts = sqs.call("GetQueueAttributes", {{"QueueUrl", "http://x/1/" + queue}, {"AttributeNames", QJsonArray{"All"}}}).value("Attributes").toObject();
            return sqs.status() != 200 ? -1 : counts.value("ApproximateNumberOfMessages").toString().toInt() + counts.value("ApproximateNumberOfMessagesNotVisible").toString().toInt();
        }
        QStringList done() const { return QString::fromUtf8(project.read("notes/done")).split('\n', Qt::SkipEmptyParts); }
        qint64 tries(const QString &id) const { return project.read("notes/try-" + id).size(); }
    };

private Q_SLOTS:
    void onlyWhatFailedComesAgain_data()
    {
        QTest::addColumn<int>("batchSize");
        QTest::addColumn<quint32>("seed");
        QTest::newRow("one by one") << 1 << 1u;
        QTest::newRow("three") << 3 << 2u;
        QTest::newRow("ten") << 10 << 3u;
    }
    void onlyWhatFailedComesAgain()
    {
        QFETCH(int, batchSize);
        QFETCH(quint32, seed);
        Served served(batchSize);
        served.start();
        QRandomGenerator random(seed);
        constexpr int Most = 3; // maxReceiveCount
        QList<int> failures;
        int dead = 0;
        for (int i = 0; i < 40; ++i) {
            failures << (random.bounded(3) == 0 ? random.bounded(1, 5) : 0);
            dead += failures.last() >= Most;
            QVERIFY(served.send(QString("q%1:%2").arg(i).arg(failures.last())));
        }
        QTRY_COMPARE_WITH_TIMEOUT(served.waiting("Orders"), 0, 120'000);
        QTRY_COMPARE_WITH_TIMEOUT(served.waiting("Dead"), dead, 20'000);
        // Each was tried until it succeeded or was given up, and not once more.
        for (int i = 0; i < failures.size(); ++i)
            QCOMPARE(served.tries(QString("q%1").arg(i)), std::min(failures.at(i) + 1, Most));
        QStringList done = served.done();
        QCOMPARE(done.size(), failures.size() - dead);
        QCOMPARE(done.removeDuplicates(), 0);
    }

    void aShardKeepsItsOrder_data() { onlyWhatFailedComesAgain_data(); }
    void aShardKeepsItsOrder()
    {
        QFETCH(int, batchSize);
        QFETCH(quint32, seed);
        Served served(batchSize);
        served.start();
        QRandomGenerator random(seed);
        const QStringList keys{"a", "b", "c", "d", "e"};
        QMap<QString, QStringList> sent;
        for (int i = 0; i < 40; ++i) {
            const QString key = keys.at(int(random.bounded(keys.size())));
            const QString text = QString("s%1%2:%3").arg(key).arg(i).arg(random.bounded(8) == 0 ? 1 : 0);
            QVERIFY(served.put(text, key));
            sent[key] << text;
        }
        QTRY_COMPARE_WITH_TIMEOUT(served.done().size(), 40, 120'000);
        const QStringList done = served.done();
        for (auto it = sent.cbegin(); it != sent.cend(); ++it)
            QCOMPARE(done.filter(QRegularExpression("^s" + it.key() + "[0-9]")), it.value());
    }

    /// Killed at any moment: what was acknowledged is delivered in the end, from a shard in order.
    void aKillLosesNothing()
    {
        Served served(5, 100);
        QRandomGenerator random(11);
        QSet<QString> acknowledged;
        QMap<QString, QStringList> ordered;
        int number = 0;
        for (int round = 0; round < 6; ++round) {
            served.start();
            QElapsedTimer time;
            time.start();
            const int until = int(random.bounded(50, 600));
            while (time.elapsed() < until) {
                const QString text = QString("q%1:%2").arg(++number).arg(random.bounded(2));
                if (served.send(text))
                    acknowledged << text;
                const QString key = QString(QChar('a' + int(random.bounded(3))));
                const QString record = QString("s%1%2:0").arg(key).arg(++number);
                if (served.put(record, key)) {
                    acknowledged << record;
                    ordered[key] << record;
                }
            }
            served.kill();
        }
        QVERIFY(acknowledged.size() > 50);
        served.start();
        const auto missing = [&] {
            const QStringList done = served.done();
            return acknowledged - QSet<QString>(done.cbegin(), done.cend());
        };
        QTRY_VERIFY2_WITH_TIMEOUT(missing().isEmpty(), qPrintable(QStringList(missing().values()).join(' ')), 120'000);
        // A batch that was not finished comes again; what comes first of each record comes in order.
        for (auto it = ordered.cbegin(); it != ordered.cend(); ++it) {
            QStringList done = served.done().filter(QRegularExpression("^s" + it.key() + "[0-9]"));
            done.removeDuplicates();
            done.removeIf([&](const QString &text) { return !acknowledged.contains(text); });
            QCOMPARE(done, it.value());
        }
    }
};

QTEST_GUILESS_MAIN(tst_Batches)
#include "tst_batches.moc"
