// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/windowfixture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QLineEdit>
#include <QSpinBox>
#include <QTabWidget>
#include <QTreeWidget>

using namespace eph;
using namespace eph::ui;

/// The window around the work: commands, keys, settings, how it looks and is left.
class tst_MainWindow : public test::WindowTest
{
    Q_OBJECT
private Q_SLOTS:
    void runsCommandsFromThePalette()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 'palette';\n").file("lib/deep/util.js", "1;\n");
        open(project);
        trigger("commandPalette");
        auto *text = find<QLineEdit>("paletteText");
        QTest::keyClicks(text, "invoke Fn");
        QTest::keyClick(text, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(payload(), "\"palette\"", 20'000);
        QTRY_VERIFY(!m_window->findChild<QLineEdit *>("paletteText"));
        trigger("quickOpen");
        QTRY_VERIFY(m_window->findChild<QLineEdit *>("paletteText"));
        text = find<QLineEdit>("paletteText");
        QTest::keyClicks(text, "util");
        QTest::keyClick(text, Qt::Key_Return);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("lib/deep/util.js"));
    }

    void keysGoToTheMenusCommands()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "length + length;\n");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        CodeEditor *editor = m_window->editors()->currentEditor();
        editor->setFocus();
        editor->select(0, 6);
        QTest::keyClick(editor, Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(editor->SendScintilla(QsciScintillaBase::SCI_GETSELECTIONS), 2);
        editor->select(0, 0);
        QTest::keyClick(editor, Qt::Key_Slash, Qt::ControlModifier);
        QCOMPARE(editor->utf8(), "// length + length;\n");
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QVERIFY(editor->hasFocus());
    }

    void settingsAreInForceAtOnce()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        open(project);
        m_window->openFile(project.path("index.js"));
        trigger("settings");
        const int before = ui::Theme::codeFont().pointSize();
        auto *points = find<QSpinBox>("settingsCodePoints");
        QCOMPARE(points->value(), before);
        points->setValue(before + 4);
        QCOMPARE(ui::Theme::codeFont().pointSize(), before + 4);
        find<QCheckBox>("settingsWrapLines")->setChecked(true);
        QVERIFY(m_window->editors()->currentEditor()->wrapMode() != QsciScintilla::WrapNone);
        points->setValue(before);
        find<QCheckBox>("settingsWrapLines")->setChecked(false);
        find<QPushButton>("settingsClose")->click();
    }

    void theKeyboardReachesOnlyWhatIsSeen()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        m_window->resize(1024, 700);
        open(project);
        trigger("panel_project");
        QTRY_VERIFY(!m_window->invokePanel()->isVisible());
        for (int i = 0; i < 40; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            QVERIFY(QApplication::focusWidget());
            QVERIFY(!m_window->invokePanel()->isAncestorOf(QApplication::focusWidget()));
        }
    }

    void offersToWriteATemplate()
    {
        test::TestProject project;
        project.file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        auto *action = find<QPushButton>("noticeAction");
        QTRY_VERIFY(action->isVisible());
        action->click();
        QTRY_VERIFY(QFile::exists(project.path("template.yaml")));
    }

    void comesBackAsItWasLeft()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n").file("other.js", "2;\n");
        open(project);
        m_window->openFile(project.path("other.js"));
        m_window->editors()->currentEditor()->setCursorPosition(0, 1);
        m_window->close();
        cleanup();
        // The settings stay; a new window finds them.
        m_composition = app::Composition::create({services::Warmth::KeepEnvironments}).value();
        m_window = std::make_unique<app::MainWindow>(*m_composition);
        m_window->resize(1440, 900);
        m_window->show();
        m_window->restoreLastSession();
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("other.js"));
        QCOMPARE(m_window->editors()->openPaths().size(), 2);
        int line = -1;
        int column = -1;
        m_window->editors()->currentEditor()->getCursorPosition(&line, &column);
        QCOMPARE(column, 1);
    }

    void saysWhatIsWrongAndStaysUsable()
    {
        m_window->openProject("/nonexistent/folder");
        QTRY_VERIFY(find<QLabel>("noticeText")->isVisible());
        QVERIFY(find<QLabel>("noticeText")->text().contains("does not exist"));
        test::TestProject project;
        project.file("template.yaml", "Resources: [\n");
        open(project);
        QTRY_COMPARE(find<QTreeWidget>("problemsList")->topLevelItemCount(), 1);
    }

    void everyControlCanBeNamedAndReached()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        QStringList nameless;
        const auto widgets = m_window->findChildren<QWidget *>();
        for (const QWidget *widget : widgets) {
            const bool control = qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QComboBox *>(widget) || qobject_cast<const QAbstractItemView *>(widget) || qobject_cast<const CodeEditor *>(widget);
            if (!control || widget->objectName().startsWith("qt_") || widget->objectName().isEmpty() == false)
                continue;
            // Parts that Qt makes of its own: the arrows of tab bars, the list of a box, the field of a number.
            const QWidget *parent = widget->parentWidget();
            if (parent && (parent->inherits("QTabBar") || parent->inherits("QComboBoxPrivateContainer") || parent->inherits("QAbstractSpinBox") || parent->inherits("QLineEdit") || parent->inherits("QDockWidget") || parent->inherits("QToolBar") || parent->inherits("QHeaderView") || parent->inherits("QTableView") || parent->inherits("QMainWindow") || parent->inherits("QMenuBar")))
                continue;
            if (widget->inherits("QHeaderView"))
                continue;
            nameless << QString("%1 in %2").arg(widget->metaObject()->className(), parent ? parent->metaObject()->className() : "nothing");
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(", ")));
    }

    void showsWhatAPackageHolds()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "      CodeUri: src\n").file("src/index.js", "exports.handler = async () => 1;\n").file("src/node_modules/a/x.js", QByteArray(50'000, 'x')).file("src/.env", "SECRET=1");
        open(project);
        trigger("packageAction");
        auto *dialog = find<QDialog>("packageDialog");
        auto *table = dialog->findChild<QTreeWidget *>("packageTable");
        QTRY_COMPARE(table->topLevelItemCount(), 2);
        QVERIFY(dialog->findChild<QLabel *>("packageHead")->text().contains("left out: 1"));
        QCOMPARE(dialog->findChild<QLabel *>("packageHash")->text().size(), 44);
        // From area to area by the keyboard, and the table follows.
        auto *map = dialog->findChild<QWidget *>("packageMap");
        QTest::keyClick(map, Qt::Key_Right);
        QCOMPARE(table->currentItem(), table->topLevelItem(0));
        QVERIFY(!map->accessibleDescription().isEmpty());
        QTest::keyClick(map, Qt::Key_End);
        QCOMPARE(table->currentItem(), table->topLevelItem(1));
        QVERIFY(!map->grab().isNull());
        dialog->close();
    }

    void whatIsAboveTheLowerPanelsStaysWhole()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        m_window->resize(1024, 700);
        trigger("panel_invoke");
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 20'000);
        // Drawn up as far as it goes.
        m_window->resizeDocks({find<QDockWidget>("logs")}, {2000}, Qt::Vertical);
        QTRY_VERIFY(find<QDockWidget>("logs")->height() > 300);
        QVERIFY(m_window->centralWidget()->height() >= 230);
        // From the top down: each begins below the one before.
        int below = 0;
        for (const char *name : {"invokeButton", "invokeEvent", "resultOutcome", "resultReport", "resultPayload"}) {
            auto *part = find<QWidget>(name);
            const QRect place(part->mapTo(m_window->invokePanel(), QPoint()), part->size());
            QVERIFY2(place.top() >= below, name);
            below = place.bottom();
        }
        // The event has a tab there, and all of its room.
        auto *tabs = find<QTabWidget>("invokeTabs");
        QCOMPARE(tabs->tabText(0), "Event");
        tabs->setCurrentIndex(0);
        auto *event = find<ui::CodeEditor>("invokeEditor");
        QVERIFY(event->isVisible() && event->height() >= 3 * event->fontMetrics().height());
        trigger("invokeAgain");
        QTRY_VERIFY(find<QWidget>("resultOutcome")->isVisible());
        m_window->resizeDocks({find<QDockWidget>("logs")}, {220}, Qt::Vertical);
        m_window->resize(1440, 900);
        QTRY_COMPARE(tabs->tabText(0), "Result");
        QTRY_VERIFY(event->isVisible());
        QVERIFY(event->mapTo(m_window->invokePanel(), QPoint()).y() < tabs->mapTo(m_window->invokePanel(), QPoint()).y());
        m_window->resize(1440, 900);
    }

    void fitsASmallScreen()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        m_window->resize(1024, 700);
        QTRY_COMPARE(m_window->size(), QSize(1024, 700));
        QTRY_VERIFY(!m_window->tabifiedDockWidgets(find<QDockWidget>("project")).isEmpty());
        m_window->resize(1440, 900);
        QTRY_VERIFY(m_window->tabifiedDockWidgets(find<QDockWidget>("project")).isEmpty());
    }

    void anOrderOfPanelsOutlivesANarrowWindow()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "1;\n");
        open(project);
        auto *invoke = find<QDockWidget>("invoke");
        m_window->resize(1440, 900);
        m_window->addDockWidget(Qt::LeftDockWidgetArea, invoke);
        find<QDockWidget>("search")->hide();
        m_window->resize(1000, 700);
        QTRY_VERIFY(m_window->tabifiedDockWidgets(invoke).contains(find<QDockWidget>("project")));
        m_window->resize(1440, 900);
        QTRY_VERIFY(!m_window->tabifiedDockWidgets(invoke).contains(find<QDockWidget>("project")));
        QCOMPARE(m_window->dockWidgetArea(invoke), Qt::LeftDockWidgetArea);
        QVERIFY(find<QDockWidget>("search")->isHidden());
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_MainWindow>(argc, argv);
}
#include "tst_mainwindow.moc"
