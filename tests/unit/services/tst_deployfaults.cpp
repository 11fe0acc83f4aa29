// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/deploybench.h"

using namespace eph;
using namespace eph::test;
using Ending = deploy::Deployer::Ending;
using Fault = FaultyTransport::Fault;

/// Something goes wrong at every single call of a deployment: it ends deployed or as it was before, with nothing in between.
class tst_DeployFaults : public QObject
{
    Q_OBJECT

    static QString words(const deploy::Deployer::Outcome &outcome) { return outcome.error ? outcome.error->message : QStringLiteral("no error"); }

private Q_SLOTS:
    /// One fault at every call, of every kind that passes: it goes through, and everything is there once.
    void survivesAFaultAtEveryCall_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("never sent") << Fault::NeverSent;
        QTest::newRow("answer lost") << Fault::AnswerLost;
        QTest::newRow("timed out") << Fault::TimedOut;
        QTest::newRow("throttled") << Fault::Throttled;
        QTest::newRow("server error") << Fault::ServerError;
        QTest::newRow("busy") << Fault::Busy;
    }
    void survivesAFaultAtEveryCall()
    {
        QFETCH(Fault, fault);
        QStringList wantedFirst;
        QStringList wantedSecond;
        int calls = 1;
        int changes = 1;
        for (int at = -1; at < calls + changes; ++at) {
            TestProject project;
            writeEverything(project);
            DeployBench bench(project);
            const auto first = bench.service->prepare();
            QVERIFY(first);
            bench.network.arm(at >= 0 && at < calls ? fault : Fault::None, at);
            const auto made = bench.apply(*first);
            if (at < 0)
                calls = bench.network.count();
            QVERIFY2(made.ending == Ending::Deployed, qPrintable(QStringLiteral("call %1: %2").arg(at).arg(words(made))));
            bench.network.arm(Fault::None, 0);
            if (at < 0)
                wantedFirst = accountState(project);
            QCOMPARE(accountState(project), wantedFirst);
            if (at >= 0 && at < calls)
                continue;
            writeEverything(project, "2", "256", "rate(2 hours)");
            const auto second = bench.service->prepare();
            QVERIFY(second);
            bench.network.arm(at >= 0 ? fault : Fault::None, at - calls);
            const auto changed = bench.apply(*second);
            if (at < 0)
                changes = bench.network.count();
            QVERIFY2(changed.ending == Ending::Deployed, qPrintable(QStringLiteral("change %1: %2").arg(at - calls).arg(words(changed))));
            if (at < 0)
                wantedSecond = accountState(project);
            QCOMPARE(accountState(project), wantedSecond);
        }
        QVERIFY(calls > 30);
        QVERIFY(changes > 10);
    }

    /// A call that is refused for good, at every place: everything is as it was before.
    void takesEverythingBackWhenACallIsRefused()
    {
        int calls = 1;
        int changes = 1;
        for (int at = -1; at < calls + changes; ++at) {
            TestProject project;
            writeEverything(project);
            DeployBench bench(project);
            const QStringList nothing = accountState(project);
            const auto first = bench.service->prepare();
            QVERIFY(first);
            const bool inFirst = at >= 0 && at < calls;
            bench.network.arm(inFirst ? Fault::Refused : Fault::None, at);
            const auto made = bench.apply(*first);
            if (at < 0)
                calls = bench.network.count();
            // How often it asks whether the service is through is a matter of chance: the last calls may not be there.
            if (inFirst && bench.network.count() <= at)
                continue;
            if (inFirst) {
                QVERIFY2(made.ending == Ending::TakenBack, qPrintable(QStringLiteral("call %1: %2").arg(at).arg(words(made))));
                QCOMPARE(accountState(project), nothing);
                QVERIFY(bench.service->vault().releases().isEmpty());
                continue;
            }
            QCOMPARE(made.ending, Ending::Deployed);
            const QStringList before = accountState(project);
            writeEverything(project, "2", "256", "rate(2 hours)");
            const auto second = bench.service->prepare();
            QVERIFY(second);
            bench.network.arm(at >= 0 ? Fault::Refused : Fault::None, at - calls);
            const auto changed = bench.apply(*second);
            if (at < 0) {
                changes = bench.network.count();
                continue;
            }
            if (bench.network.count() <= at - calls)
                continue;
            QVERIFY2(changed.ending == Ending::TakenBack, qPrintable(QStringLiteral("change %1: %2").arg(at - calls).arg(words(changed))));
            QCOMPARE(accountState(project), before);
        }
    }

    /// The network goes away for good at every call: what is left open can be brought to either end.
    void canBeResumedOrUndoneAfterAnOutageAtEveryCall_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::addColumn<bool>("undo");
        QTest::newRow("before, resumed") << Fault::OutageBefore << false;
        QTest::newRow("before, undone") << Fault::OutageBefore << true;
        QTest::newRow("after, resumed") << Fault::OutageAfter << false;
        QTest::newRow("after, undone") << Fault::OutageAfter << true;
    }
    void canBeResumedOrUndoneAfterAnOutageAtEveryCall()
    {
        QFETCH(Fault, fault);
        QFETCH(bool, undo);
        QStringList wanted;
        QStringList before;
        int calls = 1;
        for (int at = -1; at < calls; ++at) {
            TestProject project;
            writeEverything(project);
            DeployBench bench(project);
            QCOMPARE(bench.deploy().ending, Ending::Deployed);
            before = accountState(project);
            writeEverything(project, "2", "256", "rate(2 hours)");
            const auto release = bench.service->prepare();
            QVERIFY(release);
            bench.network.arm(at < 0 ? Fault::None : fault, at);
            deploy::DeployerOptions options = bench.options();
            if (at >= 0)
                options.patience = std::chrono::milliseconds(400);
            const auto outcome = bench.service->apply(*release, {}, options);
            QVERIFY(outcome);
            if (at < 0) {
                QCOMPARE(outcome->ending, Ending::Deployed);
                calls = bench.network.count();
                wanted = accountState(project);
                continue;
            }
            const bool reached = bench.network.count() > at;
            bench.network.arm(Fault::None, 0);
            // How often it asks whether the service is through is a matter of chance.
            if (!reached) {
                QCOMPARE(outcome->ending, Ending::Deployed);
                continue;
            }
            if (outcome->ending == Ending::TakenBack) {
                QCOMPARE(accountState(project), before);
                continue;
            }
            QCOMPARE(outcome->ending, Ending::Open);
            QCOMPARE(deploy::Journal::openIn(project.path()).size(), 1);
            // Nothing else may begin meanwhile.
            QVERIFY(!bench.service->apply(*release, {}, options));
            const auto ended = bench.service->resume(undo ? deploy::Journal::Direction::Back : deploy::Journal::Direction::Forward, bench.options());
            QVERIFY2(ended, "not resumed");
            QVERIFY2(ended->ending == (undo ? Ending::TakenBack : Ending::Deployed), qPrintable(QStringLiteral("call %1: %2").arg(at).arg(words(*ended))));
            QVERIFY2(accountState(project) == (undo ? before : wanted), qPrintable(QStringLiteral("call %1\n").arg(at) + difference(accountState(project), undo ? before : wanted)));
            QVERIFY(deploy::Journal::openIn(project.path()).isEmpty());
        }
    }
};

QTEST_GUILESS_MAIN(tst_DeployFaults)
#include "tst_deployfaults.moc"
