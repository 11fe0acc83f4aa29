// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/lambdaaliasesapi.h"
#include "core/cloud/lambdafunctionsapi.h"
#include "core/cloud/lambdalayersapi.h"
#include "core/cloud/lambdamappingsapi.h"
#include "core/cloud/lambdapermissionsapi.h"
#include "core/cloud/lambdasettingsapi.h"
#include "core/cloud/lambdaurlsapi.h"

namespace eph::cloud {

/// Everything of Lambda's API but invoking. Lives on the runtime's thread.
class LambdaControlApi
{
public:
    LambdaControlApi(runtime::Pool &pool, FunctionCatalogue &catalogue, DeployedFunctions &deployed, sources::SourceStores &sources, const MappingStates &states)
        : m_uploads(deployed.code(), sources.buckets())
        , m_functions(pool, catalogue, deployed, m_uploads)
        , m_aliases(catalogue, deployed)
        , m_permissions(catalogue, deployed)
        , m_settings(pool, catalogue, deployed)
        , m_urls(catalogue, deployed)
        , m_mappings(catalogue, deployed, sources, states)
        , m_layers(catalogue, deployed, m_uploads)
    {
        m_functions.addTo(m_routes);
        m_aliases.addTo(m_routes);
        m_permissions.addTo(m_routes);
        m_settings.addTo(m_routes);
        m_urls.addTo(m_routes);
        m_mappings.addTo(m_routes);
        m_layers.addTo(m_routes);
    }

    /// False where the request is none of its own.
    [[nodiscard]] bool handle(const http::Request &request, const http::Responder &responder) const { return m_routes.handle(request, responder); }
    /// What a body may have: packages come in some.
    [[nodiscard]] qint64 bodyBytesOf(const http::Request &head, qint64 others) const
    {
        // Most are small, and asked no more.
        bool isKnown = false;
        const qint64 length = head.header("Content-Length").toLongLong(&isKnown);
        return (!isKnown || length > others) && m_routes.isUpload(head) ? CodeUploads::MaxRequestBytes : others;
    }
    void setGatewayPort(quint16 port) { m_urls.setGatewayPort(port); }

private:
    CodeUploads m_uploads;
    LambdaFunctionsApi m_functions;
    LambdaAliasesApi m_aliases;
    LambdaPermissionsApi m_permissions;
    LambdaSettingsApi m_settings;
    LambdaUrlsApi m_urls;
    LambdaMappingsApi m_mappings;
    LambdaLayersApi m_layers;
    RestRoutes m_routes;
};

} // namespace eph::cloud
