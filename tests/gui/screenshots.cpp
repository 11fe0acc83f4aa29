// SPDX-License-Identifier: GPL-3.0-or-later
// Writes every window, panel and dialog in each of its states, in both themes and both sizes, from the shipped examples.
#include "app/gui/mainwindow.h"
#include "core/services/projecttemplates.h"
#include "widgets/common/palette.h"
#include "widgets/common/theme.h"
#include "widgets/editor/editortabs.h"
#include "widgets/panels/invokepanel.h"
#include "widgets/logview/logview.h"
#include "widgets/panels/newprojectdialog.h"
#include "widgets/panels/yearview.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTreeWidget>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <cstdio>

using namespace eph;

namespace {

class Photographer
{
public:
    /// `only` is the panel that is wanted; empty: all of them.
    Photographer(QString folder, QString only, ui::Theme &theme)
        : m_folder(std::move(folder))
        , m_only(std::move(only))
        , m_theme(theme)
    {
        QDir().mkpath(m_folder);
    }

    void photographAll()
    {
        for (const ui::Scheme scheme : {ui::Scheme::Light, ui::Scheme::Dark}) {
            m_theme.apply(scheme);
            for (const QSize size : {QSize(1440, 900), QSize(1024, 700)}) {
                m_suffix = QString("-%1-%2").arg(scheme == ui::Scheme::Light ? "light" : "dark").arg(size.width());
                m_size = size;
                session();
            }
        }
    }

