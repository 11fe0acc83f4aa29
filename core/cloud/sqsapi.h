// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"
#include "core/cloud/functioncatalogue.h"
#include "core/cloud/messagemoves.h"
#include "core/http/server.h"
#include "core/sources/queuestore.h"

#include <QJsonObject>

namespace eph::cloud {

/// SQS's API over the queues here, in both protocols that its clients speak: JSON, and forms answered by XML. Lives on the
/// runtime's thread. Source: SQS API reference and the service models of botocore 1.43, November 2026.
class SqsApi : public QObject
{
    Q_OBJECT
public:
    SqsApi(sources::QueueStore &queues, FunctionCatalogue &catalogue, const sys::Clock &clock);

    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    struct Call;
    using Answer = tl::expected<QJsonObject, ApiError>;

    [[nodiscard]] Answer perform(const Call &call);
    using Operation = Answer (SqsApi::*)(const sources::QueueInfo &, const Call &);
    /// By name, those on a queue that is there.
    [[nodiscard]] static const QHash<QByteArray, Operation> &operations();
    [[nodiscard]] Answer performOn(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer createQueue(const Call &call);
    [[nodiscard]] Answer listQueues(const Call &call);
    [[nodiscard]] Answer queueAttributes(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer sendMessage(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer deleteMessage(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer setAttributes(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer purge(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer deleteQueue(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer listTags(const sources::QueueInfo &queue, const Call &call);
    /// What the service has against the redrive policy among the attributes; empty where it has nothing.
    [[nodiscard]] QString deadLetterProblem(const QJsonObject &input, bool fifo);
    [[nodiscard]] Answer changeVisibility(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer batch(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer deadLetterSources(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] Answer changeTags(const sources::QueueInfo &queue, const Call &call);
    /// Answers now, or once there is a message, or once the time to wait is over.
    void receive(const sources::QueueInfo &queue, const Call &call);
    [[nodiscard]] QString arnOf(const QString &name);

    sources::QueueStore &m_queues;
    FunctionCatalogue &m_catalogue;
    const sys::Clock &m_clock;
    MessageMoves m_moves{m_queues, m_clock};
    QHash<QString, qint64> m_purgedMs; ///< When a queue was purged last.
};

} // namespace eph::cloud
