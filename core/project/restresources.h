// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/resources.h"

namespace eph::project {

/// A REST API that is made of `AWS::ApiGateway::RestApi` with its resources, methods, authorizers, validators, models, answers and stages, as
/// plain CloudFormation and the CDK write it.
class RestResources
{
public:
    explicit RestResources(const Resources &all) : m_all(all) {}

    [[nodiscard]] static bool isOne(const QString &type);
    /// In SAM's words, with an OpenAPI definition of all methods.
    [[nodiscard]] QList<ApiDeclaration> apis() const;

private:
    [[nodiscard]] bool isOf(const Resource &resource, const Resource &api) const;
    [[nodiscard]] QString pathOf(const QString &resource) const;
    /// Which may be of another stack.
    [[nodiscard]] QString authorizerIdOf(const Resource &method) const;
    [[nodiscard]] QJsonObject operationOf(const Resource &method) const;
    [[nodiscard]] QJsonObject definitionOf(const Resource &api) const;
    [[nodiscard]] ApiDeclaration declared(const Resource &api) const;

    const Resources &m_all;
};

} // namespace eph::project
