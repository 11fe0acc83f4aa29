// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/eventbus.h"

namespace eph::cloud {

/// A rule of the template as EventBridge's calls tell it.
struct ToldRule {
    QString bus;
    QJsonObject rule;   ///< As DescribeRule answers.
    QJsonArray targets; ///< As ListTargetsByRule answers.

    [[nodiscard]] QString name() const;
};

/// Rules that wait for events, and are on.
[[nodiscard]] QList<EventRule> declaredRules(const project::Project &project);
/// All of them, those that are off and those that wait for a time, too.
[[nodiscard]] QList<ToldRule> toldRules(const project::Project &project);

} // namespace eph::cloud
