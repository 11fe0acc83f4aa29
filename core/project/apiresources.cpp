// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/apiresources.h"

#include "core/project/mergedproperties.h"

#include <QRegularExpression>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr auto SamWebSocket = "AWS::Serverless::WebSocketApi"_L1;
constexpr auto Front = "AWS::ApiGatewayV2::Api"_L1;
constexpr auto SamFront = "AWS::Serverless::HttpApi"_L1;
constexpr auto RouteType = "AWS::ApiGatewayV2::Route"_L1;
constexpr auto Integration = "AWS::ApiGatewayV2::Integration"_L1;
constexpr auto AuthorizerType = "AWS::ApiGatewayV2::Authorizer"_L1;
constexpr auto Stage = "AWS::ApiGatewayV2::Stage"_L1;

bool isWebSocket(const Resource &api)
{
    return api.type == SamWebSocket || api.properties.value("ProtocolType"_L1).toString().compare("WEBSOCKET"_L1, Qt::CaseInsensitive) == 0;
}

/// The function's ARN within the address under which a front calls it, or the text itself.
QString calledFunction(const QString &uri)
{
    static const QRegularExpression called(u"functions/([^/]+)/invocations"_s);
    const auto match = called.match(uri);
    return match.hasMatch() ? match.captured(1) : uri;
}

void copy(const QJsonObject &from, QLatin1StringView key, QJsonObject &to, QLatin1StringView as)
{
    if (from.contains(key))
        to.insert(as, from.value(key));
}

/// An authorizer of its own as SAM describes one within an API.
QJsonObject authorizerOf(const QJsonObject &properties)
{
    QJsonObject authorizer;
    copy(properties, "JwtConfiguration"_L1, authorizer, "JwtConfiguration"_L1);
    copy(properties, "IdentitySource"_L1, authorizer, "IdentitySource"_L1);
    copy(properties, "AuthorizerPayloadFormatVersion"_L1, authorizer, "AuthorizerPayloadFormatVersion"_L1);
    copy(properties, "EnableSimpleResponses"_L1, authorizer, "EnableSimpleResponses"_L1);
    if (properties.contains("AuthorizerUri"_L1))
        authorizer.insert("FunctionArn"_L1, calledFunction(properties.value("AuthorizerUri"_L1).toString()));
    if (properties.contains("AuthorizerResultTtlInSeconds"_L1))
        authorizer.insert("Identity"_L1, QJsonObject{{u"ReauthorizeEvery"_s, properties.value("AuthorizerResultTtlInSeconds"_L1)}});
    return authorizer;
}

/// The same words, beginning in lower case, in all that is in it: CloudFormation's and OpenAPI's.
QJsonObject lowered(const QJsonObject &object)
{
    QJsonObject result;
    for (auto it = object.begin(); it != object.end(); ++it)
        result.insert(it.key().first(1).toLower() + it.key().sliced(1), it->isObject() ? QJsonValue(lowered(it->toObject())) : *it);
    return result;
}

/// It calls something else than a function.
bool callsNoFunction(const Resource &integration)
{
    const QString type = integration.properties.value("IntegrationType"_L1).toString();
    return integration.properties.contains("IntegrationSubtype"_L1) || (!type.isEmpty() && type != "AWS_PROXY"_L1);
}

/// As an OpenAPI definition has it.
QJsonObject integrationOf(const QJsonObject &properties)
{
    QJsonObject integration{{u"type"_s, properties.value("IntegrationType"_L1).toString().toLower()}};
    copy(properties, "IntegrationSubtype"_L1, integration, "integrationSubtype"_L1);
    copy(properties, "IntegrationUri"_L1, integration, "uri"_L1);
    copy(properties, "IntegrationMethod"_L1, integration, "httpMethod"_L1);
    copy(properties, "TimeoutInMillis"_L1, integration, "timeoutInMillis"_L1);
    copy(properties, "RequestParameters"_L1, integration, "requestParameters"_L1);
    QJsonObject responses;
    const QJsonObject given = properties.value("ResponseParameters"_L1).toObject();
    for (auto status = given.begin(); status != given.end(); ++status) {
        QJsonObject changes;
        const QJsonArray all = status->toObject().value("ResponseParameters"_L1).toArray();
        for (const auto &each : all)
            changes.insert(each.toObject().value("Destination"_L1).toString(), each.toObject().value("Source"_L1));
        responses.insert(status.key(), changes);
    }
    integration.insert(u"responseParameters"_s, responses);
    return integration;
}

void addOperation(QJsonObject &paths, const QString &routeKey, const QJsonObject &operation)
{
    const QString path = routeKey.contains(u' ') ? routeKey.section(u' ', 1).trimmed() : QString(u'/' + routeKey);
    const QString verb = routeKey.contains(u' ') ? routeKey.section(u' ', 0, 0).toLower() : u"any"_s;
    QJsonObject methods = paths.value(path).toObject();
    methods.insert(verb == "any"_L1 ? u"x-amazon-apigateway-any-method"_s : verb, operation);
    paths.insert(path, methods);
}

