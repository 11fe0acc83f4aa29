// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/samtemplate.h"

#include "core/base/account.h"
#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/project/apiresources.h"
#include "core/project/arns.h"
#include "core/project/balancerresources.h"
#include "core/project/evaluator.h"
#include "core/project/eventchecks.h"
#include "core/project/functionchecks.h"
#include "core/project/functioncode.h"
#include "core/project/functionenvironment.h"
#include "core/project/functionevents.h"
#include "core/project/functionlayers.h"
#include "core/project/keyresources.h"
#include "core/project/logloops.h"
#include "core/project/loops.h"
#include "core/project/mergedproperties.h"
#include "core/project/resourcechecks.h"
#include "core/project/restresources.h"
#include "core/project/samnames.h"
#include "core/project/templatechecks.h"
#include "core/project/templateparameters.h"
#include "core/project/tenancychecks.h"
#include "core/project/triggerresource.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

namespace eph::project {

namespace {

using namespace Qt::StringLiterals;

constexpr auto AliasType = "AWS::Lambda::Alias"_L1;
constexpr int MaxNesting = 5;
constexpr int MaxTemplates = 100;

/// Reads one template file.
class Reader
{
public:
    Reader(Project &project, const Overrides &overrides, const Placement &placement, const YamlNode &root, const QString &file)
        : m_project(project)
        , m_overrides(overrides)
        , m_root(root)
        , m_isRoot(file == project.templateFile)
        , m_folder(QFileInfo(file).absolutePath())
        , m_placement(placement)
        , m_eval(&root, file, placement)
    {
    }

    void read(const QMap<QString, QString> &parameterValues)
    {
        if (m_root.find(u"service") && m_root.find(u"provider") && !m_root.find(u"Resources")) {
            m_eval.report(Severity::Error, u"serverless-framework"_s, Core::tr("This is a file of the Serverless Framework, which is not read here."), m_root, {}, Core::tr("Declare its functions in a SAM template, template.yaml."));
            return;
        }
        for (const auto &entry : m_root.entries) {
            if (!TopLevelKeys.contains(entry.key->value))
                m_eval.report(Severity::Warning, u"unknown-key"_s, Core::tr("“%1” is no section of a template.").arg(entry.key->value), *entry.key, entry.key->value);
        }
        if (const YamlNode *description = m_root.find(u"Description"); description && m_project.description.isEmpty())
            m_project.description = description->value;
        readParameters(m_root, parameterValues, m_isRoot, m_project, m_eval);
        readGlobals();
        const YamlNode *resources = m_root.find(u"Resources");
        if (!resources || resources->kind != YamlNode::Kind::Map) {
            m_eval.report(Severity::Error, u"no-resources"_s, Core::tr("The template has no Resources."), resources ? *resources : m_root, u"Resources"_s, Core::tr("Add a function under Resources."));
            return;
        }
        for (const auto &entry : resources->entries) {
            if (entry.key->value == "Fn::Transform"_L1)
                readIncluded(entry.value->resolved());
            else
                readResource(entry.key->value, entry.value->resolved());
        }
        addTargeted();
        checkTemplate(m_root, m_present, m_eval);
        m_project.findings << logLoopsOf(m_project) << tenancyFindings(m_project);
        if (m_isRoot && isWhole(m_root))
            m_project.findings << eventFindings(m_project);
        reportUnusedOverrides();
        if (m_isRoot)
            readStack();
    }

    Findings findings() const { return m_eval.findings(); }
    [[nodiscard]] const QStringList &includedFiles() const { return m_eval.includedFiles(); }

    struct Nested {
        QString file;
        QMap<QString, QString> parameters;
        int line = 0;
        QString path;
    };
    QList<Nested> nested;

private:
    /// Resources from another file; others may refer to them as to their own.
    void readIncluded(const YamlNode &transform)
    {
        m_eval.visitInclude(transform, u"Resources.Fn::Transform"_s, [this](const YamlNode &root) {
            for (const auto &entry : root.entries)
                m_eval.addResource(entry.key->value, entry.value->resolved());
            for (const auto &entry : root.entries)
                readResource(entry.key->value, entry.value->resolved());
        });
    }

