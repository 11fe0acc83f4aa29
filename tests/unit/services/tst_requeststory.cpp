// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/requeststory.h"

#include <QTest>

using namespace eph;
using namespace eph::services;

/// What is remembered of invocations, and how their story is put together.
class tst_RequestStory : public QObject
{
    Q_OBJECT

    static runtime::EndedInvocation ended(const QByteArray &id, const QString &function, const QByteArray &root, qint64 startedMs, double durationMs)
    {
        runtime::EndedInvocation one;
        one.config.name = function;
        one.report.requestId = id;
        one.report.durationMs = durationMs;
        one.startedEpochMs = startedMs;
        one.traceRoot = root;
        one.event = "{\"from\":\"" + id + "\"}";
        one.answer = "1";
        return one;
    }
    static logs::Line line(const QByteArray &id, const QByteArray &text, qint64 ms = 1000) { return {ms, logs::Source::Function, "shop", "env", id, text}; }
    const QByteArray m_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

private Q_SLOTS:
    void remembersWhatASourceCaused()
    {
        RecentInvocations recent;
        const auto take = [&recent](const QByteArray &id, runtime::OriginKind kind, const QString &source) {
            runtime::EndedInvocation one = ended(id, "worker", {}, 1, 1);
            one.origin = {kind, source};
            recent.take(one);
        };
        take("1", runtime::OriginKind::Queue, "jobs");
        take("2", runtime::OriginKind::Queue, "others");
        // An API's route may have any name.
        take("3", runtime::OriginKind::HttpApi, "jobs");
        take("4", runtime::OriginKind::Event, "jobs");
        take("5", runtime::OriginKind::Queue, "jobs");
        take("6", runtime::OriginKind::Queue, "jobs");
        QByteArrayList ids;
        for (const runtime::EndedInvocation &one : recent.causedBy({runtime::OriginKind::Queue, "jobs"}, 2))
            ids << one.report.requestId;
        QCOMPARE(ids, (QByteArrayList{"6", "5"}));
        QCOMPARE(recent.causedBy({runtime::OriginKind::Queue, "jobs"}, 9).size(), 3);
        QCOMPARE(recent.causedBy({runtime::OriginKind::Event, "jobs"}, 9).size(), 1);
    }

    void tellsTheStoryOfItsLines()
    {
        const QList<logs::Line> lines{line(m_id, "START RequestId: " + m_id + " Version: $LATEST", 1000), line("other", "not mine"), line(m_id, "hello"),
                                      line(m_id, "REPORT RequestId: " + m_id + "\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tInit Duration: 90.50 ms\t")};
        const RequestStory story = storyOf(m_id, lines, {}, {});
        QCOMPARE(story.lines.size(), 3);
        QCOMPARE(story.startedMs, 1000);
        QCOMPARE(story.durationMs, 12.34);
        QCOMPARE(story.initMs, 90.5);
        QCOMPARE(story.billedMs, 13);
        QCOMPARE(story.maxMemoryMiB, 40);
        QCOMPARE(story.function, "shop");
        QVERIFY(!story.failed && !story.isRecent && story.trace.isEmpty());
    }

    void knowsAFailureByItsReport()
    {
        const RequestStory story = storyOf(m_id, {line(m_id, "REPORT RequestId: " + m_id + "\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tStatus: timeout")}, {}, {});
        QVERIFY(story.failed);
        QCOMPARE(story.durationMs, 3000.0);
    }

    void knowsNothingOfAnUnknownRequest()
    {
        const RequestStory story = storyOf("unknown", {line(m_id, "hello")}, {}, {});
        QVERIFY(story.lines.isEmpty() && story.outcome.isEmpty() && story.startedMs < 0);
    }

    void addsEventAnswerAndTraceOfARecentOne()
    {
        RecentInvocations recent;
        recent.take(ended("c", "worker", "root-1", 1300, 50));
        recent.take(ended("a", "front", "root-1", 1000, 320));
        recent.take(ended("x", "other", "root-2", 1100, 1));
        auto back = ended("b", "back", "root-1", 1100, 30);
        back.outcome = runtime::Outcome::FunctionError;
        back.origin = {runtime::OriginKind::Queue, "work"};
        recent.take(back);
        const RequestStory story = storyOf("a", {}, {}, recent);
        QVERIFY(story.isRecent);
        QCOMPARE(story.event, QByteArray("{\"from\":\"a\"}"));
        QCOMPARE(story.trace.size(), 3);
        QCOMPARE(story.trace.at(0).requestId, QByteArray("a"));
        QCOMPARE(story.trace.at(1).requestId, QByteArray("b"));
        QVERIFY(story.trace.at(1).failed);
        QCOMPARE(story.trace.at(1).origin, "queue work");
        QCOMPARE(story.trace.at(2).function, "worker");
    }

    void forgetsTheOldestAndWhatIsTooLarge()
    {
        RecentInvocations recent;
        auto large = ended("large", "f", "r", 0, 1);
        large.event = QByteArray(RecentInvocations::LargestText + 1, 'x');
        recent.take(large);
        QVERIFY(recent.find("large")->event.isEmpty());
        QVERIFY(!recent.find("large")->answer.isEmpty());
        for (int i = 0; i < 100; ++i) {
            auto one = ended(QByteArray::number(i), "f", "r", 0, 1);
            one.event = QByteArray(RecentInvocations::LargestText, 'x');
            recent.take(one);
        }
        QVERIFY(!recent.find("large") && !recent.find("0"));
        QVERIFY(recent.find("99"));
        for (size_t i = 0; i < RecentInvocations::Most; ++i)
            recent.take(ended("n" + QByteArray::number(i), "f", "r2", 0, 1));
        QVERIFY(!recent.find("99"));
        QCOMPARE(size_t(recent.ofTrace("r2").size()), RecentInvocations::Most);
        QVERIFY(recent.ofTrace({}).isEmpty());
    }

    void remembersWhatAFunctionWasSent()
    {
        RecentInvocations recent;
        recent.take(ended("1", "shop", "r", 0, 1));
        recent.take(ended("2", "shop-dev-shop", "r", 0, 1));
        recent.take(ended("2", "shop-dev-shop", "r", 0, 1));
        recent.take(ended("3", "other", "r", 0, 1));
        QCOMPARE(recent.eventsOf({"shop", "shop-dev-shop"}, 10), QList<QByteArray>({"{\"from\":\"2\"}", "{\"from\":\"1\"}"}));
        QCOMPARE(recent.eventsOf({"shop", "shop-dev-shop"}, 1).size(), 1);
        QVERIFY(recent.eventsOf({"nobody"}, 10).isEmpty());
    }

    void leavesMeasurementsOut()
    {
        RecentInvocations recent;
        auto trial = ended("t", "f", "r", 0, 1);
        trial.origin.kind = runtime::OriginKind::Trial;
        recent.take(trial);
        QVERIFY(!recent.find("t"));
    }
};

QTEST_GUILESS_MAIN(tst_RequestStory)
#include "tst_requeststory.moc"
