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

    void seesAFolderThatWasRemovedAndMadeAgain()
    {
        TestProject project;
        project.file(u"dist/index.js"_s, "1");
        CodeWatch watch({project.path(u"dist"_s)});
        quint64 last = watch.generation();
        for (int i = 0; i < 3; ++i) {
            QVERIFY(QDir(project.path(u"dist"_s)).removeRecursively());
            QVERIFY(watch.generation() > last);
            last = watch.generation();
            QCOMPARE(watch.generation(), last);
            project.file(u"dist/index.js"_s, "2");
            QVERIFY(watch.generation() > last);
            last = watch.generation();
            project.file(u"dist/index.js"_s, "3");
            QVERIFY(watch.generation() > last);
            last = watch.generation();
        }
        QVERIFY(QDir().rename(project.path(u"dist"_s), project.path(u"old"_s)));
        QVERIFY(watch.generation() > last);
        project.file(u"dist/index.js"_s, "4");
        last = watch.generation();
        project.file(u"dist/index.js"_s, "5");
        QVERIFY(watch.generation() > last);
    }

    void seesWhatIsLinkedIn()
    {
        TestProject project;
        project.file(u"shared/app.js"_s, "1").file(u"lib/deep/util.js"_s, "1").file(u"src/other.js"_s, "1");
        QVERIFY(QFile::link(project.path(u"shared/app.js"_s), project.path(u"src/app.js"_s)));
        QVERIFY(QFile::link(project.path(u"lib"_s), project.path(u"src/lib"_s)));
        QVERIFY(QFile::link(project.path(u"src"_s), project.path(u"src/circle"_s)));
        CodeWatch watch({project.path(u"src"_s)});
        for (const QString &name : {u"shared/app.js"_s, u"lib/deep/util.js"_s, u"shared/app.js"_s}) {
            const quint64 last = watch.generation();
            project.file(name, "2");
            QVERIFY2(watch.generation() > last, qPrintable(name));
            // An editor that saves beside and renames.
            const quint64 before = watch.generation();
            project.file(u"beside"_s, "3");
            QCOMPARE(::rename(qPrintable(project.path(u"beside"_s)), qPrintable(project.path(name))), 0);
            QVERIFY2(watch.generation() > before, qPrintable(name));
        }
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
        TestProject project;
        CodeWatch watch({project.path(u"later"_s)});
        const quint64 before = watch.generation();
        QCOMPARE(watch.generation(), before);
        project.file(u"later/index.js"_s, "1");
        const quint64 made = watch.generation();
        QVERIFY(made > before);
        project.file(u"later/index.js"_s, "2");
        QVERIFY(watch.generation() > made);
    }
};

QTEST_GUILESS_MAIN(tst_CodeWatch)
#include "tst_codewatch.moc"
