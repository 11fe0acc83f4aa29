// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/pack.h"
#include "core/package/unpack.h"

#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace eph;

/// Packages as Python's zipfile makes them, good and hostile.
class tst_Unpack : public QObject
{
    Q_OBJECT

    /// What a script leaves in `z`, a ZipFile.
    static QByteArray made(const QByteArray &script)
    {
        QProcess python;
        python.start("python3", {"-c", "import io,sys,zipfile,stat,warnings\nwarnings.simplefilter('ignore')\nb=io.BytesIO()\nz=zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED)\n"
                                       "def link(n,t):\n i=zipfile.ZipInfo(n)\n i.create_system=3\n i.external_attr=(stat.S_IFLNK|0o777)<<16\n z.writestr(i,t)\n"
                                       "def mode(n,m,t):\n i=zipfile.ZipInfo(n)\n i.create_system=3\n i.external_attr=(stat.S_IFREG|m)<<16\n z.writestr(i,t)\n"
                                           + script + "\nz.close()\nsys.stdout.buffer.write(b.getvalue())\n"});
        python.waitForFinished();
        return python.readAllStandardOutput();
    }
    static QByteArray contentOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(absent)");
    }

private Q_SLOTS:
    void unpacksFilesFoldersModesAndLinks()
    {
        const QTemporaryDir folder;
        const auto done = package::unpackZip(made("z.writestr('index.js','code')\nz.writestr('lib/\xc3\xa4/a.js','a')\nz.writestr('empty/','')\nmode('bootstrap',0o755,'#!')\nmode('odd',0o4000,'x')\nlink('lib/latest','../index.js')\nz.writestr('./dot/./b','b')"), folder.path());
        QVERIFY2(done, done ? "" : qPrintable(done.error().message));
        QCOMPARE(done->files, 6);
        QCOMPARE(done->bytes, qint64(4 + 1 + 2 + 1 + 1));
        QCOMPARE(contentOf(folder.filePath("index.js")), QByteArray("code"));
        QCOMPARE(contentOf(folder.filePath(QString::fromUtf8("lib/\xc3\xa4/a.js"))), QByteArray("a"));
        QVERIFY(QFileInfo(folder.filePath("empty")).isDir());
        QVERIFY(QFileInfo(folder.filePath("bootstrap")).isExecutable());
        QVERIFY(!QFileInfo(folder.filePath("index.js")).isExecutable());
        QCOMPARE(contentOf(folder.filePath("lib/latest")), QByteArray("code"));
        QCOMPARE(contentOf(folder.filePath("dot/b")), QByteArray("b"));
    }

    void refusesWhatIsHostile_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("named");
        QTest::newRow("parent") << QByteArray("z.writestr('../evil','x')") << "../evil";
        QTest::newRow("parent within") << QByteArray("z.writestr('a/../../evil','x')") << "a/../../evil";
        QTest::newRow("absolute") << QByteArray("z.writestr('/etc/evil','x')") << "/etc/evil";
        QTest::newRow("backslash") << QByteArray("z.writestr('a\\\\..\\\\evil','x')") << "evil";
        QTest::newRow("twice") << QByteArray("z.writestr('a','x')\nz.writestr('a','y')") << "exists";
        QTest::newRow("twice by another spelling") << QByteArray("z.writestr('a','x')\nz.writestr('./a','y')") << "twice";
        QTest::newRow("link out") << QByteArray("link('l','../../etc/passwd')") << "l";
        QTest::newRow("link absolute") << QByteArray("link('l','/etc/passwd')") << "l";
        QTest::newRow("link out and back") << QByteArray("link('d/l','../../x/y')") << "d/l";
        QTest::newRow("link through a link") << QByteArray("link('d/e/l','../..')\nlink('m','d/e/l/../x')") << "m";
        QTest::newRow("through a link") << QByteArray("link('l','.')\nz.writestr('l/x','x')") << "l";
        QTest::newRow("file below a file") << QByteArray("z.writestr('a','x')\nz.writestr('a/b','y')") << "a";
    }
    void refusesWhatIsHostile()
    {
        QFETCH(QByteArray, script);
        QFETCH(QString, named);
        const QTemporaryDir around;
        QDir(around.path()).mkpath("a/b");
        const auto done = package::unpackZip(made(script), around.filePath("a/b"));
        QVERIFY(!done);
        QVERIFY2(done.error().message.contains(named), qPrintable(done.error().message));
        QCOMPARE(QDir(around.filePath("a")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{"b"});
        QCOMPARE(QDir(around.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{"a"});
    }

    void refusesBombs()
    {
        const QTemporaryDir folder;
        const auto done = package::unpackZip(made("for i in range(30): z.writestr('f%d'%i, b'\\0'*10_000_000)"), folder.path());
        QVERIFY(!done);
        QCOMPARE(done.error().detail, "TooLarge");
        const QTemporaryDir other;
        const auto many = package::unpackZip(made("for i in range(11): z.writestr('f%d'%i, b'')"), other.path(), {100, 10});
        QCOMPARE(many.error().detail, "TooLarge");
        QVERIFY(QDir(other.path()).isEmpty());
    }

    void refusesEveryTruncation()
    {
        const QByteArray zip = made("z.writestr('index.js','exports.handler = 1'*40)\nz.writestr('b','bbb')");
        for (qsizetype size = 0; size < zip.size(); size += 7) {
            const QTemporaryDir folder;
            QVERIFY2(!package::unpackZip(zip.first(size), folder.path()), qPrintable(QString::number(size)));
        }
    }

    void neverFallsOverDamage()
    {
        const QByteArray zip = made("z.writestr('index.js','exports.handler = 1'*40)\nz.writestr('lib/b','bbb')\nlink('l','index.js')");
        for (qsizetype at = 0; at < zip.size(); ++at) {
            QByteArray damaged = zip;
            damaged[at] = char(damaged.at(at) ^ 0x55);
            const QTemporaryDir around;
            QDir(around.path()).mkpath("in");
            (void)package::unpackZip(damaged, around.filePath("in"));
            QCOMPARE(QDir(around.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{"in"});
        }
    }

    void takesAnEmptyPackage()
    {
        const QTemporaryDir folder;
        const auto done = package::unpackZip(package::packFiles({}).value().zip, folder.path());
        QVERIFY2(done, done ? "" : qPrintable(done.error().message));
        QCOMPARE(done->files, 0);
    }
};

QTEST_GUILESS_MAIN(tst_Unpack)
#include "tst_unpack.moc"
