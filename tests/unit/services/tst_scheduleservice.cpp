// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/calledschedules.h"
#include "core/services/fidelity.h"
#include "core/services/scheduleservice.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::services;
using namespace std::chrono_literals;
using schedule::Instant;
using schedule::toIso;
using test::TestProject;

namespace {

const Instant NewYear{1'767'225'600s}; ///< 2026-01-01T00:00:00Z

cost::PriceBook prices()
{
    return *cost::loadPriceBook(SOURCE_DIR "/resources/pricing/prices.json");
}

const QByteArray Head = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Digest:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.handler\n      Runtime: nodejs20.x\n      Timeout: 60\n";

} // namespace

/// Schedules in a template, written and read again, and a clock that is turned.
class tst_ScheduleService : public QObject
{
    Q_OBJECT

    static void make(TestProject &project, const QByteArray &events) { project.file("template.yaml", Head + "      Events:\n" + events).file("index.js", "exports.handler = async () => 1;\n"); }

private Q_SLOTS:
    void isWrittenAndReadAgain()
    {
        TestProject project;
        project.file("template.yaml", Head + "  # the end\n").file("index.js", "exports.handler = async () => 1;\n");
        ScheduleDraft draft;
        draft.event = "Daily";
        draft.text = "cron(0 10 * * ? *)";
        draft.zone = "Europe/Berlin";
        draft.start = "2026-01-01T00:00:00Z";
        draft.flexibleMinutes = 15;
        draft.enabled = false;
        draft.input = "{\"kind\": \"daily\", \"at\": \"<aws.scheduler.scheduled-time>\"}";
        QVERIFY(writeSchedule(project.load().functions.first(), draft));
        auto schedules = cloud::schedulesOf(project.load());
        QCOMPARE(schedules.size(), 1);
        QVERIFY2(schedules.first().isValid(), qPrintable(schedules.first().problem));
        const ScheduleDraft read = draftOf(schedules.first());
        QCOMPARE(read.text, draft.text);
        QCOMPARE(read.zone, draft.zone);
        QCOMPARE(read.start, draft.start);
        QCOMPARE(read.flexibleMinutes, 15);
        QCOMPARE(read.enabled, false);
        QCOMPARE(read.input, draft.input);
        QVERIFY(project.load().findings.isEmpty());
        // The same function's event becomes a rule: nothing of the Scheduler is left behind.
        draft.dialect = schedule::Dialect::EventBridgeRules;
        draft.text = "rate(5 minutes)";
        draft.zone.clear();
        draft.enabled = true;
        draft.input.clear();
        QVERIFY(writeSchedule(project.load().functions.first(), draft));
        QVERIFY2(project.read("template.yaml").contains("Type: Schedule\n          Properties:\n            Schedule: rate(5 minutes)\n"), project.read("template.yaml"));
        for (const char *gone : {"Scheduler", "ScheduleExpression", "StartDate", "Flexible", "State", "Input"})
            QVERIFY2(!project.read("template.yaml").contains(gone), gone);
        QVERIFY(project.read("template.yaml").contains("# the end"));
        const auto project1 = project.load();
        QVERIFY(removeSchedule(project1, cloud::schedulesOf(project1).first()));
        QVERIFY(cloud::schedulesOf(project.load()).isEmpty());
    }

    void refusesWhatTheServiceWouldRefuse_data()
    {
        QTest::addColumn<QString>("event");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("zone");
        QTest::addColumn<QString>("input");
        QTest::newRow("name") << "Daily-1" << "rate(1 day)" << "" << "";
        QTest::newRow("expression") << "Daily" << "cron(0 25 * * ? *)" << "" << "";
        QTest::newRow("zone") << "Daily" << "rate(1 day)" << "Berlin" << "";
        QTest::newRow("input") << "Daily" << "rate(1 day)" << "" << "{nonsense";
    }
    void refusesWhatTheServiceWouldRefuse()
    {
        QFETCH(const QString, event);
        QFETCH(const QString, text);
        QFETCH(const QString, zone);
        QFETCH(const QString, input);
        TestProject project;
        make(project, "        A: {Type: Schedule, Properties: {Schedule: rate(1 day)}}\n");
        const QByteArray before = project.read("template.yaml");
        ScheduleDraft draft;
        draft.event = event;
        draft.text = text;
        draft.zone = zone;
        draft.input = input;
        const auto written = writeSchedule(project.load().functions.first(), draft);
        QVERIFY(!written);
        QVERIFY(!written.error().message.isEmpty());
        QCOMPARE(project.read("template.yaml"), before);
    }

