// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/deploy/resourcetype.h"

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString versionOf(const Resource &resource)
{
    return resource.properties.value("Body"_L1).toObject().value("info"_L1).toObject().value("version"_L1).toString();
}

[[nodiscard]] QStringList routesOf(const Resource &resource)
{
    QStringList routes;
    const QJsonObject paths = resource.properties.value("Body"_L1).toObject().value("paths"_L1).toObject();
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QStringList methods = path->toObject().keys();
        for (const QString &method : methods)
            routes << (method.startsWith("x-"_L1) ? u"ANY"_s : method.toUpper()) + u' ' + path.key();
    }
    return routes;
}

/// Empty where there is none of that name.
[[nodiscard]] Result<QJsonObject> findByName(AwsClient &client, const ApiCall &call, const QString &list, const QString &key, const QString &name)
{
    QJsonObject found;
    return askForEach(client, call, list, [&](const QJsonValue &item) {
        if (item.toObject().value(key).toString() == name)
            found = item.toObject();
        return found.isEmpty();
    }).map([&] { return found; });
}

namespace http {

[[nodiscard]] ApiCall v2(const QString &operation, const QJsonObject &parameters)
{
    return {u"apigatewayv2"_s, operation, parameters};
}

[[nodiscard]] ApiCall reimport(const QJsonValue &id, const QString &body)
{
    return v2(u"ReimportApi"_s, {{u"ApiId"_s, id}, {u"Body"_s, body}});
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto api = findByName(client, v2(u"GetApis"_s, {}), u"Items"_s, u"Name"_s, resource.name);
    if (!api || api->isEmpty())
        return api ? Result<Existing>(Existing()) : tl::unexpected(api.error());
    Existing existing{true, *api, {{u"ApiId"_s, api->value("ApiId"_L1)}, {u"ApiEndpoint"_s, api->value("ApiEndpoint"_L1)}}};
    if (api->value("Version"_L1).toString() != versionOf(resource)) {
        const auto body = askFor(client, v2(u"ExportApi"_s, {{u"ApiId"_s, api->value("ApiId"_L1)}, {u"Specification"_s, u"OAS30"_s}, {u"OutputType"_s, u"JSON"_s}, {u"IncludeExtensions"_s, true}}));
        if (!body)
            return tl::unexpected(body.error());
        existing.state.insert(u"Body"_s, body->value_or(QJsonObject()).value("body"_L1));
    }
    const auto stage = askFor(client, v2(u"GetStage"_s, {{u"ApiId"_s, api->value("ApiId"_L1)}, {u"StageName"_s, resource.properties.value("Stage"_L1)}}));
    if (!stage)
        return tl::unexpected(stage.error());
    existing.state.insert(u"HasStage"_s, stage->has_value());
    existing.state.insert(u"StageState"_s, stage->value_or(QJsonObject()));
    return existing;
}

[[nodiscard]] ApiCall createStage(const Resource &resource, const QJsonValue &id)
{
    QJsonObject stage{{u"ApiId"_s, id}, {u"StageName"_s, resource.properties.value("Stage"_L1)}, {u"AutoDeploy"_s, true}};
    if (resource.properties.contains("StageVariables"_L1))
        stage.insert(u"StageVariables"_s, resource.properties.value("StageVariables"_L1));
    if (const QJsonObject limits = resource.properties.value("Throttling"_L1).toObject(); !limits.isEmpty())
        stage.insert(u"DefaultRouteSettings"_s, QJsonObject{{u"ThrottlingRateLimit"_s, limits.value("RateLimit"_L1)}, {u"ThrottlingBurstLimit"_s, limits.value("BurstLimit"_L1)}});
    return v2(u"CreateStage"_s, stage);
}

/// Variables and limits of a stage that is open.
void planStage(const Resource &resource, const Existing &existing, const QJsonValue &id, StepWriter &steps)
{
    const QJsonObject wanted = createStage(resource, id).parameters;
    const QJsonObject state = existing.state.value("StageState"_L1).toObject();
    QJsonObject now{{u"ApiId"_s, id}, {u"StageName"_s, resource.properties.value("Stage"_L1)}};
    QJsonObject before = now;
    QStringList changed;
    for (const QString &member : {u"StageVariables"_s, u"DefaultRouteSettings"_s}) {
        const QJsonObject value = wanted.value(member).toObject();
        const QJsonObject actual = state.value(member).toObject();
        const bool same = member == "StageVariables"_L1 ? value == actual : satisfies(value, actual);
        if (same)
            continue;
        now.insert(member, value);
        before.insert(member, actual);
        changed << member;
    }
    if (!changed.isEmpty())
        steps.add({Phase::Connect, Change::Update, Core::tr("Change the stage of the API %1").arg(resource.name), v2(u"UpdateStage"_s, now), {v2(u"UpdateStage"_s, before)}, changed});
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    const QString body = documentText(resource.properties.value("Body"_L1).toObject());
    const QJsonValue id = existing.exists ? existing.outputs.value("ApiId"_L1) : QJsonValue(values::output(resource.key(), u"ApiId"_s));
    if (!existing.exists)
        steps.add({Phase::Connect, Change::Create, Core::tr("Create the API %1").arg(resource.name), v2(u"ImportApi"_s, {{u"Body"_s, body}}), {v2(u"DeleteApi"_s, {{u"ApiId"_s, id}})}, routesOf(resource), {u"ApiId"_s, u"ApiEndpoint"_s}, Probe{v2(u"GetApis"_s, {}), u"Items"_s, u"Name"_s, resource.name}});
    else if (existing.state.contains("Body"_L1))
        steps.add({Phase::Connect, Change::Update, Core::tr("Change the routes of the API %1").arg(resource.name), reimport(id, body), {reimport(id, existing.state.value("Body"_L1).toString())}, routesOf(resource)});
    if (existing.exists && existing.state.value("HasStage"_L1).toBool())
        planStage(resource, existing, id, steps);
    if (!existing.state.value("HasStage"_L1).toBool())
        steps.add({Phase::Connect, Change::Create, Core::tr("Open the API %1").arg(resource.name), createStage(resource, id), {}, {}, {}, Probe{v2(u"GetStage"_s, {{u"ApiId"_s, id}, {u"StageName"_s, resource.properties.value("Stage"_L1)}}), {}, {}, {}}});
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the API %1 with its address").arg(resource.name), v2(u"DeleteApi"_s, {{u"ApiId"_s, existing.outputs.value("ApiId"_L1)}})});
}

}

