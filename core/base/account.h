// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eph {

/// The account that everything here belongs to.
inline const QString LocalAccount = QStringLiteral("123456789012");

} // namespace eph
