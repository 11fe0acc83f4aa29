// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/apigatewayapi.h"

#include "core/base/account.h"
#include "core/base/text.h"
#include "core/cloud/functionnames.h"
#include "core/gateway/definedapi.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QString HttpKind = u"http-api"_s;
const QString RestKind = u"rest-api"_s;

[[nodiscard]] tl::unexpected<ApiError> missing(const QString &id)
{
    return tl::unexpected(ApiError{404, "NotFoundException", u"Invalid API identifier specified %1:%2"_s.arg(LocalAccount, id)});
}

[[nodiscard]] tl::unexpected<ApiError> bad(const QString &message)
{
    return tl::unexpected(ApiError{400, "BadRequestException", message});
}

/// Ten small letters and digits.
[[nodiscard]] QString newId()
{
    static const QString letters = u"abcdefghijklmnopqrstuvwxyz0123456789"_s;
    QString id;
    for (int i = 0; i < 10; ++i)
        id += letters.at(QRandomGenerator::global()->bounded(int(letters.size())));
    return id;
}

[[nodiscard]] std::optional<ApiError> definitionError(const QJsonObject &definition)
{
    const QString version = definition.value("openapi"_L1).toString(definition.value("swagger"_L1).toString());
    if (version.isEmpty() || !definition.value("paths"_L1).isObject())
        return ApiError{400, "BadRequestException", u"Unable to parse API definition because of a malformed OpenAPI document."_s};
    if (definition.value("info"_L1).toObject().value("title"_L1).toString().isEmpty())
        return ApiError{400, "BadRequestException", u"Invalid OpenAPI input: info.title is required."_s};
    return std::nullopt;
}

[[nodiscard]] QString hashOf(const QString &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().first(7));
}

struct OneRoute {
    QString key;
    QJsonObject operation;
    QJsonObject integration;
};

[[nodiscard]] QList<OneRoute> routesIn(const QJsonObject &definition)
{
    QList<OneRoute> routes;
    const QJsonObject paths = definition.value("paths"_L1).toObject();
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QJsonObject methods = path->toObject();
        for (auto method = methods.begin(); method != methods.end(); ++method) {
            const QJsonObject operation = method->toObject();
            const QString verb = method.key() == "x-amazon-apigateway-any-method"_L1 ? u"ANY"_s : method.key().toUpper();
            routes << OneRoute{path.key() == "/$default"_L1 ? u"$default"_s : QString(verb + u' ' + path.key()), operation, operation.value("x-amazon-apigateway-integration"_L1).toObject()};
        }
    }
    return routes;
}

} // namespace

ApiGatewayApi::ApiGatewayApi(DeployedFunctions &deployed, FunctionCatalogue &catalogue)
    : m_deployed(deployed)
    , m_catalogue(catalogue)
{
}

QMap<QString, QJsonObject> ApiGatewayApi::declared(const QString &kind) const
{
    QMap<QString, QJsonObject> found;
    const auto project = m_catalogue.project();
    const auto apis = m_catalogue.apis();
    if (!project || !apis)
        return found;
    for (const gateway::Api &api : **apis) {
        const bool rest = api.kind == gateway::ApiKind::Rest;
        if (!rest && api.kind != gateway::ApiKind::Http && api.kind != gateway::ApiKind::WebSocket)
            continue;
        if (rest != (kind == RestKind) || m_deployed.documents().find({kind, {}, api.id}))
            continue;
        const auto source = std::find_if((*project)->apis.cbegin(), (*project)->apis.cend(), [&api](const project::ApiDeclaration &one) { return one.logicalId == api.id; });
        const QString name = source == (*project)->apis.cend() ? QString() : source->properties.value("Name"_L1).toString();
        const QJsonObject stage = rest ? QJsonObject{{u"stageName"_s, api.stage}} : QJsonObject{{u"stageName"_s, api.stage}, {u"autoDeploy"_s, true}};
        found.insert(api.id, {{u"definition"_s, QJsonObject{{u"info"_s, QJsonObject{{u"title"_s, name.isEmpty() ? api.id : name}, {u"version"_s, u"1.0"_s}}}}},
                              {u"protocol"_s, api.kind == gateway::ApiKind::WebSocket ? u"WEBSOCKET"_s : u"HTTP"_s},
                              {u"created"_s, QFileInfo((*project)->templateFile).lastModified().toSecsSinceEpoch()}, {u"stages"_s, QJsonObject{{api.stage, stage}}}});
    }
    return found;
}

