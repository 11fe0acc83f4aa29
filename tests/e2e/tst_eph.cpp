// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ephprogram.h"
#include "tests/support/testproject.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpSocket>
#include <QTest>
#include <QUrl>
#include <csignal>

using namespace eph::test;

/// The real program, as a script uses it.
class tst_Eph : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsWithTheKeysOfTheContract()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      MemorySize: 256\n      Timeout: 9\n      Events: {Get: {Type: HttpApi, Properties: {Method: GET, Path: /x}}}\n").file("index.js", "");
        const EphResult result = runEph({"list", "--project", project.path(), "--json"});
        QCOMPARE(result.code, 0);
        const QJsonObject function = QJsonDocument::fromJson(result.out).array().first().toObject();
        QCOMPARE(function.keys(), QStringList({"handler", "memoryMiB", "name", "runtime", "timeoutSeconds", "triggers"}));
        QCOMPARE(function.value("memoryMiB").toInt(), 256);
        QCOMPARE(function.value("timeoutSeconds").toInt(), 9);
        QCOMPARE(function.value("triggers").toArray().first().toObject().value("summary").toString(), "GET /x");
    }

    void schedulesWithTheKeysOfTheContract()
    {
        const EphResult next = runEph({"schedule", "next", "cron(* * * * ? *)", "--dialect", "eventbridge-rules", "--after", "2026-01-01T00:00:00Z", "--count", "2", "--json"});
        QCOMPARE(next.code, 0);
        QCOMPARE(next.out.trimmed(), "{\"never\":false,\"runs\":[\"2026-01-01T00:01:00Z\",\"2026-01-01T00:02:00Z\"]}");
        QCOMPARE(runEph({"schedule", "next", "cron(0 0 31 2 ? *)", "--dialect", "eventbridge-scheduler", "--zone", "Europe/Berlin", "--json"}).out.trimmed(), "{\"never\":true,\"runs\":[]}");
        const EphResult wrong = runEph({"schedule", "next", "cron(0 25 * * ? *)", "--dialect", "eventbridge-rules", "--json"});
        QCOMPARE(wrong.code, 3);
        const QJsonObject error = wrong.object().value("error").toObject();
        QCOMPARE(error.value("service").toString(), "Parameter ScheduleExpression is not valid.");
        QCOMPARE(error.value("field").toString(), "hours");
        QCOMPARE(error.value("value").toString(), "25");
        QVERIFY(!error.value("message").toString().isEmpty());
        QVERIFY(!error.value("hint").toString().isEmpty());
        const EphResult equal = runEph({"schedule", "equal", "0 10 * * *", "cron(0 10 * * ? *)", "--dialect", "unix", "--other-dialect", "eventbridge-rules", "--json"});
        QCOMPARE(equal.object().value("equal").toBool(), true);
        const EphResult differs = runEph({"schedule", "equal", "cron(0 9 1 * ? *)", "cron(0 9 L * ? *)", "--dialect", "eventbridge-rules", "--other-dialect", "eventbridge-rules", "--json"});
        QCOMPARE(differs.object().value("equal").toBool(true), false);
        QCOMPARE(differs.object().value("firstDifference").toString(), "1970-01-01T09:00:00Z");
        const EphResult converted = runEph({"schedule", "convert", "0 0 13 * 5", "--from", "unix", "--to", "eventbridge-scheduler", "--json"});
        QCOMPARE(converted.object().value("expressions").toArray().size(), 2);
        QCOMPARE(runEph({"schedule", "convert", "cron(0 9 L * ? *)", "--from", "eventbridge-rules", "--to", "unix", "--json"}).code, 3);
        for (const char *dialect : {"eventbridge-rules", "eventbridge-scheduler", "unix", "kubernetes", "gcp", "azure", "quartz", "openwhisk"})
            QVERIFY2(runEph({"schedule", "next", "nonsense", "--dialect", dialect, "--json"}).code == 3, dialect);
    }

    void parametersAreTheTemplatesOwn()
    {
        TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nParameters:\n  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}\nResources:\n  Fn: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs20.x, Handler: index.handler, FunctionName: !Sub 'fn-${Stage}'}}\n").file("index.js", "exports.handler = async () => 1;\n");
        const auto list = [&](const QString &parameter) { return runEph({"list", "--project", project.path(), "-P", parameter}); };
        QVERIFY(list("Stage=prod").out.contains("fn-prod"));
        const EphResult misspelt = list("Stge=prod");
        QCOMPARE(misspelt.code, 2);
        QVERIFY2(misspelt.err.contains("no parameter “Stge”") && misspelt.err.contains("“Stage”"), misspelt.err);
        const EphResult foreign = list("Stage=zzz");
        QCOMPARE(foreign.code, 2);
        QVERIFY2(foreign.err.contains("not among the allowed values of “Stage”"), foreign.err);
    }

    void makesTheEventOfAFunctionsOwnTrigger()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      Events: {Carts: {Type: HttpApi, Properties: {Path: '/carts/{id}', Method: delete}}}\n").file("index.js", "exports.handler = async () => 1;\n");
        const EphResult made = runEph({"events", "generate", "--for", "Fn", "--project", project.path()});
        QCOMPARE(made.code, 0);
        const QJsonObject http = QJsonDocument::fromJson(made.out).object().value("requestContext").toObject().value("http").toObject();
        QCOMPARE(http.value("method").toString(), "DELETE");
        QCOMPARE(http.value("path").toString(), "/carts/1001");
        QVERIFY(runEph({"events", "generate", "--for", "Fn", "--set", "path=/carts/7", "--project", project.path()}).out.contains("/carts/7"));
        QCOMPARE(runEph({"events", "generate", "--project", project.path()}).code, 2);
        QVERIFY(runEph({"events", "generate", "--for", "Nobody", "--project", project.path()}).code != 0);
    }

    void simulatesALineAFiring()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      Events: {Daily: {Type: Schedule, Properties: {Schedule: cron(0 10 * * ? *)}}}\n").file("index.js", "exports.handler = async (event) => event.time;\n");
        const QStringList arguments{"schedule", "simulate", "--project", project.path(), "--from", "2026-01-01T00:00:00Z", "--for", "P30D", "--json"};
        const EphResult result = runEph(arguments);
        QCOMPARE(result.code, 0);
        const QList<QByteArray> lines = result.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 31);
        QCOMPARE(QJsonDocument::fromJson(lines.first()).object().value("at").toString(), "2026-01-01T10:00:00Z");
        QCOMPARE(QJsonDocument::fromJson(lines.last()).object().value("summary").toObject().value("runs").toInt(), 30);
        QCOMPARE(runEph(arguments).out, result.out);
        const EphResult called = runEph({"schedule", "simulate", "--project", project.path(), "--from", "2026-01-01T00:00:00Z", "--for", "P3D", "--invoke", "--json"});
        QCOMPARE(called.code, 0);
        QCOMPARE(called.out.trimmed().split('\n').size(), 3);
        QVERIFY2(called.out.contains("\"outcome\":\"answered\""), called.out);
    }

    void makesEvents()
    {
        const EphResult listed = runEph({"events", "list", "queue", "--json"});
        QCOMPARE(listed.code, 0);
        QCOMPARE(QJsonDocument::fromJson(listed.out).array().size(), 2);
        const EphResult made = runEph({"events", "generate", "sqs", "--count", "2", "--set", "body=a = b"});
        QCOMPARE(made.code, 0);
        QCOMPARE(made.object().value("Records").toArray().at(1).toObject().value("body").toString(), "a = b");
        const EphResult unknown = runEph({"events", "generate", "sqs", "--set", "bdy=x"});
        QCOMPARE(unknown.code, 4);
        QVERIFY2(unknown.err.contains("body"), unknown.err);
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async (event) => event.Records[0].s3.object.key;\n");
        const EphResult sent = runEph({"events", "send", "s3-put", "Fn", "--set", "key=new file.txt", "-p", project.path()});
        QCOMPARE(sent.code, 0);
        QCOMPARE(sent.out.trimmed(), "\"new+file.txt\"");
        QCOMPARE(runEph({"events", "generate", "s3-put", "--save", "upload.json", "-p", project.path()}).code, 0);
        QVERIFY(project.read("events/upload.json").contains("ObjectCreated:Put"));
        QCOMPARE(runEph({"invoke", "Fn", "--event", "upload", "-p", project.path()}).out.trimmed(), "\"photos/summer+day.jpg\"");
    }

    void writesASchedule()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "");
        const QByteArray before = project.read("template.yaml");
        QCOMPARE(runEph({"schedule", "set", "Fn", "Daily", "cron(0 10 * * ? *)", "--zone", "Europe/Berlin", "-p", project.path()}).code, 0);
        const EphResult listed = runEph({"schedule", "list", "-p", project.path(), "--json"});
        const QJsonObject schedule = QJsonDocument::fromJson(listed.out).array().first().toObject();
        QCOMPARE(schedule.value("id").toString(), "Fn/Daily");
        QCOMPARE(schedule.value("zone").toString(), "Europe/Berlin");
        QCOMPARE(schedule.value("state").toString(), "enabled");
        QCOMPARE(runEph({"schedule", "disable", "Fn/Daily", "-p", project.path()}).code, 0);
        QVERIFY(runEph({"schedule", "list", "-p", project.path()}).out.contains("disabled"));
        QCOMPARE(runEph({"schedule", "remove", "Fn/Daily", "-p", project.path()}).code, 0);
        QCOMPARE(project.read("template.yaml"), before);
        QCOMPARE(runEph({"schedule", "set", "Fn", "Daily", "cron(0 25 * * ? *)", "-p", project.path()}).code, 3);
        QCOMPARE(runEph({"schedule", "remove", "Fn/Daily", "-p", project.path()}).code, 4);
    }

    void tellsFunctionErrorsFromItsOwn_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::newRow("function error") << QStringList{"invoke", "Fn", "-e", "{}"} << 1;
        QTest::newRow("unknown function") << QStringList{"invoke", "Nope"} << 4;
        QTest::newRow("bad event") << QStringList{"invoke", "Fn", "-e", "{nope"} << 2;
        QTest::newRow("no such event") << QStringList{"invoke", "Fn", "-e", "nope"} << 4;
        QTest::newRow("unknown option") << QStringList{"invoke", "--frobnicate"} << 2;
        QTest::newRow("unknown command") << QStringList{"frobnicate"} << 2;
        QTest::newRow("no command") << QStringList{} << 2;
        QTest::newRow("no project") << QStringList{"list", "-p", "/nonexistent"} << 4;
        QTest::newRow("findings") << QStringList{"check"} << 3;
        QTest::newRow("help") << QStringList{"--help"} << 0;
        QTest::newRow("version") << QStringList{"--version"} << 0;
        QTest::newRow("unknown topic") << QStringList{"help", "nope"} << 4;
    }
    void tellsFunctionErrorsFromItsOwn()
    {
        QFETCH(QStringList, arguments);
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      MemroySize: 1\n").file("index.js", "exports.handler = async () => { throw new Error('x'); };");
        if (!arguments.isEmpty() && QStringList{"invoke", "check"}.contains(arguments.first()))
            arguments << "-p" << project.path();
        const EphResult result = runEph(arguments);
        QTEST(result.code, "code");
        QVERIFY(!result.out.isEmpty() || !result.err.isEmpty());
    }

    void searchesTheLogsOfAllRuns()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      FunctionName: talker\n").file("index.js", "exports.handler = async (event) => { console.warn('seen ' + event.n + ' password=hunter2hunter2'); return event.n; };\n");
        QCOMPARE(runEph({"logs", "--project", project.path(), "--count"}).out.trimmed(), "0");
        for (const char *event : {"{\"n\":1}", "{\"n\":2}"})
            QCOMPARE(runEph({"invoke", "talker", "--project", project.path(), "--event", event}).code, 0);
        project.file("other.log", "2026-02-02 02:40:00,123 WARNING from elsewhere\n");
        QCOMPARE(runEph({"logs", "import", project.path("other.log"), "--project", project.path()}).code, 0);
        const EphResult warned = runEph({"logs", "--project", project.path(), "--query", "level:warn seen", "--json"});
        QCOMPARE(warned.code, 0);
        const QByteArrayList lines = warned.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        const QJsonObject line = QJsonDocument::fromJson(lines.first()).object();
        QCOMPARE(line.value("function").toString(), "talker");
        QCOMPARE(line.value("level").toString(), "warn");
        QVERIFY2(line.value("text").toString().endsWith("seen 1 password=[redacted]"), lines.first());
        QCOMPARE(line.value("requestId").toString().size(), 36);
        const QJsonObject report = QJsonDocument::fromJson(runEph({"logs", "--project", project.path(), "--query", "kind:report", "--last", "1", "--json"}).out).object();
        QVERIFY(report.value("durationMs").toDouble() > 0);
        QVERIFY(report.value("initMs").toDouble() > 0);
        const QJsonObject stats = runEph({"logs", "stats", "--project", project.path(), "--json"}).object();
        QCOMPARE(stats.value("invocations").toInt(), 2);
        QCOMPARE(stats.value("coldStarts").toInt(), 2);
        QCOMPARE(stats.value("files").toInt(), 3);
        QCOMPARE(runEph({"logs", "--project", project.path(), "--since", "1h", "--count", "--query", "elsewhere"}).out.trimmed(), "0");
        QCOMPARE(runEph({"logs", "--project", project.path(), "--count", "--query", "elsewhere"}).out.trimmed(), "1");
        QCOMPARE(runEph({"logs", "export", project.path("out.log"), "--project", project.path(), "--query", "seen"}).code, 0);
        QCOMPARE(project.read("out.log").count('\n'), 2);
        QVERIFY(!project.read("out.log").contains("hunter2"));
        const EphResult wrong = runEph({"logs", "--project", project.path(), "--query", "level>loud"});
        QCOMPARE(wrong.code, 2);
        QVERIFY2(wrong.err.contains("no level"), wrong.err);
        QCOMPARE(runEph({"logs", "--project", project.path(), "--since", "yesterday"}).code, 2);
        QCOMPARE(runEph({"logs", "import", project.path("nowhere.log"), "--project", project.path()}).code, 4);
    }

    void followsTheLog()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      FunctionName: talker\n").file("index.js", "exports.handler = async (event) => { console.log('heard ' + event.n); };\n");
        QProcess follower;
        follower.start(ephProgram(), {"logs", "--project", project.path(), "--follow", "--query", "heard"});
        QVERIFY(follower.waitForStarted());
        QByteArray seen;
        for (int n = 1; n <= 20 && !seen.contains("heard"); ++n) {
            QCOMPARE(runEph({"invoke", "talker", "--project", project.path(), "--event", "{\"n\":" + QString::number(n) + "}"}).code, 0);
            follower.waitForReadyRead(300);
            seen += follower.readAllStandardOutput();
        }
        QVERIFY2(seen.contains("talker") && !seen.contains("REPORT"), seen);
        follower.terminate();
        QVERIFY(follower.waitForFinished(5000));
        QCOMPARE(follower.exitCode(), 0);
    }

    void makesProjectsAndChangesThem()
    {
        TestProject folder;
        QCOMPARE(runEph({"init", folder.path("p"), "-t", "nodejs-http"}).code, 0);
        QCOMPARE(runEph({"init", folder.path("p"), "-t", "nodejs-http"}).code, 1);
        QCOMPARE(runEph({"init", folder.path("p"), "--function", "Second", "-t", "python-schedule"}).code, 0);
        QCOMPARE(runEph({"set", "Hello", "MemorySize=512", "Environment.Variables.TABLE=orders", "-p", folder.path("p")}).code, 0);
        QVERIFY(folder.read("p/template.yaml").contains("MemorySize: 512\n"));
        const EphResult shown = runEph({"show", "Hello", "-p", folder.path("p"), "--json"});
        QCOMPARE(shown.object().value("environment").toObject().value("TABLE").toString(), "orders");
        QCOMPARE(runEph({"set", "Hello", "Timeout=901", "-p", folder.path("p")}).code, 2);
        QCOMPARE(runEph({"env", "Hello", "-p", folder.path("p"), "--json"}).object().value("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").toString(), "512");
        QCOMPARE(runEph({"check", "-p", folder.path("p")}).code, 0);
        QCOMPARE(runEph({"invoke", "Hello", "-e", "hello", "-p", folder.path("p")}).code, 0);
    }

    void pricesWithTheKeysOfTheContract()
    {
        const EphResult result = runEph({"cost", "price", "--service", "lambda", "--requests", "3000000", "--duration-ms", "120", "--memory-mib", "1536", "--json"});
        QCOMPARE(result.code, 0);
        QCOMPARE(result.object().value("usd").toString(), "2.733338");
        QCOMPARE(result.object().value("items").toArray().size(), 2);
        QCOMPARE(runEph({"cost", "price", "--requests", "20000000", "--duration-ms", "85", "--memory-mib", "256", "--arch", "arm64", "--json"}).object().value("usd").toString(), "4.133335");
        QCOMPARE(runEph({"cost", "price", "--requests", "30000000", "--duration-ms", "50", "--memory-mib", "512", "--init-ms", "800", "--cold-share", "0.01", "--json"}).object().value("usd").toString(), "13.633349");
        QCOMPARE(runEph({"cost", "price", "--requests", "30000000", "--duration-ms", "50", "--memory-mib", "512", "--init-ms", "800", "--cold-share", "0.01", "--on", "2025-07-31", "--json"}).object().value("usd").toString(), "11.633345");
        QCOMPARE(runEph({"cost", "price", "--requests", "2500000000", "--duration-ms", "1500", "--memory-mib", "2048", "--no-free-tier", "--json"}).object().value("usd").toString(), "123000.2");
        QCOMPARE(runEph({"cost", "price", "--requests", "10000000", "--duration-ms", "200", "--memory-mib", "1536", "--provisioned", "100", "--provisioned-hours", "360", "--json"}).object().value("usd").toString(), "841.17308");
        QCOMPARE(runEph({"cost", "price", "--service", "aws.restApi.request", "--quantity", "2000000000", "--json"}).object().value("usd").toString(), "5413.1");
        QCOMPARE(runEph({"cost", "price", "--service", "azure-consumption", "--requests", "3000000", "--duration-ms", "1000", "--memory-mib", "1536", "--json"}).object().value("usd").toString(), "66");
        QCOMPARE(runEph({"cost", "price", "--service", "gold"}).code, 2);
        QCOMPARE(runEph({"cost", "price", "--on", "soon"}).code, 2);
        QVERIFY(runEph({"cost", "price", "--region", "eu-south-1", "--json"}).object().value("region").toString() == "eu-south-1");
    }

    void simulatesWithTheKeysOfTheContract()
    {
        const QStringList command{"cost", "simulate", "--shape", "closed:clients=10,requests=100", "--duration-ms", "50", "--json"};
        const EphResult result = runEph(command);
        QCOMPARE(result.code, 0);
        const QJsonObject json = result.object();
        QCOMPARE(json.value("requests").toInt(), 100);
        QCOMPARE(json.value("coldStarts").toInt(), 10);
        QCOMPARE(json.value("throttles").toInt(), 0);
        QCOMPARE(json.value("p50Ms").toDouble(), 50.0);
        QCOMPARE(json.value("maxConcurrency").toInt(), 10);
        for (const char *key : {"p95Ms", "p99Ms", "usd"})
            QVERIFY2(json.contains(QLatin1StringView(key)), key);
        QCOMPARE(runEph(command).out, result.out);
        QTemporaryDir folder;
        QFile trace(folder.filePath("trace.csv"));
        QVERIFY(trace.open(QIODevice::WriteOnly));
        trace.write("timestamp,durationMs,function\n0,100,a\n0.05,100,a\n0.06,100,b\n");
        trace.close();
        const QJsonObject traced = runEph({"cost", "simulate", "--trace", trace.fileName(), "--json"}).object();
        QCOMPARE(traced.value("coldStarts").toInt(), 3);
        QCOMPARE(traced.value("maxConcurrency").toInt(), 3);
        QCOMPARE(runEph({"cost", "simulate", "--trace", folder.filePath("nothing.csv")}).code, 4);
        QCOMPARE(runEph({"cost", "simulate", "--shape", "wave:rate=1"}).code, 2);
        QCOMPARE(runEph({"cost", "simulate"}).code, 2);
        QCOMPARE(runEph({"cost", "simulate", "--shape", "poisson:rate=5,for=60s", "--duration", "1s", "--sweep", "memory=128,256", "--json"}).out.count("\"value\""), 2);
        QCOMPARE(runEph({"cost", "simulate", "--scenario", "faster-code", "--json"}).code, 0);
        QCOMPARE(runEph({"cost", "simulate", "--scenario", "none"}).code, 4);
    }

    void reportsWhatWasRun()
    {
        TestProject project;
        project.function("python3.11", "index.handler", "      Events: {Hourly: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}}\n").file("index.py", "def handler(event, context):\n    return 1\n");
        QCOMPARE(runEph({"cost", "report", "--project", project.path(), "--json"}).object().value("usd").toString(), "0");
        double spent = 0;
        for (int i = 0; i < 2; ++i)
            spent += runEph({"invoke", "Fn", "--project", project.path(), "--json"}).object().value("report").toObject().value("costUsd").toString().toDouble();
        const EphResult result = runEph({"cost", "report", "--project", project.path(), "--csv", project.path("costs.csv"), "--json"});
        QCOMPARE(result.code, 0);
        QVERIFY(spent > 4e-7);
        QVERIFY2(std::abs(result.object().value("usd").toString().toDouble() - spent) < 1e-11, result.out.constData());
        QCOMPARE(result.object().value("functions").toArray().first().toObject().value("requests").toInt(), 2);
        QVERIFY(project.read("costs.csv").contains("Fn,direct,,2,0,0,2,"));
        const QJsonObject estimate = runEph({"cost", "estimate", "--project", project.path(), "--json"}).object();
        QCOMPARE(estimate.value("functions").toArray().first().toObject().value("schedules").toArray().first().toObject().value("runs").toInt(), 720);
        QVERIFY(estimate.value("functions").toArray().first().toObject().value("measuredMs").toDouble() > 0);
        QCOMPARE(runEph({"cost", "simulate", "--recorded", "--project", project.path(), "--json"}).object().value("requests").toInt(), 2);
        // A budget that is used up has an exit code of its own.
        QCOMPARE(runEph({"cost", "budget", "--project", project.path(), "--monthly", "1", "--json"}).code, 0);
        const EphResult over = runEph({"cost", "budget", "--project", project.path(), "--monthly", "0.0000001", "--fuse", "on", "--json"});
        QCOMPARE(over.code, 3);
        QCOMPARE(over.object().value("fuseBlown").toBool(), true);
        QCOMPARE(runEph({"cost", "budget", "--project", project.path(), "--clear"}).code, 0);
        QCOMPARE(runEph({"cost", "budget", "--project", project.path(), "--monthly", "much"}).code, 2);
        QCOMPARE(runEph({"cost", "tune", "Fn", "--project", project.path(), "--sizes", "128,256", "--runs", "2", "--goal", "cost", "--apply", "--json"}).code, 0);
        QVERIFY(project.read("template.yaml").contains("MemorySize: "));
    }

    // The shipped example: a picture that comes into one bucket is written small into another.
    void packagesWithTheKeysOfTheContract()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      CodeUri: src\n").file("src/index.js", "exports.handler = async () => 1;\n").file("src/.env", "SECRET=1\n");
        const EphResult result = runEph({"package", "Fn", "--project", project.path(), "--output", project.path("a.zip"), "--json"});
        QCOMPARE(result.code, 0);
        for (const char *key : {"sha256", "codeSha256Base64", "bytes", "uncompressedBytes", "files"})
            QVERIFY2(result.object().contains(QLatin1StringView(key)), key);
        QCOMPARE(result.object().value("files").toInt(), 1);
        QCOMPARE(QCryptographicHash::hash(project.read("a.zip"), QCryptographicHash::Sha256).toHex(), result.object().value("sha256").toString().toLatin1());
        QCOMPARE(runEph({"package", "Fn", "--project", project.path(), "--output", project.path("b.zip")}).code, 0);
        const EphResult same = runEph({"diff", project.path("a.zip"), project.path("b.zip"), "--json"});
        QCOMPARE(same.code, 0);
        QVERIFY(same.object().value("sameBytes").toBool());
        project.file("src/index.js", "exports.handler = async () => 2;\n").file("src/new.js", "");
        QCOMPARE(runEph({"package", "Fn", "--project", project.path(), "--output", project.path("b.zip")}).code, 0);
        const EphResult differs = runEph({"diff", project.path("a.zip"), project.path("b.zip"), "--json"});
        QCOMPARE(differs.code, 3);
        QCOMPARE(differs.object().value("entries").toArray().size(), 2);
        QCOMPARE(runEph({"diff", project.path("a.zip"), project.path("template.yaml")}).code, 2);
        QCOMPARE(runEph({"diff", project.path("a.zip"), project.path("nothing.zip")}).code, 4);
        QCOMPARE(runEph({"package", "Fn", "--project", project.path(), "--output", "/proc/nothing/x.zip"}).code, 1);
    }

    void everyCommandExplainsItselfWithExamples()
    {
        const QByteArray help = runEph({"--help"}).out;
        for (const QString command : {"init", "list", "show", "invoke", "serve", "events", "routes", "connect", "sources", "schedule", "watch", "env", "set", "warm", "check", "doctor", "fidelity", "logs", "cost", "package", "diff", "plan", "deploy", "rollback", "releases", "export", "secret", "rehearse", "find", "help", "completion"}) {
            QVERIFY2(help.contains(command.toUtf8()), qPrintable(command));
            QVERIFY2(runEph({command, "--help"}).out.contains("Examples:"), qPrintable(command));
        }
    }

    void completionScriptsParse()
    {
        QProcess bash;
        bash.start("bash", {"-n"});
        bash.write(runEph({"completion", "bash"}).out);
        bash.closeWriteChannel();
        QVERIFY(bash.waitForFinished());
        QCOMPARE(bash.exitCode(), 0);
        QVERIFY(runEph({"completion", "fish"}).out.contains("__fish_seen_subcommand_from invoke"));
        QCOMPARE(runEph({"completion", "csh"}).code, 2);
    }

    void servesUntilItIsToldToEnd_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
    }
    void servesUntilItIsToldToEnd()
    {
        QFETCH(int, signal);
        TestProject project;
        project.function("python3.11", "app.handler").file("app.py", "def handler(event, context):\n    return event['n']\n");
        QProcess serve;
        serve.start(ephProgram(), {"serve", "-p", project.path(), "--json"});
        QByteArray line;
        QTRY_VERIFY_WITH_TIMEOUT((line += serve.readAllStandardOutput()).endsWith('\n'), 10'000);
        const QUrl endpoint(QJsonDocument::fromJson(line).object().value("endpoint").toString());
        QCOMPARE(endpoint.host(), "127.0.0.1");
        const auto invoke = [&](const QByteArray &payload) {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress::LocalHost, quint16(endpoint.port()));
            socket.write("POST /2015-03-31/functions/Fn/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: " + QByteArray::number(payload.size()) + "\r\n\r\n" + payload);
            QByteArray answer;
            while (socket.state() != QAbstractSocket::UnconnectedState && socket.waitForReadyRead(10'000))
                answer += socket.readAll();
            return answer.mid(answer.indexOf("\r\n\r\n") + 4);
        };
        QCOMPARE(invoke(R"({"n": 5})"), "5");
        project.file("app.py", "def handler(event, context):\n    return event['n'] * 100\n");
        QCOMPARE(invoke(R"({"n": 5})"), "500");
        QByteArray log;
        QTRY_VERIFY((log += serve.readAllStandardError()).contains("REPORT RequestId: "));
        // A second one on the same port says so.
        QProcess second;
        second.start(ephProgram(), {"serve", "-p", project.path(), "--port", QString::number(endpoint.port())});
        QVERIFY(second.waitForFinished(10'000));
        QCOMPARE(second.exitCode(), 1);
        QVERIFY(second.readAllStandardError().contains("cannot be listened on"));
        const QByteArray mark = "LAMBDA_TASK_ROOT=" + project.path().toUtf8();
        QVERIFY(processesWith(mark, {}) > 0);
        ::kill(pid_t(serve.processId()), signal);
        QVERIFY(serve.waitForFinished(5000));
        QCOMPARE(serve.exitCode(), 0);
        QTRY_COMPARE(processesWith(mark, {}), 0);
    }

    void callsOfAFunctionAreAnsweredWhileNothingIsServed()
    {
        TestProject project;
        for (const QString &name : QStringList{"template.yaml", "src/app.py"}) {
            QFile given(SOURCE_DIR "/tests/e2e/projects/calls/" + name);
            QVERIFY(given.open(QIODevice::ReadOnly));
            project.file(name, given.readAll());
        }
        // The answer comes at once; what it left for later has run before the program ends, and the queue keeps its message.
        const EphResult first = runEph({"invoke", "-p", project.path(), "front"});
        QVERIFY2(first.code == 0, first.err);
        QCOMPARE(first.out.trimmed(), "42");
        QVERIFY2(first.err.contains("ran late") && first.err.contains("read hello"), first.err);
        QVERIFY2(!first.err.contains("tried again"), first.err);
        const auto messages = [&] { return runEph({"sources", "list", "-p", project.path(), "--json"}).out; };
        QVERIFY2(messages().contains("\"waiting\":1"), messages());
        // What fails there is said, and does not fail the function that caused it.
        const EphResult second = runEph({"invoke", "-p", project.path(), "front", "-e", "{\"fail\": true}"});
        QVERIFY2(second.code == 0, second.err);
        QVERIFY2(second.err.contains("would be tried again: 1."), second.err);
        QVERIFY2(messages().contains("\"waiting\":2"), messages());
        // A file that was put into a bucket's folder meanwhile has come, once.
        project.file(".ephemera/buckets/photos/sea.txt", "waves");
        QFile file(project.path(".ephemera/buckets/photos/sea.txt"));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.setFileTime(QDateTime::currentDateTime().addSecs(-60), QFileDevice::FileModificationTime));
        file.close();
        const EphResult third = runEph({"invoke", "-p", project.path(), "back"});
        QVERIFY2(third.err.contains("object sea.txt waves"), third.err);
        QVERIFY(!runEph({"invoke", "-p", project.path(), "back"}).err.contains("object sea.txt"));
    }

    /// Two functions that are subscribed to each other's logs: the first is heard before the program ends, and it does end.
    void whatIsSaidIsHeardWhileNothingIsServed()
    {
        TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: python3.11, Handler: app.handler}}\nResources:\n"
                                      "  One: {Type: AWS::Serverless::Function, Properties: {FunctionName: one, Events: {Log: {Type: CloudWatchLogs, Properties: {LogGroupName: /aws/lambda/two, FilterPattern: said}}}}}\n"
                                      "  Two: {Type: AWS::Serverless::Function, Properties: {FunctionName: two, Events: {Log: {Type: CloudWatchLogs, Properties: {LogGroupName: /aws/lambda/one, FilterPattern: said}}}}}\n");
        project.file("app.py", "import os\ndef handler(event, context):\n    print('said by', context.function_name, 'heard' if 'awslogs' in event else 'asked')\n");
        const EphResult result = runEph({"invoke", "-p", project.path(), "one"});
        QVERIFY2(result.code == 0, result.err);
        QVERIFY2(result.err.contains("said by one asked") && result.err.contains("said by two heard") && result.err.contains("said by one heard"), result.err);
    }
};

QTEST_GUILESS_MAIN(tst_Eph)
#include "tst_eph.moc"
