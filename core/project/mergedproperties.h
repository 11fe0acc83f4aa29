// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

namespace eph::project {

/// What Globals say and a resource's own: maps are merged, lists joined, the rest replaced. Pure.
[[nodiscard]] QJsonObject mergedProperties(const QJsonObject &globals, const QJsonObject &own);

} // namespace eph::project