namespace rest {

[[nodiscard]] ApiCall v1(const QString &operation, const QJsonObject &parameters)
{
    return {u"apigateway"_s, operation, parameters};
}

[[nodiscard]] ApiCall overwrite(const QJsonValue &id, const QString &body)
{
    return v1(u"PutRestApi"_s, {{u"restApiId"_s, id}, {u"mode"_s, u"overwrite"_s}, {u"body"_s, body}});
}

[[nodiscard]] ApiCall deployment(const Resource &resource, const QJsonValue &id)
{
    QJsonObject parameters{{u"restApiId"_s, id}, {u"stageName"_s, resource.properties.value("Stage"_L1)}};
    if (resource.properties.contains("StageVariables"_L1))
        parameters.insert(u"variables"_s, resource.properties.value("StageVariables"_L1));
    return v1(u"CreateDeployment"_s, parameters);
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto api = findByName(client, v1(u"GetRestApis"_s, {{u"limit"_s, 500}}), u"item"_s, u"name"_s, resource.name);
    if (!api || api->isEmpty())
        return api ? Result<Existing>(Existing()) : tl::unexpected(api.error());
    Existing existing{true, *api, {{u"id"_s, api->value("id"_L1)}}};
    if (api->contains("endpoint"_L1))
        existing.outputs.insert(u"endpoint"_s, api->value("endpoint"_L1));
    if (api->value("version"_L1).toString() != versionOf(resource)) {
        const auto body = askFor(client, v1(u"GetExport"_s, {{u"restApiId"_s, api->value("id"_L1)}, {u"stageName"_s, resource.properties.value("Stage"_L1)}, {u"exportType"_s, u"oas30"_s}, {u"parameters"_s, QJsonObject{{u"extensions"_s, u"apigateway"_s}}}}));
        if (!body)
            return tl::unexpected(body.error());
        existing.state.insert(u"Body"_s, body->value_or(QJsonObject()).value("body"_L1).toString());
    }
    return existing;
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    const QString body = documentText(resource.properties.value("Body"_L1).toObject());
    if (!existing.exists) {
        const QJsonObject id = values::output(resource.key(), u"id"_s);
        steps.add({Phase::Connect, Change::Create, Core::tr("Create the REST API %1").arg(resource.name), v1(u"ImportRestApi"_s, {{u"body"_s, body}}), {v1(u"DeleteRestApi"_s, {{u"restApiId"_s, id}})}, routesOf(resource), {u"id"_s, u"endpoint"_s}, Probe{v1(u"GetRestApis"_s, {{u"limit"_s, 500}}), u"item"_s, u"name"_s, resource.name}});
        steps.add({Phase::Connect, Change::Create, Core::tr("Deploy the REST API %1 to its stage").arg(resource.name), deployment(resource, id)});
        return;
    }
    if (!existing.state.contains("Body"_L1))
        return;
    const QJsonValue id = existing.outputs.value("id"_L1);
    // One whose stage is not open yet has nothing to go back to.
    if (existing.state.value("Body"_L1).toString().isEmpty()) {
        steps.add({Phase::Connect, Change::Update, Core::tr("Change the routes of the REST API %1").arg(resource.name), overwrite(id, body), {}, routesOf(resource)});
        steps.add({Phase::Connect, Change::Update, Core::tr("Deploy the REST API %1 to its stage").arg(resource.name), deployment(resource, id)});
        return;
    }
    steps.add({Phase::Connect, Change::Update, Core::tr("Change the routes of the REST API %1").arg(resource.name), overwrite(id, body), {overwrite(id, existing.state.value("Body"_L1).toString()), deployment(resource, id)}, routesOf(resource)});
    steps.add({Phase::Connect, Change::Update, Core::tr("Deploy the REST API %1 to its stage").arg(resource.name), deployment(resource, id)});
}

void remove(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Delete the REST API %1 with its address").arg(resource.name), v1(u"DeleteRestApi"_s, {{u"restApiId"_s, existing.outputs.value("id"_L1)}})});
}

}

} // namespace

QList<ResourceType> apiTypes()
{
    return {{kinds::Api, http::read, http::plan, http::remove, false}, {kinds::RestApi, rest::read, rest::plan, rest::remove, false}};
}

} // namespace eph::deploy
