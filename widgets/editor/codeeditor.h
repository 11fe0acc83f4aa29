// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "core/project/templateedit.h"
#include "widgets/editor/indentation.h"
#include "widgets/editor/textfile.h"

#include <Qsci/qsciscintilla.h>
#include <functional>
#include <optional>

namespace eph::ui {

class ScintillaHighlighter;

/// The text view that files, events and answers are shown in: QScintilla with KDE syntax-highlighting, line numbers,
/// folding, bracket matching and several cursors. Text goes in and out as UTF-8 bytes.
class CodeEditor : public QsciScintilla
{
    Q_OBJECT
public:
    enum class Role { File, Field }; ///< A field has no line numbers and no folds.
    explicit CodeEditor(Role role, QWidget *parent = nullptr);

    void setContent(const QByteArray &utf8);
    [[nodiscard]] QByteArray utf8() const;
    /// Something to look at, in the language that the name's ending tells; long lines are wrapped where that takes no time.
    void showReadOnly(const QByteArray &utf8, const QString &name);
    /// Chooses the language by a file's name; the text must be set already or the first line cannot help.
    void setLanguageFor(const QString &fileName);
    [[nodiscard]] QString languageName() const;
    [[nodiscard]] ScintillaHighlighter &highlighter() const { return *m_highlighter; }

    /// Changes those bytes as one step that undo takes back.
    void apply(const project::TextEdit &edit);
    /// Lines and columns from 1; column 0 goes to the line's first character that is no space.
    void goTo(int line, int column = 0);
    /// Underlines from a byte offset to the end of that word; nullopt takes the mark away.
    void markProblem(std::optional<qsizetype> offset);
    /// Marks lines with the severity's symbol and underline.
    void setFindings(const Findings &findings);
    void setLineEnd(LineEnd lineEnd);
    /// What was done so far cannot be undone any more.
    void forgetUndo() { SendScintilla(SCI_EMPTYUNDOBUFFER); }
    void setWrapped(bool wrapped) { setWrapMode(wrapped ? WrapWord : WrapNone); }
    [[nodiscard]] long caret() const { return SendScintilla(SCI_GETCURRENTPOS); }

    [[nodiscard]] long selectionStart() const { return SendScintilla(SCI_GETSELECTIONSTART); }
    [[nodiscard]] long selectionEnd() const { return SendScintilla(SCI_GETSELECTIONEND); }
    /// Bytes from and to, brought into view.
    void select(long begin, long end);

    void selectNextOccurrence();
    void moveLines(bool down);
    void duplicateLines();
    void toggleComment();

private:
    void setUp();
    void freeShortcuts();
    void applyTheme();
    void updateLineNumberWidth();
    /// Emits textChanged() and linesChanged() soon, in place of QScintilla.
    void tellOfEdit();
    void indentNewLine();
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

    Role m_role;
    std::optional<Indentation> m_indentation; ///< Of the text that was loaded.
    bool m_escaped = false; ///< Esc was the last key: Tab leaves the field.
    ScintillaHighlighter *m_highlighter;
    bool m_editTold = false;
    int m_shownDigits = 0;
};

} // namespace eph::ui
