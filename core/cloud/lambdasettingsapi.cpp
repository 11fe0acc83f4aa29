// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdasettingsapi.h"

#include "core/base/text.h"
#include "core/cloud/constraints.h"
#include "core/cloud/functiontags.h"
#include "core/cloud/functionconfigs.h"

#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

/// What the account keeps for functions without a reservation. Source: recorded from the service.
constexpr int LeastUnreserved = 100;
/// Of a time of change.
const QString ChangeTime = u"yyyy-MM-ddTHH:mm:ss+0000"_s;

[[nodiscard]] ApiError invalid(const QString &message)
{
    return {400, "InvalidParameterValueException", message};
}

/// What the template's EventInvokeConfigs are for.
[[nodiscard]] QStringList declaredQualifiers(const project::Function &function)
{
    const QStringList own = function.properties.value("EventInvokeConfigs"_L1).toObject().keys();
    if (!own.isEmpty() || !function.properties.contains("EventInvokeConfig"_L1))
        return own;
    return {function.properties.value("AutoPublishAlias"_L1).toString(Latest)};
}

[[nodiscard]] ApiError noEventInvokeConfig(const NamedFunction &function)
{
    return {404, "ResourceNotFoundException", u"The function %1 doesn't have an EventInvokeConfig"_s.arg(function.qualifier.isEmpty() ? QString(function.arn + ":$LATEST"_L1) : function.qualifiedArn())};
}

} // namespace

LambdaSettingsApi::LambdaSettingsApi(runtime::Pool &pool, FunctionCatalogue &catalogue, DeployedFunctions &deployed)
    : m_pool(pool)
    , m_catalogue(catalogue)
    , m_deployed(deployed)
    , m_names(catalogue, deployed)
{
}

