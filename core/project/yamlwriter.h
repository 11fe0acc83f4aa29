// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonValue>

namespace eph::project {

/// Objects, lists and scalars as YAML in block style. Text that could be taken for something else is quoted. Pure.
[[nodiscard]] QByteArray toYaml(const QJsonValue &value);

} // namespace eph::project
