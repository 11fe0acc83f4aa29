// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/bracematching.h"

#include <QByteArrayView>
#include <algorithm>

namespace eph::ui {

namespace {

using Sci = QsciScintillaBase;

constexpr long Reach = 256 * 1024;
constexpr QByteArrayView Opening("([{");
constexpr QByteArrayView Closing(")]}");

bool isBrace(char letter)
{
    return letter != '\0' && (Opening.contains(letter) || Closing.contains(letter));
}

std::optional<long> partnerOf(const QsciScintilla &editor, long brace, char letter)
{
    const bool forwards = Opening.contains(letter);
    const char other = forwards ? Closing.at(Opening.indexOf(letter)) : Opening.at(Closing.indexOf(letter));
    const long length = editor.SendScintilla(Sci::SCI_GETLENGTH);
    const long begin = forwards ? brace + 1 : std::max(0L, brace - Reach);
    const long end = forwards ? std::min(length, brace + 1 + Reach) : brace;
    if (begin >= end)
        return std::nullopt;
    const auto *text = reinterpret_cast<const char *>(editor.SendScintilla(Sci::SCI_GETRANGEPOINTER, ulong(begin), end - begin));
    const long style = editor.SendScintilla(Sci::SCI_GETSTYLEAT, ulong(brace));
    int depth = 1;
    for (long i = 0; i < end - begin; ++i) {
        const long at = forwards ? i : end - begin - 1 - i;
        if ((text[at] != letter && text[at] != other) || editor.SendScintilla(Sci::SCI_GETSTYLEAT, ulong(begin + at)) != style)
            continue;
        depth += text[at] == letter ? 1 : -1;
        if (depth == 0)
            return begin + at;
    }
    return std::nullopt;
}

} // namespace

std::optional<BracePair> bracesAt(const QsciScintilla &editor, long position)
{
    for (const long brace : {position - 1, position}) {
        const char letter = brace < 0 ? '\0' : char(editor.SendScintilla(Sci::SCI_GETCHARAT, ulong(brace)));
        if (isBrace(letter))
            return BracePair{brace, partnerOf(editor, brace, letter)};
    }
    return std::nullopt;
}

void showBraces(QsciScintilla &editor, bool visible)
{
    const auto pair = visible ? bracesAt(editor, editor.SendScintilla(Sci::SCI_GETCURRENTPOS)) : std::nullopt;
    // Without a partner near by nothing is said: it may be further away.
    const bool both = pair && pair->partner;
    editor.SendScintilla(Sci::SCI_BRACEHIGHLIGHT, both ? ulong(pair->brace) : ~0UL, both ? *pair->partner : -1L);
}

} // namespace eph::ui
