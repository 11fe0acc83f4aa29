// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <optional>

class QWidget;

namespace eph::ui {

class Chart;

/// Asks for a file and writes rows, or the chart as a picture, by its ending. The failure, if there was one.
[[nodiscard]] std::optional<Error> exportChart(Chart &chart, const QByteArray &csv, const QString &suggestion, QWidget *parent);

} // namespace eph::ui
