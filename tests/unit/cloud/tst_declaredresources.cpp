// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"

#include <QCborMap>
#include <QCborValue>
#include <QDateTime>
#include <QJsonArray>

using namespace eph;
using test::AwsClient;
using test::RawHttp;
using test::TestProject;

/// What plain CloudFormation declares beside functions is there for calls, too: buses, groups, aliases, layers.
class tst_DeclaredResources : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    test::RestClient m_rest;

    QJsonObject rest(const QByteArray &method, const QByteArray &path, const QJsonObject &input = {}, const QByteArray &headers = {}) { return m_rest.call(m_cloud->port, method, path, input, headers); }
    [[nodiscard]] int status() const { return m_rest.status(); }
    AwsClient events() const { return AwsClient(m_cloud->port, "AWSEvents.", "1.1"); }
    AwsClient logGroups() const { return AwsClient(m_cloud->port, "Logs_20140328.", "1.1"); }
    void put(const QString &source, const QString &bus = "default") { (void)events().call("PutEvents", {{"Entries", QJsonArray{QJsonObject{{"Source", source}, {"DetailType", "t"}, {"Detail", R"({"id":"k7"})"}, {"EventBusName", bus}}}}}); }
    QJsonArray received(const QString &queue)
    {
        AwsClient sqs(m_cloud->port, "AmazonSQS.");
        const QString url = sqs.call("GetQueueUrl", {{"QueueName", queue}}).value("QueueUrl").toString();
        return sqs.call("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 5}, {"AttributeNames", QJsonArray{"All"}}}).value("Messages").toArray();
    }
    qsizetype logged(const QByteArray &text)
    {
        return m_cloud->logs.find(m_cloud->logs.range(), [&](const logs::Line &line) { return line.text.contains(text); }).size();
    }
    /// What the function finds in its trace header.
    QByteArray lineageAfter(const QByteArray &header)
    {
        (void)rest("POST", "/2015-03-31/functions/fn/invocations", {{"trace", true}}, "X-Amzn-Trace-Id: " + header + "\r\n");
        const QByteArray trace = RawHttp::body(m_rest.answer());
        return trace.mid(trace.indexOf("Lineage=") + 8).chopped(1);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.function("nodejs20.x", "index.handler", "      FunctionName: fn\n      Layers: [!Ref Layer]\n")
            .file("index.js", "exports.handler = async (event) => { console.log('GOT ' + JSON.stringify(event)); if (event.fail) throw new Error('no'); return event.trace ? process.env._X_AMZN_TRACE_ID : require('mymod'); };\n")
            .file("second.js", "exports.handler = async () => require('mymod');\n").file("layb/nodejs/node_modules/mymod/index.js", "module.exports = 'from the second';\n")
            .file("lay/nodejs/node_modules/mymod/index.js", "module.exports = 'from the layer';\n");
        m_project.file("template.yaml", m_project.read("template.yaml") +
            "  Layer: {Type: AWS::Lambda::LayerVersion, Properties: {Content: lay/}}\n"
            "  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}\n"
            "  Live: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref Fn, FunctionVersion: !GetAtt Version.Version}}\n"
            "  Lost: {Type: AWS::SQS::Queue}\n"
            "  Async: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Fn, Qualifier: live, MaximumRetryAttempts: 0, DestinationConfig: {OnFailure: {Destination: !GetAtt Lost.Arn}}}}\n"
            "  Plain: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Fn, Qualifier: $LATEST, MaximumRetryAttempts: 1, DestinationConfig: {OnFailure: {Destination: !GetAtt Lost.Arn}}}}\n"
            "  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /ev/log, RetentionInDays: 7}}\n"
            "  Schedules: {Type: AWS::Scheduler::ScheduleGroup, Properties: {Name: nightly}}\n"
            "  Orders: {Type: AWS::Events::EventBus, Properties: {Name: orders}}\n"
            "  Echo: {Type: AWS::Events::EventBus, Properties: {Name: echo}}\n"
            "  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 3}}\n"
            "  Consumer: {Type: AWS::Kinesis::StreamConsumer, Properties: {StreamARN: !GetAtt Stream.Arn, ConsumerName: c}}\n"
            "  Reader: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Live, EventSourceArn: !Ref Consumer, StartingPosition: TRIM_HORIZON}}\n"
            "  Kept: {Type: AWS::SQS::Queue}\n"
            "  Jobs: {Type: AWS::SQS::Queue}\n"
            "  Worker: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Fn, EventSourceArn: !GetAtt Jobs.Arn, BatchSize: 2, MaximumBatchingWindowInSeconds: 1}}\n"
            "  Topic: {Type: AWS::SNS::Topic}\n"
            "  Heard: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Fn.Arn, RedrivePolicy: {deadLetterTargetArn: !GetAtt Lost.Arn}}}\n"
            "  All: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [many]}, Targets: [{Id: s, Arn: !GetAtt Stream.Arn, KinesisParameters: {PartitionKeyPath: $.detail.id}}, {Id: b, Arn: !GetAtt Orders.Arn}, {Id: l, Arn: !GetAtt Group.Arn}]}}\n"
            "  OnOrders: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Orders, EventPattern: {source: [many]}, Targets: [{Id: q, Arn: !GetAtt Kept.Arn}]}}\n"
            "  Odd: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [odd]}, Targets: [{Id: f, Arn: !GetAtt Fn.Arn, InputTransformer: {InputPathsMap: {n: $.source}, InputTemplate: 'Hello <n>'}}]}}\n"
            "  LayerB: {Type: AWS::Lambda::LayerVersion, Properties: {LayerName: Layer, Content: layb/}}\n"
            "  Second: {Type: AWS::Serverless::Function, Properties: {FunctionName: second, Runtime: nodejs20.x, Handler: second.handler, Layers: [!Ref LayerB]}}\n"
            "  There: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Orders, EventPattern: {source: [circle]}, Targets: [{Id: e, Arn: !GetAtt Echo.Arn}]}}\n"
            "  Back: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Echo, EventPattern: {source: [circle]}, Targets: [{Id: o, Arn: !GetAtt Orders.Arn}, {Id: f, Arn: !GetAtt Fn.Arn}]}}\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }
    void init() { m_cloud->logs.clear(); }

    void aPlainLayerIsAtHand()
    {
        (void)rest("POST", "/2015-03-31/functions/fn/invocations");
        QCOMPARE(RawHttp::body(m_rest.answer()), QByteArray("\"from the layer\""));
    }

    void aliasesAreAtWhatWasSavedLast()
    {
        (void)rest("POST", "/2015-03-31/functions/fn:live/invocations");
        QCOMPARE(RawHttp::body(m_rest.answer()), QByteArray("\"from the layer\""));
        QCOMPARE(rest("GET", "/2015-03-31/functions/fn/aliases/live").value("FunctionVersion").toString(), "$LATEST");
        QCOMPARE(rest("GET", "/2015-03-31/functions/fn/aliases").value("Aliases").toArray().size(), 1);
        (void)rest("POST", "/2015-03-31/functions/fn:beta/invocations");
        QCOMPARE(status(), 404);
    }

    void theConfigurationOfAsynchronousInvokesHolds()
    {
        const QJsonObject told = rest("GET", "/2019-09-25/functions/fn/event-invoke-config?Qualifier=live");
        QCOMPARE(told.value("MaximumRetryAttempts").toInt(-1), 0);
        QCOMPARE(rest("GET", "/2019-09-25/functions/fn/event-invoke-config/list").value("FunctionEventInvokeConfigs").toArray().size(), 2);
        QCOMPARE(rest("GET", "/2019-09-25/functions/fn/event-invoke-config").value("MaximumRetryAttempts").toInt(-1), 1);
        (void)rest("POST", "/2015-03-31/functions/fn:live/invocations", {{"fail", true}}, "X-Amz-Invocation-Type: Event\r\n");
        QCOMPARE(status(), 202);
        const QJsonArray lost = received("Lost");
        QCOMPARE(lost.size(), 1);
        QCOMPARE(QJsonDocument::fromJson(lost.first().toObject().value("Body").toString().toUtf8()).object().value("requestContext").toObject().value("approximateInvokeCount").toInt(), 1);
        QCOMPARE(logged("GOT"), 1);
        // What it hands on carries its place in the chain of calls.
        QVERIFY(lost.first().toObject().value("Attributes").toObject().value("AWSTraceHeader").toString().contains(";Lineage="));
    }

    void groupsOfLogsAreThere()
    {
        AwsClient client = logGroups();
        const QJsonArray groups = client.call("DescribeLogGroups", {{"logGroupNamePrefix", "/ev"}}).value("logGroups").toArray();
        QCOMPARE(groups.size(), 1);
        QCOMPARE(groups.first().toObject().value("retentionInDays").toInt(), 7);
        QCOMPARE(groups.first().toObject().value("arn").toString(), "arn:aws:logs:us-east-1:123456789012:log-group:/ev/log:*");
        (void)client.call("CreateLogGroup", {{"logGroupName", "/ev/log"}});
        QCOMPARE(client.error(), "ResourceAlreadyExistsException");
        (void)client.call("CreateLogStream", {{"logGroupName", "/ev/log"}, {"logStreamName", "mine"}});
        QCOMPARE(client.status(), 200);
        (void)client.call("DeleteLogGroup", {{"logGroupName", "/ev/log"}});
        // What is in it is gone; the template has it all the same.
        QCOMPARE(client.status(), 200);
        QVERIFY(client.call("DescribeLogStreams", {{"logGroupName", "/ev/log"}}).value("logStreams").toArray().isEmpty());
    }

    void groupsOfSchedulesAreThere()
    {
        QCOMPARE(rest("GET", "/schedule-groups/nightly").value("Arn").toString(), "arn:aws:scheduler:us-east-1:123456789012:schedule-group/nightly");
        const QJsonObject target{{"Arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}};
        for (const char *name : {"a", "b", "c"})
            (void)rest("POST", QByteArray("/schedules/") + name, {{"GroupName", "nightly"}, {"ScheduleExpression", "rate(1 day)"}, {"State", "DISABLED"}, {"FlexibleTimeWindow", QJsonObject{{"Mode", "OFF"}}}, {"Target", target}});
        QCOMPARE(status(), 200);
        const QJsonObject first = rest("GET", "/schedules?ScheduleGroup=nightly&MaxResults=2");
        QCOMPARE(first.value("Schedules").toArray().size(), 2);
        const QJsonObject second = rest("GET", "/schedules?ScheduleGroup=nightly&MaxResults=2&NextToken=" + first.value("NextToken").toString().toLatin1());
        QCOMPARE(second.value("Schedules").toArray().size(), 1);
        QVERIFY(!second.contains("NextToken"));
        (void)rest("GET", "/schedules?NextToken=x");
        QCOMPARE(status(), 400);
        (void)rest("DELETE", "/schedule-groups/nightly");
        QCOMPARE(status(), 400);
        AwsClient client = events();
        (void)client.call("DeleteEventBus", {{"Name", "echo"}});
        QCOMPARE(client.error(), "ValidationException");
    }

    void rulesReachStreamsBusesAndLogGroups()
    {
        put("many");
        QCOMPARE(received("Kept").size(), 1);
        AwsClient client = logGroups();
        QJsonArray told;
        QVERIFY(QTest::qWaitFor([&] { told = client.call("FilterLogEvents", {{"logGroupName", "/ev/log"}, {"filterPattern", "many"}}).value("events").toArray(); return !told.isEmpty(); }, 5000));
        QVERIFY(told.first().toObject().value("message").toString().startsWith(R"({"version":"0","id":)"));
        // The function that reads the stream behind its consumer gets the record.
        QVERIFY(QTest::qWaitFor([&] { return logged(R"("partitionKey":"k7")") == 1; }, 8000));
    }

    void whatCannotBeMadeIsNotDelivered()
    {
        put("odd");
        QVERIFY(QTest::qWaitFor([&] { return logged("INVALID_INPUT") == 1; }, 5000));
        QVERIFY(logged("it has to be JSON, with text in quotes") == 1);
        QCOMPARE(logged("GOT"), 0);
    }

    void layersOfOneNameAreToldApart()
    {
        (void)rest("POST", "/2015-03-31/functions/second/invocations");
        QCOMPARE(RawHttp::body(m_rest.answer()), QByteArray("\"from the second\""));
    }

    void busesThatHearEachOtherComeToAnEnd()
    {
        put("circle", "orders");
        QVERIFY(QTest::qWaitFor([&] { return logged("GOT") == 3; }, 8000));
        QTest::qWait(300);
        QCOMPARE(logged("GOT"), 3);
        QCOMPARE(logged("DEAD LETTER"), 1);
    }

    void busesAndRulesAreToldInPages()
    {
        AwsClient client = events();
        const QJsonObject first = client.call("ListEventBuses", {{"Limit", 2}});
        QCOMPARE(first.value("EventBuses").toArray().size(), 2);
        const QJsonObject rest = client.call("ListEventBuses", {{"NextToken", first.value("NextToken")}});
        QCOMPARE(rest.value("EventBuses").toArray().size(), 1);
        QCOMPARE(client.call("ListRules", {{"EventBusName", "orders"}, {"Limit", 1}}).value("Rules").toArray().size(), 1);
        const QJsonArray targets = client.call("ListTargetsByRule", {{"Rule", "All"}}).value("Targets").toArray();
        QCOMPARE(targets.size(), 3);
        QCOMPARE(targets.first().toObject().value("Id").toString(), "s");
        AwsClient kinesis(m_cloud->port, "Kinesis_20131202.", "1.1");
        const QJsonObject shards = kinesis.call("ListShards", {{"StreamName", "Stream"}, {"MaxResults", 2}});
        QCOMPARE(shards.value("Shards").toArray().size(), 2);
        QCOMPARE(kinesis.call("ListShards", {{"NextToken", shards.value("NextToken")}}).value("Shards").toArray().size(), 1);
    }

    void callsThatAreNotHereSaySo()
    {
        AwsClient client = events();
        (void)client.call("CreateArchive", {{"ArchiveName", "a"}});
        QCOMPARE(client.error(), "UnknownOperationException");
        AwsClient kinesis(m_cloud->port, "Kinesis_20131202.", "1.1");
        (void)kinesis.call("DescribeLimits");
        QCOMPARE(kinesis.error(), "UnknownOperationException");
        const QJsonObject answer = rest("GET", "/v2/nothing", {}, "Authorization: AWS4-HMAC-SHA256 Credential=AKID/20261128/us-east-1/scheduler/aws4_request, SignedHeaders=host, Signature=0\r\n");
        QCOMPARE(answer.value("message").toString(), QString("This call of “scheduler” is not here: GET /v2/nothing."));
    }

    void subscriptionsKeepTheirDeadLetters()
    {
        RawHttp client(m_cloud->port);
        const QByteArray form = "application/x-www-form-urlencoded";
        const QByteArray listed = RawHttp::body(client.request("POST", "/", "Action=ListSubscriptions&Version=2010-03-31", "Content-Type: " + form + "\r\n"));
        const qsizetype at = listed.indexOf("<SubscriptionArn>") + 17;
        const QByteArray arn = listed.mid(at, listed.indexOf('<', at) - at);
        RawHttp other(m_cloud->port);
        const QByteArray told = RawHttp::body(other.request("POST", "/", "Action=GetSubscriptionAttributes&Version=2010-03-31&SubscriptionArn=" + arn.toPercentEncoding(), "Content-Type: " + form + "\r\n"));
        QVERIFY2(told.contains("arn:aws:sqs:us-east-1:123456789012:Lost"), told);
    }

    void loopsAreStopped()
    {
        const QByteArray first = lineageAfter("Root=1-5759e988-bd862e3fe1be46a994272793");
        QVERIFY2(first.endsWith(":0"), first);
        const QByteArray id = first.chopped(2);
        QCOMPARE(lineageAfter("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0;Lineage=00000000:3|" + id + ":14"), "00000000:3|" + id + ":15");
        const QByteArray often = "X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=" + id + ":15\r\n";
        const QJsonObject stopped = rest("POST", "/2015-03-31/functions/fn/invocations", {}, often);
        QCOMPARE(status(), 400);
        QCOMPARE(RawHttp::header(m_rest.answer(), "x-amzn-ErrorType"), QByteArray("RecursiveInvocationException"));
        QVERIFY(stopped.value("Message").toString().contains("recursive loop"));
        QCOMPARE(logged("RECURSIVE LOOP"), 1);

        QCOMPARE(rest("GET", "/2024-08-31/functions/fn/recursion-config").value("RecursiveLoop").toString(), "Terminate");
        (void)rest("PUT", "/2024-08-31/functions/fn/recursion-config", {{"RecursiveLoop", "Never"}});
        QCOMPARE(status(), 400);
        (void)rest("PUT", "/2024-08-31/functions/fn/recursion-config", {{"RecursiveLoop", "Allow"}});
        QCOMPARE(status(), 200);
        (void)rest("POST", "/2015-03-31/functions/fn/invocations", {}, often);
        QCOMPARE(status(), 200);
        (void)rest("PUT", "/2024-08-31/functions/fn/recursion-config", {{"RecursiveLoop", "Terminate"}});
        // Nobody waits for this one: it goes where failures go.
        (void)rest("POST", "/2015-03-31/functions/fn/invocations", {{"async", true}}, often + "X-Amz-Invocation-Type: Event\r\n");
        QCOMPARE(status(), 202);
        QCOMPARE(received("Lost").size(), 1);
        QCOMPARE(logged("GOT {\"async\""), 0);
    }

    void aBatchIsStoppedOnlyWhereAllOfItLoops()
    {
        const QByteArray id = lineageAfter("Root=1-5759e988-bd862e3fe1be46a994272793").chopped(2);
        m_cloud->logs.clear();
        AwsClient sqs(m_cloud->port, "AmazonSQS.");
        const QString url = sqs.call("GetQueueUrl", {{"QueueName", "Jobs"}}).value("QueueUrl").toString();
        const QJsonObject looping{{"AWSTraceHeader", QJsonObject{{"DataType", "String"}, {"StringValue", QString("Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=" + id + ":15")}}}};
        (void)sqs.call("SendMessageBatch", {{"QueueUrl", url}, {"Entries", QJsonArray{QJsonObject{{"Id", "a"}, {"MessageBody", "looping"}, {"MessageSystemAttributes", looping}}, QJsonObject{{"Id", "b"}, {"MessageBody", "plain"}}}}});
        QVERIFY(QTest::qWaitFor([&] { return logged("GOT") == 1; }, 8000));
        QCOMPARE(logged("RECURSIVE LOOP"), 0);
        (void)sqs.call("SendMessage", {{"QueueUrl", url}, {"MessageBody", "looping"}, {"MessageSystemAttributes", looping}});
        QVERIFY(QTest::qWaitFor([&] { return logged("RECURSIVE LOOP") >= 1; }, 8000));
        QCOMPARE(logged("GOT"), 1);
    }

    void metricsAreToldInEachProtocol()
    {
        (void)rest("POST", "/2015-03-31/functions/fn/invocations");
        const double now = double(QDateTime::currentSecsSinceEpoch());
        const QJsonObject query{{"Namespace", "AWS/Lambda"}, {"MetricName", "Invocations"}, {"Dimensions", QJsonArray{QJsonObject{{"Name", "FunctionName"}, {"Value", "fn"}}}}, {"StartTime", now - 600}, {"EndTime", now + 60}, {"Period", 3600}, {"Statistics", QJsonArray{"Sum"}}, {"ExtendedStatistics", QJsonArray{"p90"}}};
        AwsClient json(m_cloud->port, "GraniteServiceVersion20100801.");
        const QJsonObject point = json.call("GetMetricStatistics", query).value("Datapoints").toArray().first().toObject();
        QVERIFY(point.value("Sum").toDouble() >= 1);
        QVERIFY(point.value("Timestamp").toDouble() > now - 3700);
        QVERIFY(point.value("ExtendedStatistics").toObject().value("p90").toDouble() >= 1);
        (void)json.call("ListMetrics");
        QCOMPARE(json.error(), "InvalidAction");

        QCborMap input = QCborMap::fromJsonObject(query);
        input.insert(QLatin1String("StartTime"), QCborValue(QDateTime::fromSecsSinceEpoch(qint64(now) - 600)));
        RawHttp client(m_cloud->port);
        const QByteArray answer = client.request("POST", "/service/GraniteServiceVersion20100801/operation/GetMetricStatistics", QCborValue(input).toCbor(), "smithy-protocol: rpc-v2-cbor\r\nContent-Type: application/cbor\r\n");
        QCOMPARE(RawHttp::status(answer), 200);
        QCOMPARE(RawHttp::header(answer, "smithy-protocol"), QByteArray("rpc-v2-cbor"));
        const QCborMap told = QCborValue::fromCbor(RawHttp::body(answer)).toMap();
        const QCborMap told0 = told.value(QLatin1String("Datapoints")).toArray().first().toMap();
        QVERIFY(told0.value(QLatin1String("Sum")).toDouble() >= 1);
        QVERIFY(told0.value(QLatin1String("Timestamp")).isDateTime());
        for (const QJsonValue &period : {QJsonValue(2305843009213693952.0), QJsonValue(1e300), QJsonValue(0)}) {
            QJsonObject odd = query;
            odd.insert("Period", period);
            (void)json.call("GetMetricStatistics", odd);
            QCOMPARE(json.status(), 400);
        }
        QJsonObject never = query;
        never.insert("StartTime", 1e300);
        (void)json.call("GetMetricStatistics", never);
        QCOMPARE(json.status(), 400);
        RawHttp bad(m_cloud->port);
        const QByteArray refused = bad.request("POST", "/service/GraniteServiceVersion20100801/operation/GetMetricStatistics", "\xff\xff", "smithy-protocol: rpc-v2-cbor\r\n");
        QCOMPARE(RawHttp::status(refused), 400);
        QCOMPARE(QCborValue::fromCbor(RawHttp::body(refused)).toMap().value(QLatin1String("__type")).toString(), "SerializationException");
    }
};

QTEST_GUILESS_MAIN(tst_DeclaredResources)
#include "tst_declaredresources.moc"
