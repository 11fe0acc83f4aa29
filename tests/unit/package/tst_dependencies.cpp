// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/contents.h"
#include "core/package/dependencies.h"
#include "core/package/pack.h"
#include "core/services/packageservice.h"
#include "tests/support/testproject.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>
#include <csignal>

using namespace eph;
using namespace eph::package;
using eph::test::TestProject;

/// Dependencies come from the lock file, by the project's own tool, and not from what lies about.
class tst_Dependencies : public QObject
{
    Q_OBJECT

    static QStringList names(const services::FunctionPackage &package)
    {
        QStringList all;
        const QList<ZipEntry> entries = contentsOf(package.zip).value();
        for (const ZipEntry &entry : entries)
            all << entry.name;
        return all;
    }
    static services::FunctionPackage packed(const TestProject &project, const services::PackSteps &steps = {}) { return services::packFunction(project.load().functions.first(), steps).value(); }
    static QString told(const services::FunctionPackage &package)
    {
        QStringList all;
        for (const Finding &finding : package.findings)
            all << severityName(finding.severity) + ": " + finding.message;
        return all.join('\n');
    }
    static bool run(const QString &program, const QStringList &arguments, const QString &folder)
    {
        QProcess process;
        process.setWorkingDirectory(folder);
        process.start(program, arguments);
        return process.waitForFinished(60'000) && process.exitCode() == 0;
    }
    /// Stands in PATH before the real one; a line of the shell.
    void fakeTool(const QString &name, const QByteArray &script) const
    {
        QFile file(m_tools.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write("#!/bin/sh\n" + script + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    TestProject &nodeProject(TestProject &project) const
    {
        return project.function("nodejs20.x", "index.handler", "      CodeUri: src\n").file("src/index.js", "exports.handler = 1;").file("src/package.json", R"({"dependencies": {"a": "1.0.0"}, "devDependencies": {"d": "1.0.0"}})").file("src/package-lock.json", "{}").file("src/node_modules/d/index.js", "// for development");
    }
    QTemporaryDir m_tools;
    QTemporaryDir m_cache;
    QByteArray m_path = qgetenv("PATH");

private Q_SLOTS:
    void init()
    {
        const QDir tools(m_tools.path());
        const QStringList all = tools.entryList(QDir::Files);
        for (const QString &name : all)
            QFile::remove(tools.filePath(name));
        QDir(m_cache.filePath("ephemera")).removeRecursively();
        qputenv("XDG_CACHE_HOME", m_cache.path().toUtf8());
        qputenv("PATH", m_tools.path().toUtf8() + ':' + m_path);
    }

    void takesWhatTheLockFileSaysInsteadOfTheFolder()
    {
        fakeTool("npm", "echo \"$*\" >> " + m_tools.filePath("calls").toUtf8() + "; ls -A | grep -v calls > " + m_tools.filePath("seen").toUtf8() + "; mkdir -p node_modules/a node_modules/.bin && echo a > node_modules/a/index.js && echo x > node_modules/.bin/a");
        TestProject project;
        nodeProject(project).file("src/.npmrc", "registry=http://127.0.0.1:9/\n");
        QStringList lines;
        const auto package = packed(project);
        QCOMPARE(names(package), QStringList({".npmrc", "index.js", "node_modules/a/index.js", "package-lock.json", "package.json"}));
        QVERIFY2(package.findings.isEmpty(), qPrintable(told(package)));
        QFile calls(m_tools.filePath("calls"));
        QVERIFY(calls.open(QIODevice::ReadOnly));
        QVERIFY(calls.readAll().startsWith("ci --omit=dev"));
        QFile seen(m_tools.filePath("seen"));
        QVERIFY(seen.open(QIODevice::ReadOnly));
        QCOMPARE(seen.readAll(), ".npmrc\npackage-lock.json\npackage.json\n");
        QCOMPARE(packed(project).zip, package.zip);
        calls.seek(0);
        QCOMPARE(calls.readAll().count('\n'), 1); // Once for the same lock file,
        project.file("src/package-lock.json", "{ }");
        (void)packed(project);
        calls.seek(0);
        QCOMPARE(calls.readAll().count('\n'), 2); // again for another one.
    }

    void leavesDevelopmentOutWithoutAToolWhereNothingElseIsNeeded()
    {
        fakeTool("npm", "exit 1");
        TestProject project;
        nodeProject(project).file("src/package.json", R"({"devDependencies": {"d": "1.0.0"}})");
        QCOMPARE(names(packed(project)), QStringList({"index.js", "package-lock.json", "package.json"}));
    }

    void packsTheFolderAsItIsWhereItIsToldTo()
    {
        fakeTool("npm", "exit 1");
        TestProject project;
        nodeProject(project).function("nodejs20.x", "index.handler", "      CodeUri: src\n    Metadata:\n      SkipBuild: true\n");
        const auto package = packed(project);
        QVERIFY(names(package).contains("node_modules/d/index.js"));
        QVERIFY(package.findings.isEmpty());
    }

    void saysWhatItDidInsteadWhereTheToolFails()
    {
        fakeTool("npm", "echo 'npm error code ENOTFOUND'; echo 'npm error network no such host'; exit 7");
        TestProject project;
        nodeProject(project);
        const auto package = packed(project);
        QVERIFY(names(package).contains("node_modules/d/index.js"));
        QCOMPARE(told(package), QString("warning: node_modules of “Fn” is packed as it lies in the folder, with what only development needs. npm ci failed: npm error code ENOTFOUND npm error network no such host"));
        QVERIFY(QDir(m_cache.filePath("ephemera/dependencies")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
        QDir(project.path("src/node_modules")).removeRecursively();
        QVERIFY(told(packed(project)).startsWith("error: The dependencies of “Fn” are not in its package."));
    }

    void saysWhenThereIsNoToolOrNoLockFile()
    {
        qputenv("PATH", m_tools.path().toUtf8());
        TestProject project;
        nodeProject(project);
        QVERIFY(told(packed(project)).contains("There is no npm on this machine."));
        QFile::remove(project.path("src/package-lock.json"));
        QVERIFY(names(packed(project)).contains("node_modules/d/index.js"));
        QVERIFY(told(packed(project)).isEmpty());
        QDir(project.path("src/node_modules")).removeRecursively();
        QVERIFY(told(packed(project)).contains("neither a lock file nor node_modules"));
        project.file("src/package-lock.json", "{}").file("src/package.json", "{ no json");
        const auto bad = services::packFunction(project.load().functions.first());
        QVERIFY(!bad);
        QVERIFY(bad.error().message.contains("package.json is no JSON object"));
    }

    void givesTheWholeFolderToScriptsAndLocalDependencies()
    {
        fakeTool("npm", "cat patch.txt > " + m_tools.filePath("seen").toUtf8());
        TestProject project;
        nodeProject(project).file("src/package.json", R"({"dependencies": {"a": "1.0.0"}, "scripts": {"postinstall": "cat patch.txt"}})").file("src/patch.txt", "patched");
        (void)packed(project);
        QFile seen(m_tools.filePath("seen"));
        QVERIFY(seen.open(QIODevice::ReadOnly));
        QCOMPARE(seen.readAll(), "patched");
        project.file("src/patch.txt", "patched anew");
        (void)packed(project);
        seen.seek(0);
        QCOMPARE(seen.readAll(), "patched anew");
    }

    /// With all that it started, and nothing is left behind.
    void canBeStopped()
    {
        fakeTool("npm", "sleep 1000 & echo $! > " + m_tools.filePath("child").toUtf8() + "; echo fetching a; wait");
        TestProject project;
        nodeProject(project);
        QStringList lines;
        QElapsedTimer timer;
        timer.start();
        const auto stopped = services::packFunction(project.load().functions.first(), {[&](const QString &line) { return lines << line, line != "fetching a"; }, {}});
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QVERIFY(lines.contains("fetching a"));
        QFile child(m_tools.filePath("child"));
        QVERIFY(child.open(QIODevice::ReadOnly));
        const pid_t pid = child.readAll().trimmed().toInt();
        QVERIFY(pid > 1);
        QTRY_VERIFY(::kill(pid, 0) != 0);
        QVERIFY(QDir(m_cache.filePath("ephemera/dependencies")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
    }

    void choosesTheToolByItsLockFile_data()
    {
        QTest::addColumn<QString>("lock");
        QTest::addColumn<QString>("tool");
        QTest::newRow("npm") << "package-lock.json" << "npm ci";
        QTest::newRow("shrinkwrap") << "npm-shrinkwrap.json" << "npm ci";
        QTest::newRow("pnpm") << "pnpm-lock.yaml" << "pnpm install";
        QTest::newRow("yarn") << "yarn.lock" << "yarn install";
    }
    void choosesTheToolByItsLockFile()
    {
        QFETCH(QString, lock);
        QFETCH(QString, tool);
        TestProject project;
        project.file("package.json", R"({"dependencies": {"a": "1"}})").file(lock, "{}");
        const auto recipe = dependenciesOf(project.path(), {"nodejs20.x", "arm64"}).value();
        QVERIFY(recipe);
        QCOMPARE(recipe->tool(), tool);
        QCOMPARE(recipe->source, lock);
        QVERIFY(recipe->key != dependenciesOf(project.path(), {"nodejs22.x", "arm64"}).value()->key);
    }

    void readsRequirements()
    {
        TestProject project;
        project.file("requirements.txt", "# tools\nrequests==2.32.3 ; python_version >= '3.9'\n-r more/base.txt\nboto3>=1.30  # newest\n./vendor/own\n\n--index-url https://example.org/simple\n").file("more/base.txt", "flask\n-c ../pins.txt\n").file("pins.txt", "flask==3.0\n").file("vendor/own/own.py", "1");
        const auto recipe = dependenciesOf(project.path(), {"python3.13", "arm64"}).value();
        QVERIFY(recipe);
        QCOMPARE(recipe->loose, QStringList({"boto3"}));
        QVERIFY(recipe->arguments.contains("manylinux_2_28_aarch64"));
        QVERIFY(recipe->arguments.contains("3.13"));
        for (const auto &[name, content] : {std::pair("pins.txt", "flask==2\n"), std::pair("more/base.txt", "flask==2\n"), std::pair("vendor/own/own.py", "2")}) {
            const QByteArray before = dependenciesOf(project.path(), {"python3.13", "arm64"}).value()->key;
            project.file(name, content);
            QVERIFY2(dependenciesOf(project.path(), {"python3.13", "arm64"}).value()->key != before, name);
        }
        project.file("requirements.txt", "# nothing yet\n\n");
        QVERIFY(!dependenciesOf(project.path(), {"python3.13", "x86_64"}).value());
        project.file("requirements.txt", "-r missing.txt\n");
        QVERIFY(!dependenciesOf(project.path(), {"python3.13", "x86_64"}));
        project.file("requirements.txt", "-r requirements.txt\nsix==1\n");
        QVERIFY(dependenciesOf(project.path(), {"python3.13", "x86_64"}));
    }

    void warnsOfLockFilesThatAreNotRead()
    {
        TestProject project;
        project.function("python3.13", "index.handler").file("index.py", "1").file("poetry.lock", "x");
        QVERIFY(told(packed(project)).contains("poetry.lock"));
    }

    /// What an archive of npm and a lock file of its own come to; no network.
    void installsWithTheRealNpm()
    {
        qputenv("PATH", m_path);
        if (QStandardPaths::findExecutable("npm").isEmpty())
            QSKIP("There is no npm.");
        TestProject project;
        for (const QByteArray name : {"greeting", "linter"})
            project.file(name + "/package.json", "{\"name\": \"" + name + "\", \"version\": \"1.2.3\"}").file(name + "/index.js", "module.exports = '" + name + "';");
        project.function("nodejs20.x", "index.handler", "      CodeUri: src\n").file("src/index.js", "exports.handler = require('greeting');").file("src/package.json", R"({"name": "app", "version": "1.0.0", "dependencies": {"greeting": "file:greeting-1.2.3.tgz"}, "devDependencies": {"linter": "file:linter-1.2.3.tgz"}})").file("src/.lambdaignore", "*.tgz\n!/greeting-1.2.3.tgz\n!/linter-1.2.3.tgz\n");
        QVERIFY(run("npm", {"pack", "../greeting", "../linter"}, project.path("src")));
        QVERIFY(run("npm", {"install", "--offline", "--no-audit", "--no-fund"}, project.path("src")));
        QVERIFY(QFileInfo::exists(project.path("src/node_modules/linter/index.js")));
        const auto package = packed(project);
        QVERIFY2(package.findings.isEmpty(), qPrintable(told(package)));
        QVERIFY(names(package).contains("node_modules/greeting/index.js"));
        QVERIFY(!names(package).contains("node_modules/linter/index.js"));
        QVERIFY(!names(package).contains("node_modules/.package-lock.json"));
    }

    /// The same with a wheel; what pip writes of this machine is not in the package.
    void installsWithTheRealPip()
    {
        qputenv("PATH", m_path);
        if (QStandardPaths::findExecutable("pip3").isEmpty())
            QSKIP("There is no pip.");
        TestProject project;
        project.file("wheel/greeting/__init__.py", "text = 'hello'\n").file("wheel/greeting-1.2.3.dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.2.3\n").file("wheel/greeting-1.2.3.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n").file("wheel/greeting-1.2.3.dist-info/entry_points.txt", "[console_scripts]\ngreet = greeting:text\n").file("wheel/greeting-1.2.3.dist-info/RECORD", "greeting/__init__.py,,\ngreeting-1.2.3.dist-info/METADATA,,\ngreeting-1.2.3.dist-info/WHEEL,,\ngreeting-1.2.3.dist-info/entry_points.txt,,\ngreeting-1.2.3.dist-info/RECORD,,\n");
        project.file("src/wheels/greeting-1.2.3-py3-none-any.whl", packFolder(project.path("wheel"), {}).value());
        project.function("python3.13", "index.handler", "      CodeUri: src\n").file("src/index.py", "import greeting\n").file("src/requirements.txt", "./wheels/greeting-1.2.3-py3-none-any.whl\n").file("src/.lambdaignore", "wheels/\nrequirements.txt\n");
        const auto package = packed(project);
        QVERIFY2(package.findings.isEmpty(), qPrintable(told(package)));
        QStringList all = names(package);
        all.removeAll("greeting-1.2.3.dist-info/INSTALLER");
        QCOMPARE(all, QStringList({"greeting-1.2.3.dist-info/METADATA", "greeting-1.2.3.dist-info/WHEEL", "greeting-1.2.3.dist-info/entry_points.txt", "greeting/__init__.py", "index.py"}));
    }
};

QTEST_GUILESS_MAIN(tst_Dependencies)
#include "tst_dependencies.moc"
