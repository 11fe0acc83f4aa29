// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/money.h"

#include <QDate>
#include <QString>

namespace eph::cost {

/// Prices of running functions, first tier, as dated data with their source.
struct PriceBook {
    QDate date;
    QString region;
    QString source;
    Money request;
    Money gbSecondX86;
    Money gbSecondArm;
};

/// Reads a price book. Amounts are decimal text in USD.
[[nodiscard]] Result<PriceBook> parsePriceBook(const QByteArray &json);
[[nodiscard]] Result<PriceBook> loadPriceBook(const QString &file);

/// USD as decimal text, exact to the pico-dollar; fails on anything else.
[[nodiscard]] Result<Money> parseMoney(const QString &text);

/// What was used by one invocation.
struct Usage {
    int memoryMiB = 128;
    qint64 billedMs = 0;
    bool arm = false;
};

/// Request and duration, without free tier; rounded half up to the pico-dollar.
[[nodiscard]] Money invocationCost(const PriceBook &prices, const Usage &usage);

} // namespace eph::cost
