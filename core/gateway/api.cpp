// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/api.h"

#include "core/base/templatetruth.h"
#include "core/base/text.h"
#include "core/gateway/bodymodel.h"
#include "core/gateway/definedroutes.h"
#include "core/project/eventchecks.h"

#include <QRegularExpression>
#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

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
        cors.maxAgeSeconds = wholeNumber(textList(object.value("MaxAge"_L1)).value(0)).value_or(-1);
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

Authorizer readAuthorizer(const QString &name, const QJsonObject &object, ApiKind kind)
{
    const bool http = kind == ApiKind::Http;
    Authorizer authorizer;
    authorizer.name = name;
    const QJsonObject identity = object.value("Identity"_L1).toObject();
    if (object.contains("JwtConfiguration"_L1)) {
        const QJsonObject jwt = object.value("JwtConfiguration"_L1).toObject();
        authorizer.type = Authorizer::Type::Jwt;
        authorizer.issuer = jwt.value("issuer"_L1).toString(jwt.value("Issuer"_L1).toString());
        authorizer.audience = textList(jwt.contains("audience"_L1) ? jwt.value("audience"_L1) : jwt.value("Audience"_L1));
        authorizer.scopes = textList(object.value("AuthorizationScopes"_L1));
        authorizer.identity = identitySources(object.value("IdentitySource"_L1));
        if (authorizer.identity.isEmpty())
            authorizer.identity = QStringList{u"header.Authorization"_s};
        return authorizer;
    }
    if (object.contains("UserPoolArn"_L1)) {
        authorizer.type = Authorizer::Type::Cognito;
        authorizer.scopes = textList(object.value("AuthorizationScopes"_L1));
        authorizer.identity = identityOf(identity, false);
        authorizer.validation = identity.value("ValidationExpression"_L1).toString();
        return authorizer;
    }
    authorizer.function = functionOf(object.value("FunctionArn"_L1).toString());
    authorizer.identity = object.contains("IdentitySource"_L1) ? identitySources(object.value("IdentitySource"_L1)) : identityOf(identity, kind != ApiKind::Rest);
    authorizer.validation = identity.value("ValidationExpression"_L1).toString();
    authorizer.payload2 = http && object.value("AuthorizerPayloadFormatVersion"_L1).toString(u"2.0"_s) == "2.0"_L1;
    authorizer.simpleResponses = isTrue(object.value("EnableSimpleResponses"_L1));
    authorizer.type = kind == ApiKind::Rest && object.value("FunctionPayloadType"_L1).toString(u"TOKEN"_s).toUpper() == "TOKEN"_L1 ? Authorizer::Type::Token : Authorizer::Type::Request;
    constexpr int RestStandardSeconds = 300;
    authorizer.timeToLive = std::chrono::seconds(wholeNumber(identity.value("ReauthorizeEvery"_L1)).value_or(kind == ApiKind::Rest ? RestStandardSeconds : 0));
    return authorizer;
}

/// The authorizers that an API names, and which of them holds where a route says nothing.
struct Auth {
    QMap<QString, Authorizer> all;
    QString standard;
    bool apiKeyRequired = false;
    bool guardsPreflights = true; ///< The standard one asks those, too, that browsers send first.

    [[nodiscard]] std::optional<Authorizer> named(const QString &name) const
    {
        if (name.isEmpty() || name == "NONE"_L1)
            return std::nullopt;
        if (name == "AWS_IAM"_L1)
            return iamAuthorizer();
        const auto found = all.constFind(name);
        return found == all.cend() ? absentAuthorizer(name) : *found;
    }
};

Auth readAuth(const QJsonObject &object, ApiKind kind)
{
    Auth auth;
    const QJsonObject authorizers = object.value("Authorizers"_L1).toObject();
    for (auto it = authorizers.begin(); it != authorizers.end(); ++it)
        auth.all.insert(it.key(), readAuthorizer(it.key(), it->toObject(), kind));
    auth.standard = object.value("DefaultAuthorizer"_L1).toString();
    auth.apiKeyRequired = isTrue(object.value("ApiKeyRequired"_L1));
    auth.guardsPreflights = kind == ApiKind::Rest && (!object.contains("AddDefaultAuthorizerToCorsPreflight"_L1) || isTrue(object.value("AddDefaultAuthorizerToCorsPreflight"_L1)));
    return auth;
}

