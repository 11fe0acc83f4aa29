// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/integration.h"

#include "core/base/text.h"
#include "core/gateway/api.h"
#include "core/gateway/servicecall.h"

#include <algorithm>

namespace eph::gateway {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QList<std::pair<QString, QString>> pairsOf(const QJsonValue &value)
{
    QList<std::pair<QString, QString>> pairs;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        pairs.emplaceBack(it.key(), it->toVariant().toString());
    return pairs;
}

[[nodiscard]] Templates templatesOf(const QJsonValue &value)
{
    Templates templates;
    const auto pairs = pairsOf(value);
    for (const auto &[type, text] : pairs)
        templates.append({type, text.isEmpty(), mapping::Template::parse(text)});
    return templates;
}

[[nodiscard]] ContentHandling contentOf(const QJsonObject &declared)
{
    const QString text = declared.value("contentHandling"_L1).toString().toUpper();
    return text == "CONVERT_TO_TEXT"_L1 ? ContentHandling::ToText : text == "CONVERT_TO_BINARY"_L1 ? ContentHandling::ToBinary : ContentHandling::AsItIs;
}

[[nodiscard]] QList<IntegrationResponse> responsesOf(const QJsonObject &declared)
{
    QList<IntegrationResponse> all;
    for (auto it = declared.begin(); it != declared.end(); ++it) {
        const QJsonObject given = it->toObject();
        IntegrationResponse response;
        response.pattern = it.key() == "default"_L1 ? QString() : it.key();
        response.status = given.value("statusCode"_L1).toVariant().toInt();
        response.templates = templatesOf(given.value("responseTemplates"_L1));
        response.headers = pairsOf(given.value("responseParameters"_L1));
        response.content = contentOf(given);
        all << response;
    }
    std::stable_sort(all.begin(), all.end(), [](const IntegrationResponse &a, const IntegrationResponse &b) { return a.status < b.status; });
    return all;
}

/// Of an HTTP API: what becomes of headers and status, by status.
[[nodiscard]] QList<IntegrationResponse> changesOf(const QJsonObject &declared)
{
    QList<IntegrationResponse> all;
    for (auto it = declared.begin(); it != declared.end(); ++it) {
        IntegrationResponse response;
        response.pattern = it.key();
        response.headers = pairsOf(*it);
        all << response;
    }
    return all;
}

[[nodiscard]] std::optional<Integration::Type> typeOf(const QJsonObject &declared, ApiKind kind, const std::function<QString(const QString &)> &functionOf)
{
    const QString type = declared.value("type"_L1).toString().toLower();
    const QString uri = declared.value("uri"_L1).toString();
    const QString service = serviceOf(uri);
    const bool rest = kind == ApiKind::Rest;
    if (rest && type == "mock"_L1)
        return Integration::Type::Mock;
    if (rest && type == "aws"_L1 && (service.isEmpty() || service == "lambda"_L1) && !functionOf(uri).isEmpty())
        return Integration::Type::Function;
    if (rest && type == "aws"_L1)
        return isServedHere(uri) ? std::optional(Integration::Type::Service) : std::nullopt;
    const bool isAddress = uri.startsWith("http://"_L1) || uri.startsWith("https://"_L1);
    if (isAddress && type == "http_proxy"_L1)
        return Integration::Type::HttpProxy;
    if (isAddress && rest && type == "http"_L1)
        return Integration::Type::Http;
    if (kind == ApiKind::Http && isAction(declared.value("integrationSubtype"_L1).toString()))
        return Integration::Type::Action;
    return std::nullopt;
}

} // namespace

IntegrationPtr readIntegration(const QJsonObject &declared, ApiKind kind, const std::function<QString(const QString &uri)> &functionOf)
{
    const auto type = typeOf(declared, kind, functionOf);
    if (!type)
        return nullptr;
    Integration integration;
    integration.type = *type;
    integration.uri = declared.value("uri"_L1).toString();
    const QString method = declared.value("httpMethod"_L1).toString().toUpper();
    integration.method = method == "ANY"_L1 ? QByteArray() : method.toLatin1();
    integration.action = declared.value("integrationSubtype"_L1).toString();
    const QString passthrough = declared.value("passthroughBehavior"_L1).toString().toUpper();
    integration.passthrough = passthrough == "NEVER"_L1 ? Integration::Passthrough::Never : passthrough == "WHEN_NO_TEMPLATES"_L1 ? Integration::Passthrough::NoTemplates : Integration::Passthrough::NoMatch;
    integration.content = contentOf(declared);
    integration.requestTemplates = templatesOf(declared.value("requestTemplates"_L1));
    integration.parameters = pairsOf(declared.value("requestParameters"_L1));
    integration.responses = kind == ApiKind::Rest ? responsesOf(declared.value("responses"_L1).toObject()) : changesOf(declared.value("responseParameters"_L1).toObject());
    integration.declared = declared;
    return std::make_shared<const Integration>(std::move(integration));
}

const MappingTemplate *templateFor(const Templates &templates, const QByteArray &accepted)
{
    if (templates.isEmpty())
        return nullptr;
    const auto find = [&templates](const QString &type) { return std::find_if(templates.cbegin(), templates.cend(), [&type](const auto &each) { return each.type.compare(type, Qt::CaseInsensitive) == 0; }); };
    for (const QString &type : {QString::fromLatin1(accepted.split(';').first().split(',').first().trimmed()), u"application/json"_s}) {
        if (const auto found = find(type); found != templates.cend())
            return &*found;
    }
    return &templates.first();
}

QString nameOf(const Integration &integration)
{
    switch (integration.type) {
    case Integration::Type::Mock: return Core::tr("mock");
    case Integration::Type::Function: return {};
    case Integration::Type::Service: return serviceOf(integration.uri);
    case Integration::Type::Http:
    case Integration::Type::HttpProxy: return integration.uri;
    case Integration::Type::Action: return integration.action;
    }
    return {};
}

} // namespace eph::gateway
