// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QMap>
#include <QString>

namespace eph::sources {

/// Texts by name, as they are kept in a database and travel in calls. Numbers and truths become texts.
[[nodiscard]] QMap<QString, QString> textMap(const QJsonObject &object);
[[nodiscard]] QJsonObject jsonMap(const QMap<QString, QString> &map);
[[nodiscard]] QByteArray mapToJson(const QMap<QString, QString> &map);
[[nodiscard]] QMap<QString, QString> mapFromJson(const QByteArray &json);

} // namespace eph::sources
