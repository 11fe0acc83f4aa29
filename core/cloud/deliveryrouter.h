// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/logs/line.h"
#include "core/runtime/asyncqueue.h"
#include "core/sources/sourcestores.h"

#include <QJsonObject>

namespace eph::cloud {

/// What is published to a topic.
struct Notification {
    QString message;
    QString subject; ///< Empty: none.
    bool isStructured = false; ///< The message is JSON with a text for each protocol, and `default`.
    QJsonObject attributes; ///< By name: `{"DataType": …, "StringValue" or "BinaryValue": …}`.
    QString groupId = {};
    QString deduplicationId = {};
    QByteArray trace = {}; ///< The X-Amzn-Trace-Id of whoever publishes it.
    QString sequenceNumber = {}; ///< The topic gives it, where it is FIFO.
};

/// What an event comes from: a topic, bucket, rule or function; and the X-Amzn-Trace-Id that it carries on, where there is one.
struct Cause {
    QString name = {};
    QByteArray trace = {};
    QString messageGroup = {}; ///< Of what goes into a FIFO queue; of a stream's record, the partition key.
};

/// Takes events to whatever goes by an ARN here: a function is invoked asynchronously, a queue gets a message, a stream a record, the
/// subscribers of a topic get theirs. Lives on the runtime's thread.
class DeliveryRouter
{
public:
    /// Texts by name; `ErrorCode` is a number.
    using Attributes = QList<std::pair<QByteArray, QByteArray>>;

    DeliveryRouter(FunctionCatalogue &catalogue, runtime::AsyncQueue &queue, sources::SourceStores &sources, logs::Sink &logs, const sys::Clock &clock);

    /// Something here goes by that ARN.
    [[nodiscard]] bool knows(const QString &arn);
    /// False when nothing here goes by that ARN, or it does not take it.
    bool deliver(const Cause &cause, const QString &arn, const QByteArray &body, const Attributes &attributes = {});
    /// The same; what is not taken is written whole into the log of the function that it came from, or was for, and so not lost.
    void deliverOrLog(const Cause &cause, const QString &function, const QString &arn, const QByteArray &body, const Attributes &attributes = {});
    /// The message's id. Fails with the service's name of the failure as detail.
    [[nodiscard]] Result<sources::SentMessage> publish(const sources::TopicInfo &topic, const Notification &notification);

private:
    [[nodiscard]] bool record(const Cause &cause, const QString &streamArn, const QByteArray &data);
    [[nodiscard]] bool invoke(const Cause &cause, const QString &functionArn, const QByteArray &event);
    /// Fails where a queue could not be written.
    [[nodiscard]] Result<void> send(const sources::Subscription &subscription, const sources::TopicInfo &topic, const Notification &notification, const QString &id);
    /// To the dead-letter queue of a subscription. False where it has none, or that takes it not.
    [[nodiscard]] bool redrive(const Cause &cause, const sources::Subscription &subscription, const QByteArray &body);
    [[nodiscard]] QString nextSequenceNumber();

    FunctionCatalogue &m_catalogue;
    runtime::AsyncQueue &m_queue;
    sources::SourceStores &m_sources;
    logs::Sink &m_logs;
    const sys::Clock &m_clock;
    quint64 m_sequence = 0;
};

} // namespace eph::cloud
