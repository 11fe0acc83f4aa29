// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functionnames.h"

namespace eph::cloud {

/// Lambda's API of resource policies: who may invoke a function. Lives on the runtime's thread. Source: statements recorded from the
/// service, February 2026.
class LambdaPermissionsApi
{
public:
    LambdaPermissionsApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed);

    void addTo(RestRoutes &routes);

private:
    [[nodiscard]] RestReply add(const RestCall &call);
    [[nodiscard]] RestReply get(const RestCall &call);
    [[nodiscard]] RestReply remove(const RestCall &call);
    [[nodiscard]] account::DocumentKey keyOf(const NamedFunction &function) const { return {kinds::Policy, function.name, function.qualifier}; }

    DeployedFunctions &m_deployed;
    FunctionNames m_names;
};

/// Whether a policy document lets a service of AWS invoke the function on behalf of a resource.
[[nodiscard]] bool allowsInvoke(const QJsonObject &policy, const QString &service, const QString &sourceArn);

} // namespace eph::cloud