void applyAuth(Route &route, const Auth &auth, const QJsonObject &own)
{
    route.authorizer = auth.named(own.contains("Authorizer"_L1) ? own.value("Authorizer"_L1).toString() : auth.standard);
    if (own.contains("AuthorizationScopes"_L1))
        route.scopes = textList(own.value("AuthorizationScopes"_L1));
    else if (route.authorizer)
        route.scopes = route.authorizer->scopes;
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

/// The model that the event asks for among those that the API declares.
void applyModel(Route &route, const QJsonObject &models, const QJsonObject &asked)
{
    const QString name = asked.value("Model"_L1).toString();
    // SAM makes a validator for those only who ask for it.
    if (!isTrue(asked.value("ValidateParameters"_L1)))
        route.requiredParameters.clear();
    if (name.isEmpty() || !isTrue(asked.value("ValidateBody"_L1)))
        return;
    route.modelName = name;
    QJsonObject schema = models.value(name).toObject();
    // Models name one another.
    QJsonObject others = schema.value("definitions"_L1).toObject();
    for (auto it = models.begin(); it != models.end(); ++it)
        others.insert(it.key(), *it);
    schema.insert("definitions"_L1, others);
    route.bodyModel = typedSchema(schema);
}

UsagePlan readPlan(const QString &name, const QJsonObject &throttle, const QJsonObject &quota)
{
    UsagePlan plan;
    plan.name = name;
    if (throttle.contains("RateLimit"_L1))
        plan.ratePerSecond = throttle.value("RateLimit"_L1).toVariant().toDouble();
    plan.burst = wholeNumber(throttle.value("BurstLimit"_L1)).value_or(0);
    plan.quota = wholeNumber(quota.value("Limit"_L1)).value_or(0);
    const QString period = quota.value("Period"_L1).toString().toUpper();
    plan.period = period == "DAY"_L1 ? UsagePlan::Period::Day : period == "WEEK"_L1 ? UsagePlan::Period::Week : UsagePlan::Period::Month;
    return plan;
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
    if (const auto milliseconds = wholeNumber(trigger.properties.value("TimeoutInMillis"_L1)))
        route.timeout = std::chrono::milliseconds(*milliseconds);
    route.location = trigger.location;
    applyAuth(route, auth, trigger.properties.value("Auth"_L1).toObject());
    return route;
}

/// Routes that stand in an OpenAPI definition. SAM's words hold where it says nothing of security.
QList<Route> routesOf(const QJsonObject &definition, const Api &api, const Auth &auth, const project::Location &location)
{
    QList<Route> routes;
    // A stage may say which function is meant.
    const auto ofStage = [&api](QString uri) {
        for (auto it = api.stageVariables.begin(); it != api.stageVariables.end(); ++it)
            uri.replace("${stageVariables."_L1 + it.key() + u'}', it->toVariant().toString());
        return functionOf(uri);
    };
    const QList<DefinedRoute> all = definedRoutes(definition, api.kind, ofStage, auth.all);
    for (const DefinedRoute &defined : all) {
        Route route = defined.route;
        route.location = location;
        route.bodyModel = typedSchema(route.bodyModel);
        if (!defined.saysSecurity && (auth.guardsPreflights || route.method != "OPTIONS"))
            applyAuth(route, auth, {});
        routes << route;
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
    const QJsonObject auth = properties.value("Auth"_L1).toObject();
    if (const QJsonObject plan = auth.value("UsagePlan"_L1).toObject(); plan.value("CreateUsagePlan"_L1).toString(u"NONE"_s) != "NONE"_L1) {
        api.plans << readPlan(id + "UsagePlan"_L1, plan.value("Throttle"_L1).toObject(), plan.value("Quota"_L1).toObject());
        api.plans.last().anyKey = true;
    }
    const QJsonObject definition = properties.value("DefinitionBody"_L1).toObject();
    api.gatewayResponses = readGatewayResponses(definition.value("x-amazon-apigateway-gateway-responses"_L1).toObject());
    api.gatewayResponses.insert(readGatewayResponses(properties.value("GatewayResponses"_L1).toObject()));
    api.routes = routesOf(definition, api, readAuth(auth, ApiKind::Rest), location);
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
    api.routes = routesOf(properties.value("DefinitionBody"_L1).toObject(), api, readAuth(properties.value("Auth"_L1).toObject(), ApiKind::Http), location);
    return api;
}

Api webSocketApi(const QString &id, const QJsonObject &properties)
{
    Api api;
    api.id = id;
    api.kind = ApiKind::WebSocket;
    api.stage = properties.value("StageName"_L1).toString(u"default"_s);
    api.stageVariables = properties.value("StageVariables"_L1).toObject();
    api.selection = properties.value("RouteSelectionExpression"_L1).toString(u"$request.body.action"_s);
    applyThrottling(api, properties.value("DefaultRouteSettings"_L1).toObject());
    return api;
}

Route webSocketRoute(const project::Function &function, const project::Trigger &trigger, const Auth &auth)
{
    Route route;
    route.path = trigger.properties.value("RouteKey"_L1).toString();
    route.function = function.name;
    route.answers = trigger.properties.value("RouteResponseSelectionExpression"_L1).toString() == "$default"_L1;
    route.location = trigger.location;
    applyAuth(route, auth, trigger.properties.value("Auth"_L1).toObject());
    // Who connects is asked once; what comes afterwards is theirs.
    if (route.path != "$connect"_L1)
        route.authorizer.reset();
    return route;
}

Api loadBalancer(const QString &id, const QJsonObject &properties)
{
    Api api;
    api.id = id;
    api.kind = ApiKind::LoadBalancer;
    api.stage = u"$default"_s;
    // A function may take as long as it is allowed to.
    api.timeout = std::chrono::minutes(16);
    const QJsonObject fixed = properties.value("FixedResponse"_L1).toObject();
    if (!fixed.isEmpty())
        api.fixedAnswer = {wholeNumber(fixed.value("StatusCode"_L1)).value_or(404), fixed.value("ContentType"_L1).toString(u"text/plain"_s).toUtf8(), fixed.value("MessageBody"_L1).toString().toUtf8()};
    return api;
}

Route balancerRoute(const project::Function &function, const project::Trigger &trigger)
{
    Route route;
    route.method = methodOf(trigger.properties.value("Method"_L1).toString());
    route.path = trigger.properties.value("Path"_L1).toString();
    route.function = function.name;
    route.multiValue = trigger.properties.value("MultiValue"_L1).toBool();
    route.targetGroup = trigger.properties.value("TargetGroup"_L1).toString();
    route.priority = trigger.properties.value("Priority"_L1).toInt();
    route.location = trigger.location;
    return route;
}

Api declaredApi(const project::ApiDeclaration &declared)
{
    switch (declared.type) {
    case project::ApiType::Rest: return restApi(declared.logicalId, declared.properties, declared.location);
    case project::ApiType::Http: return httpApi(declared.logicalId, declared.properties, declared.location);
    case project::ApiType::LoadBalancer: return loadBalancer(declared.logicalId, declared.properties);
    case project::ApiType::WebSocket: return webSocketApi(declared.logicalId, declared.properties);
    }
    return {};
}

} // namespace

QStringList identitySources(const QJsonValue &value)
{
    QStringList all;
    const QStringList sources = textList(value);
    for (const QString &source : sources)
        all << (source.contains("request."_L1) ? source.section("request."_L1, -1) : QString(source).remove(u'$'));
    return all;
}

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
    case ApiKind::LoadBalancer: return u"loadBalancer"_s;
    case ApiKind::WebSocket: return u"webSocket"_s;
    }
    return {};
}

