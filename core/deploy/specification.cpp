// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/specification.h"

#include "core/base/text.h"
#include "core/deploy/apidefinition.h"
#include "core/deploy/leastprivilege.h"
#include "core/deploy/documents.h"
#include "core/deploy/sourceproperties.h"
#include "core/deploy/templatevalues.h"
#include "core/deploy/values.h"
#include "core/gateway/api.h"
#include "core/project/templatepattern.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QString shortHash(const QString &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().first(10));
}

[[nodiscard]] QJsonObject retryPolicy(const QJsonObject &properties)
{
    QJsonObject policy;
    copyNumbers(properties.value("RetryPolicy"_L1).toObject(), {u"MaximumRetryAttempts"_s, u"MaximumEventAgeInSeconds"_s}, policy);
    return policy;
}

[[nodiscard]] bool isEnabled(const QJsonObject &properties)
{
    if (properties.contains("Enabled"_L1))
        return isTrue(properties.value("Enabled"_L1));
    return properties.value("State"_L1).toString(u"ENABLED"_s) != "DISABLED"_L1;
}

/// Resource types that SAM or a release makes by itself out of a function.
[[nodiscard]] bool isExpressed(const QString &type)
{
    static const QSet<QString> types{u"AWS::Serverless::Api"_s, u"AWS::Serverless::HttpApi"_s, u"AWS::Serverless::LayerVersion"_s, u"AWS::Lambda::LayerVersion"_s, u"AWS::Lambda::Permission"_s, u"AWS::Lambda::Url"_s,
                                     u"AWS::Lambda::EventSourceMapping"_s, u"AWS::Lambda::EventInvokeConfig"_s, u"AWS::Events::Rule"_s, u"AWS::Scheduler::Schedule"_s, u"AWS::SNS::Subscription"_s, u"AWS::ApiGatewayV2::Api"_s, u"AWS::ApiGatewayV2::Route"_s, u"AWS::ApiGatewayV2::Integration"_s, u"AWS::ApiGatewayV2::Authorizer"_s,
                                     u"AWS::ApiGatewayV2::Stage"_s, u"AWS::ApiGatewayV2::Deployment"_s, u"AWS::Serverless::WebSocketApi"_s, u"AWS::Serverless::Application"_s, u"AWS::CloudFormation::Stack"_s};
    return project::isReleased(type) || types.contains(type);
}

class SpecBuilder
{
public:
    explicit SpecBuilder(const SpecRequest &request)
        : m_request(request)
        , m_project(request.project)
    {
        ReleaseSpec &spec = m_result.spec;
        spec.project = request.projectName;
        spec.stage = request.placement.stage;
        spec.account = request.placement.account;
        spec.region = request.placement.region;
        spec.prefix = request.placement.prefix;
    }

    Specification build()
    {
        reportLeftOut();
        addSources();
        for (const project::Function &function : m_project.functions)
            addFunction(function);
        addApis();
        for (const project::Function &function : m_project.functions)
            addTriggers(function);
        addNotifications();
        reportUnusedVariables();
        return m_result;
    }

private:
    void report(Severity severity, const QString &rule, const QString &message, const QString &hint, const project::Location &where = {})
    {
        m_result.findings << Finding{severity, rule, message, hint, where.file, where.line, where.column, {}};
    }

    void add(const QString &kind, const QString &id, const QString &name, const QJsonObject &properties)
    {
        m_result.spec.resources << Resource{kind, id, name, properties};
    }

    [[nodiscard]] QString placed(const QString &name) const { return project::placedName(m_request.placement, u"AWS::Lambda::Function"_s, name); }
    [[nodiscard]] QString place() const { return m_request.placement.region + u':' + m_request.placement.account + u':'; }
    [[nodiscard]] QString functionArn(const project::Function &function) const { return "arn:aws:lambda:"_L1 + place() + "function:"_L1 + function.name; }
    [[nodiscard]] QString aliasArn(const project::Function &function) const { return functionArn(function) + u':' + LiveAlias; }
    [[nodiscard]] QString roleArn(const QString &name) const { return "arn:aws:iam::"_L1 + m_request.placement.account + ":role/"_L1 + name; }

