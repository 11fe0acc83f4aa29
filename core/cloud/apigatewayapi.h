// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cloud/functioncatalogue.h"
#include "core/cloud/restroutes.h"

namespace eph::cloud {

/// API Gateway's control API, as far as APIs come as OpenAPI definitions: HTTP APIs and REST APIs are imported, changed, exported, opened by
/// a stage and deleted; their routes and integrations can be read. Those of the project's template are listed beside them. Lives on the runtime's thread.
/// Source: fact sheet of the control API, and botocore's service models, November 2026.
class ApiGatewayApi
{
public:
    ApiGatewayApi(DeployedFunctions &deployed, FunctionCatalogue &catalogue);

    void addTo(RestRoutes &routes);
    void setGatewayPort(quint16 port) { m_port = port; }

private:
    void addHttp(RestRoutes &routes);
    void addRest(RestRoutes &routes);
    [[nodiscard]] RestReply import(const QString &kind, const QJsonObject &definition);
    [[nodiscard]] RestReply reimport(const QString &kind, const QString &id, const QJsonObject &definition);
    [[nodiscard]] RestReply get(const QString &kind, const QString &id) const;
    [[nodiscard]] RestReply list(const QString &kind) const;
    [[nodiscard]] RestReply remove(const QString &kind, const QString &id);
    [[nodiscard]] RestReply putStage(const QString &kind, const QString &id, const QString &stage, const QJsonObject &settings);
    [[nodiscard]] RestReply updateStage(const QString &id, const QString &stage, const QJsonObject &changes);
    [[nodiscard]] RestReply getStages(const QString &kind, const RestCall &call, const QString &id, const QString &stage) const;
    [[nodiscard]] RestReply routesOf(const QString &id) const;
    [[nodiscard]] RestReply integrationsOf(const QString &id) const;
    void exportTo(const RestCall &call, const QString &kind, const QString &id) const;
    [[nodiscard]] QJsonObject told(const QString &kind, const QString &id, const QJsonObject &document) const;

    /// By id, those that the template declares, as far as they are told: name, protocol and stage.
    [[nodiscard]] QMap<QString, QJsonObject> declared(const QString &kind) const;
    /// Made by a call, or declared.
    [[nodiscard]] std::optional<QJsonObject> document(const QString &kind, const QString &id) const;

    DeployedFunctions &m_deployed;
    FunctionCatalogue &m_catalogue;
    quint16 m_port = 0;
};

/// The APIs that calls have made and opened, as the gateway serves them.
[[nodiscard]] QList<gateway::Api> deployedApis(const account::DocumentStore &documents);

} // namespace eph::cloud
