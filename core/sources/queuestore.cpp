// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/queuestore.h"

#include "core/base/account.h"
#include "core/sources/jsonmap.h"
#include "core/sources/messageattributes.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QUuid>

namespace eph::sources {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 DeduplicationMs = 5 * 60 * 1000;
constexpr qint64 ExpiryEveryMs = 10'000;

[[nodiscard]] QueueInfo infoOf(const sys::Statement &row)
{
    QueueInfo info{row.integer(0), row.text(1), mapFromJson(row.bytes(2)), {}, mapFromJson(row.bytes(3)), row.integer(4), row.integer(5)};
    info.settings = queueSettings(info.attributes).value_or(QueueSettings());
    return info;
}

[[nodiscard]] QueueMessage messageOf(const sys::Statement &row)
{
    QueueMessage message;
    message.number = row.integer(0);
    message.id = row.text(1);
    message.body = row.bytes(2);
    message.attributes = QJsonDocument::fromJson(row.bytes(3)).object();
    message.groupId = row.text(4);
    message.deduplicationId = row.text(5);
    message.traceHeader = row.text(6);
    message.deadLetterSource = row.text(7);
    message.sentMs = row.integer(8);
    message.firstReceivedMs = row.integer(9);
    message.visibleMs = row.integer(10);
    message.receives = int(row.integer(11));
    return message;
}

/// Twenty digits, as the service gives them.
[[nodiscard]] QString sequenceText(qint64 number)
{
    return QString::number(18'000'000'000'000'000'000ULL + quint64(number));
}

/// The message's number and a nonce that changes with each receipt.
struct Receipt {
    qint64 number = 0;
    QString nonce;
};

[[nodiscard]] QString receiptOf(qint64 number, const QString &nonce)
{
    return QString::fromLatin1("AQEB"_ba + QString(QString::number(number) + u'.' + nonce).toLatin1().toBase64());
}

[[nodiscard]] Result<Receipt> parseReceipt(const QString &text)
{
    const auto decoded = QByteArray::fromBase64Encoding(text.toLatin1().mid(4), QByteArray::AbortOnBase64DecodingErrors);
    const QList<QByteArray> parts = decoded ? (*decoded).split('.') : QList<QByteArray>();
    bool isNumber = false;
    const qint64 number = parts.size() == 2 ? parts.first().toLongLong(&isNumber) : 0;
    if (!text.startsWith("AQEB"_L1) || !isNumber)
        return failure(ErrorCode::Invalid, u"The input receipt handle \"%1\" is not a valid receipt handle."_s.arg(text), {}, u"ReceiptHandleIsInvalid"_s);
    return Receipt{number, QString::fromLatin1(parts.last())};
}

[[nodiscard]] tl::unexpected<Error> invalid(const QString &message, const QString &name = u"InvalidParameterValue"_s)
{
    return failure(ErrorCode::Invalid, message, {}, name);
}

/// What XML can hold: the older protocol of the service is XML.
[[nodiscard]] Result<void> checkContent(const NewMessage &message, const QueueSettings &settings)
{
    if (const auto good = checkMessageAttributes(message.attributes); !good)
        return good;
    if (message.body.size() + attributesSize(message.attributes) > settings.maxBytes)
        return invalid(u"One or more parameters are invalid. Reason: Message must be shorter than %1 bytes."_s.arg(settings.maxBytes));
    for (const uint character : QString::fromUtf8(message.body).toUcs4()) {
        const bool fine = character == 0x9 || character == 0xA || character == 0xD || (character >= 0x20 && character <= 0xD7FF) || (character >= 0xE000 && character <= 0xFFFD) || character >= 0x10000;
        if (!fine)
            return invalid(u"Invalid binary character '#x%1' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"_s.arg(QString::number(character, 16).toUpper()), u"InvalidMessageContents"_s);
    }
    return {};
}

} // namespace

QString queueArn(const QString &region, const QString &name)
{
    return u"arn:aws:sqs:%1:%2:%3"_s.arg(region, LocalAccount, name);
}

QString QueueMessage::sequenceNumber() const
{
    return groupId.isEmpty() ? QString() : sequenceText(number);
}

