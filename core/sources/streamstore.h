// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/clock.h"
#include "core/sys/database.h"

#include <QMap>
#include <QObject>
#include <optional>

namespace eph::sources {

struct StreamInfo {
    qint64 number = 0; ///< Within the store.
    QString name;
    int shards = 1;
    int retentionHours = 24;
    bool onDemand = false;
    QMap<QString, QString> tags;
    qint64 createdMs = 0;
};

struct StreamRecord {
    qint64 number = 0; ///< Grows over all streams, and so within each shard.
    int shard = 0;
    QString partitionKey;
    QByteArray data;
    qint64 arrivedMs = 0;
};

/// A record on its way in.
struct NewRecord {
    QString partitionKey;
    QByteArray data;
    QString explicitHashKey = {}; ///< Decimal; empty: the key's own hash.
};

/// What a reader of one shard has got to.
struct ShardPosition {
    int shard = 0;
    qint64 after = 0; ///< Number of the last record that is done with; 0: none.
};

/// A window of time whose records a reader is at, with what has been made of them so far.
struct OpenWindow {
    qint64 startMs = 0;
    QByteArray state = "{}"; ///< A JSON object.
};

/// Which records of a shard: all, or every n-th part of the partition keys.
struct Lane {
    int index = 0;
    int of = 1;
    [[nodiscard]] bool operator==(const Lane &) const = default;
};

/// The hash keys that belong to a shard, both included, in decimal.
struct HashRange {
    QString first;
    QString last;
};

/// Streams as Kinesis has them: shards, order within a shard, retention; with the positions of those that read them. The
/// change streams of tables are among them under `table/NAME`. In a database that outlives the process. Failures of a call have
/// the service's name of it as their detail. One thread. Source: Kinesis API reference, November 2026.
class StreamStore : public QObject
{
    Q_OBJECT
public:
    static constexpr int MaxShards = 500;
    static constexpr qsizetype MaxRecordBytes = 1024 * 1024;

    StreamStore(sys::Database &database, const sys::Clock &clock, QObject *parent = nullptr);
    [[nodiscard]] static const char *schema();

    /// Fails with `ResourceInUseException` when there is one of that name.
    [[nodiscard]] Result<StreamInfo> create(const StreamInfo &wanted);
    /// Makes a stream be there; one that is there keeps its records. Another number of shards holds for what comes from then on.
    [[nodiscard]] Result<StreamInfo> declare(const StreamInfo &wanted);
    [[nodiscard]] Result<StreamInfo> find(const QString &name);
    [[nodiscard]] QList<StreamInfo> all();
    [[nodiscard]] Result<void> update(const StreamInfo &stream);
    [[nodiscard]] Result<void> remove(const StreamInfo &stream);

    /// In the order given, all or none.
    [[nodiscard]] Result<QList<StreamRecord>> put(const StreamInfo &stream, const QList<NewRecord> &records);
    /// Up to `most` records, and up to about 6 MB of them.
    [[nodiscard]] QList<StreamRecord> read(const StreamInfo &stream, const ShardPosition &position, int most, Lane lane = {});
    /// Of all shards, oldest first.
    [[nodiscard]] QList<StreamRecord> newestRecords(const StreamInfo &stream, int most);
    /// Those that take records, and those before them that still hold some.
    [[nodiscard]] int shardCount(const StreamInfo &stream);
    /// Whether that reader has read any of its shards.
    [[nodiscard]] bool hasPosition(const QString &reader, const StreamInfo &stream);
    /// Number of the newest record of a shard; 0: it has none.
    [[nodiscard]] qint64 newest(const StreamInfo &stream, int shard);
    /// Number of the last record before a moment.
    [[nodiscard]] qint64 lastBefore(const StreamInfo &stream, int shard, qint64 epochMs);
    [[nodiscard]] qint64 count(const StreamInfo &stream);

    /// Where a reader is in a shard, after the least that any of its lanes has done when their number has changed; nullopt:
    /// it never read it.
    [[nodiscard]] std::optional<qint64> position(const QString &reader, const StreamInfo &stream, int shard, Lane lane);
    /// One for each lane, in place of all that were there.
    [[nodiscard]] Result<void> setPositions(const QString &reader, const StreamInfo &stream, int shard, const QList<qint64> &afters);
    /// Together with the window that it has open there, or none.
    [[nodiscard]] Result<void> setPosition(const QString &reader, const StreamInfo &stream, int shard, Lane lane, qint64 after, const std::optional<OpenWindow> &window = {});
    [[nodiscard]] std::optional<OpenWindow> openWindow(const QString &reader, const StreamInfo &stream, int shard, Lane lane);

Q_SIGNALS:
    void arrived(const QString &stream);

private:
    void expire(const StreamInfo &stream);

    sys::Database &m_database;
    const sys::Clock &m_clock;
    QHash<qint64, qint64> m_expiredMs;
};

/// 56 digits; the order of the texts is that of the numbers.
[[nodiscard]] QString sequenceNumber(qint64 number);
/// nullopt for what is none of ours.
[[nodiscard]] std::optional<qint64> numberOf(const QString &sequenceNumber);
[[nodiscard]] QString shardId(int shard);
[[nodiscard]] std::optional<int> shardOf(const QString &shardId);
[[nodiscard]] HashRange hashRange(int shard, int shards);

} // namespace eph::sources