    void reportLeftOut()
    {
        for (auto it = m_project.resources.cbegin(); it != m_project.resources.cend(); ++it) {
            if (!isExpressed(*it))
                report(Severity::Warning, u"not-released"_s, Core::tr("“%1” (%2) is not made by a release; it has to be there under its name.").arg(it.key(), *it), Core::tr("Make it beforehand, or export the project and deploy it with SAM."), {m_project.templateFile, 0, 0});
        }
        for (const project::SourceDeclaration &source : m_project.eventSources) {
            const QString endpoint = source.properties.value("Endpoint"_L1).toString();
            if (source.type == "AWS::SNS::Subscription"_L1 && source.properties.value("Protocol"_L1).toString() == "sqs"_L1)
                report(Severity::Warning, u"not-released"_s, Core::tr("The queue “%1” is not subscribed to “%2” by a release.").arg(endpoint.section(u':', -1), source.properties.value("TopicArn"_L1).toString().section(u':', -1)), Core::tr("Subscribe it by hand, and let the topic send to it."), source.location);
        }
        for (const project::RuleDeclaration &rule : m_project.rules)
            report(Severity::Warning, u"not-released"_s, Core::tr("The rule “%1” hands events to %2; a release makes rules for functions alone.").arg(rule.logicalId, rule.targetArn), Core::tr("Make it by hand."), {m_project.templateFile, 0, 0});
        for (const project::ScheduleDeclaration &schedule : m_project.schedules)
            report(Severity::Warning, u"not-released"_s, Core::tr("The schedule “%1” runs %2; a release makes schedules for functions alone.").arg(schedule.trigger.name, schedule.targetArn), Core::tr("Make it by hand."), schedule.trigger.location);
    }

    void addSources()
    {
        // A queue's dead letters need their queue first.
        QList<project::SourceDeclaration> sources = m_project.eventSources;
        std::stable_partition(sources.begin(), sources.end(), [](const project::SourceDeclaration &source) { return !source.properties.contains("RedrivePolicy"_L1); });
        for (const project::SourceDeclaration &source : std::as_const(sources)) {
            const QJsonObject &given = source.properties;
            reportDropped(source);
            if (source.type == "AWS::SQS::Queue"_L1)
                add(kinds::Queue, source.logicalId, source.name, {{u"Attributes"_s, queueAttributes(given)}});
            else if (source.type == "AWS::SNS::Topic"_L1)
                add(kinds::Topic, source.logicalId, source.name, {{u"Attributes"_s, topicAttributes(given)}});
            else if (source.type == "AWS::Kinesis::Stream"_L1)
                add(kinds::Stream, source.logicalId, source.name, streamProperties(given));
            else if (source.type == "AWS::S3::Bucket"_L1)
                add(kinds::Bucket, source.logicalId, source.name, {{u"Region"_s, m_request.placement.region}});
        }
    }

    /// Properties that no call of a release sets.
    void reportDropped(const project::SourceDeclaration &source)
    {
        const QStringList taken = takenProperties(source.type);
        if (taken.isEmpty())
            return;
        QStringList dropped = source.properties.keys();
        dropped.removeIf([&](const QString &name) { return taken.contains(name); });
        if (!dropped.isEmpty())
            report(Severity::Warning, u"not-released"_s, Core::tr("%1 of “%2” is not set by a release.").arg(dropped.join(", "_L1), source.logicalId), Core::tr("Set it by hand, or export the project and deploy it with SAM."), source.location);
    }

    void addFunction(const project::Function &function)
    {
        if (function.containerImage)
            return report(Severity::Error, u"container-image"_s, Core::tr("“%1” is a container image, which is not deployed from here.").arg(function.name), Core::tr("Give it a CodeUri and a Runtime, or take it out of the template."), function.location);
        const auto package = m_request.packages.constFind(function.logicalId);
        if (package == m_request.packages.cend())
            return report(Severity::Error, u"no-code"_s, Core::tr("“%1” has no code on this machine.").arg(function.name), Core::tr("Point CodeUri in the template to a local folder."), function.location);
        const QString role = addRole(function);
        QJsonObject properties{{u"Package"_s, package->sha256}, {u"CodeSha256"_s, package->codeSha256}, {u"Alias"_s, LiveAlias}, {u"Configuration"_s, configurationOf(function, role)}};
        if (function.reservedConcurrency >= 0)
            properties.insert(u"ReservedConcurrentExecutions"_s, function.reservedConcurrency);
        if (function.provisionedConcurrency > 0)
            properties.insert(u"ProvisionedConcurrentExecutions"_s, function.provisionedConcurrency);
        if (const QJsonObject async = asyncConfig(function); !async.isEmpty())
            properties.insert(u"EventInvokeConfig"_s, async);
        add(kinds::Function, function.logicalId, function.name, properties);
    }

