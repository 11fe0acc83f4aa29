// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/pool.h"
#include "core/sources/asyncevents.h"

#include <QHash>
#include <QList>
#include <QSet>

namespace eph::runtime {

/// What an asynchronous invocation leaves behind: a record for a destination, or the event itself for a dead-letter queue.
struct Delivery {
    QString target; ///< ARN.
    FunctionConfig from;
    QByteArray body;
    QList<std::pair<QByteArray, QByteArray>> attributes; ///< Of a dead letter.
    QByteArray trace; ///< The X-Amzn-Trace-Id of the invocation.
};

/// What becomes of invocations whose queue has gone before them: the next queue that goes on with their events learns it.
struct Unattended {
    QHash<QByteArray, std::function<void(const Invocation &)>> running; ///< By request id; empty while nobody waits for it.
    QHash<QByteArray, Invocation> ended;

    void take(const QByteArray &requestId, const Invocation &invocation);
};

/// Asynchronous invocations: accepted at once, run one beside the other, tried again as the service does, and handed on to
/// their destinations in the end. What is accepted outlives the process where there is somebody to keep it: from the beginning where the
/// kept events are this process's, and otherwise when the queue ends. Lives on the runtime's thread.
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

    /// `kept` outlives it; without one everything is in memory only. `unattended` is that of all queues of the pool, one after another.
    AsyncQueue(Pool &pool, const sys::Clock &clock, Delays delays, sources::AsyncEvents *kept = nullptr, std::shared_ptr<Unattended> unattended = std::make_shared<Unattended>(), QObject *parent = nullptr);
    ~AsyncQueue() override;

    /// False when too much waits already.
    [[nodiscard]] bool enqueue(InvokeRequest request);
    /// An event that an earlier process has left goes on where it was. `callee` is the function that it names, without an event.
    void goOn(const sources::AsyncEvent &left, InvokeRequest callee);
    /// Of those that are kept and under way here.
    [[nodiscard]] QSet<qint64> keptNumbers() const;
    /// What waits when the process ends is there for the next one.
    [[nodiscard]] bool keeps() const { return m_kept != nullptr; }
    /// The process ends: leaves what is under way to the next one. Nothing is to be accepted after it.
    void stop();
    /// Forgets what waits for another try, and all that is kept; what runs goes on.
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
        bool runs = false; ///< It is with the pool.
        qint64 dueMs = 0;
        qint64 number = 0; ///< As it is kept; 0: it is not.
        qint64 acceptedMs = 0;
        int invokes = 0;
        int throttles = 0;
    };
    using EventPtr = std::shared_ptr<Event>;

    void keep(const EventPtr &event);
    /// Keeps what is not kept yet.
    void leaveAll();
    void drop();
    void tell(const Result<void> &kept) const;
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
    std::shared_ptr<Unattended> m_unattended;
    QSet<EventPtr> m_events; ///< Under way: due, running or waiting for another try.
    int m_waiting = 0;
    int m_active = 0;
    qint64 m_bytes = 0;
    quint64 m_generation = 0; ///< Grows when everything is forgotten.
};

} // namespace eph::runtime
