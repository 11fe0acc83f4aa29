// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/servercost.h"

#include "core/base/processorsformemory.h"
#include "core/base/text.h"
#include "core/cost/priceids.h"

#include <cmath>

namespace eph::cost {

namespace {
constexpr int HoursPerMonth = 730;

Money hourlyOf(const PriceBook &prices, const char16_t *id)
{
    return prices.price(QStringView(id).toString()).tiers.front().price;
}
} // namespace

QList<Server> serversIn(const PriceBook &prices)
{
    using namespace Qt::StringLiterals;
    const auto half = [](Money money) { return Money{money.pico / 2}; };
    // Baselines of burstable instances: EC2 user guide, burstable performance, November 2026.
    return {
        {u"t3.micro"_s, 2000, 2 * 100, 1024, hourlyOf(prices, ids::Micro)},
        {u"t3.small"_s, 2000, 2 * 200, 2048, hourlyOf(prices, ids::Small)},
        {u"t4g.small"_s, 2000, 2 * 200, 2048, hourlyOf(prices, ids::SmallArm)},
        {u"t3.medium"_s, 2000, 2 * 200, 4096, hourlyOf(prices, ids::Medium)},
        {u"m5dn.8xlarge"_s, 32000, 32000, 131072, hourlyOf(prices, ids::Large)},
        {u"Fargate 0.5 vCPU, 1 GB"_s, 500, 500, 1024, half(hourlyOf(prices, ids::FargateCpuX86)) + hourlyOf(prices, ids::FargateMemoryX86)},
        {u"Fargate arm64 0.5 vCPU, 1 GB"_s, 500, 500, 1024, half(hourlyOf(prices, ids::FargateCpuArm)) + hourlyOf(prices, ids::FargateMemoryArm)},
    };
}

Money monthly(const Server &server)
{
    return server.hourly.times(HoursPerMonth);
}

int serversFor(const Server &server, Load load, int memoryMiB, double utilisation)
{
    const double milliCpu = 1000 * std::min(1.0, processorsForMemory(memoryMiB));
    const double atPeak = load.peak * milliCpu / (server.milliCpu * utilisation);
    const double onAverage = load.mean * milliCpu / std::min<double>(server.sustainedMilliCpu, server.milliCpu * utilisation);
    return std::max(1, int(std::ceil(std::max(atPeak, onAverage) - 1e-9)));
}

qint64 breakEvenRequests(Money serverMonth, Money request)
{
    return request.pico <= 0 ? 0 : (serverMonth.pico + request.pico - 1) / request.pico;
}

} // namespace eph::cost
