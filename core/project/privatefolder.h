// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eph::project {

/// The folder in which Ephemera keeps what is its own in a project; made when absent, and nothing to commit.
QString privateFolder(const QString &projectFolder);

} // namespace eph::project
