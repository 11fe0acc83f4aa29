// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/metering.h"

#include "core/base/text.h"
#include "core/cost/priceids.h"

namespace eph::cost {

using namespace Qt::StringLiterals;

namespace {

struct Names {
    Trigger trigger;
    const char16_t *name;
};
constexpr Names AllNames[] = {
    {Trigger::Direct, u"direct"}, {Trigger::HttpApi, u"httpApi"}, {Trigger::RestApi, u"restApi"}, {Trigger::FunctionUrl, u"functionUrl"},
    {Trigger::WebSocket, u"webSocket"}, {Trigger::Authorizer, u"authorizer"}, {Trigger::Scheduler, u"scheduler"}, {Trigger::ScheduledRule, u"scheduledRule"}, {Trigger::WarmUp, u"warmUp"},
    {Trigger::Queue, u"queue"}, {Trigger::Stream, u"stream"}, {Trigger::Event, u"event"},
};

/// An HTTP API counts each 512 KB of request and answer that were begun, a WebSocket API each 32 KB of a message.
qint64 gatewayUnits(const Metered &metered)
{
    constexpr qint64 UnitBytes = 512 * 1024;
    constexpr qint64 MessageBytes = 32 * 1024;
    if (metered.trigger == Trigger::RestApi)
        return 1;
    if (metered.trigger == Trigger::WebSocket)
        return metered.origin == "$connect"_L1 || metered.origin == "$disconnect"_L1 ? 0 : std::max<qint64>(1, (metered.requestBytes + MessageBytes - 1) / MessageBytes);
    return std::max<qint64>(1, (metered.requestBytes + metered.responseBytes + UnitBytes - 1) / UnitBytes);
}

bool hasGateway(Trigger trigger)
{
    return trigger == Trigger::HttpApi || trigger == Trigger::RestApi || trigger == Trigger::WebSocket;
}

} // namespace

QString triggerName(Trigger trigger)
{
    for (const Names &names : AllNames) {
        if (names.trigger == trigger)
            return QStringView(names.name).toString();
    }
    return {};
}

Trigger triggerOf(const QString &name)
{
    for (const Names &names : AllNames) {
        if (QStringView(names.name) == name)
            return names.trigger;
    }
    return Trigger::Direct;
}

QString triggerLabel(Trigger trigger)
{
    switch (trigger) {
    case Trigger::Direct: return Core::tr("Invoked directly");
    case Trigger::HttpApi: return Core::tr("HTTP API");
    case Trigger::RestApi: return Core::tr("REST API");
    case Trigger::FunctionUrl: return Core::tr("Function URL");
    case Trigger::WebSocket: return Core::tr("WebSocket API");
    case Trigger::Authorizer: return Core::tr("Authorizer");
    case Trigger::Scheduler: return Core::tr("Schedule");
    case Trigger::ScheduledRule: return Core::tr("Scheduled rule");
    case Trigger::WarmUp: return Core::tr("Warm-up");
    case Trigger::Queue: return Core::tr("Queue");
    case Trigger::Stream: return Core::tr("Stream");
    case Trigger::Event: return Core::tr("Event");
    }
    return {};
}

void Totals::add(const Metered &metered)
{
    if (hasGateway(metered.trigger))
        gatewayUnits += cost::gatewayUnits(metered);
    if (metered.throttled) {
        ++throttles;
        return;
    }
    ++requests;
    failures += metered.failed;
    coldStarts += metered.coldStart;
    durationUs += metered.durationUs;
    initUs += metered.initUs;
    usage.add(metered.usage);
}

Totals &Totals::operator+=(const Totals &other)
{
    requests += other.requests;
    throttles += other.throttles;
    failures += other.failures;
    coldStarts += other.coldStarts;
    durationUs += other.durationUs;
    initUs += other.initUs;
    usage += other.usage;
    gatewayUnits += other.gatewayUnits;
    return *this;
}

QList<Line> linesOf(const Totals &totals, Trigger trigger)
{
    QList<Line> lines = totals.requests > 0 ? linesOf(totals.usage) : QList<Line>();
    const auto add = [&lines](const char16_t *price, qint64 amount) {
        if (amount > 0)
            lines.append({QStringView(price).toString(), {amount, 1}});
    };
    switch (trigger) {
    case Trigger::HttpApi: add(ids::HttpApi, totals.gatewayUnits); break;
    case Trigger::RestApi: add(ids::RestApi, totals.gatewayUnits); break;
    case Trigger::WebSocket: add(ids::WebSocketMessage, totals.gatewayUnits); break;
    case Trigger::Scheduler: add(ids::Scheduler, totals.requests); break;
    case Trigger::Queue: add(ids::Sqs, 2 * totals.requests); break;
    case Trigger::Direct:
    case Trigger::FunctionUrl:
    case Trigger::Authorizer:
    case Trigger::ScheduledRule:
    case Trigger::WarmUp:
    case Trigger::Stream:
    case Trigger::Event: break;
    }
    return lines;
}

Money costOf(const PriceBook &prices, const Metered &metered)
{
    Totals one;
    one.add(metered);
    return billOf(prices, linesOf(one, metered.trigger), FreeTier::None).total;
}

} // namespace eph::cost
