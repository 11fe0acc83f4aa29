// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing.h"
#include "tests/support/testproject.h"

#include <QTest>

using namespace eph;
using namespace eph::gateway;
using test::TestProject;

/// Which route takes a request, and what the template makes of routes.
class tst_Routing : public QObject
{
    Q_OBJECT

    static Api api(ApiKind kind, const QStringList &keys)
    {
        Api api;
        api.kind = kind;
        for (const QString &key : keys) {
            Route route;
            const bool standard = key == "$default";
            route.method = standard ? QByteArray("ANY") : key.section(' ', 0, 0).toLatin1();
            route.path = standard ? key : key.section(' ', 1);
            api.routes << route;
        }
        return api;
    }

private Q_SLOTS:
    void choosesAsHttpApisDo_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QString>("chosen");
        // The developer guide's own table.
        QTest::newRow("literal") << QByteArray("GET /pets/dog/1") << "GET /pets/dog/1";
        QTest::newRow("parameter") << QByteArray("GET /pets/dog/2") << "GET /pets/dog/{id}";
        QTest::newRow("greedy") << QByteArray("GET /pets/cat/1") << "GET /pets/{proxy+}";
        QTest::newRow("any method") << QByteArray("POST /test/5") << "ANY /{proxy+}";
        QTest::newRow("nothing else") << QByteArray("GET /") << "$default";
        QTest::newRow("method of a greedy one") << QByteArray("POST /pets/cat/1") << "ANY /{proxy+}";
        QTest::newRow("slash at the end") << QByteArray("GET /pets/dog/1/") << "GET /pets/{proxy+}";
        QTest::newRow("slash for nothing") << QByteArray("GET /both/") << "ANY /{proxy+}";
        QTest::newRow("encoded literal") << QByteArray("GET /p%65ts/dog/1") << "GET /pets/dog/1";
        QTest::newRow("unicode") << QByteArray("GET /caf%C3%A9") << "GET /caf\xc3\xa9";
        QTest::newRow("method before ANY") << QByteArray("PUT /both") << "PUT /both";
        QTest::newRow("ANY beside a method") << QByteArray("GET /both") << "ANY /both";
    }
    void choosesAsHttpApisDo()
    {
        QFETCH(QByteArray, request);
        const Api pets = api(ApiKind::Http, {"ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1", QString::fromUtf8("GET /caf\xc3\xa9"), "ANY /both", "PUT /both", "$default"});
        const RouteTable table(pets);
        const RouteMatch match = table.match(request.split(' ').at(0), request.split(' ').at(1));
        QVERIFY(match.route);
        QTEST(match.route->key(), "chosen");
    }

    void loadBalancersTakeTheFirstRule_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QString>("chosen");
        QTest::newRow("one character") << QByteArray("GET /img/1.png") << "GET /img/?.png";
        QTest::newRow("more than one") << QByteArray("GET /img/12.png") << "ANY /img/*";
        QTest::newRow("across folders") << QByteArray("PUT /img/a/b/c") << "ANY /img/*";
        QTest::newRow("two stars") << QByteArray("GET /a/x/b/y/c") << "GET /a/*/b/*c";
        QTest::newRow("star for nothing") << QByteArray("GET /img/") << "ANY /img/*";
        QTest::newRow("case counts") << QByteArray("GET /IMG/1") << "";
        QTest::newRow("none") << QByteArray("POST /other") << "";
    }
    void loadBalancersTakeTheFirstRule()
    {
        QFETCH(QByteArray, request);
        const Api rules = api(ApiKind::LoadBalancer, {"GET /img/?.png", "ANY /img/*", "GET /a/*/b/*c", "GET /img/12.png"});
        const RouteMatch match = RouteTable(rules).match(request.split(' ').at(0), request.split(' ').at(1));
        QTEST(match.route ? match.route->key() : QString(), "chosen");
    }

    void choosesAsRestApisDo()
    {
        const Api rest = api(ApiKind::Rest, {"GET /a/{x}", "POST /a/b", "ANY /{proxy+}"});
        const RouteTable table(rest);
        QCOMPARE(table.match("GET", "/a/c").route->key(), "GET /a/{x}");
        QCOMPARE(table.match("POST", "/a/b").route->key(), "POST /a/b");
        // The resource is chosen first; that it lacks the method is no reason to look elsewhere.
        QVERIFY(!table.match("GET", "/a/b").route);
        QCOMPARE(table.match("DELETE", "/z/y").route->key(), "ANY /{proxy+}");
        // A greedy part needs something to take.
        QVERIFY(!table.match("GET", "/").route);
    }

    void givesPathParameters()
    {
        const Api http = api(ApiKind::Http, {"GET /items/{id}/parts/{rest+}"});
        const RouteMatch decoded = RouteTable(http).match("GET", "/items/a%20b/parts/c/d%2Fe");
        QCOMPARE(decoded.pathParameters.value("id"), "a b");
        QCOMPARE(decoded.pathParameters.value("rest"), "c/d/e");
        const Api rest = api(ApiKind::Rest, {"GET /items/{id}/parts/{rest+}"});
        const RouteMatch raw = RouteTable(rest).match("GET", "/items/a%2Bb/parts/c//d/");
        QCOMPARE(raw.pathParameters.value("id"), "a%2Bb");
        QCOMPARE(raw.pathParameters.value("rest"), "c//d");
    }

    void survivesOddPaths()
    {
        const Api http = api(ApiKind::Http, {"GET /{a}/{b}"});
        const RouteTable table(http);
        for (const QByteArray &path : {QByteArray(""), QByteArray("/"), QByteArray("//"), QByteArray("///"), QByteArray("/%"), QByteArray("/%zz/x"), QByteArray("/../.."), QByteArray("/" + QByteArray(100'000, '/')), QByteArray("*")})
            (void)table.match("GET", path);
        QVERIFY(!table.match("GET", "//").route);
        QVERIFY(table.match("GET", "/../..").route);
    }

    void readsWhatATemplateDeclares()
    {
        TestProject project;
        project.file("index.js", "exports.handler = async () => ({});\n").file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Api:\n    Cors: \"'*'\"\nResources:\n"
            "  Public:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      StageName: v1\n      CorsConfiguration: {AllowOrigins: ['https://a.example', 'http://*'], AllowMethods: [GET, POST], AllowHeaders: [x-a], MaxAge: 60, AllowCredentials: true}\n"
            "      Auth:\n        DefaultAuthorizer: Tokens\n        Authorizers:\n          Tokens: {JwtConfiguration: {issuer: 'https://i', audience: [a, b]}, IdentitySource: $request.header.Authorization}\n"
            "          Asker: {FunctionArn: !GetAtt Fn.Arn, AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, Identity: {Headers: [X-Key], ReauthorizeEvery: 60}}\n"
            "  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: nodejs20.x\n      Handler: index.handler\n      FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM, Cors: {AllowOrigins: ['*']}}\n      Events:\n"
            "        A: {Type: HttpApi, Properties: {ApiId: !Ref Public, Method: get, Path: '/items/{id}'}}\n        B: {Type: HttpApi, Properties: {ApiId: !Ref Public, Method: ANY, Path: /open, Auth: {Authorizer: NONE}}}\n"
            "        C: {Type: HttpApi, Properties: {ApiId: !Ref Public, Method: POST, Path: /asked, Auth: {Authorizer: Asker}}}\n        D: {Type: Api, Properties: {Method: GET, Path: /old, RequestParameters: [method.request.querystring.q: {Required: true}], RequestModel: {ValidateParameters: true}, Auth: {ApiKeyRequired: true}}}\n"
            "        E: {Type: HttpApi}\n");
        const project::Project loaded = project.load();
        QVERIFY2(loaded.findings.isEmpty(), qPrintable(loaded.findings.value(0).message));
        const QList<Api> apis = apisOf(loaded);
        QCOMPARE(apis.size(), 4);
        const Api &http = apis.at(0);
        QCOMPARE(http.id, "Public");
        QCOMPARE(http.stage, "v1");
        QCOMPARE(http.host(), "public.localhost");
        QCOMPARE(http.cors.origins, QStringList({"https://a.example", "http://*"}));
        QCOMPARE(http.cors.maxAgeSeconds, 60);
        QVERIFY(http.cors.credentials);
        QCOMPARE(http.routes.size(), 3);
        QCOMPARE(http.routes.at(0).key(), "GET /items/{id}");
        QCOMPARE(int(http.routes.at(0).authorizer->type), int(Authorizer::Type::Jwt));
        QCOMPARE(http.routes.at(0).authorizer->audience, QStringList({"a", "b"}));
        QCOMPARE(http.routes.at(0).authorizer->identity, QStringList("header.Authorization"));
        QVERIFY(!http.routes.at(1).authorizer);
        QCOMPARE(http.routes.at(2).authorizer->function, "Fn");
        QVERIFY(http.routes.at(2).authorizer->simpleResponses && http.routes.at(2).authorizer->payload2);
        QCOMPARE(http.routes.at(2).authorizer->timeToLive.count(), 60);
        const Api &rest = apis.at(1);
        QCOMPARE(rest.id, "ServerlessRestApi");
        QCOMPARE(rest.stage, "Prod");
        QCOMPARE(rest.cors.origins, QStringList("*"));
        QVERIFY(rest.routes.first().apiKeyRequired);
        QCOMPARE(rest.routes.first().requiredParameters, QStringList("querystring.q"));
        QCOMPARE(apis.at(2).routes.first().key(), "$default");
        QCOMPARE(int(apis.at(3).kind), int(ApiKind::FunctionUrl));
        QCOMPARE(apis.at(3).host(), "fn.lambda-url.localhost");
        QVERIFY(apis.at(3).routes.first().streams);
    }

    void readsAddressesThatAreResources()
    {
        TestProject project;
        project.file("index.js", "").file("template.yaml", "Resources:\n  Address:\n    Type: AWS::Lambda::Url\n    Properties: {TargetFunctionArn: !GetAtt Fn.Arn, AuthType: NONE, InvokeMode: RESPONSE_STREAM}\n"
            "  Other:\n    Type: AWS::Lambda::Url\n    Properties: {TargetFunctionArn: !Ref Fn, AuthType: AWS_IAM}\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: named, Runtime: nodejs20.x, Handler: index.handler, Code: ., Role: r}\n");
        const QList<Api> apis = apisOf(project.load());
        QCOMPARE(apis.size(), 2);
        QCOMPARE(apis.first().host(), "named.lambda-url.localhost");
        QVERIFY(apis.first().routes.first().streams && !apis.first().routes.first().authorizer);
        QCOMPARE(int(apis.last().routes.first().authorizer->type), int(Authorizer::Type::Iam));
    }

    void readsRoutesOfADefinition()
    {
        TestProject project;
        project.file("index.js", "").file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: dev\n      DefinitionBody:\n        openapi: 3.0.1\n        paths:\n          /hello/{name}:\n            get:\n              x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations'}\n"
            "            options:\n              x-amazon-apigateway-integration: {type: mock}\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: greeter, Runtime: nodejs20.x, Handler: index.handler}\n");
        const QList<Api> apis = apisOf(project.load());
        QCOMPARE(apis.size(), 1);
        QCOMPARE(apis.first().routes.size(), 2);
        QVERIFY(apis.first().routes.last().isMock() && apis.first().routes.last().function.isEmpty());
        QCOMPARE(apis.first().routes.first().key(), "GET /hello/{name}");
        QCOMPARE(apis.first().routes.first().function, "greeter");
    }
};

QTEST_GUILESS_MAIN(tst_Routing)
#include "tst_routing.moc"
