// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/operations.h"

#include <algorithm>
#include <array>

namespace eph::deploy {

namespace {

// Source: the service models of botocore 1.43.11, against which a test compares each request.
constexpr std::array Services{
    Service{"lambda", "lambda.%1.amazonaws.com", "lambda", Protocol::RestJson, "", "lambda"},
    Service{"iam", "iam.amazonaws.com", "iam", Protocol::Query, "2010-05-08", "iam"},
    Service{"sts", "sts.%1.amazonaws.com", "sts", Protocol::Query, "2011-06-15", "sts"},
    Service{"events", "events.%1.amazonaws.com", "events", Protocol::Json11, "AWSEvents.", "events"},
    Service{"scheduler", "scheduler.%1.amazonaws.com", "scheduler", Protocol::RestJson, "", "scheduler"},
    Service{"apigatewayv2", "apigateway.%1.amazonaws.com", "apigateway", Protocol::RestJson, "", "apigateway"},
    Service{"apigateway", "apigateway.%1.amazonaws.com", "apigateway", Protocol::RestJson, "", "apigateway"},
    Service{"sqs", "sqs.%1.amazonaws.com", "sqs", Protocol::Json10, "AmazonSQS.", "sqs"},
    Service{"sns", "sns.%1.amazonaws.com", "sns", Protocol::Query, "2010-03-31", "sns"},
    Service{"kinesis", "kinesis.%1.amazonaws.com", "kinesis", Protocol::Json11, "Kinesis_20131202.", "kinesis"},
    Service{"s3api", "s3.%1.amazonaws.com", "s3", Protocol::RestXml, "", "s3"},
    Service{"cloudwatch", "monitoring.%1.amazonaws.com", "monitoring", Protocol::Query, "2010-08-01", "cloudwatch"},
    Service{"logs", "logs.%1.amazonaws.com", "logs", Protocol::Json11, "Logs_20140328.", "logs"},
    Service{"ssm", "ssm.%1.amazonaws.com", "ssm", Protocol::Json11, "AmazonSSM.", "ssm"},
    Service{"secretsmanager", "secretsmanager.%1.amazonaws.com", "secretsmanager", Protocol::Json11, "secretsmanager.", "secretsmanager"},
};

#define FUNCTION "/2015-03-31/functions/{FunctionName}"
constexpr std::array Operations{
    Operation{"lambda", "CreateFunction", "POST", "/2015-03-31/functions", ""},
    Operation{"lambda", "GetFunction", "GET", FUNCTION, "Qualifier"},
    Operation{"lambda", "GetFunctionConfiguration", "GET", FUNCTION "/configuration", "Qualifier"},
    Operation{"lambda", "UpdateFunctionCode", "PUT", FUNCTION "/code", ""},
    Operation{"lambda", "UpdateFunctionConfiguration", "PUT", FUNCTION "/configuration", ""},
    Operation{"lambda", "DeleteFunction", "DELETE", FUNCTION, "Qualifier"},
    Operation{"lambda", "Invoke", "POST", FUNCTION "/invocations", "Qualifier"},
    Operation{"lambda", "PublishVersion", "POST", FUNCTION "/versions", ""},
    Operation{"lambda", "ListVersionsByFunction", "GET", FUNCTION "/versions", "Marker MaxItems"},
    Operation{"lambda", "GetAlias", "GET", FUNCTION "/aliases/{Name}", ""},
    Operation{"lambda", "CreateAlias", "POST", FUNCTION "/aliases", ""},
    Operation{"lambda", "UpdateAlias", "PUT", FUNCTION "/aliases/{Name}", ""},
    Operation{"lambda", "DeleteAlias", "DELETE", FUNCTION "/aliases/{Name}", ""},
    Operation{"lambda", "AddPermission", "POST", FUNCTION "/policy", "Qualifier"},
    Operation{"lambda", "GetPolicy", "GET", FUNCTION "/policy", "Qualifier"},
    Operation{"lambda", "RemovePermission", "DELETE", FUNCTION "/policy/{StatementId}", "Qualifier"},
    Operation{"lambda", "PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency", ""},
    Operation{"lambda", "DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", ""},
    Operation{"lambda", "PutProvisionedConcurrencyConfig", "PUT", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "Qualifier"},
    Operation{"lambda", "GetProvisionedConcurrencyConfig", "GET", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "Qualifier"},
    Operation{"lambda", "DeleteProvisionedConcurrencyConfig", "DELETE", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "Qualifier"},
    Operation{"lambda", "PutFunctionEventInvokeConfig", "PUT", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "Qualifier"},
    Operation{"lambda", "GetFunctionEventInvokeConfig", "GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "Qualifier"},
    Operation{"lambda", "DeleteFunctionEventInvokeConfig", "DELETE", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "Qualifier"},
    Operation{"lambda", "CreateFunctionUrlConfig", "POST", "/2021-10-31/functions/{FunctionName}/url", "Qualifier"},
    Operation{"lambda", "GetFunctionUrlConfig", "GET", "/2021-10-31/functions/{FunctionName}/url", "Qualifier"},
    Operation{"lambda", "UpdateFunctionUrlConfig", "PUT", "/2021-10-31/functions/{FunctionName}/url", "Qualifier"},
    Operation{"lambda", "DeleteFunctionUrlConfig", "DELETE", "/2021-10-31/functions/{FunctionName}/url", "Qualifier"},
    Operation{"lambda", "CreateEventSourceMapping", "POST", "/2015-03-31/event-source-mappings", ""},
    Operation{"lambda", "ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings", "EventSourceArn FunctionName Marker MaxItems"},
    Operation{"lambda", "UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/{UUID}", ""},
    Operation{"lambda", "DeleteEventSourceMapping", "DELETE", "/2015-03-31/event-source-mappings/{UUID}", ""},
    Operation{"lambda", "PublishLayerVersion", "POST", "/2018-10-31/layers/{LayerName}/versions", ""},
    Operation{"lambda", "ListLayerVersions", "GET", "/2018-10-31/layers/{LayerName}/versions", "Marker MaxItems"},
    Operation{"lambda", "DeleteLayerVersion", "DELETE", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}", ""},
    Operation{"scheduler", "CreateSchedule", "POST", "/schedules/{Name}", ""},
    Operation{"scheduler", "GetSchedule", "GET", "/schedules/{Name}", "GroupName=groupName"},
    Operation{"scheduler", "UpdateSchedule", "PUT", "/schedules/{Name}", ""},
    Operation{"scheduler", "DeleteSchedule", "DELETE", "/schedules/{Name}", "GroupName=groupName"},
    Operation{"apigatewayv2", "ImportApi", "PUT", "/v2/apis", "Basepath=basepath FailOnWarnings=failOnWarnings"},
    Operation{"apigatewayv2", "ReimportApi", "PUT", "/v2/apis/{ApiId}", "Basepath=basepath FailOnWarnings=failOnWarnings"},
    Operation{"apigatewayv2", "GetApis", "GET", "/v2/apis", "MaxResults=maxResults NextToken=nextToken"},
    Operation{"apigatewayv2", "DeleteApi", "DELETE", "/v2/apis/{ApiId}", ""},
    Operation{"apigatewayv2", "ExportApi", "GET", "/v2/apis/{ApiId}/exports/{Specification}", "OutputType=outputType IncludeExtensions=includeExtensions"},
    Operation{"apigatewayv2", "CreateStage", "POST", "/v2/apis/{ApiId}/stages", ""},
    Operation{"apigatewayv2", "UpdateStage", "PATCH", "/v2/apis/{ApiId}/stages/{StageName}", ""},
    Operation{"apigatewayv2", "GetStage", "GET", "/v2/apis/{ApiId}/stages/{StageName}", ""},
    Operation{"apigateway", "ImportRestApi", "POST", "/restapis?mode=import", "failOnWarnings=failonwarnings"},
    Operation{"apigateway", "PutRestApi", "PUT", "/restapis/{restApiId}", "mode failOnWarnings=failonwarnings"},
    Operation{"apigateway", "GetRestApis", "GET", "/restapis", "position limit"},
    Operation{"apigateway", "DeleteRestApi", "DELETE", "/restapis/{restApiId}", ""},
    Operation{"apigateway", "CreateDeployment", "POST", "/restapis/{restApiId}/deployments", ""},
    Operation{"apigateway", "GetExport", "GET", "/restapis/{restApiId}/stages/{stageName}/exports/{exportType}", "parameters="},
    Operation{"s3api", "CreateBucket", "PUT", "/{Bucket}", ""},
    Operation{"s3api", "HeadBucket", "HEAD", "/{Bucket}", ""},
    Operation{"s3api", "DeleteBucket", "DELETE", "/{Bucket}", ""},
    Operation{"s3api", "PutBucketNotificationConfiguration", "PUT", "/{Bucket}?notification", ""},
    Operation{"s3api", "GetBucketNotificationConfiguration", "GET", "/{Bucket}?notification", ""},
};
#undef FUNCTION

} // namespace

const Service *findService(const QString &name)
{
    const auto found = std::find_if(Services.begin(), Services.end(), [&](const Service &service) { return name == QLatin1String(service.name); });
    return found == Services.end() ? nullptr : &*found;
}

const Operation *findOperation(const QString &service, const QString &name)
{
    const auto found = std::find_if(Operations.begin(), Operations.end(), [&](const Operation &operation) { return service == QLatin1String(operation.service) && name == QLatin1String(operation.name); });
    return found == Operations.end() ? nullptr : &*found;
}

} // namespace eph::deploy
