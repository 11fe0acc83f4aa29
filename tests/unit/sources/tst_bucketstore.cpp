// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/bucketstore.h"
#include "tests/support/fakeclock.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <atomic>

using namespace eph;
using namespace eph::sources;
using namespace std::chrono_literals;

class tst_BucketStore : public QObject
{
    Q_OBJECT

    test::FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<sys::Database> m_database;
    std::unique_ptr<BucketStore> m_store;
    QStringList m_changes;

    void put(const QString &key, const QByteArray &content = "x")
    {
        const QString path = m_store->newTemporaryFile();
        write(path, content);
        const auto done = m_store->put("photos", {key, 0, {}, 0, {}, {}}, path);
        QVERIFY2(done, done ? "" : qPrintable(done.error().message));
    }
    static void write(const QString &path, const QByteArray &content)
    {
        QDir().mkpath(QFileInfo(path).absolutePath());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    QStringList keys(const ObjectList &list)
    {
        QStringList all;
        for (const ObjectInfo &object : list.objects)
            all << object.key;
        return all + list.prefixes;
    }

private Q_SLOTS:
    void init()
    {
        m_clock = test::FakeClock();
        m_changes.clear();
        m_store.reset();
        m_folder = std::make_unique<QTemporaryDir>();
        m_database = sys::Database::open({}, BucketStore::schema()).value();
        m_store = std::make_unique<BucketStore>(*m_database, m_clock, m_folder->filePath("buckets"));
        connect(m_store.get(), &BucketStore::changed, this, [this](const BucketChange &change) { m_changes << change.event + ' ' + change.object.key; });
        QVERIFY(m_store->create("photos"));
    }

    /// No key leaves the folder, and every key comes back as it was.
    void keysArePaths_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("path");
        QTest::newRow("plain") << "a/b c.jpg" << "a/b c.jpg";
        QTest::newRow("upwards") << "../../etc/passwd" << "%2e%2e/%2e%2e/etc/passwd";
        QTest::newRow("here") << "./a" << "%2e/a";
        QTest::newRow("absolute") << "/etc/passwd" << "%/etc/passwd";
        QTest::newRow("empty parts") << "a//b/" << "a/%/b/%";
        QTest::newRow("percent") << "100%/%2e" << "100%25/%252e";
        QTest::newRow("control") << QString("a\nb") + QChar(0) << "a%0ab%00";
        QTest::newRow("unicode") << QString::fromUtf8("ü/日本") << QString::fromUtf8("ü/日本");
        QTest::newRow("dots") << ".hidden/..." << ".hidden/...";
    }
    void keysArePaths()
    {
        QFETCH(QString, key);
        QTEST(pathOfKey(key), "path");
        QCOMPARE(keyOfPath(pathOfKey(key)), key);
        if (!key.contains(QChar(0)))
            put(key);
        QVERIFY(QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden) == QStringList{"buckets"});
    }

    void putsFindsAndRemoves()
    {
        put("a/b.txt", "hello");
        const ObjectInfo object = m_store->find("photos", "a/b.txt").value();
        QCOMPARE(object.size, 5);
        QCOMPARE(object.etag, "5d41402abc4b2a76b9719d911017c592");
        QVERIFY(QFile::exists(m_folder->filePath("buckets/photos/a/b.txt")));
        QCOMPARE(m_store->find("photos", "none").error().detail, "NoSuchKey");
        QCOMPARE(m_store->find("none", "a").error().detail, "NoSuchBucket");
        QCOMPARE(m_store->remove("photos").error().detail, "BucketNotEmpty");
        QVERIFY(m_store->removeObject("photos", "a/b.txt"));
        QVERIFY(m_store->removeObject("photos", "a/b.txt"));
        QVERIFY(!QFile::exists(m_folder->filePath("buckets/photos/a")));
        QVERIFY(m_store->remove("photos"));
        QCOMPARE(m_changes, QStringList({"ObjectCreated:Put a/b.txt", "ObjectRemoved:Delete a/b.txt"}));
    }

    void aFolderIsNoObject()
    {
        put("a/b");
        const QString path = m_store->newTemporaryFile();
        write(path, "x");
        QCOMPARE(m_store->put("photos", {"a", 0, {}, 0, {}, {}}, path).error().detail, "InvalidRequest");
        QCOMPARE(m_store->put("photos", {"a/b/c", 0, {}, 0, {}, {}}, path).error().detail, "InvalidRequest");
        QCOMPARE(m_store->put("photos", {QString(300, 'a'), 0, {}, 0, {}, {}}, path).error().detail, "KeyTooLongError");
        QCOMPARE(m_store->put("photos", {QString("a/").repeated(600), 0, {}, 0, {}, {}}, path).error().detail, "KeyTooLongError");
        QVERIFY(m_store->find("photos", "a/b"));
    }

    void listsAsTheServiceDoes()
    {
        for (const char *key : {"a.txt", "b/1", "b/2", "b/c/3", "d/4", "e"})
            put(key);
        const auto list = [this](const QString &prefix, const QString &delimiter, const QString &after, int most) { return m_store->list("photos", prefix, delimiter, after, most).value(); };
        QCOMPARE(keys(list("", "", "", 1000)), QStringList({"a.txt", "b/1", "b/2", "b/c/3", "d/4", "e"}));
        QCOMPARE(keys(list("", "/", "", 1000)), QStringList({"a.txt", "e", "b/", "d/"}));
        QCOMPARE(keys(list("b/", "/", "", 1000)), QStringList({"b/1", "b/2", "b/c/"}));
        QCOMPARE(keys(list("", "", "b/2", 2)), QStringList({"b/c/3", "d/4"}));
        QCOMPARE(list("", "", "d/4", 2).next, QString());
        // Page by page is the same as at once.
        for (const QString &delimiter : {QString(), QString("/")}) {
            QStringList paged;
            QString after;
            do {
                const ObjectList page = list("", delimiter, after, 1);
                paged << keys(page);
                after = page.next;
            } while (!after.isEmpty());
            QStringList whole = keys(list("", delimiter, "", 1000));
            whole.sort();
            QCOMPARE(paged, whole);
        }
        // Wildcards of SQL are characters.
        put("%_");
        QCOMPARE(keys(list("%", "", "", 10)), QStringList{"%_"});
    }

    void aFileThatIsPutThereIsAnObject()
    {
        put("known");
        m_store->lookAround();
        m_changes.clear();
        const QString path = m_folder->filePath("buckets/photos/in/new.png");
        write(path, "image");
        QTRY_VERIFY([&] {
            m_clock.advance(1s);
            m_store->lookAround();
            return !m_changes.isEmpty();
        }());
        QCOMPARE(m_changes, QStringList{"ObjectCreated:Put in/new.png"});
        const ObjectInfo object = m_store->find("photos", "in/new.png").value();
        QCOMPARE(object.contentType, "image/png");
        QCOMPARE(object.size, 5);
        QVERIFY(QFile::remove(path));
        QTRY_VERIFY([&] {
            m_clock.advance(1s);
            m_store->lookAround();
            return m_changes.size() == 2;
        }());
        QCOMPARE(m_changes.last(), "ObjectRemoved:Delete in/new.png");
    }

    /// A window and a command line on one project see the same file come and go; one of them tells of it.
    void twoWhoLookTellOfAChangeOnce()
    {
        const QString database = m_folder->filePath("sources.db");
        const QString folder = m_folder->filePath("shared");
        const auto open = [&] { return sys::Database::open(database, BucketStore::schema()).value(); };
        {
            const auto first = open();
            QVERIFY(BucketStore(*first, m_clock, folder).create("photos"));
        }
        constexpr int Files = 60;
        for (int round = 0; round < 4; ++round) {
            const bool come = round % 2 == 0;
            for (int i = 0; i < Files; ++i) {
                const QString path = folder + QStringLiteral("/photos/%1.png").arg(i);
                if (!come) {
                    QVERIFY(QFile::remove(path));
                    continue;
                }
                write(path, "image");
                QFile file(path);
                // Not on its way any more.
                QVERIFY(file.open(QIODevice::ReadWrite) && file.setFileTime(QDateTime::currentDateTime().addSecs(-60 - round), QFileDevice::FileModificationTime));
            }
            std::atomic<int> told = 0;
            std::atomic<int> ready = 0;
            const auto look = [&] {
                const auto own = open();
                const test::FakeClock clock;
                BucketStore store(*own, clock, folder);
                connect(&store, &BucketStore::changed, &store, [&] { ++told; });
                ++ready;
                while (ready < 2)
                    QThread::yieldCurrentThread();
                store.lookAround();
            };
            const std::unique_ptr<QThread> one(QThread::create(look));
            const std::unique_ptr<QThread> two(QThread::create(look));
            one->start();
            two->start();
            QVERIFY(one->wait() && two->wait());
            QCOMPARE(told, Files);
        }
    }

    /// Somebody who only looks takes nothing away from an upload that is under way.
    void anUploadOutlivesASecondStore()
    {
        const QString path = m_store->newTemporaryFile();
        write(path, "on its way");
        BucketStore other(*m_database, m_clock, m_folder->filePath("buckets"));
        other.lookAround();
        QVERIFY(QFile::exists(path));
        QVERIFY(m_store->put("photos", {"a", 0, {}, 0, {}, {}}, path));
    }

    void namesAreChecked_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("fine");
        QTest::newRow("fine") << "my.bucket-1" << true;
        QTest::newRow("capital") << "Photos" << false;
        QTest::newRow("short") << "ab" << false;
        QTest::newRow("address") << "192.168.0.1" << false;
        QTest::newRow("dots") << "a..b" << false;
        QTest::newRow("upwards") << "../x" << false;
        QTest::newRow("hidden") << ".incoming" << false;
    }
    void namesAreChecked()
    {
        QFETCH(QString, name);
        QTEST(m_store->create(name).has_value(), "fine");
    }
};

QTEST_GUILESS_MAIN(tst_BucketStore)
#include "tst_bucketstore.moc"
