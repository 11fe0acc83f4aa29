// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <memory>

namespace KSyntaxHighlighting {
class Definition;
class Repository;
class Theme;
}

namespace eph::ui {

/// The definitions and themes of KDE syntax-highlighting, read once, at first use.
[[nodiscard]] KSyntaxHighlighting::Repository &highlightRepository();

/// The definition for a file's name (or, where that tells nothing, its first line); invalid when none fits.
[[nodiscard]] KSyntaxHighlighting::Definition definitionFor(const QString &fileName, const QByteArray &beginning = {});

/// The editor's theme that goes with the window's.
[[nodiscard]] KSyntaxHighlighting::Theme highlightTheme();
/// That colour, as far towards `text` as it takes for a contrast of 4.5 to 1 on the background.
[[nodiscard]] QColor readableColor(const QColor &color, const QColor &background, const QColor &text);

} // namespace eph::ui
