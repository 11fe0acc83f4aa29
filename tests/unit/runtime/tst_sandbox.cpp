// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logstore.h"
#include "core/runtime/pool.h"
#include "core/sys/bubblewrap.h"
#include "core/sys/posixprocess.h"
#include "core/sys/processlimit.h"
#include "tests/support/testproject.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTest>
#include <csignal>
#include <unistd.h>

using namespace eph;
using namespace eph::runtime;
using namespace std::chrono_literals;
using test::TestProject;

/// Real functions in real namespaces, and some that mean harm.
class tst_Sandbox : public QObject
{
    Q_OBJECT

    sys::PosixProcessLauncher m_launcher;
    sys::SystemClock m_clock;
    logs::LogStore m_logs;
    QString m_bubblewrap;
    std::unique_ptr<sys::ProcessLimit> m_limit;

    Surroundings surroundings(bool network = true)
    {
        Surroundings all{m_launcher, m_clock, m_logs, "sandbox-token-0123456789"};
        all.sandbox = {m_bubblewrap, network};
        all.isCrowded = [this] { return m_limit && m_limit->isCrowded(); };
        return all;
    }

    static FunctionConfig function(const TestProject &project, const QString &runtime = "nodejs20.x")
    {
        FunctionConfig config;
        config.name = "fn";
        config.codeFolder = project.path();
        config.runtime = runtime;
        config.handler = runtime.startsWith("python") ? "app.handler" : "index.handler";
        config.timeout = 10s;
        return config;
    }

