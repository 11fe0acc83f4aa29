// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/invocation.h"

#include <deque>

namespace eph::cloud {

/// What became of the last invocations of each version, for whoever watches a canary. Lives on the runtime's thread.
class FunctionMetrics
{
public:
    struct Sample {
        qint64 startedEpochMs = 0;
        QString function;
        QString version;
        bool failed = false;
        bool throttled = false;
        double durationMs = 0;
    };

    void take(const runtime::EndedInvocation &ended);
    /// Of a function, or of one version of it, that began within that time.
    [[nodiscard]] QList<Sample> between(const QString &function, const QString &version, qint64 fromMs, qint64 untilMs) const;

private:
    static constexpr size_t Most = 100'000;
    std::deque<Sample> m_samples;
};

} // namespace eph::cloud
