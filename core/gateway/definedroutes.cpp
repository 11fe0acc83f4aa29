// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/definedroutes.h"

#include "core/base/jsontext.h"
#include "core/base/templatetruth.h"
#include "core/gateway/bodymodel.h"
#include "core/gateway/requestvalidator.h"
#include "core/gateway/servicecall.h"
#include "core/runtime/tenancy.h"

#include <QJsonArray>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

constexpr auto IntegrationKey = "x-amazon-apigateway-integration"_L1;

using FunctionOf = std::function<QString(const QString &)>;

/// What a reference within the definition leads to, or the value itself.
[[nodiscard]] QJsonObject followed(const QJsonObject &definition, const QJsonValue &value)
{
    const QString reference = value.toObject().value("$ref"_L1).toString();
    return reference.isEmpty() ? value.toObject() : resolvedReference(definition, reference).toObject();
}

[[nodiscard]] Authorizer authorizerOf(const QString &name, const QJsonObject &scheme, const QJsonObject &given, bool http, const FunctionOf &functionOf)
{
    const QString type = given.value("type"_L1).toString().toLower();
    Authorizer authorizer;
    authorizer.name = name;
    authorizer.identity = identitySources(given.value("identitySource"_L1));
    if (type == "jwt"_L1) {
        const QJsonObject jwt = given.value("jwtConfiguration"_L1).toObject();
        authorizer.type = Authorizer::Type::Jwt;
        authorizer.issuer = jwt.value("issuer"_L1).toString();
        authorizer.audience = textsOf(jwt.value("audience"_L1));
        if (authorizer.identity.isEmpty())
            authorizer.identity = QStringList{u"header.Authorization"_s};
        return authorizer;
    }
    const QStringList namedHeader{"header."_L1 + scheme.value("name"_L1).toString(u"Authorization"_s)};
    authorizer.validation = given.value("identityValidationExpression"_L1).toString();
    if (type == "cognito_user_pools"_L1) {
        authorizer.type = Authorizer::Type::Cognito;
        authorizer.identity = namedHeader;
        return authorizer;
    }
    authorizer.type = type == "token"_L1 ? Authorizer::Type::Token : Authorizer::Type::Request;
    if (authorizer.type == Authorizer::Type::Token)
        authorizer.identity = namedHeader;
    authorizer.function = functionOf(given.value("authorizerUri"_L1).toString());
    authorizer.payload2 = http && given.value("authorizerPayloadFormatVersion"_L1).toString(u"2.0"_s) == "2.0"_L1;
    authorizer.simpleResponses = isTrue(given.value("enableSimpleResponses"_L1));
    constexpr int RestStandardSeconds = 300;
    const QVariant seconds = given.value("authorizerResultTtlInSeconds"_L1).toVariant();
    authorizer.timeToLive = std::chrono::seconds(seconds.isValid() ? seconds.toInt() : http ? 0 : RestStandardSeconds);
    return authorizer;
}

/// By what an operation says: what a definition says of all of them protects nothing in the cloud.
void applySecurity(DefinedRoute &defined, const QJsonObject &definition, const QJsonObject &operation, bool http, const FunctionOf &functionOf, const QMap<QString, Authorizer> &besides)
{
    QJsonObject schemes = definition.value("securityDefinitions"_L1).toObject();
    const QJsonObject components = definition.value("components"_L1).toObject().value("securitySchemes"_L1).toObject();
    for (auto it = components.begin(); it != components.end(); ++it)
        schemes.insert(it.key(), *it);
    Route &route = defined.route;
    defined.saysSecurity = operation.contains("security"_L1);
    const QJsonArray security = operation.value("security"_L1).toArray();
    for (const auto &each : security) {
        const QJsonObject wanted = each.toObject();
        for (auto it = wanted.begin(); it != wanted.end(); ++it) {
            const QJsonObject scheme = followed(definition, schemes.value(it.key()));
            const QJsonObject authorizer = followed(definition, scheme.value("x-amazon-apigateway-authorizer"_L1));
            const bool isIam = scheme.value("x-amazon-apigateway-authtype"_L1).toString().compare("awsSigv4"_L1, Qt::CaseInsensitive) == 0;
            if (isIam || !authorizer.isEmpty())
                route.authorizer = isIam ? iamAuthorizer() : authorizerOf(it.key(), scheme, authorizer, http, functionOf);
            else if (scheme.isEmpty() && it.key() == "AWS_IAM"_L1) // SAM describes these two itself.
                route.authorizer = iamAuthorizer();
            else if ((scheme.isEmpty() && it.key() == "api_key"_L1) || scheme.value("name"_L1).toString().compare("x-api-key"_L1, Qt::CaseInsensitive) == 0)
                route.apiKeyRequired = true;
            else if (const auto known = besides.constFind(it.key()); known != besides.cend())
                route.authorizer = *known;
            else if (scheme.isEmpty()) // One that is described without an authorizer is there for readers.
                route.authorizer = absentAuthorizer(it.key());
            if (route.authorizer)
                route.scopes = textsOf(*it);
        }
    }
    if (operation.value("x-amazon-apigateway-auth"_L1).toObject().value("type"_L1).toString() == "AWS_IAM"_L1) {
        defined.saysSecurity = true;
        route.authorizer = iamAuthorizer();
    }
}

