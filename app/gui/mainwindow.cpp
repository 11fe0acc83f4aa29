// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/mainwindow.h"

#include "app/gui/docks.h"
#include "app/gui/windowsettings.h"
#include "core/services/filesearch.h"
#include "core/services/projecttemplates.h"
#include "core/services/stackframes.h"
#include "core/sys/paths.h"
#include "widgets/common/theme.h"
#include "widgets/editor/editortabs.h"
#include "widgets/editor/fileview.h"
#include "widgets/editor/findbar.h"
#include "widgets/logview/logview.h"
#include "widgets/panels/costpanel.h"
#include "widgets/panels/deploymentspanel.h"
#include "widgets/panels/environmentspanel.h"
#include "widgets/panels/routespanel.h"
#include "widgets/panels/functionform.h"
#include "widgets/panels/invokepanel.h"
#include "widgets/panels/logpanes.h"
#include "widgets/panels/newprojectdialog.h"
#include "widgets/panels/packagedialog.h"
#include "widgets/panels/problemspanel.h"
#include "widgets/panels/projectpanel.h"
#include "widgets/panels/schedulepanel.h"
#include "widgets/panels/searchpanel.h"
#include "widgets/panels/sourcespanel.h"
#include "widgets/panels/helpdialog.h"
#include "widgets/panels/settingsdialog.h"
#include "widgets/panels/welcomepage.h"
#include "widgets/wizards/deploywizard.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QLabel>
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

constexpr int MaxNamedFiles = 8;

} // namespace

MainWindow::MainWindow(Composition &composition, QWidget *parent)
    : QMainWindow(parent)
    , m_composition(composition)
    , m_serving(composition.cloud)
    , m_center(new QStackedWidget)
    , m_welcome(new ui::WelcomePage)
    , m_editors(new ui::EditorTabs)
    , m_project(new ui::ProjectPanel)
    , m_invoke(new ui::InvokePanel(composition.invokes))
    , m_log(new ui::LogPanes(composition.logs, composition.cloud.recent()))
    , m_lanes(new ui::EnvironmentsPanel(composition.cloud, composition.invokes))
    , m_routes(new ui::RoutesPanel(composition.cloud, m_serving))
    , m_sources(new ui::SourcesPanel(composition.cloud, m_serving))
    , m_schedule(new ui::SchedulePanel(composition.cloud, m_serving, composition.invokes, composition.clock))
    , m_cost(new ui::CostPanel(composition.meter, composition.cloud, composition.invokes, composition.clock))
    , m_deployments(new ui::DeploymentsPanel)
    , m_form(new ui::FunctionForm)
    , m_problems(new ui::ProblemsPanel)
    , m_search(new ui::SearchPanel)
    , m_notice(new QWidget)
    , m_noticeText(new QLabel)
    , m_noticeAction(new QPushButton)
    , m_environments(new QLabel)
    , m_spending(new QLabel)
    , m_cursor(new QLabel)
    , m_language(new QLabel)
    , m_target(new QLabel)
{
    setObjectName(u"mainWindow"_s);
    m_center->addWidget(m_welcome);
    m_center->addWidget(m_editors);

    m_notice->setProperty("notice", true);
    m_notice->setAttribute(Qt::WA_StyledBackground);
    m_noticeText->setWordWrap(true);
    m_noticeText->setObjectName(u"noticeText"_s);
    auto *dismiss = new QPushButton(tr("Dismiss"));
    dismiss->setObjectName(u"noticeDismiss"_s);
    dismiss->setProperty("quiet", true);
    connect(dismiss, &QPushButton::clicked, m_notice, &QWidget::hide);
    m_noticeAction->setObjectName(u"noticeAction"_s);
    connect(m_noticeAction, &QPushButton::clicked, this, [this] {
        m_notice->hide();
        // What it does may show another notice in its place.
        const std::function<void()> run = m_noticeRun;
        run();
    });
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

    makeTargetBar();
    makeMenus();
    makeStatusStrip();
    m_docks = new Docks(*this, {m_project, m_invoke, m_log, m_lanes, m_routes, m_sources, m_schedule, m_cost, m_deployments, m_form, m_problems, m_search});
    connectPanels();
    connectCosts();
    connectDeployments();
    connectSchedules();
    m_editors->setWrapLines(WindowSettings::wrapLines());
    m_composition.cloud.setSharesProcessor(WindowSettings::sharesProcessor());
    m_welcome->setRecent(WindowSettings::recentFolders());
    updateTitle();
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

void MainWindow::makeStatusStrip()
{
    m_environments->setObjectName(u"statusEnvironments"_s);
    m_spending->setObjectName(u"statusSpending"_s);
    m_cursor->setObjectName(u"statusCursor"_s);
    m_language->setObjectName(u"statusLanguage"_s);
    for (QLabel *label : {m_environments, m_spending, m_cursor, m_language}) {
        label->setProperty("muted", true);
        label->setContentsMargins(8, 2, 8, 2);
    }
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_environments);
    statusBar()->addWidget(m_spending);
    statusBar()->addPermanentWidget(m_cursor);
    statusBar()->addPermanentWidget(m_language);
    updateStatus();
}

