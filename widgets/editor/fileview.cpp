// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/fileview.h"

#include "core/base/text.h"
#include "widgets/editor/bytesview.h"
#include "widgets/editor/codeeditor.h"

#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <sys/stat.h>

namespace eph::ui {

using namespace Qt::StringLiterals;

namespace {

QByteArray stampOf(const QString &path)
{
    struct stat is{};
    if (::stat(QFile::encodeName(path).constData(), &is) != 0)
        return {};
    QByteArray stamp;
    for (const qint64 part : {qint64(is.st_mtim.tv_sec), qint64(is.st_mtim.tv_nsec), qint64(is.st_size), qint64(is.st_ino)})
        stamp += QByteArray::number(part) + ' ';
    return stamp;
}

bool same(const TextFile &a, const TextFile &b)
{
    return a.utf8 == b.utf8 && a.encoding == b.encoding;
}

} // namespace

QString fileIdentity(const QString &path)
{
    const QFileInfo info(path);
    const QString real = info.canonicalFilePath();
    return real.isEmpty() ? info.absoluteFilePath() : real;
}

FileView::FileView(const QString &path, const TextFile &file, QWidget *parent)
    : QWidget(parent)
    , m_path(path)
    , m_identity(fileIdentity(path))
    , m_file(file)
    , m_stamp(stampOf(path))
    , m_editor(new CodeEditor(CodeEditor::Role::File))
    , m_notice(new QWidget)
    , m_noticeText(new QLabel)
    , m_takeDisk(new QPushButton(tr("Load the disk's version")))
    , m_keepMine(new QPushButton(tr("Keep this one")))
{
    m_editor->setObjectName(u"editor"_s);
    m_editor->setAccessibleName(tr("Text of %1").arg(QFileInfo(path).fileName()));
    m_editor->setLineEnd(file.lineEnd);
    if (!file.binary)
        m_editor->setContent(file.utf8);
    m_editor->setLanguageFor(path);
    connect(m_editor, &QsciScintilla::modificationChanged, this, &FileView::modifiedChanged);
    connect(m_editor, &QsciScintilla::modificationChanged, this, [this](bool modified) {
        // Back at what is on the disk, there is nothing to decide.
        if (!modified && std::exchange(m_otherBasis, false))
            m_notice->hide();
    });

    m_notice->setProperty("notice", true);
    m_notice->setAttribute(Qt::WA_StyledBackground);
    m_noticeText->setObjectName(u"fileNotice"_s);
    m_noticeText->setWordWrap(true);
    m_takeDisk->setObjectName(u"conflictTakeDisk"_s);
    m_keepMine->setObjectName(u"conflictKeepMine"_s);
    connect(m_takeDisk, &QPushButton::clicked, this, [this] {
        if (const auto reloaded = reload(); !reloaded)
            Q_EMIT failed(reloaded.error());
    });
    connect(m_keepMine, &QPushButton::clicked, this, &FileView::keepMine);
    auto *noticeLayout = new QHBoxLayout(m_notice);
    noticeLayout->setContentsMargins(8, 4, 8, 4);
    noticeLayout->addWidget(m_noticeText, 1);
    noticeLayout->addWidget(m_takeDisk);
    noticeLayout->addWidget(m_keepMine);
    m_notice->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_notice);
    layout->addWidget(m_editor, 1);
    setFocusProxy(m_editor);
    if (file.binary)
        showBytes();
}

void FileView::showBytes()
{
    if (!m_bytes) {
        m_bytes = new BytesView(m_path);
        static_cast<QVBoxLayout *>(layout())->addWidget(m_bytes, 1);
        connect(m_bytes, &BytesView::textRequested, this, &FileView::takeAsText);
    } else {
        m_bytes->load();
    }
    const bool hadFocus = m_editor->hasFocus();
    setFocusProxy(m_bytes);
    m_bytes->show();
    if (hadFocus)
        m_bytes->setFocus();
    m_editor->setModified(false);
    m_editor->setReadOnly(true);
    m_editor->hide();
    Q_EMIT kindChanged();
}

void FileView::showText()
{
    m_editor->setReadOnly(false);
    m_editor->setContent(m_file.utf8);
    m_editor->show();
    setFocusProxy(m_editor);
    m_bytes->hide();
    Q_EMIT kindChanged();
}

void FileView::takeAsText()
{
    m_unknown = Bytes::AsText;
    if (const auto reloaded = reload(); !reloaded)
        return Q_EMIT failed(reloaded.error());
    m_editor->setFocus();
}

void FileView::setPath(const QString &path)
{
    m_path = path;
    m_identity = fileIdentity(path);
    m_stamp = stampOf(path);
    m_editor->setAccessibleName(tr("Text of %1").arg(QFileInfo(path).fileName()));
    m_editor->setLanguageFor(path);
    if (m_bytes)
        m_bytes->setPath(path);
}