QString Route::answerer() const
{
    if (!unserved.isEmpty())
        return Core::tr("not here (%1)").arg(unserved);
    return function.isEmpty() && integration ? nameOf(*integration) : function;
}

QString Route::key() const
{
    return path == "$default"_L1 || method.isEmpty() ? path : QString(QString::fromLatin1(method) + u' ' + path);
}

QByteArray Api::host() const
{
    return id.toLower().replace(u'_', u'-').toLatin1() + (kind == ApiKind::FunctionUrl ? ".lambda-url.localhost" : ".localhost");
}

QList<Api> apisOf(const project::Project &project)
{
    QList<Api> apis;
    QMap<QString, Auth> auths;
    QMap<QString, QJsonObject> models;
    const auto add = [&](const Api &api, const QJsonObject &properties) {
        apis << api;
        models.insert(api.id, properties.value("Models"_L1).toObject());
        auths.insert(api.id, readAuth(properties.value("Auth"_L1).toObject(), api.kind));
    };
    QMap<QString, QString> byReference; // What a reference to an API comes to.
    QSet<QString> selfDefined;
    for (const project::ApiDeclaration &declared : project.apis) {
        add(declaredApi(declared), declared.properties);
        byReference.insert(declared.logicalId, declared.logicalId);
        if (project::isDefinedByItself(declared))
            selfDefined.insert(declared.logicalId);
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
            if (trigger.type == "LoadBalancer"_L1) {
                apiOf(trigger).routes << balancerRoute(function, trigger);
            } else if (trigger.type == "WebSocket"_L1) {
                Api &api = apiOf(trigger);
                api.routes << webSocketRoute(function, trigger, auths.value(api.id));
            } else if (trigger.type == "Api"_L1 || trigger.type == "HttpApi"_L1) {
                Api &api = apiOf(trigger);
                if (selfDefined.contains(api.id))
                    continue;
                api.routes << routeOf(function, trigger, auths.value(api.id));
                if (api.kind == ApiKind::Rest)
                    applyModel(api.routes.last(), models.value(api.id), trigger.properties.value("RequestModel"_L1).toObject());
            } else if (trigger.type == "FunctionUrl"_L1) {
                urls << functionUrlApi(function.name, function.timeoutSeconds, trigger.properties, trigger.location);
            }
        }
    }
    for (const project::UsagePlanDeclaration &declared : project.usagePlans) {
        for (Api &api : apis) {
            for (UsagePlan &generated : api.plans) {
                if (generated.name == declared.logicalId) {
                    generated.keys = declared.keys;
                    generated.anyKey = declared.anyKey;
                }
            }
        }
        UsagePlan plan = readPlan(declared.logicalId, declared.throttle, declared.quota);
        plan.keys = declared.keys;
        plan.anyKey = declared.anyKey;
        for (const QString &asked : declared.apis) {
            const auto meant = std::find_if(apis.begin(), apis.end(), [&](const Api &api) { return api.id == byReference.value(asked, asked) && api.kind == ApiKind::Rest; });
            if (meant != apis.end())
                meant->plans << plan;
        }
    }
    // An ARN names the function as it is called; routes may be written with its logical id.
    apis.removeIf([](const Api &api) { return api.routes.isEmpty(); });
    for (Api &api : apis)
        std::stable_sort(api.routes.begin(), api.routes.end(), [](const Route &a, const Route &b) { return a.priority < b.priority; });
    // A load balancer may take everything: it comes after those that do not.
    std::stable_partition(apis.begin(), apis.end(), [](const Api &api) { return api.kind != ApiKind::LoadBalancer; });
    for (Api &api : apis) {
        for (Route &route : api.routes) {
            if (const project::Function *function = project.function(route.function))
                route.function = function->name;
        }
    }
    return apis + urls;
}

} // namespace eph::gateway
