// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/finding.h"
#include "core/deploy/releasespec.h"
#include "core/project/model.h"
#include "core/project/placement.h"

namespace eph::deploy {

/// The alias that everything of a release goes through: where it points is what is live.
inline const QString LiveAlias = QStringLiteral("live");

/// A package in the vault.
struct PackageRef {
    QString sha256;     ///< Hexadecimal.
    QString codeSha256; ///< In base 64, as the service tells it.
};

struct SpecRequest {
    const project::Project &project; ///< Loaded for that placement.
    QString projectName;
    project::Placement placement;
    QMap<QString, PackageRef> packages; ///< Of each function, by its logical id.
    QMap<QString, PackageRef> layers;   ///< Of each folder.
    QMap<QString, QString> variables;   ///< Of the stage; they beat those that the template declares.
    bool local = false; ///< For the local cloud, which has no networks and file systems.
};

struct Specification {
    ReleaseSpec spec;
    Findings findings; ///< What of the template a release leaves out, or cannot do: those of Severity::Error stand in its way.
};

/// What a project's stage is to be. Reads the code of the functions, nothing else. Any thread.
[[nodiscard]] Specification specificationOf(const SpecRequest &request);

} // namespace eph::deploy
