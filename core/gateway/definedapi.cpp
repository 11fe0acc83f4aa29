// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/definedapi.h"

#include "core/base/jsontext.h"
#include "core/gateway/requestvalidator.h"

#include <QRegularExpression>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// `name:qualifier` of the function that an integration's address calls.
[[nodiscard]] QString functionOf(const QString &uri)
{
    static const QRegularExpression called(u":function:([A-Za-z0-9_-]+(?::[A-Za-z0-9_$-]+)?)/(?:invocations|response-streaming-invocations)"_s);
    return called.match(uri).captured(1);
}

[[nodiscard]] Authorizer authorizerOf(const QString &name, const QJsonObject &scheme, bool http)
{
    const QJsonObject given = scheme.value("x-amazon-apigateway-authorizer"_L1).toObject();
    const QString type = given.value("type"_L1).toString();
    Authorizer authorizer;
    authorizer.name = name;
    authorizer.identity = identitySources(given.value("identitySource"_L1));
    if (scheme.value("x-amazon-apigateway-authtype"_L1).toString() == "awsSigv4"_L1) {
        authorizer.type = Authorizer::Type::Iam;
        return authorizer;
    }
    if (type == "jwt"_L1) {
        const QJsonObject jwt = given.value("jwtConfiguration"_L1).toObject();
        authorizer.type = Authorizer::Type::Jwt;
        authorizer.issuer = jwt.value("issuer"_L1).toString();
        authorizer.audience = textsOf(jwt.value("audience"_L1));
        return authorizer;
    }
    authorizer.type = type == "token"_L1 ? Authorizer::Type::Token : Authorizer::Type::Request;
    if (authorizer.type == Authorizer::Type::Token)
        authorizer.identity = QStringList{"header."_L1 + scheme.value("name"_L1).toString(u"Authorization"_s)};
    authorizer.function = functionOf(given.value("authorizerUri"_L1).toString());
    authorizer.validation = given.value("identityValidationExpression"_L1).toString();
    authorizer.payload2 = http && given.value("authorizerPayloadFormatVersion"_L1).toString(u"2.0"_s) == "2.0"_L1;
    authorizer.simpleResponses = given.value("enableSimpleResponses"_L1).toBool();
    authorizer.timeToLive = std::chrono::seconds(given.value("authorizerResultTtlInSeconds"_L1).toInt(http ? 0 : 300));
    return authorizer;
}

void applySecurity(Route &route, const QJsonObject &operation, const QJsonObject &schemes, bool http)
{
    const QJsonArray security = operation.value("security"_L1).toArray();
    for (const auto &each : security) {
        const QJsonObject wanted = each.toObject();
        for (auto it = wanted.begin(); it != wanted.end(); ++it) {
            const QJsonObject scheme = schemes.value(it.key()).toObject();
            const bool key = !scheme.contains("x-amazon-apigateway-authtype"_L1) && !scheme.contains("x-amazon-apigateway-authorizer"_L1);
            if (key) {
                route.apiKeyRequired = scheme.value("name"_L1).toString().compare("x-api-key"_L1, Qt::CaseInsensitive) == 0;
                continue;
            }
            route.authorizer = authorizerOf(it.key(), scheme, http);
            route.scopes = textsOf(*it);
        }
    }
    if (operation.value("x-amazon-apigateway-auth"_L1).toObject().value("type"_L1).toString() == "AWS_IAM"_L1) {
        route.authorizer = Authorizer();
        route.authorizer->name = u"AWS_IAM"_s;
        route.authorizer->type = Authorizer::Type::Iam;
    }
}

[[nodiscard]] Cors corsOf(const QJsonObject &given)
{
    Cors cors;
    cors.origins = textsOf(given.value("allowOrigins"_L1));
    cors.methods = textsOf(given.value("allowMethods"_L1));
    cors.headers = textsOf(given.value("allowHeaders"_L1));
    cors.exposed = textsOf(given.value("exposeHeaders"_L1));
    cors.credentials = given.value("allowCredentials"_L1).toBool();
    cors.maxAgeSeconds = given.value("maxAge"_L1).toInt(-1);
    return cors;
}

/// A REST API says it in the answer of a method that calls nothing.
[[nodiscard]] Cors preflightOf(const QJsonObject &operation)
{
    const QJsonObject headers = operation.value("x-amazon-apigateway-integration"_L1).toObject().value("responses"_L1).toObject().value("default"_L1).toObject().value("responseParameters"_L1).toObject();
    const auto listed = [&](QLatin1StringView name) {
        QString text = headers.value("method.response.header.Access-Control-"_L1 + name).toString();
        text.remove(u'\'');
        return text.split(u',', Qt::SkipEmptyParts);
    };
    Cors cors;
    cors.origins = listed("Allow-Origin"_L1);
    cors.methods = listed("Allow-Methods"_L1);
    cors.headers = listed("Allow-Headers"_L1);
    cors.credentials = listed("Allow-Credentials"_L1).value(0) == "true"_L1;
    cors.maxAgeSeconds = listed("Max-Age"_L1).value(0, u"-1"_s).toInt();
    return cors;
}

} // namespace

Api apiOf(const DefinedApi &defined)
{
    const bool http = defined.kind == ApiKind::Http;
    Api api;
    api.id = defined.id;
    api.kind = defined.kind;
    api.stage = defined.stage;
    api.stageVariables = defined.stageVariables;
    api.ownHostOnly = true;
    api.cors = corsOf(defined.definition.value("x-amazon-apigateway-cors"_L1).toObject());
    api.binaryMediaTypes = textsOf(defined.definition.value("x-amazon-apigateway-binary-media-types"_L1));
    if (http)
        api.timeout = std::chrono::seconds(30);
    const QJsonObject schemes = defined.definition.value("components"_L1).toObject().value("securitySchemes"_L1).toObject();
    const QJsonObject paths = defined.definition.value("paths"_L1).toObject();
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QJsonObject methods = path->toObject();
        for (auto method = methods.begin(); method != methods.end(); ++method) {
            const QJsonObject operation = method->toObject();
            const QJsonObject integration = operation.value("x-amazon-apigateway-integration"_L1).toObject();
            if (integration.value("type"_L1).toString().compare("mock"_L1, Qt::CaseInsensitive) == 0) {
                if (!http && !api.cors.isOn())
                    api.cors = preflightOf(operation);
                continue;
            }
            Route route;
            route.method = method.key() == "x-amazon-apigateway-any-method"_L1 ? QByteArray("ANY") : method.key().toUpper().toLatin1();
            route.path = path.key() == "/$default"_L1 ? u"$default"_s : path.key();
            route.function = functionOf(integration.value("uri"_L1).toString());
            if (route.function.isEmpty())
                continue;
            route.payload1 = http && integration.value("payloadFormatVersion"_L1).toString() == "1.0"_L1;
            route.streams = !http && integration.value("uri"_L1).toString().endsWith("/response-streaming-invocations"_L1);
            if (!http)
                applyValidator(route, defined.definition, methods, operation);
            applySecurity(route, operation, schemes, http);
            api.routes << route;
        }
    }
    return api;
}

} // namespace eph::gateway