const char *QueueStore::schema()
{
    return "CREATE TABLE IF NOT EXISTS queue(number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, attributes BLOB NOT NULL, tags BLOB NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL);"
           "CREATE TABLE IF NOT EXISTS message(number INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL REFERENCES queue ON DELETE CASCADE, id TEXT NOT NULL, body BLOB NOT NULL, attributes BLOB NOT NULL,"
           " groupId TEXT NOT NULL, deduplicationId TEXT NOT NULL, trace TEXT NOT NULL, source TEXT NOT NULL, sent INTEGER NOT NULL, first INTEGER NOT NULL, visible INTEGER NOT NULL, receives INTEGER NOT NULL, nonce TEXT NOT NULL);"
           "CREATE INDEX IF NOT EXISTS message_visible ON message(queue, visible, number);"
           "CREATE INDEX IF NOT EXISTS message_group ON message(queue, groupId, number) WHERE groupId <> '';"
           "CREATE TABLE IF NOT EXISTS deduplication(queue INTEGER NOT NULL REFERENCES queue ON DELETE CASCADE, key TEXT NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(queue, key)) WITHOUT ROWID;";
}

QueueStore::QueueStore(sys::Database &database, const sys::Clock &clock, QObject *parent)
    : QObject(parent)
    , m_database(database)
    , m_clock(clock)
{
}

Result<QueueInfo> QueueStore::write(const QString &name, const QueueAttributes &attributes, const QMap<QString, QString> &tags)
{
    const auto settings = queueSettings(attributes);
    if (!settings)
        return tl::unexpected(settings.error());
    if (const auto good = checkQueueName(name, settings->fifo); !good)
        return tl::unexpected(good.error());
    sys::Database::Transaction transaction(m_database);
    const qint64 now = m_clock.epochMs();
    m_database.run("INSERT INTO queue(name, attributes, tags, created, modified) VALUES(?1, ?2, ?3, ?4, ?4) ON CONFLICT(name) DO UPDATE SET attributes = ?2, tags = ?3, modified = ?4", name, mapToJson(attributes), mapToJson(tags), now);
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    return find(name);
}

Result<QueueInfo> QueueStore::create(const QString &name, const QueueAttributes &attributes, const QMap<QString, QString> &tags)
{
    const auto present = find(name);
    if (!present)
        return write(name, attributes, tags);
    const QueueAttributes before = withDefaults(present->attributes);
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        if (before.value(it.key()) != it.value())
            return failure(ErrorCode::Conflict, u"A queue already exists with the same name and a different value for attribute %1"_s.arg(it.key()), {}, u"QueueNameExists"_s);
    }
    return present;
}

Result<QueueInfo> QueueStore::declare(const QString &name, const QueueAttributes &attributes)
{
    const auto present = find(name);
    return present && present->attributes == attributes ? present : write(name, attributes, present ? present->tags : QMap<QString, QString>());
}

Result<QueueInfo> QueueStore::find(const QString &name)
{
    sys::Statement row = m_database.query("SELECT number, name, attributes, tags, created, modified FROM queue WHERE name = ?1");
    row.bind(name);
    if (row.step())
        return infoOf(row);
    return failure(ErrorCode::NotFound, u"The specified queue does not exist."_s, {}, u"QueueDoesNotExist"_s);
}

QList<QueueInfo> QueueStore::all(const QString &prefix)
{
    QList<QueueInfo> queues;
    sys::Statement rows = m_database.query("SELECT number, name, attributes, tags, created, modified FROM queue WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name");
    rows.bind(prefix);
    while (rows.step())
        queues << infoOf(rows);
    return queues;
}

Result<void> QueueStore::setAttributes(const QueueInfo &queue, const QueueAttributes &changed)
{
    QueueAttributes attributes = queue.attributes;
    for (auto it = changed.begin(); it != changed.end(); ++it) {
        if (it.key() == "FifoQueue"_L1 && (it.value() == "true"_L1) != queue.settings.fifo)
            return invalid(u"Unknown Attribute FifoQueue."_s, u"InvalidAttributeName"_s);
        // An empty one takes a policy away.
        if (it.value().isEmpty())
            attributes.remove(it.key());
        else
            attributes.insert(it.key(), it.value());
    }
    return write(queue.name, attributes, queue.tags).map([](const QueueInfo &) {});
}

Result<void> QueueStore::setTags(const QueueInfo &queue, const QMap<QString, QString> &tags)
{
    return write(queue.name, queue.attributes, tags).map([](const QueueInfo &) {});
}

Result<void> QueueStore::remove(const QueueInfo &queue)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("DELETE FROM queue WHERE number = ?1", queue.number);
    return transaction.commit();
}

