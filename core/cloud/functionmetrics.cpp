// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/functionmetrics.h"

namespace eph::cloud {

void FunctionMetrics::take(const runtime::EndedInvocation &ended)
{
    // A measurement is nobody's request.
    if (ended.origin.kind == runtime::OriginKind::Trial)
        return;
    const bool throttled = runtime::neverRan(ended.outcome);
    m_samples.push_back({ended.startedEpochMs, ended.config.name, ended.config.version, !throttled && ended.outcome != runtime::Outcome::Answered, throttled, ended.report.durationMs});
    if (m_samples.size() > Most)
        m_samples.pop_front();
}

QList<FunctionMetrics::Sample> FunctionMetrics::between(const QString &function, const QString &version, qint64 fromMs, qint64 untilMs) const
{
    QList<Sample> found;
    for (const Sample &sample : m_samples) {
        if (sample.startedEpochMs >= fromMs && sample.startedEpochMs < untilMs && sample.function == function && (version.isEmpty() || sample.version == version))
            found << sample;
    }
    return found;
}

} // namespace eph::cloud
