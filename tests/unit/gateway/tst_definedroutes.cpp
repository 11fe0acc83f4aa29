// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/api.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// Routes that stand in OpenAPI definitions, and in the resources of plain CloudFormation.
class tst_DefinedRoutes : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    QByteArray ask(const QByteArray &api, const QByteArray &method, const QByteArray &target, const QByteArray &headers = {})
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send(method + ' ' + target + " HTTP/1.1\r\nHost: " + api + ".localhost\r\n" + headers + "Content-Length: 0\r\n\r\n");
        return client.receive(20'000);
    }
    int status(const QByteArray &api, const QByteArray &target, const QByteArray &headers = {}) { return RawHttp::status(ask(api, "GET", target, headers)); }
    static QString messageOf(const QByteArray &answer) { return QJsonDocument::fromJson(RawHttp::body(answer)).object().value("message").toString(); }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("index.js",
                       "exports.echo = async (event) => ({ statusCode: 200, body: JSON.stringify({ said: event.requestContext.authorizer, path: event.resource ?? event.rawPath, parameters: event.pathParameters, identity: event.requestContext.identity, trace: process.env._X_AMZN_TRACE_ID }) });\n"
                       "exports.token = async (event) => ({ principalId: 'p', policyDocument: { Statement: [{ Effect: event.authorizationToken !== 'bad' ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: '*' }] }, context: event.authorizationToken === 'nested' ? { who: { is: 'me' } } : { who: 'me' } });\n"
                       "exports.slow = () => new Promise((r) => setTimeout(() => r({ statusCode: 200, body: 'late' }), 2000));\n");
        const QByteArray call = "{type: aws_proxy, httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations'}";
        const QByteArray function = "\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.";
        m_project.file("template.yaml",
                       "Transform: AWS::Serverless-2016-10-31\nResources:\n  Echo:" + function + "echo}\n  Token:" + function + "token}\n"
                       "  Slow:" + function + "slow, Events: {A: {Type: Api, Properties: {Path: /slow, Method: get, TimeoutInMillis: 300}}, B: {Type: HttpApi, Properties: {Path: /slow, Method: get, TimeoutInMillis: 300}}}}\n"
                       "  Old:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: Prod\n      DefinitionBody:\n        swagger: '2.0'\n"
                       "        securityDefinitions:\n          tok: {type: apiKey, name: X-Token, in: header, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {type: token, authorizerUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Token.Arn}/invocations'}}\n"
                       "          key: {type: apiKey, name: x-api-key, in: header}\n          iam: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}\n"
                       "        paths:\n"
                       "          /open: {get: {x-amazon-apigateway-integration: " + call + "}}\n"
                       "          /tok:\n            get: {security: [{tok: []}], x-amazon-apigateway-integration: " + call + "}\n"
                       "            options: {x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{statusCode: 204}'}, responses: {default: {statusCode: '200'}, '2\\d\\d': {statusCode: '204', responseParameters: {method.response.header.Access-Control-Allow-Origin: \"'https://page.example'\", method.response.header.X-Stage: context.stage}}}}}\n"
                       "          /guarded: {get: {security: [{tok: []}], x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{\"statusCode\": 200}'}, responses: {default: {statusCode: 200}}}}}\n"
                       "          /key: {get: {security: [{key: []}], x-amazon-apigateway-integration: " + call + "}}\n"
                       "          /iam: {get: {security: [{iam: []}], x-amazon-apigateway-integration: " + call + "}}\n"
                       "          /health: {get: {x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{\"statusCode\": 200}'}, responses: {default: {statusCode: 200, responseTemplates: {application/json: '{\"up\": true, \"stage\": \"$context.stage\", \"path\": \"$context.resourcePath\"}'}}}}}}\n"
                       "          /nothing: {get: {x-amazon-apigateway-integration: {type: mock, responses: {default: {statusCode: 200}}}}}\n"
                       "          /program: {get: {x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: \"#set($a = 1){\\\"statusCode\\\": 200}\"}, responses: {default: {statusCode: 200}}}}}\n"
                       "          /elsewhere: {get: {x-amazon-apigateway-integration: {type: aws, httpMethod: POST, uri: 'arn:aws:apigateway:us-east-1:states:action/StartExecution'}}}\n"
                       "          /mapped: {post: {x-amazon-apigateway-integration: {type: aws, httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations'}}}\n"
                       "          /slow: {get: {x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, timeoutInMillis: 300, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Slow.Arn}/invocations'}}}\n"
                       "  New:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      DefinitionBody:\n        openapi: '3.0.1'\n"
                       "        components:\n          securitySchemes: {jwt: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt, identitySource: $request.header.Authorization, jwtConfiguration: {issuer: 'https://i', audience: [a]}}}}\n"
                       "          x-amazon-apigateway-integrations: {echo: {type: AWS_PROXY, httpMethod: POST, payloadFormatVersion: '2.0', uri: !GetAtt Echo.Arn}}\n"
                       "        paths:\n          /jwt: {get: {security: [{jwt: []}], x-amazon-apigateway-integration: {$ref: '#/components/x-amazon-apigateway-integrations/echo'}}}\n"
                       "          /open: {get: {x-amazon-apigateway-integration: {$ref: '#/components/x-amazon-apigateway-integrations/echo'}}}\n"
                       "  Planned:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, Auth: {ApiKeyRequired: true, UsagePlan: {CreateUsagePlan: PER_API}}, DefinitionBody: {paths: {/planned: {get: {x-amazon-apigateway-integration: " + call + "}}}}}\n"
                       "  Guarded:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, Auth: {DefaultAuthorizer: AWS_IAM}, DefinitionBody: {paths: {/p: {options: &none {x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{statusCode: 200}'}, responses: {default: {statusCode: 200}}}}}}}}\n"
                       "  Unguarded:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, Auth: {DefaultAuthorizer: AWS_IAM, AddDefaultAuthorizerToCorsPreflight: false}, DefinitionBody: {paths: {/p: {options: *none}}}}\n"
                       "  Key:\n    Type: AWS::ApiGateway::ApiKey\n    Properties: {Enabled: true, Value: the-key-of-this-api}\n"
                       "  Join:\n    Type: AWS::ApiGateway::UsagePlanKey\n    Properties: {KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref PlannedUsagePlan}\n"
                       // As plain CloudFormation and the CDK write it.
                       "  Raw:\n    Type: AWS::ApiGateway::RestApi\n    Properties: {Name: raw}\n"
                       "  Items:\n    Type: AWS::ApiGateway::Resource\n    Properties: {RestApiId: !Ref Raw, ParentId: !GetAtt Raw.RootResourceId, PathPart: items}\n"
                       "  Item:\n    Type: AWS::ApiGateway::Resource\n    Properties: {RestApiId: !Ref Raw, ParentId: !Ref Items, PathPart: '{id}'}\n"
                       "  RawToken:\n    Type: AWS::ApiGateway::Authorizer\n    Properties: {Name: t, RestApiId: !Ref Raw, Type: TOKEN, IdentitySource: method.request.header.X-Token, AuthorizerUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Token.Arn}/invocations'}\n"
                       "  Checks:\n    Type: AWS::ApiGateway::RequestValidator\n    Properties: {RestApiId: !Ref Raw, ValidateRequestParameters: true}\n"
                       "  Root:\n    Type: AWS::ApiGateway::Method\n    Properties: {RestApiId: !Ref Raw, ResourceId: !GetAtt Raw.RootResourceId, HttpMethod: GET, AuthorizationType: NONE, Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations'}}\n"
                       "  GetItem:\n    Type: AWS::ApiGateway::Method\n    Properties: {RestApiId: !Ref Raw, ResourceId: !Ref Item, HttpMethod: ANY, AuthorizationType: CUSTOM, AuthorizerId: !Ref RawToken, RequestValidatorId: !Ref Checks, RequestParameters: {method.request.querystring.q: true}, Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations'}}\n"
                       "  ItemOptions:\n    Type: AWS::ApiGateway::Method\n    Properties: {RestApiId: !Ref Raw, ResourceId: !Ref Item, HttpMethod: OPTIONS, AuthorizationType: NONE, Integration: {Type: MOCK, RequestTemplates: {application/json: '{ statusCode: 200 }'}, IntegrationResponses: [{StatusCode: '204', ResponseParameters: {method.response.header.Access-Control-Allow-Origin: \"'*'\"}}]}}\n"
                       "  Order:\n    Type: AWS::ApiGateway::Model\n    Properties: {RestApiId: !Ref Raw, ContentType: application/json, Schema: {type: object, required: [id]}}\n"
                       "  Bodies:\n    Type: AWS::ApiGateway::RequestValidator\n    Properties: {RestApiId: !Ref Raw, ValidateRequestBody: true}\n"
                       "  PostItem:\n    Type: AWS::ApiGateway::Method\n    Properties: {RestApiId: !Ref Raw, ResourceId: !Ref Items, HttpMethod: POST, AuthorizationType: NONE, RequestValidatorId: !Ref Bodies, RequestModels: {application/json: !Ref Order}, Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations'}}\n"
                       "  Missing:\n    Type: AWS::ApiGateway::GatewayResponse\n    Properties: {RestApiId: !Ref Raw, ResponseType: MISSING_AUTHENTICATION_TOKEN, StatusCode: '404', ResponseParameters: {gatewayresponse.header.X-Stage: context.stage}}\n"
                       "  Live:\n    Type: AWS::ApiGateway::Deployment\n    Properties: {RestApiId: !Ref Raw, StageName: live}\n");
        const project::Project loaded = m_project.load();
        for (const Finding &finding : loaded.findings)
            QVERIFY2(finding.severity == Severity::Note, qPrintable(finding.message));
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void aDefinitionSaysWhoMayCall()
    {
        QCOMPARE(status("old", "/open"), 200);
        const QByteArray nobody = ask("old", "GET", "/tok");
        QCOMPARE(RawHttp::status(nobody), 401);
        QCOMPARE(messageOf(nobody), "Unauthorized");
        QCOMPARE(status("old", "/tok", "X-Token: bad\r\n"), 403);
        const QByteArray allowed = ask("old", "GET", "/tok", "X-Token: good\r\n");
        QCOMPARE(RawHttp::status(allowed), 200);
        QVERIFY2(RawHttp::body(allowed).contains("\"who\":\"me\""), RawHttp::body(allowed));
        QCOMPARE(status("old", "/key"), 403);
        QCOMPARE(status("old", "/key", "X-Api-Key: any\r\n"), 200);
        const QByteArray unsigned_ = ask("old", "GET", "/iam");
        QCOMPARE(RawHttp::status(unsigned_), 403);
        QCOMPARE(messageOf(unsigned_), "Missing Authentication Token");
        const QByteArray signed_ = ask("old", "GET", "/iam", "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261128/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0\r\n");
        QCOMPARE(RawHttp::status(signed_), 200);
        const QJsonObject told = QJsonDocument::fromJson(RawHttp::body(signed_)).object();
        QCOMPARE(told.value("identity").toObject().value("accessKey").toString(), "AKIDEXAMPLE");
        QCOMPARE(told.value("identity").toObject().value("accountId").toString(), "123456789012");
        QVERIFY(!told.contains("said"));
        // A context takes plain values only.
        QCOMPARE(status("old", "/tok", "X-Token: nested\r\n"), 500);
        QCOMPARE(status("new", "/jwt"), 401);
        QCOMPARE(status("new", "/open"), 200);
    }

    void theStandardAuthorizerAsksPreflightsToo()
    {
        QCOMPARE(RawHttp::status(ask("guarded", "OPTIONS", "/p")), 403);
        QCOMPARE(RawHttp::status(ask("unguarded", "OPTIONS", "/p")), 200);
    }

    void aTraceIsWhole()
    {
        const QByteArray trace = QJsonDocument::fromJson(RawHttp::body(ask("old", "GET", "/open"))).object().value("trace").toString().toLatin1();
        QVERIFY2(trace.startsWith("Root=1-") && trace.contains(";Parent=") && trace.contains(";Sampled=0;Lineage="), trace);
        const QByteArray given = QJsonDocument::fromJson(RawHttp::body(ask("old", "GET", "/open", "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1\r\n"))).object().value("trace").toString().toLatin1();
        QVERIFY2(given.startsWith("Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1;Lineage="), given);
    }

    void mocksAnswerThemselves()
    {
        const QByteArray preflight = ask("old", "OPTIONS", "/tok", "Origin: https://page.example\r\nAccess-Control-Request-Method: GET\r\n");
        QCOMPARE(RawHttp::status(preflight), 204);
        QCOMPARE(RawHttp::header(preflight, "Access-Control-Allow-Origin"), "https://page.example");
        QCOMPARE(RawHttp::header(preflight, "X-Stage"), "Prod");
        const QByteArray health = ask("old", "GET", "/Prod/health");
        QCOMPARE(RawHttp::status(health), 200);
        QCOMPARE(RawHttp::header(health, "Content-Type"), "application/json");
        QCOMPARE(RawHttp::body(health), "{\"up\": true, \"stage\": \"Prod\", \"path\": \"/health\"}");
        QCOMPARE(status("old", "/guarded"), 401);
        QCOMPARE(status("old", "/guarded", "X-Token: good\r\n"), 200);
        // Nothing says with what.
        QCOMPARE(status("old", "/nothing"), 500);
        QCOMPARE(status("old", "/program"), 200);
    }

    void whatIsNotHereSaysSo()
    {
        const QByteArray elsewhere = ask("old", "GET", "/elsewhere");
        QCOMPARE(RawHttp::status(elsewhere), 501);
        QVERIFY2(RawHttp::body(elsewhere).contains("not emulated here (states)"), RawHttp::body(elsewhere));
        // Nobody takes their addresses for functions.
        const QList<gateway::Api> apis = gateway::apisOf(m_project.load());
        for (const gateway::Api &api : apis) {
            for (const gateway::Route &route : api.routes)
                QVERIFY2((QStringList{"Echo", "Slow", ""}).contains(route.function), qPrintable(route.function));
        }
    }

    void aRouteHasATimeOfItsOwn()
    {
        for (const QByteArray api : {"old", "serverlessrestapi"}) {
            const QByteArray late = ask(api, "GET", "/slow");
            QCOMPARE(RawHttp::status(late), 504);
            QCOMPARE(messageOf(late), "Endpoint request timed out");
        }
        const QByteArray late = ask("serverlesshttpapi", "GET", "/slow");
        QCOMPARE(RawHttp::status(late), 503);
    }

    void aPlanOfSamsHasTheKeysThatJoinIt()
    {
        QCOMPARE(status("planned", "/planned"), 403);
        QCOMPARE(status("planned", "/planned", "X-Api-Key: another\r\n"), 403);
        QCOMPARE(status("planned", "/planned", "X-Api-Key: the-key-of-this-api\r\n"), 200);
    }

    void plainResourcesMakeAnApi()
    {
        const QByteArray root = ask("raw", "GET", "/live/");
        QCOMPARE(RawHttp::status(root), 200);
        QCOMPARE(RawHttp::status(ask("raw", "GET", "/live/items/7?q=1")), 401);
        const QByteArray item = ask("raw", "PUT", "/live/items/7?q=1", "X-Token: good\r\n");
        QCOMPARE(RawHttp::status(item), 200);
        const QJsonObject told = QJsonDocument::fromJson(RawHttp::body(item)).object();
        QCOMPARE(told.value("path").toString(), "/items/{id}");
        QCOMPARE(told.value("parameters").toObject(), (QJsonObject{{"id", "7"}}));
        QCOMPARE(told.value("said").toObject().value("who").toString(), "me");
        const QByteArray missing = ask("raw", "GET", "/live/items/7", "X-Token: good\r\n");
        QCOMPARE(RawHttp::status(missing), 400);
        QCOMPARE(RawHttp::status(ask("raw", "GET", "/live/items/7?q=", "X-Token: good\r\n")), 400);
        const QByteArray options = ask("raw", "OPTIONS", "/live/items/7");
        QCOMPARE(RawHttp::status(options), 204);
        QCOMPARE(RawHttp::header(options, "Access-Control-Allow-Origin"), "*");
        const QByteArray nothing = ask("raw", "GET", "/live/items");
        QCOMPARE(RawHttp::status(nothing), 404);
        QCOMPARE(RawHttp::header(nothing, "X-Stage"), "live");
        const auto post = [this](const QByteArray &body) {
            RawHttp client(m_cloud->gatewayPort);
            client.send("POST /live/items HTTP/1.1\r\nHost: raw.localhost\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
            return RawHttp::status(client.receive(20'000));
        };
        QCOMPARE(post("{\"id\": 1}"), 200);
        QCOMPARE(post("{}"), 400);
    }
};

QTEST_GUILESS_MAIN(tst_DefinedRoutes)
#include "tst_definedroutes.moc"
