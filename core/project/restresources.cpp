// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/restresources.h"

#include <QSet>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Front = "AWS::ApiGateway::RestApi"_L1;
constexpr auto PathResource = "AWS::ApiGateway::Resource"_L1;
constexpr auto Method = "AWS::ApiGateway::Method"_L1;
constexpr auto AuthorizerType = "AWS::ApiGateway::Authorizer"_L1;
constexpr auto Validator = "AWS::ApiGateway::RequestValidator"_L1;
constexpr auto Model = "AWS::ApiGateway::Model"_L1;
constexpr auto GatewayResponse = "AWS::ApiGateway::GatewayResponse"_L1;
constexpr auto Stage = "AWS::ApiGateway::Stage"_L1;
constexpr auto Deployment = "AWS::ApiGateway::Deployment"_L1;
const QString KeyScheme = u"api_key"_s;

/// The same words, beginning in lower case: CloudFormation's and OpenAPI's.
[[nodiscard]] QJsonObject lowered(const QJsonObject &object)
{
    QJsonObject result;
    for (auto it = object.begin(); it != object.end(); ++it)
        result.insert(it.key().first(1).toLower() + it.key().sliced(1), *it);
    return result;
}

[[nodiscard]] QJsonObject integrationOf(const QJsonObject &given)
{
    QJsonObject integration = lowered(given);
    QJsonObject responses;
    const QJsonArray all = given.value("IntegrationResponses"_L1).toArray();
    for (const auto &each : all) {
        const QJsonObject response = each.toObject();
        responses.insert(response.value("SelectionPattern"_L1).toString(u"default"_s), lowered(response));
    }
    integration.insert("responses"_L1, responses);
    return integration;
}

[[nodiscard]] QJsonObject schemeOf(const QJsonObject &given)
{
    QJsonObject authorizer = lowered(given);
    const QString source = given.value("IdentitySource"_L1).toString();
    const bool isRequest = given.value("Type"_L1).toString() == "REQUEST"_L1;
    return {{u"type"_s, u"apiKey"_s}, {u"in"_s, u"header"_s}, {u"name"_s, isRequest ? u"Unused"_s : source.isEmpty() ? u"Authorization"_s : source.section(u'.', -1)}, {u"x-amazon-apigateway-authtype"_s, u"custom"_s}, {u"x-amazon-apigateway-authorizer"_s, authorizer}};
}

} // namespace

bool RestResources::isOne(const QString &type)
{
    static const QSet<QString> all{Front, PathResource, Method, AuthorizerType, Validator, Model, GatewayResponse, Stage, Deployment};
    return all.contains(type);
}

bool RestResources::isOf(const Resource &resource, const Resource &api) const
{
    return m_all.named(Front, resource.properties.value("RestApiId"_L1).toString()) == &api;
}

QString RestResources::pathOf(const QString &resource) const
{
    QString path;
    QSet<QString> seen; // A circle of parents ends here.
    for (const Resource *each = m_all.named(PathResource, resource); each && !seen.contains(each->logicalId); each = m_all.named(PathResource, each->properties.value("ParentId"_L1).toString())) {
        seen.insert(each->logicalId);
        path.prepend(u'/' + each->properties.value("PathPart"_L1).toString());
    }
    return path.isEmpty() ? u"/"_s : path;
}

QString RestResources::authorizerIdOf(const Resource &method) const
{
    const QString id = method.properties.value("AuthorizerId"_L1).toString(method.properties.value("AuthorizationType"_L1).toString());
    const Resource *own = m_all.namedBeside(method, "RestApiId"_L1, AuthorizerType, id);
    return own ? own->logicalId : id;
}

