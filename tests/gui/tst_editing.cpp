// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/windowfixture.h"
#include "widgets/editor/bytesview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>
#include <QTreeWidget>

using namespace eph;
using namespace eph::ui;

/// Code, template and form: what is typed, saved, undone, found.
class tst_Editing : public test::WindowTest
{
    Q_OBJECT
private Q_SLOTS:
    void aChangeInTheFormChangesThoseBytesAndUndoTakesItBack()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "      MemorySize: 128 # small\n").file("index.js", "exports.handler = async () => process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE;\n");
        const QByteArray before = project.read("template.yaml");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        auto *memory = find<QSpinBox>("formMemory");
        QCOMPARE(memory->value(), 128);
        memory->setValue(512);
        CodeEditor *editor = m_window->editors()->editorFor(project.path("template.yaml"));
        QVERIFY(editor);
        QCOMPARE(editor->utf8(), QByteArray(before).replace("128 # small", "512 # small"));
        QCOMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        // What the form says is what runs, at once.
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_COMPARE_WITH_TIMEOUT(payload(), "\"512\"", 20'000);
        editor->undo();
        QTRY_COMPARE(memory->value(), 128);
        QCOMPARE(editor->utf8(), before);
    }

    void keepingWarmIsOneStep()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        const QByteArray before = project.read("template.yaml");
        open(project);
        trigger("panel_function");
        auto *warm = find<QComboBox>("formWarmUp");
        QCOMPARE(warm->currentText(), "No");
        warm->setFocus();
        QTest::keyClick(warm, Qt::Key_Down);
        CodeEditor *editor = m_window->editors()->editorFor(project.path("template.yaml"));
        QVERIFY(editor);
        QVERIFY2(editor->utf8().contains("rate(5 minutes)") && editor->utf8().contains("WarmUp:"), editor->utf8());
        QTRY_COMPARE(find<QComboBox>("formWarmUp")->currentData().toInt(), 5);
        // It is a trigger like any other.
        QTRY_VERIFY(m_window->session().project()->functions.first().triggers.size() == 1);
        editor->undo();
        QCOMPARE(editor->utf8(), before);
        QTRY_COMPARE(find<QComboBox>("formWarmUp")->currentData().toInt(), 0);
    }

    void variablesAreEditedInTheForm()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => process.env.NAME ?? null;\n");
        open(project);
        trigger("panel_function");
        auto *table = find<QTableWidget>("formVariables");
        QTRY_COMPARE(table->rowCount(), 1);
        table->item(0, 0)->setText("NAME");
        table->item(0, 1)->setText("Ada: the first");
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_COMPARE_WITH_TIMEOUT(payload(), "\"Ada: the first\"", 20'000);
        QTRY_COMPARE(table->rowCount(), 2);
        table->setCurrentCell(0, 0);
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Delete);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_COMPARE_WITH_TIMEOUT(payload(), "null", 20'000);
    }

    void problemsAreListedAndLeadToTheirLine()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "      MemroySize: 256\n").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        auto *list = find<QTreeWidget>("problemsList");
        QTRY_COMPARE(list->topLevelItemCount(), 1);
        QVERIFY(find<QDockWidget>("problems")->windowTitle().contains("1"));
        QTest::keyClick(m_window.get(), Qt::Key_F8);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("template.yaml"));
        int line = 0;
        int column = 0;
        m_window->editors()->currentEditor()->getCursorPosition(&line, &column);
        QCOMPARE(line, 7);
        // While typing, not only after saving.
        CodeEditor *editor = m_window->editors()->currentEditor();
        editor->apply({editor->utf8().indexOf("MemroySize"), 10, "MemorySize"});
        QTRY_COMPARE(list->topLevelItemCount(), 0);
    }

    void changesOnTheDiskAreNoticed()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        CodeEditor *editor = m_window->editors()->currentEditor();
        project.file("index.js", "exports.handler = async () => 2;\n");
        QTRY_VERIFY(editor->utf8().contains("=> 2"));
        QVERIFY(!editor->isModified());
        // With changes of one's own it asks.
        editor->apply({0, 0, "// mine\n"});
        project.file("index.js", "exports.handler = async () => 3;\n");
        QTRY_VERIFY(find<QPushButton>("conflictTakeDisk")->isVisible());
        QVERIFY(editor->utf8().startsWith("// mine"));
        QTest::mouseClick(find<QPushButton>("conflictTakeDisk"), Qt::LeftButton);
        QTRY_VERIFY(editor->utf8().contains("=> 3"));
        editor->undo();
        QVERIFY(editor->utf8().startsWith("// mine"));
        // The template too.
        project.function("nodejs20.x", "index.handler", "      Timeout: 77\n");
        QTRY_COMPARE(find<QSpinBox>("formTimeout")->value(), 77);
    }

    void findsAndReplaces()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "const one1 = 1;\nconst two22 = 2;\n");
        open(project);
        QTRY_VERIFY(m_window->editors()->currentEditor());
        trigger("replace");
        QTest::keyClicks(find<QLineEdit>("findPattern"), "t[a-z]+[0-9]+");
        find<QAbstractButton>("findRegex")->setChecked(true);
        QCOMPARE(m_window->editors()->currentEditor()->selectedText(), "two22");
        find<QLineEdit>("findReplacement")->setText("three");
        QTest::mouseClick(find<QPushButton>("replaceAll"), Qt::LeftButton);
        QCOMPARE(m_window->editors()->currentEditor()->utf8(), "const one1 = 1;\nconst three = 2;\n");
        m_window->editors()->currentEditor()->undo();
        QVERIFY(m_window->editors()->currentEditor()->utf8().contains("two22"));
    }

    void savingWhatIsTheSameWritesNothing()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        m_window->openFile(project.path("index.js"));
        QFile file(project.path("index.js"));
        const QDateTime old = QDateTime::currentDateTime().addSecs(-100);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.setFileTime(old, QFileDevice::FileModificationTime));
        file.close();
        const auto changed = [&] { return QFileInfo(project.path("index.js")).lastModified(); };
        const QDateTime before = changed();
        trigger("save");
        QCOMPARE(changed(), before);
        auto *editor = m_window->editors()->currentEditor();
        editor->apply({0, 0, "// "});
        trigger("undo");
        trigger("save");
        QCOMPARE(changed(), before);
        editor->apply({0, 0, "// "});
        trigger("save");
        QVERIFY(changed() > before);
        QVERIFY(project.read("index.js").startsWith("// "));
    }

    void asksBeforeUnsavedTextIsLeft_data()
    {
        QTest::addColumn<QString>("action");
        QTest::newRow("close project") << "closeProject";
        QTest::newRow("quit") << "quit";
        QTest::newRow("open another") << "";
    }
    void asksBeforeUnsavedTextIsLeft()
    {
        QFETCH(const QString, action);
        test::TestProject project;
        test::TestProject other;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        other.function("nodejs20.x", "index.handler").file("index.js", "2;\n");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        m_window->editors()->currentEditor()->apply({0, 1, "changed"});
        if (action.isEmpty())
            m_window->openProject(other.path());
        else
            trigger(action);
        auto *question = find<QMessageBox>("leaveQuestion");
        QVERIFY(question->isVisible());
        QCOMPARE(project.read("index.js"), "1;\n");
        answer("leaveQuestion", "Keep editing");
        QCOMPARE(m_window->editors()->currentEditor()->utf8(), "changed;\n");
        QVERIFY(m_window->isVisible());
        QVERIFY(m_window->session().isOpen());
    }

    void followsAFileThatIsRemovedAndMadeAgain()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        QVERIFY(QFile::remove(project.path("index.js")));
        QTRY_COMPARE(m_window->editors()->modifiedPaths(), QStringList{project.path("index.js")});
        project.file("index.js", "another branch;\n");
        QTRY_COMPARE(m_window->editors()->currentEditor()->utf8(), "another branch;\n");
        project.file("index.js", "once more;\n");
        QTRY_COMPARE(m_window->editors()->currentEditor()->utf8(), "once more;\n");
        QVERIFY(m_window->editors()->modifiedPaths().isEmpty());
    }

    void bringsBackWhatAnEndedSessionLeftUnsaved()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        m_window->editors()->currentEditor()->apply({0, 1, "typed"});
        QTRY_VERIFY(!m_window->editors()->modifiedPaths().isEmpty());
        QCoreApplication::processEvents();
        m_window->editors()->keepUnsaved();
        cleanup();
        QCOMPARE(project.read("index.js"), "1;\n");
        init();
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        QCOMPARE(m_window->editors()->currentEditor()->utf8(), "typed;\n");
        trigger("undo");
        QCOMPARE(m_window->editors()->currentEditor()->utf8(), "1;\n");
        m_window->editors()->closeAll();
    }

    void whatComesBackDoesNotReplaceANewerFile()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        m_window->editors()->currentEditor()->apply({0, 0, "// typed\n"});
        QTRY_VERIFY(!m_window->editors()->modifiedPaths().isEmpty());
        QCoreApplication::processEvents();
        m_window->editors()->keepUnsaved();
        cleanup();
        project.file("index.js", "exports.handler = async () => 2;\n");
        init();
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        QVERIFY(m_window->editors()->currentEditor()->utf8().startsWith("// typed"));
        QVERIFY(find<QPushButton>("conflictTakeDisk")->isVisible() && find<QPushButton>("conflictKeepMine")->isVisible());
        // Nor after another crash.
        m_window->editors()->currentEditor()->apply({0, 0, "// more\n"});
        QCoreApplication::processEvents();
        m_window->editors()->keepUnsaved();
        trigger("invokeAction");
        QCOMPARE(project.read("index.js"), "exports.handler = async () => 2;\n");
        cleanup();
        init();
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        QVERIFY(find<QPushButton>("conflictTakeDisk")->isVisible());
        find<QPushButton>("conflictTakeDisk")->click();
        QCOMPARE(m_window->editors()->currentEditor()->utf8(), "exports.handler = async () => 2;\n");
        QVERIFY(m_window->editors()->modifiedPaths().isEmpty());
        m_window->editors()->closeAll();
    }

    void theFormReservesConcurrencyAndGivesItBack()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        const QByteArray before = project.read("template.yaml");
        open(project);
        trigger("panel_function");
        auto *reserved = find<QSpinBox>("formReserved");
        QCOMPARE(reserved->text(), "None");
        reserved->setValue(2);
        CodeEditor *editor = m_window->editors()->editorFor(project.path("template.yaml"));
        QVERIFY(editor);
        QVERIFY2(editor->utf8().contains("ReservedConcurrentExecutions: 2"), editor->utf8());
        QTRY_COMPARE(m_window->session().project()->functions.first().reservedConcurrency, 2);
        reserved->setValue(-1);
        QTRY_COMPARE(editor->utf8(), before);
        QTRY_COMPARE(m_window->session().project()->functions.first().reservedConcurrency, -1);
        QCOMPARE(reserved->text(), "None");
    }

    void replacesAllOfAnExpressionThatMatchesNothing()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "one\ntwo\nthree");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        CodeEditor *editor = m_window->editors()->currentEditor();
        trigger("replace");
        find<QToolButton>("findRegex")->setChecked(true);
        find<QLineEdit>("findPattern")->setText("$");
        find<QLineEdit>("findReplacement")->setText(";");
        find<QPushButton>("replaceAll")->click();
        QCOMPARE(editor->utf8(), "one;\ntwo;\nthree;");
        // A selection that is no match is not replaced.
        editor->select(0, 3);
        find<QLineEdit>("findPattern")->setText("t(.)");
        find<QLineEdit>("findReplacement")->setText("<\\1>");
        find<QPushButton>("replaceOne")->click();
        QCOMPARE(editor->utf8(), "one;\ntwo;\nthree;");
        find<QPushButton>("replaceOne")->click();
        QCOMPARE(editor->utf8(), "one;\n<w>o;\nthree;");
    }

    void forgetsDroppedChangesOfTheTemplate()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "      MemorySize: 256\n").file("index.js", "1;\n");
        open(project);
        QTRY_COMPARE(find<QSpinBox>("formMemory")->value(), 256);
        find<QSpinBox>("formMemory")->setValue(512);
        QTRY_COMPARE(m_window->session().project()->functions.first().memoryMiB, 512);
        m_window->editors()->close(project.path("template.yaml"));
        answer("closeQuestion", "Drop the changes");
        QTRY_COMPARE(m_window->session().project()->functions.first().memoryMiB, 256);
        QTRY_COMPARE(find<QSpinBox>("formMemory")->value(), 256);
    }

    void undoesInTheTemplateWhenTheFormHasTheFocus()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "      MemorySize: 256\n").file("index.js", "1;\n");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        m_window->editors()->currentEditor()->apply({0, 0, "// typed\n"});
        m_window->showPanel("function");
        auto *memory = find<QSpinBox>("formMemory");
        memory->setFocus();
        memory->setValue(512);
        QTRY_COMPARE(m_window->session().project()->functions.first().memoryMiB, 512);
        QTest::keyClick(memory, Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(m_window->session().project()->functions.first().memoryMiB, 256);
        QCOMPARE(m_window->editors()->editorFor(project.path("index.js"))->utf8(), "// typed\n1;\n");
    }

    void keepsWhatIsTypedInAFieldAndTheChosenFunction()
    {
        test::TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  One: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs20.x, Handler: a.handler}}\n  Two: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs20.x, Handler: b.handler}}\n")
            .file("a.js", "exports.handler = async () => 1;\n").file("b.js", "exports.handler = async () => 2;\n");
        open(project);
        auto *functions = find<QComboBox>("invokeFunction");
        functions->setCurrentText("Two");
        m_window->showPanel("function");
        auto *handler = find<QLineEdit>("formHandler");
        QTRY_COMPARE(handler->text(), "b.handler");
        handler->setFocus();
        QTest::keyClicks(handler, "x");
        const QString typed = handler->text();
        QSignalSpy changed(&m_window->session(), &services::ProjectSession::projectChanged);
        project.file("new.txt", "x");
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(handler->text(), typed);
        QTest::keyClick(handler, Qt::Key_Backspace);
        // Broken for a moment: what was chosen stays, and nothing runs from it.
        m_window->openFile(project.path("template.yaml"));
        m_window->editors()->currentEditor()->apply({0, 0, "[ "});
        QTRY_VERIFY(!m_window->session().project()->findings.isEmpty());
        QCOMPARE(functions->currentText(), "Two");
        trigger("undo");
        QTRY_VERIFY(m_window->session().project()->findings.isEmpty());
        QCOMPARE(functions->currentText(), "Two");
        trigger("save");
        trigger("invokeAction");
        QTRY_COMPARE_WITH_TIMEOUT(payload(), "2", 20'000);
    }

    void findsInAllFiles()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\nconst needle = 2;\n").file("lib/other.js", "// Needle, needle\n").file("node_modules/x/index.js", "needle\n");
        open(project);
        trigger("findInFiles");
        auto *text = find<QLineEdit>("searchText");
        text->setText("needle");
        QTest::keyClick(text, Qt::Key_Return);
        auto *hits = find<QTreeWidget>("searchHits");
        QTRY_COMPARE(hits->topLevelItemCount(), 2);
        QCOMPARE(find<QLabel>("searchCount")->text(), "3 places in 2 files");
        Q_EMIT hits->itemActivated(hits->topLevelItem(1)->child(1), 0);
        QCOMPARE(m_window->editors()->currentPath(), project.path("lib/other.js"));
        int line = 0;
        int column = 0;
        m_window->editors()->currentEditor()->getCursorPosition(&line, &column);
        QCOMPARE(column, 11);
        find<QCheckBox>("searchRegularExpression")->setChecked(true);
        text->setText("needle(");
        QTest::keyClick(text, Qt::Key_Return);
        QTRY_VERIFY(!hits->isVisible());
    }

    void whatIsSearchedIsNotSaved()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        open(project);
        m_window->openFile(project.path("index.js"));
        QTest::keyClicks(m_window->editors()->currentEditor(), "needle ");
        trigger("findInFiles");
        auto *text = find<QLineEdit>("searchText");
        text->setText("needle");
        QTest::keyClick(text, Qt::Key_Return);
        QTRY_COMPARE(find<QTreeWidget>("searchHits")->topLevelItemCount(), 1);
        QCOMPARE(project.read("index.js"), "1;\n");
        QVERIFY(m_window->editors()->currentEditor()->isModified());
    }

    void whatIsNoTextIsShownAndStaysAsItIs()
    {
        test::TestProject project;
        QImage image(40, 30, QImage::Format_RGB32);
        image.fill(Qt::red);
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n").file("data.bin", QByteArray("a\0b", 3));
        QVERIFY(image.save(project.path("sun.png")));
        const QByteArray before = project.read("sun.png");
        open(project);
        m_window->openFile(project.path("sun.png"));
        auto *picture = find<ui::BytesView>("bytesView");
        QVERIFY(picture->isVisible() && picture->isPicture());
        QVERIFY(picture->accessibleName().startsWith("sun.png: 40 × 30 pixels"));
        QVERIFY(picture->hasFocus());
        QVERIFY(!m_window->editors()->currentEditor());
        QTest::keyClicks(picture, " x");
        trigger("saveAll");
        QCOMPARE(project.read("sun.png"), before);
        m_window->openFile(project.path("data.bin"));
        QVERIFY(!m_window->editors()->currentEditor());
        // Who knows better may have it as one, byte by byte.
        const QList<ui::BytesView *> shown = m_window->findChildren<ui::BytesView *>("bytesView");
        QVERIFY(!shown.last()->isPicture());
        QTest::mouseClick(shown.last()->findChild<QPushButton *>("bytesAsText"), Qt::LeftButton);
        QTRY_VERIFY(m_window->editors()->currentEditor());
        trigger("find");
        QVERIFY(find<QLineEdit>("findPattern")->isVisible());
        QTest::keyClicks(m_window->editors()->currentEditor(), "x");
        trigger("saveAll");
        QCOMPARE(project.read("data.bin"), QByteArray("xa\0b", 4));
        // What becomes a text by itself is one.
        project.file("sun.png", "text\n");
        m_window->openFile(project.path("sun.png"));
        QTRY_VERIFY(m_window->editors()->currentEditor());
        QCOMPARE(m_window->editors()->currentEditor()->utf8(), "text\n");
    }

    void aPanelTakesTheFocusThatItIsGiven()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        open(project);
        m_window->openFile(project.path("index.js"));
        for (const char *name : {"environments", "routes", "sources", "schedule", "cost", "deployments", "function", "problems", "search", "logs", "invoke", "project"}) {
            m_window->editors()->currentEditor()->setFocus();
            trigger(QByteArray("panel_") + name);
            auto *dock = find<QDockWidget>(name);
            QVERIFY2(dock->isAncestorOf(QApplication::focusWidget()) && QApplication::focusWidget()->isVisible(), name);
        }
        trigger("burstAction");
        QCOMPARE(QApplication::focusWidget()->objectName(), "burstRequests");
    }

    void keysOfNoCommandAreNoText()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        open(project);
        m_window->openFile(project.path("index.js"));
        ui::CodeEditor *editor = m_window->editors()->currentEditor();
        for (const int key : {int(Qt::Key_Period), int(Qt::Key_Semicolon), int(Qt::Key_1)}) {
            QKeyEvent press(QEvent::KeyPress, key, Qt::ControlModifier, QString(QChar(key)));
            QCoreApplication::sendEvent(editor, &press);
        }
        QCOMPARE(editor->utf8(), "1;\n");
    }

    void indentsAfterWhatOpens()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "if (x) {}\n").file("four.js", "f() {\n    g();\n}\n{}").file("app.py", "if x:\n");
        open(project);
        m_window->openFile(project.path("index.js"));
        ui::CodeEditor *editor = m_window->editors()->currentEditor();
        editor->setCursorPosition(0, 8);
        QTest::keyClick(editor, Qt::Key_Return);
        QTest::keyClicks(editor, "y;");
        QCOMPARE(editor->utf8(), "if (x) {\n  y;\n}\n");
        m_window->openFile(project.path("four.js"));
        editor = m_window->editors()->currentEditor();
        editor->setCursorPosition(3, 1);
        QTest::keyClick(editor, Qt::Key_Return);
        QTest::keyClicks(editor, "y");
        QVERIFY2(editor->utf8().endsWith("{\n    y\n}"), editor->utf8());
        m_window->openFile(project.path("app.py"));
        editor = m_window->editors()->currentEditor();
        editor->setCursorPosition(0, 5);
        QTest::keyClick(editor, Qt::Key_Return);
        QTest::keyClicks(editor, "y");
        QCOMPARE(editor->utf8(), "if x:\n    y\n");
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_Editing>(argc, argv);
}
#include "tst_editing.moc"
