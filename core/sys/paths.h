// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eph::sys {

/// The folder with runtimes, pricing, templates and examples: `EPHEMERA_RESOURCES`, or `../share/ephemera` beside the
/// program. With a trailing part appended when given, such as `resourcePath("pricing/aws.json")`.
[[nodiscard]] QString resourcePath(const QString &relative = {});

/// `../libexec/ephemera/NAME` beside the program.
[[nodiscard]] QString helperPath(const QString &name);

/// The user's cache folder for Ephemera; made when missing.
[[nodiscard]] QString cachePath(const QString &relative = {});

} // namespace eph::sys
