// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/schedulerunner.h"
#include "core/logs/logstore.h"
#include "core/sys/posixprocess.h"
#include "tests/support/fakeclock.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::cloud;
using schedule::toIso;
using namespace std::chrono_literals;
using test::TestProject;

namespace {

/// A project whose function writes each event down, real processes, and a clock that is turned by hand.
struct Desk {
    explicit Desk(const QByteArray &events, const QByteArray &resources = {})
    {
        write(events, resources);
        runner.onDeadLetter = [this](const QString &arn, const QByteArray &event, const QList<std::pair<QByteArray, QByteArray>> &attributes) {
            QString letter = arn + ' ' + QString::fromUtf8(event);
            for (const auto &[name, value] : attributes)
                letter += ' ' + QString::fromUtf8(name + '=' + value);
            deadLetters << letter;
        };
        project.file("index.js", "exports.handler = async (event) => { require('fs').appendFileSync(__dirname + '/sent', JSON.stringify(event) + '\\n'); };\n");
    }
    void write(const QByteArray &events, const QByteArray &resources = {})
    {
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Digest:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.handler\n      Runtime: nodejs20.x\n      Events:\n" + events + resources);
    }
    /// The clock now shows a time of 2 January 2026, and one looks.
    void at(const char *time)
    {
        const QDateTime wanted = QDateTime::fromString(QString("2026-01-02T%1Z").arg(time), Qt::ISODateWithMs);
        clock.startMs = wanted.toMSecsSinceEpoch();
        clock.elapsed = {};
        runner.start(ScheduleRunner::Scope::All);
    }
    QList<QByteArray> sent() { return project.read("sent").trimmed().split('\n'); }
    QStringList runs()
    {
        QStringList all;
        for (const ScheduleRun &run : history.after(0))
            all << QString("%1 %2 %3 x%4").arg(run.schedule, scheduleRunStateName(run.state), QDateTime::fromMSecsSinceEpoch(run.scheduledEpochMs, Qt::UTC).toString("HH:mm:ss")).arg(run.count);
        return all;
    }

    QStringList deadLetters;
    TestProject project;
    sys::PosixProcessLauncher launcher;
    sys::SystemClock real;
    test::FakeClock clock;
    logs::LogStore logs;
    runtime::Pool pool{runtime::Surroundings{launcher, real, logs, "schedule-token-0123456789", true, 10s}, sys::Interpreters()};
    runtime::AsyncQueue queue{pool, clock, {}};
    FunctionCatalogue catalogue{{project.path(), {}, {}}};
    ScheduleHistory history;
    ScheduleRunner runner{catalogue, nullptr, queue, clock, history};
};

constexpr auto Daily = "        Daily: {Type: Schedule, Properties: {Schedule: cron(0 10 * * ? *)}}\n";

} // namespace

