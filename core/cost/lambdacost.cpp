// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/lambdacost.h"

#include "core/cost/priceids.h"

namespace eph::cost {

namespace {
constexpr int FreeEphemeralMiB = 512;
constexpr qint64 FreeStreamedBytes = 6LL * 1024 * 1024;

QString id(const char16_t *name)
{
    return QStringView(name).toString();
}
} // namespace

void LambdaUsage::add(const Usage &usage, qint64 times)
{
    requests += times;
    const Wide billedMs = Wide(usage.billedMs) * times;
    (usage.provisioned ? (usage.arm ? provisionedArmMibMs : provisionedX86MibMs) : (usage.arm ? armMibMs : x86MibMs)) += billedMs * usage.memoryMiB;
    ephemeralMibMs += billedMs * std::max(0, usage.ephemeralMiB - FreeEphemeralMiB);
    streamedBytes += std::max<qint64>(0, usage.streamedBytes - FreeStreamedBytes) * times;
    logBytes += usage.logBytes * times;
}

LambdaUsage &LambdaUsage::operator+=(const LambdaUsage &other)
{
    requests += other.requests;
    x86MibMs += other.x86MibMs;
    armMibMs += other.armMibMs;
    provisionedX86MibMs += other.provisionedX86MibMs;
    provisionedArmMibMs += other.provisionedArmMibMs;
    ephemeralMibMs += other.ephemeralMibMs;
    streamedBytes += other.streamedBytes;
    logBytes += other.logBytes;
    return *this;
}

QList<Line> linesOf(const LambdaUsage &usage)
{
    QList<Line> lines{{id(ids::Request), {usage.requests, 1}}};
    const auto add = [&lines](const char16_t *price, Quantity quantity) {
        if (quantity.amount > 0)
            lines.append({id(price), quantity});
    };
    add(ids::DurationX86, gbSeconds(usage.x86MibMs));
    add(ids::DurationArm, gbSeconds(usage.armMibMs));
    add(ids::ProvisionedDurationX86, gbSeconds(usage.provisionedX86MibMs));
    add(ids::ProvisionedDurationArm, gbSeconds(usage.provisionedArmMibMs));
    add(ids::Ephemeral, gbSeconds(usage.ephemeralMibMs));
    add(ids::Streamed, gigabytes(usage.streamedBytes));
    add(ids::LambdaLogs, gigabytes(usage.logBytes));
    return lines;
}

Line provisionedLine(int environments, int memoryMiB, bool arm, qint64 seconds)
{
    constexpr qint64 StepSeconds = 300;
    const qint64 counted = (seconds + StepSeconds - 1) / StepSeconds * StepSeconds;
    return {id(arm ? ids::ProvisionedArm : ids::ProvisionedX86), gbSeconds(Wide(environments) * memoryMiB * counted * 1000)};
}

Money invocationCost(const PriceBook &prices, const Usage &usage)
{
    LambdaUsage one;
    one.add(usage);
    return billOf(prices, linesOf(one), FreeTier::None).total;
}

} // namespace eph::cost
