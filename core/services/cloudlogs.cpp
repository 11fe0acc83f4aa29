// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/cloudlogs.h"

#include "core/base/text.h"
#include "core/logs/linefields.h"

#include <QJsonArray>
#include <algorithm>

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// How late an event may arrive after one that is newer.
constexpr qint64 OverlapMs = 30'000;
const QString FunctionGroups = u"/aws/lambda/"_s;

[[nodiscard]] bool earlier(const logs::Line &a, const logs::Line &b)
{
    return a.epochMs < b.epochMs;
}

} // namespace

QString logGroupOf(const QString &functionOrGroup)
{
    return functionOrGroup.contains(u'/') ? functionOrGroup : FunctionGroups + functionOrGroup;
}

Result<QStringList> logGroups(deploy::AwsClient &client, const QString &prefix)
{
    QJsonObject asked;
    if (!prefix.isEmpty())
        asked.insert(u"logGroupNamePrefix"_s, prefix);
    QStringList names;
    const auto listed = deploy::askForEach(client, {u"logs"_s, u"DescribeLogGroups"_s, asked}, u"logGroups"_s, [&](const QJsonValue &group) {
        names << group.toObject().value("logGroupName"_L1).toString();
        return true;
    });
    if (!listed)
        return tl::unexpected(listed.error());
    names.sort();
    return names;
}

CloudLogReader::CloudLogReader(deploy::AwsClient &client, const sys::Clock &clock, const QStringList &groups, qint64 fromMs)
    : m_client(client)
    , m_clock(clock)
{
    for (const QString &name : groups)
        m_groups.append({name, std::max<qint64>(0, fromMs), {}});
}

void CloudLogReader::skipTo(qint64 epochMs)
{
    for (Group &group : m_groups)
        group.fromMs = std::max(group.fromMs, epochMs);
}

Result<void> CloudLogReader::poll(const std::atomic<bool> &cancelled, const OnLogLines &onLines)
{
    if (m_groups.size() == 1)
        return poll(m_groups.first(), cancelled, onLines);
    // Several go into one order of time.
    QList<logs::Line> all;
    for (Group &group : m_groups) {
        if (const auto polled = poll(group, cancelled, [&](const QList<logs::Line> &lines) { all += lines; }); !polled)
            return polled;
    }
    std::stable_sort(all.begin(), all.end(), earlier);
    if (!all.isEmpty())
        onLines(all);
    return {};
}

Result<void> CloudLogReader::poll(Group &group, const std::atomic<bool> &cancelled, const OnLogLines &onLines)
{
    deploy::ApiCall call{u"logs"_s, u"FilterLogEvents"_s, {{u"logGroupName"_s, group.name}, {u"startTime"_s, group.fromMs}}};
    qint64 newest = group.fromMs;
    // A page may be empty and more may follow.
    for (QString token; !cancelled;) {
        ++m_meter.requests;
        const deploy::ApiAnswer answer = deploy::askReliably(m_client, call);
        if (!answer && answer.error().kind == deploy::ApiFailure::Kind::NotFound)
            return failure(ErrorCode::NotFound, Core::tr("There is no log group “%1”.").arg(group.name), Core::tr("It is made by the function's first invocation; look at the region and the stage, too."));
        if (!answer)
            return tl::unexpected(deploy::errorOf(call, answer.error()));
        const QList<logs::Line> lines = take(group, answer->value("events"_L1).toArray());
        for (const logs::Line &line : lines)
            newest = std::max(newest, line.epochMs);
        if (!lines.isEmpty())
            onLines(lines);
        const QString next = answer->value("nextToken"_L1).toString();
        if (next.isEmpty() || next == token)
            break;
        token = next;
        call.parameters.insert(u"nextToken"_s, token);
    }
    group.fromMs = std::max(group.fromMs, newest - OverlapMs);
    group.seen.removeIf([&](const auto &event) { return event.value() < group.fromMs; });
    return {};
}

QList<logs::Line> CloudLogReader::take(Group &group, const QJsonArray &events)
{
    QList<logs::Line> lines;
    for (const auto &each : events) {
        const QJsonObject event = each.toObject();
        const qint64 epochMs = event.value("timestamp"_L1).toInteger();
        const QString id = event.value("eventId"_L1).toString();
        if (group.seen.contains(id))
            continue;
        group.seen.insert(id, epochMs);
        m_meter.clockAheadMs = std::max(m_meter.clockAheadMs, event.value("ingestionTime"_L1).toInteger() - m_clock.epochMs());
        lines << m_lines.lineOf(group.name, event);
        ++m_meter.events;
        m_meter.bytes += lines.last().text.size();
    }
    std::stable_sort(lines.begin(), lines.end(), earlier);
    return lines;
}

logs::Line CloudLogLines::lineOf(const QString &group, const QJsonObject &event)
{
    QByteArray text = event.value("message"_L1).toString().toUtf8();
    while (text.endsWith('\n') || text.endsWith('\r'))
        text.chop(1);
    text.replace('\n', '\v');
    const logs::LineFields fields = logs::fieldsOf(text);
    const QString stream = event.value("logStreamName"_L1).toString();
    QByteArray &request = m_requests[group + u'\n' + stream];
    if (!fields.requestId.isEmpty())
        request = fields.requestId.toByteArray();
    const bool says = fields.kind == logs::LineKind::Text || fields.kind == logs::LineKind::TimedOut;
    const QString function = fields.function.isEmpty() ? group.startsWith(FunctionGroups) ? group.sliced(FunctionGroups.size()) : group : QString::fromUtf8(fields.function);
    logs::Line line{event.value("timestamp"_L1).toInteger(), says ? logs::Source::Function : logs::Source::Platform, function, stream.section(u']', -1), request, text};
    if (fields.kind == logs::LineKind::Report)
        request.clear();
    return line;
}

} // namespace eph::services
