// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logstore.h"
#include "core/runtime/extensionsapi.h"
#include "core/runtime/pool.h"
#include "core/sys/bubblewrap.h"
#include "core/sys/posixprocess.h"
#include "tests/support/rawhttp.h"
#include "tests/support/testproject.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using namespace eph::runtime;
using namespace std::chrono_literals;
using test::RawHttp;
using test::TestProject;

/// The Extensions API by itself, and real extensions beside real functions.
class tst_Extensions : public QObject
{
    Q_OBJECT

    sys::PosixProcessLauncher m_launcher;
    sys::SystemClock m_clock;
    logs::LogStore m_logs;

    /// An external extension in Python: registers, says what it is told, and ends when the shutdown comes.
    static QByteArray extension(const QByteArray &body = {})
    {
        return "#!/usr/bin/python3\nimport json, os, sys, time, urllib.request\nbase = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2020-01-01/extension/'\n"
               "def call(path, headers, data=None):\n    request = urllib.request.Request(base + path, data=data, headers=headers)\n    answer = urllib.request.urlopen(request)\n    return answer, json.loads(answer.read())\n"
               "answer, told = call('register', {'Lambda-Extension-Name': os.path.basename(sys.argv[0])}, b'{\"events\": [\"INVOKE\", \"SHUTDOWN\"]}')\n"
               "identifier = {'Lambda-Extension-Identifier': answer.headers['Lambda-Extension-Identifier']}\nprint('extension of', told['functionName'], flush=True)\n"
            + body
            + "while True:\n    _, event = call('event/next', identifier)\n    if event['eventType'] == 'SHUTDOWN':\n        open('/tmp/' + os.environ['MARK'], 'w').write(event['shutdownReason'])\n        sys.exit(0)\n"
              "    print('extension sees', event['requestId'], flush=True)\n    time.sleep(0.05)\n";
    }

