// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace eph::gateway {

enum class Access {
    Allowed,
    NotAllowed, ///< No statement allows it.
    Denied,     ///< A statement denies it, which beats everything.
};

/// Whether a policy document lets `execute-api:Invoke` pass for that ARN. Pure.
[[nodiscard]] Access invokeAccess(const QJsonObject &policyDocument, const QString &arn);

/// `*` for any text, `?` for one character.
[[nodiscard]] bool matchesWildcards(const QString &text, const QString &pattern);

} // namespace eph::gateway
