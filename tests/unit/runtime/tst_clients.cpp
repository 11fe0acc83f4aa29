// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/poolfixture.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

using namespace eph;
using namespace eph::runtime;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::TestProject;

/// What the bundled clients do with handlers and their failures, with real Node.js and Python.
class tst_Clients : public test::PoolTest
{
    Q_OBJECT

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
        nodeRow("async that calls back", u"index.js"_s, "exports.handler = async (e, c, callback) => { callback(null, { from: 'callback' }); };", R"({"from":"callback"})");
        nodeRow("async that calls back late", u"index.js"_s, "exports.handler = async (e, c, callback) => { await new Promise((r) => setTimeout(r, 5)); callback(null, 'late'); };", "\"late\"");
        nodeRow("the first callback counts", u"index.js"_s, "exports.handler = (e, c, callback) => { callback(null, 'first'); callback(null, 'second'); };", "\"first\"");
        nodeRow("a callback before a throw", u"index.js"_s, "exports.handler = async (e, c, callback) => { callback(null, 'first'); throw new Error('late'); };", "\"first\"");
        nodeRow("sync without callback", u"index.js"_s, "exports.handler = () => 5;", "null");
        nodeRow("a promise of no async function that never settles", u"index.js"_s, "exports.handler = () => new Promise(() => {});", "null");
        nodeRow("context.succeed", u"index.js"_s, "exports.handler = (event, context) => context.succeed('s');", "\"s\"");
        nodeRow("nested export", u"lib/a.js"_s, "exports.api = { get: async () => 'nested' };", "\"nested\"", u"lib/a.api.get"_s);
        nodeRow("unicode", u"index.js"_s, "exports.handler = async () => 'ä€😀';", "\"ä€😀\"");
        QTest::newRow("python") << u"app.py"_s << QByteArray("def handler(event, context):\n    return {'got': event['x']}\n") << u"python3.11"_s << u"app.handler"_s << QByteArray(R"({"got": 1})");
        QTest::newRow("python module") << u"pkg/mod.py"_s << QByteArray("def main(event, context):\n    return 'ä'\n") << u"python3.11"_s << u"pkg/mod.main"_s << QByteArray("\"\\u00e4\"");
        QTest::newRow("python dotted") << u"pkg/mod.py"_s << QByteArray("def main(event, context):\n    return None\n") << u"python3.11"_s << u"pkg.mod.main"_s << QByteArray("null");
        QTest::newRow("python bytes") << u"app.py"_s << QByteArray("def handler(event, context):\n    return b'raw'\n") << u"python3.11"_s << u"app.handler"_s << QByteArray("raw");
        QTest::newRow("python decimal") << u"app.py"_s << QByteArray("from decimal import Decimal\ndef handler(event, context):\n    return [Decimal('1.5'), Decimal('2'), 1e400]\n") << u"python3.11"_s << u"app.handler"_s << QByteArray("[1.5, 2, Infinity]");
        QTest::newRow("python digits") << u"app.py"_s << QByteArray("from decimal import Decimal\ndef handler(event, context):\n    return {'ä': [Decimal('1.10'), Decimal('10.00'), Decimal('12345678901234567.89'), Decimal('1E+3')]}\n") << u"python3.11"_s << u"app.handler"_s << QByteArray("{\"\\u00e4\": [1.10, 10.00, 12345678901234567.89, 1E+3]}");
        QTest::newRow("python as it is, from 3.12 on") << u"app.py"_s << QByteArray("def handler(event, context):\n    return {'ä': b'b\\xc3\\xa4'}\n") << u"python3.12"_s << u"app.handler"_s << QByteArray("{\"ä\": \"bä\"}");
        QTest::newRow("python named tuples") << u"app.py"_s << QByteArray("from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef handler(event, context):\n    return {'p': [P(1, P(2, (3, 4)))], b'k': 1}\n") << u"python3.11"_s << u"app.handler"_s << QByteArray(R"({"p": [{"x": 1, "y": {"x": 2, "y": [3, 4]}}], "k": 1})");
        QTest::newRow("python decimals of a kind of its own") << u"app.py"_s << QByteArray("from decimal import Decimal\nclass Money(Decimal): pass\ndef handler(event, context):\n    return [Money('1.50'), Decimal('-NaN'), Decimal('sNaN')]\n") << u"python3.11"_s << u"app.handler"_s << QByteArray("[1.50, NaN, NaN]");
        QTest::newRow("python context of a changed environment") << u"app.py"_s << QByteArray("import os\nos.environ['AWS_LAMBDA_FUNCTION_NAME'] = 'mine'\ndel os.environ['AWS_LAMBDA_LOG_GROUP_NAME']\ndef handler(event, context):\n    return [context.function_name, context.log_group_name, context.function_version]\n") << u"python3.11"_s << u"app.handler"_s << QByteArray("[\"mine\", null, \"$LATEST\"]");
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
        QTest::newRow("node throws nothing") << u"index.js"_s << QByteArray("exports.handler = async () => { throw null; };") << u"functionError"_s << u"string"_s << u"handled"_s;
        QTest::newRow("node answers what JSON has not") << u"index.js"_s << QByteArray("exports.handler = async () => ({ n: 1n });") << u"functionError"_s << u"Error"_s << u"Unable to stringify response body"_s;
        QTest::newRow("node rejection at init") << u"index.js"_s << QByteArray("Promise.reject(new Error('early')); exports.handler = async () => 1;") << u"initError"_s << u"Runtime.UnhandledPromiseRejection"_s << u"Error: early"_s;
        QTest::newRow("python handler named as a standard module") << u"json.py"_s << QByteArray("def handler(e, c):\n    return 1\n") << u"initError"_s << u"Runtime.HandlerNotFound"_s << u"Handler 'handler' missing on module 'json'"_s;
        QTest::newRow("python file named as a standard module") << u"types.py"_s << QByteArray("class Order: pass\n") << u"initError"_s << u"Runtime.ImportModuleError"_s << u"cannot import name 'Order' from 'types'"_s;
        QTest::newRow("node never settles") << u"index.js"_s << QByteArray("exports.handler = async () => { await new Promise(() => {}); };") << u"functionError"_s << u"Runtime.NodeJsExit"_s << u"a Promise that was never settled"_s;
        QTest::newRow("node never loads") << u"index.mjs"_s << QByteArray("await new Promise(() => {});\nexport const handler = async () => 1;") << u"initError"_s << u"Runtime.ExitError"_s << u"exit status 13"_s;
        QTest::newRow("node uncaught") << u"index.js"_s << QByteArray("exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('late'); }, 1));") << u"functionError"_s << u"Error"_s << u"late"_s;
        QTest::newRow("node rejection") << u"index.js"_s << QByteArray("exports.handler = () => new Promise(() => { Promise.reject(new Error('lost')); setTimeout(() => {}, 1000); });") << u"functionError"_s << u"Runtime.UnhandledPromiseRejection"_s << u"Error: lost"_s;
        QTest::newRow("node exits") << u"index.js"_s << QByteArray("exports.handler = async () => process.exit(3);") << u"exited"_s << u"Runtime.ExitError"_s << u"Runtime exited with error: exit status 3"_s;
        QTest::newRow("node exits with 0") << u"index.js"_s << QByteArray("exports.handler = async () => process.exit(0);") << u"exited"_s << u"Runtime.ExitError"_s << u"Runtime exited without providing a reason"_s;
        QTest::newRow("node killed") << u"index.js"_s << QByteArray("exports.handler = async () => process.kill(process.pid, 'SIGKILL');") << u"exited"_s << u"Runtime.ExitError"_s << u"Runtime exited with error: signal: killed"_s;
        QTest::newRow("node missing module") << u"index.js"_s << QByteArray("require('nope');") << u"initError"_s << u"Runtime.ImportModuleError"_s << u"Cannot find module 'nope'"_s;
        QTest::newRow("node missing package of a module") << u"index.mjs"_s << QByteArray("import 'nope';\nexport const handler = async () => 1;") << u"initError"_s << u"Error"_s << u"Cannot find package 'nope' imported from "_s;
        QTest::newRow("node module that calls itself none") << u"index.js"_s << QByteArray("export const handler = async () => 1;") << u"initError"_s << u"Runtime.UserCodeSyntaxError"_s << u"Unexpected token 'export'"_s;
        QTest::newRow("node module that is required") << u"index.js"_s << QByteArray("require('fs').writeFileSync('/tmp/m.mjs', 'export default 1'); require('/tmp/m.mjs');") << u"initError"_s << u"Error"_s << u"require() of ES Module"_s;
        QTest::newRow("node missing export") << u"index.js"_s << QByteArray("exports.other = 1;") << u"initError"_s << u"Runtime.HandlerNotFound"_s << u"index.handler is undefined or not exported"_s;
        QTest::newRow("node default export") << u"index.mjs"_s << QByteArray("export default { handler: async () => 1 };") << u"initError"_s << u"Runtime.HandlerNotFound"_s << u"index.handler is undefined or not exported"_s;
        QTest::newRow("node error without a name") << u"index.js"_s << QByteArray("exports.handler = async () => { throw Object.assign(new Error('odd'), { name: undefined }); };") << u"functionError"_s << u"Error"_s << u"odd"_s;
        QTest::newRow("node throws something bare") << u"index.js"_s << QByteArray("exports.handler = async () => { throw Object.create(null); };") << u"functionError"_s << u"object"_s << u"handled"_s;
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
        QTest::newRow("python interrupted") << u"app.py"_s << QByteArray("def handler(e, c):\n    raise KeyboardInterrupt\n") << u"exited"_s << u"Runtime.ExitError"_s << u"signal: interrupt"_s;
        QTest::newRow("python alarm") << u"app.py"_s << QByteArray("import os, signal, time\ndef handler(e, c):\n    os.kill(os.getpid(), signal.SIGALRM)\n    time.sleep(1)\n") << u"exited"_s << u"Runtime.ExitError"_s << u"signal: alarm clock"_s;
        QTest::newRow("python module in place of a handler") << u"app/handler.py"_s << QByteArray("x = 1\n") << u"initError"_s << u"Runtime.HandlerNotFound"_s << u"Handler 'handler' missing on module 'app'"_s;
        QTest::newRow("python exit") << u"app.py"_s << QByteArray("def handler(e, c):\n    exit(3)\n") << u"exited"_s << u"Runtime.ExitError"_s << u"exit status 3"_s;
        QTest::newRow("python sys.exit at init") << u"app.py"_s << QByteArray("import sys\nsys.exit(1)\n") << u"initError"_s << u"Runtime.ExitError"_s << u"exit status 1"_s;
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
        if (file == "types.py")
            project.file(u"app.py"_s, "from types import Order\ndef handler(e, c):\n    return 1\n");
        const Invocation invocation = run(file == "json.py" ? config(project, u"python3.11"_s, u"json.handler"_s) : file.endsWith(u"py"_s) ? python(project) : node(project));
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
        project.file(u"esm.mjs"_s, "export default { handler: async () => 'default' };\n");
        QCOMPARE(run(config(project, u"nodejs24.x"_s, u"esm.handler"_s)).payload, "\"default\"");
        const Invocation streamed = run(config(project, u"nodejs24.x"_s, u"index.handler"_s));
        QCOMPARE(outcomeName(streamed.outcome), "answered");
        QCOMPARE(streamed.payload, "ab");
        QVERIFY(run(config(project, u"nodejs24.x"_s, u"index.old"_s)).payload.contains("Runtime.CallbackHandlerDeprecated"));
    }

    void aStreamEndsWhenTheFunctionEndsIt()
    {
        TestProject project;
        project.file(u"index.js"_s, "const { Readable } = require('stream');\n"
                                   "exports.pipe = awslambda.streamifyResponse(async (event, stream) => { Readable.from((async function* () { for (let i = 0; i < 3; ++i) { await new Promise((r) => setTimeout(r, 10)); yield `chunk${i} `; } })()).pipe(stream); });\n"
                                   "exports.later = awslambda.streamifyResponse(async (event, stream) => { stream.write('a'); setTimeout(() => { stream.write('b'); stream.end('c'); }, 50); });\n"
                                   "exports.waits = awslambda.streamifyResponse(async (event, stream) => { setTimeout(() => console.log('in the background'), 200); stream.end('x'); return 5; });\n"
                                   "exports.leaves = awslambda.streamifyResponse(async (event, stream, context) => { context.callbackWaitsForEmptyEventLoop = false; setTimeout(() => console.log('in the background'), 200); stream.end('x'); });\n"
                                   "exports.never = awslambda.streamifyResponse(async (event, stream) => { stream.write('a'); });\n");
        QCOMPARE(run(config(project, u"nodejs20.x"_s, u"index.pipe"_s)).payload, "chunk0 chunk1 chunk2 ");
        QCOMPARE(run(config(project, u"nodejs20.x"_s, u"index.later"_s)).payload, "abc");
        const Invocation waits = run(config(project, u"nodejs20.x"_s, u"index.waits"_s));
        QCOMPARE(waits.payload, "x");
        QVERIFY2(waits.log.contains("in the background") && waits.log.contains("Streaming handlers ignore return values."), waits.log.constData());
        QVERIFY(!run(config(project, u"nodejs20.x"_s, u"index.leaves"_s)).log.contains("in the background"));
        FunctionConfig never = config(project, u"nodejs20.x"_s, u"index.never"_s);
        never.timeout = 1s;
        QCOMPARE(outcomeName(run(never).outcome), "timedOut");
    }

    void aPreludeIsSentWithTheFirstWriteAlone()
    {
        TestProject project;
        project.file(u"index.js"_s, "const from = (stream) => awslambda.HttpResponseStream.from(stream, { statusCode: 201 });\n"
                                   "exports.written = awslambda.streamifyResponse(async (event, stream) => { stream = from(stream); stream.write('a'); stream.end('b'); });\n"
                                   "exports.ended = awslambda.streamifyResponse(async (event, stream) => { from(stream).end('b'); });\n");
        QCOMPARE(run(config(project, u"nodejs20.x"_s, u"index.written"_s)).payload, QByteArray(R"({"statusCode":201})") + QByteArray(8, '\0') + "ab");
        // As the service's client: github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/97.
        QCOMPARE(run(config(project, u"nodejs20.x"_s, u"index.ended"_s)).payload, "b");
    }

    void whatAHandlerLeavesBehindHasItsTurn()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick')); return 1; };\n"
                                   "exports.exits = async () => { process.nextTick(() => process.exit(1)); return 'answered'; };\n"
                                   "exports.slow = async () => { setImmediate(() => { for (const end = Date.now() + 600; Date.now() < end;); }); return 'soon'; };\n");
        const Invocation invocation = run(node(project));
        const qsizetype end = invocation.log.indexOf("END RequestId");
        QVERIFY2(end > 0 && invocation.log.indexOf("tick") < end && invocation.log.contains("tick") && invocation.log.indexOf("immediate") < end && invocation.log.contains("immediate"), invocation.log.constData());
        // The answer is out by then.
        QCOMPARE(run(config(project, u"nodejs20.x"_s, u"index.exits"_s)).payload, "\"answered\"");
        QCOMPARE(run(config(project, u"nodejs20.x"_s, u"index.slow"_s)).payload, "\"soon\"");
    }

    void pythonIsCustomizedWhereItsPathSaysSo()
    {
        TestProject project;
        project.file(u"app.py"_s, "import os\ndef handler(e, c):\n    return os.environ.get('HOOKED')\n").file(u"hooks/sitecustomize.py"_s, "import logging, os\nlogging.getLogger('hook').info('here')\nos.environ['HOOKED'] = 'yes'\n");
        FunctionConfig function = python(project);
        QCOMPARE(run(function).payload, "null");
        function.environment.insert(u"PYTHONPATH"_s, project.path(u"hooks"_s));
        QCOMPARE(run(function).payload, "\"yes\"");
    }

    void librariesOfTheFunctionAreFound()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => process.env.LD_LIBRARY_PATH.split(':');");
        const QJsonArray folders = QJsonDocument::fromJson(run(node(project)).payload).array();
        QCOMPARE(folders, (QJsonArray{project.path(), project.path(u"lib"_s)}));
    }

    void findsWhatLayersBring()
    {
        TestProject project;
        const auto layer = [&](const QString &file, const QByteArray &code) { project.file(u"layer/"_s + file, code); };
        project.file(u"index.js"_s, "exports.handler = async () => [require('plain'), require('versioned')];\n").file(u"app.py"_s, "import plain, versioned\ndef handler(e, c):\n    return [plain.x, versioned.x]\n");
        layer(u"nodejs/node20/node_modules/versioned.js"_s, "module.exports = 2;\n");
        layer(u"nodejs/node_modules/whole/package.json"_s, R"({"type": "module", "exports": "./main.js"})");
        layer(u"nodejs/node_modules/whole/main.js"_s, "export default 3;\n");
        project.file(u"esm.mjs"_s, "import whole from 'whole';\nexport const handler = async () => [whole, (await import('plain')).default];\n").file(u"lost.mjs"_s, "import 'nowhere';\n");
        layer(u"nodejs/node_modules/plain/index.js"_s, "module.exports = 1;\n");
        layer(u"nodejs/node_modules/wrapper/index.js"_s, "exports.handler = async () => 'wrapped';\n");
        layer(u"python/plain.py"_s, "x = 1\n");
        layer(u"python/lib/python3.11/site-packages/versioned.py"_s, "x = 2\n");
        const auto layered = [&](const QString &runtime, const QString &handler) {
            FunctionConfig function = config(project, runtime, handler);
            function.layerFolders = QStringList{project.path(u"layer"_s)};
            return run(function).payload;
        };
        QCOMPARE(layered(u"nodejs20.x"_s, u"index.handler"_s), "[1,2]");
        QCOMPARE(layered(u"nodejs20.x"_s, u"esm.handler"_s), "[3,1]");
        QVERIFY(layered(u"nodejs20.x"_s, u"lost.handler"_s).contains("Cannot find package 'nowhere' imported from "));
        QCOMPARE(layered(u"python3.11"_s, u"app.handler"_s), "[1, 2]");
        QCOMPARE(layered(u"nodejs20.x"_s, u"wrapper.handler"_s), "\"wrapped\"");
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

    void warnsOfCallbacksThatLeave()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = (event, context, callback) => callback(null, 1);\nexports.modern = async (event, context, unused) => 1;\n");
        FunctionConfig function = node(project);
        QVERIFY(run(function).log.contains("\tundefined\tWARN\tAWS Lambda plans to remove support for callback-based function handlers"));
        function.environment.insert(u"AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING"_s, u"1"_s);
        QVERIFY(!run(function).log.contains("plans to remove"));
        QVERIFY(!run(config(project, u"nodejs22.x"_s, u"index.modern"_s)).log.contains("plans to remove"));
    }

    void tellsOfRejectionsThatNobodyTook()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = () => new Promise(() => { Promise.reject(new TypeError('lost')); setTimeout(() => {}, 1000); });");
        const Invocation invocation = run(node(project));
        QCOMPARE(QJsonDocument::fromJson(invocation.payload).object().keys(), QStringList({u"errorMessage"_s, u"errorType"_s, u"trace"_s}));
        QVERIFY2(invocation.log.contains("\"reason\":{\"errorType\":\"TypeError\",\"errorMessage\":\"lost\""), invocation.log.constData());
    }

    void everyPythonErrorHasItsTraceback()
    {
        TestProject project;
        project.file(u"app.py"_s, "import nope_nope\n");
        QVERIFY(run(python(project)).log.contains("No module named 'nope_nope'\nTraceback (most recent call last):\n"));
        project.file(u"app.py"_s, "def handler(e, c)\n    pass\n");
        QVERIFY(run(python(project)).log.contains("app.py\" Line 1\n"));
    }

    void pythonsContextShowsItself()
    {
        TestProject project;
        project.file(u"app.py"_s, "def handler(e, c):\n    return str(c)\n");
        const QByteArray shown = run(python(project)).payload;
        QVERIFY2(shown.startsWith("\"LambdaContext([aws_request_id=") && shown.contains(",log_group_name=/aws/lambda/fn,") && shown.contains(",identity=CognitoIdentity([cognito_identity_id=None,cognito_identity_pool_id=None]),"), shown.constData());
    }

    void pythonFollowsPathFiles()
    {
        TestProject project;
        project.file(u"app.py"_s, "import hidden\ndef handler(e, c):\n    return hidden.x\n").file(u"mylib.pth"_s, "lib\n").file(u"lib/hidden.py"_s, "x = 'found'\n");
        QCOMPARE(run(python(project)).payload, "\"found\"");
    }

    void pythonWarnsWhereItCannotBegin()
    {
        TestProject project;
        project.file(u"sub/app.py"_s, "import nope_nope\n");
        const Invocation invocation = run(config(project, u"python3.11"_s, u"sub/app.handler"_s));
        QVERIFY2(invocation.payload.contains("Unable to import module 'sub/app': No module named 'nope_nope'"), invocation.payload.constData());
        QVERIFY2(invocation.log.contains("[WARNING]\t") && invocation.log.contains("Z\t\tLAMBDA_WARNING: Unhandled exception. The most likely cause is"), invocation.log.constData());
    }

    void nodeStartsAsTheServiceStartsIt()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => [typeof gc, require('http').maxHeaderSize, require('v8').getHeapStatistics().heap_size_limit < 200 << 20, process.execArgv.includes('--no-experimental-require-module')];\n");
        QCOMPARE(run(node(project)).payload, R"(["function",81920,true,true])");
        FunctionConfig function = node(project);
        function.environment.insert(u"NODE_OPTIONS"_s, u"--experimental-require-module"_s);
        QCOMPARE(run(function).payload, R"(["function",81920,true,false])");
    }

    void startsTheInterpreterThroughTheWrapper()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => [process.env.FROM_WRAPPER, process.argv.length > 1, process.env.AWS_LAMBDA_EXEC_WRAPPER];")
            .file(u"layer/wrapper"_s, "#!/bin/sh\necho wrapping ${1##*/} as $AWS_LAMBDA_FUNCTION_NAME\nexport FROM_WRAPPER=yes\nexec \"$@\" a\n");
        QFile::setPermissions(project.path(u"layer/wrapper"_s), QFile::ReadOwner | QFile::ExeOwner);
        FunctionConfig function = node(project);
        function.layerFolders = {project.path(u"layer"_s)};
        function.environment.insert(u"AWS_LAMBDA_EXEC_WRAPPER"_s, u"/opt/wrapper"_s);
        const auto pool = newPool();
        const Invocation first = run(*pool, function);
        QCOMPARE(first.payload, R"(["yes",true,"/opt/wrapper"])");
        QVERIFY2(first.log.contains("wrapping node as fn\n"), first.log.constData());
        QVERIFY(!run(*pool, function).report.coldStart);
        function.environment.insert(u"AWS_LAMBDA_EXEC_WRAPPER"_s, u"/opt/none"_s);
        const Invocation none = run(function);
        QVERIFY2(none.payload.contains("exit status 127") && none.log.contains("/opt/none: does not exist"), (none.payload + none.log).constData());
        function.environment.insert(u"AWS_LAMBDA_EXEC_WRAPPER"_s, u"/var/task/index.js"_s);
        const Invocation plain = run(function);
        QVERIFY2(plain.payload.contains("exit status 126") && plain.log.contains("/var/task/index.js: is not an executable"), (plain.payload + plain.log).constData());
    }

    void aGroupThatIsShared()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async (event, context) => [context.logGroupName, context.logStreamName];");
        FunctionConfig function = node(project);
        function.logGroup = u"/shared/logs"_s;
        function.jsonLogs = true;
        const Invocation invocation = run(function);
        const QJsonArray told = QJsonDocument::fromJson(invocation.payload).array();
        QCOMPARE(told.at(0).toString(), "/shared/logs");
        static const QRegularExpression stream(u"^\\d{4}/\\d\\d/\\d\\d/fn\\[\\$LATEST\\][0-9a-f]{32}$"_s);
        QVERIFY2(stream.match(told.at(1).toString()).hasMatch(), invocation.payload.constData());
        QVERIFY2(invocation.log.contains("\"instanceId\":\"" + told.at(1).toString().toUtf8() + '"'), invocation.log.constData());
    }

    void pythonReadsAnswersInWhateverPieces()
    {
        QProcess python;
        python.start(u"python3"_s, {SOURCE_DIR "/tests/helpers/pythonclient.py", SOURCE_DIR "/resources/runtimes/python"});
        QVERIFY(python.waitForFinished(60'000));
        QVERIFY2(python.exitCode() == 0, python.readAllStandardError());
    }
};

QTEST_GUILESS_MAIN(tst_Clients)
#include "tst_clients.moc"
