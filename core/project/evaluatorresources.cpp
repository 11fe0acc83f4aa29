// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/evaluator.h"

#include "core/base/text.h"
#include "core/project/arns.h"
#include "core/project/model.h"
#include "core/project/placement.h"
#include "core/project/templateparameters.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

/// A version that the template makes is what was saved last, here.
const QString SavedVersion = u"$LATEST"_s;

constexpr qsizetype MaxAround = 5; ///< As deep as applications may be within each other.

} // namespace

QString generatedDestinationName(const QString &function, const QString &outcome, const QString &kind)
{
    return function + "EventInvokeConfig"_L1 + outcome + (kind == "SQS"_L1 ? "Queue"_L1 : "Topic"_L1);
}

QString Evaluator::resourceName(const QString &logicalId)
{
    const QString name = plainName(logicalId);
    const YamlNode *declared = m_placement.prefix.isEmpty() ? nullptr : resource(logicalId);
    const YamlNode *type = declared ? declared->find(u"Type") : nullptr;
    return type && isReleased(type->value) ? placedName(m_placement, type->value, name) : name;
}

QString Evaluator::plainName(const QString &logicalId)
{
    static const QStringList nameKeys{u"FunctionName"_s, u"QueueName"_s, u"TopicName"_s, u"TableName"_s, u"BucketName"_s, u"Name"_s, u"StateMachineName"_s, u"LogGroupName"_s, u"RoleName"_s, u"LayerName"_s, u"AlarmName"_s, u"ArchiveName"_s, u"DeliveryStreamName"_s, u"ManagedPolicyName"_s};
    const YamlNode *declared = resource(logicalId);
    const YamlNode *properties = declared ? declared->find(u"Properties") : nullptr;
    for (const QString &key : nameKeys) {
        const YamlNode *name = properties ? properties->find(key) : nullptr;
        if (name && name->kind == YamlNode::Kind::Scalar && name->tag.isEmpty())
            return name->value;
        // One that is computed may come back here.
        if (name && !m_open.contains(logicalId)) {
            m_open.insert(logicalId);
            const QString resolved = evaluate(*name, "Resources."_L1 + logicalId + ".Properties."_L1 + key).toString();
            m_open.remove(logicalId);
            if (!resolved.isEmpty())
                return resolved;
        }
    }
    const YamlNode *fifo = properties ? properties->find(u"FifoQueue") : nullptr;
    if (!fifo && properties)
        fifo = properties->find(u"FifoTopic");
    // A bucket's name has no capitals, and three characters at least.
    if (const YamlNode *type = declared ? declared->find(u"Type") : nullptr; type && type->value == "AWS::S3::Bucket"_L1)
        return logicalId.size() < 3 ? QString(logicalId.toLower() + "-bucket"_L1) : logicalId.toLower();
    const bool ordered = fifo && fifo->meaning().compare("true"_L1, Qt::CaseInsensitive) == 0;
    return ordered ? QString(logicalId + ".fifo"_L1) : logicalId;
}

QString Evaluator::propertyOf(const QString &logicalId, const QString &key)
{
    const YamlNode *properties = resource(logicalId)->find(u"Properties");
    const YamlNode *node = properties ? properties->find(key) : nullptr;
    // One that is computed may come back here.
    const QString open = logicalId + u'.' + key;
    if (!node || m_open.contains(open))
        return {};
    m_open.insert(open);
    const QString value = evaluate(*node, "Resources."_L1 + logicalId + ".Properties."_L1 + key).toString();
    m_open.remove(open);
    return value;
}