    /// The ARN of the role that it has.
    [[nodiscard]] QString addRole(const project::Function &function)
    {
        if (const QString own = function.properties.value("Role"_L1).toString(); own.startsWith("arn:"_L1))
            return own;
        const ExecutionPolicy policy = executionPolicyOf(m_project, function);
        m_result.findings << policy.findings;
        // Roles belong to all regions of an account.
        const QString name = placed(function.logicalId + u'-' + m_request.placement.region + "-role"_L1);
        QJsonObject properties{{u"Trust"_s, trustPolicy(u"lambda.amazonaws.com"_s)}, {u"Policy"_s, policy.document}, {u"Reasons"_s, QJsonArray::fromStringList(policy.reasons)}};
        if (!policy.managed.isEmpty())
            properties.insert(u"Managed"_s, QJsonArray::fromStringList(policy.managed));
        copy(function.properties, {u"PermissionsBoundary"_s}, properties);
        add(kinds::Role, function.logicalId, name, properties);
        return roleArn(name);
    }

    [[nodiscard]] QJsonObject configurationOf(const project::Function &function, const QString &role)
    {
        const QJsonObject &given = function.properties;
        QJsonObject configuration{{u"FunctionName"_s, function.name},
                                  {u"Role"_s, role},
                                  {u"Runtime"_s, function.runtime},
                                  {u"Handler"_s, function.handler.isEmpty() ? u"bootstrap"_s : function.handler},
                                  {u"Description"_s, function.description},
                                  {u"MemorySize"_s, function.memoryMiB},
                                  {u"Timeout"_s, function.timeoutSeconds},
                                  {u"Architectures"_s, QJsonArray{function.architecture}},
                                  {u"EphemeralStorage"_s, QJsonObject{{u"Size"_s, function.ephemeralStorageMiB}}},
                                  {u"TracingConfig"_s, QJsonObject{{u"Mode"_s, tracingMode(given)}}},
                                  {u"Environment"_s, QJsonObject{{u"Variables"_s, variablesOf(function)}}}};
        QJsonObject logging;
        logging.insert(u"LogFormat"_s, function.jsonLogs ? u"JSON"_s : u"Text"_s);
        if (function.jsonLogs) {
            logging.insert(u"ApplicationLogLevel"_s, function.logLevel);
            logging.insert(u"SystemLogLevel"_s, function.systemLogLevel);
        }
        copy(given.value("LoggingConfig"_L1).toObject(), {u"LogGroup"_s}, logging);
        configuration.insert(u"LoggingConfig"_s, logging);
        if (!function.deadLetter.isEmpty())
            configuration.insert(u"DeadLetterConfig"_s, QJsonObject{{u"TargetArn"_s, function.deadLetter}});
        if (const QJsonArray layers = layersOf(function); !layers.isEmpty())
            configuration.insert(u"Layers"_s, layers);
        if (function.isTenantIsolated())
            configuration.insert(u"TenancyConfig"_s, QJsonObject{{u"TenantIsolationMode"_s, u"PER_TENANT"_s}});
        addCloudSettings(function, configuration);
        return configuration;
    }

    [[nodiscard]] static QString tracingMode(const QJsonObject &given)
    {
        return given.value("Tracing"_L1).toString(given.value("TracingConfig"_L1).toObject().value("Mode"_L1).toString(u"PassThrough"_s));
    }

