// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/exports.h"

#include "core/base/text.h"
#include "core/deploy/specification.h"
#include "core/project/yamlwriter.h"
#include "core/sys/secretstore.h"

#include <QDateTime>
#include <QRegularExpression>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

enum class Dialect { Sam, Serverless };

/// `my-key` → `MyKey`: a logical id has letters and digits only.
[[nodiscard]] QString letters(const QString &name)
{
    static const QRegularExpression other(u"[^A-Za-z0-9]"_s);
    QString result;
    const QStringList parts = name.split(other, Qt::SkipEmptyParts);
    for (const QString &part : parts)
        result += part.first(1).toUpper() + part.mid(1);
    return result;
}

/// Translates a release into resources of CloudFormation; functions are the dialect's own.
class TemplateWriter
{
public:
    TemplateWriter(const ReleaseSpec &spec, Dialect dialect)
        : m_spec(spec)
        , m_dialect(dialect)
    {
    }

    void translate()
    {
        for (const Resource &resource : m_spec.resources)
            add(resource);
    }

    QJsonObject resources;
    QJsonObject functions; ///< Of the Serverless framework.
    QJsonObject layers;    ///< The same.
    QStringList secrets;   ///< Names of those that the machine's store holds.

private:
    [[nodiscard]] static QString idOf(const Resource &resource)
    {
        static const QHash<QString, QString> suffixes{{kinds::Role, u"Role"_s}, {kinds::Permission, u"Permission"_s}, {kinds::Url, u"Url"_s}, {kinds::Mapping, u"Mapping"_s}, {kinds::Subscription, u"Subscription"_s}, {kinds::Rule, u"Rule"_s}, {kinds::Schedule, u"Schedule"_s}, {kinds::Layer, u"Layer"_s}};
        return letters(resource.id) + suffixes.value(resource.kind);
    }

    [[nodiscard]] const Resource *functionNamed(const QString &name) const
    {
        for (const Resource &resource : m_spec.resources) {
            if (resource.kind == kinds::Function && resource.name == name)
                return &resource;
        }
        return nullptr;
    }

    /// What a function is called by, and what has to be there first.
    [[nodiscard]] QString aliasId(const QString &functionName) const
    {
        const Resource *function = functionNamed(functionName);
        const QString id = function ? idOf(*function) : functionName;
        return m_dialect == Dialect::Sam ? QString(id + "Aliaslive"_L1) : QString(id + "LambdaFunction"_L1);
    }

    /// Values that are known only once something is made become references.
    [[nodiscard]] QJsonValue valueOf(const QJsonValue &value)
    {
        const QJsonValue argument = values::kindOf(value) == values::Kind::None ? QJsonValue() : values::argumentOf(value);
        switch (values::kindOf(value)) {
        case values::Kind::Output: {
            const Resource *resource = m_spec.find(argument.toObject().value("step"_L1).toString());
            // The framework adds its own ending to what it makes.
            const bool layer = resource && resource->kind == kinds::Layer && m_dialect == Dialect::Serverless;
            return QJsonObject{{u"Ref"_s, layer ? QString(letters(resource->id) + "LambdaLayer"_L1) : resource ? idOf(*resource) : QString()}};
        }
        case values::Kind::Join: {
            QJsonArray parts;
            const QJsonArray given = argument.toArray();
            for (const auto &part : given)
                parts.append(valueOf(part));
            return QJsonObject{{u"Fn::Join"_s, QJsonArray{QString(), parts}}};
        }
        case values::Kind::Secret: {
            const QString reference = argument.toString();
            if (!reference.startsWith("{{secret:"_L1))
                return reference;
            const QString name = reference.sliced(9, reference.size() - 11);
            if (!secrets.contains(name))
                secrets << name;
            return m_dialect == Dialect::Sam ? QJsonValue(QJsonObject{{u"Ref"_s, letters(name)}}) : QJsonValue(QString("${env:"_L1 + sys::SecretStore::variableOf(name) + u'}'));
        }
        default: break;
        }
        if (value.isArray()) {
            QJsonArray array;
            const QJsonArray given = value.toArray();
            for (const auto &item : given)
                array.append(valueOf(item));
            return array;
        }
        if (value.isObject()) {
            QJsonObject object = value.toObject();
            for (auto it = object.begin(); it != object.end(); ++it)
                *it = valueOf(*it);
            return object;
        }
        return value.isString() ? textOf(value.toString()) : value;
    }

