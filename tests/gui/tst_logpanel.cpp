// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logarchive.h"
#include "tests/support/windowfixture.h"
#include "widgets/logview/logview.h"
#include "widgets/panels/logpanel.h"

#include <QElapsedTimer>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>

using namespace eph;

/// The log panel: queries over what is said now, and over all runs.
class tst_LogPanel : public test::WindowTest
{
    Q_OBJECT

    ui::LogView *view() const { return find<ui::LogView>("logView"); }
    QString count() const { return find<QLabel>("logCount")->text(); }
    void query(const QString &text) const
    {
        auto *field = find<QLineEdit>("logFilter");
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
    }
    void say(const QByteArray &text, const QString &function = "one") const
    {
        m_composition->logs.append({1'770'000'000'123, logs::Source::Function, function, "e", "8476a536-e9f4-11e8-9739-2dfe598c3fcd", "2026-02-02T02:40:00.123Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\t" + text});
    }
    void begin(test::TestProject &project)
    {
        project.function("nodejs20.x", "index.handler", "      FunctionName: one\n").file("index.js", "exports.handler = async () => { console.warn('careful'); return 1; };\n");
        open(project);
        trigger("panel_logs");
    }
    static QByteArray many(int lines)
    {
        QByteArray text;
        text.reserve(lines * 110);
        for (int i = 0; i < lines; ++i)
            text += "2026-02-02T02:40:00.123Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\t" + QByteArray(i % 1000 == 7 ? "ERROR" : "INFO") + "\tprocessed order " + QByteArray::number(i) + " (GET /orders) status=200\n";
        return text;
    }

private Q_SLOTS:
    void filtersWhatIsSaid()
    {
        test::TestProject project;
        begin(project);
        for (int i = 0; i < 50; ++i)
            say(i % 10 == 0 ? "ERROR\tbroken " + QByteArray::number(i) : "INFO\tfine " + QByteArray::number(i), i % 2 ? "one" : "two");
        QTRY_COMPARE(view()->shownLines(), 50);
        query("level>=warn");
        QTRY_COMPARE(view()->shownLines(), 5);
        query("fine -fine");
        QTRY_COMPARE(view()->shownLines(), 0);
        query("function:one level:info");
        QTRY_COMPARE(view()->shownLines(), 25);
        // A query that is not one yet changes nothing but what is told.
        query("level>lou");
        QTRY_VERIFY2(count().contains("no level"), qPrintable(count()));
        query("");
        QTest::keyClick(find<QLineEdit>("logFilter"), Qt::Key_Backspace);
        QTRY_COMPARE(view()->shownLines(), 50);
    }

    void findsWhatEarlierRunsSaid()
    {
        test::TestProject project;
        begin(project);
        say("ERROR\tin the first run");
        m_window.reset();
        m_composition.reset();
        init();
        open(project);
        trigger("panel_logs");
        say("INFO\tin the second run");
        QTRY_COMPARE(view()->shownLines(), 1);
        find<QPushButton>("logAllRuns")->click();
        QTRY_COMPARE(view()->shownLines(), 2);
        QVERIFY(find<QPushButton>("logImport")->isVisible() && !find<QPushButton>("logClear")->isVisible());
        query("level:error");
        QTRY_COMPARE(view()->shownLines(), 1);
        query("nowhere");
        QTRY_VERIFY2(count().startsWith("Nothing in "), qPrintable(count()));
        find<QPushButton>("logAllRuns")->click();
        query("run");
        QTRY_COMPARE(view()->shownLines(), 1);
    }

    void tellsTheStoryOfARequest()
    {
        test::TestProject project;
        begin(project);
        say("INFO\tof the request");
        m_composition->logs.append({1'770'000'000'124, logs::Source::Function, "one", "e", "11111111-e9f4-11e8-9739-2dfe598c3fcd", "of another"});
        QTRY_COMPARE(view()->shownLines(), 2);
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, QPoint(200, 5));
        QContextMenuEvent asked(QContextMenuEvent::Keyboard, QPoint(200, 5), view()->viewport()->mapToGlobal(QPoint(200, 5)));
        QApplication::sendEvent(view()->viewport(), &asked);
        auto *menu = find<QMenu>("logMenu");
        menu->actions().first()->trigger();
        QCOMPARE(find<QLineEdit>("logFilter")->text(), "request:8476a536-e9f4-11e8-9739-2dfe598c3fcd");
        QTRY_COMPARE(view()->shownLines(), 1);
        menu->close();
    }

    void looksThroughMillions()
    {
        test::TestProject project;
        project.file("big.log", many(2'000'000));
        begin(project);
        QVERIFY(logs::importLog(project.path("big.log"), logs::LogArchive::folderIn(project.path()), true));
        find<QPushButton>("logAllRuns")->click();
        QTRY_COMPARE_WITH_TIMEOUT(view()->shownLines(), 2'000'000, 20'000);
        // The window goes on meanwhile; a search replaces the one before it.
        query("level>=error");
        QTRY_COMPARE_WITH_TIMEOUT(view()->shownLines(), 2000, 20'000);
        query("order 1999999");
        QTRY_COMPARE_WITH_TIMEOUT(view()->shownLines(), 1, 20'000);
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Home);
        QTest::keyClick(view(), Qt::Key_Up);
        QVERIFY2(view()->selectedText().contains("order 1999999 "), qPrintable(view()->selectedText()));
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_LogPanel>(argc, argv);
}
#include "tst_logpanel.moc"
