// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/cloudformationapi.h"

#include "core/base/text.h"
#include "core/cloud/queryprotocol.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QUuid>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using project::Project;

namespace {

const QByteArray Namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
const QString Hidden = u"****"_s;
const QString Status = u"CREATE_COMPLETE"_s;
const QString OwnName = u"local"_s; ///< What `AWS::StackName` is here.

[[nodiscard]] QString standardName(const Project &project)
{
    return project.stackName.isEmpty() ? project.name : project.stackName;
}

[[nodiscard]] QString stackId(const Project &project, const QString &name)
{
    const QUuid id = QUuid::createUuidV5(QUuid(), project.folder);
    return u"arn:aws:cloudformation:%1:%2:stack/%3/%4"_s.arg(project.region, project.account, name, id.toString(QUuid::WithoutBraces));
}

/// The name that the stack is asked for by, which may be its ARN; nothing where it is another one's.
[[nodiscard]] std::optional<QString> askedName(const Project &project, const QJsonObject &input)
{
    const QString asked = input.value("StackName"_L1).toString();
    const QString name = asked.startsWith("arn:"_L1) ? asked.section(u'/', 1, 1) : asked;
    if (asked.isEmpty())
        return standardName(project);
    const QStringList names{OwnName, project.name, project.stackName};
    if (!names.contains(name) || (asked != name && asked != stackId(project, name)))
        return std::nullopt;
    return name;
}

/// Of the template, which is all that has changed.
[[nodiscard]] QString changedAt(const Project &project)
{
    return QFileInfo(project.templateFile).lastModified().toUTC().toString(Qt::ISODateWithMs);
}

[[nodiscard]] QJsonObject members(const QJsonArray &list)
{
    return {{u"member"_s, list}};
}

/// What SAM makes of its own types.
[[nodiscard]] QString deployedType(const QString &type)
{
    static const QHash<QString, QString> made{{u"AWS::Serverless::Function"_s, u"AWS::Lambda::Function"_s}, {u"AWS::Serverless::Api"_s, u"AWS::ApiGateway::RestApi"_s},
                                              {u"AWS::Serverless::HttpApi"_s, u"AWS::ApiGatewayV2::Api"_s}, {u"AWS::Serverless::SimpleTable"_s, u"AWS::DynamoDB::Table"_s},
                                              {u"AWS::Serverless::LayerVersion"_s, u"AWS::Lambda::LayerVersion"_s}, {u"AWS::Serverless::Application"_s, u"AWS::CloudFormation::Stack"_s},
                                              {u"AWS::Serverless::StateMachine"_s, u"AWS::StepFunctions::StateMachine"_s}};
    return made.value(type, type);
}

[[nodiscard]] QJsonArray resourcesOf(const Project &project, const QString &timeKey)
{
    QJsonArray resources;
    const QJsonObject drift{{u"StackResourceDriftStatus"_s, u"NOT_CHECKED"_s}};
    for (auto it = project.references.cbegin(); it != project.references.cend(); ++it)
        resources.append(QJsonObject{{u"LogicalResourceId"_s, it.key()}, {u"PhysicalResourceId"_s, it.value()}, {u"ResourceType"_s, deployedType(project.resources.value(it.key()))},
                                     {timeKey, changedAt(project)}, {u"ResourceStatus"_s, Status}, {u"DriftInformation"_s, drift}});
    return resources;
}

/// Of the stack, each with its names.
[[nodiscard]] QJsonArray namedResources(const Project &project, const QString &name, const QString &timeKey)
{
    QJsonArray named;
    const QJsonArray all = resourcesOf(project, timeKey);
    for (const auto &one : all) {
        QJsonObject resource = one.toObject();
        resource.insert(u"StackName"_s, name);
        resource.insert(u"StackId"_s, stackId(project, name));
        named.append(resource);
    }
    return named;
}

} // namespace

bool CloudFormationApi::isFor(const http::Request &request)
{
    return isQuery(request) && request.body.contains("Version=2010-05-15");
}

void CloudFormationApi::handle(const http::Request &request, const http::Responder &responder)
{
    const QByteArray id = runtime::newRequestId();
    const QByteArray action = queryAction(request);
    const bool whole = !request.truncated && request.bodySize == request.body.size();
    const Answer answer = whole ? perform(action, queryFields(request.body)) : refused("ValidationError", Core::tr("The request is too large."));
    responder.respond(answer ? queryResponse(action, Namespace, *answer, id) : queryError(answer.error(), Namespace, id));
}

