// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/queuepoller.h"

#include "core/base/text.h"
#include "core/runtime/lineage.h"
#include "core/sources/messageattributes.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>
#include <limits>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using sources::QueueInfo;
using sources::QueueMessage;

namespace {

constexpr qint64 MaxPayloadBytes = 6LL * 1024 * 1024;
constexpr qint64 RecordOverhead = 1024; ///< What a record holds beside its body, about.
constexpr int FirstBatches = 5;
/// 60 a minute, the slower of the two rates that the service has named.
constexpr qint64 ScaleEveryMs = 1000;
/// While nothing can be called.
constexpr std::chrono::milliseconds LookAgain{1000};
/// In one go, so that messages which no filter wants hold nobody up.
constexpr int MostReceives = 50;

/// Filters look into a body that is a JSON object.
[[nodiscard]] QJsonObject filterable(QJsonObject record)
{
    const QJsonDocument body = QJsonDocument::fromJson(record.value("body"_L1).toString().toUtf8());
    if (body.isObject())
        record.insert(u"body"_s, body.object());
    return record;
}

[[nodiscard]] qint64 sizeOf(const QueueMessage &message)
{
    return message.body.size() + sources::attributesSize(message.attributes) + RecordOverhead;
}

} // namespace

QueuePoller::QueuePoller(EventSourceMapping mapping, sources::QueueStore &queues, runtime::Pool &pool, FunctionCatalogue &catalogue, const sys::Clock &clock)
    : SourcePoller(std::move(mapping))
    , m_queues(queues)
    , m_pool(pool)
    , m_catalogue(catalogue)
    , m_clock(clock)
    , m_most(std::min(FirstBatches, m_mapping.maxConcurrency))
{
    m_region = m_catalogue.region();
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &QueuePoller::look);
    connect(&m_queues, &sources::QueueStore::arrived, this, [this](const QString &name) {
        if (name == m_mapping.source)
            look();
    }, Qt::QueuedConnection);
}

MappingState QueuePoller::state() const
{
    MappingState state = m_state;
    state.running = m_running;
    if (state.problem.isEmpty())
        state.problem = m_callProblem.isEmpty() ? m_writeProblem : m_callProblem;
    return state;
}

void QueuePoller::look()
{
    if (!m_mapping.enabled || !m_mapping.problem.isEmpty())
        return;
    const auto queue = m_queues.find(m_mapping.source);
    m_state.problem = queue ? QString() : Core::tr("There is no queue “%1”.").arg(m_mapping.source);
    const auto callee = m_catalogue.requestForEvent(m_mapping.function);
    if (!callee)
        m_state.problem = callee.error().message;
    // While nothing can be called, messages stay where they are: each try would count.
    if (!queue || !callee || m_pool.isHalted())
        return m_timer.start(LookAgain);
    const qint64 since = m_clock.epochMs();
    if (const qint64 pause = m_pausedUntilMs - since; pause > 0)
        return m_timer.start(std::chrono::milliseconds(pause));
    scale(*queue);
    while (m_running < m_most) {
        gather(*queue);
        const bool waits = m_mapping.windowSeconds > 0 && !isFull() && m_clock.epochMs() < m_windowEndMs;
        if (m_gathered.isEmpty() || waits)
            break;
        if (!call(*queue, *callee, takeBatch()))
            return m_timer.start(LookAgain);
    }
    waitForNext(*queue, since);
}

void QueuePoller::stop()
{
    SourcePoller::stop();
    m_timer.stop();
    QStringList receipts;
    for (const QueueMessage &message : std::exchange(m_gathered, {}))
        receipts << message.receipt;
    const auto queue = m_queues.find(m_mapping.source);
    if (queue && !receipts.isEmpty())
        wrote(m_queues.release(*queue, receipts));
}

bool QueuePoller::isFull() const
{
    return m_gathered.size() >= m_mapping.batchSize || m_gatheredBytes >= MaxPayloadBytes;
}

