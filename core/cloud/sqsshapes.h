// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

namespace eph::cloud {

/// A request in the older protocol as the same request in JSON: `Attribute.1.Name` goes into `Attributes`.
[[nodiscard]] QJsonObject sqsInput(const QByteArray &action, QJsonObject fields);
/// A JSON answer as its elements in the older protocol: `Messages` is `Message`, once for each.
[[nodiscard]] QJsonObject sqsOutput(const QByteArray &action, const QJsonObject &answer);
/// The older protocol's code of a failure.
[[nodiscard]] QByteArray sqsQueryCode(const QByteArray &name);

} // namespace eph::cloud
