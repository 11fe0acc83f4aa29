// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace eph::ui {

/// The colour of a cell of a heat map, `most` being the largest count of all cells. One run and thousands are both told apart
/// from none.
[[nodiscard]] QColor heatColor(qint64 count, qint64 most);

} // namespace eph::ui
