// SPDX-License-Identifier: GPL-3.0-or-later
// The AWS SDK for JavaScript v3 against the endpoint: prints a line of JSON for each case, {name, problem}.
//   node sdk.mjs CLIENTS ENDPOINT GATEWAY ZIP
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [folder, endpoint, gateway, zip] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const common = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }, maxAttempts: 1 };
const load = (name) => require(`@aws-sdk/client-${name}`);
const text = (bytes) => Buffer.from(bytes).toString();
const refused = (promise, name, status) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name);
  if (status) assert.equal(error.$metadata.httpStatusCode, status);
  return true;
});
const eventually = async (probe, what) => {
  for (let i = 0; i < 200; ++i) {
    const found = await probe();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`${what} did not happen`);
};

const cases = {
  async 'lambda invokes'() {
    const { LambdaClient, InvokeCommand } = load('lambda');
    const lambda = new LambdaClient(common);
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'echo', Payload: JSON.stringify({ x: 'ä😀' }), LogType: 'Tail', ClientContext: Buffer.from('{"custom":{"a":1}}').toString('base64') }));
    assert.equal(answer.StatusCode, 200);
    assert.equal(answer.ExecutedVersion, '$LATEST');
    assert.deepEqual(JSON.parse(text(answer.Payload)).event, { x: 'ä😀' });
    assert.match(Buffer.from(answer.LogResult, 'base64').toString(), /REPORT RequestId: /);
    const failed = await lambda.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"fail":true}' }));
    assert.equal(failed.FunctionError, 'Unhandled');
    assert.equal(JSON.parse(text(failed.Payload)).errorType, 'TypeError');
    assert.equal((await lambda.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event' }))).StatusCode, 202);
    assert.equal((await lambda.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'DryRun' }))).StatusCode, 204);
    await refused(lambda.send(new InvokeCommand({ FunctionName: 'nope' })), 'ResourceNotFoundException', 404);
    await refused(lambda.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{' })), 'InvalidRequestContentException', 400);
  },
  async 'lambda tenants'() {
    const sdk = load('lambda');
    const lambda = new sdk.LambdaClient(common);
    const input = { FunctionName: 'tenants', Runtime: 'nodejs20.x', Role: 'arn:aws:iam::123456789012:role/shop', Handler: 'index.handler', Code: { ZipFile: readFileSync(zip) } };
    await refused(lambda.send(new sdk.CreateFunctionCommand({ ...input, TenancyConfig: { TenantIsolationMode: 'OTHER' } })), 'ValidationException', 400);
    const made = await lambda.send(new sdk.CreateFunctionCommand({ ...input, TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } }));
    assert.equal(made.TenancyConfig.TenantIsolationMode, 'PER_TENANT');
    await sdk.waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20 }, { FunctionName: 'tenants' });
    assert.equal((await lambda.send(new sdk.InvokeCommand({ FunctionName: 'tenants', TenantId: 'blue', Payload: '{}' }))).FunctionError, undefined);
    await refused(lambda.send(new sdk.InvokeCommand({ FunctionName: 'tenants', Payload: '{}' })), 'InvalidParameterValueException', 400);
    await refused(lambda.send(new sdk.InvokeCommand({ FunctionName: 'echo', TenantId: 'blue', Payload: '{}' })), 'InvalidParameterValueException', 400);
    await refused(lambda.send(new sdk.CreateFunctionUrlConfigCommand({ FunctionName: 'tenants', AuthType: 'NONE' })), 'InvalidParameterValueException', 400);
    await lambda.send(new sdk.DeleteFunctionCommand({ FunctionName: 'tenants' }));
  },
  async 'lambda streams'() {
    const { LambdaClient, InvokeWithResponseStreamCommand } = load('lambda');
    const answer = await new LambdaClient(common).send(new InvokeWithResponseStreamCommand({ FunctionName: 'stream' }));
    const chunks = [];
    let complete;
    for await (const event of answer.EventStream) {
      if (event.PayloadChunk) chunks.push(text(event.PayloadChunk.Payload));
      if (event.InvokeComplete) complete = event.InvokeComplete;
    }
    assert.equal(chunks.join(''), 'one,two');
    assert.ok(complete);
    assert.equal(complete.ErrorCode ?? '', '');
  },
  async 'lambda deploys'() {
    const sdk = load('lambda');
    const lambda = new sdk.LambdaClient(common);
    const made = await lambda.send(new sdk.CreateFunctionCommand({ FunctionName: 'shop', Runtime: 'nodejs20.x', Role: 'arn:aws:iam::123456789012:role/shop', Handler: 'index.handler', Code: { ZipFile: readFileSync(zip) }, Environment: { Variables: { AB: 'c' } } }));
    assert.equal(made.State, 'Pending');
    assert.ok(!Number.isNaN(Date.parse(made.LastModified)));
    await sdk.waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20 }, { FunctionName: 'shop' });
    assert.equal((await lambda.send(new sdk.PublishVersionCommand({ FunctionName: 'shop' }))).Version, '1');
    const alias = await lambda.send(new sdk.CreateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '1' }));
    assert.match(alias.AliasArn, /:shop:live$/);
    assert.equal((await lambda.send(new sdk.UpdateFunctionConfigurationCommand({ FunctionName: 'shop', Timeout: 9, MemorySize: 256 }))).MemorySize, 256);
    await sdk.waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 20 }, { FunctionName: 'shop' });
    assert.equal((await lambda.send(new sdk.GetFunctionCommand({ FunctionName: 'shop' }))).Configuration.Timeout, 9);
    assert.equal((await lambda.send(new sdk.PublishVersionCommand({ FunctionName: 'shop' }))).Version, '2');
    const canary = await lambda.send(new sdk.UpdateAliasCommand({ FunctionName: 'shop', Name: 'live', RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } } }));
    assert.deepEqual(canary.RoutingConfig.AdditionalVersionWeights, { 2: 0.5 });
    await refused(lambda.send(new sdk.CreateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '1' })), 'ResourceConflictException', 409);
    await refused(lambda.send(new sdk.UpdateFunctionConfigurationCommand({ FunctionName: 'shop', Timeout: 901 })), 'ValidationException', 400);
    await lambda.send(new sdk.AddPermissionCommand({ FunctionName: 'shop', Qualifier: 'live', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' }));
    assert.match((await lambda.send(new sdk.GetPolicyCommand({ FunctionName: 'shop', Qualifier: 'live' }))).Policy, /events\.amazonaws\.com/);
    assert.equal((await lambda.send(new sdk.PutFunctionConcurrencyCommand({ FunctionName: 'shop', ReservedConcurrentExecutions: 3 }))).ReservedConcurrentExecutions, 3);
    assert.match((await lambda.send(new sdk.CreateFunctionUrlConfigCommand({ FunctionName: 'shop', Qualifier: 'live', AuthType: 'NONE' }))).FunctionUrl, /shop-live\.lambda-url\.localhost/);
    const names = [];
    for await (const page of sdk.paginateListFunctions({ client: lambda, pageSize: 1 }, {})) names.push(...page.Functions.map((each) => each.FunctionName));
    assert.ok(names.includes('shop') && names.includes('echo') && names.includes('stream'), names.join());
    await lambda.send(new sdk.DeleteFunctionCommand({ FunctionName: 'shop' }));
    await refused(lambda.send(new sdk.GetFunctionCommand({ FunctionName: 'shop' })), 'ResourceNotFoundException', 404);
  },
  async 'lambda eats from a queue'() {
    const sdk = load('lambda');
    const queues = load('sqs');
    const lambda = new sdk.LambdaClient(common);
    const sqs = new queues.SQSClient(common);
    const { QueueUrl } = await sqs.send(new queues.CreateQueueCommand({ QueueName: 'work' }));
    const mapping = await lambda.send(new sdk.CreateEventSourceMappingCommand({ FunctionName: 'echo', EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:work', BatchSize: 3 }));
    await sqs.send(new queues.SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    await eventually(async () => {
      const { Attributes } = await sqs.send(new queues.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      return Attributes.ApproximateNumberOfMessages === '0' && Attributes.ApproximateNumberOfMessagesNotVisible === '0';
    }, 'taking the message away');
    assert.ok((await lambda.send(new sdk.DeleteEventSourceMappingCommand({ UUID: mapping.UUID }))).UUID);
  },
  async 'queues'() {
    const sdk = load('sqs');
    const sqs = new sdk.SQSClient(common);
    const { QueueUrl } = await sqs.send(new sdk.CreateQueueCommand({ QueueName: 'plain', Attributes: { VisibilityTimeout: '0' } }));
    // The SDK checks the digests of bodies and attributes itself.
    await sqs.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageAttributes: { kind: { DataType: 'String', StringValue: 'ä' }, raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) } } }));
    const { Messages } = await sqs.send(new sdk.ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'], WaitTimeSeconds: 2 }));
    assert.equal(Messages[0].Body, 'a');
    assert.equal(Messages[0].MessageAttributes.kind.StringValue, 'ä');
    assert.deepEqual([...Messages[0].MessageAttributes.raw.BinaryValue], [0, 255]);
    assert.equal(Messages[0].Attributes.ApproximateReceiveCount, '1');
    await sqs.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
    const batch = await sqs.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'b' }, { Id: '2', MessageBody: '' }] }));
    assert.deepEqual([batch.Successful?.length, batch.Failed?.length], [1, 1]);
    await sqs.send(new sdk.DeleteQueueCommand({ QueueUrl }));
    await refused(sqs.send(new sdk.GetQueueUrlCommand({ QueueName: 'plain' })), 'QueueDoesNotExist', 400);
  },
  async 'topics'() {
    const sdk = load('sns');
    const queues = load('sqs');
    const sns = new sdk.SNSClient(common);
    const sqs = new queues.SQSClient(common);
    const { TopicArn } = await sns.send(new sdk.CreateTopicCommand({ Name: 'news' }));
    const { QueueUrl } = await sqs.send(new queues.CreateQueueCommand({ QueueName: 'readers' }));
    await sns.send(new sdk.SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:123456789012:readers', Attributes: { RawMessageDelivery: 'true', FilterPolicy: '{"kind":["good"]}' } }));
    await sns.send(new sdk.PublishCommand({ TopicArn, Message: 'bad', MessageAttributes: { kind: { DataType: 'String', StringValue: 'bad' } } }));
    await sns.send(new sdk.PublishCommand({ TopicArn, Message: 'good', MessageAttributes: { kind: { DataType: 'String', StringValue: 'good' } } }));
    const { Messages } = await sqs.send(new queues.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 3, MaxNumberOfMessages: 10 }));
    assert.deepEqual(Messages.map((message) => message.Body), ['good']);
    await refused(sns.send(new sdk.PublishCommand({ TopicArn: `${TopicArn}x`, Message: 'm' })), 'NotFoundException', 404);
  },
  async 'streams'() {
    const sdk = load('kinesis');
    // As it comes, this client speaks HTTP/2.
    const kinesis = new sdk.KinesisClient(common);
    await kinesis.send(new sdk.CreateStreamCommand({ StreamName: 'clicks', ShardCount: 2 }));
    await sdk.waitUntilStreamExists({ client: kinesis, maxWaitTime: 20 }, { StreamName: 'clicks' });
    const put = await kinesis.send(new sdk.PutRecordCommand({ StreamName: 'clicks', PartitionKey: 'k', Data: Buffer.from('ä') }));
    const { ShardIterator } = await kinesis.send(new sdk.GetShardIteratorCommand({ StreamName: 'clicks', ShardId: put.ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
    const { Records } = await kinesis.send(new sdk.GetRecordsCommand({ ShardIterator }));
    assert.equal(text(Records[0].Data), 'ä');
    assert.equal(Records[0].SequenceNumber, put.SequenceNumber);
    assert.ok(Records[0].ApproximateArrivalTimestamp instanceof Date);
    await refused(kinesis.send(new sdk.PutRecordCommand({ StreamName: 'none', PartitionKey: 'k', Data: Buffer.from('x') })), 'ResourceNotFoundException', 400);
  },
  async 'buckets'() {
    const sdk = load('s3');
    const s3 = new sdk.S3Client({ ...common, forcePathStyle: true });
    const Bucket = 'pictures';
    await s3.send(new sdk.CreateBucketCommand({ Bucket }));
    const Key = 'a b/ä+&.txt';
    await s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body: 'hello', ContentType: 'text/plain', Metadata: { by: 'me' } }));
    const found = await s3.send(new sdk.GetObjectCommand({ Bucket, Key, Range: 'bytes=1-3' }));
    assert.equal(await found.Body.transformToString(), 'ell');
    assert.equal(found.ContentRange, 'bytes 1-3/5');
    assert.deepEqual(found.Metadata, { by: 'me' });
    assert.deepEqual((await s3.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: 'a b/' }))).Contents.map((object) => object.Key), [Key]);
    await s3.send(new sdk.CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(Key)}` }));
    const upload = await s3.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key: 'large' }));
    const part = await s3.send(new sdk.UploadPartCommand({ Bucket, Key: 'large', UploadId: upload.UploadId, PartNumber: 1, Body: Buffer.alloc(6 * 1024 * 1024, 'x') }));
    await s3.send(new sdk.CompleteMultipartUploadCommand({ Bucket, Key: 'large', UploadId: upload.UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] } }));
    assert.equal((await s3.send(new sdk.HeadObjectCommand({ Bucket, Key: 'large' }))).ContentLength, 6 * 1024 * 1024);
    await refused(s3.send(new sdk.GetObjectCommand({ Bucket, Key: 'missing' })), 'NoSuchKey', 404);
    await refused(s3.send(new sdk.HeadObjectCommand({ Bucket, Key: 'missing' })), 'NotFound', 404);
    await refused(s3.send(new sdk.DeleteBucketCommand({ Bucket })), 'BucketNotEmpty', 409);
    const gone = await s3.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key: 'copy' }, { Key: 'large' }] } }));
    assert.equal(gone.Deleted.length, 3);
    await s3.send(new sdk.DeleteBucketCommand({ Bucket }));
  },
  async 'events and schedules'() {
    const sdk = load('eventbridge');
    const events = new sdk.EventBridgeClient(common);
    await events.send(new sdk.PutRuleCommand({ Name: 'orders', EventPattern: '{"source":["shop"]}' }));
    const queues = load('sqs');
    const sqs = new queues.SQSClient(common);
    const { QueueUrl } = await sqs.send(new queues.CreateQueueCommand({ QueueName: 'ruled' }));
    await events.send(new sdk.PutTargetsCommand({ Rule: 'orders', Targets: [{ Id: 'q', Arn: 'arn:aws:sqs:us-east-1:123456789012:ruled', InputPath: '$.detail' }] }));
    assert.equal((await events.send(new sdk.PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'order', Detail: '{"n":1}' }] }))).FailedEntryCount, 0);
    assert.equal((await sqs.send(new queues.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 3 }))).Messages[0].Body, '{"n":1}');
    const { SchedulerClient, CreateScheduleCommand, GetScheduleCommand, DeleteScheduleCommand } = load('scheduler');
    const scheduler = new SchedulerClient(common);
    await scheduler.send(new CreateScheduleCommand({ Name: 'daily', ScheduleExpression: 'cron(0 9 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin', FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: 'arn:aws:lambda:us-east-1:123456789012:function:echo', RoleArn: 'arn:aws:iam::123456789012:role/r' } }));
    const schedule = await scheduler.send(new GetScheduleCommand({ Name: 'daily' }));
    assert.equal(schedule.ScheduleExpressionTimezone, 'Europe/Berlin');
    assert.ok(schedule.CreationDate instanceof Date);
    await scheduler.send(new DeleteScheduleCommand({ Name: 'daily' }));
    await refused(scheduler.send(new GetScheduleCommand({ Name: 'daily' })), 'ResourceNotFoundException', 404);
  },
  async 'logs'() {
    const sdk = load('cloudwatch-logs');
    const logs = new sdk.CloudWatchLogsClient(common);
    const { LambdaClient, InvokeCommand } = load('lambda');
    await new LambdaClient(common).send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"mark":"find-me"}' }));
    const found = await eventually(async () => {
      const { events } = await logs.send(new sdk.FilterLogEventsCommand({ logGroupName: '/aws/lambda/echo', filterPattern: '"find-me"' }));
      return events.length > 0 && events;
    }, 'the line');
    assert.match(found[0].message, /find-me/);
    await refused(logs.send(new sdk.GetLogEventsCommand({ logGroupName: '/none', logStreamName: 's' })), 'ResourceNotFoundException', 400);
  },
  async 'roles and identity'() {
    const sdk = load('iam');
    const iam = new sdk.IAMClient(common);
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] });
    const { Role } = await iam.send(new sdk.CreateRoleCommand({ RoleName: 'shop', AssumeRolePolicyDocument: document }));
    assert.deepEqual(JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument)), JSON.parse(document));
    await refused(iam.send(new sdk.CreateRoleCommand({ RoleName: 'shop', AssumeRolePolicyDocument: document })), 'EntityAlreadyExistsException', 409);
    await iam.send(new sdk.DeleteRoleCommand({ RoleName: 'shop' }));
    const { STSClient, GetCallerIdentityCommand } = load('sts');
    assert.equal((await new STSClient(common).send(new GetCallerIdentityCommand({}))).Account, '123456789012');
  },
  async 'connections of a WebSocket API'() {
    const WebSocket = require('ws');
    const sdk = load('apigatewaymanagementapi');
    const socket = new WebSocket(`${gateway.replace('http', 'ws')}/live`);
    const told = [];
    socket.on('message', (message) => told.push(message.toString()));
    await new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); });
    socket.send('who am I');
    const ConnectionId = JSON.parse(await eventually(() => told.shift(), 'the answer')).requestContext.connectionId;
    const api = new sdk.ApiGatewayManagementApiClient({ ...common, endpoint: `${gateway}/live` });
    await api.send(new sdk.PostToConnectionCommand({ ConnectionId, Data: 'hello' }));
    assert.equal(await eventually(() => told.shift(), 'the message'), 'hello');
    const connection = await api.send(new sdk.GetConnectionCommand({ ConnectionId }));
    assert.ok(connection.ConnectedAt instanceof Date && connection.LastActiveAt >= connection.ConnectedAt);
    assert.equal(connection.Identity.SourceIp, '127.0.0.1');
    await refused(api.send(new sdk.PostToConnectionCommand({ ConnectionId, Data: Buffer.alloc(128 * 1024 + 1) })), 'PayloadTooLargeException', 413);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await api.send(new sdk.DeleteConnectionCommand({ ConnectionId }));
    assert.equal(await closed, 1000);
    await eventually(async () => { try { await api.send(new sdk.GetConnectionCommand({ ConnectionId })); return false; } catch (error) { return error.name === 'GoneException' && error.$metadata.httpStatusCode === 410; } }, 'going');
  },
};

for (const [name, run] of Object.entries(cases)) {
  let problem = '';
  try { await run(); } catch (error) { problem = String(error.stack ?? error); }
  console.log(JSON.stringify({ name, problem }));
}
