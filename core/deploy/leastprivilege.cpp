// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/leastprivilege.h"

#include "core/base/text.h"
#include "core/deploy/importedfiles.h"
#include "core/sys/paths.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

namespace eph::deploy {

using namespace Qt::StringLiterals;

namespace {

/// Collects statements; those with the same resources are one.
class Statements
{
public:
    void add(const QString &reason, const QStringList &actions, const QStringList &resources)
    {
        for (Statement &known : m_all) {
            if (known.resources == resources) {
                for (const QString &action : actions) {
                    if (!known.actions.contains(action))
                        known.actions << action;
                }
                if (!known.reasons.contains(reason))
                    known.reasons << reason;
                return;
            }
        }
        m_all << Statement{{reason}, actions, resources, {}};
    }
    /// As somebody wrote it.
    void addWritten(const QJsonObject &statement) { m_all << Statement{{Core::tr("the template")}, {}, {}, statement}; }

    [[nodiscard]] bool allows(const QString &action) const
    {
        return std::any_of(m_all.cbegin(), m_all.cend(), [&](const Statement &statement) { return matches(statement, action); });
    }
    [[nodiscard]] QJsonArray toJson() const
    {
        QJsonArray list;
        for (const Statement &statement : m_all) {
            if (!statement.written.isEmpty()) {
                list.append(statement.written);
                continue;
            }
            QStringList actions = statement.actions;
            actions.sort();
            list.append(QJsonObject{{u"Effect"_s, u"Allow"_s}, {u"Action"_s, QJsonArray::fromStringList(actions)}, {u"Resource"_s, QJsonArray::fromStringList(statement.resources)}});
        }
        return list;
    }
    [[nodiscard]] QStringList reasons() const
    {
        QStringList all;
        for (const Statement &statement : m_all)
            all << statement.reasons.join(", "_L1);
        return all;
    }

private:
    struct Statement {
        QStringList reasons;
        QStringList actions;
        QStringList resources;
        QJsonObject written;
    };
    [[nodiscard]] static bool matches(const Statement &statement, const QString &action)
    {
        if (statement.written.isEmpty())
            return statement.actions.contains(action);
        const QJsonValue given = statement.written.value("Action"_L1);
        const QJsonArray patterns = given.isArray() ? given.toArray() : QJsonArray{given};
        return std::any_of(patterns.begin(), patterns.end(), [&](const QJsonValue &pattern) { return QRegularExpression(QRegularExpression::wildcardToRegularExpression(pattern.toString()), QRegularExpression::CaseInsensitiveOption).match(action).hasMatch(); });
    }

    QList<Statement> m_all;
};

[[nodiscard]] const QJsonObject &policyTemplates()
{
    static const QJsonObject templates = [] {
        QFile file(sys::resourcePath(u"policies/policytemplates.json"_s));
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object().value("templates"_L1).toObject() : QJsonObject();
    }();
    return templates;
}

/// `dynamodb:table/{TableName}` with its parameters, as an ARN. A parameter that is an ARN already stands for the whole.
[[nodiscard]] QString resourceArn(const QString &pattern, const QJsonObject &parameters, const QString &place)
{
    static const QRegularExpression parameter(u"\\{(\\w+)\\}"_s);
    QString filled;
    QString whole;
    qsizetype from = 0;
    auto places = parameter.globalMatch(pattern);
    while (places.hasNext()) {
        const auto match = places.next();
        const QString value = parameters.value(match.captured(1)).toString();
        filled += QStringView(pattern).sliced(from, match.capturedStart() - from) + value;
        from = match.capturedEnd();
        if (value.startsWith("arn:"_L1))
            whole = value + pattern.mid(from);
    }
    filled += QStringView(pattern).sliced(from);
    if (!whole.isEmpty())
        return whole;
    if (filled == "*"_L1 || filled.startsWith("arn:"_L1))
        return filled;
    const QString service = filled.section(u':', 0, 0);
    return service == "s3"_L1 ? QString("arn:aws:"_L1 + filled) : QString("arn:aws:"_L1 + service + u':' + place + filled.section(u':', 1));
}

/// The parts of one function's policy, one after the other.
class PolicyBuilder
{
public:
    PolicyBuilder(const project::Project &project, const project::Function &function)
        : m_project(project)
        , m_function(function)
        , m_place(project.region + u':' + project.account + u':')
    {
    }

