// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/queuestore.h"
#include "tests/support/fakeclock.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace eph;
using namespace eph::sources;
using namespace std::chrono_literals;

class tst_QueueStore : public QObject
{
    Q_OBJECT

    test::FakeClock m_clock;
    std::unique_ptr<sys::Database> m_database;
    std::unique_ptr<QueueStore> m_store;

    QueueInfo queue(const QString &name, const QueueAttributes &attributes = {}) { return m_store->create(name, attributes).value(); }
    static NewMessage message(const QByteArray &body, const QString &group = {}, const QString &deduplication = {}) { return {body, {}, group, deduplication, {}}; }
    QStringList bodies(const QList<QueueMessage> &messages)
    {
        QStringList all;
        for (const QueueMessage &one : messages)
            all << QString::fromUtf8(one.body);
        return all;
    }
    QStringList received(const QueueInfo &from, int most = 10) { return bodies(m_store->receive(from, most).value()); }

private Q_SLOTS:
    void init()
    {
        m_clock = test::FakeClock();
        m_store.reset();
        m_database = sys::Database::open({}, QueueStore::schema()).value();
        m_store = std::make_unique<QueueStore>(*m_database, m_clock);
    }

    void hidesWhatWasReceivedUntilItsTimeIsOver()
    {
        const QueueInfo orders = queue("orders");
        QVERIFY(m_store->send(orders, message("a")));
        const auto first = m_store->receive(orders, 10).value();
        QCOMPARE(first.size(), 1);
        QCOMPARE(first.first().receives, 1);
        QVERIFY(received(orders).isEmpty());
        QCOMPARE(m_store->counts(orders).inFlight, 1);
        QCOMPARE(m_store->nextVisibleMs(orders, m_clock.epochMs()), m_clock.epochMs() + 30'000);
        const qint64 since = m_clock.epochMs();
        m_clock.advance(30s);
        // It was hidden then, and may have come into sight since.
        QCOMPARE(m_store->nextVisibleMs(orders, since), m_clock.epochMs());
        QCOMPARE(m_store->nextVisibleMs(orders, m_clock.epochMs()), 0);
        const auto again = m_store->receive(orders, 10).value();
        QCOMPARE(again.size(), 1);
        QCOMPARE(again.first().receives, 2);
        QCOMPARE(again.first().id, first.first().id);
        QVERIFY(again.first().receipt != first.first().receipt);
        // The older receipt has no power any more, and says nothing of it.
        QVERIFY(m_store->acknowledge(orders, {first.first().receipt}));
        QCOMPARE(m_store->counts(orders).inFlight, 1);
        QVERIFY(m_store->acknowledge(orders, {again.first().receipt}));
        QCOMPARE(m_store->counts(orders).inFlight, 0);
        QVERIFY(m_store->acknowledge(orders, {again.first().receipt}));
    }

    void changesWhenAMessageIsSeenAgain()
    {
        const QueueInfo orders = queue("orders", {{"VisibilityTimeout", "5"}});
        QVERIFY(m_store->send(orders, message("a")));
        const QString receipt = m_store->receive(orders, 1).value().first().receipt;
        QVERIFY(m_store->setVisibility(orders, receipt, 60));
        m_clock.advance(59s);
        QVERIFY(received(orders).isEmpty());
        QVERIFY(m_store->setVisibility(orders, receipt, 0));
        QCOMPARE(received(orders), QStringList{"a"});
        QCOMPARE(m_store->setVisibility(orders, receipt, 10).error().detail, "InvalidParameterValue");
        QCOMPARE(m_store->setVisibility(orders, "nonsense", 10).error().detail, "ReceiptHandleIsInvalid");
        QCOMPARE(m_store->acknowledge(orders, {"AQEBnonsense"}).error().detail, "ReceiptHandleIsInvalid");
    }

    void delaysAsTheQueueOrTheMessageSays()
    {
        const QueueInfo slow = queue("slow", {{"DelaySeconds", "10"}});
        NewMessage quick = message("quick");
        quick.delaySeconds = 0;
        QVERIFY(m_store->send(slow, message("later")) && m_store->send(slow, quick));
        QCOMPARE(m_store->counts(slow).delayed, 1);
        QCOMPARE(received(slow), QStringList{"quick"});
        m_clock.advance(10s);
        QCOMPARE(received(slow), QStringList{"later"});
    }

    void givesUpIntoTheDeadLetterQueue()
    {
        const QueueInfo dead = queue("dead");
        const QueueInfo orders = queue("orders", {{"VisibilityTimeout", "1"}, {"RedrivePolicy", "{\"deadLetterTargetArn\":\"" + queueArn("us-east-1", "dead") + "\",\"maxReceiveCount\":\"2\"}"}});
        const QString id = m_store->send(orders, message("poison")).value().id;
        const qint64 sent = m_clock.epochMs();
        QVERIFY(m_store->send(orders, message("good")));
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(received(orders).size(), 2);
            m_clock.advance(1s);
        }
        QSignalSpy arrived(m_store.get(), &QueueStore::arrived);
        QVERIFY(received(orders).isEmpty());
        QCOMPARE(arrived.first().first().toString(), "dead");
        const auto given = m_store->receive(dead, 10).value();
        QCOMPARE(bodies(given), QStringList({"poison", "good"}));
        QCOMPARE(given.first().id, id);
        QCOMPARE(given.first().sentMs, sent);
        QCOMPARE(given.first().deadLetterSource, "orders");
        QCOMPARE(given.first().receives, 1);
        // Once the function is mended, they get another chance.
        QCOMPARE(m_store->sendBack(dead).value(), 2);
        QCOMPARE(m_store->counts(dead).inFlight, 0);
        QCOMPARE(received(orders), QStringList({"poison", "good"}));
        QVERIFY(m_store->send(dead, message("sent here")));
        QCOMPARE(m_store->sendBack(dead).value(), 0);
        QCOMPARE(m_store->counts(dead).visible, 1);
    }

