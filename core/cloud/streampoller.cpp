// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/streampoller.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/tablechange.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <limits>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using sources::StreamInfo;
using sources::StreamRecord;

namespace {

[[nodiscard]] QString isoOf(qint64 epochMs)
{
    return QDateTime::fromMSecsSinceEpoch(epochMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

} // namespace

StreamPoller::StreamPoller(EventSourceMapping mapping, sources::StreamStore &streams, runtime::Pool &pool, FunctionCatalogue &catalogue, const sys::Clock &clock, std::chrono::milliseconds retryAfter, GiveUp giveUp)
    : SourcePoller(std::move(mapping))
    , m_streams(streams)
    , m_pool(pool)
    , m_catalogue(catalogue)
    , m_clock(clock)
    , m_retryAfter(retryAfter)
    , m_giveUp(std::move(giveUp))
{
    m_region = m_catalogue.region();
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &StreamPoller::look);
    connect(&m_streams, &sources::StreamStore::arrived, this, [this](const QString &name) {
        if (name == streamName())
            look();
    }, Qt::QueuedConnection);
}

StreamPoller::~StreamPoller() = default;

QString StreamPoller::streamName() const
{
    return m_mapping.kind == EventSourceMapping::Kind::TableStream ? QString("table/"_L1 + m_mapping.source) : m_mapping.source;
}

QString StreamPoller::sourceArn() const
{
    return m_mapping.kind == EventSourceMapping::Kind::TableStream ? u"arn:aws:dynamodb:%1:%2:table/%3/stream/2026-01-01T00:00:00.000"_s.arg(m_region, LocalAccount, m_mapping.source)
                                                                   : u"arn:aws:kinesis:%1:%2:stream/%3"_s.arg(m_region, LocalAccount, m_mapping.source);
}

MappingState StreamPoller::state() const
{
    MappingState state = m_state;
    for (const auto &reader : m_readers)
        state.running += reader->running;
    if (state.problem.isEmpty())
        state.problem = m_writeProblem;
    return state;
}

void StreamPoller::look()
{
    if (!m_mapping.enabled || !m_mapping.problem.isEmpty())
        return;
    const auto stream = m_streams.find(streamName());
    m_state.problem = stream ? QString() : Core::tr("There is no stream “%1”.").arg(streamName());
    const auto callee = m_catalogue.requestForEvent(m_mapping.function);
    if (!callee)
        m_state.problem = callee.error().message;
    if (!stream || !callee || m_pool.isHalted())
        return m_timer.start(std::chrono::seconds(1));
    openShards(*stream);
    const qint64 since = m_clock.epochMs();
    for (const auto &reader : m_readers)
        work(*stream, *callee, *reader);
    waitForNext(since);
}

/// Readers for shards that have none. What a restart finds is where the readers before it were.
void StreamPoller::openShards(const StreamInfo &stream)
{
    // Shards that are closed by now are read to their end.
    const bool later = m_streams.hasPosition(m_mapping.id, stream);
    for (int shard = 0; shard < m_streams.shardCount(stream); ++shard) {
        if (std::any_of(m_readers.begin(), m_readers.end(), [shard](const auto &reader) { return reader->shard == shard; }))
            continue;
        QList<qint64> afters;
        for (int lane = 0; lane < m_mapping.parallelization; ++lane)
            afters << m_streams.position(m_mapping.id, stream, shard, {lane, m_mapping.parallelization}).value_or(later ? 0 : startOf(stream, shard));
        wrote(m_streams.setPositions(m_mapping.id, stream, shard, afters));
        for (int lane = 0; lane < m_mapping.parallelization; ++lane) {
            auto reader = std::make_unique<Reader>();
            reader->shard = shard;
            reader->lane = {lane, m_mapping.parallelization};
            reader->after = reader->read = afters.at(lane);
            if (m_mapping.tumblingSeconds > 0)
                reader->tumbling = m_streams.openWindow(m_mapping.id, stream, shard, reader->lane);
            m_readers.push_back(std::move(reader));
        }
    }
}

qint64 StreamPoller::startOf(const StreamInfo &stream, int shard)
{
    if (m_mapping.startingPosition == "LATEST"_L1)
        return m_streams.newest(stream, shard);
    return m_mapping.startingPosition == "AT_TIMESTAMP"_L1 ? m_streams.lastBefore(stream, shard, m_mapping.startingEpochMs) : 0;
}

void StreamPoller::work(const StreamInfo &stream, const runtime::InvokeRequest &callee, Reader &reader)
{
    if (reader.running || m_clock.epochMs() < reader.pausedUntilMs)
        return;
    dropOld(stream, reader);
    if (reader.call == WindowCall::Within && reader.parts.isEmpty() && !fill(stream, reader))
        return;
    call(stream, callee, reader);
}

bool StreamPoller::fill(const StreamInfo &stream, Reader &reader)
{
    // What no filter wants is done with at once, and what comes after it may be wanted.
    constexpr int MostRounds = 50;
    for (int round = 0; round < MostRounds; ++round) {
        Records found = m_streams.read(stream, {reader.shard, reader.read}, m_mapping.batchSize, reader.lane);
        Records wanted;
        bool isCut = false;
        for (qsizetype i = 0; i < found.size() && !isCut; ++i) {
            if (!wants(found.at(i)))
                continue;
            isCut = !isInWindow(reader, found.at(i));
            isCut ? found.resize(i) : wanted.append(found.at(i));
        }
        if (found.isEmpty()) {
            if (!isCut && m_clock.epochMs() < tumblingEndMs(reader))
                return false;
            reader.call = WindowCall::Last;
            return true;
        }
        if (wanted.isEmpty()) {
            m_state.filtered += found.size();
            settle(stream, reader, found.last().number);
            continue;
        }
        const qint64 now = m_clock.epochMs();
        if (reader.windowEndMs == 0)
            reader.windowEndMs = std::min(now + m_mapping.windowSeconds * 1000LL, tumblingEndMs(reader));
        if (found.size() < m_mapping.batchSize && !isCut && now < reader.windowEndMs)
            return false;
        reader.windowEndMs = 0;
        reader.read = found.last().number;
        m_state.filtered += found.size() - wanted.size();
        reader.parts << Part{wanted, 0};
        dropOld(stream, reader);
        if (!reader.parts.isEmpty())
            return true;
    }
    // More to be skipped: others may have their turn first.
    reader.pausedUntilMs = m_clock.epochMs() + 1;
    return false;
}

bool StreamPoller::isInWindow(Reader &reader, const StreamRecord &record) const
{
    if (m_mapping.tumblingSeconds == 0)
        return true;
    const qint64 start = windowStart(record.arrivedMs, m_mapping.tumblingSeconds);
    if (!reader.tumbling)
        reader.tumbling = sources::OpenWindow{start};
    // A clock that was set back opens no window that is over.
    return start <= reader.tumbling->startMs;
}

/// Never without an open window.
qint64 StreamPoller::tumblingEndMs(const Reader &reader) const
{
    return reader.tumbling ? reader.tumbling->startMs + m_mapping.tumblingSeconds * 1000LL : std::numeric_limits<qint64>::max();
}

/// Takes records away that are older than the mapping wants them.
void StreamPoller::dropOld(const StreamInfo &stream, Reader &reader)
{
    if (m_mapping.maxAgeSeconds < 0)
        return;
    const qint64 oldest = m_clock.epochMs() - m_mapping.maxAgeSeconds * 1000LL;
    while (!reader.parts.isEmpty() && reader.parts.first().records.first().arrivedMs < oldest) {
        Part &part = reader.parts.first();
        Part old{{}, part.attempts};
        while (!part.records.isEmpty() && part.records.first().arrivedMs < oldest)
            old.records << part.records.takeFirst();
        if (part.records.isEmpty())
            reader.parts.removeFirst();
        giveUp(stream, reader, old, u"RecordAgeExceeded"_s, {}, runtime::newRequestId());
    }
}

bool StreamPoller::wants(const StreamRecord &record) const
{
    if (m_mapping.filters.isEmpty())
        return true;
    QJsonObject filtered = recordOf(record);
    // Filters of a stream look into data that is a JSON object; those of a table's stream at its images.
    if (m_mapping.kind == EventSourceMapping::Kind::Stream) {
        const QJsonDocument data = QJsonDocument::fromJson(record.data);
        filtered.insert(u"data"_s, data.isObject() ? QJsonValue(data.object()) : QJsonValue(QString::fromUtf8(record.data)));
        filtered.insert(u"partitionKey"_s, record.partitionKey);
    }
    return m_mapping.takes(filtered);
}

QJsonObject StreamPoller::recordOf(const StreamRecord &record) const
{
    const QString number = sources::sequenceNumber(record.number);
    if (m_mapping.kind == EventSourceMapping::Kind::TableStream) {
        QJsonObject change = QJsonDocument::fromJson(record.data).object();
        QJsonObject image = streamedChange(change.value("dynamodb"_L1).toObject(), m_mapping.streamView);
        image.insert(u"SequenceNumber"_s, number);
        image.insert(u"ApproximateCreationDateTime"_s, double(record.arrivedMs / 1000));
        change.insert(u"dynamodb"_s, image);
        change.insert(u"eventID"_s, u"%1"_s.arg(record.number, 32, 16, QChar(u'0')));
        change.insert(u"eventVersion"_s, u"1.1"_s);
        change.insert(u"eventSource"_s, u"aws:dynamodb"_s);
        change.insert(u"awsRegion"_s, m_region);
        change.insert(u"eventSourceARN"_s, sourceArn());
        return change;
    }
    const QJsonObject kinesis{{u"kinesisSchemaVersion"_s, u"1.0"_s}, {u"partitionKey"_s, record.partitionKey}, {u"sequenceNumber"_s, number}, {u"data"_s, QString::fromLatin1(record.data.toBase64())}, {u"approximateArrivalTimestamp"_s, double(record.arrivedMs) / 1000}};
    return {{u"kinesis"_s, kinesis}, {u"eventSource"_s, u"aws:kinesis"_s}, {u"eventVersion"_s, u"1.0"_s}, {u"eventID"_s, QString(sources::shardId(record.shard) + u':' + number)}, {u"eventName"_s, u"aws:kinesis:record"_s},
            {u"invokeIdentityArn"_s, u"arn:aws:iam::%1:role/%2"_s.arg(LocalAccount, m_mapping.function)}, {u"awsRegion"_s, m_region}, {u"eventSourceARN"_s, sourceArn()}};
}

void StreamPoller::call(const StreamInfo &stream, const runtime::InvokeRequest &callee, Reader &reader)
{
    QJsonArray records;
    const Records none;
    for (const StreamRecord &record : reader.call == WindowCall::Within ? std::as_const(reader.parts.first().records) : none)
        records.append(recordOf(record));
    QJsonObject event;
    if (reader.tumbling) {
        event = windowFields(*reader.tumbling, m_mapping.tumblingSeconds, reader.call);
        event.insert(u"shardId"_s, sources::shardId(reader.shard));
        event.insert(u"eventSourceARN"_s, sourceArn());
    }
    event.insert(u"Records"_s, records);
    reader.running = true;
    ++m_state.batches;
    m_state.records += records.size();
    runtime::InvokeRequest request = callee;
    request.origin = {runtime::OriginKind::Stream, m_mapping.source};
    request.payload = QJsonDocument(event).toJson(QJsonDocument::Compact);
    const auto begun = m_pool.invoke(std::move(request),
                                     [self = QPointer(this), stream, reader = &reader](const runtime::Invocation &invocation) {
                                         if (self)
                                             self->ended(stream, *reader, invocation);
                                     });
    if (begun)
        return;
    reader.running = false;
    reader.pausedUntilMs = m_clock.epochMs() + m_retryAfter.count();
    m_state.problem = begun.error().message;
}

void StreamPoller::ended(const StreamInfo &stream, Reader &reader, const runtime::Invocation &invocation)
{
    reader.running = false;
    if (reader.call != WindowCall::Within)
        return windowEnded(stream, reader, invocation);
    QStringList ids;
    for (const StreamRecord &record : std::as_const(reader.parts.first().records))
        ids << sources::sequenceNumber(record.number);
    std::optional<QSet<QString>> bad;
    if (invocation.outcome == runtime::Outcome::Answered)
        bad = m_mapping.reportsFailures ? failedItems(invocation.payload, ids) : QSet<QString>();
    if (reader.tumbling && bad) {
        // An answer without a state has failed.
        if (const auto state = stateIn(invocation.payload))
            reader.tumbling->state = *state;
        else
            bad.reset();
        if (reader.tumbling->state.size() > MaxWindowStateBytes)
            reader.call = WindowCall::Early;
    }
    if (bad && bad->isEmpty()) {
        m_state.lastResult = u"OK"_s;
        const Part done = reader.parts.takeFirst();
        settle(stream, reader, reader.parts.isEmpty() ? reader.read : done.records.last().number);
        return look();
    }
    if (bad) {
        // Everything before the lowest one is done.
        Part &part = reader.parts.first();
        qint64 done = 0;
        while (!bad->contains(sources::sequenceNumber(part.records.first().number)))
            done = part.records.takeFirst().number;
        if (done > 0) {
            settle(stream, reader, done);
            // What is left has not been tried by itself.
            part.attempts = 0;
        }
    }
    failed(stream, reader, invocation, bad.has_value());
    look();
}

void StreamPoller::failed(const StreamInfo &stream, Reader &reader, const runtime::Invocation &invocation, bool named)
{
    m_state.lastResult = u"PROBLEM: Function call failed"_s;
    reader.pausedUntilMs = m_clock.epochMs() + m_retryAfter.count();
    // Being throttled is no try.
    if (invocation.outcome == runtime::Outcome::Throttled)
        return;
    Part &part = reader.parts.first();
    m_state.failed += part.records.size();
    if (m_mapping.bisects && !named && part.records.size() > 1) {
        const qsizetype half = part.records.size() / 2;
        const Part second{part.records.mid(half), part.attempts};
        part.records = part.records.mid(0, half);
        reader.parts.insert(1, second);
        return;
    }
    ++part.attempts;
    if (m_mapping.maxRetries < 0 || part.attempts <= m_mapping.maxRetries)
        return;
    const Part spent = reader.parts.takeFirst();
    giveUp(stream, reader, spent, u"RetryAttemptsExhausted"_s, {{u"statusCode"_s, 200}, {u"executedVersion"_s, u"$LATEST"_s}, {u"functionError"_s, u"Unhandled"_s}}, invocation.report.requestId);
}

void StreamPoller::giveUp(const StreamInfo &stream, Reader &reader, const Part &part, const QString &condition, const QJsonObject &response, const QByteArray &requestId)
{
    const bool table = m_mapping.kind == EventSourceMapping::Kind::TableStream;
    if (!m_mapping.onFailure.isEmpty()) {
        const QJsonObject batch{{u"shardId"_s, sources::shardId(reader.shard)}, {u"startSequenceNumber"_s, sources::sequenceNumber(part.records.first().number)}, {u"endSequenceNumber"_s, sources::sequenceNumber(part.records.last().number)},
                                {u"approximateArrivalOfFirstRecord"_s, isoOf(part.records.first().arrivedMs)}, {u"approximateArrivalOfLastRecord"_s, isoOf(part.records.last().arrivedMs)}, {u"batchSize"_s, int(part.records.size())},
                                {u"streamArn"_s, recordOf(part.records.first()).value("eventSourceARN"_L1)}};
        QJsonObject record{{u"requestContext"_s, QJsonObject{{u"requestId"_s, QString::fromLatin1(requestId)}, {u"functionArn"_s, m_catalogue.arnOf(m_mapping.function)}, {u"condition"_s, condition}, {u"approximateInvokeCount"_s, std::max(1, part.attempts)}}},
                           {u"version"_s, u"1.0"_s}, {u"timestamp"_s, isoOf(m_clock.epochMs())}, {table ? u"DDBStreamBatchInfo"_s : u"KinesisBatchInfo"_s, batch}};
        if (!response.isEmpty())
            record.insert(u"responseContext"_s, response);
        m_giveUp(m_mapping.onFailure, QJsonDocument(record).toJson(QJsonDocument::Compact));
    }
    // What comes after it waited long enough.
    reader.pausedUntilMs = 0;
    settle(stream, reader, reader.parts.isEmpty() ? reader.read : part.records.last().number);
}

void StreamPoller::windowEnded(const StreamInfo &stream, Reader &reader, const runtime::Invocation &invocation)
{
    if (invocation.outcome != runtime::Outcome::Answered) {
        // Nothing comes after it until it has gone through.
        m_state.lastResult = u"PROBLEM: Function call failed"_s;
        reader.pausedUntilMs = m_clock.epochMs() + m_retryAfter.count();
        return look();
    }
    m_state.lastResult = u"OK"_s;
    if (reader.call == WindowCall::Early)
        reader.tumbling->state = "{}";
    else
        reader.tumbling.reset();
    reader.call = WindowCall::Within;
    settle(stream, reader, reader.after);
    look();
}

void StreamPoller::settle(const StreamInfo &stream, Reader &reader, qint64 after)
{
    reader.after = after;
    reader.read = std::max(reader.read, after);
    wrote(m_streams.setPosition(m_mapping.id, stream, reader.shard, reader.lane, after, reader.tumbling));
}

void StreamPoller::waitForNext(qint64 sinceMs)
{
    qint64 next = 0;
    const auto take = [&next](qint64 at) { next = next == 0 ? at : std::min(next, at); };
    for (const auto &reader : m_readers) {
        if (reader->running)
            continue;
        if (reader->pausedUntilMs > sinceMs)
            take(reader->pausedUntilMs);
        else if (reader->windowEndMs > 0)
            take(reader->windowEndMs);
        else if (reader->tumbling)
            take(tumblingEndMs(*reader));
    }
    if (next == 0)
        m_timer.stop();
    else
        m_timer.start(std::chrono::milliseconds(std::clamp<qint64>(next - m_clock.epochMs(), 1, 60'000)));
}

} // namespace eph::cloud
