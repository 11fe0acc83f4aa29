// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eph::project {

/// Where a project is put: whatever a release makes is named after it, and references to that come out so.
struct Placement {
    QString prefix; ///< Such as `shop-dev-`; empty on this machine, where names are as they are declared.
    QString account;
    QString region;
    QString stage;
    QString stackName = {}; ///< What `AWS::StackName` is on this machine; empty for `local`. A release's is its prefix.
};

/// What the stack of a project is called there, and its ARN, which is the same as long as it has that name.
[[nodiscard]] QString stackNameOf(const Placement &placement);
[[nodiscard]] QString stackArn(const Placement &placement);

/// That of a release of a project's stage: `PROJECT-STAGE-` in letters that every service takes.
[[nodiscard]] Placement placementOf(const QString &projectName, const QString &stage, const QString &account, const QString &region);

/// Whether a release makes resources of that type; of the others it takes for granted that they are there.
[[nodiscard]] bool isReleased(const QString &type);

/// What a resource is called there. Names that are too long for the service end in a few characters that follow from the whole;
/// a bucket's, which nobody else in the world may have, in account and region.
[[nodiscard]] QString placedName(const Placement &placement, const QString &type, const QString &name);

} // namespace eph::project
