// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/pricebook.h"
#include "core/logs/linefields.h"
#include "core/project/model.h"

#include <QSet>

namespace eph::services {

/// What the invocations of a log cost, told from their report lines: requests and duration by list price, without free tier.
class LineCost
{
public:
    LineCost() = default;
    LineCost(cost::PriceBook prices, const project::Project &project);

    /// Of a report line; nothing for any other. `function` is whose line it is, where the line itself does not say.
    [[nodiscard]] std::optional<Money> of(const logs::LineFields &line, QStringView function = {}) const;

private:
    std::optional<cost::PriceBook> m_prices;
    QSet<QString> m_arm; ///< Functions that are priced as arm64.
};

} // namespace eph::services
