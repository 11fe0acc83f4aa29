// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/streamstore.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/sources/jsonmap.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QtEndian>

namespace eph::sources {

using namespace Qt::StringLiterals;

namespace {

__extension__ using Hash = unsigned __int128;

constexpr Hash LargestHash = ~Hash(0);
constexpr qint64 ReadBytes = 6LL * 1024 * 1024;
constexpr qint64 RecordBytes = 700;
constexpr qint64 ExpiryEveryMs = 10'000;
const QString SequencePrefix = u"49600000000000000000000000000000000000"_s;
constexpr int SequenceDigits = 18;

[[nodiscard]] QString decimal(Hash value)
{
    QString text;
    do {
        text.prepend(QChar(u'0' + int(value % 10)));
        value /= 10;
    } while (value > 0);
    return text;
}

[[nodiscard]] std::optional<Hash> parseDecimal(const QString &text)
{
    static const QRegularExpression form(u"^(0|[1-9][0-9]{0,38})$"_s);
    if (!form.match(text).hasMatch())
        return std::nullopt;
    Hash value = 0;
    for (const QChar digit : text) {
        const auto add = Hash(digit.digitValue());
        if (value > (LargestHash - add) / 10)
            return std::nullopt;
        value = value * 10 + add;
    }
    return value;
}

[[nodiscard]] Hash hashOf(const QString &partitionKey)
{
    const QByteArray digest = QCryptographicHash::hash(partitionKey.toUtf8(), QCryptographicHash::Md5);
    return (Hash(qFromBigEndian<quint64>(digest.constData())) << 64) | qFromBigEndian<quint64>(digest.constData() + 8);
}

/// Hash keys of each shard but the last, which has the rest. Of a single shard it is not asked.
[[nodiscard]] Hash shardSize(int shards)
{
    const auto count = Hash(shards);
    return LargestHash / count + (LargestHash % count == count - 1 ? 1 : 0);
}

[[nodiscard]] int shardFor(Hash hash, int shards)
{
    return shards == 1 ? 0 : std::min(int(hash / shardSize(shards)), shards - 1);
}

[[nodiscard]] StreamInfo infoOf(const sys::Statement &row)
{
    return {row.integer(0), row.text(1), int(row.integer(2)), int(row.integer(3)), row.integer(4) != 0, mapFromJson(row.bytes(5)), row.integer(6)};
}

[[nodiscard]] tl::unexpected<Error> invalid(const QString &message)
{
    return failure(ErrorCode::Invalid, message, {}, u"InvalidArgumentException"_s);
}

[[nodiscard]] Result<void> check(const StreamInfo &wanted)
{
    static const QRegularExpression form(u"^(table/)?[A-Za-z0-9_.-]{1,128}$"_s);
    if (!form.match(wanted.name).hasMatch())
        return failure(ErrorCode::Invalid, u"1 validation error detected: Value '%1' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"_s.arg(wanted.name), {}, u"ValidationException"_s);
    if (wanted.shards < 1 || wanted.shards > StreamStore::MaxShards)
        return failure(ErrorCode::Invalid, Core::tr("A stream has 1 to %1 shards here, not %2.").arg(StreamStore::MaxShards).arg(wanted.shards), {}, u"LimitExceededException"_s);
    if (wanted.retentionHours < 24 || wanted.retentionHours > 8760)
        return invalid(u"RetentionPeriodHours must be between 24 and 8760 hours."_s);
    return {};
}

} // namespace

QString sequenceNumber(qint64 number)
{
    return SequencePrefix + u"%1"_s.arg(number, SequenceDigits, 10, QChar(u'0'));
}

std::optional<qint64> numberOf(const QString &sequenceNumber)
{
    bool isNumber = false;
    const qint64 number = sequenceNumber.mid(SequencePrefix.size()).toLongLong(&isNumber);
    const bool ours = isNumber && sequenceNumber.startsWith(SequencePrefix) && sequenceNumber.size() == SequencePrefix.size() + SequenceDigits;
    return ours ? std::optional(number) : std::nullopt;
}

QString shardId(int shard)
{
    return u"shardId-%1"_s.arg(shard, 12, 10, QChar(u'0'));
}

std::optional<int> shardOf(const QString &shardId)
{
    static const QRegularExpression form(u"^shardId-(\\d{12})$"_s);
    const auto match = form.match(shardId);
    return match.hasMatch() ? std::optional(match.captured(1).toInt()) : std::nullopt;
}

HashRange hashRange(int shard, int shards)
{
    if (shards == 1)
        return {u"0"_s, decimal(LargestHash)};
    const Hash size = shardSize(shards);
    return {decimal(size * Hash(shard)), decimal(shard == shards - 1 ? LargestHash : size * Hash(shard + 1) - 1)};
}

const char *StreamStore::schema()
{
    return "CREATE TABLE IF NOT EXISTS stream(number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, shards INTEGER NOT NULL, retention INTEGER NOT NULL, onDemand INTEGER NOT NULL, tags BLOB NOT NULL, created INTEGER NOT NULL);"
           "CREATE TABLE IF NOT EXISTS record(number INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL REFERENCES stream ON DELETE CASCADE, shard INTEGER NOT NULL, key TEXT NOT NULL, hash INTEGER NOT NULL, data BLOB NOT NULL, arrived INTEGER NOT NULL);"
           "CREATE INDEX IF NOT EXISTS record_shard ON record(stream, shard, number);"
           "CREATE TABLE IF NOT EXISTS position(reader TEXT NOT NULL, stream INTEGER NOT NULL REFERENCES stream ON DELETE CASCADE, shard INTEGER NOT NULL, lane INTEGER NOT NULL, lanes INTEGER NOT NULL, after INTEGER NOT NULL, PRIMARY KEY(reader, stream, shard, lane)) WITHOUT ROWID;"
           "CREATE TABLE IF NOT EXISTS window(reader TEXT NOT NULL, stream INTEGER NOT NULL REFERENCES stream ON DELETE CASCADE, shard INTEGER NOT NULL, lane INTEGER NOT NULL, lanes INTEGER NOT NULL, start INTEGER NOT NULL, state BLOB NOT NULL, PRIMARY KEY(reader, stream, shard, lane));";
}

StreamStore::StreamStore(sys::Database &database, const sys::Clock &clock, QObject *parent)
    : QObject(parent)
    , m_database(database)
    , m_clock(clock)
{
}

Result<StreamInfo> StreamStore::create(const StreamInfo &wanted)
{
    if (const auto good = check(wanted); !good)
        return tl::unexpected(good.error());
    if (find(wanted.name))
        return failure(ErrorCode::Conflict, u"Stream %1 already exists."_s.arg(wanted.name), {}, u"ResourceInUseException"_s);
    sys::Database::Transaction transaction(m_database);
    m_database.run("INSERT INTO stream(name, shards, retention, onDemand, tags, created) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", wanted.name, wanted.shards, wanted.retentionHours, int(wanted.onDemand), mapToJson(wanted.tags), m_clock.epochMs());
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    return find(wanted.name);
}

Result<StreamInfo> StreamStore::declare(const StreamInfo &wanted)
{
    auto present = find(wanted.name);
    if (!present)
        return create(wanted);
    if (present->shards == wanted.shards && present->retentionHours == wanted.retentionHours && present->onDemand == wanted.onDemand)
        return present;
    present->shards = wanted.shards;
    present->retentionHours = wanted.retentionHours;
    present->onDemand = wanted.onDemand;
    const auto updated = update(*present);
    return updated ? present : tl::unexpected(updated.error());
}

Result<StreamInfo> StreamStore::find(const QString &name)
{
    sys::Statement row = m_database.query("SELECT number, name, shards, retention, onDemand, tags, created FROM stream WHERE name = ?1");
    row.bind(name);
    if (row.step())
        return infoOf(row);
    return failure(ErrorCode::NotFound, u"Stream %1 under account %2 not found."_s.arg(name, LocalAccount), {}, u"ResourceNotFoundException"_s);
}

QList<StreamInfo> StreamStore::all()
{
    QList<StreamInfo> streams;
    sys::Statement rows = m_database.query("SELECT number, name, shards, retention, onDemand, tags, created FROM stream ORDER BY name");
    while (rows.step())
        streams << infoOf(rows);
    return streams;
}

Result<void> StreamStore::update(const StreamInfo &stream)
{
    if (const auto good = check(stream); !good)
        return good;
    sys::Database::Transaction transaction(m_database);
    m_database.run("UPDATE stream SET shards = ?2, retention = ?3, onDemand = ?4, tags = ?5 WHERE number = ?1", stream.number, stream.shards, stream.retentionHours, int(stream.onDemand), mapToJson(stream.tags));
    return transaction.commit();
}

Result<void> StreamStore::remove(const StreamInfo &stream)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("DELETE FROM stream WHERE number = ?1", stream.number);
    return transaction.commit();
}

