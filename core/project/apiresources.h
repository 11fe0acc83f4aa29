// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/triggerresource.h"

#include <optional>

namespace eph::project {

/// Fronts that are made of several resources: an API of API Gateway version 2 with its routes, integrations, authorizers and
/// stages, and `AWS::Serverless::WebSocketApi`, which holds its routes itself.
class ApiResources
{
public:
    struct Resource {
        QString type; ///< One of those that `isOne` knows.
        QString logicalId;
        QJsonObject properties; ///< Evaluated.
        Location location;
    };

    [[nodiscard]] static bool isOne(const QString &type);
    void add(const Resource &resource) { m_resources << resource; }

    /// In SAM's words, whatever they were written in.
    [[nodiscard]] QList<ApiDeclaration> apis() const;
    /// Their routes, as triggers of the types `HttpApi` and `WebSocket`. What calls no function is left out.
    [[nodiscard]] QList<TargetedTrigger> triggers() const;

private:
    [[nodiscard]] const Resource *named(QLatin1StringView type, const QString &reference) const;
    [[nodiscard]] ApiDeclaration declared(const Resource &api) const;
    [[nodiscard]] QList<TargetedTrigger> ownRoutes(const Resource &api) const;
    [[nodiscard]] std::optional<TargetedTrigger> routeOf(const Resource &route) const;

    QList<Resource> m_resources;
};

} // namespace eph::project