    /// The account is whose credentials the other tool has.
    [[nodiscard]] QJsonValue textOf(QString text) const
    {
        const bool accountNamed = text.contains(m_spec.account);
        if (m_dialect == Dialect::Serverless) {
            // Its functions have no alias.
            static const QRegularExpression aliased(u"(:function:[A-Za-z0-9_-]+):live\\b"_s);
            return text.replace(aliased, u"\\1"_s).replace(m_spec.account, u"${aws:accountId}"_s);
        }
        if (!accountNamed)
            return text;
        return QJsonObject{{u"Fn::Sub"_s, text.replace("${"_L1, "${!"_L1).replace(m_spec.account, u"${AWS::AccountId}"_s)}};
    }

    void put(const Resource &resource, const QString &type, const QJsonObject &properties, const QStringList &after = {})
    {
        QJsonObject entry{{u"Type"_s, type}, {u"Properties"_s, valueOf(properties)}};
        if (!after.isEmpty())
            entry.insert(u"DependsOn"_s, QJsonArray::fromStringList(after));
        resources.insert(idOf(resource), entry);
    }

    void add(const Resource &resource)
    {
        const QJsonObject &given = resource.properties;
        if (resource.kind == kinds::Role)
            addRole(resource);
        else if (resource.kind == kinds::Function)
            addFunction(resource);
        else if (resource.kind == kinds::Queue)
            put(resource, u"AWS::SQS::Queue"_s, with(queueProperties(given.value("Attributes"_L1).toObject()), u"QueueName"_s, resource.name));
        else if (resource.kind == kinds::Topic)
            put(resource, u"AWS::SNS::Topic"_s, with(given.value("Attributes"_L1).toObject(), u"TopicName"_s, resource.name));
        else if (resource.kind == kinds::Stream)
            put(resource, u"AWS::Kinesis::Stream"_s, with(given, u"Name"_s, resource.name));
        else if (resource.kind == kinds::Bucket)
            put(resource, u"AWS::S3::Bucket"_s, {{u"BucketName"_s, resource.name}});
        else if (resource.kind == kinds::Layer)
            addLayer(resource);
        else if (resource.kind == kinds::Api)
            put(resource, m_dialect == Dialect::Sam ? u"AWS::Serverless::HttpApi"_s : u"AWS::ApiGatewayV2::Api"_s, apiProperties(resource));
        else if (resource.kind == kinds::RestApi)
            put(resource, m_dialect == Dialect::Sam ? u"AWS::Serverless::Api"_s : u"AWS::ApiGateway::RestApi"_s, apiProperties(resource));
        else if (resource.kind == kinds::Permission)
            addPermission(resource);
        else if (resource.kind == kinds::Url)
            addUrl(resource);
        else if (resource.kind == kinds::Mapping)
            put(resource, u"AWS::Lambda::EventSourceMapping"_s, given, {aliasId(given.value("FunctionName"_L1).toString().section(u':', 6, 6))});
        else if (resource.kind == kinds::Subscription)
            addSubscription(resource);
        else if (resource.kind == kinds::Notification)
            addNotification(resource);
        else if (resource.kind == kinds::Rule)
            put(resource, u"AWS::Events::Rule"_s, ruleProperties(given));
        else if (resource.kind == kinds::Schedule)
            put(resource, u"AWS::Scheduler::Schedule"_s, withDates(given), {aliasId(given.value("Target"_L1).toObject().value("Arn"_L1).toString().section(u':', 6, 6))});
        addStage(resource);
    }

    [[nodiscard]] static QJsonObject with(QJsonObject object, const QString &member, const QJsonValue &value)
    {
        object.insert(member, value);
        return object;
    }

    void addRole(const Resource &resource)
    {
        const QJsonObject &given = resource.properties;
        QJsonObject properties{{u"RoleName"_s, resource.name}, {u"AssumeRolePolicyDocument"_s, given.value("Trust"_L1)}, {u"Policies"_s, QJsonArray{QJsonObject{{u"PolicyName"_s, u"ephemera"_s}, {u"PolicyDocument"_s, given.value("Policy"_L1)}}}}};
        if (given.contains("Managed"_L1))
            properties.insert(u"ManagedPolicyArns"_s, given.value("Managed"_L1));
        if (given.contains("PermissionsBoundary"_L1))
            properties.insert(u"PermissionsBoundary"_s, given.value("PermissionsBoundary"_L1));
        put(resource, u"AWS::IAM::Role"_s, properties);
    }

