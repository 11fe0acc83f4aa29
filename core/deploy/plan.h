// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/resourcetype.h"

namespace eph::deploy {

/// What brings a target from what it is to what a release wants it to be, call by call. No secret is in it.
struct Plan {
    ReleaseSpec spec;
    QList<Step> steps; ///< In the order in which they are taken.
    QJsonObject known; ///< Outputs of resources that are there already, by key.
    QList<KeptPackage> kept; ///< What has to be in the vault before the first step: an undo needs it.
    QStringList unused; ///< Keys of resources of the release before that this one does not want, and that stay.
    Findings findings;

    [[nodiscard]] bool isEmpty() const { return steps.isEmpty(); }
    /// What whoever applies it must be allowed to do, sorted.
    [[nodiscard]] QStringList permissions() const;
    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static Plan fromJson(const QJsonObject &json);
};

struct PlanRequest {
    ReleaseSpec spec;
    std::optional<ReleaseSpec> before; ///< Of the release that is live, as far as it is known here.
    ValueSource values; ///< Of secrets, to see whether they have changed; what it gives is not kept.
    Canary canary = {};
    bool prune = false; ///< Takes away what is unused, too.
    std::function<bool(int done, int all)> progress = {}; ///< False stops it.
};

/// Asks the target what is there; changes nothing. Asks several things at once. Fails when a question does, with Cancelled when
/// progress said so.
[[nodiscard]] Result<Plan> planRelease(AwsClient &client, const PlanRequest &request);

} // namespace eph::deploy
