// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/windowfixture.h"
#include "widgets/panels/dayview.h"
#include "widgets/panels/expressionedit.h"
#include "widgets/panels/monthview.h"
#include "widgets/panels/yearview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>
#include <QTreeWidget>

using namespace eph;
using test::TestProject;

/// The schedules of a project in the window, by mouse and keyboard.
class tst_Schedules : public test::WindowTest
{
    Q_OBJECT

    static void make(TestProject &project, const QByteArray &events)
    {
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Digest:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.handler\n      Runtime: nodejs20.x\n" + (events.isEmpty() ? QByteArray() : "      Events:\n" + events));
        project.file("index.js", "exports.handler = async (event) => { require('fs').appendFileSync(__dirname + '/sent', JSON.stringify(event) + '\\n'); };\n");
    }
    QTreeWidget *list() const { return find<QTreeWidget>("scheduleList"); }
    QTreeWidgetItem *item(const QString &id) const
    {
        const auto found = list()->findItems(id, Qt::MatchExactly, 0);
        return found.isEmpty() ? nullptr : found.first();
    }
    QByteArray templateText() const { return m_window->editors()->editorFor(m_window->session().project()->templateFile)->utf8(); }
    void show(const TestProject &project)
    {
        open(project);
        m_window->showPanel("schedule");
        QTRY_VERIFY(m_window->findChild<QTreeWidget *>("scheduleList"));
    }
    template<class T>
    T *inBuilder(const QString &name) const
    {
        return find<QDialog>("scheduleBuilder")->findChild<T *>(name);
    }
    void click(const QString &name) const { QTest::mouseClick(find<QAbstractButton>(name), Qt::LeftButton); }

private Q_SLOTS:
    void anEmptyProjectHasAWayToItsFirst()
    {
        TestProject project;
        make(project, {});
        open(project);
        m_window->showPanel("schedule");
        trigger("newSchedule");
        QTest::keyClicks(inBuilder<QLineEdit>("builderName"), "Daily");
        QTest::keyClick(inBuilder<QLineEdit>("builderName"), Qt::Key_Return);
        QTRY_VERIFY(item("Digest/Daily"));
        QVERIFY2(templateText().contains("        Daily:\n          Type: ScheduleV2\n          Properties:\n            ScheduleExpression: cron(0 9 * * ? *)\n"), templateText());
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        list()->setFocus();
        trigger("undo");
        QTRY_COMPARE(list()->topLevelItemCount(), 0);
    }

    void textAndControlsFollowEachOther()
    {
        TestProject project;
        make(project, "        Morning: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 9 ? * MON-FRI *), ScheduleExpressionTimezone: Europe/Berlin}}\n");
        show(project);
        click("scheduleEdit");
        auto *text = inBuilder<ui::ExpressionEdit>("builderText");
        auto *words = inBuilder<QLabel>("builderWords");
        QCOMPARE(words->text(), "At 09:00 on Monday to Friday.");
        QCOMPARE(inBuilder<QLineEdit>("builderField_day-of-week")->text(), "MON-FRI");
        QVERIFY(inBuilder<QToolButton>("toggle_Friday")->isChecked());
        QVERIFY(!inBuilder<QToolButton>("toggle_Sunday")->isChecked());
        // A click changes the text.
        QTest::mouseClick(inBuilder<QToolButton>("toggle_Friday"), Qt::LeftButton);
        QCOMPARE(text->text(), "cron(0 9 ? * 2-5 *)");
        QTest::mouseClick(inBuilder<QToolButton>("toggle_July"), Qt::LeftButton);
        QCOMPARE(text->text(), "cron(0 9 ? 1-6,8-12 2-5 *)");
        // A field does, and the other day field makes room for it.
        QTest::keyClicks(inBuilder<QLineEdit>("builderField_day-of-month"), "5");
        inBuilder<QLineEdit>("builderField_day-of-month")->setText("");
        QTest::keyClicks(inBuilder<QLineEdit>("builderField_day-of-month"), "L");
        QCOMPARE(text->text(), "cron(0 9 L 1-6,8-12 ? *)");
        QVERIFY(words->text().startsWith("At 09:00 on the last day of the month"));
        // The text changes the controls.
        text->setText("rate(2 hours)");
        QCOMPARE(inBuilder<QSpinBox>("builderRateValue")->value(), 2);
        QCOMPARE(inBuilder<QComboBox>("builderRateUnit")->currentData().toInt(), 3600);
        inBuilder<QSpinBox>("builderRateValue")->setValue(3);
        QCOMPARE(text->text(), "rate(3 hours)");
        QTest::mouseClick(inBuilder<QToolButton>("builderOnce"), Qt::LeftButton);
        QVERIFY2(text->text().startsWith("at(20"), qPrintable(text->text()));
        QVERIFY(words->text().startsWith("Once, on "));
        find<QDialog>("scheduleBuilder")->reject();
    }