void QueuePoller::gather(const QueueInfo &queue)
{
    // What waits for its batch to fill must not come into sight meanwhile.
    const int visibility = queue.settings.visibilitySeconds + m_mapping.windowSeconds;
    bool again = false;
    int receives = 0;
    for (; receives < MostReceives && !isFull() && !again; ++receives) {
        const auto received = m_queues.receive(queue, m_mapping.batchSize - int(m_gathered.size()), visibility);
        wrote(received.map([](const Messages &) {}));
        if (!received || received->isEmpty())
            break;
        QStringList unwanted;
        for (const QueueMessage &message : *received) {
            if (!m_mapping.filters.isEmpty() && !m_mapping.takes(filterable(recordOf(message)))) {
                unwanted << message.receipt;
                continue;
            }
            // It is in hand already where nothing hides it; its newest receipt is the one that counts.
            const auto held = std::find_if(m_gathered.begin(), m_gathered.end(), [&](const QueueMessage &other) { return other.number == message.number; });
            if (held != m_gathered.end()) {
                *held = message;
                again = true;
                continue;
            }
            if (m_gathered.isEmpty())
                m_windowEndMs = m_clock.epochMs() + m_mapping.windowSeconds * 1000LL;
            m_gathered << message;
            m_gatheredBytes += sizeOf(message);
        }
        m_state.filtered += unwanted.size();
        drop(queue, unwanted);
        // A group of a FIFO queue has one batch at a time.
        if (queue.settings.fifo)
            break;
    }
    m_more = receives == MostReceives;
}

QueuePoller::Messages QueuePoller::takeBatch()
{
    Messages batch;
    qint64 bytes = 0;
    while (!m_gathered.isEmpty() && batch.size() < m_mapping.batchSize) {
        const qint64 size = sizeOf(m_gathered.first());
        if (!batch.isEmpty() && bytes + size > MaxPayloadBytes)
            break;
        bytes += size;
        batch << m_gathered.takeFirst();
    }
    m_gatheredBytes -= bytes;
    return batch;
}

void QueuePoller::drop(const QueueInfo &queue, const QStringList &receipts)
{
    if (receipts.isEmpty())
        return;
    wrote(m_queues.acknowledge(queue, receipts));
}

QJsonObject QueuePoller::recordOf(const QueueMessage &message) const
{
    QJsonObject attributes{{u"ApproximateReceiveCount"_s, QString::number(message.receives)}, {u"SentTimestamp"_s, QString::number(message.sentMs)}, {u"SenderId"_s, u"AROAEPHEMERALOCAL000:ephemera"_s},
                           {u"ApproximateFirstReceiveTimestamp"_s, QString::number(message.firstReceivedMs)}};
    if (!message.traceHeader.isEmpty())
        attributes.insert(u"AWSTraceHeader"_s, message.traceHeader);
    if (!message.deadLetterSource.isEmpty())
        attributes.insert(u"DeadLetterQueueSourceArn"_s, sources::queueArn(m_region, message.deadLetterSource));
    if (!message.groupId.isEmpty())
        attributes.insert(u"MessageGroupId"_s, message.groupId);
    if (!message.deduplicationId.isEmpty()) {
        attributes.insert(u"SequenceNumber"_s, message.sequenceNumber());
        attributes.insert(u"MessageDeduplicationId"_s, message.deduplicationId);
    }
    QJsonObject messageAttributes;
    for (auto it = message.attributes.begin(); it != message.attributes.end(); ++it) {
        const QJsonObject given = it.value().toObject();
        QJsonObject made{{u"stringListValues"_s, QJsonArray()}, {u"binaryListValues"_s, QJsonArray()}, {u"dataType"_s, given.value("DataType"_L1)}};
        if (given.contains("BinaryValue"_L1))
            made.insert(u"binaryValue"_s, given.value("BinaryValue"_L1));
        else
            made.insert(u"stringValue"_s, given.value("StringValue"_L1));
        messageAttributes.insert(it.key(), made);
    }
    QJsonObject record{{u"messageId"_s, message.id}, {u"receiptHandle"_s, message.receipt}, {u"body"_s, QString::fromUtf8(message.body)}, {u"attributes"_s, attributes}, {u"messageAttributes"_s, messageAttributes},
                       {u"md5OfBody"_s, QString::fromLatin1(QCryptographicHash::hash(message.body, QCryptographicHash::Md5).toHex())}, {u"eventSource"_s, u"aws:sqs"_s}, {u"eventSourceARN"_s, sources::queueArn(m_region, m_mapping.source)}, {u"awsRegion"_s, m_region}};
    if (!message.attributes.isEmpty())
        record.insert(u"md5OfMessageAttributes"_s, sources::attributesMd5(message.attributes));
    return record;
}