    /// What only the cloud has.
    void addCloudSettings(const project::Function &function, QJsonObject &configuration)
    {
        const QJsonObject &given = function.properties;
        QJsonObject settings;
        if (QJsonObject network = given.value("VpcConfig"_L1).toObject(); !network.isEmpty()) {
            if (network.contains("Ipv6AllowedForDualStack"_L1))
                network.insert(u"Ipv6AllowedForDualStack"_s, isTrue(network.value("Ipv6AllowedForDualStack"_L1)));
            settings.insert(u"VpcConfig"_s, network);
        }
        if (const QString key = given.value("KmsKeyArn"_L1).toString(); !key.isEmpty())
            settings.insert(u"KMSKeyArn"_s, key);
        copy(given, {u"FileSystemConfigs"_s}, settings);
        if (const QString apply = given.value("SnapStart"_L1).toObject().value("ApplyOn"_L1).toString(); !apply.isEmpty())
            settings.insert(u"SnapStart"_s, QJsonObject{{u"ApplyOn"_s, apply}});
        if (m_request.local) {
            if (!settings.isEmpty())
                report(Severity::Note, u"cloud-only"_s, Core::tr("%1 of “%2” has no effect in the local cloud and is left out there.").arg(settings.keys().join(", "_L1), function.name), {}, function.location);
        } else {
            copy(settings, settings.keys(), configuration);
        }
        static const QStringList left{u"CodeSigningConfigArn"_s, u"RuntimeManagementConfig"_s, u"CapacityProviderConfig"_s, u"DurableConfig"_s, u"RecursiveLoop"_s, u"FunctionScalingConfig"_s};
        for (const QString &member : left) {
            if (given.contains(member))
                report(Severity::Warning, u"not-released"_s, Core::tr("%1 of “%2” is not set by a release.").arg(member, function.name), Core::tr("Set it by hand, or export the project and deploy it with SAM."), function.location);
        }
    }

    [[nodiscard]] QJsonObject variablesOf(const project::Function &function)
    {
        QJsonObject variables;
        for (auto it = function.environment.cbegin(); it != function.environment.cend(); ++it) {
            QString value = *it;
            if (const auto own = m_request.variables.constFind(it.key()); own != m_request.variables.cend()) {
                value = *own;
                m_usedVariables.insert(it.key());
            }
            if (isSecretReference(value))
                variables.insert(it.key(), values::secret(value));
            else
                variables.insert(it.key(), value);
            if (value.contains("{{"_L1) && value.contains("}}"_L1) && !isSecretReference(value))
                report(Severity::Warning, u"partial-secret"_s, Core::tr("The variable %1 of “%2” has braces in it, but is no reference as a whole; it is taken as it is.").arg(it.key(), function.name), Core::tr("A secret's reference stands alone: {{secret:NAME}}."), function.location);
        }
        return variables;
    }

    void reportUnusedVariables()
    {
        for (auto it = m_request.variables.cbegin(); it != m_request.variables.cend(); ++it) {
            if (!m_usedVariables.contains(it.key()))
                report(Severity::Warning, u"unused-variable"_s, Core::tr("The stage “%1” sets %2, which no function declares.").arg(m_request.placement.stage, it.key()), Core::tr("Declare it under Environment in the template, or take it out of samconfig.toml."));
        }
    }

    [[nodiscard]] QJsonArray layersOf(const project::Function &function)
    {
        QJsonArray arns;
        for (const QString &folder : function.layerFolders) {
            const auto package = m_request.layers.constFind(folder);
            if (package == m_request.layers.cend())
                continue;
            // A layer of that content is always the same: its name says so.
            const QString id = QFileInfo(folder).fileName();
            const QString name = placed(id + u'-' + package->sha256.first(12));
            if (!m_layers.contains(name)) {
                m_layers.insert(name);
                add(kinds::Layer, id + u'-' + package->sha256.first(12), name, {{u"Package"_s, package->sha256}, {u"CodeSha256"_s, package->codeSha256}});
            }
            arns.append(values::output(kinds::Layer + u':' + id + u'-' + package->sha256.first(12), u"LayerVersionArn"_s));
        }
        for (const QString &layer : function.remoteLayers) {
            if (layer.startsWith("arn:"_L1))
                arns.append(layer);
        }
        return arns;
    }

