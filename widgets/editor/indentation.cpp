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
    int tabs = 0;
    int before = 0;
    for (qsizetype at = 0; at < std::min(utf8.size(), Sample);) {
        qsizetype end = utf8.indexOf('\n', at);
        end = end < 0 ? utf8.size() : end;
        qsizetype text = at;
        while (text < end && utf8[text] == ' ')
            ++text;
        const int width = int(text - at);
        const char first = text < end ? utf8[text] : '\n';
        tabs += width == 0 && first == '\t';
        at = end + 1;
        // Empty lines step nowhere, and the lines of a comment in the manner of C stand one column further in.
        if (first == '\n' || first == '\r' || first == '\t' || first == '*')
            continue;
        const int step = width - std::exchange(before, width);
        if (step > 1 && step <= WidestStep)
            ++steps.at(size_t(step));
    }
    const auto most = std::max_element(steps.begin(), steps.end());
    if (tabs > *most)
        return Indentation{TabColumns, true};
    return *most > 0 ? std::optional(Indentation{int(most - steps.begin()), false}) : std::nullopt;
}

} // namespace eph::ui
