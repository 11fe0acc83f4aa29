// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/eventstream.h"

#include <QTest>

using namespace eph;
using namespace eph::http;

/// What is written is read, in whatever pieces it comes; nothing else is.
class tst_EventStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatWasWritten_data()
    {
        QTest::addColumn<int>("piece");
        for (const int piece : {1, 3, 7, 64, 100'000})
            QTest::addRow("%d bytes at once", piece) << piece;
    }
    void readsWhatWasWritten()
    {
        QFETCH(int, piece);
        const QByteArray bytes = eventStreamEvent("sessionStart", "application/json", "{}") + eventStreamEvent("sessionUpdate", "application/json", QByteArray(5000, 'x')) + eventStreamMessage({}, {});
        EventStreamReader reader;
        QList<EventStreamMessage> all;
        for (qsizetype at = 0; at < bytes.size(); at += piece) {
            const auto some = reader.add(QByteArrayView(bytes).sliced(at, std::min<qsizetype>(piece, bytes.size() - at)));
            QVERIFY(some);
            all += *some;
        }
        QCOMPARE(all.size(), 3);
        QCOMPARE(headerValue(all.at(0).headers, ":event-type"), QByteArray("sessionStart"));
        QCOMPARE(all.at(0).payload, QByteArray("{}"));
        QCOMPARE(all.at(1).payload.size(), 5000);
        QVERIFY(all.at(2).headers.isEmpty() && all.at(2).payload.isEmpty());
    }

    /// The empty message with no headers, as published with the encoding's specification, and one with a header and a payload.
    void writesPublishedMessages()
    {
        QCOMPARE(eventStreamMessage({}, {}).toHex(), "000000100000000005c248eb7d98c8ff");
        QCOMPARE(eventStreamMessage({{"content-type", "application/json"}}, "{'foo':'bar'}").toHex(),
                 "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1");
    }

    /// Published with the protocol's test suites: a message without headers, with `{'foo':'bar'}`.
    void readsAPublishedMessage()
    {
        const QByteArray bytes = QByteArray::fromHex("0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936");
        EventStreamReader reader;
        const auto messages = reader.add(bytes);
        QVERIFY(messages);
        QCOMPARE(messages->size(), 1);
        QCOMPARE(messages->first().payload, QByteArray("{'foo':'bar'}"));
        QCOMPARE(eventStreamMessage({}, "{'foo':'bar'}"), bytes);
    }

    void refusesWhatIsNone()
    {
        const QByteArray good = eventStreamEvent("a", "b", "payload");
        for (qsizetype at = 0; at < good.size(); ++at) {
            QByteArray bad = good;
            bad[at] = char(bad.at(at) ^ 0x40);
            EventStreamReader reader;
            const auto read = reader.add(bad);
            QVERIFY2(!read || read->isEmpty(), qPrintable(QString::number(at)));
        }
        EventStreamReader reader;
        QVERIFY(!reader.add("HTTP/1.1 400 Bad Request\r\n\r\n"));
        EventStreamReader silent;
        QVERIFY(silent.add({})->isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_EventStream)
#include "tst_eventstream.moc"
