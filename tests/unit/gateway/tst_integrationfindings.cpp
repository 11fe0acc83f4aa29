// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/integrationfindings.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using test::TestProject;

class tst_IntegrationFindings : public QObject
{
    Q_OBJECT

    static Findings findingsOf(const QByteArray &integration, const QByteArray &kind = "Api")
    {
        TestProject project;
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Shop:\n    Type: AWS::Serverless::" + kind + "\n    Properties:\n      StageName: Prod\n      DefinitionBody:\n        openapi: 3.0.1\n        paths:\n          /a:\n            get:\n              x-amazon-apigateway-integration: "
                         + integration + "\n");
        return gateway::integrationFindings(project.load());
    }

private Q_SLOTS:
    void tells_data()
    {
        QTest::addColumn<QByteArray>("integration");
        QTest::addColumn<QStringList>("rules");
        QTest::newRow("whole") << QByteArray("{type: mock, requestParameters: {integration.request.header.A: method.request.querystring.q, integration.request.header.B: \"'text'\", integration.request.header.C: context.requestId, integration.request.header.D: stageVariables.v, integration.request.header.E: method.request.body}, "
                                             "requestTemplates: {application/json: '#if($x)a#end{\"statusCode\": 200}'}, responses: {default: {statusCode: '200', responseTemplates: {application/json: ''}}, '.*no.*': {statusCode: '404'}}}")
                               << QStringList();
        QTest::newRow("request") << QByteArray("{type: mock, requestTemplates: {application/json: '#if($x)'}}") << QStringList{"bad-mapping-template"};
        QTest::newRow("response") << QByteArray("{type: mock, responses: {default: {statusCode: '200', responseTemplates: {application/json: '#foreach($a in'}}}}") << QStringList{"bad-mapping-template"};
        QTest::newRow("pattern") << QByteArray("{type: mock, responses: {'(': {statusCode: '200'}}}") << QStringList{"bad-pattern"};
        QTest::newRow("source") << QByteArray("{type: mock, requestParameters: {integration.request.header.A: text}}") << QStringList{"bad-mapping"};
        QTest::newRow("handed on") << QByteArray("{type: http_proxy, uri: http://127.0.0.1/, httpMethod: GET, requestTemplates: {application/json: '#if($x)'}, responses: {'(': {statusCode: '200'}}}") << QStringList();
        QTest::newRow("nothing known") << QByteArray("{type: mock, requestParameters: {integration.request.header.A: ''}}") << QStringList();
        QTest::newRow("answer") << QByteArray("{type: mock, responses: {default: {statusCode: '200', responseParameters: {method.response.header.A: \"'a'\", method.response.header.B: nonsense, method.response.header.C: integration.response.header.C}}}}") << QStringList{"bad-mapping"};
        QTest::newRow("proxy") << QByteArray("{type: http_proxy, uri: http://127.0.0.1/, httpMethod: GET, requestParameters: {integration.request.header.A: method.request.cookie.a}}") << QStringList{"bad-mapping"};
    }
    void tells()
    {
        QFETCH(QByteArray, integration);
        QStringList rules;
        const Findings findings = findingsOf(integration);
        for (const Finding &finding : findings) {
            rules << finding.rule;
            QCOMPARE(finding.key, "Resources.Shop");
            QCOMPARE(finding.severity, finding.rule == "bad-mapping-template" ? Severity::Error : Severity::Warning);
            QVERIFY2(finding.message.startsWith("GET /a of “Shop”") && !finding.message.endsWith(".."), qPrintable(finding.message));
            QVERIFY(finding.line > 0);
        }
        QTEST(rules, "rules");
    }

    void aTenantHasToBeNamed()
    {
        TestProject project;
        const QByteArray uri = "httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations'";
        project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.handler, TenancyConfig: {TenantIsolationMode: PER_TENANT}, Events: {Plain: {Type: Api, Properties: {Method: GET, Path: /plain}}, Http: {Type: HttpApi, Properties: {Method: GET, Path: /http}}}}\n"
                                      "  Shop:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: Prod\n      DefinitionBody:\n        openapi: 3.0.1\n        paths:\n"
                                      "          /named: {get: {x-amazon-apigateway-integration: {type: aws_proxy, " + uri + ", requestParameters: {integration.request.header.X-Amz-Tenant-Id: method.request.header.t}}}}\n"
                                      "          /mapped: {get: {x-amazon-apigateway-integration: {type: aws, " + uri + ", requestParameters: {integration.request.header.x-amz-tenant-id: method.request.header.t}}}}\n"
                                      "          /wrong: {get: {x-amazon-apigateway-integration: {type: aws_proxy, " + uri + ", requestParameters: {integration.request.header.X-Amz-Tenant-Id: blue}}}}\n"
                                      "          /template: {get: {x-amazon-apigateway-integration: {type: aws, " + uri + ", requestTemplates: {application/json: '#set($context.requestOverride.header.X-Amz-Tenant-Id = \"blue\"){}'}}}}\n"
                                      "          /nobody: {get: {x-amazon-apigateway-integration: {type: aws, " + uri + "}}}\n")
            .file("index.js", "exports.handler = async () => 1;\n");
        QStringList told;
        const Findings findings = gateway::integrationFindings(project.load());
        for (const Finding &finding : findings)
            told << finding.rule + ' ' + finding.message.section(" of “", 0, 0);
        told.sort();
        QCOMPARE(told, (QStringList{"bad-mapping GET /wrong", "tenancy GET /http", "tenancy GET /nobody", "tenancy GET /plain"}));
    }

    void anHttpApiHasNoSuchSources()
    {
        QVERIFY(findingsOf("{type: http_proxy, uri: http://127.0.0.1/, httpMethod: GET, payloadFormatVersion: '1.0', requestParameters: {'append:header.a': text}}", "HttpApi").isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_IntegrationFindings)
#include "tst_integrationfindings.moc"
