// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/cloud/logfilterpattern.h"

#include <QHash>
#include <QList>
#include <QMap>
#include <QSet>
#include <QStringList>
#include <functional>

namespace eph::cloud {

/// Events of log groups in the archive, as CloudWatch Logs tells them: by group and stream, with ids. A group holds what one
/// function says, or what several say that share it, and what clients have put. Any thread.
namespace loggroups {

/// What may be asked of one group's events.
struct Wanted {
    QString group;
    QStringList functions; ///< Whose logs go there, first, and archivedName() where clients have put something.
    QStringList streams; ///< Empty: all.
    QString streamPrefix;
    LogFilterPattern pattern = {};
    qint64 fromMs = -1;
    qint64 untilMs = -1; ///< Not included.
    qint64 notBeforeMs = -1; ///< The group was deleted then; of functions' streams.
    QMap<QString, qint64> deletedMs = {}; ///< When functions' streams were deleted, by their environments.
    QSet<QString> madeStreams = {}; ///< Of clients, as archivedStream() calls them.
};

/// An event as it is told.
struct Event {
    QString stream;
    qint64 epochMs = 0;
    QString message;
    QString id = {}; ///< The same wherever one begins to read.
};

/// Some of the events that are wanted.
struct Page {
    QList<Event> events;
    qsizetype count = 0; ///< Of those that were seen: more than these where there are more.
};

/// Ids of a group's events, which come in the order of their times: 56 digits for the time, what the event is, and which of those
/// that are all the same.
class EventIds
{
public:
    /// What an event is, whatever its time.
    [[nodiscard]] static quint64 digestOf(const Event &event);
    [[nodiscard]] QString of(qint64 epochMs, quint64 digest);

private:
    qint64 m_ms = -1;
    QHash<quint64, int> m_alike;
};

using Streams = QMap<QString, std::pair<qint64, qint64>>; ///< By name: times of the first and the last event; -1: none.

/// What the archive calls what clients put into a group: no function's name begins like that.
[[nodiscard]] QString archivedName(const QString &group);
/// What it calls a stream of theirs that was deleted so often: what was put into the ones before is not in it, whatever its time.
[[nodiscard]] QString archivedStream(const QString &stream, int deletions);
/// What the stream of an environment of a function is called: `YYYY/MM/DD/[VERSION]ENVIRONMENT`, with the function's name before the
/// version where several share a group.
[[nodiscard]] QString streamName(QByteArrayView sharingFunction, QByteArrayView environment, qint64 firstMs);
/// What it calls a stream of clients, as they call it.
[[nodiscard]] QString clientStream(const QString &archived);
/// What a stream goes by, whatever day its name begins with: its environment.
[[nodiscard]] QString environmentOf(const QString &functionStream);

// In the order of their times. Fail with Io.
[[nodiscard]] Result<Page> pageOf(const QString &folder, const Wanted &wanted, qsizetype from, qsizetype limit);
[[nodiscard]] Result<Page> lastOf(const QString &folder, const Wanted &wanted, qsizetype limit);
[[nodiscard]] Result<Streams> streamsOf(const QString &folder, const Wanted &wanted);

} // namespace loggroups

} // namespace eph::cloud
