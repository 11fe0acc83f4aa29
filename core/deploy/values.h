// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QJsonArray>
#include <QJsonObject>
#include <functional>

namespace eph::deploy {

/// What stands in a call for a value that is not known, or not to be seen, before the call is made.
namespace values {

/// A member of what another step's call was answered.
[[nodiscard]] QJsonObject output(const QString &step, const QString &member);
/// Texts and outputs in a row.
[[nodiscard]] QJsonObject join(const QJsonArray &parts);
/// A package of the vault by its hexadecimal SHA-256; on the wire it is base 64.
[[nodiscard]] QJsonObject package(const QString &sha256);
/// A secret by its reference: `{{secret:NAME}}`, or a dynamic reference of CloudFormation.
[[nodiscard]] QJsonObject secret(const QString &reference);
/// A member of the configuration of a function's version, read when it is needed and never kept.
[[nodiscard]] QJsonObject configured(const QString &function, const QString &version, const QString &member);

/// The routing of an alias: a version that is not known yet gets that share of the requests.
[[nodiscard]] QJsonObject weight(const QJsonValue &version, double share);

enum class Kind { None, Output, Join, Package, Secret, Configured, Weight };
[[nodiscard]] Kind kindOf(const QJsonValue &value);
/// Of an object that kindOf() names.
[[nodiscard]] QJsonValue argumentOf(const QJsonValue &value);

}

/// Gives the value that an object of `values` stands for; never asked for a join or a weight.
using ValueSource = std::function<Result<QJsonValue>(values::Kind kind, const QJsonValue &argument)>;

/// The same with everything filled in. Fails as its source does. What comes to Undefined is left out.
[[nodiscard]] Result<QJsonValue> filledIn(const QJsonValue &value, const ValueSource &source);

/// Whether a text is a reference to a secret as a whole: `{{secret:NAME}}`, `{{resolve:ssm:…}}`, `{{resolve:ssm-secure:…}}` or
/// `{{resolve:secretsmanager:…}}`.
[[nodiscard]] bool isSecretReference(const QString &text);

} // namespace eph::deploy