    /// What the template says to others, last: it changes nothing here, and what is unknown in it is no fault of a function.
    void readStack()
    {
        m_eval.setQuiet();
        for (const QString &logicalId : std::as_const(m_present))
            m_project.references.insert(logicalId, m_eval.resourceRef(logicalId));
        const YamlNode *outputs = m_root.find(u"Outputs");
        if (!outputs)
            return;
        for (const auto &entry : outputs->resolved().entries) {
            const YamlNode &output = entry.value->resolved();
            const YamlNode *value = output.find(u"Value");
            const YamlNode *condition = output.find(u"Condition");
            if (!value || (condition && !m_eval.condition(condition->value, *condition)))
                continue;
            const auto textOf = [&](const YamlNode *node) { return node ? m_eval.evaluate(*node, "Outputs."_L1 + entry.key->value).toString() : QString(); };
            const YamlNode *exported = output.find(u"Export");
            m_project.outputs << OutputDeclaration{entry.key->value, textOf(value), textOf(output.find(u"Description")), textOf(exported ? exported->resolved().find(u"Name") : nullptr)};
        }
    }

    /// Values for functions that no template declares change nothing: a misspelt name must not pass unseen.
    void reportUnusedOverrides()
    {
        if (!m_isRoot || !nested.isEmpty())
            return;
        QStringList names;
        for (const Function &function : std::as_const(m_project.functions))
            names << function.name << function.logicalId;
        for (auto it = m_overrides.byFunction.cbegin(); it != m_overrides.byFunction.cend(); ++it) {
            if (names.contains(it.key()))
                continue;
            const QString meant = closestName(it.key(), names);
            m_project.findings << Finding{Severity::Warning, u"unknown-function-override"_s, Core::tr("“env.json” has values for “%1”, which the template does not declare.").arg(it.key()),
                                          meant.isEmpty() ? Core::tr("Use a function's name or logical id, or Parameters for all of them.") : Core::tr("Did you mean “%1”?").arg(meant), m_overrides.variablesFile, 0, 0, it.key()};
        }
    }

    void readGlobals()
    {
        const YamlNode *globals = m_root.find(u"Globals");
        if (const YamlNode *api = globals ? globals->find(u"Api") : nullptr)
            m_project.restGlobals = m_eval.evaluate(*api, u"Globals.Api"_s).toObject();
        if (const YamlNode *api = globals ? globals->find(u"HttpApi") : nullptr)
            m_project.httpGlobals = m_eval.evaluate(*api, u"Globals.HttpApi"_s).toObject();
        const YamlNode *function = globals ? globals->find(u"Function") : nullptr;
        if (!function)
            return;
        checkKeys(*function, u"Globals.Function"_s);
        m_globals = m_eval.evaluate(*function, u"Globals.Function"_s).toObject();
        m_globalsNode = function;
    }

