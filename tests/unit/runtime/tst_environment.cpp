// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakeprocess.h"
#include "tests/support/poolfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <cerrno>

using namespace eph;
using namespace eph::runtime;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::TestProject;

/// The life of one environment: its limits, its end, what stays.
class tst_Environment : public test::PoolTest
{
    Q_OBJECT
private Q_SLOTS:
    void killsAtTheTimeout()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async (e) => { console.log('begun'); if (e.sleep) for (;;); return 'ok'; };");
        FunctionConfig function = node(project);
        function.timeout = 1s;
        const auto pool = newPool();
        const Invocation invocation = run(*pool, function, R"({"sleep":true})");
        QCOMPARE(outcomeName(invocation.outcome), "timedOut");
        QCOMPARE(invocation.payload, R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: )" + invocation.report.requestId + R"( Error: Task timed out after 1.00 seconds"})");
        QCOMPARE(invocation.report.durationMs, 1000.0);
        QVERIFY(invocation.log.contains("begun"));
        QVERIFY(invocation.log.contains("Task timed out after 1.00 seconds"));
        QVERIFY(invocation.log.contains("Duration: 1000.00 ms"));
        QVERIFY(invocation.log.contains("Status: timeout"));
        const Invocation next = run(*pool, function);
        QCOMPARE(next.payload, "\"ok\"");
        QVERIFY(next.report.coldStart);
    }

    void killsWhatTakesTooMuchMemory()
    {
        TestProject project;
        project.file(u"app.py"_s, "import time\ndef handler(e, c):\n    x = bytearray(400 << 20)\n    time.sleep(5)\n    return len(x)\n");
        FunctionConfig function = python(project);
        function.timeout = 10s;
        const Invocation invocation = run(function);
        QCOMPARE(outcomeName(invocation.outcome), "outOfMemory");
        QVERIFY(invocation.payload.contains("Runtime.OutOfMemory"));
        QCOMPARE(invocation.report.maxMemoryMiB, 128);
        QVERIFY(invocation.log.contains("Error Type: Runtime.OutOfMemory"));
    }

    void givesTheProcessorTimeThatTheMemoryBuys_data()
    {
        QTest::addColumn<bool>("isNode");
        QTest::newRow("node") << true;
        QTest::newRow("python") << false;
    }
    void givesTheProcessorTimeThatTheMemoryBuys()
    {
        QFETCH(bool, isNode);
        TestProject project;
        // 40 ms of the processor, as the process itself counts it.
        project.file(u"index.js"_s, "exports.handler = async () => { const begun = process.cpuUsage(); for (;;) { const used = process.cpuUsage(begun); if (used.user + used.system >= 40000) return 1; } };\n")
            .file(u"app.py"_s, "import time\ndef handler(event, context):\n    begun = time.process_time()\n    while time.process_time() - begun < 0.04:\n        pass\n    return 1\n");
        FunctionConfig function = isNode ? node(project) : python(project);
        function.memoryMiB = 256;
        function.timeout = 20s;
        Surroundings held = surroundings();
        held.sharesProcessor = true;
        Pool pool(held, sys::Interpreters());
        (void)run(pool, function);
        const Invocation invocation = run(pool, function);
        QCOMPARE(invocation.payload, "1");
        // 256 MB buy 0.145 processors: 276 ms. A busy machine takes longer, never less.
        QVERIFY2(invocation.report.durationMs > 270, qPrintable(QString::number(invocation.report.durationMs)));
        pool.setSharesProcessor(false);
        const double free = run(pool, function).report.durationMs;
        QVERIFY2(free < invocation.report.durationMs, qPrintable(QString::number(free)));
    }

    void boundsTheScratchFolder()
    {
        TestProject project;
        project.file(u"app.py"_s, "import os, time\ndef handler(event, context):\n    if event.get('clean'):\n        for name in os.listdir(os.environ['TMPDIR']):\n            if name.startswith('part'):\n                os.remove(os.path.join(os.environ['TMPDIR'], name))\n        time.sleep(0.7)\n"
                                  "    try:\n        for i in range(int(event['parts'])):\n            with open(os.path.join(os.environ['TMPDIR'], 'part%d' % i), 'wb') as file:\n                file.write(bytes(16 * 1024 * 1024))\n            time.sleep(0.1)\n    except OSError as error:\n        return [i, error.errno]\n    return 'written'\n");
        FunctionConfig function = python(project);
        function.ephemeralStorageMiB = 64;
        function.memoryMiB = 512;
        function.timeout = 20s;
        const auto pool = newPool();
        QCOMPARE(run(*pool, function, "{\"parts\":3}").payload, "\"written\"");
        // None of the files is too large, all of them together are.
        const QJsonArray stopped = QJsonDocument::fromJson(run(*pool, function, "{\"parts\":40}").payload).array();
        QCOMPARE(stopped.at(1).toInt(), EFBIG);
        QVERIFY2(stopped.at(0).toInt() < 20, qPrintable(QString::number(stopped.at(0).toInt())));
        QCOMPARE(run(*pool, function, "{\"parts\":2,\"clean\":true}").payload, "\"written\"");
    }

    void boundsTheResponse()
    {
        TestProject project;
        project.file(u"app.py"_s, "def handler(e, c):\n    return 'x' * e['n']\n");
        const auto pool = newPool();
        const Invocation fits = run(*pool, python(project), R"({"n":6291554})");
        QCOMPARE(outcomeName(fits.outcome), "answered");
        QCOMPARE(fits.payload.size(), 6'291'556);
        const Invocation large = run(*pool, python(project), R"({"n":6291555})");
        QCOMPARE(outcomeName(large.outcome), "responseTooLarge");
        QVERIFY(large.payload.contains("Function.ResponseSizeTooLarge"));
        const qsizetype refused = large.log.indexOf("] LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413.");
        QVERIFY2(refused > large.log.indexOf("START") && refused < large.log.indexOf("END RequestId"), large.log);
        QCOMPARE(run(*pool, python(project), R"({"n":1})").payload, "\"x\"");
    }

    void streamsResponses()
    {
        TestProject project;
        project.file(u"index.mjs"_s, "export const handler = awslambda.streamifyResponse(async (event, stream) => {\n"
                                     "  if (event.http) stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });\n"
                                     "  stream.write('a'); await new Promise((r) => setTimeout(r, 20)); stream.write('b');\n  if (event.fail) throw new Error('midway');\n  stream.end();\n});");
        const auto pool = newPool();
        const Invocation plain = run(*pool, node(project));
        QVERIFY(plain.streamed);
        QCOMPARE(plain.payload, "ab");
        QCOMPARE(run(*pool, node(project), R"({"http":true})").payload, QByteArray("{\"statusCode\":201}\0\0\0\0\0\0\0\0ab", 28));
        const Invocation failed = run(*pool, node(project), R"({"fail":true})");
        QCOMPARE(outcomeName(failed.outcome), "functionError");
        QVERIFY(failed.payload.contains("midway"));
    }

    void triesAFailedInitOnceMore()
    {
        TestProject project;
        project.file(u"index.js"_s, "const fs = require('fs'); const mark = process.env.TMPDIR + '/tried'; if (!fs.existsSync(mark)) { fs.writeFileSync(mark, ''); throw new Error('first'); } exports.handler = async () => 'second';");
        const Invocation invocation = run(node(project));
        QCOMPARE(invocation.payload, "\"second\"");
        QVERIFY(invocation.log.contains("Phase: init\tStatus: error\tError Type: Error") || invocation.log.contains("Phase: init\tStatus: error\tError Type: Runtime.Unknown"));
    }

    void keepsTheScratchFolderAcrossACrash()
    {
        TestProject project;
        project.file(u"app.py"_s, "import os\ndef handler(e, c):\n    path = os.path.join(os.environ['TMPDIR'], 'kept')\n    seen = os.path.exists(path)\n    open(path, 'w').close()\n    if e.get('crash'):\n        os._exit(1)\n    return seen\n");
        const auto pool = newPool();
        QCOMPARE(outcomeName(run(*pool, python(project), R"({"crash":true})").outcome), "exited");
        QCOMPARE(run(*pool, python(project)).payload, "true");
    }

    void runsAnyExecutable()
    {
        TestProject project;
        project.file(u"bootstrap"_s, "#!/bin/sh\napi=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation\nwhile :; do\n  event=$(curl -sS -D /dev/stderr \"$api/next\" 2>\"$TMPDIR/h\")\n"
                                      "  id=$(tr -d '\\r' <\"$TMPDIR/h\" | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')\n  echo \"handler $_HANDLER env ${AWS_EXECUTION_ENV:-none}\"\n  curl -sS -o /dev/null -d \"$event\" \"$api/$id/response\"\ndone\n");
        FunctionConfig function = config(project, u"provided.al2023"_s, u"any.thing"_s);
        Invocation missing = run(function);
        QCOMPARE(outcomeName(missing.outcome), "initError");
        QVERIFY(missing.payload.contains("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"));
        QFile::setPermissions(project.path(u"bootstrap"_s), QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner);
        const auto pool = newPool();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(run(*pool, function, R"({"echo":"ä"})").payload, R"({"echo":"ä"})");
        QVERIFY(run(function).log.contains("handler any.thing env none"));
    }

    void saysWhatItCannotRun()
    {
        TestProject project;
        const auto pool = newPool();
        const auto java = pool->invoke({config(project, u"java21"_s, u"a.B"_s), "{}", {}, {}}, [](const Invocation &) {});
        QVERIFY(!java);
        QCOMPARE(java.error().code, ErrorCode::Unsupported);
        FunctionConfig gone = node(project);
        gone.codeFolder = u"/nonexistent"_s;
        QCOMPARE(pool->invoke({gone, "{}", {}, {}}, [](const Invocation &) {}).error().code, ErrorCode::NotFound);
        // What cannot run leaves nothing that stands in the way of what can.
        project.file(u"index.js"_s, "exports.handler = async () => 1;");
        QCOMPARE(run(*pool, node(project)).payload, "1");
        pool->retireAll();
        QTRY_COMPARE(pool->counts().environments, 0);
    }

    void survivesAFloodOfOutput()
    {
        TestProject project;
        project.file(u"app.py"_s, "import sys\ndef handler(e, c):\n    block = ('x' * 99 + '\\n') * 10000\n    for _ in range(100):\n        sys.stdout.write(block)\n    return 'done'\n");
        FunctionConfig function = python(project);
        function.timeout = 60s;
        const Invocation invocation = run(function);
        QCOMPARE(invocation.payload, "\"done\"");
        QVERIFY(invocation.log.size() < 4 * 1024 * 1024);
        QVERIFY(invocation.log.contains("bytes of this log were left out here"));
        QVERIFY(invocation.log.contains("REPORT"));
    }

    void leavesNoProcessBehind()
    {
        TestProject project;
        project.file(u"app.py"_s, "import subprocess\ndef handler(e, c):\n    return subprocess.Popen(['sleep', '1000']).pid\n");
        qint64 pid = 0;
        {
            const auto pool = newPool();
            pid = run(*pool, python(project)).payload.toLongLong();
            QVERIFY(QFile::exists(u"/proc/%1"_s.arg(pid)));
        }
        QTRY_VERIFY(!QFile::exists(u"/proc/%1"_s.arg(pid)) || [pid] {
            QFile stat(u"/proc/%1/stat"_s.arg(pid));
            return stat.open(QIODevice::ReadOnly) && stat.readAll().contains(") Z ");
        }());
    }

    void usesLayers()
    {
        TestProject project;
        project.file(u"code/index.js"_s, "exports.handler = async () => require('shared').name;").file(u"code/app.py"_s, "import helper\ndef handler(e, c):\n    return helper.NAME\n")
            .file(u"layer/nodejs/node_modules/shared/index.js"_s, "exports.name = 'from layer';").file(u"layer/python/helper.py"_s, "NAME = 'py layer'\n");
        for (FunctionConfig function : {node(project), python(project)}) {
            function.codeFolder = project.path(u"code"_s);
            function.layerFolders = {project.path(u"layer"_s)};
            QVERIFY(run(function).payload.contains("layer"));
        }
    }

    // The rest on fake processes: what the platform does, without waiting for a real one.

    void doesAnInitThatTakesTooLongAgainInTheInvocation()
    {
        TestProject project;
        test::FakeLauncher launcher;
        Pool pool({launcher, m_clock, m_logs, u"token"_s, true, 200ms}, sys::Interpreters());
        project.file(u"bootstrap"_s, "#!/bin/sh\n");
        QFile::setPermissions(project.path(u"bootstrap"_s), QFile::ReadOwner | QFile::ExeOwner);
        FunctionConfig function = config(project, u"provided.al2023"_s, u"x"_s);
        function.timeout = 1s;
        std::optional<Invocation> result;
        QVERIFY(pool.invoke({function, "{}", {}, {}}, [&](Invocation invocation) { result = std::move(invocation); }));
        QCOMPARE(launcher.processes.size(), 1);
        launcher.processes.first()->print("still loading\n");
        QTRY_COMPARE(launcher.processes.size(), 2);
        QVERIFY(launcher.processes.first()->killed);
        QTRY_VERIFY_WITH_TIMEOUT(result, 5000);
        QCOMPARE(outcomeName(result->outcome), "timedOut");
        QVERIFY(launcher.processes.last()->killed);
        const QRegularExpression order(u"INIT_START.*still loading\n"
                                       "INIT_REPORT Init Duration: 2\\d\\d\\.\\d+ ms\tPhase: init\tStatus: timeout\n"
                                       "START .*INIT_REPORT Init Duration: \\d+\\.\\d+ ms\tPhase: invoke\tStatus: timeout\n"
                                       ".*Task timed out after 1\\.00 seconds\n.*REPORT .*Status: timeout"_s, QRegularExpression::DotMatchesEverythingOption);
        QVERIFY2(order.match(QString::fromUtf8(result->log)).hasMatch(), result->log.constData());
    }

    void keepsAnAnswerWhenTheRuntimeDoesNotComeBack_data()
    {
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QString>("errorType");
        QTest::newRow("hangs") << QByteArray("time.sleep(60)") << u"Sandbox.Timedout"_s;
        QTest::newRow("exits") << QByteArray("os._exit(4)") << u"Runtime.ExitError"_s;
    }
    void keepsAnAnswerWhenTheRuntimeDoesNotComeBack()
    {
        QFETCH(const QByteArray, after);
        TestProject project;
        project.file(u"bootstrap"_s, "#!/usr/bin/env python3\nimport http.client, os, time\nc = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\nb = '/2018-06-01/runtime/invocation/'\nc.request('GET', b + 'next')\nr = c.getresponse()\nr.read()\n"
                                      "c.request('POST', b + r.getheader('Lambda-Runtime-Aws-Request-Id') + '/response', '\"given\"')\nc.getresponse().read()\n" + after + "\n");
        QFile::setPermissions(project.path(u"bootstrap"_s), QFile::ReadOwner | QFile::ExeOwner);
        FunctionConfig function = config(project, u"provided.al2023"_s, u"x"_s);
        function.timeout = 1s;
        const Invocation invocation = run(function);
        QCOMPARE(outcomeName(invocation.outcome), "answered");
        QCOMPARE(invocation.payload, "\"given\"");
        QTEST(invocation.report.errorType, "errorType");
    }

    void doesNotWaitForARuntimeThatIsBusyAfterItsAnswer()
    {
        TestProject project;
        project.file(u"bootstrap"_s, "#!/usr/bin/env python3\nimport http.client, os, time\nc = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\nb = '/2018-06-01/runtime/invocation/'\nwhile True:\n  c.request('GET', b + 'next')\n  r = c.getresponse()\n  r.read()\n"
                                      "  c.request('POST', b + r.getheader('Lambda-Runtime-Aws-Request-Id') + '/response', str(os.getpid()))\n  c.getresponse().read()\n  time.sleep(2)\n");
        QFile::setPermissions(project.path(u"bootstrap"_s), QFile::ReadOwner | QFile::ExeOwner);
        FunctionConfig function = config(project, u"provided.al2023"_s, u"x"_s);
        function.timeout = 10s;
        const auto pool = newPool();
        QStringList order;
        const auto start = [&](const QString &name) {
            QVERIFY(pool->invoke({function, "{}", {}, {}}, [&order, name](const Invocation &) { order << name; }));
        };
        start(u"first"_s);
        // Given to the first environment while its answer is on the way out, at the latest when that is slow to come back.
        QTest::qWait(300);
        start(u"second"_s);
        QTRY_COMPARE_WITH_TIMEOUT(order.size(), 2, 10'000);
        QCOMPARE(pool->counts().environments, 2);
    }

    void endsARunThatIsAborted_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("in the handler") << QByteArray("exports.handler = () => new Promise((r) => setTimeout(r, 60000));");
        QTest::newRow("in the init") << QByteArray("for (;;);");
    }
    void endsARunThatIsAborted()
    {
        QFETCH(const QByteArray, code);
        TestProject project;
        project.file(u"index.js"_s, code);
        FunctionConfig function = node(project);
        function.timeout = 60s;
        const auto pool = newPool();
        std::optional<Invocation> result;
        QVERIFY(pool->invoke({function, "{}", {}, {}}, [&](Invocation invocation) { result = std::move(invocation); }));
        QTest::qWait(300);
        pool->abortAll();
        QTRY_VERIFY_WITH_TIMEOUT(result, 5000);
        QCOMPARE(outcomeName(result->outcome), "exited");
        QVERIFY(result->payload.contains("signal: killed"));
    }

    void endsWhatLeftItsGroup()
    {
        TestProject project;
        project.file(u"app.py"_s, "import subprocess, time\ndef handler(e, c):\n    print('pid', subprocess.Popen(['sleep', '1000'], start_new_session=True).pid, flush=True)\n    time.sleep(60)\n");
        FunctionConfig function = python(project);
        function.timeout = 1s;
        const auto pool = newPool();
        const Invocation invocation = run(*pool, function);
        QCOMPARE(outcomeName(invocation.outcome), "timedOut");
        static const QRegularExpression pid(u"pid (\\d+)"_s);
        const QString process = pid.match(QString::fromUtf8(invocation.log)).captured(1);
        QVERIFY(!process.isEmpty());
        QTRY_VERIFY(!QFile::exists(u"/proc/"_s + process) || [process] {
            QFile stat(u"/proc/%1/stat"_s.arg(process));
            return stat.open(QIODevice::ReadOnly) && stat.readAll().contains(") Z ");
        }());
    }

    void saysWhyItsProcessCouldNotBeStarted_data()
    {
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QByteArray>("told");
        QTest::newRow("as the service words it") << ErrorCode::Io << QByteArray("Error: fork/exec /var/task/bootstrap: permission denied\"}");
        QTest::newRow("this system lacks something") << ErrorCode::Unsupported << QByteArray("Error: It is not to be had. Get it.\"}");
    }
    void saysWhyItsProcessCouldNotBeStarted()
    {
        QFETCH(ErrorCode, code);
        QFETCH(QByteArray, told);
        TestProject project;
        test::FakeLauncher launcher;
        launcher.refusal = Error{code, u"It is not to be had."_s, u"Get it."_s, u"Permission denied"_s};
        Pool pool({launcher, m_clock, m_logs, u"token"_s, true}, sys::Interpreters());
        project.file(u"bootstrap"_s, "#!/bin/sh\n");
        QFile::setPermissions(project.path(u"bootstrap"_s), QFile::ReadOwner | QFile::ExeOwner);
        std::optional<Invocation> result;
        QVERIFY(pool.invoke({config(project, u"provided.al2023"_s, u"x"_s), "{}", {}, {}}, [&](Invocation invocation) { result = std::move(invocation); }));
        QTRY_VERIFY(result);
        QVERIFY2(result->payload.endsWith(told), result->payload.constData());
        QVERIFY(result->log.contains("Error Type: Runtime.InvalidEntrypoint"));
    }

    void freezesAndThawsAroundInvocations()
    {
        TestProject project;
        test::FakeLauncher launcher;
        Pool pool({launcher, m_clock, m_logs, u"token"_s, true}, sys::Interpreters());
        project.file(u"bootstrap"_s, "#!/bin/sh\n");
        QFile::setPermissions(project.path(u"bootstrap"_s), QFile::ReadOwner | QFile::ExeOwner);
        const FunctionConfig function = config(project, u"provided.al2023"_s, u"x"_s);
        int done = 0;
        QVERIFY(pool.invoke({function, "{}", {}, {}}, [&](const Invocation &) { ++done; }));
        const auto process = launcher.processes.first();
        const quint16 port = quint16(process->variable("AWS_LAMBDA_RUNTIME_API").section(u':', 1).toUInt());
        test::RawHttp client(port);
        const QByteArray next = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        for (int i = 1; i <= 3; ++i) {
            if (i == 1)
                client.send(next);
            const QByteArray event = client.receive();
            const QByteArray id = test::RawHttp::header(event, "Lambda-Runtime-Aws-Request-Id");
            QCOMPARE(test::RawHttp::status(client.request("POST", "/2018-06-01/runtime/invocation/" + id + "/response", "1")), 202);
            client.send(next);
            QTRY_COMPARE(done, i);
            QTRY_COMPARE(process->suspended, i);
            QCOMPARE(process->resumed, i - 1);
            if (i < 3)
                QVERIFY(pool.invoke({function, "{}", {}, {}}, [&](const Invocation &) { ++done; }));
        }
        QCOMPARE(launcher.processes.size(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_Environment)
#include "tst_environment.moc"