QString Evaluator::resourceRef(const QString &logicalId)
{
    const YamlNode *typeNode = resource(logicalId)->find(u"Type");
    const QString type = typeNode ? typeNode->value : QString();
    if (type == "AWS::Lambda::Version"_L1 || type == "AWS::Lambda::Alias"_L1) {
        const QString qualifier = type == "AWS::Lambda::Alias"_L1 ? propertyOf(logicalId, u"Name"_s) : SavedVersion;
        return arnOfResource(u"AWS::Lambda::Function"_s, functionNameOf(propertyOf(logicalId, u"FunctionName"_s)), m_placement) + u':' + qualifier;
    }
    if (type == "AWS::Kinesis::StreamConsumer"_L1)
        return propertyOf(logicalId, u"StreamARN"_s) + "/consumer/"_L1 + propertyOf(logicalId, u"ConsumerName"_s) + ":1767225600"_L1;
    if (type == "AWS::ApiGateway::Stage"_L1 || type == "AWS::ApiGatewayV2::Stage"_L1) {
        const QString stage = propertyOf(logicalId, u"StageName"_s);
        return stage.isEmpty() ? logicalId : stage;
    }
    // By the id, not the name: several may have one.
    static const QSet<QString> apis{u"AWS::ApiGateway::RestApi"_s, u"AWS::ApiGatewayV2::Api"_s, u"AWS::Serverless::Api"_s, u"AWS::Serverless::HttpApi"_s, u"AWS::Serverless::WebSocketApi"_s};
    if (m_placement.prefix.isEmpty() && apis.contains(type))
        return logicalId;
    const QString name = resourceName(logicalId);
    if (type == "AWS::SQS::Queue"_L1)
        return u"https://sqs.%1.amazonaws.com/%2/%3"_s.arg(m_placement.region, m_placement.account, name);
    return isReferredToByArn(type) ? resourceArn(logicalId, type) : name;
}

QString Evaluator::resourceArn(const QString &logicalId, const QString &type)
{
    QString name = resourceName(logicalId);
    // Behind a bus or a group of its own.
    if (type == "AWS::Events::Rule"_L1 || type == "AWS::Scheduler::Schedule"_L1) {
        const QString owner = propertyOf(logicalId, type == "AWS::Events::Rule"_L1 ? u"EventBusName"_s : u"GroupName"_s).section(u'/', -1);
        if (!owner.isEmpty() && owner != "default"_L1)
            return arnOfResource(type, owner + u'/' + name, m_placement).replace("schedule/default/"_L1, "schedule/"_L1);
    }
    const QString arn = arnOfResource(type, name, m_placement);
    if (!type.endsWith("::LayerVersion"_L1))
        return arn;
    // Layers of one name are its versions.
    int version = 0;
    const YamlNode *resources = m_root->find(u"Resources");
    for (qsizetype i = 0; resources && i < qsizetype(resources->entries.size()); ++i) {
        const QString other = resources->entries[i].key->value;
        const YamlNode *otherType = resources->entries[i].value->resolved().find(u"Type");
        if (otherType && otherType->value.endsWith("::LayerVersion"_L1) && resourceName(other) == name)
            ++version;
        if (other == logicalId)
            break;
    }
    return arn.section(u':', 0, -2) + u':' + QString::number(std::max(1, version));
}

QString Evaluator::stageOf(const QString &api)
{
    if (api == "ServerlessRestApi"_L1)
        return u"Prod"_s;
    if (api == "ServerlessHttpApi"_L1)
        return u"$default"_s;
    const YamlNode *declared = resource(api);
    const YamlNode *type = declared ? declared->find(u"Type") : nullptr;
    if (!type || !type->value.startsWith("AWS::Serverless::"_L1) || !type->value.endsWith("Api"_L1))
        return {};
    const QString stage = propertyOf(api, u"StageName"_s);
    return stage.isEmpty() && type->value == "AWS::Serverless::HttpApi"_L1 ? u"$default"_s : stage;
}