void addPlace(QJsonObject &properties, const QString &routeKey)
{
    if (!routeKey.contains(u' '))
        return;
    properties.insert("Method"_L1, routeKey.section(u' ', 0, 0));
    properties.insert("Path"_L1, routeKey.section(u' ', 1).trimmed());
}

/// Of an API that is made with its only route, by `Target`.
QString quickKey(const Resource &api)
{
    return api.properties.value("RouteKey"_L1).toString(u"$default"_s);
}

} // namespace

bool ApiResources::isOne(const QString &type)
{
    return type == SamWebSocket || type == Front || type == RouteType || type == Integration || type == AuthorizerType || type == Stage;
}

ApiDeclaration ApiResources::declared(const Resource &api) const
{
    const ApiType type = isWebSocket(api) ? ApiType::WebSocket : ApiType::Http;
    QJsonObject properties = api.properties;
    if (api.type == SamWebSocket) {
        const QJsonObject auth = properties.value("Auth"_L1).toObject();
        if (auth.value("AuthType"_L1).toString() == "CUSTOM"_L1) {
            QJsonObject authorizer;
            copy(auth, "AuthArn"_L1, authorizer, "FunctionArn"_L1);
            copy(auth, "IdentitySource"_L1, authorizer, "IdentitySource"_L1);
            const QString name = auth.value("Name"_L1).toString(u"Authorizer"_s);
            properties.insert("Auth"_L1, QJsonObject{{u"Authorizers"_s, QJsonObject{{name, authorizer}}}, {u"DefaultAuthorizer"_s, name}});
        } else {
            properties.insert("Auth"_L1, auth.value("AuthType"_L1).toString() == "AWS_IAM"_L1 ? QJsonObject{{u"DefaultAuthorizer"_s, u"AWS_IAM"_s}} : QJsonObject());
        }
        return {api.logicalId, type, properties, api.location};
    }
    copy(properties, "Body"_L1, properties, "DefinitionBody"_L1);
    addParts(api, properties);
    return {api.logicalId, type, properties, api.location};
}

const Resource *ApiResources::frontOf(const Resource &part) const
{
    const QString id = part.properties.value("ApiId"_L1).toString();
    const Resource *plain = m_all.named(Front, id);
    return plain ? plain : m_all.named(SamFront, id);
}

void ApiResources::addParts(const Resource &api, QJsonObject &properties) const
{
    QJsonObject auth = properties.value("Auth"_L1).toObject();
    QJsonObject authorizers = auth.value("Authorizers"_L1).toObject();
    for (const Resource &resource : m_all) {
        if (frontOf(resource) != &api)
            continue;
        if (resource.type == AuthorizerType)
            authorizers.insert(resource.logicalId, authorizerOf(resource.properties));
        // Whoever issues the tokens that one of another stack wants: they can be checked for all else.
        if (const QString id = authorizerIdOf(resource); resource.properties.value("AuthorizationType"_L1).toString() == "JWT"_L1 && !m_all.namedBeside(resource, "ApiId"_L1, AuthorizerType, id))
            authorizers.insert(id, QJsonObject{{u"JwtConfiguration"_s, QJsonObject()}});
        // SAM makes the stage of its own API: one beside it is another.
        if (resource.type == Stage && api.type != SamFront) {
            for (const auto &key : {"StageName"_L1, "StageVariables"_L1, "DefaultRouteSettings"_L1})
                copy(resource.properties, key, properties, key);
        }
    }
    if (!authorizers.isEmpty())
        auth.insert("Authorizers"_L1, authorizers);
    if (!auth.isEmpty())
        properties.insert("Auth"_L1, auth);
    if (const QJsonObject definition = definitionOf(api); !definition.isEmpty())
        properties.insert("DefinitionBody"_L1, mergedProperties(properties.value("DefinitionBody"_L1).toObject(), definition));
}

void ApiResources::complete(ApiDeclaration &api) const
{
    for (const Resource &resource : m_all) {
        if (resource.type == SamFront && resource.logicalId == api.logicalId && resource.location.file == api.location.file)
            addParts(resource, api.properties);
    }
}

QString ApiResources::authorizerIdOf(const Resource &route) const
{
    const QString type = route.properties.value("AuthorizationType"_L1).toString(u"NONE"_s);
    if (type == "NONE"_L1 || type == "AWS_IAM"_L1)
        return type;
    const QString id = route.properties.value("AuthorizerId"_L1).toString(type);
    const Resource *own = m_all.namedBeside(route, "ApiId"_L1, AuthorizerType, id);
    return own ? own->logicalId : id;
}

