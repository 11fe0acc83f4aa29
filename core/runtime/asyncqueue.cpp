// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/asyncqueue.h"

#include "core/base/jsontext.h"
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

} // namespace

AsyncQueue::AsyncQueue(Pool &pool, const sys::Clock &clock, Delays delays, QObject *parent)
    : QObject(parent)
    , m_pool(pool)
    , m_clock(clock)
    , m_delays(delays)
{
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
    ++m_active;
    QTimer::singleShot(0, this, [this, event, generation = m_generation] {
        if (generation == m_generation)
            run(event);
    });
    return true;
}

void AsyncQueue::clear()
{
    ++m_generation;
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
    ++m_waiting;
    QTimer::singleShot(delay, this, [this, event, generation = m_generation] {
        if (generation != m_generation)
            return;
        --m_waiting;
        ++m_active;
        run(event);
    });
    leave();
}

void AsyncQueue::run(const EventPtr &event)
{
    const auto age = std::chrono::milliseconds(m_clock.epochMs() - event->acceptedMs);
    if (age > event->request.async.maxAge)
        return finish(event, "EventAgeExceeded", {});
    const auto begun = m_pool.invoke(event->request, [self = QPointer(this), event, generation = m_generation](const Invocation &invocation) {
        if (self && generation == self->m_generation)
            self->ended(event, invocation);
    });
    if (!begun)
        ended(event, couldNotRun(begun.error(), event->request.requestId));
}

void AsyncQueue::ended(const EventPtr &event, const Invocation &invocation)
{
    if (invocation.outcome == Outcome::Answered)
        return finish(event, "Success", invocation);
    if (invocation.outcome == Outcome::Throttled) {
        if (event->request.config.reservedConcurrency == 0)
            return finish(event, "ZeroReservedConcurrency", invocation);
        const int doublings = std::min(event->throttles++, 20);
        return tryAgain(event, std::min<std::chrono::milliseconds>(m_delays.throttleFirst * (1 << doublings), m_delays.throttleLongest));
    }
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
    leave();
}

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
    onDelivery({target, event->request.config, record + '}', {}, event->request.traceId});
}

void AsyncQueue::deliverDeadLetter(const EventPtr &event, const Invocation &invocation)
{
    if (!onDelivery)
        return;
    constexpr qsizetype MaxMessage = 1024;
    const QString message = QJsonDocument::fromJson(invocation.payload).object().value("errorMessage"_L1).toString();
    onDelivery({event->request.async.deadLetter, event->request.config, event->request.payload,
                {{"RequestID", event->request.requestId}, {"ErrorCode", "200"}, {"ErrorMessage", message.toUtf8().left(MaxMessage)}},
                event->request.traceId});
}

} // namespace eph::runtime
