// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/resources.h"

#include <optional>

namespace eph::project {

/// Fronts that are made of several resources: an API of API Gateway version 2 with its routes, integrations, authorizers and
/// stages, and `AWS::Serverless::WebSocketApi`, which holds its routes itself.
class ApiResources
{
public:
    explicit ApiResources(const Resources &all) : m_all(all) {}

    [[nodiscard]] static bool isOne(const QString &type);
    /// In SAM's words, whatever they were written in.
    [[nodiscard]] QList<ApiDeclaration> apis() const;
    /// Adds routes and authorizers that are resources of their own to an `AWS::Serverless::HttpApi`.
    void complete(ApiDeclaration &api) const;
    /// Their routes, as triggers of the types `HttpApi` and `WebSocket`. What calls no function is left out.
    [[nodiscard]] QList<TargetedTrigger> triggers() const;

private:
    [[nodiscard]] ApiDeclaration declared(const Resource &api) const;
    /// The API that a route, an integration, an authorizer or a stage belongs to; null where it is not in the template.
    [[nodiscard]] const Resource *frontOf(const Resource &part) const;
    void addParts(const Resource &api, QJsonObject &properties) const;
    /// `NONE`, `AWS_IAM`, or the authorizer, which may be of another stack.
    [[nodiscard]] QString authorizerIdOf(const Resource &route) const;
    /// The routes of an HTTP API that call no function; empty where there are none.
    [[nodiscard]] QJsonObject definitionOf(const Resource &api) const;
    [[nodiscard]] static QList<TargetedTrigger> ownRoutes(const Resource &api);
    [[nodiscard]] std::optional<TargetedTrigger> routeOf(const Resource &route) const;

    const Resources &m_all;
};

} // namespace eph::project
