// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ephprogram.h"
#include "tests/support/testproject.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>
#include <csignal>

using namespace eph::test;

/// The commands that run functions.
class tst_EphInvoke : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void invokesWithTheKeysOfTheContract()
    {
        TestProject project;
        project.function("python3.11", "app.handler").file("app.py", "def handler(event, context):\n    print('said')\n    return {'n': 12345678901234567890, 'e': event}\n");
        const EphResult result = runEph({"invoke", "Fn", "-p", project.path(), "--event", "{\"a\": 1.0}", "--json"});
        QCOMPARE(result.code, 0);
        const QJsonObject object = result.object();
        QCOMPARE(object.value("outcome").toString(), "answered");
        QVERIFY2(result.out.contains("\"payload\":{\"n\": 12345678901234567890, \"e\": {\"a\": 1.0}}"), result.out.constData());
        const QJsonObject report = object.value("report").toObject();
        for (const char *key : {"requestId", "coldStart", "initMs", "durationMs", "billedMs", "memoryMiB", "maxMemoryMiB", "codeSha256", "costUsd"})
            QVERIFY2(report.contains(key), key);
        QVERIFY(object.value("log").toString().contains("said\n"));
        QVERIFY(report.value("costUsd").toString().startsWith("0.000000"));
    }

    void takesEventsFromEverywhere()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async (e) => e.from;").file("events/saved.json", "{\"from\": \"saved\"}").file("event.json", "{\"from\": \"file\"}");
        const auto from = [&](const QString &event, const QByteArray &input = {}) { return runEph({"invoke", "-p", project.path(), "-e", event}, input).out.trimmed(); };
        QCOMPARE(from("saved"), "\"saved\"");
        QCOMPARE(from("saved.json"), "\"saved\"");
        QCOMPARE(from(project.path("event.json")), "\"file\"");
        QCOMPARE(from("{\"from\": \"literal\"}"), "\"literal\"");
        QCOMPARE(from("-", "{\"from\": \"stdin\"}"), "\"stdin\"");
    }

    void watchRunsAgainOnEachSave()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 0;");
        QProcess watch;
        watch.start(ephProgram(), {"watch", "-p", project.path(), "--json"});
        QByteArray out;
        const auto waitFor = [&](const QByteArray &payload) {
            return QTest::qWaitFor([&] {
                watch.waitForReadyRead(10);
                out += watch.readAllStandardOutput();
                return out.contains("\"payload\":" + payload + "}");
            }, 15'000);
        };
        QVERIFY(waitFor("0"));
        for (int i = 1; i < 4; ++i) {
            project.file("index.js", "exports.handler = async () => " + QByteArray::number(i) + ";");
            QVERIFY2(waitFor(QByteArray::number(i)), out.constData());
        }
        project.file("index.js", "exports.handler = async () => process.env.ADDED;");
        project.function("nodejs20.x", "index.handler", "      Environment: {Variables: {ADDED: later}}\n");
        QVERIFY(waitFor("\"later\""));
        watch.terminate();
        QVERIFY(watch.waitForFinished(5000));
        QCOMPARE(watch.exitCode(), 130);
    }

    void aBurstHasOneColdStartForEachThatRunsAtOnce()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => { await new Promise((r) => setTimeout(r, 50)); return 1; };\n");
        const EphResult burst = runEph({"invoke", "-p", project.path(), "--burst", "100", "--concurrency", "10", "--json"});
        QCOMPARE(burst.code, 0);
        const QJsonObject result = QJsonDocument::fromJson(burst.out).object();
        QCOMPARE(result.value("requests").toInt(), 100);
        QCOMPARE(result.value("coldStarts").toInt(), 10);
        QCOMPARE(result.value("errors").toInt(-1), 0);
        QCOMPARE(result.value("throttles").toInt(-1), 0);
        QVERIFY(result.value("p50Ms").toDouble() >= 50 && result.value("p99Ms").toDouble() >= result.value("p95Ms").toDouble());
        QVERIFY(result.value("costUsd").toString().startsWith("0.0000"));
    }

    void aBurstThatTimesOutSaysSo()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      Timeout: 1\n").file("index.js", "let n = 0; exports.handler = async (event) => { if (event.fail && n++ === 0) throw new Error('no'); await new Promise((r) => setTimeout(r, 5000)); };\n");
        const EphResult late = runEph({"invoke", "-p", project.path(), "--burst", "2", "--concurrency", "2", "--json"});
        QCOMPARE(late.code, 6);
        QCOMPARE(QJsonDocument::fromJson(late.out).object().value("timeouts").toInt(), 2);
        // Something else failed as well.
        const EphResult both = runEph({"invoke", "-p", project.path(), "--burst", "2", "--concurrency", "1", "--event", "{\"fail\": true}", "--json"});
        QCOMPARE(both.code, 1);
        QCOMPARE(QJsonDocument::fromJson(both.out).object().value("errors").toInt(), 2);
        QCOMPARE(QJsonDocument::fromJson(both.out).object().value("firstError").toString(), "Error: no");
    }

    void tellsHowTrueARunIs()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      VpcConfig: {SubnetIds: [a]}\n").file("index.js", "1;\n");
        const EphResult told = runEph({"fidelity", "-p", project.path(), "--json"});
        QCOMPARE(told.code, 0);
        const QJsonArray notes = QJsonDocument::fromJson(told.out).array();
        QVERIFY(notes.size() > 10);
        QCOMPARE(notes.first().toObject().value("fidelity"), QJsonValue("ignored"));
        QCOMPARE(notes.first().toObject().value("topic"), QJsonValue("VpcConfig"));
        QVERIFY(told.out.contains("\"approximated\"") && told.out.contains("\"emulated\""));
    }

    void refusesASandboxThatItCannotGive()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        const EphResult both = runEph({"invoke", "-p", project.path(), "--no-sandbox", "--no-network"});
        QCOMPARE(both.code, 2);
        QVERIFY2(both.err.contains("excludes --no-"), both.err);
        // Without bubblewrap in PATH nothing keeps a function from the network, and nothing may claim so.
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("PATH", project.path());
        process.setProcessEnvironment(environment);
        process.start(ephProgram(), {"invoke", "-p", project.path(), "--no-network"});
        process.waitForFinished(60'000);
        QCOMPARE(process.exitCode(), 1);
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(said.contains("Functions cannot be kept from the network: bubblewrap is not installed."), said);
    }

    void aTimeoutHasAnExitCodeOfItsOwn()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      Timeout: 1\n").file("index.js", "exports.handler = () => new Promise((r) => setTimeout(r, 5000));\n");
        QCOMPARE(runEph({"invoke", "-p", project.path()}).code, 6);
    }

    void leavesNothingBehindWhenKilled_data()
    {
        QTest::addColumn<int>("signal");
        QTest::addColumn<bool>("sandbox");
        for (const bool sandbox : {false, true}) {
            QTest::newRow(sandbox ? "SIGINT, sandbox" : "SIGINT") << SIGINT << sandbox;
            QTest::newRow(sandbox ? "SIGTERM, sandbox" : "SIGTERM") << SIGTERM << sandbox;
            QTest::newRow(sandbox ? "SIGKILL, sandbox" : "SIGKILL") << SIGKILL << sandbox;
        }
    }
    void leavesNothingBehindWhenKilled()
    {
        QFETCH(int, signal);
        QFETCH(bool, sandbox);
        TestProject project;
        // A child in a session of its own escapes the process group and outlives its parent.
        project.function("python3.11", "app.handler", "      Timeout: 60\n")
            .file("app.py", "import subprocess, time, os\ndef handler(event, context):\n    scratch = os.environ['TMPDIR']\n    os.makedirs(scratch + '/a/b/c')\n    open(scratch + '/a/b/c/file', 'w').close()\n    os.symlink('/etc', scratch + '/a/link')\n    os.chmod(scratch + '/a/b', 0)\n    child = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n    time.sleep(50)\n");
        // Both carry the folder of their code in their environment; a sandbox has processes of its own beside them.
        const QByteArray mark = "LAMBDA_TASK_ROOT=" + project.path().toUtf8();
        QProcess process;
        QStringList arguments{"invoke", "-p", project.path()};
        if (!sandbox)
            arguments << "--no-sandbox";
        QTemporaryDir temporary;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("TMPDIR", temporary.path());
        process.setProcessEnvironment(environment);
        process.start(ephProgram(), arguments);
        QTRY_VERIFY_WITH_TIMEOUT(processesWith(mark, "sleep") == 1, 15'000);
        QVERIFY(!QDir(temporary.path()).isEmpty());
        QVERIFY(processesWith(mark, {}) >= 2);
        ::kill(pid_t(process.processId()), signal);
        QVERIFY(process.waitForFinished(5000));
        QTRY_COMPARE(processesWith(mark, {}), 0);
        // Nor files: the function has left some that nobody may read or enter.
        QTRY_COMPARE(QDir(temporary.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), QStringList());
    }
};

QTEST_GUILESS_MAIN(tst_EphInvoke)
#include "tst_ephinvoke.moc"
