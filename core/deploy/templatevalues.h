// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/templatetruth.h"

#include <QJsonObject>
#include <QStringList>

namespace eph::deploy {

/// A template's scalars are text; members of the services' models are numbers and truths. Undefined for what is no whole number.
[[nodiscard]] QJsonValue asNumber(const QJsonValue &value);

/// Copies members as they are, where there are any.
void copy(const QJsonObject &from, const QStringList &members, QJsonObject &to);
/// The same, as numbers.
void copyNumbers(const QJsonObject &from, const QStringList &members, QJsonObject &to);

} // namespace eph::deploy
