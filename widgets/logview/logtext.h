// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logs/linefields.h"
#include "core/logs/line.h"
#include "widgets/common/theme.h"

#include <QString>

class QFontMetrics;
class QPainter;

namespace eph::ui {

/// A longer line is cut when painted; copying gives all of it.
inline constexpr int MaxPaintedCharacters = 2000;

/// By its gravity, and by who says it.
[[nodiscard]] Token tokenFor(const logs::Line &line, const logs::LineFields &fields);
/// Most texts are plain, and most such fonts have one width: then nothing has to be shaped to know how wide it is.
[[nodiscard]] int widthOf(const QString &text, const QFontMetrics &metrics);
/// The time of the day here, `HH:mm:ss.zzz`.
[[nodiscard]] QString clockText(qint64 epochMs);
[[nodiscard]] bool isOfToday(qint64 epochMs);
/// Nothing has to be shaped where each letter stands for itself.
void drawPlainOrShaped(QPainter &painter, int x, int base, const QString &text);
/// What columns say of a line.
struct ShownColumns {
    bool time = true; ///< All of it: the line is of today.
    bool request = true;
    bool level = false;
};
/// A line as a row shows it: on one line, cut where it is very long, and without what its columns say already. Copying gives all of it.
[[nodiscard]] QString rowText(const logs::Line &line, const logs::LineFields &fields, ShownColumns columns);

} // namespace eph::ui
