// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/docks.h"

#include <QDataStream>
#include <QDockWidget>
#include <QIODevice>
#include <QMainWindow>
#include <QVBoxLayout>
#include <algorithm>
#include <iterator>

namespace eph::app {

using namespace Qt::StringLiterals;

namespace {

/// Below this width the invoke panel shares its place with the project's.
constexpr int NarrowWidth = 1180;
constexpr int ProjectWidth = 230;
constexpr int InvokeWidth = 380;
constexpr int SharedWidth = 320;
constexpr int BottomHeight = 220;
/// What stays of the editor and the panels beside it, however far those below are drawn up.
constexpr int UpperHeight = 230;
/// Before what state() makes.
constexpr quint32 BothLayouts = 0x45504844;

} // namespace

Docks::Docks(QMainWindow &window, const Panels &panels)
    : QObject(&window)
    , m_window(window)
{
    window.setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
    window.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    window.setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    window.setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    QDockWidget *project = add(u"project"_s, tr("Project"), panels.project, Qt::LeftDockWidgetArea);
    QDockWidget *invoke = add(u"invoke"_s, tr("Invoke"), panels.invoke, Qt::RightDockWidgetArea);
    QDockWidget *logs = add(u"logs"_s, tr("Logs"), panels.logs, Qt::BottomDockWidgetArea);
    QDockWidget *environments = add(u"environments"_s, tr("Environments"), panels.environments, Qt::BottomDockWidgetArea);
    QDockWidget *routes = add(u"routes"_s, tr("Routes"), panels.routes, Qt::BottomDockWidgetArea);
    QDockWidget *sources = add(u"sources"_s, tr("Sources"), panels.sources, Qt::BottomDockWidgetArea);
    QDockWidget *schedule = add(u"schedule"_s, tr("Schedule"), panels.schedule, Qt::BottomDockWidgetArea);
    QDockWidget *cost = add(u"cost"_s, tr("Cost"), panels.cost, Qt::BottomDockWidgetArea);
    QDockWidget *deployments = add(u"deployments"_s, tr("Deployments"), panels.deployments, Qt::BottomDockWidgetArea);
    QDockWidget *function = add(u"function"_s, tr("Function"), panels.function, Qt::BottomDockWidgetArea);
    QDockWidget *problems = add(u"problems"_s, tr("Problems"), panels.problems, Qt::BottomDockWidgetArea);
    QDockWidget *search = add(u"search"_s, tr("Search"), panels.search, Qt::BottomDockWidgetArea);
    window.tabifyDockWidget(logs, environments);
    window.tabifyDockWidget(environments, routes);
    window.tabifyDockWidget(routes, sources);
    window.tabifyDockWidget(sources, schedule);
    window.tabifyDockWidget(schedule, cost);
    window.tabifyDockWidget(cost, deployments);
    window.tabifyDockWidget(deployments, function);
    window.tabifyDockWidget(function, problems);
    window.tabifyDockWidget(problems, search);
    logs->raise();
    window.resizeDocks({project, invoke}, {ProjectWidth, InvokeWidth}, Qt::Horizontal);
    window.resizeDocks({logs}, {BottomHeight}, Qt::Vertical);
    window.centralWidget()->setMinimumHeight(UpperHeight);
    m_standard = window.saveState();
}

QDockWidget *Docks::add(const QString &name, const QString &title, QWidget *content, Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title, &m_window);
    dock->setObjectName(name);
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(content);
    // A dock without a title and without a size would compute a negative one.
    holder->setMinimumSize(2, 2);
    dock->setWidget(holder);
    m_window.addDockWidget(area, dock);
    m_docks.insert(name, dock);
    const auto later = [this] { QMetaObject::invokeMethod(this, &Docks::updateTitleBars, Qt::QueuedConnection); };
    connect(dock, &QDockWidget::topLevelChanged, this, later);
    connect(dock, &QDockWidget::dockLocationChanged, this, later);
    connect(dock, &QDockWidget::visibilityChanged, this, later);
    // What lies behind another tab is out of reach of the keyboard too, and not made before it is seen.
    content->hide();
    connect(dock, &QDockWidget::visibilityChanged, content, [content](bool visible) { content->setVisible(visible); });
    return dock;
}

