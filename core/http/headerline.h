// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <utility>

namespace eph::http {

/// Of a header as people write it, `Name: value`, both without blanks around them. Usage where it is none, or more than one.
[[nodiscard]] Result<std::pair<QByteArray, QByteArray>> headerOf(const QString &line);

} // namespace eph::http
