// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/resources.h"

namespace eph::project {

/// A resource of its own that calls functions: an address, a rule, a schedule, the mapping of a queue or a stream, the subscription of a log group.
struct TriggerResource : Resource {
    [[nodiscard]] static bool isOne(const QString &type);
    [[nodiscard]] QList<TargetedTrigger> triggers() const;

private:
    [[nodiscard]] QList<TargetedTrigger> ruleTriggers() const;
    /// None for a source that nothing here polls.
    [[nodiscard]] QList<TargetedTrigger> mappingTriggers() const;
    [[nodiscard]] TargetedTrigger trigger(const QJsonValue &functionArn, const QString &name, const QString &kind, const QJsonObject &values) const;
};

} // namespace eph::project
