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

/// The invocations of a version through the alias, in a span of time.
struct MetricWindow {
    QString function;
    QString version;
    QDateTime from;
    QDateTime until;
};
/// Of how many there were, how many failed, and how long they took.
[[nodiscard]] QList<ApiCall> metricCalls(const MetricWindow &window);
/// Asks the service those. Fails as errorOf() says.
[[nodiscard]] Result<VersionMetrics> metricsOf(AwsClient &client, const MetricWindow &window);

/// Invalid where the new version fails or is slower beyond what may be: a rate of errors among few invocations and a percentile of
/// fewer than twenty say nothing.
[[nodiscard]] Result<void> judgeCanary(const Observation &observation, const QString &function, const VersionMetrics &fresh, const VersionMetrics &live);

} // namespace eph::deploy
