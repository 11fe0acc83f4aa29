// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>

namespace eph::package {

/// How far a package may go. Source: Lambda quotas, November 2026.
struct UnpackLimits {
    qint64 bytes = 262'144'000; ///< Of all files together, unpacked.
    int files = 100'000;
};

struct Unpacked {
    qint64 bytes = 0;
    int files = 0;
};

/// Unpacks a zip into an empty folder. Any thread. Refused as a whole, with the entry named: what is truncated or encrypted,
/// names that lead out of the folder or are there twice, links that lead out of it, more than the limits allow (detail
/// `TooLarge`). What was written until then stays, for the caller to remove.
[[nodiscard]] Result<Unpacked> unpackZip(const QByteArray &zip, const QString &folder, const UnpackLimits &limits = {});

} // namespace eph::package
