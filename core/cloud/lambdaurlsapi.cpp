// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdaurlsapi.h"

#include "core/base/text.h"
#include "core/cloud/constraints.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QStringList Members{u"AuthType"_s, u"Cors"_s, u"InvokeMode"_s};

[[nodiscard]] std::optional<ApiError> memberError(const QJsonObject &input)
{
    const QJsonObject cors = input.value("Cors"_L1).toObject();
    Constraints constraints;
    constraints.oneOf(u"authType"_s, input.value("AuthType"_L1), {u"NONE"_s, u"AWS_IAM"_s})
        .oneOf(u"invokeMode"_s, input.value("InvokeMode"_L1), {u"BUFFERED"_s, u"RESPONSE_STREAM"_s})
        .range(u"cors.maxAge"_s, cors.value("MaxAge"_L1), 0, 86400)
        .length(u"cors.allowMethods"_s, cors.value("AllowMethods"_L1), 0, 6)
        .length(u"cors.allowOrigins"_s, cors.value("AllowOrigins"_L1), 0, 100)
        .length(u"cors.allowHeaders"_s, cors.value("AllowHeaders"_L1), 0, 100)
        .length(u"cors.exposeHeaders"_s, cors.value("ExposeHeaders"_L1), 0, 100);
    const QJsonArray methods = cors.value("AllowMethods"_L1).toArray();
    for (const auto &method : methods)
        constraints.length(u"cors.allowMethods"_s, method, 0, 6);
    return constraints.error();
}

/// As the template has it, where all numbers are text.
[[nodiscard]] QJsonObject declaredUrl(const project::Trigger &trigger)
{
    const QString saved = QFileInfo(trigger.location.file).lastModified().toUTC().toString(Qt::ISODateWithMs);
    QJsonObject url{{u"AuthType"_s, trigger.properties.value("AuthType"_L1)}, {u"InvokeMode"_s, trigger.properties.value("InvokeMode"_L1).toString(u"BUFFERED"_s)}, {u"CreationTime"_s, saved}, {u"LastModifiedTime"_s, saved}};
    QJsonObject cors = trigger.properties.value("Cors"_L1).toObject();
    if (cors.contains("MaxAge"_L1))
        cors.insert("MaxAge"_L1, cors.value("MaxAge"_L1).toString().toInt());
    if (cors.contains("AllowCredentials"_L1))
        cors.insert("AllowCredentials"_L1, cors.value("AllowCredentials"_L1).toString().compare("true"_L1, Qt::CaseInsensitive) == 0);
    if (!cors.isEmpty())
        url.insert(u"Cors"_s, cors);
    return url;
}

} // namespace

LambdaUrlsApi::LambdaUrlsApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed)
    : m_catalogue(catalogue)
    , m_deployed(deployed)
    , m_names(catalogue, deployed)
{
}

void LambdaUrlsApi::addTo(RestRoutes &routes)
{
    routes.add("POST", "/2021-10-31/functions/{FunctionName}/url", [this](const RestCall &call) { return create(call); });
    routes.add("PUT", "/2021-10-31/functions/{FunctionName}/url", [this](const RestCall &call) { return update(call); });
    routes.add("GET", "/2021-10-31/functions/{FunctionName}/url", [this](const RestCall &call) { return get(call); });
    routes.add("DELETE", "/2021-10-31/functions/{FunctionName}/url", [this](const RestCall &call) { return remove(call); });
    routes.add("GET", "/2021-10-31/functions/{FunctionName}/urls", [this](const RestCall &call) { return list(call); });
}

tl::expected<NamedFunction, ApiError> LambdaUrlsApi::addressable(const RestCall &call) const
{
    if (const auto error = Constraints().pattern(u"qualifier"_s, call.query.hasQueryItem(u"Qualifier"_s) ? QJsonValue(call.queryValue(u"Qualifier"_s)) : QJsonValue(), u"((?!^\\d+$)^[0-9a-zA-Z-_]+$)"_s).error())
        return tl::unexpected(*error);
    return m_names.existing(call);
}

std::optional<LambdaUrlsApi::Found> LambdaUrlsApi::find(const NamedFunction &function) const
{
    if (const QJsonObject *made = m_deployed.documents().find({kinds::Url, function.name, function.qualifier}))
        return Found{*made, false};
    const project::Function *declared = function.qualifier.isEmpty() ? m_catalogue.declared(function.name) : nullptr;
    if (!declared)
        return std::nullopt;
    for (const project::Trigger &trigger : declared->triggers) {
        if (trigger.type == "FunctionUrl"_L1)
            return Found{declaredUrl(trigger), true};
    }
    return std::nullopt;
}

