// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sources/jsonmap.h"

#include <QJsonDocument>

namespace eph::sources {

QMap<QString, QString> textMap(const QJsonObject &object)
{
    QMap<QString, QString> map;
    for (auto it = object.begin(); it != object.end(); ++it)
        map.insert(it.key(), it.value().toVariant().toString());
    return map;
}

QJsonObject jsonMap(const QMap<QString, QString> &map)
{
    QJsonObject object;
    for (auto it = map.begin(); it != map.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

QByteArray mapToJson(const QMap<QString, QString> &map)
{
    return QJsonDocument(jsonMap(map)).toJson(QJsonDocument::Compact);
}

QMap<QString, QString> mapFromJson(const QByteArray &json)
{
    return textMap(QJsonDocument::fromJson(json).object());
}

} // namespace eph::sources
