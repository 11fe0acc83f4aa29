// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace eph::gateway {

/// Whether a policy document lets `execute-api:Invoke` pass for that ARN: a denial beats everything, and what no statement
/// allows is denied. Pure.
[[nodiscard]] bool allowsInvoke(const QJsonObject &policyDocument, const QString &arn);

/// `*` for any text, `?` for one character.
[[nodiscard]] bool matchesWildcards(const QString &text, const QString &pattern);

} // namespace eph::gateway
