// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/textsearch.h"

#include "widgets/editor/codeeditor.h"

namespace eph::ui {

using Sci = QsciScintillaBase;

TextSearch::TextSearch(CodeEditor &editor, const Options &options)
    : m_editor(editor)
    , m_pattern(options.pattern.toUtf8())
    , m_regex(options.regex)
    , m_flags((options.regex ? Sci::SCFIND_REGEXP | Sci::SCFIND_CXX11REGEX : 0) | (options.matchCase ? Sci::SCFIND_MATCHCASE : 0) | (options.wholeWords ? Sci::SCFIND_WHOLEWORD : 0))
{
}

long TextSearch::length() const
{
    return m_editor.SendScintilla(Sci::SCI_GETLENGTH);
}

long TextSearch::after(long position) const
{
    return m_editor.SendScintilla(Sci::SCI_POSITIONAFTER, ulong(position));
}

std::optional<TextSearch::Match> TextSearch::search(long from, long to) const
{
    if (m_pattern.isEmpty())
        return std::nullopt;
    m_editor.SendScintilla(Sci::SCI_SETSEARCHFLAGS, ulong(m_flags));
    m_editor.SendScintilla(Sci::SCI_SETTARGETRANGE, ulong(from), to);
    const long found = m_editor.SendScintilla(Sci::SCI_SEARCHINTARGET, ulong(m_pattern.size()), m_pattern.constData());
    m_invalid = found < -1;
    if (found < 0)
        return std::nullopt;
    return Match{m_editor.SendScintilla(Sci::SCI_GETTARGETSTART), m_editor.SendScintilla(Sci::SCI_GETTARGETEND)};
}

std::optional<TextSearch::Match> TextSearch::next(long from) const
{
    const auto behind = search(from, length());
    return behind || from == 0 ? behind : search(0, length());
}

std::optional<TextSearch::Match> TextSearch::previous(long from) const
{
    const auto before = search(from, 0);
    return before || from == length() ? before : search(length(), 0);
}

std::optional<long> TextSearch::replaceAt(const Match &match, const QString &replacement) const
{
    // Found again, so that the groups of the expression are those of this match.
    if (search(match.begin, length()) != match)
        return std::nullopt;
    const QByteArray text = replacement.toUtf8();
    const long size = m_editor.SendScintilla(m_regex ? Sci::SCI_REPLACETARGETRE : Sci::SCI_REPLACETARGET, ulong(text.size()), text.constData());
    return match.begin + size;
}

int TextSearch::replaceAll(const QString &replacement) const
{
    int count = 0;
    // Where nothing changes the same place would be found for ever.
    if (m_editor.isReadOnly())
        return count;
    m_editor.beginUndoAction();
    long from = 0;
    while (const auto match = search(from, length())) {
        const auto end = replaceAt(*match, replacement);
        if (!end)
            break;
        ++count;
        // An empty match is found at its place for ever: go on behind the next character.
        if (match->begin == match->end && *end >= length())
            break;
        from = match->begin == match->end ? after(*end) : *end;
        if (from > length())
            break;
    }
    m_editor.endUndoAction();
    return count;
}

} // namespace eph::ui
