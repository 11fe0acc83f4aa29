// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/eventstream.h"
#include "core/services/cloudlogs.h"

#include <QHash>
#include <mutex>

namespace eph::services {

/// The events of up to ten log groups, as the service sends them (Live Tail, billed by the minute): within a second or so, and a sample
/// of them under a flood. What came before, and while it began, is read first. One thread at a time but for the meter.
class CloudLiveTail
{
public:
    static constexpr qsizetype MostGroups = 10;

    CloudLiveTail(deploy::AwsClient &client, const sys::Clock &clock, const QStringList &groups, qint64 fromMs);

    /// Until it is cancelled; a session that the service ends after hours is followed by another. Usage for too many groups, NotFound for one
    /// that is not there, Io when the connection is lost.
    [[nodiscard]] Result<void> run(const std::atomic<bool> &cancelled, const OnLogLines &onLines);
    /// Any thread.
    [[nodiscard]] CloudLogMeter meter() const;

private:
    [[nodiscard]] Result<QJsonArray> identifiers() const;
    /// True when the service ended the session in its time.
    [[nodiscard]] Result<bool> session(const QJsonArray &identifiers, const std::atomic<bool> &cancelled, const OnLogLines &onLines);
    [[nodiscard]] Result<void> take(const http::EventStreamMessage &message, const std::atomic<bool> &cancelled, const OnLogLines &onLines);
    void takeEvents(const QJsonObject &update, const OnLogLines &onLines);
    /// Those that were not handed on before.
    [[nodiscard]] QList<logs::Line> fresh(const QList<logs::Line> &lines);

    deploy::AwsClient &m_client;
    const sys::Clock &m_clock;
    QStringList m_groups;
    CloudLogReader m_before;
    CloudLogLines m_lines;
    QHash<size_t, qint64> m_handedOn; ///< Times of the last lines: what is read is also sent.
    qint64 m_newestMs = 0;
    bool m_isOver = false;
    qint64 m_readEvents = 0; ///< Of the reader, as far as they are in the meter.
    qint64 m_readBytes = 0;
    mutable std::mutex m_mutex;
    CloudLogMeter m_meter;
};

/// What Live Tail costs, for people, by the prices in force; says so where there are none.
[[nodiscard]] QString liveTailPrice();

} // namespace eph::services
