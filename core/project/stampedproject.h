// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/loadproject.h"

#include <QByteArray>
#include <QMap>

namespace eph::project {

/// Time, size and identity of each file, as text; compared, never read. A file that is not there has an empty one.
using Stamps = QMap<QString, QByteArray>;
[[nodiscard]] Stamps stampsOf(const QStringList &files);

/// A project with the state of its files from before they were read: whatever was saved since is told by their stamps.
struct StampedProject {
    Result<Project> project;
    Stamps stamps;
};
[[nodiscard]] StampedProject loadStamped(const LoadRequest &request);

} // namespace eph::project
