// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/write.h"
#include "core/schedule/zone.h"

namespace eph::schedule {

/// The same schedule in another dialect, in the same time zone. Fails with the reason why that cannot be, a whole sentence.
[[nodiscard]] tl::expected<Written, QString> convert(const Expression &expression, Dialect to);

/// Rules in UTC that fire at the wall times of a place, as long as its offset holds.
struct UtcRules {
    Instant from;
    Instant until;
    std::chrono::seconds offset;
    Written written;  ///< Without expressions: the reason is its note.
};

/// What a cron expression on the clock of a zone is in UTC in one year; one entry for each stretch with an offset of its
/// own. More than one entry: no single expression is right all year.
[[nodiscard]] QList<UtcRules> utcRules(const CronSpec &spec, const Zone &zone, int year);

} // namespace eph::schedule
