// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/firetimes.h"

namespace eph::schedule {

struct Comparison {
    std::optional<Instant> firstDifference; ///< Only one of the two fires then; null when they are equal.
    bool firstFires = false; ///< It is the first one.

    [[nodiscard]] bool equal() const { return !firstDifference; }
};

/// Whether two schedules fire at the same moments from one moment on to the end of the year 2199. Decided, not sampled:
/// every day of the range is looked at, and days of one kind are looked at once.
[[nodiscard]] Comparison compare(const FireTimes &first, const FireTimes &second, Instant from = {});

} // namespace eph::schedule
