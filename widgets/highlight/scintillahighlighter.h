// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/State>

#include <QHash>
#include <QList>
#include <QObject>
#include <QTimer>
#include <optional>

class QsciScintilla;

namespace eph::ui {

/// What the highlighting of one line leaves for the next.
struct LineState {
    KSyntaxHighlighting::State end; ///< After the line.
    int depth = 0;                  ///< Folds open after the line.
    bool known = false;
};

} // namespace eph::ui

/// States move as bytes, so that a new line near the start of a long file copies none of those below it.
Q_DECLARE_TYPEINFO(eph::ui::LineState, Q_RELOCATABLE_TYPE);

namespace eph::ui {

/// Colours a QScintilla document with KDE syntax-highlighting: only what is seen, at once; an edit only as far as its
/// effect reaches. A jump far ahead is coloured by a guess first and made exact in slices that never hold up a key.
class ScintillaHighlighter : public QObject, private KSyntaxHighlighting::AbstractHighlighter
{
    Q_OBJECT
public:
    explicit ScintillaHighlighter(QsciScintilla *editor);

    /// Colours from the beginning with this definition; an invalid one removes all colour.
    void setLanguage(const KSyntaxHighlighting::Definition &definition);
    [[nodiscard]] QString language() const;
    [[nodiscard]] KSyntaxHighlighting::Definition languageDefinition() const { return definition(); }
    /// Takes the colours of the theme in force.
    void refreshTheme();

    /// Lines before this one have their exact colours; for tests and benchmarks.
    [[nodiscard]] int exactLines() const { return m_exactLines; }
    /// Makes everything exact now; for tests.
    void finish();

private:

    /// Lines from `first` on are new or changed; the last `below` lines are as they were.
    struct Edit {
        int first;
        int below;
    };

    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format &format) override;
    void applyFolding(int offset, int length, KSyntaxHighlighting::FoldingRegion region) override;

    void styleNeeded(int position);
    /// Remembers which lines are about to change. The editor tells only before a change, not after it: QScintilla answers
    /// the news of a change by counting all characters before it, for screen readers that are not there.
    void documentChanges(int position, int type, int length);
    /// Makes the lines follow the document after it has changed.
    void followEdit();
    /// Highlights a line from a state; returns whether its end state changed.
    bool highlight(int line, const LineState &before);
    void styleGuessed(int first, int last);
    void continueExact();
    [[nodiscard]] LineState stateBefore(int line) const;
    [[nodiscard]] int styleFor(const KSyntaxHighlighting::Format &format);
    void setUpBaseStyles();
    long send(unsigned message, unsigned long w = 0, long l = 0) const;

    QsciScintilla *m_editor;
    QList<LineState> m_lines;
    int m_exactLines = 0;
    std::optional<Edit> m_edit;
    QHash<int, int> m_styleOfFormat;
    int m_nextStyle = 0;
    QTimer m_slices;

    // While a line is highlighted:
    QByteArray m_styles;
    QString m_text;
    bool m_ascii = true;
    int m_opened = 0;
    int m_closed = 0;
    int m_lowest = 0;
};

} // namespace eph::ui