std::optional<QJsonObject> ApiGatewayApi::document(const QString &kind, const QString &id) const
{
    if (const QJsonObject *made = m_deployed.documents().find({kind, {}, id}))
        return *made;
    const auto all = declared(kind);
    const auto own = all.constFind(id);
    return own == all.cend() ? std::nullopt : std::optional(*own);
}

void ApiGatewayApi::addTo(RestRoutes &routes)
{
    addHttp(routes);
    addRest(routes);
}

void ApiGatewayApi::addHttp(RestRoutes &routes)
{
    const auto definitionOf = [](const RestCall &call) { return QJsonDocument::fromJson(call.input.value("body"_L1).toString().toUtf8()).object(); };
    const auto id = [](const RestCall &call) { return call.path.value(u"ApiId"_s); };
    routes.add("PUT", "/v2/apis", [=, this](const RestCall &call) { return import(HttpKind, definitionOf(call)); });
    routes.add("PUT", "/v2/apis/{ApiId}", [=, this](const RestCall &call) { return reimport(HttpKind, id(call), definitionOf(call)); });
    routes.add("GET", "/v2/apis", [this](const RestCall &) { return list(HttpKind); });
    routes.add("GET", "/v2/apis/{ApiId}", [=, this](const RestCall &call) { return get(HttpKind, id(call)); });
    routes.add("DELETE", "/v2/apis/{ApiId}", [=, this](const RestCall &call) { return remove(HttpKind, id(call)); });
    routes.addLater("GET", "/v2/apis/{ApiId}/exports/{Specification}", [=, this](const RestCall &call) { exportTo(call, HttpKind, id(call)); });
    routes.add("POST", "/v2/apis/{ApiId}/stages", [=, this](const RestCall &call) { return putStage(HttpKind, id(call), call.input.value("stageName"_L1).toString(), call.input); });
    routes.add("PATCH", "/v2/apis/{ApiId}/stages/{StageName}", [=, this](const RestCall &call) { return updateStage(id(call), call.path.value(u"StageName"_s), call.input); });
    routes.add("GET", "/v2/apis/{ApiId}/stages", [=, this](const RestCall &call) { return getStages(HttpKind, call, id(call), {}); });
    routes.add("GET", "/v2/apis/{ApiId}/stages/{StageName}", [=, this](const RestCall &call) { return getStages(HttpKind, call, id(call), call.path.value(u"StageName"_s)); });
    routes.add("GET", "/v2/apis/{ApiId}/routes", [=, this](const RestCall &call) { return routesOf(id(call)); });
    routes.add("GET", "/v2/apis/{ApiId}/integrations", [=, this](const RestCall &call) { return integrationsOf(id(call)); });
}

void ApiGatewayApi::addRest(RestRoutes &routes)
{
    const auto id = [](const RestCall &call) { return call.path.value(u"Id"_s); };
    // The body is the definition itself.
    routes.add("POST", "/restapis", [this](const RestCall &call) { return import(RestKind, call.input); });
    routes.add("PUT", "/restapis/{Id}", [=, this](const RestCall &call) { return reimport(RestKind, id(call), call.input); });
    routes.add("GET", "/restapis", [this](const RestCall &) { return list(RestKind); });
    routes.add("GET", "/restapis/{Id}", [=, this](const RestCall &call) { return get(RestKind, id(call)); });
    routes.add("DELETE", "/restapis/{Id}", [=, this](const RestCall &call) { return remove(RestKind, id(call)); });
    routes.add("POST", "/restapis/{Id}/deployments", [=, this](const RestCall &call) { return putStage(RestKind, id(call), call.input.value("stageName"_L1).toString(), call.input); });
    routes.add("GET", "/restapis/{Id}/stages", [=, this](const RestCall &call) { return getStages(RestKind, call, id(call), {}); });
    routes.add("GET", "/restapis/{Id}/stages/{Stage}", [=, this](const RestCall &call) { return getStages(RestKind, call, id(call), call.path.value(u"Stage"_s)); });
    routes.addLater("GET", "/restapis/{Id}/stages/{Stage}/exports/{Type}", [=, this](const RestCall &call) { exportTo(call, RestKind, id(call)); });
}

