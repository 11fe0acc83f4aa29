// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/costreport.h"
#include "tests/support/windowfixture.h"
#include "widgets/charts/chart.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QSlider>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>
#include <QTreeWidget>

using namespace eph;

/// The cost panel: what was spent, what would happen if, how much memory is right.
class tst_CostPanel : public test::WindowTest
{
    Q_OBJECT

    static constexpr char Code[] = "exports.handler = async () => { let x = 0; for (let i = 0; i < 3e5; ++i) x += i; console.log(x); return x; };\n";

    void begin(test::TestProject &project)
    {
        project.function("nodejs20.x", "index.handler", "      FunctionName: one\n      MemorySize: 256\n      Timeout: 20\n").file("index.js", Code);
        open(project);
        trigger("panel_cost");
    }
    void run(int times = 1)
    {
        for (int i = 0; i < times; ++i) {
            if (auto *outcomeLabel = m_window->findChild<QLabel *>("resultOutcome"))
                outcomeLabel->clear();
            m_window->invokePanel()->invoke();
            QTRY_VERIFY_WITH_TIMEOUT(!outcome().isEmpty(), 20'000);
        }
    }
    services::CostReport report(const test::TestProject &project) const
    {
        return *services::reportCosts({QDir(project.path()).absolutePath(), -1, m_composition->clock.epochMs()}, m_composition->meter.prices());
    }
    void page(const QString &name) const { QTest::mouseClick(find<QToolButton>(name), Qt::LeftButton); }
    void choose(const QString &box, const QString &text) const
    {
        auto *combo = find<QComboBox>(box);
        combo->setCurrentText(text);
        Q_EMIT combo->activated(combo->currentIndex());
    }
    QString cell(int row, int column) const
    {
        auto *table = find<QTableWidget>("whatIfTable");
        return table->item(row, column) ? table->item(row, column)->text() : QString();
    }

private Q_SLOTS:
    void showsWhatTheReportSays()
    {
        test::TestProject project;
        begin(project);
        run(3);
        auto *table = find<QTreeWidget>("costTable");
        QTRY_COMPARE_WITH_TIMEOUT(table->topLevelItemCount() == 1 ? table->topLevelItem(0)->text(1) : QString(), QString("3"), 10'000);
        const services::CostReport now = report(project);
        QCOMPARE(now.functions.first().totals.requests, 3);
        QCOMPARE(table->topLevelItem(0)->text(0), "one");
        QCOMPARE(table->topLevelItem(0)->text(5), now.functions.first().cost.readable());
        QCOMPARE(table->topLevelItem(0)->toolTip(5), now.functions.first().cost.exact());
        QCOMPARE(find<QLabel>("costTotal")->text(), now.bill.total.readable());
        QVERIFY(find<QLabel>("costTotal")->toolTip().contains(now.bill.total.exact()));
        QVERIFY(find<QLabel>("costMonthly")->text().contains("modelled"));
        QVERIFY(find<QLabel>("statusSpending")->isVisible());
        choose("costBy", "By what made it run");
        QTRY_VERIFY(table->topLevelItem(0)->text(0).contains("Invoked directly"));
        // The chart, by the keyboard, and the table behind it.
        auto *chart = find<ui::Chart>("costRate");
        QTest::keyClick(chart->focusProxy(), Qt::Key_End);
        QVERIFY(chart->findChild<QLabel *>("chartValues")->text().startsWith("now"));
        QTest::mouseClick(find<QToolButton>("costShowTable"), Qt::LeftButton);
        QVERIFY(chart->isTableShown());
        QVERIFY(chart->findChild<QTableWidget *>("chartTable")->rowCount() > 50);
        QVERIFY(chart->savePng(project.path("chart.png")));
        QVERIFY(QFileInfo(project.path("chart.png")).size() > 5000);
    }

    void aBudgetIsSetByKeyboardAndWarns()
    {
        test::TestProject project;
        begin(project);
        run();
        QTRY_VERIFY_WITH_TIMEOUT(find<QTreeWidget>("costTable")->topLevelItemCount() == 1, 10'000);
        find<QPushButton>("costBudget")->setFocus();
        QTest::keyClick(find<QPushButton>("costBudget"), Qt::Key_Space);
        auto *dialog = find<QDialog>("budgetDialog");
        QTRY_VERIFY(dialog->isVisible());
        auto *amount = dialog->findChild<QLineEdit *>("budgetProject");
        amount->setFocus();
        QTest::keyClicks(amount, "much");
        QVERIFY(!dialog->findChild<QPushButton *>("budgetSave")->isEnabled());
        QVERIFY(dialog->findChild<QLabel *>("budgetProblem")->text().contains("much"));
        amount->selectAll();
        QTest::keyClicks(amount, "0.0000001");
        dialog->findChild<QCheckBox *>("budgetFuse")->setChecked(true);
        QTest::keyClick(amount, Qt::Key_Return);
        QTRY_VERIFY(find<QLabel>("noticeText")->text().contains("used up"));
        QVERIFY(find<QLabel>("noticeText")->text().contains("Schedules are stopped here."));
        QTRY_VERIFY(find<QLabel>("costBudgetState")->text().contains("stopped"));
        QVERIFY(m_composition->meter.isFuseBlown());
        QVERIFY(project.read(".ephemera/budget.json").contains("0.0000001"));
    }

    void slidersAnswerAtOnce()
    {
        test::TestProject project;
        begin(project);
        run();
        page("costPageWhatIf");
        QTRY_COMPARE_WITH_TIMEOUT(cell(0, 0), QString("A month"), 10'000);
        choose("whatIfSource", "At random");
        auto *shape = find<QLineEdit>("whatIfShape");
        shape->selectAll();
        QTest::keyClicks(shape, "poisson:rate=100/s,for=1000s");
        QTest::keyClick(shape, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(cell(0, 1).size() > 3 && cell(0, 1) == cell(0, 2), 10'000);
        const QString before = cell(0, 2);
        auto *traffic = find<QSlider>("whatIfTraffic");
        traffic->setFocus();
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(traffic, Qt::Key_Right);
        QTRY_VERIFY(cell(0, 2) != before);
        // A hundred thousand requests; how quickly is for the benchmark, that it is no matter of seconds for this.
        QVERIFY(timer.elapsed() < 2'000);
        QCOMPARE(cell(0, 1), before);
        QCOMPARE(traffic->accessibleDescription(), "2 times");
        QTest::mouseClick(find<QPushButton>("whatIfKeep"), Qt::LeftButton);
        QTRY_COMPARE(find<QTableWidget>("whatIfTable")->columnCount(), 4);
        QTest::mouseClick(find<QPushButton>("whatIfReset"), Qt::LeftButton);
        QTRY_COMPARE(cell(0, 3), before);
        QVERIFY(find<QTableWidget>("whatIfOthers")->rowCount() > 8);
        // A shape that cannot be says what is wrong and keeps nothing of before.
        shape->selectAll();
        QTest::keyClicks(shape, "poisson:rate=many");
        QTest::keyClick(shape, Qt::Key_Return);
        QTRY_VERIFY(find<QLabel>("whatIfText")->text().contains("many"));
        QCOMPARE(find<QTableWidget>("whatIfTable")->columnCount(), 1);
        choose("whatIfSource", "Example: One second cut to 200 ms");
        QTRY_VERIFY_WITH_TIMEOUT(cell(4, 1) == "1.00 s", 10'000);
        QVERIFY(find<QLabel>("whatIfText")->text().contains("80 %"));
    }

    void lookingAtTheMemorySavesNothing()
    {
        test::TestProject project;
        begin(project);
        QTRY_COMPARE(m_window->editors()->currentPath(), project.path("index.js"));
        ui::CodeEditor *editor = m_window->editors()->currentEditor();
        editor->apply({0, 0, "// not yet\n"});
        page("costPageMemory");
        auto *start = find<QPushButton>("tuningStart");
        QTRY_VERIFY(start->isEnabled());
        QVERIFY(editor->isModified());
        QCOMPARE(project.read("index.js"), QByteArray(Code));
        // Measuring runs what is on the screen.
        find<QSpinBox>("tuningRuns")->setValue(1);
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(project.read("index.js").startsWith("// not yet"));
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(start->text(), QString("Measure"), 20'000);
        // What keeps it from running is said, and nothing is begun.
        auto *event = find<ui::CodeEditor>("invokeEditor");
        event->setContent("{");
        QTRY_VERIFY(find<QLabel>("invokeProblem")->isVisibleTo(m_window->invokePanel()));
        page("costPageSpending");
        page("costPageMemory");
        QVERIFY(!start->isEnabled());
        QVERIFY2(find<QLabel>("tuningWhat")->text().contains("Line 1"), qPrintable(find<QLabel>("tuningWhat")->text()));
    }

    void memoryIsMeasuredAndSet()
    {
        test::TestProject project;
        begin(project);
        page("costPageMemory");
        auto *start = find<QPushButton>("tuningStart");
        QTRY_VERIFY(start->isEnabled());
        find<QSpinBox>("tuningRuns")->setValue(2);
        choose("tuningGoal", "Fastest");
        QTest::mouseClick(start, Qt::LeftButton);
        QCOMPARE(start->text(), "Cancel");
        auto *apply = find<QPushButton>("tuningApply");
        QTRY_VERIFY_WITH_TIMEOUT(apply->isVisible(), 60'000);
        QCOMPARE(find<QTableWidget>("tuningTable")->rowCount(), 6);
        QCOMPARE(find<ui::Chart>("tuningChart")->table().size(), 7);
        // The fastest is not the slowest by seven times.
        QVERIFY(apply->text().startsWith("Set one to "));
        const QString memory = apply->text().section(' ', 3, 3);
        QTest::mouseClick(apply, Qt::LeftButton);
        QVERIFY(m_window->editors()->editorFor(project.path("template.yaml"))->utf8().contains("MemorySize: " + memory.toUtf8()));
        QCOMPARE(apply->text(), "Set in the editor");
        QVERIFY(!apply->isEnabled());
        // Whether it is kept is the user's.
        QVERIFY(project.read("template.yaml").contains("MemorySize: 256"));
        trigger("saveAll");
        QTRY_COMPARE_WITH_TIMEOUT(apply->text(), memory + " MB is right", 10'000);
        // Of another project it says nothing.
        test::TestProject other;
        other.function("nodejs20.x", "index.handler", "      FunctionName: one\n").file("index.js", Code);
        open(other);
        QTRY_VERIFY(!apply->isVisible());
        QCOMPARE(find<QTableWidget>("tuningTable")->rowCount(), 0);
    }

    void aMeasurementCanBeCancelled()
    {
        test::TestProject project;
        begin(project);
        page("costPageMemory");
        auto *start = find<QPushButton>("tuningStart");
        QTRY_VERIFY(start->isEnabled());
        find<QSpinBox>("tuningRuns")->setValue(1000);
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_VERIFY(find<QTableWidget>("tuningTable")->isVisible());
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(start->text(), QString("Measure"), 20'000);
        QVERIFY(!find<QPushButton>("tuningApply")->isVisible());
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_CostPanel>(argc, argv);
}
#include "tst_costpanel.moc"
