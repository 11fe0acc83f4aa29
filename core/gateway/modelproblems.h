// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QStringList>

namespace eph::gateway {

/// What of a body does not fit its model, in the words of the validator that API Gateway uses (json-schema-validator 2): for
/// `$context.error.validationErrorString`. Empty where it has none of these words, or nothing is wrong. Tells no more than fifty, and of no more than 64 levels.
[[nodiscard]] QStringList modelProblems(const QByteArray &body, const QJsonObject &schema);

} // namespace eph::gateway
