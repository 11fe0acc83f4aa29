// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/bill.h"

#include "core/base/text.h"
#include "core/cost/priceids.h"

#include <QJsonArray>
#include <algorithm>
#include <limits>

namespace eph::cost {

namespace {

using namespace Qt::StringLiterals;

/// `amount` is what is left to pay, in units of `1 / scale`.
Money charge(const Price &price, Wide amount, qint64 scale)
{
    Wide pico = 0;
    Wide from = 0;
    for (const Tier &tier : price.tiers) {
        const Wide end = tier.upTo ? Wide(*tier.upTo) * scale : amount;
        const Wide within = std::min(amount, end) - from;
        if (within <= 0)
            break;
        pico += within * tier.price.pico;
        from += within;
    }
    const Wide rounded = (pico + scale / 2) / scale;
    return {qint64(std::min<Wide>(rounded, std::numeric_limits<qint64>::max()))};
}

} // namespace

Money Bill::of(QStringView price) const
{
    Money sum;
    for (const BillItem &item : items) {
        if (item.price == price)
            sum += item.cost;
    }
    return sum;
}

void addLines(QList<Line> &lines, const QList<Line> &more)
{
    for (const Line &line : more) {
        const auto known = std::find_if(lines.begin(), lines.end(), [&](const Line &other) { return other.price == line.price; });
        if (known != lines.end())
            known->quantity.amount += line.quantity.amount;
        else
            lines.append(line);
    }
}

Bill billOf(const PriceBook &prices, const QList<Line> &lines, FreeTier freeTier)
{
    Bill bill;
    QHash<QString, Quantity> freeUsed;
    for (const Line &line : lines) {
        const Price &price = prices.price(line.price);
        Wide amount = line.quantity.amount;
        const qint64 scale = line.quantity.scale;
        if (freeTier == FreeTier::Applied && price.free > 0) {
            Quantity &used = freeUsed[price.freeWith];
            const Wide usedHere = used.amount * scale / used.scale;
            const Wide free = std::clamp<Wide>(Wide(price.free) * scale - usedHere, 0, amount);
            used = {usedHere + free, scale};
            amount -= free;
        }
        bill.items.append({line.price, line.quantity, charge(price, amount, scale)});
        bill.total += bill.items.constLast().cost;
    }
    return bill;
}

QString priceLabel(const QString &id)
{
    const std::pair<const char16_t *, QString> labels[] = {
        {ids::Request, Core::tr("Lambda requests")},
        {ids::DurationX86, Core::tr("Lambda duration, x86")},
        {ids::DurationArm, Core::tr("Lambda duration, arm64")},
        {ids::Ephemeral, Core::tr("Ephemeral storage above 512 MB")},
        {ids::ProvisionedX86, Core::tr("Provisioned concurrency, x86")},
        {ids::ProvisionedArm, Core::tr("Provisioned concurrency, arm64")},
        {ids::ProvisionedDurationX86, Core::tr("Duration on provisioned concurrency, x86")},
        {ids::ProvisionedDurationArm, Core::tr("Duration on provisioned concurrency, arm64")},
        {ids::Streamed, Core::tr("Streamed responses above 6 MB")},
        {ids::HttpApi, Core::tr("HTTP API requests")},
        {ids::RestApi, Core::tr("REST API requests")},
        {ids::WebSocketMessage, Core::tr("WebSocket messages")},
        {ids::WebSocketMinute, Core::tr("WebSocket connections")},
        {ids::EventBridge, Core::tr("EventBridge events")},
        {ids::Scheduler, Core::tr("Scheduler invocations")},
        {ids::Sqs, Core::tr("Queue requests")},
        {ids::SqsFifo, Core::tr("Queue requests, FIFO")},
        {ids::SnsPublish, Core::tr("Topic publishes")},
        {ids::SnsHttp, Core::tr("Topic deliveries by HTTP")},
        {ids::TableWrite, Core::tr("Table writes")},
        {ids::TableRead, Core::tr("Table reads")},
        {ids::BucketPut, Core::tr("Bucket writes and lists")},
        {ids::BucketGet, Core::tr("Bucket reads")},
        {ids::ShardHour, Core::tr("Stream shards")},
        {ids::PutUnit, Core::tr("Stream records")},
        {ids::Transition, Core::tr("Step Functions transitions")},
        {ids::TransferOut, Core::tr("Transfer to the internet")},
        {ids::LambdaLogs, Core::tr("Log ingestion")},
        {ids::LogStorage, Core::tr("Log storage")},
        {ids::LiveTail, Core::tr("Live Tail minutes")},
    };
    const auto *found = std::find_if(std::begin(labels), std::end(labels), [&id](const auto &label) { return id == QStringView(label.first); });
    return found == std::end(labels) ? id : found->second;
}

QJsonObject toJson(const Bill &bill, const PriceBook &prices)
{
    QJsonArray items;
    for (const BillItem &item : bill.items) {
        QJsonObject json{{u"price"_s, item.price}, {u"label"_s, priceLabel(item.price)}, {u"quantity"_s, item.quantity.units()}, {u"unit"_s, prices.price(item.price).unit}, {u"usd"_s, item.cost.exact()}};
        if (prices.price(item.price).assumed)
            json.insert(u"assumedRegion"_s, true);
        items.append(json);
    }
    QJsonObject json{{u"usd"_s, bill.total.exact()}, {u"items"_s, items}};
    if (bill.total.isSaturated())
        json.insert(u"atLeast"_s, true);
    return json;
}

} // namespace eph::cost
