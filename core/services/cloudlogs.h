// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/awsclient.h"
#include "core/logs/line.h"

#include <QHash>
#include <functional>
#include <atomic>

namespace eph::services {

/// Names of an account's log groups that begin with a text, sorted. Fails as errorOf() says.
[[nodiscard]] Result<QStringList> logGroups(deploy::AwsClient &client, const QString &prefix);
/// The group of a function; a name with a `/` is one already.
[[nodiscard]] QString logGroupOf(const QString &functionOrGroup);

/// What reading has taken so far.
struct CloudLogMeter {
    qint64 requests = 0;
    qint64 events = 0;
    qint64 bytes = 0;        ///< Of messages.
    qint64 clockAheadMs = 0; ///< The service's clock is at least so far ahead of this machine's.
    qint64 liveMs = 0;       ///< Of Live Tail, which is billed by the minute.
    bool isSampled = false;  ///< There was more than Live Tail sends.

    /// Of Live Tail; one that has begun is billed.
    [[nodiscard]] qint64 liveMinutes() const { return (liveMs + 59'999) / 60'000; }
};
using OnLogLines = std::function<void(const QList<logs::Line> &)>;

/// Events as lines. A stream is of one environment, which has one request at a time: what it says belongs to that.
class CloudLogLines
{
public:
    /// Of FilterLogEvents or Live Tail.
    [[nodiscard]] logs::Line lineOf(const QString &group, const QJsonObject &event);

private:
    QHash<QString, QByteArray> m_requests; ///< By group and stream.
};

/// The events of log groups, by asking for what is new again and again (FilterLogEvents, which costs nothing by itself). Looks back a
/// little each time, for events may arrive out of order, and hands each on once. Where the next look begins follows from the service's
/// own times, so that it does not matter how the clocks differ. One thread at a time.
class CloudLogReader
{
public:
    /// Events since `fromMs`, milliseconds since 1970.
    CloudLogReader(deploy::AwsClient &client, const sys::Clock &clock, const QStringList &groups, qint64 fromMs);

    /// One round; lines in the order of their times, of a single group page by page. NotFound for a group that is not there; otherwise as errorOf() says.
    [[nodiscard]] Result<void> poll(const std::atomic<bool> &cancelled, const OnLogLines &onLines);
    /// What is older was had in another way.
    void skipTo(qint64 epochMs);
    [[nodiscard]] const CloudLogMeter &meter() const { return m_meter; }

private:
    struct Group {
        QString name;
        qint64 fromMs = 0;
        QHash<QString, qint64> seen; ///< Times of events that the next look may find again, by id.
    };
    [[nodiscard]] Result<void> poll(Group &group, const std::atomic<bool> &cancelled, const OnLogLines &onLines);
    [[nodiscard]] QList<logs::Line> take(Group &group, const QJsonArray &events);

    deploy::AwsClient &m_client;
    const sys::Clock &m_clock;
    QList<Group> m_groups;
    CloudLogLines m_lines;
    CloudLogMeter m_meter;
};

} // namespace eph::services