void MainWindow::openProject(const QString &path)
{
    leaveFiles(tr("Save all and open"), [this, path] {
        if (!m_leaving)
            saveSession();
        m_notice->hide();
        m_session.open(path);
    });
}

void MainWindow::closeProject()
{
    leaveFiles(tr("Save all and close"), [this] {
        if (!m_leaving)
            saveSession();
        m_leaving = true;
        m_editors->closeAll();
        m_session.close();
        m_leaving = false;
    });
}

void MainWindow::leaveFiles(const QString &saveText, const std::function<void()> &leave)
{
    const QStringList modified = m_editors->modifiedPaths();
    if (modified.isEmpty())
        return leave();
    if (m_question)
        return m_question->raise();
    m_question = new QMessageBox(QMessageBox::NoIcon, tr("Unsaved changes"), tr("Files with changes that are not saved: %1").arg(modified.size()), QMessageBox::NoButton, this);
    m_question->setObjectName(u"leaveQuestion"_s);
    m_question->setAttribute(Qt::WA_DeleteOnClose);
    m_question->setInformativeText(modified.mid(0, MaxNamedFiles).join(u'\n'));
    QPushButton *save = m_question->addButton(saveText, QMessageBox::AcceptRole);
    QPushButton *drop = m_question->addButton(tr("Drop the changes"), QMessageBox::DestructiveRole);
    m_question->addButton(tr("Keep editing"), QMessageBox::RejectRole);
    m_question->setDefaultButton(save);
    connect(m_question, &QMessageBox::buttonClicked, this, [this, save, drop, leave](QAbstractButton *button) {
        if (button == drop) {
            // What was open is open again next time, as it is on the disk.
            saveSession();
            m_leaving = true;
            m_editors->closeAll();
        }
        if (button == drop || (button == save && m_editors->saveAll()))
            leave();
        m_leaving = false;
    });
    m_question->open();
}

void MainWindow::invoke()
{
    // Where there is nothing to run, a project is what is missing.
    if (!m_session.project() && !m_session.isLoading())
        return chooseFolder();
    m_docks->raise(u"invoke"_s);
    m_invoke->invoke();
}

