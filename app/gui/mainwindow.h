// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/common/composition.h"
#include "core/services/projectsession.h"
#include "core/services/serving.h"
#include "core/services/templateservice.h"
#include "core/sys/background.h"
#include "widgets/common/palette.h"

#include <QDateTime>
#include <QMainWindow>
#include <QMap>
#include <QPointer>
#include <QTimer>

class QLabel;
class QMessageBox;
class QPushButton;
class QStackedWidget;

namespace eph::ui {
class EditorTabs;
class CostPanel;
class DeploymentsPanel;
class DeployWizard;
class EnvironmentsPanel;
class FindBar;
class RoutesPanel;
class SchedulePanel;
class FunctionForm;
class InvokePanel;
class LogPanes;
class ProblemsPanel;
class ProjectPanel;
class SearchPanel;
class SourcesPanel;
class WelcomePage;
}

namespace eph::app {

class Docks;

/// The window: panels around the editor, and who tells whom.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(Composition &composition, QWidget *parent = nullptr);

    void openProject(const QString &path);
    /// A file of its own, or of the open project.
    void openFile(const QString &path);
    /// What was open when the last session ended.
    void restoreLastSession();

    [[nodiscard]] services::ProjectSession &session() { return m_session; }
    [[nodiscard]] ui::EditorTabs *editors() const { return m_editors; }
    [[nodiscard]] ui::InvokePanel *invokePanel() const { return m_invoke; }
    void showPanel(const QString &dockName);
    /// The session ends whether one wants it or not: keeps what is unsaved, then closes or asks.
    void end();

private:
    struct Command {
        QString text;
        QKeySequence shortcut;
        std::function<void()> run;
    };

    void makeMenus();
    /// Of the text that people are at: a file, or what a function has answered.
    [[nodiscard]] ui::FindBar *findBar() const;
    void makeTargetBar();
    void makeStatusStrip();
    void connectPanels();
    void connectCosts();
    void connectDeployments();
    void connectSchedules();
    QAction *addCommand(QMenu *menu, const QString &name, const Command &command);

    void projectChanged();
    void enterProject(const project::Project &project);
    void closeProject();
    /// Calls leave() once nothing unsaved would be lost: at once, or after a question. `saveText` is on its first button.
    void leaveFiles(const QString &saveText, const std::function<void()> &leave);
    void invoke();
    void openText(const QString &name, const QByteArray &text);
    void undo(bool redo);
    void undoTemplate(bool redo);
    void chooseFolder();
    void newProject(const QString &starterId = {});
    void newFunction();
    void openExample(const QString &id);
    void writeTemplate();
    void changeFunction(const project::Function &function, const services::PropertyChange &change);
    void applyTemplateEdit(const QString &file, const std::function<Result<project::TextEdit>(const QByteArray &)> &edit);
    void goTo(const QString &file, int line, int column);
    void goToLine();
    void showCommands();
    void quickOpen();
    void showError(const eph::Error &error);
    /// A sentence above the editor, with one thing to do about it.
    void showNotice(const QString &text, const QString &action, const std::function<void()> &run);
    void findInFiles();
    void showSettings();
    /// Of the chosen function, as it is on the disk.
    void showPackage();
    /// The wizard of the open project; the one that is deploying, where there is one.
    ui::DeployWizard *deployWizard();
    void localEndpoint(std::function<void(const Result<QUrl> &)> take);
    void setFindings(const Findings &findings);
    /// With what the last runs have found.
    void showFindings();
    void takeRun(const services::InvocationRecord &record);
    /// Those of a file that is another since.
    void forgetRunFindings(const QString &path);
    void showHelp();
    void showAbout();
    void setScheme(const QString &name);
    void saveSession();
    void restoreSession(const QString &folder);
    void updateRecent(const QString &folder);
    void updateStatus();
    void updateTitle();
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

    Composition &m_composition;
    services::ProjectSession m_session;
    services::Serving m_serving;
    QString m_sessionFolder; ///< Whose layout is in force.
    QString m_newFunction;   ///< Shown once the project has it.
    QTimer m_remember;
    quint64 m_findingsGeneration = 0;
    Findings m_findings; ///< Of the project as it is written.
    /// Why a function could not be loaded last, and when its file had been changed.
    struct RunFinding {
        Finding finding;
        QDateTime changed;
    };
    QMap<QString, RunFinding> m_runFindings; ///< By function.
    bool m_leaving = false;  ///< What is open has been remembered; closing it changes nothing.
    QList<QAction *> m_commands;
    Docks *m_docks = nullptr;
    QPointer<QMessageBox> m_question; ///< What to do with unsaved files; one at a time.
    sys::BackgroundJobs m_jobs{this};

    QStackedWidget *m_center;
    ui::WelcomePage *m_welcome;
    ui::EditorTabs *m_editors;
    ui::ProjectPanel *m_project;
    ui::InvokePanel *m_invoke;
    ui::LogPanes *m_log;
    ui::EnvironmentsPanel *m_lanes;
    ui::RoutesPanel *m_routes;
    ui::SourcesPanel *m_sources;
    ui::SchedulePanel *m_schedule;
    ui::CostPanel *m_cost;
    ui::DeploymentsPanel *m_deployments;
    QPointer<ui::DeployWizard> m_wizard;
    ui::FunctionForm *m_form;
    ui::ProblemsPanel *m_problems;
    ui::SearchPanel *m_search;
    QMenu *m_recentMenu = nullptr;
    QWidget *m_notice;
    QLabel *m_noticeText;
    QPushButton *m_noticeAction;
    QString m_sessionNotice; ///< What was told of a project that could not be read.
    std::function<void()> m_noticeRun;
    QLabel *m_environments;
    QLabel *m_spending;
    QLabel *m_cursor;
    QLabel *m_language;
    QLabel *m_target;
};

} // namespace eph::app
