// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ephprogram.h"
#include "tests/support/testproject.h"

#include <QTcpSocket>
#include <QTest>
#include <QUrl>
#include <algorithm>

using namespace eph::test;

/// What `eph serve` keeps running, asked from outside: schedules, shipped examples, TLS.
class tst_EphServe : public QObject
{
    Q_OBJECT

    /// What a served project says until it has said that word.
    static QByteArray heard(QProcess &serve, const QByteArray &word)
    {
        QByteArray all;
        (void)QTest::qWaitFor([&] {
            serve.waitForReadyRead(50);
            all += serve.readAllStandardError();
            return all.contains(word);
        }, 20'000);
        return all;
    }

private Q_SLOTS:
    void servedSchedulesFire()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      Events: {WarmUp: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}, Often: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute), Input: '{\"often\":1}'}}}\n")
            .file("index.js", "exports.handler = async (event) => { console.log('got ' + JSON.stringify(event)); };\n");
        const auto said = [&project](const QStringList &options, const QByteArray &word) {
            QProcess process;
            process.start(ephProgram(), QStringList{"serve", "-p", project.path()} + options);
            const QByteArray all = heard(process, word);
            process.terminate();
            process.waitForFinished(20'000);
            return all + process.readAllStandardError();
        };
        const QByteArray quiet = said({"--no-schedules"}, "got {\"warmUp\":true}");
        QVERIFY2(quiet.contains("got {\"warmUp\":true}"), quiet);
        QVERIFY2(!quiet.contains("often") && !quiet.contains("Schedules that fire"), quiet);
        // A rate of the Scheduler begins at once.
        const QByteArray firing = said({}, "got {\"often\":1}");
        QVERIFY2(firing.contains("got {\"often\":1}"), firing);
        QVERIFY2(firing.contains("Schedules that fire (eph schedule list): 2"), firing);
    }

    void extensionsHaveTheirEnd()
    {
        TestProject project;
        project.function("python3.11", "app.handler", "      Layers: [!Ref Watching]\n  Watching: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}\n")
            .file("app.py", "import signal, sys\ndef end(*_):\n    print('the runtime ends')\n    sys.exit(0)\nsignal.signal(signal.SIGTERM, end)\ndef handler(event, context):\n    return 1\n")
            .file("layer/extensions/watcher", "#!/usr/bin/python3\nimport json, os, sys, urllib.request\nbase = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2020-01-01/extension/'\n"
                                              "answer = urllib.request.urlopen(urllib.request.Request(base + 'register', data=b'{\"events\": [\"SHUTDOWN\"]}', headers={'Lambda-Extension-Name': 'watcher'}))\n"
                                              "event = json.loads(urllib.request.urlopen(urllib.request.Request(base + 'event/next', headers={'Lambda-Extension-Identifier': answer.headers['Lambda-Extension-Identifier']})).read())\n"
                                              "print('the extension ends:', event['eventType'], event['shutdownReason'], flush=True)\n");
        QFile::setPermissions(project.path("layer/extensions/watcher"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const auto ends = [](const QByteArray &said) { return said.contains("the runtime ends") && said.indexOf("the extension ends: SHUTDOWN spindown") > said.indexOf("the runtime ends"); };
        QProcess serve;
        serve.start(ephProgram(), {"serve", "--json", "-p", project.path()});
        QVERIFY(serve.waitForReadyRead(20'000));
        const QUrl endpoint(QJsonDocument::fromJson(serve.readLine()).object().value("endpoint").toString());
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, quint16(endpoint.port()));
        socket.write("POST /2015-03-31/functions/Fn/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}");
        QVERIFY(socket.waitForReadyRead(20'000));
        serve.terminate();
        QVERIFY(serve.waitForFinished(20'000));
        QCOMPARE(serve.exitCode(), 0);
        const QByteArray served = serve.readAllStandardError();
        QVERIFY2(ends(served), served);
        const EphResult once = runEph({"invoke", "-p", project.path()});
        QCOMPARE(once.code, 0);
        QVERIFY2(ends(once.err), once.err);
    }

    void whatWaitsOutlivesTheProgram_data()
    {
        QTest::addColumn<bool>("killed");
        QTest::newRow("ended") << false;
        QTest::newRow("killed") << true;
    }
    void whatWaitsOutlivesTheProgram()
    {
        QFETCH(bool, killed);
        TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async (event, context) => { console.log('first ' + context.awsRequestId); throw new Error('not yet'); };\n");
        QProcess serve;
        serve.start(ephProgram(), {"serve", "--json", "-p", project.path(), "--retry-after", "5"});
        QVERIFY(serve.waitForReadyRead(20'000));
        const QUrl endpoint(QJsonDocument::fromJson(serve.readLine()).object().value("endpoint").toString());
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, quint16(endpoint.port()));
        socket.write("POST /2015-03-31/functions/Fn/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Invocation-Type: Event\r\nContent-Length: 14\r\n\r\n{\"order\": 123}");
        QVERIFY(socket.waitForReadyRead(20'000));
        QVERIFY(socket.readAll().startsWith("HTTP/1.1 202"));
        const QByteArray first = heard(serve, "REPORT ");
        const QByteArray id = first.mid(first.indexOf("first ") + 6, 36);
        QCOMPARE(id.count('-'), 4);
        if (killed)
            serve.kill();
        else
            serve.terminate();
        QVERIFY(serve.waitForFinished(20'000));

        project.file("index.js", "exports.handler = async (event, context) => { console.log('then ' + event.order + ' ' + context.awsRequestId); };\n");
        serve.start(ephProgram(), {"serve", "--json", "-p", project.path(), "--retry-after", "0"});
        const QByteArray second = heard(serve, "REPORT ");
        QVERIFY2(second.contains("then 123 " + id), second);
        QVERIFY2(second.contains("Events that an earlier run of the local cloud has left go on: 1."), second);
        serve.terminate();
        QVERIFY(serve.waitForFinished(20'000));

        // It is over.
        serve.start(ephProgram(), {"serve", "--json", "-p", project.path(), "--retry-after", "0"});
        QVERIFY(serve.waitForReadyRead(20'000));
        QTest::qWait(300);
        serve.terminate();
        QVERIFY(serve.waitForFinished(20'000));
        const QByteArray third = serve.readAllStandardError();
        QVERIFY2(!third.contains("go on") && !third.contains("then "), third);
    }

    void makesThumbnails()
    {
        const QTemporaryDir folder;
        QCOMPARE(runEph({"init", folder.filePath("thumbs"), "--template", "thumbnails"}).code, 0);
        QProcess serve;
        serve.start(ephProgram(), {"serve", "--json", "-p", folder.filePath("thumbs")});
        QVERIFY(serve.waitForReadyRead(20'000));
        const QUrl endpoint(QJsonDocument::fromJson(serve.readLine()).object().value("endpoint").toString());
        const auto ask = [&](const QByteArray &method, const QByteArray &path, const QByteArray &body = {}) {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress::LocalHost, quint16(endpoint.port()));
            socket.write(method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
            QByteArray answer;
            while (socket.state() != QAbstractSocket::UnconnectedState && socket.waitForReadyRead(10'000))
                answer += socket.readAll();
            return answer;
        };
        QProcess python;
        python.start("python3", {"-c", "import struct,sys,zlib\nw,h=300,200\nrows=b''.join(b'\\0'+bytes((x*255//w,y*255//h,128)[c] for x in range(w) for c in range(3)) for y in range(h))\n"
                                       "c=lambda t,d: struct.pack('>I',len(d))+t+d+struct.pack('>I',zlib.crc32(t+d))\n"
                                       "sys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n'+c(b'IHDR',struct.pack('>IIBBBBB',w,h,8,2,0,0,0))+c(b'IDAT',zlib.compress(rows))+c(b'IEND',b''))"});
        python.waitForFinished();
        QVERIFY(ask("PUT", "/photos/my%20sunset.png", python.readAllStandardOutput()).startsWith("HTTP/1.1 200"));
        QByteArray answer;
        QTRY_VERIFY_WITH_TIMEOUT((answer = ask("GET", "/thumbnails/my%20sunset.png")).startsWith("HTTP/1.1 200"), 20'000);
        const QByteArray png = answer.mid(answer.indexOf("\r\n\r\n") + 4);
        QCOMPARE(png.mid(1, 3), "PNG");
        QCOMPARE(png.mid(16, 8).toHex(), "0000008000000055"); // 128 by 85.
        // It is there before the function has ended.
        QTRY_VERIFY_WITH_TIMEOUT(runEph({"logs", "-p", folder.filePath("thumbs"), "--query", "kind:report", "--count"}).out.trimmed() != "0", 20'000);
        serve.terminate();
        QVERIFY(serve.waitForFinished(20'000));
        // What made it run is in the bill.
        const QJsonObject report = runEph({"cost", "report", "-p", folder.filePath("thumbs"), "--json"}).object();
        QCOMPARE(report.value("triggers").toArray().first().toObject().value("trigger").toString(), "event");
        QCOMPARE(report.value("triggers").toArray().first().toObject().value("origin").toString(), "photos");
    }

    void theChatExampleReachesAll()
    {
        QTemporaryDir folder;
        QCOMPARE(runEph({"init", folder.filePath("chat"), "--template", "chat"}).code, 0);
        QProcess serve;
        serve.start(ephProgram(), {"serve", "--json", "-p", folder.filePath("chat")});
        QVERIFY(serve.waitForReadyRead(20'000));
        const QString gateway = QJsonDocument::fromJson(serve.readLine()).object().value("gateway").toString().replace("http", "ws");
        const EphResult refused = runEph({"connect", gateway + "/live"});
        QVERIFY(refused.code != 0);
        QVERIFY2(refused.err.contains("lets nobody in"), refused.err);
        QProcess ben;
        ben.start(ephProgram(), {"connect", gateway + "/live?name=Ben", "--messages", "1"});
        QVERIFY(ben.waitForStarted());
        const auto people = [&] { return QDir(folder.filePath("chat/.ephemera/buckets/room")).entryList(QDir::Files).size(); };
        QTRY_COMPARE_WITH_TIMEOUT(people(), 1, 20'000);
        QProcess ann;
        ann.start(ephProgram(), {"connect", gateway + "/live?name=Ann", "--messages", "2"});
        ann.write("hi\n{\"action\":\"say\",\"text\":\"hello all\"}\n");
        QVERIFY(ann.waitForFinished(20'000));
        QCOMPARE(ann.exitCode(), 0);
        const QByteArray said = ann.readAllStandardOutput();
        QVERIFY2(said.contains("Send {\"action\": \"say\"") && said.contains("{\"from\":\"Ann\",\"text\":\"hello all\"}"), said);
        QVERIFY(ben.waitForFinished(20'000));
        QCOMPARE(ben.readAllStandardOutput(), "{\"from\":\"Ann\",\"text\":\"hello all\"}\n");
        // Who leaves is taken out of the room.
        QTRY_COMPARE_WITH_TIMEOUT(people(), 0, 20'000);
        serve.terminate();
        QVERIFY(serve.waitForFinished(20'000));
    }

    /// Code that speaks TLS to its event's own domain runs as it is, and clients that trust the authority get in on the same port.
    void servesTlsThatItsFunctionsTrust()
    {
        TestProject project;
        QTemporaryDir home;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Timeout: 20}}\nResources:\n"
                                      "  Chat:\n    Type: AWS::Serverless::WebSocketApi\n    Properties: {StageName: live, RouteSelectionExpression: $request.body.with, Routes: {node: {FunctionArn: !GetAtt Node.Arn}, python: {FunctionArn: !GetAtt Python.Arn}}}\n"
                                      "  Node:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.handler}\n"
                                      "  Python:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.11, Handler: app.handler}\n"
                                      "  Web:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.web, Events: {A: {Type: HttpApi, Properties: {Method: GET, Path: /web}}}}\n")
            .file("index.js", "exports.handler = async ({ requestContext: { connectionId, domainName, stage } }) => ({ statusCode: (await fetch(`https://${domainName}/${stage}/@connections/${encodeURIComponent(connectionId)}`, { method: 'POST', body: 'by Node.js' })).status });\n"
                              "exports.web = async (event) => ({ statusCode: 200, body: event.headers['x-forwarded-proto'] });\n")
            .file("app.py", "import urllib.parse, urllib.request\ndef handler(event, context):\n    c = event['requestContext']\n    url = f\"https://{c['domainName']}/{c['stage']}/@connections/{urllib.parse.quote(c['connectionId'], safe='')}\"\n"
                            "    return {'statusCode': urllib.request.urlopen(urllib.request.Request(url, data=b'by Python', method='POST')).status}\n");
        QProcess serve;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_DATA_HOME", home.path());
        serve.setProcessEnvironment(environment);
        serve.start(ephProgram(), {"serve", "--tls", "--json", "-p", project.path()});
        QVERIFY(serve.waitForReadyRead(20'000));
        const QJsonObject told = QJsonDocument::fromJson(serve.readLine()).object();
        const QString gateway = told.value("gateway").toString();
        QVERIFY2(gateway.startsWith("https://127.0.0.1:"), qPrintable(gateway));
        QVERIFY(told.value("authority").toString().startsWith(home.path()));
        QProcess talk;
        talk.setProcessEnvironment(environment);
        talk.start(ephProgram(), {"connect", QString(gateway).replace("https", "wss") + "/live", "--messages", "2"});
        talk.write("{\"with\":\"node\"}\n{\"with\":\"python\"}\n");
        QVERIFY(talk.waitForFinished(30'000));
        QList<QByteArray> answers = talk.readAllStandardOutput().trimmed().split('\n');
        std::sort(answers.begin(), answers.end());
        QCOMPARE(answers, QList<QByteArray>({"by Node.js", "by Python"}));
        const auto curl = [](const QStringList &arguments) {
            QProcess process;
            process.start("curl", QStringList{"-s", "--noproxy", "*"} + arguments);
            process.waitForFinished(20'000);
            return std::pair(process.exitCode(), process.readAllStandardOutput());
        };
        QCOMPARE(curl({"--cacert", told.value("authority").toString(), gateway + "/web"}), std::pair(0, QByteArray("https")));
        QCOMPARE(curl({QString(gateway).replace("https", "http") + "/web"}), std::pair(0, QByteArray("http")));
        QCOMPARE(curl({gateway + "/web"}).first, 60); // Nobody vouches for it.
        serve.terminate();
        QVERIFY(serve.waitForFinished(20'000));
    }
};

QTEST_GUILESS_MAIN(tst_EphServe)
#include "tst_ephserve.moc"
