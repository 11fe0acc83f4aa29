// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"

#include <QWidget>

class QFileSystemModel;
class QStackedWidget;
class QTreeView;
class QTreeWidget;
class QTreeWidgetItem;

namespace eph::ui {

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

Q_SIGNALS:
    void functionSelected(const QString &name);
    void placeRequested(const QString &file, int line);
    void openRequested();
    void newFunctionRequested();

private:
    void fillFunctions();
    void fillFiles();
    void activate(QTreeWidgetItem *item);

    std::shared_ptr<const project::Project> m_project;
    QStackedWidget *m_stack;
    StatePage *m_state;
    QTreeWidget *m_functions;
    QTreeView *m_files;
    QFileSystemModel *m_fileModel = nullptr;
};

} // namespace eph::ui
