// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/model.h"
#include "core/sources/sourcestores.h"

#include <QJsonObject>

namespace eph::services {

enum class SourceKind { Queue, Topic, Stream, Table, Bucket };
[[nodiscard]] QString sourceKindName(SourceKind kind);

/// One event source of a project, with what it holds at the moment.
struct SourceSummary {
    SourceKind kind = SourceKind::Queue;
    QString name;
    QStringList feeds; ///< Functions that it calls, and queues that a topic or a queue passes things on to.
    qint64 waiting = 0;  ///< Messages that may be received; records of a stream, objects of a bucket.
    qint64 inFlight = 0; ///< Messages that somebody received and has not deleted.
    qint64 delayed = 0;
    bool isDeadLetter = false; ///< Other queues give up into it.
    project::Location location; ///< Without a file when it was made by a call.
};

/// Something that one of them holds.
struct SourceItem {
    QString id; ///< Of a message; the sequence number of a record.
    QByteArray body;
    QJsonObject attributes;
    QString key; ///< Partition key, or message group, or an object's key.
    qint64 epochMs = 0; ///< When it came.
    int receives = 0;
    bool hidden = false; ///< In flight, or delayed.
    QString reason; ///< Why it is among what failed, as far as it says so itself.
    QString path; ///< The file of an object.
};

/// What is to be sent.
struct SourceMessage {
    QByteArray body;
    QString key; ///< Partition key of a stream, group of a FIFO queue, key of an object.
    QJsonObject attributes; ///< As `{"name": {"DataType": …, "StringValue": …}}`.
    int delaySeconds = -1;
};

/// The event sources of a project, for people: what is there, what it holds, and something for it. They work on the project's own
/// file, whether it is served or not; a process that serves it takes what was sent within a moment. Any thread.
class SourceService
{
public:
    /// Io when the file cannot be written.
    [[nodiscard]] static Result<SourceService> open(const project::Project &project);

    [[nodiscard]] QList<SourceSummary> all();
    /// NotFound says which there are.
    [[nodiscard]] Result<SourceSummary> find(const QString &name);
    /// Its id, or sequence number; empty for a topic, which publishes when it is served.
    [[nodiscard]] Result<QString> send(const SourceSummary &source, const SourceMessage &message);
    /// A file becomes an object by that key.
    [[nodiscard]] Result<void> sendFile(const SourceSummary &bucket, const QString &key, const QString &path);
    /// The oldest of a queue, the newest of a stream, the first of a bucket with the beginning of each. Nothing is taken.
    [[nodiscard]] QList<SourceItem> peek(const SourceSummary &source, int most);
    /// How many were taken away. Usage for what is no queue.
    [[nodiscard]] Result<qint64> purge(const SourceSummary &source);
    /// How many went back to the queues that gave them up.
    [[nodiscard]] Result<qint64> sendBack(const SourceSummary &source);

private:
    [[nodiscard]] Result<void> putObject(const SourceSummary &bucket, const QString &key, QIODevice &content);
    SourceService(const project::Project &project, std::unique_ptr<sources::SourceStores> stores);

    project::Project m_project;
    std::unique_ptr<sys::SystemClock> m_clock;
    std::unique_ptr<sources::SourceStores> m_stores;
};

} // namespace eph::services
