// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/pricebook.h"

#include <QJsonObject>
#include <QList>

namespace eph::cost {

__extension__ using Wide = __int128;

/// How much of something, exactly: `amount / scale` of its unit.
struct Quantity {
    Wide amount = 0;
    qint64 scale = 1;

    [[nodiscard]] double units() const { return double(amount) / double(scale); }
};

/// GB-seconds, from mebibytes times milliseconds.
[[nodiscard]] inline Quantity gbSeconds(Wide mibMs) { return {mibMs, 1024 * 1000}; }
/// A GB is 2^30 bytes on the bills of AWS.
[[nodiscard]] inline Quantity gigabytes(Wide bytes) { return {bytes, 1LL << 30}; }

/// So much was used of what a price is for.
struct Line {
    QString price; ///< Its id.
    Quantity quantity;
};

/// Lines of the same price become one.
void addLines(QList<Line> &lines, const QList<Line> &more);

struct BillItem {
    QString price;
    Quantity quantity; ///< All of it, what is free included.
    Money cost;
};

struct Bill {
    QList<BillItem> items;
    Money total;

    [[nodiscard]] Money of(QStringView price) const;
};

enum class FreeTier { Applied, None };

/// What a month's use costs. Each line is rounded half up to the pico-dollar, once.
[[nodiscard]] Bill billOf(const PriceBook &prices, const QList<Line> &lines, FreeTier freeTier);

/// What a price is for, in words.
[[nodiscard]] QString priceLabel(const QString &id);

/// `{usd, items: [{price, label, quantity, unit, usd}]}`, and `atLeast` where it is too much to be told.
[[nodiscard]] QJsonObject toJson(const Bill &bill, const PriceBook &prices);

} // namespace eph::cost
