// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/deploybench.h"
#include "tests/support/rawhttp.h"

#include <QDirIterator>
#include <thread>

using namespace eph;
using namespace eph::test;
using Ending = deploy::Deployer::Ending;
using Fault = FaultyTransport::Fault;

/// Releases of a project into a local cloud that serves it.
class tst_DeployService : public QObject
{
    Q_OBJECT

    static QString words(const deploy::Deployer::Outcome &outcome) { return outcome.error ? outcome.error->message : QStringLiteral("no error"); }

private Q_SLOTS:
    void deploysEverythingAndThenHasNothingToDo()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        const auto outcome = bench.deploy();
        QVERIFY2(outcome.ending == Ending::Deployed, qPrintable(words(outcome)));
        const auto again = bench.service->prepare();
        QVERIFY(again);
        QStringList left;
        for (const deploy::Step &step : again->plan.steps)
            left << step.summary + ' ' + step.details.join("; ");
        QCOMPARE(left, QStringList());
        const QList<deploy::Release> releases = bench.service->vault().releases();
        QCOMPARE(releases.size(), 1);
        QCOMPARE(releases.first().id, "dev-1");
        QCOMPARE(releases.first().outputs.value("function:Api").toObject().value("Version").toString(), "1");
    }

    void changesOnlyWhatIsAnother()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        writeEverything(project, "1", "256");
        const auto release = bench.service->prepare();
        QVERIFY(release);
        QStringList calls;
        for (const deploy::Step &step : release->plan.steps)
            calls << step.call.operation;
        QCOMPARE(calls, QStringList({"UpdateFunctionConfiguration", "GetFunctionConfiguration", "PublishVersion", "GetFunctionConfiguration", "UpdateAlias"}));
        QVERIFY(release->plan.steps.first().details.contains("MemorySize: 128 → 256"));
        QVERIFY(release->plan.steps.first().details.contains("Variables: ~PLAIN"));
        QCOMPARE(bench.apply(*release).ending, Ending::Deployed);
    }

    void tenancyIsOfANewFunctionAlone()
    {
        TestProject project;
        const auto write = [&project](const QByteArray &tenancy) {
            project.file("src/index.py", "def handler(event, context):\n    return 1\n")
                .file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Shop:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: src/, Runtime: python3.13, Handler: index.handler" + tenancy + "}\n");
        };
        write(", TenancyConfig: {TenantIsolationMode: PER_TENANT}");
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        test::RawHttp client(bench.endpoint.port);
        QVERIFY(client.request("GET", "/2015-03-31/functions/Shop/configuration").contains("PER_TENANT"));
        const auto again = bench.service->prepare();
        QVERIFY(again && again->plan.steps.isEmpty());
        write({});
        const auto other = bench.service->prepare();
        QVERIFY(!other && other.error().code == ErrorCode::Conflict);
    }

    /// A call may itself take longer than all the time there is for tries, as a package does over a slow line.
    void triesAgainHoweverLongACallTook()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        const auto release = bench.service->prepare();
        QVERIFY(release);
        deploy::DeployerOptions options = bench.options();
        options.patience = std::chrono::milliseconds(500);
        bench.network.arm(FaultyTransport::Fault::CutLate, 5);
        const auto outcome = bench.service->apply(*release, {}, options);
        QVERIFY(outcome);
        QCOMPARE(outcome->ending, Ending::Deployed);
    }

    void rollsBackToAReleaseFromTheVault()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        const QStringList first = accountState(project);
        writeEverything(project, "2", "512", "rate(2 hours)");
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        const auto back = bench.service->prepareRollback("dev-1");
        QVERIFY(back);
        QCOMPARE(bench.apply(*back).ending, Ending::Deployed);
        QStringList now = accountState(project);
        // Versions are never taken away by a rollback.
        now.removeIf([](const QString &line) { return line.startsWith("function ") && line.contains(" N "); });
        QStringList then = first;
        then.removeIf([](const QString &line) { return line.startsWith("function ") && line.contains(" N "); });
        QCOMPARE(now, then);
        QCOMPARE(bench.service->vault().releases().first().from, "dev-1");
    }

    void takesAwayWhatNoLongerCallsAFunctionAndNamesWhatIsUnused()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src/\n      Runtime: python3.13\n      Handler: index.handler\n");
        const auto release = bench.service->prepare();
        QVERIFY(release);
        QVERIFY(release->plan.unused.contains("function:Api"));
        QVERIFY(release->plan.unused.contains("queue:Work"));
        QCOMPARE(bench.apply(*release).ending, Ending::Deployed);
        const QString state = accountState(project).join('\n');
        QVERIFY(!state.contains("rule "));
        QVERIFY(!state.contains("schedule "));
        QVERIFY(!state.contains("mapping "));
        // An address cannot be had again: it stays until somebody asks.
        QVERIFY(release->plan.unused.contains("api:ServerlessHttpApi"));
        QVERIFY(state.contains("http-api "));
        const auto pruned = bench.service->prepare({true, {}});
        QVERIFY(pruned);
        QCOMPARE(bench.apply(*pruned).ending, Ending::Deployed);
        QVERIFY(!accountState(project).join('\n').contains("http-api "));
        QVERIFY(state.contains("function"));
    }

    /// An id of the template is nobody's business but the template's.
    void aRenamedEventIsTheSameThing()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        project.file("template.yaml", project.read("template.yaml").replace("        Work: {Type: SQS", "        Jobs: {Type: SQS").replace("        News: {Type: SNS", "        Headlines: {Type: SNS"));
        const auto release = bench.service->prepare({true, {}});
        QVERIFY(release);
        for (const deploy::Step &step : release->plan.steps)
            QVERIFY2(step.call.operation == "RemovePermission" || step.call.operation == "AddPermission", qPrintable(step.summary));
    }

    void aPlanThatIsNoLongerTrueIsRefused()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        const auto stale = bench.service->prepare();
        QVERIFY(stale);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        const auto outcome = bench.service->apply(*stale, {}, bench.options());
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Conflict);
        QVERIFY(deploy::Journal::openIn(project.path()).isEmpty());
    }

    /// What was taken away cannot be brought back by an undo; a resume goes on.
    void isNotTakenBackOnceSomethingWasTakenAway()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: src/, Runtime: python3.13, Handler: index.handler}\n");
        const auto release = bench.service->prepare();
        QVERIFY(release);
        const auto removal = std::find_if(release->plan.steps.cbegin(), release->plan.steps.cend(), [](const deploy::Step &step) { return step.phase == deploy::Phase::Remove; });
        QVERIFY(removal != release->plan.steps.cend());
        // The last call of all is refused.
        bench.network.arm(Fault::None, 0);
        deploy::DeployerOptions options = bench.options();
        options.progress = [&](const deploy::DeployProgress &progress) {
            if (progress.number == progress.all && progress.state == deploy::DeployProgress::State::Begun)
                bench.network.arm(Fault::Refused, 0);
        };
        const auto outcome = bench.service->apply(*release, {}, options);
        QVERIFY(outcome);
        QCOMPARE(outcome->ending, Ending::Open);
        bench.network.arm(Fault::None, 0);
        const auto back = bench.service->resume(deploy::Journal::Direction::Back, bench.options());
        QVERIFY(!back);
        QCOMPARE(back.error().code, ErrorCode::Conflict);
        QCOMPARE(bench.service->resume(deploy::Journal::Direction::Forward, bench.options())->ending, Ending::Deployed);
    }

    /// Services like to repeat what they were sent.
    void aFailureRepeatsNoSecret()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        const auto release = bench.service->prepare();
        QVERIFY(release);
        QString told;
        deploy::DeployerOptions options = bench.options();
        options.progress = [&](const deploy::DeployProgress &progress) {
            told += progress.text;
            if (progress.summary.contains("Create the function") && progress.state == deploy::DeployProgress::State::Begun)
                bench.network.arm(Fault::Echoed, 0);
        };
        const auto outcome = bench.service->apply(*release, {}, options);
        QVERIFY(outcome);
        QCOMPARE(outcome->ending, Ending::TakenBack);
        QVERIFY2(outcome->error->message.contains("String measured"), qPrintable(outcome->error->message));
        QVERIFY(!outcome->error->message.contains(bench.secrets.value));
        QVERIFY(!told.contains(bench.secrets.value));
        QVERIFY(outcome->error->message.contains("•••"));
    }

    void takesEverythingBackWhenItIsCancelled()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        const QStringList nothing = accountState(project);
        const auto release = bench.service->prepare();
        QVERIFY(release);
        deploy::DeployerOptions options = bench.options();
        options.progress = [&](const deploy::DeployProgress &progress) {
            if (progress.number == 12)
                bench.cancelled = true;
        };
        const auto outcome = bench.service->apply(*release, {}, options);
        QVERIFY(outcome);
        QCOMPARE(outcome->ending, Ending::TakenBack);
        QCOMPARE(outcome->error->code, ErrorCode::Cancelled);
        QCOMPARE(accountState(project), nothing);
    }

    /// A secret is in the function, and nowhere else.
    void keepsSecretsOutOfEverything()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        writeEverything(project, "2", "256");
        const auto release = bench.service->prepare();
        QVERIFY(release);
        QVERIFY(!QString::fromUtf8(QJsonDocument(services::toJson(*release)).toJson()).contains(bench.secrets.value));
        bench.network.arm(Fault::OutageAfter, 3);
        deploy::DeployerOptions options = bench.options();
        options.patience = std::chrono::milliseconds(100);
        QStringList told;
        options.progress = [&](const deploy::DeployProgress &progress) { told << progress.summary + progress.text; };
        const auto outcome = bench.service->apply(*release, "why", options);
        QVERIFY(outcome);
        QCOMPARE(outcome->ending, Ending::Open);
        QVERIFY(!told.join(' ').contains(bench.secrets.value));
        int seen = 0;
        QDirIterator files(project.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            ++seen;
            // The account itself holds what was deployed, as the service does.
            if (file.fileName().contains("account"))
                continue;
            QVERIFY2(!file.readAll().contains(bench.secrets.value.toUtf8()), qPrintable(file.fileName()));
        }
        QVERIFY(seen > 5);
        const auto script = deploy::Vault(project.path()).releases();
        QVERIFY(!script.isEmpty());
    }

    void aSecretThatChangedIsADifference()
    {
        TestProject project;
        writeEverything(project);
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        bench.secrets.value = "another";
        services::DeployRequest request{{project.path(), {}, {}}, {"local", "dev", {}, "us-east-1", {}}, QUrl(QStringLiteral("http://127.0.0.1:%1").arg(bench.endpoint.port))};
        const auto fresh = services::DeployService::open(request, bench.network, bench.endpoint.clock, bench.secrets);
        QVERIFY(fresh);
        const auto release = (*fresh)->prepare();
        QVERIFY(release);
        QVERIFY(!release->plan.steps.isEmpty());
        QCOMPARE(release->plan.steps.first().details, QStringList({"Variables: ~KEY"}));
    }

    /// A new version that fails is found out by its share of the requests, and everything is as it was.
    void aCanaryThatFailsIsTakenBack_data()
    {
        QTest::addColumn<bool>("fails");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("reason");
        QTest::newRow("fails") << true << QByteArray("raise ValueError('new')") << "ended in an error";
        QTest::newRow("is slow") << true << QByteArray("import time; time.sleep(0.04)") << "of the invocations of the new version";
        QTest::newRow("does not") << false << QByteArray("return 'new'") << QString();
    }
    void aCanaryThatFailsIsTakenBack()
    {
        QFETCH(bool, fails);
        QFETCH(QByteArray, body);
        QFETCH(QString, reason);
        TestProject project;
        project.function("python3.13", "index.handler").file("index.py", "def handler(event, context):\n    return context.function_version\n");
        DeployBench bench(project);
        QCOMPARE(bench.deploy().ending, Ending::Deployed);
        const QStringList before = accountState(project);
        project.file("index.py", "def handler(event, context):\n    " + body + "\n");
        const auto release = bench.service->prepare({false, {{50}, fails ? 60 : 2, 0.01}});
        QVERIFY(release);
        QStringList calls;
        for (const deploy::Step &step : release->plan.steps)
            calls << (step.observation ? QStringLiteral("observe") : step.call.operation);
        QCOMPARE(calls, QStringList({"UpdateFunctionCode", "GetFunctionConfiguration", "PublishVersion", "GetFunctionConfiguration", "UpdateAlias", "observe", "UpdateAlias"}));
        // Somebody calls it all the time.
        std::atomic<bool> over = false;
        std::atomic<int> seen = 0;
        const QByteArray path = "/2015-03-31/functions/" + QString(release->plan.spec.prefix + "Fn").toUtf8() + "/invocations";
        std::thread caller([&] {
            http::NetworkTransport network;
            while (!over) {
                http::Request request;
                request.method = "POST";
                request.path = path;
                request.query = "Qualifier=live";
                request.body = "{}";
                if (const auto answer = network.send(QUrl(QStringLiteral("http://127.0.0.1:%1").arg(bench.endpoint.port)), request, std::chrono::seconds(5)); answer && answer->status == 200)
                    ++seen;
            }
        });
        deploy::DeployerOptions options = bench.options();
        options.patience = std::chrono::seconds(20);
        const auto outcome = bench.service->apply(*release, {}, options);
        over = true;
        caller.join();
        QVERIFY(outcome);
        QVERIFY(seen > 0);
        QVERIFY2(outcome->ending == (fails ? Ending::TakenBack : Ending::Deployed), qPrintable(words(*outcome)));
        if (fails) {
            QVERIFY2(outcome->error->message.contains("canary failed") && outcome->error->message.contains(reason), qPrintable(outcome->error->message));
            QCOMPARE(accountState(project), before);
        }
    }

    void saysWhatSecretIsMissing()
    {
        TestProject project;
        project.function("python3.13", "index.handler", "      Environment: {Variables: {KEY: \"{{secret:other}}\"}}\n").file("index.py", "");
        DeployBench bench(project);
        const auto release = bench.service->prepare();
        QVERIFY(release);
        const auto outcome = bench.apply(*release);
        QCOMPARE(outcome.ending, Ending::TakenBack);
        QVERIFY2(outcome.error->message.contains("other"), qPrintable(outcome.error->message));
    }

    void refusesAStageThatIsNoName()
    {
        TestProject project;
        writeEverything(project);
        http::NetworkTransport network;
        sys::SystemClock clock;
        sys::SecretStore secrets;
        const auto opened = services::DeployService::open({{project.path(), {}, {}}, {"local", "../x", {}, {}, {}}, {}}, network, clock, secrets);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Usage);
    }
};

QTEST_GUILESS_MAIN(tst_DeployService)
#include "tst_deployservice.moc"
