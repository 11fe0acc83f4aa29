// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/composition.h"

#include "core/sys/bubblewrap.h"
#include "core/sys/paths.h"

namespace eph::app {

Composition::Composition(services::CloudOptions options, cost::PriceBook prices, qint64 logBytes)
    : logs(logBytes)
    , cloud(launcher, clock, logs, interpreters, options)
    , invokes(cloud, interpreters, std::move(prices))
{
}

runtime::SandboxOptions Composition::sandbox()
{
    return {sys::findBubblewrap().value_or(QString())};
}

Result<std::unique_ptr<Composition>> Composition::create(services::CloudOptions options, qint64 logBytes)
{
    auto prices = cost::loadPriceBook(sys::resourcePath(QStringLiteral("pricing/aws.json")));
    if (!prices)
        return tl::unexpected(prices.error());
    return std::make_unique<Composition>(options, *std::move(prices), logBytes);
}

} // namespace eph::app