    static Invocation run(Pool &pool, const FunctionConfig &config, const QByteArray &payload = "{}")
    {
        std::optional<Invocation> result;
        if (const auto begun = pool.invoke({config, payload, {}, {}}, [&](Invocation invocation) { result = std::move(invocation); }); !begun)
            qWarning("%s", qPrintable(begun.error().message));
        (void)QTest::qWaitFor([&] { return result.has_value(); }, 30'000);
        return result.value_or(Invocation{});
    }
    Invocation run(const FunctionConfig &config, const QByteArray &payload = "{}")
    {
        Pool pool(surroundings(), sys::Interpreters());
        return run(pool, config, payload);
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto found = sys::findBubblewrap();
        if (!found)
            QSKIP(qPrintable(found.error().message + ' ' + found.error().hint));
        m_bubblewrap = *found;
        constexpr int EnoughForABomb = 2048;
        m_limit = sys::ProcessLimit::enter(EnoughForABomb).value_or(nullptr);
    }

    void hidesTheDeskAndGivesWhatTheServiceGives()
    {
        TestProject project;
        TestProject layer;
        layer.file("bin/tool", "#!/bin/sh\necho from the layer\n").file("data.txt", "layered");
        project.file("index.js", "const fs = require('fs'); const attempt = (f) => { try { return f(); } catch (error) { return error.code; } };\n"
                                 "exports.handler = async () => ({ task: fs.readdirSync('/var/task'), write: attempt(() => fs.writeFileSync('/var/task/x', '')), writeCode: attempt(() => fs.writeFileSync(process.env.LAMBDA_TASK_ROOT + '/x', '')),\n"
                                 "  system: attempt(() => fs.writeFileSync('/usr/x', '')), house: attempt(() => fs.mkdirSync('/home/x')), kept: attempt(() => fs.mkdirSync('/var/x')), own: attempt(() => fs.mkdirSync('/root/x')), home: fs.readdirSync('/root').length + fs.readdirSync('/home').length, tmp: attempt(() => fs.writeFileSync('/tmp/x', 'mine')),\n"
                                 "  shm: attempt(() => fs.writeFileSync('/dev/shm/x', '')), processes: fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length, opt: fs.readFileSync('/opt/data.txt', 'utf8'), cwd: process.cwd() });\n");
        FunctionConfig config = function(project);
        config.layerFolders = {layer.path()};
        const QJsonObject seen = QJsonDocument::fromJson(run(config).payload).object();
        QVERIFY(seen.value("task").toArray().contains("index.js"));
        for (const char *key : {"write", "writeCode", "system", "shm", "house", "kept", "own"})
            QCOMPARE(seen.value(key), QJsonValue("EROFS"));
        QVERIFY(seen.value("tmp").isUndefined() || seen.value("tmp").isNull());
        QCOMPARE(seen.value("processes"), QJsonValue(2));
        QCOMPARE(seen.value("opt"), QJsonValue("layered"));
        QCOMPARE(seen.value("cwd"), QJsonValue(project.path()));
        QVERIFY(!QFile::exists("/tmp/x") || QFileInfo("/tmp/x").size() != 4);
    }

    void whatTheLoaderShallLoadIsLoadedWithin()
    {
        TestProject project;
        project.file("index.js", "exports.handler = async () => [process.env.LD_PRELOAD, process.env.LD_LIBRARY_PATH];\n");
        FunctionConfig config = function(project);
        // The program that builds the walls would load it with the rights of the person.
        config.environment.insert("LD_PRELOAD", "/var/task/none.so");
        sys::ProcessSpec spec;
        spec.program = "/usr/bin/node";
        spec.workingDirectory = project.path();
        spec.environment = {"PATH=/bin", "LD_PRELOAD=/var/task/none.so", "LD_SDK_KEY=secret", "LD_AUDIT=x", "LD_LIBRARY_PATH=/a:/b=c"};
        const sys::ProcessSpec within = sandboxed(spec, config, {}, {project.path(), {}, {}}, {m_bubblewrap, true});
        // Arguments are for all to read: what only begins so is none of the loader's.
        QCOMPARE(within.environment, (QList<QByteArray>{"PATH=/bin", "LD_SDK_KEY=secret"}));
        const qsizetype at = within.arguments.indexOf("LD_LIBRARY_PATH");
        QCOMPARE(within.arguments.mid(at - 1, 3), (QStringList{"--setenv", "LD_LIBRARY_PATH", "/a:/b=c"}));
        const Invocation invocation = run(config);
        QVERIFY2(invocation.payload.startsWith("[\"/var/task/none.so\",\""), invocation.payload + invocation.log);
    }

    void startsThroughAWrapperOfALayer()
    {
        TestProject project;
        TestProject layer;
        layer.file("wrapper", "#!/bin/sh\nexport FROM=$0\nexec \"$@\"\n");
        QFile::setPermissions(layer.path("wrapper"), QFile::ReadOwner | QFile::ExeOwner);
        project.file("app.py", "import os\ndef handler(event, context):\n    return os.environ['FROM']\n");
        FunctionConfig config = function(project, "python3.11");
        config.layerFolders = {layer.path()};
        config.environment.insert("AWS_LAMBDA_EXEC_WRAPPER", "/opt/wrapper");
        const Invocation invocation = run(config);
        QVERIFY2(invocation.payload.contains("/wrapper"), (invocation.payload + invocation.log).constData());
    }

    void keepsTmpForTheEnvironmentAlone()
    {
        TestProject project;
        project.file("index.js", "const fs = require('fs'); exports.handler = async (event) => { if (event.exit) process.exit(1); fs.appendFileSync('/tmp/count', '.'); return fs.readFileSync('/tmp/count', 'utf8'); };\n");
        Pool pool(surroundings(), sys::Interpreters());
        QCOMPARE(run(pool, function(project)).payload, "\".\"");
        QCOMPARE(run(pool, function(project)).payload, "\"..\"");
        (void)run(pool, function(project), R"({"exit":1})");
        // The process is a new one, the environment is the same.
        const Invocation after = run(pool, function(project));
        QVERIFY(after.report.coldStart);
        QCOMPARE(after.payload, "\"...\"");
        pool.retireAll();
        QCOMPARE(run(pool, function(project)).payload, "\".\"");
    }

    void mergesLayersLaterOnesFirst()
    {
        TestProject project;
        TestProject one;
        TestProject two;
        one.file("a.txt", "one").file("only.txt", "only one");
        two.file("a.txt", "two");
        project.file("index.js", "const fs = require('fs'); exports.handler = async () => fs.readFileSync('/opt/a.txt', 'utf8') + ', ' + fs.readFileSync('/opt/only.txt', 'utf8');\n");
        FunctionConfig config = function(project);
        config.layerFolders = {one.path(), two.path()};
        QCOMPARE(run(config).payload, "\"two, only one\"");
    }

    void tellsHowAProcessEnded_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QString>("reason");
        QTest::newRow("status") << QByteArray("process.exit(3)") << "exit status 3";
        QTest::newRow("a status that looks like a signal") << QByteArray("process.exit(137)") << "exit status 137";
        QTest::newRow("zero") << QByteArray("process.exit(0)") << "without providing a reason";
        QTest::newRow("signal") << QByteArray("process.kill(process.pid, 'SIGKILL')") << "signal: killed";
        QTest::newRow("abort") << QByteArray("process.abort()") << "signal: aborted";
    }
    void tellsHowAProcessEnded()
    {
        QFETCH(QByteArray, code);
        QFETCH(QString, reason);
        TestProject project;
        project.file("index.js", "exports.handler = async () => { " + code + "; await new Promise(() => setTimeout(() => {}, 5000)); };\n");
        const Invocation invocation = run(function(project));
        QCOMPARE(outcomeName(invocation.outcome), "exited");
        QVERIFY2(invocation.payload.contains(reason.toUtf8()), invocation.payload.constData());
    }

