// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functionnames.h"

namespace eph::cloud {

/// Lambda's API of function URLs; the gateway serves them. Lives on the runtime's thread. Source: fact sheet of the control
/// API, November 2026.
class LambdaUrlsApi
{
public:
    LambdaUrlsApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed);

    void addTo(RestRoutes &routes);
    /// Where the gateway listens.
    void setGatewayPort(quint16 port) { m_port = port; }

private:
    struct Found {
        QJsonObject config;
        bool declared = false; ///< By the template, where it is changed.
    };

    [[nodiscard]] RestReply create(const RestCall &call);
    [[nodiscard]] RestReply update(const RestCall &call);
    [[nodiscard]] RestReply get(const RestCall &call);
    [[nodiscard]] RestReply remove(const RestCall &call);
    [[nodiscard]] RestReply list(const RestCall &call);
    /// One that may have an address: `$LATEST` by its name alone, or an alias.
    [[nodiscard]] tl::expected<NamedFunction, ApiError> addressable(const RestCall &call) const;
    /// As it was made, or as the template declares it.
    [[nodiscard]] std::optional<Found> find(const NamedFunction &function) const;
    [[nodiscard]] QJsonObject told(const NamedFunction &function, QJsonObject config) const;

    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
    FunctionNames m_names;
    quint16 m_port = 0;
};

} // namespace eph::cloud
