// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <optional>

namespace eph::ui {

/// How a text steps in where something opens.
struct Indentation {
    int width = 2; ///< Of a step, in columns.
    bool tabs = false;
};

/// As most of its lines have it; nullopt where none steps in. Looks at the first 256 KiB.
[[nodiscard]] std::optional<Indentation> indentationOf(const QByteArray &utf8);

} // namespace eph::ui