void StreamStore::expire(const StreamInfo &stream)
{
    const qint64 now = m_clock.epochMs();
    qint64 &last = m_expiredMs[stream.number];
    if (now - last < ExpiryEveryMs && now >= last)
        return;
    last = now;
    m_database.run("DELETE FROM record WHERE stream = ?1 AND arrived <= ?2", stream.number, now - stream.retentionHours * 3'600'000LL);
}

Result<QList<StreamRecord>> StreamStore::put(const StreamInfo &stream, const QList<NewRecord> &records)
{
    sys::Database::Transaction transaction(m_database);
    expire(stream);
    QList<StreamRecord> all;
    for (const NewRecord &record : records) {
        if (record.partitionKey.isEmpty() || record.partitionKey.size() > 256)
            return failure(ErrorCode::Invalid, u"1 validation error detected: Value '%1' at 'partitionKey' failed to satisfy constraint: Member must have length from 1 to 256"_s.arg(record.partitionKey.left(300)), {}, u"ValidationException"_s);
        if (record.data.size() > MaxRecordBytes)
            return failure(ErrorCode::Invalid, u"1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to %1"_s.arg(MaxRecordBytes), {}, u"ValidationException"_s);
        const Hash own = hashOf(record.partitionKey);
        const auto hash = record.explicitHashKey.isEmpty() ? std::optional(own) : parseDecimal(record.explicitHashKey);
        if (!hash)
            return invalid(u"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was %1"_s.arg(record.explicitHashKey));
        StreamRecord made{0, shardFor(*hash, stream.shards), record.partitionKey, record.data, m_clock.epochMs()};
        // Sixteen bits are enough to tell ten lanes apart.
        m_database.run("INSERT INTO record(stream, shard, key, hash, data, arrived) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", stream.number, made.shard, made.partitionKey, qint64(own & 0xFFFF), made.data, made.arrivedMs);
        made.number = m_database.lastInsertId();
        all << made;
    }
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    Q_EMIT arrived(stream.name);
    return all;
}

