// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/lineindex.h"
#include "core/logs/logsearch.h"

#include <QRandomGenerator>
#include <QTest>

using namespace eph::logs;

/// Against looking at each line by itself, over texts that take several parts.
class tst_LogSearch : public QObject
{
    Q_OBJECT

    QByteArray m_text;
    QList<QByteArray> m_lines;

    QList<QByteArray> found(const QString &query, qint64 from = -1, qint64 until = -1)
    {
        const auto parsed = LogQuery::parse(query);
        if (!parsed)
            return {"error: " + parsed.error().message.toUtf8()};
        const LogSearch what{m_text, *parsed, from, until};
        const std::atomic<bool> cancelled{false};
        QList<QByteArray> lines;
        search(what, cancelled, [&](const std::vector<LogHit> &hits) {
            for (const LogHit &hit : hits)
                lines << m_text.mid(hit.offset, hit.length);
            return true;
        });
        if (countHits(what, cancelled) != lines.size())
            return {"counted otherwise"};
        return lines;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QRandomGenerator random(7);
        const QByteArrayList levels{"INFO", "WARN", "ERROR", "DEBUG"};
        for (int i = 0; m_text.size() < 13'000'000; ++i) {
            const QByteArray time = "2026-02-02T02:" + QByteArray::number(10 + i / 6000 % 50) + ":" + QByteArray::number(10 + i / 100 % 50) + ".123Z";
            const QByteArray id = "8476a536-e9f4-11e8-9739-" + QByteArray::number(100000000000 + i / 7);
            const int which = int(random.bounded(20));
            const QByteArray line = which == 0 ? time + "\t" + id + "\tERROR\tTimeoutError: upstream did not answer in " + QByteArray::number(random.bounded(30000)) + "ms\n    at fetch (/var/task/index.js:3:1)"
                : which == 1                   ? time + " REPORT RequestId: " + id + "\tDuration: " + QByteArray::number(random.bounded(900)) + ".50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t"
                : which == 2                   ? QByteArray("   ") + (i % 2 ? "Needle" : "needle") + " \xc3\xa4\xc3\x84 \xff"
                                               : time + "\t" + id + "\t" + levels.at(int(random.bounded(4))) + "\tprocessed order " + QByteArray::number(random.generate());
            m_text += line + '\n';
        }
        m_text.chop(1); // The last line has no end.
        m_lines = m_text.split('\n');
    }

    void indexFindsEveryLine()
    {
        const LineIndex index(m_text);
        QCOMPARE(index.lineCount(), m_lines.size());
        for (qint64 i = 0; i < m_lines.size(); i += i < 2000 ? 1 : 37) {
            const QByteArrayView line = index.line(m_text, i);
            QVERIFY(line == m_lines.at(i));
            QCOMPARE(index.lineAt(m_text, line.data() - m_text.constData()), i);
        }
        QVERIFY(index.line(m_text, m_lines.size() - 1) == m_lines.last());
        QVERIFY(index.line(m_text, m_lines.size()).isEmpty());
        QVERIFY(double(index.bytesUsed()) / double(index.lineCount()) < 0.5);
    }

    void indexTakesOddTexts()
    {
        for (const QByteArray &text : {QByteArray(), QByteArray("a"), QByteArray("\n"), QByteArray("\n\n"), QByteArray("a\n"), QByteArray(200, '\n'), QByteArray(5000, 'x'), QByteArray(64, '\n') + 'a', QByteArray(128, 'a') + '\n'}) {
            const LineIndex index(text);
            QList<QByteArray> lines = text.split('\n');
            if (lines.last().isEmpty())
                lines.removeLast();
            QCOMPARE(index.lineCount(), lines.size());
            for (qint64 i = 0; i < lines.size(); ++i)
                QVERIFY(index.line(text, i) == lines.at(i));
        }
    }

