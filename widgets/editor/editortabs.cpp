// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/editortabs.h"

#include "widgets/common/theme.h"
#include "widgets/editor/findbar.h"

#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;

FileView::FileView(const QString &path, const TextFile &file, QWidget *parent)
    : QWidget(parent)
    , m_path(path)
    , m_file(file)
    , m_editor(new CodeEditor(CodeEditor::Role::File))
    , m_notice(new QWidget)
{
    m_editor->setObjectName(u"editor"_s);
    m_editor->setAccessibleName(tr("Text of %1").arg(QFileInfo(path).fileName()));
    m_editor->setLineEnd(file.lineEnd);
    m_editor->setContent(file.utf8);
    m_editor->setLanguageFor(path);

    m_notice->setProperty("notice", true);
    m_notice->setAttribute(Qt::WA_StyledBackground);
    auto *text = new QLabel(tr("This file was changed on the disk, and here."));
    auto *takeDisk = new QPushButton(tr("Load the disk's version"));
    takeDisk->setObjectName(u"conflictTakeDisk"_s);
    auto *keepMine = new QPushButton(tr("Keep this one"));
    keepMine->setObjectName(u"conflictKeepMine"_s);
    connect(takeDisk, &QPushButton::clicked, this, [this] {
        if (const auto reloaded = reload(); !reloaded)
            Q_EMIT failed(reloaded.error());
    });
    connect(keepMine, &QPushButton::clicked, m_notice, &QWidget::hide);
    auto *noticeLayout = new QHBoxLayout(m_notice);
    noticeLayout->setContentsMargins(8, 4, 8, 4);
    noticeLayout->addWidget(text, 1);
    noticeLayout->addWidget(takeDisk);
    noticeLayout->addWidget(keepMine);
    m_notice->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_notice);
    layout->addWidget(m_editor, 1);
    setFocusProxy(m_editor);
}

Result<void> FileView::save()
{
    TextFile next = m_file;
    next.utf8 = m_editor->utf8();
    if (auto written = saveText(m_path, next); !written)
        return written;
    m_file = next;
    m_editor->setModified(false);
    m_notice->hide();
    return {};
}

Result<void> FileView::reload()
{
    const auto loaded = loadText(m_path);
    if (!loaded)
        return tl::unexpected(loaded.error());
    const long top = m_editor->SendScintilla(QsciScintillaBase::SCI_GETFIRSTVISIBLELINE);
    const long caret = m_editor->SendScintilla(QsciScintillaBase::SCI_GETCURRENTPOS);
    m_file = *loaded;
    // As one step of the undo history, so that what was here can be had back.
    m_editor->apply({0, m_editor->utf8().size(), loaded->utf8});
    m_editor->setModified(false);
    m_editor->SendScintilla(QsciScintillaBase::SCI_GOTOPOS, ulong(std::min<long>(caret, long(loaded->utf8.size()))));
    m_editor->SendScintilla(QsciScintillaBase::SCI_SETFIRSTVISIBLELINE, ulong(top));
    m_notice->hide();
    return {};
}

bool FileView::isBehindDisk() const
{
    const auto disk = loadText(m_path);
    return disk && (disk->utf8 != m_file.utf8 || disk->encoding != m_file.encoding);
}

void FileView::showConflict()
{
    m_notice->show();
}

EditorTabs::EditorTabs(QWidget *parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget)
    , m_findBar(new FindBar)
{
    m_tabs->setObjectName(u"editorTabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->tabBar()->setExpanding(false);
    m_tabs->tabBar()->setDrawBase(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tabs, 1);
    layout->addWidget(m_findBar);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        m_findBar->setEditor(currentEditor());
        Q_EMIT currentChanged();
    });
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &EditorTabs::requestClose);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &EditorTabs::diskChanged);
}

FileView *EditorTabs::view(const QString &path) const
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto *candidate = qobject_cast<FileView *>(m_tabs->widget(i));
        if (candidate && candidate->path() == path)
            return candidate;
    }
    return nullptr;
}

void EditorTabs::open(const QString &path, int line, int column)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    FileView *target = view(absolute);
    if (!target) {
        const auto file = loadText(absolute);
        if (!file) {
            Q_EMIT failed(file.error());
            return;
        }
        target = new FileView(absolute, *file);
        CodeEditor *editor = target->editor();
        connect(target, &FileView::failed, this, &EditorTabs::failed);
        connect(editor, &QsciScintilla::modificationChanged, this, [this, target] { updateTitle(target); });
        connect(editor, &QsciScintilla::textChanged, this, [this, absolute] { Q_EMIT edited(absolute); });
        connect(editor, &QsciScintilla::cursorPositionChanged, this, &EditorTabs::cursorMoved);
        m_watcher.addPath(absolute);
        m_tabs->addTab(target, QFileInfo(absolute).fileName());
        m_tabs->setTabToolTip(m_tabs->indexOf(target), absolute);
        Findings here;
        for (const Finding &finding : std::as_const(m_findings)) {
            if (finding.file == absolute)
                here << finding;
        }
        editor->setFindings(here);
    }
    m_tabs->setCurrentWidget(target);
    if (line > 0)
        target->editor()->goTo(line, column);
    target->editor()->setFocus();
}

