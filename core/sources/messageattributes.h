// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QJsonObject>

namespace eph::sources {

/// Attributes of a message by name: `{"DataType": "String", "StringValue": …}`, or `BinaryValue` in base64. Fails with the
/// service's name of the failure as detail.
[[nodiscard]] Result<void> checkMessageAttributes(const QJsonObject &attributes);
/// Bytes that count towards a message's size.
[[nodiscard]] qint64 attributesSize(const QJsonObject &attributes);
/// The checksum that clients compare, in hexadecimal; empty without attributes.
/// Source: SQS developer guide, calculating the MD5 message digest for message attributes, November 2026.
[[nodiscard]] QString attributesMd5(const QJsonObject &attributes);

} // namespace eph::sources
