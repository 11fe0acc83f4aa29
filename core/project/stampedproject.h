// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/loadproject.h"

#include <QByteArray>
#include <QList>

namespace eph::project {

/// Time, size and identity of a file; all zero for one that is not there.
struct Stamp {
    QByteArray path; ///< As the system knows it.
    qint64 seconds = 0;
    qint64 nanoseconds = 0;
    qint64 bytes = 0;
    quint64 inode = 0;
    friend bool operator==(const Stamp &, const Stamp &) = default;
};
/// One of each file.
using Stamps = QList<Stamp>;
[[nodiscard]] Stamps stampsOf(const QStringList &files);
/// Whether each file is as its stamp says. Asked before each request, so that it makes nothing that is only compared.
[[nodiscard]] bool areCurrent(const Stamps &stamps);

/// A project with the state of its files from before they were read: whatever was saved since is told by their stamps.
struct StampedProject {
    Result<Project> project;
    Stamps stamps;
};
[[nodiscard]] StampedProject loadStamped(const LoadRequest &request);

} // namespace eph::project
