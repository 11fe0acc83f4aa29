// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string>

namespace eph::cli {

/// `30m`, `2h`, `1d` ago, or a date and time, as milliseconds of the epoch; -1 for an empty text, Usage for anything else.
[[nodiscard]] Result<qint64> pastMoment(const std::string &text);

} // namespace eph::cli
