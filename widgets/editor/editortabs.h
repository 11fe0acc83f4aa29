// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "widgets/editor/codeeditor.h"
#include "widgets/editor/recovery.h"

#include <QFileSystemWatcher>
#include <QSet>
#include <QTimer>
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
    /// A text to read only, such as help.
    void openReadOnly(const QString &path);
    /// Opens what an earlier session left unsaved below a folder.
    void openRecovered(const QString &folder);
    [[nodiscard]] CodeEditor *currentEditor() const;
    [[nodiscard]] CodeEditor *editorFor(const QString &path) const;
    [[nodiscard]] QString currentPath() const;
    /// Of the tab in front; an empty file when there is none.
    [[nodiscard]] const TextFile &currentFile() const;
    [[nodiscard]] QStringList openPaths() const;
    /// Where the caret stands in each of them, as `line:column` from 1.
    [[nodiscard]] QStringList carets() const;
    [[nodiscard]] QStringList modifiedPaths() const;

    bool save(const QString &path);
    bool saveAll();
    /// By path: what is typed and not saved, as UTF-8.
    [[nodiscard]] QHash<QString, QByteArray> unsavedTexts() const;
    void revert(const QString &path);
    void close(const QString &path);
    /// Without a question; the caller has asked.
    void closeAll();
    /// A file, or a folder with what is below it, is gone: what is not modified has no tab any more.
    void closeUnmodified(const QString &path);
    /// A file, or a folder with what is below it, has another path now.
    void moved(const QString &from, const QString &to);
    /// Keeps a copy of everything unsaved, for a session that ends without saying so.
    void keepUnsaved();
    [[nodiscard]] FindBar *findBar() const { return m_findBar; }

    void setFindings(const Findings &findings);
    void setWrapLines(bool wrap);

Q_SIGNALS:
    void currentChanged();
    void saved(const QString &path);
    void closed(const QString &path);
    void edited(const QString &path);
    void cursorMoved();
    void failed(const eph::Error &error);

private:
    void diskChanged();
    void watchAgain();
    void updateTitles();
    void remove(FileView *view);
    void showFindings(FileView *view) const;
    FileView *openView(const QString &path);
    [[nodiscard]] FileView *view(const QString &path) const;
    [[nodiscard]] QList<FileView *> views() const;
    void requestClose(int index);

    QTabWidget *m_tabs;
    FindBar *m_findBar;
    QFileSystemWatcher m_watcher;
    Findings m_findings;
    bool m_wrapLines = false;
    Recovery m_recovery;
    QTimer m_keep;
    QSet<QString> m_toKeep;
};

} // namespace eph::ui
