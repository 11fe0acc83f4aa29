// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/logpanes.h"

#include <QSplitter>
#include <QVBoxLayout>

namespace eph::ui {

LogPanes::LogPanes(logs::LogStore &store, const services::RecentInvocations &recent, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_recent(recent)
    , m_split(new QSplitter)
{
    m_split->setChildrenCollapsible(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_split);
    add();
}

void LogPanes::add()
{
    auto *panel = new LogPanel(m_store, m_recent);
    panel->setObjectName(QStringLiteral("logPanel%1").arg(m_panels.size() + 1));
    panel->setFunctions(m_functions);
    panel->setLineCost(m_cost);
    panel->setProjectFolder(m_folder);
    connect(panel, &LogPanel::lineActivated, this, &LogPanes::lineActivated);
    connect(panel, &LogPanel::invokeRequested, this, &LogPanes::invokeRequested);
    connect(panel, &LogPanel::laneRequested, this, &LogPanes::laneRequested);
    connect(panel, &LogPanel::replayRequested, this, &LogPanes::replayRequested);
    connect(panel, &LogPanel::splitRequested, this, &LogPanes::add);
    connect(panel, &LogPanel::closeRequested, this, [this, panel] { remove(panel); });
    m_panels << panel;
    m_split->addWidget(panel);
    m_split->setSizes(QList<int>(m_panels.size(), 1000));
    for (LogPanel *each : std::as_const(m_panels))
        each->setClosable(m_panels.size() > 1);
    setFocusProxy(m_panels.first());
}

void LogPanes::remove(LogPanel *panel)
{
    m_panels.removeOne(panel);
    panel->deleteLater();
    for (LogPanel *each : std::as_const(m_panels))
        each->setClosable(m_panels.size() > 1);
    setFocusProxy(m_panels.first());
}

void LogPanes::setFunctions(const QStringList &names)
{
    m_functions = names;
    for (LogPanel *panel : std::as_const(m_panels))
        panel->setFunctions(names);
}

void LogPanes::setLineCost(const services::LineCost &cost)
{
    m_cost = cost;
    for (LogPanel *panel : std::as_const(m_panels))
        panel->setLineCost(cost);
}

void LogPanes::setProjectFolder(const QString &folder)
{
    m_folder = folder;
    for (LogPanel *panel : std::as_const(m_panels))
        panel->setProjectFolder(folder);
}

} // namespace eph::ui
