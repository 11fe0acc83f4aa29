// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/windowfixture.h"
#include "widgets/panels/lanesview.h"

#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QInputDialog>
#include <QListWidget>
#include <QSpinBox>
#include <QTreeWidget>

using namespace eph;
using namespace eph::ui;

/// Running functions in the window: events, answers, errors, bursts.
class tst_Invoking : public test::WindowTest
{
    Q_OBJECT
private Q_SLOTS:
    void opensEditsInvokesFailsGoesToTheLineAndIsMended()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async (event) => {\n  return event.missing.length;\n};\n").file("events/order.json", "{\"items\": []}\n");
        open(project);
        // The first function's code is open and its event is loaded.
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        QCOMPARE(find<QComboBox>("invokeEvent")->currentText(), "order.json");

        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Function error"), 20'000);
        QVERIFY(find<QLabel>("resultError")->text().startsWith("TypeError: Cannot read properties of undefined"));
        auto *trace = find<QListWidget>("resultTrace");
        int frame = 0;
        while (frame < trace->count() && !trace->item(frame)->text().contains("index.js:2"))
            ++frame;
        QVERIFY(frame < trace->count());
        QTest::mouseClick(trace->viewport(), Qt::LeftButton, {}, trace->visualItemRect(trace->item(frame)).center());
        int line = 0;
        int column = 0;
        CodeEditor *editor = m_window->editors()->currentEditor();
        editor->getCursorPosition(&line, &column);
        QCOMPARE(line, 1);

        // Mended in the editor; running again saves first.
        editor->apply({editor->utf8().indexOf("event.missing"), qsizetype(qstrlen("event.missing")), "event.items"});
        QVERIFY(editor->isModified());
        QTest::keyClick(m_window.get(), Qt::Key_F5, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 20'000);
        QCOMPARE(payload(), "0");
        QVERIFY(project.read("index.js").contains("event.items.length"));
        QCOMPARE(find<QListWidget>("invokeHistory")->count(), 2);
        QTRY_VERIFY(m_composition->logs.range().end > 5);
    }