QString Evaluator::generatedDestination(const QString &function, const QString &word)
{
    const QString kind = word == "DestinationQueue"_L1 ? u"SQS"_s : word == "DestinationTopic"_L1 ? u"SNS"_s : QString();
    const YamlNode *declared = kind.isEmpty() ? nullptr : resource(function);
    const YamlNode *type = declared ? declared->find(u"Type") : nullptr;
    if (!type || type->value != "AWS::Serverless::Function"_L1)
        return {};
    const auto below = [](const YamlNode *node, const QStringList &keys) {
        for (const QString &key : keys)
            node = node ? node->resolved().find(key) : nullptr;
        return node;
    };
    for (const QString &outcome : {u"OnFailure"_s, u"OnSuccess"_s}) {
        const QStringList keys{u"EventInvokeConfig"_s, u"DestinationConfig"_s, outcome};
        const YamlNode *own = below(declared, QStringList{u"Properties"_s} + keys);
        const YamlNode *destination = own ? own : below(m_root, QStringList{u"Globals"_s, u"Function"_s} + keys);
        const YamlNode *made = below(destination, {u"Type"_s});
        if (made && made->value == kind && !below(destination, {u"Destination"_s}))
            return placedName(m_placement, kind == "SQS"_L1 ? u"AWS::SQS::Queue"_s : u"AWS::SNS::Topic"_s, generatedDestinationName(function, outcome, kind));
    }
    return {};
}

QJsonValue Evaluator::nestedOutput(const QString &application, const QString &output, const QString &path)
{
    const QString name = application + u'.' + output;
    if (const auto known = m_outputs.constFind(name); known != m_outputs.cend())
        return *known;
    // One that its own parameters ask for ends here.
    const QString open = application + ".Outputs"_L1;
    if (m_open.contains(open))
        return QJsonValue::Undefined;
    m_open.insert(open);
    const QJsonValue value = readOutput(application, output, path);
    m_open.remove(open);
    m_outputs.insert(name, value);
    return value;
}

QJsonValue Evaluator::readOutput(const QString &application, const QString &output, const QString &path)
{
    const YamlNode *properties = resource(application)->find(u"Properties");
    const QJsonObject values = properties ? evaluate(*properties, path).toObject() : QJsonObject();
    QFile file(QDir::cleanPath(QFileInfo(m_file).absoluteDir().filePath(values.value("Location"_L1).toString(values.value("TemplateURL"_L1).toString()))));
    if (m_around.contains(file.fileName()) || m_file == file.fileName() || m_around.size() >= MaxAround || file.size() > YamlLimits().bytes || !QFileInfo(file).isFile() || !file.open(QIODevice::ReadOnly))
        return QJsonValue::Undefined;
    const auto document = parseYaml(file.readAll());
    if (!document || !document->root)
        return QJsonValue::Undefined;
    QMap<QString, QString> given;
    const QJsonObject asked = values.value("Parameters"_L1).toObject();
    for (auto it = asked.begin(); it != asked.end(); ++it)
        given.insert(it.key(), it->toString());
    const YamlNode &root = document->root->resolved();
    Evaluator inner(&root, file.fileName(), m_placement);
    inner.m_around = m_around;
    inner.m_around << m_file;
    // It spends what is left here.
    inner.m_budget = m_budget;
    inner.m_text = m_text;
    inner.m_depth = m_depth;
    Project told; // What is found in it is told where it is read for its functions.
    readParameters(root, given, false, told, inner);
    const YamlNode *outputs = root.find(u"Outputs");
    const YamlNode *wanted = outputs ? outputs->resolved().find(output) : nullptr;
    const YamlNode *value = wanted ? wanted->resolved().find(u"Value") : nullptr;
    const QJsonValue result = value ? inner.evaluate(*value, path) : QJsonValue(QJsonValue::Undefined);
    m_budget = inner.m_budget;
    m_text = inner.m_text;
    return result;
}

