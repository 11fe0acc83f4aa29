// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/apierror.h"
#include "core/cloud/functioncatalogue.h"
#include "core/http/server.h"
#include "core/runtime/localaddress.h"

#include <QJsonArray>
#include <QJsonObject>

namespace eph::cloud {

/// CloudFormation's API, as far as it is read: the project as the one stack that there is, with its outputs, as they are saved now.
/// Addresses among them are those of this machine, so that tests find what they call. Lives on the runtime's thread.
/// Source: CloudFormation API reference and the service models of botocore 1.43, November 2026.
class CloudFormationApi
{
public:
    explicit CloudFormationApi(FunctionCatalogue &catalogue)
        : m_catalogue(catalogue)
    {
    }

    /// Where its outputs lead.
    void setAddresses(const runtime::CloudAddresses &addresses) { m_addresses = addresses; }
    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    using Answer = tl::expected<QJsonObject, ApiError>;

    [[nodiscard]] Answer perform(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] Answer performOnStack(const QByteArray &action, const QJsonObject &input, const project::Project &project) const;
    [[nodiscard]] QJsonObject stack(const project::Project &project) const;
    /// With their physical ids, those that SAM adds among them.
    [[nodiscard]] QJsonArray resources(const project::Project &project, const QString &timeKey) const;
    [[nodiscard]] Answer chosenResources(const QByteArray &action, const QJsonObject &input, const project::Project &project) const;
    [[nodiscard]] QString here(const project::Project &project, const QString &address) const { return runtime::localAddress(address, project.region, project.account, m_addresses); }

    FunctionCatalogue &m_catalogue;
    runtime::CloudAddresses m_addresses;
};

} // namespace eph::cloud
