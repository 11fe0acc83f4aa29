// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logstore.h"
#include "core/services/cloudlogfeed.h"
#include "core/services/cloudlogs.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/fakeclock.h"

#include <QSignalSpy>
#include <QTest>
#include <thread>

using namespace eph;
using namespace eph::services;

/// Log groups of an account: every event once, in order, whatever the pages look like.
class tst_CloudLogs : public QObject
{
    Q_OBJECT

    struct Event {
        QByteArray group;
        qint64 epochMs;
        QByteArray message;
        QByteArray stream = "2026/11/01/[$LATEST]abcdef";
        qint64 ingestedMs = 0;
    };
    /// As the service answers: pages of two, one of them empty.
    struct Service : http::Transport {
        Result<http::Response> send(const QUrl &, const http::Request &request, std::chrono::milliseconds) override
        {
            const QJsonObject asked = QJsonDocument::fromJson(request.body).object();
            starts << asked.value("startTime").toInteger();
            const QString group = asked.value("logGroupName").toString();
            if (group == "/aws/lambda/none")
                return http::Response{400, {}, "{\"__type\":\"ResourceNotFoundException\",\"message\":\"The specified log group does not exist.\"}"};
            QList<Event> all;
            for (const Event &event : events) {
                if (QString::fromUtf8(event.group) == group && event.epochMs >= starts.last())
                    all << event;
            }
            const qsizetype from = asked.value("nextToken").toString("0").toInt();
            QJsonArray page;
            // The second page is empty, and more follow.
            for (qsizetype i = from; i < std::min(from + 2, all.size()) && from != 1000; ++i)
                page.append(QJsonObject{{"eventId", QString::number(events.indexOf(all.at(i)))}, {"timestamp", all.at(i).epochMs}, {"message", QString::fromUtf8(all.at(i).message)}, {"logStreamName", QString::fromUtf8(all.at(i).stream)}, {"ingestionTime", all.at(i).ingestedMs}});
            QJsonObject answer{{"events", page}};
            if (from == 0 && all.size() > 2)
                answer.insert("nextToken", "1000");
            else if (from == 1000)
                answer.insert("nextToken", "2");
            else if (from + 2 < all.size())
                answer.insert("nextToken", QString::number(from + 2));
            return http::Response{200, {}, QJsonDocument(answer).toJson(QJsonDocument::Compact)};
        }
        QList<Event> events;
        QList<qint64> starts;
    };
    struct Bench {
        Bench(Service &service, const QStringList &groups, qint64 fromMs)
            : client(service, clock, access())
            , reader(client, clock, groups, fromMs)
        {
        }
        static deploy::AwsAccess access()
        {
            deploy::AwsAccess access;
            access.region = "eu-central-1";
            access.credentials = {"a", "b", {}};
            return access;
        }
        QStringList poll()
        {
            QStringList texts;
            const auto polled = reader.poll(cancelled, [&](const QList<logs::Line> &lines) {
                for (const logs::Line &line : lines) {
                    texts << QString::fromUtf8(line.text);
                    all << line;
                }
            });
            if (!polled)
                texts << "! " + polled.error().message;
            return texts;
        }
        test::FakeClock clock;
        deploy::AwsClient client;
        CloudLogReader reader;
        std::atomic<bool> cancelled = false;
        QList<logs::Line> all;
    };
    static int linesWith(const CloudLogFeed &feed, const QByteArray &text)
    {
        const QList<logs::Line> lines = feed.store().lines(feed.store().range().first, 1000);
        return int(std::count_if(lines.cbegin(), lines.cend(), [&](const logs::Line &line) { return line.text.contains(text); }));
    }
    static bool invokeOne(const QString &url, int n)
    {
        http::NetworkTransport network;
        http::Request request;
        request.method = "POST";
        request.path = "/2015-03-31/functions/one/invocations";
        request.body = "{\"n\":" + QByteArray::number(n) + "}";
        return network.send(QUrl(url), request, std::chrono::seconds(20)).has_value();
    }
    static constexpr qint64 T = 1'770'000'000'000;

