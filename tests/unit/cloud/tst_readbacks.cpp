// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"

#include <QDateTime>
#include <QJsonArray>
#include <QUrl>
#include <algorithm>

using namespace eph;
using test::AwsClient;
using test::RawHttp;
using test::TestProject;

/// What scripts and tools of infrastructure read back of what a template or a call has made, and what works without a function.
class tst_ReadBacks : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    test::RestClient m_rest;
    QByteArray m_queried; ///< What query() has got.

    QJsonObject rest(const QByteArray &method, const QByteArray &path, const QJsonObject &input = {}, const QByteArray &headers = {}) { return m_rest.call(m_cloud->port, method, path, input, headers); }
    [[nodiscard]] int status() const { return m_rest.status(); }
    static QByteArray signedFor(const QByteArray &service) { return "Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=a\r\n"; }
    QByteArray query(const QByteArray &service, const QByteArray &form)
    {
        RawHttp client(m_cloud->port);
        m_queried = client.request("POST", "/", form, signedFor(service) + "Content-Type: application/x-www-form-urlencoded\r\n");
        return RawHttp::body(m_queried);
    }
    AwsClient logGroups() const { return AwsClient(m_cloud->port, "Logs_20140328.", "1.1"); }
    AwsClient events() const { return AwsClient(m_cloud->port, "AWSEvents.", "1.1"); }
    QJsonArray received(const QString &queue, int seconds)
    {
        AwsClient sqs(m_cloud->port, "AmazonSQS.");
        const QString url = sqs.call("GetQueueUrl", {{"QueueName", queue}}).value("QueueUrl").toString();
        return url.isEmpty() ? QJsonArray() : sqs.call("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", seconds}}).value("Messages").toArray();
    }
    static QString encoded(const QString &arn) { return QString::fromLatin1(QUrl::toPercentEncoding(arn)); }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("index.js", "exports.handler = async (event) => { if (event.fail) throw new Error('no'); return 1; };\n");
        m_project.file("template.yaml",
                       "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Tags: {team: shop}}}\nResources:\n"
                       "  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: fn\n      Runtime: nodejs20.x\n      Handler: index.handler\n      Tags: {own: tag}\n"
                       "      EventInvokeConfig: {MaximumRetryAttempts: 0, DestinationConfig: {OnFailure: {Type: SQS}}}\n"
                       "      Environment: {Variables: {QUEUE: !Ref Fn.DestinationQueue, QUEUE_ARN: !GetAtt Fn.DestinationQueue.Arn}}\n"
                       "      Events:\n        Q: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn, FilterCriteria: {Filters: [{Pattern: '{\"body\":{\"a\":[1]}}'}]}}}\n"
                       "        Up: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*'}}\n"
                       "  Work: {Type: AWS::SQS::Queue, Properties: {QueueName: work}}\n  Ticks: {Type: AWS::SQS::Queue, Properties: {QueueName: ticks}}\n  Uploads: {Type: AWS::S3::Bucket}\n"
                       "  Once: {Type: AWS::Scheduler::Schedule, Properties: {Name: once, ScheduleExpression: 'at(2020-01-01T00:00:00)', FlexibleTimeWindow: {Mode: 'OFF'}, Target: {Arn: !GetAtt Ticks.Arn, RoleArn: r, Input: '{\"tick\": 1}'}}}\n"
                       "  Line: {Type: AWS::SQS::Queue, Properties: {QueueName: line.fifo, FifoQueue: true}}\n"
                       "  Machine: {Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: rate(1 minute), Target: {Arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m', RoleArn: r}}}\n"
                       "  Ordered: {Type: AWS::Scheduler::Schedule, Properties: {Name: ordered, ScheduleExpression: rate(1 hour), FlexibleTimeWindow: {Mode: 'OFF'}, Target: {Arn: !GetAtt Line.Arn, RoleArn: r, SqsParameters: {MessageGroupId: g}}}}\n"
                       "  Often: {Type: AWS::Events::Rule, Properties: {Name: often, ScheduleExpression: rate(5 minutes), Targets: [{Id: t, Arn: !GetAtt Ticks.Arn}]}}\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void functionsHaveTheirTags()
    {
        const QString arn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
        const QJsonObject own{{"team", "shop"}, {"own", "tag"}, {"lambda:createdBy", "SAM"}};
        QCOMPARE(rest("GET", "/2017-03-31/tags/" + encoded(arn).toLatin1()).value("Tags").toObject(), own);
        QCOMPARE(rest("GET", "/2015-03-31/functions/fn").value("Tags").toObject(), own);
        (void)rest("DELETE", "/2017-03-31/tags/" + encoded(arn).toLatin1() + "?tagKeys=own");
        QCOMPARE(status(), 204);
        QCOMPARE(rest("GET", "/2017-03-31/tags/" + encoded(arn).toLatin1()).value("Tags").toObject(), (QJsonObject{{"team", "shop"}, {"lambda:createdBy", "SAM"}}));
    }

    void whatToolsAskOfEachFunction()
    {
        QCOMPARE(rest("GET", "/2020-06-30/functions/fn/code-signing-config"), (QJsonObject{{"FunctionName", "fn"}}));
        QCOMPARE(rest("GET", "/2021-07-20/functions/fn/runtime-management-config").value("UpdateRuntimeOn").toString(), "Auto");
        (void)rest("GET", "/2021-07-20/functions/fn/runtime-management-config?Qualifier=9");
        QCOMPARE(status(), 404);
        (void)rest("GET", "/2020-06-30/functions/none/code-signing-config");
        QCOMPARE(status(), 404);
    }

    void functionsOfOtherRegionsAreNotHere()
    {
        (void)rest("POST", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3Afn/invocations");
        QCOMPARE(status(), 404);
        QVERIFY2(m_rest.answer().contains("Functions from 'us-west-2' are not reachable in this region ('us-east-1')"), m_rest.answer());
    }

    void declaredMappingsShowTheirFilters()
    {
        const QJsonObject mapping = rest("GET", "/2015-03-31/event-source-mappings?FunctionName=fn").value("EventSourceMappings").toArray().first().toObject();
        QCOMPARE(mapping.value("FilterCriteria").toObject().value("Filters").toArray().first().toObject().value("Pattern").toString(), R"({"body":{"a":[1]}})");
        QVERIFY(mapping.value("LastModified").toDouble() > 1.7e9);
    }

    void declaredNotificationsAreRead()
    {
        RawHttp client(m_cloud->port);
        const QByteArray read = RawHttp::body(client.request("GET", "/uploads?notification", {}, signedFor("s3")));
        QVERIFY2(read.contains("<CloudFunction>arn:aws:lambda:us-east-1:123456789012:function:fn</CloudFunction>"), read);
        // Put back, it is still one.
        RawHttp again(m_cloud->port);
        QCOMPARE(RawHttp::status(again.request("PUT", "/uploads?notification", read, signedFor("s3"))), 200);
        RawHttp third(m_cloud->port);
        QCOMPARE(RawHttp::body(third.request("GET", "/uploads?notification", {}, signedFor("s3"))).count("<CloudFunctionConfiguration>"), 1);
        // Changed, it is the template that has to be.
        RawHttp changing(m_cloud->port);
        const QByteArray refused = changing.request("PUT", "/uploads?notification", QByteArray(read).replace("ObjectCreated", "ObjectRemoved"), signedFor("s3"));
        QCOMPARE(RawHttp::status(refused), 400);
        QVERIFY2(refused.contains("declared by the project"), refused);
        // It is nowhere else: what the template no longer says is gone.
        const QByteArray before = m_project.read("template.yaml");
        m_project.file("template.yaml", QByteArray(before).replace("        Up: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*'}}\n", ""));
        RawHttp fourth(m_cloud->port);
        QCOMPARE(RawHttp::body(fourth.request("GET", "/uploads?notification", {}, signedFor("s3"))).count("<CloudFunctionConfiguration>"), 0);
        m_project.file("template.yaml", before);
    }

    void aLayerIsFoundByItsArn()
    {
        const QByteArray zip = QByteArray::fromHex("504b0506") + QByteArray(18, '\0');
        const QJsonObject made = rest("POST", "/2018-10-31/layers/tools/versions", {{"Content", QJsonObject{{"ZipFile", QString::fromLatin1(zip.toBase64())}}}});
        QVERIFY2(status() == 201, m_rest.answer());
        const QJsonObject found = rest("GET", "/2018-10-31/layers?find=LayerVersion&Arn=" + encoded(made.value("LayerVersionArn").toString()).toLatin1());
        QCOMPARE(found.value("Version").toInt(), made.value("Version").toInt());
        QVERIFY(found.contains("Content"));
        (void)rest("GET", "/2018-10-31/layers?find=LayerVersion&Arn=" + encoded("arn:aws:lambda:us-east-1:123456789012:layer:tools:99").toLatin1());
        QCOMPARE(status(), 404);
        QCOMPARE(rest("GET", "/2018-10-31/layers").value("Layers").toArray().size(), 1);
    }

    void logGroupsHaveTags()
    {
        const QString arn = "arn:aws:logs:us-east-1:123456789012:log-group:/tagged";
        (void)logGroups().call("CreateLogGroup", {{"logGroupName", "/tagged"}, {"tags", QJsonObject{{"a", "1"}}}});
        (void)logGroups().call("TagResource", {{"resourceArn", arn}, {"tags", QJsonObject{{"b", "2"}}}});
        QCOMPARE(logGroups().call("ListTagsForResource", {{"resourceArn", QString(arn + ":*")}}).value("tags").toObject(), (QJsonObject{{"a", "1"}, {"b", "2"}}));
        (void)logGroups().call("UntagResource", {{"resourceArn", arn}, {"tagKeys", QJsonArray{"a"}}});
        QCOMPARE(logGroups().call("ListTagsLogGroup", {{"logGroupName", "/tagged"}}).value("tags").toObject(), (QJsonObject{{"b", "2"}}));
        // One of the same name has none of them.
        (void)logGroups().call("DeleteLogGroup", {{"logGroupName", "/tagged"}});
        (void)logGroups().call("CreateLogGroup", {{"logGroupName", "/tagged"}});
        QCOMPARE(logGroups().call("ListTagsLogGroup", {{"logGroupName", "/tagged"}}).value("tags").toObject(), QJsonObject());
    }

    void scheduleGroupsAndRulesHaveTags()
    {
        const QJsonObject tag{{"Key", "k"}, {"Value", "v"}};
        const QString arn = rest("POST", "/schedule-groups/team", {{"Tags", QJsonArray{tag}}}).value("ScheduleGroupArn").toString();
        QCOMPARE(rest("GET", "/tags/" + encoded(arn).toLatin1()).value("Tags").toArray(), QJsonArray{tag});
        (void)rest("DELETE", "/tags/" + encoded(arn).toLatin1() + "?TagKeys=k");
        QCOMPARE(rest("GET", "/tags/" + encoded(arn).toLatin1()).value("Tags").toArray(), QJsonArray());
        (void)rest("GET", "/tags/" + encoded("arn:aws:scheduler:us-east-1:123456789012:schedule-group/none").toLatin1());
        QCOMPARE(status(), 404);
        const QString rule = events().call("PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":["a"]})"}, {"Tags", QJsonArray{tag}}}).value("RuleArn").toString();
        QCOMPARE(events().call("ListTagsForResource", {{"ResourceARN", rule}}).value("Tags").toArray(), QJsonArray{tag});
        const QString bus = events().call("CreateEventBus", {{"Name", "b"}, {"Description", "of the shop"}, {"Tags", QJsonArray{tag}}}).value("EventBusArn").toString();
        QCOMPARE(events().call("ListTagsForResource", {{"ResourceARN", bus}}).value("Tags").toArray(), QJsonArray{tag});
        QCOMPARE(events().call("DescribeEventBus", {{"Name", "b"}}).value("Description").toString(), "of the shop");
        (void)events().call("DeleteEventBus", {{"Name", "b"}});
        (void)events().call("CreateEventBus", {{"Name", "b"}});
        QCOMPARE(events().call("ListTagsForResource", {{"ResourceARN", bus}}).value("Tags").toArray(), QJsonArray());
    }

    void emptyResultsAreThere()
    {
        const QByteArray topic = query("sns", "Action=CreateTopic&Name=t&Version=2010-03-31");
        const qsizetype begin = topic.indexOf("<TopicArn>") + 10;
        const QByteArray arn = topic.mid(begin, topic.indexOf('<', begin) - begin);
        const QByteArray tagged = query("sns", "Action=TagResource&Version=2010-03-31&Tags.member.1.Key=a&Tags.member.1.Value=b&ResourceArn=" + QUrl::toPercentEncoding(QString::fromLatin1(arn)));
        QVERIFY2(tagged.contains("<TagResourceResult"), tagged);
    }

    void policiesHaveAVersion()
    {
        const QByteArray document = QUrl::toPercentEncoding(QStringLiteral("{\"Version\":\"2012-10-17\",\"Statement\":[]}"));
        (void)query("iam", "Action=CreatePolicy&Version=2010-05-08&PolicyName=p&PolicyDocument=" + document);
        const QByteArray arn = QUrl::toPercentEncoding("arn:aws:iam::123456789012:policy/p");
        QVERIFY(query("iam", "Action=ListPolicyVersions&Version=2010-05-08&PolicyArn=" + arn).contains("<VersionId>v1</VersionId>"));
        QVERIFY(query("iam", "Action=GetPolicyVersion&Version=2010-05-08&VersionId=v1&PolicyArn=" + arn).contains("<Document>" + document + "</Document>"));
        (void)query("iam", "Action=GetPolicyVersion&Version=2010-05-08&VersionId=v2&PolicyArn=" + arn);
        QCOMPARE(RawHttp::status(m_queried), 404);
        (void)query("iam", "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=" + document);
        (void)query("iam", "Action=AttachRolePolicy&Version=2010-05-08&RoleName=r&PolicyArn=" + arn);
        QVERIFY(query("iam", "Action=ListEntitiesForPolicy&Version=2010-05-08&PolicyArn=" + arn).contains("<RoleName>r</RoleName>"));
        QVERIFY2(query("iam", "Action=ListInstanceProfilesForRole&Version=2010-05-08&RoleName=r").contains("<InstanceProfiles"), m_queried);
    }

    void whatFailedGoesWhereSamMadeAPlace()
    {
        const QJsonObject variables = rest("GET", "/2015-03-31/functions/fn/configuration").value("Environment").toObject().value("Variables").toObject();
        QCOMPARE(variables.value("QUEUE_ARN").toString(), "arn:aws:sqs:us-east-1:123456789012:FnEventInvokeConfigOnFailureQueue");
        QVERIFY2(variables.value("QUEUE").toString().endsWith("/123456789012/FnEventInvokeConfigOnFailureQueue"), qPrintable(variables.value("QUEUE").toString()));
        (void)rest("POST", "/2015-03-31/functions/fn/invocations", {{"fail", true}}, "X-Amz-Invocation-Type: Event\r\n");
        QCOMPARE(status(), 202);
        QCOMPARE(received("FnEventInvokeConfigOnFailureQueue", 10).size(), 1);
    }

    void schedulesRunWhatIsNoFunction()
    {
        QStringList names;
        const QJsonArray schedules = rest("GET", "/schedules").value("Schedules").toArray();
        for (const auto &schedule : schedules)
            names << schedule.toObject().value("Name").toString();
        QCOMPARE(names, (QStringList{"once", "ordered"}));
        QCOMPARE(rest("GET", "/schedules/ordered").value("Target").toObject().value("SqsParameters").toObject().value("MessageGroupId").toString(), "g");
        const Findings findings = m_project.load().findings;
        QVERIFY(std::any_of(findings.cbegin(), findings.cend(), [](const Finding &finding) { return finding.rule == "cloud-only" && finding.message.contains("“Machine”"); }));
        const QJsonArray targets = events().call("ListTargetsByRule", {{"Rule", "often"}}).value("Targets").toArray();
        QCOMPARE(targets.first().toObject().value("Arn").toString(), "arn:aws:sqs:us-east-1:123456789012:ticks");
        // Soon, from now on: a machine may take its time up to here.
        const QByteArray soon = QDateTime::currentDateTimeUtc().addSecs(3).toString("yyyy-MM-ddTHH:mm:ss").toLatin1();
        m_project.file("template.yaml", m_project.read("template.yaml").replace("2020-01-01T00:00:00", soon));
        const QJsonArray messages = received("ticks", 15);
        QCOMPARE(messages.size(), 1);
        QCOMPARE(messages.first().toObject().value("Body").toString(), R"({"tick": 1})");
    }
};

QTEST_GUILESS_MAIN(tst_ReadBacks)
#include "tst_readbacks.moc"