    [[nodiscard]] static QString packagePath(const Resource &resource) { return "packages/"_L1 + resource.properties.value("Package"_L1).toString() + ".zip"_L1; }

    void addFunction(const Resource &resource)
    {
        const QJsonObject configuration = resource.properties.value("Configuration"_L1).toObject();
        QStringList after;
        for (const Resource &other : m_spec.resources) {
            if (other.kind == kinds::Role && configuration.value("Role"_L1).toString().endsWith(u'/' + other.name))
                after << idOf(other);
        }
        if (m_dialect == Dialect::Serverless) {
            QJsonObject function{{u"name"_s, resource.name}, {u"package"_s, QJsonObject{{u"artifact"_s, packagePath(resource)}}}};
            static const QHash<QString, QString> members{{u"Handler"_s, u"handler"_s}, {u"Runtime"_s, u"runtime"_s}, {u"MemorySize"_s, u"memorySize"_s}, {u"Timeout"_s, u"timeout"_s}, {u"Description"_s, u"description"_s}, {u"Role"_s, u"role"_s}, {u"Layers"_s, u"layers"_s}};
            for (auto it = members.cbegin(); it != members.cend(); ++it) {
                if (configuration.contains(it.key()))
                    function.insert(*it, valueOf(configuration.value(it.key())));
            }
            for (const QString &role : std::as_const(after))
                function.insert(u"role"_s, role);
            addServerlessSettings(resource, configuration, function);
            function.insert(u"architecture"_s, configuration.value("Architectures"_L1).toArray().first());
            function.insert(u"environment"_s, valueOf(configuration.value("Environment"_L1).toObject().value("Variables"_L1)));
            function.insert(u"ephemeralStorageSize"_s, configuration.value("EphemeralStorage"_L1).toObject().value("Size"_L1));
            if (resource.properties.contains("ReservedConcurrentExecutions"_L1))
                function.insert(u"reservedConcurrency"_s, resource.properties.value("ReservedConcurrentExecutions"_L1));
            functions.insert(idOf(resource).first(1).toLower() + idOf(resource).mid(1), function);
            return;
        }
        QJsonObject properties = configuration;
        properties.insert(u"CodeUri"_s, packagePath(resource));
        properties.insert(u"AutoPublishAlias"_s, LiveAlias);
        properties.insert(u"Tracing"_s, properties.take("TracingConfig"_L1).toObject().value("Mode"_L1));
        if (properties.contains("DeadLetterConfig"_L1)) {
            const QString arn = properties.take("DeadLetterConfig"_L1).toObject().value("TargetArn"_L1).toString();
            properties.insert(u"DeadLetterQueue"_s, QJsonObject{{u"TargetArn"_s, arn}, {u"Type"_s, arn.section(u':', 2, 2) == "sns"_L1 ? u"SNS"_s : u"SQS"_s}});
        }
        if (properties.contains("KMSKeyArn"_L1))
            properties.insert(u"KmsKeyArn"_s, properties.take("KMSKeyArn"_L1));
        if (resource.properties.contains("Tags"_L1))
            properties.insert(u"Tags"_s, resource.properties.value("Tags"_L1));
        if (resource.properties.contains("ReservedConcurrentExecutions"_L1))
            properties.insert(u"ReservedConcurrentExecutions"_s, resource.properties.value("ReservedConcurrentExecutions"_L1));
        if (resource.properties.contains("ProvisionedConcurrentExecutions"_L1))
            properties.insert(u"ProvisionedConcurrencyConfig"_s, QJsonObject{{u"ProvisionedConcurrentExecutions"_s, resource.properties.value("ProvisionedConcurrentExecutions"_L1)}});
        if (resource.properties.contains("EventInvokeConfig"_L1))
            properties.insert(u"EventInvokeConfig"_s, withTypes(resource.properties.value("EventInvokeConfig"_L1).toObject()));
        put(resource, u"AWS::Serverless::Function"_s, properties, after);
    }

