// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/pricebook.h"
#include "core/deploy/releasespec.h"
#include "core/schedule/instant.h"

namespace eph::services {

/// What a release changes about what its functions cost, at list prices: one line for each that becomes dearer or cheaper, for people.
/// Without a release before it, what it costs at all.
[[nodiscard]] QStringList costChanges(const deploy::ReleaseSpec *before, const deploy::ReleaseSpec &after, const cost::PriceBook &prices, schedule::Instant from);

} // namespace eph::services