    [[nodiscard]] static QJsonObject asyncConfig(const project::Function &function)
    {
        QJsonObject destinations;
        if (!function.onSuccess.isEmpty())
            destinations.insert(u"OnSuccess"_s, QJsonObject{{u"Destination"_s, function.onSuccess}});
        if (!function.onFailure.isEmpty())
            destinations.insert(u"OnFailure"_s, QJsonObject{{u"Destination"_s, function.onFailure}});
        if (destinations.isEmpty() && !function.properties.contains("EventInvokeConfig"_L1))
            return {};
        QJsonObject config{{u"MaximumRetryAttempts"_s, function.asyncMaxRetries}, {u"MaximumEventAgeInSeconds"_s, function.asyncMaxAgeSeconds}};
        if (!destinations.isEmpty())
            config.insert(u"DestinationConfig"_s, destinations);
        return config;
    }

    void addPermission(const project::Function &function, const QString &id, QJsonObject properties)
    {
        properties.insert(u"FunctionName"_s, function.name);
        properties.insert(u"Qualifier"_s, LiveAlias);
        if (!properties.contains("Action"_L1))
            properties.insert(u"Action"_s, u"lambda:InvokeFunction"_s);
        const QString statement = u"ephemera-"_s + shortHash(id);
        properties.insert(u"StatementId"_s, statement);
        add(kinds::Permission, id, function.name + u'/' + statement, properties);
    }

    void addApis()
    {
        const QList<gateway::Api> apis = gateway::apisOf(m_project);
        for (const gateway::Api &api : apis) {
            if (api.kind != gateway::ApiKind::Http && api.kind != gateway::ApiKind::Rest)
                continue;
            const bool http = api.kind == gateway::ApiKind::Http;
            const QString kind = http ? kinds::Api : kinds::RestApi;
            const QString name = m_request.placement.prefix + api.id;
            const ApiDefinition definition = apiDefinitionOf({api, name, m_request.placement.region, m_request.placement.account, LiveAlias});
            m_result.findings << definition.findings;
            QJsonObject properties{{u"Body"_s, definition.document}, {u"Stage"_s, api.stage}};
            if (!api.stageVariables.isEmpty())
                properties.insert(u"StageVariables"_s, api.stageVariables);
            if (!api.plans.isEmpty())
                report(Severity::Warning, u"not-released"_s, Core::tr("The usage plans and keys of the REST API “%1” are not made by a release.").arg(api.id), Core::tr("Make them by hand, or export the project and deploy it with SAM."));
            if (api.ratePerSecond && !http)
                report(Severity::Warning, u"not-released"_s, Core::tr("The throttling of the REST API “%1” is not set by a release.").arg(api.id), Core::tr("Set it by hand, or export the project and deploy it with SAM."));
            else if (api.ratePerSecond)
                properties.insert(u"Throttling"_s, QJsonObject{{u"RateLimit"_s, *api.ratePerSecond}, {u"BurstLimit"_s, api.burst}});
            add(kind, api.id, name, properties);
            addApiPermissions(api, kind + u':' + api.id);
        }
    }

    void addApiPermissions(const gateway::Api &api, const QString &key)
    {
        const QJsonObject id = values::output(key, api.kind == gateway::ApiKind::Http ? u"ApiId"_s : u"id"_s);
        const auto permit = [&](const QString &name, const QString &path) {
            const project::Function *function = m_project.function(name);
            if (!function)
                return;
            const QString permission = key + u'/' + function->logicalId + u'/' + path;
            if (m_result.spec.find(kinds::Permission + u':' + permission))
                return;
            addPermission(*function, permission, {{u"Principal"_s, u"apigateway.amazonaws.com"_s}, {u"SourceArn"_s, values::join({QString("arn:aws:execute-api:"_L1 + place()), id, QString(u'/' + path)})}});
        };
        for (const gateway::Route &route : api.routes) {
            permit(route.function, "*/"_L1 + permissionPath(route));
            if (route.authorizer && !route.authorizer->function.isEmpty())
                permit(route.authorizer->function, u"authorizers/*"_s);
        }
    }

