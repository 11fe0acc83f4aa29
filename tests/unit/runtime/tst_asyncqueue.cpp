// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logstore.h"
#include "core/runtime/asyncqueue.h"
#include "core/sources/sourcestores.h"
#include "core/sys/posixprocess.h"
#include "tests/support/testproject.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace eph;
using namespace eph::runtime;
using namespace std::chrono_literals;
using test::TestProject;

class tst_AsyncQueue : public QObject
{
    Q_OBJECT

    sys::PosixProcessLauncher m_launcher;
    sys::SystemClock m_clock;
    logs::LogStore m_logs;
    TestProject m_project;
    runtime::AsyncPolicy m_policy;
    std::unique_ptr<Pool> m_pool;
    std::unique_ptr<AsyncQueue> m_queue;
    QList<Delivery> m_deliveries;
    std::unique_ptr<sources::SourceStores> m_stores; ///< For those that keep what waits.

    std::shared_ptr<Unattended> m_unattended = std::make_shared<Unattended>();

    void keepWith(AsyncQueue::Delays delays)
    {
        m_queue.reset();
        m_queue = std::make_unique<AsyncQueue>(*m_pool, m_clock, delays, &m_stores->asyncEvents(), m_unattended);
        m_queue->onDelivery = [this](const Delivery &delivery) { m_deliveries << delivery; };
    }
    [[nodiscard]] QList<sources::AsyncEvent> kept() { return m_stores->asyncEvents().all(); }
    void goOnWith(const FunctionConfig &config)
    {
        InvokeRequest callee;
        callee.config = config;
        callee.async = m_policy;
        for (const sources::AsyncEvent &left : kept())
            m_queue->goOn(left, callee);
    }
    [[nodiscard]] static int invokesIn(const Delivery &delivery) { return QJsonDocument::fromJson(delivery.body).object().value("requestContext").toObject().value("approximateInvokeCount").toInt(); }

    FunctionConfig function(const QString &handler)
    {
        FunctionConfig config;
        config.name = handler;
        config.codeFolder = m_project.path();
        config.runtime = "nodejs20.x";
        config.handler = "index." + handler;
        m_policy.onSuccess = "arn:aws:sqs:us-east-1:123456789012:good";
        m_policy.onFailure = "arn:aws:sqs:us-east-1:123456789012:bad";
        return config;
    }
    void enqueue(const FunctionConfig &config, const QByteArray &payload = "{}")
    {
        InvokeRequest request;
        request.config = config;
        request.async = m_policy;
        request.payload = payload;
        request.requestId = "00000000-0000-4000-8000-000000000001";
        QVERIFY(m_queue->enqueue(std::move(request)));
    }

private Q_SLOTS:
    void init()
    {
        m_project.file("index.js", "exports.good = async (event) => ({ got: event });\nexports.bad = async () => { console.log('tried'); throw new Error('no'); };\n");
        m_pool = std::make_unique<Pool>(Surroundings{m_launcher, m_clock, m_logs, "async-token-0123456789", true, 10s}, sys::Interpreters());
        m_queue = std::make_unique<AsyncQueue>(*m_pool, m_clock, AsyncQueue::Delays{10ms, 20ms, 5ms, 20ms});
        m_stores = sources::SourceStores::open({}, m_clock).value();
        m_unattended = std::make_shared<Unattended>();
        m_policy = {};
        m_deliveries.clear();
        m_logs.clear();
        m_queue->onDelivery = [this](const Delivery &delivery) { m_deliveries << delivery; };
    }
    void cleanup()
    {
        m_queue.reset();
        m_pool.reset();
        m_stores.reset();
    }

    void aSuccessGoesToItsDestination()
    {
        enqueue(function("good"), R"({"n":12345678901234567890})");
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        QCOMPARE(m_deliveries.first().target, "arn:aws:sqs:us-east-1:123456789012:good");
        const QByteArray record = m_deliveries.first().body;
        const QJsonObject object = QJsonDocument::fromJson(record).object();
        QCOMPARE(object.value("requestContext").toObject().value("condition").toString(), "Success");
        QCOMPARE(object.value("requestContext").toObject().value("approximateInvokeCount").toInt(), 1);
        QVERIFY(!object.value("responseContext").toObject().contains("functionError"));
        // Payloads are handed on as they were written.
        QVERIFY2(record.contains(R"("requestPayload":{"n":12345678901234567890})"), record.constData());
    }

