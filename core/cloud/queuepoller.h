// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/sourcepoller.h"
#include "core/runtime/pool.h"
#include "core/sources/queuestore.h"

#include <QTimer>

namespace eph::cloud {

/// Takes messages from a queue and calls a function with batches of them, as many at once as there is work for, up to the
/// service's limits. What fails comes back when its visibility timeout is over. Lives on the runtime's thread.
/// Source: Lambda developer guide, using Lambda with SQS, November 2026.
class QueuePoller : public SourcePoller
{
    Q_OBJECT
public:
    QueuePoller(EventSourceMapping mapping, sources::QueueStore &queues, runtime::Pool &pool, FunctionCatalogue &catalogue, const sys::Clock &clock);

    [[nodiscard]] MappingState state() const override;
    void look() override;
    void stop() override;

private:
    using Messages = QList<sources::QueueMessage>;
    void gather(const sources::QueueInfo &queue);
    /// As many of the gathered ones as fit into a batch.
    [[nodiscard]] Messages takeBatch();
    [[nodiscard]] bool isFull() const;
    void drop(const sources::QueueInfo &queue, const QStringList &receipts);
    /// False when the function cannot be run here at all.
    [[nodiscard]] bool call(const sources::QueueInfo &queue, const runtime::InvokeRequest &callee, const Messages &batch);
    void ended(const sources::QueueInfo &queue, const Messages &batch, const runtime::Invocation &invocation);
    /// For what was hidden when this look began: it may come into sight while it goes on.
    void waitForNext(const sources::QueueInfo &queue, qint64 sinceMs);
    void scale(const sources::QueueInfo &queue);
    [[nodiscard]] QJsonObject recordOf(const sources::QueueMessage &message) const;

    sources::QueueStore &m_queues;
    runtime::Pool &m_pool;
    FunctionCatalogue &m_catalogue;
    const sys::Clock &m_clock;
    QString m_region;
    Messages m_gathered;
    qint64 m_gatheredBytes = 0;
    qint64 m_windowEndMs = 0; ///< When what was gathered is sent, full or not.
    bool m_more = false; ///< One stopped gathering so that others have their turn.
    int m_running = 0;
    int m_most; ///< Batches at once; grows while there is more to do.
    qint64 m_scaledMs = 0;
    QString m_callProblem; ///< Why the last batch could not be handed over.
    qint64 m_pausedUntilMs = 0; ///< After the function was throttled, or could not be called.
    QTimer m_timer{this};
};

} // namespace eph::cloud
