// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/pricebook.h"

#include "core/base/text.h"
#include "core/cost/priceids.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace eph::cost {

namespace {

using namespace Qt::StringLiterals;
constexpr int PicoDigits = 12;
constexpr int StaleAfterDays = 183;
constexpr auto SameAsHome = "home"_L1;

tl::unexpected<Error> wrong(const QString &id, const QString &what)
{
    return failure(ErrorCode::Invalid, Core::tr("The price book's “%1” cannot be used: %2").arg(id, what));
}

Result<std::vector<Tier>> parseTiers(const QJsonObject &json)
{
    if (json.contains("price"_L1)) {
        const auto amount = parseMoney(json.value("price"_L1).toString());
        if (!amount)
            return tl::unexpected(amount.error());
        return std::vector<Tier>{{{}, *amount}};
    }
    std::vector<Tier> tiers;
    qint64 last = 0;
    const QJsonArray list = json.value("tiers"_L1).toArray();
    for (const QJsonValue &entry : list) {
        const auto amount = parseMoney(entry["price"_L1].toString());
        if (!amount)
            return tl::unexpected(amount.error());
        Tier tier{{}, *amount};
        if (entry["upTo"_L1].isDouble()) {
            tier.upTo = entry["upTo"_L1].toInteger();
            if (*tier.upTo <= last)
                return failure(ErrorCode::Invalid, Core::tr("its tiers do not rise."));
            last = *tier.upTo;
        }
        tiers.push_back(tier);
        if (!tier.upTo)
            break;
    }
    if (tiers.empty() || tiers.back().upTo || qsizetype(tiers.size()) != list.size())
        return failure(ErrorCode::Invalid, Core::tr("its last tier, and only that, has no end."));
    return tiers;
}

bool isDigits(const QString &text, qsizetype most)
{
    return !text.isEmpty() && text.size() <= most && std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

} // namespace

Result<Money> parseMoney(const QString &text)
{
    constexpr qsizetype MaxDollarDigits = 6;
    const QStringList parts = text.split(u'.');
    if (parts.size() > 2 || !isDigits(parts.first(), MaxDollarDigits) || !isDigits(parts.last(), PicoDigits))
        return failure(ErrorCode::Invalid, Core::tr("“%1” is no amount in USD.").arg(text), Core::tr("Write it as decimal text with up to 12 decimals, such as 0.0000166667."));
    const QString decimals = parts.value(1).leftJustified(PicoDigits, u'0');
    return Money{parts.first().toLongLong() * 1'000'000'000'000 + decimals.toLongLong()};
}

Result<PriceBook> parsePriceBook(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonObject root = QJsonDocument::fromJson(json, &error).object();
    if (error.error != QJsonParseError::NoError)
        return failure(ErrorCode::Invalid, Core::tr("The price book is no JSON: %1.").arg(error.errorString()));
    PriceBook book;
    book.m_date = QDate::fromString(root.value("date"_L1).toString(), Qt::ISODate);
    if (!book.m_date.isValid())
        return failure(ErrorCode::Invalid, Core::tr("The price book has no date."), Core::tr("Add \"date\": \"2026-11-01\"."));
    if (root.value("currency"_L1).toString() != "USD"_L1)
        return failure(ErrorCode::Invalid, Core::tr("The price book is not in USD."), Core::tr("Give its amounts in USD and add \"currency\": \"USD\"."));
    book.m_region = root.value("region"_L1).toString();

    const QJsonObject prices = root.value("prices"_L1).toObject();
    for (auto it = prices.begin(); it != prices.end(); ++it) {
        const QJsonObject entry = it->toObject();
        auto tiers = parseTiers(entry);
        if (!tiers)
            return wrong(it.key(), tiers.error().message);
        Price price{it.key(), entry.value("unit"_L1).toString(), *std::move(tiers), entry.value("free"_L1).toInteger(), entry.value("freeWith"_L1).toString(it.key()),
                    entry.value("source"_L1).toString(), entry.value("seen"_L1).toString(), entry.value("note"_L1).toString(), !entry.value("unverified"_L1).toBool()};
        if ((entry.contains("free"_L1) && !entry.value("free"_L1).isDouble()) || price.free < 0)
            return wrong(it.key(), Core::tr("“free” is a number, of 0 or more."));
        book.m_prices.insert(price.id, std::move(price));
    }
    for (const char16_t *id : ids::Needed) {
        if (!book.m_prices.contains(QStringView(id).toString()))
            return failure(ErrorCode::Invalid, Core::tr("The price book has no price “%1”.").arg(QStringView(id)), Core::tr("Begin with the book that is shipped, and change amounts in a copy."));
    }

    const QJsonObject regions = root.value("regions"_L1).toObject();
    for (auto region = regions.begin(); region != regions.end(); ++region) {
        const QJsonObject amounts = region->toObject();
        for (auto it = amounts.begin(); it != amounts.end(); ++it) {
            if (!book.m_prices.contains(it.key()))
                return wrong(region.key(), Core::tr("it prices “%1”, which the book does not have.").arg(it.key()));
            std::optional<Money> amount;
            if (it->toString() != SameAsHome) {
                const auto parsed = parseMoney(it->toString());
                if (!parsed)
                    return wrong(region.key(), parsed.error().message);
                amount = *parsed;
            }
            book.m_overrides[region.key()].insert(it.key(), amount);
        }
    }

    const QJsonObject billing = root.value("lambdaBilling"_L1).toObject();
    book.m_initBilledFrom = QDate::fromString(billing.value("initBilledFrom"_L1).toString(), Qt::ISODate);
    const QJsonArray steps = billing.value("steps"_L1).toArray();
    for (const QJsonValue &step : steps) {
        if (!step["until"_L1].isUndefined() && !QDate::fromString(step["until"_L1].toString(), Qt::ISODate).isValid())
            return wrong(u"lambdaBilling"_s, Core::tr("“until” is a date such as 2020-11-30."));
    }
    for (const QJsonValue &step : steps)
        book.m_steps.append({QDate::fromString(step["until"_L1].toString(), Qt::ISODate), step["stepMs"_L1].toInteger()});
    if (!book.m_initBilledFrom.isValid() || book.m_steps.isEmpty() || book.m_steps.constLast().until.isValid()
        || std::any_of(book.m_steps.cbegin(), book.m_steps.cend(), [](const auto &step) { return step.ms < 1 || step.ms > 1000; }))
        return wrong(u"lambdaBilling"_s, Core::tr("it needs initBilledFrom, and steps of 1 to 1000 ms of which the last has no end."));
    return book;
}

Result<PriceBook> loadPriceBook(const QString &file)
{
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly))
        return failure(ErrorCode::NotFound, Core::tr("The price book “%1” cannot be read: %2.").arg(file, source.errorString()));
    constexpr qint64 MaxBytes = 4 * 1024 * 1024;
    if (source.size() > MaxBytes)
        return failure(ErrorCode::Invalid, Core::tr("“%1” is too large for a price book.").arg(file));
    auto book = parsePriceBook(source.readAll());
    if (!book)
        book.error().detail = file;
    return book;
}

