// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/mainwindow.h"

#include "app/gui/windowsettings.h"
#include "core/services/projecttemplates.h"
#include "core/services/stackframes.h"
#include "core/sys/paths.h"
#include "widgets/common/theme.h"
#include "widgets/editor/editortabs.h"
#include "widgets/editor/findbar.h"
#include "widgets/logview/logview.h"
#include "widgets/panels/functionform.h"
#include "widgets/panels/invokepanel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/panels/newprojectdialog.h"
#include "widgets/panels/problemspanel.h"
#include "widgets/panels/projectpanel.h"
#include "widgets/panels/welcomepage.h"

#include <QAction>
#include <QCloseEvent>
#include <QDir>
#include <QDirIterator>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

namespace eph::app {

using namespace Qt::StringLiterals;
using ui::theme;
using ui::Token;

namespace {

/// Below this width the invoke panel shares its place with the project's.
constexpr int NarrowWidth = 1180;
constexpr int MaxQuickOpenFiles = 20'000;

} // namespace

MainWindow::MainWindow(Composition &composition, QWidget *parent)
    : QMainWindow(parent)
    , m_composition(composition)
    , m_center(new QStackedWidget)
    , m_welcome(new ui::WelcomePage)
    , m_editors(new ui::EditorTabs)
    , m_project(new ui::ProjectPanel)
    , m_invoke(new ui::InvokePanel(composition.invokes))
    , m_log(new ui::LogPanel(composition.logs))
    , m_form(new ui::FunctionForm)
    , m_problems(new ui::ProblemsPanel)
    , m_notice(new QWidget)
    , m_noticeText(new QLabel)
    , m_noticeAction(new QPushButton)
    , m_environments(new QLabel)
    , m_cursor(new QLabel)
    , m_language(new QLabel)
    , m_target(new QLabel)
{
    setObjectName(u"mainWindow"_s);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_center->addWidget(m_welcome);
    m_center->addWidget(m_editors);

    m_notice->setProperty("notice", true);
    m_notice->setAttribute(Qt::WA_StyledBackground);
    m_noticeText->setWordWrap(true);
    m_noticeText->setObjectName(u"noticeText"_s);
    m_noticeAction->setObjectName(u"noticeAction"_s);
    auto *dismiss = new QPushButton(tr("Dismiss"));
    dismiss->setObjectName(u"noticeDismiss"_s);
    dismiss->setProperty("quiet", true);
    connect(dismiss, &QPushButton::clicked, m_notice, &QWidget::hide);
    auto *noticeLayout = new QHBoxLayout(m_notice);
    noticeLayout->setContentsMargins(8, 4, 8, 4);
    noticeLayout->addWidget(m_noticeText, 1);
    noticeLayout->addWidget(m_noticeAction);
    noticeLayout->addWidget(dismiss);
    m_notice->hide();
    auto *central = new QWidget;
    auto *centralLayout = new QVBoxLayout(central);
    centralLayout->setContentsMargins(0, 0, 0, 0);
    centralLayout->setSpacing(0);
    centralLayout->addWidget(m_notice);
    centralLayout->addWidget(m_center, 1);
    setCentralWidget(central);

    makeDocks();
    makeTargetBar();
    makeMenus();
    makeStatusStrip();
    connectPanels();
    m_standardLayout = saveState();
    m_welcome->setRecent(WindowSettings::recentFolders());
    updateTitle();
}

QDockWidget *MainWindow::addDock(const QString &name, const QString &title, QWidget *content, Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    addDockWidget(area, dock);
    m_docks.insert(name, dock);
    const auto later = [this] { QMetaObject::invokeMethod(this, &MainWindow::updateTitleBars, Qt::QueuedConnection); };
    connect(dock, &QDockWidget::topLevelChanged, this, later);
    connect(dock, &QDockWidget::dockLocationChanged, this, later);
    connect(dock, &QDockWidget::visibilityChanged, this, later);
    return dock;
}

void MainWindow::updateTitleBars()
{
    for (QDockWidget *dock : std::as_const(m_docks)) {
        const bool tabbed = !dock->isFloating() && !tabifiedDockWidgets(dock).isEmpty();
        if (tabbed == (dock->titleBarWidget() != nullptr))
            continue;
        QWidget *before = dock->titleBarWidget();
        dock->setTitleBarWidget(tabbed ? new QWidget(dock) : nullptr);
        delete before;
    }
}

void MainWindow::makeDocks()
{
    QDockWidget *project = addDock(u"project"_s, tr("Project"), m_project, Qt::LeftDockWidgetArea);
    QDockWidget *invoke = addDock(u"invoke"_s, tr("Invoke"), m_invoke, Qt::RightDockWidgetArea);
    QDockWidget *logs = addDock(u"logs"_s, tr("Logs"), m_log, Qt::BottomDockWidgetArea);
    QDockWidget *settings = addDock(u"function"_s, tr("Function"), m_form, Qt::BottomDockWidgetArea);
    QDockWidget *problems = addDock(u"problems"_s, tr("Problems"), m_problems, Qt::BottomDockWidgetArea);
    tabifyDockWidget(logs, settings);
    tabifyDockWidget(settings, problems);
    logs->raise();
    resizeDocks({project, invoke}, {230, 380}, Qt::Horizontal);
    resizeDocks({logs}, {220}, Qt::Vertical);
}

void MainWindow::makeTargetBar()
{
    auto *bar = new QToolBar(tr("Target"));
    bar->setObjectName(u"targetBar"_s);
    bar->setMovable(false);
    m_target->setContentsMargins(8, 0, 8, 0);
    bar->addWidget(m_target);
    auto *space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    auto *commands = new QPushButton(tr("Commands"));
    commands->setObjectName(u"commandsButton"_s);
    commands->setProperty("quiet", true);
    commands->setToolTip(tr("Find any command by typing (Ctrl+Shift+P)"));
    connect(commands, &QPushButton::clicked, this, &MainWindow::showCommands);
    bar->addWidget(commands);
    addToolBar(bar);
}

QAction *MainWindow::addCommand(QMenu *menu, const QString &name, const Command &command)
{
    auto *action = new QAction(command.text, this);
    action->setObjectName(name);
    action->setShortcut(command.shortcut);
    connect(action, &QAction::triggered, this, command.run);
    menu->addAction(action);
    m_commands << action;
    return action;
}

void MainWindow::makeMenus()
{
    const auto editorCommand = [this](auto run) {
        return [this, run] {
            if (ui::CodeEditor *editor = m_editors->currentEditor())
                run(editor);
        };
    };
    QMenu *file = menuBar()->addMenu(tr("&File"));
    addCommand(file, u"newProject"_s, {tr("&New project…"), QKeySequence::New, [this] { newProject(); }});
    addCommand(file, u"newFunctionAction"_s, {tr("New &function…"), {}, [this] { newFunction(); }});
    addCommand(file, u"openFolder"_s, {tr("&Open folder…"), QKeySequence::Open, [this] { chooseFolder(); }});
    m_recentMenu = file->addMenu(tr("Open &recent"));
    addCommand(file, u"writeTemplate"_s, {tr("Write a template for this folder"), {}, [this] { writeTemplate(); }});
    file->addSeparator();
    addCommand(file, u"save"_s, {tr("&Save"), QKeySequence::Save, [this] { m_editors->save(m_editors->currentPath()); }});
    addCommand(file, u"saveAll"_s, {tr("Save &all"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [this] { m_editors->saveAll(); }});
    addCommand(file, u"revert"_s, {tr("Re&vert to the disk's version"), {}, [this] { m_editors->revert(m_editors->currentPath()); }});
    addCommand(file, u"closeFile"_s, {tr("&Close file"), QKeySequence::Close, [this] { m_editors->close(m_editors->currentPath()); }});
    addCommand(file, u"closeProject"_s, {tr("Close &project"), {}, [this] {
        saveSession();
        m_editors->closeAll();
        m_session.close();
    }});
    file->addSeparator();
    addCommand(file, u"quit"_s, {tr("&Quit"), QKeySequence::Quit, [this] { close(); }});

    QMenu *edit = menuBar()->addMenu(tr("&Edit"));
    addCommand(edit, u"undo"_s, {tr("&Undo"), QKeySequence::Undo, editorCommand([](ui::CodeEditor *editor) { editor->undo(); })});
    addCommand(edit, u"redo"_s, {tr("&Redo"), QKeySequence::Redo, editorCommand([](ui::CodeEditor *editor) { editor->redo(); })});
    edit->addSeparator();
    addCommand(edit, u"find"_s, {tr("&Find…"), QKeySequence::Find, [this] { m_editors->findBar()->open(ui::FindBar::Mode::Find); }});
    addCommand(edit, u"findNextAction"_s, {tr("Find &next"), QKeySequence(Qt::Key_F3), [this] { m_editors->findBar()->findNext(); }});
    addCommand(edit, u"replace"_s, {tr("R&eplace…"), QKeySequence(Qt::CTRL | Qt::Key_H), [this] { m_editors->findBar()->open(ui::FindBar::Mode::Replace); }});
    addCommand(edit, u"goToLine"_s, {tr("Go to &line…"), QKeySequence(Qt::CTRL | Qt::Key_G), [this] { goToLine(); }});
    edit->addSeparator();
    addCommand(edit, u"selectNext"_s, {tr("Select next &occurrence"), QKeySequence(Qt::CTRL | Qt::Key_D), editorCommand([](ui::CodeEditor *editor) { editor->selectNextOccurrence(); })});
    addCommand(edit, u"toggleComment"_s, {tr("Toggle &comment"), QKeySequence(Qt::CTRL | Qt::Key_Slash), editorCommand([](ui::CodeEditor *editor) { editor->toggleComment(); })});
    addCommand(edit, u"moveLinesUp"_s, {tr("Move lines up"), QKeySequence(Qt::ALT | Qt::Key_Up), editorCommand([](ui::CodeEditor *editor) { editor->moveLines(false); })});
    addCommand(edit, u"moveLinesDown"_s, {tr("Move lines down"), QKeySequence(Qt::ALT | Qt::Key_Down), editorCommand([](ui::CodeEditor *editor) { editor->moveLines(true); })});
    addCommand(edit, u"duplicateLines"_s, {tr("Duplicate"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D), editorCommand([](ui::CodeEditor *editor) { editor->duplicateLines(); })});
    addCommand(edit, u"foldAll"_s, {tr("Fold or unfold all"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_BracketLeft), editorCommand([](ui::CodeEditor *editor) { editor->foldAll(true); })});

    QMenu *view = menuBar()->addMenu(tr("&View"));
    addCommand(view, u"commandPalette"_s, {tr("&Commands…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P), [this] { showCommands(); }});
    addCommand(view, u"quickOpen"_s, {tr("&Go to file…"), QKeySequence(Qt::CTRL | Qt::Key_P), [this] { quickOpen(); }});
    view->addSeparator();
    int number = 1;
    for (const auto &[name, title] : {std::pair{u"project"_s, tr("Project panel")}, std::pair{u"invoke"_s, tr("Invoke panel")}, std::pair{u"logs"_s, tr("Logs panel")},
                                      std::pair{u"function"_s, tr("Function panel")}, std::pair{u"problems"_s, tr("Problems panel")}})
        addCommand(view, u"panel_"_s + name, {title, QKeySequence(Qt::ALT | Qt::Key(Qt::Key_0 + number++)), [this, name = name] { showPanel(name); }});
    view->addSeparator();
    for (const auto &[name, title] : {std::pair{u"system"_s, tr("Colours of the system")}, std::pair{u"light"_s, tr("Light colours")}, std::pair{u"dark"_s, tr("Dark colours")},
                                      std::pair{u"high-contrast"_s, tr("High contrast")}})
        addCommand(view, u"theme_"_s + name, {title, {}, [this, name = name] { setScheme(name); }});
    view->addSeparator();
    addCommand(view, u"resetLayout"_s, {tr("Reset layout"), {}, [this] { resetLayout(); }});

    QMenu *runMenu = menuBar()->addMenu(tr("&Run"));
    addCommand(runMenu, u"invokeAction"_s, {tr("&Invoke"), QKeySequence(Qt::Key_F5), [this] {
        showPanel(u"invoke"_s);
        m_invoke->invoke();
    }});
    addCommand(runMenu, u"invokeAgain"_s, {tr("Invoke &again"), QKeySequence(Qt::CTRL | Qt::Key_F5), [this] { m_invoke->invokeAgain(); }});
    addCommand(runMenu, u"retireAll"_s, {tr("Make the next runs &cold"), {}, [this] { m_composition.cloud.retireAll(); }});
    addCommand(runMenu, u"nextProblem"_s, {tr("Next &problem"), QKeySequence(Qt::Key_F8), [this] {
        showPanel(u"problems"_s);
        m_problems->goToNext();
    }});

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    addCommand(help, u"help"_s, {tr("&Help"), QKeySequence::HelpContents, [this] { showHelp(); }});
    addCommand(help, u"about"_s, {tr("&About Ephemera"), {}, [this] { showAbout(); }});
    connect(m_recentMenu, &QMenu::aboutToShow, this, [this] {
        m_recentMenu->clear();
        const QStringList folders = WindowSettings::recentFolders();
        for (const QString &folder : folders)
            connect(m_recentMenu->addAction(QDir::toNativeSeparators(folder)), &QAction::triggered, this, [this, folder] { openProject(folder); });
        m_recentMenu->setEnabled(true);
    });
}

void MainWindow::makeStatusStrip()
{
    m_environments->setObjectName(u"statusEnvironments"_s);
    m_cursor->setObjectName(u"statusCursor"_s);
    m_language->setObjectName(u"statusLanguage"_s);
    for (QLabel *label : {m_environments, m_cursor, m_language}) {
        label->setProperty("muted", true);
        label->setContentsMargins(8, 2, 8, 2);
    }
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_environments);
    statusBar()->addPermanentWidget(m_cursor);
    statusBar()->addPermanentWidget(m_language);
    updateStatus();
}

void MainWindow::connectPanels()
{
    connect(&m_session, &services::ProjectSession::projectChanged, this, &MainWindow::projectChanged);
    connect(&m_session, &services::ProjectSession::eventsChanged, this, [this] { m_invoke->setEvents(m_session.events()); });
    connect(&m_session, &services::ProjectSession::failed, this, &MainWindow::showError);
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
    connect(m_problems, &ui::ProblemsPanel::placeRequested, this, &MainWindow::goTo);
    connect(m_form, &ui::FunctionForm::changed, this, &MainWindow::changeFunction);
    connect(m_form, &ui::FunctionForm::removed, this, [this](const project::Function &function, const QStringList &path) {
        applyTemplateEdit(function.location.file, [&](const QByteArray &text) {
            return project::removeEntry(text, QStringList{u"Resources"_s, function.logicalId, u"Properties"_s} + path);
        });
    });
    connect(m_form, &ui::FunctionForm::placeRequested, this, [this](const QString &file, int line) { goTo(file, line, 0); });

    connect(m_invoke, &ui::InvokePanel::placeRequested, this, &MainWindow::goTo);
    connect(m_invoke, &ui::InvokePanel::aboutToInvoke, this, [this] {
        // Saving tells the session what it has to read again.
        m_editors->saveAll();
        m_session.ensureCurrent();
    });
    connect(m_invoke, &ui::InvokePanel::runningChanged, this, &MainWindow::updateStatus);
    connect(m_invoke, &ui::InvokePanel::functionChanged, this, [this](const QString &name) {
        m_project->selectFunction(name);
        const auto project = m_session.project();
        m_form->setFunction(project ? project->function(name) : nullptr);
    });
    connect(m_log, &ui::LogPanel::invokeRequested, this, [this] {
        showPanel(u"invoke"_s);
        m_invoke->invoke();
    });
    connect(m_log, &ui::LogPanel::lineActivated, this, [this](const QString &text) {
        if (const auto place = services::placeIn(text))
            goTo(place->file, place->line, place->column);
    });

    connect(m_editors, &ui::EditorTabs::failed, this, &MainWindow::showError);
    connect(m_editors, &ui::EditorTabs::currentChanged, this, [this] {
        m_center->setCurrentIndex(m_editors->currentEditor() ? 1 : 0);
        updateStatus();
        updateTitle();
    });
    connect(m_editors, &ui::EditorTabs::cursorMoved, this, &MainWindow::updateStatus);
    const auto isTemplate = [this](const QString &path) { return m_session.isOpen() && path == m_session.project()->templateFile; };
    // Queued: whether the text differs from the disk is known only after the editor has told of the edit.
    connect(m_editors, &ui::EditorTabs::edited, this, [this, isTemplate](const QString &path) {
        const ui::CodeEditor *editor = m_editors->editorFor(path);
        if (isTemplate(path) && editor)
            m_session.setUnsavedTemplate(editor->isModified() ? editor->utf8() : QByteArray());
    }, Qt::QueuedConnection);
    connect(m_editors, &ui::EditorTabs::saved, this, [this, isTemplate](const QString &path) {
        if (isTemplate(path))
            m_session.setUnsavedTemplate({});
    });
    connect(&m_composition.cloud, &services::LocalCloud::countsChanged, this, &MainWindow::updateStatus);
    connect(&theme(), &ui::Theme::changed, this, &MainWindow::updateStatus);
}

void MainWindow::projectChanged()
{
    const auto project = m_session.project();
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
    m_problems->setFindings(findings, project ? project->folder : QString());
    m_editors->setFindings(findings);
    const auto serious = std::count_if(findings.cbegin(), findings.cend(), [](const Finding &finding) { return finding.severity != Severity::Note; });
    m_docks.value(u"problems"_s)->setWindowTitle(serious > 0 ? tr("Problems %1").arg(serious) : tr("Problems"));
    if (project && project->folder != m_sessionFolder) {
        if (!m_sessionFolder.isEmpty())
            m_editors->closeAll();
        m_sessionFolder = project->folder;
        updateRecent(project->folder);
        restoreSession(project->folder);
    } else if (!project) {
        m_sessionFolder.clear();
    }
    m_center->setCurrentIndex(m_editors->currentEditor() ? 1 : 0);
    updateTitle();
    updateStatus();
}

void MainWindow::openProject(const QString &path)
{
    if (!m_editors->modifiedPaths().isEmpty() && !m_editors->saveAll())
        return;
    saveSession();
    m_notice->hide();
    m_session.open(path);
}

void MainWindow::openFile(const QString &path)
{
    m_editors->open(path);
}

void MainWindow::restoreLastSession()
{
    const QStringList recent = WindowSettings::recentFolders();
    if (!recent.isEmpty() && QFileInfo::exists(recent.first()))
        openProject(recent.first());
}

void MainWindow::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Open a folder"), m_session.isOpen() ? QFileInfo(m_session.project()->folder).path() : QDir::homePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"openFolderDialog"_s);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openProject);
    dialog->open();
}

void MainWindow::newProject(const QString &starterId)
{
    auto *dialog = new ui::NewProjectDialog(ui::NewProjectDialog::Purpose::Project, this);
    if (!starterId.isEmpty())
        dialog->select(starterId);
    connect(dialog, &ui::NewProjectDialog::chosen, this, [this, dialog](const QString &starter, const QString &folder) {
        const auto created = services::createProject({starter, folder});
        if (!created)
            return dialog->showError(created.error().message + u' ' + created.error().hint);
        dialog->accept();
        openProject(*created);
    });
    dialog->open();
}

void MainWindow::newFunction()
{
    const auto project = m_session.project();
    if (!project || project->templateFile.isEmpty())
        return showError({ErrorCode::NotFound, tr("A function needs a project with a template."), tr("Open one, or make a new project."), {}});
    auto *dialog = new ui::NewProjectDialog(ui::NewProjectDialog::Purpose::Function, this);
    connect(dialog, &ui::NewProjectDialog::chosen, this, [this, dialog, file = project->templateFile](const QString &starter, const QString &name) {
        m_editors->saveAll();
        if (const auto added = services::addFunction({file, name, starter}); !added)
            return dialog->showError(added.error().message + u' ' + added.error().hint);
        dialog->accept();
        m_session.reload();
    });
    dialog->open();
}

void MainWindow::openExample(const QString &id)
{
    // An example is copied first: it is there to be changed. A second visit goes back to the copy.
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/ephemera/examples/"_L1 + id;
    if (QFileInfo::exists(folder))
        return openProject(folder);
    const auto created = services::createProject({id, folder});
    if (!created)
        return showError(created.error());
    openProject(*created);
}

void MainWindow::writeTemplate()
{
    const auto project = m_session.project();
    if (!project)
        return;
    const auto written = services::writeTemplateFor(project->folder);
    if (!written)
        return showError(written.error());
    m_session.open(project->folder);
    m_editors->open(*written);
}

void MainWindow::changeFunction(const project::Function &function, const services::PropertyChange &change)
{
    applyTemplateEdit(function.location.file, [&](const QByteArray &text) { return services::functionEdit(text, function, change); });
}

void MainWindow::applyTemplateEdit(const QString &file, const std::function<Result<project::TextEdit>(const QByteArray &)> &edit)
{
    // Through the editor, so that undo knows it; the tab in front stays in front.
    const QString front = m_editors->currentPath();
    QWidget *focused = focusWidget();
    m_editors->open(file);
    ui::CodeEditor *editor = m_editors->editorFor(file);
    if (!editor)
        return;
    const auto made = edit(editor->utf8());
    if (made)
        editor->apply(*made);
    else
        showError(made.error());
    if (!front.isEmpty())
        m_editors->open(front);
    if (focused)
        focused->setFocus();
}

void MainWindow::goTo(const QString &file, int line, int column)
{
    if (!file.isEmpty() && QFileInfo(file).isFile())
        m_editors->open(file, line, column);
}

void MainWindow::goToLine()
{
    ui::CodeEditor *editor = m_editors->currentEditor();
    if (!editor)
        return;
    auto *question = new QInputDialog(this);
    question->setObjectName(u"goToLineDialog"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setInputMode(QInputDialog::IntInput);
    question->setWindowTitle(tr("Go to line"));
    question->setLabelText(tr("Line, 1 to %1").arg(editor->lines()));
    question->setIntRange(1, editor->lines());
    question->setOkButtonText(tr("Go"));
    connect(question, &QInputDialog::intValueSelected, editor, [editor](int line) { editor->goTo(line); });
    question->open();
}

void MainWindow::showCommands()
{
    QList<ui::PaletteItem> items;
    for (QAction *action : std::as_const(m_commands)) {
        QString text = action->text();
        items << ui::PaletteItem{text.remove(u'&'), action->shortcut().toString(QKeySequence::NativeText), [action] { action->trigger(); }};
    }
    if (const auto project = m_session.project()) {
        for (const project::Function &function : project->functions)
            items << ui::PaletteItem{tr("Invoke %1").arg(function.name), {}, [this, name = function.name] {
                                         m_invoke->selectFunction(name);
                                         showPanel(u"invoke"_s);
                                         m_invoke->invoke();
                                     }};
    }
    (new ui::CommandPalette(tr("Type a command"), items, this))->show();
}

void MainWindow::quickOpen()
{
    const auto project = m_session.project();
    if (!project)
        return;
    QList<ui::PaletteItem> items;
    const QDir root(project->folder);
    QStringList folders{project->folder};
    while (!folders.isEmpty() && items.size() < MaxQuickOpenFiles) {
        const QFileInfoList entries = QDir(folders.takeFirst()).entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot, QDir::Name);
        for (const QFileInfo &entry : entries) {
            if (entry.isDir() && !entry.isSymLink() && entry.fileName() != "node_modules"_L1 && entry.fileName() != "__pycache__"_L1)
                folders << entry.filePath();
            else if (entry.isFile())
                items << ui::PaletteItem{root.relativeFilePath(entry.filePath()), {}, [this, path = entry.filePath()] { m_editors->open(path); }};
        }
    }
    (new ui::CommandPalette(tr("Type a file's name"), items, this))->show();
}

void MainWindow::showPanel(const QString &dockName)
{
    QDockWidget *dock = m_docks.value(dockName);
    dock->show();
    dock->raise();
    dock->widget()->setFocus();
}

void MainWindow::showError(const eph::Error &error)
{
    m_noticeText->setText(error.hint.isEmpty() ? error.message : QString(error.message + u' ' + error.hint));
    m_noticeAction->hide();
    m_notice->show();
}

void MainWindow::setScheme(const QString &name)
{
    WindowSettings::setScheme(name);
    theme().apply(WindowSettings::schemeFor(name));
}

void MainWindow::resetLayout()
{
    restoreState(m_standardLayout);
    m_narrow = false;
    for (QDockWidget *dock : std::as_const(m_docks))
        dock->show();
    m_docks.value(u"logs"_s)->raise();
    arrangeFor(width());
}

void MainWindow::arrangeFor(int width)
{
    const bool narrow = width < NarrowWidth;
    if (narrow == m_narrow)
        return;
    m_narrow = narrow;
    QDockWidget *invoke = m_docks.value(u"invoke"_s);
    QDockWidget *project = m_docks.value(u"project"_s);
    if (narrow) {
        tabifyDockWidget(project, invoke);
        resizeDocks({project}, {320}, Qt::Horizontal);
        invoke->raise();
    } else {
        addDockWidget(Qt::RightDockWidgetArea, invoke);
        resizeDocks({project, invoke}, {230, 380}, Qt::Horizontal);
    }
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    if (isVisible())
        QMetaObject::invokeMethod(this, [this] { arrangeFor(width()); }, Qt::QueuedConnection);
}

void MainWindow::saveSession()
{
    if (!m_sessionFolder.isEmpty())
        WindowSettings::saveProject(m_sessionFolder, {saveState(), m_editors->openPaths(), m_editors->currentPath()});
    WindowSettings::saveGeometry(saveGeometry());
}

void MainWindow::restoreSession(const QString &folder)
{
    const auto saved = WindowSettings::project(folder);
    if (!saved.layout.isEmpty() && !m_narrow)
        restoreState(saved.layout);
    for (const QString &path : saved.files) {
        if (QFileInfo(path).isFile())
            m_editors->open(path);
    }
    if (!saved.current.isEmpty() && QFileInfo(saved.current).isFile())
        m_editors->open(saved.current);
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

void MainWindow::updateRecent(const QString &folder)
{
    WindowSettings::addRecentFolder(folder);
    m_welcome->setRecent(WindowSettings::recentFolders());
}

void MainWindow::updateStatus()
{
    const runtime::PoolCounts counts = m_composition.cloud.counts();
    m_environments->setText(counts.environments == 0 ? tr("No environment") : counts.busy > 0 ? tr("Environments: %1 (%2 busy)").arg(counts.environments).arg(counts.busy) : tr("Environments: %1").arg(counts.environments));
    m_target->setText(tr("Local cloud <span style='color:%1'>●</span> running").arg(theme().color(Token::Good).name()));
    const ui::CodeEditor *editor = m_editors->currentEditor();
    m_cursor->setVisible(editor);
    m_language->setVisible(editor);
    if (!editor)
        return;
    int line = 0;
    int column = 0;
    editor->getCursorPosition(&line, &column);
    m_cursor->setText(tr("Ln %1, Col %2").arg(line + 1).arg(column + 1));
    const ui::TextFile &file = m_editors->currentFile();
    const QString language = editor->languageName().isEmpty() ? tr("Plain text") : editor->languageName();
    m_language->setText(language + u"   "_s + encodingName(file.encoding) + u"   "_s + lineEndName(file.lineEnd));
}

void MainWindow::updateTitle()
{
    QString title = u"Ephemera"_s;
    if (m_session.isOpen())
        title = m_session.project()->name + u" – "_s + title;
    if (const QString path = m_editors->currentPath(); !path.isEmpty())
        title = QFileInfo(path).fileName() + u" – "_s + title;
    setWindowTitle(title);
}

void MainWindow::showHelp()
{
    const QString index = QDir::cleanPath(sys::resourcePath(u"help/ephemera.md"_s));
    m_editors->open(index);
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("About Ephemera"), tr("<b>Ephemera %1</b><br>Serverless functions on this machine, as the cloud runs them.<br><br>Free software under the GNU General Public License, version 3 or later.").arg(QStringLiteral(EPHEMERA_VERSION)), QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setObjectName(u"aboutBox"_s);
    box->open();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    const QStringList modified = m_editors->modifiedPaths();
    if (modified.isEmpty() || m_closing) {
        saveSession();
        event->accept();
        return;
    }
    event->ignore();
    auto *question = new QMessageBox(QMessageBox::NoIcon, tr("Unsaved changes"), tr("Files with changes that are not saved: %1").arg(modified.size()), QMessageBox::NoButton, this);
    question->setObjectName(u"quitQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *save = question->addButton(tr("Save all and quit"), QMessageBox::AcceptRole);
    QPushButton *drop = question->addButton(tr("Drop the changes"), QMessageBox::DestructiveRole);
    question->addButton(tr("Keep editing"), QMessageBox::RejectRole);
    question->setDefaultButton(save);
    connect(question, &QMessageBox::buttonClicked, this, [this, save, drop](QAbstractButton *button) {
        m_closing = button == drop || (button == save && m_editors->saveAll());
        if (m_closing)
            close();
    });
    question->open();
}

} // namespace eph::app