QJsonValue Evaluator::ref(const QString &name, const YamlNode &node, const QString &path)
{
    if (name == "AWS::NoValue"_L1)
        return QJsonValue::Undefined;
    if (const auto parameter = parameters.constFind(name); parameter != parameters.cend())
        return *parameter;
    if (name.startsWith("AWS::"_L1))
        return pseudoParameter(name);
    if (resource(name))
        return resourceRef(name);
    // SAM's words for the stage of an API, and for what AutoPublishAlias makes.
    const QString owner = name.section(u'.', 0, 0);
    if (const QString stage = name.endsWith(".Stage"_L1) ? stageOf(owner) : QString(); !stage.isEmpty())
        return stage;
    if (const QString queue = generatedDestination(owner, name.section(u'.', 1)); !queue.isEmpty())
        return name.endsWith("Queue"_L1) ? u"https://sqs.%1.amazonaws.com/%2/%3"_s.arg(m_placement.region, m_placement.account, queue) : arnOfResource(u"AWS::SNS::Topic"_s, queue, m_placement);
    const YamlNode *function = name.endsWith(".Alias"_L1) || name.endsWith(".Version"_L1) ? resource(owner) : nullptr;
    const YamlNode *properties = function ? function->find(u"Properties") : nullptr;
    if (const YamlNode *alias = properties ? properties->find(u"AutoPublishAlias") : nullptr)
        return QString(arnOfResource(u"AWS::Serverless::Function"_s, resourceName(owner), m_placement) + u':' + (name.endsWith(".Version"_L1) ? SavedVersion : text(evaluate(*alias, path), *alias, path)));
    // SAM makes resources of its own, such as ServerlessRestApi or MyFunctionRole.
    static const QRegularExpression generated(u"^(ServerlessRestApi|ServerlessHttpApi|.+(Role|UsagePlan|ApiKey|Alias\\w*|Version\\w*|Stage|Deployment\\w*|Url|Permission\\w*))$"_s);
    if (!generated.match(name).hasMatch() && !name.contains(u'.'))
        report(Severity::Warning, u"unknown-reference"_s, Core::tr("“%1” is neither a parameter nor a resource of this template.").arg(name), node, path, Core::tr("Declare it, or correct the name."));
    return name;
}

QString Evaluator::functionUrl(const QString &function) const
{
    return u"https://%1.lambda-url.%2.on.aws/"_s.arg(function.toLower().replace(u'_', u'-'), m_placement.region);
}

QString Evaluator::apiUrl(const QString &scheme, const QString &logicalId) const
{
    return u"%1://%2.execute-api.%3.amazonaws.com"_s.arg(scheme, logicalId, m_placement.region);
}

