// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/server.h"
#include "tests/support/deploybench.h"
#include "tests/support/ephprogram.h"

#include <QProcess>

using namespace eph;
using namespace eph::test;

/// `eph deploy` as a script uses it, killed in the middle.
class tst_EphDeploy : public QObject
{
    Q_OBJECT

    /// Stands between eph and the endpoint, and kills eph at one of its calls.
    class Gate
    {
    public:
        explicit Gate(quint16 port)
            : m_target(QStringLiteral("http://127.0.0.1:%1").arg(port))
            , m_server([this](const http::Request &request, const http::Responder &responder) { handle(request, responder); })
        {
        }
        [[nodiscard]] quint16 listen() { return m_server.listen().value_or(0); }

        QProcess *victim = nullptr;
        int killAt = -1; ///< Counted from the first call that changes something.
        bool afterwards = false;
        int changes = 0;

    private:
        void handle(const http::Request &request, const http::Responder &responder)
        {
            const bool asks = request.method == "GET" || request.method == "HEAD" || request.body.startsWith("Action=Get") || request.body.startsWith("Action=List") || request.header("X-Amz-Target").contains(".Describe") || request.header("X-Amz-Target").contains(".Get") || request.header("X-Amz-Target").contains(".List");
            const bool counts = !asks || changes > 0;
            const bool kills = counts && changes == killAt;
            changes += counts ? 1 : 0;
            if (kills && !afterwards)
                return victim->kill();
            http::Request forwarded = request;
            forwarded.headers.removeIf([](const auto &header) { return header.first.compare("content-length", Qt::CaseInsensitive) == 0 || header.first.compare("connection", Qt::CaseInsensitive) == 0; });
            const auto answer = m_network.send(QUrl(m_target), forwarded, std::chrono::seconds(10));
            if (kills)
                return victim->kill();
            http::Response response = *answer;
            response.headers.removeIf([](const auto &header) { return header.first.compare("content-length", Qt::CaseInsensitive) == 0 || header.first.compare("connection", Qt::CaseInsensitive) == 0; });
            responder.respond(response);
        }

        QString m_target;
        http::NetworkTransport m_network;
        http::Server m_server;
    };

    static EphResult eph(const QStringList &arguments, Gate *gate = nullptr)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("EPHEMERA_SECRET_PLANTED_KEY", KnownSecret().value);
        environment.remove("AWS_PROFILE");
        process.setProcessEnvironment(environment);
        if (gate)
            gate->victim = &process;
        process.start(ephProgram(), arguments);
        (void)QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 60'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    static QStringList deployArguments(const TestProject &project, quint16 port, const QStringList &more)
    {
        return QStringList{"deploy", "--project", project.path(), "--target", "local", "--region", "us-east-1", "--endpoint-url", QStringLiteral("http://127.0.0.1:%1").arg(port), "--json"} + more;
    }

private Q_SLOTS:
    void speaksAsTheContractSays()
    {
        TestProject project;
        writeEverything(project);
        const QStringList here{"--project", project.path(), "--json"};
        const EphResult plan = eph(QStringList{"plan"} + here);
        QVERIFY2(plan.code == 0, plan.err);
        QVERIFY(plan.object().value("steps").toArray().size() > 30);
        QCOMPARE(plan.object().value("steps").toArray().first().toObject().keys(), QStringList({"call", "change", "details", "id", "outputs", "permissions", "phase", "probe", "resource", "summary", "undo"}));
        QVERIFY(!plan.out.contains(KnownSecret().value.toUtf8()));
        QCOMPARE(eph(QStringList{"deploy"} + here).code, 2); // Nobody said yes.
        QCOMPARE(eph(QStringList{"releases"} + here).out.trimmed(), "[]");
        const EphResult made = eph(QStringList{"deploy", "--yes"} + here);
        QVERIFY2(made.code == 0, made.err);
        QCOMPARE(made.object().value("ending").toString(), "deployed");
        QCOMPARE(made.object().value("release").toString(), "dev-1");
        QCOMPARE(eph(QStringList{"deploy", "--yes"} + here).object().value("ending").toString(), "unchanged");
        writeEverything(project, "2");
        QCOMPARE(eph(QStringList{"deploy", "--yes"} + here).object().value("release").toString(), "dev-2");
        const EphResult back = eph(QStringList{"rollback", "dev-1", "--yes"} + here);
        QVERIFY2(back.code == 0, back.err);
        const QJsonArray releases = QJsonDocument::fromJson(eph(QStringList{"releases"} + here).out).array();
        QCOMPARE(releases.size(), 3);
        QCOMPARE(releases.first().toObject().value("from").toString(), "dev-1");
        QVERIFY(releases.first().toObject().value("live").toBool());
        QCOMPARE(eph(QStringList{"rollback", "dev-9", "--yes"} + here).code, 4);
        QCOMPARE(eph(QStringList{"deploy", "--resume"} + here).code, 4);
        for (const char *format : {"sam", "serverless", "awscli"}) {
            const EphResult exported = eph({"export", "--project", project.path(), "--format", format});
            QVERIFY2(exported.code == 0 && exported.out.contains(format == QByteArray("awscli") ? "set -euo pipefail" : "-dev-Api"), exported.err);
            QVERIFY(!exported.out.contains(KnownSecret().value.toUtf8()));
        }
    }

    /// Killed at every call that a change makes, before the service hears of it and after: a resume finishes it.
    void isResumedAfterAKillAtEveryCall_data()
    {
        QTest::addColumn<bool>("afterwards");
        QTest::newRow("before the call") << false;
        QTest::newRow("after the call") << true;
    }
    void isResumedAfterAKillAtEveryCall()
    {
        QFETCH(bool, afterwards);
        QStringList wanted;
        int calls = 1;
        for (int at = -1; at < calls; ++at) {
            TestProject project;
            writeEverything(project);
            DeployBench bench(project);
            QCOMPARE(bench.deploy().ending, deploy::Deployer::Ending::Deployed);
            writeEverything(project, "2", "256", "rate(2 hours)");
            Gate gate(bench.endpoint.port);
            gate.killAt = at;
            gate.afterwards = afterwards;
            const EphResult said = eph(deployArguments(project, gate.listen(), {"--yes"}), &gate);
            if (at < 0) {
                QVERIFY2(said.code == 0, said.err);
                calls = gate.changes;
                wanted = accountState(project);
                continue;
            }
            // How often it asks whether the service is through is a matter of chance.
            if (said.code == 0)
                continue;
            QCOMPARE(said.code, -1);
            QCOMPARE(deploy::Journal::openIn(project.path()).size(), 1);
            const EphResult resumed = eph(deployArguments(project, bench.endpoint.port, {"--resume"}));
            QVERIFY2(resumed.code == 0, qPrintable(QStringLiteral("call %1: ").arg(at) + resumed.err + resumed.out));
            QVERIFY2(accountState(project) == wanted, qPrintable(QStringLiteral("call %1\n").arg(at) + difference(accountState(project), wanted)));
            QVERIFY(deploy::Journal::openIn(project.path()).isEmpty());
        }
        QVERIFY(calls > 10);
    }
};

QTEST_GUILESS_MAIN(tst_EphDeploy)
#include "tst_ephdeploy.moc"