bool FileView::isModified() const
{
    return !m_file.binary && (m_editor->isModified() || m_vanished);
}

void FileView::notify(const QString &text, bool decide)
{
    m_noticeText->setText(text);
    m_takeDisk->setVisible(decide);
    m_keepMine->setVisible(decide);
    m_notice->show();
}

void FileView::keepMine()
{
    if (const auto disk = loadText(m_path, m_unknown))
        m_overruled = *disk;
    m_otherBasis = false;
    m_notice->hide();
}

bool FileView::isBehindDisk() const
{
    const auto disk = loadText(m_path, m_unknown);
    return disk && (m_otherBasis || !same(*disk, m_file)) && !(m_overruled && m_editor->isModified() && same(*disk, *m_overruled));
}

Result<void> FileView::save()
{
    if (m_file.binary)
        return {};
    if (isBehindDisk()) {
        notify(tr("This file was changed on the disk, and here."), true);
        return failure(ErrorCode::Conflict, tr("“%1” was changed on the disk too; it was not saved.").arg(QFileInfo(m_path).fileName()), tr("Choose in its tab which version to keep."));
    }
    TextFile next = m_file;
    next.utf8 = m_editor->utf8();
    // What is the same would look like a change, and start environments anew.
    const bool isThere = next.utf8 == m_file.utf8 && !m_otherBasis && !m_overruled && QFileInfo::exists(m_path);
    if (const auto written = isThere ? Result<void>() : saveText(m_path, next); !written)
        return written;
    m_file = next;
    m_overruled.reset();
    m_otherBasis = false;
    m_editor->setModified(false);
    setVanished(false);
    m_notice->hide();
    return {};
}

Result<void> FileView::reload()
{
    const auto loaded = loadText(m_path, m_unknown);
    if (!loaded)
        return tl::unexpected(loaded.error());
    const long top = m_editor->SendScintilla(QsciScintillaBase::SCI_GETFIRSTVISIBLELINE);
    const long caret = m_editor->SendScintilla(QsciScintillaBase::SCI_GETCURRENTPOS);
    m_file = *loaded;
    m_overruled.reset();
    m_otherBasis = false;
    if (m_file.binary) {
        showBytes();
        setVanished(false);
        m_notice->hide();
        return {};
    }
    if (m_bytes && m_bytes->isVisibleTo(this)) {
        showText();
        setVanished(false);
        m_notice->hide();
        return {};
    }
    // As one step of the undo history, so that what was here can be had back.
    m_editor->apply({0, m_editor->utf8().size(), loaded->utf8});
    m_editor->setModified(false);
    m_editor->SendScintilla(QsciScintillaBase::SCI_GOTOPOS, ulong(std::min<long>(caret, long(loaded->utf8.size()))));
    m_editor->SendScintilla(QsciScintillaBase::SCI_SETFIRSTVISIBLELINE, ulong(top));
    setVanished(false);
    m_notice->hide();
    return {};
}

void FileView::setVanished(bool vanished)
{
    if (std::exchange(m_vanished, vanished) != vanished)
        Q_EMIT modifiedChanged();
}

void FileView::checkDisk()
{
    if (!QFileInfo::exists(m_path)) {
        setVanished(true);
        notify(m_file.binary ? tr("This file is gone from the disk.") : tr("This file is gone from the disk. Saving writes it again."), false);
        return;
    }
    if (m_vanished) {
        m_notice->hide();
        setVanished(false);
    }
    // Other files of the folder change too; this one is read only when it did.
    const QByteArray stamp = stampOf(m_path);
    if (std::exchange(m_stamp, stamp) == stamp || !isBehindDisk())
        return;
    if (m_editor->isModified())
        notify(tr("This file was changed on the disk, and here."), true);
    else if (const auto reloaded = reload(); !reloaded)
        Q_EMIT failed(reloaded.error());
}

void FileView::recover(const Recovery::Copy &copy)
{
    if (copy.utf8 == m_file.utf8)
        return;
    m_otherBasis = copy.basis != Recovery::basisOf(m_file.utf8);
    if (m_file.binary) {
        // It was a text, and is to be had back whatever lies there now.
        m_unknown = Bytes::AsText;
        m_file = decodeText(m_file.utf8, m_unknown);
        showText();
        m_otherBasis = true;
    }
    m_editor->apply({0, m_editor->utf8().size(), copy.utf8});
    m_otherBasis ? notify(tr("Unsaved changes of the last session are back, and the file on the disk is another one since."), true)
                 : notify(tr("Unsaved changes of the last session are back. Undo returns to the file as it was saved."), false);
}

} // namespace eph::ui
