// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logstore.h"
#include "core/runtime/pool.h"
#include "core/sys/posixprocess.h"
#include "tests/support/fakeprocess.h"
#include "tests/support/rawhttp.h"
#include "tests/support/testproject.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace eph;
using namespace eph::runtime;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::TestProject;

/// Real node, python and shell processes.
class tst_Pool : public QObject
{
    Q_OBJECT

    sys::PosixProcessLauncher m_launcher;
    sys::SystemClock m_clock;
    logs::LogStore m_logs;

    std::unique_ptr<Pool> newPool(bool keepWarm = true) { return std::make_unique<Pool>(Surroundings{m_launcher, m_clock, m_logs, u"test-token-0123456789"_s, keepWarm, std::chrono::seconds(10)}, sys::Interpreters()); }

    static FunctionConfig config(const TestProject &project, const QString &runtime, const QString &handler)
    {
        FunctionConfig config;
        config.name = u"fn"_s;
        config.codeFolder = project.path();
        config.runtime = runtime;
        config.handler = handler;
        return config;
    }
    static FunctionConfig node(const TestProject &project) { return config(project, u"nodejs20.x"_s, u"index.handler"_s); }
    static FunctionConfig python(const TestProject &project) { return config(project, u"python3.11"_s, u"app.handler"_s); }

