// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/money.h"

#include <QDate>
#include <QHash>
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace eph::cost {

/// One step of a price: it holds up to so many units a month.
struct Tier {
    std::optional<qint64> upTo; ///< Cumulative; absent for the last one.
    Money price;                ///< Of one unit.
};

/// What one unit of something costs.
struct Price {
    QString id;   ///< Such as `aws.lambda.request`.
    QString unit; ///< Such as `GB-s`.
    std::vector<Tier> tiers;
    qint64 free = 0;      ///< Units a month that cost nothing.
    QString freeWith;     ///< Prices with the same word here share them; its own id where it shares them with none.
    QString source;       ///< Address of the page that it was read from.
    QString seen;         ///< Year and month of the newest evidence.
    QString note;
    bool verified = true; ///< Seen in more than one place.
    bool assumed = false; ///< Of the book's own region, for want of one of the region that was asked for.
};

/// How an invocation's time becomes billed time; it depends on the day.
struct BillingRules {
    qint64 stepMs = 1;      ///< Time is rounded up to a multiple of it.
    bool initBilled = true; ///< Also for managed runtimes from a zip.

    /// Times in microseconds; those of a start are 0 for a warm one.
    [[nodiscard]] qint64 billedMs(qint64 durationUs, qint64 initUs) const
    {
        const qint64 us = durationUs + (initBilled ? initUs : 0);
        const qint64 steps = (us + stepMs * 1000 - 1) / (stepMs * 1000);
        return std::max<qint64>(1, steps) * stepMs;
    }
};

/// Prices as dated data with their sources. A value; readers share what is inside.
class PriceBook
{
public:
    [[nodiscard]] QDate date() const { return m_date; }
    [[nodiscard]] const QString &region() const { return m_region; }
    /// Those that it has prices of.
    [[nodiscard]] QStringList regions() const;
    /// The same book with the prices of another region; what it does not know of that region keeps its price and is marked.
    [[nodiscard]] PriceBook forRegion(const QString &region) const;
    /// Every id that this program asks for is there: a book without one is refused when it is read.
    [[nodiscard]] const Price &price(const QString &id) const;
    /// Sorted.
    [[nodiscard]] QStringList ids() const;
    [[nodiscard]] BillingRules rulesOn(QDate day) const;
    /// Why its age is a reason to doubt it: half a year; empty before.
    [[nodiscard]] QString warning(QDate today) const;

private:
    friend Result<PriceBook> parsePriceBook(const QByteArray &json);

    struct Step {
        QDate until; ///< Invalid for the last one.
        qint64 ms = 1;
    };

    QDate m_date;
    QString m_region;
    QDate m_initBilledFrom;
    QList<Step> m_steps;
    QHash<QString, Price> m_prices;
    QHash<QString, QHash<QString, std::optional<Money>>> m_overrides; ///< By region and id; no amount: as at home.
};

/// Reads a price book. Amounts are decimal text in USD.
[[nodiscard]] Result<PriceBook> parsePriceBook(const QByteArray &json);
/// One file.
[[nodiscard]] Result<PriceBook> loadPriceBook(const QString &file);

/// USD as decimal text, exact to the pico-dollar; fails on anything else.
[[nodiscard]] Result<Money> parseMoney(const QString &text);

} // namespace eph::cost