    ExecutionPolicy build()
    {
        addLog();
        addTriggers();
        addDestinations();
        addDeclared();
        addFoundCalls();
        if (const QString tracing = m_function.properties.value("Tracing"_L1).toString(); tracing == "Active"_L1)
            m_statements.add(Core::tr("tracing; these actions take no resource"), {u"xray:PutTraceSegments"_s, u"xray:PutTelemetryRecords"_s}, {u"*"_s});
        if (m_function.properties.value("VpcConfig"_L1).isObject())
            m_policy.managed << u"arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"_s;
        m_policy.document = {{u"Version"_s, u"2012-10-17"_s}, {u"Statement"_s, m_statements.toJson()}};
        m_policy.reasons = m_statements.reasons();
        return m_policy;
    }

private:
    void report(Severity severity, const QString &rule, const QString &message, const QString &hint)
    {
        m_policy.findings << Finding{severity, rule, message, hint, m_function.location.file, m_function.location.line, m_function.location.column, {}};
    }

    void addLog()
    {
        const QString group = m_function.properties.value("LoggingConfig"_L1).toObject().value("LogGroup"_L1).toString(QString("/aws/lambda/"_L1 + m_function.name));
        const QString arn = "arn:aws:logs:"_L1 + m_place + "log-group:"_L1 + group;
        m_statements.add(Core::tr("its log"), {u"logs:CreateLogGroup"_s, u"logs:CreateLogStream"_s, u"logs:PutLogEvents"_s}, {arn, arn + ":*"_L1});
    }

    void addTriggers()
    {
        for (const project::Trigger &trigger : m_function.triggers) {
            const QString reason = Core::tr("the trigger %1").arg(trigger.name);
            if (trigger.type == "SQS"_L1)
                m_statements.add(reason, {u"sqs:ReceiveMessage"_s, u"sqs:DeleteMessage"_s, u"sqs:GetQueueAttributes"_s, u"sqs:ChangeMessageVisibility"_s}, {trigger.properties.value("Queue"_L1).toString()});
            else if (trigger.type == "Kinesis"_L1)
                m_statements.add(reason, {u"kinesis:GetRecords"_s, u"kinesis:GetShardIterator"_s, u"kinesis:DescribeStream"_s, u"kinesis:DescribeStreamSummary"_s, u"kinesis:ListShards"_s, u"kinesis:SubscribeToShard"_s}, {trigger.properties.value("Stream"_L1).toString()});
            else if (trigger.type == "DynamoDB"_L1)
                m_statements.add(reason, {u"dynamodb:GetRecords"_s, u"dynamodb:GetShardIterator"_s, u"dynamodb:DescribeStream"_s, u"dynamodb:ListStreams"_s}, {trigger.properties.value("Stream"_L1).toString()});
            const QString failures = trigger.properties.value("DestinationConfig"_L1).toObject().value("OnFailure"_L1).toObject().value("Destination"_L1).toString();
            if (!failures.isEmpty())
                addSending(failures, Core::tr("failures of %1").arg(trigger.name));
        }
    }

    void addDestinations()
    {
        addSending(m_function.onSuccess, Core::tr("its destination"));
        addSending(m_function.onFailure, Core::tr("its destination"));
        addSending(m_function.deadLetter, Core::tr("its dead letters"));
    }

    void addSending(const QString &arn, const QString &reason)
    {
        static const QHash<QString, QString> actions{{u"sqs"_s, u"sqs:SendMessage"_s}, {u"sns"_s, u"sns:Publish"_s}, {u"lambda"_s, u"lambda:InvokeFunction"_s}, {u"events"_s, u"events:PutEvents"_s}, {u"s3"_s, u"s3:PutObject"_s}};
        if (const QString action = actions.value(arn.section(u':', 2, 2)); !action.isEmpty())
            m_statements.add(reason, {action}, {action == "s3:PutObject"_L1 ? QString(arn + "/*"_L1) : arn});
    }

    void addDeclared()
    {
        for (const auto &policy : m_function.policies) {
            if (policy.isString()) {
                addManaged(policy.toString());
                continue;
            }
            const QJsonObject object = policy.toObject();
            if (object.contains("Statement"_L1)) {
                const QJsonValue statements = object.value("Statement"_L1);
                const QJsonArray list = statements.isArray() ? statements.toArray() : QJsonArray{statements};
                for (const auto &statement : list)
                    addWritten(statement.toObject());
                continue;
            }
            for (auto it = object.begin(); it != object.end(); ++it)
                addTemplate(it.key(), it->toObject());
        }
    }