std::optional<SentMessage> QueueStore::duplicateOf(const QueueInfo &queue, const QString &key)
{
    m_database.run("DELETE FROM deduplication WHERE queue = ?1 AND at <= ?2", queue.number, m_clock.epochMs() - DeduplicationMs);
    sys::Statement row = m_database.query("SELECT number, id FROM deduplication WHERE queue = ?1 AND key = ?2");
    row.bind(queue.number).bind(key);
    return row.step() ? std::optional(SentMessage{row.text(1), sequenceText(row.integer(0))}) : std::nullopt;
}

void QueueStore::insert(const QueueInfo &queue, const NewMessage &message, const QString &id, qint64 sentMs, qint64 visibleMs)
{
    m_database.run("INSERT INTO message(queue, id, body, attributes, groupId, deduplicationId, trace, source, sent, first, visible, receives, nonce) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, 0, '')", queue.number, id, message.body,
                   QJsonDocument(message.attributes).toJson(QJsonDocument::Compact), message.groupId, message.deduplicationId, message.traceHeader, message.deadLetterSource, sentMs, visibleMs);
}

Result<SentMessage> QueueStore::send(const QueueInfo &queue, const NewMessage &message)
{
    if (message.body.isEmpty())
        return invalid(u"The request must contain the parameter MessageBody."_s, u"MissingParameter"_s);
    const QueueSettings &settings = queue.settings;
    if (const auto good = checkContent(message, settings); !good)
        return tl::unexpected(good.error());
    NewMessage made = message;
    if (settings.fifo) {
        if (made.groupId.isEmpty())
            return invalid(u"The request must contain the parameter MessageGroupId."_s, u"MissingParameter"_s);
        if (made.delaySeconds > 0)
            return invalid(u"Value %1 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type."_s.arg(made.delaySeconds));
        if (made.deduplicationId.isEmpty() && settings.contentBasedDeduplication)
            made.deduplicationId = QString::fromLatin1(QCryptographicHash::hash(made.body, QCryptographicHash::Sha256).toHex());
        if (made.deduplicationId.isEmpty())
            return invalid(u"The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"_s);
    } else if (!made.deduplicationId.isEmpty()) {
        return invalid(u"The request include parameter MessageDeduplicationId which is not valid for this queue type"_s);
    }
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const qint64 now = m_clock.epochMs();
    const int delay = made.delaySeconds >= 0 ? made.delaySeconds : settings.delaySeconds;
    sys::Database::Transaction transaction(m_database);
    // No group's name has a line end in it.
    const QString key = settings.deduplicatesByGroup ? QString(made.groupId + u'\n' + made.deduplicationId) : made.deduplicationId;
    if (settings.fifo) {
        if (auto earlier = duplicateOf(queue, key))
            return *std::move(earlier);
    }
    insert(queue, made, id, now, now + delay * 1000LL);
    const qint64 number = m_database.lastInsertId();
    if (settings.fifo)
        m_database.run("INSERT INTO deduplication(queue, key, number, id, at) VALUES(?1, ?2, ?3, ?4, ?5)", queue.number, key, number, id, now);
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    Q_EMIT arrived(queue.name);
    return SentMessage{id, settings.fifo ? sequenceText(number) : QString()};
}

void QueueStore::expire(const QueueInfo &queue)
{
    const qint64 now = m_clock.epochMs();
    qint64 &last = m_expiredMs[queue.number];
    if (now - last < ExpiryEveryMs && now >= last)
        return;
    last = now;
    m_database.run("DELETE FROM message WHERE queue = ?1 AND sent <= ?2", queue.number, now - queue.settings.retentionSeconds * 1000LL);
}

#define EPH_MESSAGE_COLUMNS "m.number, m.id, m.body, m.attributes, m.groupId, m.deduplicationId, m.trace, m.source, m.sent, m.first, m.visible, m.receives"

