// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

#include <QWidget>

class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace eph::ui {

class FileTree;
class StatePage;

/// Functions with their triggers, and the project's files.
class ProjectPanel : public QWidget
{
    Q_OBJECT
public:
    explicit ProjectPanel(QWidget *parent = nullptr);

    void setProject(std::shared_ptr<const project::Project> project);
    void setLoading(const QString &path);
    void selectFunction(const QString &name);
    [[nodiscard]] FileTree *files() const { return m_files; }

Q_SIGNALS:
    void functionSelected(const QString &name);
    void placeRequested(const QString &file, int line);
    void openRequested();
    void newFunctionRequested();
    /// Of the function that is selected.
    void invokeRequested();
    void scheduleRequested();
    void packageRequested();

private:
    void fillFunctions();
    void addFunctionActions();
    void activate(QTreeWidgetItem *item);

    std::shared_ptr<const project::Project> m_project;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QTreeWidget *m_functions;
    FileTree *m_files;
};

} // namespace eph::ui
