// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// The prices that this program asks for, by their names in the price book.
namespace eph::cost::ids {

inline constexpr char16_t Request[] = u"aws.lambda.request";
inline constexpr char16_t DurationX86[] = u"aws.lambda.duration.x86";
inline constexpr char16_t DurationArm[] = u"aws.lambda.duration.arm";
inline constexpr char16_t Ephemeral[] = u"aws.lambda.ephemeral";
inline constexpr char16_t ProvisionedX86[] = u"aws.lambda.provisioned.x86";
inline constexpr char16_t ProvisionedArm[] = u"aws.lambda.provisioned.arm";
inline constexpr char16_t ProvisionedDurationX86[] = u"aws.lambda.provisionedDuration.x86";
inline constexpr char16_t ProvisionedDurationArm[] = u"aws.lambda.provisionedDuration.arm";
inline constexpr char16_t Streamed[] = u"aws.lambda.streamed";
inline constexpr char16_t HttpApi[] = u"aws.httpApi.request";
inline constexpr char16_t RestApi[] = u"aws.restApi.request";
inline constexpr char16_t WebSocketMessage[] = u"aws.webSocket.message";
inline constexpr char16_t WebSocketMinute[] = u"aws.webSocket.minute";
inline constexpr char16_t EventBridge[] = u"aws.eventBridge.event";
inline constexpr char16_t Scheduler[] = u"aws.scheduler.invocation";
inline constexpr char16_t Sqs[] = u"aws.sqs.request";
inline constexpr char16_t SqsFifo[] = u"aws.sqs.fifoRequest";
inline constexpr char16_t SnsPublish[] = u"aws.sns.publish";
inline constexpr char16_t SnsHttp[] = u"aws.sns.http";
inline constexpr char16_t TableWrite[] = u"aws.dynamodb.write";
inline constexpr char16_t TableRead[] = u"aws.dynamodb.read";
inline constexpr char16_t BucketPut[] = u"aws.s3.put";
inline constexpr char16_t BucketGet[] = u"aws.s3.get";
inline constexpr char16_t ShardHour[] = u"aws.kinesis.shardHour";
inline constexpr char16_t PutUnit[] = u"aws.kinesis.putUnit";
inline constexpr char16_t Transition[] = u"aws.stepFunctions.transition";
inline constexpr char16_t TransferOut[] = u"aws.transfer.out";
inline constexpr char16_t LambdaLogs[] = u"aws.logs.lambda";
inline constexpr char16_t LogStorage[] = u"aws.logs.storage";
inline constexpr char16_t LiveTail[] = u"aws.logs.liveTail";
inline constexpr char16_t FargateCpuX86[] = u"aws.fargate.vcpu.x86";
inline constexpr char16_t FargateMemoryX86[] = u"aws.fargate.memory.x86";
inline constexpr char16_t FargateCpuArm[] = u"aws.fargate.vcpu.arm";
inline constexpr char16_t FargateMemoryArm[] = u"aws.fargate.memory.arm";
inline constexpr char16_t Micro[] = u"aws.ec2.t3.micro";
inline constexpr char16_t Small[] = u"aws.ec2.t3.small";
inline constexpr char16_t Medium[] = u"aws.ec2.t3.medium";
inline constexpr char16_t SmallArm[] = u"aws.ec2.t4g.small";
inline constexpr char16_t Large[] = u"aws.ec2.m5dn.8xlarge";
inline constexpr char16_t RunCpu[] = u"gcp.run.vcpu";
inline constexpr char16_t RunMemory[] = u"gcp.run.memory";
inline constexpr char16_t RunRequest[] = u"gcp.run.request";
inline constexpr char16_t GcfRequest[] = u"gcp.functions.request";
inline constexpr char16_t GcfMemory[] = u"gcp.functions.memory";
inline constexpr char16_t GcfCpu[] = u"gcp.functions.cpu";
inline constexpr char16_t ConsumptionRequest[] = u"azure.consumption.request";
inline constexpr char16_t ConsumptionDuration[] = u"azure.consumption.duration";
inline constexpr char16_t FlexRequest[] = u"azure.flex.request";
inline constexpr char16_t FlexDuration[] = u"azure.flex.duration";
inline constexpr char16_t WorkersPlan[] = u"cloudflare.workers.plan";
inline constexpr char16_t WorkersRequest[] = u"cloudflare.workers.request";
inline constexpr char16_t WorkersCpu[] = u"cloudflare.workers.cpu";

inline constexpr const char16_t *Needed[] = {
    Request, DurationX86, DurationArm, Ephemeral, ProvisionedX86, ProvisionedArm, ProvisionedDurationX86, ProvisionedDurationArm, Streamed,
    HttpApi, RestApi, WebSocketMessage, WebSocketMinute, EventBridge, Scheduler, Sqs, SqsFifo, SnsPublish, SnsHttp, TableWrite, TableRead,
    BucketPut, BucketGet, ShardHour, PutUnit, Transition, TransferOut, LambdaLogs, LogStorage, LiveTail, FargateCpuX86, FargateMemoryX86, FargateCpuArm,
    FargateMemoryArm, Micro, Small, Medium, SmallArm, Large, RunCpu, RunMemory, RunRequest, GcfRequest, GcfMemory, GcfCpu, ConsumptionRequest,
    ConsumptionDuration, FlexRequest, FlexDuration, WorkersPlan, WorkersRequest, WorkersCpu,
};

} // namespace eph::cost::ids