    [[nodiscard]] int count() const { return m_count; }

private:
    void session()
    {
        QSettings().clear();
        const auto composition = app::Composition::create({services::Warmth::KeepEnvironments}).value();
        app::MainWindow window(*composition);
        window.resize(m_size);
        window.show();
        settle();
        shoot(window, "welcome-empty");
        window.showPanel("environments");
        settle();
        shoot(window, "environments-empty");
        window.showPanel("logs");

        QTemporaryDir scratch;
        const QString shop = services::createProject({"shop", scratch.filePath("shop")}).value();
        window.openProject(shop);
        (void)QTest::qWaitFor([&] { return window.session().isOpen(); });
        settle();
        if (m_only == "deploy")
            return deployments(window);
        if (m_only == "logs")
            return logs(window, *composition);
        if (m_only == "cost") {
            window.showPanel("cost");
            settle();
            shoot(window, "cost-empty");
            window.showPanel("environments");
            settle();
            return costs(window, shop);
        }
        shoot(window, "project-opened");
        invoke(window, "search");
        shoot(window, "invoke-answered");
        choose(window, "invokeFunction", "purchase");
        choose(window, "invokeEvent", "out-of-stock.json");
        invoke(window, "purchase");
        shoot(window, "invoke-function-error");
        window.showPanel("environments");
        settle();
        shoot(window, "environments");
        window.findChild<QPushButton *>("burstButton")->click();
        (void)QTest::qWaitFor([&] { return window.findChild<QLabel *>("burstFigure")->text().contains("cold"); }, 20'000);
        settle();
        shoot(window, "environments-burst");
        window.showPanel("routes");
        settle();
        shoot(window, "routes");
        window.findChild<QLineEdit *>("requestTarget")->setText("/products?q=tea");
        window.findChild<QPushButton *>("requestSend")->click();
        (void)QTest::qWaitFor([&] { return window.findChild<QPushButton *>("requestCopyCurl")->isEnabled(); }, 20'000);
        settle();
        shoot(window, "routes-answered");
        window.showPanel("schedule");
        settle();
        shoot(window, "schedule-empty");
        window.showPanel("function");
        settle();
        shoot(window, "function-form");
        window.showPanel("problems");
        settle();
        shoot(window, "problems-empty");
        window.openFile(shop + "/template.yaml");
        ui::CodeEditor *editor = window.editors()->currentEditor();
        editor->apply({editor->utf8().indexOf("Timeout: 10"), 11, "Timout: 1000"});
        (void)QTest::qWaitFor([&] { return !window.session().project()->findings.isEmpty(); });
        settle();
        shoot(window, "problems-full");
        window.showPanel("logs");
        for (int i = 0; i < 100'000; ++i)
            composition->logs.append({1'767'323'045'006 + i * 7, logs::Source::Function, i % 3 ? "search" : "purchase", "e", "r", QString("2026-01-02T03:04:05.006Z\t%1\t%2\tline number %3 of many").arg(i).arg(i % 50 == 0 ? "ERROR" : "INFO").arg(i).toUtf8()});
        settle();
        shoot(window, "logs-full");
        window.findChild<QLineEdit *>("logFilter")->setText("level>=error function:search");
        settle();
        shoot(window, "logs-query");
        window.findChild<QLineEdit *>("logFilter")->setText("level>=loud");
        settle();
        shoot(window, "logs-bad-query");
        window.findChild<QLineEdit *>("logFilter")->setText("line -purchase");
        window.findChild<QPushButton *>("logAllRuns")->click();
        QTest::qWait(600);
        shoot(window, "logs-all-runs");
        window.findChild<QLineEdit *>("logFilter")->setText("nothing in any run");
        QTest::qWait(600);
        shoot(window, "logs-all-runs-no-match");
        window.findChild<QLineEdit *>("logFilter")->clear();
        QTest::qWait(600);
        shoot(window, "logs-all-runs-everything");
        window.findChild<QPushButton *>("logAllRuns")->click();
        window.findChild<QLineEdit *>("logFilter")->setText("nothing like this");
        settle();
        shoot(window, "logs-no-match");
        window.findChild<QLineEdit *>("logFilter")->clear();
        window.findChild<ui::CodeEditor *>("invokeEditor")->setContent("{\n  \"items\": [1, 2,]\n}\n");
        settle();
        shoot(window, "invoke-bad-event");
        window.findChild<QAction *>("replace")->trigger();
        settle();
        shoot(window, "find-and-replace");

        window.findChild<QAction *>("findInFiles")->trigger();
        settle();
        shoot(window, "search-empty");
        find(window, "product");
        shoot(window, "search-full");
        window.findChild<QCheckBox *>("searchRegularExpression")->setChecked(true);
        find(window, "product(");
        shoot(window, "search-error");
        window.findChild<QCheckBox *>("searchRegularExpression")->setChecked(false);

        dialog(window, "commandPalette", "palette");
        dialog(window, "quickOpen", "quick-open");
        dialog(window, "newProject", "new-project");
        dialog(window, "newFunctionAction", "new-function");
        dialog(window, "goToLine", "go-to-line");
        dialog(window, "machine", "this-machine");
        dialog(window, "about", "about");
        dialog(window, "settings", "settings");
        dialog(window, "help", "help");

        window.findChild<QAction *>("packageAction")->trigger();
        QTest::qWait(500);
        auto *package = window.findChild<QDialog *>("packageDialog");
        shoot(*package, "package");
        package->close();
        window.findChild<QPushButton *>("invokeNewEvent")->click();
        settle();
        auto *events = window.findChild<QDialog *>("eventDialog");
        events->findChild<QLineEdit *>("eventSearch")->setText("queue");
        settle();
        shoot(*events, "events");
        events->close();
        deployments(window);
        costs(window, shop);
        schedules(window, scratch);
        sources(window, scratch);

        window.openProject(scratch.filePath("nothing-here"));
        (void)QTest::qWaitFor([&] { return window.findChild<QLabel *>("noticeText")->isVisible(); });
        settle();
        shoot(window, "open-error");
        window.editors()->closeAll();
    }

    /// The panel, and the wizard's pages one after the other; then what a second release changes.
    /// A log with all that can be seen of it.
    void logs(app::MainWindow &window, app::Composition &composition)
    {
        invoke(window, "search");
        choose(window, "invokeFunction", "purchase");
        choose(window, "invokeEvent", "out-of-stock.json");
        invoke(window, "purchase");
        window.showPanel("logs");
        auto *view = window.findChild<ui::LogView *>("logView");
        composition.logs.append({QDateTime::currentMSecsSinceEpoch(), logs::Source::Function, "purchase", "e", "8476a536-e9f4-11e8-9739-2dfe598c3fcd", R"({"level":"WARN","message":"slow","order":{"id":3,"items":["tea","cup"]}})"});
        (void)QTest::qWaitFor([&] { return view->shownLines() > 8; });
        qputenv("AWS_ACCESS_KEY_ID", "a");
        qputenv("AWS_SECRET_ACCESS_KEY", "b");
        cloud::LocalServer::Request serving;
        serving.project.path = window.session().project()->folder;
        const auto ports = composition.cloud.serve(serving).result();
        window.findChild<QPushButton *>("logCloud")->click();
        window.findChild<QLineEdit *>("cloudLogRegion")->setText("eu-central-1");
        window.findChild<QLineEdit *>("cloudLogEndpoint")->setText(QString("http://127.0.0.1:%1").arg(ports->endpoint));
        window.findChild<QPushButton *>("cloudLogFind")->click();
        (void)QTest::qWaitFor([&] { return window.findChild<QListWidget *>("cloudLogGroups")->count() > 0; });
        settle();
        shoot(*window.findChild<QDialog *>("cloudLogDialog"), "logs-cloud-dialog");
        window.findChild<QListWidget *>("cloudLogGroups")->item(0)->setCheckState(Qt::Checked);
        window.findChild<QPushButton *>("cloudLogFollow")->click();
        (void)QTest::qWaitFor([&] { return view->shownLines() > 3; });
        settle();
        shoot(window, "logs-cloud");
        window.findChild<QPushButton *>("logCloud")->click();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Home);
        QTest::keyClick(view, Qt::Key_E);
        QTest::keyClick(view, Qt::Key_B);
        QTest::keyClick(view, Qt::Key_R);
        settle();
        shoot(window, "logs-story");
        window.findChild<QPushButton *>("storyClose")->click();
        QTest::keyClick(view, Qt::Key_End);
        for (int i = 0; i < 200; ++i)
            QTest::keyClick(view, Qt::Key_Down);
        QTest::keyClick(view, Qt::Key_Space);
        for (QAction *column : window.findChild<QMenu *>("logViewMenu")->actions()) {
            if (column->isCheckable() && !column->isChecked())
                column->trigger();
        }
        settle();
        shoot(window, "logs-json-and-columns");
        window.findChild<QPushButton *>("logViewButton")->menu()->actions().at(8)->trigger();
        window.findChild<QWidget *>("logPanel2")->findChild<QLineEdit *>("logFilter")->setText("level>=warn");
        settle();
        shoot(window, "logs-side-by-side");
        for (int i = 0; i < 100'000; ++i)
            composition.logs.append({QDateTime::currentMSecsSinceEpoch() + i * 7, logs::Source::Function, i % 3 ? "search" : "purchase", "e", QByteArray::number(i / 20) + "476a536", "2026-01-02T03:04:05.006Z\t1\t" + QByteArray(i % 997 == 50 ? "ERROR" : i % 211 == 0 ? "WARN" : "INFO") + "\tline " + QByteArray::number(i)});
        QTest::qWait(1500);
        shoot(window, "logs-many-side-by-side");
    }

    void deployments(app::MainWindow &window)
    {
        window.showPanel("deployments");
        settle();
        shoot(window, "deployments-empty");
        window.findChild<QAction *>("deployAction")->trigger();
        settle();
        auto *wizard = window.findChild<QDialog *>("deployWizard");
        auto *next = wizard->findChild<QPushButton *>("deployNext");
        shoot(*wizard, "deploy-target-local");
        wizard->findChild<QComboBox *>("deployTarget")->setCurrentIndex(1);
        settle();
        shoot(*wizard, "deploy-target-aws");
        wizard->findChild<QComboBox *>("deployTarget")->setCurrentIndex(0);
        for (const char *page : {"changes", "checks", "plan"}) {
            next->click();
            (void)QTest::qWaitFor([&] { return next->isEnabled(); }, 20'000);
            settle();
            if (const auto *plan = wizard->findChild<QTreeWidget *>("deployPlan"); plan->isVisible() && plan->topLevelItemCount() > 3)
                plan->topLevelItem(3)->setExpanded(true);
            settle();
            shoot(*wizard, QString("deploy-") + page);
        }
        next->click();
        QTest::qWait(120);
        shoot(*wizard, "deploy-progress");
        (void)QTest::qWaitFor([&] { return wizard->findChild<QLabel *>("deployOutcomeHead")->isVisible(); }, 30'000);
        settle();
        shoot(*wizard, "deploy-result");
        next->click();
        settle();
        shoot(window, "deployments-one");
    }

    void costs(app::MainWindow &window, const QString &shop)
    {
        window.editors()->saveAll();
        window.openProject(shop);
        (void)QTest::qWaitFor([&] { return window.session().isOpen() && window.session().project()->name == "shop"; });
        window.showPanel("cost");
        settle();
        window.findChild<QToolButton *>("costPageSpending")->click();
        invoke(window, "search");
        window.findChild<QPushButton *>("burstButton")->click();
        QTest::qWait(2500);
        shoot(window, "cost-spending");
        choose(window, "costBy", "By what made it run");
        window.findChild<QToolButton *>("costShowTable")->click();
        settle();
        shoot(window, "cost-triggers-values");
        window.findChild<QToolButton *>("costShowTable")->click();
        choose(window, "costBy", "By function");
        window.findChild<QPushButton *>("costBudget")->click();
        settle();
        auto *budget = window.findChild<QDialog *>("budgetDialog");
        budget->findChild<QLineEdit *>("budgetProject")->setText("0.00001");
        budget->findChild<QCheckBox *>("budgetFuse")->setChecked(true);
        settle();
        shoot(*budget, "cost-budget");
        budget->accept();
        QTest::qWait(1200);
        shoot(window, "cost-budget-used-up");
        window.findChild<QToolButton *>("costPageEstimate")->click();
        settle();
        shoot(window, "cost-estimate");
        window.findChild<QToolButton *>("costPageSpending")->click();
        window.findChild<QPushButton *>("costPrices")->click();
        settle();
        auto *prices = window.findChild<QDialog *>("pricesDialog");
        shoot(*prices, "cost-prices");
        prices->close();
        window.findChild<QToolButton *>("costPageWhatIf")->click();
        QTest::qWait(500);
        shoot(window, "cost-what-if-recorded");
        choose(window, "whatIfSource", "Bursts");
        window.findChild<QSlider *>("whatIfTraffic")->setValue(5);
        window.findChild<QSlider *>("whatIfSpeed")->setValue(4);
        QTest::qWait(700);
        window.findChild<QPushButton *>("whatIfKeep")->click();
        window.findChild<QSlider *>("whatIfLimit")->setValue(4);
        QTest::qWait(700);
        shoot(window, "cost-what-if-bursts");
        choose(window, "whatIfSource", "Example: 60 million requests a day, evenly");
        QTest::qWait(900);
        shoot(window, "cost-what-if-example");
        window.findChild<QToolButton *>("costPageMemory")->click();
        settle();
        shoot(window, "cost-memory-empty");
        window.findChild<QSpinBox *>("tuningRuns")->setValue(5);
        window.findChild<QPushButton *>("tuningStart")->click();
        QTest::qWait(400);
        shoot(window, "cost-memory-measuring");
        (void)QTest::qWaitFor([&] { return window.findChild<QPushButton *>("tuningApply")->isVisible(); }, 30'000);
        settle();
        shoot(window, "cost-memory");
    }

    void schedules(app::MainWindow &window, const QTemporaryDir &scratch)
    {
        window.editors()->saveAll();
        QDir(scratch.path()).mkdir("nightly");
        write(scratch.filePath("nightly/index.js"), "exports.handler = async (event) => event.time;\n");
        QByteArray text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Digest:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.handler\n      Runtime: nodejs20.x\n      MemorySize: 512\n      Events:\n";
        text += "        Morning: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(30 2 * * ? *), ScheduleExpressionTimezone: Europe/Berlin}}\n"
                "        Often: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}\n        Report: {Type: Schedule, Properties: {Schedule: cron(0 6 L * ? *), Enabled: false}}\n"
                "        Broken: {Type: Schedule, Properties: {Schedule: cron(0 25 * * ? *)}}\n";
        text += "  Clean:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.handler\n      Runtime: nodejs20.x\n      Events:\n"
                "        Hourly: {Type: Schedule, Properties: {Schedule: cron(0 * * * ? *)}}\n        Midnight: {Type: Schedule, Properties: {Schedule: cron(0 0 * * ? *)}}\n";
        write(scratch.filePath("nightly/template.yaml"), text);
        window.openProject(scratch.filePath("nightly"));
        (void)QTest::qWaitFor([&] { return window.session().isOpen() && window.session().project()->name == "nightly"; });
        window.showPanel("schedule");
        settle();
        shoot(window, "schedule-list");
        for (const auto &[button, name] : {std::pair("scheduleCalendarPage", "schedule-calendar"), std::pair("scheduleClockPage", "schedule-clock")}) {
            window.findChild<QToolButton *>(button)->click();
            settle();
            if (QString(button) == "scheduleClockPage") {
                window.findChild<QPushButton *>("simulationRun")->click();
                QTest::qWait(500);
            }
            shoot(window, name);
        }
        // The day on which an hour is missing.
        window.findChild<QToolButton *>("scheduleCalendarPage")->click();
        choose(window, "calendarZone", "Europe/Berlin");
        window.findChild<QSpinBox *>("calendarYear")->setValue(2026);
        window.findChild<ui::YearView *>("calendarYearView")->setCurrent(87);
        settle();
        shoot(window, "schedule-calendar-clock-change");
        window.findChild<QToolButton *>("calendarMonthly")->click();
        QTest::qWait(50);
        shoot(window, "schedule-calendar-month");
        window.findChild<QToolButton *>("scheduleListPage")->click();
        window.findChild<QPushButton *>("scheduleFire")->click();
        settle();
        window.findChild<QToolButton *>("scheduleRunsPage")->click();
        QTest::qWait(1200);
        shoot(window, "schedule-runs");
        window.findChild<QToolButton *>("scheduleListPage")->click();
        window.findChild<QPushButton *>("scheduleEdit")->click();
        settle();
        auto *builder = window.findChild<QDialog *>("scheduleBuilder");
        shoot(*builder, "schedule-builder");
        builder->findChild<QLineEdit *>("builderText")->setText("cron(30 2 ? * MON-FRX *)");
        settle();
        shoot(*builder, "schedule-builder-error");
        builder->findChild<QLineEdit *>("builderText")->setText("rate(5 minutes)");
        settle();
        shoot(*builder, "schedule-builder-rate");
        auto *dialect = builder->findChild<QComboBox *>("builderDialect");
        dialect->setCurrentIndex(2);
        Q_EMIT dialect->activated(2);
        builder->findChild<QLineEdit *>("builderText")->setText("0 0 13 * 5");
        settle();
        shoot(*builder, "schedule-builder-unix");
        builder->close();
        settle();
    }

    void sources(app::MainWindow &window, const QTemporaryDir &scratch)
    {
        window.showPanel("sources");
        settle();
        shoot(window, "sources-empty");
        QDir(scratch.path()).mkdir("orders");
        write(scratch.filePath("orders/index.js"), "exports.handler = async (event) => { if (event.Records.some(r => r.body.includes('poison'))) throw new Error('no'); };\n");
        write(scratch.filePath("orders/template.yaml"), "Transform: AWS::Serverless-2016-10-31\nResources:\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: index.handler\n      Runtime: nodejs20.x\n      Events:\n"
                                                        "        Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 1}}\n        Clicks: {Type: Kinesis, Properties: {Stream: !GetAtt Clicks.Arn, StartingPosition: LATEST}}\n        News: {Type: SNS, Properties: {Topic: !Ref News}}\n"
                                                        "  Orders: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 3, RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadOrders.Arn, maxReceiveCount: 1}}}\n  DeadOrders: {Type: AWS::SQS::Queue}\n"
                                                        "  Clicks: {Type: AWS::Kinesis::Stream}\n  News: {Type: AWS::SNS::Topic}\n");
        window.openProject(scratch.filePath("orders"));
        (void)QTest::qWaitFor([&] { return window.session().isOpen() && window.session().project()->name == "orders"; });
        auto *list = window.findChild<QTreeWidget *>("sourcesList");
        (void)QTest::qWaitFor([&] { return list->topLevelItemCount() == 4; }, 5000);
        const auto choose = [list](int row) { list->setCurrentItem(list->topLevelItem(row)); };
        const auto send = [&window](const QString &text) {
            window.findChild<QPlainTextEdit *>("sourcesBody")->setPlainText(text);
            window.findChild<QPushButton *>("sourcesSend")->click();
        };
        choose(1);
        for (int i = 1; i <= 12; ++i)
            send(QString("{\"order\": %1, \"item\": \"tea\", \"note\": \"%2\"}").arg(i).arg(i % 5 ? "quick" : "poison"));
        (void)QTest::qWaitFor([&] { return list->topLevelItem(1)->text(2) == "12"; }, 5000);
        QTest::qWait(700);
        shoot(window, "sources-waiting");
        choose(0);
        window.findChild<QPushButton *>("sourcesServe")->click();
        (void)QTest::qWaitFor([&] { return list->topLevelItem(0)->text(2) == "2"; }, 15'000);
        QTest::qWait(700);
        shoot(window, "sources-dead-letters");
        window.findChild<QPushButton *>("sourcesServe")->click();
        choose(2);
        QTest::qWait(700);
        shoot(window, "sources-topic");
    }

    static void write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            std::fprintf(stderr, "%s could not be written\n", qPrintable(path));
    }

    static void settle() { QTest::qWait(160); }

    static void choose(app::MainWindow &window, const QString &box, const QString &text)
    {
        auto *combo = window.findChild<QComboBox *>(box);
        combo->setCurrentText(text);
        Q_EMIT combo->activated(combo->currentIndex());
    }

    static void find(app::MainWindow &window, const QString &text)
    {
        auto *field = window.findChild<QLineEdit *>("searchText");
        field->setText(text);
        QTest::keyClick(field, Qt::Key_Return);
        settle();
    }

    static void invoke(app::MainWindow &window, const QString &)
    {
        const auto outcome = [&window] { return window.findChild<QLabel *>("resultOutcome"); };
        if (outcome())
            outcome()->setText({});
        window.invokePanel()->invoke();
        (void)QTest::qWaitFor([&] { return outcome() && !outcome()->text().isEmpty(); }, 20'000);
        settle();
    }

    void dialog(app::MainWindow &window, const QString &action, const QString &name)
    {
        window.findChild<QAction *>(action)->trigger();
        settle();
        const auto widgets = QApplication::topLevelWidgets();
        for (QWidget *widget : widgets) {
            if (widget != &window && widget->isVisible() && widget->parentWidget()) {
                shoot(*widget, "dialog-" + name);
                widget->close();
            }
        }
        settle();
    }

    void shoot(QWidget &widget, const QString &name)
    {
        const QString file = m_folder + '/' + name + m_suffix + ".png";
        if (!widget.grab().save(file))
            std::fprintf(stderr, "%s could not be written\n", qPrintable(file));
        ++m_count;
    }

    QString m_folder;
    QString m_only;
    ui::Theme &m_theme;
    QString m_suffix;
    QSize m_size;
    int m_count = 0;
};

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    if (argc != 2 && argc != 3) {
        std::fprintf(stderr, "usage: screenshots_maker FOLDER [cost|deploy]\n");
        return 2;
    }
    QTemporaryDir settings;
    qputenv("XDG_DATA_HOME", settings.path().toLocal8Bit());
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    QApplication::setOrganizationName("ephemera-screenshots");
    QApplication::setApplicationName("ephemera-screenshots");
    ui::Theme theme;
    Photographer photographer(QString::fromLocal8Bit(argv[1]), QString::fromLocal8Bit(argc == 3 ? argv[2] : ""), theme);
    photographer.photographAll();
    std::printf("%d pictures in %s\n", photographer.count(), argv[1]);
    return 0;
}