    void aKilledSandboxIsAKilledFunction()
    {
        TestProject project;
        project.file("index.js", "exports.handler = () => new Promise((r) => setTimeout(r, 20000));\n");
        Pool pool(surroundings(), sys::Interpreters());
        FunctionConfig config = function(project);
        const QByteArray mark = "SANDBOX_TO_KILL=" + QByteArray::number(::getpid());
        config.environment = {{"SANDBOX_TO_KILL", QString::number(::getpid())}};
        std::optional<Invocation> result;
        QVERIFY(pool.invoke({config, "{}", {}, {}}, [&](Invocation invocation) { result = std::move(invocation); }));
        QTRY_VERIFY_WITH_TIMEOUT(pool.counts().busy == 1 && pool.counts().environments == 1, 5000);
        QTest::qWait(300);
        // The one that is process number one inside, seen from outside.
        int killed = 0;
        const QStringList names = QDir("/proc").entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        for (const QString &name : names) {
            QFile environment("/proc/" + name + "/environ");
            QFile command("/proc/" + name + "/comm");
            if (environment.open(QIODevice::ReadOnly) && environment.readAll().contains(mark) && command.open(QIODevice::ReadOnly) && command.readAll().trimmed() == "ephemera-init")
                killed += ::kill(name.toInt(), SIGKILL) == 0;
        }
        QCOMPARE(killed, 1);
        QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), 5000);
        QVERIFY2(result->payload.contains("signal: killed"), result->payload);
    }

    void measuresTheFunctionAndNotItsSandbox()
    {
        TestProject project;
        project.file("app.py", "kept = []\ndef handler(event, context):\n    kept.append(bytearray(60 * 1024 * 1024))\n    return len(kept)\n");
        FunctionConfig config = function(project, "python3.11");
        config.memoryMiB = 512;
        const Invocation invocation = run(config);
        QVERIFY2(invocation.report.maxMemoryMiB > 66 && invocation.report.maxMemoryMiB < 90, qPrintable(QString::number(invocation.report.maxMemoryMiB)));
        config.memoryMiB = 128;
        Pool pool(surroundings(), sys::Interpreters());
        QCOMPARE(outcomeName(run(pool, config).outcome), "answered");
        Outcome outcome = Outcome::Answered;
        for (int i = 0; i < 10 && outcome == Outcome::Answered; ++i)
            outcome = run(pool, config).outcome;
        QCOMPARE(outcomeName(outcome), "outOfMemory");
    }

    void standsStillBetweenInvocations()
    {
        TestProject project;
        project.file("index.js", "let ticks = 0; setInterval(() => ++ticks, 1); exports.handler = async () => ticks;");
        Pool pool(surroundings(), sys::Interpreters());
        (void)run(pool, function(project));
        const int before = run(pool, function(project)).payload.toInt();
        QTest::qWait(300);
        const int after = run(pool, function(project)).payload.toInt();
        QVERIFY2(after - before < 60, qPrintable(QString::number(after - before)));
    }

    void runsWithoutANetwork()
    {
        QTcpServer outside;
        QVERIFY(outside.listen(QHostAddress::LocalHost));
        const QByteArray port = QByteArray::number(outside.serverPort());
        TestProject project;
        project.file("index.js", "exports.handler = () => new Promise((resolve) => require('net').connect(" + port + ", '127.0.0.1').on('connect', () => resolve('open')).on('error', (error) => resolve(error.code)));\n")
            .file("app.py", "import socket\ndef handler(event, context):\n    try:\n        socket.create_connection(('127.0.0.1', " + port + "), 2)\n        return 'open'\n    except OSError as error:\n        return 'closed'\n");
        QCOMPARE(run(function(project)).payload, "\"open\"");
        Pool pool(surroundings(false), sys::Interpreters());
        QCOMPARE(run(pool, function(project)).payload, "\"ECONNREFUSED\"");
        FunctionConfig python = function(project, "python3.11");
        python.name = "py";
        QCOMPARE(run(pool, python).payload, "\"closed\"");
    }

    void survivesHostileFunctions_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QStringList>("outcomes");
        QTest::newRow("fork bomb") << QByteArray("import os\ndef handler(event, context):\n    while True:\n        try:\n            os.fork()\n        except OSError:\n            pass\n") << QStringList{"exited", "outOfMemory", "timedOut"};
        QTest::newRow("fork chain") << QByteArray("import os, time\ndef handler(event, context):\n    while True:\n        try:\n            if os.fork() > 0:\n                time.sleep(100)\n        except OSError:\n            time.sleep(100)\n") << QStringList{"exited", "outOfMemory", "timedOut"};
        QTest::newRow("kills everything it sees") << QByteArray("import os, signal\ndef handler(event, context):\n    for pid in range(1, 70000):\n        if pid != os.getpid():\n            try:\n                os.kill(pid, signal.SIGKILL)\n            except OSError:\n                pass\n    return 'done'\n") << QStringList{"answered"};
        QTest::newRow("signals its group") << QByteArray("import os, signal\ndef handler(event, context):\n    os.killpg(0, signal.SIGKILL)\n    return 'done'\n") << QStringList{"exited"};
        QTest::newRow("fills the disk") << QByteArray("def handler(event, context):\n    with open('/tmp/big', 'wb') as file:\n        for i in range(4096):\n            file.write(bytes(1024 * 1024))\n") << QStringList{"functionError", "exited"};
        QTest::newRow("prints without end") << QByteArray("import sys\ndef handler(event, context):\n    line = 'x' * 1000\n    for i in range(300000):\n        print(line)\n    return 'printed'\n") << QStringList{"answered", "timedOut"};
        QTest::newRow("one endless line") << QByteArray("import os\ndef handler(event, context):\n    for i in range(2000):\n        os.write(1, b'y' * 65536)\n    return 1\n") << QStringList{"answered", "timedOut"};
        QTest::newRow("closes its descriptors") << QByteArray("import os\ndef handler(event, context):\n    os.closerange(0, 1024)\n    return 1\n") << QStringList{"exited"};
        QTest::newRow("symlink trick") << QByteArray("import os\ndef handler(event, context):\n    os.symlink('/etc/shadow', '/tmp/link')\n    try:\n        open('/tmp/link', 'a').write('x')\n        return 'wrote'\n    except OSError as error:\n        return 'refused'\n") << QStringList{"answered"};
        QTest::newRow("sets the clock") << QByteArray("import time\ndef handler(event, context):\n    try:\n        time.clock_settime(time.CLOCK_REALTIME, 0)\n        return 'set'\n    except OSError:\n        return 'refused'\n") << QStringList{"answered"};
        QTest::newRow("answers with too much") << QByteArray("def handler(event, context):\n    return 'z' * 7000000\n") << QStringList{"responseTooLarge"};
    }
    void survivesHostileFunctions()
    {
        QFETCH(QByteArray, code);
        QFETCH(QStringList, outcomes);
        if (QByteArrayView(QTest::currentDataTag()).startsWith("fork") && ::geteuid() == 0 && !m_limit)
            QSKIP("Root's processes cannot be limited here: no control group can be made.");
        TestProject project;
        project.file("app.py", code);
        FunctionConfig config = function(project, "python3.11");
        config.timeout = 6s;
        config.memoryMiB = 256;
        Pool pool(surroundings(), sys::Interpreters());
        const Invocation invocation = run(pool, config);
        QVERIFY2(outcomes.contains(outcomeName(invocation.outcome)), qPrintable(outcomeName(invocation.outcome) + ' ' + QString::fromUtf8(invocation.payload.left(300)) + '\n' + QString::fromUtf8(invocation.log.left(1000))));
        if (invocation.outcome == Outcome::Answered)
            QVERIFY2(!invocation.payload.contains("wrote") && !invocation.payload.contains("set"), invocation.payload.constData());
        QVERIFY(invocation.log.size() <= InvocationLog::HeadBytes + 3 * InvocationLog::TailBytes);
        // The desk is as it was: another function runs at once.
        TestProject good;
        good.file("app.py", "def handler(event, context):\n    return 'fine'\n");
        FunctionConfig other = function(good, "python3.11");
        other.name = "other";
        QCOMPARE(run(pool, other).payload, "\"fine\"");
    }
};

QTEST_GUILESS_MAIN(tst_Sandbox)
#include "tst_sandbox.moc"