QJsonObject ApiGatewayApi::told(const QString &kind, const QString &id, const QJsonObject &document) const
{
    const QJsonObject info = document.value("definition"_L1).toObject().value("info"_L1).toObject();
    if (kind == RestKind)
        return {{u"id"_s, id}, {u"name"_s, info.value("title"_L1)}, {u"version"_s, info.value("version"_L1)}, {u"createdDate"_s, document.value("created"_L1).toInteger()}, {u"apiKeySource"_s, u"HEADER"_s}, {u"endpoint"_s, u"http://%1.localhost:%2"_s.arg(id.toLower()).arg(m_port)}, {u"endpointConfiguration"_s, QJsonObject{{u"types"_s, QJsonArray{u"EDGE"_s}}}}};
    const QString created = QDateTime::fromSecsSinceEpoch(document.value("created"_L1).toInteger(), Qt::UTC).toString(Qt::ISODate);
    return {{u"apiId"_s, id}, {u"name"_s, info.value("title"_L1)}, {u"version"_s, info.value("version"_L1)}, {u"protocolType"_s, document.value("protocol"_L1).toString(u"HTTP"_s)}, {u"routeSelectionExpression"_s, u"$request.method $request.path"_s}, {u"createdDate"_s, created},
            {u"apiEndpoint"_s, u"http://%1.localhost:%2"_s.arg(id.toLower()).arg(m_port)}};
}

RestReply ApiGatewayApi::import(const QString &kind, const QJsonObject &definition)
{
    if (const auto error = definitionError(definition))
        return tl::unexpected(*error);
    const QString id = newId();
    const QJsonObject document{{u"definition"_s, definition}, {u"created"_s, m_deployed.clock().epochMs() / 1000}};
    return written(m_deployed.documents().put({kind, {}, id}, document), {201, told(kind, id, document)});
}

RestReply ApiGatewayApi::reimport(const QString &kind, const QString &id, const QJsonObject &definition)
{
    const QJsonObject *known = m_deployed.documents().find({kind, {}, id});
    if (!known)
        return missing(id);
    if (const auto error = definitionError(definition))
        return tl::unexpected(*error);
    QJsonObject document = *known;
    document.insert(u"definition"_s, definition);
    return written(m_deployed.documents().put({kind, {}, id}, document), {kind == HttpKind ? 201 : 200, told(kind, id, document)});
}

RestReply ApiGatewayApi::get(const QString &kind, const QString &id) const
{
    const auto found = document(kind, id);
    if (!found)
        return missing(id);
    return RestAnswer{200, told(kind, id, *found)};
}

RestReply ApiGatewayApi::list(const QString &kind) const
{
    QJsonArray items;
    const auto own = declared(kind);
    for (auto it = own.begin(); it != own.end(); ++it)
        items.append(told(kind, it.key(), *it));
    const auto all = m_deployed.documents().all(kind, {});
    for (auto it = all.begin(); it != all.end(); ++it)
        items.append(told(kind, it.key(), *it));
    return RestAnswer{200, {{kind == HttpKind ? u"items"_s : u"item"_s, items}}};
}

RestReply ApiGatewayApi::remove(const QString &kind, const QString &id)
{
    if (!m_deployed.documents().find({kind, {}, id}))
        return missing(id);
    return written(m_deployed.documents().remove({kind, {}, id}), {kind == HttpKind ? 204 : 202});
}

RestReply ApiGatewayApi::putStage(const QString &kind, const QString &id, const QString &stage, const QJsonObject &settings)
{
    const QJsonObject *known = m_deployed.documents().find({kind, {}, id});
    if (!known)
        return missing(id);
    if (stage.isEmpty())
        return bad(u"Stage name is required"_s);
    QJsonObject document = *known;
    QJsonObject stages = document.value("stages"_L1).toObject();
    if (kind == HttpKind && stages.contains(stage))
        return tl::unexpected(ApiError{409, "ConflictException", u"Stage already exists"_s});
    stages.insert(stage, settings);
    document.insert(u"stages"_s, stages);
    // A REST API answers as it was when it was deployed.
    if (kind == RestKind)
        document.insert(u"deployed"_s, document.value("definition"_L1));
    QJsonObject answer = settings;
    if (kind == RestKind)
        answer = {{u"id"_s, hashOf(id + stage + QString::number(m_deployed.clock().epochMs()))}, {u"createdDate"_s, m_deployed.clock().epochMs() / 1000}};
    return written(m_deployed.documents().put({kind, {}, id}, document), {201, answer});
}

RestReply ApiGatewayApi::updateStage(const QString &id, const QString &stage, const QJsonObject &changes)
{
    const QJsonObject *known = m_deployed.documents().find({HttpKind, {}, id});
    if (!known || !known->value("stages"_L1).toObject().contains(stage))
        return missing(id);
    QJsonObject document = *known;
    QJsonObject stages = document.value("stages"_L1).toObject();
    QJsonObject settings = stages.value(stage).toObject();
    for (auto it = changes.begin(); it != changes.end(); ++it)
        settings.insert(it.key(), *it);
    stages.insert(stage, settings);
    document.insert(u"stages"_s, stages);
    return written(m_deployed.documents().put({HttpKind, {}, id}, document), {200, settings});
}

