// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logstore.h"
#include "core/runtime/asyncqueue.h"
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
        m_policy = {};
        m_deliveries.clear();
        m_logs.clear();
        m_queue->onDelivery = [this](const Delivery &delivery) { m_deliveries << delivery; };
    }
    void cleanup()
    {
        m_queue.reset();
        m_pool.reset();
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

    void theKillSwitchForgetsWhatWaits()
    {
        m_queue = std::make_unique<AsyncQueue>(*m_pool, m_clock, AsyncQueue::Delays{400ms, 10ms, 5ms, 20ms});
        m_queue->onDelivery = [this](const Delivery &delivery) { m_deliveries << delivery; };
        enqueue(function("bad"));
        QTRY_VERIFY_WITH_TIMEOUT(m_queue->waiting() == 1 && !m_logs.find(m_logs.range(), [](const logs::Line &line) { return line.text.endsWith("\ttried"); }).isEmpty(), 10'000);
        QCOMPARE(m_queue->active(), 0);
        m_queue->clear();
        QTest::qWait(600);
        QVERIFY(m_deliveries.isEmpty());
        QCOMPARE(m_queue->waiting(), 0);
    }
};

QTEST_GUILESS_MAIN(tst_AsyncQueue)
#include "tst_asyncqueue.moc"