    void aFailureIsTriedThreeTimesAndGoesToBothPlaces()
    {
        FunctionConfig config = function("bad");
        m_policy.deadLetter = "arn:aws:sqs:us-east-1:123456789012:dead";
        enqueue(config, R"({"a":1})");
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 2, 10'000);
        const QJsonObject record = QJsonDocument::fromJson(m_deliveries.at(0).body).object();
        const QJsonObject context = record.value("requestContext").toObject();
        QCOMPARE(context.value("condition").toString(), "RetriesExhausted");
        QCOMPARE(context.value("approximateInvokeCount").toInt(), 3);
        QCOMPARE(context.value("functionArn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:bad:$LATEST");
        QCOMPARE(record.value("responseContext").toObject().value("functionError").toString(), "Unhandled");
        QCOMPARE(record.value("responsePayload").toObject().value("errorMessage").toString(), "no");
        QCOMPARE(m_deliveries.at(1).target, m_policy.deadLetter);
        QCOMPARE(m_deliveries.at(1).body, R"({"a":1})");
        QCOMPARE(m_deliveries.at(1).attributes.at(2).second, "no");
        QCOMPARE(m_logs.find(m_logs.range(), [](const logs::Line &line) { return line.text.endsWith("\ttried"); }).size(), 3);
    }

    void retriesAreAsManyAsAskedFor()
    {
        FunctionConfig config = function("bad");
        m_policy.maxRetries = 0;
        enqueue(config);
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        QCOMPARE(QJsonDocument::fromJson(m_deliveries.first().body).object().value("requestContext").toObject().value("approximateInvokeCount").toInt(), 1);
    }

    void aFunctionThatIsSwitchedOffIsNotTriedAgain()
    {
        FunctionConfig config = function("good");
        config.reservedConcurrency = 0;
        enqueue(config);
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        const QJsonObject record = QJsonDocument::fromJson(m_deliveries.first().body).object();
        QCOMPARE(record.value("requestContext").toObject().value("condition").toString(), "ZeroReservedConcurrency");
        QVERIFY(!record.contains("responseContext"));
    }

    void aThrottledEventWaitsForRoom()
    {
        m_project.file("index.js", "exports.slow = async () => { await new Promise((r) => setTimeout(r, 100)); return 1; };\n");
        FunctionConfig config = function("slow");
        config.reservedConcurrency = 1;
        for (int i = 0; i < 3; ++i)
            enqueue(config);
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 3, 10'000);
        for (const Delivery &delivery : std::as_const(m_deliveries))
            QVERIFY(delivery.body.contains(R"("condition":"Success")"));
    }

    void tellsWhenNothingIsDueAnyMore()
    {
        int settled = 0;
        connect(m_queue.get(), &AsyncQueue::settled, this, [&settled] { ++settled; });
        const FunctionConfig config = function("good");
        enqueue(config);
        enqueue(config);
        QCOMPARE(m_queue->active(), 2);
        QTRY_COMPARE_WITH_TIMEOUT(settled, 1, 10'000);
        QCOMPARE(m_queue->active(), 0);
        QCOMPARE(m_deliveries.size(), 2);
        // What is forgotten is not due, either.
        enqueue(config);
        m_queue->clear();
        QCOMPARE(settled, 2);
        QTest::qWait(50);
        QCOMPARE(settled, 2);
        QCOMPARE(m_queue->active(), 0);
    }

    void anOldEventIsGivenUp()
    {
        FunctionConfig config = function("bad");
        m_policy.maxAge = 0s;
        m_queue = std::make_unique<AsyncQueue>(*m_pool, m_clock, AsyncQueue::Delays{1100ms, 10ms, 5ms, 20ms});
        m_queue->onDelivery = [this](const Delivery &delivery) { m_deliveries << delivery; };
        enqueue(config);
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        QVERIFY(m_deliveries.first().body.contains(R"("condition":"EventAgeExceeded")"));
    }

    void whatWaitsOutlivesTheQueue()
    {
        keepWith({60s, 60s, 5ms, 20ms});
        QVERIFY(m_queue->keeps());
        const FunctionConfig config = function("bad");
        enqueue(config, R"({"a":1})");
        QCOMPARE(kept().size(), 1);
        QCOMPARE(kept().first().function, "bad");
        QTRY_COMPARE_WITH_TIMEOUT(m_queue->waiting(), 1, 10'000);
        QCOMPARE(kept().first().invokes, 1);
        QVERIFY(kept().first().dueMs > m_clock.epochMs() + 50'000);
        m_queue.reset();
        QCOMPARE(kept().size(), 1);

        // The next one's tries are closer together, and nobody waits longer than for one of them.
        keepWith({300ms, 10ms, 5ms, 20ms});
        goOnWith(config);
        QCOMPARE(m_queue->waiting(), 1);
        QVERIFY(m_deliveries.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        QCOMPARE(invokesIn(m_deliveries.first()), 3);
        QVERIFY(m_deliveries.first().body.contains(R"("requestId":"00000000-0000-4000-8000-000000000001")"));
        QVERIFY(m_deliveries.first().body.contains(R"("requestPayload":{"a":1})"));
        QVERIFY(kept().isEmpty());
        QCOMPARE(m_logs.find(m_logs.range(), [](const logs::Line &line) { return line.text.endsWith("\ttried"); }).size(), 3);
    }

    void whatRunsWhenItEndsHasNotFailed()
    {
        m_project.file("index.js", "exports.slow = async () => { await new Promise((r) => setTimeout(r, 300)); return 1; };\n");
        const FunctionConfig config = function("slow");
        m_policy.maxRetries = 0;
        keepWith({10ms, 10ms, 5ms, 20ms});
        enqueue(config);
        QTRY_COMPARE_WITH_TIMEOUT(m_pool->counts().busy, 1, 10'000);
        m_queue->stop();
        QCOMPARE(m_queue->active(), 0);
        m_pool->abortAll();
        QTRY_COMPARE_WITH_TIMEOUT(m_pool->counts().busy, 0, 10'000);
        QVERIFY(m_deliveries.isEmpty());
        QCOMPARE(kept().size(), 1);
        QCOMPARE(kept().first().invokes, 0);
        keepWith({10ms, 10ms, 5ms, 20ms});
        goOnWith(config);
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        QVERIFY(m_deliveries.first().body.contains(R"("condition":"Success")"));
        QVERIFY(kept().isEmpty());
    }

    void anotherTryIsOfWhatWasSavedSince_data()
    {
        QTest::addColumn<QString>("now");
        QTest::addColumn<QByteArray>("condition");
        QTest::addColumn<int>("tries");
        QTest::newRow("mended") << "good" << QByteArray("Success") << 2;
        QTest::newRow("gone") << QString() << QByteArray("RetriesExhausted") << 3;
        QTest::newRow("cannot be told") << "?" << QByteArray("RetriesExhausted") << 3;
    }
    void anotherTryIsOfWhatWasSavedSince()
    {
        QFETCH(QString, now);
        QFETCH(QByteArray, condition);
        m_queue->calleeNow = [&](const QString &name) -> Result<InvokeRequest> {
            if (name != "bad" || now == "?")
                return failure(ErrorCode::Invalid, "unreadable");
            if (now.isEmpty())
                return failure(ErrorCode::NotFound, "gone");
            InvokeRequest callee;
            callee.config = function(now);
            callee.config.name = name;
            callee.async = m_policy;
            return callee;
        };
        enqueue(function("bad"));
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        QVERIFY2(m_deliveries.first().body.contains("\"condition\":\"" + condition + '"'), m_deliveries.first().body);
        QTEST(invokesIn(m_deliveries.first()), "tries");
        // Old code runs only where nothing newer is known.
        QCOMPARE(m_logs.find(m_logs.range(), [](const logs::Line &line) { return line.text.endsWith("\ttried"); }).size(), now == "?" ? 3 : 1);
    }

    void whatRunsWhileItsQueueIsReplacedRunsOnce_data()
    {
        QTest::addColumn<int>("pauseMs");
        QTest::newRow("awaited") << 0;
        QTest::newRow("ended before anybody asked") << 800;
    }
    void whatRunsWhileItsQueueIsReplacedRunsOnce()
    {
        QFETCH(int, pauseMs);
        m_project.file("index.js", "exports.slow = async () => { console.log('tried'); await new Promise((r) => setTimeout(r, 400)); return 1; };\n");
        const FunctionConfig config = function("slow");
        keepWith({10ms, 10ms, 5ms, 20ms});
        enqueue(config);
        QTRY_COMPARE_WITH_TIMEOUT(m_pool->counts().busy, 1, 10'000);
        m_queue.reset();
        QTest::qWait(pauseMs);
        keepWith({10ms, 10ms, 5ms, 20ms});
        goOnWith(config);
        QCOMPARE(m_queue->active(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        QVERIFY(m_deliveries.first().body.contains(R"("condition":"Success")"));
        QCOMPARE(invokesIn(m_deliveries.first()), 1);
        QCOMPARE(m_queue->active(), 0);
        QVERIFY(kept().isEmpty());
        QVERIFY(m_unattended->running.isEmpty() && m_unattended->ended.isEmpty());
        QCOMPARE(m_logs.find(m_logs.range(), [](const logs::Line &line) { return line.text.endsWith("\ttried"); }).size(), 1);
    }

    void whoDoesNotHaveTheEventsLeavesItsOwnAtTheEnd()
    {
        QTemporaryDir folder;
        auto others = sources::SourceStores::open(folder.filePath("sources.sqlite"), m_clock).value();
        QVERIFY(others->asyncEvents().take());
        m_stores = sources::SourceStores::open(folder.filePath("sources.sqlite"), m_clock).value();
        keepWith({60s, 60s, 5ms, 20ms});
        enqueue(function("bad"), R"({"a":1})");
        QTRY_COMPARE_WITH_TIMEOUT(m_queue->waiting(), 1, 10'000);
        QVERIFY(kept().isEmpty());
        m_queue->stop();
        const QList<sources::AsyncEvent> left = others->asyncEvents().all();
        QCOMPARE(left.size(), 1);
        QCOMPARE(left.first().invokes, 1);
        QVERIFY(left.first().dueMs > m_clock.epochMs() + 50'000);
        // The kill switch of one does not forget what is another's.
        keepWith({60s, 60s, 5ms, 20ms});
        m_queue->clear();
        QCOMPARE(others->asyncEvents().all().size(), 1);
        others.reset();
        m_queue->clear();
        QVERIFY(kept().isEmpty());
    }

    void aClockThatWasPutBackDelaysNothingForLong()
    {
        keepWith({50ms, 50ms, 5ms, 20ms});
        sources::AsyncEvent left{0, "00000000-0000-4000-8000-000000000002", "good", "{}", {}, {}, 0, {}, {}, m_clock.epochMs(), m_clock.epochMs() + 86'400'000, 1, 0};
        left.number = m_stores->asyncEvents().keep(left).value();
        goOnWith(function("good"));
        QTRY_COMPARE_WITH_TIMEOUT(m_deliveries.size(), 1, 10'000);
        QCOMPARE(invokesIn(m_deliveries.first()), 2);
    }

    void theKillSwitchForgetsWhatWaits()
    {
        keepWith({400ms, 10ms, 5ms, 20ms});
        enqueue(function("bad"));
        QTRY_VERIFY_WITH_TIMEOUT(m_queue->waiting() == 1 && !m_logs.find(m_logs.range(), [](const logs::Line &line) { return line.text.endsWith("\ttried"); }).isEmpty(), 10'000);
        QCOMPARE(m_queue->active(), 0);
        m_queue->clear();
        QVERIFY(kept().isEmpty());
        QTest::qWait(600);
        QVERIFY(m_deliveries.isEmpty());
        QCOMPARE(m_queue->waiting(), 0);
    }
};

QTEST_GUILESS_MAIN(tst_AsyncQueue)
#include "tst_asyncqueue.moc"
