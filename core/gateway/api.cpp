// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/api.h"

#include <QRegularExpression>
#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

/// A template's scalars are text.
bool isTrue(const QJsonValue &value)
{
    return value.toBool() || value.toString().compare("true"_L1, Qt::CaseInsensitive) == 0;
}

std::optional<int> wholeNumber(const QJsonValue &value)
{
    bool fine = false;
    const int number = value.toVariant().toString().toInt(&fine);
    return fine ? std::optional(number) : std::nullopt;
}

/// A list of texts, one text, or texts joined by commas; REST APIs put each into a second pair of quotes.
QStringList textList(const QJsonValue &value)
{
    QStringList all;
    const QJsonArray items = value.isArray() ? value.toArray() : QJsonArray{value};
    for (const auto &item : items) {
        const QStringList parts = item.toVariant().toString().split(u',', Qt::SkipEmptyParts);
        for (QString part : parts) {
            part = part.trimmed();
            part.removeIf([](QChar c) { return c == u'\''; });
            if (!part.isEmpty())
                all << part;
        }
    }
    return all;
}

Cors readCors(const QJsonValue &value)
{
    Cors cors;
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        // The kinds differ in number: AllowOrigin of REST APIs, AllowOrigins of the others.
        cors.origins = textList(object.contains("AllowOrigins"_L1) ? object.value("AllowOrigins"_L1) : object.value("AllowOrigin"_L1));
        cors.methods = textList(object.value("AllowMethods"_L1));
        cors.headers = textList(object.value("AllowHeaders"_L1));
        cors.exposed = textList(object.value("ExposeHeaders"_L1));
        cors.credentials = isTrue(object.value("AllowCredentials"_L1));
        cors.maxAgeSeconds = wholeNumber(object.value("MaxAge"_L1)).value_or(-1);
    } else if (isTrue(value)) {
        cors.origins = QStringList{u"*"_s};
    } else if (value.isString() && value.toString() != "false"_L1) {
        cors.origins = textList(value);
    }
    return cors;
}

/// The function of an ARN, of an integration's address, or of a plain name.
QString functionOf(const QString &text)
{
    static const QRegularExpression called(u"functions/(?:[^/]*:function:)?([^/:]+)(?::[^/]*)?/(?:invocations|response-streaming-invocations)"_s);
    if (const auto match = called.match(text); match.hasMatch())
        return match.captured(1);
    return project::functionNameOf(text);
}

QStringList identityOf(const QJsonObject &identity, bool http)
{
    QStringList all;
    const auto add = [&](QLatin1StringView key, QLatin1StringView source) {
        const QStringList names = textList(identity.value(key));
        for (const QString &name : names)
            all << source + u'.' + name;
    };
    add("Header"_L1, "header"_L1);
    add("Headers"_L1, "header"_L1);
    add("QueryStrings"_L1, "querystring"_L1);
    add("StageVariables"_L1, "stageVariables"_L1);
    add("Context"_L1, "context"_L1);
    // A REST API's token is in this header unless told otherwise; an HTTP API's needs none.
    if (all.isEmpty() && !http)
        all << u"header.Authorization"_s;
    return all;
}

Authorizer readAuthorizer(const QString &name, const QJsonObject &object, bool http)
{
    Authorizer authorizer;
    authorizer.name = name;
    const QJsonObject identity = object.value("Identity"_L1).toObject();
    if (const QJsonObject jwt = object.value("JwtConfiguration"_L1).toObject(); !jwt.isEmpty()) {
        authorizer.type = Authorizer::Type::Jwt;
        authorizer.issuer = jwt.value("issuer"_L1).toString(jwt.value("Issuer"_L1).toString());
        authorizer.audience = textList(jwt.contains("audience"_L1) ? jwt.value("audience"_L1) : jwt.value("Audience"_L1));
        const QString source = object.value("IdentitySource"_L1).toString();
        authorizer.identity = QStringList{source.isEmpty() ? u"header.Authorization"_s : source.section("$request."_L1, -1)};
        return authorizer;
    }
    if (object.contains("UserPoolArn"_L1)) {
        authorizer.type = Authorizer::Type::Cognito;
        authorizer.identity = identityOf(identity, false);
        authorizer.validation = identity.value("ValidationExpression"_L1).toString();
        return authorizer;
    }
    authorizer.function = functionOf(object.value("FunctionArn"_L1).toString());
    authorizer.identity = identityOf(identity, http);
    authorizer.validation = identity.value("ValidationExpression"_L1).toString();
    authorizer.payload2 = http && object.value("AuthorizerPayloadFormatVersion"_L1).toString(u"2.0"_s) == "2.0"_L1;
    authorizer.simpleResponses = isTrue(object.value("EnableSimpleResponses"_L1));
    authorizer.type = !http && object.value("FunctionPayloadType"_L1).toString(u"TOKEN"_s).toUpper() == "TOKEN"_L1 ? Authorizer::Type::Token : Authorizer::Type::Request;
    constexpr int RestStandardSeconds = 300;
    authorizer.timeToLive = std::chrono::seconds(wholeNumber(identity.value("ReauthorizeEvery"_L1)).value_or(http ? 0 : RestStandardSeconds));
    return authorizer;
}

