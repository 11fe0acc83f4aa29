// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/docks.h"
#include "app/gui/mainwindow.h"
#include "app/gui/windowsettings.h"
#include "core/services/machinefindings.h"
#include "core/services/stackframes.h"
#include "widgets/common/theme.h"
#include "widgets/editor/editortabs.h"
#include "widgets/editor/fileview.h"
#include "widgets/logview/logview.h"
#include "widgets/panels/costpanel.h"
#include "widgets/panels/deploymentspanel.h"
#include "widgets/panels/environmentspanel.h"
#include "widgets/panels/filetree.h"
#include "widgets/panels/functionform.h"
#include "widgets/panels/invokepanel.h"
#include "widgets/panels/lanesview.h"
#include "widgets/panels/logpanes.h"
#include "widgets/panels/problemspanel.h"
#include "widgets/panels/projectpanel.h"
#include "widgets/panels/routespanel.h"
#include "widgets/panels/schedulepanel.h"
#include "widgets/panels/searchpanel.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/panels/welcomepage.h"
#include "widgets/wizards/deploywizard.h"

#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>

namespace eph::app {

using namespace Qt::StringLiterals;
using ui::theme;

namespace {
constexpr auto RememberAfter = std::chrono::seconds(2);
} // namespace

void MainWindow::connectPanels()
{
    connect(&m_session, &services::ProjectSession::projectChanged, this, &MainWindow::projectChanged);
    connect(&m_session, &services::ProjectSession::eventsChanged, this, [this] { m_invoke->setEvents(m_session.events()); });
    connect(&m_session, &services::ProjectSession::failed, this, [this](const eph::Error &error) {
        // An empty folder is where one begins; the error's own way out is the command line's.
        if (error.code == ErrorCode::NotFound && QFileInfo(m_session.path()).isDir())
            showNotice(error.message, tr("New project…"), [this] { newProject(); });
        else
            showError(error);
        m_sessionNotice = m_noticeText->text();
    });
    connect(&m_session, &services::ProjectSession::loadingChanged, this, [this](bool loading) {
        if (loading)
            m_project->setLoading(m_session.path());
        else if (!m_session.isOpen())
            m_project->setProject(nullptr);
    });

    connect(m_welcome, &ui::WelcomePage::openRequested, this, &MainWindow::chooseFolder);
    connect(m_welcome, &ui::WelcomePage::newRequested, this, [this] { newProject(); });
    connect(m_welcome, &ui::WelcomePage::exampleRequested, this, &MainWindow::openExample);
    connect(m_welcome, &ui::WelcomePage::recentRequested, this, &MainWindow::openProject);
    connect(m_project, &ui::ProjectPanel::openRequested, this, &MainWindow::chooseFolder);
    connect(m_project, &ui::ProjectPanel::newFunctionRequested, this, &MainWindow::newFunction);
    connect(m_project, &ui::ProjectPanel::placeRequested, this, [this](const QString &file, int line) { goTo(file, line, 0); });
    connect(m_project, &ui::ProjectPanel::functionSelected, m_invoke, &ui::InvokePanel::selectFunction);
    connect(m_project, &ui::ProjectPanel::invokeRequested, this, &MainWindow::invoke);
    connect(m_project, &ui::ProjectPanel::scheduleRequested, this, [this] { m_schedule->makeNew(m_invoke->functionName()); });
    connect(m_project, &ui::ProjectPanel::packageRequested, this, &MainWindow::showPackage);
    connect(m_project->files(), &ui::FileTree::failed, this, &MainWindow::showError);
    connect(m_project->files(), &ui::FileTree::renamed, m_editors, &ui::EditorTabs::moved);
    connect(m_project->files(), &ui::FileTree::removed, m_editors, &ui::EditorTabs::closeUnmodified);
    connect(m_project->files(), &ui::FileTree::trashed, this, [this](const sys::Trashed &trashed) {
        m_editors->closeUnmodified(trashed.path);
        showNotice(tr("“%1” is in the trash.").arg(QFileInfo(trashed.path).fileName()), tr("Put it back"), [this, trashed] {
            if (const auto back = sys::putBack(trashed); !back)
                showError(back.error());
        });
    });
    connect(m_problems, &ui::ProblemsPanel::placeRequested, this, &MainWindow::goTo);
    connect(m_form, &ui::FunctionForm::changed, this, &MainWindow::changeFunction);
    connect(m_form, &ui::FunctionForm::removed, this, [this](const project::Function &function, const QStringList &path) {
        applyTemplateEdit(function.location.file, [&](const QByteArray &text) { return services::removalEdit(text, function, path); });
    });
    connect(m_routes, &ui::RoutesPanel::placeRequested, this, &MainWindow::goTo);
    connect(m_routes, &ui::RoutesPanel::failed, this, &MainWindow::showError);
    connect(m_routes, &ui::RoutesPanel::routeRequested, this, [this] {
        if (const auto project = m_session.project())
            m_editors->open(project->templateFile);
    });
    connect(m_sources, &ui::SourcesPanel::placeRequested, this, &MainWindow::goTo);
    connect(m_sources, &ui::SourcesPanel::openRequested, this, &MainWindow::openText);
    connect(m_sources, &ui::SourcesPanel::failed, this, &MainWindow::showError);
    connect(m_sources, &ui::SourcesPanel::sourceRequested, this, [this] {
        if (const auto project = m_session.project())
            m_editors->open(project->templateFile);
    });
    // Never old code: the gateway reads what is written.
    m_routes->prepare = [this] { return m_editors->saveAll(); };
    connect(m_form, &ui::FunctionForm::warmUpChosen, this, [this](const project::Function &function, int minutes) {
        applyTemplateEdit(function.location.file, [&](const QByteArray &text) { return services::warmUpEdit(text, function, minutes); });
    });
    m_cost->chosenRequest = [this] { return m_invoke->chosenRequest(); };
    m_cost->preparedRequest = [this] { return m_invoke->preparedRequest(); };
    m_lanes->preparedRequest = [this] { return m_invoke->preparedRequest(); };
    connect(m_search, &ui::SearchPanel::placeRequested, this, &MainWindow::goTo);
    m_search->unsaved = [this] { return m_editors->unsavedTexts(); };
    connect(m_form, &ui::FunctionForm::placeRequested, this, [this](const QString &file, int line) { goTo(file, line, 0); });

    connect(m_invoke, &ui::InvokePanel::placeRequested, this, &MainWindow::goTo);
    m_invoke->prepare = [this] {
        // Never old code: what is open is written, and what was written is read.
        if (!m_editors->saveAll())
            return false;
        const auto current = m_session.ensureCurrent();
        if (!current)
            showError(current.error());
        return current.has_value();
    };
    connect(m_invoke, &ui::InvokePanel::stopRequested, this, [this](const QString &function) { m_composition.cloud.abort(function); });
    connect(m_invoke, &ui::InvokePanel::openRequested, this, &MainWindow::openText);
    connect(m_invoke, &ui::InvokePanel::runningChanged, this, &MainWindow::updateStatus);
    connect(m_invoke, &ui::InvokePanel::functionChanged, this, [this](const QString &name) {
        m_project->selectFunction(name);
        const auto project = m_session.project();
        m_form->setFunction(project ? project->function(name) : nullptr);
    });
    connect(m_log, &ui::LogPanes::invokeRequested, this, &MainWindow::invoke);
    connect(m_log, &ui::LogPanes::laneRequested, this, [this](const QByteArray &requestId) {
        showPanel(u"environments"_s);
        if (!m_lanes->lanes()->showRequest(requestId))
            showNotice(tr("The lane of this request is forgotten: only the last environments are kept."), {}, [] {});
    });
    connect(m_log, &ui::LogPanes::replayRequested, this, [this](const QString &function, const QByteArray &event) {
        m_docks->raise(u"invoke"_s);
        m_invoke->invokeWith(function, tr("the event of a request"), event);
    });
    connect(m_form, &ui::FunctionForm::undoRequested, this, [this](bool redo) { undoTemplate(redo); });
    connect(m_log, &ui::LogPanes::lineActivated, this, [this](const QString &text) {
        if (const auto place = services::placeIn(text))
            goTo(place->file, place->line, place->column);
    });

    connect(m_editors, &ui::EditorTabs::failed, this, &MainWindow::showError);
    connect(m_editors, &ui::EditorTabs::currentChanged, this, [this] {
        m_center->setCurrentIndex(m_editors->currentPath().isEmpty() ? 0 : 1);
        updateStatus();
        updateTitle();
    });
    connect(m_editors, &ui::EditorTabs::cursorMoved, this, &MainWindow::updateStatus);
    const auto isTemplate = [this](const QString &path) { return m_session.isOpen() && ui::fileIdentity(path) == ui::fileIdentity(m_session.project()->templateFile); };
    // Queued: whether the text differs from the disk is known only after the editor has told of the edit.
    connect(m_editors, &ui::EditorTabs::edited, this, [this, isTemplate](const QString &path) {
        const ui::CodeEditor *editor = m_editors->editorFor(path);
        if (isTemplate(path) && editor)
            m_session.setUnsavedTemplate(editor->isModified() ? editor->utf8() : QByteArray());
    }, Qt::QueuedConnection);
    const auto forget = [this, isTemplate](const QString &path) {
        if (isTemplate(path))
            m_session.setUnsavedTemplate({});
    };
    connect(m_editors, &ui::EditorTabs::saved, this, forget);
    connect(m_editors, &ui::EditorTabs::saved, this, &MainWindow::forgetRunFindings);
    connect(m_invoke, &ui::InvokePanel::recorded, this, &MainWindow::takeRun);
    connect(m_editors, &ui::EditorTabs::saved, m_notice, [this] {
        if (m_noticeAction->isHidden())
            m_notice->hide();
    });
    connect(m_editors, &ui::EditorTabs::closed, this, forget);
    // A session that ends without a word is restored as it was a moment before.
    m_remember.setSingleShot(true);
    m_remember.setInterval(RememberAfter);
    connect(&m_remember, &QTimer::timeout, this, &MainWindow::saveSession);
    for (const auto signal : {&ui::EditorTabs::currentChanged, &ui::EditorTabs::cursorMoved})
        connect(m_editors, signal, this, [this] {
            if (!m_leaving && !m_sessionFolder.isEmpty())
                m_remember.start();
        });
    connect(&m_composition.cloud, &services::LocalCloud::countsChanged, this, &MainWindow::updateStatus);
    connect(&theme(), &ui::Theme::changed, this, &MainWindow::updateStatus);
}

void MainWindow::connectCosts()
{
    connect(m_cost, &ui::CostPanel::failed, this, &MainWindow::showError);
    connect(m_cost, &ui::CostPanel::invokeRequested, this, &MainWindow::invoke);
    connect(m_cost, &ui::CostPanel::memoryChosen, this, [this](const project::Function &function, int memoryMiB) { changeFunction(function, {{u"MemorySize"_s}, QString::number(memoryMiB)}); });
    connect(m_invoke, &ui::InvokePanel::functionChanged, m_cost, &ui::CostPanel::chosenChanged);
    connect(&m_composition.meter, &services::CostMeter::changed, this, &MainWindow::updateStatus);
    connect(&m_composition.meter, &services::CostMeter::budgetReached, this, [this](const services::BudgetStanding &standing) {
        const QString of = standing.function.isEmpty() ? tr("the project") : tr("“%1”").arg(standing.function);
        QString text = standing.state == cost::BudgetState::Over ? tr("The budget of %1 is used up: %2 of %3 this month.") : tr("The budget of %1 is nearly used up: %2 of %3 this month.");
        text = text.arg(of, standing.spent.readable(), standing.limit.readable());
        if (standing.state == cost::BudgetState::Over && m_composition.meter.budget().fuse)
            text += u' ' + tr("Schedules are stopped here.");
        showNotice(text, tr("Show costs"), [this] { showPanel(u"cost"_s); });
    });
}

ui::DeployWizard *MainWindow::deployWizard()
{
    const auto project = m_session.project();
    if (m_wizard && m_wizard->isDeploying())
        return m_wizard;
    delete m_wizard;
    m_wizard = new ui::DeployWizard(project, m_composition.invokes, m_composition.cloud.recent(), this);
    m_wizard->prepare = [this] { return m_editors->saveAll(); };
    m_wizard->localEndpoint = [this](const auto &take) { localEndpoint(take); };
    connect(m_wizard, &ui::DeployWizard::ended, m_deployments, &ui::DeploymentsPanel::refresh);
    connect(m_wizard, &ui::DeployWizard::logsRequested, this, [this] { showPanel(u"logs"_s); });
    return m_wizard;
}

void MainWindow::localEndpoint(std::function<void(const Result<QUrl> &)> take)
{
    const auto tell = [this, take] {
        take(QUrl(m_serving.ports()->endpointUrl()));
    };
    if (m_serving.ports())
        return tell();
    // It is served for as long as the window is open: what was deployed is to be used.
    auto *once = new QObject(this);
    connect(&m_serving, &services::Serving::changed, once, [this, once, tell] {
        if (!m_serving.ports())
            return;
        once->deleteLater();
        disconnect(&m_serving, nullptr, once, nullptr);
        tell();
    });
    connect(&m_serving, &services::Serving::failed, once, [this, once, take](const Error &error) {
        once->deleteLater();
        disconnect(&m_serving, nullptr, once, nullptr);
        take(tl::unexpected(error));
    });
    m_serving.start();
}

void MainWindow::connectDeployments()
{
    const auto ready = [this] { return m_session.project() != nullptr; };
    connect(m_deployments, &ui::DeploymentsPanel::deployRequested, this, [this, ready] {
        if (!ready())
            return;
        ui::DeployWizard *wizard = deployWizard();
        if (!wizard->isDeploying())
            wizard->begin({});
        wizard->show();
        wizard->raise();
    });
    connect(m_deployments, &ui::DeploymentsPanel::rollbackRequested, this, [this, ready](const services::DeployTarget &target, const QString &release) {
        if (!ready() || deployWizard()->isDeploying())
            return;
        m_wizard->beginRollback(target, release);
        m_wizard->show();
    });
    connect(m_deployments, &ui::DeploymentsPanel::resumeRequested, this, [this, ready](const services::DeployTarget &target, bool forward) {
        if (!ready())
            return;
        if (!deployWizard()->isDeploying())
            m_wizard->beginResume(target, forward ? deploy::Journal::Direction::Forward : deploy::Journal::Direction::Back);
        m_wizard->show();
    });
}

void MainWindow::connectSchedules()
{
    connect(&m_serving, &services::Serving::failed, this, &MainWindow::showError);
    connect(m_schedule, &ui::SchedulePanel::placeRequested, this, &MainWindow::goTo);
    connect(m_schedule, &ui::SchedulePanel::failed, this, &MainWindow::showError);
    // Never an old template: the local cloud reads what is written.
    m_schedule->prepare = [this] { return m_editors->saveAll(); };
    connect(m_schedule, &ui::SchedulePanel::draftChosen, this, [this](const QString &name, const services::ScheduleDraft &draft) {
        const auto project = m_session.project();
        if (const project::Function *function = project ? project->function(name) : nullptr)
            applyTemplateEdit(function->location.file, [&](const QByteArray &text) { return services::scheduleEdit(text, *function, draft); });
    });
    connect(m_schedule, &ui::SchedulePanel::expressionChosen, this, [this](const cloud::ProjectSchedule &schedule, const QString &expression) {
        if (const auto project = m_session.project())
            applyTemplateEdit(schedule.location.file, [&](const QByteArray &text) { return services::scheduleExpressionEdit(text, *project, schedule, expression); });
    });
    connect(m_schedule, &ui::SchedulePanel::windowChosen, this, [this](const cloud::ProjectSchedule &schedule, int flexibleMinutes) {
        if (const auto project = m_session.project())
            applyTemplateEdit(schedule.location.file, [&](const QByteArray &text) { return services::scheduleWindowEdit(text, *project, schedule, flexibleMinutes); });
    });
    connect(m_schedule, &ui::SchedulePanel::enabledChosen, this, [this](const cloud::ProjectSchedule &schedule, bool enabled) {
        if (const auto project = m_session.project())
            applyTemplateEdit(schedule.location.file, [&](const QByteArray &text) { return services::scheduleEnabledEdit(text, *project, schedule, enabled); });
    });
    connect(m_schedule, &ui::SchedulePanel::removeChosen, this, [this](const cloud::ProjectSchedule &schedule) {
        if (const auto project = m_session.project())
            applyTemplateEdit(schedule.location.file, [&](const QByteArray &text) { return services::scheduleRemovalEdit(text, *project, schedule); });
    });
}

void MainWindow::projectChanged()
{
    const auto project = m_session.project();
    // What kept the project from being read is mended.
    if (const QString notice = std::exchange(m_sessionNotice, {}); !notice.isEmpty() && m_noticeText->text() == notice)
        m_notice->hide();
    m_project->setProject(project);
    m_invoke->setProject(project);
    m_invoke->setEvents(m_session.events());
    const project::Function *current = project ? project->function(m_invoke->functionName()) : nullptr;
    m_form->setFunction(current);
    if (current)
        m_project->selectFunction(current->name);
    QStringList names;
    Findings findings;
    if (project) {
        for (const project::Function &function : project->functions)
            names << function.name;
        findings = project->findings;
    }
    m_log->setFunctions(names);
    m_composition.keepWith(project ? project->folder : QString(), project ? project->region : QString());
    m_log->setLineCost(project ? services::LineCost(m_composition.meter.prices(), *project) : services::LineCost());
    m_log->setProjectFolder(project ? project->folder : QString());
    m_serving.setFolder(project ? project->folder : QString());
    m_routes->setProject(project);
    m_sources->setProject(project);
    m_schedule->setProject(project);
    m_cost->setProject(project);
    m_deployments->setProject(project);
    m_search->setFolder(project ? project->folder : QString());
    setFindings(findings);
    // What this machine has is asked beside the window: an interpreter may have to be started for it.
    const quint64 generation = ++m_findingsGeneration;
    if (project)
        m_jobs.run([project, interpreters = m_composition.interpreters, now = schedule::nowOf(m_composition.clock)] { return services::allFindings(*project, interpreters, now); }, [this, generation](const Findings &all) {
            if (generation == m_findingsGeneration)
                setFindings(all);
        });
    if (project && project->folder != m_sessionFolder)
        enterProject(*project);
    else if (!project)
        m_sessionFolder.clear();
    if (project && !m_newFunction.isEmpty() && project->function(m_newFunction)) {
        const project::Function *added = project->function(std::exchange(m_newFunction, {}));
        m_invoke->selectFunction(added->name);
        if (const QString code = added->handlerFile(); !code.isEmpty())
            m_editors->open(code);
    }
    m_center->setCurrentIndex(m_editors->currentPath().isEmpty() ? 0 : 1);
    updateTitle();
    updateStatus();
}

void MainWindow::enterProject(const project::Project &project)
{
    // What was typed while the other project was being read stays open.
    if (!m_sessionFolder.isEmpty() && m_editors->modifiedPaths().isEmpty())
        m_editors->closeAll();
    // The other project's environments have nothing more to do.
    if (!m_sessionFolder.isEmpty())
        m_composition.cloud.retireAll();
    m_sessionFolder = project.folder;
    updateRecent(project.folder);
    restoreSession(project.folder);
    if (project.templateFile.isEmpty() && !project.functions.isEmpty())
        showNotice(tr("This folder has no template; its functions were recognised from their code."), tr("Write a template"), [this] { writeTemplate(); });
}

void MainWindow::setFindings(const Findings &findings)
{
    m_findings = findings;
    const auto project = m_session.project();
    m_runFindings.removeIf([&project](QMap<QString, RunFinding>::iterator one) { return !project || !project->function(one.key()) || !one->finding.file.startsWith(project->folder + u'/'); });
    showFindings();
}

void MainWindow::takeRun(const services::InvocationRecord &record)
{
    // What never ran, or not to its end, proves nothing.
    if (runtime::neverRan(record.invocation.outcome) || record.invocation.stopped)
        return;
    const bool isLoading = record.invocation.outcome == runtime::Outcome::InitError && m_session.isOpen();
    const auto finding = isLoading ? services::loadFinding(record.function, record.invocation.payload, m_session.project()->folder) : std::nullopt;
    const bool was = m_runFindings.remove(record.function) > 0;
    if (finding)
        m_runFindings.insert(record.function, {*finding, QFileInfo(finding->file).lastModified()});
    if (was || finding)
        showFindings();
}

void MainWindow::forgetRunFindings(const QString &path)
{
    if (m_runFindings.removeIf([&path](QMap<QString, RunFinding>::iterator one) { return one->finding.file == path && QFileInfo(path).lastModified() != one->changed; }) > 0)
        showFindings();
}

void MainWindow::showFindings()
{
    Findings findings;
    for (const RunFinding &one : std::as_const(m_runFindings))
        findings << one.finding;
    findings << m_findings;
    m_problems->setFindings(findings, m_session.isOpen() ? m_session.project()->folder : QString());
    m_editors->setFindings(findings);
    const auto serious = std::count_if(findings.cbegin(), findings.cend(), [](const Finding &finding) { return finding.severity != Severity::Note; });
    m_docks->setTitle(u"problems"_s, serious > 0 ? tr("Problems %1").arg(serious) : tr("Problems"));
}

void MainWindow::saveSession()
{
    if (!m_sessionFolder.isEmpty())
        WindowSettings::saveProject(m_sessionFolder, {m_docks->state(), m_editors->openPaths(), m_editors->currentPath(), m_invoke->state(), m_editors->carets()});
    WindowSettings::saveGeometry(saveGeometry());
}

void MainWindow::restoreSession(const QString &folder)
{
    const auto saved = WindowSettings::project(folder);
    m_docks->restore(saved.layout);
    for (qsizetype i = 0; i < saved.files.size(); ++i) {
        const QString caret = saved.places.value(i);
        if (QFileInfo(saved.files.at(i)).isFile())
            m_editors->open(saved.files.at(i), caret.section(u':', 0, 0).toInt(), caret.section(u':', 1, 1).toInt());
    }
    m_editors->openRecovered(folder);
    if (!saved.current.isEmpty() && QFileInfo(saved.current).isFile())
        m_editors->open(saved.current);
    m_invoke->restore(saved.invoke);
    // A first visit begins at the first function's code.
    if (m_editors->openPaths().isEmpty()) {
        const auto project = m_session.project();
        const QString code = project->functions.isEmpty() ? QString() : project->functions.first().handlerFile();
        if (!code.isEmpty())
            m_editors->open(code);
        else if (!project->templateFile.isEmpty())
            m_editors->open(project->templateFile);
    }
}

} // namespace eph::app
