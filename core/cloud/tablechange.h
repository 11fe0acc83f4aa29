// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace eph::cloud {

/// What the stream of a table tells of a change: with how large it is, and without the images that the stream's view leaves out.
/// `dynamodb` has Keys, NewImage and OldImage; an unknown view has them all.
/// Source: DynamoDB API reference (StreamRecord) and developer guide (item sizes), November 2026.
[[nodiscard]] QJsonObject streamedChange(QJsonObject dynamodb, const QString &view);

} // namespace eph::cloud