QJsonObject CloudFormationApi::stack(const Project &project, const QString &name) const
{
    QJsonArray outputs;
    for (const project::OutputDeclaration &output : project.outputs) {
        QJsonObject shown{{u"OutputKey"_s, output.name}, {u"OutputValue"_s, runtime::localAddress(output.value, project.region, project.account, m_addresses)}};
        if (!output.description.isEmpty())
            shown.insert(u"Description"_s, output.description);
        if (!output.exportName.isEmpty())
            shown.insert(u"ExportName"_s, output.exportName);
        outputs.append(shown);
    }
    QJsonArray parameters;
    for (auto it = project.parameters.cbegin(); it != project.parameters.cend(); ++it)
        parameters.append(QJsonObject{{u"ParameterKey"_s, it.key()}, {u"ParameterValue"_s, project.hiddenParameters.contains(it.key()) ? Hidden : it.value()}});
    return {{u"StackName"_s, name}, {u"StackId"_s, stackId(project, name)}, {u"Description"_s, project.description}, {u"Parameters"_s, members(parameters)}, {u"CreationTime"_s, changedAt(project)},
            {u"RollbackConfiguration"_s, QJsonObject()}, {u"StackStatus"_s, Status}, {u"DisableRollback"_s, false}, {u"NotificationARNs"_s, members({})}, {u"Capabilities"_s, members({u"CAPABILITY_IAM"_s})},
            {u"Outputs"_s, members(outputs)}, {u"Tags"_s, members({})}, {u"EnableTerminationProtection"_s, false}, {u"DriftInformation"_s, QJsonObject{{u"StackDriftStatus"_s, u"NOT_CHECKED"_s}}}};
}

CloudFormationApi::Answer CloudFormationApi::perform(const QByteArray &action, const QJsonObject &input)
{
    const auto read = m_catalogue.project();
    if (!read)
        return tl::unexpected(unavailable(read.error()));
    const Project &project = **read;
    const auto name = askedName(project, input);
    if (action == "ListStacks")
        return QJsonObject{{u"StackSummaries"_s, members({QJsonObject{{u"StackName"_s, *name}, {u"StackId"_s, stackId(project, *name)}, {u"TemplateDescription"_s, project.description}, {u"CreationTime"_s, changedAt(project)}, {u"StackStatus"_s, Status}, {u"DriftInformation"_s, QJsonObject{{u"StackDriftStatus"_s, u"NOT_CHECKED"_s}}}}})}};
    if (action == "ListExports") {
        QJsonArray exported;
        for (const project::OutputDeclaration &output : project.outputs) {
            if (!output.exportName.isEmpty())
                exported.append(QJsonObject{{u"ExportingStackId"_s, stackId(project, standardName(project))}, {u"Name"_s, output.exportName}, {u"Value"_s, runtime::localAddress(output.value, project.region, project.account, m_addresses)}});
        }
        return QJsonObject{{u"Exports"_s, members(exported)}};
    }
    static const QByteArrayList Known{"DescribeStacks", "DescribeStackResource", "DescribeStackResources", "GetTemplate", "ListStackResources"};
    if (!Known.contains(action))
        return refused("InvalidAction", Core::tr("CloudFormation's %1 is not here: the template is the stack, and is changed by saving it.").arg(QString::fromLatin1(action.left(80))));
    if (!name)
        return refused("ValidationError", u"Stack with id %1 does not exist"_s.arg(input.value("StackName"_L1).toString()) + Core::tr(" (the one that is here: %1)").arg(standardName(project)));
    if (action == "DescribeStacks")
        return QJsonObject{{u"Stacks"_s, members({stack(project, *name)})}};
    if (action == "ListStackResources")
        return QJsonObject{{u"StackResourceSummaries"_s, members(resourcesOf(project, u"LastUpdatedTimestamp"_s))}};
    if (action == "GetTemplate") {
        QFile file(project.templateFile);
        if (!file.open(QIODevice::ReadOnly))
            return tl::unexpected(unavailable({ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(project.templateFile, file.errorString()), {}, {}}));
        return QJsonObject{{u"TemplateBody"_s, QString::fromUtf8(file.readAll())}, {u"StagesAvailable"_s, members({u"Original"_s})}};
    }
    const QString wanted = input.value("LogicalResourceId"_L1).toString();
    const bool one = action == "DescribeStackResource";
    if (one && wanted.isEmpty())
        return refused("ValidationError", u"1 validation error detected: Value null at 'logicalResourceId' failed to satisfy constraint: Member must not be null"_s);
    QJsonArray found;
    const QJsonArray all = namedResources(project, *name, one ? u"LastUpdatedTimestamp"_s : u"Timestamp"_s);
    for (const auto &resource : all) {
        if ((wanted.isEmpty() && !one) || resource.toObject().value("LogicalResourceId"_L1) == wanted)
            found.append(resource);
    }
    if (found.isEmpty() && !wanted.isEmpty())
        return refused("ValidationError", u"Resource %1 does not exist for stack %2"_s.arg(wanted, *name));
    if (one)
        return QJsonObject{{u"StackResourceDetail"_s, found.first()}};
    return QJsonObject{{u"StackResources"_s, members(found)}};
}

} // namespace eph::cloud
