// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/logs/logarchive.h"
#include "tests/support/windowfixture.h"
#include "widgets/logview/logview.h"
#include "widgets/panels/lanesview.h"
#include "widgets/panels/logpanel.h"

#include <QElapsedTimer>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
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
    [[nodiscard]] QImage picture() const { return view()->viewport()->grab().toImage(); }
    /// What it looked like before; null where there are not two lines.
    [[nodiscard]] QImage opensTheFirstOfTwo() const
    {
        if (!QTest::qWaitFor([this] { return view()->shownLines() == 2; }))
            return {};
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Home);
        const QImage closed = picture();
        QTest::keyClick(view(), Qt::Key_Space);
        return closed;
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

    void showsEverythingAboutARequest()
    {
        test::TestProject project;
        begin(project);
        find<QPushButton>("invokeButton")->click();
        QTRY_VERIFY(outcome().contains("Answered"));
        QTRY_VERIFY(view()->shownLines() >= 4);
        QVERIFY(!find<QWidget>("requestStory")->isVisible());
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Home);
        QTest::keyClick(view(), Qt::Key_E); // There is none: the caret stays.
        for (int i = 0; i < 2; ++i)
            QTest::keyClick(view(), Qt::Key_Down);
        QTest::keyClick(view(), Qt::Key_R);
        QTRY_VERIFY(find<QWidget>("requestStory")->isVisible());
        QCOMPARE(find<QLabel>("storyOutcome")->text(), "answered");
        QCOMPARE(find<QPlainTextEdit>("storyAnswer")->toPlainText(), "1");
        find<QPushButton>("storyLines")->click();
        QTRY_VERIFY(find<QLineEdit>("logFilter")->text().startsWith("request:"));
        QTRY_VERIFY(view()->shownLines() >= 3);
        // Its lane is framed in the panel of all environments.
        find<QPushButton>("storyLane")->click();
        QTRY_VERIFY(find<ui::LanesView>("lanes")->isVisible());
        QVERIFY(!find<ui::LanesView>("lanes")->follows());
        trigger("panel_logs");
        const qint64 before = m_composition->logs.range().end;
        find<QPushButton>("storyReplay")->click();
        QTRY_VERIFY(m_composition->logs.range().end > before);
        find<QPushButton>("storyClose")->click();
        QVERIFY(!find<QWidget>("requestStory")->isVisible());
        // The same among all runs.
        find<QPushButton>("logAllRuns")->click();
        QTRY_VERIFY(view()->shownLines() >= 3);
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Home);
        QTest::keyClick(view(), Qt::Key_Down);
        QTest::keyClick(view(), Qt::Key_R);
        QTRY_VERIFY(find<QWidget>("requestStory")->isVisible());
        QTRY_COMPARE(find<QLabel>("storyOutcome")->text(), "answered");
    }

    void opensWhatALineHolds()
    {
        test::TestProject project;
        begin(project);
        m_composition->logs.append({1'770'000'000'123, logs::Source::Function, "one", "e", "8476a536-e9f4-11e8-9739-2dfe598c3fcd", R"({"level":"ERROR","message":"no","order":{"id":3}})"});
        say("INFO\tplain");
        const QImage closed = opensTheFirstOfTwo();
        QVERIFY(!closed.isNull() && picture() != closed);
        // The caret steps over what is open.
        QTest::keyClick(view(), Qt::Key_Down);
        QVERIFY2(view()->selectedText().endsWith("plain"), qPrintable(view()->selectedText()));
        QTest::keyClick(view(), Qt::Key_Space); // Nothing to open.
        QTest::keyClick(view(), Qt::Key_Up);
        QTest::keyClick(view(), Qt::Key_Space);
        QTRY_VERIFY(picture() == closed);
    }

    void opensAnEventOfSeveralLines()
    {
        test::TestProject project;
        begin(project);
        const QByteArray traceback = "[ERROR] KeyError: 'a'\nTraceback (most recent call last):\n  File \"app.py\", line 3, in handler";
        say(traceback);
        say("after");
        // As it is in memory, and in the archive.
        QCOMPARE(ui::partsOf(traceback), (QStringList{"Traceback (most recent call last):", "  File \"app.py\", line 3, in handler"}));
        QCOMPARE(ui::partsOf(QByteArray(traceback).replace('\n', '\v')), ui::partsOf(traceback));
        QVERIFY(ui::partsOf("one line").isEmpty());
        const QImage closed = opensTheFirstOfTwo();
        QVERIFY(!closed.isNull() && picture() != closed);
        QTest::keyClick(view(), Qt::Key_Space);
        QTRY_VERIFY(picture() == closed);
    }

    void goesToErrorsAndBookmarks()
    {
        test::TestProject project;
        begin(project);
        for (int i = 0; i < 3000; ++i)
            say((i % 1000 == 500 ? "ERROR\tnumber " : "INFO\tnumber ") + QByteArray::number(i));
        QTRY_COMPARE(view()->shownLines(), 3000);
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Home);
        for (const char *expected : {"number 500", "number 1500", "number 2500", "number 500"}) {
            QTest::keyClick(view(), Qt::Key_E);
            QVERIFY2(view()->selectedText().endsWith(expected), qPrintable(view()->selectedText()));
        }
        QTest::keyClick(view(), Qt::Key_B);
        QTest::keyClick(view(), Qt::Key_E, Qt::ShiftModifier);
        QVERIFY(view()->selectedText().endsWith("number 2500"));
        QTest::keyClick(view(), Qt::Key_N);
        QVERIFY(view()->selectedText().endsWith("number 500"));
        // A click into the map goes to that part of the log.
        auto *map = find<QWidget>("logMinimap");
        QTest::mouseClick(map, Qt::LeftButton, {}, QPoint(4, map->height() / 2));
        QVERIFY(std::abs(view()->verticalScrollBar()->value() - 1500) < 60);
        QVERIFY(!view()->isFollowing());
    }

    void showsASpanAlone()
    {
        test::TestProject project;
        begin(project);
        for (int i = 0; i < 1000; ++i)
            m_composition->logs.append({1'770'000'000'000 + i * 10, logs::Source::Function, "one", "e", {}, "line " + QByteArray::number(i)});
        QTRY_COMPARE(view()->shownLines(), 1000);
        auto *timeline = find<QWidget>("logTimeline");
        QTRY_VERIFY(timeline->isVisible());
        const int y = timeline->height() / 3;
        QTest::mousePress(timeline, Qt::LeftButton, {}, QPoint(timeline->width() / 4, y));
        QTest::mouseMove(timeline, QPoint(timeline->width() / 3, y));
        QTest::mouseMove(timeline, QPoint(timeline->width() / 2, y));
        QTest::mouseRelease(timeline, Qt::LeftButton, {}, QPoint(timeline->width() / 2, y));
        QTRY_VERIFY2(std::abs(view()->shownLines() - 250) < 20, qPrintable(QString::number(view()->shownLines())));
        QVERIFY(find<QPushButton>("logSpan")->isVisible());
        // The same lines are found among all runs.
        const qint64 shown = view()->shownLines();
        find<QPushButton>("logAllRuns")->click();
        QTRY_COMPARE(view()->shownLines(), shown);
        find<QPushButton>("logSpan")->click();
        QTRY_COMPARE(view()->shownLines(), 1000);
        find<QPushButton>("logAllRuns")->click();
        // By keys: all but the first bars.
        timeline->setFocus();
        for (int i = 0; i < 10; ++i)
            QTest::keyClick(timeline, Qt::Key_Right);
        QTest::keyClick(timeline, Qt::Key_End, Qt::ShiftModifier);
        QTest::keyClick(timeline, Qt::Key_Return);
        QTRY_VERIFY2(view()->shownLines() < 1000 && view()->shownLines() > 800, qPrintable(QString::number(view()->shownLines())));
        QTest::keyClick(timeline, Qt::Key_Escape);
        QTRY_COMPARE(view()->shownLines(), 1000);
    }

    void choosesColumns()
    {
        test::TestProject project;
        begin(project);
        say("ERROR\tbroken");
        QTRY_COMPARE(view()->shownLines(), 1);
        const QList<QAction *> actions = find<QMenu>("logViewMenu")->actions();
        const QImage before = view()->viewport()->grab().toImage();
        actions.at(3)->trigger();
        QCOMPARE(view()->columns(), QList<ui::LogColumn>({ui::LogColumn::Time, ui::LogColumn::Request, ui::LogColumn::Function, ui::LogColumn::Level}));
        QVERIFY(view()->viewport()->grab().toImage() != before);
        actions.at(0)->trigger();
        QCOMPARE(view()->columns().first(), ui::LogColumn::Request);
    }

    void hasSeveralViewsSideBySide()
    {
        test::TestProject project;
        begin(project);
        for (int i = 0; i < 10; ++i)
            say(i % 5 ? "INFO\tfine" : "ERROR\tbroken");
        QTRY_COMPARE(view()->shownLines(), 10);
        const QList<QAction *> actions = find<QMenu>("logViewMenu")->actions();
        const auto beside = std::find_if(actions.cbegin(), actions.cend(), [](const QAction *action) { return action->text().startsWith("Another"); });
        (*beside)->trigger();
        auto *second = find<QWidget>("logPanel2");
        second->findChild<QLineEdit *>("logFilter")->setText("level:error");
        QTRY_COMPARE(second->findChild<ui::LogView *>("logView")->shownLines(), 2);
        QCOMPARE(find<QWidget>("logPanel1")->findChild<ui::LogView *>("logView")->shownLines(), 10);
        second->findChild<QPushButton *>("logClose")->click();
        QTRY_VERIFY(!m_window->findChild<QWidget *>("logPanel2"));
        QVERIFY(!find<QPushButton>("logClose")->isVisible());
    }

    void exportsWhatIsShown()
    {
        test::TestProject project;
        begin(project);
        for (int i = 0; i < 10; ++i)
            say(i % 5 ? "INFO\tfine" : "ERROR\tbroken " + QByteArray::number(i) + " password=hunter2secret");
        query("level:error");
        QTRY_COMPARE(view()->shownLines(), 2);
        const auto exported = [&](const QString &name) {
            const QList<QAction *> actions = find<QMenu>("logViewMenu")->actions();
            actions.last()->trigger();
            auto *dialog = m_window->findChild<QFileDialog *>("logExportDialog");
            Q_EMIT dialog->fileSelected(project.path(name));
            dialog->close();
            (void)QTest::qWaitFor([&] { return count().contains("lines are in " + name); });
            return project.read(name);
        };
        const QByteArray text = exported("errors.log");
        QCOMPARE(text.count('\n'), 2);
        QVERIFY(text.contains("broken 5") && text.contains("password=[redacted]") && !text.contains("hunter2"));
        const QJsonObject line = QJsonDocument::fromJson(exported("errors.jsonl").split('\n').first()).object();
        QCOMPARE(line.value("level").toString(), "error");
        find<QPushButton>("logAllRuns")->click();
        QTRY_COMPARE(view()->shownLines(), 2);
        QCOMPARE(exported("stored.log").count('\n'), 2);
    }

    void followsTheGroupsOfACloud()
    {
        qputenv("AWS_ACCESS_KEY_ID", "a");
        qputenv("AWS_SECRET_ACCESS_KEY", "b");
        test::TestProject project;
        begin(project);
        cloud::LocalServer::Request serving;
        serving.project = {project.path(), {}, {}};
        QFuture<Result<cloud::LocalServer::Ports>> served = m_composition->cloud.serve(serving);
        QTRY_VERIFY(served.isFinished());
        find<QPushButton>("invokeButton")->click();
        QTRY_VERIFY(outcome().contains("Answered"));
        find<QPushButton>("logCloud")->click();
        auto *dialog = find<QDialog>("cloudLogDialog");
        QVERIFY(!find<QPushButton>("cloudLogFollow")->isEnabled());
        // Nobody is there: the failure is told, and the way out is at hand.
        find<QLineEdit>("cloudLogRegion")->setText("us-east-1");
        find<QLineEdit>("cloudLogEndpoint")->setText("http://127.0.0.1:1");
        find<QPushButton>("cloudLogFind")->click();
        find<QLineEdit>("cloudLogEndpoint")->setText(QString("http://127.0.0.1:%1").arg(served.result()->endpoint));
        find<QPushButton>("cloudLogFind")->click();
        auto *groups = find<QListWidget>("cloudLogGroups");
        QTRY_COMPARE(groups->count(), 1);
        QCOMPARE(groups->item(0)->text(), "/aws/lambda/one");
        groups->item(0)->setCheckState(Qt::Checked);
        find<QPushButton>("cloudLogFollow")->click();
        QTRY_VERIFY(!dialog->isVisible());
        QTRY_VERIFY2(view()->shownLines() >= 3, qPrintable(count()));
        QTRY_VERIFY2(count().contains("followed"), qPrintable(count()));
        const qint64 before = view()->shownLines();
        find<QPushButton>("invokeButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(view()->shownLines() > before, 15'000);
        query("kind:report");
        QTRY_COMPARE(view()->shownLines(), 2);
        QVERIFY(find<QPushButton>("logGroups")->isVisible());
        find<QPushButton>("logAllRuns")->click();
        QVERIFY(!find<QPushButton>("logCloud")->isChecked() && !find<QPushButton>("logGroups")->isVisible());
        find<QPushButton>("logCloud")->click();
        QTRY_COMPARE(view()->shownLines(), 2);
    }

    void looksThroughMillions()
    {
        test::TestProject project;
        project.file("big.log", many(5'000'000));
        begin(project);
        QVERIFY(logs::importLog(project.path("big.log"), logs::LogArchive::folderIn(project.path())));
        find<QPushButton>("logAllRuns")->click();
        QTRY_COMPARE_WITH_TIMEOUT(view()->shownLines(), 5'000'000, 40'000);
        // The window goes on meanwhile; a search replaces the one before it.
        query("level>=error");
        QTRY_COMPARE_WITH_TIMEOUT(view()->shownLines(), 5000, 20'000);
        query("order 4999999");
        QTRY_COMPARE_WITH_TIMEOUT(view()->shownLines(), 1, 20'000);
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Home);
        QTest::keyClick(view(), Qt::Key_Up);
        QVERIFY2(view()->selectedText().contains("order 4999999 "), qPrintable(view()->selectedText()));
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_LogPanel>(argc, argv);
}
#include "tst_logpanel.moc"