QJsonObject ApiResources::definitionOf(const Resource &api) const
{
    QJsonObject paths;
    QJsonObject schemes;
    for (const Resource &route : m_all) {
        if (isWebSocket(api) || route.type != RouteType || frontOf(route) != &api)
            continue;
        const Resource *integration = m_all.named(Integration, route.properties.value("Target"_L1).toString().section(u'/', -1));
        if (!integration || !callsNoFunction(*integration))
            continue;
        QJsonObject operation{{u"x-amazon-apigateway-integration"_s, integrationOf(integration->properties)}};
        if (route.properties.value("AuthorizationType"_L1).toString() == "AWS_IAM"_L1)
            operation.insert(u"x-amazon-apigateway-auth"_s, QJsonObject{{u"type"_s, u"AWS_IAM"_s}});
        if (const Resource *authorizer = m_all.namedBeside(route, "ApiId"_L1, AuthorizerType, route.properties.value("AuthorizerId"_L1).toString())) {
            QJsonObject described = lowered(authorizer->properties);
            described.insert(u"type"_s, described.value("authorizerType"_L1));
            schemes.insert(authorizer->logicalId, QJsonObject{{u"type"_s, u"oauth2"_s}, {u"x-amazon-apigateway-authorizer"_s, described}});
        }
        // It says itself who may ask, also that all may.
        const QString authorizer = authorizerIdOf(route);
        const bool isOpen = authorizer == "NONE"_L1 || authorizer == "AWS_IAM"_L1;
        operation.insert(u"security"_s, isOpen ? QJsonArray() : QJsonArray{QJsonObject{{authorizer, route.properties.value("AuthorizationScopes"_L1).toArray()}}});
        const QString key = route.properties.value("RouteKey"_L1).toString();
        addOperation(paths, key, operation);
    }
    if (const QString target = api.properties.value("Target"_L1).toString(); target.startsWith("http"_L1))
        addOperation(paths, quickKey(api), {{u"x-amazon-apigateway-integration"_s, QJsonObject{{u"type"_s, u"http_proxy"_s}, {u"httpMethod"_s, u"ANY"_s}, {u"uri"_s, target}}}});
    if (paths.isEmpty())
        return {};
    return {{u"openapi"_s, u"3.0.1"_s}, {u"paths"_s, paths}, {u"components"_s, QJsonObject{{u"securitySchemes"_s, schemes}}}};
}

QList<ApiDeclaration> ApiResources::apis() const
{
    QList<ApiDeclaration> all;
    for (const Resource &resource : m_all) {
        if (resource.type == Front || resource.type == SamWebSocket)
            all << declared(resource);
    }
    return all;
}

QList<TargetedTrigger> ApiResources::ownRoutes(const Resource &api)
{
    QList<TargetedTrigger> all;
    const QJsonObject routes = api.properties.value("Routes"_L1).toObject();
    for (auto route = routes.begin(); route != routes.end(); ++route) {
        QJsonObject properties = route->toObject();
        properties.insert("ApiId"_L1, api.logicalId);
        properties.insert("RouteKey"_L1, route.key());
        Trigger trigger{api.logicalId + u'/' + route.key(), u"WebSocket"_s, properties, api.location};
        trigger.ownResource = true;
        all << TargetedTrigger{functionNameOf(properties.value("FunctionArn"_L1).toString()), trigger};
    }
    return all;
}

std::optional<TargetedTrigger> ApiResources::routeOf(const Resource &route) const
{
    const Resource *api = frontOf(route);
    const Resource *integration = m_all.named(Integration, route.properties.value("Target"_L1).toString().section(u'/', -1));
    const bool ofSockets = api && isWebSocket(*api);
    if (!api || !integration || (!ofSockets && callsNoFunction(*integration)))
        return std::nullopt;
    const QString key = route.properties.value("RouteKey"_L1).toString();
    QJsonObject properties = route.properties;
    properties.insert("ApiId"_L1, api->logicalId);
    addPlace(properties, key);
    copy(integration->properties, "PayloadFormatVersion"_L1, properties, "PayloadFormatVersion"_L1);
    QJsonObject auth{{u"Authorizer"_s, authorizerIdOf(route)}};
    copy(route.properties, "AuthorizationScopes"_L1, auth, "AuthorizationScopes"_L1);
    properties.insert("Auth"_L1, auth);
    Trigger trigger{route.logicalId, ofSockets ? u"WebSocket"_s : u"HttpApi"_s, properties, route.location};
    trigger.ownResource = true;
    return TargetedTrigger{functionNameOf(calledFunction(integration->properties.value("IntegrationUri"_L1).toString())), trigger};
}

QList<TargetedTrigger> ApiResources::triggers() const
{
    QList<TargetedTrigger> all;
    for (const Resource &resource : m_all) {
        if (resource.type == SamWebSocket)
            all << ownRoutes(resource);
        else if (const QString target = resource.properties.value("Target"_L1).toString(); resource.type == Front && !target.isEmpty() && !target.startsWith("http"_L1)) {
            QJsonObject properties{{u"ApiId"_s, resource.logicalId}};
            addPlace(properties, quickKey(resource));
            Trigger trigger{resource.logicalId, u"HttpApi"_s, properties, resource.location};
            trigger.ownResource = true;
            all << TargetedTrigger{functionNameOf(calledFunction(target)), trigger};
        } else if (resource.type == RouteType) {
            if (const auto route = routeOf(resource))
                all << *route;
        }
    }
    return all;
}

} // namespace eph::project
