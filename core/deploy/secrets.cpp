// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/secrets.h"

#include "core/base/text.h"
#include "core/deploy/resourcetype.h"

#include <memory>
#include <mutex>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

/// Without the braces.
[[nodiscard]] QString inner(const QString &reference)
{
    return reference.sliced(2, reference.size() - 4);
}

[[nodiscard]] Result<QString> ofParameterStore(AwsClient &client, const QString &name)
{
    const ApiCall call{u"ssm"_s, u"GetParameter"_s, {{u"Name"_s, name}, {u"WithDecryption"_s, true}}};
    const ApiAnswer answer = askReliably(client, call);
    if (answer)
        return answer->value("Parameter"_L1).toObject().value("Value"_L1).toString();
    if (answer.error().code == "ParameterNotFound"_L1)
        return failure(ErrorCode::NotFound, Core::tr("The parameter store has no “%1”.").arg(name), Core::tr("Put it there: aws ssm put-parameter --type SecureString --name %1").arg(name));
    return tl::unexpected(errorOf(call, answer.error()));
}

[[nodiscard]] Result<QString> ofSecretsManager(AwsClient &client, const QString &reference)
{
    const QStringList parts = reference.split(u':');
    // An ARN has colons of its own.
    const bool arn = parts.value(0) == "arn"_L1;
    const QString id = arn ? parts.mid(0, 7).join(u':') : parts.value(0);
    const QString key = parts.value(arn ? 8 : 2);
    const ApiCall call{u"secretsmanager"_s, u"GetSecretValue"_s, {{u"SecretId"_s, id}}};
    const ApiAnswer answer = askReliably(client, call);
    if (!answer)
        return tl::unexpected(errorOf(call, answer.error()));
    const QString value = answer->value("SecretString"_L1).toString();
    if (key.isEmpty())
        return value;
    const QJsonObject object = jsonOf(value);
    if (!object.contains(key))
        return failure(ErrorCode::NotFound, Core::tr("The secret “%1” has no key “%2”.").arg(id, key));
    return object.value(key).toVariant().toString();
}

[[nodiscard]] Result<QString> resolved(AwsClient &client, sys::SecretStore &store, const QString &text)
{
    if (text.startsWith("secret:"_L1))
        return store.read(text.section(u':', 1));
    const QString rest = text.section(u':', 2);
    if (client.access().local)
        return store.read(rest.section(u':', 0, 0));
    return text.startsWith("resolve:secretsmanager:"_L1) ? ofSecretsManager(client, rest) : ofParameterStore(client, rest);
}

} // namespace

ValueSource secretSource(AwsClient &client, sys::SecretStore &store)
{
    struct Known {
        std::mutex mutex;
        QHash<QString, QString> values;
    };
    return [&client, &store, known = std::make_shared<Known>()](values::Kind kind, const QJsonValue &argument) -> Result<QJsonValue> {
        if (kind != values::Kind::Secret)
            return failure(ErrorCode::Invalid, Core::tr("The plan has a value that nobody knows."));
        const QString reference = argument.toString();
        const std::lock_guard lock(known->mutex);
        if (const auto value = known->values.constFind(reference); value != known->values.cend())
            return QJsonValue(*value);
        const auto value = resolved(client, store, inner(reference));
        if (!value)
            return tl::unexpected(value.error());
        known->values.insert(reference, *value);
        client.hide(*value);
        return QJsonValue(*value);
    };
}

} // namespace eph::deploy
