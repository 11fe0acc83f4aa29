// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/database.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace eph;
using sys::Database;

class tst_Database : public QObject
{
    Q_OBJECT

    static constexpr auto Schema = "CREATE TABLE IF NOT EXISTS t(a INTEGER)";
    static qint64 count(Database &database)
    {
        sys::Statement row = database.query("SELECT count(*) FROM t");
        return row.step() ? row.integer(0) : -1;
    }

private Q_SLOTS:
    void aTransactionIsAllOrNothing()
    {
        const auto database = Database::open({}, Schema).value();
        {
            Database::Transaction transaction(*database);
            database->run("INSERT INTO t VALUES(?1)", 1);
        }
        QCOMPARE(count(*database), 0);
        Database::Transaction transaction(*database);
        database->run("INSERT INTO t VALUES(?1)", 1);
        database->run("INSERT INTO nowhere VALUES(?1)", 1);
        database->run("INSERT INTO t VALUES(?1)", 2);
        const auto done = transaction.commit();
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::Io);
        QVERIFY(done.error().message.contains("nowhere"));
    }

    /// What is refused is not done behind one's back.
    void aLockedFileGetsNothing()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.sqlite");
        const auto one = Database::open(path, Schema).value();
        const auto other = Database::open(path, Schema).value();
        {
            Database::Transaction holds(*one);
            one->run("INSERT INTO t VALUES(?1)", 1);
            Database::Transaction waits(*other);
            other->run("INSERT INTO t VALUES(?1)", 2);
            QVERIFY(!waits.commit());
            QVERIFY(holds.commit());
        }
        QCOMPARE(count(*other), 1);
        // And afterwards all is well again.
        Database::Transaction again(*other);
        other->run("INSERT INTO t VALUES(?1)", 3);
        QVERIFY(again.commit());
        QCOMPARE(count(*one), 2);
    }

    void aStatementThatCannotBePreparedIsAFailure()
    {
        const auto database = Database::open({}, Schema).value();
        sys::Statement row = database->query("SELECT b FROM t");
        row.bind(1);
        QVERIFY(!row.step());
        QCOMPARE(row.integer(0), 0);
    }

    void whatIsOnlyReadMakesNoFile()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("below/a.sqlite");
        const auto reader = Database::open(path, Schema).value();
        const auto writer = Database::open(path, Schema).value();
        QCOMPARE(count(*reader), -1);
        QCOMPARE(reader->foreignVersion(), 0);
        QCOMPARE(reader->changes(), 0);
        QVERIFY(!QFile::exists(path));
        {
            Database::Transaction transaction(*writer);
            writer->run("INSERT INTO t VALUES(?1)", 1);
            QVERIFY(transaction.commit());
        }
        QCOMPARE(writer->lastInsertId(), 1);
        // Who has looked before it was there sees it, and that somebody has written.
        QVERIFY(reader->foreignVersion() != 0);
        QCOMPARE(count(*reader), 1);
    }

    /// Such as a folder by that name.
    void aFileThatCannotBeMadeFailsTheTransaction()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("below/a.sqlite");
        const auto database = Database::open(path, Schema).value();
        QVERIFY(QDir(folder.path()).mkdir("below/a.sqlite-journal") && QDir(folder.path()).mkdir("below/a.sqlite"));
        for (int i = 0; i < 2; ++i) {
            Database::Transaction transaction(*database);
            database->run("INSERT INTO t VALUES(?1)", 1);
            const auto done = transaction.commit();
            QVERIFY(!done && done.error().message.contains(path));
        }
        QCOMPARE(database->lastInsertId(), 0);
        // Once nothing is in the way, it is as if nothing had been.
        QVERIFY(QDir(folder.path()).rmdir("below/a.sqlite") && QDir(folder.path()).rmdir("below/a.sqlite-journal"));
        Database::Transaction transaction(*database);
        database->run("INSERT INTO t VALUES(?1)", 1);
        QVERIFY(transaction.commit());
        QCOMPARE(count(*database), 1);
    }

    void aFolderThatTakesNoFileIsToldAtOnce()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(!Database::open(folder.filePath("file/a.sqlite"), Schema));
    }

    void aDamagedFileIsTold()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.sqlite");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(8192, 'x')) == 8192);
        file.close();
        const auto opened = Database::open(path, Schema);
        QVERIFY(!opened);
        QVERIFY(opened.error().message.contains(path) && !opened.error().hint.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Database)
#include "tst_database.moc"