RestReply ApiGatewayApi::getStages(const QString &kind, const RestCall &, const QString &id, const QString &stage) const
{
    const auto found = document(kind, id);
    if (!found)
        return missing(id);
    const QJsonObject stages = found->value("stages"_L1).toObject();
    if (!stage.isEmpty() && !stages.contains(stage))
        return tl::unexpected(ApiError{404, "NotFoundException", kind == HttpKind ? u"Unable to find Stage by name %1 within the provided API"_s.arg(stage) : u"Invalid stage identifier specified"_s});
    if (!stage.isEmpty())
        return RestAnswer{200, stages.value(stage).toObject()};
    QJsonArray items;
    for (const auto &each : stages)
        items.append(each);
    return RestAnswer{200, {{kind == HttpKind ? u"items"_s : u"item"_s, items}}};
}

RestReply ApiGatewayApi::routesOf(const QString &id) const
{
    const QJsonObject *document = m_deployed.documents().find({HttpKind, {}, id});
    if (!document)
        return missing(id);
    QJsonArray items;
    const QList<OneRoute> routes = routesIn(document->value("definition"_L1).toObject());
    for (const OneRoute &route : routes)
        items.append(QJsonObject{{u"routeKey"_s, route.key}, {u"routeId"_s, hashOf(route.key)}, {u"target"_s, QString("integrations/"_L1 + hashOf(route.integration.value("uri"_L1).toString()))}, {u"authorizationType"_s, route.operation.value("security"_L1).toArray().isEmpty() ? u"NONE"_s : u"CUSTOM"_s}, {u"apiKeyRequired"_s, false}});
    return RestAnswer{200, {{u"items"_s, items}}};
}

RestReply ApiGatewayApi::integrationsOf(const QString &id) const
{
    const QJsonObject *document = m_deployed.documents().find({HttpKind, {}, id});
    if (!document)
        return missing(id);
    QJsonObject byId;
    const QList<OneRoute> routes = routesIn(document->value("definition"_L1).toObject());
    for (const OneRoute &route : routes) {
        const QString uri = route.integration.value("uri"_L1).toString();
        byId.insert(hashOf(uri), QJsonObject{{u"integrationId"_s, hashOf(uri)}, {u"integrationType"_s, u"AWS_PROXY"_s}, {u"integrationUri"_s, uri}, {u"integrationMethod"_s, u"POST"_s}, {u"connectionType"_s, u"INTERNET"_s}, {u"payloadFormatVersion"_s, route.integration.value("payloadFormatVersion"_L1).toString(u"1.0"_s)}, {u"timeoutInMillis"_s, 30'000}});
    }
    QJsonArray items;
    for (const auto &each : std::as_const(byId))
        items.append(each);
    return RestAnswer{200, {{u"items"_s, items}}};
}

void ApiGatewayApi::exportTo(const RestCall &call, const QString &kind, const QString &id) const
{
    const QJsonObject *document = m_deployed.documents().find({kind, {}, id});
    if (!document)
        return call.fail(missing(id).value());
    call.answer(200, document->value(kind == RestKind && document->contains("deployed"_L1) ? "deployed"_L1 : "definition"_L1).toObject());
}

QList<gateway::Api> deployedApis(const account::DocumentStore &documents)
{
    QList<gateway::Api> apis;
    for (const QString &kind : {HttpKind, RestKind}) {
        const auto all = documents.all(kind, {});
        for (auto it = all.begin(); it != all.end(); ++it) {
            const QJsonObject stages = it->value("stages"_L1).toObject();
            for (auto stage = stages.begin(); stage != stages.end(); ++stage) {
                const QJsonObject settings = stage->toObject();
                gateway::DefinedApi defined{it.key(), kind == HttpKind ? gateway::ApiKind::Http : gateway::ApiKind::Rest, stage.key(), settings.value(kind == HttpKind ? "stageVariables"_L1 : "variables"_L1).toObject(), it->value(kind == RestKind ? "deployed"_L1 : "definition"_L1).toObject()};
                gateway::Api api = gateway::apiOf(defined);
                const QJsonObject limits = settings.value("defaultRouteSettings"_L1).toObject();
                if (limits.contains("throttlingRateLimit"_L1)) {
                    api.ratePerSecond = limits.value("throttlingRateLimit"_L1).toDouble();
                    api.burst = limits.value("throttlingBurstLimit"_L1).toInt();
                }
                apis << api;
            }
        }
    }
    return apis;
}

} // namespace eph::cloud
