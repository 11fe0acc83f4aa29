// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/events/gzip.h"
#include "core/logs/linefields.h"
#include "core/logs/logarchive.h"
#include "core/logs/logreader.h"
#include "core/logs/redaction.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <sys/resource.h>

using namespace eph;
using namespace eph::logs;

class tst_LogArchive : public QObject
{
    Q_OBJECT

    static QByteArray contentOf(const QString &folder)
    {
        QByteArray all;
        QStringList files = logFilesIn(folder);
        // Of one process the number at the end counts.
        std::sort(files.begin(), files.end(), [](const QString &a, const QString &b) { return a.section('-', -1).section('.', 0, 0).toInt() < b.section('-', -1).section('.', 0, 0).toInt(); });
        for (const QString &path : std::as_const(files)) {
            QFile file(path);
            // What a reader sees: whole lines.
            const QByteArray text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
            all += text.first(text.lastIndexOf('\n') + 1);
        }
        return all;
    }
    /// While it is there no file grows beyond that size.
    struct FullDisk {
        explicit FullDisk(rlim_t bytes)
        {
            struct sigaction ignore{};
            ignore.sa_handler = SIG_IGN;
            ::sigaction(SIGXFSZ, &ignore, &before);
            ::getrlimit(RLIMIT_FSIZE, &limit);
            const rlimit less{bytes, limit.rlim_max};
            ::setrlimit(RLIMIT_FSIZE, &less);
        }
        ~FullDisk()
        {
            ::setrlimit(RLIMIT_FSIZE, &limit);
            ::sigaction(SIGXFSZ, &before, nullptr);
        }
        struct sigaction before{};
        rlimit limit{};
    };
    static Line line(const QByteArray &text, qint64 ms = 1'770'000'000'123) { return {ms, Source::Function, "shop", "abc", "8476a536-e9f4-11e8-9739-2dfe598c3fcd", text}; }

private Q_SLOTS:
    void writesWhatWasSaid()
    {
        const QTemporaryDir folder;
        {
            const auto archive = LogArchive::open(folder.path()).value();
            archive->append(line("hello"));
            archive->append(line("two\nlines"));
            archive->append({1, Source::Platform, {}, {}, {}, "told"});
            QVERIFY(archive->flush());
            QCOMPARE(contentOf(folder.path()), QByteArray("@2026-02-02T02:40:00.123Z\tshop\tabc\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tF\thello\n"
                                                          "@2026-02-02T02:40:00.123Z\tshop\tabc\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tF\ttwo\vlines\n"
                                                          "@1970-01-01T00:00:00.001Z\t-\t-\t-\tP\ttold\n"));
            archive->append(line("last"));
        }
        QVERIFY(contentOf(folder.path()).endsWith("\tF\tlast\n"));
    }

    void isReadAgain()
    {
        QByteArray text;
        appendArchiveLine(text, line("2026-02-02T02:40:00.001Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tWARN\tcareful"));
        LineFields fields = fieldsOf(QByteArrayView(text).chopped(1));
        QCOMPARE(fields.epochMs, qint64(1'770'000'000'123));
        QCOMPARE(fields.function.toByteArray(), QByteArray("shop"));
        QCOMPARE(fields.level, Level::Warn);
        QCOMPARE(fields.text.toByteArray(), QByteArray("careful"));
        text.clear();
        appendArchiveLine(text, {5, Source::Platform, "shop", "abc", {}, "REPORT RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t"});
        fields = fieldsOf(QByteArrayView(text).chopped(1));
        QCOMPARE(fields.kind, LineKind::Report);
        QCOMPARE(fields.durationMs, 2.5);
        QCOMPARE(fields.requestId.toByteArray(), QByteArray("8476a536-e9f4-11e8-9739-2dfe598c3fcd"));
    }