QList<QueueMessage> QueueStore::visible(const QueueInfo &queue, int most)
{
    // A group is locked while one of its messages is out, and while an earlier one is hidden.
    sys::Statement rows = m_database.query(queue.settings.fifo ? "SELECT " EPH_MESSAGE_COLUMNS " FROM message m WHERE m.queue = ?1 AND m.visible <= ?2 AND NOT EXISTS (SELECT 1 FROM message o WHERE o.queue = m.queue AND o.groupId = m.groupId AND o.groupId <> '' AND o.visible > ?2 AND (o.number < m.number OR o.receives > 0)) ORDER BY m.number LIMIT ?3"
                                                               : "SELECT " EPH_MESSAGE_COLUMNS " FROM message m WHERE m.queue = ?1 AND m.visible <= ?2 ORDER BY m.visible, m.number LIMIT ?3");
    rows.bind(queue.number).bind(m_clock.epochMs()).bind(most);
    QList<QueueMessage> found;
    while (rows.step())
        found << messageOf(rows);
    return found;
}

void QueueStore::redrive(const QueueInfo &queue, const QList<QueueMessage> &spent)
{
    const auto other = find(queue.settings.deadLetterQueue);
    for (const QueueMessage &message : spent) {
        m_database.run("DELETE FROM message WHERE number = ?1", message.number);
        // It keeps its id and, in a standard queue, the time at which it was sent.
        const qint64 now = m_clock.epochMs();
        insert(*other, {message.body, message.attributes, message.groupId, message.deduplicationId, message.traceHeader, 0, queue.name}, message.id, other->settings.fifo ? now : message.sentMs, now);
    }
}

Result<QList<QueueMessage>> QueueStore::receive(const QueueInfo &queue, int most, int visibilitySeconds)
{
    const qint64 now = m_clock.epochMs();
    const qint64 until = now + (visibilitySeconds >= 0 ? visibilitySeconds : queue.settings.visibilitySeconds) * 1000LL;
    const bool redrives = queue.settings.maxReceives > 0 && find(queue.settings.deadLetterQueue);
    sys::Database::Transaction transaction(m_database);
    expire(queue);
    QList<QueueMessage> received;
    bool gaveUp = false;
    while (received.isEmpty()) {
        QList<QueueMessage> spent;
        for (QueueMessage &message : visible(queue, most)) {
            if (redrives && message.receives >= queue.settings.maxReceives)
                spent << message;
            else
                received << std::move(message);
        }
        if (spent.isEmpty())
            break;
        gaveUp = true;
        redrive(queue, spent);
    }
    for (QueueMessage &message : received) {
        const QString nonce = QString::number(QRandomGenerator::global()->generate64(), 36);
        message.receives += 1;
        message.visibleMs = until;
        if (message.firstReceivedMs == 0)
            message.firstReceivedMs = now;
        message.receipt = receiptOf(message.number, nonce);
        m_database.run("UPDATE message SET visible = ?2, receives = ?3, first = ?4, nonce = ?5 WHERE number = ?1", message.number, until, message.receives, message.firstReceivedMs, nonce);
    }
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    if (gaveUp)
        Q_EMIT arrived(queue.settings.deadLetterQueue);
    return received;
}

QList<QueueMessage> QueueStore::peek(const QueueInfo &queue, int most)
{
    sys::Statement rows = m_database.query("SELECT " EPH_MESSAGE_COLUMNS " FROM message m WHERE m.queue = ?1 ORDER BY m.number LIMIT ?2");
    rows.bind(queue.number).bind(most);
    QList<QueueMessage> found;
    while (rows.step())
        found << messageOf(rows);
    return found;
}

bool QueueStore::hasExpired(const QueueInfo &queue, const QString &receipt)
{
    const auto parsed = parseReceipt(receipt);
    if (!parsed)
        return false;
    sys::Statement row = m_database.query("SELECT 1 FROM message WHERE number = ?1 AND queue = ?2 AND nonce = ?3 AND visible <= ?4");
    row.bind(parsed->number).bind(queue.number).bind(parsed->nonce).bind(m_clock.epochMs());
    return row.step();
}

Result<void> QueueStore::acknowledge(const QueueInfo &queue, const QStringList &receipts)
{
    QList<Receipt> parsed;
    for (const QString &text : receipts) {
        const auto receipt = parseReceipt(text);
        if (!receipt)
            return tl::unexpected(receipt.error());
        parsed << *receipt;
    }
    sys::Database::Transaction transaction(m_database);
    bool removed = false;
    for (const Receipt &receipt : std::as_const(parsed)) {
        m_database.run("DELETE FROM message WHERE number = ?1 AND queue = ?2 AND nonce = ?3", receipt.number, queue.number, receipt.nonce);
        removed = removed || m_database.changes() > 0;
    }
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    // What waited behind them in their groups may go.
    if (removed && queue.settings.fifo)
        Q_EMIT arrived(queue.name);
    return {};
}