    void readResource(const QString &logicalId, const YamlNode &node)
    {
        const QString path = "Resources."_L1 + logicalId;
        const YamlNode *type = node.find(u"Type");
        if (node.kind != YamlNode::Kind::Map || !type) {
            if (const YamlNode *transform = node.find(u"Fn::Transform"); transform && !type)
                m_eval.report(Severity::Warning, u"misplaced-include"_s, Core::tr("“%1” is a transform where a resource belongs; what it would add is missing here.").arg(logicalId), node, path, Core::tr("Write Fn::Transform directly under Resources."));
            else
                m_eval.report(Severity::Error, u"no-type"_s, Core::tr("The resource “%1” has no Type.").arg(logicalId), node, path);
            return;
        }
        constexpr qsizetype MaxId = 255;
        if (!isName(logicalId, u"", MaxId)) {
            m_eval.report(Severity::Error, u"bad-logical-id"_s, Core::tr("“%1” is no logical id; the resource is not read.").arg(logicalId), node, path, Core::tr("Use letters and digits only."));
            return;
        }
        if (m_ids.contains(logicalId)) {
            m_eval.report(Severity::Error, u"duplicate-id"_s, Core::tr("There are two resources “%1”; the second one is not read.").arg(logicalId), node, path, Core::tr("Give each an id of its own."));
            return;
        }
        m_ids.insert(logicalId);
        m_project.resources.insert(logicalId, type->value);
        checkResource(node, logicalId, m_root, m_eval);
        const bool isFunction = type->value == "AWS::Serverless::Function"_L1 || type->value == "AWS::Lambda::Function"_L1;
        if (const YamlNode *condition = node.find(u"Condition"); condition && !m_eval.condition(condition->value, *condition)) {
            if (isFunction)
                m_eval.report(Severity::Note, u"condition-false"_s, Core::tr("“%1” is left out: its condition “%2” is false.").arg(logicalId, condition->value), *condition, path + ".Condition"_L1,
                              Core::tr("Change the parameters that the condition looks at."));
            return;
        }
        m_present << logicalId;
        if (isFunction)
            readFunction(logicalId, node, type->value == "AWS::Serverless::Function"_L1);
        else if (type->value == "AWS::Serverless::Api"_L1)
            readApi(logicalId, node, ApiType::Rest, m_project.restGlobals);
        else if (type->value == "AWS::Serverless::HttpApi"_L1)
            readApi(logicalId, node, ApiType::Http, m_project.httpGlobals);
        else if (TriggerResource::isOne(type->value) || ApiResources::isOne(type->value) || RestResources::isOne(type->value) || BalancerResources::isOne(type->value) || isKeyResource(type->value))
            collect(type->value, logicalId, node);
        else if (EventSourceTypes.contains(type->value) || GroupTypes.contains(type->value))
            (GroupTypes.contains(type->value) ? m_project.groups : m_project.eventSources) << SourceDeclaration{type->value, logicalId, m_eval.resourceName(logicalId), propertiesOf(logicalId, node), locationOf(node)};
        else if (type->value == AliasType)
            m_collected.add({type->value, logicalId, propertiesOf(logicalId, node), locationOf(node)});
        else if (type->value == "AWS::Lambda::EventInvokeConfig"_L1)
            m_invokeConfigs.append({logicalId, &node});
        else if (type->value == "AWS::Serverless::Application"_L1 || type->value == "AWS::CloudFormation::Stack"_L1)
            readApplication(logicalId, node);
    }

    QJsonObject propertiesOf(const QString &logicalId, const YamlNode &node)
    {
        const YamlNode *properties = node.find(u"Properties");
        return properties ? m_eval.evaluate(*properties, "Resources."_L1 + logicalId + ".Properties"_L1).toObject() : QJsonObject();
    }

    /// The line of a resource's id, which is the one above what it holds unless that is in braces.
    [[nodiscard]] Location locationOf(const YamlNode &node) const { return {m_eval.file(), node.line > 1 && !node.flow ? node.line - 1 : node.line, 1}; }

    void collect(const QString &type, const QString &logicalId, const YamlNode &node)
    {
        QJsonObject properties = propertiesOf(logicalId, node);
        if (type.endsWith("Api"_L1) && type.startsWith("AWS::ApiGateway"_L1))
            addDefinition(properties, "BodyS3Location"_L1, "Body"_L1, logicalId, node);
        m_collected.add({type, logicalId, properties, locationOf(node)});
    }

