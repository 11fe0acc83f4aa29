// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace eph::deploy {

/// What a template says of a source, as the calls that make it take it.
[[nodiscard]] QJsonObject queueAttributes(const QJsonObject &given);
[[nodiscard]] QJsonObject topicAttributes(const QJsonObject &given);
[[nodiscard]] QJsonObject streamProperties(const QJsonObject &given);

/// The properties of that type that are set by a release; empty for what is none of these.
[[nodiscard]] QStringList takenProperties(const QString &type);

} // namespace eph::deploy
