// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/deployedfunctions.h"
#include "core/cloud/queryprotocol.h"
#include "core/http/server.h"

namespace eph::cloud {

/// IAM's API of roles and policies, and who the caller is by STS. They are kept and told; what a function calls here is not held
/// to them. Lives on the runtime's thread. Source: fact sheet of the control API, and botocore's service model, November 2026.
class IamApi
{
public:
    explicit IamApi(DeployedFunctions &deployed);

    [[nodiscard]] static bool isFor(const http::Request &request);
    void handle(const http::Request &request, const http::Responder &responder);

private:
    using Answer = tl::expected<QJsonObject, ApiError>;

    [[nodiscard]] Answer perform(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] Answer performOnRole(const QByteArray &action, const QString &role, const QJsonObject &input);
    [[nodiscard]] Answer performOnPolicy(const QByteArray &action, const QJsonObject &input);
    [[nodiscard]] Answer createRole(const QJsonObject &input);
    [[nodiscard]] Answer deleteRole(const QString &role);
    [[nodiscard]] Answer updateRole(const QString &role, const QJsonObject &input, const QStringList &members);
    [[nodiscard]] Answer listRoles(const QJsonObject &input);
    [[nodiscard]] Answer putRolePolicy(const QString &role, const QJsonObject &input);
    [[nodiscard]] Answer attach(const QString &role, const QString &arn);
    [[nodiscard]] Answer tagRole(const QByteArray &action, const QString &role, const QJsonObject &input);
    [[nodiscard]] Answer createPolicy(const QJsonObject &input);
    [[nodiscard]] Answer write(const QList<account::DocumentStore::Change> &changes, const QJsonObject &answer = {});
    [[nodiscard]] Answer identity(const QByteArray &action, const QJsonObject &input) const;

    DeployedFunctions &m_deployed;
};

} // namespace eph::cloud