    void findsWhatALookAtEachLineFinds_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("expression");
        QTest::newRow("quoted") << "\"TimeoutError\"" << "TimeoutError";
        QTest::newRow("word, any case") << "needle" << "(?i)needle";
        QTest::newRow("word with a capital") << "Needle" << "Needle";
        QTest::newRow("special characters") << "\"order 1\"" << "order 1";
        QTest::newRow("dots stand for themselves") << "\"0.50 ms\"" << "0\\.50 ms";
        QTest::newRow("expression") << "/did not answer in 2[0-9]{4}ms/" << "did not answer in 2[0-9]{4}ms";
        QTest::newRow("anchors") << "/^ {3}needle/i" << "(?i)^ {3}needle";
        QTest::newRow("end") << "/ms\\t$/" << "ms\\t$|MB\\t$(?!)";
        QTest::newRow("blanks that could be line ends") << "/ms\\s+at/" << "ms\\s+at";
        QTest::newRow("negated class") << "/ms[^a-z]*at fetch/" << "ms[^a-z]*at fetch";
        QTest::newRow("look ahead") << "/order (?=9)/" << "order (?=9)";
        QTest::newRow("back reference") << "/order (\\d)\\1\\1/" << "order (\\d)\\1\\1";
        QTest::newRow("beyond ASCII") << QString::fromUtf8("\xc3\xa4") << QString::fromUtf8("(?i)\xc3\xa4");
        QTest::newRow("beyond ASCII, quoted") << QString::fromUtf8("\"\xc3\xa4\"") << QString::fromUtf8("\xc3\xa4");
        QTest::newRow("what may be empty") << "/^(x|$)/" << "^(x|$)";
        QTest::newRow("a place only") << "/^\\b/" << "^\\b";
        QTest::newRow("two words") << "TimeoutError /in 1\\d\\d\\d?ms/" << "TimeoutError.*in 1\\d\\d\\d?ms";
        QTest::newRow("not") << "TimeoutError -/in 1/" << "TimeoutError(?!.*in 1)";
        QTest::newRow("only not") << "-processed" << "^(?!.*processed)";
    }
    void findsWhatALookAtEachLineFinds()
    {
        QFETCH(QString, query);
        QFETCH(QString, expression);
        const QRegularExpression exact(expression);
        QList<QByteArray> expected;
        for (const QByteArray &line : std::as_const(m_lines)) {
            if (exact.match(QString::fromUtf8(line)).hasMatch())
                expected << line;
        }
        const QList<QByteArray> lines = found(query);
        QCOMPARE(lines.size(), expected.size());
        QVERIFY(lines == expected);
    }

    void filtersByFields()
    {
        const QList<QByteArray> errors = found("level>=error");
        QVERIFY(!errors.isEmpty());
        qsizetype expected = 0;
        bool error = false;
        for (const QByteArray &line : std::as_const(m_lines)) {
            // Three blanks or four: it goes on with the line before.
            if (!line.startsWith("   "))
                error = line.contains("\tERROR\t");
            expected += error;
        }
        QCOMPARE(errors.size(), expected);
        for (const QByteArray &line : found("duration>500ms"))
            QVERIFY(line.startsWith("   ") || fieldsOf(line).durationMs > 500);
        const qsizetype slow = found("duration>=500").size();
        const qsizetype quick = found("duration<500").size();
        QCOMPARE(slow + quick, found("kind:report").size());
        QCOMPARE(found("-kind:report").size(), m_lines.size() - slow - quick);
        QCOMPARE(found("level:warn request:" + m_lines.at(500).mid(25, 36)).size(), qsizetype(std::count_if(m_lines.begin(), m_lines.end(), [&](const QByteArray &line) { return line.contains(m_lines.at(500).mid(25, 36)) && line.contains("\tWARN\t"); })));
    }

    /// What goes on for long goes by what it is of, as far as that is near; each line is looked at once.
    void staysQuickOverWhatGoesOn()
    {
        const QByteArray before = std::exchange(m_text, "2026-02-02T02:40:00.123Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tERROR\tbroken\n");
        for (int i = 0; i < 400'000; ++i)
            m_text += "  - item: " + QByteArray::number(i) + '\n';
        const QByteArray within = m_text.first(64 * 1024);
        const qsizetype all = found("level:error").size();
        m_text = before;
        QCOMPARE(all, within.count('\n') + 1);
    }

    /// Environments speak at once: each stack trace goes with the line of its own.
    void tellsEnvironmentsApart()
    {
        const QByteArray before = std::exchange(m_text, QByteArray());
        const auto say = [&](const QByteArray &environment, const QByteArray &text) { m_text += "@2026-02-02T02:40:00.123Z\tfn-" + environment + '\t' + environment + "\tr\tF\t" + text + '\n'; };
        say("a", "2026-02-02T02:40:00.123Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tERROR\tbroken");
        say("b", "2026-02-02T02:40:00.123Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tINFO\tfine");
        say("a", "    at a");
        say("b", "    at b");
        say("a", "    at c");
        const QList<QByteArray> errors = found("level:error");
        const QList<QByteArray> ofB = found("function:fn-b");
        m_text = before;
        QCOMPARE(errors.size(), 3);
        QVERIFY(errors.at(1).endsWith("at a") && errors.at(2).endsWith("at c"));
        QCOMPARE(ofB.size(), 2);
    }

    void keepsWithinTimes()
    {
        const qint64 from = fieldsOf(m_lines.at(3)).epochMs;
        QVERIFY(from > 0);
        const QList<QByteArray> all = found("processed", from, from + 60'000);
        QVERIFY(!all.isEmpty());
        for (const QByteArray &line : all) {
            const qint64 ms = fieldsOf(line).epochMs;
            QVERIFY(ms >= from && ms < from + 60'000);
        }
    }

    void endsWhenItIsCancelled()
    {
        const auto query = LogQuery::parse("processed").value();
        std::atomic<bool> cancelled{false};
        qsizetype seen = 0;
        search({m_text, query, -1, -1}, cancelled, [&](const std::vector<LogHit> &hits) {
            seen += qsizetype(hits.size());
            cancelled = true;
            return true;
        });
        QVERIFY(seen > 0 && seen < found("processed").size());
        qsizetype once = 0;
        search({m_text, query, -1, -1}, std::atomic<bool>(false), [&](const std::vector<LogHit> &) { return ++once > 5; });
        QCOMPARE(once, qsizetype(1));
    }

    void refusesQueries_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("part");
        QTest::newRow("open quotation") << "a \"b" << "character 3";
        QTest::newRow("open expression") << "/b" << "never closed";
        QTest::newRow("bad expression") << "/a(/" << "no regular expression";
        QTest::newRow("level") << "level>loud" << "no level";
        QTest::newRow("amount") << "duration>long" << "no amount";
        QTest::newRow("amount of another kind") << "memory>5ms" << "no amount";
        QTest::newRow("comparison of texts") << "function>a" << "is a text";
        QTest::newRow("nothing") << "\"\"" << "at least one character";
    }
    void refusesQueries()
    {
        QFETCH(QString, query);
        QFETCH(QString, part);
        const auto parsed = LogQuery::parse(query);
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().message.contains(part), qPrintable(parsed.error().message));
    }

    void takesQueriesAsTheyAreMeant()
    {
        for (const char *query : {"http://a/b", "a:b", "order>5", "x=1", "-", "a -", "\"a \\\" b\"", "level:warn"})
            QVERIFY2(LogQuery::parse(query), query);
        QVERIFY(LogQuery::parse("  ")->isEmpty());
        QVERIFY(!LogQuery::parse("level:warn")->first());
        QVERIFY(LogQuery::parse("level:warn x")->first());
    }
};

QTEST_GUILESS_MAIN(tst_LogSearch)
#include "tst_logsearch.moc"
