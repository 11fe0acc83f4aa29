// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/lambdaaliasesapi.h"

#include "core/cloud/constraints.h"

#include <QJsonArray>
#include <QUuid>

namespace eph::cloud {

using namespace Qt::StringLiterals;

namespace {

const QString NamePattern = u"(?!^[0-9]+$)([a-zA-Z0-9-_]+)"_s;

[[nodiscard]] ApiError invalid(const QString &message)
{
    return {400, "InvalidParameterValueException", message};
}

[[nodiscard]] std::optional<ApiError> checkMembers(const QJsonObject &input)
{
    return Constraints().length(u"functionVersion"_s, input.value("FunctionVersion"_L1), 1, 1024).pattern(u"functionVersion"_s, input.value("FunctionVersion"_L1), u"(\\$LATEST|[0-9]+)"_s)
        .length(u"description"_s, input.value("Description"_L1), 0, 256).error();
}

/// With what the call names in place of what was there.
[[nodiscard]] QJsonObject merged(QJsonObject alias, const QJsonObject &input)
{
    for (const QString &name : {u"FunctionVersion"_s, u"Description"_s}) {
        if (input.contains(name))
            alias.insert(name, input.value(name));
    }
    if (!input.contains("RoutingConfig"_L1))
        return alias;
    const QJsonObject weights = input.value("RoutingConfig"_L1).toObject().value("AdditionalVersionWeights"_L1).toObject();
    if (weights.isEmpty())
        alias.remove("RoutingConfig"_L1);
    else
        alias.insert(u"RoutingConfig"_s, QJsonObject{{u"AdditionalVersionWeights"_s, weights}});
    return alias;
}

[[nodiscard]] QString newRevision()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace

LambdaAliasesApi::LambdaAliasesApi(FunctionCatalogue &catalogue, DeployedFunctions &deployed)
    : m_deployed(deployed)
    , m_names(catalogue, deployed)
{
}

void LambdaAliasesApi::addTo(RestRoutes &routes)
{
    routes.add("POST", "/2015-03-31/functions/{FunctionName}/aliases", [this](const RestCall &call) { return create(call); });
    routes.add("GET", "/2015-03-31/functions/{FunctionName}/aliases", [this](const RestCall &call) { return list(call); });
    routes.add("GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", [this](const RestCall &call) { return get(call); });
    routes.add("PUT", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", [this](const RestCall &call) { return update(call); });
    routes.add("DELETE", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", [this](const RestCall &call) { return remove(call); });
}

std::optional<QJsonObject> LambdaAliasesApi::find(const NamedFunction &function, const QString &alias) const
{
    if (const QJsonObject *made = m_deployed.documents().find({kinds::Alias, function.name, alias}))
        return *made;
    const project::Function *declared = m_names.declared(function.name);
    if (!declared || !declared->aliases.contains(alias))
        return std::nullopt;
    const QString arn = aliasArn(function, alias);
    return QJsonObject{{u"AliasArn"_s, arn}, {u"Name"_s, alias}, {u"FunctionVersion"_s, Latest}, {u"Description"_s, QString(u""_s)}, {u"RevisionId"_s, QUuid::createUuidV5(QUuid(), arn).toString(QUuid::WithoutBraces)}};
}

std::optional<ApiError> LambdaAliasesApi::check(const NamedFunction &function, const QJsonObject &alias) const
{
    const QString main = alias.value("FunctionVersion"_L1).toString();
    const auto exists = [&](const QString &version) { return m_names.exists({function.name, version, function.arn}) && !m_deployed.documents().find({kinds::Alias, function.name, version}); };
    if (!exists(main))
        return functionNotFound(function.arn + u':' + main);
    const QJsonObject weights = alias.value("RoutingConfig"_L1).toObject().value("AdditionalVersionWeights"_L1).toObject();
    if (weights.isEmpty())
        return std::nullopt;
    if (weights.size() > 1)
        return invalid(u"Number of items in AdditionalVersionWeights cannot be greater than 1"_s);
    const QString other = weights.begin().key();
    const double weight = weights.begin().value().toDouble(-1);
    if (weight < 0 || weight > 1)
        return ApiError{400, "ValidationException", u"1 validation error detected: Value '{%1=%2}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: "
                                                    "[Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"_s.arg(other, QString::number(weight, 'f', 1))};
    if (other == Latest || main == Latest)
        return invalid(u"$LATEST is not supported for an alias pointing to more than 1 version"_s);
    if (other == main)
        return invalid(u"Invalid function version %1. Function version %1 is already included in routing configuration."_s.arg(other));
    if (!exists(other))
        return functionNotFound(function.arn + u':' + other);
    const auto one = m_deployed.version(function.name, main);
    const auto two = m_deployed.version(function.name, other);
    for (const QString &name : {u"Role"_s, u"DeadLetterConfig"_s}) {
        if (one && two && one->configuration.value(name) != two->configuration.value(name))
            return invalid(u"The versions %1 and %2 differ in %3; an alias cannot point to both."_s.arg(main, other, name));
    }
    return std::nullopt;
}

RestReply LambdaAliasesApi::create(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const QJsonValue name = call.input.value("Name"_L1);
    if (const auto error = Constraints().required(u"name"_s, name).length(u"name"_s, name, 1, 128).pattern(u"name"_s, name, NamePattern).required(u"functionVersion"_s, call.input.value("FunctionVersion"_L1)).error())
        return tl::unexpected(*error);
    if (const auto error = checkMembers(call.input))
        return tl::unexpected(*error);
    const account::DocumentKey key{kinds::Alias, function->name, name.toString()};
    if (m_deployed.documents().find(key))
        return tl::unexpected(ApiError{409, "ResourceConflictException", u"Alias already exists: %1"_s.arg(aliasArn(*function, key.name))});
    const QJsonObject alias = merged({{u"AliasArn"_s, aliasArn(*function, key.name)}, {u"Name"_s, name}, {u"Description"_s, QString(u""_s)}, {u"RevisionId"_s, newRevision()}}, call.input);
    if (const auto error = check(*function, alias))
        return tl::unexpected(*error);
    return written(m_deployed.documents().put(key, alias), {201, alias});
}

RestReply LambdaAliasesApi::update(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const account::DocumentKey key{kinds::Alias, function->name, call.path.value(u"Name"_s)};
    const auto present = find(*function, key.name);
    if (!present)
        return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"Alias not found: %1"_s.arg(aliasArn(*function, key.name))});
    if (const auto error = checkMembers(call.input))
        return tl::unexpected(*error);
    if (const auto error = revisionMismatch(call.input.value("RevisionId"_L1).toString(), present->value("RevisionId"_L1).toString()))
        return tl::unexpected(*error);
    QJsonObject alias = merged(*present, call.input);
    if (const auto error = check(*function, alias))
        return tl::unexpected(*error);
    alias.insert(u"RevisionId"_s, newRevision());
    return written(m_deployed.documents().put(key, alias), {200, alias});
}

RestReply LambdaAliasesApi::get(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const QString name = call.path.value(u"Name"_s);
    const auto alias = find(*function, name);
    if (!alias)
        return tl::unexpected(ApiError{404, "ResourceNotFoundException", u"Cannot find alias arn: %1"_s.arg(aliasArn(*function, name))});
    return RestAnswer{200, *alias};
}

RestReply LambdaAliasesApi::remove(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const QString name = call.path.value(u"Name"_s);
    QList<account::DocumentStore::Change> changes{{{kinds::Alias, function->name, name}, std::nullopt}};
    for (const QString &kind : {kinds::Policy, kinds::Provisioned, kinds::EventInvoke, kinds::Url})
        changes.append({{kind, function->name, name}, std::nullopt});
    return written(m_deployed.documents().apply(changes), {204});
}

RestReply LambdaAliasesApi::list(const RestCall &call)
{
    const auto function = m_names.unqualified(call);
    if (!function)
        return tl::unexpected(function.error());
    const QString version = call.queryValue(u"FunctionVersion"_s);
    QJsonArray aliases;
    QMap<QString, QJsonObject> all = m_deployed.documents().all(kinds::Alias, function->name);
    const project::Function *declared = m_names.declared(function->name);
    for (const QString &name : declared ? declared->aliases : QStringList()) {
        if (const auto alias = find(*function, name))
            all.insert(name, *alias);
    }
    for (const QJsonObject &alias : std::as_const(all)) {
        const bool weighted = alias.value("RoutingConfig"_L1).toObject().value("AdditionalVersionWeights"_L1).toObject().contains(version);
        if (version.isEmpty() || weighted || alias.value("FunctionVersion"_L1).toString() == version)
            aliases.append(alias);
    }
    return RestAnswer{200, {{u"Aliases"_s, aliases}}};
}

} // namespace eph::cloud
