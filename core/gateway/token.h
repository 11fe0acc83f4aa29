// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/api.h"
#include "core/gateway/tokenkeys.h"

namespace eph::gateway {

/// What a token says, as far as it can be believed here.
struct TokenVerdict {
    enum class Result { Valid, Invalid, ScopeMissing } result = Result::Invalid;
    QString problem;   ///< Why it is invalid.
    bool expired = false;
    QJsonObject claims; ///< All of them, as text.
    QStringList scopes;
};

/// Checks a JSON web token against an authorizer and a route: issuer, audience, times and scopes, and its signature where there
/// are keys (null: none, and any signature is good). Pure.
/// Source: API Gateway developer guide, JWT authorizers, November 2026.
[[nodiscard]] TokenVerdict checkToken(const QString &token, const Authorizer &authorizer, const QStringList &wantedScopes, qint64 epochSeconds, const TokenKeys *keys = nullptr);

} // namespace eph::gateway
