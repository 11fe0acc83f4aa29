// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/apidefinition.h"
#include "core/gateway/api.h"
#include "core/gateway/integrationfindings.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <algorithm>

using namespace eph;
using gateway::Authorizer;
using test::RawHttp;
using test::TestProject;

/// Routes and authorizers that are resources beside an API, and authorizers that the project names and does not have.
class tst_RouteResources : public QObject
{
    Q_OBJECT

    TestProject m_project;
    QList<gateway::Api> m_apis;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    const gateway::Route *route(const QString &api, const QString &key) const
    {
        for (const gateway::Api &each : m_apis) {
            const auto found = std::find_if(each.routes.cbegin(), each.routes.cend(), [&](const gateway::Route &route) { return route.key() == key; });
            if (each.id == api && found != each.routes.cend())
                return &*found;
        }
        return nullptr;
    }
    int status(const QByteArray &api, const QByteArray &target, const QByteArray &headers = {}) const
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send("GET " + target + " HTTP/1.1\r\nHost: " + api + ".localhost\r\n" + headers + "Content-Length: 0\r\n\r\n");
        return RawHttp::status(client.receive(20'000));
    }
    static QByteArray bearer() { return QByteArray("Authorization: Bearer ") + QByteArray("{\"alg\":\"RS256\"}").toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals) + '.' + QByteArray("{\"iss\":\"https://i\",\"aud\":\"a\"}").toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals) + ".x\r\n"; }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("index.js", "exports.handler = async () => ({ statusCode: 200, body: 'in' });\n"
                                   "exports.judge = async () => ({ principalId: 'p', policyDocument: { Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }] } });\n");
        m_project.file("template.yaml",
                       "Transform: AWS::Serverless-2016-10-31\nParameters:\n  Shared: {Type: String, Default: abc123}\n  Other: {Type: String, Default: def456}\nResources:\n"
                       "  Judge:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.judge}\n"
                       "  Get:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n      Events:\n"
                       "        Event: {Type: HttpApi, Properties: {ApiId: !Ref Front, Path: /event, Method: get}}\n"
                       "        Unable: {Type: HttpApi, Properties: {ApiId: !Ref Front, Path: /unable, Method: get, Auth: {Authorizer: Unable}}}\n"
                       "        Misspelt: {Type: Api, Properties: {Path: /misspelt, Method: get, Auth: {Authorizer: Nobody}}}\n"
                       "  Java:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: java21, Handler: x.Y}\n"
                       "  Front:\n    Type: AWS::Serverless::HttpApi\n    Properties: {StageName: v1, Auth: {Authorizers: {Unable: {FunctionArn: !GetAtt Java.Arn, Identity: {Headers: [Authorization]}}}}}\n"
                       "  Call:\n    Type: AWS::ApiGatewayV2::Integration\n    Properties: {ApiId: !Ref Front, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Get.Arn, PayloadFormatVersion: '2.0'}\n"
                       "  Pass:\n    Type: AWS::ApiGatewayV2::Integration\n    Properties: {ApiId: !Ref Front, IntegrationType: HTTP_PROXY, IntegrationMethod: GET, IntegrationUri: 'http://127.0.0.1:9/'}\n"
                       "  Tokens:\n    Type: AWS::ApiGatewayV2::Authorizer\n    Properties: {ApiId: !Ref Front, Name: t, AuthorizerType: JWT, IdentitySource: [$request.header.Authorization], JwtConfiguration: {Issuer: 'https://i', Audience: [a]}}\n"
                       "  Plain:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Front, RouteKey: GET /plain, Target: !Sub 'integrations/${Call}'}\n"
                       "  Guarded:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Front, RouteKey: GET /guarded, Target: !Sub 'integrations/${Call}', AuthorizationType: JWT, AuthorizerId: !Ref Tokens}\n"
                       "  Backend:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Front, RouteKey: GET /backend, Target: !Sub 'integrations/${Pass}', AuthorizationType: JWT, AuthorizerId: !Ref Tokens}\n"
                       "  Elsewhere:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Front, RouteKey: GET /elsewhere, Target: !Sub 'integrations/${Call}', AuthorizationType: JWT, AuthorizerId: !Ref Shared}\n"
                       "  Asked:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Front, RouteKey: GET /asked, Target: !Sub 'integrations/${Call}', AuthorizationType: CUSTOM, AuthorizerId: !Ref Other}\n"
                       "  Implicit:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref ServerlessHttpApi, RouteKey: GET /implicit, Target: !Sub 'integrations/${Call}'}\n"
                       "  ImplicitTokens: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref ServerlessHttpApi, Name: t, AuthorizerType: JWT, IdentitySource: [$request.header.Authorization], JwtConfiguration: {Issuer: 'https://i', Audience: [a]}}}\n"
                       "  ImplicitGuarded: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref ServerlessHttpApi, RouteKey: GET /implicit-guarded, Target: !Sub 'integrations/${Call}', AuthorizationType: JWT, AuthorizerId: !Ref ImplicitTokens}}\n"
                       "  ImplicitBackend: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref ServerlessHttpApi, RouteKey: GET /implicit-backend, Target: !Sub 'integrations/${Pass}'}}\n"
                       "  Strict: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {DefaultAuthorizer: Sams, Authorizers: {Sams: {FunctionArn: !GetAtt Judge.Arn, Identity: {Headers: [Authorization]}}}}}}\n"
                       "  StrictBackend: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Strict, RouteKey: GET /backend, Target: !Sub 'integrations/${Pass}'}}\n"
                       "  Beta: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Front, StageName: beta}}\n"
                       "  Named: {Type: AWS::Serverless::Api, Properties: {StageName: named, DefinitionBody: {openapi: 3.0.1, paths: {/iam: {get: {security: [{AWS_IAM: []}], x-amazon-apigateway-integration: &named {type: aws_proxy, httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Get.Arn}/invocations'}}}, /key: {get: {security: [{api_key: []}], x-amazon-apigateway-integration: *named}}}}}}\n"
                       "  Described:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: Prod\n      Auth: {Authorizers: {Sams: {FunctionArn: !GetAtt Judge.Arn}}}\n"
                       "      DefinitionBody: {openapi: 3.0.1, components: {securitySchemes: {Readers: {type: oauth2}}}, paths: {/sams: {get: {security: [{Sams: []}], x-amazon-apigateway-integration: &call {type: aws_proxy, httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Get.Arn}/invocations'}}}, /readers: {get: {security: [{Readers: []}], x-amazon-apigateway-integration: *call}}}}\n"
                       "  Quick: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: q, ProtocolType: HTTP, RouteKey: 'GET /quick', Target: !GetAtt Get.Arn}}\n"
                       "  Passing: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: p, ProtocolType: HTTP, Target: 'http://127.0.0.1:9/'}}\n"
                       "  Filed: {Type: AWS::Serverless::Api, Properties: {StageName: filed, DefinitionUri: openapi.yaml}}\n"
                       "  FiledHttp: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: openapi.yaml}}\n"
                       "  Far: {Type: AWS::Serverless::Api, Properties: {StageName: far, DefinitionUri: 's3://bucket/openapi.yaml'}}\n"
                       "  Bodied: {Type: AWS::ApiGatewayV2::Api, Properties: {Body: {openapi: 3.0.1, paths: {/body: {get: {x-amazon-apigateway-integration: {type: aws_proxy, payloadFormatVersion: '2.0', uri: !GetAtt Get.Arn}}}}}}}\n"
                       "  Raw:\n    Type: AWS::ApiGateway::RestApi\n    Properties: {Name: raw}\n"
                       "  Pool:\n    Type: AWS::ApiGateway::Method\n    Properties: {RestApiId: !Ref Raw, ResourceId: !GetAtt Raw.RootResourceId, HttpMethod: GET, AuthorizationType: COGNITO_USER_POOLS, AuthorizerId: !Ref Shared, Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Get.Arn}/invocations'}}\n"
                       "  Live:\n    Type: AWS::ApiGateway::Deployment\n    Properties: {RestApiId: !Ref Raw, StageName: live}\n");
        m_project.file("openapi.yaml", "openapi: 3.0.1\npaths:\n  /filed:\n    get:\n      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:Get/invocations'}\n");
        m_apis = gateway::apisOf(m_project.load());
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void routesOfTheirOwnJoinAnApiOfSams()
    {
        QVERIFY(route("Front", "GET /event"));
        QVERIFY(route("Front", "GET /plain"));
        QVERIFY(route("Front", "GET /backend")->integration);
        QVERIFY(route("ServerlessHttpApi", "GET /implicit"));
        QVERIFY(route("ServerlessHttpApi", "GET /implicit-backend"));
        QCOMPARE(std::count_if(m_apis.cbegin(), m_apis.cend(), [](const gateway::Api &api) { return api.id == "Front"; }), 1);
        QCOMPARE(status("front", "/v1/event"), 200);
        QCOMPARE(status("front", "/v1/plain"), 200);
    }

    void definitionsMayStandElsewhere()
    {
        QCOMPARE(status("quick", "/quick"), 200);
        QVERIFY(route("Passing", "$default")->integration);
        QCOMPARE(status("filed", "/filed/filed"), 200);
        QCOMPARE(status("filedhttp", "/filed"), 200);
        QCOMPARE(status("bodied", "/body"), 200);
        const Findings findings = m_project.load().findings;
        QCOMPARE(std::count_if(findings.cbegin(), findings.cend(), [](const Finding &finding) { return finding.rule == "remote-definition" && finding.message.contains("“Far”"); }), 1);
        QVERIFY(m_project.load().sources.contains(m_project.path("openapi.yaml")));
    }

    void authorizersOfTheirOwnGuardThem()
    {
        QCOMPARE(status("front", "/v1/guarded"), 401);
        QCOMPARE(status("front", "/v1/guarded", bearer()), 200);
        QCOMPARE(status("front", "/v1/backend"), 401);
        QCOMPARE(status("serverlesshttpapi", "/implicit-guarded"), 401);
        QCOMPARE(status("serverlesshttpapi", "/implicit-guarded", bearer()), 200);
        // A route of its own says for itself that all may pass.
        QVERIFY(!route("Strict", "GET /backend")->authorizer);
        // SAM describes these two without a word of the template's.
        QCOMPARE(status("named", "/named/iam"), 403);
        QCOMPARE(status("named", "/named/key"), 403);
        QCOMPARE(status("named", "/named/key", "X-Api-Key: any\r\n"), 200);
    }

    void tokensAreAskedForWhoeverIssuesThem()
    {
        QCOMPARE(status("front", "/v1/elsewhere"), 401);
        QCOMPARE(status("front", "/v1/elsewhere", bearer()), 200);
        QCOMPARE(status("raw", "/live/"), 401);
        QCOMPARE(status("raw", "/live/", bearer()), 200);
    }

    void aDefinitionMayNameWhatSamDescribes()
    {
        QVERIFY(route("Described", "GET /sams")->authorizer);
        QCOMPARE(int(route("Described", "GET /sams")->authorizer->type), int(Authorizer::Type::Token));
        QCOMPARE(status("described", "/Prod/sams"), 401);
        QCOMPARE(status("described", "/Prod/sams", "Authorization: anyone\r\n"), 200);
        // A scheme without an authorizer tells readers something, and guards nothing.
        QVERIFY(!route("Described", "GET /readers")->authorizer);
    }

    void whatCannotBeCalledIsInTheLog()
    {
        QCOMPARE(status("front", "/v1/unable", bearer()), 500);
        const QList<logs::Line> lines = m_cloud->logs.lines(0, 1000);
        QVERIFY(std::any_of(lines.cbegin(), lines.cend(), [](const logs::Line &line) { return line.function == "Java" && line.text.startsWith("The authorizer “Unable” of GET /unable cannot be called: The runtime “java21”"); }));
    }

    void whoIsNotHereIsToldOf()
    {
        QCOMPARE(int(route("Front", "GET /asked")->authorizer->type), int(Authorizer::Type::Absent));
        QCOMPARE(status("front", "/v1/asked"), 200);
        QStringList told;
        const Findings findings = gateway::integrationFindings(m_project.load());
        for (const Finding &finding : findings) {
            if (finding.rule == "unknown-authorizer" && finding.severity == Severity::Warning)
                told << finding.message.section(u'”', 0, 0) + u'|' + finding.message.section(QStringLiteral("authorizer “"), 1).section(u'”', 0, 0);
        }
        told.sort();
        QCOMPARE(told, (QStringList{"GET /asked of “Front|def456", "GET /misspelt of “ServerlessRestApi|Nobody"}));
        // Open here is a help; open in the cloud would be a hole.
        const auto front = std::find_if(m_apis.cbegin(), m_apis.cend(), [](const gateway::Api &api) { return api.id == "Front"; });
        const Findings refused = deploy::apiDefinitionOf({*front, "front", "us-east-1", "123456789012", "live"}).findings;
        QVERIFY(std::any_of(refused.cbegin(), refused.cend(), [](const Finding &finding) { return finding.rule == "unknown-authorizer" && finding.severity == Severity::Error; }));
    }
};

QTEST_GUILESS_MAIN(tst_RouteResources)
#include "tst_routeresources.moc"