    /// A definition that stands in a file of its own, which SAM uploads as it is. What is in a bucket is not known here.
    void addDefinition(QJsonObject &properties, QLatin1StringView uri, QLatin1StringView body, const QString &logicalId, const YamlNode &node)
    {
        if (properties.contains(body) || !properties.contains(uri))
            return;
        const QString path = "Resources."_L1 + logicalId + ".Properties."_L1 + uri;
        const QString location = properties.value(uri).toString();
        if (location.isEmpty() || location.startsWith("s3://"_L1))
            m_eval.report(Severity::Warning, u"remote-definition"_s, Core::tr("The definition of “%1” is in a bucket; its routes are missing here.").arg(logicalId), node, path, Core::tr("Name a file beside the template."));
        else
            m_eval.visitFile(location, node, path, [&](const YamlNode &root) { properties.insert(body, m_eval.evaluate(root, path)); });
    }

    void readApi(const QString &logicalId, const YamlNode &node, ApiType type, const QJsonObject &globals)
    {
        QJsonObject properties = mergedProperties(globals, propertiesOf(logicalId, node));
        addDefinition(properties, "DefinitionUri"_L1, "DefinitionBody"_L1, logicalId, node);
        const QJsonObject auth = properties.value("Auth"_L1).toObject();
        const QString guard = auth.value("DefaultAuthorizer"_L1).toString(u"NONE"_s);
        const bool guardsPreflights = guard != "NONE"_L1 && auth.value("AddDefaultAuthorizerToCorsPreflight"_L1).toString() != "false"_L1;
        if (type == ApiType::Rest && properties.contains("Cors"_L1) && guardsPreflights)
            m_eval.report(Severity::Warning, u"guarded-preflight"_s, Core::tr("In the cloud “%1” asks “%2” about preflights, too, which browsers send without credentials: pages of other origins cannot call it.").arg(logicalId, guard), node,
                          "Resources."_L1 + logicalId, Core::tr("Set AddDefaultAuthorizerToCorsPreflight: false in its Auth."));
        m_project.apis << ApiDeclaration{logicalId, type, properties, locationOf(node)};
        if (type == ApiType::Http)
            m_collected.add({u"AWS::Serverless::HttpApi"_s, logicalId, properties, locationOf(node)});
    }

    /// SAM makes it for events that name none; routes and authorizers of their own may join it.
    void collectImplicitApi()
    {
        const QString id = u"ServerlessHttpApi"_s;
        const auto joins = [&id](const Resource &resource) { return ApiResources::isOne(resource.type) && resource.properties.value("ApiId"_L1).toString() == id; };
        const auto first = std::find_if(m_collected.begin(), m_collected.end(), joins);
        if (first == m_collected.end() || m_ids.contains(id))
            return;
        const Location location = first->location;
        m_project.apis << ApiDeclaration{id, ApiType::Http, m_project.httpGlobals, location};
        m_collected.add({u"AWS::Serverless::HttpApi"_s, id, m_project.httpGlobals, location});
    }

    /// What calls functions, declared beside them; a function may stand behind what triggers it.
    void addTargeted()
    {
        collectImplicitApi();
        const ApiResources apis(m_collected);
        const BalancerResources balancers(m_collected);
        for (ApiDeclaration &api : m_project.apis)
            apis.complete(api);
        m_project.apis << apis.apis() << RestResources(m_collected).apis() << balancers.apis();
        m_project.usagePlans << usagePlansOf(m_collected);
        QList<TargetedTrigger> triggers;
        for (const Resource &resource : m_collected) {
            if (TriggerResource::isOne(resource.type))
                triggers << TriggerResource{resource}.triggers();
        }
        triggers << apis.triggers() << balancers.triggers();
        for (const Resource &resource : m_collected) {
            const QString alias = resource.properties.value("Name"_L1).toString();
            if (Function *function = resource.type == AliasType && !alias.isEmpty() ? functionOf(resource.properties) : nullptr)
                function->aliases << alias;
        }
        for (const auto &[logicalId, node] : std::as_const(m_invokeConfigs))
            readInvokeConfig(logicalId, *node);
        for (const auto &[target, trigger] : std::as_const(triggers)) {
            const QString arn = trigger.properties.value("Arn"_L1).toString();
            const bool isFunction = arn.isEmpty() || arn.section(u':', 2, 2) == "lambda"_L1;
            if (trigger.type == "EventBridgeRule"_L1 && !isFunction)
                m_project.rules << RuleDeclaration{trigger.name, trigger.properties, arn};
            else if (trigger.type.startsWith("Schedule"_L1) && !isFunction)
                addSchedule(trigger, arn);
            else if (const Function *function = m_project.function(target))
                m_project.functions[function - m_project.functions.constData()].triggers << trigger;
        }
    }