    static FunctionConfig function(const TestProject &project, const TestProject &layer)
    {
        FunctionConfig config;
        config.name = "fn";
        config.codeFolder = project.path();
        config.layerFolders = {layer.path()};
        config.runtime = "nodejs20.x";
        config.handler = "index.handler";
        config.timeout = 10s;
        config.memoryMiB = 512;
        config.environment = {{"MARK", QFileInfo(layer.path()).fileName() + ".mark"}};
        return config;
    }
    static void addExtension(TestProject &layer, const QString &name, const QByteArray &code)
    {
        layer.file("extensions/" + name, code);
        QFile::setPermissions(layer.path("extensions/" + name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    static Invocation run(Pool &pool, const FunctionConfig &config)
    {
        std::optional<Invocation> result;
        if (!pool.invoke({config, "{}", {}, {}}, [&](Invocation invocation) { result = std::move(invocation); }))
            return {};
        (void)QTest::qWaitFor([&] { return result.has_value(); }, 30'000);
        return result.value_or(Invocation{});
    }
    Surroundings surroundings() { return {m_launcher, m_clock, m_logs, "extension-token-0123456789", true, 10s}; }
    std::unique_ptr<Pool> newPool() { return std::make_unique<Pool>(surroundings(), sys::Interpreters()); }
    static bool endsInTime(Pool &pool)
    {
        const auto gone = std::make_shared<bool>(false);
        pool.shutDown([gone] { *gone = true; });
        return !*gone && QTest::qWaitFor([&] { return *gone; }, 3000);
    }
    QByteArray logged() const
    {
        QByteArray all;
        const auto range = m_logs.range();
        for (const logs::Line &line : m_logs.lines(range.first, range.end - range.first))
            all += line.text + '\n';
        return all;
    }

private Q_SLOTS:
    void refusesInTheServicesWords_data()
    {
        QTest::addColumn<QByteArray>("call");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        const auto row = [](const char *name, const QByteArray &call, const QByteArray &headers, const QByteArray &body, int status, const QByteArray &type) { QTest::newRow(name) << call << headers << body << status << type; };
        row("no name", "POST register", "", R"({"events":[]})", 403, "Extension.InvalidExtensionName");
        row("no JSON", "POST register", "Lambda-Extension-Name: a\r\n", "{", 403, "InvalidRequestFormat");
        row("unknown event", "POST register", "Lambda-Extension-Name: ext\r\n", R"({"events":["OTHER"]})", 403, "Extension.InvalidEventType");
        row("internal ones are not told of the shutdown", "POST register", "Lambda-Extension-Name: inner\r\n", R"({"events":["SHUTDOWN"]})", 403, "Extension.InvalidEventType");
        row("no identifier", "GET event/next", "", "", 403, "Extension.MissingExtensionIdentifier");
        row("bad identifier", "GET event/next", "Lambda-Extension-Identifier: x\r\n", "", 403, "Extension.InvalidExtensionIdentifier");
        row("unknown identifier", "GET event/next", "Lambda-Extension-Identifier: 11111111-2222-4333-8444-555555555555\r\n", "", 403, "Extension.UnknownExtensionIdentifier");
        row("wrong method", "GET register", "", "", 405, "");
        row("wrong path", "GET elsewhere", "", "", 404, "");
    }
    void refusesInTheServicesWords()
    {
        QFETCH(QByteArray, call);
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, type);
        ExtensionsApi api;
        api.reset({"fn", "$LATEST", "index.handler", "123456789012"}, {"ext"});
        http::Server server([&](const http::Request &request, const http::Responder &responder) { api.handle(request, responder); });
        RawHttp client(server.listen().value());
        const QByteArray answer = client.request(call.split(' ').first(), "/2020-01-01/extension/" + call.split(' ').last(), body, headers);
        QTEST(RawHttp::status(answer), "status");
        if (!type.isEmpty())
            QVERIFY2(RawHttp::body(answer).contains("\"errorType\":\"" + type + '"'), answer.constData());
    }

    void registersWaitsAndIsTold()
    {
        ExtensionsApi api;
        api.reset({"fn", "$LATEST", "index.handler", "123456789012"}, {"ext"});
        int waits = 0;
        QStringList ready;
        api.onNext = [&] { ++waits; };
        api.onReady = [&](const QString &name, const QStringList &events) { ready << name + ' ' + events.join(','); };
        http::Server server([&](const http::Request &request, const http::Responder &responder) { api.handle(request, responder); });
        const quint16 port = server.listen().value();
        RawHttp client(port);
        QVERIFY(!api.areReady());
        const QByteArray registered = client.request("POST", "/2020-01-01/extension/register", R"({"events":["INVOKE","SHUTDOWN"]})", "Lambda-Extension-Name: ext\r\nLambda-Extension-Accept-Feature: accountId\r\n");
        QCOMPARE(RawHttp::status(registered), 200);
        QCOMPARE(RawHttp::body(registered).trimmed(), R"({"accountId":"123456789012","functionName":"fn","functionVersion":"$LATEST","handler":"index.handler"})");
        const QByteArray id = RawHttp::header(registered, "Lambda-Extension-Identifier");
        QVERIFY(!api.areReady());
        QVERIFY(RawHttp::body(client.request("POST", "/2020-01-01/extension/register", R"({"events":[]})", "Lambda-Extension-Name: ext\r\n")).contains("Extension.InvalidExtensionState"));
        client.send("GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: 127.0.0.1\r\nLambda-Extension-Identifier: " + id + "\r\n\r\n");
        QTRY_COMPARE(waits, 1);
        QVERIFY(api.areReady());
        QCOMPARE(ready, QStringList("ext INVOKE,SHUTDOWN"));
        api.closeRegistration();
        RawHttp late(port);
        QVERIFY(RawHttp::body(late.request("POST", "/2020-01-01/extension/register", R"({"events":[]})", "Lambda-Extension-Name: late\r\n")).contains("Extension.RegistrationClosed"));
        api.invoke({"r1", 5000, "arn", "Root=1"});
        QVERIFY(!api.areDone());
        const QByteArray event = client.receive();
        QCOMPARE(RawHttp::body(event), R"({"eventType":"INVOKE","deadlineMs":5000,"requestId":"r1","invokedFunctionArn":"arn","tracing":{"type":"X-Amzn-Trace-Id","value":"Root=1"}})");
        QVERIFY(!RawHttp::header(event, "Lambda-Extension-Event-Identifier").isEmpty());
        client.send("GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: 127.0.0.1\r\nLambda-Extension-Identifier: " + id + "\r\n\r\n");
        QTRY_VERIFY(api.areDone());
        api.shutDown("spindown", 7000);
        QCOMPARE(RawHttp::body(client.receive()), R"({"eventType":"SHUTDOWN","shutdownReason":"spindown","deadlineMs":7000})");
    }

    void externalExtensionsLiveBesideTheFunction()
    {
        TestProject project;
        TestProject layer;
        project.file("index.js", "exports.handler = async () => 'answer';\n");
        addExtension(layer, "watcher", extension());
        const auto pool = newPool();
        const Invocation first = run(*pool, function(project, layer));
        QCOMPARE(first.payload, "\"answer\"");
        QVERIFY2(first.log.contains("EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]"), first.log.constData());
        QVERIFY2(first.log.contains("extension of fn"), first.log.constData());
        QVERIFY2(first.log.contains("extension sees " + first.report.requestId), first.log.constData());
        // The invocation is over only when the extension is done with it.
        QVERIFY2(first.report.durationMs >= 50, qPrintable(QString::number(first.report.durationMs)));
        const Invocation second = run(*pool, function(project, layer));
        QVERIFY(!second.report.coldStart);
        QVERIFY(second.log.contains("extension sees " + second.report.requestId));
        QFile mark("/tmp/" + QFileInfo(layer.path()).fileName() + ".mark");
        pool->retireAll();
        QTRY_VERIFY_WITH_TIMEOUT(mark.size() == 8, 5000);
        QVERIFY(mark.open(QIODevice::ReadOnly));
        QCOMPARE(mark.readAll(), "spindown");
        mark.remove();
    }

    void theRuntimeIsToldFirst_data()
    {
        QTest::addColumn<QByteArray>("runtime");
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("Node.js") << QByteArray("nodejs20.x") << QByteArray("index.js")
                                 << QByteArray("process.on('SIGTERM', async () => { await new Promise((r) => setTimeout(r, 30)); console.log('last words'); process.exit(0); });\nexports.handler = async () => 'answer';\n");
        QTest::newRow("Python") << QByteArray("python3.11") << QByteArray("index.py")
                                << QByteArray("import signal, sys, time\ndef end(*_):\n    time.sleep(0.03)\n    print('last words')\n    sys.exit(0)\nsignal.signal(signal.SIGTERM, end)\ndef handler(event, context):\n    return 'answer'\n");
    }
    void theRuntimeIsToldFirst()
    {
        QFETCH(QByteArray, runtime);
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, code);
        const auto bubblewrap = sys::findBubblewrap();
        for (const bool sandboxed : {false, true}) {
            if (sandboxed && !bubblewrap)
                continue;
            m_logs.clear();
            TestProject project;
            TestProject layer;
            project.file(QString::fromLatin1(file), code);
            addExtension(layer, "watcher", extension("import atexit\natexit.register(lambda: print('extension ends', flush=True))\n"));
            LaneStore lanes;
            Surroundings all = surroundings();
            all.lanes = &lanes;
            if (sandboxed)
                all.sandbox.bubblewrap = *bubblewrap;
            Pool pool(all, sys::Interpreters());
            FunctionConfig config = function(project, layer);
            config.runtime = QString::fromLatin1(runtime);
            QCOMPARE(run(pool, config).payload, "\"answer\"");
            QVERIFY(endsInTime(pool));
            const QByteArray log = logged();
            QVERIFY2(log.contains("last words"), log.constData());
            QVERIFY2(log.indexOf("extension ends") > log.indexOf("last words"), log.constData());
            const QList<Lane> lived = lanes.lanes();
            QCOMPARE(lived.size(), 1);
            QCOMPARE(lived.first().spans.last().phase, LanePhase::ShutDown);
            QVERIFY(lived.first().spans.last().toMs);
            QVERIFY(!lived.first().endReason.isEmpty());
            QCOMPARE(pool.counts().environments, 0);
        }
    }

    void aShutdownIsBounded()
    {
        TestProject project;
        TestProject layer;
        // Neither the runtime nor the extension ends by itself, and the extension is busy when the end comes.
        project.file("index.py", "import signal, time\nsignal.signal(signal.SIGTERM, lambda *_: time.sleep(60))\ndef handler(event, context):\n    return 'answer'\n");
        addExtension(layer, "busy", extension("call('event/next', identifier)\nprint('busy', flush=True)\ntime.sleep(60)\n"));
        Pool pool(surroundings(), sys::Interpreters());
        FunctionConfig config = function(project, layer);
        config.runtime = "python3.11";
        std::optional<Invocation> ended;
        bool answered = false;
        InvokeRequest request{config, "{}", {}, {}};
        request.onAnswered = [&](const Invocation &) { answered = true; };
        QVERIFY(pool.invoke(std::move(request), [&](const Invocation &invocation) { ended = invocation; }));
        QTRY_VERIFY_WITH_TIMEOUT(answered && logged().contains("busy"), 10'000);
        // It is the extension that keeps the invocation from its end.
        QVERIFY(endsInTime(pool));
        QVERIFY(ended);
        QCOMPARE(ended->outcome, Outcome::Answered);
    }

    void anEndWaitsForThoseOfATimeout()
    {
        TestProject project;
        TestProject layer;
        project.file("index.js", "exports.handler = async () => { await new Promise((r) => setTimeout(r, 5000)); };\n");
        addExtension(layer, "slow", extension("event = {'eventType': ''}\nwhile event['eventType'] != 'SHUTDOWN':\n    _, event = call('event/next', identifier)\ntime.sleep(0.4)\nprint('told of', event['shutdownReason'], flush=True)\nsys.exit(0)\n"));
        Pool pool(surroundings(), sys::Interpreters());
        FunctionConfig config = function(project, layer);
        config.timeout = 1s;
        QCOMPARE(run(pool, config).outcome, Outcome::TimedOut);
        QVERIFY(endsInTime(pool));
        QVERIFY2(logged().contains("told of timeout"), logged().constData());
    }

    void whatEndsWithoutExtensionsIsToldNothing()
    {
        TestProject project;
        project.file("index.py", "import signal\nsignal.signal(signal.SIGTERM, lambda *_: print('SIGTERM came'))\ndef handler(event, context):\n    return 'answer'\n");
        TestProject none;
        Pool pool(surroundings(), sys::Interpreters());
        FunctionConfig config = function(project, none);
        config.runtime = "python3.11";
        QCOMPARE(run(pool, config).payload, "\"answer\"");
        bool gone = false;
        pool.shutDown([&] { gone = true; });
        QVERIFY(gone);
        QTest::qWait(100);
        QVERIFY2(!logged().contains("SIGTERM came"), logged().constData());
    }

    /// Listens for telemetry, writes all of it into a file, and is done with an invocation only once it was told that the
    /// runtime is.
    static QByteArray telemetryExtension()
    {
        return extension("import http.server, threading\nseen = threading.Semaphore(0)\n"
                         "class Receiver(http.server.BaseHTTPRequestHandler):\n    def do_POST(self):\n        body = self.rfile.read(int(self.headers['Content-Length']))\n"
                         "        open(os.environ['TELEMETRY'], 'ab').write(body + b'\\n')\n        self.send_response(200)\n        self.end_headers()\n"
                         "        for event in json.loads(body):\n            if event['type'] == 'platform.runtimeDone':\n                seen.release()\n"
                         "    def log_message(self, *args):\n        pass\n"
                         "server = http.server.HTTPServer(('sandbox.localdomain', 4243), Receiver)\nthreading.Thread(target=server.serve_forever, daemon=True).start()\n"
                         "subscribe = urllib.request.Request('http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2022-07-01/telemetry', method='PUT', headers=identifier,\n"
                         "    data=json.dumps({'schemaVersion': '2022-12-13', 'types': ['platform', 'function', 'extension'], 'destination': {'protocol': 'HTTP', 'URI': 'http://sandbox.localdomain:4243'}, 'buffering': {'timeoutMs': 25}}).encode())\n"
                         "print('subscribed', urllib.request.urlopen(subscribe).read().decode(), flush=True)\n"
                         "while True:\n    _, event = call('event/next', identifier)\n    if event['eventType'] == 'SHUTDOWN':\n        time.sleep(0.3)\n        sys.exit(0)\n    assert seen.acquire(timeout=5)\n");
    }

    void extensionsAreSentTelemetry()
    {
        const auto bubblewrap = sys::findBubblewrap();
        if (!bubblewrap)
            QSKIP("sandbox.localdomain exists only in a sandbox");
        TestProject project;
        TestProject layer;
        project.file("index.js", "exports.handler = async () => { console.log('from the function'); await new Promise((r) => setTimeout(r, 150)); return require('fs').readFileSync('/tmp/telemetry', 'utf8'); };\n");
        addExtension(layer, "teller", telemetryExtension());
        Surroundings all{m_launcher, m_clock, m_logs, "extension-token-0123456789", true, 10s};
        all.sandbox.bubblewrap = *bubblewrap;
        Pool pool(all, sys::Interpreters());
        FunctionConfig config = function(project, layer);
        // Two at once listen to the same port, each at its own address.
        config.environment.insert("TELEMETRY", "/tmp/telemetry");
        QList<Invocation> both;
        for (int i = 0; i < 2; ++i)
            QVERIFY(pool.invoke({config, "{}", {}, {}}, [&](const Invocation &invocation) { both << invocation; }));
        QTRY_COMPARE_WITH_TIMEOUT(both.size(), 2, 20'000);
        for (const Invocation &invocation : std::as_const(both)) {
            QVERIFY2(invocation.outcome == Outcome::Answered, invocation.payload + invocation.log);
            QVERIFY2(invocation.log.contains("TELEMETRY\tName: teller\tState: Subscribed\tTypes: [Platform, Function, Extension]"), invocation.log);
            QVERIFY2(invocation.log.contains("subscribed \"OK\""), invocation.log);
        }
        // By the next invocation everything about the first one was sent.
        const Invocation next = run(pool, config);
        QVERIFY(!next.report.coldStart);
        const QByteArray lines = QJsonDocument::fromJson('[' + next.payload + ']').array().first().toString().toUtf8();
        QStringList types;
        for (const QByteArray &line : lines.split('\n')) {
            const QJsonArray events = QJsonDocument::fromJson(line).array();
            for (const auto &event : events)
                types << event.toObject().value("type").toString();
        }
        for (const char *type : {"platform.initStart", "platform.telemetrySubscription", "platform.extension", "platform.initRuntimeDone", "platform.initReport", "platform.start", "function", "extension", "platform.runtimeDone", "platform.report"})
            QVERIFY2(types.contains(type), qPrintable(QString(type) + " is not in " + types.join(' ')));
        QVERIFY2(types.indexOf("function") < types.indexOf("platform.runtimeDone") && types.indexOf("platform.runtimeDone") < types.indexOf("platform.report"), qPrintable(types.join(' ')));
    }

    void anExtensionThatCrashesCostsTheEnvironment()
    {
        TestProject project;
        TestProject layer;
        project.file("index.js", "exports.handler = async () => { await new Promise((r) => setTimeout(r, 3000)); return 1; };\n");
        addExtension(layer, "broken", extension("_, event = call('event/next', identifier)\nsys.exit(5)\n"));
        const auto pool = newPool();
        const Invocation invocation = run(*pool, function(project, layer));
        QCOMPARE(invocation.report.errorType, "Extension.Crash");
        QVERIFY2(invocation.payload.contains("Error: exit status 5\""), invocation.payload.constData());
        QVERIFY2(invocation.log.contains("EXTENSION\tName: broken\tState: Exited\tEvents: [INVOKE, SHUTDOWN]\tError Type: Extension.Crash"), invocation.log.constData());
    }

    void whatCannotBeExecutedIsTold_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<bool>("executable");
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QByteArray>("state");
        QTest::newRow("no permission") << QByteArray("#!/bin/sh\n") << false << QByteArray("permission denied") << QByteArray("PermissionDenied");
        QTest::newRow("no interpreter") << QByteArray("#!/no/such/interpreter\n") << true << QByteArray("no such file or directory") << QByteArray("UnknownError");
    }
    void whatCannotBeExecutedIsTold()
    {
        QFETCH(QByteArray, code);
        QFETCH(bool, executable);
        QFETCH(QByteArray, reason);
        QFETCH(QByteArray, state);
        const auto bubblewrap = sys::findBubblewrap();
        for (const bool sandboxed : {false, true}) {
            if (sandboxed && !bubblewrap)
                continue;
            TestProject project;
            TestProject layer;
            project.file("index.js", "exports.handler = async () => 1;\n");
            addExtension(layer, "odd", code);
            if (!executable)
                QFile::setPermissions(layer.path("extensions/odd"), QFile::ReadOwner);
            Surroundings all = surroundings();
            if (sandboxed)
                all.sandbox.bubblewrap = *bubblewrap;
            Pool pool(all, sys::Interpreters());
            const Invocation invocation = run(pool, function(project, layer));
            QCOMPARE(invocation.report.errorType, "Extension.LaunchError");
            QVERIFY2(invocation.payload.contains("fork/exec /opt/extensions/odd: " + reason), invocation.payload.constData());
            QVERIFY2(invocation.log.contains("EXTENSION\tName: odd\tState: LaunchError\tEvents: []\tError Type: " + state), invocation.log.constData());
            QVERIFY2(!invocation.log.contains("State: Started"), invocation.log.constData());
        }
    }

    void anInitTellsWhomItWaitedFor()
    {
        TestProject project;
        TestProject layer;
        project.file("index.js", "exports.handler = async () => 1;\n");
        addExtension(layer, "asleep", "#!/bin/sh\nsleep 30\n");
        addExtension(layer, "halfway", extension("time.sleep(30)\n"));
        Surroundings all = surroundings();
        all.initLimit = 3s; // In which the other one surely registers.
        Pool pool(all, sys::Interpreters());
        FunctionConfig config = function(project, layer);
        config.timeout = 1s;
        const Invocation invocation = run(pool, config);
        QVERIFY2(invocation.log.contains("EXTENSION\tName: asleep\tState: Started\tEvents: []"), invocation.log.constData());
        QVERIFY2(invocation.log.contains("EXTENSION\tName: halfway\tState: Registered\tEvents: [INVOKE, SHUTDOWN]"), invocation.log.constData());
    }

    /// It polls in the function's own event loop, which goes on while the runtime waits.
    void anExtensionInTheFunctionsOwnProcess()
    {
        TestProject project;
        TestProject none;
        project.file("index.mjs", "const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2020-01-01/extension/`;\n"
                                  "const answer = await fetch(`${base}register`, { method: 'POST', headers: { 'Lambda-Extension-Name': 'inner' }, body: JSON.stringify({ events: ['INVOKE'] }) });\n"
                                  "const identifier = { 'Lambda-Extension-Identifier': answer.headers.get('lambda-extension-identifier') };\n"
                                  "(async () => { for (;;) { const event = await (await fetch(`${base}event/next`, { headers: identifier })).json(); console.log('inner sees', event.requestId); } })();\n"
                                  "export const handler = async () => 'answer';\n");
        const auto pool = newPool();
        FunctionConfig config = function(project, none);
        config.layerFolders.clear();
        for (int i = 0; i < 3; ++i) {
            const Invocation invocation = run(*pool, config);
            QCOMPARE(invocation.payload, "\"answer\"");
            QCOMPARE(invocation.report.coldStart, i == 0);
            QVERIFY2(invocation.report.durationMs < 1000, invocation.log.constData());
            QVERIFY2(invocation.log.contains("inner sees " + invocation.report.requestId), invocation.log.constData());
        }
    }

    void anExtensionThatCannotBeginFailsTheInit()
    {
        TestProject project;
        TestProject layer;
        project.file("index.js", "exports.handler = async () => 1;\n");
        addExtension(layer, "never", "#!/bin/sh\nexit 4\n");
        const auto pool = newPool();
        const Invocation invocation = run(*pool, function(project, layer));
        QCOMPARE(outcomeName(invocation.outcome), "initError");
        QCOMPARE(invocation.report.errorType, "Extension.Crash");
    }
};

QTEST_GUILESS_MAIN(tst_Extensions)
#include "tst_extensions.moc"
