// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eph::ui {

/// As people read it, in the user's notation: `0.42 ms`, `41.7 ms`, `1.23 s`.
[[nodiscard]] QString durationText(double milliseconds);

} // namespace eph::ui
