// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eph::ui {

class CodeEditor;

/// Gives screen readers the editor's text and tells them what changes. It takes the place of QScintilla's own interface,
/// which counts the characters from the start of the document to the cursor at each key: 0.4 s at the end of 10 MB.
void makeAccessible(CodeEditor *editor);

} // namespace eph::ui
