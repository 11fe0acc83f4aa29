// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/filechanges.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace eph;
using namespace eph::sys;

class tst_FileChanges : public QObject
{
    Q_OBJECT

    QTemporaryDir m_data; ///< With the trash in it.

    static void write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
    }

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_DATA_HOME", m_data.path().toLocal8Bit()); }

    void makesAFileWithItsFolders()
    {
        const QTemporaryDir folder;
        const auto made = makeFile(folder.path(), "src/lib/a.js");
        QCOMPARE(made.value(), folder.filePath("src/lib/a.js"));
        QCOMPARE(read(*made), "");
        QCOMPARE(makeFolder(folder.path(), "src/more").value(), folder.filePath("src/more"));
        QVERIFY(QDir(folder.filePath("src/more")).exists());
    }

    void neverReplacesWhatIsThere()
    {
        const QTemporaryDir folder;
        write(folder.filePath("a"), "1");
        write(folder.filePath("b"), "2");
        QVERIFY(QFile::link(folder.filePath("nowhere"), folder.filePath("dangling")));
        QCOMPARE(makeFile(folder.path(), "a").error().code, ErrorCode::Conflict);
        QCOMPARE(makeFolder(folder.path(), "a").error().code, ErrorCode::Conflict);
        QCOMPARE(renameFile(folder.filePath("a"), "b").error().code, ErrorCode::Conflict);
        QCOMPARE(renameFile(folder.filePath("a"), "dangling").error().code, ErrorCode::Conflict);
        QCOMPARE(makeFile(folder.path(), "a/below").error().code, ErrorCode::Io);
        QCOMPARE(read(folder.filePath("a")), "1");
        QCOMPARE(read(folder.filePath("b")), "2");
    }

    void aNameStaysInItsFolder_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"", "  ", ".", "..", "../a", "a/../../b", "/tmp/a", "./.."})
            QTest::newRow(name) << QString(name);
    }
    void aNameStaysInItsFolder()
    {
        QFETCH(QString, name);
        const QTemporaryDir folder;
        QCOMPARE(makeFile(folder.path(), name).error().code, ErrorCode::Invalid);
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void anotherNameKeepsWhatIsInIt()
    {
        const QTemporaryDir folder;
        QVERIFY(makeFile(folder.path(), "src/a.js"));
        write(folder.filePath("src/a.js"), "text");
        QCOMPARE(renameFile(folder.filePath("src"), "lib").value(), folder.filePath("lib"));
        QCOMPARE(read(folder.filePath("lib/a.js")), "text");
        QCOMPARE(renameFile(folder.filePath("lib/a.js"), "deep/b.js").value(), folder.filePath("lib/deep/b.js"));
        QCOMPARE(read(folder.filePath("lib/deep/b.js")), "text");
    }

    void whatIsInTheTrashComesBack()
    {
        const QTemporaryDir folder;
        QVERIFY(makeFile(folder.path(), "src/a.js"));
        write(folder.filePath("src/a.js"), "text");
        for (const QString &path : {folder.filePath("src/a.js"), folder.filePath("src")}) {
            const auto trashed = moveToTrash(path);
            QVERIFY2(trashed, trashed ? "" : qPrintable(trashed.error().message));
            QVERIFY(!QFileInfo::exists(path) && QFileInfo::exists(trashed->inTrash));
            QVERIFY(putBack(*trashed));
            QCOMPARE(read(folder.filePath("src/a.js")), "text");
            QVERIFY(QDir(m_data.filePath("Trash/info")).isEmpty());
        }
        QCOMPARE(moveToTrash(folder.filePath("gone")).error().code, ErrorCode::NotFound);
    }

    void whatTookItsPlaceStays()
    {
        const QTemporaryDir folder;
        write(folder.filePath("a"), "old");
        const auto trashed = moveToTrash(folder.filePath("a")).value();
        write(folder.filePath("a"), "new");
        QCOMPARE(putBack(trashed).error().code, ErrorCode::Conflict);
        QCOMPARE(read(folder.filePath("a")), "new");
        QCOMPARE(read(trashed.inTrash), "old");
    }

    void aLinkGoesAloneForGood()
    {
        const QTemporaryDir folder;
        QVERIFY(makeFile(folder.path(), "real/a"));
        QVERIFY(QFile::link(folder.filePath("real"), folder.filePath("link")));
        QVERIFY(removeForGood(folder.filePath("link")));
        QVERIFY(QFile::exists(folder.filePath("real/a")) && !QFileInfo(folder.filePath("link")).isSymLink());
        QVERIFY(removeForGood(folder.filePath("real")));
        QVERIFY(!QFileInfo::exists(folder.filePath("real")));
    }
};

QTEST_GUILESS_MAIN(tst_FileChanges)
#include "tst_filechanges.moc"
