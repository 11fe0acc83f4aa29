// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/eventsourcemapping.h"
#include "core/cloud/functionnames.h"
#include "core/cloud/mappingstates.h"
#include "core/sources/sourcestores.h"

namespace eph::cloud {

/// Lambda's API of event source mappings. Those of the template are told as well, and changed there. Lives on the runtime's
/// thread. Source: fact sheet of the control API, November 2026.
class LambdaMappingsApi
{
public:
    LambdaMappingsApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed, sources::SourceStores &sources, const MappingStates &states);

    void addTo(RestRoutes &routes);

private:
    struct Known {
        QJsonObject mapping; ///< As it is told, with the change that is under way.
        QString declaredId;  ///< Of one that the template declares.
    };

    [[nodiscard]] RestReply create(const RestCall &call);
    [[nodiscard]] RestReply update(const RestCall &call);
    [[nodiscard]] RestReply get(const RestCall &call);
    [[nodiscard]] RestReply remove(const RestCall &call);
    [[nodiscard]] RestReply list(const RestCall &call);
    /// What keeps a mapping from being made as it is.
    [[nodiscard]] std::optional<ApiError> check(const QString &uuid, const QJsonObject &mapping) const;
    [[nodiscard]] QJsonObject told(const QString &uuid, const Known &known) const;
    /// By their UUIDs.
    [[nodiscard]] QMap<QString, Known> all() const;
    /// One that a call has made.
    [[nodiscard]] tl::expected<Known, ApiError> changeable(const QString &uuid) const;
    /// As of now, and settling.
    [[nodiscard]] QJsonObject changed(QJsonObject mapping, const QString &change) const;

    FunctionCatalogue &m_catalogue;
    DeployedFunctions &m_deployed;
    sources::SourceStores &m_sources;
    const MappingStates &m_states;
    FunctionNames m_names;
};

} // namespace eph::cloud