Authorizer iamAuthorizer()
{
    Authorizer iam;
    iam.name = u"AWS_IAM"_s;
    iam.type = Authorizer::Type::Iam;
    return iam;
}

/// The authorizers that an API names, and which of them holds where a route says nothing.
struct Auth {
    QMap<QString, Authorizer> all;
    QString standard;
    bool apiKeyRequired = false;

    [[nodiscard]] std::optional<Authorizer> named(const QString &name) const
    {
        if (name.isEmpty() || name == "NONE"_L1)
            return std::nullopt;
        if (name == "AWS_IAM"_L1)
            return iamAuthorizer();
        const auto found = all.constFind(name);
        return found == all.cend() ? std::nullopt : std::optional(*found);
    }
};

Auth readAuth(const QJsonObject &object, bool http)
{
    Auth auth;
    const QJsonObject authorizers = object.value("Authorizers"_L1).toObject();
    for (auto it = authorizers.begin(); it != authorizers.end(); ++it)
        auth.all.insert(it.key(), readAuthorizer(it.key(), it->toObject(), http));
    auth.standard = object.value("DefaultAuthorizer"_L1).toString();
    auth.apiKeyRequired = isTrue(object.value("ApiKeyRequired"_L1));
    return auth;
}

void applyAuth(Route &route, const Auth &auth, const QJsonObject &own)
{
    route.authorizer = auth.named(own.contains("Authorizer"_L1) ? own.value("Authorizer"_L1).toString() : auth.standard);
    route.scopes = textList(own.value("AuthorizationScopes"_L1));
    route.apiKeyRequired = own.contains("ApiKeyRequired"_L1) ? isTrue(own.value("ApiKeyRequired"_L1)) : auth.apiKeyRequired;
}

QStringList requiredParameters(const QJsonArray &parameters)
{
    QStringList required;
    for (const auto &parameter : parameters) {
        const QJsonObject object = parameter.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (isTrue(it->toObject().value("Required"_L1)))
                required << it.key().section("method.request."_L1, -1);
        }
    }
    return required;
}

QByteArray methodOf(const QString &text)
{
    const QString method = text.toUpper();
    const bool any = method.isEmpty() || method == "*"_L1 || method == "X-AMAZON-APIGATEWAY-ANY-METHOD"_L1;
    return any ? QByteArray("ANY") : method.toLatin1();
}

Route routeOf(const project::Function &function, const project::Trigger &trigger, const Auth &auth)
{
    Route route;
    route.method = methodOf(trigger.properties.value("Method"_L1).toString());
    route.path = trigger.properties.value("Path"_L1).toString();
    if (route.path.isEmpty())
        route.path = u"$default"_s;
    route.function = function.name;
    route.payload1 = trigger.properties.value("PayloadFormatVersion"_L1).toString() == "1.0"_L1;
    route.requiredParameters = requiredParameters(trigger.properties.value("RequestParameters"_L1).toArray());
    route.location = trigger.location;
    applyAuth(route, auth, trigger.properties.value("Auth"_L1).toObject());
    return route;
}

/// Routes that stand in an OpenAPI definition, each with the function that its integration calls.
QList<Route> definedRoutes(const QJsonObject &definition, const Auth &auth, const project::Location &location)
{
    QList<Route> routes;
    const QJsonObject paths = definition.value("paths"_L1).toObject();
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QJsonObject methods = path->toObject();
        for (auto method = methods.begin(); method != methods.end(); ++method) {
            const QJsonObject integration = method->toObject().value("x-amazon-apigateway-integration"_L1).toObject();
            const QString function = functionOf(integration.value("uri"_L1).toString());
            if (function.isEmpty() || integration.value("type"_L1).toString().compare("mock"_L1, Qt::CaseInsensitive) == 0)
                continue;
            Route route;
            route.method = methodOf(method.key());
            route.path = path.key();
            route.function = function;
            route.payload1 = integration.value("payloadFormatVersion"_L1).toString() == "1.0"_L1;
            route.location = location;
            applyAuth(route, auth, {});
            routes << route;
        }
    }
    return routes;
}

void applyThrottling(Api &api, const QJsonObject &settings)
{
    if (const auto rate = wholeNumber(settings.value("ThrottlingRateLimit"_L1)))
        api.ratePerSecond = *rate;
    api.burst = wholeNumber(settings.value("ThrottlingBurstLimit"_L1)).value_or(0);
}

Api restApi(const QString &id, const QJsonObject &properties, const project::Location &location)
{
    Api api;
    api.id = id;
    api.kind = ApiKind::Rest;
    api.stage = properties.value("StageName"_L1).toString(u"Prod"_s);
    api.stageVariables = properties.value("Variables"_L1).toObject();
    api.cors = readCors(properties.value("Cors"_L1));
    const QStringList types = textList(properties.value("BinaryMediaTypes"_L1));
    for (const QString &type : types)
        api.binaryMediaTypes << QString(type).replace("~1"_L1, "/"_L1);
    const QJsonArray settings = properties.value("MethodSettings"_L1).toArray();
    for (const auto &each : settings) {
        const QJsonObject setting = each.toObject();
        if (setting.value("ResourcePath"_L1).toString() == "/*"_L1 && setting.value("HttpMethod"_L1).toString() == "*"_L1)
            applyThrottling(api, setting);
    }
    api.routes = definedRoutes(properties.value("DefinitionBody"_L1).toObject(), readAuth(properties.value("Auth"_L1).toObject(), false), location);
    return api;
}

