// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/events/eventpattern.h"
#include "core/project/model.h"

#include <QSet>
#include <optional>

namespace eph::cloud {

/// What takes messages or records from a source and calls a function with batches of them.
/// Source: Lambda API reference, CreateEventSourceMapping, November 2026.
struct EventSourceMapping {
    enum class Kind { Queue, Stream, TableStream };
    QString id; ///< `function/trigger`, or its logical id.
    QString function;
    Kind kind = Kind::Queue;
    QString source; ///< Name of the queue or stream; of the table for its stream.
    bool enabled = true;
    int batchSize = 10;
    int windowSeconds = 0;
    bool reportsFailures = false; ///< ReportBatchItemFailures.
    QList<events::EventPattern> filters; ///< Empty: everything; otherwise any of them.
    QJsonObject filterCriteria; ///< The same as it was given.
    int maxConcurrency = 1000; ///< Batches at once, of a queue.
    QString startingPosition;  ///< Of a stream.
    qint64 startingEpochMs = 0;
    int maxRetries = -1; ///< -1: until a record expires.
    int maxAgeSeconds = -1;
    bool bisects = false;
    int parallelization = 1; ///< Batches at once, of a shard.
    int tumblingSeconds = 0; ///< Length of the windows in which a stream's records are aggregated; 0: none.
    QString onFailure; ///< ARN, or empty.
    QString streamView; ///< What a table's stream tells of a change, such as `NEW_IMAGE`; empty: everything.
    project::Location location;
    QString problem; ///< Why it cannot run; empty: it can.

    [[nodiscard]] bool operator==(const EventSourceMapping &other) const;
    /// Whether a record is wanted.
    [[nodiscard]] bool takes(const QJsonObject &record) const;
};

/// All mappings of a project, those that cannot run included.
[[nodiscard]] QList<EventSourceMapping> mappingsOf(const project::Project &project);

/// One that a call has made, by what the call says, `FunctionArn` and `EventSourceArn` among it. nullopt for a source that is not here.
[[nodiscard]] std::optional<EventSourceMapping> calledMapping(const QString &uuid, const QJsonObject &configuration);

/// Mappings that cannot run, and queues that the service would refuse to map to their function.
[[nodiscard]] Findings mappingFindings(const project::Project &project);

/// Which of a batch failed by what the function answered: nullopt is all of it.
/// Source: recorded from the service; an answer that cannot be understood fails the batch.
[[nodiscard]] std::optional<QSet<QString>> failedItems(const QByteArray &answer, const QStringList &ids);

} // namespace eph::cloud
