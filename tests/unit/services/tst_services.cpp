// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/advice.h"
#include "core/services/filesearch.h"
#include "core/services/machinefindings.h"
#include "core/services/doctor.h"
#include "core/services/projectsession.h"
#include "core/services/projecttemplates.h"
#include "core/services/stackframes.h"
#include "core/services/templateservice.h"
#include "tests/support/testproject.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

using namespace eph;
using namespace eph::services;
using namespace Qt::StringLiterals;

class tst_Services : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyStarterMakesAProjectWithoutFindings()
    {
        const QList<Starter> all = starters();
        QVERIFY(all.size() >= 10);
        for (const Starter &starter : all) {
            test::TestProject folder;
            const auto created = createProject({starter.id, folder.path(u"p"_s)});
            QVERIFY2(created, qPrintable(starter.id));
            const auto project = project::loadProject({*created, {}, {}});
            QVERIFY2(project && project->findings.isEmpty() && !project->functions.isEmpty(), qPrintable(starter.id));
            QVERIFY2(!project->functions.first().handlerFile().isEmpty(), qPrintable(starter.id));
            QVERIFY(!starter.description.isEmpty());
        }
    }

    void doesNotOverwrite()
    {
        test::TestProject folder;
        folder.file(u"mine.txt"_s, "mine");
        const auto created = createProject({u"nodejs-http"_s, folder.path()});
        QCOMPARE(created.error().code, ErrorCode::Conflict);
        QCOMPARE(folder.read(u"mine.txt"_s), "mine");
        QCOMPARE(createProject({u"nope"_s, folder.path(u"x"_s)}).error().code, ErrorCode::NotFound);
    }

    void addsAFunctionAndLeavesTheRest()
    {
        test::TestProject folder;
        const QByteArray before = "# mine\nTransform: AWS::Serverless-2016-10-31\nResources:\n  First:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs22.x, Handler: index.handler}\n\nOutputs: # stay\n  X: {Value: 1}\n";
        folder.file(u"template.yaml"_s, before);
        QVERIFY(addFunction({folder.path(u"template.yaml"_s), u"Second"_s, u"python-queue"_s}));
        const project::Project project = folder.load();
        QCOMPARE(project.functions.size(), 2);
        QCOMPARE(project.functions.at(1).name, "Second");
        QVERIFY(QFile::exists(folder.path(u"Second/app.py"_s)));
        const QByteArray after = folder.read(u"template.yaml"_s);
        QVERIFY2(after.startsWith(before.left(before.indexOf("\n\nOutputs"))), after.constData());
        QVERIFY2(after.endsWith("Outputs: # stay\n  X: {Value: 1}\n"), after.constData());
        QCOMPARE(addFunction({folder.path(u"template.yaml"_s), u"Second"_s, u"python-queue"_s}).error().code, ErrorCode::Conflict);
        QCOMPARE(addFunction({folder.path(u"template.yaml"_s), u"no good"_s, u"python-queue"_s}).error().code, ErrorCode::Invalid);
    }

    void advisesWhenThisMachineIsTheCause_data()
    {
        QTest::addColumn<QByteArray>("runtime");
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("advice"); // A part of it; empty: nothing to add.
        const QByteArray noPackage = "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@aws-sdk/client-s3' imported from /x/index.mjs";
        QTest::newRow("listed, not installed") << QByteArray("nodejs20.x") << noPackage << QByteArray("package.json") << QByteArray(R"({"dependencies": {"@aws-sdk/client-s3": "3"}})") << "npm install --prefix";
        QTest::newRow("the cloud has it") << QByteArray("nodejs20.x") << noPackage << QByteArray("index.mjs") << QByteArray() << "The cloud brings “@aws-sdk/client-s3” along";
        QTest::newRow("unlisted") << QByteArray("nodejs20.x") << QByteArray("Error: Cannot find module 'lodash/get'\nRequire stack:") << QByteArray("index.js") << QByteArray() << "No package.json names “lodash”";
        QTest::newRow("TypeScript") << QByteArray("nodejs20.x") << QByteArray("Error: Cannot find module './index'") << QByteArray("index.ts") << QByteArray() << "is TypeScript";
        QTest::newRow("no file, by its name") << QByteArray("nodejs20.x") << QByteArray("Error: Cannot find module 'index'") << QByteArray("other.js") << QByteArray() << "has no such file";
        QTest::newRow("no file") << QByteArray("nodejs20.x") << QByteArray("Error: Cannot find module './index'") << QByteArray("other.js") << QByteArray() << "has no such file";
        QTest::newRow("requirements") << QByteArray("python3.11") << QByteArray("Unable to import module 'index': No module named 'requests.auth'") << QByteArray("requirements.txt") << QByteArray("requests") << "-r";
        QTest::newRow("requirements of something else") << QByteArray("python3.11") << QByteArray("Unable to import module 'index': No module named 'powertools'") << QByteArray("requirements.txt") << QByteArray("requests") << "neither installed nor named";
        QTest::newRow("another error") << QByteArray("nodejs20.x") << QByteArray("x is not a function") << QByteArray("index.js") << QByteArray() << QString();
    }
    void advisesWhenThisMachineIsTheCause()
    {
        QFETCH(QByteArray, runtime);
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, advice);
        test::TestProject folder;
        folder.function(runtime, "index.handler").file(QString::fromUtf8(file), content);
        if (runtime.startsWith("python"))
            folder.file(u"index.py"_s, "");
        runtime::Invocation invocation;
        invocation.outcome = runtime::Outcome::InitError;
        invocation.payload = QJsonDocument(QJsonObject{{u"errorType"_s, u"Runtime.ImportModuleError"_s}, {u"errorMessage"_s, QString::fromUtf8(message)}}).toJson();
        const project::Project project = folder.load();
        const QString given = adviceFor(invocation, project.functions.first());
        QCOMPARE(given.isEmpty(), advice.isEmpty());
        QVERIFY2(given.contains(advice), qPrintable(given));
    }

    void changesThePropertiesOfAFunctionTogetherOrNotAtAll()
    {
        test::TestProject folder;
        folder.function("nodejs22.x", "index.handler", "      MemorySize: 128 # small\n");
        const project::Function function = folder.load().functions.first();
        QVERIFY(changeFunction(function, {{{u"MemorySize"_s}, u"256"_s}, {{u"Environment"_s, u"Variables"_s, u"TABLE"_s}, u"orders"_s}}));
        QVERIFY(folder.read(u"template.yaml"_s).contains("MemorySize: 256 # small\n"));
        QCOMPARE(folder.load().functions.first().environment.value(u"TABLE"_s), "orders");
        const QByteArray before = folder.read(u"template.yaml"_s);
        QVERIFY(!changeFunction(function, {{{u"Timeout"_s}, u"9"_s}, {{u"MemorySize"_s}, u"64"_s}}));
        QCOMPARE(folder.read(u"template.yaml"_s), before);
    }

    void changesOnlyPropertiesThatThereAre()
    {
        test::TestProject folder;
        folder.function("nodejs22.x", "index.handler");
        const auto changed = changeFunction(folder.load().functions.first(), {{{u"MemorySise"_s}, u"256"_s}});
        QVERIFY(!changed);
        QVERIFY(changed.error().hint.contains(u"MemorySize"_s));
    }

    void tellsWhatThisMachineCannotRunAsAsked_data()
    {
        QTest::addColumn<QByteArray>("runtime");
        QTest::addColumn<QString>("rule"); // Empty: none.
        QTest::newRow("no client") << QByteArray("java21") << "no-local-client";
        QTest::newRow("no runtime") << QByteArray("nodejs99.x") << "unknown-runtime";
        QTest::newRow("another version") << QByteArray("python3.6") << "other-version";
        QTest::newRow("custom") << QByteArray("provided.al2023") << QString();
    }
    void tellsWhatThisMachineCannotRunAsAsked()
    {
        QFETCH(QByteArray, runtime);
        QFETCH(QString, rule);
        test::TestProject folder;
        folder.function(runtime, "index.handler");
        test::TestProject machine;
        for (const QString &name : QStringList{"python3", "node"}) {
            machine.file(name, "#!/bin/sh\necho " + machine.path(name).toUtf8() + "\necho " + (name == "node" ? "20.1.0" : "3.11.2") + "\n");
            QVERIFY(QFile::setPermissions(machine.path(name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        }
        const Findings findings = allFindings(folder.load(), sys::Interpreters(machine.path()), {});
        QStringList rules;
        for (const Finding &finding : findings)
            rules << finding.rule;
        rules.removeAll(u"no-handler-file"_s);
        QCOMPARE(rules.join(u' '), rule);
    }

    void findsTextInTheFilesOfAProject()
    {
        test::TestProject folder;
        folder.file(u"a.js"_s, "one\nTwo two\n").file(u"b/c.py"_s, "# two\n").file(u".git/x"_s, "two").file(u"node_modules/m/i.js"_s, "two").file(u"binary"_s, QByteArray("two\0two", 7));
        const auto any = searchFiles({folder.path(), u"two"_s});
        QCOMPARE(any->hits.size(), 3);
        QCOMPARE(any->files, 2);
        QCOMPARE(any->hits.at(1).line, 2);
        QCOMPARE(any->hits.at(1).column, 5);
        QCOMPARE(searchFiles({folder.path(), u"two"_s, false, true})->hits.size(), 2);
        QCOMPARE(searchFiles({folder.path(), u"^T"_s, true, true})->hits.size(), 1);
        QCOMPARE(searchFiles({folder.path(), u"(("_s, true}).error().code, ErrorCode::Invalid);
        QVERIFY(searchFiles({folder.path(), u"x*"_s, true})->hits.isEmpty());
        // What is typed counts, not what lies on the disk.
        const SearchRequest typed{folder.path(), u"three"_s, false, false, {{folder.path(u"a.js"_s), "one\nthree\n"}}};
        QCOMPARE(searchFiles(typed)->hits.size(), 1);
        QCOMPARE(searchFiles(typed)->hits.first().line, 2);
    }

    void changesNoSourceCode()
    {
        test::TestProject folder;
        folder.file(u"app.py"_s, "def handler(event, context):\n    return 1\n");
        const auto changed = changeFunction(folder.load().functions.first(), {{{u"MemorySize"_s}, u"256"_s}});
        QVERIFY(!changed);
        QCOMPARE(changed.error().code, ErrorCode::NotFound);
        QCOMPARE(folder.read(u"app.py"_s), "def handler(event, context):\n    return 1\n");
    }

    void addsAFunctionInTheTemplatesOwnIndentation()
    {
        test::TestProject folder;
        folder.file(u"template.yaml"_s, "Resources:\n    One:\n        Type: AWS::Serverless::Function\n        Properties:\n            Runtime: nodejs22.x\n            Handler: index.handler\n");
        QVERIFY(addFunction({folder.path(u"template.yaml"_s), u"Two"_s, u"nodejs-http"_s}));
        const project::Project project = folder.load();
        QCOMPARE(project.functions.size(), 2);
        QVERIFY(project.functions.last().inTemplate);
        QVERIFY(!project.functions.last().triggers.isEmpty());
    }

    void keepsTheOpenProjectWhenAnotherCannotBeOpened()
    {
        test::TestProject folder;
        folder.function("nodejs22.x", "index.handler");
        ProjectSession session;
        session.open(folder.path());
        QTRY_VERIFY(session.isOpen());
        QSignalSpy failed(&session, &ProjectSession::failed);
        session.open(u"/nonexistent"_s);
        QTRY_COMPARE(failed.size(), 1);
        folder.function("nodejs22.x", "index.handler", "      Timeout: 9\n");
        QVERIFY(session.ensureCurrent());
        QCOMPARE(session.project()->functions.first().timeoutSeconds, 9);
    }

    void takesInWhatWasSavedWithoutAnEventLoop()
    {
        test::TestProject folder;
        folder.file(u"template.yaml"_s, "Resources:\n  Nested:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location: inner/template.yaml\n");
        const auto inner = [&](const QByteArray &timeout) {
            folder.file(u"inner/template.yaml"_s, "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs22.x\n      Handler: index.handler\n      Timeout: " + timeout + "\n");
        };
        inner("1");
        ProjectSession session;
        session.open(folder.path());
        QTRY_VERIFY(session.isOpen());
        for (int i = 2; i < 9; ++i) {
            inner(QByteArray::number(i));
            QVERIFY(session.ensureCurrent());
            QCOMPARE(session.project()->functions.first().timeoutSeconds, i);
        }
    }

    void findsPlacesInTraces_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("line");
        QTest::newRow("node") << "    at handler (file:///tmp/a%20b/index.mjs:23:19)" << "/tmp/a b/index.mjs" << 23;
        QTest::newRow("node cjs") << "    at Object.<anonymous> (/srv/x.js:3:7)" << "/srv/x.js" << 3;
        QTest::newRow("node bare") << "    at /srv/x.js:3:7" << "/srv/x.js" << 3;
        QTest::newRow("python") << "  File \"/srv/app.py\", line 3, in handler" << "/srv/app.py" << 3;
        QTest::newRow("python syntax") << "  File \"/srv/app.py\" Line 8" << "/srv/app.py" << 8;
        QTest::newRow("nothing") << "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)" << "" << 0;
        QTest::newRow("url") << "GET http://127.0.0.1:80/x" << "" << 0;
    }
    void findsPlacesInTraces()
    {
        QFETCH(QString, text);
        QFETCH(QString, file);
        const auto place = placeIn(text);
        QCOMPARE(place.has_value(), !file.isEmpty());
        if (place) {
            QCOMPARE(place->file, file);
            QTEST(place->line, "line");
        }
    }

    void examinesThisMachine()
    {
        const auto checks = examineMachine(sys::Interpreters());
        QVERIFY(checks.size() >= 7);
        for (const Check &check : checks)
            QVERIFY2(check.state == Check::State::Good || !check.hint.isEmpty(), qPrintable(check.name));
        const auto without = examineMachine(sys::Interpreters(u"/nonexistent"_s));
        QVERIFY(std::any_of(without.cbegin(), without.cend(), [](const Check &check) { return check.state == Check::State::Missing; }));
    }
};

QTEST_GUILESS_MAIN(tst_Services)
#include "tst_services.moc"