void MainWindow::openText(const QString &name, const QByteArray &text)
{
    const QString path = QDir(QStandardPaths::writableLocation(QStandardPaths::TempLocation)).filePath("ephemera-"_L1 + name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        return showError({ErrorCode::Io, tr("“%1” could not be written: %2.").arg(path, file.errorString()), {}, {}});
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.close();
    m_editors->openReadOnly(path);
}

void MainWindow::undoTemplate(bool redo)
{
    const auto project = m_session.project();
    const project::Function *function = project ? project->function(m_invoke->functionName()) : nullptr;
    ui::CodeEditor *editor = function ? m_editors->editorFor(function->location.file) : nullptr;
    if (editor)
        redo ? editor->redo() : editor->undo();
}

void MainWindow::undo(bool redo)
{
    // The text that has the focus; a form's text is its template.
    for (QWidget *widget = QApplication::focusWidget(); widget; widget = widget->parentWidget()) {
        if (auto *editor = qobject_cast<ui::CodeEditor *>(widget))
            return redo ? editor->redo() : editor->undo();
        if (widget == m_form || widget == m_schedule)
            return undoTemplate(redo);
    }
    if (ui::CodeEditor *editor = m_editors->currentEditor())
        redo ? editor->redo() : editor->undo();
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
        if (!m_editors->saveAll())
            return;
        if (const auto added = services::addFunction({file, name, starter}); !added)
            return dialog->showError(added.error().message + u' ' + added.error().hint);
        dialog->accept();
        m_newFunction = name;
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
    applyTemplateEdit(function.location.file, [&](const QByteArray &text) { return services::functionEdit(text, function, {change}); });
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
    m_jobs.run([folder = project->folder] { return services::projectFiles(folder); }, [this, folder = project->folder](const QStringList &files) {
        QList<ui::PaletteItem> items;
        for (const QString &file : files)
            items << ui::PaletteItem{file, {}, [this, path = QString(folder + u'/' + file)] { m_editors->open(path); }};
        (new ui::CommandPalette(tr("Type a file's name"), items, this))->show();
    });
}

void MainWindow::showPanel(const QString &dockName)
{
    m_docks->show(dockName);
}

void MainWindow::showError(const eph::Error &error)
{
    showNotice(error.hint.isEmpty() ? error.message : QString(error.message + u' ' + error.hint), {}, {});
}

void MainWindow::showNotice(const QString &text, const QString &action, const std::function<void()> &run)
{
    m_noticeText->setText(text);
    m_noticeAction->setText(action);
    m_noticeAction->setVisible(!action.isEmpty());
    m_noticeRun = run;
    m_notice->show();
}

void MainWindow::findInFiles()
{
    showPanel(u"search"_s);
    const ui::CodeEditor *editor = m_editors->currentEditor();
    const QString selected = editor ? editor->selectedText() : QString();
    m_search->begin(selected.contains(u'\n') ? QString() : selected);
}

void MainWindow::showSettings()
{
    auto *dialog = new ui::SettingsDialog({WindowSettings::scheme(), ui::Theme::codeFont().pointSize(), WindowSettings::wrapLines(), WindowSettings::sharesProcessor()}, this);
    connect(dialog, &ui::SettingsDialog::schemeChosen, this, &MainWindow::setScheme);
    connect(dialog, &ui::SettingsDialog::codePointsChosen, this, [](int points) {
        WindowSettings::setCodePoints(points);
        theme().setCodePoints(points);
    });
    connect(dialog, &ui::SettingsDialog::sharesProcessorChosen, this, [this](bool shares) {
        WindowSettings::setSharesProcessor(shares);
        m_composition.cloud.setSharesProcessor(shares);
    });
    connect(dialog, &ui::SettingsDialog::wrapLinesChosen, this, [this](bool wrap) {
        WindowSettings::setWrapLines(wrap);
        m_editors->setWrapLines(wrap);
    });
    dialog->open();
}

void MainWindow::setScheme(const QString &name)
{
    WindowSettings::setScheme(name);
    theme().apply(WindowSettings::schemeFor(name));
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    if (isVisible())
        QMetaObject::invokeMethod(this, [this] { m_docks->arrangeFor(width()); }, Qt::QueuedConnection);
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    m_docks->arrangeFor(width());
}

void MainWindow::updateRecent(const QString &folder)
{
    WindowSettings::addRecentFolder(folder);
    m_welcome->setRecent(WindowSettings::recentFolders());
}

void MainWindow::showPackage()
{
    const auto project = m_session.project();
    const project::Function *function = project ? project->function(m_invoke->functionName()) : nullptr;
    if (!function)
        return showNotice(tr("Open a project and choose a function: its code is packed."), {}, [] {});
    if (!m_editors->saveAll())
        return;
    auto *dialog = new ui::PackageDialog(*function, project->folder, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::updateStatus()
{
    const runtime::PoolCounts counts = m_composition.cloud.counts();
    m_environments->setText(counts.environments == 0 ? tr("No environment") : counts.busy > 0 ? tr("Environments: %1 (%2 busy)").arg(counts.environments).arg(counts.busy) : tr("Environments: %1").arg(counts.environments));
    const services::CostMeter::Rate rate = m_composition.meter.rate();
    m_spending->setVisible(rate.lastMinute.pico > 0);
    m_spending->setText(tr("%1/h").arg(rate.hourly.readable()));
    m_spending->setToolTip(tr("List price, if it went on like the last minute: %1 a month").arg(rate.monthly.readable()));
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
    (new ui::HelpDialog(sys::resourcePath(u"help"_s), u"ephemera"_s, this))->show();
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("About Ephemera"), tr("<b>Ephemera %1</b><br>Serverless functions on this machine, as the cloud runs them.<br><br>Free software under the GNU General Public License, version 3 or later.").arg(QStringLiteral(EPHEMERA_VERSION)), QMessageBox::Close, this);
    constexpr int IconSize = 64;
    box->setIconPixmap(windowIcon().pixmap(IconSize));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setObjectName(u"aboutBox"_s);
    box->open();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    // The local cloud would go away under it. Whoever ends the session all the same finds it in the Deployments panel.
    if (m_wizard && m_wizard->isDeploying() && !m_leaving) {
        m_wizard->show();
        showNotice(tr("A release is being made. Wait for its end, or stop it."), tr("Show it"), [this] {
            if (m_wizard)
                m_wizard->show();
        });
        return event->ignore();
    }
    if (!m_leaving)
        saveSession();
    if (m_editors->modifiedPaths().isEmpty())
        return event->accept();
    event->ignore();
    leaveFiles(tr("Save all and quit"), [this] { close(); });
}

void MainWindow::end()
{
    m_editors->keepUnsaved();
    saveSession();
    if (!m_question)
        close();
}

} // namespace eph::app
