// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/cloudformationapi.h"

#include "core/base/text.h"
#include "core/cloud/queryprotocol.h"
#include "core/project/placement.h"
#include "core/runtime/requestids.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

namespace eph::cloud {

using namespace Qt::StringLiterals;
using project::Project;

namespace {

const QByteArray Namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
const QString Hidden = u"****"_s;
const QString Status = u"CREATE_COMPLETE"_s;
const QString Standard = u"local"_s; ///< It is known by this one, too, whatever its own name is.

[[nodiscard]] project::Placement placementOf(const Project &project)
{
    return {{}, project.account, project.region, {}, project.stackName};
}

[[nodiscard]] QString nameOf(const Project &project)
{
    return project::stackNameOf(placementOf(project));
}

[[nodiscard]] QString stackId(const Project &project)
{
    return project::stackArn(placementOf(project));
}

/// By its name, its ARN, or none: there is one stack.
[[nodiscard]] bool isMeant(const Project &project, const QString &asked)
{
    return asked.isEmpty() || asked == nameOf(project) || asked == stackId(project) || asked == project.name || asked == Standard;
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

/// The roles and the shared APIs that SAM makes for what the template declares: logical id to type.
[[nodiscard]] QMap<QString, QString> generated(const Project &project)
{
    QMap<QString, QString> made;
    for (const project::Function &function : project.functions) {
        if (project.resources.value(function.logicalId) == "AWS::Serverless::Function"_L1 && !function.properties.contains("Role"_L1))
            made.insert(function.logicalId + "Role"_L1, u"AWS::IAM::Role"_s);
        for (const project::Trigger &trigger : function.triggers) {
            if (trigger.type == "Api"_L1 && !trigger.ownResource && !trigger.properties.contains("RestApiId"_L1))
                made.insert(u"ServerlessRestApi"_s, u"AWS::ApiGateway::RestApi"_s);
            if (trigger.type == "HttpApi"_L1 && !trigger.ownResource && !trigger.properties.contains("ApiId"_L1))
                made.insert(u"ServerlessHttpApi"_s, u"AWS::ApiGatewayV2::Api"_s);
        }
    }
    return made;
}

[[nodiscard]] QJsonObject summary(const Project &project)
{
    return {{u"StackName"_s, nameOf(project)}, {u"StackId"_s, stackId(project)}, {u"CreationTime"_s, changedAt(project)}, {u"StackStatus"_s, Status}, {u"DriftInformation"_s, QJsonObject{{u"StackDriftStatus"_s, u"NOT_CHECKED"_s}}}};
}

/// Those that change something.
[[nodiscard]] bool isChange(const QByteArray &action)
{
    static const QByteArrayList verbs{"Create", "Update", "Delete", "Execute", "Set", "Cancel", "Continue", "Rollback", "Import", "Signal", "Register", "Activate"};
    return std::any_of(verbs.cbegin(), verbs.cend(), [&action](const QByteArray &verb) { return action.startsWith(verb); });
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

QJsonObject CloudFormationApi::stack(const Project &project) const
{
    QJsonArray outputs;
    for (const project::OutputDeclaration &output : project.outputs) {
        QJsonObject shown{{u"OutputKey"_s, output.name}, {u"OutputValue"_s, here(project, output.value)}};
        if (!output.description.isEmpty())
            shown.insert(u"Description"_s, output.description);
        if (!output.exportName.isEmpty())
            shown.insert(u"ExportName"_s, output.exportName);
        outputs.append(shown);
    }
    QJsonArray parameters;
    for (auto it = project.parameters.cbegin(); it != project.parameters.cend(); ++it)
        parameters.append(QJsonObject{{u"ParameterKey"_s, it.key()}, {u"ParameterValue"_s, project.hiddenParameters.contains(it.key()) ? Hidden : it.value()}});
    QJsonObject stack = summary(project);
    stack.insert(u"Parameters"_s, members(parameters));
    stack.insert(u"Outputs"_s, members(outputs));
    if (!project.description.isEmpty())
        stack.insert(u"Description"_s, project.description);
    stack.insert(u"Capabilities"_s, members({u"CAPABILITY_IAM"_s}));
    stack.insert(u"NotificationARNs"_s, members({}));
    stack.insert(u"Tags"_s, members({}));
    stack.insert(u"RollbackConfiguration"_s, QJsonObject());
    stack.insert(u"DisableRollback"_s, false);
    stack.insert(u"EnableTerminationProtection"_s, false);
    return stack;
}

QJsonArray CloudFormationApi::resources(const Project &project, const QString &timeKey) const
{
    QMap<QString, std::pair<QString, QString>> all; // Physical id and type.
    const auto made = generated(project);
    for (auto it = made.cbegin(); it != made.cend(); ++it)
        all.insert(it.key(), {it.key(), it.value()});
    for (auto it = project.references.cbegin(); it != project.references.cend(); ++it)
        all.insert(it.key(), {here(project, it.value()), deployedType(project.resources.value(it.key()))});
    QJsonArray told;
    const QJsonObject drift{{u"StackResourceDriftStatus"_s, u"NOT_CHECKED"_s}};
    for (auto it = all.cbegin(); it != all.cend(); ++it)
        told.append(QJsonObject{{u"LogicalResourceId"_s, it.key()}, {u"PhysicalResourceId"_s, it->first}, {u"ResourceType"_s, it->second}, {timeKey, changedAt(project)}, {u"ResourceStatus"_s, Status}, {u"DriftInformation"_s, drift}});
    return told;
}

CloudFormationApi::Answer CloudFormationApi::perform(const QByteArray &action, const QJsonObject &input)
{
    const auto read = m_catalogue.project();
    if (!read)
        return tl::unexpected(unavailable(read.error()));
    const Project &project = **read;
    if (action == "ListStacks") {
        const QJsonArray wanted = input.value("StackStatusFilter"_L1).toObject().value("member"_L1).toArray();
        QJsonObject one = summary(project);
        one.insert(u"TemplateDescription"_s, project.description);
        return QJsonObject{{u"StackSummaries"_s, members(wanted.isEmpty() || wanted.contains(Status) ? QJsonArray{one} : QJsonArray())}};
    }
    if (action == "ListExports") {
        QJsonArray exported;
        for (const project::OutputDeclaration &output : project.outputs) {
            if (!output.exportName.isEmpty())
                exported.append(QJsonObject{{u"ExportingStackId"_s, stackId(project)}, {u"Name"_s, output.exportName}, {u"Value"_s, here(project, output.value)}});
        }
        return QJsonObject{{u"Exports"_s, members(exported)}};
    }
    static const QByteArrayList known{"DescribeStackEvents", "DescribeStackResource", "DescribeStackResources", "DescribeStacks", "GetTemplate", "ListStackResources"};
    if (!known.contains(action)) {
        const QString name = QString::fromLatin1(action.left(80));
        return refused("InvalidAction", isChange(action) ? Core::tr("CloudFormation's %1 is not here: a stack is what its template says. Save the template, or make a release with eph deploy.").arg(name) : Core::tr("CloudFormation's %1 is not here.").arg(name));
    }
    const QString asked = input.value("StackName"_L1).toString();
    if (!isMeant(project, asked))
        return refused("ValidationError", u"Stack with id %1 does not exist"_s.arg(asked));
    return performOnStack(action, input, project);
}

CloudFormationApi::Answer CloudFormationApi::performOnStack(const QByteArray &action, const QJsonObject &input, const Project &project) const
{
    if (action == "DescribeStacks")
        return QJsonObject{{u"Stacks"_s, members({stack(project)})}};
    if (action == "ListStackResources")
        return QJsonObject{{u"StackResourceSummaries"_s, members(resources(project, u"LastUpdatedTimestamp"_s))}};
    if (action == "DescribeStackEvents")
        return QJsonObject{{u"StackEvents"_s, members({QJsonObject{{u"StackId"_s, stackId(project)}, {u"EventId"_s, stackId(project).section(u'/', -1)}, {u"StackName"_s, nameOf(project)}, {u"LogicalResourceId"_s, nameOf(project)},
                                                                   {u"PhysicalResourceId"_s, stackId(project)}, {u"ResourceType"_s, u"AWS::CloudFormation::Stack"_s}, {u"Timestamp"_s, changedAt(project)}, {u"ResourceStatus"_s, Status}}})}};
    if (action != "GetTemplate")
        return chosenResources(action, input, project);
    if (input.value("TemplateStage"_L1).toString() == "Processed"_L1)
        return refused("ValidationError", Core::tr("What the transform makes of the template is not kept here; ask for its stage Original."));
    QFile file(project.templateFile);
    if (!file.open(QIODevice::ReadOnly))
        return tl::unexpected(unavailable({ErrorCode::Io, Core::tr("“%1” cannot be read: %2.").arg(project.templateFile, file.errorString()), {}, {}}));
    return QJsonObject{{u"TemplateBody"_s, QString::fromUtf8(file.readAll())}, {u"StagesAvailable"_s, members({u"Original"_s})}};
}

CloudFormationApi::Answer CloudFormationApi::chosenResources(const QByteArray &action, const QJsonObject &input, const Project &project) const
{
    const bool one = action == "DescribeStackResource";
    const QString logical = input.value("LogicalResourceId"_L1).toString();
    const QString physical = input.value("PhysicalResourceId"_L1).toString();
    if (one && logical.isEmpty())
        return refused("ValidationError", u"1 validation error detected: Value null at 'logicalResourceId' failed to satisfy constraint: Member must not be null"_s);
    const QJsonArray all = resources(project, one ? u"LastUpdatedTimestamp"_s : u"Timestamp"_s);
    // A physical id stands for the whole stack that it is of.
    if (!one && !physical.isEmpty() && std::none_of(all.begin(), all.end(), [&physical](const QJsonValue &each) { return each.toObject().value("PhysicalResourceId"_L1) == physical; }))
        return refused("ValidationError", u"Stack for %1 does not exist"_s.arg(physical));
    QJsonArray found;
    for (const auto &each : all) {
        QJsonObject resource = each.toObject();
        if (!logical.isEmpty() && resource.value("LogicalResourceId"_L1) != logical)
            continue;
        resource.insert(u"StackName"_s, nameOf(project));
        resource.insert(u"StackId"_s, stackId(project));
        found.append(resource);
    }
    if (one && found.isEmpty())
        return refused("ValidationError", u"Resource %1 does not exist for stack %2"_s.arg(logical, nameOf(project)));
    return one ? QJsonObject{{u"StackResourceDetail"_s, found.first()}} : QJsonObject{{u"StackResources"_s, members(found)}};
}

} // namespace eph::cloud
