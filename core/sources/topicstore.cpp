// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/topicstore.h"

#include "core/base/account.h"
#include "core/events/eventpattern.h"
#include "core/sources/jsonmap.h"

#include <QRegularExpression>
#include <QUuid>

namespace eph::sources {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] tl::unexpected<Error> invalid(const QString &message)
{
    return failure(ErrorCode::Invalid, "Invalid parameter: "_L1 + message, {}, u"InvalidParameter"_s);
}

[[nodiscard]] Result<void> checkAttributes(const QMap<QString, QString> &attributes)
{
    static const QSet<QString> known{u"FilterPolicy"_s, u"FilterPolicyScope"_s, u"RawMessageDelivery"_s, u"RedrivePolicy"_s, u"DeliveryPolicy"_s};
    for (auto it = attributes.begin(); it != attributes.end(); ++it) {
        if (!known.contains(it.key()))
            return invalid(u"AttributeName"_s);
    }
    if (const QString policy = attributes.value(u"FilterPolicy"_s); !policy.isEmpty() && policy != "{}"_L1) {
        if (const auto parsed = events::EventPattern::parse(policy.toUtf8()); !parsed)
            return invalid(u"FilterPolicy: "_s + parsed.error().message);
    }
    if (const QString raw = attributes.value(u"RawMessageDelivery"_s, u"false"_s).toLower(); raw != "true"_L1 && raw != "false"_L1)
        return invalid(u"RawMessageDelivery: Invalid value [%1]. Must be true or false."_s.arg(raw));
    const QString scope = attributes.value(u"FilterPolicyScope"_s, u"MessageAttributes"_s);
    if (scope != "MessageAttributes"_L1 && scope != "MessageBody"_L1)
        return invalid(u"FilterPolicyScope: Invalid value [%1]. Please use either MessageBody or MessageAttributes"_s.arg(scope));
    return {};
}

} // namespace

QString topicArn(const QString &region, const QString &name)
{
    return u"arn:aws:sns:%1:%2:%3"_s.arg(region, LocalAccount, name);
}

const char *TopicStore::schema()
{
    return "CREATE TABLE IF NOT EXISTS topic(number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, attributes BLOB NOT NULL, tags BLOB NOT NULL);"
           "CREATE TABLE IF NOT EXISTS subscription(id TEXT PRIMARY KEY, topic INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE, protocol TEXT NOT NULL, endpoint TEXT NOT NULL, attributes BLOB NOT NULL) WITHOUT ROWID;"
           "CREATE TABLE IF NOT EXISTS publication(number INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL REFERENCES topic ON DELETE CASCADE, message BLOB NOT NULL);";
}

TopicStore::TopicStore(sys::Database &database)
    : m_database(database)
{
}

Result<TopicInfo> TopicStore::create(const QString &name, const QMap<QString, QString> &attributes, const QMap<QString, QString> &tags)
{
    if (auto present = find(name))
        return present;
    static const QRegularExpression plain(u"^[A-Za-z0-9_-]{1,256}$"_s);
    static const QRegularExpression ordered(u"^(?=.{1,256}$)[A-Za-z0-9_-]+\\.fifo$"_s);
    const TopicInfo wanted{0, name, attributes, tags};
    if (!(wanted.isFifo() ? ordered : plain).match(name).hasMatch())
        return invalid(u"Topic Name"_s);
    sys::Database::Transaction transaction(m_database);
    m_database.run("INSERT INTO topic(name, attributes, tags) VALUES(?1, ?2, ?3)", name, mapToJson(attributes), mapToJson(tags));
    if (const auto written = transaction.commit(); !written)
        return tl::unexpected(written.error());
    return find(name);
}

Result<TopicInfo> TopicStore::find(const QString &name)
{
    sys::Statement row = m_database.query("SELECT number, name, attributes, tags FROM topic WHERE name = ?1");
    row.bind(name);
    if (row.step())
        return TopicInfo{row.integer(0), row.text(1), mapFromJson(row.bytes(2)), mapFromJson(row.bytes(3))};
    return failure(ErrorCode::NotFound, u"Topic does not exist"_s, {}, u"NotFound"_s);
}

