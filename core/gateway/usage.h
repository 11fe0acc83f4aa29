// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/throttle.h"

namespace eph::gateway {

/// Counts what each key has asked of each usage plan since serving began. Lives on the runtime's thread.
/// Source: API Gateway developer guide, usage plans, November 2026.
class Usage
{
public:
    enum class Verdict { Admitted, UnknownKey, TooFast, UsedUp };

    explicit Usage(Throttle &throttle) : m_throttle(throttle) {}

    [[nodiscard]] Verdict judge(const Api &api, const QString &key, qint64 epochMs);

private:
    struct Count {
        qint64 period = 0; ///< Which one it is.
        qint64 requests = 0;
    };

    Throttle &m_throttle;
    QHash<QString, Count> m_counts; ///< By plan and key.
};

} // namespace eph::gateway
