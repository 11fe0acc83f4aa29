// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sys/codewatch.h"
#include "tests/support/testproject.h"

#include <QTest>

using eph::sys::CodeWatch;
using eph::test::TestProject;
using namespace Qt::StringLiterals;

class tst_CodeWatch : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void seesAChangeAsSoonAsTheWriteReturned()
    {
        TestProject project;
        project.file(u"a/b/index.js"_s, "1");
        CodeWatch watch({project.path()});
        for (int i = 0; i < 500; ++i) {
            const quint64 before = watch.generation();
            QCOMPARE(watch.generation(), before);
            project.file(u"a/b/index.js"_s, QByteArray::number(i));
            QVERIFY(watch.generation() > before);
        }
    }

    void seesFilesInFoldersMadeLater()
    {
        TestProject project;
        CodeWatch watch({project.path()});
        quint64 last = watch.generation();
        QDir().mkpath(project.path(u"new"_s));
        QVERIFY(watch.generation() > last);
        last = watch.generation();
        project.file(u"new/file.py"_s, "x = 1");
        QVERIFY(watch.generation() > last);
    }

    void seesRenamesAndRemovals()
    {
        TestProject project;
        project.file(u"one.js"_s, "1");
        CodeWatch watch({project.path()});
        quint64 last = watch.generation();
        QFile::rename(project.path(u"one.js"_s), project.path(u"two.js"_s));
        QVERIFY(watch.generation() > last);
        last = watch.generation();
        QFile::remove(project.path(u"two.js"_s));
        QVERIFY(watch.generation() > last);
    }

    void doesNotMindCachesAndOurOwnFolder()
    {
        TestProject project;
        project.file(u".git/HEAD"_s, "ref").file(u"pkg/__pycache__/x.pyc"_s, "0").file(u".ephemera/state"_s, "0");
        CodeWatch watch({project.path()});
        const quint64 before = watch.generation();
        project.file(u".git/HEAD"_s, "other").file(u"pkg/__pycache__/x.pyc"_s, "1").file(u".ephemera/state"_s, "1");
        QCOMPARE(watch.generation(), before);
    }

    void livesWithAFolderThatIsMissing()
    {
        CodeWatch watch({u"/nonexistent/folder"_s});
        const quint64 before = watch.generation();
        QCOMPARE(watch.generation(), before);
    }
};

QTEST_GUILESS_MAIN(tst_CodeWatch)
#include "tst_codewatch.moc"