QList<TopicInfo> TopicStore::all()
{
    QList<TopicInfo> topics;
    sys::Statement rows = m_database.query("SELECT number, name, attributes, tags FROM topic ORDER BY name");
    while (rows.step())
        topics << TopicInfo{rows.integer(0), rows.text(1), mapFromJson(rows.bytes(2)), mapFromJson(rows.bytes(3))};
    return topics;
}

Result<void> TopicStore::update(const TopicInfo &topic)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("UPDATE topic SET attributes = ?2, tags = ?3 WHERE number = ?1", topic.number, mapToJson(topic.attributes), mapToJson(topic.tags));
    return transaction.commit();
}

Result<void> TopicStore::remove(const TopicInfo &topic)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("DELETE FROM topic WHERE number = ?1", topic.number);
    return transaction.commit();
}

Result<void> TopicStore::leave(const TopicInfo &topic, const QByteArray &message)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("INSERT INTO publication(topic, message) VALUES(?1, ?2)", topic.number, message);
    return transaction.commit();
}

QList<std::pair<QString, QByteArray>> TopicStore::takeLeft()
{
    QList<std::pair<QString, QByteArray>> left;
    sys::Database::Transaction transaction(m_database);
    {
        sys::Statement rows = m_database.query("SELECT t.name, p.message FROM publication p JOIN topic t ON t.number = p.topic ORDER BY p.number");
        while (rows.step())
            left << std::pair(rows.text(0), rows.bytes(1));
    }
    m_database.run("DELETE FROM publication");
    return transaction.commit() ? left : QList<std::pair<QString, QByteArray>>();
}

QList<Subscription> TopicStore::subscriptions(const QString &topic)
{
    QList<Subscription> all;
    for (const Subscription &declared : std::as_const(m_declared)) {
        if (topic.isEmpty() || declared.topic == topic)
            all << declared;
    }
    sys::Statement rows = m_database.query("SELECT s.id, t.name, s.protocol, s.endpoint, s.attributes FROM subscription s JOIN topic t ON t.number = s.topic WHERE ?1 = '' OR t.name = ?1 ORDER BY t.name, s.id");
    rows.bind(topic);
    while (rows.step())
        all << Subscription{rows.text(0), rows.text(1), rows.text(2), rows.text(3), mapFromJson(rows.bytes(4))};
    return all;
}

Result<Subscription> TopicStore::subscribe(const Subscription &wanted)
{
    const auto topic = find(wanted.topic);
    if (!topic)
        return tl::unexpected(topic.error());
    if (const auto good = checkAttributes(wanted.attributes); !good)
        return tl::unexpected(good.error());
    const QList<Subscription> present = subscriptions(wanted.topic);
    for (const Subscription &one : present) {
        if (one.protocol == wanted.protocol && one.endpoint == wanted.endpoint)
            return one;
    }
    Subscription made = wanted;
    made.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    sys::Database::Transaction transaction(m_database);
    m_database.run("INSERT INTO subscription(id, topic, protocol, endpoint, attributes) VALUES(?1, ?2, ?3, ?4, ?5)", made.id, topic->number, made.protocol, made.endpoint, mapToJson(made.attributes));
    return transaction.commit().map([&made] { return made; });
}

Result<void> TopicStore::update(const Subscription &subscription)
{
    if (const auto good = checkAttributes(subscription.attributes); !good)
        return good;
    sys::Database::Transaction transaction(m_database);
    m_database.run("UPDATE subscription SET attributes = ?2 WHERE id = ?1", subscription.id, mapToJson(subscription.attributes));
    return transaction.commit();
}

Result<void> TopicStore::unsubscribe(const QString &id)
{
    sys::Database::Transaction transaction(m_database);
    m_database.run("DELETE FROM subscription WHERE id = ?1", id);
    return transaction.commit();
}

} // namespace eph::sources
