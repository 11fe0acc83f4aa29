// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/linecost.h"

#include "core/cost/lambdacost.h"

namespace eph::services {

LineCost::LineCost(cost::PriceBook prices, const project::Project &project)
    : m_prices(std::move(prices))
{
    for (const project::Function &function : project.functions) {
        if (function.architecture == QLatin1StringView("arm64"))
            m_arm.insert(function.name);
    }
}

std::optional<Money> LineCost::of(const logs::LineFields &line, QStringView function) const
{
    if (!m_prices || line.kind != logs::LineKind::Report || line.billedMs < 0 || line.memoryMiB <= 0)
        return {};
    const QString name = line.function.isEmpty() ? function.toString() : QString::fromUtf8(line.function);
    return cost::invocationCost(*m_prices, {line.memoryMiB, line.billedMs, m_arm.contains(name)});
}

} // namespace eph::services
