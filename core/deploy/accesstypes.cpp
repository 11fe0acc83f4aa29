// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/deploy/resourcetype.h"

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

namespace permission {

[[nodiscard]] ApiCall policyOf(const Resource &resource)
{
    return {u"lambda"_s, u"GetPolicy"_s, {{u"FunctionName"_s, resource.properties.value("FunctionName"_L1)}, {u"Qualifier"_s, resource.properties.value("Qualifier"_L1)}}};
}

[[nodiscard]] ApiCall removal(const QJsonObject &properties)
{
    return {u"lambda"_s, u"RemovePermission"_s, {{u"FunctionName"_s, properties.value("FunctionName"_L1)}, {u"Qualifier"_s, properties.value("Qualifier"_L1)}, {u"StatementId"_s, properties.value("StatementId"_L1)}}};
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    Existing existing;
    return askForEach(client, policyOf(resource), u"Policy"_s, [&](const QJsonValue &statement) {
        const bool own = statement.toObject().value("Sid"_L1) == resource.properties.value("StatementId"_L1);
        if (own)
            existing = {true, statement.toObject(), {}};
        return !own;
    }).map([&] { return existing; });
}

/// The call that would have made a statement.
[[nodiscard]] QJsonObject parametersOf(const QJsonObject &statement)
{
    const QJsonValue principal = statement.value("Principal"_L1);
    const QJsonObject condition = statement.value("Condition"_L1).toObject();
    const auto of = [&](QLatin1StringView operation, QLatin1StringView key) -> QJsonValue {
        const QJsonObject pairs = condition.value(operation).toObject();
        for (auto it = pairs.begin(); it != pairs.end(); ++it) {
            if (it.key().compare(key, Qt::CaseInsensitive) == 0)
                return *it;
        }
        return QJsonValue(QJsonValue::Undefined);
    };
    QJsonObject parameters{{u"Action"_s, statement.value("Action"_L1)}, {u"Principal"_s, principal.isObject() ? principal.toObject().value("Service"_L1).toString(principal.toObject().value("AWS"_L1).toString()) : principal.toString()}};
    const auto insert = [&](const QString &member, const QJsonValue &value) {
        if (!value.isUndefined())
            parameters.insert(member, value);
    };
    insert(u"SourceArn"_s, of("ArnLike"_L1, "AWS:SourceArn"_L1));
    insert(u"SourceAccount"_s, of("StringEquals"_L1, "AWS:SourceAccount"_L1));
    insert(u"FunctionUrlAuthType"_s, of("StringEquals"_L1, "lambda:FunctionUrlAuthType"_L1));
    if (of("Bool"_L1, "lambda:InvokedViaFunctionUrl"_L1).toString() == "true"_L1)
        insert(u"InvokedViaFunctionUrl"_s, true);
    return parameters;
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    const QJsonObject &wanted = resource.properties;
    QJsonObject compared = wanted;
    for (const QString &member : {u"FunctionName"_s, u"Qualifier"_s, u"StatementId"_s})
        compared.remove(member);
    const QJsonObject actual = parametersOf(existing.state);
    if (existing.exists && satisfies(compared, actual))
        return;
    if (existing.exists) {
        QJsonObject before = actual;
        for (const QString &member : {u"FunctionName"_s, u"Qualifier"_s, u"StatementId"_s})
            before.insert(member, wanted.value(member));
        steps.add({Phase::Connect, Change::Delete, Core::tr("Take back who may invoke %1").arg(wanted.value("FunctionName"_L1).toString()), removal(wanted), {{u"lambda"_s, u"AddPermission"_s, before}}});
    }
    const QString source = wanted.value("SourceArn"_L1).toString();
    steps.add({Phase::Connect, Change::Create, Core::tr("Let %1 invoke %2").arg(wanted.value("Principal"_L1).toString(), wanted.value("FunctionName"_L1).toString()), {u"lambda"_s, u"AddPermission"_s, wanted}, {removal(wanted)},
               source.isEmpty() ? QStringList() : QStringList{Core::tr("from %1").arg(source)}, {}, Probe{policyOf(resource), u"Policy"_s, u"Sid"_s, wanted.value("StatementId"_L1).toString()}});
}

void remove(const Resource &resource, const Existing &, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Take back who may invoke %1").arg(resource.properties.value("FunctionName"_L1).toString()), removal(resource.properties)});
}

}

namespace url {

[[nodiscard]] ApiCall call(const QString &operation, const Resource &resource, QJsonObject parameters = {})
{
    parameters.insert(u"FunctionName"_s, resource.properties.value("FunctionName"_L1));
    parameters.insert(u"Qualifier"_s, resource.properties.value("Qualifier"_L1));
    return {u"lambda"_s, operation, parameters};
}

Result<Existing> read(AwsClient &client, const Resource &resource)
{
    const auto config = askFor(client, call(u"GetFunctionUrlConfig"_s, resource));
    if (!config)
        return tl::unexpected(config.error());
    return *config ? Existing{true, **config, {{u"FunctionUrl"_s, (*config)->value("FunctionUrl"_L1)}}} : Existing();
}

[[nodiscard]] QJsonObject settings(const QJsonObject &from)
{
    QJsonObject some;
    for (const QString &member : {u"AuthType"_s, u"InvokeMode"_s, u"Cors"_s}) {
        if (from.contains(member))
            some.insert(member, from.value(member));
    }
    return some;
}

void plan(const Resource &resource, const Existing &existing, StepWriter &steps)
{
    QJsonObject wanted = settings(resource.properties);
    if (!wanted.contains("Cors"_L1) && !existing.state.value("Cors"_L1).toObject().isEmpty())
        wanted.insert(u"Cors"_s, QJsonObject());
    if (!existing.exists) {
        steps.add({Phase::Connect, Change::Create, Core::tr("Give %1 an address of its own").arg(resource.name), call(u"CreateFunctionUrlConfig"_s, resource, wanted), {call(u"DeleteFunctionUrlConfig"_s, resource)}, {}, {u"FunctionUrl"_s}, Probe{call(u"GetFunctionUrlConfig"_s, resource), {}, {}, {}}});
        return;
    }
    QStringList changed = differences(wanted, existing.state);
    if (wanted.value("Cors"_L1).toObject().isEmpty() && !existing.state.value("Cors"_L1).toObject().isEmpty())
        changed << Core::tr("Cors: nothing");
    if (!changed.isEmpty())
        steps.add({Phase::Connect, Change::Update, Core::tr("Change the address of %1").arg(resource.name), call(u"UpdateFunctionUrlConfig"_s, resource, wanted), {call(u"UpdateFunctionUrlConfig"_s, resource, settings(existing.state))}, changed});
}

void remove(const Resource &resource, const Existing &, StepWriter &steps)
{
    steps.add({Phase::Remove, Change::Delete, Core::tr("Take the address of %1 away").arg(resource.name), call(u"DeleteFunctionUrlConfig"_s, resource)});
}

}

} // namespace

QList<ResourceType> accessTypes()
{
    return {{kinds::Permission, permission::read, permission::plan, permission::remove, true}, {kinds::Url, url::read, url::plan, url::remove, false}};
}

} // namespace eph::deploy