    /// SAM wants to hear what a destination is.
    [[nodiscard]] static QJsonObject withTypes(QJsonObject config)
    {
        static const QHash<QString, QString> types{{u"sqs"_s, u"SQS"_s}, {u"sns"_s, u"SNS"_s}, {u"lambda"_s, u"Lambda"_s}, {u"events"_s, u"EventBridge"_s}};
        QJsonObject destinations = config.value("DestinationConfig"_L1).toObject();
        for (auto it = destinations.begin(); it != destinations.end(); ++it) {
            QJsonObject destination = it->toObject();
            destination.insert(u"Type"_s, types.value(destination.value("Destination"_L1).toString().section(u':', 2, 2), u"SQS"_s));
            *it = destination;
        }
        if (!destinations.isEmpty())
            config.insert(u"DestinationConfig"_s, destinations);
        return config;
    }

    /// Times are texts here.
    [[nodiscard]] static QJsonObject withDates(QJsonObject schedule)
    {
        for (const QString &member : {u"StartDate"_s, u"EndDate"_s}) {
            if (schedule.contains(member))
                schedule.insert(member, QDateTime::fromSecsSinceEpoch(schedule.value(member).toInteger(), Qt::UTC).toString(Qt::ISODate));
        }
        return schedule;
    }

    /// What the Serverless framework calls by names of its own.
    static void addServerlessSettings(const Resource &resource, const QJsonObject &configuration, QJsonObject &function)
    {
        if (const QString arn = configuration.value("DeadLetterConfig"_L1).toObject().value("TargetArn"_L1).toString(); !arn.isEmpty())
            function.insert(u"onError"_s, arn);
        if (const QJsonObject network = configuration.value("VpcConfig"_L1).toObject(); !network.isEmpty())
            function.insert(u"vpc"_s, QJsonObject{{u"securityGroupIds"_s, network.value("SecurityGroupIds"_L1)}, {u"subnetIds"_s, network.value("SubnetIds"_L1)}});
        function.insert(u"tracing"_s, configuration.value("TracingConfig"_L1).toObject().value("Mode"_L1));
        if (resource.properties.contains("ProvisionedConcurrentExecutions"_L1))
            function.insert(u"provisionedConcurrency"_s, resource.properties.value("ProvisionedConcurrentExecutions"_L1));
        const QJsonObject async = resource.properties.value("EventInvokeConfig"_L1).toObject();
        if (async.isEmpty())
            return;
        function.insert(u"maximumRetryAttempts"_s, async.value("MaximumRetryAttempts"_L1));
        function.insert(u"maximumEventAge"_s, async.value("MaximumEventAgeInSeconds"_L1));
        QJsonObject destinations;
        const QJsonObject given = async.value("DestinationConfig"_L1).toObject();
        for (auto it = given.begin(); it != given.end(); ++it)
            destinations.insert(it.key().first(1).toLower() + it.key().mid(1), it->toObject().value("Destination"_L1));
        if (!destinations.isEmpty())
            function.insert(u"destinations"_s, destinations);
    }

    void addLayer(const Resource &resource)
    {
        if (m_dialect == Dialect::Serverless)
            layers.insert(letters(resource.id), QJsonObject{{u"name"_s, resource.name}, {u"package"_s, QJsonObject{{u"artifact"_s, packagePath(resource)}}}});
        if (m_dialect == Dialect::Sam)
            put(resource, u"AWS::Serverless::LayerVersion"_s, {{u"LayerName"_s, resource.name}, {u"ContentUri"_s, packagePath(resource)}});
    }

    [[nodiscard]] QJsonObject apiProperties(const Resource &resource) const
    {
        const QJsonValue body = resource.properties.value("Body"_L1);
        if (m_dialect == Dialect::Serverless)
            return {{u"Body"_s, body}};
        QJsonObject properties{{u"DefinitionBody"_s, body}, {u"StageName"_s, resource.properties.value("Stage"_L1)}};
        if (resource.properties.contains("StageVariables"_L1))
            properties.insert(resource.kind == kinds::Api ? u"StageVariables"_s : u"Variables"_s, resource.properties.value("StageVariables"_L1));
        return properties;
    }

