// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/cloudlivetail.h"

#include "core/base/text.h"
#include "core/cost/currentprices.h"
#include "core/cost/priceids.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] size_t keyOf(const logs::Line &line)
{
    return qHashMulti(0, line.epochMs, line.environment, line.text);
}

/// How late a line may come after one that is newer.
constexpr qint64 OverlapMs = 60'000;

} // namespace

CloudLiveTail::CloudLiveTail(deploy::AwsClient &client, const sys::Clock &clock, const QStringList &groups, qint64 fromMs)
    : m_client(client)
    , m_clock(clock)
    , m_groups(groups)
    , m_before(client, clock, groups, fromMs)
{
}

CloudLogMeter CloudLiveTail::meter() const
{
    const std::lock_guard lock(m_mutex);
    return m_meter;
}

Result<QJsonArray> CloudLiveTail::identifiers() const
{
    if (m_groups.size() > MostGroups)
        return failure(ErrorCode::Usage, Core::tr("Live Tail takes ten log groups at most; these are %1.").arg(m_groups.size()), Core::tr("Choose fewer, or ask each second instead."));
    QJsonArray all;
    for (const QString &group : m_groups) {
        QString arn;
        const auto listed = deploy::askForEach(m_client, {u"logs"_s, u"DescribeLogGroups"_s, {{u"logGroupNamePrefix"_s, group}}}, u"logGroups"_s, [&](const QJsonValue &each) {
            const QJsonObject one = each.toObject();
            if (one.value("logGroupName"_L1).toString() == group)
                arn = one.value("logGroupArn"_L1).toString(one.value("arn"_L1).toString());
            return arn.isEmpty();
        });
        if (!listed)
            return tl::unexpected(listed.error());
        if (arn.isEmpty())
            return failure(ErrorCode::NotFound, Core::tr("There is no log group “%1”.").arg(group), Core::tr("It is made by the function's first invocation; look at the region and the stage, too."));
        if (arn.endsWith(":*"_L1))
            arn.chop(2);
        all.append(arn);
    }
    return all;
}

Result<void> CloudLiveTail::run(const std::atomic<bool> &cancelled, const OnLogLines &onLines)
{
    const auto identified = identifiers();
    if (!identified)
        return tl::unexpected(identified.error());
    while (!cancelled) {
        const auto ended = session(*identified, cancelled, onLines);
        if (!ended)
            return tl::unexpected(ended.error());
        if (!*ended && !cancelled)
            return failure(ErrorCode::Io, Core::tr("Live Tail was cut off."), Core::tr("Follow again: what came meanwhile is read first."));
    }
    return {};
}

Result<bool> CloudLiveTail::session(const QJsonArray &identifiers, const std::atomic<bool> &cancelled, const OnLogLines &onLines)
{
    m_isOver = false;
    http::EventStreamReader reader;
    std::optional<Error> error;
    const qint64 began = m_clock.epochMs();
    const qint64 before = meter().liveMs;
    const deploy::ApiCall call{u"logs"_s, u"StartLiveTail"_s, {{u"logGroupIdentifiers"_s, identifiers}}};
    const auto streamed = m_client.stream(call, [&](QByteArrayView bytes) {
        {
            const std::lock_guard lock(m_mutex);
            m_meter.liveMs = before + std::max<qint64>(0, m_clock.epochMs() - began);
        }
        const auto messages = reader.add(bytes);
        if (!messages)
            error = messages.error();
        for (const http::EventStreamMessage &message : messages ? *messages : QList<http::EventStreamMessage>()) {
            if (const auto taken = take(message, cancelled, onLines); !taken)
                error = taken.error();
        }
        return !error && !m_isOver && !cancelled;
    });
    if (error)
        return tl::unexpected(*error);
    if (!streamed)
        return tl::unexpected(deploy::errorOf(call, streamed.error()));
    return m_isOver;
}

Result<void> CloudLiveTail::take(const http::EventStreamMessage &message, const std::atomic<bool> &cancelled, const OnLogLines &onLines)
{
    const QByteArray kind = http::headerValue(message.headers, ":message-type");
    const QJsonObject payload = QJsonDocument::fromJson(message.payload).object();
    if (kind != "event") {
        const QByteArray type = http::headerValue(message.headers, kind == "error" ? ":error-code" : ":exception-type");
        m_isOver = type == "SessionTimeoutException";
        if (m_isOver)
            return {};
        return failure(ErrorCode::Io, Core::tr("Live Tail ended: %1").arg(payload.value("message"_L1).toString(QString::fromLatin1(type))), Core::tr("Follow again: what came meanwhile is read first."));
    }
    const QByteArray type = http::headerValue(message.headers, ":event-type");
    if (type == "sessionUpdate")
        takeEvents(payload, onLines);
    if (type != "sessionStart")
        return {};
    // From now on nothing is missed; what came until now is read in another way.
    m_before.skipTo(m_newestMs - OverlapMs);
    const auto read = m_before.poll(cancelled, [&](const QList<logs::Line> &lines) {
        if (const QList<logs::Line> some = fresh(lines); !some.isEmpty())
            onLines(some);
    });
    const std::lock_guard lock(m_mutex);
    const CloudLogMeter &before = m_before.meter();
    m_meter.requests = before.requests;
    m_meter.clockAheadMs = before.clockAheadMs;
    m_meter.events += before.events - m_readEvents;
    m_meter.bytes += before.bytes - m_readBytes;
    m_readEvents = before.events;
    m_readBytes = before.bytes;
    return read;
}

QList<logs::Line> CloudLiveTail::fresh(const QList<logs::Line> &lines)
{
    QList<logs::Line> some;
    for (const logs::Line &line : lines) {
        if (m_handedOn.contains(keyOf(line)))
            continue;
        m_handedOn.insert(keyOf(line), line.epochMs);
        m_newestMs = std::max(m_newestMs, line.epochMs);
        some << line;
    }
    m_handedOn.removeIf([this](const auto &one) { return one.value() < m_newestMs - 2 * OverlapMs; });
    return some;
}

void CloudLiveTail::takeEvents(const QJsonObject &update, const OnLogLines &onLines)
{
    QList<logs::Line> sent;
    const QJsonArray results = update.value("sessionResults"_L1).toArray();
    for (const auto &result : results) {
        const QJsonObject event = result.toObject();
        // `123456789012:/aws/lambda/shop`
        sent << m_lines.lineOf(event.value("logGroupIdentifier"_L1).toString().section(u':', -1), event);
    }
    const QList<logs::Line> lines = fresh(sent);
    qint64 bytes = 0;
    for (const logs::Line &line : lines)
        bytes += line.text.size();
    {
        const std::lock_guard lock(m_mutex);
        m_meter.events += lines.size();
        m_meter.bytes += bytes;
        m_meter.isSampled |= update.value("sessionMetadata"_L1).toObject().value("sampled"_L1).toBool();
    }
    if (!lines.isEmpty())
        onLines(lines);
}

QString liveTailPrice()
{
    const auto prices = cost::currentPriceBook();
    if (!prices)
        return Core::tr("billed by the minute");
    const cost::Price &price = prices->price(QStringView(cost::ids::LiveTail).toString());
    return Core::tr("%1 a minute after %2 free ones a month; list price, seen %3").arg(price.tiers.front().price.readable()).arg(price.free).arg(price.seen);
}

} // namespace eph::services
