// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/sqsshapes.h"

#include <QJsonArray>
#include <QSet>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// A list, also where one entry was given without its number.
[[nodiscard]] QJsonArray listOf(const QJsonValue &value)
{
    return value.isArray() ? value.toArray() : value.isUndefined() ? QJsonArray() : QJsonArray{value};
}

[[nodiscard]] QJsonObject mapOf(const QJsonValue &value, QLatin1StringView key = "Name"_L1, QLatin1StringView content = "Value"_L1)
{
    QJsonObject map;
    const QJsonArray entries = listOf(value);
    for (const auto &entry : entries)
        map.insert(entry.toObject().value(key).toString(), entry.toObject().value(content));
    return map;
}

[[nodiscard]] QJsonArray entriesOf(const QJsonObject &map, const QString &key = u"Name"_s, const QString &content = u"Value"_s)
{
    QJsonArray entries;
    for (auto it = map.begin(); it != map.end(); ++it)
        entries.append(QJsonObject{{key, it.key()}, {content, it.value()}});
    return entries;
}

void moveList(QJsonObject &fields, const QString &from, const QString &to)
{
    if (const QJsonValue value = fields.take(from); !value.isUndefined())
        fields.insert(to, listOf(value));
}

void moveMap(QJsonObject &fields, const QString &from, const QString &to)
{
    if (const QJsonValue value = fields.take(from); !value.isUndefined())
        fields.insert(to, mapOf(value));
}

void nameMessageFields(QJsonObject &message)
{
    moveMap(message, u"MessageAttribute"_s, u"MessageAttributes"_s);
    moveMap(message, u"MessageSystemAttribute"_s, u"MessageSystemAttributes"_s);
}

} // namespace

QJsonObject sqsInput(const QByteArray &action, QJsonObject fields)
{
    moveMap(fields, u"Attribute"_s, u"Attributes"_s);
    moveList(fields, u"AttributeName"_s, u"AttributeNames"_s);
    moveList(fields, u"MessageAttributeName"_s, u"MessageAttributeNames"_s);
    moveList(fields, u"MessageSystemAttributeName"_s, u"MessageSystemAttributeNames"_s);
    moveList(fields, u"TagKey"_s, u"TagKeys"_s);
    nameMessageFields(fields);
    if (const QJsonValue tags = fields.take(u"Tag"_s); !tags.isUndefined()) {
        // TagQueue says Tags, CreateQueue tags: so does the service.
        fields.insert(action == "CreateQueue" ? u"tags"_s : u"Tags"_s, mapOf(tags, "Key"_L1));
    }
    if (!action.endsWith("Batch"))
        return fields;
    QJsonArray entries;
    const QJsonArray given = listOf(fields.take(QString::fromLatin1(action) + "RequestEntry"_L1));
    for (const auto &entry : given) {
        QJsonObject message = entry.toObject();
        nameMessageFields(message);
        entries.append(message);
    }
    fields.insert(u"Entries"_s, entries);
    return fields;
}

QJsonObject sqsOutput(const QByteArray &action, const QJsonObject &answer)
{
    QJsonObject output;
    for (auto it = answer.begin(); it != answer.end(); ++it) {
        if (it.key() == "QueueUrls"_L1 || it.key() == "queueUrls"_L1) {
            output.insert(u"QueueUrl"_s, it.value());
        } else if (it.key() == "Attributes"_L1) {
            output.insert(u"Attribute"_s, entriesOf(it.value().toObject()));
        } else if (it.key() == "Tags"_L1) {
            output.insert(u"Tag"_s, entriesOf(it.value().toObject(), u"Key"_s));
        } else if (it.key() == "Successful"_L1) {
            output.insert(QString::fromLatin1(action) + "ResultEntry"_L1, it.value());
        } else if (it.key() == "Failed"_L1) {
            output.insert(u"BatchResultErrorEntry"_s, it.value());
        } else if (it.key() == "Messages"_L1) {
            QJsonArray messages;
            const QJsonArray given = it.value().toArray();
            for (const auto &one : given) {
                QJsonObject message = one.toObject();
                if (const QJsonValue attributes = message.take(u"Attributes"_s); attributes.isObject())
                    message.insert(u"Attribute"_s, entriesOf(attributes.toObject()));
                if (const QJsonValue attributes = message.take(u"MessageAttributes"_s); attributes.isObject())
                    message.insert(u"MessageAttribute"_s, entriesOf(attributes.toObject()));
                messages.append(message);
            }
            output.insert(u"Message"_s, messages);
        } else {
            output.insert(it.key(), it.value());
        }
    }
    return output;
}

QByteArray sqsQueryCode(const QByteArray &name)
{
    if (name == "QueueDoesNotExist")
        return "AWS.SimpleQueueService.NonExistentQueue";
    if (name == "QueueNameExists")
        return "QueueAlreadyExists";
    static const QSet<QByteArray> prefixed{"TooManyEntriesInBatchRequest", "EmptyBatchRequest", "BatchEntryIdsNotDistinct", "InvalidBatchEntryId", "BatchRequestTooLong", "UnsupportedOperation", "MessageNotInflight", "PurgeQueueInProgress"};
    return prefixed.contains(name) ? "AWS.SimpleQueueService." + name : name;
}

} // namespace eph::cloud
