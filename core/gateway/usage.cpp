// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/usage.h"

#include <QDateTime>
#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxKeys = 100'000;

/// Counts periods of UTC; weeks begin on Sunday.
qint64 periodOf(UsagePlan::Period period, qint64 epochMs)
{
    constexpr qint64 DayMs = 86'400'000;
    constexpr qint64 FirstSunday = 3; ///< The epoch began on a Thursday.
    const qint64 day = epochMs / DayMs;
    if (period == UsagePlan::Period::Day)
        return day;
    if (period == UsagePlan::Period::Week)
        return (day - FirstSunday + 7) / 7;
    const QDate date = QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).date();
    return date.year() * 12LL + date.month();
}

} // namespace

Usage::Verdict Usage::judge(const Api &api, const QString &key, qint64 epochMs)
{
    if (key.isEmpty())
        return Verdict::UnknownKey;
    if (api.plans.isEmpty())
        return Verdict::Admitted;
    const auto plan = std::find_if(api.plans.cbegin(), api.plans.cend(), [&](const UsagePlan &each) { return each.anyKey || each.keys.contains(key); });
    if (plan == api.plans.cend())
        return Verdict::UnknownKey;
    const QString name = plan->name + u'\n' + key;
    if (plan->ratePerSecond && !m_throttle.admits(name, *plan->ratePerSecond, plan->burst))
        return Verdict::TooFast;
    if (plan->quota == 0)
        return Verdict::Admitted;
    if (m_counts.size() >= MaxKeys)
        m_counts.clear();
    Count &count = m_counts[name];
    const qint64 period = periodOf(plan->period, epochMs);
    if (std::exchange(count.period, period) != period)
        count.requests = 0;
    return ++count.requests > plan->quota ? Verdict::UsedUp : Verdict::Admitted;
}

} // namespace eph::gateway