    void nobodyWhoSaidNothingLeavesAFile()
    {
        const QTemporaryDir folder;
        { const auto archive = LogArchive::open(folder.path()).value(); }
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void beginsNewFilesAndDropsOldOnes()
    {
        const QTemporaryDir folder;
        const auto archive = LogArchive::open(folder.path(), {10'000, 50'000, 30, 1 << 20}).value();
        for (int i = 0; i < 2000; ++i) {
            archive->append(line("line " + QByteArray::number(i)));
            if (i % 40 == 0)
                QVERIFY(archive->flush());
        }
        QVERIFY(archive->flush());
        const QByteArray kept = contentOf(folder.path());
        QVERIFY2(kept.size() <= 60'000, qPrintable(QString::number(kept.size())));
        QVERIFY(kept.endsWith("line 1999\n"));
        QVERIFY(!kept.contains("line 1\n"));
    }

    /// Killed at many moments (EPHEMERA_KILLS of them): what was acknowledged is there, in order, and nothing else but whole lines.
    void losesNothingThatWasAcknowledged()
    {
        const int kills = qEnvironmentVariableIsSet("EPHEMERA_KILLS") ? qEnvironmentVariableIntValue("EPHEMERA_KILLS") : 40;
        for (int round = 0; round < kills; ++round) {
            const QTemporaryDir folder;
            QProcess writer;
            writer.start(LOG_WRITER, {folder.path()});
            QVERIFY(writer.waitForReadyRead(10'000));
            QTest::qSleep(QRandomGenerator::global()->bounded(30));
            ::kill(pid_t(writer.processId()), SIGKILL);
            writer.waitForFinished();
            const QByteArrayList said = writer.readAllStandardOutput().trimmed().split('\n');
            const auto reader = LogReader::open(folder.path()).value();
            qint64 read = 0;
            QVERIFY(reader.each({}, std::atomic<bool>(false), [&read](const StoredLine &) { return ++read > 0; }));
            const QByteArray all = contentOf(folder.path());
            QVERIFY(all.endsWith('\n'));
            int next = 0;
            const QByteArrayList lines = all.chopped(1).split('\n');
            for (const QByteArray &one : lines) {
                const QByteArray expected = "line " + QByteArray::number(next) + ' ' + QByteArray(next % 300, 'x');
                QVERIFY2(fieldsOf(one).text == expected && one.startsWith('@'), one);
                ++next;
            }
            QCOMPARE(read, qint64(next));
            QVERIFY2(next > said.last().toInt(), qPrintable(QString("%1 lines, %2 acknowledged").arg(next).arg(QString::fromLatin1(said.last()))));
        }
    }

    /// A file may not grow: the archive says so, and goes on when there is room again.
    void waitsForRoom()
    {
        const QTemporaryDir folder;
        const auto archive = LogArchive::open(folder.path()).value();
        for (int i = 0; i < 10; ++i)
            archive->append(line("first " + QByteArray::number(i)));
        QVERIFY(archive->flush());
        Result<void> full;
        QByteArray meanwhile;
        {
            const FullDisk disk(2000);
            for (int i = 0; i < 100; ++i)
                archive->append(line("second " + QByteArray::number(i)));
            full = archive->flush();
            meanwhile = contentOf(folder.path());
        }
        QVERIFY(!full);
        QVERIFY2(full.error().message.contains("could not be written"), qPrintable(full.error().message));
        QVERIFY(meanwhile.contains("first 9\n") && meanwhile.endsWith("\n"));
        QVERIFY(QTest::qWaitFor([&] { return archive->flush().has_value(); }, 5000));
        const QByteArray all = contentOf(folder.path());
        QCOMPARE(all.count('\n'), 110);
        QVERIFY(all.endsWith("second 99\n"));
    }

    void countsWhatItDrops()
    {
        const QTemporaryDir folder;
        const auto archive = LogArchive::open(folder.path(), {1 << 28, 1LL << 40, 30, 100'000, {}}).value();
        qint64 appended = 0;
        {
            // Nothing gets to the disk.
            const FullDisk full(0);
            for (; archive->dropped() < 5; ++appended)
                archive->append(line(QByteArray(1000, 'x')));
        }
        QCOMPARE(archive->dropped(), 5);
        QVERIFY(QTest::qWaitFor([&] { return archive->flush().has_value(); }, 5000));
        QCOMPARE(contentOf(folder.path()).count('\n'), appended - 5);
        archive->append(line("after"));
        QVERIFY(archive->flush());
        QVERIFY(contentOf(folder.path()).contains("came faster than the disk took them"));
    }

    void takesSecretsOut_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<QByteArray>("kept");
        QTest::newRow("access key") << QByteArray("key AKIAIOSFODNN7EXAMPLE!") << QByteArray("key AKIA[redacted]!");
        QTest::newRow("secret key") << QByteArray("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY") << QByteArray("aws_secret_access_key = [redacted]");
        QTest::newRow("json password") << QByteArray("{\"user\":\"u\",\"password\":\"hunter2hunter2\"}") << QByteArray("{\"user\":\"u\",\"password\":\"[redacted]\"}");
        QTest::newRow("bearer") << QByteArray("Authorization: Bearer abcdefghijkl") << QByteArray("Authorization: Bearer [redacted]");
        QTest::newRow("claims") << QByteArray("t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U") << QByteArray("t=eyJ[redacted]");
        QTest::newRow("json within json") << QByteArray("{\"body\":\"{\\\"password\\\":\\\"hunter2secret\\\"}\"}") << QByteArray("{\"body\":\"{\\\"password\\\":\\\"[redacted]\\\"}\"}");
        QTest::newRow("commas within") << QByteArray("{\"password\":\"ab,cdefgh\"}") << QByteArray("{\"password\":\"[redacted]\"}");
        QTest::newRow("two") << QByteArray("api_key=abcdefgh&password=ijklmnop") << QByteArray("api_key=[redacted]&password=[redacted]");
        QTest::newRow("no secret") << QByteArray("the password is short; AKIA alone; \xff\xfe bytes") << QByteArray("the password is short; AKIA alone; \xff\xfe bytes");
        QTest::newRow("bytes stay") << QByteArray("\xff password=abcdefgh \xc3\xa4") << QByteArray("\xff password=[redacted] \xc3\xa4");
    }
    void takesSecretsOut()
    {
        QFETCH(QByteArray, said);
        auto redaction = Redaction::make(Redaction::standardRules()).value();
        QFETCH(QByteArray, kept);
        QCOMPARE(redaction.apply("before\n" + said + "\nafter\n"), "before\n" + kept + "\nafter\n");
    }

    void takesOutWhatAProjectSays()
    {
        const QTemporaryDir project;
        const auto write = [&](const QByteArray &json) {
            QFile file(project.filePath("redaction.json"));
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            file.write(json);
        };
        QCOMPARE(Redaction::rulesOf(project.path())->size(), Redaction::standardRules().size());
        write("{\"rules\": [{\"name\": \"order\", \"expression\": \"(ord_)[0-9a-f]{8}\"}]}");
        auto both = Redaction::make(Redaction::rulesOf(project.path()).value()).value();
        QCOMPARE(both.apply("ord_0123abcd password=abcdefgh\n"), "ord_[redacted] password=[redacted]\n");
        write("{\"rules\": [{\"name\": \"order\", \"expression\": \"(ord_)[0-9a-f]{8}\"}], \"standard\": false}");
        auto own = Redaction::make(Redaction::rulesOf(project.path()).value()).value();
        QCOMPARE(own.apply("ord_0123abcd password=abcdefgh\n"), "ord_[redacted] password=abcdefgh\n");
        for (const QByteArray bad : {"nonsense", "{\"rules\": [{\"name\": \"order\"}]}", "{\"rules\": [{\"name\": \"order\", \"expression\": \"(\"}]}"}) {
            write(bad);
            const auto rules = Redaction::rulesOf(project.path());
            QVERIFY2(!rules, bad);
            QVERIFY2(rules.error().message.contains("redaction.json"), qPrintable(rules.error().message));
        }
    }

    /// Files whose times do not meet come one after the other, others side by side.
    void readsFilesInTheOrderOfTheirTimes()
    {
        const QTemporaryDir folder;
        const auto write = [&](const QString &name, const QList<int> &minutes) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            for (const int minute : minutes)
                file.write(QStringLiteral("2026-02-02T02:%1:00.000Z at %1\n").arg(minute, 2, 10, QChar('0')).toUtf8());
        };
        const auto read = [&] {
            QStringList texts;
            const auto reader = LogReader::open(folder.path());
            [&] { QVERIFY(reader && reader->each({}, std::atomic<bool>(false), [&texts](const StoredLine &line) { texts << QString::fromUtf8(line.fields.text); return true; })); }();
            return std::pair(reader->isInOrder(), texts.join(' '));
        };
        write("c.log", {7, 8});
        write("a.log", {3, 4});
        write("b.log", {5, 6});
        QCOMPARE(read(), std::pair(true, QString("at 03 at 04 at 05 at 06 at 07 at 08")));
        write("b.log", {2, 6, 9});
        QCOMPARE(read(), std::pair(false, QString("at 02 at 03 at 04 at 06 at 07 at 08 at 09")));
    }

    void imports()
    {
        const QTemporaryDir folder;
        const QByteArray text = "2026-02-02T02:40:00.123Z START RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd Version: 1\nkey AKIAIOSFODNN7EXAMPLE\nno end";
        const auto write = [&](const QString &name, const QByteArray &bytes) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bytes);
        };
        write("plain.txt", text);
        write("packed.log.gz", events::gzipped(text));
        write("damaged.gz", events::gzipped(QByteArray(100'000, 'x') + text).chopped(40));
        write("binary", QByteArray("\x7f" "ELF\0\0", 6));
        const QString logs = folder.filePath("logs");
        for (const QString &name : {QString("plain.txt"), QString("packed.log.gz")}) {
            const auto imported = importLog(folder.filePath(name), logs);
            QVERIFY2(imported, imported ? "" : qPrintable(imported.error().message));
            QFile file(*imported);
            QVERIFY(file.open(QIODevice::ReadOnly));
            QCOMPARE(file.readAll(), QByteArray(text).replace("AKIAIOSFODNN7EXAMPLE", "AKIA[redacted]") + '\n');
        }
        QCOMPARE(importLog(folder.filePath("nowhere"), logs).error().code, ErrorCode::NotFound);
        QCOMPARE(importLog(folder.filePath("damaged.gz"), logs).error().code, ErrorCode::Invalid);
        QCOMPARE(importLog(folder.filePath("binary"), logs).error().code, ErrorCode::Invalid);
        QCOMPARE(importLog(folder.path(), logs).error().code, ErrorCode::Io);
        QCOMPARE(QDir(logs).entryList(QDir::Files).size(), 2);
    }
};

QTEST_GUILESS_MAIN(tst_LogArchive)
#include "tst_logarchive.moc"