QList<StreamRecord> StreamStore::read(const StreamInfo &stream, const ShardPosition &position, int most, Lane lane)
{
    sys::Statement rows = m_database.query("SELECT number, shard, key, data, arrived FROM record WHERE stream = ?1 AND shard = ?2 AND number > ?3 AND hash % ?4 = ?5 AND arrived > ?6 ORDER BY number LIMIT ?7");
    rows.bind(stream.number).bind(position.shard).bind(position.after).bind(lane.of).bind(lane.index).bind(m_clock.epochMs() - stream.retentionHours * 3'600'000LL).bind(most);
    QList<StreamRecord> found;
    qint64 bytes = 0;
    while (rows.step()) {
        StreamRecord record{rows.integer(0), int(rows.integer(1)), rows.text(2), rows.bytes(3), rows.integer(4)};
        // As an event has it: in base64, with what belongs to a record.
        bytes += record.data.size() * 4 / 3 + RecordBytes;
        if (!found.isEmpty() && bytes > ReadBytes)
            break;
        found << std::move(record);
    }
    return found;
}

QList<StreamRecord> StreamStore::newestRecords(const StreamInfo &stream, int most)
{
    sys::Statement rows = m_database.query("SELECT number, shard, key, data, arrived FROM record WHERE stream = ?1 ORDER BY number DESC LIMIT ?2");
    rows.bind(stream.number).bind(most);
    QList<StreamRecord> found;
    while (rows.step())
        found.prepend({rows.integer(0), int(rows.integer(1)), rows.text(2), rows.bytes(3), rows.integer(4)});
    return found;
}