/// A dock among tabs has its name on the tab and needs no title of its own.
void Docks::updateTitleBars()
{
    for (QDockWidget *dock : std::as_const(m_docks)) {
        const bool tabbed = !dock->isFloating() && !m_window.tabifiedDockWidgets(dock).isEmpty();
        if (tabbed == (dock->titleBarWidget() != nullptr))
            continue;
        QWidget *before = dock->titleBarWidget();
        dock->setTitleBarWidget(tabbed ? new QWidget(dock) : nullptr);
        delete before;
    }
}

void Docks::show(const QString &name)
{
    QDockWidget *dock = m_docks.value(name);
    raise(name);
    QWidget *panel = dock->widget()->layout()->itemAt(0)->widget();
    if (dock->isFloating())
        dock->activateWindow();
    panel->setFocus();
    // Where a panel's own choice takes none at the moment, its first control does: what is typed next belongs to the panel.
    const auto isTaken = [panel] {
        const QWidget *focused = panel->window()->focusWidget();
        return focused && (focused == panel || panel->isAncestorOf(focused)) && focused->isVisible();
    };
    const QList<QWidget *> controls = panel->findChildren<QWidget *>();
    for (QWidget *control : controls) {
        if (isTaken())
            break;
        if (control->isVisible() && control->isEnabled() && (control->focusPolicy() & Qt::TabFocus))
            control->setFocus(Qt::TabFocusReason);
    }
}

void Docks::raise(const QString &name)
{
    QDockWidget *dock = m_docks.value(name);
    dock->show();
    dock->raise();
}

QAction *Docks::toggleAction(const QString &name) const
{
    return m_docks.value(name)->toggleViewAction();
}

void Docks::setTitle(const QString &name, const QString &title)
{
    m_docks.value(name)->setWindowTitle(title);
}

QByteArray Docks::state() const
{
    // In a narrow window the panels stand otherwise, which says nothing of a wide one.
    const QByteArray now = m_window.saveState();
    QByteArray both;
    QDataStream(&both, QIODevice::WriteOnly) << BothLayouts << (m_narrow ? m_wide : now) << (m_narrow ? now : m_slim);
    return both;
}

void Docks::restore(const QByteArray &state)
{
    QDataStream both(state);
    quint32 kind = 0;
    both >> kind;
    if (kind == BothLayouts) {
        both >> m_wide >> m_slim;
    } else {
        m_wide = state; // As earlier versions kept it.
        m_slim.clear();
    }
    if (const QByteArray &own = m_narrow ? m_slim : m_wide; !own.isEmpty())
        m_window.restoreState(own);
}

void Docks::reset()
{
    m_window.restoreState(m_standard);
    m_narrow = false;
    m_wide.clear();
    m_slim.clear();
    for (QDockWidget *dock : std::as_const(m_docks))
        dock->show();
    m_docks.value(u"logs"_s)->raise();
    arrangeFor(m_window.width());
}

void Docks::arrangeFor(int width)
{
    const bool narrow = width < NarrowWidth;
    if (narrow == m_narrow)
        return;
    (m_narrow ? m_slim : m_wide) = m_window.saveState();
    m_narrow = narrow;
    QDockWidget *invoke = m_docks.value(u"invoke"_s);
    QDockWidget *project = m_docks.value(u"project"_s);
    QList<QDockWidget *> front;
    std::copy_if(m_docks.cbegin(), m_docks.cend(), std::back_inserter(front), [](const QDockWidget *dock) { return !dock->visibleRegion().isEmpty(); });
    if (const QByteArray &own = narrow ? m_slim : m_wide; !own.isEmpty()) {
        m_window.restoreState(own);
        // Of those that share a place, people see the same one as before.
        for (QDockWidget *dock : std::as_const(front)) {
            if (dock != project && dock != invoke)
                dock->raise();
        }
    } else if (narrow) {
        m_window.tabifyDockWidget(project, invoke);
        m_window.resizeDocks({project}, {SharedWidth}, Qt::Horizontal);
        invoke->raise();
    } else {
        m_window.addDockWidget(Qt::RightDockWidgetArea, invoke);
        m_window.resizeDocks({project, invoke}, {ProjectWidth, InvokeWidth}, Qt::Horizontal);
    }
}

} // namespace eph::app
