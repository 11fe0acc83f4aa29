// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/restroutes.h"

namespace eph::cloud {

/// EventBridge Scheduler's API: schedules and their groups. Lives on the runtime's thread. Source: fact sheet of the control
/// API, and botocore's service model, November 2026.
class SchedulerApi
{
public:
    SchedulerApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed);

    void addTo(RestRoutes &routes);

private:
    [[nodiscard]] RestReply put(const RestCall &call, bool creates);
    [[nodiscard]] RestReply get(const RestCall &call);
    [[nodiscard]] RestReply remove(const RestCall &call);
    [[nodiscard]] RestReply list(const RestCall &call);
    [[nodiscard]] RestReply createGroup(const RestCall &call);
    [[nodiscard]] RestReply tag(const RestCall &call);
    [[nodiscard]] RestReply getGroup(const RestCall &call);
    [[nodiscard]] RestReply removeGroup(const RestCall &call);
    [[nodiscard]] RestReply listGroups(const RestCall &call);
    /// Those of the template, which are changed there.
    [[nodiscard]] QList<QJsonObject> declaredSchedules();
    [[nodiscard]] std::optional<QJsonObject> declaredSchedule(const QString &group, const QString &name);
    [[nodiscard]] bool groupExists(const QString &group) const;
    [[nodiscard]] QJsonObject groupOf(const QString &name) const;
    [[nodiscard]] QString arnOf(const QString &group, const QString &name) const;

    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
};

} // namespace eph::cloud