    void addTriggers(const project::Function &function)
    {
        for (const project::Trigger &trigger : function.triggers) {
            const QString id = trigger.ownResource ? trigger.name : QString(function.logicalId + u'/' + trigger.name);
            if (trigger.type == "Schedule"_L1 || trigger.type == "EventBridgeRule"_L1 || trigger.type == "CloudWatchEvent"_L1)
                addRule(function, trigger, id);
            else if (trigger.type == "ScheduleV2"_L1)
                addSchedule(function, trigger, id);
            else if (trigger.type == "FunctionUrl"_L1)
                addUrl(function, trigger, id);
            else if (trigger.type == "SQS"_L1 || trigger.type == "Kinesis"_L1 || trigger.type == "DynamoDB"_L1)
                addMapping(function, trigger, id);
            else if (trigger.type == "SNS"_L1)
                addSubscription(function, trigger, id);
            else if (trigger.type == "S3"_L1)
                collectNotification(function, trigger, id);
            // A subscription that is a resource is told as such.
            else if (trigger.type != "Api"_L1 && trigger.type != "HttpApi"_L1 && !(trigger.type == "CloudWatchLogs"_L1 && trigger.ownResource))
                report(Severity::Warning, u"not-released"_s, Core::tr("The trigger “%1” of “%2” (%3) is not made by a release.").arg(trigger.name, function.name, trigger.type), Core::tr("Make it by hand, or export the project and deploy it with SAM."), trigger.location);
        }
    }

    [[nodiscard]] QString triggerName(const project::Trigger &trigger, const QString &id, QLatin1StringView key) const
    {
        const QString given = trigger.properties.value(key).toString();
        static const QRegularExpression other(u"[^A-Za-z0-9._-]+"_s);
        QString name = given.isEmpty() ? id : given;
        return placed(name.replace(other, u"-"_s));
    }

    void addRule(const project::Function &function, const project::Trigger &trigger, const QString &id)
    {
        const QJsonObject &given = trigger.properties;
        const bool scheduled = trigger.type == "Schedule"_L1;
        const QString name = triggerName(trigger, id, scheduled ? "Name"_L1 : "RuleName"_L1);
        QJsonObject rule{{u"Name"_s, name}, {u"State"_s, isEnabled(given) ? u"ENABLED"_s : u"DISABLED"_s}, {u"Description"_s, given.value("Description"_L1).toString()}};
        if (scheduled)
            rule.insert(u"ScheduleExpression"_s, given.value("Schedule"_L1));
        else
            rule.insert(u"EventPattern"_s, documentText(project::typedPattern(given.value("Pattern"_L1).toObject())));
        const QString bus = given.value("EventBusName"_L1).toString();
        if (!bus.isEmpty())
            rule.insert(u"EventBusName"_s, bus);
        QJsonObject target{{u"Id"_s, function.logicalId}, {u"Arn"_s, aliasArn(function)}};
        copy(given, {u"Input"_s, u"InputPath"_s, u"InputTransformer"_s, u"DeadLetterConfig"_s}, target);
        if (const QJsonObject retries = retryPolicy(given); !retries.isEmpty())
            target.insert(u"RetryPolicy"_s, retries);
        add(kinds::Rule, id, name, {{u"Rule"_s, rule}, {u"Target"_s, target}});
        const QString path = bus.isEmpty() || bus == "default"_L1 ? name : QString(bus.section(u'/', -1) + u'/' + name);
        addPermission(function, "rule:"_L1 + id, {{u"Principal"_s, u"events.amazonaws.com"_s}, {u"SourceArn"_s, QString("arn:aws:events:"_L1 + place() + "rule/"_L1 + path)}});
    }