QStringList PriceBook::regions() const
{
    QStringList all = m_overrides.keys();
    if (!all.contains(m_region))
        all.append(m_region);
    all.sort();
    return all;
}

PriceBook PriceBook::forRegion(const QString &region) const
{
    if (region == m_region)
        return *this;
    PriceBook book = *this;
    book.m_region = region;
    const auto known = m_overrides.value(region);
    for (Price &price : book.m_prices) {
        // Other providers have regions of their own.
        if (!price.id.startsWith("aws."_L1))
            continue;
        const auto amount = known.constFind(price.id);
        price.assumed = amount == known.cend();
        if (!price.assumed && *amount)
            price.tiers = {{{}, **amount}};
    }
    return book;
}

const Price &PriceBook::price(const QString &id) const
{
    const auto found = m_prices.constFind(id);
    Q_ASSERT(found != m_prices.cend());
    return *found;
}

QStringList PriceBook::ids() const
{
    QStringList all = m_prices.keys();
    all.sort();
    return all;
}

BillingRules PriceBook::rulesOn(QDate day) const
{
    const auto step = std::find_if(m_steps.cbegin(), m_steps.cend(), [day](const Step &candidate) { return !candidate.until.isValid() || day <= candidate.until; });
    return {step->ms, day >= m_initBilledFrom};
}

QString PriceBook::warning(QDate today) const
{
    const qint64 days = m_date.daysTo(today);
    return days < StaleAfterDays ? QString() : Core::tr("The prices are of %1, %2 days old.").arg(m_date.toString(Qt::ISODate)).arg(days);
}

} // namespace eph::cost
