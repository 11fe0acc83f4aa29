// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/poolfixture.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using namespace eph::runtime;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::TestProject;

/// What the bundled clients write into the log, with real Node.js and Python.
class tst_ClientLogs : public test::PoolTest
{
    Q_OBJECT

    /// Events of the log whose text is so.
    [[nodiscard]] qsizetype saidAs(const std::function<bool(const QByteArray &)> &isSo) const
    {
        return m_logs.find(m_logs.range(), [&](const logs::Line &line) { return isSo(line.text); }).size();
    }

private Q_SLOTS:
    void logLevelsHoldForTextToo()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { console.log(); console.info('quiet'); console.error('loud'); };").file(u"app.py"_s, "import logging\ndef handler(e, c):\n    logging.info('quiet')\n    logging.error('loud')\n");
        for (FunctionConfig function : {node(project), python(project)}) {
            function.environment.insert(u"AWS_LAMBDA_LOG_LEVEL"_s, u"ERROR"_s);
            const QByteArray log = run(function).log;
            QVERIFY2(log.contains("loud") && !log.contains("quiet"), log.constData());
            function.environment.insert(u"AWS_LAMBDA_LOG_LEVEL"_s, u"INFO"_s);
            QVERIFY(run(function).log.contains("quiet"));
        }
        QVERIFY(run(node(project)).log.contains("\tINFO\tundefined\n"));
    }

    void errorsAreLoggedWithTheirNames()
    {
        TestProject project;
        project.file(u"index.js"_s, "class OrderError extends Error { constructor(text) { super(text); this.name = 'OrderFailed'; this.code = 7; } }\nexports.handler = async () => { throw new OrderError('no tea'); };");
        FunctionConfig function = node(project);
        QVERIFY2(run(function).log.contains("\tInvoke Error \t{\"errorType\":\"OrderFailed\",\"errorMessage\":\"no tea\",\"code\":7,\"name\":\"OrderFailed\",\"stack\":["), run(function).log);
        function.jsonLogs = true;
        QVERIFY2(run(function).log.contains("{\"errorType\":\"OrderError\",\"errorMessage\":\"no tea\",\"stackTrace\":["), run(function).log);
    }

    void pythonsJsonLogsTakeWhatJsonKnows()
    {
        TestProject project;
        project.file(u"app.py"_s, "import logging\nfrom decimal import Decimal\ndef handler(e, c):\n    logging.getLogger().log(25, 'between', extra={'total': 1.5, 'none': None})\n    logging.error('order', extra={'total': Decimal('1.5')})\n");
        FunctionConfig function = python(project);
        function.jsonLogs = true;
        const Invocation invocation = run(function);
        QVERIFY2(invocation.payload.contains("Object of type Decimal is not JSON serializable"), invocation.payload);
        static const QRegularExpression line(u"\\{\"timestamp\": \"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\", \"level\": \"INFO\", \"message\": \"between\", \"logger\": \"root\", \"requestId\": \"[^\"]+\", \"total\": 1\\.5\\}"_s);
        QVERIFY2(line.match(QString::fromUtf8(invocation.log)).hasMatch(), invocation.log);
    }

    void pythonsTracesAreNotUnderlined()
    {
        TestProject project;
        project.file(u"app.py"_s, "def handler(e, c):\n    return e['a']['b']\n\ndef bare(e, c):\n    raise Exception()\n");
        const QByteArray payload = run(python(project), R"({"a": {}})").payload;
        QVERIFY2(payload.contains("return e['a']['b']\\n\"]") && !payload.contains("^^"), payload);
        QVERIFY(run(config(project, u"python3.11"_s, u"app.bare"_s)).log.contains("[ERROR] Exception\n"));
    }

    void losesNothingThatWasPrinted()
    {
        TestProject project;
        project.file(u"app.py"_s, "import os, subprocess, sys\ndef handler(e, c):\n    print('before ', end='')\n    subprocess.run(['echo', 'child'])\n    sys.stderr.write('half')\n    os._exit(1)\n");
        const QByteArray log = run(python(project)).log;
        QVERIFY2(log.contains("before child\nhalf"), log);
    }

    void aFormatterOfTheFunctionsOwnKnowsTheRequest()
    {
        TestProject project;
        project.file(u"app.py"_s, "import logging\nlogging.root.handlers[0].setFormatter(logging.Formatter('%(levelname)s %(aws_request_id)s %(message)s'))\ndef handler(e, c):\n    logging.warning('one')\n    logging.warning('two')\n");
        const Invocation invocation = run(python(project));
        QCOMPARE(outcomeName(invocation.outcome), "answered");
        QVERIFY2(invocation.log.contains("WARNING " + invocation.report.requestId + " one\nWARNING " + invocation.report.requestId + " two\n"), invocation.log.constData());
    }

    void writesTheLogInOrder()
    {
        TestProject project;
        project.file(u"index.js"_s, "console.log('at init');\nexports.handler = async () => { console.log('one\\ntwo'); console.error('bad'); process.stdout.write('raw\\n'); return 1; };");
        const Invocation invocation = run(node(project));
        const QList<QByteArray> lines = invocation.log.trimmed().split('\n');
        QCOMPARE(lines.size(), 9);
        QVERIFY(lines.at(0).startsWith("INIT_START Runtime Version: nodejs:20.v1"));
        QVERIFY(lines.at(1).endsWith("\tundefined\tINFO\tat init"));
        QCOMPARE(lines.at(2), "START RequestId: " + invocation.report.requestId + " Version: $LATEST");
        QVERIFY(lines.at(3).endsWith("\t" + invocation.report.requestId + "\tINFO\tone"));
        QCOMPARE(lines.at(4), "two");
        QVERIFY(lines.at(5).endsWith("\tERROR\tbad"));
        QCOMPARE(lines.at(6), "raw");
        QCOMPARE(lines.at(7), "END RequestId: " + invocation.report.requestId);
        QVERIFY(lines.at(8).startsWith("REPORT RequestId: " + invocation.report.requestId + "\tDuration: "));
        QVERIFY(lines.at(8).contains("Init Duration: "));
        QCOMPARE(saidAs([](const QByteArray &text) { return text.endsWith("\tINFO\tone\ntwo"); }), 1);
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
        QCOMPARE(saidAs([](const QByteArray &text) { return text.startsWith("[ERROR] ValueError: x\nTraceback") && text.contains("raise ValueError('x')"); }), 1);
    }

    void whatIsLoggedInSeveralLinesIsOneEvent()
    {
        TestProject project;
        project.file(u"app.py"_s, "import logging\ndef handler(e, c):\n    print('a\\nb')\n    print('1 %\\r2 %\\r')\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        logging.exception('went\\nwrong')\n");
        const Invocation invocation = run(python(project));
        // What is printed is as many events as it has lines.
        QCOMPARE(saidAs([](const QByteArray &text) { return text == "a" || text == "b"; }), 2);
        QCOMPARE(saidAs([](const QByteArray &text) { return text == "1 %\n2 %\r"; }), 1);
        QCOMPARE(saidAs([](const QByteArray &text) { return text.startsWith("[ERROR]\t") && text.contains("\twent\nwrong\nTraceback (most recent call last):\n") && text.endsWith("\nZeroDivisionError: division by zero"); }), 1);
        QVERIFY2(invocation.log.contains("went\nwrong\n"), invocation.log.constData());
    }

    void logsWhatWasThrownAsItIs()
    {
        TestProject project;
        project.file(u"index.js"_s, "exports.handler = async () => { throw 'text'; };");
        QVERIFY(run(node(project)).log.contains("\tERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"text\",\"stack\":[\"Error: text\""));
    }

    void keepsOfJsonWhatIsImportantEnough()
    {
        TestProject project;
        project.file(u"index.js"_s, "const say = (line) => process.stdout.write(`${line}\\n`);\nexports.handler = async () => { const timestamp = new Date().toISOString(); say(JSON.stringify({ level: 'ERROR', timestamp, message: 'kept' })); say(JSON.stringify({ level: 'info', timestamp, message: 'quiet' }));"
                                   " say(JSON.stringify({ level: 'ERROR', message: 'timeless' })); say(JSON.stringify({ message: 'bare' })); say('plain'); };");
        FunctionConfig function = node(project);
        function.jsonLogs = true;
        const QByteArray all = run(function).log;
        QVERIFY2(all.contains("kept") && all.contains("quiet") && all.contains("timeless") && all.contains("bare") && all.contains("plain"), all.constData());
        function.logLevel = u"WARN"_s;
        const QByteArray some = run(function).log;
        QVERIFY2(some.contains("kept") && some.contains("plain"), some.constData());
        QVERIFY2(!some.contains("quiet") && !some.contains("timeless") && !some.contains("bare"), some.constData());
    }

    void pythonsJsonLogsHaveTheFramesAlone()
    {
        TestProject project;
        project.file(u"app.py"_s, "import logging\ndef handler(e, c):\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        logging.exception('bad')\n");
        FunctionConfig function = python(project);
        function.jsonLogs = true;
        const QByteArray log = run(function).log;
        const qsizetype begin = log.indexOf("{\"timestamp\"");
        const QJsonObject line = QJsonDocument::fromJson(log.mid(begin, log.indexOf('\n', begin) - begin)).object();
        const QJsonArray trace = line.value(u"stackTrace"_s).toArray();
        QCOMPARE(trace.size(), 1);
        QVERIFY(trace.first().toString().startsWith(u"  File \""_s) && trace.first().toString().contains(u"line 4, in handler"_s));
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

    void writesJsonLogsAsTheServiceDoes()
    {
        TestProject project;
        project.file(u"index.js"_s, "class MyError extends Error {}\nexports.handler = async () => { console.log(123); console.error(new MyError('a')); console.log({ err: new MyError('b') }); console.log('text', new MyError('c')); console.log({ n: 1n }); throw new MyError('d'); };");
        FunctionConfig function = node(project);
        function.jsonLogs = true;
        const Invocation invocation = run(function);
        QList<QJsonObject> said;
        for (const QByteArray &line : invocation.log.split('\n')) {
            if (line.contains("\"timestamp\""))
                said << QJsonDocument::fromJson(line).object();
        }
        QCOMPARE(said.size(), 6);
        QCOMPARE(said.at(0).value(u"message"_s), QJsonValue(123));
        const QJsonObject error = said.at(1).value(u"message"_s).toObject();
        QCOMPARE(error.value(u"errorType"_s).toString(), "MyError");
        QCOMPARE(error.value(u"errorMessage"_s).toString(), "a");
        QVERIFY(error.value(u"stackTrace"_s).isArray());
        QCOMPARE(said.at(2).value(u"message"_s).toObject().value(u"err"_s).toObject().value(u"errorMessage"_s).toString(), "b");
        QVERIFY(said.at(3).value(u"message"_s).toString().startsWith(u"text MyError: c"_s) || said.at(3).value(u"message"_s).toString().startsWith(u"text Error: c"_s));
        QCOMPARE(said.at(3).value(u"errorType"_s).toString(), "MyError");
        QCOMPARE(said.at(4).value(u"message"_s).toString(), "{ n: 1n }");
        QCOMPARE(said.at(5).value(u"message"_s).toObject().value(u"errorMessage"_s).toString(), "d");
    }
};

QTEST_GUILESS_MAIN(tst_ClientLogs)
#include "tst_clientlogs.moc"
