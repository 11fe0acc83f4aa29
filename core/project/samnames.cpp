// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/samnames.h"

#include <algorithm>

namespace eph::project {

using namespace Qt::StringLiterals;

const Names TopLevelKeys{u"AWSTemplateFormatVersion"_s, u"Transform"_s, u"Description"_s, u"Globals"_s, u"Parameters"_s, u"Mappings"_s, u"Conditions"_s,
                         u"Resources"_s, u"Outputs"_s, u"Metadata"_s, u"Rules"_s, u"Fn::Transform"_s, u"Hooks"_s};

const Names UsedProperties{u"FunctionName"_s, u"CodeUri"_s, u"Code"_s, u"InlineCode"_s, u"Handler"_s, u"Runtime"_s, u"MemorySize"_s, u"Timeout"_s, u"Environment"_s, u"Architectures"_s,
                           u"Layers"_s, u"Policies"_s, u"Events"_s, u"Description"_s, u"EphemeralStorage"_s, u"ReservedConcurrentExecutions"_s, u"LoggingConfig"_s, u"PackageType"_s,
                           u"Role"_s, u"Tags"_s, u"FunctionUrlConfig"_s, u"AutoPublishAlias"_s, u"DeploymentPreference"_s, u"ProvisionedConcurrencyConfig"_s, u"EventInvokeConfig"_s,
                           u"DeadLetterQueue"_s, u"DeadLetterConfig"_s, u"RecursiveLoop"_s, u"TenancyConfig"_s};

const Names CloudOnlyProperties{u"VpcConfig"_s, u"Tracing"_s, u"TracingConfig"_s, u"KmsKeyArn"_s, u"FileSystemConfigs"_s, u"SnapStart"_s, u"ImageConfig"_s, u"ImageUri"_s,
                                u"PermissionsBoundary"_s, u"CodeSigningConfigArn"_s, u"AssumeRolePolicyDocument"_s, u"RolePath"_s, u"VersionDescription"_s, u"AutoPublishCodeSha256"_s,
                                u"AutoPublishAliasAllProperties"_s, u"RuntimeManagementConfig"_s, u"PropagateTags"_s, u"SourceKMSKeyArn"_s, u"VersionDeletionPolicy"_s,
                                u"PublishToLatestPublished"_s, u"CapacityProviderConfig"_s, u"FunctionScalingConfig"_s, u"EphemeralStorageSize"_s};

// Source: docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, November 2026.
const Names ReservedVariables{u"_HANDLER"_s, u"_X_AMZN_TRACE_ID"_s, u"AWS_DEFAULT_REGION"_s, u"AWS_REGION"_s, u"AWS_EXECUTION_ENV"_s, u"AWS_LAMBDA_FUNCTION_NAME"_s, u"AWS_LAMBDA_FUNCTION_MEMORY_SIZE"_s,
                              u"AWS_LAMBDA_FUNCTION_VERSION"_s, u"AWS_LAMBDA_INITIALIZATION_TYPE"_s, u"AWS_LAMBDA_LOG_GROUP_NAME"_s, u"AWS_LAMBDA_LOG_STREAM_NAME"_s, u"AWS_ACCESS_KEY"_s, u"AWS_ACCESS_KEY_ID"_s,
                              u"AWS_SECRET_ACCESS_KEY"_s, u"AWS_SESSION_TOKEN"_s, u"AWS_LAMBDA_RUNTIME_API"_s, u"LAMBDA_TASK_ROOT"_s, u"LAMBDA_RUNTIME_DIR"_s, u"AWS_LAMBDA_MAX_CONCURRENCY"_s};

const Names EventTypes{u"Api"_s, u"HttpApi"_s, u"Schedule"_s, u"ScheduleV2"_s, u"SQS"_s, u"SNS"_s, u"S3"_s, u"Kinesis"_s, u"DynamoDB"_s, u"EventBridgeRule"_s, u"CloudWatchEvent"_s,
                       u"CloudWatchLogs"_s, u"IoTRule"_s, u"AlexaSkill"_s, u"Cognito"_s, u"MQ"_s, u"MSK"_s, u"SelfManagedKafka"_s, u"DocumentDB"_s};
const Names GroupTypes{u"AWS::Events::EventBus"_s, u"AWS::Logs::LogGroup"_s, u"AWS::Scheduler::ScheduleGroup"_s};
// Source: the resource type references of the SAM and CloudFormation user guides, November 2026.
const Names FunctionResourceTypes{u"AWS::Serverless::Function"_s, u"AWS::Serverless::Api"_s, u"AWS::Serverless::HttpApi"_s, u"AWS::Serverless::WebSocketApi"_s, u"AWS::Serverless::SimpleTable"_s, u"AWS::Serverless::LayerVersion"_s,
                                  u"AWS::Serverless::Application"_s, u"AWS::Serverless::StateMachine"_s, u"AWS::Serverless::Connector"_s, u"AWS::Serverless::GraphQLApi"_s, u"AWS::Serverless::CapacityProvider"_s,
                                  u"AWS::Lambda::Function"_s, u"AWS::Lambda::Alias"_s, u"AWS::Lambda::Version"_s, u"AWS::Lambda::Permission"_s, u"AWS::Lambda::EventSourceMapping"_s, u"AWS::Lambda::LayerVersion"_s,
                                  u"AWS::Lambda::LayerVersionPermission"_s, u"AWS::Lambda::Url"_s, u"AWS::Lambda::EventInvokeConfig"_s, u"AWS::Lambda::CodeSigningConfig"_s, u"AWS::Lambda::CapacityProvider"_s};
const Names EventSourceTypes{u"AWS::SQS::Queue"_s, u"AWS::SNS::Topic"_s, u"AWS::SNS::Subscription"_s, u"AWS::Kinesis::Stream"_s, u"AWS::DynamoDB::Table"_s, u"AWS::Serverless::SimpleTable"_s, u"AWS::S3::Bucket"_s};

bool isName(QStringView text, QStringView others, qsizetype longest)
{
    return !text.isEmpty() && text.size() <= longest && std::all_of(text.begin(), text.end(), [others](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || others.contains(c);
    });
}

} // namespace eph::project
