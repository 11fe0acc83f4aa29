// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/editortabs.h"

#include "widgets/editor/fileview.h"
#include "widgets/editor/findbar.h"

#include <QDir>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace eph::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

[[nodiscard]] bool isAtOrBelow(const QString &path, const QString &folder)
{
    return path == folder || path.startsWith(folder + u'/');
}

} // namespace

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
    m_tabs->tabBar()->setFocusPolicy(Qt::TabFocus);
    connect(m_tabs, &QTabWidget::tabBarClicked, this, [this](int index) {
        if (QWidget *clicked = m_tabs->widget(index))
            QMetaObject::invokeMethod(clicked, [clicked] { clicked->setFocus(); }, Qt::QueuedConnection);
    });
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &EditorTabs::diskChanged);
    // A file that is removed and made again is seen only by its folder.
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &EditorTabs::diskChanged);
    m_keep.setSingleShot(true);
    m_keep.setInterval(3s);
    connect(&m_keep, &QTimer::timeout, this, &EditorTabs::keepUnsaved);
}

QList<FileView *> EditorTabs::views() const
{
    QList<FileView *> all;
    for (int i = 0; i < m_tabs->count(); ++i)
        all << qobject_cast<FileView *>(m_tabs->widget(i));
    return all;
}

FileView *EditorTabs::view(const QString &path) const
{
    const QList<FileView *> all = views();
    const auto named = std::find_if(all.cbegin(), all.cend(), [&](const FileView *candidate) { return candidate->path() == path; });
    if (named != all.cend())
        return *named;
    const QString identity = fileIdentity(path);
    const auto found = std::find_if(all.cbegin(), all.cend(), [&](const FileView *candidate) { return candidate->identity() == identity; });
    return found == all.cend() ? nullptr : *found;
}

FileView *EditorTabs::openView(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    if (FileView *present = view(absolute))
        return present;
    const auto file = loadText(absolute);
    if (!file) {
        Q_EMIT failed(file.error());
        return nullptr;
    }
    auto *target = new FileView(absolute, *file);
    CodeEditor *editor = target->editor();
    connect(target, &FileView::failed, this, &EditorTabs::failed);
    connect(target, &FileView::modifiedChanged, this, &EditorTabs::updateTitles);
    connect(target, &FileView::kindChanged, this, [this] {
        m_findBar->setEditor(currentEditor());
        Q_EMIT currentChanged();
    });
    connect(editor, &QsciScintilla::textChanged, this, [this, target] {
        m_toKeep.insert(target->path());
        m_keep.start();
        Q_EMIT edited(target->path());
    });
    connect(editor, &QsciScintilla::cursorPositionChanged, this, &EditorTabs::cursorMoved);
    editor->setWrapped(m_wrapLines);
    m_tabs->addTab(target, QString());
    if (const auto unsaved = m_recovery.kept(absolute))
        target->recover(*unsaved);
    updateTitles();
    watchAgain();
    showFindings(target);
    return target;
}

void EditorTabs::open(const QString &path, int line, int column)
{
    FileView *target = openView(path);
    if (!target)
        return;
    m_tabs->setCurrentWidget(target);
    if (line > 0 && !target->file().binary)
        target->editor()->goTo(line, column);
    target->setFocus();
}

void EditorTabs::openReadOnly(const QString &path)
{
    open(path);
    if (CodeEditor *editor = editorFor(path))
        editor->setReadOnly(true);
}

void EditorTabs::openRecovered(const QString &folder)
{
    const QStringList paths = m_recovery.keptBelow(folder);
    for (const QString &path : paths) {
        if (QFileInfo(path).isFile())
            openView(path);
    }
}

