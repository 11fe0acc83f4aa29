// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/cors.h"

#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

QByteArray joined(const QStringList &values)
{
    return values.join(u',').toUtf8();
}

/// What goes into Access-Control-Allow-Origin; empty for an origin that is not allowed.
QByteArray allowedOrigin(const QByteArray &origin, const Cors &cors)
{
    for (const QString &pattern : cors.origins) {
        if (pattern == "*"_L1)
            return "*";
        // `https://*` stands for every host of that scheme.
        if (pattern == QString::fromUtf8(origin) || (pattern.endsWith("://*"_L1) && origin.startsWith(pattern.chopped(1).toUtf8())))
            return origin;
    }
    return {};
}

void addPreflightHeaders(http::Headers &headers, const Cors &cors)
{
    if (!cors.methods.isEmpty())
        headers << std::pair<QByteArray, QByteArray>("Access-Control-Allow-Methods", joined(cors.methods));
    if (!cors.headers.isEmpty())
        headers << std::pair<QByteArray, QByteArray>("Access-Control-Allow-Headers", joined(cors.headers));
    if (cors.maxAgeSeconds >= 0)
        headers << std::pair<QByteArray, QByteArray>("Access-Control-Max-Age", QByteArray::number(cors.maxAgeSeconds));
}

} // namespace

std::optional<http::Response> preflightAnswer(const http::Request &request, const Api &api, const QStringList &methodsOfPath)
{
    if (!api.cors.isOn() || request.method != "OPTIONS")
        return std::nullopt;
    // A REST API has a method of its own for it, which answers everybody the same.
    if (api.kind == ApiKind::Rest) {
        http::Response response{200, {{"Content-Type", "application/json"}, {"Access-Control-Allow-Origin", joined(api.cors.origins)}}, "{}\n"};
        Cors cors = api.cors;
        if (cors.methods.isEmpty() && !methodsOfPath.isEmpty()) {
            cors.methods = methodsOfPath;
            if (!cors.methods.contains("OPTIONS"_L1))
                cors.methods << u"OPTIONS"_s;
            cors.methods.sort();
        }
        addPreflightHeaders(response.headers, cors);
        if (api.cors.credentials)
            response.headers << std::pair<QByteArray, QByteArray>("Access-Control-Allow-Credentials", "true");
        return response;
    }
    const QByteArray origin = request.header("Origin");
    if (origin.isEmpty() || request.header("Access-Control-Request-Method").isEmpty())
        return std::nullopt;
    http::Response response{api.kind == ApiKind::FunctionUrl ? 200 : 204, {}, {}};
    addCors(response, request, api);
    if (!response.headers.isEmpty())
        addPreflightHeaders(response.headers, api.cors);
    return response;
}

void addCors(http::Response &response, const http::Request &request, const Api &api)
{
    if (!api.cors.isOn() || api.kind == ApiKind::Rest)
        return;
    response.headers.removeIf([](const auto &header) { return header.first.toLower().startsWith("access-control-"); });
    const QByteArray origin = request.header("Origin");
    const QByteArray allowed = origin.isEmpty() ? QByteArray() : allowedOrigin(origin, api.cors);
    if (allowed.isEmpty())
        return;
    response.headers << std::pair<QByteArray, QByteArray>("Access-Control-Allow-Origin", allowed);
    if (allowed != "*")
        response.headers << std::pair<QByteArray, QByteArray>("Vary", "Origin");
    if (api.cors.credentials)
        response.headers << std::pair<QByteArray, QByteArray>("Access-Control-Allow-Credentials", "true");
    if (!api.cors.exposed.isEmpty())
        response.headers << std::pair<QByteArray, QByteArray>("Access-Control-Expose-Headers", joined(api.cors.exposed));
}

} // namespace eph::gateway
