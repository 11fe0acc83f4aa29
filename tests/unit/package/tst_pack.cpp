// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/pack.h"
#include "core/package/unpack.h"

#include <QDateTime>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <sys/stat.h>

using namespace eph;

class tst_Pack : public QObject
{
    Q_OBJECT

    static void write(const QString &path, const QByteArray &bytes)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    static const QMap<QString, QByteArray> &files()
    {
        static const QMap<QString, QByteArray> all{{"index.js", "exports.handler = 1;"}, {"lib/b.js", QByteArray(100'000, 'b')}, {"lib/a.js", ""}, {QString::fromUtf8("lib/\xc3\xa9.js"), "e"}, {"Z.txt", "z"}};
        return all;
    }

private Q_SLOTS:
    /// Two folders, other times, another order, another umask: the same bytes.
    void givesTheSameBytes()
    {
        const QTemporaryDir one;
        const QTemporaryDir two;
        const mode_t before = ::umask(0);
        for (auto it = files().begin(); it != files().end(); ++it)
            write(one.filePath(it.key()), it.value());
        ::umask(077);
        for (auto it = files().end(); it != files().begin();) {
            --it;
            write(two.filePath(it.key()), it.value());
            QFile file(two.filePath(it.key()));
            QVERIFY(file.open(QIODevice::ReadWrite));
            file.setFileTime(QDateTime::currentDateTime().addDays(-400), QFileDevice::FileModificationTime);
        }
        ::umask(before);
        write(two.filePath("__pycache__/x.pyc"), "ignored");
        const auto first = package::packFolder(one.path(), {});
        const auto second = package::packFolder(two.path(), {});
        QVERIFY(first && second);
        QCOMPARE(*first, *second);
        QFile(two.filePath("index.js")).setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        QVERIFY(*package::packFolder(two.path(), {}) != *first);
    }

    void isReadByOthers()
    {
        const QTemporaryDir folder;
        for (auto it = files().begin(); it != files().end(); ++it)
            write(folder.filePath("code/" + it.key()), it.value());
        QFile(folder.filePath("code/index.js")).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        write(folder.filePath("p.zip"), package::packFolder(folder.filePath("code"), {}).value());
        QProcess python;
        python.start("python3", {"-c", "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nfor i in z.infolist(): print(i.filename, oct(i.external_attr>>16), i.date_time[0])", folder.filePath("p.zip")});
        python.waitForFinished();
        QCOMPARE(QString::fromUtf8(python.readAllStandardOutput()), QString::fromUtf8("Z.txt 0o100644 1980\nindex.js 0o100755 1980\nlib/a.js 0o100644 1980\nlib/b.js 0o100644 1980\nlib/\xc3\xa9.js 0o100644 1980\n"));
    }

    void comesBackWhole()
    {
        const QTemporaryDir folder;
        for (auto it = files().begin(); it != files().end(); ++it)
            write(folder.filePath("code/" + it.key()), it.value());
        const QByteArray zip = package::packFolder(folder.filePath("code"), {}).value();
        QDir(folder.path()).mkpath("out");
        QVERIFY(package::unpackZip(zip, folder.filePath("out")));
        QCOMPARE(package::packFolder(folder.filePath("out"), {}).value(), zip);
    }

    void namesWhatCannotBeRead()
    {
        const auto packed = package::packFiles({{"a", "/nowhere/a", {}}});
        QVERIFY(!packed);
        QVERIFY(packed.error().message.contains("/nowhere/a"));
    }
};

QTEST_GUILESS_MAIN(tst_Pack)
#include "tst_pack.moc"
