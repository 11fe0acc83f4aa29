// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/heat.h"

#include "widgets/common/theme.h"

#include <cmath>

namespace eph::ui {

QColor heatColor(qint64 count, qint64 most)
{
    const QColor none = theme().color(Token::Raised);
    if (count == 0)
        return none;
    const QColor accent = theme().color(Token::Accent);
    const double strength = most <= 1 ? 1 : 0.25 + 0.75 * std::log(double(count)) / std::log(double(most));
    const auto mixed = [strength](int from, int to) { return int(std::lround(from + (to - from) * strength)); };
    return {mixed(none.red(), accent.red()), mixed(none.green(), accent.green()), mixed(none.blue(), accent.blue())};
}

} // namespace eph::ui
