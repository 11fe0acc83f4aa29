// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/logpanel.h"

class QSplitter;

namespace eph::ui {

/// One view of the log, or several side by side, each with a query of its own.
class LogPanes : public QWidget
{
    Q_OBJECT
public:
    LogPanes(logs::LogStore &store, const services::RecentInvocations &recent, QWidget *parent = nullptr);

    void setFunctions(const QStringList &names);
    void setLineCost(const services::LineCost &cost);
    void setProjectFolder(const QString &folder);
    /// In the first view.
    void showStory(const QByteArray &requestId) { m_panels.first()->showStory(requestId); }

Q_SIGNALS:
    void lineActivated(const QString &text);
    void invokeRequested();
    void laneRequested(const QByteArray &requestId);
    void replayRequested(const QString &function, const QByteArray &event);

private:
    void add();
    void remove(LogPanel *panel);

    logs::LogStore &m_store;
    const services::RecentInvocations &m_recent;
    QSplitter *m_split;
    QList<LogPanel *> m_panels;
    QStringList m_functions;
    services::LineCost m_cost;
    QString m_folder;
};

} // namespace eph::ui