    void addSchedule(const Trigger &trigger, const QString &targetArn)
    {
        static const QSet<QString> here{u"sqs"_s, u"sns"_s, u"kinesis"_s};
        if (here.contains(targetArn.section(u':', 2, 2)))
            m_project.schedules << ScheduleDeclaration{trigger, targetArn};
        else
            m_project.findings << Finding{Severity::Note, u"cloud-only"_s, Core::tr("The schedule “%1” runs %2, which is not emulated: it does nothing on this machine.").arg(trigger.name, targetArn), {}, trigger.location.file, trigger.location.line, trigger.location.column, trigger.name};
    }

    /// Whom a resource is about; nullptr for a function that is not in the template.
    Function *functionOf(const QJsonObject &properties)
    {
        const Function *function = m_project.function(functionNameOf(properties.value("FunctionName"_L1).toString()));
        return function ? &m_project.functions[function - m_project.functions.constData()] : nullptr;
    }

    /// What SAM has within its functions, as a resource of its own.
    void readInvokeConfig(const QString &logicalId, const YamlNode &node)
    {
        const YamlNode *properties = node.find(u"Properties");
        const QJsonObject values = propertiesOf(logicalId, node);
        Function *function = functionOf(values);
        if (!function || !properties)
            return;
        readAsyncInvokes(*function, values, *properties, "Resources."_L1 + logicalId + ".Properties"_L1);
        // One for each qualifier.
        QJsonObject all = function->properties.value("EventInvokeConfigs"_L1).toObject();
        all.insert(values.value("Qualifier"_L1).toString(u"$LATEST"_s), QJsonObject{{u"retries"_s, function->asyncMaxRetries}, {u"ageSeconds"_s, function->asyncMaxAgeSeconds}, {u"onSuccess"_s, function->onSuccess}, {u"onFailure"_s, function->onFailure}});
        function->properties.insert(u"EventInvokeConfigs"_s, all);
    }

    void readApplication(const QString &logicalId, const YamlNode &node)
    {
        const QString path = "Resources."_L1 + logicalId;
        const YamlNode *properties = node.find(u"Properties");
        if (!properties)
            return;
        const QJsonObject values = m_eval.evaluate(*properties, path).toObject();
        const QString location = values.value("Location"_L1).toString(values.value("TemplateURL"_L1).toString());
        const QString file = QDir::cleanPath(QDir(m_folder).filePath(location));
        if (location.isEmpty() || location.contains("://"_L1) || !QFileInfo(file).isFile()) {
            m_eval.report(Severity::Note, u"remote-application"_s, Core::tr("The application “%1” is not on this machine; its functions are missing here.").arg(logicalId), node, path);
            return;
        }
        Nested application{file, {}, node.line, path};
        const QJsonObject given = values.value("Parameters"_L1).toObject();
        for (auto it = given.begin(); it != given.end(); ++it)
            application.parameters.insert(it.key(), it->toString());
        nested << application;
    }

    void checkKeys(const YamlNode &properties, const QString &path)
    {
        for (const auto &entry : properties.entries) {
            const QString &key = entry.key->value;
            if (UsedProperties.contains(key) || key.startsWith("Fn::"_L1) || key == "<<"_L1)
                continue;
            const QString where = path + u'.' + key;
            if (key == "DurableConfig"_L1)
                m_eval.report(Severity::Warning, u"durable-function"_s, Core::tr("A durable function's checkpoints and waits are not emulated; it is likely to fail on this machine."), *entry.key, where);
            else if (CloudOnlyProperties.contains(key))
                m_eval.report(Severity::Note, u"cloud-only"_s, Core::tr("“%1” has no effect on this machine.").arg(key), *entry.key, where);
            else
                m_eval.report(Severity::Warning, u"unknown-key"_s, Core::tr("“%1” is no property of a function; it is ignored.").arg(key), *entry.key, where, spelling(key));
        }
    }

