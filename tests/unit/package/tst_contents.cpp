// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/contents.h"
#include "core/package/pack.h"
#include "core/services/packageservice.h"
#include "tests/support/testproject.h"

#include <QJsonArray>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>
#include <sys/stat.h>

using namespace eph;
using namespace eph::package;
using eph::test::TestProject;

/// What is in packages, and how two differ.
class tst_Contents : public QObject
{
    Q_OBJECT

    static QByteArray packed(const TestProject &project) { return packFolder(project.path(), {}).value(); }
    static QByteArray zipped(const TestProject &project, const QByteArray &python)
    {
        QProcess process;
        process.setWorkingDirectory(project.path());
        process.start("python3", {"-c", "import io,os,sys,zipfile\nb=io.BytesIO()\nz=zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED)\nnames=sorted(os.path.relpath(os.path.join(d,f)) for d,_,fs in os.walk('.') for f in fs)\n"
                                      + python + "\nz.close()\nsys.stdout.buffer.write(b.getvalue())\n"});
        process.waitForFinished();
        return process.readAllStandardOutput();
    }
    static QStringList changes(const PackageDiff &diff)
    {
        QStringList all;
        for (const PackageDiff::Entry &entry : diff.entries)
            all << changeName(entry.change) + ' ' + entry.name;
        return all;
    }

private Q_SLOTS:
    void partsAreDependencies_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("part");
        QTest::newRow("top") << "index.js" << "";
        QTest::newRow("folder") << "lib/a/b.js" << "lib";
        QTest::newRow("module") << "node_modules/lodash/fp/x.js" << "node_modules/lodash";
        QTest::newRow("scoped") << "node_modules/@aws-sdk/client-s3/dist/x.js" << "node_modules/@aws-sdk/client-s3";
        QTest::newRow("nested") << "node_modules/a/node_modules/b/x.js" << "node_modules/b";
        QTest::newRow("python") << "requests/api.py" << "requests";
    }
    void partsAreDependencies()
    {
        QFETCH(QString, name);
        QTEST(partOf(name), "part");
    }

    void readsAndAddsUp()
    {
        TestProject project;
        project.file("index.js", "x").file("node_modules/a/1.js", QByteArray(1000, 'a')).file("node_modules/a/2.js", QByteArray(1000, 'a')).file("node_modules/b/x.js", QByteArray(50'000, 'b'));
        const auto entries = contentsOf(packed(project));
        QVERIFY(entries);
        QCOMPARE(entries->size(), 4);
        QCOMPARE(entries->first().name, "index.js");
        QCOMPARE(entries->first().mode & 0777, quint32(0644));
        const QList<PackagePart> parts = partsOf(*entries);
        QCOMPARE(parts.size(), 3);
        QCOMPARE(parts.first().name, "node_modules/b");
        QCOMPARE(parts.at(1).files, 2);
        QCOMPARE(parts.at(1).bytes, 2000);
    }

    void refusesWhatIsNoZip()
    {
        TestProject project;
        project.file("index.js", QByteArray(5000, 'x'));
        const QByteArray zip = packed(project);
        QVERIFY(!contentsOf({}));
        QVERIFY(!contentsOf("nonsense"));
        for (const qsizetype cut : {qsizetype(1), qsizetype(20), zip.size() / 2})
            QVERIFY2(!contentsOf(zip.chopped(cut)), QByteArray::number(cut));
        QVERIFY(diffPackages(zip, "x").error().message.startsWith("The second"));
    }

    void tellsWhatChanged()
    {
        TestProject before;
        TestProject after;
        before.file("same.js", "s").file("gone.js", "g").file("node_modules/a/x.js", "1").file("tool", "t");
        after.file("same.js", "s").file("new.js", "n").file("node_modules/a/x.js", "22").file("tool", "t");
        QFile(after.path("tool")).setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        const auto diff = diffPackages(packed(before), packed(after));
        QVERIFY(diff);
        QCOMPARE(changes(*diff), QStringList({"removed gone.js", "added new.js", "content node_modules/a/x.js", "mode tool"}));
        QCOMPARE(diff->parts.size(), 2);
        QVERIFY(diff->packing.isEmpty());
        const auto same = diffPackages(packed(before), packed(before));
        QVERIFY(same->sameBytes && same->entries.isEmpty() && same->packing.isEmpty());
    }

    // Why the hash is another although the code is the same.
    void tellsWhyTheHashChanged()
    {
        TestProject project;
        project.file("a.js", QByteArray(3000, 'a')).file("b.js", "b");
        const QByteArray one = zipped(project, "for n in names: z.writestr(zipfile.ZipInfo(n,(2020,1,1,0,0,0)),open(n,'rb').read(),zipfile.ZIP_DEFLATED)");
        const auto why = [&](const QByteArray &other) {
            const auto diff = diffPackages(one, other);
            return diff ? diff->packing : diff.error().message;
        };
        QCOMPARE(why(zipped(project, "for n in names: z.writestr(zipfile.ZipInfo(n,(2021,1,1,0,0,0)),open(n,'rb').read(),zipfile.ZIP_DEFLATED)")), "the times of the files");
        QCOMPARE(why(zipped(project, "for n in reversed(names): z.writestr(zipfile.ZipInfo(n,(2020,1,1,0,0,0)),open(n,'rb').read(),zipfile.ZIP_DEFLATED)")), "the order of the files");
        QCOMPARE(why(zipped(project, "for n in names: z.writestr(zipfile.ZipInfo(n,(2020,1,1,0,0,0)),open(n,'rb').read(),zipfile.ZIP_STORED)")), "the way in which they were compressed");
        QCOMPARE(why(zipped(project, "z.comment=b'x'\nfor n in names: z.writestr(zipfile.ZipInfo(n,(2020,1,1,0,0,0)),open(n,'rb').read(),zipfile.ZIP_DEFLATED)")), "details of the zip format");
    }

    void isReadByOtherTools()
    {
        TestProject project;
        project.file("index.js", "x").file(QString::fromUtf8("lib/\xc3\xa9\xf0\x9f\x8d\xb5.js"), QByteArray(100'000, 'y')).file("empty", "").file("bootstrap", "#!/bin/sh\n");
        QFile(project.path("bootstrap")).setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        QFile::link("bootstrap", project.path("start"));
        QTemporaryDir folder;
        QFile file(folder.filePath("p.zip"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(packed(project));
        file.close();
        int asked = 0;
        for (const auto &[tool, arguments] : {std::pair(QString("unzip"), QStringList{"-t", file.fileName()}), std::pair(QString("python3"), QStringList{"-m", "zipfile", "-t", file.fileName()}), std::pair(QString("bsdtar"), QStringList{"-tf", file.fileName()})}) {
            if (QStandardPaths::findExecutable(tool).isEmpty())
                continue;
            ++asked;
            QProcess process;
            process.start(tool, arguments);
            QVERIFY(process.waitForFinished());
            QVERIFY2(process.exitCode() == 0, qPrintable(tool + process.readAll()));
        }
        QVERIFY(asked > 0);
    }

    void serviceTellsHashesAndLimits()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      CodeUri: src\n").file("src/index.js", "exports.handler = 1;").file("src/.env", "SECRET=1");
        const auto packed = services::packFunction(project.load().functions.first());
        QVERIFY(packed);
        QCOMPARE(packed->files, 1);
        QCOMPARE(QByteArray::fromHex(packed->sha256), QByteArray::fromBase64(packed->codeSha256));
        QVERIFY(!packed->zip.contains("SECRET"));
        const QJsonObject json = services::toJson(*packed);
        QCOMPARE(json.value("leftOut").toArray().first().toObject().value("name").toString(), ".env");
        QVERIFY(packed->findings.isEmpty());
        project::Function none;
        QVERIFY(!services::packFunction(none));
    }
};

QTEST_GUILESS_MAIN(tst_Contents)
#include "tst_contents.moc"