    /// SAM opens the stage of an API by itself.
    void addStage(const Resource &resource)
    {
        if (m_dialect == Dialect::Sam || (resource.kind != kinds::Api && resource.kind != kinds::RestApi))
            return;
        const QString id = idOf(resource);
        const QJsonValue stage = resource.properties.value("Stage"_L1);
        if (resource.kind == kinds::Api)
            resources.insert(id + "Stage"_L1, QJsonObject{{u"Type"_s, u"AWS::ApiGatewayV2::Stage"_s}, {u"Properties"_s, QJsonObject{{u"ApiId"_s, QJsonObject{{u"Ref"_s, id}}}, {u"StageName"_s, stage}, {u"AutoDeploy"_s, true}}}});
        else
            resources.insert(id + "Deployment"_L1, QJsonObject{{u"Type"_s, u"AWS::ApiGateway::Deployment"_s}, {u"Properties"_s, QJsonObject{{u"RestApiId"_s, QJsonObject{{u"Ref"_s, id}}}, {u"StageName"_s, stage}}}});
    }

    void addPermission(const Resource &resource)
    {
        QJsonObject properties = resource.properties;
        const QString alias = aliasId(properties.value("FunctionName"_L1).toString());
        properties.remove("Qualifier"_L1);
        properties.remove("StatementId"_L1);
        properties.insert(u"FunctionName"_s, QJsonObject{{u"Ref"_s, alias}});
        put(resource, u"AWS::Lambda::Permission"_s, properties);
    }

    void addUrl(const Resource &resource)
    {
        QJsonObject properties = resource.properties;
        const QString name = properties.take("FunctionName"_L1).toString();
        properties.insert(u"TargetFunctionArn"_s, name);
        if (m_dialect == Dialect::Serverless)
            properties.remove("Qualifier"_L1);
        put(resource, u"AWS::Lambda::Url"_s, properties, {aliasId(name)});
    }

    void addSubscription(const Resource &resource)
    {
        QJsonObject properties = resource.properties;
        const QJsonObject attributes = properties.take("Attributes"_L1).toObject();
        for (auto it = attributes.begin(); it != attributes.end(); ++it)
            properties.insert(it.key(), it.key() == "FilterPolicyScope"_L1 ? QJsonValue(*it) : QJsonValue(jsonOf(it->toString())));
        put(resource, u"AWS::SNS::Subscription"_s, properties, {aliasId(properties.value("Endpoint"_L1).toString().section(u':', 6, 6))});
    }

    /// A bucket tells by a property of its own, once those that it tells may be called by it.
    void addNotification(const Resource &resource)
    {
        QJsonArray list;
        const QJsonArray given = resource.properties.value("NotificationConfiguration"_L1).toObject().value("LambdaFunctionConfigurations"_L1).toArray();
        for (const auto &each : given) {
            const QJsonObject entry = each.toObject();
            const QJsonArray events = entry.value("Events"_L1).toArray();
            for (const auto &event : events) {
                QJsonObject one{{u"Event"_s, event}, {u"Function"_s, entry.value("LambdaFunctionArn"_L1)}};
                if (entry.contains("Filter"_L1))
                    one.insert(u"Filter"_s, QJsonObject{{u"S3Key"_s, QJsonObject{{u"Rules"_s, entry.value("Filter"_L1).toObject().value("Key"_L1).toObject().value("FilterRules"_L1)}}}});
                list.append(one);
            }
        }
        QStringList after;
        for (const Resource &other : m_spec.resources) {
            if (other.kind == kinds::Permission && other.id.startsWith("bucket:"_L1))
                after << idOf(other);
            if (other.kind == kinds::Bucket && other.name == resource.name) {
                QJsonObject bucket = resources.value(idOf(other)).toObject();
                QJsonObject properties = bucket.value("Properties"_L1).toObject();
                properties.insert(u"NotificationConfiguration"_s, QJsonObject{{u"LambdaConfigurations"_s, valueOf(list)}});
                bucket.insert(u"Properties"_s, properties);
                bucket.insert(u"DependsOn"_s, QJsonArray::fromStringList(after));
                resources.insert(idOf(other), bucket);
            }
        }
    }