    friend bool operator==(const Event &a, const Event &b) { return a.group == b.group && a.epochMs == b.epochMs && a.message == b.message; }

private Q_SLOTS:
    void readsAllPagesAndEachEventOnce()
    {
        Service service;
        for (int i = 0; i < 7; ++i)
            service.events.append({"/aws/lambda/shop", T + i * 100'000, "line " + QByteArray::number(i) + "\n"});
        Bench bench(service, {"/aws/lambda/shop"}, T);
        QCOMPARE(bench.poll(), QStringList({"line 0", "line 1", "line 2", "line 3", "line 4", "line 5", "line 6"}));
        QCOMPARE(bench.poll(), QStringList());
        // One that arrives late is found, one that is much too late is not asked for again.
        service.events.append({"/aws/lambda/shop", T + 595'000, "late"});
        service.events.append({"/aws/lambda/shop", T + 700'000, "new"});
        QCOMPARE(bench.poll(), QStringList({"late", "new"}));
        QCOMPARE(bench.poll(), QStringList());
        QCOMPARE(service.starts.last(), T + 670'000);
        QCOMPARE(bench.reader.meter().events, 9);
    }

    void bringsSeveralGroupsIntoOneOrder()
    {
        Service service;
        service.events = {{"/aws/lambda/b", T + 1, "second"}, {"/aws/lambda/a", T, "first"}, {"/aws/lambda/a", T + 2, "third"}};
        Bench bench(service, {"/aws/lambda/b", "/aws/lambda/a"}, T);
        QCOMPARE(bench.poll(), QStringList({"first", "second", "third"}));
        QCOMPARE(bench.all.first().function, "a");
    }

    void knowsTheRequestThatAStreamIsIn()
    {
        const QByteArray one = "11111111-2222-3333-4444-555555555555";
        const QByteArray two = "21111111-2222-3333-4444-555555555555";
        Service service;
        service.events = {{"g/x", T, "START RequestId: " + one + " Version: $LATEST\n"}, {"g/x", T + 1, "START RequestId: " + two + " Version: $LATEST\n", "[1]other"}, {"g/x", T + 2, "Traceback\n  File \"x\"\n"}, {"g/x", T + 3, "of two", "[1]other"},
                          {"g/x", T + 4, "REPORT RequestId: " + one + "\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\n"}, {"g/x", T + 5, "between"}};
        Bench bench(service, {"g/x"}, T);
        (void)bench.poll();
        QList<QByteArray> requests;
        for (const logs::Line &line : std::as_const(bench.all))
            requests << line.requestId;
        QCOMPARE(requests, QList<QByteArray>({one, two, one, two, one, QByteArray()}));
        QCOMPARE(bench.all.at(2).text, QByteArray("Traceback\v  File \"x\""));
        QCOMPARE(bench.all.at(0).environment, "abcdef");
        QCOMPARE(bench.all.at(0).source, logs::Source::Platform);
    }

    void tellsWhatIsMissingAndHowClocksDiffer()
    {
        Service service;
        Bench none(service, {"/aws/lambda/none"}, T);
        QCOMPARE(none.poll(), QStringList({"! There is no log group “/aws/lambda/none”."}));
        Bench bench(service, {"/aws/lambda/shop"}, 0);
        service.events = {{"/aws/lambda/shop", bench.clock.startMs, "x", "s", bench.clock.startMs + 90'000}};
        (void)bench.poll();
        QCOMPARE(bench.reader.meter().clockAheadMs, 90'000);
    }

    void canBeStopped()
    {
        Service service;
        for (int i = 0; i < 10; ++i)
            service.events.append({"/aws/lambda/shop", T + i, "line"});
        Bench bench(service, {"/aws/lambda/shop"}, T);
        bench.cancelled = true;
        QCOMPARE(bench.poll(), QStringList());
        QCOMPARE(service.starts.size(), 0);
    }

    void namesGroupsOfFunctions()
    {
        QCOMPARE(logGroupOf("shop-dev-Fn"), "/aws/lambda/shop-dev-Fn");
        QCOMPARE(logGroupOf("/ecs/x"), "/ecs/x");
    }

    /// The real endpoint, with what a real function said.
    void followsTheLocalEndpoint()
    {
        test::TestProject project;
        project.function("python3.13", "index.handler", "      FunctionName: one\n").file("index.py", "def handler(event, context):\n    print('hello', event['n'])\n    return 1\n");
        test::EndpointFixture endpoint(project);
        qputenv("AWS_ACCESS_KEY_ID", "a");
        qputenv("AWS_SECRET_ACCESS_KEY", "b");
        const QString url = QStringLiteral("http://127.0.0.1:%1").arg(endpoint.port);
        http::NetworkTransport network;
        const auto invoke = [&](int n) { return invokeOne(url, n); };
        QVERIFY(invoke(1));
        const auto groups = logGroupsOf({"aws", "dev", {}, "us-east-1", url}, {}, "/aws/lambda/");
        QVERIFY2(groups, groups ? "" : qPrintable(groups.error().message));
        QVERIFY(groups->contains("/aws/lambda/one"));
        CloudLogFeed feed;
        QSignalSpy failed(&feed, &CloudLogFeed::failed);
        feed.start({{"aws", "dev", {}, "us-east-1", url}, {}, {"/aws/lambda/one"}, 0});
        const auto said = [&](const QByteArray &text) { return linesWith(feed, text); };
        QTRY_COMPARE(said("hello 1"), 1);
        QVERIFY(invoke(2));
        QTRY_COMPARE_WITH_TIMEOUT(said("hello 2"), 1, 15'000);
        QCOMPARE(said("hello 1"), 1);
        QCOMPARE(said("REPORT"), 2);
        QVERIFY(failed.isEmpty());
        // An event has one id, wherever one begins to read.
        const sys::SystemClock clock;
        deploy::AwsAccess access = Bench::access();
        access.endpoint = QUrl(url);
        deploy::AwsClient client(network, clock, access);
        const auto events = [&](qint64 fromMs) { return client.call({"logs", "FilterLogEvents", {{"logGroupName", "/aws/lambda/one"}, {"startTime", fromMs}}})->value("events").toArray(); };
        const QJsonArray all = events(0);
        const QJsonArray some = events(all.last().toObject().value("timestamp").toInteger());
        QVERIFY(some.size() < all.size());
        QCOMPARE(some.last(), all.last());
        QSet<QString> ids;
        for (const auto &event : all)
            ids.insert(event.toObject().value("eventId").toString());
        QCOMPARE(ids.size(), all.size());
        feed.stop();
        QVERIFY(!feed.isRunning());
        feed.start({{"aws", "dev", {}, "us-east-1", url}, {}, {"/aws/lambda/nobody"}, 0});
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!feed.isRunning());
    }

    /// What a real function says is sent while it runs; what was said before is read, and neither comes twice.
    void listensToTheLocalEndpoint()
    {
        test::TestProject project;
        project.function("python3.13", "index.handler", "      FunctionName: one\n").file("index.py", "def handler(event, context):\n    print('hello', event['n'])\n    return 1\n");
        test::EndpointFixture endpoint(project);
        const QString url = QStringLiteral("http://127.0.0.1:%1").arg(endpoint.port);
        http::NetworkTransport network;
        const auto invoke = [&](int n) { return invokeOne(url, n); };
        QVERIFY(invoke(1));
        CloudLogFeed feed;
        QSignalSpy failed(&feed, &CloudLogFeed::failed);
        feed.start({{"aws", "dev", {}, "us-east-1", url}, {}, {"/aws/lambda/one"}, 0, true});
        const auto said = [&](const QByteArray &text) { return linesWith(feed, text); };
        QTRY_COMPARE_WITH_TIMEOUT(said("hello 1"), 1, 15'000);
        for (int n = 2; n < 5; ++n)
            QVERIFY(invoke(n));
        QTRY_COMPARE_WITH_TIMEOUT(said("REPORT"), 4, 15'000);
        QTest::qWait(1500); // One more look of the service.
        QCOMPARE(said("REPORT"), 4);
        for (int n = 1; n < 5; ++n)
            QCOMPARE(said("hello " + QByteArray::number(n)), 1);
        QVERIFY(feed.meter().liveMs > 1000);
        QVERIFY(failed.isEmpty());
        feed.stop();
        feed.start({{"aws", "dev", {}, "us-east-1", url}, {}, {"/aws/lambda/nobody"}, 0, true});
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 15'000);
        QVERIFY(failed.first().first().value<Error>().message.contains("/aws/lambda/nobody"));
    }
};

QTEST_GUILESS_MAIN(tst_CloudLogs)
#include "tst_cloudlogs.moc"