QJsonObject RestResources::operationOf(const Resource &method) const
{
    const QJsonObject &given = method.properties;
    QJsonObject operation{{u"x-amazon-apigateway-integration"_s, integrationOf(given.value("Integration"_L1).toObject())}};
    QJsonObject security;
    const QString type = given.value("AuthorizationType"_L1).toString(u"NONE"_s);
    if (type == "AWS_IAM"_L1)
        operation.insert(u"x-amazon-apigateway-auth"_s, QJsonObject{{u"type"_s, u"AWS_IAM"_s}});
    else if (type != "NONE"_L1)
        security.insert(authorizerIdOf(method), given.value("AuthorizationScopes"_L1).toArray());
    if (given.value("ApiKeyRequired"_L1).toString() == "true"_L1)
        security.insert(KeyScheme, QJsonArray());
    operation.insert(u"security"_s, QJsonArray{security});

    if (const Resource *validator = m_all.named(Validator, given.value("RequestValidatorId"_L1).toString()))
        operation.insert(u"x-amazon-apigateway-request-validator"_s, validator->logicalId);
    QJsonArray parameters;
    const QJsonObject asked = given.value("RequestParameters"_L1).toObject();
    for (auto it = asked.begin(); it != asked.end(); ++it) {
        const QString place = it.key().section(u'.', 2, 2);
        parameters.append(QJsonObject{{u"in"_s, place == "querystring"_L1 ? u"query"_s : place}, {u"name"_s, it.key().section(u'.', 3)}, {u"required"_s, *it}});
    }
    operation.insert(u"parameters"_s, parameters);
    if (const Resource *model = m_all.named(Model, given.value("RequestModels"_L1).toObject().value("application/json"_L1).toString())) {
        const QJsonObject schema{{u"$ref"_s, QString("#/components/schemas/"_L1 + model->logicalId)}};
        operation.insert(u"requestBody"_s, QJsonObject{{u"content"_s, QJsonObject{{u"application/json"_s, QJsonObject{{u"schema"_s, schema}}}}}});
    }
    return operation;
}

QJsonObject RestResources::definitionOf(const Resource &api) const
{
    QJsonObject paths;
    QJsonObject schemes{{KeyScheme, QJsonObject{{u"type"_s, u"apiKey"_s}, {u"in"_s, u"header"_s}, {u"name"_s, u"x-api-key"_s}}}};
    QJsonObject schemas;
    QJsonObject validators;
    QJsonObject answers;
    for (const Resource &resource : m_all) {
        if (!isOf(resource, api))
            continue;
        const QJsonObject &given = resource.properties;
        if (resource.type == Method) {
            if (const QString id = authorizerIdOf(resource); given.value("AuthorizationType"_L1).toString() == "COGNITO_USER_POOLS"_L1 && !m_all.namedBeside(resource, "RestApiId"_L1, AuthorizerType, id))
                schemes.insert(id, schemeOf({{u"Type"_s, u"COGNITO_USER_POOLS"_s}}));
            const QString path = pathOf(given.value("ResourceId"_L1).toString());
            const QString verb = given.value("HttpMethod"_L1).toString().toLower();
            QJsonObject methods = paths.value(path).toObject();
            methods.insert(verb == "any"_L1 ? u"x-amazon-apigateway-any-method"_s : verb, operationOf(resource));
            paths.insert(path, methods);
        } else if (resource.type == AuthorizerType) {
            schemes.insert(resource.logicalId, schemeOf(given));
        } else if (resource.type == Model) {
            schemas.insert(resource.logicalId, given.value("Schema"_L1));
        } else if (resource.type == Validator) {
            validators.insert(resource.logicalId, QJsonObject{{u"validateRequestBody"_s, given.value("ValidateRequestBody"_L1)}, {u"validateRequestParameters"_s, given.value("ValidateRequestParameters"_L1)}});
        } else if (resource.type == GatewayResponse) {
            answers.insert(given.value("ResponseType"_L1).toString(), given);
        }
    }
    return {{u"openapi"_s, u"3.0.1"_s}, {u"paths"_s, paths}, {u"components"_s, QJsonObject{{u"securitySchemes"_s, schemes}, {u"schemas"_s, schemas}}},
            {u"x-amazon-apigateway-request-validators"_s, validators}, {u"x-amazon-apigateway-gateway-responses"_s, answers}};
}

ApiDeclaration RestResources::declared(const Resource &api) const
{
    QJsonObject properties{{u"Name"_s, api.properties.value("Name"_L1)}, {u"BinaryMediaTypes"_s, api.properties.value("BinaryMediaTypes"_L1)}};
    properties.insert(u"DefinitionBody"_s, api.properties.contains("Body"_L1) ? api.properties.value("Body"_L1) : QJsonValue(definitionOf(api)));
    for (const Resource &resource : m_all) {
        if ((resource.type != Stage && resource.type != Deployment) || !isOf(resource, api))
            continue;
        for (const auto &key : {"StageName"_L1, "Variables"_L1, "MethodSettings"_L1}) {
            if (resource.properties.contains(key))
                properties.insert(key, resource.properties.value(key));
        }
    }
    return {api.logicalId, ApiType::Rest, properties, api.location};
}

QList<ApiDeclaration> RestResources::apis() const
{
    QList<ApiDeclaration> all;
    for (const Resource &resource : m_all) {
        if (resource.type == Front)
            all << declared(resource);
    }
    return all;
}

} // namespace eph::project