    [[nodiscard]] static QJsonObject ruleProperties(const QJsonObject &given)
    {
        QJsonObject properties = given.value("Rule"_L1).toObject();
        if (properties.contains("EventPattern"_L1))
            properties.insert(u"EventPattern"_s, jsonOf(properties.value("EventPattern"_L1).toString()));
        properties.insert(u"Targets"_s, QJsonArray{given.value("Target"_L1)});
        return properties;
    }

    [[nodiscard]] static QJsonObject queueProperties(QJsonObject attributes)
    {
        if (attributes.contains("RedrivePolicy"_L1))
            attributes.insert(u"RedrivePolicy"_s, jsonOf(attributes.value("RedrivePolicy"_L1).toString()));
        for (const QString &flag : {u"FifoQueue"_s, u"ContentBasedDeduplication"_s}) {
            if (attributes.contains(flag))
                attributes.insert(flag, true);
        }
        return attributes;
    }

    /// As resourcetype.h has it; this name is taken here.
    [[nodiscard]] static QJsonObject jsonOf(const QString &text) { return deploy::jsonOf(text); }

    const ReleaseSpec &m_spec;
    const Dialect m_dialect;
};

[[nodiscard]] QJsonObject serverlessFile(const ReleaseSpec &spec)
{
    TemplateWriter writer(spec, Dialect::Serverless);
    writer.translate();
    QJsonObject document{{u"service"_s, spec.prefix.chopped(1)},
            {u"frameworkVersion"_s, u">=3"_s},
            {u"provider"_s, QJsonObject{{u"name"_s, u"aws"_s}, {u"region"_s, spec.region}, {u"stage"_s, spec.stage}}},
            {u"functions"_s, writer.functions},
            {u"resources"_s, QJsonObject{{u"Resources"_s, writer.resources}}}};
    if (!writer.layers.isEmpty())
        document.insert(u"layers"_s, writer.layers);
    return document;
}

/// The packages that something refers to, once each.
[[nodiscard]] Result<void> addPackages(const ReleaseSpec &spec, const Vault &vault, Exported &exported)
{
    QStringList known;
    for (const Resource &resource : spec.resources) {
        const QString sha = resource.properties.value("Package"_L1).toString();
        if (sha.isEmpty() || known.contains(sha))
            continue;
        known << sha;
        const auto zip = vault.package(sha);
        if (!zip)
            return tl::unexpected(zip.error());
        exported.files << std::pair(QString("packages/"_L1 + sha + ".zip"_L1), *zip);
    }
    return {};
}

} // namespace

QJsonObject cloudFormationTemplate(const ReleaseSpec &spec)
{
    TemplateWriter writer(spec, Dialect::Sam);
    writer.translate();
    QJsonObject document{{u"AWSTemplateFormatVersion"_s, u"2010-09-09"_s}, {u"Transform"_s, u"AWS::Serverless-2016-10-31"_s}, {u"Description"_s, u"%1, stage %2"_s.arg(spec.project, spec.stage)}, {u"Resources"_s, writer.resources}};
    QJsonObject parameters;
    for (const QString &secret : std::as_const(writer.secrets))
        parameters.insert(letters(secret), QJsonObject{{u"Type"_s, u"String"_s}, {u"NoEcho"_s, true}, {u"Description"_s, u"The secret %1"_s.arg(secret)}});
    if (!parameters.isEmpty())
        document.insert(u"Parameters"_s, parameters);
    return document;
}

Result<Exported> exportRelease(const ExportRequest &request)
{
    Exported exported;
    if (request.format == "awscli"_L1)
        exported = {u"deploy.sh"_s, {{u"deploy.sh"_s, shellScript(request.plan)}}};
    else if (request.format == "sam"_L1)
        exported = {u"template.yaml"_s, {{u"template.yaml"_s, project::toYaml(cloudFormationTemplate(request.plan.spec))}}};
    else if (request.format == "serverless"_L1)
        exported = {u"serverless.yml"_s, {{u"serverless.yml"_s, project::toYaml(serverlessFile(request.plan.spec))}}};
    else
        return failure(ErrorCode::Usage, Core::tr("“%1” is no format to export to.").arg(request.format), Core::tr("Use awscli, sam or serverless."));
    if (const auto packages = addPackages(request.plan.spec, request.vault, exported); !packages)
        return tl::unexpected(packages.error());
    return exported;
}

} // namespace eph::deploy
