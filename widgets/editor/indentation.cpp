// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/editor/indentation.h"

#include <algorithm>
#include <array>
#include <utility>

namespace eph::ui {

namespace {

constexpr qsizetype Sample = 256 * 1024;
constexpr int WidestStep = 8;
constexpr int TabColumns = 4;

} // namespace

std::optional<Indentation> indentationOf(const QByteArray &utf8)
{
    std::array<int, WidestStep + 1> steps{};
    int tabSteps = 0;
    int spacesBefore = 0;
    int tabsBefore = 0;
    for (qsizetype at = 0; at < std::min(utf8.size(), Sample);) {
        qsizetype end = utf8.indexOf('\n', at);
        end = end < 0 ? utf8.size() : end;
        qsizetype text = at;
        while (text < end && utf8[text] == '\t')
            ++text;
        const int tabs = int(text - at);
        while (text < end && utf8[text] == ' ')
            ++text;
        const int spaces = tabs == 0 ? int(text - at) : 0;
        const char first = text < end ? utf8[text] : '\n';
        at = end + 1;
        // Empty lines step nowhere, and the lines of a comment in the manner of C stand one column further in.
        if (first == '\n' || first == '\r' || first == '*')
            continue;
        tabSteps += tabs > std::exchange(tabsBefore, tabs);
        const int step = spaces - std::exchange(spacesBefore, spaces);
        if (step > 1 && step <= WidestStep)
            ++steps.at(size_t(step));
    }
    const auto most = std::max_element(steps.begin(), steps.end());
    if (tabSteps > *most)
        return Indentation{TabColumns, true};
    return *most > 0 ? std::optional(Indentation{int(most - steps.begin()), false}) : std::nullopt;
}

} // namespace eph::ui
