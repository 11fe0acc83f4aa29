// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/package/ignorerules.h"
#include "core/package/pack.h"
#include "core/package/selection.h"
#include "core/package/unpack.h"
#include "tests/support/testproject.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTest>
#include <sys/stat.h>
#include <unistd.h>

using namespace eph;
using namespace eph::package;
using eph::test::TestProject;

/// Which files go into a package.
class tst_Selection : public QObject
{
    Q_OBJECT

    static QStringList names(const Selection &selection)
    {
        QStringList all;
        for (const PackedFile &file : selection.files)
            all << file.name;
        return all;
    }
    static bool ignored(const IgnoreRules &rules, const QString &path)
    {
        // As whoever walks does it: folders first.
        const QStringList parts = path.split('/');
        for (qsizetype i = 1; i < parts.size(); ++i) {
            if (!rules.ignoredBy(parts.mid(0, i).join('/'), IgnoreRules::Kind::Folder).isEmpty())
                return true;
        }
        return !rules.ignoredBy(path, IgnoreRules::Kind::File).isEmpty();
    }

private Q_SLOTS:
    void rules_data()
    {
        QTest::addColumn<QString>("rules");
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *rules, const char *path, bool expected) { QTest::addRow("%s on %s", rules, path) << QString(rules) << QString(path) << expected; };
        row("*.log", "a/b.log", true);
        row("/*.log", "a/b.log", false);
        row("/*.log", "b.log", true);
        row("build/", "build/x", true);
        row("build/", "src/build", false);
        row("a/b", "x/a/b", false);
        row("a/b", "a/b/c", true);
        row("**/b", "x/y/b", true);
        row("a/**/b", "a/b", true);
        row("a/**/b", "a/x/y/b", true);
        row("a/**", "a/x", true);
        row("*.log\n!keep.log", "keep.log", false);
        row("x/\n!x/keep", "x/keep", true);
        row("# comment", "# comment", false);
        row("\\#x", "#x", true);
        row("\\!x", "!x", true);
        row("a[0-9]", "a5", true);
        row("a[!0-9]", "a5", false);
        row("a?c", "a/c", false);
        row("space ", "space", true);
        row("[", "[", false);
        row("*.PYC", "x.pyc", false);
    }
    void rules()
    {
        QFETCH(QString, rules);
        QFETCH(QString, path);
        QFETCH(bool, expected);
        IgnoreRules all;
        all.add(rules);
        QCOMPARE(ignored(all, path), expected);
    }

    // The same as git itself decides, for rules and paths at random.
    void agreesWithGit()
    {
        const QString git = QStandardPaths::findExecutable("git");
        if (git.isEmpty())
            QSKIP("git is not installed");
        const QTemporaryDir folder;
        QProcess process;
        process.setWorkingDirectory(folder.path());
        process.start(git, {"init", "-q"});
        process.waitForFinished();
        QRandomGenerator random(5);
        const QStringList pieces{"a", "b", "ab", "*", "?", "**", "/", "/", "[ab]", "[!a]", ".x", "*.x", "a*", "!"};
        const auto chosen = [&random](const QStringList &from) { return from.at(random.bounded(int(from.size()))); };
        for (int round = 0; round < 150; ++round) {
            QString rules;
            for (int line = random.bounded(1, 5); line > 0; --line) {
                for (int piece = random.bounded(1, 6); piece > 0; --piece)
                    rules += chosen(pieces);
                rules += '\n';
            }
            // Within a name git takes two stars at random for one or for many.
            static const QRegularExpression odd("[^/\n]\\*\\*|\\*\\*[^/\n]");
            if (rules.contains(odd))
                continue;
            QStringList paths;
            for (int path = 0; path < 30; ++path) {
                QStringList parts;
                for (int depth = random.bounded(1, 4); depth > 0; --depth)
                    parts << chosen({"a", "b", "ab", "a.x", "b.x", "aab"});
                paths << parts.join('/');
            }
            QFile file(folder.filePath(".gitignore"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(rules.toUtf8());
            file.close();
            process.start(git, {"check-ignore", "--no-index", "--stdin", "--non-matching", "--verbose"});
            process.write(paths.join('\n').toUtf8() + '\n');
            process.closeWriteChannel();
            process.waitForFinished();
            const QList<QByteArray> answers = process.readAllStandardOutput().trimmed().split('\n');
            QCOMPARE(answers.size(), paths.size());
            IgnoreRules mine;
            mine.add(rules);
            for (qsizetype i = 0; i < paths.size(); ++i) {
                // FILE:LINE:RULE, a tab and the path; a rule that takes back is told, too.
                const QByteArray rule = answers.at(i).split('\t').first();
                const bool theirs = rule != "::" && !rule.mid(rule.indexOf(':', rule.indexOf(':') + 1) + 1).startsWith('!');
                QVERIFY2(ignored(mine, paths.at(i)) == theirs, qPrintable(QString("%1\n%2: git says %3 by %4").arg(rules, paths.at(i)).arg(theirs).arg(QString::fromUtf8(rule))));
            }
        }
    }

    void leavesOutWhatNobodyNeeds()
    {
        TestProject project;
        for (const char *name : {"index.js", ".git/config", "node_modules/a/index.js", "node_modules/.bin/x", ".env", ".env.local", "lib/.DS_Store", "coverage/x.html", "__pycache__/a.pyc", "README.md"})
            project.file(name, "x");
        const auto node = selectFiles(project.path(), "nodejs20.x");
        QVERIFY(node);
        QCOMPARE(names(*node), QStringList({"README.md", "index.js", "node_modules/a/index.js"}));
        QVERIFY(node->leftOut.size() >= 6);
        project.file(".lambdaignore", "*.md\n!coverage/\n");
        QCOMPARE(names(*selectFiles(project.path(), "nodejs20.x")), QStringList({"coverage/x.html", "index.js", "node_modules/a/index.js"}));
        QCOMPARE(names(*selectFiles(project.path(), "python3.12")), QStringList({"coverage/x.html", "index.js", "node_modules/.bin/x", "node_modules/a/index.js"}));
    }

    void keepsLinksWithinAndFollowsOthers()
    {
        TestProject project;
        TestProject outside;
        outside.file("shared.js", "shared").file("lib/x.js", "x");
        project.file("a/real.js", "real");
        QCOMPARE(::symlink("real.js", qPrintable(project.path("a/link.js"))), 0);
        QCOMPARE(::symlink("a", qPrintable(project.path("folder"))), 0);
        QCOMPARE(::symlink(qPrintable(outside.path("shared.js")), qPrintable(project.path("shared.js"))), 0);
        QCOMPARE(::symlink(qPrintable(outside.path("lib")), qPrintable(project.path("lib"))), 0);
        QCOMPARE(::symlink("nowhere", qPrintable(project.path("broken"))), 0);
        QCOMPARE(::mkfifo(qPrintable(project.path("pipe")), 0600), 0);
        const auto selection = selectFiles(project.path(), {});
        QVERIFY(selection);
        QCOMPARE(names(*selection), QStringList({"a/link.js", "a/real.js", "folder", "lib/x.js", "shared.js"}));
        QCOMPARE(selection->files.at(0).link, "real.js");
        QCOMPARE(selection->files.at(2).link, "a");
        QVERIFY(selection->files.at(4).link.isEmpty());
        QCOMPARE(selection->leftOut.size(), 2);
        // And back.
        QTemporaryDir out;
        QVERIFY(unpackZip(packFiles(selection->files)->zip, out.path()));
        QCOMPARE(QFile::symLinkTarget(out.filePath("folder")), out.filePath("a"));
        QFile shared(out.filePath("shared.js"));
        QVERIFY(shared.open(QIODevice::ReadOnly));
        QCOMPARE(shared.readAll(), "shared");
    }

    void circlesEnd()
    {
        TestProject project;
        TestProject outside;
        project.file("index.js", "x");
        outside.file("x.js", "x");
        QCOMPARE(::symlink(qPrintable(outside.path()), qPrintable(project.path("lib"))), 0);
        QCOMPARE(::symlink(qPrintable(outside.path()), qPrintable(outside.path("again"))), 0);
        const auto selection = selectFiles(project.path(), {});
        QVERIFY(!selection);
        QCOMPARE(selection.error().code, ErrorCode::Invalid);
        QVERIFY(selection.error().message.contains("lib/again"));
        project.file(".lambdaignore", "again\n");
        QVERIFY(selectFiles(project.path(), {}));
        QVERIFY(!selectFiles("/nowhere", {}));
    }

    void canBeStopped()
    {
        TestProject project;
        for (int i = 0; i < 200; ++i)
            project.file(QString("f%1").arg(i), QByteArray(1000, 'x'));
        std::atomic<int> told = 0;
        const auto packed = packFiles(selectFiles(project.path(), {})->files, [&](qsizetype) { return ++told < 10; });
        QCOMPARE(packed.error().code, ErrorCode::Cancelled);
        QVERIFY(told < 200);
    }
};

QTEST_GUILESS_MAIN(tst_Selection)
#include "tst_selection.moc"