    void aBrokenEventIsUnderlinedAndNotSent()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        auto *editor = find<CodeEditor>("invokeEditor");
        QTRY_VERIFY(find<QPushButton>("invokeButton")->isEnabled());
        editor->setContent("{\n  \"a\": ,\n}");
        QTRY_VERIFY(!find<QPushButton>("invokeButton")->isEnabled());
        QVERIFY(find<QLabel>("invokeProblem")->text().startsWith("Line 2"));
        QVERIFY(editor->SendScintilla(QsciScintillaBase::SCI_INDICATORVALUEAT, 8UL, 9L) != 0);
        // Nor by a burst, which says why.
        trigger("panel_environments");
        find<QPushButton>("burstButton")->click();
        QTRY_COMPARE(find<QLabel>("burstFigure")->text(), "The burst could not run");
        QVERIFY2(find<QLabel>("burstText")->text().contains("Line 2"), qPrintable(find<QLabel>("burstText")->text()));
        const QList<QLabel *> labels = find<QDockWidget>("environments")->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.cbegin(), labels.cend(), [](const QLabel *label) { return label->isVisible() && label->text().contains("Line 2"); }));
        editor->setContent("{}");
        QTRY_VERIFY(find<QPushButton>("invokeButton")->isEnabled());
    }

    void runsNothingWhileTheDiskHasAnotherVersion()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 'first';\n");
        open(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        CodeEditor *editor = m_window->editors()->currentEditor();
        editor->apply({editor->utf8().indexOf("first"), 5, "mine"});
        project.file("index.js", "exports.handler = async () => 'pulled';\n");
        trigger("invokeAction");
        QVERIFY(find<QPushButton>("conflictKeepMine")->isVisible());
        QVERIFY(project.read("index.js").contains("pulled"));
        find<QPushButton>("conflictKeepMine")->click();
        trigger("invokeAction");
        QTRY_COMPARE_WITH_TIMEOUT(payload(), "\"mine\"", 20'000);
        QVERIFY(project.read("index.js").contains("mine"));
    }

    void keepsEventsOfProjectsApart()
    {
        test::TestProject one;
        test::TestProject two;
        one.function("nodejs20.x", "index.handler").file("index.js", "1;\n").file("events/order.json", "{\"of\": \"one\"}\n");
        two.function("nodejs20.x", "index.handler").file("index.js", "1;\n").file("events/order.json", "{\"of\": \"two\"}\n");
        open(one);
        auto *event = find<CodeEditor>("invokeEditor");
        QTRY_COMPARE(event->utf8(), "{\"of\": \"one\"}\n");
        open(two);
        QTRY_COMPARE(event->utf8(), "{\"of\": \"two\"}\n");
        two.file("events/order.json", "{\"of\": \"disk\"}\n");
        QTRY_COMPARE(event->utf8(), "{\"of\": \"disk\"}\n");
        event->apply({0, event->utf8().size(), "{\"typed\": 1}\n"});
        auto *box = find<QComboBox>("invokeEvent");
        box->setCurrentIndex(0);
        Q_EMIT box->activated(0);
        QCOMPARE(event->utf8(), "{\n}\n");
        // What was typed is there when its event is chosen again, and undo goes no further back than the file.
        QCOMPARE(box->itemText(1), QString::fromUtf8("● order.json"));
        box->setCurrentIndex(1);
        Q_EMIT box->activated(1);
        QCOMPARE(event->utf8(), "{\"typed\": 1}\n");
        for (int i = 0; i < 3; ++i)
            event->undo();
        QCOMPARE(event->utf8(), "{\"of\": \"disk\"}\n");
        QCOMPARE(two.read("events/order.json"), "{\"of\": \"disk\"}\n");
        find<QPushButton>("invokeSaveEventAs")->click();
        auto *question = find<QInputDialog>("eventNameDialog");
        QCOMPARE(question->textValue(), "Fn");
        question->setTextValue("order");
        QCOMPARE(question->okButtonText(), "Replace order");
        question->reject();
    }

    void codeThatCannotBeLoadedIsAProblem_data()
    {
        QTest::addColumn<QString>("runtime");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("mended");
        QTest::newRow("CommonJS") << "nodejs20.x" << "index.js" << QByteArray("\nexports.handler = async () => { return 1 ;\n") << QByteArray("exports.handler = async () => 1;\n");
        QTest::newRow("ES module") << "nodejs20.x" << "index.mjs" << QByteArray("\nexport const handler = async () => { return 1 ;\n") << QByteArray("export const handler = async () => 1;\n");
        QTest::newRow("Python") << "python3.11" << "index.py" << QByteArray("\ndef handler(event, context:\n    return 1\n") << QByteArray("def handler(event, context):\n    return 1\n");
    }
    void codeThatCannotBeLoadedIsAProblem()
    {
        QFETCH(QString, runtime);
        QFETCH(QString, file);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, mended);
        test::TestProject project;
        project.function(runtime.toUtf8(), "index.handler").file(file, code);
        open(project);
        trigger("panel_problems");
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Init error"), 20'000);
        auto *problems = find<QTreeWidget>("problemsList");
        const auto told = [&] { return problems->findItems("could not be loaded", Qt::MatchContains); };
        QTRY_COMPARE(told().size(), 1);
        QVERIFY2(told().first()->text(1).contains(file + ':'), qPrintable(told().first()->text(1)));
        // Mended on the disk, and run.
        project.file(file, mended);
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 20'000);
        QTRY_VERIFY(told().isEmpty());
    }

    void aBurstShowsItsColdStarts()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => { await new Promise((r) => setTimeout(r, 50)); return 1; };\n");
        open(project);
        trigger("panel_environments");
        find<QSpinBox>("burstRequests")->setValue(20);
        find<QSpinBox>("burstConcurrency")->setValue(4);
        find<QPushButton>("burstButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>("burstFigure")->text(), "4 cold of 20 (20 %)", 20'000);
        auto *view = find<ui::LanesView>("lanes");
        QVERIFY(!view->follows());
        const QList<runtime::Lane> lanes = m_composition->cloud.lanes().lanes();
        const auto lived = std::count_if(lanes.cbegin(), lanes.cend(), [](const runtime::Lane &lane) { return std::any_of(lane.spans.cbegin(), lane.spans.cend(), [](const runtime::LaneSpan &span) { return span.phase == runtime::LanePhase::Invoke; }); });
        QCOMPARE(lived, 4);
        // Everything is ended and refused until it is let go.
        auto *halt = find<QPushButton>("killSwitch");
        halt->click();
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Throttled"), 10'000);
        halt->click();
        find<QPushButton>("makeCold")->click();
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 10'000);
        QTRY_VERIFY(find<QLabel>("resultReport")->text().startsWith("Fn · cold"));
        // What runs now is seen: the burst is over.
        QTRY_VERIFY(view->follows());
    }

    void aBurstCanBeStopped()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => { await new Promise((r) => setTimeout(r, 20)); return 1; };\n");
        open(project);
        trigger("panel_environments");
        find<QSpinBox>("burstRequests")->setValue(100'000);
        find<QSpinBox>("burstConcurrency")->setValue(2);
        auto *burst = find<QPushButton>("burstButton");
        burst->click();
        QCOMPARE(burst->text(), "Stop");
        QTRY_VERIFY_WITH_TIMEOUT(!m_composition->cloud.lanes().isEmpty(), 10'000);
        QTest::qWait(300);
        burst->click();
        QTRY_COMPARE_WITH_TIMEOUT(burst->text(), "Burst", 10'000);
        const QString figure = find<QLabel>("burstFigure")->text();
        QVERIFY2(figure.startsWith("2 cold of ") && !figure.contains("100000"), qPrintable(figure));
    }

    void showsLargeAnswersWithoutStandingStill()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => { console.log('x'.repeat(900) + '\\n'); return Array.from({length: 60000}, (_, i) => ({ i, name: 'item ' + i })); };\n");
        open(project);
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 20'000);
        QVERIFY(find<QPushButton>("resultWhole")->isVisible());
        find<QPushButton>("resultWhole")->click();
        QTRY_VERIFY(m_window->editors()->currentPath().endsWith(".json"));
        // No line of it is too long to be shown.
        const QByteArray whole = m_window->editors()->currentEditor()->utf8();
        QVERIFY(whole.size() > 1'500'000 && whole.contains("\n    \"i\": 59999,\n"));
        QVERIFY(m_window->editors()->currentEditor()->isReadOnly());
        QFile::remove(m_window->editors()->currentPath());
    }

    void aValueAloneIsNotMarkedAsAMistake()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async (event) => event.structured ? { n: 42 } : 42;\n");
        open(project);
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 20'000);
        auto *answer = find<ui::CodeEditor>("resultPayload");
        QCOMPARE(answer->utf8().trimmed(), "42");
        QCOMPARE(answer->languageName(), "");
        auto *event = find<ui::CodeEditor>("invokeEditor");
        event->setContent("42");
        QTRY_COMPARE(event->languageName(), "");
        event->setContent("{\"structured\": true}");
        QTRY_COMPARE(event->languageName(), "JSON");
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(answer->utf8().contains("\"n\": 42"), 20'000);
        QCOMPARE(answer->languageName(), "JSON");
    }

    void asksForATenantWhereThereIsOne()
    {
        test::TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: nodejs20.x, Handler: index.handler}}\nResources:\n  Shared: {Type: AWS::Serverless::Function}\n  Tenants: {Type: AWS::Serverless::Function, Properties: {TenancyConfig: {TenantIsolationMode: PER_TENANT}}}\n")
            .file("index.js", "let n = 0;\nexports.handler = async (event, context) => `${context.tenantId} ${++n}`;\n");
        open(project);
        auto *tenant = find<QLineEdit>("invokeTenant");
        QVERIFY(!tenant->isVisible());
        find<QComboBox>("invokeFunction")->setCurrentText("Tenants");
        QVERIFY(tenant->isVisible());
        const auto runs = [&](const QString &answer) {
            trigger("invokeAction");
            return QTest::qWaitFor([&] { return payload() == answer; }, 20'000);
        };
        tenant->setText("blue");
        QVERIFY(runs("\"blue 1\""));
        QVERIFY(runs("\"blue 2\""));
        tenant->setText("green");
        QVERIFY(runs("\"green 1\""));
        // The history runs for whom it ran.
        auto *history = find<QListWidget>("invokeHistory");
        Q_EMIT history->itemActivated(history->item(1));
        QTRY_COMPARE_WITH_TIMEOUT(payload(), "\"blue 3\"", 20'000);
        tenant->clear();
        trigger("invokeAction");
        const auto isTold = [&] {
            const auto labels = m_window->findChildren<QLabel *>();
            return std::any_of(labels.cbegin(), labels.cend(), [](const QLabel *label) { return label->isVisible() && label->text().remove(QChar(0x200B)).contains("Add a valid tenant ID"); });
        };
        QTRY_VERIFY(isTold());
        find<QComboBox>("invokeFunction")->setCurrentText("Shared");
        QVERIFY(!tenant->isVisible());
        QVERIFY(runs("\"undefined 1\""));
    }

    void saysThatItRunsAndWhoseResultThatIs()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "      Timeout: 60\n").file("index.js", "exports.handler = (event) => new Promise((r) => setTimeout(() => r(7), event.ms ?? 0));\n");
        open(project);
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 20'000);
        QVERIFY(find<QLabel>("resultReport")->text().startsWith("Fn · "));
        find<CodeEditor>("invokeEditor")->setContent("{\"ms\": 30000}");
        trigger("invokeAction");
        QTRY_COMPARE_WITH_TIMEOUT(outcome(), "Running Fn", 10'000);
        QVERIFY(find<QLabel>("resultReport")->text().contains("last result, of Fn"));
        QCOMPARE(payload(), "7");
        find<QPushButton>("invokeButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Stopped"), 10'000);
    }

    void aThrottledRunSaysWhyAndKeepsThePanelNarrow()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        trigger("panel_environments");
        find<QPushButton>("killSwitch")->click();
        trigger("invokeAction");
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Throttled"), 20'000);
        QVERIFY2(find<QLabel>("resultAdvice")->text().contains("kill switch"), qPrintable(find<QLabel>("resultAdvice")->text()));
        const QString error = find<QLabel>("resultError")->text().remove(QChar(0x200B));
        QVERIFY2(error.startsWith("ReservedFunctionConcurrentInvocationLimitExceeded: ") && !error.contains('{'), qPrintable(error));
        QVERIFY(!find<QLabel>("resultCost")->isVisible());
        const auto *button = find<QPushButton>("invokeButton");
        QVERIFY(m_window->rect().contains(QRect(button->mapTo(m_window.get(), QPoint()), button->size())));
    }

    void oneGetsOutOfTheEventByTheKeyboard()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async () => 1;\n");
        open(project);
        auto *event = find<CodeEditor>("invokeEditor");
        event->setFocus();
        const QByteArray before = event->utf8();
        QTest::keyClick(event, Qt::Key_Tab);
        QVERIFY(event->hasFocus() && event->utf8() != before);
        const QByteArray indented = event->utf8();
        QTest::keyClick(event, Qt::Key_Escape);
        QTest::keyClick(event, Qt::Key_Tab);
        QVERIFY(!event->hasFocus());
        QCOMPARE(event->utf8(), indented);
        event->setFocus();
        QTest::keyClick(event, Qt::Key_Escape);
        QTest::keyClick(event, Qt::Key_Backtab, Qt::ShiftModifier);
        QVERIFY(!event->hasFocus());
    }

    void stopsARun()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "      Timeout: 60\n").file("index.js", "exports.handler = () => new Promise((r) => setTimeout(r, 60000));\n");
        open(project);
        auto *button = find<QPushButton>("invokeButton");
        trigger("invokeAction");
        QTRY_COMPARE(button->text(), "Stop");
        QTRY_COMPARE_WITH_TIMEOUT(m_composition->cloud.counts().busy, 1, 10'000);
        button->click();
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Stopped"), 10'000);
        QCOMPARE(button->text(), "Invoke");
    }

    void whatWasTypedComesBackWhereItWas()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler", "  Other: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs20.x, Handler: index.handler}}\n")
            .file("index.js", "exports.handler = async () => 1;\n").file("events/fn.json", "{\"of\": \"fn\"}\n").file("events/other.json", "{\"of\": \"other\"}\n");
        open(project);
        auto *editor = find<CodeEditor>("invokeEditor");
        const auto *event = find<QComboBox>("invokeEvent");
        m_window->invokePanel()->selectFunction("Other");
        QCOMPARE(event->currentText(), "other.json");
        editor->apply({0, 0, " "});
        // Each function has its own event, also while one is edited.
        m_window->invokePanel()->selectFunction("Fn");
        QCOMPARE(editor->utf8(), "{\"of\": \"fn\"}\n");
        m_window->invokePanel()->selectFunction("Other");
        QCOMPARE(editor->utf8(), " {\"of\": \"other\"}\n");
        const QByteArray state = m_window->invokePanel()->state();
        m_window.reset();
        m_window = std::make_unique<app::MainWindow>(*m_composition);
        m_window->show();
        open(project);
        m_window->invokePanel()->restore(state);
        QCOMPARE(m_window->invokePanel()->functionName(), "Other");
        QCOMPARE(find<QComboBox>("invokeEvent")->currentText(), QString::fromUtf8("● other.json"));
        QCOMPARE(find<CodeEditor>("invokeEditor")->utf8(), " {\"of\": \"other\"}\n");
        QVERIFY(find<CodeEditor>("invokeEditor")->isModified());
        QCOMPARE(project.read("events/fn.json"), "{\"of\": \"fn\"}\n");
    }

    void anotherFunctionRunsMeanwhile()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.slow", "      Timeout: 60\n  Quick: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs20.x, Handler: index.quick}}\n")
            .file("index.js", "exports.slow = () => new Promise((r) => setTimeout(r, 60000));\nexports.quick = async () => 'quick';\n");
        open(project);
        const auto *button = find<QPushButton>("invokeButton");
        m_window->invokePanel()->selectFunction("Fn");
        trigger("invokeAction");
        QTRY_COMPARE(button->text(), "Stop");
        m_window->invokePanel()->selectFunction("Quick");
        QCOMPARE(button->text(), "Invoke");
        QTest::mouseClick(find<QPushButton>("invokeButton"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(payload(), "\"quick\"", 20'000);
        m_window->invokePanel()->selectFunction("Fn");
        QCOMPARE(button->text(), "Stop");
        QTest::mouseClick(find<QPushButton>("invokeButton"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(button->text(), "Invoke", 10'000);
        // What was asked for since stays; the history has both.
        QCOMPARE(payload(), "\"quick\"");
        QCOMPARE(find<QListWidget>("invokeHistory")->count(), 2);
    }

    void anEventIsMadeAsItsSourceSendsIt()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "exports.handler = async (event) => event.Records.map((record) => record.body);\n");
        open(project);
        QTest::mouseClick(find<QPushButton>("invokeNewEvent"), Qt::LeftButton);
        auto *dialog = find<QDialog>("eventDialog");
        auto *search = dialog->findChild<QLineEdit *>("eventSearch");
        auto *list = dialog->findChild<QListWidget *>("eventList");
        // What is meant comes first, and the arrows go through the rest.
        for (const auto &[words, title] : {std::pair("sqs", "Messages of a queue"), std::pair("http api", "Request to an HTTP API"), std::pair("rest api", "Request to a REST API")}) {
            search->clear();
            QTest::keyClicks(search, words);
            QVERIFY2(list->currentItem()->text().endsWith(title), qPrintable(list->currentItem()->text()));
        }
        QTest::keyClick(search, Qt::Key_Down);
        QCOMPARE(list->currentRow(), list->count() > 1 ? 1 : 0);
        search->clear();
        QTest::keyClicks(search, "queue fifo");
        QCOMPARE(dialog->findChild<QListWidget *>("eventList")->count(), 1);
        dialog->findChild<QLineEdit *>("eventField_body")->setText("a message");
        dialog->findChild<QSpinBox *>("eventCount")->setValue(2);
        QVERIFY(dialog->findChild<ui::CodeEditor *>("eventPreview")->utf8().contains("a message"));
        QTest::keyClick(dialog->findChild<QLineEdit *>("eventSearch"), Qt::Key_Return);
        QTRY_VERIFY(find<ui::CodeEditor>("invokeEditor")->utf8().contains("a message"));
        m_window->invokePanel()->invoke();
        QTRY_VERIFY_WITH_TIMEOUT(outcome().contains("Answered"), 20'000);
        QCOMPARE(payload().simplified(), "[ \"a message\", \"a message\" ]");
    }

    void aSearchWithoutAnswerSaysSo()
    {
        test::TestProject project;
        project.function("nodejs20.x", "index.handler").file("index.js", "");
        open(project);
        QTest::mouseClick(find<QPushButton>("invokeNewEvent"), Qt::LeftButton);
        auto *dialog = find<QDialog>("eventDialog");
        dialog->findChild<QLineEdit *>("eventSearch")->setText("no such source");
        QVERIFY(!dialog->findChild<QPushButton *>("eventUse")->isEnabled());
        QVERIFY(!dialog->findChild<QLabel *>("eventProblem")->text().isEmpty());
        dialog->reject();
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_Invoking>(argc, argv);
}
#include "tst_invoking.moc"