void LambdaSettingsApi::addTo(RestRoutes &routes)
{
    using Method = RestReply (LambdaSettingsApi::*)(const RestCall &);
    const auto add = [&](const QByteArray &method, const QByteArray &path, Method handler) { routes.add(method, path, [this, handler](const RestCall &call) { return (this->*handler)(call); }); };
    add("PUT", "/2017-10-31/functions/{FunctionName}/concurrency", &LambdaSettingsApi::putConcurrency);
    add("GET", "/2019-09-30/functions/{FunctionName}/concurrency", &LambdaSettingsApi::getConcurrency);
    add("DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", &LambdaSettingsApi::deleteConcurrency);
    add("PUT", "/2024-08-31/functions/{FunctionName}/recursion-config", &LambdaSettingsApi::putRecursion);
    add("GET", "/2024-08-31/functions/{FunctionName}/recursion-config", &LambdaSettingsApi::getRecursion);
    add("PUT", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", &LambdaSettingsApi::putProvisioned);
    add("DELETE", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", &LambdaSettingsApi::deleteProvisioned);
    routes.add("GET", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", [this](const RestCall &call) { return call.queryValue(u"List"_s) == "ALL"_L1 ? listProvisioned(call) : getProvisioned(call); });
    routes.add("PUT", "/2019-09-25/functions/{FunctionName}/event-invoke-config", [this](const RestCall &call) { return writeEventInvoke(call, true); });
    routes.add("POST", "/2019-09-25/functions/{FunctionName}/event-invoke-config", [this](const RestCall &call) { return writeEventInvoke(call, false); });
    add("GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config", &LambdaSettingsApi::getEventInvoke);
    add("DELETE", "/2019-09-25/functions/{FunctionName}/event-invoke-config", &LambdaSettingsApi::deleteEventInvoke);
    add("GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config/list", &LambdaSettingsApi::listEventInvoke);
    // No function here is signed, and its runtime is the machine's.
    routes.add("GET", "/2020-06-30/functions/{FunctionName}/code-signing-config", [this](const RestCall &call) -> RestReply {
        const auto function = m_names.unqualified(call);
        if (!function)
            return tl::unexpected(function.error());
        return RestAnswer{200, {{u"FunctionName"_s, function->name}}};
    });
    routes.add("GET", "/2021-07-20/functions/{FunctionName}/runtime-management-config", [this](const RestCall &call) -> RestReply {
        const auto function = m_names.named(call);
        if (!function)
            return tl::unexpected(function.error());
        if (const auto known = m_catalogue.requestTo(function->qualifier.isEmpty() ? function->name : QString(function->name + u':' + function->qualifier)); !known && known.error().code == ErrorCode::NotFound)
            return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"Function not found: %1"_s.arg(function->arn)});
        return RestAnswer{200, {{u"UpdateRuntimeOn"_s, u"Auto"_s}, {u"RuntimeVersionArn"_s, QJsonValue::Null}, {u"FunctionArn"_s, function->arn}}};
    });
    add("GET", "/2017-03-31/tags/{FunctionName}", &LambdaSettingsApi::listTags);
    add("POST", "/2017-03-31/tags/{FunctionName}", &LambdaSettingsApi::writeTags);
    add("DELETE", "/2017-03-31/tags/{FunctionName}", &LambdaSettingsApi::writeTags);
}

void LambdaSettingsApi::declare()
{
    if (const auto all = m_catalogue.all())
        m_pool.declare(*all);
}

RestReply LambdaSettingsApi::putConcurrency(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const QJsonValue wanted = call.input.value("ReservedConcurrentExecutions"_L1);
    if (const auto error = Constraints().required(u"reservedConcurrentExecutions"_s, wanted).range(u"reservedConcurrentExecutions"_s, wanted, 0, 1'000'000'000).error())
        return tl::unexpected(*error);
    int others = 0;
    QStringList names = m_deployed.names();
    if (const auto declared = m_catalogue.all()) {
        for (const runtime::FunctionConfig &config : *declared)
            names << config.name;
    }
    names.removeDuplicates();
    for (const QString &name : std::as_const(names)) {
        const auto request = m_catalogue.requestTo(name);
        if (request && name != function->name)
            others += std::max(0, request->config.reservedConcurrency);
    }
    if (wanted.toInt() > 0 && m_pool.accountConcurrency() - others - wanted.toInt() < LeastUnreserved)
        return tl::unexpected(invalid(u"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%1]."_s.arg(LeastUnreserved)));
    const QJsonObject kept{{u"ReservedConcurrentExecutions"_s, wanted}};
    return written(m_deployed.documents().put({kinds::Concurrency, function->name, {}}, kept), {200, kept});
}

RestReply LambdaSettingsApi::getConcurrency(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const auto request = m_catalogue.requestTo(function->name);
    if (!request || request->config.reservedConcurrency < 0)
        return RestAnswer{200, {}};
    return RestAnswer{200, {{u"ReservedConcurrentExecutions"_s, request->config.reservedConcurrency}}};
}

RestReply LambdaSettingsApi::deleteConcurrency(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    return written(m_deployed.documents().remove({kinds::Concurrency, function->name, {}}), {204});
}

RestReply LambdaSettingsApi::putRecursion(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const QJsonValue wanted = call.input.value("RecursiveLoop"_L1);
    if (const auto error = Constraints().required(u"recursiveLoop"_s, wanted).oneOf(u"recursiveLoop"_s, wanted, {u"Allow"_s, u"Terminate"_s}).error())
        return tl::unexpected(*error);
    const QJsonObject kept{{u"RecursiveLoop"_s, wanted}};
    return written(m_deployed.documents().put({kinds::Recursion, function->name, {}}, kept), {200, kept});
}

RestReply LambdaSettingsApi::getRecursion(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const auto request = m_catalogue.requestTo(function->name);
    return RestAnswer{200, {{u"RecursiveLoop"_s, request && request->config.recursionAllowed ? u"Allow"_s : u"Terminate"_s}}};
}

tl::expected<NamedFunction, ApiError> LambdaSettingsApi::provisionable(const RestCall &call) const
{
    auto function = m_names.existing(call);
    if (function && (function->qualifier.isEmpty() || function->qualifier == Latest))
        return tl::unexpected(invalid(u"Provisioned Concurrency Configs cannot be applied to unpublished function versions."_s));
    return function;
}

RestReply LambdaSettingsApi::putProvisioned(const RestCall &call)
{
    const auto function = provisionable(call);
    if (!function)
        return tl::unexpected(function.error());
    const QJsonValue wanted = call.input.value("ProvisionedConcurrentExecutions"_L1);
    if (const auto error = Constraints().required(u"provisionedConcurrentExecutions"_s, wanted).range(u"provisionedConcurrentExecutions"_s, wanted, 1, 1'000'000'000).error())
        return tl::unexpected(*error);
    const auto request = m_catalogue.requestTo(function->name);
    if (request && request->config.tenantIsolation)
        return tl::unexpected(invalid(u"Provisioned concurrency is not supported for functions enabled with tenancy configuration."_s));
    const int limit = request && request->config.reservedConcurrency >= 0 ? request->config.reservedConcurrency : m_pool.accountConcurrency();
    if (wanted.toInt() > limit)
        return tl::unexpected(invalid(u"Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"_s));
    const QString now = QDateTime::fromMSecsSinceEpoch(m_deployed.clock().epochMs(), Qt::UTC).toString(ChangeTime);
    const QJsonObject kept{{u"RequestedProvisionedConcurrentExecutions"_s, wanted}, {u"LastModified"_s, now}};
    QJsonObject told = kept;
    told.insert(u"AllocatedProvisionedConcurrentExecutions"_s, 0);
    told.insert(u"Status"_s, u"IN_PROGRESS"_s);
    const RestReply reply = written(m_deployed.documents().put({kinds::Provisioned, function->name, function->qualifier}, kept), {202, told});
    declare();
    return reply;
}

namespace {
/// Environments are made ready at once, and one that ends is replaced.
[[nodiscard]] QJsonObject ready(QJsonObject kept)
{
    const QJsonValue count = kept.value("RequestedProvisionedConcurrentExecutions"_L1);
    kept.insert(u"AllocatedProvisionedConcurrentExecutions"_s, count);
    kept.insert(u"AvailableProvisionedConcurrentExecutions"_s, count);
    kept.insert(u"Status"_s, u"READY"_s);
    return kept;
}
}

QMap<QString, QJsonObject> LambdaSettingsApi::provisionedOf(const QString &function) const
{
    QMap<QString, QJsonObject> all;
    // What the template says is of the alias that each deployment moves.
    const project::Function *declared = m_names.declared(function);
    if (const QString alias = declared ? declared->properties.value("AutoPublishAlias"_L1).toString() : QString(); !alias.isEmpty() && declared->provisionedConcurrency > 0) {
        const QDateTime changed = QFileInfo(declared->location.file).lastModified();
        all.insert(alias, {{u"RequestedProvisionedConcurrentExecutions"_s, declared->provisionedConcurrency}, {u"LastModified"_s, changed.toUTC().toString(ChangeTime)}});
    }
    const auto made = m_deployed.documents().all(kinds::Provisioned, function);
    for (auto it = made.begin(); it != made.end(); ++it)
        all.insert(it.key(), *it);
    return all;
}

RestReply LambdaSettingsApi::getProvisioned(const RestCall &call)
{
    const auto function = provisionable(call);
    if (!function)
        return tl::unexpected(function.error());
    const QMap<QString, QJsonObject> all = provisionedOf(function->name);
    const auto kept = all.constFind(function->qualifier);
    if (kept == all.cend())
        return tl::unexpected(ApiError{404, "ProvisionedConcurrencyConfigNotFoundException", u"No Provisioned Concurrency Config found for this function"_s});
    return RestAnswer{200, ready(*kept)};
}

RestReply LambdaSettingsApi::deleteProvisioned(const RestCall &call)
{
    const auto function = provisionable(call);
    if (!function)
        return tl::unexpected(function.error());
    const account::DocumentKey key{kinds::Provisioned, function->name, function->qualifier};
    if (!m_deployed.documents().find(key) && provisionedOf(function->name).contains(function->qualifier))
        return tl::unexpected(ApiError{409, "ResourceConflictException", Core::tr("The provisioned concurrency of “%1” is declared by the project's template. Change it there.").arg(function->name)});
    return written(m_deployed.documents().remove(key), {204});
}

RestReply LambdaSettingsApi::listProvisioned(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    QJsonArray configs;
    const QMap<QString, QJsonObject> all = provisionedOf(function->name);
    for (auto it = all.begin(); it != all.end(); ++it) {
        QJsonObject config = ready(*it);
        config.insert(u"FunctionArn"_s, QString(function->arn + u':' + it.key()));
        configs.append(config);
    }
    return RestAnswer{200, {{u"ProvisionedConcurrencyConfigs"_s, configs}}};
}

std::optional<QJsonObject> LambdaSettingsApi::eventInvokeOf(const NamedFunction &function) const
{
    const QString qualifier = function.qualifier.isEmpty() ? Latest : function.qualifier;
    if (const QJsonObject *made = m_deployed.documents().find({kinds::EventInvoke, function.name, qualifier}))
        return *made;
    const project::Function *declared = m_names.declared(function.name);
    if (!declared || !declaredQualifiers(*declared).contains(qualifier))
        return std::nullopt;
    const runtime::AsyncPolicy policy = asyncPolicy(*declared, qualifier);
    const auto destination = [](const QString &arn) { return arn.isEmpty() ? QJsonObject() : QJsonObject{{u"Destination"_s, arn}}; };
    return QJsonObject{{u"FunctionArn"_s, QString(function.arn + u':' + qualifier)}, {u"MaximumRetryAttempts"_s, policy.maxRetries}, {u"MaximumEventAgeInSeconds"_s, qint64(policy.maxAge.count())},
                       {u"DestinationConfig"_s, QJsonObject{{u"OnSuccess"_s, destination(policy.onSuccess)}, {u"OnFailure"_s, destination(policy.onFailure)}}}};
}

RestReply LambdaSettingsApi::writeEventInvoke(const RestCall &call, bool replaces)
{
    const auto function = m_names.existing(call);
    if (!function)
        return tl::unexpected(function.error());
    const QJsonObject &input = call.input;
    if (const auto error = Constraints().range(u"maximumRetryAttempts"_s, input.value("MaximumRetryAttempts"_L1), 0, 2).range(u"maximumEventAgeInSeconds"_s, input.value("MaximumEventAgeInSeconds"_L1), 60, 21600).error())
        return tl::unexpected(*error);
    const QStringList members{u"MaximumRetryAttempts"_s, u"MaximumEventAgeInSeconds"_s, u"DestinationConfig"_s};
    if (std::none_of(members.begin(), members.end(), [&](const QString &member) { return input.contains(member); }))
        return tl::unexpected(invalid(u"You must specify at least one of error handling or destination setting."_s));
    const account::DocumentKey key{kinds::EventInvoke, function->name, function->qualifier.isEmpty() ? Latest : function->qualifier};
    const auto present = eventInvokeOf(*function);
    if (!replaces && !present)
        return tl::unexpected(noEventInvokeConfig(*function));
    QJsonObject kept = replaces ? QJsonObject() : *present;
    for (const QString &member : members) {
        if (input.contains(member))
            kept.insert(member, input.value(member));
    }
    if (!kept.contains("DestinationConfig"_L1))
        kept.insert(u"DestinationConfig"_s, QJsonObject{{u"OnSuccess"_s, QJsonObject()}, {u"OnFailure"_s, QJsonObject()}});
    kept.insert(u"FunctionArn"_s, QString(function->arn + u':' + key.name));
    kept.insert(u"LastModified"_s, double(m_deployed.clock().epochMs()) / 1000);
    return written(m_deployed.documents().put(key, kept), {200, kept});
}

RestReply LambdaSettingsApi::getEventInvoke(const RestCall &call)
{
    const auto function = m_names.existing(call);
    if (!function)
        return tl::unexpected(function.error());
    const auto kept = eventInvokeOf(*function);
    return kept ? RestReply(RestAnswer{200, *kept}) : tl::unexpected(noEventInvokeConfig(*function));
}

RestReply LambdaSettingsApi::deleteEventInvoke(const RestCall &call)
{
    const auto function = m_names.existing(call);
    if (!function)
        return tl::unexpected(function.error());
    const account::DocumentKey key{kinds::EventInvoke, function->name, function->qualifier.isEmpty() ? Latest : function->qualifier};
    if (!m_deployed.documents().find(key))
        return tl::unexpected(noEventInvokeConfig(*function));
    return written(m_deployed.documents().remove(key), {204});
}

RestReply LambdaSettingsApi::listEventInvoke(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    QJsonArray configs;
    QMap<QString, QJsonObject> all = m_deployed.documents().all(kinds::EventInvoke, function->name);
    const project::Function *declared = m_names.declared(function->name);
    for (const QString &qualifier : declared ? declaredQualifiers(*declared) : QStringList()) {
        if (const auto config = eventInvokeOf({function->name, qualifier, function->arn}))
            all.insert(qualifier, *config);
    }
    for (const QJsonObject &config : std::as_const(all))
        configs.append(config);
    return RestAnswer{200, {{u"FunctionEventInvokeConfigs"_s, configs}}};
}

RestReply LambdaSettingsApi::writeTags(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const account::DocumentKey key{kinds::Tags, function->name, {}};
    QJsonObject tags = tagsOf(m_catalogue, m_deployed, function->name);
    if (call.request.method == "DELETE") {
        const QStringList names = call.query.allQueryItemValues(u"tagKeys"_s, QUrl::FullyDecoded);
        for (const QString &name : names)
            tags.remove(name);
    }
    const QJsonObject given = call.input.value("Tags"_L1).toObject();
    for (auto tag = given.begin(); tag != given.end(); ++tag)
        tags.insert(tag.key(), tag.value());
    constexpr qsizetype MaxTags = 50;
    if (tags.size() > MaxTags)
        return tl::unexpected(invalid(u"A function has at most 50 tags."_s));
    return written(m_deployed.documents().put(key, tags), {204});
}

RestReply LambdaSettingsApi::listTags(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    return RestAnswer{200, {{u"Tags"_s, tagsOf(m_catalogue, m_deployed, function->name)}}};
}

} // namespace eph::cloud
