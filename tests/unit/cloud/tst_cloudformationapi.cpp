// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/awsclient.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QDateTime>
#include <QJsonArray>
#include <QUrl>
#include <QXmlStreamReader>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// The project as the one stack of the account.
class tst_CloudFormationApi : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;
    QByteArray m_answer;

    QByteArray call(const QByteArray &form)
    {
        RawHttp client(m_cloud->port);
        m_answer = client.request("POST", "/", form + "&Version=2010-05-15", "Content-Type: application/x-www-form-urlencoded\r\n");
        return RawHttp::body(m_answer);
    }
    /// Texts of the elements of that name, in their order.
    QStringList texts(const QString &element) const
    {
        QStringList found;
        QXmlStreamReader xml(RawHttp::body(m_answer));
        while (!xml.atEnd()) {
            if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == element)
                found << xml.readElementText(QXmlStreamReader::IncludeChildElements);
        }
        if (xml.hasError())
            qFatal("%s", qPrintable(xml.errorString()));
        return found;
    }
    /// Keys to values.
    QMap<QString, QString> pairs(const QString &key, const QString &value) const
    {
        QMap<QString, QString> found;
        const QStringList keys = texts(key);
        const QStringList values = texts(value);
        for (qsizetype i = 0; i < keys.size(); ++i)
            found.insert(keys.at(i), values.value(i));
        return found;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("index.js", "exports.handler = async () => ({ statusCode: 200, body: 'hello' });\n")
            .file("samconfig.toml", "version = 0.1\n[default.deploy.parameters]\nstack_name = \"shop-stack\"\n")
            .file("template.yaml",
                  "Transform: AWS::Serverless-2016-10-31\nDescription: A shop\nParameters:\n  Password: {Type: String, NoEcho: true, Default: geheim}\n  Size: {Type: Number, Default: 3}\nConditions:\n  Never: !Equals [a, b]\nResources:\n"
                  "  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: fn\n      Runtime: nodejs20.x\n      Handler: index.handler\n      FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: [\"*\"], MaxAge: 60, AllowCredentials: false}}\n"
                  "      Events: {Web: {Type: Api, Properties: {Path: /hello, Method: get}}, Shop: {Type: HttpApi, Properties: {ApiId: !Ref Shop, Path: /shop, Method: get}}}\n  Shop: {Type: AWS::Serverless::HttpApi, Properties: {Name: my shop}}\n  Orders: {Type: AWS::SQS::Queue}\n  Gone: {Type: AWS::SQS::Queue, Condition: Never}\n"
                  "  Chat: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: my chat, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}}\n  ChatStage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Chat, StageName: live}}\n"
                  "Outputs:\n  Web: {Description: 'Where it is & how', Value: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod/hello'}\n"
                  "  Direct: {Value: !GetAtt FnUrl.FunctionUrl}\n  Queue: {Value: !Ref Orders, Export: {Name: !Sub '${AWS::StackName}-queue'}}\n  Arn: {Value: !GetAtt Fn.Arn}\n  Absent: {Condition: Never, Value: x}\n  Chat: {Value: !Join ['', ['wss://', !Ref Chat, '.execute-api.', !Ref AWS::Region, '.amazonaws.com/', !Ref ChatStage]]}\n  Id: {Value: !Ref AWS::StackId}\n"
                  "  Strange: {Value: !GetAtt Orders.Colour}\n");
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void outputsLeadToWhatIsHere()
    {
        (void)call("Action=DescribeStacks&StackName=shop-stack");
        QCOMPARE(RawHttp::status(m_answer), 200);
        QCOMPARE(texts("StackName"), QStringList{"shop-stack"});
        QCOMPARE(texts("StackStatus"), QStringList{"CREATE_COMPLETE"});
        const auto outputs = pairs("OutputKey", "OutputValue");
        QCOMPARE(outputs.keys(), (QStringList{"Arn", "Chat", "Direct", "Id", "Queue", "Strange", "Web"}));
        QCOMPARE(outputs.value("Arn"), "arn:aws:lambda:us-east-1:123456789012:function:fn");
        QCOMPARE(outputs.value("Queue"), "http://127.0.0.1:" + QString::number(m_cloud->port) + "/123456789012/Orders");
        QCOMPARE(outputs.value("Id"), texts("StackId").value(0));
        QCOMPARE(outputs.value("Chat"), "ws://127.0.0.1:" + QString::number(m_cloud->gatewayPort) + "/@chat.localhost/live");
        // As a test of the project would call them.
        for (const char *name : {"Web", "Direct"}) {
            const QUrl url(outputs.value(name));
            QCOMPARE(url.port(), int(m_cloud->gatewayPort));
            RawHttp client(m_cloud->gatewayPort);
            const QByteArray answer = client.request("GET", url.path().toLatin1(), {}, {});
            QVERIFY2(RawHttp::status(answer) == 200 && RawHttp::body(answer) == "hello", answer.constData());
        }
    }

    void itHasTheNamesItIsKnownBy()
    {
        const QString folder = QDir(m_project.path()).dirName();
        for (const QString &name : {QString("local"), folder}) {
            (void)call("Action=DescribeStacks&StackName=" + name.toLatin1());
            QCOMPARE(texts("StackName"), QStringList{"shop-stack"});
        }
        (void)call("Action=DescribeStacks");
        QCOMPARE(texts("StackName"), QStringList{"shop-stack"});
        const QByteArray id = QUrl::toPercentEncoding(texts("StackId").value(0));
        (void)call("Action=DescribeStacks&StackName=" + id);
        QCOMPARE(texts("StackName"), QStringList{"shop-stack"});
        (void)call("Action=DescribeStacks&StackName=other");
        QCOMPARE(RawHttp::status(m_answer), 400);
        QCOMPARE(texts("Code"), QStringList{"ValidationError"});
        QCOMPARE(texts("Message"), QStringList{"Stack with id other does not exist"});
        (void)call("Action=DescribeStacks&StackName=" + id + "0");
        QCOMPARE(RawHttp::status(m_answer), 400);
    }

    void whatIsHiddenStaysHidden()
    {
        (void)call("Action=DescribeStacks");
        QCOMPARE(pairs("ParameterKey", "ParameterValue"), (QMap<QString, QString>{{"Password", "****"}, {"Size", "3"}}));
        QVERIFY(!m_answer.contains("geheim"));
    }

    void resourcesHaveWhatReferencesStandFor()
    {
        (void)call("Action=ListStackResources&StackName=local");
        const QMap<QString, QString> physical{{"Chat", "Chat"}, {"ChatStage", "live"}, {"Fn", "fn"}, {"FnRole", "FnRole"}, {"Orders", "http://127.0.0.1:" + QString::number(m_cloud->port) + "/123456789012/Orders"}, {"ServerlessRestApi", "ServerlessRestApi"}, {"Shop", "Shop"}};
        QCOMPARE(pairs("LogicalResourceId", "PhysicalResourceId"), physical);
        QCOMPARE(pairs("LogicalResourceId", "ResourceType").value("Fn"), "AWS::Lambda::Function");
        QCOMPARE(pairs("LogicalResourceId", "ResourceType").value("FnRole"), "AWS::IAM::Role");
        (void)call("Action=DescribeStackResource&StackName=local&LogicalResourceId=Fn");
        QCOMPARE(texts("PhysicalResourceId"), QStringList{"fn"});
        QCOMPARE(texts("StackResourceDetail").size(), 1);
        (void)call("Action=DescribeStackResource&StackName=local&LogicalResourceId=Nope");
        QCOMPARE(texts("Message"), QStringList{"Resource Nope does not exist for stack shop-stack"});
        (void)call("Action=DescribeStackResource&StackName=local");
        QCOMPARE(RawHttp::status(m_answer), 400);
        // By what one of them is called.
        (void)call("Action=DescribeStackResources&PhysicalResourceId=fn");
        QCOMPARE(texts("StackName").size(), physical.size());
        (void)call("Action=DescribeStackResources&PhysicalResourceId=fn2");
        QCOMPARE(texts("Message"), QStringList{"Stack for fn2 does not exist"});
    }

    void listsTakeTheirFilter()
    {
        (void)call("Action=ListStacks&StackStatusFilter.member.1=CREATE_COMPLETE");
        QCOMPARE(texts("StackName"), QStringList{"shop-stack"});
        (void)call("Action=ListStacks&StackStatusFilter.member.1=DELETE_COMPLETE");
        QCOMPARE(texts("StackName"), QStringList());
    }

    void apisOfTheTemplateAreListed()
    {
        test::RestClient rest;
        const QJsonArray fronts = rest.call(m_cloud->port, "GET", "/v2/apis").value("items").toArray();
        QCOMPARE(fronts.size(), 1);
        QCOMPARE(fronts.first().toObject().value("apiId").toString(), "Shop");
        QCOMPARE(fronts.first().toObject().value("name").toString(), "my shop");
        QCOMPARE(fronts.first().toObject().value("protocolType").toString(), "HTTP");
        const QJsonArray apis = rest.call(m_cloud->port, "GET", "/restapis").value("item").toArray();
        QCOMPARE(apis.size(), 1);
        const QByteArray id = apis.first().toObject().value("id").toString().toLatin1();
        QCOMPARE(rest.call(m_cloud->port, "GET", "/restapis/" + id).value("id").toString().toLatin1(), id);
        QCOMPARE(rest.call(m_cloud->port, "GET", "/restapis/" + id + "/stages").value("item").toArray().first().toObject().value("stageName").toString(), "Prod");
    }

    void aDeclaredAddressIsTold()
    {
        test::RestClient rest;
        const QJsonObject url = rest.call(m_cloud->port, "GET", "/2021-10-31/functions/fn/url");
        QVERIFY(QDateTime::fromString(url.value("CreationTime").toString(), Qt::ISODateWithMs).isValid());
        QCOMPARE(url.value("Cors").toObject(), (QJsonObject{{"AllowOrigins", QJsonArray{"*"}}, {"MaxAge", 60}, {"AllowCredentials", false}}));
    }

    void whatIsSavedIsThere()
    {
        (void)call("Action=ListExports");
        QCOMPARE(texts("Name"), QStringList{"shop-stack-queue"});
        QByteArray text = m_project.read("template.yaml");
        m_project.file("template.yaml", text + "  Late: {Value: saved}\n");
        (void)call("Action=DescribeStacks");
        QCOMPARE(pairs("OutputKey", "OutputValue").value("Late"), "saved");
        (void)call("Action=GetTemplate&StackName=local");
        QCOMPARE(texts("TemplateBody").value(0).toUtf8(), m_project.read("template.yaml"));
        m_project.file("template.yaml", text);
    }

    void whatWouldChangeItIsRefused()
    {
        (void)call("Action=CreateStack&StackName=local");
        QCOMPARE(RawHttp::status(m_answer), 400);
        QCOMPARE(texts("Code"), QStringList{"InvalidAction"});
        QVERIFY(texts("Message").value(0).contains("CreateStack") && texts("Message").value(0).contains("eph deploy"));
        (void)call("Action=GetStackPolicy&StackName=local");
        QCOMPARE(texts("Message"), QStringList{"CloudFormation's GetStackPolicy is not here."});
    }

    void whatCannotBeResolvedInItIsNoFinding()
    {
        const auto findings = m_project.load().findings;
        QVERIFY(std::none_of(findings.begin(), findings.end(), [](const Finding &finding) { return finding.key.startsWith("Outputs"); }));
    }
};

QTEST_GUILESS_MAIN(tst_CloudFormationApi)
#include "tst_cloudformationapi.moc"
