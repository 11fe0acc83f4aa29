// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/definedapi.h"

#include "core/base/jsontext.h"
#include "core/gateway/definedroutes.h"

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

} // namespace

Api apiOf(const DefinedApi &defined)
{
    Api api;
    api.id = defined.id;
    api.kind = defined.kind;
    api.stage = defined.stage;
    api.stageVariables = defined.stageVariables;
    api.ownHostOnly = true;
    api.cors = corsOf(defined.definition.value("x-amazon-apigateway-cors"_L1).toObject());
    api.gatewayResponses = readGatewayResponses(defined.definition.value("x-amazon-apigateway-gateway-responses"_L1).toObject());
    api.binaryMediaTypes = textsOf(defined.definition.value("x-amazon-apigateway-binary-media-types"_L1));
    if (defined.kind == ApiKind::Http)
        api.timeout = std::chrono::seconds(30);
    const QList<DefinedRoute> all = definedRoutes(defined.definition, defined.kind, functionOf);
    for (const DefinedRoute &route : all)
        api.routes << route.route;
    return api;
}

} // namespace eph::gateway