QJsonObject LambdaUrlsApi::told(const NamedFunction &function, QJsonObject config) const
{
    const QByteArray host = gateway::functionUrlApi(function.qualifier.isEmpty() ? function.name : QString(function.name + u':' + function.qualifier), 0, {}).host();
    config.insert(u"FunctionUrl"_s, u"http://%1:%2/"_s.arg(QString::fromLatin1(host)).arg(m_port));
    config.insert(u"FunctionArn"_s, function.qualifiedArn());
    return config;
}

RestReply LambdaUrlsApi::create(const RestCall &call)
{
    const auto function = addressable(call);
    if (!function)
        return tl::unexpected(function.error());
    if (const auto error = Constraints().required(u"authType"_s, call.input.value("AuthType"_L1)).error())
        return tl::unexpected(*error);
    if (const auto error = memberError(call.input))
        return tl::unexpected(*error);
    if (const auto request = m_catalogue.requestTo(function->name); request && request->config.tenantIsolation)
        return tl::unexpected(ApiError{400, "InvalidParameterValueException", u"Function URL is not supported for functions enabled with tenancy configuration."_s});
    if (find(*function))
        return tl::unexpected(ApiError{409, "ResourceConflictException", u"Failed to create function url config for [functionArn = %1]. Error message:  FunctionUrlConfig exists for this Lambda function"_s.arg(function->qualifiedArn())});
    const QString now = QDateTime::fromMSecsSinceEpoch(m_deployed.clock().epochMs(), Qt::UTC).toString(Qt::ISODateWithMs);
    QJsonObject config{{u"CreationTime"_s, now}, {u"LastModifiedTime"_s, now}, {u"InvokeMode"_s, u"BUFFERED"_s}};
    for (const QString &member : Members) {
        if (call.input.contains(member))
            config.insert(member, call.input.value(member));
    }
    return written(m_deployed.documents().put({kinds::Url, function->name, function->qualifier}, config), {201, told(*function, config)});
}

namespace {
[[nodiscard]] tl::unexpected<ApiError> none()
{
    return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"The resource you requested does not exist."_s});
}
[[nodiscard]] tl::unexpected<ApiError> fromTemplate(const NamedFunction &function)
{
    return tl::unexpected(ApiError{409, "ResourceConflictException", Core::tr("The address of “%1” is declared by the project's template. Change it there.").arg(function.name)});
}
}

RestReply LambdaUrlsApi::update(const RestCall &call)
{
    const auto function = addressable(call);
    if (!function)
        return tl::unexpected(function.error());
    if (const auto error = memberError(call.input))
        return tl::unexpected(*error);
    auto found = find(*function);
    if (!found)
        return none();
    if (found->declared)
        return fromTemplate(*function);
    QJsonObject &config = found->config;
    for (const QString &member : Members) {
        if (call.input.contains(member))
            config.insert(member, call.input.value(member));
    }
    config.insert(u"LastModifiedTime"_s, QDateTime::fromMSecsSinceEpoch(m_deployed.clock().epochMs(), Qt::UTC).toString(Qt::ISODateWithMs));
    return written(m_deployed.documents().put({kinds::Url, function->name, function->qualifier}, config), {200, told(*function, config)});
}

RestReply LambdaUrlsApi::get(const RestCall &call)
{
    const auto function = addressable(call);
    if (!function)
        return tl::unexpected(function.error());
    const auto found = find(*function);
    return found ? RestReply(RestAnswer{200, told(*function, found->config)}) : none();
}

RestReply LambdaUrlsApi::remove(const RestCall &call)
{
    const auto function = addressable(call);
    if (!function)
        return tl::unexpected(function.error());
    const auto found = find(*function);
    if (!found)
        return none();
    if (found->declared)
        return fromTemplate(*function);
    return written(m_deployed.documents().remove({kinds::Url, function->name, function->qualifier}), {204});
}

RestReply LambdaUrlsApi::list(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    QJsonArray configs;
    if (const auto own = find(*function))
        configs.append(told(*function, own->config));
    const auto all = m_deployed.documents().all(kinds::Url, function->name);
    for (auto it = all.begin(); it != all.end(); ++it) {
        if (!it.key().isEmpty())
            configs.append(told({function->name, it.key(), function->arn}, *it));
    }
    return RestAnswer{200, {{u"FunctionUrlConfigs"_s, configs}}};
}

} // namespace eph::cloud