CodeEditor *EditorTabs::currentEditor() const
{
    auto *current = qobject_cast<FileView *>(m_tabs->currentWidget());
    return current && !current->file().binary ? current->editor() : nullptr;
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

QHash<QString, QByteArray> EditorTabs::unsavedTexts() const
{
    QHash<QString, QByteArray> texts;
    const QList<FileView *> all = views();
    for (const FileView *each : all) {
        if (each->isModified())
            texts.insert(each->path(), each->editor()->utf8());
    }
    return texts;
}

QStringList EditorTabs::openPaths() const
{
    QStringList paths;
    const QList<FileView *> all = views();
    for (const FileView *each : all)
        paths << each->path();
    return paths;
}

QStringList EditorTabs::carets() const
{
    QStringList places;
    const QList<FileView *> all = views();
    for (const FileView *each : all) {
        int line = 0;
        int column = 0;
        each->editor()->getCursorPosition(&line, &column);
        places << QString::number(line + 1) + u':' + QString::number(column + 1);
    }
    return places;
}

QStringList EditorTabs::modifiedPaths() const
{
    QStringList paths;
    const QList<FileView *> all = views();
    for (const FileView *each : all) {
        if (each->isModified())
            paths << each->path();
    }
    return paths;
}

void EditorTabs::updateTitles()
{
    const QList<FileView *> all = views();
    QHash<QString, int> count;
    for (const FileView *each : all)
        ++count[QFileInfo(each->path()).fileName()];
    for (qsizetype i = 0; i < all.size(); ++i) {
        const QFileInfo info(all.at(i)->path());
        QString title = info.fileName();
        // Files of one name are told apart by their folder.
        if (count.value(title) > 1)
            title = info.dir().dirName() + u'/' + title;
        m_tabs->setTabText(int(i), all.at(i)->isModified() ? QString(u"● "_s + title) : title);
        m_tabs->setTabToolTip(int(i), QDir::toNativeSeparators(all.at(i)->path()));
    }
}

bool EditorTabs::save(const QString &path)
{
    FileView *target = view(path);
    if (!target || target->editor()->isReadOnly())
        return true;
    const auto written = target->save();
    watchAgain();
    if (!written) {
        m_tabs->setCurrentWidget(target);
        Q_EMIT failed(written.error());
        return false;
    }
    m_toKeep.remove(target->path());
    m_recovery.forget(target->path());
    Q_EMIT saved(target->path());
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

void EditorTabs::remove(FileView *target)
{
    const QString path = target->path();
    m_toKeep.remove(path);
    m_recovery.forget(path);
    m_tabs->removeTab(m_tabs->indexOf(target));
    target->deleteLater();
    updateTitles();
    watchAgain();
    Q_EMIT closed(path);
}

void EditorTabs::close(const QString &path)
{
    FileView *target = view(path);
    if (!target)
        return;
    if (!target->isModified())
        return remove(target);
    auto *question = new QMessageBox(QMessageBox::NoIcon, tr("Unsaved changes"), tr("“%1” has changes that are not saved.").arg(QFileInfo(path).fileName()), QMessageBox::NoButton, this);
    question->setObjectName(u"closeQuestion"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *saveButton = question->addButton(tr("Save and close"), QMessageBox::AcceptRole);
    QPushButton *dropButton = question->addButton(tr("Drop the changes"), QMessageBox::DestructiveRole);
    question->addButton(tr("Keep editing"), QMessageBox::RejectRole);
    question->setDefaultButton(saveButton);
    connect(question, &QMessageBox::buttonClicked, this, [this, path, saveButton, dropButton](QAbstractButton *button) {
        FileView *asked = view(path);
        if (asked && (button == dropButton || (button == saveButton && save(path))))
            remove(asked);
    });
    question->open();
}

void EditorTabs::closeAll()
{
    const QList<FileView *> all = views();
    for (FileView *each : all)
        remove(each);
}

void EditorTabs::closeUnmodified(const QString &path)
{
    const QList<FileView *> all = views();
    for (FileView *each : all) {
        if (isAtOrBelow(each->path(), path) && !each->editor()->isModified())
            remove(each);
    }
}

void EditorTabs::moved(const QString &from, const QString &to)
{
    const QList<FileView *> all = views();
    for (FileView *each : all) {
        if (!isAtOrBelow(each->path(), from))
            continue;
        const QString before = each->path();
        m_recovery.forget(before);
        m_toKeep.remove(before);
        each->setPath(to + before.mid(from.size()));
        if (each->isModified())
            m_toKeep.insert(each->path());
        showFindings(each);
        Q_EMIT closed(before);
    }
    keepUnsaved();
    updateTitles();
    watchAgain();
    Q_EMIT currentChanged();
}

void EditorTabs::keepUnsaved()
{
    m_keep.stop();
    const QSet<QString> paths = std::exchange(m_toKeep, {});
    for (const QString &path : paths) {
        const FileView *target = view(path);
        if (target && target->editor()->isModified())
            m_recovery.keep(path, {target->editor()->utf8(), target->basis()});
        else
            m_recovery.forget(path);
    }
}

void EditorTabs::watchAgain()
{
    QSet<QString> wanted;
    const QList<FileView *> all = views();
    for (const FileView *each : all) {
        wanted << QFileInfo(each->path()).absolutePath();
        if (QFileInfo::exists(each->path()))
            wanted << each->path();
    }
    const QStringList now = m_watcher.files() + m_watcher.directories();
    const QSet<QString> watched(now.cbegin(), now.cend());
    if (const QSet<QString> gone = watched - wanted; !gone.isEmpty())
        m_watcher.removePaths(gone.values());
    if (const QSet<QString> added = wanted - watched; !added.isEmpty())
        m_watcher.addPaths(added.values());
}

void EditorTabs::diskChanged()
{
    const QList<FileView *> all = views();
    for (FileView *each : all)
        each->checkDisk();
    // Many programs replace a file: the watcher loses it then.
    watchAgain();
}

void EditorTabs::showFindings(FileView *target) const
{
    Findings here;
    for (const Finding &finding : m_findings) {
        if (finding.file == target->path() || fileIdentity(finding.file) == target->identity())
            here << finding;
    }
    target->editor()->setFindings(here);
}

void EditorTabs::setWrapLines(bool wrap)
{
    m_wrapLines = wrap;
    const QList<FileView *> all = views();
    for (FileView *each : all)
        each->editor()->setWrapped(wrap);
}

void EditorTabs::setFindings(const Findings &findings)
{
    m_findings = findings;
    const QList<FileView *> all = views();
    for (FileView *each : all)
        showFindings(each);
}

} // namespace eph::ui
