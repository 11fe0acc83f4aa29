// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/background.h"
#include "core/sys/filechanges.h"

#include <QTreeView>

class QFileSystemModel;

namespace eph::ui {

/// The files of a folder, and what people do to them: open, make, rename, throw away.
class FileTree : public QTreeView
{
    Q_OBJECT
public:
    explicit FileTree(QWidget *parent = nullptr);

    void setFolder(const QString &folder);
    /// Next to the chosen file, or in the chosen folder.
    void askForFile();

Q_SIGNALS:
    void openRequested(const QString &path);
    /// A file, or a folder with all that is below it.
    void renamed(const QString &from, const QString &to);
    void trashed(const eph::sys::Trashed &trashed);
    /// For good.
    void removed(const QString &path);
    void failed(const eph::Error &error);

private:
    void addActions();
    void askForFolder();
    void askForName();
    void throwAway();
    /// There is no trash for it.
    void askToRemove(const QString &path, const eph::Error &why);
    void choose(const QString &path);
    [[nodiscard]] QString currentPath() const;
    [[nodiscard]] QString currentFolder() const;
    /// As people see it: within the project.
    [[nodiscard]] QString shownPath(const QString &path) const;

    void mousePressEvent(QMouseEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

    QString m_folder;
    QString m_made; ///< Chosen before the model has seen that it is there; it may lose it once more as it reads the folder.
    QFileSystemModel *m_files = nullptr;
    sys::BackgroundJobs m_jobs{this};
};

} // namespace eph::ui
