// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/docks.h"
#include "app/gui/mainwindow.h"
#include "app/gui/windowsettings.h"
#include "widgets/editor/editortabs.h"
#include "widgets/editor/findbar.h"
#include "widgets/panels/environmentspanel.h"
#include "widgets/panels/filetree.h"
#include "widgets/panels/invokepanel.h"
#include "widgets/panels/machinedialog.h"
#include "widgets/panels/schedulepanel.h"
#include "widgets/panels/deploymentspanel.h"
#include "widgets/panels/problemspanel.h"
#include "widgets/panels/projectpanel.h"

#include <QAction>
#include <QDir>
#include <QMenu>
#include <QMenuBar>

namespace eph::app {

using namespace Qt::StringLiterals;

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

ui::FindBar *MainWindow::findBar() const
{
    ui::FindBar *ofAnswer = m_invoke->findBar();
    return ofAnswer ? ofAnswer : m_editors->findBar();
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
    addCommand(file, u"newFileAction"_s, {tr("New f&ile…"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_N), [this] {
        if (m_session.isOpen())
            m_project->files()->askForFile();
        else
            showNotice(tr("Open a folder first: a file is made in it."), tr("Open a folder"), [this] { chooseFolder(); });
    }});
    addCommand(file, u"openFolder"_s, {tr("&Open folder…"), QKeySequence::Open, [this] { chooseFolder(); }});
    m_recentMenu = file->addMenu(tr("Open &recent"));
    addCommand(file, u"writeTemplate"_s, {tr("Write a template for this folder"), {}, [this] { writeTemplate(); }});
    file->addSeparator();
    addCommand(file, u"save"_s, {tr("&Save"), QKeySequence::Save, [this] { m_editors->save(m_editors->currentPath()); }});
    addCommand(file, u"saveAll"_s, {tr("Save &all"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [this] { m_editors->saveAll(); }});
    addCommand(file, u"revert"_s, {tr("Re&vert to the disk's version"), {}, [this] { m_editors->revert(m_editors->currentPath()); }});
    addCommand(file, u"closeFile"_s, {tr("&Close file"), QKeySequence::Close, [this] { m_editors->close(m_editors->currentPath()); }});
    addCommand(file, u"closeProject"_s, {tr("Close &project"), {}, [this] { closeProject(); }});
    file->addSeparator();
    addCommand(file, u"quit"_s, {tr("&Quit"), QKeySequence::Quit, [this] { close(); }});

    QMenu *edit = menuBar()->addMenu(tr("&Edit"));
    addCommand(edit, u"undo"_s, {tr("&Undo"), QKeySequence::Undo, [this] { undo(false); }});
    addCommand(edit, u"redo"_s, {tr("&Redo"), QKeySequence::Redo, [this] { undo(true); }});
    edit->addSeparator();
    addCommand(edit, u"find"_s, {tr("&Find…"), QKeySequence::Find, [this] { findBar()->open(ui::FindBar::Mode::Find); }});
    addCommand(edit, u"findNextAction"_s, {tr("Find &next"), QKeySequence(Qt::Key_F3), [this] { findBar()->findNext(); }});
    addCommand(edit, u"replace"_s, {tr("R&eplace…"), QKeySequence(Qt::CTRL | Qt::Key_H), [this] { m_editors->findBar()->open(ui::FindBar::Mode::Replace); }});
    addCommand(edit, u"findInFiles"_s, {tr("Find in f&iles…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), [this] { findInFiles(); }});
    addCommand(edit, u"goToLine"_s, {tr("Go to &line…"), QKeySequence(Qt::CTRL | Qt::Key_G), [this] { goToLine(); }});
    edit->addSeparator();
    addCommand(edit, u"selectNext"_s, {tr("Select next &occurrence"), QKeySequence(Qt::CTRL | Qt::Key_D), editorCommand([](ui::CodeEditor *editor) { editor->selectNextOccurrence(); })});
    addCommand(edit, u"toggleComment"_s, {tr("Toggle &comment"), QKeySequence(Qt::CTRL | Qt::Key_Slash), editorCommand([](ui::CodeEditor *editor) { editor->toggleComment(); })});
    addCommand(edit, u"moveLinesUp"_s, {tr("Move lines up"), QKeySequence(Qt::ALT | Qt::Key_Up), editorCommand([](ui::CodeEditor *editor) { editor->moveLines(false); })});
    addCommand(edit, u"moveLinesDown"_s, {tr("Move lines down"), QKeySequence(Qt::ALT | Qt::Key_Down), editorCommand([](ui::CodeEditor *editor) { editor->moveLines(true); })});
    addCommand(edit, u"duplicateLines"_s, {tr("Duplicate"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D), editorCommand([](ui::CodeEditor *editor) { editor->duplicateLines(); })});
    addCommand(edit, u"settings"_s, {tr("&Settings…"), QKeySequence(Qt::CTRL | Qt::Key_Comma), [this] { showSettings(); }});
    addCommand(edit, u"foldAll"_s, {tr("Fold or unfold all"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_BracketLeft), editorCommand([](ui::CodeEditor *editor) { editor->foldAll(true); })});

    QMenu *view = menuBar()->addMenu(tr("&View"));
    addCommand(view, u"commandPalette"_s, {tr("&Commands…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P), [this] { showCommands(); }});
    addCommand(view, u"quickOpen"_s, {tr("&Go to file…"), QKeySequence(Qt::CTRL | Qt::Key_P), [this] { quickOpen(); }});
    view->addSeparator();
    int number = 1;
    for (const auto &[name, title] : {std::pair{u"project"_s, tr("Project panel")}, std::pair{u"invoke"_s, tr("Invoke panel")}, std::pair{u"logs"_s, tr("Logs panel")}, std::pair{u"environments"_s, tr("Environments panel")}, std::pair{u"routes"_s, tr("Routes panel")}, std::pair{u"schedule"_s, tr("Schedule panel")},
                                      std::pair{u"function"_s, tr("Function panel")}, std::pair{u"problems"_s, tr("Problems panel")}, std::pair{u"search"_s, tr("Search panel")}, std::pair{u"sources"_s, tr("Sources panel")}, std::pair{u"cost"_s, tr("Cost panel")}, std::pair{u"deployments"_s, tr("Deployments panel")}})
        addCommand(view, u"panel_"_s + name, {title, number <= 10 ? QKeySequence(Qt::ALT | Qt::Key(Qt::Key_0 + number++ % 10)) : QKeySequence(Qt::ALT | (name == "cost"_L1 ? Qt::Key_C : Qt::Key_D)), [this, name = name] { showPanel(name); }});
    QMenu *panels = view->addMenu(tr("Show or &hide"));
    connect(panels, &QMenu::aboutToShow, panels, [this, panels] {
        for (const auto &name : {u"project"_s, u"invoke"_s, u"logs"_s, u"environments"_s, u"routes"_s, u"schedule"_s, u"function"_s, u"problems"_s, u"search"_s, u"sources"_s, u"cost"_s, u"deployments"_s})
            panels->addAction(m_docks->toggleAction(name));
    });
    view->addSeparator();
    for (const auto &[name, title] : {std::pair{u"system"_s, tr("Colours of the system")}, std::pair{u"light"_s, tr("Light colours")}, std::pair{u"dark"_s, tr("Dark colours")},
                                      std::pair{u"high-contrast"_s, tr("High contrast")}}) {
        QAction *action = addCommand(view, u"theme_"_s + name, {title, {}, [this, name = name] { setScheme(name); }});
        action->setCheckable(true);
        connect(view, &QMenu::aboutToShow, action, [action, name = name] { action->setChecked(WindowSettings::scheme() == name); });
    }
    view->addSeparator();
    addCommand(view, u"resetLayout"_s, {tr("Reset layout"), {}, [this] { m_docks->reset(); }});

    QMenu *runMenu = menuBar()->addMenu(tr("&Run"));
    addCommand(runMenu, u"invokeAction"_s, {tr("&Invoke"), QKeySequence(Qt::Key_F5), [this] { invoke(); }});
    addCommand(runMenu, u"stopAll"_s, {tr("&Stop all runs"), QKeySequence(Qt::SHIFT | Qt::Key_F5), [this] { m_composition.cloud.abortAll(); }});
    addCommand(runMenu, u"invokeAgain"_s, {tr("Invoke &again"), QKeySequence(Qt::CTRL | Qt::Key_F5), [this] { m_invoke->invokeAgain(); }});
    addCommand(runMenu, u"burstAction"_s, {tr("&Burst…"), {}, [this] {
        m_docks->show(u"environments"_s);
        m_lanes->focusBurst();
    }});
    addCommand(runMenu, u"newSchedule"_s, {tr("New sc&hedule…"), {}, [this] { m_schedule->makeNew(m_invoke->functionName()); }});
    addCommand(runMenu, u"packageAction"_s, {tr("Pac&kage…"), {}, [this] { showPackage(); }});
    addCommand(runMenu, u"deployAction"_s, {tr("&Deploy…"), QKeySequence(Qt::Key_F6), [this] { Q_EMIT m_deployments->deployRequested(); }});
    addCommand(runMenu, u"retireAll"_s, {tr("Make the next one &cold"), {}, [this] { m_composition.cloud.retireAll(); }});
    addCommand(runMenu, u"nextProblem"_s, {tr("Next &problem"), QKeySequence(Qt::Key_F8), [this] {
        showPanel(u"problems"_s);
        m_problems->goToNext();
    }});

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    addCommand(help, u"help"_s, {tr("&Help"), QKeySequence::HelpContents, [this] { showHelp(); }});
    addCommand(help, u"machine"_s, {tr("This &machine…"), {}, [this] { (new ui::MachineDialog(this))->open(); }});
    addCommand(help, u"about"_s, {tr("&About Ephemera"), {}, [this] { showAbout(); }});
    connect(m_recentMenu, &QMenu::aboutToShow, this, [this] {
        m_recentMenu->clear();
        const QStringList folders = WindowSettings::recentFolders();
        for (const QString &folder : folders)
            connect(m_recentMenu->addAction(QDir::toNativeSeparators(folder)), &QAction::triggered, this, [this, folder] { openProject(folder); });
        m_recentMenu->setEnabled(true);
    });
}

} // namespace eph::app
