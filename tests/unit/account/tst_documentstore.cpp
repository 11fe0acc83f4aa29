// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/account/codestore.h"
#include "core/account/documentstore.h"
#include "core/package/pack.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace eph;
using account::DocumentStore;

class tst_DocumentStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatWasChanged()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath("account.sqlite");
        {
            const auto store = DocumentStore::open(path).value();
            QVERIFY(store->put({"alias", "shop", "live"}, {{"FunctionVersion", "1"}}));
            QVERIFY(store->put({"alias", "shop", "beta"}, {{"FunctionVersion", "2"}}));
            QVERIFY(store->put({"alias", "shop2", "live"}, {{"FunctionVersion", "3"}}));
            QVERIFY(store->put({"alias", "shop", "live"}, {{"FunctionVersion", "4"}}));
            QVERIFY(store->remove({"alias", "shop", "beta"}));
        }
        const auto store = DocumentStore::open(path).value();
        QCOMPARE(store->all("alias", "shop").keys(), QStringList{"live"});
        QCOMPARE(store->find({"alias", "shop", "live"})->value("FunctionVersion").toString(), "4");
        QVERIFY(!store->find({"alias", "shop", "beta"}));
        QCOMPARE(store->all("alias").size(), 2);
        QVERIFY(store->all("role").isEmpty());
    }

    void seesWhatAnotherProcessWrote()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath("account.sqlite");
        const auto one = DocumentStore::open(path).value();
        const auto two = DocumentStore::open(path).value();
        const quint64 before = two->generation();
        two->lookAround();
        QCOMPARE(two->generation(), before);
        QVERIFY(one->put({"role", "", "r"}, {{"a", 1}}));
        two->lookAround();
        QVERIFY(two->generation() != before);
        QVERIFY(two->find({"role", "", "r"}));
    }

    void keepsEachPackageOnce()
    {
        const QTemporaryDir folder;
        QFile source(folder.filePath("index.js"));
        QVERIFY(source.open(QIODevice::WriteOnly));
        source.write("code");
        source.close();
        const QByteArray zip = package::packFiles({{"index.js", source.fileName(), {}}}).value().zip;
        const account::CodeStore store(folder.filePath("code"));
        const auto taken = store.take(zip);
        QVERIFY(taken);
        QCOMPARE(taken->sha256, QCryptographicHash::hash(zip, QCryptographicHash::Sha256).toHex());
        QVERIFY(QFileInfo::exists(store.folderOf(taken->sha256) + "/index.js"));
        QCOMPARE(QFileInfo(store.zipOf(taken->sha256)).size(), zip.size());
        QVERIFY(store.take(zip));
        QVERIFY(!store.take("no zip"));
        // Nothing of what was refused stays.
        QCOMPARE(QDir(folder.filePath("code")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).size(), 2);
        store.keepOnly({});
        QVERIFY2(QFileInfo::exists(store.folderOf(taken->sha256)), "what has just come is about to be named");
    }
};

QTEST_GUILESS_MAIN(tst_DocumentStore)
#include "tst_documentstore.moc"