    /// What is written once and used several times is not changed behind one's back.
    void leavesSharedTextAlone()
    {
        TestProject project;
        project.file("index.js", "");
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.handler\n      Runtime: nodejs20.x\n      Events: &evs\n"
                                      "        X: {Type: Schedule, Properties: {Schedule: rate(1 day)}}\n  B:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: index.handler, Runtime: nodejs20.x, Events: *evs}\n");
        const QByteArray before = project.read("template.yaml");
        const auto loaded = project.load();
        for (const char *id : {"A/X", "B/X"}) {
            const auto schedule = findSchedule(loaded, id);
            QVERIFY(schedule);
            QCOMPARE(setScheduleEnabled(loaded, *schedule, false).error().code, ErrorCode::Conflict);
            QCOMPARE(removeSchedule(loaded, *schedule).error().code, ErrorCode::Conflict);
            QCOMPARE(scheduleExpressionEdit(before, loaded, *schedule, "rate(2 days)").error().code, ErrorCode::Conflict);
        }
        QCOMPARE(project.read("template.yaml"), before);
    }

    void enablesWhatAMergeDisables()
    {
        TestProject project;
        make(project, "        A: {Type: Schedule, Properties: &p {Schedule: rate(1 day), Enabled: false}}\n        B:\n          Type: Schedule\n          Properties:\n            <<: *p\n            Name: b\n");
        const auto loaded = project.load();
        QVERIFY(setScheduleEnabled(loaded, *findSchedule(loaded, "Digest/B"), true));
        QVERIFY(findSchedule(project.load(), "Digest/B")->enabled);
        QVERIFY(!findSchedule(project.load(), "Digest/A")->enabled);
    }

    void leavesOtherEventsAndWhatRefersAlone()
    {
        TestProject project;
        project.file("index.js", "");
        project.file("template.yaml", Head + "      Events:\n        Api: {Type: HttpApi, Properties: {Method: GET, Path: /x}}\n        Ref: {Type: ScheduleV2, Properties: {ScheduleExpression: !Ref Expr, Input: !Sub '{\"stack\": \"${AWS::StackName}\"}'}}\n"
                                             "  Own:\n    Type: AWS::Events::Rule\n    Properties: {ScheduleExpression: rate(1 hour), Targets: [{Id: one, Arn: !GetAtt Digest.Arn}, {Id: two, Arn: !GetAtt Digest.Arn}]}\n"
                                             "  Permission: {Type: AWS::Lambda::Permission, Properties: {SourceArn: !GetAtt Own.Arn}}\nParameters:\n  Expr: {Type: String, Default: rate(5 minutes)}\n");
        const auto loaded = project.load();
        const project::Function &function = loaded.functions.first();
        ScheduleDraft draft;
        draft.event = "Api";
        draft.text = "rate(5 minutes)";
        QCOMPARE(writeSchedule(function, draft).error().code, ErrorCode::Conflict);
        // Only the zone changes: the rest still refers to what it refers to.
        draft = draftOf(*findSchedule(loaded, "Digest/Ref"));
        draft.zone = "Europe/Berlin";
        QVERIFY(writeSchedule(function, draft));
        QVERIFY2(project.read("template.yaml").contains("!Ref Expr") && project.read("template.yaml").contains("!Sub"), project.read("template.yaml"));
        QCOMPARE(findSchedule(project.load(), "Digest/Ref")->zoneName, "Europe/Berlin");
        // Two targets are two schedules, and the permission names the rule.
        QVERIFY(findSchedule(loaded, "Own/one") && findSchedule(loaded, "Own/two"));
        QCOMPARE(removeSchedule(loaded, *findSchedule(loaded, "Own/one")).error().code, ErrorCode::Conflict);
    }

