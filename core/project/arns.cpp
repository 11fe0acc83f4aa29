// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/arns.h"

#include <QHash>
#include <QSet>

namespace eph::project {

using namespace Qt::StringLiterals;

namespace {

enum class Place { Regional, OfAccount, Nowhere };

/// How a type's ARN is written.
struct Form {
    QString service;
    QString before = {}; ///< The name.
    QString behind = {};
    Place place = Place::Regional;
};

[[nodiscard]] const QHash<QString, Form> &forms()
{
    static const QHash<QString, Form> all{
        {u"AWS::ApiGateway::RestApi"_s, {u"apigateway"_s, u"/restapis/"_s}},
        {u"AWS::AppSync::GraphQLApi"_s, {u"appsync"_s, u"apis/"_s}},
        {u"AWS::CloudWatch::Alarm"_s, {u"cloudwatch"_s, u"alarm:"_s}},
        {u"AWS::CodeBuild::Project"_s, {u"codebuild"_s, u"project/"_s}},
        {u"AWS::Cognito::UserPool"_s, {u"cognito-idp"_s, u"userpool/"_s}},
        {u"AWS::DynamoDB::GlobalTable"_s, {u"dynamodb"_s, u"table/"_s}},
        {u"AWS::DynamoDB::Table"_s, {u"dynamodb"_s, u"table/"_s}},
        {u"AWS::ECR::Repository"_s, {u"ecr"_s, u"repository/"_s}},
        {u"AWS::ECS::Cluster"_s, {u"ecs"_s, u"cluster/"_s}},
        {u"AWS::EFS::FileSystem"_s, {u"elasticfilesystem"_s, u"file-system/"_s}},
        {u"AWS::Events::Archive"_s, {u"events"_s, u"archive/"_s}},
        {u"AWS::Events::EventBus"_s, {u"events"_s, u"event-bus/"_s}},
        {u"AWS::Events::Rule"_s, {u"events"_s, u"rule/"_s}},
        {u"AWS::IAM::ManagedPolicy"_s, {u"iam"_s, u"policy/"_s, {}, Place::OfAccount}},
        {u"AWS::IAM::Role"_s, {u"iam"_s, u"role/"_s, {}, Place::OfAccount}},
        {u"AWS::IAM::User"_s, {u"iam"_s, u"user/"_s, {}, Place::OfAccount}},
        {u"AWS::KMS::Key"_s, {u"kms"_s, u"key/"_s}},
        {u"AWS::Kinesis::Stream"_s, {u"kinesis"_s, u"stream/"_s}},
        {u"AWS::KinesisFirehose::DeliveryStream"_s, {u"firehose"_s, u"deliverystream/"_s}},
        {u"AWS::Lambda::Function"_s, {u"lambda"_s, u"function:"_s}},
        {u"AWS::Lambda::LayerVersion"_s, {u"lambda"_s, u"layer:"_s, u":1"_s}},
        {u"AWS::Logs::LogGroup"_s, {u"logs"_s, u"log-group:"_s, u":*"_s}},
        {u"AWS::S3::Bucket"_s, {u"s3"_s, {}, {}, Place::Nowhere}},
        {u"AWS::Scheduler::Schedule"_s, {u"scheduler"_s, u"schedule/default/"_s}},
        {u"AWS::Scheduler::ScheduleGroup"_s, {u"scheduler"_s, u"schedule-group/"_s}},
        {u"AWS::SecretsManager::Secret"_s, {u"secretsmanager"_s, u"secret:"_s}},
        {u"AWS::Serverless::Function"_s, {u"lambda"_s, u"function:"_s}},
        {u"AWS::Serverless::LayerVersion"_s, {u"lambda"_s, u"layer:"_s, u":1"_s}},
        {u"AWS::Serverless::SimpleTable"_s, {u"dynamodb"_s, u"table/"_s}},
        {u"AWS::Serverless::StateMachine"_s, {u"states"_s, u"stateMachine:"_s}},
        {u"AWS::StepFunctions::Activity"_s, {u"states"_s, u"activity:"_s}},
        {u"AWS::StepFunctions::StateMachine"_s, {u"states"_s, u"stateMachine:"_s}},
    };
    return all;
}

} // namespace

QString arnOfResource(const QString &type, const QString &name, const Placement &placement)
{
    const Form form = forms().value(type, {type.section(u"::"_s, 1, 1).toLower()});
    const QString region = form.place == Place::Regional ? placement.region : QString();
    const QString account = form.place == Place::Nowhere ? QString() : placement.account;
    return QString("arn:aws:"_L1 + form.service + u':' + region + u':' + account + u':' + form.before + name + form.behind);
}

bool isReferredToByArn(const QString &type)
{
    static const QSet<QString> types{u"AWS::SNS::Topic"_s, u"AWS::StepFunctions::StateMachine"_s, u"AWS::Serverless::StateMachine"_s, u"AWS::StepFunctions::Activity"_s, u"AWS::SecretsManager::Secret"_s, u"AWS::IAM::ManagedPolicy"_s, u"AWS::Lambda::LayerVersion"_s, u"AWS::Serverless::LayerVersion"_s};
    return types.contains(type);
}

bool isFifoQueue(const QString &arn)
{
    return arn.section(u':', 2, 2) == "sqs"_L1 && arn.endsWith(".fifo"_L1);
}

} // namespace eph::project