Api httpApi(const QString &id, const QJsonObject &properties, const project::Location &location)
{
    Api api;
    api.id = id;
    api.kind = ApiKind::Http;
    api.stage = properties.value("StageName"_L1).toString(u"$default"_s);
    api.stageVariables = properties.value("StageVariables"_L1).toObject();
    api.cors = readCors(properties.value("CorsConfiguration"_L1));
    applyThrottling(api, properties.value("DefaultRouteSettings"_L1).toObject());
    api.timeout = std::chrono::seconds(30);
    api.routes = definedRoutes(properties.value("DefinitionBody"_L1).toObject(), readAuth(properties.value("Auth"_L1).toObject(), true), location);
    return api;
}

} // namespace

Api functionUrlApi(const QString &function, int timeoutSeconds, const QJsonObject &properties, const project::Location &location)
{
    Api api;
    api.id = QString(function).replace(u':', u'-');
    api.kind = ApiKind::FunctionUrl;
    api.stage = u"$default"_s;
    api.cors = readCors(properties.value("Cors"_L1));
    api.timeout = std::chrono::seconds(timeoutSeconds + 60);
    Route route;
    route.method = "ANY";
    route.path = u"$default"_s;
    route.function = function;
    route.streams = properties.value("InvokeMode"_L1).toString() == "RESPONSE_STREAM"_L1;
    route.location = location;
    if (properties.value("AuthType"_L1).toString() == "AWS_IAM"_L1)
        route.authorizer = iamAuthorizer();
    api.routes << route;
    return api;
}

QString apiKindName(ApiKind kind)
{
    switch (kind) {
    case ApiKind::Rest: return u"rest"_s;
    case ApiKind::Http: return u"http"_s;
    case ApiKind::FunctionUrl: return u"functionUrl"_s;
    }
    return {};
}

QString Route::key() const
{
    return path == "$default"_L1 ? path : QString(QString::fromLatin1(method) + u' ' + path);
}

QByteArray Api::host() const
{
    return id.toLower().replace(u'_', u'-').toLatin1() + (kind == ApiKind::FunctionUrl ? ".lambda-url.localhost" : ".localhost");
}

QList<Api> apisOf(const project::Project &project)
{
    QList<Api> apis;
    QMap<QString, Auth> auths;
    const auto add = [&](const Api &api, const QJsonObject &properties) {
        apis << api;
        auths.insert(api.id, readAuth(properties.value("Auth"_L1).toObject(), api.kind == ApiKind::Http));
    };
    QMap<QString, QString> byReference; // What a reference to an API comes to.
    for (const project::ApiDeclaration &declared : project.apis) {
        add(declared.rest ? restApi(declared.logicalId, declared.properties, declared.location) : httpApi(declared.logicalId, declared.properties, declared.location), declared.properties);
        byReference.insert(declared.logicalId, declared.logicalId);
        if (const QString name = declared.properties.value("Name"_L1).toString(); !name.isEmpty())
            byReference.insert(name, declared.logicalId);
    }
    const auto apiOf = [&](const project::Trigger &trigger) -> Api & {
        const bool rest = trigger.type == "Api"_L1;
        const QString shared = rest ? u"ServerlessRestApi"_s : u"ServerlessHttpApi"_s;
        const QString asked = trigger.properties.value(rest ? "RestApiId"_L1 : "ApiId"_L1).toString(shared);
        const QString id = byReference.value(asked, asked);
        if (const auto known = std::find_if(apis.begin(), apis.end(), [&](const Api &api) { return api.id == id; }); known != apis.end())
            return *known;
        const QJsonObject &globals = rest ? project.restGlobals : project.httpGlobals;
        add(rest ? restApi(id, globals, {}) : httpApi(id, globals, {}), globals);
        return apis.last();
    };
    QList<Api> urls;
    for (const project::Function &function : project.functions) {
        for (const project::Trigger &trigger : function.triggers) {
            if (trigger.type == "Api"_L1 || trigger.type == "HttpApi"_L1) {
                Api &api = apiOf(trigger);
                api.routes << routeOf(function, trigger, auths.value(api.id));
            } else if (trigger.type == "FunctionUrl"_L1) {
                urls << functionUrlApi(function.name, function.timeoutSeconds, trigger.properties, trigger.location);
            }
        }
    }
    // An ARN names the function as it is called; routes may be written with its logical id.
    apis.removeIf([](const Api &api) { return api.routes.isEmpty(); });
    for (Api &api : apis) {
        for (Route &route : api.routes) {
            if (const project::Function *function = project.function(route.function))
                route.function = function->name;
        }
    }
    return apis + urls;
}

} // namespace eph::gateway
