// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "widgets/editor/codeeditor.h"

#include <QFileSystemWatcher>
#include <QHash>
#include <QWidget>

class QTabWidget;

namespace eph::ui {

class FileView;
class FindBar;

/// The open files. Knows when one was changed on the disk: reloads it, or asks where there are changes of one's own.
class EditorTabs : public QWidget
{
    Q_OBJECT
public:
    explicit EditorTabs(QWidget *parent = nullptr);

    /// Opens a file, or shows its tab. Line 0 leaves the caret where it is.
    void open(const QString &path, int line = 0, int column = 0);
    [[nodiscard]] CodeEditor *currentEditor() const;
    [[nodiscard]] CodeEditor *editorFor(const QString &path) const;
    [[nodiscard]] QString currentPath() const;
    /// Of the tab in front; an empty file when there is none.
    [[nodiscard]] const TextFile &currentFile() const;
    [[nodiscard]] QStringList openPaths() const;
    [[nodiscard]] QStringList modifiedPaths() const;

    bool save(const QString &path);
    bool saveAll();
    void revert(const QString &path);
    void close(const QString &path);
    void closeAll();
    [[nodiscard]] FindBar *findBar() const { return m_findBar; }

    void setFindings(const Findings &findings);

Q_SIGNALS:
    void currentChanged();
    void saved(const QString &path);
    void edited(const QString &path);
    void cursorMoved();
    void failed(const eph::Error &error);

private:
    void diskChanged(const QString &path);
    void updateTitle(FileView *view);
    [[nodiscard]] FileView *view(const QString &path) const;
    void requestClose(int index);

    QTabWidget *m_tabs;
    FindBar *m_findBar;
    QFileSystemWatcher m_watcher;
    Findings m_findings;
};

/// One tab: a notice when the disk has another version, and the text.
class FileView : public QWidget
{
    Q_OBJECT
public:
    FileView(const QString &path, const TextFile &file, QWidget *parent = nullptr);

    [[nodiscard]] const QString &path() const { return m_path; }
    [[nodiscard]] CodeEditor *editor() const { return m_editor; }
    [[nodiscard]] const TextFile &file() const { return m_file; }
    [[nodiscard]] Result<void> save();
    [[nodiscard]] Result<void> reload();
    /// The disk has bytes that are neither what was loaded nor what was saved.
    [[nodiscard]] bool isBehindDisk() const;
    void showConflict();

Q_SIGNALS:
    void failed(const eph::Error &error);

private:
    QString m_path;
    TextFile m_file; ///< As last read or written.
    CodeEditor *m_editor;
    QWidget *m_notice;
};

} // namespace eph::ui