    void addManaged(const QString &name)
    {
        const bool service = name.startsWith("AWSLambda"_L1) && name.endsWith("Role"_L1);
        m_policy.managed << (name.startsWith("arn:"_L1) ? name : QString("arn:aws:iam::aws:policy/"_L1 + (service ? QString("service-role/"_L1 + name) : name)));
        if (name.endsWith("FullAccess"_L1) || name.endsWith("AdministratorAccess"_L1))
            report(Severity::Warning, u"wide-policy"_s, Core::tr("“%1” may do everything that the policy %2 allows, with everything in the account.").arg(m_function.name, name), Core::tr("Write the statements that it needs under Policies, or a policy template."));
    }

    void addWritten(QJsonObject statement)
    {
        const auto texts = [&](QLatin1StringView key) {
            const QJsonValue value = statement.value(key);
            QStringList all;
            const QJsonArray list = value.isArray() ? value.toArray() : QJsonArray{value};
            for (const auto &item : list)
                all << item.toString();
            return all;
        };
        const QStringList actions = texts("Action"_L1);
        const bool wildActions = std::any_of(actions.cbegin(), actions.cend(), [](const QString &action) { return action == "*"_L1 || action.endsWith(":*"_L1); });
        if (statement.value("Effect"_L1).toString() != "Deny"_L1 && (texts("Resource"_L1).contains(u"*"_s) || wildActions))
            report(Severity::Warning, u"wide-policy"_s, Core::tr("A statement of “%1” allows %2 on %3.").arg(m_function.name, actions.join(", "_L1), texts("Resource"_L1).join(", "_L1)), Core::tr("Name the actions and the ARNs that it needs."));
        m_statements.addWritten(statement);
    }

    /// What is named by the text that the template gives it as its name: a release has it under another one. A bucket that waits for its
    /// function cannot be referred to by it.
    [[nodiscard]] QJsonObject placed(QJsonObject parameters) const
    {
        struct Named {
            QString parameter;
            QLatin1StringView type;
            QLatin1StringView property;
        };
        static const QList<Named> all{{u"BucketName"_s, "AWS::S3::Bucket"_L1, "BucketName"_L1}, {u"QueueName"_s, "AWS::SQS::Queue"_L1, "QueueName"_L1}, {u"TopicName"_s, "AWS::SNS::Topic"_L1, "TopicName"_L1},
                                      {u"TableName"_s, "AWS::DynamoDB::Table"_L1, "TableName"_L1}, {u"StreamName"_s, "AWS::Kinesis::Stream"_L1, "Name"_L1}};
        for (const Named &named : all) {
            const QString text = parameters.value(named.parameter).toString();
            const auto own = std::find_if(m_project.eventSources.cbegin(), m_project.eventSources.cend(), [&](const project::SourceDeclaration &source) { return source.type == named.type && source.properties.value(named.property).toString() == text; });
            if (!text.isEmpty() && own != m_project.eventSources.cend())
                parameters.insert(named.parameter, own->name);
        }
        return parameters;
    }

    void addTemplate(const QString &name, const QJsonObject &written)
    {
        const QJsonObject parameters = placed(written);
        const QJsonArray statements = policyTemplates().value(name).toArray();
        if (statements.isEmpty())
            return report(Severity::Error, u"unknown-policy"_s, Core::tr("“%1” has the policy template “%2”, which is not known here.").arg(m_function.name, name), Core::tr("Write its statements under Policies."));
        for (const auto &entry : statements) {
            const QJsonObject statement = entry.toObject();
            QStringList actions;
            QStringList resources;
            const QJsonArray actionList = statement.value("actions"_L1).toArray();
            for (const auto &action : actionList)
                actions << action.toString();
            const QJsonArray resourceList = statement.value("resources"_L1).toArray();
            for (const auto &resource : resourceList)
                resources << resourceArn(resource.toString(), parameters, m_place);
            const QString reason = statement.value("reason"_L1).toString();
            m_statements.add(reason.isEmpty() ? name : QString(name + "; "_L1 + reason), actions, resources);
        }
    }

