// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/filetree.h"

#include "widgets/common/contextactions.h"
#include "widgets/panels/namedialog.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QFileSystemModel>
#include <QGuiApplication>
#include <QMessageBox>
#include <QMouseEvent>
#include <QPushButton>
#include <QUrl>

namespace eph::ui {

using namespace Qt::StringLiterals;

FileTree::FileTree(QWidget *parent)
    : QTreeView(parent)
{
    setObjectName(u"fileTree"_s);
    setAccessibleName(tr("Files of the project"));
    setHeaderHidden(true);
    setIndentation(14);
    const auto open = [this](const QModelIndex &index) {
        if (!m_files->isDir(index))
            Q_EMIT openRequested(m_files->filePath(index));
    };
    connect(this, &QTreeView::activated, this, open);
    // A click shows the file, and the keys still belong to the tree.
    connect(this, &QTreeView::clicked, this, [this, open](const QModelIndex &index) {
        open(index);
        setFocus();
    });
    addActions();
}

void FileTree::addActions()
{
    const auto chosen = [this](auto run) {
        return [this, run] {
            if (const QString path = currentPath(); !path.isEmpty())
                run(path);
        };
    };
    addContextAction(this, u"treeNewFile"_s, tr("New file…"), [this] { askForFile(); });
    addContextAction(this, u"treeNewFolder"_s, tr("New folder…"), [this] { askForFolder(); });
    addContextSeparator(this);
    addContextAction(this, u"treeRename"_s, tr("Rename…"), [this] { askForName(); }, QKeySequence(Qt::Key_F2));
    addContextAction(this, u"treeTrash"_s, tr("Move to the trash"), [this] { throwAway(); }, QKeySequence::Delete);
    addContextSeparator(this);
    addContextAction(this, u"treeCopyPath"_s, tr("Copy the path"), chosen([](const QString &path) { QGuiApplication::clipboard()->setText(QDir::toNativeSeparators(path)); }));
    addContextAction(this, u"treeCopyShort"_s, tr("Copy the path within the project"), chosen([this](const QString &path) { QGuiApplication::clipboard()->setText(shownPath(path)); }));
    addContextAction(this, u"treeReveal"_s, tr("Show in the file manager"), [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(currentFolder())); });
}

void FileTree::setFolder(const QString &folder)
{
    m_folder = folder;
    m_made.clear();
    delete std::exchange(m_files, new QFileSystemModel(this));
    connect(m_files, &QFileSystemModel::directoryLoaded, this, [this](const QString &loaded) {
        m_files->sort(0);
        if (!m_made.isEmpty() && !currentIndex().isValid() && QFileInfo(m_made).path().startsWith(loaded)) {
            setCurrentIndex(m_files->index(m_made));
            scrollTo(currentIndex());
        }
    });
    m_files->setFilter(QDir::AllEntries | QDir::NoDotAndDotDot);
    m_files->setOption(QFileSystemModel::DontUseCustomDirectoryIcons);
    setModel(m_files);
    setRootIndex(m_files->setRootPath(folder));
    for (int column = 1; column < m_files->columnCount(); ++column)
        hideColumn(column);
}

QString FileTree::currentPath() const
{
    return m_files && currentIndex().isValid() ? m_files->filePath(currentIndex()) : m_made;
}

QString FileTree::currentFolder() const
{
    const QString path = currentPath();
    return path.isEmpty() ? m_folder : QFileInfo(path).isDir() ? path : QFileInfo(path).path();
}

QString FileTree::shownPath(const QString &path) const
{
    return QDir(m_folder).relativeFilePath(path);
}

void FileTree::choose(const QString &path)
{
    const QModelIndex index = m_files->index(path);
    m_files->sort(0);
    setCurrentIndex(index);
    scrollTo(index);
    setFocus();
    m_made = path;
}

void FileTree::mousePressEvent(QMouseEvent *event)
{
    // Beside the files is the folder itself.
    if (!indexAt(event->pos()).isValid()) {
        m_made.clear();
        setCurrentIndex({});
    }
    QTreeView::mousePressEvent(event);
}

void FileTree::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    if (current.isValid() && m_files->filePath(current) != m_made)
        m_made.clear();
}

void FileTree::askForFile()
{
    if (!m_files)
        return;
    const QString folder = currentFolder();
    const QString in = folder == m_folder ? tr("Name of the file; folders may come before it: src/app.js") : tr("Name of the file in “%1”; folders may come before it").arg(shownPath(folder));
    auto *dialog = new NameDialog({tr("New file"), in, tr("Make the file"), {}}, [this, folder](const QString &name) {
        return sys::makeFile(folder, name).map([this](const QString &path) {
            choose(path);
            Q_EMIT openRequested(path);
        });
    }, window());
    dialog->open();
}

void FileTree::askForFolder()
{
    const QString folder = currentFolder();
    const QString in = folder == m_folder ? tr("Name of the folder") : tr("Name of the folder in “%1”").arg(shownPath(folder));
    auto *dialog = new NameDialog({tr("New folder"), in, tr("Make the folder"), {}}, [this, folder](const QString &name) {
        return sys::makeFolder(folder, name).map([this](const QString &path) { choose(path); });
    }, window());
    dialog->open();
}

void FileTree::askForName()
{
    const QString path = currentPath();
    if (path.isEmpty())
        return;
    auto *dialog = new NameDialog({tr("Rename"), tr("New name of “%1”").arg(shownPath(path)), tr("Rename"), QFileInfo(path).fileName()}, [this, path](const QString &name) -> Result<void> {
        if (name == QFileInfo(path).fileName())
            return {};
        const bool wasExpanded = isExpanded(m_files->index(path));
        return sys::renameFile(path, name).map([this, path, wasExpanded](const QString &now) {
            Q_EMIT renamed(path, now);
            choose(now);
            setExpanded(m_files->index(now), wasExpanded);
        });
    }, window());
    dialog->open();
}

void FileTree::throwAway()
{
    const QString path = currentPath();
    if (path.isEmpty())
        return;
    if (const auto trash = sys::moveToTrash(path))
        Q_EMIT trashed(*trash);
    else if (trash.error().code == ErrorCode::Unsupported)
        askToRemove(path, trash.error());
    else
        Q_EMIT failed(trash.error());
}

void FileTree::askToRemove(const QString &path, const Error &why)
{
    auto *question = new QMessageBox(QMessageBox::NoIcon, tr("No trash"), why.message, QMessageBox::NoButton, window());
    question->setObjectName(u"removeQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setInformativeText(tr("Deleted, it cannot be had back."));
    const QPushButton *remove = question->addButton(tr("Delete “%1” for good").arg(QFileInfo(path).fileName()), QMessageBox::DestructiveRole);
    question->setDefaultButton(question->addButton(tr("Keep it"), QMessageBox::RejectRole));
    connect(question, &QMessageBox::buttonClicked, this, [this, remove, path](const QAbstractButton *button) {
        if (button != remove)
            return;
        // A folder of packages takes a while.
        m_jobs.run([path] { return sys::removeForGood(path); }, [this, path](const Result<void> &gone) {
            if (!gone)
                Q_EMIT failed(gone.error());
            Q_EMIT removed(path);
        });
    });
    question->open();
}

} // namespace eph::ui