    void whatIsOfThatKindAlreadyStays()
    {
        TestProject project;
        make(project, "        Fine: {Type: Schedule, Properties: {Schedule: cron(15 10 ? * 6L 2026)}}\n");
        show(project);
        click("scheduleEdit");
        QTest::mouseClick(inBuilder<QToolButton>("builderCron"), Qt::LeftButton);
        QCOMPARE(inBuilder<QLineEdit>("builderText")->text(), "cron(15 10 ? * 6L 2026)");
        inBuilder<QLineEdit>("builderText")->setText("rate(200000 minutes)");
        QTest::mouseClick(inBuilder<QToolButton>("builderRate"), Qt::LeftButton);
        QCOMPARE(inBuilder<QLineEdit>("builderText")->text(), "rate(200000 minutes)");
        // Seven fields that may be six: Quartz leaves out the year.
        auto *dialect = inBuilder<QComboBox>("builderDialect");
        dialect->setCurrentIndex(dialect->findText("Quartz"));
        Q_EMIT dialect->activated(dialect->currentIndex());
        inBuilder<QLineEdit>("builderText")->setText("0 0 9 * * ?");
        QCOMPARE(inBuilder<QLineEdit>("builderField_hours")->text(), "9");
        QCOMPARE(inBuilder<QLineEdit>("builderField_day-of-week")->text(), "?");
        QCOMPARE(inBuilder<QLineEdit>("builderField_year")->text(), "");
        find<QDialog>("scheduleBuilder")->reject();
    }

    void whatCannotBeWrittenStaysOpen()
    {
        TestProject project;
        make(project, "        Api: {Type: HttpApi, Properties: {Method: GET, Path: /x}}\n        Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}\n");
        show(project);
        click("scheduleNew");
        for (const auto &[name, input] : {std::pair("my daily job", ""), std::pair("Daily", ""), std::pair("Api", ""), std::pair("Fine", "{oops")}) {
            inBuilder<QLineEdit>("builderName")->setText(name);
            inBuilder<QLineEdit>("builderInput")->setText(input);
            QTest::mouseClick(inBuilder<QPushButton>("builderSave"), Qt::LeftButton);
            QVERIFY2(find<QDialog>("scheduleBuilder")->isVisible(), name);
            QVERIFY(!inBuilder<QLabel>("builderHint")->text().isEmpty() || !inBuilder<QLabel>("builderWords")->text().isEmpty());
        }
        inBuilder<QLineEdit>("builderInput")->setText("5");
        QTest::mouseClick(inBuilder<QPushButton>("builderSave"), Qt::LeftButton);
        QTRY_VERIFY(item("Digest/Fine"));
        QVERIFY(templateText().contains("Api: {Type: HttpApi"));
    }

    void theFaultyPartIsMarkedAndExplained()
    {
        TestProject project;
        make(project, "        Morning: {Type: Schedule, Properties: {Schedule: cron(0 9 ? * MON-FRI *)}}\n");
        show(project);
        click("scheduleEdit");
        auto *text = inBuilder<ui::ExpressionEdit>("builderText");
        QVERIFY(!text->hasFault());
        QVERIFY(inBuilder<QPushButton>("builderSave")->isEnabled());
        text->setText("cron(0 25 ? * MON-FRI *)");
        QVERIFY(text->hasFault());
        QVERIFY(inBuilder<QLabel>("builderWords")->text().contains("25"));
        QVERIFY(inBuilder<QLabel>("builderHint")->text().contains("Parameter ScheduleExpression is not valid."));
        QVERIFY(!inBuilder<QPushButton>("builderSave")->isEnabled());
        text->setText("cron(0 23 ? * MON-FRI *)");
        QVERIFY(!text->hasFault());
        QCOMPARE(inBuilder<QTreeWidget>("builderRuns")->topLevelItemCount(), 10);
        find<QDialog>("scheduleBuilder")->reject();
    }

    void anotherDialectIsConverted()
    {
        TestProject project;
        make(project, {});
        open(project);
        m_window->showPanel("schedule");
        trigger("newSchedule");
        auto *dialect = inBuilder<QComboBox>("builderDialect");
        dialect->setCurrentIndex(dialect->findText("Unix crontab"));
        Q_EMIT dialect->activated(dialect->currentIndex());
        // What was meant goes along.
        QCOMPARE(inBuilder<QLineEdit>("builderText")->text(), "0 9 * * *");
        inBuilder<QLineEdit>("builderText")->setText("*/5 9-17 * * 1-5");
        QVERIFY(!inBuilder<QPushButton>("builderSave")->isEnabled());
        QTest::mouseClick(inBuilder<QPushButton>("builderConvert"), Qt::LeftButton);
        QCOMPARE(inBuilder<QLineEdit>("builderText")->text(), "cron(*/5 9-17 ? * 2-6 *)");
        inBuilder<QLineEdit>("builderName")->setText("Work");
        inBuilder<QComboBox>("builderZone")->setCurrentText("Europe/Berlin");
        QTest::mouseClick(inBuilder<QPushButton>("builderSave"), Qt::LeftButton);
        QTRY_VERIFY(item("Digest/Work"));
        QVERIFY2(templateText().contains("ScheduleExpressionTimezone: Europe/Berlin"), templateText());
    }

