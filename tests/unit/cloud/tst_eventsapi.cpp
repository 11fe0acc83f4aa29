// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"

#include <QJsonArray>

using namespace eph;
using test::AwsClient;
using test::RawHttp;
using test::TestProject;

/// EventBridge and Scheduler: what is made by calls takes events to functions and queues.
class tst_EventsApi : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    int m_status = 0;

    QJsonObject rest(const QByteArray &method, const QByteArray &path, const QJsonObject &input = {})
    {
        RawHttp client(m_cloud->port);
        const QByteArray answer = client.request(method, path, method == "GET" || method == "DELETE" ? QByteArray() : QJsonDocument(input).toJson());
        m_status = RawHttp::status(answer);
        return QJsonDocument::fromJson(RawHttp::body(answer)).object();
    }
    bool wasLogged(const QByteArray &text)
    {
        return QTest::qWaitFor([&] { return !m_cloud->logs.find(m_cloud->logs.range(), [&](const logs::Line &line) { return line.text.contains(text); }).isEmpty(); }, 8000);
    }
    QJsonArray received(const QString &queue)
    {
        AwsClient sqs(m_cloud->port, "AmazonSQS.");
        const QString url = sqs.call("CreateQueue", {{"QueueName", queue}}).value("QueueUrl").toString();
        return sqs.call("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 3}, {"MaxNumberOfMessages", 10}}).value("Messages").toArray();
    }
    QJsonObject put(const QString &source, const QString &detail, const QString &bus = "default")
    {
        AwsClient events(m_cloud->port, "AWSEvents.", "1.1");
        return events.call("PutEvents", {{"Entries", QJsonArray{QJsonObject{{"Source", source}, {"DetailType", "order"}, {"Detail", detail}, {"EventBusName", bus}}}}});
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.function("nodejs20.x", "index.handler", "      FunctionName: fn\n      Events:\n        Orders: {Type: EventBridgeRule, Properties: {Pattern: {source: [template], detail: {total: [{numeric: ['>', 10]}]}}, InputPath: $.detail}}\n        Daily: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}\n")
            .file("index.js", "exports.handler = async (event) => { console.log('GOT ' + JSON.stringify(event)); };\n");
        m_project.file("template.yaml", m_project.read("template.yaml")
            + "  Kept: {Type: AWS::SQS::Queue}\n  Ruled: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [ruled]}, Targets: [{Id: q, Arn: !GetAtt Kept.Arn, InputPath: $.detail}, {Id: f, Arn: !GetAtt Function.Arn}]}}\n"
              "  Results: {Type: AWS::SQS::Queue}\n  Done: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [lambda], detail: {requestContext: {condition: [Success]}}}, Targets: [{Id: q, Arn: !GetAtt Results.Arn}]}}\n"
              "  Teller: {Type: AWS::Serverless::Function, Properties: {FunctionName: teller, Runtime: nodejs20.x, Handler: index.handler, EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: EventBridge, Destination: !Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/default'}}}}}\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }
    void init() { m_cloud->logs.clear(); }

    void rulesOfTheTemplateGetTheirEvents()
    {
        QVERIFY(!put("template", R"({"total":5})").value("Entries").toArray().first().toObject().value("EventId").toString().isEmpty());
        (void)put("template", R"({"total":50})");
        QVERIFY(wasLogged(R"(GOT {"total":50})"));
        QVERIFY(m_cloud->logs.find(m_cloud->logs.range(), [](const logs::Line &line) { return line.text.contains(R"({"total":5})"); }).isEmpty());
    }

    void rulesOfTheTemplateFillQueuesToo()
    {
        (void)put("ruled", R"({"n":7})");
        const QJsonArray messages = received("Kept");
        QCOMPARE(messages.size(), 1);
        QCOMPARE(messages.first().toObject().value("Body").toString(), R"({"n":7})");
        QVERIFY(wasLogged(R"("source":"ruled")"));
    }

    void resultsGoOntoABus()
    {
        RawHttp client(m_cloud->port);
        QCOMPARE(RawHttp::status(client.request("POST", "/2015-03-31/functions/teller/invocations", R"({"n":1})", "X-Amz-Invocation-Type: Event\r\n")), 202);
        const QJsonArray messages = received("Results");
        QCOMPARE(messages.size(), 1);
        const QJsonObject event = QJsonDocument::fromJson(messages.first().toObject().value("Body").toString().toUtf8()).object();
        QCOMPARE(event.value("detail-type").toString(), "Lambda Function Invocation Result - Success");
        QCOMPARE(event.value("resources").toArray(), (QJsonArray{"arn:aws:events:us-east-1:123456789012:event-bus/default", "arn:aws:lambda:us-east-1:123456789012:function:teller:$LATEST"}));
        QCOMPARE(event.value("detail").toObject().value("requestPayload").toObject(), (QJsonObject{{"n", 1}}));
    }

    void rulesFillQueuesThatKeepAnOrder()
    {
        AwsClient events(m_cloud->port, "AWSEvents.", "1.1");
        AwsClient sqs(m_cloud->port, "AmazonSQS.");
        const QString url = sqs.call("CreateQueue", {{"QueueName", "ordered.fifo"}, {"Attributes", QJsonObject{{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}}}}).value("QueueUrl").toString();
        (void)events.call("PutRule", {{"Name", "ordered"}, {"EventPattern", R"({"source":["ordered"]})"}});
        (void)events.call("PutTargets", {{"Rule", "ordered"}, {"Targets", QJsonArray{QJsonObject{{"Id", "q"}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:ordered.fifo"}, {"InputPath", "$.detail"}, {"SqsParameters", QJsonObject{{"MessageGroupId", "g"}}}}}}});
        (void)put("ordered", R"({"n":1})");
        (void)put("ordered", R"({"n":2})");
        const QJsonArray messages = sqs.call("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 3}, {"MaxNumberOfMessages", 10}, {"AttributeNames", QJsonArray{"All"}}}).value("Messages").toArray();
        QCOMPARE(messages.size(), 2);
        QCOMPARE(messages.first().toObject().value("Body").toString(), R"({"n":1})");
        QCOMPARE(messages.first().toObject().value("Attributes").toObject().value("MessageGroupId").toString(), "g");
    }

    void rulesOfCallsNeedAPermission()
    {
        AwsClient events(m_cloud->port, "AWSEvents.", "1.1");
        QCOMPARE(events.call("PutRule", {{"Name", "shop"}, {"EventPattern", R"({"source":["shop"]})"}}).value("RuleArn").toString(), "arn:aws:events:us-east-1:123456789012:rule/shop");
        const QJsonObject queue{{"Id", "queue"}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:copies"}, {"InputTransformer", QJsonObject{{"InputPathsMap", QJsonObject{{"n", "$.detail.n"}}}, {"InputTemplate", R"({"number":<n>})"}}}};
        const QJsonObject function{{"Id", "fn"}, {"Arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}};
        QCOMPARE(events.call("PutTargets", {{"Rule", "shop"}, {"Targets", QJsonArray{queue, function}}}).value("FailedEntryCount").toInt(-1), 0);
        (void)received("copies");
        (void)put("shop", R"({"n":1})");
        QVERIFY(wasLogged("DENIED\tarn:aws:events:us-east-1:123456789012:rule/shop may not invoke arn:aws:lambda:us-east-1:123456789012:function:fn"));
        const QJsonArray messages = received("copies");
        QCOMPARE(messages.size(), 1);
        QCOMPARE(messages.first().toObject().value("Body").toString(), R"({"number":1})");
        (void)rest("POST", "/2015-03-31/functions/fn/policy", {{"StatementId", "shop"}, {"Action", "lambda:InvokeFunction"}, {"Principal", "events.amazonaws.com"}, {"SourceArn", "arn:aws:events:us-east-1:123456789012:rule/sh*"}});
        QCOMPARE(m_status, 201);
        (void)put("shop", R"({"n":2})");
        QVERIFY(wasLogged(R"("source":"shop","account":"123456789012")"));
        QVERIFY(wasLogged(R"("detail-type":"order")"));
    }

    void whatTheTemplateDeclaresIsTold()
    {
        TestProject project;
        project.function("nodejs20.x", "index.handler", "      FunctionName: fn\n      Events:\n        Orders: {Type: EventBridgeRule, Properties: {EventBusName: mine, Pattern: {source: [shop]}, InputPath: $.detail}}\n"
                                                        "        Hourly: {Type: Schedule, Properties: {Schedule: rate(1 hour), Enabled: false}}\n        Nightly: {Type: ScheduleV2, Properties: {Name: nightly, ScheduleExpression: 'cron(0 3 * * ? *)', ScheduleExpressionTimezone: Europe/Vienna}}\n").file("index.js", "exports.handler = async () => {};\n");
        test::EndpointFixture cloud(project);
        AwsClient events(cloud.port, "AWSEvents.", "1.1");
        const QJsonObject rule = events.call("ListRules", {{"EventBusName", "mine"}}).value("Rules").toArray().first().toObject();
        QCOMPARE(rule.value("EventPattern").toString(), R"({"source":["shop"]})");
        QCOMPARE(rule.value("State").toString(), "ENABLED");
        const QString name = rule.value("Name").toString();
        QCOMPARE(events.call("DescribeRule", {{"Name", name}, {"EventBusName", "mine"}}).value("Arn").toString(), QString("arn:aws:events:us-east-1:123456789012:rule/mine/" + name));
        const QJsonArray targets = events.call("ListTargetsByRule", {{"Rule", name}, {"EventBusName", "mine"}}).value("Targets").toArray();
        QCOMPARE(targets, (QJsonArray{QJsonObject{{"Id", "Orders"}, {"Arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}, {"InputPath", "$.detail"}}}));
        QCOMPARE(events.call("ListRuleNamesByTarget", {{"TargetArn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}, {"EventBusName", "mine"}}).value("RuleNames").toArray(), QJsonArray{name});
        QCOMPARE(events.call("ListEventBuses", {}).value("EventBuses").toArray().size(), 2);
        (void)events.call("DeleteRule", {{"Name", name}, {"EventBusName", "mine"}});
        QVERIFY2(events.answer().contains("ManagedRuleException"), events.answer());
        const QJsonObject timed = events.call("ListRules", {}).value("Rules").toArray().first().toObject();
        QCOMPARE(timed.value("ScheduleExpression").toString(), "rate(1 hour)");
        QCOMPARE(timed.value("State").toString(), "DISABLED");
        RawHttp client(cloud.port);
        const QJsonObject nightly = QJsonDocument::fromJson(RawHttp::body(client.request("GET", "/schedules/nightly"))).object();
        QCOMPARE(nightly.value("ScheduleExpressionTimezone").toString(), "Europe/Vienna");
        QCOMPARE(nightly.value("Target").toObject().value("Arn").toString(), "arn:aws:lambda:us-east-1:123456789012:function:fn");
        RawHttp another(cloud.port);
        QCOMPARE(QJsonDocument::fromJson(RawHttp::body(another.request("GET", "/schedules"))).object().value("Schedules").toArray().size(), 1);
    }

    void refusesAsRecorded()
    {
        AwsClient events(m_cloud->port, "AWSEvents.", "1.1");
        const auto refusal = [&](const QByteArray &action, const QJsonObject &input) {
            const QString message = events.call(action, input).value("message").toString();
            return events.error() + ": " + message;
        };
        QCOMPARE(refusal("PutRule", {{"Name", "r"}, {"ScheduleExpression", "rate(5 minute)"}}), "ValidationException: Parameter ScheduleExpression is not valid.");
        (void)events.call("CreateEventBus", {{"Name", "own"}});
        QCOMPARE(refusal("PutRule", {{"Name", "r"}, {"ScheduleExpression", "rate(5 minutes)"}, {"EventBusName", "own"}}), "ValidationException: ScheduleExpression is supported only on the default event bus.");
        QCOMPARE(refusal("DescribeRule", {{"Name", "r"}}), "ResourceNotFoundException: Rule r does not exist on EventBus default.");
        QCOMPARE(refusal("PutTargets", {{"Rule", "shop"}, {"Targets", QJsonArray{QJsonObject{{"Id", "t"}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:q"}, {"Input", "1"}, {"InputPath", "$.a"}}}}}), "ValidationException: Only one of Input, InputPath, or InputTransformer must be provided for target t.");
        QVERIFY(refusal("PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":"shop"})"}}).startsWith("InvalidEventPatternException: Event pattern is not valid. Reason: "));
        QCOMPARE(refusal("DeleteRule", {{"Name", "shop"}}), "ValidationException: Rule can't be deleted since it has targets.");
        QCOMPARE(events.call("PutTargets", {{"Rule", "shop"}, {"Targets", QJsonArray{QJsonObject{{"Id", "t"}, {"Arn", "arn:aws:states:us-east-1:123456789012:x"}}}}}).value("FailedEntryCount").toInt(), 1);
        const QJsonObject aws = put("aws.ec2", "{}").value("Entries").toArray().first().toObject();
        QCOMPARE(aws.value("ErrorCode").toString(), "NotAuthorizedForSourceException");
        QCOMPARE(put("x", "no json").value("Entries").toArray().first().toObject().value("ErrorCode").toString(), "MalformedDetail");
    }

    void busesAreApart()
    {
        AwsClient events(m_cloud->port, "AWSEvents.", "1.1");
        (void)events.call("PutRule", {{"Name", "own"}, {"EventPattern", R"({"source":["apart"]})"}, {"EventBusName", "own"}});
        (void)events.call("PutTargets", {{"Rule", "own"}, {"EventBusName", "own"}, {"Targets", QJsonArray{QJsonObject{{"Id", "q"}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:apart"}, {"InputPath", "$.detail"}}}}});
        (void)received("apart");
        (void)put("apart", R"({"a":1})");
        (void)put("apart", R"({"a":2})", "own");
        const QJsonArray messages = received("apart");
        QCOMPARE(messages.size(), 1);
        QCOMPARE(messages.first().toObject().value("Body").toString(), R"({"a":2})");
        (void)events.call("DisableRule", {{"Name", "own"}, {"EventBusName", "own"}});
        QCOMPARE(events.call("DescribeRule", {{"Name", "own"}, {"EventBusName", "own"}}).value("State").toString(), "DISABLED");
        (void)events.call("RemoveTargets", {{"Rule", "own"}, {"EventBusName", "own"}, {"Ids", QJsonArray{"q"}}});
        (void)events.call("DeleteRule", {{"Name", "own"}, {"EventBusName", "own"}});
        (void)events.call("DeleteEventBus", {{"Name", "own"}});
        QCOMPARE(events.status(), 200);
    }

    void schedulesRunAndGo()
    {
        const QString soon = QDateTime::currentDateTimeUtc().addSecs(2).toString("yyyy-MM-ddTHH:mm:ss");
        const QJsonObject target{{"Arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}, {"Input", R"({"once":true})"}};
        const QJsonObject made = rest("POST", "/schedules/once", {{"ScheduleExpression", "at(" + soon + ")"}, {"FlexibleTimeWindow", QJsonObject{{"Mode", "OFF"}}}, {"Target", target}, {"ActionAfterCompletion", "DELETE"}});
        QCOMPARE(m_status, 200);
        QCOMPARE(made.value("ScheduleArn").toString(), "arn:aws:scheduler:us-east-1:123456789012:schedule/default/once");
        QCOMPARE(rest("GET", "/schedules/once").value("Target").toObject().value("RetryPolicy").toObject().value("MaximumRetryAttempts").toInt(), 185);
        QCOMPARE(rest("GET", "/schedules").value("Schedules").toArray().size(), 2);
        QVERIFY(wasLogged(R"(GOT {"once":true})"));
        QVERIFY(QTest::qWaitFor([&] { (void)rest("GET", "/schedules/once"); return m_status == 404; }, 3000));
    }

    void ruleSchedulesRun()
    {
        AwsClient events(m_cloud->port, "AWSEvents.", "1.1");
        (void)events.call("PutRule", {{"Name", "tick"}, {"ScheduleExpression", "rate(1 minute)"}});
        QCOMPARE(events.status(), 200);
        (void)events.call("PutTargets", {{"Rule", "tick"}, {"Targets", QJsonArray{QJsonObject{{"Id", "q"}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:ticks"}, {"InputPath", "$.detail-type"}}}}});
        (void)received("ticks");
        QFuture<Result<QByteArray>> fired = m_cloud->cloud.fireSchedule("rule tick/q");
        QVERIFY(QTest::qWaitFor([&] { return fired.isFinished(); }, 3000));
        QVERIFY2(fired.result(), fired.result() ? "" : qPrintable(fired.result().error().message));
        QCOMPARE(received("ticks").first().toObject().value("Body").toString(), "\"Scheduled Event\"");
    }

    void refusesSchedules_data()
    {
        QTest::addColumn<QJsonObject>("change");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("expression") << QJsonObject{{"ScheduleExpression", "rate(0 minutes)"}} << "Invalid Schedule Expression rate(0 minutes).";
        QTest::newRow("zone") << QJsonObject{{"ScheduleExpressionTimezone", "Mars/Base"}} << "Invalid timezone Mars/Base.";
        QTest::newRow("no window") << QJsonObject{{"FlexibleTimeWindow", QJsonValue::Null}} << "1 validation error detected: Value null at 'flexibleTimeWindow' failed to satisfy constraint: Member must not be null";
        QTest::newRow("retries") << QJsonObject{{"Target", QJsonObject{{"Arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}, {"RetryPolicy", QJsonObject{{"MaximumRetryAttempts", 186}}}}}} << "1 validation error detected: Value '186' at 'target.retryPolicy.maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 185";
    }
    void refusesSchedules()
    {
        QFETCH(QJsonObject, change);
        QJsonObject input{{"ScheduleExpression", "rate(1 hour)"}, {"FlexibleTimeWindow", QJsonObject{{"Mode", "OFF"}}}, {"Target", QJsonObject{{"Arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}}}};
        for (auto it = change.begin(); it != change.end(); ++it)
            input.insert(it.key(), it.value());
        const QJsonObject answer = rest("POST", "/schedules/bad", input);
        QCOMPARE(m_status, 400);
        QTEST(answer.value("message").toString(), "sentence");
    }

    void schedulesSayWhatTheirTargetNeeds()
    {
        const auto made = [this](const QJsonObject &target) {
            QJsonObject whole{{"RoleArn", "arn:aws:iam::123456789012:role/r"}};
            for (auto it = target.begin(); it != target.end(); ++it)
                whole.insert(it.key(), it.value());
            return rest("POST", "/schedules/needs", {{"ScheduleExpression", "rate(1 hour)"}, {"FlexibleTimeWindow", QJsonObject{{"Mode", "OFF"}}}, {"Target", whole}}).value("message").toString();
        };
        const QString function = "arn:aws:lambda:us-east-1:123456789012:function:fn";
        const QString fifo = "arn:aws:sqs:us-east-1:123456789012:ord.fifo";
        QVERIFY(made({{"Arn", function}, {"Input", "notjson"}}).contains("no JSON"));
        QCOMPARE(m_status, 400);
        QVERIFY(made({{"Arn", fifo}}).contains("FIFO"));
        QVERIFY(made({{"Arn", function}, {"RoleArn", "bad"}}).contains("target.roleArn"));
        // A queue takes any text, and placeholders are filled in later.
        for (const QJsonObject &fine : {QJsonObject{{"Arn", fifo}, {"Input", "notjson"}, {"SqsParameters", QJsonObject{{"MessageGroupId", "g"}}}}, QJsonObject{{"Arn", function}, {"Input", "{\"n\": <aws.scheduler.attempt-number>}"}}}) {
            QCOMPARE(made(fine), QString());
            QCOMPARE(m_status, 200);
            (void)rest("DELETE", "/schedules/needs");
        }
    }
    void rulesSayWhatTheirTargetNeeds()
    {
        AwsClient events(m_cloud->port, "AWSEvents.", "1.1");
        (void)events.call("PutRule", {{"Name", "fifo"}, {"EventPattern", R"({"source":["fifo"]})"}});
        const QJsonObject answer = events.call("PutTargets", {{"Rule", "fifo"}, {"Targets", QJsonArray{QJsonObject{{"Id", "1"}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:ord.fifo"}}}}});
        QCOMPARE(events.status(), 400);
        QCOMPARE(answer.value("message").toString(), "Parameter(s) SqsParameters must be specified for target: 1.");
    }
    void schedulesOfTheTemplateStay()
    {
        QCOMPARE(rest("GET", "/schedules/FnDaily").value("Name").toString(), "FnDaily");
        QVERIFY(rest("DELETE", "/schedules/FnDaily").value("message").toString().contains("declared by the project's template"));
        QCOMPARE(m_status, 409);
        const QJsonObject input{{"ScheduleExpression", "rate(1 hour)"}, {"FlexibleTimeWindow", QJsonObject{{"Mode", "OFF"}}}, {"Target", QJsonObject{{"Arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}}}};
        for (const char *method : {"PUT", "POST"}) {
            (void)rest(method, "/schedules/FnDaily", input);
            QCOMPARE(m_status, 409);
        }
    }

    void groups()
    {
        QCOMPARE(rest("POST", "/schedule-groups/nightly").value("ScheduleGroupArn").toString(), "arn:aws:scheduler:us-east-1:123456789012:schedule-group/nightly");
        (void)rest("POST", "/schedule-groups/nightly");
        QCOMPARE(m_status, 409);
        const QJsonObject input{{"GroupName", "nightly"}, {"ScheduleExpression", "rate(1 hour)"}, {"FlexibleTimeWindow", QJsonObject{{"Mode", "OFF"}}}, {"Target", QJsonObject{{"Arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}}}};
        QCOMPARE(rest("POST", "/schedules/hourly", input).value("ScheduleArn").toString(), "arn:aws:scheduler:us-east-1:123456789012:schedule/nightly/hourly");
        (void)rest("PUT", "/schedules/hourly", input);
        QCOMPARE(m_status, 200);
        (void)rest("GET", "/schedules/hourly");
        QCOMPARE(m_status, 404);
        (void)rest("DELETE", "/schedule-groups/nightly");
        (void)rest("GET", "/schedules/hourly?groupName=nightly");
        QCOMPARE(m_status, 404);
    }
};

QTEST_GUILESS_MAIN(tst_EventsApi)
#include "tst_eventsapi.moc"
