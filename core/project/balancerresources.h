// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/resources.h"

#include <optional>

namespace eph::project {

/// Application load balancers that call functions: listeners, their rules, and the target groups in which the functions are.
class BalancerResources
{
public:
    explicit BalancerResources(const Resources &all) : m_all(all) {}

    [[nodiscard]] static bool isOne(const QString &type);
    /// One for each listener, with the answer of its own where it has one for what no rule takes.
    [[nodiscard]] QList<ApiDeclaration> apis() const;
    /// What rules and listeners hand on to functions, as triggers of the type `LoadBalancer`.
    [[nodiscard]] QList<TargetedTrigger> triggers() const;

private:
    struct Target {
        QString function;
        bool multiValue = false;
        QString group;
    };
    [[nodiscard]] std::optional<Target> targetOf(const QJsonArray &actions) const;
    void addTriggers(const Resource &resource, const Resource &listener, const QJsonArray &actions, int priority, QList<TargetedTrigger> &all) const;

    const Resources &m_all;
};

} // namespace eph::project