    void isTurnedOffAndOnWithoutATrace()
    {
        TestProject project;
        make(project, "        Daily: # morning\n          Type: Schedule\n          Properties: {Schedule: rate(1 day)}\n        Flow: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}\n");
        const QByteArray before = project.read("template.yaml");
        const auto toggle = [&project](const QString &id, bool on) {
            const auto loaded = project.load();
            return setScheduleEnabled(loaded, *findSchedule(loaded, id), on);
        };
        QVERIFY(toggle("Digest/Daily", false));
        QVERIFY(!findSchedule(project.load(), "Digest/Daily")->enabled);
        QVERIFY(toggle("Digest/Daily", true));
        QCOMPARE(project.read("template.yaml"), before);
        QVERIFY(toggle("Digest/Flow", true));
        QVERIFY(findSchedule(project.load(), "Digest/Flow")->enabled);
        QVERIFY(findSchedule(project.load(), "Digest/Dayly").error().hint.contains("Digest/Daily"));
    }

    void theTurnedClockCountsWhatRuns()
    {
        TestProject project;
        make(project, "        Often: {Type: Schedule, Properties: {Schedule: cron(0/10 * * * ? *)}}\n        Hourly: {Type: Schedule, Properties: {Schedule: cron(0 * * * ? *)}}\n");
        const auto loaded = project.load();
        SimulationRequest request;
        request.project = &loaded;
        request.from = NewYear;
        request.length = 24h;
        request.durations.insert("Digest", 90s); // The timeout is 60 s.
        int runs = 0, coldOnes = 0;
        const auto summary = simulate(request, prices(), [&](const SimulatedRun &run) {
            ++runs;
            coldOnes += run.cold;
            if (run.duration != 60s)
                qFatal("longer than its timeout");
            return true;
        });
        QCOMPARE(summary.runs, 144 + 24);
        QCOMPARE(runs, 168);
        QCOMPARE(summary.peakConcurrency, 2);
        QCOMPARE(summary.peakAt, NewYear);
        // Two at midnight. The second one waits an hour less a minute for its next run, longer than it is kept.
        QCOMPARE(summary.coldStarts, 2 + 23);
        QCOMPARE(coldOnes, 25);
        QCOMPARE(summary.cost, cost::invocationCost(prices(), {128, 60'000, false}).times(168));
        QCOMPARE(summary.runsOf.value("Digest/Hourly"), 24);
    }

    void collisionsHaveAWayOut()
    {
        TestProject project;
        make(project, "        A: {Type: Schedule, Properties: {Schedule: cron(0 0 * * ? *)}}\n        B: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 0 ? * MON *)}}\n        C: {Type: Schedule, Properties: {Schedule: cron(30 12 * * ? *)}}\n");
        const auto loaded = project.load();
        SimulationRequest request;
        request.project = &loaded;
        request.from = NewYear;
        request.length = std::chrono::days(28);
        request.standardDuration = 45s;
        const auto found = collisionsOf(request, prices());
        QCOMPARE(found.size(), 1);
        QCOMPARE(found.first().schedules, QStringList({"Digest/A", "Digest/B"}));
        QCOMPARE(found.first().count, 4);
        QCOMPARE(found.first().concurrency, 2);
        QCOMPARE(toIso(found.first().first), "2026-01-05T00:00:00Z");
        QCOMPARE(found.first().moved, "Digest/B");
        QCOMPARE(found.first().suggested, "cron(1 0 ? * 2 *)");
        const auto edit = scheduleExpressionEdit(project.read("template.yaml"), loaded, *findSchedule(loaded, found.first().moved), found.first().suggested);
        QVERIFY(edit);
        project.file("template.yaml", edit->applied(project.read("template.yaml")));
        const auto after = project.load();
        request.project = &after;
        QVERIFY(collisionsOf(request, prices()).isEmpty());
    }

    void whatCannotMoveIsSpread()
    {
        TestProject project;
        make(project, "        A: {Type: Schedule, Properties: {Schedule: cron(* * * * ? *)}}\n        B: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0/20 * * * ? *), FlexibleTimeWindow: {Mode: 'OFF'}}}\n");
        const auto loaded = project.load();
        SimulationRequest request;
        request.project = &loaded;
        request.from = NewYear;
        request.length = std::chrono::days(2);
        const auto found = collisionsOf(request, prices());
        QCOMPARE(found.size(), 1);
        QCOMPARE(found.first().moved, "Digest/B");
        QCOMPARE(found.first().suggested, QString());
        // Half way to the next run.
        QCOMPARE(found.first().flexibleMinutes, 10);
        const auto edit = scheduleWindowEdit(project.read("template.yaml"), loaded, *findSchedule(loaded, "Digest/B"), 10);
        QVERIFY(edit);
        project.file("template.yaml", edit->applied(project.read("template.yaml")));
        const auto after = project.load();
        QCOMPARE(findSchedule(after, "Digest/B")->flexibleWindow, std::chrono::minutes(10));
        // No more can be done about it.
        request.project = &after;
        for (const Collision &collision : collisionsOf(request, prices()))
            QCOMPARE(collision.moved, QString());
    }

    void fidelitySaysWhatIsIgnored()
    {
        TestProject project;
        make(project, "        A: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), DeadLetterConfig: {Arn: arn:aws:sqs:us-east-1:123456789012:dead}}}\n");
        const auto loaded = project.load();
        QStringList topics;
        for (const FidelityNote &note : fidelityOf(loaded, loaded.functions.first(), {}, sys::Interpreters()))
            topics << fidelityName(note.fidelity) + ' ' + note.topic;
        for (const char *topic : {"emulated Schedules", "approximated Time of schedules"})
            QVERIFY2(topics.contains(topic), qPrintable(topics.join(", ")));
    }

    void aMonthHasItsPrice()
    {
        const schedule::FireTimes times(*schedule::parseExpression("cron(0/5 * * * ? *)", schedule::Dialect::EventBridgeRules));
        const auto month = monthlyCost(times, NewYear, {1024, 1000, false}, prices());
        QCOMPARE(month.runs, 8640);
        QCOMPARE(month.cost, cost::invocationCost(prices(), {1024, 1000, false}).times(8640));
    }

    void listsWhatCallsHaveMade()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "      Events: {Often: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}}\n").file("index.js", "");
        const project::Project loaded = project.load();
        QCOMPARE(services::allSchedules(loaded).size(), 1);
        services::CalledSchedules called;
        called.setProject(loaded.folder);
        QVERIFY(called.all().isEmpty());
        QDir(project.path()).mkdir(".ephemera");
        const auto documents = *account::DocumentStore::open(account::DocumentStore::pathIn(loaded.folder));
        QVERIFY(documents->put({"schedule", "default", "nightly"}, {{"Name", "nightly"}, {"ScheduleExpression", "rate(1 day)"}, {"State", "ENABLED"}, {"FlexibleTimeWindow", QJsonObject{{"Mode", "OFF"}}}, {"Target", QJsonObject{{"Arn", "arn:aws:lambda:us-east-1:123456789012:function:Fn"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}}}}));
        QVERIFY(called.lookAround());
        QVERIFY(!called.lookAround());
        const auto all = services::allSchedules(loaded);
        QCOMPARE(all.size(), 2);
        QVERIFY(all.last().called);
        QCOMPARE(all.last().function, "Fn");
        const auto found = services::findSchedule(loaded, all.last().id);
        QVERIFY(found);
        QCOMPARE(services::removeSchedule(loaded, *found).error().code, ErrorCode::Unsupported);
        QCOMPARE(services::setScheduleEnabled(loaded, *found, false).error().code, ErrorCode::Unsupported);
        QVERIFY(documents->remove({"schedule", "default", "nightly"}));
        QVERIFY(called.lookAround());
        QVERIFY(called.all().isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_ScheduleService)
#include "tst_scheduleservice.moc"