    void keepsTheOrderOfAGroup()
    {
        const QueueInfo fifo = queue("orders.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
        for (const char *body : {"a1", "b1", "a2", "a3", "b2"})
            QVERIFY(m_store->send(fifo, message(body, QString(QChar(body[0])))));
        const auto first = m_store->receive(fifo, 1).value();
        QCOMPARE(bodies(first), QStringList{"a1"});
        // The rest of its group waits, the other one goes on.
        QCOMPARE(received(fifo), QStringList({"b1", "b2"}));
        QVERIFY(received(fifo).isEmpty());
        QVERIFY(m_store->acknowledge(fifo, {first.first().receipt}));
        QCOMPARE(received(fifo), QStringList({"a2", "a3"}));
        m_clock.advance(30s);
        QCOMPARE(received(fifo), QStringList({"b1", "a2", "a3", "b2"}));
    }

    void takesADuplicateOnce()
    {
        const QueueInfo fifo = queue("orders.fifo", {{"FifoQueue", "true"}});
        const SentMessage first = m_store->send(fifo, message("a", "g", "1")).value();
        const SentMessage second = m_store->send(fifo, message("b", "g", "1")).value();
        QCOMPARE(second.id, first.id);
        QCOMPARE(second.sequenceNumber, first.sequenceNumber);
        QCOMPARE(first.sequenceNumber.size(), 20);
        QCOMPARE(received(fifo), QStringList{"a"});
        m_clock.advance(5min);
        QVERIFY(m_store->send(fifo, message("c", "g", "1")).value().id != first.id);
    }

    void refusesWhatTheServiceRefuses_data()
    {
        QTest::addColumn<bool>("fifo");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("group");
        QTest::addColumn<QString>("deduplication");
        QTest::addColumn<QString>("name");
        QTest::newRow("no body") << false << QByteArray() << QString() << QString() << "MissingParameter";
        QTest::newRow("no group") << true << QByteArray("a") << QString() << QString("1") << "MissingParameter";
        QTest::newRow("no deduplication") << true << QByteArray("a") << QString("g") << QString() << "InvalidParameterValue";
        QTest::newRow("deduplication in a standard queue") << false << QByteArray("a") << QString() << QString("1") << "InvalidParameterValue";
    }
    void refusesWhatTheServiceRefuses()
    {
        QFETCH(bool, fifo);
        QFETCH(QByteArray, body);
        QFETCH(QString, group);
        QFETCH(QString, deduplication);
        const QueueInfo target = fifo ? queue("q.fifo", {{"FifoQueue", "true"}}) : queue("q");
        const auto sent = m_store->send(target, message(body, group, deduplication));
        QVERIFY(!sent);
        QTEST(sent.error().detail, "name");
    }

    void attributesAreChecked_data()
    {
        QTest::addColumn<QueueAttributes>("attributes");
        QTest::addColumn<QString>("name");
        QTest::newRow("fine") << QueueAttributes{{"VisibilityTimeout", "0"}, {"MessageRetentionPeriod", "60"}, {"Policy", "{}"}} << QString();
        QTest::newRow("unknown") << QueueAttributes{{"Colour", "red"}} << "InvalidAttributeName";
        QTest::newRow("too long") << QueueAttributes{{"VisibilityTimeout", "43201"}} << "InvalidAttributeValue";
        QTest::newRow("no number") << QueueAttributes{{"DelaySeconds", "soon"}} << "InvalidAttributeValue";
        QTest::newRow("deduplication without order") << QueueAttributes{{"ContentBasedDeduplication", "true"}} << "InvalidAttributeName";
        QTest::newRow("bad redrive") << QueueAttributes{{"RedrivePolicy", "{\"maxReceiveCount\":0}"}} << "InvalidParameterValue";
        QTest::newRow("redrive that is no JSON") << QueueAttributes{{"RedrivePolicy", "{{{"}} << "InvalidParameterValue";
    }
    void attributesAreChecked()
    {
        QFETCH(QueueAttributes, attributes);
        QFETCH(QString, name);
        const auto made = m_store->create("q", attributes);
        QCOMPARE(made.has_value(), name.isEmpty());
        if (!made)
            QCOMPARE(made.error().detail, name);
    }

    void namesAreChecked()
    {
        QVERIFY(!m_store->create("with space", {}));
        QVERIFY(!m_store->create("a/../b", {}));
        QVERIFY(!m_store->create(QString(81, 'a'), {}));
        QVERIFY(!m_store->create("q.fifo", {}));
        QVERIFY(!m_store->create("q", {{"FifoQueue", "true"}}));
        QVERIFY(m_store->create(QString(75, 'a') + ".fifo", {{"FifoQueue", "true"}}));
        QVERIFY(!m_store->create(QString(76, 'a') + ".fifo", {{"FifoQueue", "true"}}));
        QCOMPARE(m_store->create("q", {}).value().number, m_store->create("q", {{"VisibilityTimeout", "30"}}).value().number);
        QCOMPARE(m_store->create("q", {{"VisibilityTimeout", "31"}}).error().detail, "QueueNameExists");
        QCOMPARE(m_store->find("other").error().detail, "QueueDoesNotExist");
    }

    void forgetsWhatIsTooOld()
    {
        const QueueInfo orders = queue("orders", {{"MessageRetentionPeriod", "60"}});
        QVERIFY(m_store->send(orders, message("old")));
        m_clock.advance(59s);
        QVERIFY(m_store->send(orders, message("new")));
        m_clock.advance(1s);
        QCOMPARE(m_store->counts(orders).visible, 1);
        QCOMPARE(received(orders), QStringList{"new"});
    }

    void aClockThatGoesBackLosesNothing()
    {
        const QueueInfo orders = queue("orders");
        QVERIFY(m_store->send(orders, message("a")));
        QCOMPARE(received(orders).size(), 1);
        m_clock.startMs -= 3'600'000;
        QVERIFY(m_store->send(orders, message("b")));
        QCOMPARE(received(orders), QStringList{"b"});
        m_clock.advance(2h);
        QCOMPARE(received(orders), QStringList({"b", "a"}));
    }

    /// Random use against a model in a few lines: at least once, none twice while hidden, order within a group.
    void behavesAsItsModel_data()
    {
        QTest::addColumn<bool>("fifo");
        QTest::newRow("standard") << false;
        QTest::newRow("fifo") << true;
    }
    void behavesAsItsModel()
    {
        QFETCH(bool, fifo);
        struct Model {
            QString body;
            QString group;
            qint64 hiddenUntil = 0;
            QString receipt;
        };
        const QueueInfo target = fifo ? queue("q.fifo", {{"FifoQueue", "true"}, {"VisibilityTimeout", "10"}}) : queue("q", {{"VisibilityTimeout", "10"}});
        QRandomGenerator random(4711);
        QList<Model> model;
        int sent = 0;
        for (int step = 0; step < 4000; ++step) {
            const int choice = random.bounded(10);
            if (choice < 4) {
                const QString body = QString::number(++sent);
                const QString group = fifo ? QString::number(random.bounded(3)) : QString();
                QVERIFY(m_store->send(target, message(body.toLatin1(), group, fifo ? body : QString())));
                model << Model{body, group, 0, {}};
            } else if (choice < 7) {
                const qint64 now = m_clock.epochMs();
                const int most = 1 + random.bounded(10);
                const auto got = m_store->receive(target, most).value();
                QStringList expected;
                for (const Model &one : std::as_const(model)) {
                    const bool locked = fifo && std::any_of(model.cbegin(), model.cend(), [&](const Model &other) { return other.group == one.group && other.hiddenUntil > now; });
                    if (one.hiddenUntil <= now && !locked)
                        expected << one.body;
                }
                QCOMPARE(got.size(), std::min<qsizetype>(most, expected.size()));
                for (qsizetype i = 0; i < got.size(); ++i) {
                    if (fifo)
                        QCOMPARE(QString::fromLatin1(got.at(i).body), expected.at(i));
                    QVERIFY(expected.contains(QString::fromLatin1(got.at(i).body)));
                }
                for (const QueueMessage &one : got) {
                    const auto known = std::find_if(model.begin(), model.end(), [&](const Model &other) { return other.body.toLatin1() == one.body; });
                    known->hiddenUntil = now + 10'000;
                    known->receipt = one.receipt;
                }
            } else if (choice < 9 && !model.isEmpty()) {
                const qsizetype index = random.bounded(int(model.size()));
                if (!model.at(index).receipt.isEmpty()) {
                    QVERIFY(m_store->acknowledge(target, {model.at(index).receipt}));
                    model.removeAt(index);
                }
            } else {
                m_clock.advance(std::chrono::seconds(random.bounded(6)));
            }
            const QueueCounts counts = m_store->counts(target);
            QCOMPARE(counts.visible + counts.inFlight, model.size());
        }
    }

    /// Killed at any moment: every number that was printed is there.
    void aKilledWriterLosesNothing()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("sources.sqlite");
        QSet<QByteArray> acknowledged;
        QRandomGenerator random(7);
        for (int round = 0; round < 12; ++round) {
            QProcess writer;
            writer.start(QUEUE_WRITER, {path, QString::number(round * 1'000'000)});
            QVERIFY(writer.waitForReadyRead(20'000));
            QTest::qWait(random.bounded(40));
            writer.kill();
            QVERIFY(writer.waitForFinished());
            // The last line may be cut in its middle.
            QList<QByteArray> lines = writer.readAllStandardOutput().split('\n');
            lines.removeLast();
            for (const QByteArray &line : std::as_const(lines))
                acknowledged.insert(line);
        }
        const auto database = sys::Database::open(path, QueueStore::schema()).value();
        QueueStore store(*database, m_clock);
        const QueueInfo orders = store.find("orders").value();
        QSet<QByteArray> there;
        for (const QueueMessage &one : store.peek(orders, 10'000'000))
            there.insert(one.body);
        QVERIFY(acknowledged.size() > 100);
        QVERIFY(there.contains(acknowledged));
        // One that was written and not acknowledged may be there, once a kill.
        QVERIFY(there.size() - acknowledged.size() <= 12);
    }
};

QTEST_GUILESS_MAIN(tst_QueueStore)
#include "tst_queuestore.moc"