    /// ARNs of a service that the function's variables name: what its code is most likely to reach for.
    [[nodiscard]] QStringList namedResources(const QString &service) const
    {
        static const QHash<QString, QStringList> types{{u"s3"_s, {u"AWS::S3::Bucket"_s}}, {u"sqs"_s, {u"AWS::SQS::Queue"_s}}, {u"sns"_s, {u"AWS::SNS::Topic"_s}}, {u"kinesis"_s, {u"AWS::Kinesis::Stream"_s}}, {u"dynamodb"_s, {u"AWS::DynamoDB::Table"_s, u"AWS::Serverless::SimpleTable"_s}}};
        QStringList arns;
        const QStringList values = m_function.environment.values();
        for (const project::SourceDeclaration &source : m_project.eventSources) {
            if (!types.value(service).contains(source.type))
                continue;
            const bool named = std::any_of(values.cbegin(), values.cend(), [&](const QString &value) { return value == source.name || value.endsWith(u'/' + source.name) || value.endsWith(u':' + source.name) || value.endsWith("::"_L1 + source.name); });
            if (!named)
                continue;
            if (service == "s3"_L1)
                arns << "arn:aws:s3:::"_L1 + source.name;
            else if (service == "dynamodb"_L1)
                arns << "arn:aws:dynamodb:"_L1 + m_place + "table/"_L1 + source.name;
            else if (service == "kinesis"_L1)
                arns << "arn:aws:kinesis:"_L1 + m_place + "stream/"_L1 + source.name;
            else
                arns << "arn:aws:"_L1 + service + u':' + m_place + source.name;
        }
        if (service == "lambda"_L1) {
            for (const project::Function &function : m_project.functions) {
                const bool named = std::any_of(values.cbegin(), values.cend(), [&](const QString &value) { return value == function.name || value.contains(":function:"_L1 + function.name); });
                if (named)
                    arns << "arn:aws:lambda:"_L1 + m_place + "function:"_L1 + function.name << "arn:aws:lambda:"_L1 + m_place + "function:"_L1 + function.name + ":*"_L1;
            }
        }
        return arns;
    }

    void addFoundCalls()
    {
        QSet<QString> told;
        const QList<SourceFile> files = sourceFilesOf(m_function);
        for (const SourceFile &file : files) {
            const QList<FoundCall> calls = callsIn(file.text, file.path);
            for (const FoundCall &call : calls) {
                if (m_statements.allows(call.action) || told.contains(call.action))
                    continue;
                told.insert(call.action);
                addFoundCall(call);
            }
        }
    }

    void addFoundCall(const FoundCall &call)
    {
        QStringList arns = namedResources(call.action.section(u':', 0, 0));
        // Objects are what most calls of S3 are about.
        if (call.action.startsWith("s3:"_L1) && call.action != "s3:ListBucket"_L1) {
            for (QString &arn : arns)
                arn += "/*"_L1;
        }
        const QString place = QDir(m_function.codeFolder).relativeFilePath(call.file);
        if (!arns.isEmpty())
            m_statements.add(Core::tr("its code, %1, line %2").arg(place).arg(call.line), {call.action}, arns);
        else
            m_policy.findings << Finding{Severity::Warning, u"not-granted"_s, Core::tr("The code of “%1” calls %2, which nothing grants: no variable names what it is for.").arg(m_function.name, call.action),
                                         Core::tr("Put the resource into a variable of the function, or declare a policy."), call.file, call.line, 1, {}};
    }

    const project::Project &m_project;
    const project::Function &m_function;
    const QString m_place;
    Statements m_statements;
    ExecutionPolicy m_policy;
};

} // namespace

ExecutionPolicy executionPolicyOf(const project::Project &project, const project::Function &function)
{
    return PolicyBuilder(project, function).build();
}

QJsonObject trustPolicy(const QString &service)
{
    return {{u"Version"_s, u"2012-10-17"_s}, {u"Statement"_s, QJsonArray{QJsonObject{{u"Effect"_s, u"Allow"_s}, {u"Principal"_s, QJsonObject{{u"Service"_s, service}}}, {u"Action"_s, u"sts:AssumeRole"_s}}}}};
}

QJsonObject normalizedPolicy(const QJsonObject &document)
{
    QJsonArray statements;
    const QJsonValue given = document.value("Statement"_L1);
    const QJsonArray list = given.isArray() ? given.toArray() : QJsonArray{given};
    for (const auto &entry : list) {
        QJsonObject statement = entry.toObject();
        for (const QString &key : {u"Action"_s, u"Resource"_s}) {
            const QJsonValue value = statement.value(key);
            QStringList texts;
            const QJsonArray items = value.isArray() ? value.toArray() : QJsonArray{value};
            for (const auto &item : items)
                texts << item.toString();
            texts.sort();
            if (!value.isUndefined())
                statement.insert(key, QJsonArray::fromStringList(texts));
        }
        statements.append(statement);
    }
    return {{u"Version"_s, document.value("Version"_L1)}, {u"Statement"_s, statements}};
}

} // namespace eph::deploy
