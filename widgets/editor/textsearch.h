// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>

namespace eph::ui {

class CodeEditor;

/// Finds and replaces in an editor's text. Positions are bytes of its UTF-8.
class TextSearch
{
public:
    struct Options {
        QString pattern;
        bool regex = false;
        bool matchCase = false;
        bool wholeWords = false;
    };
    struct Match {
        long begin = 0;
        long end = 0;

        friend bool operator==(const Match &, const Match &) = default;
    };

    TextSearch(CodeEditor &editor, const Options &options);

    /// The first match that begins at or behind a position; from the start of the text when there is none.
    [[nodiscard]] std::optional<Match> next(long from) const;
    /// The last match that ends at or before a position; from the end of the text when there is none.
    [[nodiscard]] std::optional<Match> previous(long from) const;
    /// Where the replacement ends; nullopt when the text there is no match.
    std::optional<long> replaceAt(const Match &match, const QString &replacement) const;
    /// As one step for undo; how many.
    int replaceAll(const QString &replacement) const;
    /// The editor's expressions do not know something in the pattern.
    [[nodiscard]] bool isInvalid() const { return m_invalid; }

private:
    [[nodiscard]] std::optional<Match> search(long from, long to) const;
    [[nodiscard]] long after(long position) const;
    [[nodiscard]] long length() const;

    CodeEditor &m_editor;
    QByteArray m_pattern;
    bool m_regex;
    long m_flags;
    mutable bool m_invalid = false;
};

} // namespace eph::ui
