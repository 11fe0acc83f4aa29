// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functionnames.h"
#include "core/runtime/pool.h"

namespace eph::cloud {

/// Lambda's API of what is set beside a function: reserved and provisioned concurrency, what becomes of asynchronous
/// invocations, tags. Lives on the runtime's thread. Source: fact sheet of the control API, November 2026.
class LambdaSettingsApi
{
public:
    LambdaSettingsApi(runtime::Pool &pool, FunctionCatalogue &catalogue, DeployedFunctions &deployed);

    void addTo(RestRoutes &routes);

private:
    [[nodiscard]] RestReply putConcurrency(const RestCall &call);
    [[nodiscard]] RestReply getConcurrency(const RestCall &call);
    [[nodiscard]] RestReply deleteConcurrency(const RestCall &call);
    [[nodiscard]] RestReply putRecursion(const RestCall &call);
    [[nodiscard]] RestReply getRecursion(const RestCall &call);
    [[nodiscard]] RestReply putProvisioned(const RestCall &call);
    [[nodiscard]] RestReply getProvisioned(const RestCall &call);
    [[nodiscard]] RestReply deleteProvisioned(const RestCall &call);
    [[nodiscard]] RestReply listProvisioned(const RestCall &call);
    [[nodiscard]] RestReply writeEventInvoke(const RestCall &call, bool replaces);
    [[nodiscard]] RestReply getEventInvoke(const RestCall &call);
    [[nodiscard]] RestReply deleteEventInvoke(const RestCall &call);
    [[nodiscard]] RestReply listEventInvoke(const RestCall &call);
    [[nodiscard]] RestReply writeTags(const RestCall &call);
    [[nodiscard]] RestReply listTags(const RestCall &call);
    /// What calls have set, or what the template declares; of the qualifier that was named, or $LATEST.
    [[nodiscard]] std::optional<QJsonObject> eventInvokeOf(const NamedFunction &function) const;
    /// One with a version or an alias, which provisioned concurrency needs.
    [[nodiscard]] tl::expected<NamedFunction, ApiError> provisionable(const RestCall &call) const;
    /// By qualifier, those of the template too.
    [[nodiscard]] QMap<QString, QJsonObject> provisionedOf(const QString &function) const;
    /// Lets the pool know of what is to be kept ready now.
    void declare();

    runtime::Pool &m_pool;
    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
    FunctionNames m_names;
};

} // namespace eph::cloud