QJsonValue Evaluator::getAtt(Arguments argument, const QString &path)
{
    QString logicalId;
    QString attribute;
    if (argument.kind == YamlNode::Kind::Sequence && argument.items.size() == 2) {
        logicalId = argument.items[0]->resolved().value;
        attribute = text(evaluate(*argument.items[1], path), argument, path);
    } else {
        logicalId = argument.value.section(u'.', 0, 0);
        attribute = argument.value.section(u'.', 1);
    }
    const YamlNode *declared = resource(logicalId);
    if (const QString stage = attribute == "Stage"_L1 ? stageOf(logicalId) : QString(); !stage.isEmpty())
        return stage;
    if (!declared) {
        // SAM makes a role for each function that names none.
        if (const QString owner = logicalId.chopped(std::min<qsizetype>(logicalId.size(), 4)); attribute == "Arn"_L1 && logicalId.endsWith("Role"_L1) && resource(owner))
            return QString("arn:aws:iam::"_L1 + m_placement.account + ":role/"_L1 + logicalId);
        // And an address for one that asks for it.
        if (const QString owner = logicalId.chopped(std::min<qsizetype>(logicalId.size(), 3)); attribute == "FunctionUrl"_L1 && logicalId.endsWith("Url"_L1) && resource(owner))
            return functionUrl(resourceName(owner));
        if (attribute == "ApiEndpoint"_L1 && logicalId == "ServerlessHttpApi"_L1)
            return apiUrl(u"https"_s, logicalId);
        (void)ref(logicalId, argument, path);
        return QString(logicalId + u'.' + attribute);
    }
    const QString type = declared->find(u"Type") ? declared->find(u"Type")->value : QString();
    if (type == "AWS::Serverless::Function"_L1 && (attribute == "Alias"_L1 || attribute == "Version"_L1))
        return ref(logicalId + u'.' + attribute, argument, path);
    constexpr auto Outputs = "Outputs."_L1;
    if (attribute.startsWith(Outputs) && (type == "AWS::Serverless::Application"_L1 || type == "AWS::CloudFormation::Stack"_L1)) {
        if (const QJsonValue value = nestedOutput(logicalId, attribute.sliced(Outputs.size()), path); !value.isUndefined())
            return value;
        report(Severity::Note, u"not-resolved"_s, Core::tr("“%1.%2” is known only in the cloud; its name stands in for it here.").arg(logicalId, attribute), argument, path);
        return QString(logicalId + u'.' + attribute);
    }
    if (const QString made = generatedDestination(logicalId, attribute.section(u'.', 0, 0)); !made.isEmpty()) {
        const bool isQueue = attribute.startsWith("DestinationQueue"_L1);
        if (!attribute.contains(u'.') || attribute.endsWith(".QueueUrl"_L1))
            return ref(logicalId + u'.' + attribute.section(u'.', 0, 0), argument, path);
        return attribute.endsWith("Name"_L1) ? made : arnOfResource(isQueue ? u"AWS::SQS::Queue"_s : u"AWS::SNS::Topic"_s, made, m_placement);
    }
    static const QSet<QString> referredTo{u"AliasArn"_s, u"ConsumerARN"_s, u"QueueUrl"_s};
    if (referredTo.contains(attribute) || (attribute == "FunctionArn"_L1 && type == "AWS::Lambda::Version"_L1))
        return resourceRef(logicalId);
    if (attribute == "Arn"_L1 || attribute.endsWith("Arn"_L1)) {
        // Of tables, the stream has an ARN, too.
        const QString arn = resourceArn(logicalId, type);
        return attribute == "StreamArn"_L1 ? QString(arn + "/stream/2026-01-01T00:00:00.000"_L1) : arn;
    }
    if (attribute == "Version"_L1 && type == "AWS::Lambda::Version"_L1)
        return SavedVersion;
    if (type == "AWS::SSM::Parameter"_L1 && (attribute == "Value"_L1 || attribute == "Type"_L1))
        return propertyOf(logicalId, attribute);
    if (type == "AWS::S3::Bucket"_L1) {
        if (attribute == "DomainName"_L1)
            return QString(resourceName(logicalId) + ".s3.amazonaws.com"_L1);
        if (attribute == "RegionalDomainName"_L1)
            return QString(resourceName(logicalId) + ".s3."_L1 + m_placement.region + ".amazonaws.com"_L1);
        if (attribute == "WebsiteURL"_L1)
            return QString("http://"_L1 + resourceName(logicalId) + ".s3-website-"_L1 + m_placement.region + ".amazonaws.com"_L1);
    }
    if (attribute == "FunctionUrl"_L1 && type == "AWS::Lambda::Url"_L1) {
        const QString function = functionNameOf(propertyOf(logicalId, u"TargetFunctionArn"_s));
        return functionUrl(function.isEmpty() ? logicalId : function);
    }
    if (attribute == "ApiEndpoint"_L1)
        return apiUrl(propertyOf(logicalId, u"ProtocolType"_s) == "WEBSOCKET"_L1 ? u"wss"_s : u"https"_s, logicalId);
    if (attribute.endsWith("Name"_L1))
        return resourceName(logicalId);
    const QString standIn = logicalId + u'.' + attribute;
    // Where the paths of an API begin: nobody wants to know more of it.
    if (attribute == "RootResourceId"_L1 && type == "AWS::ApiGateway::RestApi"_L1)
        return standIn;
    report(Severity::Note, u"not-resolved"_s, Core::tr("“%1” is known only in the cloud, if “%2” has such an attribute; its name stands in for it here.").arg(standIn, type), argument, path);
    return standIn;
}

} // namespace eph::project
