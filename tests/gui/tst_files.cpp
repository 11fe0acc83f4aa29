// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/windowfixture.h"
#include "widgets/panels/filetree.h"
#include "widgets/panels/namedialog.h"

#include <QClipboard>
#include <QFileSystemModel>
#include <QLineEdit>
#include <QTabWidget>
#include <QTreeWidget>

using namespace eph;

/// Files of the project panel: make, rename, throw away; what is open follows.
class tst_Files : public test::WindowTest
{
    Q_OBJECT

    ui::FileTree *tree() const { return find<ui::FileTree>("fileTree"); }
    void choose(const test::TestProject &project, const QString &name)
    {
        const auto *files = qobject_cast<QFileSystemModel *>(tree()->model());
        tree()->setCurrentIndex(files->index(project.path(name)));
        QVERIFY(tree()->currentIndex().isValid());
    }
    /// Types a name into the dialog that asks for one.
    void name(const QString &text, bool isTaken = true)
    {
        auto *dialog = find<ui::NameDialog>("nameDialog");
        auto *field = dialog->findChild<QLineEdit *>("nameField");
        field->setText(text);
        QTest::keyClick(field, Qt::Key_Return);
        if (isTaken)
            QTRY_VERIFY(!m_window->findChild<ui::NameDialog *>("nameDialog"));
    }
    void begin(test::TestProject &project)
    {
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n").file("src/a.js", "// a\n").file("src/b.js", "// b\n");
        open(project);
    }
    ui::EditorTabs *editors() const { return m_window->editors(); }

private Q_SLOTS:
    void aNewFileIsOpenedWhereItWasAskedFor()
    {
        test::TestProject project;
        begin(project);
        choose(project, "src/a.js");
        QTest::mouseClick(find<QPushButton>("newFile"), Qt::LeftButton);
        name("lib/c.js");
        QVERIFY(QFile::exists(project.path("src/lib/c.js")));
        QCOMPARE(editors()->currentPath(), project.path("src/lib/c.js"));
        QTRY_COMPARE(qobject_cast<QFileSystemModel *>(tree()->model())->filePath(tree()->currentIndex()), project.path("src/lib/c.js"));
        trigger("treeNewFolder");
        name("b.js");
        QVERIFY(QDir(project.path("src/lib/b.js")).exists());
    }

    void aNameThatIsTakenIsToldWhereItIsTyped()
    {
        test::TestProject project;
        begin(project);
        choose(project, "src/a.js");
        trigger("newFileAction");
        name("b.js", false);
        auto *dialog = find<ui::NameDialog>("nameDialog");
        QVERIFY2(dialog->findChild<QLabel *>("nameMessage")->text().contains("“b.js” is there already"), qPrintable(dialog->findChild<QLabel *>("nameMessage")->text()));
        QCOMPARE(project.read("src/b.js"), "// b\n");
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!m_window->findChild<ui::NameDialog *>("nameDialog"));
    }

    void whatIsOpenFollowsItsName()
    {
        test::TestProject project;
        begin(project);
        editors()->open(project.path("src/a.js"));
        editors()->currentEditor()->apply({0, 0, "// mine\n"});
        choose(project, "src/a.js");
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_F2);
        // The suffix stays as one types.
        QCOMPARE(find<QLineEdit>("nameField")->selectedText(), "a");
        name("first.py");
        QCOMPARE(editors()->currentPath(), project.path("src/first.py"));
        QCOMPARE(editors()->modifiedPaths(), QStringList{project.path("src/first.py")});
        QVERIFY(find<QTabWidget>("editorTabs")->tabText(find<QTabWidget>("editorTabs")->currentIndex()).endsWith("first.py"));
        QVERIFY(editors()->currentEditor()->languageName().startsWith("Python"));
        // A folder takes what is below it along.
        choose(project, "src");
        trigger("treeRename");
        name("lib");
        QCOMPARE(editors()->currentPath(), project.path("lib/first.py"));
        QVERIFY(editors()->saveAll());
        QCOMPARE(project.read("lib/first.py"), "// mine\n// a\n");
        QVERIFY(!QFile::exists(project.path("src")));
        // The disk is watched under the new name.
        QTest::qWait(50);
        project.file("lib/first.py", "other\n");
        QTRY_COMPARE(editors()->currentEditor()->utf8(), "other\n");
    }

    void whatIsThrownAwayComesBack()
    {
        test::TestProject project;
        begin(project);
        editors()->open(project.path("src/a.js"));
        editors()->open(project.path("src/b.js"));
        editors()->currentEditor()->apply({0, 0, "// mine\n"});
        choose(project, "src");
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_Delete);
        QTRY_VERIFY(!QFile::exists(project.path("src")));
        // What is typed is nowhere else: it stays.
        QVERIFY(!editors()->openPaths().contains(project.path("src/a.js")));
        QVERIFY(editors()->modifiedPaths().contains(project.path("src/b.js")));
        QVERIFY(find<QLabel>("noticeText")->text().contains("“src” is in the trash"));
        QTest::mouseClick(find<QPushButton>("noticeAction"), Qt::LeftButton);
        QCOMPARE(project.read("src/a.js"), "// a\n");
        QCOMPARE(project.read("src/b.js"), "// b\n");
    }

    void aClickLeavesTheKeysToTheTree()
    {
        test::TestProject project;
        begin(project);
        const auto *files = qobject_cast<QFileSystemModel *>(tree()->model());
        QTRY_VERIFY(tree()->visualRect(files->index(project.path("index.js"))).isValid());
        editors()->closeAll();
        QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, tree()->visualRect(files->index(project.path("index.js"))).center());
        QTRY_COMPARE(editors()->currentPath(), project.path("index.js"));
        QVERIFY(tree()->hasFocus());
        QTest::keyClick(tree(), Qt::Key_Delete);
        QVERIFY(!QFile::exists(project.path("index.js")));
        QCOMPARE(editors()->modifiedPaths(), QStringList());
        // Beside the files, a new one is one of the project's own folder.
        choose(project, "src/a.js");
        QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, QPoint(tree()->viewport()->width() / 2, tree()->viewport()->height() - 3));
        trigger("newFileAction");
        name("root.js");
        QVERIFY(QFile::exists(project.path("root.js")));
    }

    void aFunctionHasItsCommands()
    {
        test::TestProject project;
        begin(project);
        auto *functions = find<QTreeWidget>("functionTree");
        QCOMPARE(functions->contextMenuPolicy(), Qt::ActionsContextMenu);
        functions->setCurrentItem(functions->topLevelItem(0));
        trigger("functionTemplate");
        QCOMPARE(editors()->currentPath(), project.path("template.yaml"));
        trigger("functionCode");
        QCOMPARE(editors()->currentPath(), project.path("index.js"));
        trigger("functionCopyName");
        QCOMPARE(QApplication::clipboard()->text(), "Fn");
        trigger("functionInvoke");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 20'000);
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_Files>(argc, argv);
}
#include "tst_files.moc"
