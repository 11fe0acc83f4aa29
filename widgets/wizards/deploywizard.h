// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/services/invokeservice.h"
#include "core/services/recentinvocations.h"
#include "widgets/wizards/deployflow.h"

#include <QDialog>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTreeWidget;

namespace eph::ui {

class RehearsalView;
class StatePage;

/// From a project to a release: where to, what changes, what stands in the way, the plan call by call, its progress, and what came of it.
/// Until the plan is carried out nothing happens anywhere; while it is, closing the window lets it go on.
class DeployWizard : public QDialog
{
    Q_OBJECT
public:
    /// `recent` is what was invoked here lately, to rehearse with.
    DeployWizard(const std::shared_ptr<const project::Project> &project, const services::InvokeService &invokes, const services::RecentInvocations &recent, QWidget *parent = nullptr);

    /// Begins at a target and stage that were chosen elsewhere.
    void begin(const services::DeployTarget &target);
    void beginRollback(const services::DeployTarget &target, const QString &release);
    void beginResume(const services::DeployTarget &target, deploy::Journal::Direction direction);

    /// Serves the project, and tells where its local cloud answers. Set by the window.
    std::function<void(std::function<void(const Result<QUrl> &)>)> localEndpoint;
    /// Saves what is open: what is deployed is what is on the disk. False when it could not be.
    std::function<bool()> prepare;

    [[nodiscard]] bool isDeploying() const { return m_flow->state() == DeployFlow::State::Applying; }

Q_SIGNALS:
    /// A release was made, taken back or left open.
    void ended();
    void logsRequested();
    void rollbackRequested(const eph::services::DeployTarget &target, const QString &release);

private:
    enum Page { Target, Changes, Checks, PlanPage, Progress, Outcome };

    [[nodiscard]] QWidget *makeTargetPage();
    [[nodiscard]] QWidget *makeChangesPage();
    [[nodiscard]] QWidget *makeChecksPage();
    [[nodiscard]] QWidget *makePlanPage();
    [[nodiscard]] QWidget *makeProgressPage();
    [[nodiscard]] QWidget *makeOutcomePage();
    void fillTarget(const services::DeployTarget &target);
    void targetChosen();
    [[nodiscard]] services::DeployTarget chosenTarget() const;
    void start(DeployFlow::Request request);
    void showPage(Page page);
    void next();
    void back();
    void flowChanged();
    void showChanges();
    void showFindings();
    void showPlan();
    void beginSteps();
    void showProgress(const deploy::DeployProgress &progress);
    void showOutcome();
    /// An entry for each function that is live, with the event that it is sent.
    void fillInvokeMenu();
    void invokeLive(const deploy::Resource &function);
    void showAnswer(const DeployFlow::LiveAnswer &answer);
    void showFailure(const Error &error);
    void updateButtons();
    void closeEvent(QCloseEvent *event) override;
    void reject() override;

    std::shared_ptr<const project::Project> m_project;
    QString m_folder;
    DeployFlow *m_flow;
    DeployFlow::Request m_wanted;
    QList<QLabel *> m_marks; ///< Of the pages, above them.
    QStackedWidget *m_pages;
    QComboBox *m_target;
    QComboBox *m_stage;
    QComboBox *m_profile;
    QLineEdit *m_region;
    QLineEdit *m_endpoint;
    QLineEdit *m_why;
    QComboBox *m_canary;
    QFormLayout *m_form;
    QLabel *m_identity;
    StatePage *m_planning;
    QStackedWidget *m_changesStack;
    QTreeWidget *m_changes;
    QTreeWidget *m_findings;
    QLabel *m_findingsHead;
    RehearsalView *m_rehearsal;
    QLabel *m_planHead;
    QTreeWidget *m_plan;
    QProgressBar *m_bar;
    QTreeWidget *m_steps;
    QLabel *m_stepText;
    QLabel *m_outcomeHead;
    QLabel *m_outcomeText;
    QTreeWidget *m_addresses;
    QPushButton *m_invoke;
    QMenu *m_invokeMenu;
    QLabel *m_answerHead;
    QPlainTextEdit *m_answer;
    QString m_asked; ///< The function and the event that were sent, for people.
    QPushButton *m_logs;
    QPushButton *m_rollback;
    QPushButton *m_resume;
    QPushButton *m_takeBack;
    QPushButton *m_back;
    QPushButton *m_next;
    QPushButton *m_stop;
    QPushButton *m_cancel;
};

} // namespace eph::ui