Result<void> QueueStore::release(const QueueInfo &queue, const QStringList &receipts)
{
    sys::Database::Transaction transaction(m_database);
    for (const QString &text : receipts) {
        if (const auto receipt = parseReceipt(text))
            m_database.run("UPDATE message SET visible = ?4, receives = receives - 1, nonce = '' WHERE number = ?1 AND queue = ?2 AND nonce = ?3", receipt->number, queue.number, receipt->nonce, m_clock.epochMs());
    }
    if (const auto written = transaction.commit(); !written)
        return written;
    Q_EMIT arrived(queue.name);
    return {};
}

Result<void> QueueStore::setVisibility(const QueueInfo &queue, const QString &receipt, int seconds)
{
    if (seconds < 0 || seconds > 43'200)
        return invalid(u"Value %1 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200."_s.arg(seconds));
    const auto parsed = parseReceipt(receipt);
    if (!parsed)
        return tl::unexpected(parsed.error());
    sys::Database::Transaction transaction(m_database);
    const qint64 now = m_clock.epochMs();
    m_database.run("UPDATE message SET visible = ?4 WHERE number = ?1 AND queue = ?2 AND nonce = ?3 AND visible > ?5", parsed->number, queue.number, parsed->nonce, now + seconds * 1000LL, now);
    const bool changed = m_database.changes() > 0;
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    if (!changed)
        return invalid(u"Value %1 for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."_s.arg(receipt));
    Q_EMIT arrived(queue.name);
    return {};
}

Result<qint64> QueueStore::purge(const QueueInfo &queue)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("DELETE FROM message WHERE queue = ?1", queue.number);
    const qint64 removed = m_database.changes();
    return transaction.commit().map([removed] { return removed; });
}

Result<qint64> QueueStore::sendBack(const QueueInfo &queue)
{
    const qint64 now = m_clock.epochMs();
    sys::Database::Transaction transaction(m_database);
    m_database.run("UPDATE message SET queue = (SELECT number FROM queue WHERE name = message.source), source = '', sent = ?2, first = 0, visible = ?2, receives = 0, nonce = ''"
                   " WHERE queue = ?1 AND source <> '' AND EXISTS (SELECT 1 FROM queue WHERE name = message.source)", queue.number, now);
    const qint64 moved = m_database.changes();
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    const QList<QueueInfo> queues = all();
    for (const QueueInfo &other : queues) {
        if (moved > 0 && other.settings.deadLetterQueue == queue.name)
            Q_EMIT arrived(other.name);
    }
    return moved;
}

Result<qint64> QueueStore::sendOn(const QueueInfo &queue, const QueueInfo &to)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("UPDATE message SET queue = ?3, source = '', sent = ?2, first = 0, visible = ?2, receives = 0, nonce = '' WHERE queue = ?1 AND visible <= ?2", queue.number, m_clock.epochMs(), to.number);
    const qint64 moved = m_database.changes();
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    if (moved > 0)
        Q_EMIT arrived(to.name);
    return moved;
}

bool QueueStore::hasVisible(const QueueInfo &queue)
{
    sys::Statement row = m_database.query("SELECT 1 FROM message WHERE queue = ?1 AND visible <= ?2 LIMIT 1");
    row.bind(queue.number).bind(m_clock.epochMs());
    return row.step();
}

QueueCounts QueueStore::counts(const QueueInfo &queue)
{
    QueueCounts counts;
    sys::Statement row = m_database.query("SELECT count(*), coalesce(sum(visible > ?2 AND receives > 0), 0), coalesce(sum(visible > ?2 AND receives = 0), 0) FROM message WHERE queue = ?1 AND sent > ?3");
    row.bind(queue.number).bind(m_clock.epochMs()).bind(m_clock.epochMs() - queue.settings.retentionSeconds * 1000LL);
    if (row.step())
        counts = {row.integer(0) - row.integer(1) - row.integer(2), row.integer(1), row.integer(2)};
    return counts;
}

qint64 QueueStore::nextVisibleMs(const QueueInfo &queue, qint64 sinceMs)
{
    sys::Statement row = m_database.query("SELECT coalesce(min(visible), 0) FROM message WHERE queue = ?1 AND visible > ?2");
    row.bind(queue.number).bind(sinceMs);
    return row.step() ? row.integer(0) : 0;
}

} // namespace eph::sources