    static Invocation run(Pool &pool, const FunctionConfig &config, const QByteArray &payload = "{}")
    {
        std::optional<Invocation> result;
        const auto begun = pool.invoke({config, payload, {}, {}}, [&](Invocation invocation) { result = std::move(invocation); });
        if (!begun) {
            qWarning("%s", qPrintable(begun.error().message));
            return {};
        }
        (void)QTest::qWaitFor([&] { return result.has_value(); }, 30'000);
        return result.value_or(Invocation{});
    }
    Invocation run(const FunctionConfig &config, const QByteArray &payload = "{}")
    {
        const auto pool = newPool();
        return run(*pool, config, payload);
    }

private Q_SLOTS:
    void runsHandlersOfEveryKind_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QString>("runtime");
        QTest::addColumn<QString>("handler");
        QTest::addColumn<QByteArray>("answer");
        const auto nodeRow = [](const char *name, const QString &file, const QByteArray &code, const QByteArray &answer, const QString &handler = u"index.handler"_s) {
            QTest::newRow(name) << file << code << u"nodejs20.x"_s << handler << answer;
        };
        nodeRow("async", u"index.js"_s, "exports.handler = async (event) => ({ got: event.x });", R"({"got":1})");
        nodeRow("esm", u"index.mjs"_s, "export const handler = async (event) => event.x + 1;", "2");
        nodeRow("cjs", u"index.cjs"_s, "exports.handler = async () => null;", "null");
        nodeRow("undefined", u"index.js"_s, "exports.handler = async () => {};", "null");
        nodeRow("callback", u"index.js"_s, "exports.handler = (event, context, callback) => setTimeout(() => callback(null, 'later'), 5);", "\"later\"");
        nodeRow("callback waits for the loop", u"index.js"_s, "let n = 0; exports.handler = (e, c, callback) => { setTimeout(() => { n = 7; }, 30); callback(null, { get n() { return n; } }); };", R"({"n":7})");
        nodeRow("callback does not wait", u"index.js"_s, "let n = 0; exports.handler = (e, c, callback) => { c.callbackWaitsForEmptyEventLoop = false; setTimeout(() => { n = 7; }, 2000); callback(null, { get n() { return n; } }); };", R"({"n":0})");
        nodeRow("sync without callback", u"index.js"_s, "exports.handler = () => 5;", "null");
        nodeRow("context.succeed", u"index.js"_s, "exports.handler = (event, context) => context.succeed('s');", "\"s\"");
        nodeRow("nested export", u"lib/a.js"_s, "exports.api = { get: async () => 'nested' };", "\"nested\"", u"lib/a.api.get"_s);
        nodeRow("unicode", u"index.js"_s, "exports.handler = async () => 'ä€😀';", "\"ä€😀\"");
        QTest::newRow("python") << u"app.py"_s << QByteArray("def handler(event, context):\n    return {'got': event['x']}\n") << u"python3.11"_s << u"app.handler"_s << QByteArray(R"({"got": 1})");
        QTest::newRow("python module") << u"pkg/mod.py"_s << QByteArray("def main(event, context):\n    return 'ä'\n") << u"python3.11"_s << u"pkg/mod.main"_s << QByteArray("\"ä\"");
        QTest::newRow("python dotted") << u"pkg/mod.py"_s << QByteArray("def main(event, context):\n    return None\n") << u"python3.11"_s << u"pkg.mod.main"_s << QByteArray("null");
        QTest::newRow("python bytes") << u"app.py"_s << QByteArray("def handler(event, context):\n    return b'raw'\n") << u"python3.11"_s << u"app.handler"_s << QByteArray("raw");
        QTest::newRow("python decimal") << u"app.py"_s << QByteArray("from decimal import Decimal\ndef handler(event, context):\n    return [Decimal('1.5'), Decimal('2'), 1e400]\n") << u"python3.11"_s << u"app.handler"_s << QByteArray("[1.5, 2, Infinity]");
        QTest::newRow("python big number") << u"app.py"_s << QByteArray("def handler(event, context):\n    return 12345678901234567890123\n") << u"python3.11"_s << u"app.handler"_s << QByteArray("12345678901234567890123");
    }
    void runsHandlersOfEveryKind()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, code);
        QFETCH(QString, runtime);
        QFETCH(QString, handler);
        TestProject project;
        project.file(file, code);
        const Invocation invocation = run(config(project, runtime, handler), R"({"x":1})");
        QCOMPARE(outcomeName(invocation.outcome), "answered");
        QTEST(invocation.payload, "answer");
        QVERIFY(invocation.report.coldStart);
        QVERIFY(invocation.report.initMs.value_or(0) > 1);
        QVERIFY(invocation.report.maxMemoryMiB > 4);
        QCOMPARE(invocation.report.codeSha256.size(), 64);
    }

    void reportsFailuresInTheServicesShapes_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("message");
        QTest::newRow("node throws") << u"index.js"_s << QByteArray("exports.handler = async () => { throw new TypeError('bad'); };") << u"functionError"_s << u"TypeError"_s << u"bad"_s;
        QTest::newRow("node throws text") << u"index.js"_s << QByteArray("exports.handler = async () => { throw 'text'; };") << u"functionError"_s << u"string"_s << u"text"_s;
        QTest::newRow("node callback error") << u"index.js"_s << QByteArray("exports.handler = (e, c, cb) => cb(new Error('cb'));") << u"functionError"_s << u"Error"_s << u"cb"_s;
        QTest::newRow("node sync throw") << u"index.js"_s << QByteArray("exports.handler = (e, c, cb) => { throw new RangeError('r'); };") << u"functionError"_s << u"RangeError"_s << u"r"_s;
        QTest::newRow("node never settles") << u"index.js"_s << QByteArray("exports.handler = () => new Promise(() => {});") << u"functionError"_s << u"Runtime.NodeJsExit"_s << QString();
        QTest::newRow("node uncaught") << u"index.js"_s << QByteArray("exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('late'); }, 1));") << u"functionError"_s << u"Error"_s << u"late"_s;
        QTest::newRow("node rejection") << u"index.js"_s << QByteArray("exports.handler = () => new Promise(() => { Promise.reject(new Error('lost')); setTimeout(() => {}, 1000); });") << u"functionError"_s << u"Runtime.UnhandledPromiseRejection"_s << u"Error: lost"_s;
        QTest::newRow("node exits") << u"index.js"_s << QByteArray("exports.handler = async () => process.exit(3);") << u"exited"_s << u"Runtime.ExitError"_s << u"Runtime exited with error: exit status 3"_s;
        QTest::newRow("node exits with 0") << u"index.js"_s << QByteArray("exports.handler = async () => process.exit(0);") << u"exited"_s << u"Runtime.ExitError"_s << u"Runtime exited without providing a reason"_s;
        QTest::newRow("node killed") << u"index.js"_s << QByteArray("exports.handler = async () => process.kill(process.pid, 'SIGKILL');") << u"exited"_s << u"Runtime.ExitError"_s << u"Runtime exited with error: signal: killed"_s;
        QTest::newRow("node missing module") << u"index.js"_s << QByteArray("require('nope');") << u"initError"_s << u"Runtime.ImportModuleError"_s << u"Cannot find module 'nope'"_s;
        QTest::newRow("node missing export") << u"index.js"_s << QByteArray("exports.other = 1;") << u"initError"_s << u"Runtime.HandlerNotFound"_s << u"index.handler is undefined or not exported"_s;
        QTest::newRow("node not a function") << u"index.js"_s << QByteArray("exports.handler = 1;") << u"initError"_s << u"Runtime.HandlerNotFound"_s << u"index.handler is not a function"_s;
        QTest::newRow("node syntax") << u"index.js"_s << QByteArray("exports.handler = async ( => 1;") << u"initError"_s << u"Runtime.UserCodeSyntaxError"_s << QString();
        QTest::newRow("node throws at init") << u"index.js"_s << QByteArray("throw new Error('at init');") << u"initError"_s << u"Error"_s << u"at init"_s;
        QTest::newRow("node exits at init") << u"index.js"_s << QByteArray("process.exit(9);") << u"initError"_s << u"Runtime.ExitError"_s << u"exit status 9"_s;
        QTest::newRow("python raises") << u"app.py"_s << QByteArray("def handler(e, c):\n    return e['missing']\n") << u"functionError"_s << u"KeyError"_s << u"'missing'"_s;
        QTest::newRow("python missing module") << u"app.py"_s << QByteArray("import nope_nope\n") << u"initError"_s << u"Runtime.ImportModuleError"_s << u"Unable to import module 'app': No module named 'nope_nope'"_s;
        QTest::newRow("python missing handler") << u"app.py"_s << QByteArray("x = 1\n") << u"initError"_s << u"Runtime.HandlerNotFound"_s << u"Handler 'handler' missing on module 'app'"_s;
        QTest::newRow("python syntax") << u"app.py"_s << QByteArray("def handler(e, c)\n    pass\n") << u"initError"_s << u"Runtime.UserCodeSyntaxError"_s << u"Syntax error in module 'app'"_s;
        QTest::newRow("python unserializable") << u"app.py"_s << QByteArray("def handler(e, c):\n    return {1, 2}\n") << u"functionError"_s << u"Runtime.MarshalError"_s << u"Unable to marshal response: Object of type set is not JSON serializable"_s;
        QTest::newRow("python exits") << u"app.py"_s << QByteArray("import os\ndef handler(e, c):\n    os._exit(127)\n") << u"exited"_s << u"Runtime.ExitError"_s << u"Runtime exited with error: exit status 127"_s;
        QTest::newRow("python sys.exit") << u"app.py"_s << QByteArray("import sys\ndef handler(e, c):\n    sys.exit(1)\n") << u"exited"_s << u"Runtime.ExitError"_s << u"exit status 1"_s;
        QTest::newRow("python module clash") << u"app.py"_s << QByteArray("raise ValueError('init')\n") << u"initError"_s << u"ValueError"_s << u"init"_s;
    }
    void reportsFailuresInTheServicesShapes()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, code);
        QFETCH(QString, type);
        QFETCH(QString, message);
        TestProject project;
        project.file(file, code);
        const Invocation invocation = run(file.endsWith(u"py"_s) ? python(project) : node(project));
        QTEST(outcomeName(invocation.outcome), "outcome");
        const QJsonObject error = QJsonDocument::fromJson(invocation.payload).object();
        QCOMPARE(error.value(u"errorType"_s).toString(), type);
        QVERIFY2(error.value(u"errorMessage"_s).toString().contains(message), invocation.payload.constData());
    }

    void namesTheLineOfASyntaxError()
    {
        TestProject project;
        project.file(u"index.mjs"_s, "import './broken.mjs';\nexport const handler = async () => 1;\n").file(u"broken.mjs"_s, "const a = 1;\nlet b = ;\n");
        const Invocation esm = run(node(project));
        QCOMPARE(outcomeName(esm.outcome), "initError");
        QVERIFY2(esm.payload.contains("/broken.mjs:2\""), esm.payload.constData());
        TestProject common;
        common.file(u"index.js"_s, "require('./broken.js');\n").file(u"broken.js"_s, "const a = 1;\n\nlet b = ;\n");
        QVERIFY2(run(node(common)).payload.contains("/broken.js:3\""), "CommonJS");
    }

    void runsStreamingHandlersOnEveryVersion()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = awslambda.streamifyResponse(async (event, stream, context) => { stream.write('a'); stream.end('b'); });\nexports.old = (event, context, callback) => callback(null, 1);\n");
        const Invocation streamed = run(config(project, u"nodejs24.x"_s, u"index.handler"_s));
        QCOMPARE(outcomeName(streamed.outcome), "answered");
        QCOMPARE(streamed.payload, "ab");
        QVERIFY(run(config(project, u"nodejs24.x"_s, u"index.old"_s)).payload.contains("Runtime.CallbackHandlerDeprecated"));
    }

    void namesTheLineThatFailed()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => {\n  throw new Error('here');\n};\n").file(u"app.py"_s, "def handler(event, context):\n    raise ValueError('here')\n");
        QVERIFY(run(node(project)).payload.contains(project.path(u"index.js:2"_s).toUtf8()));
        const QByteArray payload = run(python(project)).payload;
        QVERIFY(payload.contains("line 2, in handler"));
        QVERIFY2(!payload.contains("lambda_runtime"), payload.constData());
    }

    void givesTheContext()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async (e, c) => ({ ...c, left: c.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });")
            .file(u"app.py"_s, "import os\ndef handler(e, c):\n    return [c.function_name, c.memory_limit_in_mb, c.aws_request_id, c.invoked_function_arn, c.get_remaining_time_in_millis(), c.log_group_name, c.function_version]\n");
        FunctionConfig nodeConfig = node(project);
        nodeConfig.timeout = 20s;
        const Invocation invocation = run(nodeConfig);
        const QJsonObject context = QJsonDocument::fromJson(invocation.payload).object();
        QCOMPARE(context.value(u"awsRequestId"_s).toString().toLatin1(), invocation.report.requestId);
        QCOMPARE(context.value(u"memoryLimitInMB"_s), QJsonValue(u"128"_s));
        QCOMPARE(context.value(u"functionVersion"_s), QJsonValue(u"$LATEST"_s));
        QCOMPARE(context.value(u"invokedFunctionArn"_s), QJsonValue(u"arn:aws:lambda:us-east-1:123456789012:function:fn"_s));
        QCOMPARE(context.value(u"callbackWaitsForEmptyEventLoop"_s), QJsonValue(true));
        QVERIFY(context.value(u"left"_s).toInt() > 15'000 && context.value(u"left"_s).toInt() <= 20'000);
        QVERIFY(context.value(u"trace"_s).toString().startsWith(u"Root=1-"_s));
        const QByteArray pythonContext = run(python(project)).payload;
        QVERIFY2(pythonContext.startsWith("[\"fn\", \"128\", "), pythonContext.constData());
        QVERIFY(pythonContext.contains("/aws/lambda/fn"));
    }

    void givesACleanEnvironment()
    {
        qputenv("EPHEMERA_LEAK", "yes");
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => process.env;");
        FunctionConfig function = node(project);
        function.environment = {{u"MINE"_s, u"1"_s}, {u"AWS_REGION"_s, u"stolen"_s}, {u"TZ"_s, u"Europe/Berlin"_s}};
        const QJsonObject variables = QJsonDocument::fromJson(run(function).payload).object();
        QCOMPARE(variables.value(u"MINE"_s), QJsonValue(u"1"_s));
        QCOMPARE(variables.value(u"AWS_REGION"_s), QJsonValue(u"us-east-1"_s));
        QCOMPARE(variables.value(u"TZ"_s), QJsonValue(u"Europe/Berlin"_s));
        QCOMPARE(variables.value(u"_HANDLER"_s), QJsonValue(u"index.handler"_s));
        QCOMPARE(variables.value(u"AWS_EXECUTION_ENV"_s), QJsonValue(u"AWS_Lambda_nodejs20.x"_s));
        QVERIFY(!variables.contains(u"EPHEMERA_LEAK"_s));
        QVERIFY(!variables.contains(u"HOME"_s));
    }

    void writesTheLogInOrder()
    {
        TestProject project;
        project.file(u"index.js"_s, "console.log('at init');\nexports.handler = async () => { console.log('one\\ntwo'); console.error('bad'); process.stdout.write('raw\\n'); return 1; };");
        const Invocation invocation = run(node(project));
        const QList<QByteArray> lines = invocation.log.trimmed().split('\n');
        QCOMPARE(lines.size(), 8);
        QVERIFY(lines.at(0).startsWith("INIT_START Runtime Version: nodejs:20.v1"));
        QVERIFY(lines.at(1).endsWith("\tundefined\tINFO\tat init"));
        QCOMPARE(lines.at(2), "START RequestId: " + invocation.report.requestId + " Version: $LATEST");
        QVERIFY(lines.at(3).endsWith("\t" + invocation.report.requestId + "\tINFO\tone\rtwo"));
        QVERIFY(lines.at(4).endsWith("\tERROR\tbad"));
        QCOMPARE(lines.at(5), "raw");
        QCOMPARE(lines.at(6), "END RequestId: " + invocation.report.requestId);
        QVERIFY(lines.at(7).startsWith("REPORT RequestId: " + invocation.report.requestId + "\tDuration: "));
        QVERIFY(lines.at(7).contains("Init Duration: "));
    }

    void writesPythonsLogLines()
    {
        TestProject project;
        project.file(u"app.py"_s, "import logging\nlogging.basicConfig(level='INFO')\nlog = logging.getLogger('shop')\nlog.setLevel(logging.INFO)\n\ndef handler(e, c):\n    print('plain')\n    log.info('said %d', 5)\n    raise ValueError('x')\n");
        const Invocation invocation = run(python(project));
        QVERIFY2(invocation.log.contains("\nplain\n"), invocation.log.constData());
        QVERIFY2(invocation.log.contains("Z\t" + invocation.report.requestId + "\tsaid 5"), invocation.log.constData());
        QCOMPARE(invocation.log.count("said 5"), 1);
        QVERIFY(invocation.log.contains("[ERROR] ValueError: x\nTraceback (most recent call last):\n\xC2\xA0\xC2\xA0" "File \""));
    }

    void writesJsonLogsWhenAsked()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { console.warn('careful', 1); console.debug('quiet'); return 1; };");
        FunctionConfig function = node(project);
        function.jsonLogs = true;
        const Invocation invocation = run(function);
        const QList<QByteArray> lines = invocation.log.split('\n');
        const auto line = std::find_if(lines.cbegin(), lines.cend(), [](const QByteArray &text) { return text.startsWith("{\"timestamp\""); });
        QVERIFY(line != lines.cend());
        const QJsonObject object = QJsonDocument::fromJson(*line).object();
        QCOMPARE(object.value(u"level"_s), QJsonValue(u"WARN"_s));
        QCOMPARE(object.value(u"message"_s), QJsonValue(u"careful 1"_s));
        QCOMPARE(object.value(u"requestId"_s).toString().toLatin1(), invocation.report.requestId);
        QVERIFY(!invocation.log.contains("quiet"));
    }

    void keepsAnEnvironmentWarm()
    {
        TestProject project;
        project.file(u"index.js"_s, "let n = 0; exports.handler = async () => ++n;");
        const auto pool = newPool();
        for (int i = 1; i <= 20; ++i) {
            const Invocation invocation = run(*pool, node(project));
            QCOMPARE(invocation.payload, QByteArray::number(i));
            QCOMPARE(invocation.report.coldStart, i == 1);
            QCOMPARE(invocation.report.initMs.has_value(), i == 1);
            QVERIFY(invocation.report.billedMs >= 1);
        }
        QCOMPARE(pool->counts().environments, 1);
    }

    void standsStillBetweenInvocations()
    {
        TestProject project;
        project.file(u"index.js"_s, "let ticks = 0; setInterval(() => ++ticks, 1); exports.handler = async () => ticks;");
        const auto pool = newPool();
        (void)run(*pool, node(project));
        const int before = run(*pool, node(project)).payload.toInt();
        QTest::qWait(300);
        const int after = run(*pool, node(project)).payload.toInt();
        QVERIFY2(after - before < 60, qPrintable(QString::number(after - before)));
    }

    void runsConcurrentInvocationsSideBySide()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { await new Promise((r) => setTimeout(r, 100)); return process.pid; };");
        const auto pool = newPool();
        QList<QByteArray> pids;
        for (int i = 0; i < 5; ++i)
            QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) { pids << invocation.payload; }));
        QTRY_COMPARE_WITH_TIMEOUT(pids.size(), 5, 20'000);
        QCOMPARE(QSet<QByteArray>(pids.cbegin(), pids.cend()).size(), 5);
        QCOMPARE(pool->counts().environments, 5);
    }

    void throttlesAtTheReservedConcurrency()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { await new Promise((r) => setTimeout(r, 200)); return 1; };");
        FunctionConfig function = node(project);
        function.reservedConcurrency = 1;
        const auto pool = newPool();
        QStringList outcomes;
        for (int i = 0; i < 2; ++i)
            QVERIFY(pool->invoke({function, "{}", {}, {}}, [&](const Invocation &invocation) { outcomes << outcomeName(invocation.outcome); }));
        QTRY_COMPARE_WITH_TIMEOUT(outcomes.size(), 2, 20'000);
        outcomes.sort();
        QCOMPARE(outcomes, QStringList({u"answered"_s, u"throttled"_s}));
    }

    void neverAnswersFromOldCode_data()
    {
        QTest::addColumn<bool>("isNode");
        QTest::addColumn<bool>("keepWarm");
        QTest::newRow("Node.js") << true << true;
        QTest::newRow("Python") << false << true;
        QTest::newRow("Node.js, one process a run") << true << false;
        QTest::newRow("Python, one process a run") << false << false;
    }
    void neverAnswersFromOldCode()
    {
        QFETCH(const bool, isNode);
        QFETCH(const bool, keepWarm);
        TestProject project;
        auto pool = newPool(keepWarm);
        // All of one size and many within one second: nothing but the content tells them apart.
        for (int i = 10; i < 30; ++i) {
            project.file(u"index.js"_s, "exports.handler = async () => require('./value.js');").file(u"value.js"_s, "module.exports = " + QByteArray::number(i) + ";");
            project.file(u"app.py"_s, "import value\ndef handler(event, context):\n    return value.VALUE\n").file(u"value.py"_s, "VALUE = " + QByteArray::number(i) + "\n");
            if (!keepWarm)
                pool = newPool(false);
            const Invocation invocation = run(*pool, isNode ? node(project) : python(project));
            QCOMPARE(invocation.payload, QByteArray::number(i));
            QVERIFY(invocation.report.coldStart);
        }
    }

    void neverAnswersFromOldCodeUnderLoad()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => 0;");
        Surroundings surroundings{m_launcher, m_clock, m_logs, u"test-token-0123456789"_s, true, 10s};
        surroundings.prestart = true;
        Pool pool(surroundings, sys::Interpreters());
        constexpr int Saves = 500;
        constexpr int AtOnce = 4;
        int running = 0;
        int answered = 0;
        int stale = 0;
        int saved = 0;
        // Each invocation must see what was saved before it began, or something newer.
        std::function<void()> next = [&] {
            if (saved >= Saves)
                return;
            ++running;
            const int expected = saved;
            const auto begun = pool.invoke({node(project), "{}", {}, {}}, [&, expected](const Invocation &invocation) {
                --running;
                ++answered;
                stale += outcomeName(invocation.outcome) == u"answered"_s && invocation.payload.toInt() < expected;
                next();
            });
            QVERIFY(begun);
        };
        for (int i = 0; i < AtOnce; ++i)
            next();
        QTimer saving;
        connect(&saving, &QTimer::timeout, this, [&] { project.file(u"index.js"_s, "exports.handler = async () => " + QByteArray::number(++saved) + ";"); });
        saving.start(15);
        QTRY_VERIFY_WITH_TIMEOUT(saved >= Saves && running == 0, 100'000);
        saving.stop();
        QCOMPARE(stale, 0);
        QVERIFY2(answered > 50, qPrintable(QString::number(answered)));
        QCOMPARE(run(pool, node(project)).payload.toInt(), saved);
    }

    void aSpareInterpreterShortensTheWaitAndNotTheReport()
    {
        TestProject project;
        project.file(u"index.js"_s, "const begin = Date.now(); while (Date.now() - begin < 20) {} exports.handler = async () => process.argv.length;");
        LaneStore lanes;
        Surroundings surroundings{m_launcher, m_clock, m_logs, u"test-token-0123456789"_s, true, 10s};
        surroundings.prestart = true;
        surroundings.lanes = &lanes;
        Pool pool(surroundings, sys::Interpreters());
        pool.declare({node(project)});
        const auto isWaiting = [&] { return !lanes.lanes().isEmpty() && lanes.lanes().last().spans.last().phase == LanePhase::Waiting; };
        QTRY_VERIFY_WITH_TIMEOUT(isWaiting(), 5000);
        QCOMPARE(pool.counts().environments, 0);
        QTest::qWait(200);
        // Saved after the interpreter was started: it has loaded nothing yet.
        project.file(u"index.js"_s, "const begin = Date.now(); while (Date.now() - begin < 20) {} exports.handler = async () => 'new ' + process.argv.length;");
        const Invocation invocation = run(pool, node(project));
        QCOMPARE(invocation.payload, "\"new 2\"");
        QVERIFY(invocation.report.coldStart);
        // Interpreter and code, and not the time in which it waited.
        QVERIFY2(*invocation.report.initMs > 35 && *invocation.report.initMs < 190, qPrintable(QString::number(*invocation.report.initMs)));
        QCOMPARE(pool.counts().environments, 1);
        QTRY_VERIFY_WITH_TIMEOUT(isWaiting(), 5000);
    }

    void keepsProvisionedEnvironmentsReady()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;");
        FunctionConfig function = node(project);
        function.provisionedConcurrency = 2;
        const auto pool = newPool();
        pool->declare({function});
        QTRY_COMPARE_WITH_TIMEOUT(pool->counts().environments, 2, 10'000);
        QTest::qWait(150);
        const Invocation invocation = run(*pool, function);
        QCOMPARE(invocation.payload, "\"provisioned-concurrency\"");
        QVERIFY(!invocation.report.coldStart);
        QVERIFY(!invocation.report.initMs);
        project.file(u"index.js"_s, "exports.handler = async () => 'newer';");
        QCOMPARE(run(*pool, function).payload, "\"newer\"");
        QTRY_VERIFY_WITH_TIMEOUT(pool->counts().environments >= 2, 10'000);
    }

    void doesNotStartAheadAgainAndAgain_data()
    {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("provisioned");
        QTest::newRow("interpreter that cannot start") << u"NODE_OPTIONS"_s << u"--no-such-option"_s << 0;
        QTest::newRow("provisioned function that exits") << u"EXIT"_s << u"1"_s << 1;
    }
    void doesNotStartAheadAgainAndAgain()
    {
        QFETCH(const QString, variable);
        QFETCH(const QString, value);
        QFETCH(const int, provisioned);
        TestProject project;
        project.file(u"index.js"_s, "if (process.env.EXIT) process.exit(1);\nexports.handler = async () => 1;");
        FunctionConfig function = node(project);
        function.environment.insert(variable, value);
        function.provisionedConcurrency = provisioned;
        LaneStore lanes;
        Surroundings surroundings{m_launcher, m_clock, m_logs, u"test-token-0123456789"_s, true, 10s};
        surroundings.prestart = provisioned == 0;
        surroundings.lanes = &lanes;
        Pool pool(surroundings, sys::Interpreters());
        pool.declare({function});
        QTest::qWait(800);
        QCOMPARE(lanes.lanes().size(), 1);
        QCOMPARE(outcomeName(run(pool, function).outcome), "initError");
    }

    void endsWhatIsIdleForLong()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => 1;");
        Surroundings surroundings{m_launcher, m_clock, m_logs, u"test-token-0123456789"_s, true, 10s};
        surroundings.idleLife = 1s;
        Pool pool(surroundings, sys::Interpreters());
        (void)run(pool, node(project));
        QCOMPARE(pool.counts().environments, 1);
        QTRY_COMPARE_WITH_TIMEOUT(pool.counts().environments, 0, 12'000);
    }

    void neverAnswersFromOldCodeWhenSavedDuringARun()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { await new Promise((r) => setTimeout(r, 150)); return 'old'; };");
        const auto pool = newPool();
        QByteArray first;
        Invocation second;
        bool secondDone = false;
        QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) { first = invocation.payload; }));
        QTest::qWait(120);
        project.file(u"index.js"_s, "exports.handler = async () => 'new';");
        QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) {
            second = invocation;
            secondDone = true;
        }));
        QTRY_VERIFY_WITH_TIMEOUT(secondDone && !first.isEmpty(), 10'000);
        QCOMPARE(second.payload, "\"new\"");
        QTRY_COMPARE(pool->counts().environments, 1);
    }

    void loadsAgainWhatWasSavedDuringInit()
    {
        TestProject project;
        project.file(u"index.js"_s, "const until = Date.now() + 200; while (Date.now() < until); exports.handler = async () => 'old';");
        const auto pool = newPool();
        QByteArray answer;
        QVERIFY(pool->invoke({node(project), "{}", {}, {}}, [&](const Invocation &invocation) { answer = invocation.payload; }));
        QTest::qWait(100);
        project.file(u"index.js"_s, "exports.handler = async () => 'new';");
        QTRY_COMPARE_WITH_TIMEOUT(answer, "\"new\"", 10'000);
    }

    void startsAnewWhenTheConfigurationChanges()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => process.env.V;");
        const auto pool = newPool();
        FunctionConfig function = node(project);
        function.environment.insert(u"V"_s, u"1"_s);
        QCOMPARE(run(*pool, function).payload, "\"1\"");
        function.environment.insert(u"V"_s, u"2"_s);
        QCOMPARE(run(*pool, function).payload, "\"2\"");
    }

    void stampsTheCodeThatRan()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => 1;");
        const auto pool = newPool();
        const QByteArray first = run(*pool, node(project)).report.codeSha256;
        QCOMPARE(run(*pool, node(project)).report.codeSha256, first);
        project.file(u"index.js"_s, "exports.handler = async () => 2;");
        const QByteArray second = run(*pool, node(project)).report.codeSha256;
        QVERIFY(second != first);
        project.file(u"index.js"_s, "exports.handler = async () => 1;");
        QCOMPARE(run(*pool, node(project)).report.codeSha256, first);
    }

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

QTEST_GUILESS_MAIN(tst_Pool)
#include "tst_pool.moc"
