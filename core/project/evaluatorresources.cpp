// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/evaluator.h"

#include "core/base/text.h"
#include "core/project/model.h"
#include "core/project/placement.h"

#include <QRegularExpression>

namespace eph::project {

using namespace Qt::StringLiterals;

QString Evaluator::resourceName(const QString &logicalId)
{
    const QString name = plainName(logicalId);
    const YamlNode *declared = m_placement.prefix.isEmpty() ? nullptr : resource(logicalId);
    const YamlNode *type = declared ? declared->find(u"Type") : nullptr;
    return type && isReleased(type->value) ? placedName(m_placement, type->value, name) : name;
}

QString Evaluator::plainName(const QString &logicalId)
{
    static const QStringList nameKeys{u"FunctionName"_s, u"QueueName"_s, u"TopicName"_s, u"TableName"_s, u"BucketName"_s, u"Name"_s, u"StateMachineName"_s, u"LogGroupName"_s};
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
    const bool ordered = fifo && fifo->value.compare("true"_L1, Qt::CaseInsensitive) == 0;
    return ordered ? QString(logicalId + ".fifo"_L1) : logicalId;
}

QString Evaluator::resourceArn(const QString &type, const QString &name) const
{
    const QString service = type.section(u"::"_s, 1, 1).toLower();
    const QString place = m_placement.region + u':' + m_placement.account + u':';
    if (type.endsWith("::Function"_L1))
        return QString("arn:aws:lambda:"_L1 + place + "function:"_L1 + name);
    if (service == "s3"_L1)
        return QString("arn:aws:s3:::"_L1 + name);
    if (service == "dynamodb"_L1 || type == "AWS::Serverless::SimpleTable"_L1)
        return QString("arn:aws:dynamodb:"_L1 + place + "table/"_L1 + name);
    if (service == "kinesis"_L1)
        return QString("arn:aws:kinesis:"_L1 + place + "stream/"_L1 + name);
    return QString("arn:aws:"_L1 + service + u':' + place + name);
}

/// What a reference to a resource stands for: mostly its name.
QString Evaluator::resourceRef(const QString &logicalId)
{
    const YamlNode *type = resource(logicalId)->find(u"Type");
    const QString name = resourceName(logicalId);
    if (type && type->value == "AWS::SQS::Queue"_L1)
        return u"https://sqs.%1.amazonaws.com/%2/%3"_s.arg(m_placement.region, m_placement.account, name);
    return type && type->value == "AWS::SNS::Topic"_L1 ? resourceArn(type->value, name) : name;
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
    // SAM's words for what AutoPublishAlias makes.
    const QString owner = name.section(u'.', 0, 0);
    const YamlNode *function = name.endsWith(".Alias"_L1) || name.endsWith(".Version"_L1) ? resource(owner) : nullptr;
    const YamlNode *properties = function ? function->find(u"Properties") : nullptr;
    if (const YamlNode *alias = properties ? properties->find(u"AutoPublishAlias") : nullptr)
        return QString(resourceArn(u"AWS::Serverless::Function"_s, resourceName(owner)) + u':' + text(evaluate(*alias, path), *alias, path));
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
    if (attribute == "Arn"_L1 || attribute.endsWith("Arn"_L1)) {
        // Of tables, the stream has an ARN, too.
        const QString arn = resourceArn(type, resourceName(logicalId));
        return attribute == "StreamArn"_L1 ? QString(arn + "/stream/2026-01-01T00:00:00.000"_L1) : arn;
    }
    if (attribute == "QueueUrl"_L1)
        return resourceRef(logicalId);
    if (type == "AWS::S3::Bucket"_L1) {
        if (attribute == "DomainName"_L1)
            return QString(resourceName(logicalId) + ".s3.amazonaws.com"_L1);
        if (attribute == "RegionalDomainName"_L1)
            return QString(resourceName(logicalId) + ".s3."_L1 + m_placement.region + ".amazonaws.com"_L1);
        if (attribute == "WebsiteURL"_L1)
            return QString("http://"_L1 + resourceName(logicalId) + ".s3-website-"_L1 + m_placement.region + ".amazonaws.com"_L1);
    }
    if (attribute == "FunctionUrl"_L1 && type == "AWS::Lambda::Url"_L1) {
        const YamlNode *properties = declared->find(u"Properties");
        const YamlNode *target = properties ? properties->find(u"TargetFunctionArn") : nullptr;
        // One that is computed may come back here.
        if (!target || m_open.contains(logicalId))
            return functionUrl(logicalId);
        m_open.insert(logicalId);
        const QString function = functionNameOf(evaluate(*target, path).toString());
        m_open.remove(logicalId);
        return functionUrl(function);
    }
    if (attribute == "ApiEndpoint"_L1) {
        const YamlNode *properties = declared->find(u"Properties");
        const YamlNode *protocol = properties ? properties->find(u"ProtocolType") : nullptr;
        return apiUrl(protocol && protocol->value == "WEBSOCKET"_L1 ? u"wss"_s : u"https"_s, logicalId);
    }
    if (attribute.endsWith("Name"_L1))
        return resourceName(logicalId);
    return QString(logicalId + u'.' + attribute);
}

} // namespace eph::project
