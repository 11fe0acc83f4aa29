// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/streamstore.h"
#include "tests/support/fakeclock.h"

#include <QSet>
#include <QTest>

using namespace eph;
using namespace eph::sources;
using namespace std::chrono_literals;

class tst_StreamStore : public QObject
{
    Q_OBJECT

    test::FakeClock m_clock;
    std::unique_ptr<sys::Database> m_database;
    std::unique_ptr<StreamStore> m_store;

    StreamInfo stream(const QString &name, int shards = 1) { return m_store->create({0, name, shards, 24, false, {}, 0}).value(); }
    QStringList data(const QList<StreamRecord> &records)
    {
        QStringList all;
        for (const StreamRecord &record : records)
            all << QString::fromUtf8(record.data);
        return all;
    }

private Q_SLOTS:
    void init()
    {
        m_clock = test::FakeClock();
        m_store.reset();
        m_database = sys::Database::open({}, StreamStore::schema()).value();
        m_store = std::make_unique<StreamStore>(*m_database, m_clock);
    }

    /// The bounds that the service's documentation and its own answers show.
    void hashRangesAreThoseOfTheService_data()
    {
        QTest::addColumn<int>("shard");
        QTest::addColumn<int>("shards");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("last");
        QTest::newRow("one") << 0 << 1 << "0" << "340282366920938463463374607431768211455";
        QTest::newRow("first of two") << 0 << 2 << "0" << "170141183460469231731687303715884105727";
        QTest::newRow("second of two") << 1 << 2 << "170141183460469231731687303715884105728" << "340282366920938463463374607431768211455";
        QTest::newRow("first of three") << 0 << 3 << "0" << "113427455640312821154458202477256070484";
        QTest::newRow("last of three") << 2 << 3 << "226854911280625642308916404954512140970" << "340282366920938463463374607431768211455";
    }
    void hashRangesAreThoseOfTheService()
    {
        QFETCH(int, shard);
        QFETCH(int, shards);
        const HashRange range = hashRange(shard, shards);
        QTEST(range.first, "first");
        QTEST(range.last, "last");
    }

    void keysGoToTheirShards()
    {
        const StreamInfo two = stream("two", 2);
        // MD5 of "a" begins with 0c, of "b" with 92.
        const auto put = m_store->put(two, {{"a", "1"}, {"b", "2"}, {"a", "3", "340282366920938463463374607431768211455"}, {"b", "4", "0"}}).value();
        QCOMPARE(put.at(0).shard, 0);
        QCOMPARE(put.at(1).shard, 1);
        QCOMPARE(put.at(2).shard, 1);
        QCOMPARE(put.at(3).shard, 0);
        QCOMPARE(data(m_store->read(two, {0, 0}, 10)), QStringList({"1", "4"}));
        QCOMPARE(data(m_store->read(two, {1, put.at(1).number}, 10)), QStringList{"3"});
        QVERIFY(!m_store->put(two, {{"a", "5", "340282366920938463463374607431768211456"}}));
        QVERIFY(!m_store->put(two, {{"a", "5", "-1"}}));
    }

    void allOrNothingIsPut()
    {
        const StreamInfo one = stream("one");
        QVERIFY(!m_store->put(one, {{"a", "1"}, {"", "2"}}));
        QCOMPARE(m_store->put(one, {{"a", QByteArray(StreamStore::MaxRecordBytes + 1, 'x')}}).error().detail, "ValidationException");
        QCOMPARE(m_store->count(one), 0);
        QVERIFY(m_store->put(one, {{"a", QByteArray(StreamStore::MaxRecordBytes, 'x')}}));
    }

    void lanesDivideAShard()
    {
        const StreamInfo one = stream("one");
        QList<NewRecord> records;
        for (int i = 0; i < 200; ++i)
            records << NewRecord{QString::number(i % 20), QByteArray::number(i)};
        QVERIFY(m_store->put(one, records));
        QSet<QString> seen;
        QHash<QString, int> laneOfKey;
        for (int lane = 0; lane < 3; ++lane) {
            const auto part = m_store->read(one, {0, 0}, 1000, {lane, 3});
            for (const StreamRecord &record : part) {
                QVERIFY(!seen.contains(QString::fromUtf8(record.data)));
                seen.insert(QString::fromUtf8(record.data));
                QCOMPARE(laneOfKey.value(record.partitionKey, lane), lane);
                laneOfKey.insert(record.partitionKey, lane);
            }
        }
        QCOMPARE(seen.size(), 200);
    }

    void positionsAreKept()
    {
        const StreamInfo one = stream("one");
        QVERIFY(!m_store->position("fn", one, 0, {}));
        QVERIFY(m_store->setPositions("fn", one, 0, {5}));
        QCOMPARE(m_store->position("fn", one, 0, {}), 5);
        QVERIFY(m_store->setPosition("fn", one, 0, {}, 9));
        // More lanes begin where the one was; fewer where the last of them was.
        QCOMPARE(m_store->position("fn", one, 0, {1, 2}), 9);
        QVERIFY(m_store->setPositions("fn", one, 0, {9, 9}));
        QVERIFY(m_store->setPosition("fn", one, 0, {1, 2}, 30));
        QCOMPARE(m_store->position("fn", one, 0, {}), 9);
        QVERIFY(!m_store->position("other", one, 0, {}));
    }

    void recordsExpire()
    {
        const StreamInfo one = stream("one");
        QVERIFY(m_store->put(one, {{"a", "old"}}));
        m_clock.advance(23h);
        QVERIFY(m_store->put(one, {{"a", "new"}}));
        const qint64 between = m_clock.epochMs();
        m_clock.advance(1h);
        QCOMPARE(data(m_store->read(one, {0, 0}, 10)), QStringList{"new"});
        QCOMPARE(m_store->lastBefore(one, 0, between), 1);
        QVERIFY(m_store->put(one, {{"a", "newest"}}));
        QCOMPARE(m_store->count(one), 2);
    }

    void namesAndNumbers()
    {
        QCOMPARE(shardId(7), "shardId-000000000007");
        QCOMPARE(shardOf("shardId-000000000007"), 7);
        QVERIFY(!shardOf("shard-7") && !shardOf("shardId-00000000000x"));
        QCOMPARE(sequenceNumber(42).size(), 56);
        QCOMPARE(numberOf(sequenceNumber(42)), 42);
        QVERIFY(sequenceNumber(9) < sequenceNumber(10));
        QVERIFY(!numberOf("49600000000000000000000000000000000000") && !numberOf("1") && !numberOf(""));
        QCOMPARE(m_store->create({0, "a b", 1, 24, false, {}, 0}).error().detail, "ValidationException");
        QCOMPARE(m_store->create({0, "a", 0, 24, false, {}, 0}).error().detail, "LimitExceededException");
        (void)stream("a");
        QCOMPARE(m_store->create({0, "a", 1, 24, false, {}, 0}).error().detail, "ResourceInUseException");
        QCOMPARE(m_store->find("b").error().detail, "ResourceNotFoundException");
    }
};

QTEST_GUILESS_MAIN(tst_StreamStore)
#include "tst_streamstore.moc"
