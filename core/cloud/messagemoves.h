// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/jsonprotocol.h"
#include "core/sources/queuestore.h"

#include <QHash>

namespace eph::cloud {

/// SQS's calls that send what a dead-letter queue holds back to where it came from, or elsewhere. It is done at once here, so a task
/// is over when it is told; at what rate it was wanted does not matter. Lives on the runtime's thread. Source: SQS API reference, November 2026.
class MessageMoves
{
public:
    MessageMoves(sources::QueueStore &queues, const sys::Clock &clock)
        : m_queues(queues)
        , m_clock(clock)
    {
    }

    [[nodiscard]] static bool isFor(const QByteArray &action);
    [[nodiscard]] JsonAnswer perform(const QByteArray &action, const QJsonObject &input);

private:
    [[nodiscard]] JsonAnswer start(const sources::QueueInfo &source, const QJsonObject &input);
    [[nodiscard]] JsonAnswer list(const sources::QueueInfo &source, const QJsonObject &input) const;

    sources::QueueStore &m_queues;
    const sys::Clock &m_clock;
    QHash<QString, QList<QJsonObject>> m_tasks; ///< By their queue, the last one first.
};

} // namespace eph::cloud
