// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/interpreters.h"
#include "tests/support/testproject.h"

#include <QStandardPaths>
#include <QTest>

using namespace eph;
using namespace Qt::StringLiterals;

class tst_Interpreters : public QObject
{
    Q_OBJECT

    QTemporaryDir m_cache;

    static void script(const test::TestProject &folder, const QString &name, const QByteArray &text)
    {
        const_cast<test::TestProject &>(folder).file(name, text);
        QFile::setPermissions(folder.path(name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_cache.path().toLocal8Bit()); }

    void findsTheRealOneBehindAShim()
    {
        test::TestProject bin;
        script(bin, u"python3"_s, "#!/bin/sh\nexec /usr/bin/python3 \"$@\"\n");
        const auto found = sys::Interpreters(bin.path()).find(sys::Language::Python, u"3.99"_s);
        QVERIFY(found);
        QVERIFY(found->path != bin.path(u"python3"_s));
        QVERIFY(found->version.startsWith(u"3."_s));
    }

    void takesTheVersionThatWasAskedFor()
    {
        test::TestProject bin;
        script(bin, u"node"_s, "#!/bin/sh\necho " + bin.path(u"node"_s).toUtf8() + "\necho 18.1.0\n");
        script(bin, u"node20"_s, "#!/bin/sh\necho " + bin.path(u"node20"_s).toUtf8() + "\necho 20.2.0\n");
        const sys::Interpreters interpreters(bin.path());
        QCOMPARE(interpreters.find(sys::Language::NodeJs, u"20"_s)->version, "20.2.0");
        QCOMPARE(interpreters.find(sys::Language::NodeJs, u"18"_s)->version, "18.1.0");
        QCOMPARE(interpreters.find(sys::Language::NodeJs, u"22"_s)->version, "18.1.0");
    }

    void whatComesFirstInThePathGoesBeforeAVersionInAName()
    {
        test::TestProject own;
        test::TestProject system;
        const auto python = [](test::TestProject &folder, const QString &name, const QByteArray &version) { script(folder, name, "#!/bin/sh\necho " + folder.path(name).toUtf8() + "\necho " + version + "\n"); };
        python(own, u"python3"_s, "3.11.7");
        python(system, u"python3"_s, "3.11.2");
        python(system, u"python3.11"_s, "3.11.2");
        python(system, u"python3.12"_s, "3.12.1");
        const sys::Interpreters interpreters(own.path() + u':' + system.path());
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.11"_s)->path, own.path(u"python3"_s));
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.12"_s)->path, system.path(u"python3.12"_s));
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.13"_s)->path, own.path(u"python3"_s));
    }

    void asksOnlyOnce()
    {
        test::TestProject bin;
        script(bin, u"node"_s, "#!/bin/sh\necho asked >> " + bin.path(u"count"_s).toUtf8() + "\necho " + bin.path(u"node"_s).toUtf8() + "\necho 20.0.0\n");
        for (int i = 0; i < 3; ++i)
            QVERIFY(sys::Interpreters(bin.path()).find(sys::Language::NodeJs, u"20"_s));
        QCOMPARE(bin.read(u"count"_s), "asked\n");
    }

    void takesWhatAVersionManagerHasInstalledWithoutAskingItsShims_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::newRow("pyenv") << u"versions/"_s;
        QTest::newRow("asdf") << u"installs/python/"_s;
    }
    void takesWhatAVersionManagerHasInstalledWithoutAskingItsShims()
    {
        QFETCH(QString, folder);
        test::TestProject manager;
        const auto python = [&](const QString &name, const QByteArray &version) {
            script(manager, name, "#!/bin/sh\necho " + manager.path(name).toUtf8() + "\necho " + version + "\n");
        };
        const QByteArray refuses = "#!/bin/sh\necho asked >> " + manager.path(u"count"_s).toUtf8() + "\nexit 127\n";
        script(manager, u"shims/python3.12"_s, refuses);
        script(manager, u"shims/python3.13"_s, refuses);
        python(u"shims/python3"_s, "3.11.7");
        python(folder + u"3.12.4/bin/python3"_s, "3.12.4");
        python(folder + u"3.1.2/bin/python3"_s, "3.1.2");
        python(folder + u"3.11.10/bin/python3"_s, "3.11.10");
        python(folder + u"3.10.9/bin/python3"_s, "3.10.9");
        python(folder + u"3.10.13/bin/python3"_s, "3.10.13");
        const sys::Interpreters interpreters(manager.path(u"shims"_s));
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.12"_s)->path, manager.path(folder + u"3.12.4/bin/python3"_s));
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.13"_s)->version, "3.11.7");
        // What is chosen goes before what is only installed, and of that the newest.
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.11"_s)->version, "3.11.7");
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.10"_s)->version, "3.10.13");
        QVERIFY(!QFile::exists(manager.path(u"count"_s)));
    }

    /// What `pyenv global` chooses changes a file beside the shims, not the shims.
    void asksAShimAgainWhenAnotherVersionWasChosen()
    {
        test::TestProject manager;
        const QString version = manager.path(u"version"_s);
        script(manager, u"shims/python3"_s, "#!/bin/sh\necho " + manager.path(u"shims/python3"_s).toUtf8() + "\ncat " + version.toUtf8() + "\n");
        manager.file(u"version"_s, "3.11.7\n");
        const sys::Interpreters interpreters(manager.path(u"shims"_s));
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.99"_s)->version, "3.11.7");
        QTest::qWait(5);
        manager.file(u"version"_s, "3.12.1\n");
        QCOMPARE(interpreters.find(sys::Language::Python, u"3.99"_s)->version, "3.12.1");
    }

    void saysWhatToInstall()
    {
        const auto found = sys::Interpreters(u"/nonexistent"_s).find(sys::Language::NodeJs, u"20"_s);
        QVERIFY(!found);
        QCOMPARE(found.error().code, ErrorCode::NotFound);
        QVERIFY(found.error().hint.contains(u"nodejs"_s));
    }

    void passesOverABrokenOne()
    {
        test::TestProject bin;
        script(bin, u"python3.12"_s, "#!/bin/sh\nexit 1\n");
        script(bin, u"python3"_s, "#!/bin/sh\necho " + bin.path(u"python3"_s).toUtf8() + "\necho 3.11.2\n");
        QCOMPARE(sys::Interpreters(bin.path()).find(sys::Language::Python, u"3.12"_s)->version, "3.11.2");
    }
};

QTEST_GUILESS_MAIN(tst_Interpreters)
#include "tst_interpreters.moc"
