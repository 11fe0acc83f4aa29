// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/deploy/awsclient.h"
#include "core/deploy/step.h"

#include <QDateTime>
#include <optional>

namespace eph::deploy {

/// What the service says of one version since a canary began.
struct VersionMetrics {
    double invocations = 0;
    double errors = 0;
    std::optional<double> p95Ms; ///< Mean over the minutes of the 95th percentile of the duration; nothing while nobody called.
};

/// Of the invocations through the alias. Asks the service's metrics; fails as errorOf() says.
[[nodiscard]] Result<VersionMetrics> metricsOf(AwsClient &client, const QString &function, const QString &version, const QDateTime &from, const QDateTime &until);

/// Invalid where the new version fails or is slower beyond what may be: a rate of errors among few invocations and a percentile of
/// fewer than twenty say nothing.
[[nodiscard]] Result<void> judgeCanary(const Observation &observation, const QString &function, const VersionMetrics &fresh, const VersionMetrics &live);

} // namespace eph::deploy