class tst_ScheduleRunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsTheServicesEvent()
    {
        Desk desk(Daily);
        desk.at("09:59:30.000");
        QCOMPARE(desk.runs(), QStringList());
        desk.at("10:00:00.020");
        desk.at("10:00:05.000");
        QCOMPARE(desk.runs(), QStringList{"Digest/Daily sent 10:00:00 x1"});
        QTRY_VERIFY_WITH_TIMEOUT(!desk.project.read("sent").isEmpty(), 10'000);
        const QJsonObject event = QJsonDocument::fromJson(desk.sent().first()).object();
        QCOMPARE(event.value("detail-type").toString(), "Scheduled Event");
        QCOMPARE(event.value("source").toString(), "aws.events");
        QCOMPARE(event.value("time").toString(), "2026-01-02T10:00:00Z");
        QCOMPARE(event.value("resources").toArray().first().toString(), "arn:aws:events:us-east-1:123456789012:rule/DigestDaily");
        QCOMPARE(QUuid::fromString(event.value("id").toString()).isNull(), false);
        QVERIFY(desk.sent().first().startsWith("{\"version\":\"0\",\"id\":"));
    }

    void withoutAnInputTheSchedulerTellsWhoItIs()
    {
        Desk desk("        Plain: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 10 * * ? *)}}\n");
        desk.at("09:59:59.000");
        desk.at("10:00:01.000");
        QTRY_VERIFY_WITH_TIMEOUT(!desk.project.read("sent").isEmpty(), 10'000);
        const QJsonObject event = QJsonDocument::fromJson(desk.sent().first()).object();
        QCOMPARE(event.value("detail-type").toString(), "Scheduled Event");
        QCOMPARE(event.value("source").toString(), "aws.scheduler");
        QCOMPARE(event.value("resources").toArray().first().toString(), "arn:aws:scheduler:us-east-1:123456789012:schedule/default/DigestPlain");
        QCOMPARE(event.value("detail"), QJsonValue("{}"));
    }

    void fillsInWhatTheSchedulerKnows()
    {
        Desk desk("        Berlin:\n          Type: ScheduleV2\n          Properties:\n            ScheduleExpression: cron(0 11 * * ? *)\n            ScheduleExpressionTimezone: Europe/Berlin\n"
                  "            Input: '{\"arn\":\"<aws.scheduler.schedule-arn>\",\"time\":\"<aws.scheduler.scheduled-time>\",\"try\":<aws.scheduler.attempt-number>}'\n");
        desk.at("09:59:59.000");
        desk.at("10:00:01.000");
        QTRY_COMPARE_WITH_TIMEOUT(desk.project.read("sent"), "{\"arn\":\"arn:aws:scheduler:us-east-1:123456789012:schedule/default/DigestBerlin\",\"time\":\"2026-01-02T10:00:00Z\",\"try\":1}\n", 10'000);
    }

    void keepsWarmAtOnceAndAtItsRate()
    {
        Desk desk("        WarmUp: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}\n");
        desk.at("09:00:00.000");
        desk.at("09:00:01.000");
        desk.at("09:04:59.000");
        QCOMPARE(desk.runs(), QStringList{"Digest/WarmUp sent 09:00:00 x1"});
        desk.at("09:05:00.000");
        QCOMPARE(desk.runs().size(), 2);
        QTRY_COMPARE_WITH_TIMEOUT(desk.project.read("sent"), "{\"warmUp\":true}\n{\"warmUp\":true}\n", 10'000);
    }

    void whatWasSleptThroughIsWrittenDown()
    {
        Desk desk("        Often: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}\n        Daily: {Type: Schedule, Properties: {Schedule: cron(0 10 * * ? *)}}\n");
        desk.at("09:50:00.000");
        desk.at("10:20:30.000");
        // The run of half a minute ago is late, not missed.
        QCOMPARE(desk.runs(), QStringList({"Digest/Often sent 10:20:00 x1", "Digest/Often missed 10:19:00 x29", "Digest/Daily missed 10:00:00 x1"}));
    }

    void aClockSetBackBeginsAnew()
    {
        Desk desk("        Often: {Type: Schedule, Properties: {Schedule: cron(* * * * ? *)}}\n");
        desk.at("10:00:30.000");
        desk.at("10:01:00.000");
        desk.at("08:00:30.000");
        QCOMPARE(desk.runs().size(), 1);
        desk.at("08:01:00.000");
        QCOMPARE(desk.runs().last(), "Digest/Often sent 08:01:00 x1");
    }

    void takesInAChangedTemplate()
    {
        Desk desk(Daily);
        desk.at("10:59:00.000");
        QTest::qWait(20); // Another time stamp.
        desk.write("        Daily: {Type: Schedule, Properties: {Schedule: cron(0 11 * * ? *)}}\n");
        desk.at("11:00:10.000");
        QCOMPARE(desk.runs(), QStringList{"Digest/Daily sent 11:00:00 x1"});
        desk.write("        Daily: {Type: Schedule, Properties: {Schedule: cron(0 11 * * ?");
        desk.at("11:00:20.000");
        desk.write("        Daily: {Type: Schedule, Properties: {Schedule: cron(1 11 * * ? *), Enabled: false}}\n");
        desk.at("11:01:10.000");
        QCOMPARE(desk.runs().size(), 1);
    }

    /// A run whose time has come and whose moment has not is not lost with the template that it came from.
    void flexibleRunsOutliveAChange()
    {
        const QByteArray flexible = "        Flex: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 10 * * ? *), FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: 60}}}\n";
        Desk desk(flexible);
        desk.at("09:59:00.000");
        desk.at("10:00:05.000");
        QCOMPARE(desk.runs(), QStringList());
        QTest::qWait(20);
        desk.write(flexible + "        Other: {Type: Schedule, Properties: {Schedule: cron(0 0 1 1 ? *)}}\n");
        desk.at("10:00:15.000");
        for (int minute = 1; minute <= 59; ++minute)
            desk.at(qPrintable(QString("10:%1:30.000").arg(minute, 2, 10, QChar('0'))));
        desk.at("11:00:30.000");
        QCOMPARE(desk.runs(), QStringList{"Digest/Flex sent 10:00:00 x1"});
    }

    void triesAgainAsItsPolicySays()
    {
        // A container image has no way to run here.
        Desk desk("        Image: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 10 * * ? *), Input: '<aws.scheduler.attempt-number>', RetryPolicy: {MaximumRetryAttempts: 2}, DeadLetterConfig: {Arn: 'arn:aws:sqs:us-east-1:123456789012:Dead'}}}\n");
        QByteArray text = desk.project.read("template.yaml");
        const QByteArray runs = text;
        desk.project.file("template.yaml", text.replace("      Runtime: nodejs20.x\n", "      PackageType: Image\n"));
        desk.at("09:59:59.000");
        desk.at("10:00:00.000");
        QCOMPARE(desk.runs(), QStringList{"Digest/Image refused 10:00:00 x1"});
        desk.at("10:00:01.000");
        desk.at("10:00:05.000");
        desk.at("10:10:00.000");
        QCOMPARE(desk.runs().size(), 2);
        QVERIFY(desk.history.after(1).first().reason.contains("3 tries"));
        // What is given up goes to the queue that the schedule names, with the reason.
        QCOMPARE(desk.deadLetters.size(), 1);
        QVERIFY2(desk.deadLetters.first().startsWith("arn:aws:sqs:us-east-1:123456789012:Dead 3 SCHEDULE_ARN=arn:aws:scheduler:"), qPrintable(desk.deadLetters.first()));
        QVERIFY(desk.deadLetters.first().contains("EXHAUSTED_RETRY_CONDITION=MaximumRetryAttempts RETRY_ATTEMPTS=2"));
        // The next day it is mended between the first and the second try.
        desk.clock.startMs += 86'400'000;
        const auto tomorrow = [&desk](const char *time) {
            desk.clock.startMs = QDateTime::fromString(QString("2026-01-03T%1Z").arg(time), Qt::ISODateWithMs).toMSecsSinceEpoch();
            desk.runner.start(ScheduleRunner::Scope::All);
        };
        tomorrow("09:59:59.000");
        tomorrow("10:00:00.000");
        QCOMPARE(desk.runs().size(), 3);
        desk.project.file("template.yaml", runs);
        tomorrow("10:00:02.000");
        QCOMPARE(desk.runs().last(), "Digest/Image sent 10:00:00 x1");
        QTRY_COMPARE_WITH_TIMEOUT(desk.project.read("sent"), "2\n", 10'000);
    }

    void leavesOutWhatIsDisabledOrWrong()
    {
        Desk desk("        A: {Type: Schedule, Properties: {Schedule: cron(* * * * ? *), State: DISABLED}}\n"
                  "        B: {Type: Schedule, Properties: {Schedule: cron(* * * * ? *), Enabled: false}}\n"
                  "        C: {Type: Schedule, Properties: {Schedule: cron(nonsense)}}\n"
                  "        D: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(* * * * ? *), ScheduleExpressionTimezone: Europe/Berln}}\n"
                  "        E: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute), EndDate: '2025-01-01T00:00:00Z'}}\n");
        desk.at("10:00:30.000");
        desk.at("10:01:00.000");
        QCOMPARE(desk.runs(), QStringList());
        const auto project = desk.project.load();
        const Findings findings = scheduleFindings(project, schedule::Instant(std::chrono::seconds(1'767'323'045)));
        QCOMPARE(findings.size(), 3);
        QCOMPARE(findings.at(0).rule, "bad-schedule");
        QVERIFY(findings.at(0).message.contains("Parameter ScheduleExpression is not valid."));
        QCOMPARE(findings.at(0).line, 11);
        QVERIFY(findings.at(1).hint.contains("Europe/Berlin"));
        QCOMPARE(findings.at(2).rule, "never-fires");
    }

    void canBeTurnedOffButForWarmth()
    {
        Desk desk("        Often: {Type: Schedule, Properties: {Schedule: cron(* * * * ? *)}}\n        WarmUp: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}\n");
        desk.at("10:00:30.000");
        desk.runner.setScope(ScheduleRunner::Scope::KeepWarmOnly);
        desk.clock.advance(30s);
        desk.runner.setScope(ScheduleRunner::Scope::KeepWarmOnly);
        QCOMPARE(desk.runs(), QStringList{"Digest/WarmUp sent 10:00:30 x1"});
    }

    void canBeTurnedOffWithWarmth()
    {
        Desk desk("        Often: {Type: Schedule, Properties: {Schedule: cron(* * * * ? *)}}\n        WarmUp: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}\n");
        desk.at("10:00:30.000");
        desk.runner.setScope(ScheduleRunner::Scope::None);
        desk.clock.advance(600s);
        desk.runner.setScope(ScheduleRunner::Scope::None);
        // What was sent as it began stays the last.
        QCOMPARE(desk.runs(), QStringList{"Digest/WarmUp sent 10:00:30 x1"});
    }

    void firesByHand()
    {
        Desk desk("        Off: {Type: Schedule, Properties: {Schedule: cron(0 0 1 1 ? *), Enabled: false}}\n");
        desk.at("10:00:30.000");
        const auto sent = desk.runner.fireNow("Digest/Off");
        QVERIFY(sent);
        QVERIFY(!sent->isEmpty());
        QCOMPARE(desk.history.after(0).first().byHand, true);
        QTRY_VERIFY_WITH_TIMEOUT(desk.project.read("sent").contains("\"time\":\"2026-01-02T10:00:30Z\""), 10'000);
        const auto unknown = desk.runner.fireNow("Digest/On");
        QCOMPARE(unknown.error().code, ErrorCode::NotFound);
    }

    void readsResourcesOfTheirOwn()
    {
        Desk desk("        Daily: {Type: Schedule, Properties: {Schedule: cron(0 10 * * ? *)}}\n",
                  "  Nightly:\n    Type: AWS::Events::Rule\n    Properties:\n      Name: by-night\n      ScheduleExpression: rate(2 hours)\n      State: DISABLED\n      Targets: [{Id: a, Arn: !GetAtt Digest.Arn, Input: '{\"n\":1}'}]\n"
                  "  Pattern:\n    Type: AWS::Events::Rule\n    Properties:\n      EventPattern: {source: [aws.s3]}\n      Targets: [{Id: a, Arn: !GetAtt Digest.Arn}]\n"
                  "  Weekly:\n    Type: AWS::Scheduler::Schedule\n    Properties:\n      ScheduleExpression: cron(0 9 ? * MON *)\n      ScheduleExpressionTimezone: Asia/Tokyo\n      StartDate: 2026-01-05T00:00:00Z\n      FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: 15}\n      Target: {Arn: !GetAtt Digest.Arn, RoleArn: arn:aws:iam::123456789012:role/r, Input: '{\"w\":1}'}\n");
        const auto schedules = schedulesOf(desk.project.load());
        QCOMPARE(schedules.size(), 3);
        QCOMPARE(schedules.at(1).id, "Nightly");
        QCOMPARE(schedules.at(1).name, "by-night");
        QCOMPARE(schedules.at(1).enabled, false);
        QCOMPARE(schedules.at(1).input, "{\"n\":1}");
        QCOMPARE(schedules.at(2).zoneName, "Asia/Tokyo");
        QCOMPARE(schedules.at(2).flexibleWindow, std::chrono::minutes(15));
        QCOMPARE(toIso(*schedules.at(2).times({}).next({})), "2026-01-05T00:00:00Z");
        QCOMPARE(schedules.at(2).input, "{\"w\":1}");
    }

    void anAgendaIsTheSameEachTime()
    {
        const auto run = [] {
            std::vector<schedule::AgendaEntry> entries;
            for (const char *text : {"cron(0/7 * * * ? *)", "rate(5 minutes)", "cron(0 0 * * ? *)"})
                entries.push_back({text, schedule::FireTimes(*schedule::parseExpression(text, schedule::Dialect::EventBridgeScheduler)), 20min});
            schedule::Agenda agenda(std::move(entries), schedule::Instant(1'767'225'600s));
            QStringList all;
            schedule::Instant last{};
            for (int i = 0; i < 500; ++i) {
                const auto firing = agenda.take();
                if (firing.at < last || firing.at < firing.scheduled || firing.at > firing.scheduled + 20min)
                    qFatal("out of its window");
                last = firing.at;
                all << QString("%1 %2 %3").arg(firing.entry).arg(toIso(firing.scheduled), toIso(firing.at));
            }
            return all;
        };
        const QStringList first = run();
        QCOMPARE(run(), first);
        QVERIFY(QSet<QString>(first.cbegin(), first.cend()).size() == 500);
    }
};

QTEST_GUILESS_MAIN(tst_ScheduleRunner)
#include "tst_schedulerunner.moc"
