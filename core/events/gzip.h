// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace eph::events {

/// The bytes as a gzip file (RFC 1952), without a name or a time: the same bytes give the same file.
[[nodiscard]] QByteArray gzipped(const QByteArray &bytes);

} // namespace eph::events
