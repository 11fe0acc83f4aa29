// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/linesplitter.h"
#include "core/logs/logstore.h"

#include <QTest>
#include <QThread>

using namespace eph::logs;
using namespace Qt::StringLiterals;

class tst_Logs : public QObject
{
    Q_OBJECT

    static Line line(const QByteArray &text) { return {1, Source::Function, u"f"_s, u"e"_s, "r", text}; }
    static QList<QByteArray> split(const QList<QByteArray> &chunks)
    {
        QList<QByteArray> lines;
        LineSplitter splitter;
        const auto take = [&](const QByteArray &text) { lines << text; };
        for (const QByteArray &chunk : chunks)
            splitter.feed(chunk, take);
        splitter.flush(take);
        return lines;
    }

private Q_SLOTS:
    void keepsNumbersWhenOldLinesGo()
    {
        LogStore store(10'000);
        for (int i = 0; i < 1000; ++i)
            store.append(line(QByteArray::number(i)));
        const auto range = store.range();
        QCOMPARE(range.end, 1000);
        QVERIFY(range.first > 0);
        QCOMPARE(store.lines(range.first, 1).first().text, QByteArray::number(range.first));
        QCOMPARE(store.lines(999, 5).size(), 1);
        QCOMPARE(store.lines(0, 1).size(), 0);
    }

    void keepsOneLineHoweverLong()
    {
        LogStore store(100);
        store.append(line(QByteArray(5000, 'x')));
        QCOMPARE(store.range().end - store.range().first, 1);
    }

    void findsAmongWhatIsKept()
    {
        LogStore store;
        for (int i = 0; i < 100; ++i)
            store.append(line(i % 10 == 0 ? "hit" : "miss"));
        QCOMPARE(store.find(store.range(), [](const Line &l) { return l.text == "hit"; }).size(), 10);
        QCOMPARE(store.find({95, 1000}, [](const Line &l) { return l.text == "hit"; }).size(), 0);
    }

    void goesOnNumberingAfterClear()
    {
        LogStore store;
        store.append(line("a"));
        store.clear();
        store.append(line("b"));
        QCOMPARE(store.range().first, 1);
        QCOMPARE(store.lines(1, 1).first().text, "b");
    }

    void takesLinesFromManyThreads()
    {
        LogStore store;
        std::vector<std::unique_ptr<QThread>> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back(QThread::create([&store] {
                for (int i = 0; i < 5000; ++i)
                    store.append(line("x"));
            }));
            threads.back()->start();
        }
        for (const auto &thread : threads)
            thread->wait();
        QCOMPARE(store.range().end, 20'000);
    }

    void splitsAcrossChunks()
    {
        QCOMPARE(split({"a\nb", "c\n", "\nd"}), QList<QByteArray>({"a", "bc", "", "d"}));
        QCOMPARE(split({""}), QList<QByteArray>());
        QCOMPARE(split({"\n"}), QList<QByteArray>({""}));
    }

    void cutsAnEndlessLine()
    {
        const QList<QByteArray> lines = split({QByteArray(600 * 1024, 'x'), "end\n"});
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines.at(0).size(), LineSplitter::MaxLineBytes);
        qsizetype total = 0;
        for (const QByteArray &text : lines)
            total += text.size();
        QCOMPARE(total, 600 * 1024 + 3);
    }
};

QTEST_GUILESS_MAIN(tst_Logs)
#include "tst_logs.moc"
