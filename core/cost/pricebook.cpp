// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/pricebook.h"

#include "core/base/text.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace eph::cost {

namespace {
using namespace Qt::StringLiterals;
constexpr int PicoDigits = 12;
__extension__ using Wide = __int128;
} // namespace

Result<Money> parseMoney(const QString &text)
{
    static const QRegularExpression amount(u"^(\\d{1,6})(?:\\.(\\d{1,12}))?$"_s);
    const auto match = amount.match(text);
    if (!match.hasMatch())
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no amount in USD.").arg(text), Core::tr("Write it as decimal text with up to 12 decimals, such as 0.0000166667."));
    const QString decimals = match.captured(2).leftJustified(PicoDigits, u'0');
    return Money{match.captured(1).toLongLong() * 1'000'000'000'000 + decimals.toLongLong()};
}

Result<PriceBook> parsePriceBook(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonObject root = QJsonDocument::fromJson(json, &error).object();
    if (error.error != QJsonParseError::NoError)
        return failure(ErrorCode::Invalid, Core::tr("The price book is no JSON: %1.").arg(error.errorString()));
    const QJsonObject lambda = root.value("lambda"_L1).toObject();
    PriceBook book;
    book.date = QDate::fromString(root.value("date"_L1).toString(), Qt::ISODate);
    book.region = root.value("region"_L1).toString();
    book.source = root.value("source"_L1).toString();
    const std::pair<QLatin1StringView, Money *> amounts[] = {{"request"_L1, &book.request}, {"gbSecondX86"_L1, &book.gbSecondX86}, {"gbSecondArm"_L1, &book.gbSecondArm}};
    for (const auto &[key, target] : amounts) {
        const auto amount = parseMoney(lambda.value(key).toString());
        if (!amount)
            return tl::unexpected(amount.error());
        *target = *amount;
    }
    if (!book.date.isValid())
        return failure(ErrorCode::Invalid, Core::tr("The price book has no date."), Core::tr("Add \"date\": \"2026-11-01\"."));
    return book;
}

Result<PriceBook> loadPriceBook(const QString &file)
{
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly))
        return failure(ErrorCode::NotFound, Core::tr("The price book “%1” cannot be read: %2.").arg(file, source.errorString()));
    return parsePriceBook(source.readAll());
}

Money invocationCost(const PriceBook &prices, const Usage &usage)
{
    // GB-seconds are MiB · ms / (1024 · 1000).
    constexpr Wide Divisor = 1024 * 1000;
    const Money rate = usage.arm ? prices.gbSecondArm : prices.gbSecondX86;
    const Wide product = Wide(rate.pico) * usage.memoryMiB * usage.billedMs;
    return Money{qint64((product + Divisor / 2) / Divisor)} + prices.request;
}

} // namespace eph::cost