    static QString spelling(const QString &key)
    {
        const QString meant = closestName(key, functionProperties());
        return meant.isEmpty() ? Core::tr("Check the spelling.") : Core::tr("Did you mean “%1”?").arg(meant);
    }

    void readFunction(const QString &logicalId, const YamlNode &node, bool serverless)
    {
        const QString path = "Resources."_L1 + logicalId + ".Properties"_L1;
        const YamlNode *propertiesNode = node.find(u"Properties");
        static const YamlNode empty;
        const YamlNode &properties = propertiesNode ? *propertiesNode : empty;
        if (propertiesNode)
            checkKeys(properties, path);
        const QJsonObject own = propertiesNode ? m_eval.evaluate(properties, path).toObject() : QJsonObject();
        const QJsonObject values = serverless ? mergedProperties(m_globals, own) : own;

        Function function;
        function.logicalId = logicalId;
        function.inTemplate = true;
        function.name = nameOf(logicalId, values, properties, path);
        if (!m_placement.prefix.isEmpty())
            function.name = placedName(m_placement, u"AWS::Lambda::Function"_s, function.name);
        function.properties = values;
        function.location = locationOf(node);
        function.runtime = values.value("Runtime"_L1).toString();
        function.handler = values.value("Handler"_L1).toString();
        function.description = values.value("Description"_L1).toString();
        function.memoryMiB = number(values, "MemorySize"_L1, 128, {128, 10240}, properties, path);
        function.timeoutSeconds = number(values, "Timeout"_L1, 3, {1, 900}, properties, path);
        function.reservedConcurrency = number(values, "ReservedConcurrentExecutions"_L1, -1, {0, 100'000}, properties, path);
        if (const QJsonObject storage = values.value("EphemeralStorage"_L1).toObject(); !storage.isEmpty())
            function.ephemeralStorageMiB = number(storage, "Size"_L1, 512, {512, 10240}, properties, path + ".EphemeralStorage"_L1);
        if (const QJsonArray architectures = values.value("Architectures"_L1).toArray(); !architectures.isEmpty())
            function.architecture = architectures.first().toString();
        if (const QJsonObject provisioned = values.value("ProvisionedConcurrencyConfig"_L1).toObject(); !provisioned.isEmpty())
            function.provisionedConcurrency = number(provisioned, "ProvisionedConcurrentExecutions"_L1, 0, {1, 100'000}, properties, path + ".ProvisionedConcurrencyConfig"_L1);
        readAsyncInvokes(function, values.value("EventInvokeConfig"_L1).toObject(), properties, path + ".EventInvokeConfig"_L1);
        const QJsonObject deadLetters = values.value("DeadLetterQueue"_L1).toObject();
        function.deadLetter = deadLetters.value("TargetArn"_L1).toString(values.value("DeadLetterConfig"_L1).toObject().value("TargetArn"_L1).toString());
        if (const QString alias = values.value("AutoPublishAlias"_L1).toString(); serverless && !alias.isEmpty())
            function.aliases << alias;
        const QJsonObject logging = values.value("LoggingConfig"_L1).toObject();
        function.logLevel = logging.value("ApplicationLogLevel"_L1).toString(u"INFO"_s);
        function.systemLogLevel = logging.value("SystemLogLevel"_L1).toString(u"INFO"_s);
        function.jsonLogs = logging.value("LogFormat"_L1).toString() == "JSON"_L1;
        function.logGroup = logging.value("LogGroup"_L1).toString();
        function.containerImage = values.value("PackageType"_L1).toString() == "Image"_L1;
        if (const YamlNode *metadata = node.find(u"Metadata"); metadata && metadata->find(u"SkipBuild"))
            function.skipBuild = metadata->find(u"SkipBuild")->meaning().compare("true"_L1, Qt::CaseInsensitive) == 0;
        const QJsonValue policies = values.value("Policies"_L1);
        function.policies = policies.isArray() ? policies.toArray() : policies.isUndefined() ? QJsonArray() : QJsonArray{policies};
        FunctionCode(m_eval, m_folder, m_project.folder).read(function, values, serverless, node, path);
        FunctionEnvironment(m_eval, m_overrides).read(function, values, properties, path);
        FunctionLayers(m_eval, m_root, m_folder).read(function, values, properties, path);
        if (serverless)
            FunctionEvents(m_project, m_placement, m_eval).read(function, values, properties, path);
        checkFunction(function, m_project.folder, m_eval, node, path);
        m_project.functions << function;
    }

    void readAsyncInvokes(Function &function, const QJsonObject &async, const YamlNode &properties, const QString &where)
    {
        function.asyncMaxRetries = number(async, "MaximumRetryAttempts"_L1, 2, {0, 2}, properties, where);
        function.asyncMaxAgeSeconds = number(async, "MaximumEventAgeInSeconds"_L1, 21600, {60, 21600}, properties, where);
        const QJsonObject destinations = async.value("DestinationConfig"_L1).toObject();
        function.onSuccess = destinationOf(function, u"OnSuccess"_s, destinations.value("OnSuccess"_L1).toObject());
        function.onFailure = destinationOf(function, u"OnFailure"_s, destinations.value("OnFailure"_L1).toObject());
    }

    /// Its ARN; SAM makes the queue or the topic itself where none is named.
    QString destinationOf(const Function &function, const QString &outcome, const QJsonObject &destination)
    {
        const QString named = destination.value("Destination"_L1).toString();
        const QString kind = destination.value("Type"_L1).toString();
        if (!named.isEmpty() || (kind != "SQS"_L1 && kind != "SNS"_L1))
            return named;
        const QString type = kind == "SQS"_L1 ? u"AWS::SQS::Queue"_s : u"AWS::SNS::Topic"_s;
        const QString logicalId = generatedDestinationName(function.logicalId, outcome, kind);
        const QString name = placedName(m_placement, type, logicalId);
        m_project.eventSources << SourceDeclaration{type, logicalId, name, {}, function.location};
        return arnOfResource(type, name, m_placement);
    }

    QString nameOf(const QString &logicalId, const QJsonObject &values, const YamlNode &properties, const QString &path)
    {
        const QString name = values.value("FunctionName"_L1).toString();
        constexpr qsizetype MaxName = 64;
        if (name.isEmpty() || isName(name, u"-_", MaxName))
            return name.isEmpty() ? logicalId : name;
        const YamlNode *node = properties.find(u"FunctionName");
        m_eval.report(Severity::Error, u"bad-function-name"_s, Core::tr("“%1” is no name for a function; “%2” is used here.").arg(name.left(80), logicalId), node ? *node : properties, path + ".FunctionName"_L1,
                      Core::tr("Use up to 64 letters, digits, - and _."));
        return logicalId;
    }

    struct Bounds {
        int low;
        int high;
    };

    int number(const QJsonObject &values, QLatin1StringView key, int standard, Bounds bounds, const YamlNode &properties, const QString &path)
    {
        const QJsonValue value = values.value(key);
        if (value.isUndefined() || value.isNull())
            return standard;
        bool isNumber = false;
        const int result = value.toString().toInt(&isNumber);
        if (isNumber && result >= bounds.low && result <= bounds.high)
            return result;
        const auto [place, where] = placeOf(properties, QString(path + u'.' + key));
        if (!isNumber) {
            m_eval.report(Severity::Error, u"not-a-number"_s, Core::tr("“%1” needs a whole number; %2 is used here.").arg(key).arg(standard), *place, where);
            return standard;
        }
        m_eval.report(Severity::Error, u"out-of-range"_s, Core::tr("“%1” is %2; it has to be between %3 and %4.").arg(key).arg(result).arg(bounds.low).arg(bounds.high), *place, where);
        return std::clamp(result, bounds.low, bounds.high);
    }

    /// Where what `path` names is written: among a resource's own properties, or in the globals. The properties where it is nowhere.
    [[nodiscard]] std::pair<const YamlNode *, QString> placeOf(const YamlNode &properties, const QString &path) const
    {
        const QString below = path.section(".Properties."_L1, 1);
        const auto within = [keys = below.split(u'.')](const YamlNode *node) {
            for (const QString &key : keys)
                node = node ? node->find(key) : nullptr;
            return node;
        };
        if (const YamlNode *own = within(&properties))
            return {own, path};
        const YamlNode *global = within(m_globalsNode);
        return global ? std::pair(global, QString("Globals.Function."_L1 + below)) : std::pair(&properties, path);
    }

    Project &m_project;
    QSet<QString> m_ids; ///< Of the resources of this template; nested ones have their own.
    QStringList m_present; ///< Of those, whose condition is not false.
    const Overrides &m_overrides;
    const YamlNode &m_root;
    const bool m_isRoot; ///< Not a nested application.
    QString m_folder;
    const Placement m_placement;
    Evaluator m_eval;
    QJsonObject m_globals;
    const YamlNode *m_globalsNode = nullptr; ///< Where they are written.
    QList<std::pair<QString, const YamlNode *>> m_invokeConfigs; ///< By logical id; their functions may come later.
    Resources m_collected; ///< What only means something together, or for a function that may come later.
};

} // namespace

QStringList functionProperties()
{
    QStringList names = (UsedProperties + CloudOnlyProperties).values() + QStringList{u"DurableConfig"_s};
    names.sort();
    return names;
}

SamTemplate::SamTemplate(Project &project, const Overrides &overrides, QMap<QString, QString> parameters)
    : m_project(project)
    , m_overrides(overrides)
    , m_parameters(std::move(parameters))
    , m_placement{{}, LocalAccount, project.region, {}, project.stackName}
{
}

void SamTemplate::read(const QString &file, const QByteArray &text)
{
    readOne(file, text, m_parameters);
}

void SamTemplate::readOne(const QString &file, const QByteArray &text, const QMap<QString, QString> &parameters)
{
    ++m_count;
    m_project.sources << file;
    auto document = parseYaml(text);
    if (!document) {
        m_project.findings << Finding{Severity::Error, u"syntax"_s, document.error().message, document.error().hint, file, document.error().detail.toInt(), 0, {}};
        return;
    }
    if (!document->root || document->root->resolved().kind != YamlNode::Kind::Map) {
        m_project.findings << Finding{Severity::Error, u"no-template"_s, Core::tr("The file holds no template."), Core::tr("A template is a map with Resources."), file, 1, 0, {}};
        return;
    }
    m_project.findings << expandLoops(*document, parameters, file);
    Reader reader(m_project, m_overrides, m_placement, document->root->resolved(), file);
    reader.read(parameters);
    m_project.findings << reader.findings();
    m_project.sources << reader.includedFiles();
    m_open << file;
    for (const auto &nested : std::as_const(reader.nested)) {
        QFile source(nested.file);
        if (m_open.size() > MaxNesting || m_count >= MaxTemplates || m_open.contains(nested.file) || source.size() > YamlLimits().bytes || !source.open(QIODevice::ReadOnly)) {
            m_project.findings << Finding{Severity::Warning, u"nested-too-deep"_s, Core::tr("The application “%1” contains itself, is nested too deep, or cannot be read.").arg(nested.file),
                                          Core::tr("Correct its Location."), file, nested.line, 0, nested.path};
            continue;
        }
        readOne(nested.file, source.readAll(), nested.parameters);
    }
    m_open.removeLast();
}

} // namespace eph::project