CodeEditor *EditorTabs::currentEditor() const
{
    auto *current = qobject_cast<FileView *>(m_tabs->currentWidget());
    return current ? current->editor() : nullptr;
}

CodeEditor *EditorTabs::editorFor(const QString &path) const
{
    FileView *found = view(path);
    return found ? found->editor() : nullptr;
}

QString EditorTabs::currentPath() const
{
    auto *current = qobject_cast<FileView *>(m_tabs->currentWidget());
    return current ? current->path() : QString();
}

const TextFile &EditorTabs::currentFile() const
{
    static const TextFile none;
    auto *current = qobject_cast<FileView *>(m_tabs->currentWidget());
    return current ? current->file() : none;
}

QStringList EditorTabs::openPaths() const
{
    QStringList paths;
    for (int i = 0; i < m_tabs->count(); ++i)
        paths << qobject_cast<FileView *>(m_tabs->widget(i))->path();
    return paths;
}

QStringList EditorTabs::modifiedPaths() const
{
    QStringList paths = openPaths();
    paths.removeIf([this](const QString &path) { return !editorFor(path)->isModified(); });
    return paths;
}

void EditorTabs::updateTitle(FileView *target)
{
    const QString name = QFileInfo(target->path()).fileName();
    m_tabs->setTabText(m_tabs->indexOf(target), target->editor()->isModified() ? QString(u"● "_s + name) : name);
}

bool EditorTabs::save(const QString &path)
{
    FileView *target = view(path);
    if (!target)
        return true;
    m_watcher.removePath(path);
    const auto written = target->save();
    m_watcher.addPath(path);
    if (!written) {
        Q_EMIT failed(written.error());
        return false;
    }
    Q_EMIT saved(path);
    return true;
}

bool EditorTabs::saveAll()
{
    bool all = true;
    const QStringList paths = modifiedPaths();
    for (const QString &path : paths)
        all = save(path) && all;
    return all;
}

void EditorTabs::revert(const QString &path)
{
    if (FileView *target = view(path)) {
        if (const auto reloaded = target->reload(); !reloaded)
            Q_EMIT failed(reloaded.error());
    }
}

void EditorTabs::requestClose(int index)
{
    if (auto *target = qobject_cast<FileView *>(m_tabs->widget(index)))
        close(target->path());
}

void EditorTabs::close(const QString &path)
{
    FileView *target = view(path);
    if (!target)
        return;
    const auto remove = [this, target] {
        m_watcher.removePath(target->path());
        m_tabs->removeTab(m_tabs->indexOf(target));
        target->deleteLater();
    };
    if (!target->editor()->isModified())
        return remove();
    auto *question = new QMessageBox(QMessageBox::NoIcon, tr("Unsaved changes"), tr("“%1” has changes that are not saved.").arg(QFileInfo(path).fileName()), QMessageBox::NoButton, this);
    question->setObjectName(u"closeQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *saveButton = question->addButton(tr("Save and close"), QMessageBox::AcceptRole);
    QPushButton *dropButton = question->addButton(tr("Drop the changes"), QMessageBox::DestructiveRole);
    question->addButton(tr("Keep editing"), QMessageBox::RejectRole);
    question->setDefaultButton(saveButton);
    connect(question, &QMessageBox::buttonClicked, this, [this, path, remove, saveButton, dropButton](QAbstractButton *button) {
        if (button == dropButton || (button == saveButton && save(path)))
            remove();
    });
    question->open();
}

void EditorTabs::closeAll()
{
    while (m_tabs->count() > 0) {
        QWidget *page = m_tabs->widget(0);
        m_tabs->removeTab(0);
        page->deleteLater();
    }
    if (const QStringList files = m_watcher.files(); !files.isEmpty())
        m_watcher.removePaths(files);
}

void EditorTabs::diskChanged(const QString &path)
{
    // Many programs replace the file: the watcher loses it then.
    if (!m_watcher.files().contains(path) && QFileInfo::exists(path))
        m_watcher.addPath(path);
    FileView *target = view(path);
    if (!target || !target->isBehindDisk())
        return;
    if (target->editor()->isModified())
        target->showConflict();
    else
        revert(path);
}

void EditorTabs::setFindings(const Findings &findings)
{
    m_findings = findings;
    const QStringList paths = openPaths();
    for (const QString &path : paths) {
        Findings here;
        for (const Finding &finding : findings) {
            if (finding.file == path)
                here << finding;
        }
        editorFor(path)->setFindings(here);
    }
}

} // namespace eph::ui