bool QueuePoller::call(const QueueInfo &queue, const runtime::InvokeRequest &callee, const Messages &batch)
{
    QJsonArray records;
    for (const QueueMessage &message : batch)
        records.append(recordOf(message));
    ++m_running;
    ++m_state.batches;
    m_state.records += batch.size();
    runtime::InvokeRequest request = callee;
    // A batch belongs to the shortest chain of its messages: only what is a loop in all of it is stopped.
    QByteArray trace;
    int shortest = std::numeric_limits<int>::max();
    for (const QueueMessage &message : batch) {
        const QByteArray sender = message.traceHeader.toLatin1();
        if (const int earlier = runtime::descend({}, sender, callee.config.name).earlier; earlier < shortest) {
            shortest = earlier;
            trace = sender;
        }
        if (shortest == 0)
            break;
    }
    request.origin = {runtime::OriginKind::Queue, m_mapping.source, trace};
    request.payload = QJsonDocument(QJsonObject{{u"Records"_s, records}}).toJson(QJsonDocument::Compact);
    const auto begun = m_pool.invoke(std::move(request),
                                     [self = QPointer(this), queue, batch](const runtime::Invocation &invocation) {
                                         if (self)
                                             self->ended(queue, batch, invocation);
                                     });
    m_callProblem = begun ? QString() : begun.error().message;
    if (begun)
        return true;
    --m_running;
    // What is put back arrives at once.
    m_pausedUntilMs = m_clock.epochMs() + LookAgain.count();
    QStringList receipts;
    for (const QueueMessage &message : batch)
        receipts << message.receipt;
    wrote(m_queues.release(queue, receipts));
    return false;
}

void QueuePoller::ended(const QueueInfo &queue, const Messages &batch, const runtime::Invocation &invocation)
{
    --m_running;
    if (invocation.outcome == runtime::Outcome::Throttled) {
        m_most = std::max(1, m_most / 2);
        m_pausedUntilMs = m_clock.epochMs() + ScaleEveryMs;
    }
    QStringList ids;
    for (const QueueMessage &message : batch)
        ids << message.id;
    std::optional<QSet<QString>> failed;
    if (invocation.outcome == runtime::Outcome::Answered)
        failed = m_mapping.reportsFailures ? failedItems(invocation.payload, ids) : QSet<QString>();
    m_state.lastResult = failed ? u"OK"_s : u"PROBLEM: Function call failed"_s;
    if (!failed) {
        m_state.failed += batch.size();
    } else {
        QStringList done;
        for (const QueueMessage &message : batch) {
            if (!failed->contains(message.id))
                done << message.receipt;
        }
        m_state.failed += failed->size();
        drop(queue, done);
    }
    look();
}

/// One more batch at once each second while all are busy and more waits; back to the first few when nothing does.
void QueuePoller::scale(const QueueInfo &queue)
{
    const qint64 now = m_clock.epochMs();
    if (m_running == 0)
        m_most = std::min(FirstBatches, m_mapping.maxConcurrency);
    if (m_running < m_most || m_most >= m_mapping.maxConcurrency || now - m_scaledMs < ScaleEveryMs)
        return;
    m_scaledMs = now;
    if (m_queues.hasVisible(queue))
        ++m_most;
}

void QueuePoller::waitForNext(const QueueInfo &queue, qint64 sinceMs)
{
    const qint64 now = m_clock.epochMs();
    qint64 next = m_queues.nextVisibleMs(queue, sinceMs);
    if (!m_writeProblem.isEmpty())
        next = now + ScaleEveryMs;
    if (!m_gathered.isEmpty() && m_running < m_most)
        next = next == 0 ? m_windowEndMs : std::min(next, m_windowEndMs);
    if (m_running >= m_most)
        next = now + ScaleEveryMs;
    else if (m_more)
        next = now + 1;
    if (next == 0)
        m_timer.stop();
    else
        m_timer.start(std::chrono::milliseconds(std::clamp<qint64>(next - now, 1, 60'000)));
}

} // namespace eph::cloud
