// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functionnames.h"

namespace eph::cloud {

/// Lambda's API of aliases, with their weights. Lives on the runtime's thread. Source: fact sheet of the control API, November 2026.
class LambdaAliasesApi
{
public:
    LambdaAliasesApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed);

    void addTo(RestRoutes &routes);

private:
    [[nodiscard]] RestReply create(const RestCall &call);
    [[nodiscard]] RestReply update(const RestCall &call);
    [[nodiscard]] RestReply get(const RestCall &call);
    [[nodiscard]] RestReply remove(const RestCall &call);
    [[nodiscard]] RestReply list(const RestCall &call);
    /// One that calls have made, or that the template has each deployment move: here it is at what was saved last.
    [[nodiscard]] std::optional<QJsonObject> find(const NamedFunction &function, const QString &alias) const;
    /// What is wrong with an alias as it would be.
    [[nodiscard]] std::optional<ApiError> check(const NamedFunction &function, const QJsonObject &alias) const;
    [[nodiscard]] static QString aliasArn(const NamedFunction &function, const QString &alias) { return function.arn + u':' + alias; }

    DeployedFunctions &m_deployed;
    FunctionNames m_names;
};

} // namespace eph::cloud
