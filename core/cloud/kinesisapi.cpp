// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/kinesisapi.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/constraints.h"
#include "core/cloud/declaredsources.h"
#include "core/cloud/jsonprotocol.h"
#include "core/cloud/paging.h"
#include "core/sources/jsonmap.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using sources::StreamInfo;
using sources::StreamRecord;

namespace {

constexpr QByteArrayView TargetPrefix = "Kinesis_20131202.";
constexpr qsizetype MaxPutRecords = 500;
constexpr qint64 MaxPutBytes = 5LL * 1024 * 1024;
constexpr int MaxGetRecords = 10'000;
constexpr qint64 IteratorLifeMs = 5 * 60 * 1000;

/// A place in a shard, as a client hands it back.
struct Iterator {
    QString stream;
    int shard = 0;
    qint64 after = 0;
    qint64 issuedMs = 0;

    [[nodiscard]] QString text() const { return QString::fromLatin1(u"%1\n%2\n%3\n%4"_s.arg(stream).arg(shard).arg(after).arg(issuedMs).toUtf8().toBase64()); }
    [[nodiscard]] static std::optional<Iterator> parse(const QString &text)
    {
        const auto decoded = QByteArray::fromBase64Encoding(text.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
        const QStringList parts = decoded ? QString::fromUtf8(*decoded).split(u'\n') : QStringList();
        if (parts.size() != 4)
            return std::nullopt;
        return Iterator{parts.at(0), parts.at(1).toInt(), parts.at(2).toLongLong(), parts.at(3).toLongLong()};
    }
};

[[nodiscard]] bool isOffered(const QByteArray &action)
{
    static const QSet<QByteArray> calls{"CreateStream", "ListStreams", "GetRecords", "PutRecord", "PutRecords", "GetShardIterator", "DescribeStreamSummary", "DescribeStream", "ListShards", "DeleteStream",
                                        "IncreaseStreamRetentionPeriod", "DecreaseStreamRetentionPeriod", "AddTagsToStream", "RemoveTagsFromStream", "ListTagsForStream"};
    return calls.contains(action);
}

[[nodiscard]] double seconds(qint64 epochMs)
{
    return double(epochMs) / 1000;
}

} // namespace

KinesisApi::KinesisApi(sources::StreamStore &streams, FunctionCatalogue &catalogue, const sys::Clock &clock)
    : m_streams(streams)
    , m_catalogue(catalogue)
    , m_clock(clock)
{
}

bool KinesisApi::isFor(const http::Request &request)
{
    return isJsonCall(request, TargetPrefix);
}

void KinesisApi::handle(const http::Request &request, const http::Responder &responder)
{
    answerJsonCall(request, responder, TargetPrefix, [this](const QByteArray &action, const QJsonObject &input) { return perform(action, input); });
}

KinesisApi::Answer KinesisApi::perform(const QByteArray &action, const QJsonObject &input)
{
    if (action == "CreateStream")
        return createStream(input);
    if (action == "ListStreams")
        return listStreams(input);
    if (action == "GetRecords")
        return getRecords(input);
    if (!isOffered(action))
        return refused("UnknownOperationException", Core::tr("“%1” is not among the operations of Kinesis that are here.").arg(QString::fromUtf8(action)));
    // A token says which stream it is of.
    const QString token = input.value("NextToken"_L1).toString();
    QString name = input.value("StreamName"_L1).toString();
    if (name.isEmpty())
        name = input.value("StreamARN"_L1).toString().section(u'/', 1);
    if (name.isEmpty() && !token.isEmpty())
        name = token.section(u':', 0, 0);
    if (name.isEmpty())
        return refused("InvalidArgumentException", u"Either StreamName or StreamARN must be provided."_s);
    const auto stream = m_streams.find(name);
    return stream ? performOn(*stream, action, input) : Answer(refused(stream.error()));
}

KinesisApi::Answer KinesisApi::performOn(const StreamInfo &stream, const QByteArray &action, const QJsonObject &input)
{
    const auto done = [](const Result<void> &result) -> Answer {
        if (!result)
            return refused(result.error());
        return QJsonObject();
    };
    if (action == "PutRecord")
        return putRecord(stream, input);
    if (action == "PutRecords")
        return putRecords(stream, input);
    if (action == "GetShardIterator")
        return shardIterator(stream, input);
    if (action == "DescribeStreamSummary")
        return QJsonObject{{u"StreamDescriptionSummary"_s, summaryOf(stream)}};
    if (action == "DescribeStream") {
        QJsonObject description = summaryOf(stream);
        description.remove(u"OpenShardCount"_s);
        description.remove(u"ConsumerCount"_s);
        description.insert(u"Shards"_s, shardsOf(stream, input));
        description.insert(u"HasMoreShards"_s, false);
        return QJsonObject{{u"StreamDescription"_s, description}};
    }
    if (action == "ListShards")
        return listShards(stream, input);
    if (action == "DeleteStream") {
        const QString kept = keptByTemplate(m_catalogue, "AWS::Kinesis::Stream"_L1, stream.name);
        return kept.isEmpty() ? done(m_streams.remove(stream)) : Answer(refused("AccessDeniedException", kept));
    }
    if (action == "IncreaseStreamRetentionPeriod" || action == "DecreaseStreamRetentionPeriod")
        return changeRetention(stream, action, input);
    return changeTags(stream, action, input);
}

QString KinesisApi::arnOf(const QString &name)
{
    return u"arn:aws:kinesis:%1:%2:stream/%3"_s.arg(m_catalogue.region(), LocalAccount, name);
}

KinesisApi::Answer KinesisApi::createStream(const QJsonObject &input)
{
    const bool onDemand = input.value("StreamModeDetails"_L1).toObject().value("StreamMode"_L1).toString() == "ON_DEMAND"_L1;
    const StreamInfo wanted{0, input.value("StreamName"_L1).toString(), input.value("ShardCount"_L1).toInt(onDemand ? 4 : 1), 24, onDemand, sources::textMap(input.value("Tags"_L1).toObject()), 0};
    // The streams of tables have a name that no client may give.
    const auto made = wanted.name.contains(u'/') ? failure(ErrorCode::Invalid, u"1 validation error detected: Value '%1' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"_s.arg(wanted.name), {}, u"ValidationException"_s) : m_streams.create(wanted);
    if (!made)
        return refused(made.error());
    return QJsonObject();
}

KinesisApi::Answer KinesisApi::listStreams(const QJsonObject &input)
{
    const int most = input.value("Limit"_L1).toInt(100);
    const QString after = input.value("NextToken"_L1).toString(input.value("ExclusiveStartStreamName"_L1).toString());
    QJsonArray names;
    QJsonArray summaries;
    bool more = false;
    const QList<StreamInfo> all = m_streams.all();
    for (const StreamInfo &stream : all) {
        if (stream.name.contains(u'/') || stream.name <= after)
            continue;
        more = names.size() >= most;
        if (more)
            break;
        names.append(stream.name);
        const QJsonObject summary = summaryOf(stream);
        summaries.append(QJsonObject{{u"StreamName"_s, stream.name}, {u"StreamARN"_s, summary.value("StreamARN"_L1)}, {u"StreamStatus"_s, u"ACTIVE"_s}, {u"StreamModeDetails"_s, summary.value("StreamModeDetails"_L1)}, {u"StreamCreationTimestamp"_s, summary.value("StreamCreationTimestamp"_L1)}});
    }
    QJsonObject answer{{u"StreamNames"_s, names}, {u"HasMoreStreams"_s, more}, {u"StreamSummaries"_s, summaries}};
    if (more)
        answer.insert(u"NextToken"_s, names.last());
    return answer;
}

QJsonObject KinesisApi::summaryOf(const StreamInfo &stream)
{
    return {{u"StreamName"_s, stream.name}, {u"StreamARN"_s, arnOf(stream.name)}, {u"StreamStatus"_s, u"ACTIVE"_s}, {u"StreamModeDetails"_s, QJsonObject{{u"StreamMode"_s, stream.onDemand ? u"ON_DEMAND"_s : u"PROVISIONED"_s}}},
            {u"RetentionPeriodHours"_s, stream.retentionHours}, {u"StreamCreationTimestamp"_s, seconds(stream.createdMs)}, {u"EnhancedMonitoring"_s, QJsonArray{QJsonObject{{u"ShardLevelMetrics"_s, QJsonArray()}}}}, {u"EncryptionType"_s, u"NONE"_s},
            {u"OpenShardCount"_s, stream.shards}, {u"ConsumerCount"_s, 0}};
}

KinesisApi::Answer KinesisApi::listShards(const StreamInfo &stream, const QJsonObject &input)
{
    constexpr qsizetype MostAtOnce = 1000;
    constexpr qsizetype MostAsked = 10'000;
    if (const auto error = Constraints().range(u"maxResults"_s, input.value("MaxResults"_L1), 1, MostAsked).error("ValidationException"))
        return tl::unexpected(*error);
    const QString token = input.value("NextToken"_L1).toString();
    const auto page = pageOf(shardsOf(stream, input), input.value("MaxResults"_L1).toInteger(MostAtOnce), token.section(u':', 1));
    if (!page)
        return refused("ExpiredNextTokenException", u"The specified NextToken is invalid or has expired."_s);
    QJsonObject answer{{u"Shards"_s, page->items}};
    if (!page->next.isEmpty())
        answer.insert(u"NextToken"_s, QString(stream.name + u':' + page->next));
    return answer;
}

QJsonArray KinesisApi::shardsOf(const StreamInfo &stream, const QJsonObject &input)
{
    const QString after = input.value("ExclusiveStartShardId"_L1).toString();
    QJsonArray shards;
    for (int shard = 0; shard < stream.shards; ++shard) {
        const QString id = sources::shardId(shard);
        const sources::HashRange range = sources::hashRange(shard, stream.shards);
        if (id > after)
            shards.append(QJsonObject{{u"ShardId"_s, id}, {u"HashKeyRange"_s, QJsonObject{{u"StartingHashKey"_s, range.first}, {u"EndingHashKey"_s, range.last}}}, {u"SequenceNumberRange"_s, QJsonObject{{u"StartingSequenceNumber"_s, sources::sequenceNumber(0)}}}});
    }
    return shards;
}

namespace {

/// nullopt where the data is no base64.
[[nodiscard]] std::optional<sources::NewRecord> recordOf(const QJsonObject &input)
{
    const auto data = QByteArray::fromBase64Encoding(input.value("Data"_L1).toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!data || !input.value("Data"_L1).isString())
        return std::nullopt;
    return sources::NewRecord{input.value("PartitionKey"_L1).toString(), *data, input.value("ExplicitHashKey"_L1).toString()};
}

} // namespace

KinesisApi::Answer KinesisApi::putRecord(const StreamInfo &stream, const QJsonObject &input)
{
    const auto record = recordOf(input);
    if (!record)
        return refused("SerializationException", Core::tr("Data has to be given in base64."));
    const auto put = m_streams.put(stream, {*record});
    if (!put)
        return refused(put.error());
    return QJsonObject{{u"ShardId"_s, sources::shardId(put->first().shard)}, {u"SequenceNumber"_s, sources::sequenceNumber(put->first().number)}, {u"EncryptionType"_s, u"NONE"_s}};
}

KinesisApi::Answer KinesisApi::putRecords(const StreamInfo &stream, const QJsonObject &input)
{
    const QJsonArray given = input.value("Records"_L1).toArray();
    if (given.isEmpty() || given.size() > MaxPutRecords)
        return refused("ValidationException", u"1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length from 1 to %1"_s.arg(MaxPutRecords));
    QList<sources::NewRecord> records;
    qint64 bytes = 0;
    for (const auto &one : given) {
        const auto record = recordOf(one.toObject());
        if (!record)
            return refused("SerializationException", Core::tr("Data has to be given in base64."));
        bytes += record->data.size() + record->partitionKey.toUtf8().size();
        records << *record;
    }
    if (bytes > MaxPutBytes)
        return refused("InvalidArgumentException", u"Records size exceeds 5 MB limit"_s);
    const auto put = m_streams.put(stream, records);
    if (!put)
        return refused(put.error());
    QJsonArray results;
    for (const StreamRecord &record : *put)
        results.append(QJsonObject{{u"ShardId"_s, sources::shardId(record.shard)}, {u"SequenceNumber"_s, sources::sequenceNumber(record.number)}});
    return QJsonObject{{u"FailedRecordCount"_s, 0}, {u"Records"_s, results}, {u"EncryptionType"_s, u"NONE"_s}};
}

KinesisApi::Answer KinesisApi::shardIterator(const StreamInfo &stream, const QJsonObject &input)
{
    const QString id = input.value("ShardId"_L1).toString();
    const auto shard = sources::shardOf(id);
    if (!shard || *shard >= m_streams.shardCount(stream))
        return refused("ResourceNotFoundException", u"Shard %1 in stream %2 under account %3 does not exist"_s.arg(id, stream.name, LocalAccount));
    const QString type = input.value("ShardIteratorType"_L1).toString();
    Iterator iterator{stream.name, *shard, 0, m_clock.epochMs()};
    if (type == "LATEST"_L1) {
        iterator.after = m_streams.newest(stream, *shard);
    } else if (type == "AT_TIMESTAMP"_L1) {
        iterator.after = m_streams.lastBefore(stream, *shard, qint64(input.value("Timestamp"_L1).toDouble() * 1000));
    } else if (type == "AT_SEQUENCE_NUMBER"_L1 || type == "AFTER_SEQUENCE_NUMBER"_L1) {
        const QString given = input.value("StartingSequenceNumber"_L1).toString();
        const auto number = sources::numberOf(given);
        if (!number)
            return refused("InvalidArgumentException", u"StartingSequenceNumber %1 used in GetShardIterator on shard %2 in stream %3 under account %4 is invalid."_s.arg(given, id, stream.name, LocalAccount));
        iterator.after = *number - (type == "AT_SEQUENCE_NUMBER"_L1 ? 1 : 0);
    } else if (type != "TRIM_HORIZON"_L1) {
        return refused("ValidationException", u"1 validation error detected: Value '%1' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"_s.arg(type));
    }
    return QJsonObject{{u"ShardIterator"_s, iterator.text()}};
}

KinesisApi::Answer KinesisApi::getRecords(const QJsonObject &input)
{
    auto iterator = Iterator::parse(input.value("ShardIterator"_L1).toString());
    if (!iterator)
        return refused("InvalidArgumentException", u"Invalid ShardIterator."_s);
    const qint64 now = m_clock.epochMs();
    if (now - iterator->issuedMs > IteratorLifeMs)
        return refused("ExpiredIteratorException", u"Iterator expired. The iterator was created at time %1 while right now it is %2 which is further in the future than the tolerated delay of %3 milliseconds."_s.arg(iterator->issuedMs).arg(now).arg(IteratorLifeMs));
    const int most = input.value("Limit"_L1).toInt(MaxGetRecords);
    if (most < 1 || most > MaxGetRecords)
        return refused("ValidationException", u"1 validation error detected: Value '%1' at 'limit' failed to satisfy constraint: Member must have value between 1 and %2"_s.arg(most).arg(MaxGetRecords));
    const auto stream = m_streams.find(iterator->stream);
    if (!stream)
        return refused(stream.error());
    const QList<StreamRecord> found = m_streams.read(*stream, {iterator->shard, iterator->after}, most);
    QJsonArray records;
    for (const StreamRecord &record : found)
        records.append(QJsonObject{{u"SequenceNumber"_s, sources::sequenceNumber(record.number)}, {u"ApproximateArrivalTimestamp"_s, seconds(record.arrivedMs)}, {u"Data"_s, QString::fromLatin1(record.data.toBase64())}, {u"PartitionKey"_s, record.partitionKey}});
    if (!found.isEmpty())
        iterator->after = found.last().number;
    iterator->issuedMs = now;
    const QList<StreamRecord> next = m_streams.read(*stream, {iterator->shard, iterator->after}, 1);
    return QJsonObject{{u"Records"_s, records}, {u"NextShardIterator"_s, iterator->text()}, {u"MillisBehindLatest"_s, next.isEmpty() ? 0 : double(std::max<qint64>(0, now - next.first().arrivedMs))}};
}

KinesisApi::Answer KinesisApi::changeRetention(StreamInfo stream, const QByteArray &action, const QJsonObject &input)
{
    const int hours = input.value("RetentionPeriodHours"_L1).toInt();
    const bool increases = action.startsWith("Increase");
    if (increases ? hours < stream.retentionHours : hours > stream.retentionHours)
        return refused("InvalidArgumentException", u"Requested retention period (%1 hours) for stream %2 can not be %3 than existing retention period (%4 hours)."_s.arg(hours).arg(stream.name, increases ? u"shorter"_s : u"longer"_s).arg(stream.retentionHours));
    stream.retentionHours = hours;
    const auto updated = m_streams.update(stream);
    if (!updated)
        return refused(updated.error());
    return QJsonObject();
}

KinesisApi::Answer KinesisApi::changeTags(StreamInfo stream, const QByteArray &action, const QJsonObject &input)
{
    if (action == "ListTagsForStream") {
        QJsonArray tags;
        for (auto it = stream.tags.begin(); it != stream.tags.end(); ++it)
            tags.append(QJsonObject{{u"Key"_s, it.key()}, {u"Value"_s, it.value()}});
        return QJsonObject{{u"Tags"_s, tags}, {u"HasMoreTags"_s, false}};
    }
    stream.tags.insert(sources::textMap(input.value("Tags"_L1).toObject()));
    const QJsonArray removed = input.value("TagKeys"_L1).toArray();
    for (const auto &key : removed)
        stream.tags.remove(key.toString());
    const auto updated = m_streams.update(stream);
    if (!updated)
        return refused(updated.error());
    return QJsonObject();
}

} // namespace eph::cloud
