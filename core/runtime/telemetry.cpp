// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/telemetry.h"

#include "core/base/jsontext.h"

#include <QJsonDocument>
#include <algorithm>

namespace eph::runtime {

using namespace Qt::StringLiterals;

namespace {

/// What a chatty init says is not all kept for somebody who may never subscribe.
constexpr qint64 MaxEarlyBytes = 262'144;

QString typeName(Telemetry::Source source)
{
    switch (source) {
    case Telemetry::Source::Platform: return u"platform"_s;
    case Telemetry::Source::Function: return u"function"_s;
    case Telemetry::Source::Extension: return u"extension"_s;
    }
    return {};
}

} // namespace

Telemetry::Telemetry(const sys::Clock &clock, QStringList addresses)
    : m_clock(clock)
    , m_addresses(std::move(addresses))
{
}

http::Response Telemetry::subscribe(const QString &extension, const QByteArray &body)
{
    if (m_closed)
        return http::jsonResponse(403, R"({"errorMessage":"Telemetry API subscription is closed already","errorType":"Telemetry.SubscriptionClosed"})");
    auto subscription = parseTelemetrySubscription(body);
    if (!subscription)
        return http::jsonResponse(400, R"({"errorType":"ValidationError","errorMessage":)" + jsonText(subscription.error().message) + '}');
    const QStringList types = subscription->types;
    const bool known = std::any_of(m_channels.cbegin(), m_channels.cend(), [&](const Subscriber &subscriber) { return subscriber.extension == extension; });
    if (!known) {
        auto channel = std::make_unique<TelemetryChannel>(*std::move(subscription), m_addresses);
        channel->onDropped = [this, to = channel.get()](int records, qint64 bytes, const QString &reason) {
            to->add(platform::jsonLine(platform::logsDropped(records, bytes, reason), m_clock.epochMs()));
        };
        for (const Entry &entry : m_early)
            hand(*channel, entry);
        m_channels.push_back({extension, std::move(channel)});
    }
    onSubscribed(extension, known ? u"Already subscribed"_s : u"Subscribed"_s, types);
    return {200, {{"Content-Type", "application/json"}}, "\"OK\""};
}

void Telemetry::closeSubscription()
{
    m_closed = true;
    m_early = {};
}

void Telemetry::publish(const platform::Event &event)
{
    if (isWanted() && !event.record.isEmpty())
        distribute({Source::Platform, platform::jsonLine(event, m_clock.epochMs()), {}});
}

void Telemetry::publish(Source source, const QByteArray &line, bool json)
{
    if (!isWanted())
        return;
    const qint64 now = m_clock.epochMs();
    const QByteArray type = typeName(source).toLatin1();
    Entry entry{source, platform::jsonLine({type, jsonText(QString::fromUtf8(line)), {}, {}}, now), {}};
    if (json && QJsonDocument::fromJson(line).isObject())
        entry.asObject = platform::jsonLine({type, line, {}, {}}, now);
    distribute(std::move(entry));
}

void Telemetry::distribute(Entry entry)
{
    for (const Subscriber &subscriber : m_channels)
        hand(*subscriber.channel, entry);
    m_earlyBytes += entry.asText.size() + entry.asObject.size();
    if (!m_closed && m_earlyBytes < MaxEarlyBytes)
        m_early.push_back(std::move(entry));
}

void Telemetry::hand(TelemetryChannel &channel, const Entry &entry)
{
    const TelemetrySubscription &subscription = channel.subscription();
    if (subscription.types.contains(typeName(entry.source)))
        channel.add(subscription.hasObjects() && !entry.asObject.isEmpty() ? entry.asObject : entry.asText);
}

void Telemetry::pause()
{
    for (const Subscriber &subscriber : m_channels)
        subscriber.channel->pause();
}

void Telemetry::resume()
{
    for (const Subscriber &subscriber : m_channels)
        subscriber.channel->resume();
}

void Telemetry::hurry()
{
    for (const Subscriber &subscriber : m_channels)
        subscriber.channel->hurry();
}

} // namespace eph::runtime
