// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/services/cloudaccess.h"

#include "core/base/text.h"
#include "core/project/overrides.h"

namespace eph::services {

using namespace Qt::StringLiterals;

namespace {

/// Nothing on this machine asks for more.
const QString LocalRegion = u"us-east-1"_s;

void actAsLocal(deploy::AwsAccess &access)
{
    access.credentials = {"local", "local", {}};
    access.source = Core::tr("the local cloud");
}

[[nodiscard]] deploy::AwsAccess localAccess(const QUrl &endpoint, const QString &region)
{
    deploy::AwsAccess access;
    access.region = region.isEmpty() ? LocalRegion : region;
    actAsLocal(access);
    access.endpoint = endpoint;
    access.local = true;
    return access;
}

/// As the command line calls a service in its variables and files.
[[nodiscard]] QString serviceId(const QString &name)
{
    static const QHash<QString, QString> others{{u"events"_s, u"eventbridge"_s}, {u"s3api"_s, u"s3"_s}, {u"apigateway"_s, u"api gateway"_s}, {u"secretsmanager"_s, u"secrets manager"_s}, {u"logs"_s, u"cloudwatch logs"_s}};
    return others.value(name, name);
}

[[nodiscard]] QHash<QString, QUrl> configuredEndpoints(const deploy::SharedConfig &config, const QString &profile, const QProcessEnvironment &environment)
{
    QHash<QString, QUrl> endpoints;
    if (environment.value(u"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"_s).compare("true"_L1, Qt::CaseInsensitive) == 0)
        return endpoints;
    for (const QString &service : {u"lambda"_s, u"iam"_s, u"sts"_s, u"events"_s, u"scheduler"_s, u"apigatewayv2"_s, u"apigateway"_s, u"sqs"_s, u"sns"_s, u"kinesis"_s, u"s3api"_s, u"ssm"_s, u"secretsmanager"_s, u"cloudwatch"_s, u"logs"_s}) {
        const QString variable = "AWS_ENDPOINT_URL_"_L1 + serviceId(service).replace(u' ', u'_').toUpper();
        QString url = environment.value(variable, environment.value(u"AWS_ENDPOINT_URL"_s));
        if (url.isEmpty())
            url = config.endpointUrl(profile, serviceId(service));
        if (!url.isEmpty())
            endpoints.insert(service, QUrl(url));
    }
    return endpoints;
}

[[nodiscard]] std::optional<QDateTime> expiryOf(const QString &text)
{
    const QDateTime expires = QDateTime::fromString(text, Qt::ISODate);
    return expires.isValid() ? std::optional(expires) : std::nullopt;
}

} // namespace

DeployTarget completed(DeployTarget target, const QString &projectFolder)
{
    const project::Overrides settings = project::loadOverrides(projectFolder, target.stage);
    if (target.kind.isEmpty())
        target.kind = settings.target.isEmpty() ? LocalTarget : settings.target;
    if (target.profile.isEmpty())
        target.profile = settings.profile;
    if (target.region.isEmpty())
        target.region = settings.region;
    if (target.endpointUrl.isEmpty())
        target.endpointUrl = settings.endpointUrl;
    return target;
}

Result<deploy::AwsAccess> accessOf(const DeployTarget &target, const AccessContext &context)
{
    if (target.kind != LocalTarget && target.kind != "aws"_L1)
        return failure(ErrorCode::Usage, Core::tr("“%1” is no target.").arg(target.kind), Core::tr("Use local or aws."));
    if (target.kind == LocalTarget && target.endpointUrl.isEmpty())
        return localAccess(context.localEndpoint, target.region);
    const auto config = deploy::SharedConfig::load(context.environment);
    if (!config)
        return tl::unexpected(config.error());
    const QString profile = deploy::profileName(target.profile, context.environment);
    deploy::AwsAccess access;
    access.region = deploy::regionOf(target.region, profile, *config, context.environment);
    access.endpoint = QUrl(target.endpointUrl);
    if (!target.endpointUrl.isEmpty() && (!access.endpoint.isValid() || access.endpoint.host().isEmpty()))
        return failure(ErrorCode::Usage, Core::tr("“%1” is no address.").arg(target.endpointUrl), Core::tr("Write it as http://127.0.0.1:9000."));
    if (target.endpointUrl.isEmpty())
        access.endpoints = configuredEndpoints(*config, profile, context.environment);
    access.local = access.endpoint.host() == "127.0.0.1"_L1 || access.endpoint.host() == "localhost"_L1;
    if (access.region.isEmpty() && !access.local)
        return failure(ErrorCode::Usage, Core::tr("No region is named."), Core::tr("Name one (--region), or set it in samconfig.toml, AWS_REGION or the profile."));
    if (access.region.isEmpty())
        access.region = LocalRegion;
    deploy::CredentialRequest wanted{target.profile, context.environment, {}};
    wanted.assume = [&transport = context.transport, &clock = context.clock, access](const http::Credentials &with, const deploy::AssumedRole &role) -> Result<deploy::FoundCredentials> {
        deploy::AwsAccess base = access;
        base.credentials = with;
        deploy::AwsClient client(transport, clock, base);
        QJsonObject parameters{{u"RoleArn"_s, role.arn}, {u"RoleSessionName"_s, role.sessionName}, {u"DurationSeconds"_s, role.durationSeconds}};
        if (!role.externalId.isEmpty())
            parameters.insert(u"ExternalId"_s, role.externalId);
        const deploy::ApiCall call{u"sts"_s, u"AssumeRole"_s, parameters};
        const deploy::ApiAnswer answer = deploy::askReliably(client, call);
        if (!answer)
            return tl::unexpected(deploy::errorOf(call, answer.error()));
        const QJsonObject given = answer->value("Credentials"_L1).toObject();
        return deploy::FoundCredentials{{given.value("AccessKeyId"_L1).toString().toUtf8(), given.value("SecretAccessKey"_L1).toString().toUtf8(), given.value("SessionToken"_L1).toString().toUtf8()}, {}, expiryOf(given.value("Expiration"_L1).toString())};
    };
    const auto found = deploy::findCredentials(wanted, *config);
    if (!found && (target.kind == LocalTarget || (access.local && target.profile.isEmpty()))) {
        actAsLocal(access);
        return access;
    }
    if (!found)
        return tl::unexpected(found.error());
    access.credentials = found->credentials;
    access.source = found->source;
    access.expires = found->expires;
    access.renew = [wanted, environment = context.environment] { return deploy::SharedConfig::load(environment).and_then([&](const deploy::SharedConfig &now) { return deploy::findCredentials(wanted, now); }); };
    return access;
}

} // namespace eph::services
