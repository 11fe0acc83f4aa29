// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/requeststore.h"
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"
#include "tests/support/signedtokens.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// The gateway before real functions, over real connections.
class tst_Gateway : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    static QByteArray resource(const QByteArray &id, const QByteArray &handler, const QByteArray &events, const QByteArray &more = {})
    {
        return "  " + id + ":\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: " + handler + "\n" + more + (events.isEmpty() ? QByteArray() : "      Events:\n" + events);
    }
    QByteArray ask(const QByteArray &method, const QByteArray &target, const QByteArray &headers = {}, const QByteArray &body = {}, const QByteArray &host = "127.0.0.1")
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send(method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        return client.receive(20'000);
    }
    QJsonObject askForObject(const QByteArray &method, const QByteArray &target, const QByteArray &headers = {}, const QByteArray &body = {}, const QByteArray &host = "127.0.0.1")
    {
        return QJsonDocument::fromJson(RawHttp::body(ask(method, target, headers, body, host))).object();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("index.js",
                       "exports.echo = async (event) => ({ statusCode: 200, headers: { 'content-type': 'application/json', 'x-from': 'function' }, body: JSON.stringify(event) });\n"
                       "exports.fail = async () => { throw new Error('no'); };\nexports.alike = async () => ({ statusCode: 401, headers: { 'x-amzn-ErrorType': 'UnauthorizedException' }, body: 'mine' });\nexports.slow = () => new Promise((r) => setTimeout(() => r({ statusCode: 200, body: 'late' }), 400));\n"
                       "let asked = 0;\nexports.token = async (event) => { if (event.authorizationToken === 'nobody') throw new Error('Unauthorized'); return { principalId: 'p', policyDocument: { Statement: [{ Effect: event.authorizationToken === 'bad' ? 'Deny' : 'Allow', Action: 'execute-api:Invoke', Resource: event.authorizationToken === 'elsewhere' ? 'arn:aws:execute-api:*:*:other/*' : event.methodArn.replace(/GET.*/, '*') }] }, context: { n: ++asked, yes: true } }; };\n"
                       "exports.simple = async (event) => ({ isAuthorized: event.identitySource[0] === 'good', context: { who: event.type, arn: event.routeArn } });\n"
                       "exports.stream = awslambda.streamifyResponse(async (event, stream) => { stream = awslambda.HttpResponseStream.from(stream, { statusCode: 203, headers: { 'x-streamed': 'yes' }, cookies: ['c=1'] }); stream.write('one,'); await new Promise((r) => setTimeout(r, 50)); stream.write('two'); stream.end(); });\n");
        QByteArray text = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
            "  Web:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      CorsConfiguration: {AllowOrigins: ['https://page.example'], AllowMethods: [GET]}\n"
            "      Auth: {Authorizers: {Simple: {FunctionArn: !GetAtt Simple.Arn, AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, Identity: {Headers: [X-Key]}}, Jwt: {JwtConfiguration: {issuer: 'https://i', audience: [a]}, IdentitySource: $request.header.Authorization}}}\n"
            "  Old:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, Auth: {Authorizers: {Asker: {FunctionArn: !GetAtt Token.Arn}}}}\n"
            "  Defined:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, DefinitionBody: {openapi: '3.0.1', x-amazon-apigateway-request-validators: {all: {validateRequestParameters: true, validateRequestBody: true}, none: {}}, x-amazon-apigateway-request-validator: all,"
            " paths: {/defined: {parameters: [{in: query, name: q, required: true}], post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/N'}}}}, x-amazon-apigateway-integration: &call {type: aws_proxy, httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations'}},"
            " get: {x-amazon-apigateway-request-validator: none, x-amazon-apigateway-integration: *call}}}, components: {schemas: {N: {type: object, required: [n], properties: {n: {type: integer, minimum: 1}}}}}}}\n"
            "  Told:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, Auth: {Authorizers: {Asker: {FunctionArn: !GetAtt Token.Arn}}}, GatewayResponses: {DEFAULT_4XX: {ResponseParameters: {Headers: {Access-Control-Allow-Origin: \"'*'\", X-Asked: method.request.header.X-Own}}}, UNAUTHORIZED: {StatusCode: 418, ResponseTemplates: {application/json: '{\"say\":$context.error.messageString,\"type\":\"$context.error.responseType\",\"at\":\"$context.httpMethod $context.path $context.stage\"}'}}}}\n"
            "  Shop:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, Models: {Order: {type: object, required: [id], properties: {id: {type: string, maxLength: 3}, parts: {type: array, items: {$ref: '#/definitions/Part'}}}}, Part: {type: integer, maximum: 9}}, Auth: {ApiKeyRequired: true}}\n"
            "  Key:\n    Type: AWS::ApiGateway::ApiKey\n    Properties: {Name: mine, Enabled: true, Value: the-key-of-this-shop}\n"
            "  Gone:\n    Type: AWS::ApiGateway::ApiKey\n    Properties: {Enabled: false, Value: the-key-that-is-off}\n"
            "  Plan:\n    Type: AWS::ApiGateway::UsagePlan\n    Properties: {ApiStages: [{ApiId: !Ref Shop, Stage: Prod}], Quota: {Limit: 5, Period: MONTH}}\n"
            "  Join:\n    Type: AWS::ApiGateway::UsagePlanKey\n    Properties: {KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan}\n"
            "  JoinGone:\n    Type: AWS::ApiGateway::UsagePlanKey\n    Properties: {KeyId: !Ref Gone, KeyType: API_KEY, UsagePlanId: !Ref Plan}\n"
            "  Balancer:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties: {LoadBalancerArn: arn:x, Port: 80, Protocol: HTTP, DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 418, ContentType: text/plain, MessageBody: teapot}}]}\n"
            "  Rule:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties: {ListenerArn: !Ref Balancer, Priority: 2, Conditions: [{Field: path-pattern, Values: ['/lb/*']}], Actions: [{Type: forward, TargetGroupArn: !Ref Group}]}\n"
            "  First:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties: {ListenerArn: !Ref Balancer, Priority: 1, Conditions: [{Field: path-pattern, PathPatternConfig: {Values: ['/lb/fail']}}, {Field: http-request-method, HttpRequestMethodConfig: {Values: [GET]}}], Actions: [{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref FailGroup}]}}]}\n"
            "  Group:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Echo.Arn}], TargetGroupAttributes: [{Key: lambda.multi_value_headers.enabled, Value: 'false'}]}\n"
            "  FailGroup:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Fail.Arn}]}\n"
            "  Streaming:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: Prod, DefinitionBody: {paths: {/streamed: {get: {x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2021-11-15/functions/${Stream.Arn}/response-streaming-invocations'}}}}}}\n"
            "  Raw:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {Name: raw, ProtocolType: HTTP}\n"
            "  RawIntegration:\n    Type: AWS::ApiGatewayV2::Integration\n    Properties: {ApiId: !Ref Raw, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Echo.Arn, PayloadFormatVersion: '2.0'}\n"
            "  RawRoute:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Raw, RouteKey: 'GET /raw/{id}', Target: !Join ['/', [integrations, !Ref RawIntegration]]}\n"
            "  Few:\n    Type: AWS::Serverless::HttpApi\n    Properties: {DefaultRouteSettings: {ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2}}\n";
        text += resource("Echo", "index.echo", "        A: {Type: HttpApi, Properties: {ApiId: !Ref Web, Method: ANY, Path: '/echo/{id}'}}\n        B: {Type: HttpApi, Properties: {ApiId: !Ref Web, Method: GET, Path: /guarded, Auth: {Authorizer: Simple}}}\n"
                                               "        C: {Type: HttpApi, Properties: {ApiId: !Ref Web, Method: GET, Path: /jwt, Auth: {Authorizer: Jwt}}}\n        D: {Type: Api, Properties: {RestApiId: !Ref Old, Method: GET, Path: '/old/{proxy+}'}}\n"
                                               "        E: {Type: Api, Properties: {RestApiId: !Ref Old, Method: GET, Path: /asked, Auth: {Authorizer: Asker}}}\n        F: {Type: Api, Properties: {RestApiId: !Ref Old, Method: GET, Path: /keyed, RequestParameters: [method.request.querystring.q: {Required: true}], RequestModel: {ValidateParameters: true}, Auth: {ApiKeyRequired: true}}}\n"
                                               "        G: {Type: HttpApi, Properties: {ApiId: !Ref Few, Method: GET, Path: /few}}\n"
                                               "        I: {Type: Api, Properties: {RestApiId: !Ref Told, Method: GET, Path: /told, Auth: {Authorizer: Asker}}}\n        H: {Type: Api, Properties: {RestApiId: !Ref Shop, Method: POST, Path: /orders, RequestModel: {Model: Order, Required: true, ValidateBody: true}}}\n");
        text += resource("Fail", "index.fail", "        A: {Type: HttpApi, Properties: {ApiId: !Ref Web, Method: GET, Path: /fail}}\n        B: {Type: Api, Properties: {RestApiId: !Ref Old, Method: GET, Path: /failold}}\n");
        text += resource("Slow", "index.slow", "        A: {Type: HttpApi, Properties: {ApiId: !Ref Web, Method: GET, Path: /slow}}\n");
        text += resource("Alike", "index.alike", "        A: {Type: Api, Properties: {RestApiId: !Ref Told, Method: GET, Path: /alike}}\n");
        text += resource("Token", "index.token", {}) + resource("Simple", "index.simple", {});
        text += resource("Stream", "index.stream", {}, "      FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}\n");
        text += resource("Buffered", "index.stream", {}, "      FunctionUrlConfig: {AuthType: NONE}\n");
        text += resource("Signed", "index.echo", {}, "      FunctionUrlConfig: {AuthType: AWS_IAM}\n");
        m_project.file("template.yaml", text);
        const project::Project loaded = m_project.load();
        for (const Finding &finding : loaded.findings)
            QVERIFY2(finding.severity == Severity::Note, qPrintable(finding.message));
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void handsARequestToAFunction()
    {
        const QByteArray answer = ask("POST", "/echo/7?a=b", "Content-Type: application/json\r\nX-Own: mine\r\n", "{\"x\":1}");
        QCOMPARE(RawHttp::status(answer), 200);
        QCOMPARE(RawHttp::header(answer, "x-from"), "function");
        QVERIFY(RawHttp::header(answer, "apigw-requestid").endsWith('='));
        const QJsonObject event = QJsonDocument::fromJson(RawHttp::body(answer)).object();
        QCOMPARE(event.value("routeKey").toString(), "ANY /echo/{id}");
        QCOMPARE(event.value("headers").toObject().value("x-own").toString(), "mine");
        QCOMPARE(event.value("body").toString(), "{\"x\":1}");
        QCOMPARE(event.value("requestContext").toObject().value("requestId").toString().toLatin1(), RawHttp::header(answer, "apigw-requestid"));
    }

    void aRouteOfItsOwnComesBeforeOneForEverything()
    {
        TestProject project;
        project.file("index.js", "exports.any = async () => 'any';\nexports.own = async () => 'own';\n")
            .file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  All:\n    Type: AWS::Serverless::HttpApi\n  Few:\n    Type: AWS::Serverless::HttpApi\n" + resource("Any", "index.any", "        A: {Type: HttpApi, Properties: {ApiId: !Ref All}}\n")
                      + resource("Own", "index.own", "        A: {Type: HttpApi, Properties: {ApiId: !Ref Few, Method: GET, Path: '/own/{id}'}}\n"));
        test::EndpointFixture cloud(project);
        const auto get = [&](const QByteArray &path) {
            RawHttp client(cloud.gatewayPort);
            return RawHttp::body(client.request("GET", path));
        };
        QCOMPARE(get("/neither/here"), "any");
        QCOMPARE(get("/own/1"), "own");
        QCOMPARE(get("/own/1/"), "any");
    }

    void boundsWhatArrives()
    {
        const QByteArray large(7 * 1024 * 1024, 'x');
        QCOMPARE(RawHttp::status(ask("POST", "/echo/7", "Content-Type: text/plain\r\n", large)), 413);
        const QByteArray rest = ask("POST", "/defined?q=1", "Content-Type: text/csv\r\n", large);
        QCOMPARE(RawHttp::status(rest), 413);
        QCOMPARE(RawHttp::status(ask("GET", "/echo/7", "X-Long: " + QByteArray(10'240, 'x') + "\r\n")), 431);
        QCOMPARE(RawHttp::status(ask("GET", "/echo/7", "X-Long: " + QByteArray(9'000, 'x') + "\r\n")), 200);
    }

    void validatesWhatADefinitionSays()
    {
        const auto status = [this](const QByteArray &method, const QByteArray &target, const QByteArray &body = {}) { return RawHttp::status(ask(method, target, "Content-Type: application/json\r\n", body, "defined.localhost")); };
        QCOMPARE(status("POST", "/defined?q=1", R"({"n":1})"), 200);
        QCOMPARE(status("POST", "/defined", R"({"n":1})"), 400);
        QCOMPARE(status("POST", "/defined?q=1", R"({"n":0})"), 400);
        QCOMPARE(status("POST", "/defined?q=1", "no json"), 400);
        QCOMPARE(status("GET", "/defined"), 200);
    }

    void saysWhatTheTemplateSaysInItsPlace()
    {
        const QByteArray none = ask("GET", "/nothing", "X-Own: mine\r\n", {}, "told.localhost");
        QCOMPARE(RawHttp::status(none), 403);
        QCOMPARE(RawHttp::body(none), "{\"message\":\"Missing Authentication Token\"}");
        QCOMPARE(RawHttp::header(none, "Access-Control-Allow-Origin"), "*");
        QCOMPARE(RawHttp::header(none, "X-Asked"), "mine");
        const QByteArray denied = ask("GET", "/told", {}, {}, "told.localhost");
        QCOMPARE(RawHttp::status(denied), 418);
        QCOMPARE(RawHttp::body(denied), R"({"say":"Unauthorized","type":"UNAUTHORIZED","at":"GET /Prod/told Prod"})");
        // What the function says is its own, also where it looks like a refusal.
        const QByteArray alike = ask("GET", "/alike", {}, {}, "told.localhost");
        QCOMPARE(RawHttp::status(alike), 401);
        QCOMPARE(RawHttp::body(alike), "mine");
        QCOMPARE(RawHttp::header(alike, "Access-Control-Allow-Origin"), "");
        const QByteArray let = ask("GET", "/told", "Authorization: good\r\n", {}, "told.localhost");
        QCOMPARE(RawHttp::status(let), 200);
        QCOMPARE(RawHttp::header(let, "Access-Control-Allow-Origin"), "");
    }

    void browsersMayAskFirst()
    {
        const QByteArray preflight = "Origin: https://page.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: x-a\r\n";
        const QByteArray answer = ask("OPTIONS", "/fail", preflight);
        QCOMPARE(RawHttp::status(answer), 204);
        QCOMPARE(RawHttp::header(answer, "Access-Control-Allow-Origin"), "https://page.example");
        QCOMPARE(RawHttp::header(answer, "Access-Control-Allow-Methods"), "GET");
        QCOMPARE(answer.toLower().count("\r\nvary:"), 1);
    }

    void whatAFormSendsIsBase64()
    {
        const QJsonObject event = askForObject("POST", "/echo/7", "Content-Type: application/x-www-form-urlencoded\r\n", "a=1&b=2");
        QCOMPARE(event.value("body").toString(), "YT0xJmI9Mg==");
        QVERIFY(event.value("isBase64Encoded").toBool());
    }

    void servesRestApisWithAndWithoutTheirStage()
    {
        for (const QByteArray &target : {QByteArray("/old/a//b/"), QByteArray("/Prod/old/a//b/")}) {
            const QJsonObject event = askForObject("GET", target);
            QCOMPARE(event.value("path").toString(), "/old/a//b/");
            QCOMPARE(event.value("pathParameters").toObject().value("proxy").toString(), "a//b");
            QCOMPARE(event.value("requestContext").toObject().value("path").toString(), "/Prod/old/a//b/");
        }
        const QByteArray none = ask("GET", "/nothing", {}, {}, "old.localhost");
        QCOMPARE(RawHttp::status(none), 403);
        QCOMPARE(RawHttp::body(none), "{\"message\":\"Missing Authentication Token\"}");
        // At the plain address the first API answers for what no API has.
        QCOMPARE(RawHttp::status(ask("GET", "/nothing")), 404);
        // By its own name an API is alone.
        QCOMPARE(RawHttp::status(ask("GET", "/old/x", {}, {}, "web.localhost")), 404);
        QCOMPARE(RawHttp::status(ask("GET", "/old/x", {}, {}, "old.localhost:1234")), 200);
    }

    void failuresAreTheGateways()
    {
        const QByteArray http = ask("GET", "/fail");
        QCOMPARE(RawHttp::status(http), 500);
        QCOMPARE(RawHttp::body(http), "{\"message\":\"Internal Server Error\"}");
        const QByteArray rest = ask("GET", "/failold");
        QCOMPARE(RawHttp::status(rest), 502);
        QCOMPARE(RawHttp::body(rest), "{\"message\": \"Internal server error\"}");
    }

    void browsersOfOtherOriginsAskFirst()
    {
        const QByteArray asked = ask("OPTIONS", "/echo/1", "Origin: https://page.example\r\nAccess-Control-Request-Method: GET\r\n");
        QCOMPARE(RawHttp::status(asked), 204);
        QCOMPARE(RawHttp::header(asked, "Access-Control-Allow-Origin"), "https://page.example");
        const QByteArray answer = ask("GET", "/echo/1", "Origin: https://page.example\r\nSec-Fetch-Site: cross-site\r\n");
        QCOMPARE(RawHttp::status(answer), 200);
        QCOMPARE(RawHttp::header(answer, "Access-Control-Allow-Origin"), "https://page.example");
        QVERIFY(RawHttp::header(ask("GET", "/echo/1", "Origin: https://evil.example\r\n"), "Access-Control-Allow-Origin").isEmpty());
    }

    void authorizersDecide()
    {
        QCOMPARE(RawHttp::status(ask("GET", "/guarded")), 401);
        QCOMPARE(RawHttp::body(ask("GET", "/guarded", "X-Key: bad\r\n")), "{\"message\":\"Forbidden\"}");
        const QJsonObject passed = askForObject("GET", "/guarded", "X-Key: good\r\n").value("requestContext").toObject().value("authorizer").toObject().value("lambda").toObject();
        QCOMPARE(passed.value("who").toString(), "REQUEST");
        QCOMPARE(passed.value("arn").toString(), "arn:aws:execute-api:us-east-1:123456789012:web/$default/GET/guarded");

        QCOMPARE(RawHttp::status(ask("GET", "/asked")), 401);
        QCOMPARE(RawHttp::status(ask("GET", "/asked", "Authorization: nobody\r\n")), 401);
        QCOMPARE(RawHttp::body(ask("GET", "/asked", "Authorization: bad\r\n")), "{\"Message\":\"User is not authorized to access this resource with an explicit deny in an identity-based policy\"}");
        QCOMPARE(RawHttp::body(ask("GET", "/asked", "Authorization: elsewhere\r\n")), "{\"Message\":\"User is not authorized to access this resource\"}");
        const auto context = [&] { return askForObject("GET", "/asked", "Authorization: good\r\n").value("requestContext").toObject().value("authorizer").toObject(); };
        const QJsonObject first = context();
        QCOMPARE(first.value("principalId").toString(), "p");
        QCOMPARE(first.value("yes").toString(), "true");
        // The answer is remembered for the token.
        QCOMPARE(context().value("n"), first.value("n"));
    }

    void tokensNeedNoFunction()
    {
        const auto part = [](const QByteArray &json) { return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals); };
        const QByteArray token = part("{\"alg\":\"RS256\"}") + '.' + part("{\"iss\":\"https://i\",\"aud\":\"a\",\"sub\":\"me\"}") + ".x";
        const QJsonObject jwt = askForObject("GET", "/jwt", "Authorization: Bearer " + token + "\r\n").value("requestContext").toObject().value("authorizer").toObject().value("jwt").toObject();
        QCOMPARE(jwt.value("claims").toObject().value("sub").toString(), "me");
        const QByteArray refused = ask("GET", "/jwt", "Authorization: Bearer no\r\n");
        QCOMPARE(RawHttp::status(refused), 401);
        QVERIFY(RawHttp::header(refused, "www-authenticate").contains("error=\"invalid_token\""));
    }

    void signaturesAreCheckedWhereKeysAre()
    {
        using namespace test::signedtokens;
        const auto status = [this](const QByteArray &token) { return RawHttp::status(ask("GET", "/jwt", "Authorization: Bearer " + token + "\r\n")); };
        const QByteArray forged = Rs256.first(Rs256.lastIndexOf('.')) + ".c2ln";
        QCOMPARE(status(Rs256), 200);
        QCOMPARE(status(forged), 200);
        m_project.file("jwks.json", KeySet);
        QCOMPARE(status(Rs256), 200);
        QCOMPARE(status(forged), 401);
        // A key set that cannot be read lets nobody in, and says why.
        m_project.file("jwks.json", "{}");
        const QByteArray refused = ask("GET", "/jwt", "Authorization: Bearer " + Rs256 + "\r\n");
        QCOMPARE(RawHttp::status(refused), 500);
        QVERIFY(RawHttp::body(refused).contains("jwks.json"));
        QVERIFY(QFile::remove(m_project.path("jwks.json")));
        QCOMPARE(status(forged), 200);
    }

    void keysAndParametersAreAskedFor()
    {
        QCOMPARE(RawHttp::body(ask("GET", "/keyed?q=1")), "{\"message\":\"Forbidden\"}");
        QCOMPARE(RawHttp::body(ask("GET", "/keyed", "x-api-key: any\r\n")), "{\"message\":\"Missing required request parameters: [q]\"}");
        QCOMPARE(RawHttp::status(ask("GET", "/keyed?q=1", "x-api-key: any\r\n")), 200);
    }

    void keysHavePlansAndBodiesModels()
    {
        const QByteArray json = "Content-Type: application/json\r\n";
        const QByteArray key = "X-Api-Key: the-key-of-this-shop\r\n";
        QCOMPARE(RawHttp::body(ask("POST", "/orders", json + "X-Api-Key: guessed\r\n", "{\"id\":\"a\"}")), "{\"message\":\"Forbidden\"}");
        QCOMPARE(RawHttp::status(ask("POST", "/orders", json + "X-Api-Key: the-key-that-is-off\r\n", "{\"id\":\"a\"}")), 403);
        QCOMPARE(RawHttp::status(ask("POST", "/orders", json + key, "{\"id\":\"a\",\"parts\":[9]}")), 200);
        QCOMPARE(RawHttp::body(ask("POST", "/orders", json + key, "{\"id\":\"long one\"}")), "{\"message\":\"Invalid request body\"}");
        QCOMPARE(RawHttp::status(ask("POST", "/orders", json + key, "{\"id\":\"a\",\"parts\":[10]}")), 400);
        QCOMPARE(RawHttp::status(ask("POST", "/orders", json + key)), 400);
        // A type that has no model.
        QCOMPARE(RawHttp::status(ask("POST", "/orders", "Content-Type: text/csv\r\n" + key, "a,b")), 200);
        const QByteArray used = ask("POST", "/orders", json + key, "{\"id\":\"a\"}");
        QCOMPARE(RawHttp::status(used), 429);
        QCOMPARE(RawHttp::body(used), "{\"message\":\"Limit Exceeded\"}");
        QCOMPARE(RawHttp::header(used, "x-amzn-ErrorType"), "LimitExceededException");
    }

    void loadBalancersFollowTheirRules()
    {
        const QJsonObject event = askForObject("GET", "/lb/a%20b?x=%20y", {}, {}, "balancer.localhost");
        QCOMPARE(event.value("path").toString(), "/lb/a%20b");
        QCOMPARE(event.value("queryStringParameters").toObject().value("x").toString(), "%20y");
        const QByteArray failed = ask("GET", "/lb/fail");
        QCOMPARE(RawHttp::status(failed), 502);
        QVERIFY(RawHttp::body(failed).contains("<h1>502 Bad Gateway</h1>"));
        QCOMPARE(RawHttp::status(ask("POST", "/lb/fail")), 200);
        const QByteArray none = ask("GET", "/other", {}, {}, "balancer.localhost");
        QCOMPARE(RawHttp::status(none), 418);
        QCOMPARE(RawHttp::body(none), "teapot");
        QCOMPARE(RawHttp::status(ask("POST", "/lb/x", "Content-Type: text/plain\r\n", QByteArray(1024 * 1024 + 1, 'x'))), 413);
    }

    void readsCloudFormationsOwnWords()
    {
        const QJsonObject event = askForObject("GET", "/raw/7");
        QCOMPARE(event.value("routeKey").toString(), "GET /raw/{id}");
        QCOMPARE(event.value("pathParameters").toObject().value("id").toString(), "7");
    }

    void ratesAreHeld()
    {
        QCOMPARE(RawHttp::status(ask("GET", "/few")), 200);
        QCOMPARE(RawHttp::status(ask("GET", "/few")), 200);
        const QByteArray refused = ask("GET", "/few");
        QCOMPARE(RawHttp::status(refused), 429);
        QCOMPARE(RawHttp::body(refused), "{\"message\":\"Too Many Requests\"}");
    }

    void answersAreStreamed_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::newRow("function URL") << QByteArray("GET /any/path HTTP/1.1\r\nHost: stream.lambda-url.localhost\r\n\r\n");
        QTest::newRow("REST API") << QByteArray("GET /streamed HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }
    void answersAreStreamed()
    {
        QFETCH(QByteArray, head);
        RawHttp client(m_cloud->gatewayPort);
        client.send(head);
        QByteArray got;
        QTRY_VERIFY_WITH_TIMEOUT((got += client.socket.readAll()).endsWith("0\r\n\r\n"), 20'000);
        QVERIFY2(got.startsWith("HTTP/1.1 203"), got);
        QVERIFY2(got.contains("x-amzn-RequestId: ") && got.contains("X-Amzn-Trace-Id: Root="), got);
        QVERIFY2(got.contains("x-streamed: yes") && got.contains("Set-Cookie: c=1") && got.contains("Transfer-Encoding: chunked"), got);
        QVERIFY2(got.contains("4\r\none,\r\n3\r\ntwo\r\n"), got);
    }

    void functionUrlsAnswerWhole()
    {
        const QByteArray whole = ask("GET", "/", {}, {}, "buffered.lambda-url.localhost");
        QCOMPARE(RawHttp::status(whole), 203);
        QCOMPARE(RawHttp::body(whole), "one,two");
        QCOMPARE(RawHttp::status(ask("GET", "/", {}, {}, "signed.lambda-url.localhost")), 403);
        QCOMPARE(RawHttp::status(ask("GET", "/", "Authorization: AWS4-HMAC-SHA256 Credential=x\r\n", {}, "signed.lambda-url.localhost")), 200);
    }

    void aHostMayStandBeforeThePath()
    {
        const QByteArray whole = ask("GET", "/@buffered.lambda-url.localhost/");
        QCOMPARE(RawHttp::status(whole), 203);
        QCOMPARE(RawHttp::body(whole), "one,two");
        QCOMPARE(RawHttp::status(ask("GET", "/@buffered.lambda-url.localhost")), 203);
        QCOMPARE(RawHttp::status(ask("GET", "/@signed.lambda-url.localhost/a/b")), 403);
        // What is no name of this machine is a path like any other.
        QCOMPARE(RawHttp::body(ask("GET", "/@example.org/")), RawHttp::body(ask("GET", "/nothing/of/that/name")));
    }

    void refusesHostileClients_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::newRow("foreign host") << QByteArray("GET /echo/1 HTTP/1.1\r\nHost: evil.example\r\n\r\n") << 403;
        QTest::newRow("two lengths") << QByteArray("POST /echo/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab") << 400;
        QTest::newRow("length and chunks") << QByteArray("POST /echo/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") << 400;
        QTest::newRow("endless header") << QByteArray("GET /echo/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + QByteArray(100'000, 'x') + "\r\n\r\n") << 431;
        QTest::newRow("nonsense") << QByteArray("\x16\x03\x01 nonsense\r\n\r\n") << 400;
    }
    void refusesHostileClients()
    {
        QFETCH(QByteArray, request);
        RawHttp client(m_cloud->gatewayPort);
        client.send(request);
        QTEST(RawHttp::status(client.receive()), "status");
    }

    void keepsWhatItAnswered()
    {
        const gateway::RequestStore &store = m_cloud->cloud.requests();
        const QList<gateway::HandledRequest> before = store.after(0);
        (void)ask("PUT", "/echo/9?q=it%27s", "Content-Type: text/plain\r\n", "it's");
        const QList<gateway::HandledRequest> after = store.after(before.isEmpty() ? 0 : before.last().number);
        QCOMPARE(after.size(), 1);
        QCOMPARE(after.first().status, 200);
        QCOMPARE(after.first().route, "ANY /echo/{id}");
        QCOMPARE(after.first().function, "Echo");
        QVERIFY(!after.first().requestId.isEmpty());
    }

    void keepsARequestBeforeItsAnswerArrives_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("end");
        QTest::newRow("whole") << QByteArray("GET /echo/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") << QByteArray("}");
        QTest::newRow("streamed") << QByteArray("GET /streamed HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") << QByteArray("0\r\n\r\n");
    }
    void keepsARequestBeforeItsAnswerArrives()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, end);
        const gateway::RequestStore &store = m_cloud->cloud.requests();
        RawHttp client(m_cloud->gatewayPort);
        QList<gateway::HandledRequest> kept = store.after(0);
        for (int i = 0; i < 40; ++i) {
            const qint64 last = kept.isEmpty() ? 0 : kept.last().number;
            client.send(request);
            // Without a moment between the last byte and the look.
            QByteArray answer;
            while (!answer.endsWith(end) && client.socket.waitForReadyRead(10'000))
                answer += client.socket.readAll();
            kept = store.after(last);
            QVERIFY2(kept.size() == 1, QByteArray::number(i) + ": " + answer);
        }
    }

    void keepsNoMoreThanItMay()
    {
        gateway::RequestStore store;
        for (int i = 0; i < 3000; ++i) {
            gateway::HandledRequest request;
            request.body = QByteArray(i % 2 ? 200'000 : 10, 'x');
            store.append(request);
        }
        const QList<gateway::HandledRequest> kept = store.after(0);
        QVERIFY(kept.size() < gateway::RequestStore::MaxRequests);
        QCOMPARE(kept.last().number, 3000);
        qsizetype bytes = 0;
        for (const gateway::HandledRequest &request : kept)
            bytes += request.body.size();
        QVERIFY(bytes <= gateway::RequestStore::MaxBytes && bytes > gateway::RequestStore::MaxBytes / 2);
        store.clear();
        QVERIFY(store.after(0).isEmpty());
    }

    void aSavedTemplateIsInForceAtOnce()
    {
        const QByteArray before = m_project.read("template.yaml");
        QCOMPARE(RawHttp::status(ask("GET", "/renamed")), 404);
        m_project.file("template.yaml", QByteArray(before).replace("/fail}", "/renamed}"));
        QCOMPARE(RawHttp::status(ask("GET", "/renamed")), 500);
        m_project.file("template.yaml", "Resources: [");
        const QByteArray broken = ask("GET", "/renamed");
        QCOMPARE(RawHttp::status(broken), 500);
        m_project.file("template.yaml", before);
        QCOMPARE(RawHttp::status(ask("GET", "/fail")), 500);
    }

    void endsWhileARequestIsUnderWay()
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        QTRY_VERIFY_WITH_TIMEOUT(m_cloud->cloud.counts().busy == 1, 10'000);
        m_cloud->cloud.stopServing();
        QTRY_VERIFY_WITH_TIMEOUT(client.socket.state() == QAbstractSocket::UnconnectedState, 5000);
        QTRY_VERIFY_WITH_TIMEOUT(m_cloud->cloud.counts().busy == 0, 5000);
    }
};

QTEST_GUILESS_MAIN(tst_Gateway)
#include "tst_gateway.moc"