/// What answers: a function by proxy, or an integration.
void applyIntegration(Route &route, const QJsonObject &integration, ApiKind kind, const FunctionOf &functionOf)
{
    const QString type = integration.value("type"_L1).toString().toLower();
    const QString uri = integration.value("uri"_L1).toString();
    if (const int milliseconds = integration.value("timeoutInMillis"_L1).toVariant().toInt(); milliseconds > 0)
        route.timeout = std::chrono::milliseconds(milliseconds);
    route.integration = readIntegration(integration, kind, functionOf);
    if (route.integration) {
        if (route.integration->type == Integration::Type::Function)
            route.function = functionOf(uri);
        return;
    }
    if (type != "aws_proxy"_L1 || integration.contains("integrationSubtype"_L1)) {
        const QString service = serviceOf(uri);
        route.unserved = integration.value("integrationSubtype"_L1).toString(!service.isEmpty() ? service : type.isEmpty() ? u"?"_s : type);
        return;
    }
    route.function = functionOf(uri);
    // Of all that a proxy could map, the service's Invoke takes this alone.
    const QJsonObject mappings = integration.value("requestParameters"_L1).toObject();
    for (auto it = mappings.begin(); it != mappings.end() && kind == ApiKind::Rest; ++it) {
        if (it.key().compare("integration.request.header."_L1 + QLatin1StringView(runtime::TenantHeader), Qt::CaseInsensitive) == 0)
            route.tenantSource = it->toString();
    }
    route.payload1 = kind == ApiKind::Http && integration.value("payloadFormatVersion"_L1).toString() == "1.0"_L1;
    route.streams = kind == ApiKind::Rest && (uri.endsWith("/response-streaming-invocations"_L1) || integration.value("responseTransferMode"_L1).toString() == "STREAM"_L1);
}

} // namespace

Authorizer iamAuthorizer()
{
    Authorizer iam;
    iam.name = u"AWS_IAM"_s;
    iam.type = Authorizer::Type::Iam;
    return iam;
}

Authorizer absentAuthorizer(const QString &name)
{
    Authorizer absent;
    absent.name = name;
    absent.type = Authorizer::Type::Absent;
    return absent;
}

QList<DefinedRoute> definedRoutes(const QJsonObject &definition, ApiKind kind, const FunctionOf &functionOf, const QMap<QString, Authorizer> &besides)
{
    QList<DefinedRoute> routes;
    const QJsonObject paths = definition.value("paths"_L1).toObject();
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QJsonObject methods = path->toObject();
        for (auto method = methods.begin(); method != methods.end(); ++method) {
            const QJsonObject operation = method->toObject();
            const QJsonObject integration = followed(definition, operation.value(IntegrationKey));
            // Parameters stand beside the methods, too; and what calls nothing may be SAM's to complete.
            if (integration.isEmpty())
                continue;
            DefinedRoute defined;
            Route &route = defined.route;
            route.method = method.key() == "x-amazon-apigateway-any-method"_L1 ? QByteArray("ANY") : method.key().toUpper().toLatin1();
            route.path = path.key() == "/$default"_L1 ? u"$default"_s : path.key();
            applyIntegration(route, integration, kind, functionOf);
            if (route.function.isEmpty() && !route.integration && route.unserved.isEmpty())
                continue;
            // The service's HTTP APIs validate nothing.
            if (kind == ApiKind::Rest)
                applyValidator(route, definition, methods, operation);
            applySecurity(defined, definition, operation, kind == ApiKind::Http, functionOf, besides);
            routes << defined;
        }
    }
    return routes;
}

} // namespace eph::gateway
