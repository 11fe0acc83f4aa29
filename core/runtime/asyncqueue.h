// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/pool.h"

#include <QList>

namespace eph::runtime {

/// What an asynchronous invocation leaves behind: a record for a destination, or the event itself for a dead-letter queue.
struct Delivery {
    QString target; ///< ARN.
    FunctionConfig from;
    QByteArray body;
    QList<std::pair<QByteArray, QByteArray>> attributes; ///< Of a dead letter.
    QByteArray trace; ///< The X-Amzn-Trace-Id of the invocation.
};

/// Asynchronous invocations: accepted at once, run one beside the other, tried again as the service does, and handed on to
/// their destinations in the end. Lives on the runtime's thread.
/// Source: Lambda developer guide, asynchronous invocation, November 2026.
class AsyncQueue : public QObject
{
    Q_OBJECT
public:
    /// How long it waits between tries.
    struct Delays {
        std::chrono::milliseconds firstRetry{60'000};
        std::chrono::milliseconds secondRetry{120'000};
        std::chrono::milliseconds throttleFirst{1'000}; ///< Doubles up to throttleLongest.
        std::chrono::milliseconds throttleLongest{300'000};
    };
    static constexpr qint64 MaxWaitingBytes = 256LL * 1024 * 1024;

    AsyncQueue(Pool &pool, const sys::Clock &clock, Delays delays, QObject *parent = nullptr);

    /// False when too much waits already.
    [[nodiscard]] bool enqueue(InvokeRequest request);
    /// Forgets what waits for another try; what runs goes on.
    void clear();
    /// How many wait for another try.
    [[nodiscard]] int waiting() const { return m_waiting; }
    /// How many are due or run.
    [[nodiscard]] int active() const { return m_active; }

    std::function<void(Delivery)> onDelivery;

Q_SIGNALS:
    /// Nothing is active any more.
    void settled();

private:
    struct Event {
        InvokeRequest request;
        qint64 acceptedMs = 0;
        int invokes = 0;
        int throttles = 0;
    };
    using EventPtr = std::shared_ptr<Event>;

    void run(const EventPtr &event);
    void tryAgain(const EventPtr &event, std::chrono::milliseconds delay);
    void leave();
    void ended(const EventPtr &event, const Invocation &invocation);
    void finish(const EventPtr &event, const QByteArray &condition, const Invocation &invocation);
    void deliverRecord(const EventPtr &event, const QByteArray &condition, const Invocation &invocation);
    void deliverDeadLetter(const EventPtr &event, const Invocation &invocation);

    Pool &m_pool;
    const sys::Clock &m_clock;
    Delays m_delays;
    int m_waiting = 0;
    int m_active = 0;
    qint64 m_bytes = 0;
    quint64 m_generation = 0; ///< Grows when everything is forgotten.
};

} // namespace eph::runtime
