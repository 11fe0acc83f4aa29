// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/editor/recovery.h"
#include "widgets/editor/textfile.h"

#include <QWidget>
#include <optional>

class QLabel;
class QPushButton;

namespace eph::ui {

class BytesView;
class CodeEditor;

/// One tab: a notice when the disk has another version, and the text.
class FileView : public QWidget
{
    Q_OBJECT
public:
    FileView(const QString &path, const TextFile &file, QWidget *parent = nullptr);

    [[nodiscard]] const QString &path() const { return m_path; }
    /// The same for every name of one file.
    [[nodiscard]] const QString &identity() const { return m_identity; }
    [[nodiscard]] CodeEditor *editor() const { return m_editor; }
    [[nodiscard]] const TextFile &file() const { return m_file; }
    /// Of the text on the disk that this one was made from.
    [[nodiscard]] QByteArray basis() const { return m_otherBasis ? QByteArray() : Recovery::basisOf(m_file.utf8); }
    /// The same file has another name now.
    void setPath(const QString &path);
    /// Closing it would lose something.
    [[nodiscard]] bool isModified() const;

    /// Fails with Conflict, and says so in the tab, while the disk has a version that nobody has decided about.
    [[nodiscard]] Result<void> save();
    [[nodiscard]] Result<void> reload();
    /// Looks at the disk: takes over what changed there, or asks where there are changes of one's own.
    void checkDisk();
    /// Takes an unsaved text of an earlier session, and asks which one is to stay where the disk has another text than it was made from.
    void recover(const Recovery::Copy &copy);

Q_SIGNALS:
    void failed(const eph::Error &error);
    void modifiedChanged();
    /// What was a text is bytes now, or the other way round.
    void kindChanged();

private:
    /// The disk has bytes that are neither what was loaded or saved, nor what was decided to be overwritten.
    [[nodiscard]] bool isBehindDisk() const;
    void setVanished(bool vanished);
    void notify(const QString &text, bool decide);
    void keepMine();
    /// In place of the text, where there is none.
    void showBytes();
    void showText();
    /// As one that somebody wants to see, whatever it is.
    void takeAsText();

    QString m_path;
    QString m_identity;
    TextFile m_file;     ///< As last read or written.
    std::optional<TextFile> m_overruled; ///< A version of the disk that "keep this one" was said about.
    QByteArray m_stamp;  ///< Of the disk's version that was looked at last.
    Bytes m_unknown = Bytes::AsTheyAre;
    bool m_vanished = false;
    bool m_otherBasis = false; ///< What was recovered was made from another text than was loaded, and nobody has decided yet.
    CodeEditor *m_editor;
    BytesView *m_bytes = nullptr; ///< Null as long as the file has been a text.
    QWidget *m_notice;
    QLabel *m_noticeText;
    QPushButton *m_takeDisk;
    QPushButton *m_keepMine;
};

/// The real path of a file, through links; the path itself where there is none.
[[nodiscard]] QString fileIdentity(const QString &path);

} // namespace eph::ui