    void addSchedule(const project::Function &function, const project::Trigger &trigger, const QString &id)
    {
        const QJsonObject &given = trigger.properties;
        const QString name = triggerName(trigger, id, "Name"_L1);
        // It calls with a role of its own that may do nothing else.
        const QString role = placed(function.logicalId + u'-' + m_request.placement.region + "-schedule-role"_L1);
        const QString roleId = "schedule/"_L1 + function.logicalId;
        if (!m_result.spec.find(kinds::Role + u':' + roleId)) {
            const QJsonObject invoke{{u"Effect"_s, u"Allow"_s}, {u"Action"_s, QJsonArray{u"lambda:InvokeFunction"_s}}, {u"Resource"_s, QJsonArray{aliasArn(function)}}};
            add(kinds::Role, roleId, role, {{u"Trust"_s, trustPolicy(u"scheduler.amazonaws.com"_s)}, {u"Policy"_s, QJsonObject{{u"Version"_s, u"2012-10-17"_s}, {u"Statement"_s, QJsonArray{invoke}}}}, {u"Reasons"_s, QJsonArray{Core::tr("its schedules")}}});
        }
        QJsonObject target{{u"Arn"_s, aliasArn(function)}, {u"RoleArn"_s, given.value("RoleArn"_L1).toString(roleArn(role))}};
        copy(given, {u"Input"_s, u"DeadLetterConfig"_s}, target);
        if (const QJsonObject retries = retryPolicy(given); !retries.isEmpty())
            target.insert(u"RetryPolicy"_s, retries);
        QJsonObject window{{u"Mode"_s, u"OFF"_s}};
        if (const QJsonObject flexible = given.value("FlexibleTimeWindow"_L1).toObject(); !flexible.isEmpty()) {
            window = {{u"Mode"_s, flexible.value("Mode"_L1).toString(u"OFF"_s)}};
            copyNumbers(flexible, {u"MaximumWindowInMinutes"_s}, window);
        }
        QJsonObject schedule{{u"Name"_s, name},
                             {u"ScheduleExpression"_s, given.value("ScheduleExpression"_L1)},
                             {u"ScheduleExpressionTimezone"_s, given.value("ScheduleExpressionTimezone"_L1).toString(u"UTC"_s)},
                             {u"State"_s, isEnabled(given) ? u"ENABLED"_s : u"DISABLED"_s},
                             {u"Description"_s, given.value("Description"_L1).toString()},
                             {u"FlexibleTimeWindow"_s, window},
                             {u"Target"_s, target}};
        copy(given, {u"GroupName"_s}, schedule);
        for (const QString &member : {u"StartDate"_s, u"EndDate"_s}) {
            const QDateTime time = QDateTime::fromString(given.value(member).toString(), Qt::ISODate);
            if (time.isValid())
                schedule.insert(member, time.toSecsSinceEpoch());
        }
        add(kinds::Schedule, id, name, schedule);
    }

    void addUrl(const project::Function &function, const project::Trigger &trigger, const QString &id)
    {
        const QJsonObject &given = trigger.properties;
        const QString type = given.value("AuthType"_L1).toString(u"AWS_IAM"_s);
        QJsonObject url{{u"FunctionName"_s, function.name}, {u"Qualifier"_s, LiveAlias}, {u"AuthType"_s, type}, {u"InvokeMode"_s, given.value("InvokeMode"_L1).toString(u"BUFFERED"_s)}};
        if (QJsonObject cors = given.value("Cors"_L1).toObject(); !cors.isEmpty()) {
            copyNumbers(cors, {u"MaxAge"_s}, cors);
            if (cors.contains("AllowCredentials"_L1))
                cors.insert(u"AllowCredentials"_s, isTrue(cors.value("AllowCredentials"_L1)));
            url.insert(u"Cors"_s, cors);
        }
        add(kinds::Url, id, function.name, url);
        if (type != "NONE"_L1)
            return;
        report(Severity::Warning, u"public-url"_s, Core::tr("Everybody who knows the address of “%1” can call it, at your expense.").arg(function.name), Core::tr("Set AuthType to AWS_IAM, or check callers in the function."), trigger.location);
        // Both are needed since October 2025.
        addPermission(function, "url:"_L1 + id, {{u"Principal"_s, u"*"_s}, {u"Action"_s, u"lambda:InvokeFunctionUrl"_s}, {u"FunctionUrlAuthType"_s, u"NONE"_s}});
        addPermission(function, "url-invoke:"_L1 + id, {{u"Principal"_s, u"*"_s}, {u"InvokedViaFunctionUrl"_s, true}});
    }

    void addMapping(const project::Function &function, const project::Trigger &trigger, const QString &id)
    {
        const QJsonObject &given = trigger.properties;
        const bool queue = trigger.type == "SQS"_L1;
        const QString source = given.value(queue ? "Queue"_L1 : "Stream"_L1).toString();
        QJsonObject mapping{{u"FunctionName"_s, aliasArn(function)}, {u"EventSourceArn"_s, source}, {u"Enabled"_s, isEnabled(given)}};
        copyNumbers(given, {u"BatchSize"_s, u"MaximumBatchingWindowInSeconds"_s, u"MaximumRetryAttempts"_s, u"MaximumRecordAgeInSeconds"_s, u"ParallelizationFactor"_s, u"TumblingWindowInSeconds"_s}, mapping);
        copy(given, {u"FunctionResponseTypes"_s, u"DestinationConfig"_s}, mapping);
        if (!queue)
            mapping.insert(u"StartingPosition"_s, given.value("StartingPosition"_L1).toString(u"LATEST"_s));
        if (isTrue(given.value("BisectBatchOnFunctionError"_L1)))
            mapping.insert(u"BisectBatchOnFunctionError"_s, true);
        if (QJsonObject scaling = given.value("ScalingConfig"_L1).toObject(); !scaling.isEmpty()) {
            copyNumbers(scaling, {u"MaximumConcurrency"_s}, scaling);
            mapping.insert(u"ScalingConfig"_s, scaling);
        }
        copy(given, {u"FilterCriteria"_s}, mapping);
        add(kinds::Mapping, id, function.name + " from "_L1 + source.section(u':', 5).section(u'/', 0, 1), mapping);
    }

