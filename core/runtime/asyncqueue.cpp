// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/asyncqueue.h"

#include "core/base/jsontext.h"
#include "core/runtime/lineage.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>

namespace eph::runtime {

using namespace Qt::StringLiterals;

namespace {

QByteArray orNull(const QByteArray &json)
{
    return json.isEmpty() ? QByteArray("null") : json;
}

/// As it was invoked: by its name, with a version or an alias or without.
QString functionOf(const InvokeRequest &request)
{
    return request.qualifier.isEmpty() ? request.config.name : QString(request.config.name + u':' + request.qualifier);
}

} // namespace

void Unattended::take(const QByteArray &requestId, const Invocation &invocation)
{
    const auto receiver = running.find(requestId);
    if (receiver == running.end())
        return;
    const std::function<void(const Invocation &)> tell = *receiver;
    running.erase(receiver);
    if (tell)
        tell(invocation);
    else
        ended.insert(requestId, invocation);
}

AsyncQueue::AsyncQueue(Pool &pool, const sys::Clock &clock, Delays delays, sources::AsyncEvents *kept, std::shared_ptr<Unattended> unattended, QObject *parent)
    : QObject(parent)
    , m_pool(pool)
    , m_clock(clock)
    , m_delays(delays)
    , m_kept(kept)
    , m_unattended(std::move(unattended))
{
}

AsyncQueue::~AsyncQueue()
{
    leaveAll();
    // These go on in the pool. Who goes on with their events waits for them.
    for (const EventPtr &event : std::as_const(m_events)) {
        if (event->runs && event->number != 0)
            m_unattended->running.insert(event->request.requestId, {});
    }
}

bool AsyncQueue::enqueue(InvokeRequest request)
{
    if (m_bytes + request.payload.size() > MaxWaitingBytes)
        return false;
    m_bytes += request.payload.size();
    auto event = std::make_shared<Event>();
    event->request = std::move(request);
    event->acceptedMs = m_clock.epochMs();
    // All tries, and what becomes of them, are of one trace.
    if (event->request.traceId.isEmpty())
        event->request.traceId = newTraceId(event->acceptedMs);
    event->dueMs = event->acceptedMs;
    m_events.insert(event);
    if (m_kept && m_kept->areOurs())
        keep(event);
    ++m_active;
    QTimer::singleShot(0, this, [this, event, generation = m_generation] {
        if (generation == m_generation)
            run(event);
    });
    return true;
}

void AsyncQueue::keep(const EventPtr &event)
{
    const InvokeRequest &request = event->request;
    const auto number = m_kept->keep({0, request.requestId, functionOf(request), request.payload, request.clientContext, request.traceId, int(request.origin.kind), request.origin.name,
                                      request.origin.trace, event->acceptedMs, event->dueMs, event->invokes, event->throttles, request.tenantId});
    if (number)
        event->number = *number;
    else
        tell(tl::unexpected(number.error()));
}

void AsyncQueue::tell(const Result<void> &kept) const
{
    if (!kept && onNotKept)
        onNotKept(kept.error());
}

QSet<qint64> AsyncQueue::keptNumbers() const
{
    QSet<qint64> numbers;
    for (const EventPtr &event : m_events) {
        if (event->number != 0)
            numbers.insert(event->number);
    }
    return numbers;
}

void AsyncQueue::leaveAll()
{
    for (const EventPtr &event : std::as_const(m_events)) {
        if (m_kept && event->number == 0)
            keep(event);
    }
}

void AsyncQueue::goOn(const sources::AsyncEvent &left, InvokeRequest callee)
{
    m_bytes += left.payload.size();
    auto event = std::make_shared<Event>();
    event->request = std::move(callee);
    event->request.requestId = left.requestId;
    event->request.payload = left.payload;
    event->request.clientContext = left.clientContext;
    event->request.tenantId = left.tenantId;
    event->request.traceId = left.traceId;
    event->request.origin = {OriginKind(left.originKind), left.originName, left.originTrace};
    event->number = left.number;
    event->acceptedMs = left.acceptedMs;
    event->invokes = left.invokes;
    event->throttles = left.throttles;
    event->dueMs = left.dueMs;
    m_events.insert(event);
    if (m_unattended->running.contains(left.requestId) || m_unattended->ended.contains(left.requestId)) {
        ++m_active;
        event->runs = true;
        const auto take = [self = QPointer(this), event, generation = m_generation](const Invocation &invocation) {
            if (self && generation == self->m_generation)
                self->ended(event, invocation);
        };
        m_unattended->running.insert(left.requestId, take);
        if (m_unattended->ended.contains(left.requestId))
            QTimer::singleShot(0, this, [all = m_unattended, id = left.requestId] { all->take(id, all->ended.take(id)); });
        return;
    }
    // A clock that was put back makes nobody wait longer than a try does.
    const auto longest = std::max({m_delays.firstRetry, m_delays.secondRetry, m_delays.throttleLongest});
    runAfter(event, std::clamp(std::chrono::milliseconds(left.dueMs - m_clock.epochMs()), std::chrono::milliseconds(0), longest));
}

void AsyncQueue::stop()
{
    leaveAll();
    drop();
}

void AsyncQueue::clear()
{
    if (m_kept && m_kept->take())
        tell(m_kept->forgetAll());
    drop();
}

void AsyncQueue::drop()
{
    ++m_generation;
    m_events.clear();
    m_waiting = 0;
    m_bytes = 0;
    if (std::exchange(m_active, 0) > 0)
        Q_EMIT settled();
}

void AsyncQueue::leave()
{
    if (--m_active == 0)
        Q_EMIT settled();
}

void AsyncQueue::tryAgain(const EventPtr &event, std::chrono::milliseconds delay)
{
    event->dueMs = m_clock.epochMs() + delay.count();
    if (event->number != 0) {
        sources::AsyncEvent now;
        now.number = event->number;
        now.dueMs = event->dueMs;
        now.invokes = event->invokes;
        now.throttles = event->throttles;
        tell(m_kept->update(now));
    }
    runAfter(event, delay);
    leave();
}

void AsyncQueue::runAfter(const EventPtr &event, std::chrono::milliseconds delay)
{
    ++m_waiting;
    QTimer::singleShot(delay, this, [this, event, generation = m_generation] {
        if (generation != m_generation)
            return;
        --m_waiting;
        ++m_active;
        run(event);
    });
}

void AsyncQueue::run(const EventPtr &event)
{
    const auto age = std::chrono::milliseconds(m_clock.epochMs() - event->acceptedMs);
    if (age > event->request.async.maxAge)
        return finish(event, "EventAgeExceeded", {});
    // What was saved since the last try is in force.
    if (calleeNow && event->invokes + event->throttles > 0) {
        const auto callee = calleeNow(functionOf(event->request));
        if (!callee && callee.error().code == ErrorCode::NotFound)
            return ended(event, couldNotRun(callee.error(), event->request.requestId));
        if (callee) {
            event->request.config = callee->config;
            event->request.async = callee->async;
        }
    }
    event->runs = true;
    const auto begun = m_pool.invoke(event->request, [self = QPointer(this), event, generation = m_generation, unattended = m_unattended](const Invocation &invocation) {
        if (!self)
            unattended->take(event->request.requestId, invocation);
        else if (generation == self->m_generation)
            self->ended(event, invocation);
    });
    if (!begun)
        ended(event, couldNotRun(begun.error(), event->request.requestId));
}

void AsyncQueue::ended(const EventPtr &event, const Invocation &invocation)
{
    event->runs = false;
    if (invocation.outcome == Outcome::Answered)
        return finish(event, "Success", invocation);
    if (invocation.outcome == Outcome::Throttled) {
        if (event->request.config.reservedConcurrency == 0)
            return finish(event, "ZeroReservedConcurrency", invocation);
        const int doublings = std::min(event->throttles++, 20);
        return tryAgain(event, std::min<std::chrono::milliseconds>(m_delays.throttleFirst * (1 << doublings), m_delays.throttleLongest));
    }
    if (invocation.outcome == Outcome::RecursiveLoop)
        return finish(event, "RecursiveLoop", invocation);
    if (++event->invokes > event->request.async.maxRetries)
        return finish(event, "RetriesExhausted", invocation);
    tryAgain(event, event->invokes == 1 ? m_delays.firstRetry : m_delays.secondRetry);
}

void AsyncQueue::finish(const EventPtr &event, const QByteArray &condition, const Invocation &invocation)
{
    m_bytes -= event->request.payload.size();
    if (condition == "Success")
        ++event->invokes;
    deliverRecord(event, condition, invocation);
    if (condition != "Success" && !event->request.async.deadLetter.isEmpty())
        deliverDeadLetter(event, invocation);
    // Only now: whoever is killed in between delivers again.
    if (event->number != 0)
        tell(m_kept->forget(event->number));
    m_events.remove(event);
    leave();
}

namespace {

/// What a function hands on is behind it in the chain of calls.
[[nodiscard]] QByteArray chainedTrace(const InvokeRequest &request)
{
    return request.traceId.isEmpty() ? QByteArray() : descend(request.traceId, request.origin.trace, request.config.name).trace;
}

} // namespace

void AsyncQueue::deliverRecord(const EventPtr &event, const QByteArray &condition, const Invocation &invocation)
{
    const AsyncPolicy &policy = event->request.async;
    const bool succeeded = condition == "Success";
    const QString &target = succeeded ? policy.onSuccess : policy.onFailure;
    if (target.isEmpty() || !onDelivery)
        return;
    const QByteArray now = QDateTime::fromMSecsSinceEpoch(m_clock.epochMs(), Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
    // By hand: the record's keys come in the service's order, and payloads stay as they were written.
    QByteArray record = R"({"version":"1.0","timestamp":")" + now + R"(","requestContext":{"requestId":")" + event->request.requestId
        + R"(","functionArn":)" + jsonText(event->request.config.arn() + u':' + (event->request.qualifier.isEmpty() ? u"$LATEST"_s : event->request.qualifier)) + R"(,"condition":")" + condition
        + R"(","approximateInvokeCount":)" + QByteArray::number(event->invokes) + R"(},"requestPayload":)" + orNull(event->request.payload);
    // An event that never ran has no response.
    if (event->invokes > 0) {
        record += R"(,"responseContext":{"statusCode":200,"executedVersion":)" + jsonText(event->request.config.version);
        if (!succeeded)
            record += R"(,"functionError":"Unhandled")";
        record += R"(},"responsePayload":)" + orNull(invocation.payload);
    }
    onDelivery({target, event->request.config, record + '}', {}, chainedTrace(event->request)});
}

void AsyncQueue::deliverDeadLetter(const EventPtr &event, const Invocation &invocation)
{
    if (!onDelivery)
        return;
    constexpr qsizetype MaxMessage = 1024;
    const QString message = QJsonDocument::fromJson(invocation.payload).object().value("errorMessage"_L1).toString();
    onDelivery({event->request.async.deadLetter, event->request.config, event->request.payload,
                {{"RequestID", event->request.requestId}, {"ErrorCode", "200"}, {"ErrorMessage", message.toUtf8().left(MaxMessage)}},
                chainedTrace(event->request)});
}

} // namespace eph::runtime
