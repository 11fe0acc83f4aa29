// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/tablechange.h"

#include <QJsonArray>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 ContainerBytes = 3;
constexpr qint64 EntryBytes = 1;

/// Two digits a byte and one more; a sign takes another.
[[nodiscard]] qint64 numberBytes(const QString &text)
{
    const auto digits = std::count_if(text.begin(), text.end(), [](QChar character) { return character.isDigit(); });
    return (digits + 1) / 2 + 1 + (text.startsWith(u'-') ? 1 : 0);
}

[[nodiscard]] qint64 itemBytes(const QJsonObject &item);

/// Of one such as `{"S": "text"}`.
[[nodiscard]] qint64 valueBytes(const QJsonObject &value)
{
    const QString type = value.isEmpty() ? QString() : value.begin().key();
    const QJsonValue held = value.isEmpty() ? QJsonValue() : *value.begin();
    const auto scalar = [](const QString &kind, const QString &text) {
        return kind.startsWith(u'N') ? numberBytes(text) : kind.startsWith(u'B') ? qint64(QByteArray::fromBase64(text.toLatin1()).size()) : qint64(text.toUtf8().size());
    };
    if (type == "S"_L1 || type == "N"_L1 || type == "B"_L1)
        return scalar(type, held.toString());
    qint64 bytes = 0;
    if (type == "SS"_L1 || type == "NS"_L1 || type == "BS"_L1) {
        const QJsonArray set = held.toArray();
        for (const auto &each : set)
            bytes += scalar(type, each.toString());
        return bytes;
    }
    if (type == "L"_L1) {
        bytes = ContainerBytes;
        const QJsonArray list = held.toArray();
        for (const auto &each : list)
            bytes += EntryBytes + valueBytes(each.toObject());
        return bytes;
    }
    if (type == "M"_L1)
        return ContainerBytes + EntryBytes * held.toObject().size() + itemBytes(held.toObject());
    return 1;
}

qint64 itemBytes(const QJsonObject &item)
{
    qint64 bytes = 0;
    for (auto it = item.begin(); it != item.end(); ++it)
        bytes += it.key().toUtf8().size() + valueBytes(it->toObject());
    return bytes;
}

} // namespace

QJsonObject streamedChange(QJsonObject dynamodb, const QString &view)
{
    const QString all = u"NEW_AND_OLD_IMAGES"_s;
    const QString known = view.isEmpty() ? all : view;
    if (known != all && known != "NEW_IMAGE"_L1)
        dynamodb.remove("NewImage"_L1);
    if (known != all && known != "OLD_IMAGE"_L1)
        dynamodb.remove("OldImage"_L1);
    qint64 bytes = 0;
    for (const auto &part : {"Keys"_L1, "NewImage"_L1, "OldImage"_L1})
        bytes += itemBytes(dynamodb.value(part).toObject());
    dynamodb.insert(u"SizeBytes"_s, bytes);
    dynamodb.insert(u"StreamViewType"_s, known);
    return dynamodb;
}

} // namespace eph::cloud
