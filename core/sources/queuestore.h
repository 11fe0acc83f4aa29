// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sources/queuesettings.h"
#include "core/sys/clock.h"
#include "core/sys/database.h"

#include <QJsonObject>
#include <QObject>
#include <QStringList>

namespace eph::sources {

struct QueueInfo {
    qint64 number = 0; ///< Within the store.
    QString name;
    QueueAttributes attributes; ///< As they were given.
    QueueSettings settings;
    QMap<QString, QString> tags;
    qint64 createdMs = 0;
    qint64 modifiedMs = 0;
};

/// A message on its way in.
struct NewMessage {
    QByteArray body; ///< UTF-8.
    QJsonObject attributes; ///< By name: `{"DataType": …, "StringValue" or "BinaryValue": …}`.
    QString groupId;
    QString deduplicationId;
    QString traceHeader;
    int delaySeconds = -1; ///< -1: the queue's.
    QString deadLetterSource = {}; ///< ARN of the queue that gave it up.
};

struct SentMessage {
    QString id;
    QString sequenceNumber; ///< Of a FIFO queue.
};

/// A message on its way out.
struct QueueMessage {
    qint64 number = 0;
    QString id;
    QString receipt; ///< Empty when it was only looked at.
    QByteArray body;
    QJsonObject attributes;
    QString groupId;
    QString deduplicationId;
    QString traceHeader;
    QString deadLetterSource;
    qint64 sentMs = 0;
    qint64 firstReceivedMs = 0; ///< 0: never.
    qint64 visibleMs = 0;
    int receives = 0;

    [[nodiscard]] QString sequenceNumber() const;
};

struct QueueCounts {
    qint64 visible = 0;
    qint64 inFlight = 0;
    qint64 delayed = 0;
};

/// Queues as SQS has them, standard and FIFO, in a database that outlives the process: what was acknowledged is there. Failures
/// of a call have the service's name of it as their detail; Io when the file cannot be written. One thread.
/// Source: SQS developer guide, November 2026.
class QueueStore : public QObject
{
    Q_OBJECT
public:
    static constexpr int MaxReceived = 10;

    /// The database has the tables of `schema()`.
    QueueStore(sys::Database &database, const sys::Clock &clock, QObject *parent = nullptr);
    [[nodiscard]] static const char *schema();

    /// The same name with the same attributes is the same queue; others fail with `QueueNameExists`.
    [[nodiscard]] Result<QueueInfo> create(const QString &name, const QueueAttributes &attributes, const QMap<QString, QString> &tags = {});
    /// Makes a queue be what a template says, whatever it was.
    [[nodiscard]] Result<QueueInfo> declare(const QString &name, const QueueAttributes &attributes);
    [[nodiscard]] Result<QueueInfo> find(const QString &name);
    /// In the order of their names.
    [[nodiscard]] QList<QueueInfo> all(const QString &prefix = {});
    [[nodiscard]] Result<void> setAttributes(const QueueInfo &queue, const QueueAttributes &changed);
    [[nodiscard]] Result<void> setTags(const QueueInfo &queue, const QMap<QString, QString> &tags);
    [[nodiscard]] Result<void> remove(const QueueInfo &queue);

    [[nodiscard]] Result<SentMessage> send(const QueueInfo &queue, const NewMessage &message);
    /// Up to `most`, hidden from others for `visibilitySeconds` (-1: the queue's). Those that came back too often go to the
    /// dead-letter queue instead.
    [[nodiscard]] Result<QList<QueueMessage>> receive(const QueueInfo &queue, int most, int visibilitySeconds = -1);
    /// The oldest ones, as they are, for people to look at.
    [[nodiscard]] QList<QueueMessage> peek(const QueueInfo &queue, int most);
    /// It was received so, and has come into sight again since.
    [[nodiscard]] bool hasExpired(const QueueInfo &queue, const QString &receipt);
    /// Takes received messages away. One that is gone, or was received again since, is no failure.
    [[nodiscard]] Result<void> acknowledge(const QueueInfo &queue, const QStringList &receipts);
    /// Puts received messages back as if they had not been received.
    [[nodiscard]] Result<void> release(const QueueInfo &queue, const QStringList &receipts);
    [[nodiscard]] Result<void> setVisibility(const QueueInfo &queue, const QString &receipt, int seconds);
    /// Takes all away; how many.
    [[nodiscard]] Result<qint64> purge(const QueueInfo &queue);
    /// Sends what a dead-letter queue holds back to the queues that gave it up, as new messages; how many. Those whose queue is
    /// gone stay.
    [[nodiscard]] Result<qint64> sendBack(const QueueInfo &queue);
    /// Sends what is in sight to another queue, as new messages; how many.
    [[nodiscard]] Result<qint64> sendOn(const QueueInfo &queue, const QueueInfo &to);
    /// Whether a message is in sight, without counting them all.
    [[nodiscard]] bool hasVisible(const QueueInfo &queue);
    [[nodiscard]] QueueCounts counts(const QueueInfo &queue);
    /// When the first message that was hidden at `sinceMs` comes into sight, which may be over; 0: none was hidden.
    [[nodiscard]] qint64 nextVisibleMs(const QueueInfo &queue, qint64 sinceMs);

Q_SIGNALS:
    /// A message that may be received is there, or will be later.
    void arrived(const QString &queue);

private:
    [[nodiscard]] Result<QueueInfo> write(const QString &name, const QueueAttributes &attributes, const QMap<QString, QString> &tags);
    [[nodiscard]] std::optional<SentMessage> duplicateOf(const QueueInfo &queue, const QString &key);
    void expire(const QueueInfo &queue);
    void insert(const QueueInfo &queue, const NewMessage &message, const QString &id, qint64 sentMs, qint64 visibleMs);
    /// Those that came back too often, out of the queue and into the other one.
    void redrive(const QueueInfo &queue, const QList<QueueMessage> &spent);
    [[nodiscard]] QList<QueueMessage> visible(const QueueInfo &queue, int most);

    sys::Database &m_database;
    const sys::Clock &m_clock;
    QHash<qint64, qint64> m_expiredMs; ///< When each queue was last cleared of what is too old.
};

/// ARN of a queue of this account.
[[nodiscard]] QString queueArn(const QString &region, const QString &name);

} // namespace eph::sources