    void allControlsAreReachedByTab()
    {
        TestProject project;
        make(project, "        Morning: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 9 ? * MON-FRI *)}}\n");
        show(project);
        click("scheduleEdit");
        auto *dialog = find<QDialog>("scheduleBuilder");
        dialog->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(dialog));
        inBuilder<QLineEdit>("builderText")->setFocus();
        QSet<QString> reached;
        for (int i = 0; i < 80; ++i) {
            QWidget *focus = dialog->focusWidget();
            QVERIFY(focus);
            reached.insert(focus->objectName());
            QTest::keyClick(focus, Qt::Key_Tab);
        }
        for (const char *name : {"builderDialect", "builderPreset", "builderText", "builderField_minutes", "builderField_year", "toggle_Monday", "toggle_Sunday", "toggle_December", "builderZone", "builderStart", "builderEnd", "builderFlexible", "builderEnabled", "builderInput", "builderRunCount", "builderRuns", "builderCancel", "builderSave"})
            QVERIFY2(reached.contains(name), qPrintable(QString(name) + " is not among " + QStringList(reached.values()).join(' ')));
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!m_window->findChild<QDialog *>("scheduleBuilder"));
    }

    void isTurnedOffInTheTemplate()
    {
        TestProject project;
        make(project, "        Morning: {Type: Schedule, Properties: {Schedule: rate(1 day)}}\n");
        show(project);
        list()->setFocus();
        list()->setCurrentItem(item("Digest/Morning"));
        QTest::keyClick(list(), Qt::Key_Space);
        QTRY_COMPARE(item("Digest/Morning")->checkState(0), Qt::Unchecked);
        QTRY_VERIFY(templateText().contains("State: DISABLED"));
        // The keys stay where they were.
        QVERIFY(list()->isVisible());
        QVERIFY2(list()->hasFocus(), qPrintable(QApplication::focusWidget() ? QApplication::focusWidget()->objectName() : "nothing has"));
        QTest::keyClick(list(), Qt::Key_Delete);
        QTRY_COMPARE(list()->topLevelItemCount(), 0);
        QVERIFY(!templateText().contains("Morning"));
    }

    void firesByHandAndByItself()
    {
        TestProject project;
        make(project, "        Off: {Type: Schedule, Properties: {Schedule: cron(0 0 1 1 ? *), Enabled: false}}\n        WarmUp: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}\n");
        show(project);
        list()->setCurrentItem(item("Digest/Off"));
        click("scheduleFire");
        QTRY_VERIFY_WITH_TIMEOUT(project.read("sent").contains("\"detail-type\":\"Scheduled Event\""), 20'000);
        QTRY_VERIFY(item("Digest/Off")->text(4).contains("by hand"));
        QVERIFY(find<QLabel>("scheduleNext")->text().contains("Not firing"));
        QVERIFY(!find<QLabel>("scheduleNoRuns")->isVisibleTo(m_window.get()));
        // A template that is read again takes nothing away from what has run.
        item("Digest/Off")->setCheckState(0, Qt::Checked);
        QTRY_VERIFY(!templateText().contains("Enabled: false"));
        QTRY_VERIFY(item("Digest/Off")->text(3) != "disabled");
        QVERIFY(item("Digest/Off")->text(4).contains("by hand"));
        click("scheduleRunAll");
        QTRY_VERIFY(find<QLabel>("scheduleNext")->text().startsWith("Firing"));
        QTRY_VERIFY_WITH_TIMEOUT(project.read("sent").contains("{\"warmUp\":true}"), 20'000);
        click("scheduleRunAll");
        QTRY_VERIFY(find<QLabel>("scheduleNext")->text().contains("Not firing"));
    }

    void whereOneIsDeclaredIsShown()
    {
        TestProject project;
        make(project, "        A: {Type: Schedule, Properties: {Schedule: cron(0 0 * * ? *)}}\n");
        show(project);
        list()->setFocus();
        list()->setCurrentItem(item("Digest/A"));
        trigger("scheduleListPlace");
        QTRY_COMPARE(m_window->editors()->currentPath(), m_window->session().project()->templateFile);
        int line = 0;
        int column = 0;
        m_window->editors()->currentEditor()->getCursorPosition(&line, &column);
        QCOMPARE(line, 8);
        // Where nothing is turned on, that is said.
        item("Digest/A")->setCheckState(0, Qt::Unchecked);
        click("scheduleClockPage");
        QTRY_VERIFY(find<QLabel>("simulationClock")->text().contains("turned on"));
        QVERIFY(!find<QAbstractButton>("simulationStep")->isEnabled());
        click("scheduleCalendarPage");
        QTRY_VERIFY(find<QLabel>("calendarCollisionTitle")->text().contains("turned on"));
        click("scheduleRunsPage");
        QVERIFY(find<QLabel>("scheduleNoRuns")->isVisible());
    }

    void theCalendarIsWalkedByKeys()
    {
        TestProject project;
        make(project, "        A: {Type: Schedule, Properties: {Schedule: cron(0 0 * * ? *)}}\n        B: {Type: Schedule, Properties: {Schedule: cron(0 0 ? * MON *)}}\n");
        show(project);
        click("scheduleCalendarPage");
        auto *year = find<ui::YearView>("calendarYearView");
        year->setFocus();
        QTest::keyClick(year, Qt::Key_Home);
        QCOMPARE(year->current(), 0);
        QTest::keyClick(year, Qt::Key_Right);
        QTest::keyClick(year, Qt::Key_Down);
        QCOMPARE(year->current(), 8);
        QVERIFY(find<QLabel>("calendarDayTitle")->text().contains("9 January"));
        // The month of that day, by the hour; the next month is a key away.
        QTest::keyClick(year, Qt::Key_Return);
        auto *month = find<ui::MonthView>("calendarMonthView");
        QTRY_VERIFY(month->hasFocus());
        QCOMPARE(month->current(), 8);
        QVERIFY(month->accessibleDescription().contains("from 00:00: 1 run"));
        QTest::keyClick(month, Qt::Key_Down);
        QVERIFY(month->accessibleDescription().contains("from 01:00: 0 runs"));
        QTest::keyClick(month, Qt::Key_PageDown);
        QCOMPARE(month->current(), 31);
        QCOMPARE(year->current(), 31);
        QVERIFY(find<QLabel>("calendarDayTitle")->text().contains("1 February"));
        // That hour of the day, then the day, then back out to the year.
        QTest::keyClick(month, Qt::Key_Return);
        auto *day = find<ui::DayView>("calendarDay");
        QTRY_VERIFY(day->hasFocus());
        QVERIFY(day->isZoomed());
        QTest::keyClick(day, Qt::Key_Escape);
        QVERIFY(!day->isZoomed());
        QTest::keyClick(day, Qt::Key_Escape);
        QTRY_VERIFY(month->hasFocus());
        QTest::keyClick(month, Qt::Key_Escape);
        QTRY_VERIFY(year->hasFocus());
        // The two meet on Mondays; one click keeps them apart.
        auto *collisions = find<QTreeWidget>("calendarCollisions");
        QTRY_COMPARE(collisions->topLevelItemCount(), 1);
        click("calendarMove");
        QTRY_VERIFY(templateText().contains("cron(1 0 ? * 2 *)"));
        QTRY_COMPARE(collisions->topLevelItemCount(), 0);
    }

    void theClockIsTurned()
    {
        TestProject project;
        make(project, "        A: {Type: Schedule, Properties: {Schedule: cron(0 0 * * ? *)}}\n");
        show(project);
        click("scheduleClockPage");
        auto *runs = find<QTreeWidget>("simulationRuns");
        click("simulationStep");
        QCOMPARE(runs->topLevelItemCount(), 1);
        QCOMPARE(runs->topLevelItem(0)->text(1), "Digest/A");
        click("simulationRun");
        QTRY_COMPARE(runs->topLevelItemCount(), 7);
        QTRY_VERIFY(find<QLabel>("simulationClock")->text().contains("the end"));
        click("simulationReset");
        QCOMPARE(runs->topLevelItemCount(), 0);
        // Functions are called as they stand in the editor.
        m_window->editors()->open(project.path("index.js"));
        QTRY_VERIFY(m_window->editors()->editorFor(project.path("index.js")));
        m_window->editors()->editorFor(project.path("index.js"))->append("// changed\n");
        QVERIFY(!project.read("index.js").contains("changed"));
        find<QCheckBox>("simulationCall")->setChecked(true);
        click("simulationRun");
        QVERIFY(project.read("index.js").contains("changed"));
        QTRY_COMPARE_WITH_TIMEOUT(runs->topLevelItemCount(), 7, 30'000);
        QCOMPARE(project.read("sent").count('\n'), 7);
        QVERIFY(runs->topLevelItem(6)->text(6).startsWith("answered"));
    }
};

int main(int argc, char **argv)
{
    return test::runWindowTest<tst_Schedules>(argc, argv);
}
#include "tst_schedules.moc"
