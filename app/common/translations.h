// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eph::app {

/// Installs the catalogues for the system's language, Qt's own and ours; without one the texts stay English. A
/// QCoreApplication must exist.
void installTranslations();

} // namespace eph::app
