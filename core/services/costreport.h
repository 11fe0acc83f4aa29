// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/budget.h"
#include "core/cost/meterstore.h"

#include <QJsonObject>

namespace eph::services {

/// A part of what was spent: a function, a route, a schedule.
struct CostRow {
    QString function;
    cost::Trigger trigger = cost::Trigger::Direct; ///< Only of rows by trigger.
    QString origin;
    cost::Totals totals;
    Money cost;
    Money lastDay;       ///< Of the last 24 hours of the time that is reported.
    Money dayBefore;     ///< Of those before, to compare.
    QList<Money> hourly; ///< The last 24 of them, oldest first.

    [[nodiscard]] Money perInvocation() const;
    [[nodiscard]] double meanMs() const;
};

/// What a project's functions have cost, by list prices and as a bill with what is free.
struct CostReport {
    qint64 fromMs = 0;
    qint64 untilMs = 0;
    QString region;
    QDate priceDate;
    cost::Bill bill; ///< Without free tier.
    Money withFreeTier;
    QList<CostRow> functions; ///< The dearest first.
    QList<CostRow> triggers;
    Money monthly;  ///< 730 hours like those that are reported, from the first invocation on.
    Money forecast; ///< Of this calendar month if the rest is as the reported time.
    QString warning; ///< About the age of the prices.
};

struct CostReportRequest {
    QString projectFolder;
    qint64 fromMs = -1; ///< Whole hours; negative: the begin of the month (UTC).
    qint64 nowMs = 0;
};

/// Reads what was measured. An empty report where nothing was; fails where the store cannot be read. Any thread.
[[nodiscard]] Result<CostReport> reportCosts(const CostReportRequest &request, const cost::PriceBook &prices);

/// `{from, to, region, pricesOf, usd, usdWithFreeTier, monthlyUsd, forecastUsd, items, functions, triggers}`.
[[nodiscard]] QJsonObject toJson(const CostReport &report, const cost::PriceBook &prices);
/// `function,trigger,origin,requests,…` with a heading.
[[nodiscard]] QByteArray toCsv(const CostReport &report);

/// The calendar month's first moment, UTC.
[[nodiscard]] qint64 monthBeginMs(qint64 nowMs);

} // namespace eph::services