int StreamStore::shardCount(const StreamInfo &stream)
{
    sys::Statement row = m_database.query("SELECT coalesce(max(shard), 0) + 1 FROM record WHERE stream = ?1");
    row.bind(stream.number);
    return row.step() ? std::max(stream.shards, int(row.integer(0))) : stream.shards;
}

bool StreamStore::hasPosition(const QString &reader, const StreamInfo &stream)
{
    sys::Statement row = m_database.query("SELECT 1 FROM position WHERE reader = ?1 AND stream = ?2 LIMIT 1");
    row.bind(reader).bind(stream.number);
    return row.step();
}

qint64 StreamStore::newest(const StreamInfo &stream, int shard)
{
    sys::Statement row = m_database.query("SELECT coalesce(max(number), 0) FROM record WHERE stream = ?1 AND shard = ?2");
    row.bind(stream.number).bind(shard);
    return row.step() ? row.integer(0) : 0;
}

qint64 StreamStore::lastBefore(const StreamInfo &stream, int shard, qint64 epochMs)
{
    sys::Statement row = m_database.query("SELECT coalesce(max(number), 0) FROM record WHERE stream = ?1 AND shard = ?2 AND arrived < ?3");
    row.bind(stream.number).bind(shard).bind(epochMs);
    return row.step() ? row.integer(0) : 0;
}

qint64 StreamStore::count(const StreamInfo &stream)
{
    sys::Statement row = m_database.query("SELECT count(*) FROM record WHERE stream = ?1 AND arrived > ?2");
    row.bind(stream.number).bind(m_clock.epochMs() - stream.retentionHours * 3'600'000LL);
    return row.step() ? row.integer(0) : 0;
}

std::optional<qint64> StreamStore::position(const QString &reader, const StreamInfo &stream, int shard, Lane lane)
{
    sys::Statement rows = m_database.query("SELECT lane, lanes, after FROM position WHERE reader = ?1 AND stream = ?2 AND shard = ?3");
    rows.bind(reader).bind(stream.number).bind(shard);
    std::optional<qint64> least;
    while (rows.step()) {
        if (Lane{int(rows.integer(0)), int(rows.integer(1))} == lane)
            return rows.integer(2);
        if (rows.integer(1) != lane.of)
            least = std::min(least.value_or(rows.integer(2)), rows.integer(2));
    }
    return least;
}

Result<void> StreamStore::setPositions(const QString &reader, const StreamInfo &stream, int shard, const QList<qint64> &afters)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("DELETE FROM position WHERE reader = ?1 AND stream = ?2 AND shard = ?3", reader, stream.number, shard);
    for (int lane = 0; lane < int(afters.size()); ++lane)
        m_database.run("INSERT INTO position(reader, stream, shard, lane, lanes, after) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", reader, stream.number, shard, lane, int(afters.size()), afters.at(lane));
    return transaction.commit();
}

Result<void> StreamStore::setPosition(const QString &reader, const StreamInfo &stream, int shard, Lane lane, qint64 after, const std::optional<OpenWindow> &window)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("UPDATE position SET after = ?6 WHERE reader = ?1 AND stream = ?2 AND shard = ?3 AND lane = ?4 AND lanes = ?5", reader, stream.number, shard, lane.index, lane.of, after);
    m_database.run("DELETE FROM window WHERE reader = ?1 AND stream = ?2 AND shard = ?3 AND lane = ?4", reader, stream.number, shard, lane.index);
    if (window)
        m_database.run("INSERT INTO window(reader, stream, shard, lane, lanes, start, state) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", reader, stream.number, shard, lane.index, lane.of, window->startMs, window->state);
    return transaction.commit();
}

std::optional<OpenWindow> StreamStore::openWindow(const QString &reader, const StreamInfo &stream, int shard, Lane lane)
{
    sys::Statement row = m_database.query("SELECT start, state FROM window WHERE reader = ?1 AND stream = ?2 AND shard = ?3 AND lane = ?4 AND lanes = ?5");
    row.bind(reader).bind(stream.number).bind(shard).bind(lane.index).bind(lane.of);
    return row.step() ? std::optional(OpenWindow{row.integer(0), row.bytes(1)}) : std::nullopt;
}

} // namespace eph::sources
