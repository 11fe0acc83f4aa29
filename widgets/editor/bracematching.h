// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qsci/qsciscintilla.h>
#include <optional>

namespace eph::ui {

/// Byte positions of two braces that belong together; `partner` is absent when none was found near by.
struct BracePair {
    long brace;
    std::optional<long> partner;
};

/// The brace before or at a byte position and its partner. Braces in another style, such as those in a string, do not
/// count. Looks 256 KiB far at most, so that a key never waits for a large file; QScintilla's own matching looks through
/// all of it for a brace that has no partner.
[[nodiscard]] std::optional<BracePair> bracesAt(const QsciScintilla &editor, long position);

/// Marks the braces at the cursor, or takes the mark away when `visible` is false.
void showBraces(QsciScintilla &editor, bool visible);

} // namespace eph::ui
