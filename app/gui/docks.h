// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>

class QAction;
class QDockWidget;
class QMainWindow;
class QWidget;

namespace eph::app {

/// Where the panels stand: the standard order, the narrow one, and titles that are not said twice.
class Docks : public QObject
{
    Q_OBJECT
public:
    struct Panels {
        QWidget *project;
        QWidget *invoke;
        QWidget *logs;
        QWidget *environments;
        QWidget *routes;
        QWidget *sources;
        QWidget *schedule;
        QWidget *cost;
        QWidget *deployments;
        QWidget *function;
        QWidget *problems;
        QWidget *search;
    };
    Docks(QMainWindow &window, const Panels &panels);

    /// `name` is project, invoke, logs, environments, routes, sources, schedule, cost, deployments, function, problems or search.
    void show(const QString &name);
    /// Brings it to the front; the focus stays where it is.
    void raise(const QString &name);
    /// Shows or hides it.
    [[nodiscard]] QAction *toggleAction(const QString &name) const;
    void setTitle(const QString &name, const QString &title);
    /// To be had back by restore().
    [[nodiscard]] QByteArray state() const;
    /// A saved state takes the place of the standard order; a narrow and a wide window have one each.
    void restore(const QByteArray &state);
    void reset();
    /// A window of `width` pixels may be too narrow for a panel at each side.
    void arrangeFor(int width);

private:
    QDockWidget *add(const QString &name, const QString &title, QWidget *content, Qt::DockWidgetArea area);
    void updateTitleBars();

    QMainWindow &m_window;
    QHash<QString, QDockWidget *> m_docks;
    QByteArray m_standard;
    QByteArray m_wide;   ///< How the panels stand in a wide window, while it is narrow; empty: as they stand at first.
    QByteArray m_slim;   ///< And in a narrow one, while it is wide.
    bool m_narrow = false;
};

} // namespace eph::app
