// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sys/database.h"

#include <QMap>
#include <QSet>

namespace eph::sources {

struct TopicInfo {
    qint64 number = 0; ///< Within the store.
    QString name;
    QMap<QString, QString> attributes; ///< As they were given.
    QMap<QString, QString> tags;

    [[nodiscard]] bool isFifo() const { return attributes.value(QStringLiteral("FifoTopic")) == QLatin1String("true"); }
};

/// Who gets what is published to a topic.
struct Subscription {
    QString id; ///< The last part of its ARN.
    QString topic;
    QString protocol; ///< `lambda` or `sqs`.
    QString endpoint; ///< ARN.
    QMap<QString, QString> attributes; ///< `FilterPolicy`, `FilterPolicyScope`, `RawMessageDelivery`.
    bool declared = false; ///< By the template: it is not kept here.
};

/// Topics as SNS has them, and who is subscribed. Failures of a call have the service's name of it as their detail. One thread.
/// Source: SNS API reference, November 2026.
class TopicStore
{
public:
    explicit TopicStore(sys::Database &database);
    [[nodiscard]] static const char *schema();

    /// One that is there stays as it is.
    [[nodiscard]] Result<TopicInfo> create(const QString &name, const QMap<QString, QString> &attributes, const QMap<QString, QString> &tags = {});
    [[nodiscard]] Result<TopicInfo> find(const QString &name);
    /// In the order of their names.
    [[nodiscard]] QList<TopicInfo> all();
    [[nodiscard]] Result<void> update(const TopicInfo &topic);
    /// With its subscriptions.
    [[nodiscard]] Result<void> remove(const TopicInfo &topic);

    /// Leaves a message for the process that serves the topic, which publishes it.
    [[nodiscard]] Result<void> leave(const TopicInfo &topic, const QByteArray &message);
    /// Topics and messages that were left, oldest first; they are taken away.
    [[nodiscard]] QList<std::pair<QString, QByteArray>> takeLeft();

    /// The subscriptions of the template, in place of those before.
    void setDeclared(const QList<Subscription> &subscriptions) { m_declared = subscriptions; }
    /// All, those of the template first.
    [[nodiscard]] QList<Subscription> subscriptions(const QString &topic = {});
    /// The same topic, protocol and endpoint are the same subscription. Invalid for a filter that cannot be read.
    [[nodiscard]] Result<Subscription> subscribe(const Subscription &wanted);
    [[nodiscard]] Result<void> update(const Subscription &subscription);
    [[nodiscard]] Result<void> unsubscribe(const QString &id);

private:
    sys::Database &m_database;
    QList<Subscription> m_declared;
};

[[nodiscard]] QString topicArn(const QString &region, const QString &name);

} // namespace eph::sources
