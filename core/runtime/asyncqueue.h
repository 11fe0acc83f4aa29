// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/pool.h"
#include "core/sources/asyncevents.h"

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
/// their destinations in the end. What is accepted outlives the process, where there is somebody to keep it. Lives on the runtime's
/// thread.
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

    /// `kept` outlives it; without one everything is in memory only.
    AsyncQueue(Pool &pool, const sys::Clock &clock, Delays delays, sources::AsyncEvents *kept = nullptr, QObject *parent = nullptr);

    /// False when too much waits already.
    [[nodiscard]] bool enqueue(InvokeRequest request);
    /// An event that an earlier process has left goes on where it was. `callee` is the function that it names, without an event.
    void goOn(const sources::AsyncEvent &left, InvokeRequest callee);
    /// What waits when the process ends is there for the next one.
    [[nodiscard]] bool keeps() const { return m_kept && m_kept->areOurs(); }
    /// Runs nothing any more; what is kept stays.
    void stop();
    /// Forgets what waits for another try; what runs goes on.
    void clear();
    /// How many wait for another try.
    [[nodiscard]] int waiting() const { return m_waiting; }
    /// How many are due or run.
    [[nodiscard]] int active() const { return m_active; }

    std::function<void(Delivery)> onDelivery;
    /// The function of that name, version or alias as it is now, for another try. What is NotFound has failed; what cannot be told
    /// is as it was.
    std::function<Result<InvokeRequest>(const QString &function)> calleeNow;
    /// Called when an event could not be kept; it is in memory all the same.
    std::function<void(const Error &)> onNotKept;

Q_SIGNALS:
    /// Nothing is active any more.
    void settled();

private:
    struct Event {
        InvokeRequest request;
        qint64 number = 0; ///< As it is kept; 0: it is not.
        qint64 acceptedMs = 0;
        int invokes = 0;
        int throttles = 0;
    };
    using EventPtr = std::shared_ptr<Event>;

    void keep(const EventPtr &event);
    void runAfter(const EventPtr &event, std::chrono::milliseconds delay);
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
    sources::AsyncEvents *m_kept;
    int m_waiting = 0;
    int m_active = 0;
    qint64 m_bytes = 0;
    quint64 m_generation = 0; ///< Grows when everything is forgotten.
};

} // namespace eph::runtime
