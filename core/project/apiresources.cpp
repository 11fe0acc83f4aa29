// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/apiresources.h"

#include <QRegularExpression>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

constexpr auto SamWebSocket = "AWS::Serverless::WebSocketApi"_L1;
constexpr auto Front = "AWS::ApiGatewayV2::Api"_L1;
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
    QJsonObject authorizers;
    for (const Resource &resource : m_all) {
        if (m_all.named(Front, resource.properties.value("ApiId"_L1).toString()) != &api)
            continue;
        if (resource.type == AuthorizerType)
            authorizers.insert(resource.logicalId, authorizerOf(resource.properties));
        if (resource.type == Stage) {
            for (const auto &key : {"StageName"_L1, "StageVariables"_L1, "DefaultRouteSettings"_L1})
                copy(resource.properties, key, properties, key);
        }
    }
    properties.insert("Auth"_L1, QJsonObject{{u"Authorizers"_s, authorizers}});
    return {api.logicalId, type, properties, api.location};
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
    const Resource *api = m_all.named(Front, route.properties.value("ApiId"_L1).toString());
    const Resource *integration = m_all.named(Integration, route.properties.value("Target"_L1).toString().section(u'/', -1));
    if (!api || !integration)
        return std::nullopt;
    const QString key = route.properties.value("RouteKey"_L1).toString();
    QJsonObject properties = route.properties;
    properties.insert("ApiId"_L1, api->logicalId);
    if (key.contains(u' ')) {
        properties.insert("Method"_L1, key.section(u' ', 0, 0));
        properties.insert("Path"_L1, key.section(u' ', 1).trimmed());
    }
    copy(integration->properties, "PayloadFormatVersion"_L1, properties, "PayloadFormatVersion"_L1);
    const QString authorizer = route.properties.value("AuthorizationType"_L1).toString(u"NONE"_s);
    const Resource *own = m_all.named(AuthorizerType, route.properties.value("AuthorizerId"_L1).toString());
    QJsonObject auth{{u"Authorizer"_s, own ? own->logicalId : authorizer}};
    copy(route.properties, "AuthorizationScopes"_L1, auth, "AuthorizationScopes"_L1);
    properties.insert("Auth"_L1, auth);
    Trigger trigger{route.logicalId, isWebSocket(*api) ? u"WebSocket"_s : u"HttpApi"_s, properties, route.location};
    trigger.ownResource = true;
    return TargetedTrigger{functionNameOf(calledFunction(integration->properties.value("IntegrationUri"_L1).toString())), trigger};
}

QList<TargetedTrigger> ApiResources::triggers() const
{
    QList<TargetedTrigger> all;
    for (const Resource &resource : m_all) {
        if (resource.type == SamWebSocket)
            all << ownRoutes(resource);
        else if (resource.type == RouteType) {
            if (const auto route = routeOf(resource))
                all << *route;
        }
    }
    return all;
}

} // namespace eph::project
