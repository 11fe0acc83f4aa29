// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace eph::sys {

/// SHA-256 of large things such as packages, by the processor's own instructions where it has them; Qt's own has none. 32 bytes. Any
/// thread.
[[nodiscard]] QByteArray sha256(QByteArrayView bytes);

} // namespace eph::sys