    void addSubscription(const project::Function &function, const project::Trigger &trigger, const QString &id)
    {
        const QJsonObject &given = trigger.properties;
        const QString topic = given.value("Topic"_L1).toString();
        QJsonObject attributes;
        if (const QJsonObject filter = given.value("FilterPolicy"_L1).toObject(); !filter.isEmpty())
            attributes.insert(u"FilterPolicy"_s, documentText(project::typedPattern(filter)));
        copy(given, {u"FilterPolicyScope"_s}, attributes);
        if (const QJsonObject redrive = given.value("RedrivePolicy"_L1).toObject(); !redrive.isEmpty())
            attributes.insert(u"RedrivePolicy"_s, documentText(redrive));
        addPermission(function, "topic:"_L1 + id, {{u"Principal"_s, u"sns.amazonaws.com"_s}, {u"SourceArn"_s, topic}});
        QJsonObject subscription{{u"TopicArn"_s, topic}, {u"Protocol"_s, u"lambda"_s}, {u"Endpoint"_s, aliasArn(function)}};
        if (!attributes.isEmpty())
            subscription.insert(u"Attributes"_s, attributes);
        add(kinds::Subscription, id, function.name + " to "_L1 + topic.section(u':', -1), subscription);
    }

    void collectNotification(const project::Function &function, const project::Trigger &trigger, const QString &id)
    {
        const QJsonObject &given = trigger.properties;
        const QString bucket = given.value("Bucket"_L1).toString();
        const QJsonValue events = given.value("Events"_L1);
        QJsonObject entry{{u"Id"_s, QString("ephemera-"_L1 + shortHash(id))}, {u"LambdaFunctionArn"_s, aliasArn(function)}, {u"Events"_s, events.isArray() ? events.toArray() : QJsonArray{events}}};
        QJsonArray rules;
        const QJsonArray declared = given.value("Filter"_L1).toObject().value("S3Key"_L1).toObject().value("Rules"_L1).toArray();
        for (const auto &rule : declared)
            rules.append(QJsonObject{{u"Name"_s, rule.toObject().value("Name"_L1).toString().toLower()}, {u"Value"_s, rule.toObject().value("Value"_L1)}});
        if (!rules.isEmpty())
            entry.insert(u"Filter"_s, QJsonObject{{u"Key"_s, QJsonObject{{u"FilterRules"_s, rules}}}});
        addPermission(function, "bucket:"_L1 + id, {{u"Principal"_s, u"s3.amazonaws.com"_s}, {u"SourceArn"_s, QString("arn:aws:s3:::"_L1 + bucket)}, {u"SourceAccount"_s, m_request.placement.account}});
        m_notifications[bucket].append(entry);
    }

    /// A bucket has one configuration for everything that it tells.
    void addNotifications()
    {
        for (auto it = m_notifications.cbegin(); it != m_notifications.cend(); ++it)
            add(kinds::Notification, it.key(), it.key(), {{u"NotificationConfiguration"_s, QJsonObject{{u"LambdaFunctionConfigurations"_s, *it}}}});
    }

    const SpecRequest &m_request;
    const project::Project &m_project;
    Specification m_result;
    QSet<QString> m_layers;
    QSet<QString> m_usedVariables;
    QMap<QString, QJsonArray> m_notifications; ///< By bucket.
};

} // namespace

Specification specificationOf(const SpecRequest &request)
{
    return SpecBuilder(request).build();
}

} // namespace eph::deploy
