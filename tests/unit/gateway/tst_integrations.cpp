// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/endpointfixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace eph;
using test::RawHttp;
using test::TestProject;

/// Integrations that map, before real functions, addresses and services. Expectations are what was recorded of the service, where that is known.
class tst_Integrations : public QObject
{
    Q_OBJECT

    TestProject m_project;
    std::unique_ptr<test::EndpointFixture> m_cloud;

    QByteArray ask(const QByteArray &host, const QByteArray &method, const QByteArray &target, const QByteArray &headers = {}, const QByteArray &body = {})
    {
        RawHttp client(m_cloud->gatewayPort);
        client.send(method + ' ' + target + " HTTP/1.1\r\nHost: " + host + ".localhost\r\n" + headers + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        return client.receive(20'000);
    }
    static QJsonObject objectOf(const QByteArray &answer) { return QJsonDocument::fromJson(RawHttp::body(answer)).object(); }
    /// A method of the REST API `api`.
    static QByteArray method(const QByteArray &path, const QByteArray &verb, const QByteArray &integration)
    {
        return "          " + path + ":\n            " + verb + ":\n              x-amazon-apigateway-integration:\n" + integration;
    }
    /// Line by line, each with a level of its own.
    static QByteArray lines(const QList<QByteArray> &all)
    {
        QByteArray text;
        for (const QByteArray &line : all)
            text += "                " + line + '\n';
        return text;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_project.file("index.js",
                       "exports.echo = async (event) => event.rawPath.endsWith('forbidden') ? { statusCode: 403, headers: { 'x-amzn-errortype': 'ForbiddenException' }, body: 'theirs' } : ({ statusCode: 201, cookies: ['a=1; Path=/', 'b=2'], headers: { 'content-type': 'application/json', 'x-backend': 'yes', server: 'mine' }, body: JSON.stringify(event) });\n"
                       "exports.plain = async (event) => { if (event.fail) throw new Error(event.fail); return { got: event, note: \"it's\" }; };\n");
        const QByteArray functions = "  Echo:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.echo, Events: {A: {Type: HttpApi, Properties: {Method: ANY, Path: '/backend/{proxy+}'}}}}\n"
                                     "  Plain:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: index.plain}\n";
        m_project.file("template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n" + functions);
        m_cloud = std::make_unique<test::EndpointFixture>(m_project);
        const QByteArray backend = "http://127.0.0.1:" + QByteArray::number(m_cloud->gatewayPort) + "/backend";
        const QByteArray call = "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Plain.Arn}/invocations'";
        QByteArray text = "Transform: AWS::Serverless-2016-10-31\nResources:\n" + functions
            + "  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}\n  News: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}\n  Clicks: {Type: AWS::Kinesis::Stream, Properties: {Name: clicks, ShardCount: 1}}\n  Files: {Type: AWS::S3::Bucket, Properties: {BucketName: files}}\n"
              "  Rest:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: dev\n      Variables: {color: blue, callee: Plain}\n      GatewayResponses: {UNSUPPORTED_MEDIA_TYPE: {StatusCode: 422}, INTEGRATION_FAILURE: {StatusCode: 599}, INVALID_API_KEY: {StatusCode: 418}}\n      BinaryMediaTypes: [image/png]\n      DefinitionBody:\n        openapi: 3.0.1\n        paths:\n";
        text += method("/mapped/{id}", "post",
                       lines({"type: aws", "httpMethod: POST", call, "passthroughBehavior: NEVER", "requestParameters: {integration.request.header.X-Amz-Invocation-Type: method.request.header.How}", "requestTemplates:", "  application/json: |",
                              "    #set($body = $input.path('$'))", "    {", "      \"id\": \"$input.params('id')\", \"q\": \"$input.params('q')\", \"missing\": \"$input.params('missing')$nothing\",", "      \"color\": \"$stageVariables.color\", \"method\": \"$context.httpMethod\", \"stage\": \"$context.stage\",",
                              "      \"names\": [#foreach($item in $body.items)\"$item.name\"#if($foreach.hasNext), #end#end],", "      \"all\": $input.json('$.items'), \"fail\": $input.json('$.fail')", "    }", "responses:", "  default:", "    statusCode: 200", "    responseParameters: {method.response.header.X-Note: integration.response.body.note, method.response.header.X-Gone: integration.response.body.gone, method.response.header.Server: \"'eph'\"}",
                              "    responseTemplates: {application/json: '{\"names\": $input.json(\"$.got.names\"), \"id\": \"$input.path(\"$.got.id\")\", \"said\": \"$util.escapeJavaScript($input.path(\"$.note\")).replaceAll(\"\\\\''\", \"x\")\"}'}", "  '.*not found.*': {statusCode: 404}", "  '.*custom.*':", "    statusCode: 400", "    responseTemplates: {application/json: \"#set($context.responseOverride.status = 422)#set($context.responseOverride.header.X-Why = $input.path('$.errorMessage')){\\\"error\\\": $input.json('$.errorMessage')}\"}"}));
        text += method("/through", "post", lines({"type: aws", "httpMethod: POST", call, "responses: {default: {statusCode: 200}}"}));
        text += method("/never-answered", "post", lines({"type: aws", "httpMethod: POST", call, "responses: {'.+': {statusCode: 400}}"}));
        text += method("/by-stage", "post", lines({"type: aws", "httpMethod: POST", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${!stageVariables.callee}/invocations'", "responses: {default: {statusCode: 200}}"}));
        text += method("/by-get", "post", lines({"type: aws", "httpMethod: GET", call, "responses: {default: {statusCode: 200}}"}));
        text += method("/named", "get", lines({"type: mock", "requestTemplates: {application/json: \"#set($context.responseOverride.header[$input.params('n')] = 'v'){statusCode: 200}\", $default: '{statusCode: 500}'}", "responses: {default: {statusCode: 200, responseTemplates: {application/json: '$context.accountId'}}, '500': {statusCode: 500}}"}));
        text += method("/nojson", "post", lines({"type: aws", "httpMethod: POST", call, "requestTemplates: {application/json: 'no json'}", "responses: {default: {statusCode: 200}}"}));
        text += method("/broken", "post", lines({"type: aws", "httpMethod: POST", call, "requestTemplates: {application/json: \"#if(true)\"}", "responses: {default: {statusCode: 200}}"}));
        text += method("/mock/{id}", "get", lines({"type: mock", "requestTemplates: {application/json: \"#if($input.params('id') == 'gone'){statusCode: 404}#else{statusCode: 200}#end#set($context.responseOverride.header.X-Id = $input.params('id'))\"}", "responses:", "  default: {statusCode: 200, responseTemplates: {application/json: '{\"id\": \"$input.params(\"id\")\"}'}}", "  '404': {statusCode: 404, responseTemplates: {application/json: '{\"gone\": true}'}}"}));
        text += method("/http/{id}", "post", lines({"type: http", "httpMethod: PUT", "uri: '" + backend + "/items/{item}?fixed=1'", "requestParameters: {integration.request.path.item: method.request.path.id, integration.request.querystring.more: method.request.querystring.q, integration.request.header.X-Color: stageVariables.color, integration.request.header.X-None: method.request.header.None}", "requestTemplates: {application/json: '{\"wrapped\": $input.body}'}", "responses:", "  default: {statusCode: 200}", "  '201': {statusCode: 202, responseParameters: {method.response.header.X-From: integration.response.header.x-backend}}"}));
        text += method("/proxied/{proxy+}", "x-amazon-apigateway-any-method", lines({"type: http_proxy", "httpMethod: ANY", "uri: '" + backend + "/{proxy}'", "requestParameters: {integration.request.path.proxy: method.request.path.proxy}"}));
        text += method("/nobody", "get", lines({"type: http_proxy", "httpMethod: GET", "uri: 'http://127.0.0.1:9/'"}));
        text += method("/queue", "post", lines({"type: aws", "httpMethod: POST", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/jobs'", "requestParameters: {integration.request.header.Content-Type: \"'application/x-www-form-urlencoded'\"}", "requestTemplates: {application/json: 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)&MessageAttribute.1.Name=from&MessageAttribute.1.Value.StringValue=$util.urlEncode($context.httpMethod)&MessageAttribute.1.Value.DataType=String'}", "responses: {default: {statusCode: 200}}"}));
        text += method("/queue", "get", lines({"type: aws", "httpMethod: GET", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:sqs:action/SendMessage'", "requestParameters: {integration.request.querystring.QueueUrl: \"'https://sqs/1/jobs'\", integration.request.querystring.MessageBody: method.request.querystring.text}", "responses: {default: {statusCode: 200, responseTemplates: {application/json: '{\"id\": \"$input.path(\"$.SendMessageResponse.SendMessageResult.MessageId\")\"}'}}}"}));
        text.replace("          /queue:\n            get:", "            get:");
        text += method("/json-queue", "post", lines({"type: aws", "httpMethod: POST", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:sqs:action/SendMessage'", "requestParameters: {integration.request.header.Content-Type: \"'application/x-amz-json-1.0'\", integration.request.header.X-Amz-Target: \"'AmazonSQS.SendMessage'\"}", "requestTemplates: {application/json: '{\"QueueUrl\": \"https://sqs/1/jobs\", \"MessageBody\": \"$util.escapeJavaScript($input.body)\"}'}", "responses: {default: {statusCode: 200}}"}));
        text += method("/no-queue", "post", lines({"type: aws", "httpMethod: POST", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/none'", "requestTemplates: {application/json: 'Action=SendMessage&MessageBody=x'}", "responses: {default: {statusCode: 200}, '4\\d\\d': {statusCode: 400, responseTemplates: {application/json: '{\"code\": \"$input.path(\"$.Error.Code\")\"}'}}}"}));
        text += method("/topic", "post", lines({"type: aws", "httpMethod: POST", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:sns:action/Publish'", "requestParameters: {integration.request.header.Content-Type: \"'application/x-www-form-urlencoded'\"}", "requestTemplates: {application/json: !Sub 'Action=Publish&TopicArn=$util.urlEncode(\"${News}\")&Message=$util.urlEncode($input.body)'}", "responses: {default: {statusCode: 200}}"}));
        text += method("/event", "post", lines({"type: aws", "httpMethod: POST", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:events:action/PutEvents'", "requestTemplates: {application/json: \"#set($context.requestOverride.header.X-Amz-Target = 'AWSEvents.PutEvents')#set($context.requestOverride.header.Content-Type = 'application/x-amz-json-1.1'){\\\"Entries\\\": [{\\\"Source\\\": \\\"me\\\", \\\"DetailType\\\": \\\"said\\\", \\\"Detail\\\": \\\"$util.escapeJavaScript($input.body)\\\"}]}\"}", "responses: {default: {statusCode: 200}}"}));
        text += method("/click", "post", lines({"type: aws", "httpMethod: POST", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:kinesis:action/PutRecord'", "requestTemplates: {application/json: '{\"StreamName\": \"clicks\", \"PartitionKey\": \"a\", \"Data\": \"$util.base64Encode($input.body)\"}'}", "responses: {default: {statusCode: 200}}"}));
        const QByteArray file = lines({"type: aws", "httpMethod: METHOD", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:s3:path/files/{key}'", "requestParameters: {integration.request.path.key: method.request.path.key, integration.request.header.Content-Type: method.request.header.Content-Type}", "responses: {default: {statusCode: 200, responseParameters: {method.response.header.Content-Type: integration.response.header.Content-Type}}, '404': {statusCode: 404}}"});
        text += method("/files/{key}", "get", QByteArray(file).replace("METHOD", "GET")) + "            put:\n              x-amazon-apigateway-integration:\n" + QByteArray(file).replace("METHOD", "PUT");
        text += method("/table", "post", lines({"type: aws", "httpMethod: POST", "uri: !Sub 'arn:aws:apigateway:${AWS::Region}:dynamodb:action/PutItem'", "responses: {default: {statusCode: 200}}"}));
        text += "  Web:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      DefinitionBody:\n        openapi: 3.0.1\n        paths:\n"
            + method("/send", "post", lines({"integrationSubtype: SQS-SendMessage", "type: aws_proxy", "payloadFormatVersion: '1.0'", "requestParameters: {QueueUrl: 'https://sqs/1/jobs', MessageBody: $request.body.text, MessageAttributes: '{\"who\": {\"DataType\": \"String\", \"StringValue\": \"${request.header.X-Who}\"}}'}"}))
            + method("/put", "post", lines({"integrationSubtype: EventBridge-PutEvents", "type: aws_proxy", "requestParameters: {Source: me, DetailType: said, Detail: $request.body}"}))
            + method("/record", "post", lines({"integrationSubtype: Kinesis-PutRecord", "type: aws_proxy", "requestParameters: {StreamName: clicks, Data: $request.body, PartitionKey: $request.querystring.key}"}))
            + method("/site/{proxy+}", "get", lines({"type: http_proxy", "httpMethod: GET", "uri: '" + backend + "/site/{proxy}'", "requestParameters: {'append:header.X-Way': '$context.routeKey', 'overwrite:querystring.a': two, 'remove:header.X-Secret': \"''\"}", "responseParameters: {'201': {'overwrite:statuscode': '203', 'append:header.X-Stage': $context.stage, 'remove:header.x-backend': \"''\"}}"}))
            + "  Raw:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {Name: raw, ProtocolType: HTTP}\n"
              "  RawQueue:\n    Type: AWS::ApiGatewayV2::Integration\n    Properties: {ApiId: !Ref Raw, IntegrationType: AWS_PROXY, IntegrationSubtype: SQS-SendMessage, PayloadFormatVersion: '1.0', CredentialsArn: 'arn:aws:iam::123456789012:role/x', RequestParameters: {QueueUrl: !Ref Jobs, MessageBody: $request.body}}\n"
              "  RawRoute:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Raw, RouteKey: 'POST /raw', Target: !Join ['/', [integrations, !Ref RawQueue]]}\n"
              "  RawGuard:\n    Type: AWS::ApiGatewayV2::Authorizer\n    Properties: {ApiId: !Ref Raw, AuthorizerType: JWT, Name: j, IdentitySource: [$request.header.Authorization], JwtConfiguration: {Issuer: 'https://i', Audience: [a]}}\n"
              "  RawGuarded:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {ApiId: !Ref Raw, RouteKey: 'POST /guarded', AuthorizationType: JWT, AuthorizerId: !Ref RawGuard, Target: !Sub 'integrations/${RawQueue}'}\n";
        m_project.file("template.yaml", text);
        const project::Project loaded = m_project.load();
        for (const Finding &finding : loaded.findings)
            QVERIFY2(finding.severity == Severity::Note, qPrintable(finding.message));
    }
    void cleanupTestCase() { m_cloud.reset(); }

    void mapsWhatAFunctionGetsAndGives()
    {
        const QByteArray answer = ask("rest", "POST", "/dev/mapped/7?q=a%20b", "Content-Type: application/json; charset=utf-8\r\n", R"({"items":[{"name":"x"},{"name":"y"}]})");
        QCOMPARE(RawHttp::status(answer), 200);
        QCOMPARE(RawHttp::body(answer), R"({"names": ["x","y"], "id": "7", "said": "itxs"})");
        QCOMPARE(RawHttp::header(answer, "Content-Type"), "application/json");
        QCOMPARE(RawHttp::header(answer, "X-Note"), "it's");
        QVERIFY(RawHttp::header(answer, "X-Gone").isEmpty());
        QCOMPARE(RawHttp::header(answer, "x-amzn-Remapped-Server"), "eph");
        QVERIFY(!RawHttp::header(answer, "x-amzn-RequestId").isEmpty());
    }

    void errorsArePickedByTheirMessage()
    {
        const auto failing = [this](const QByteArray &message) { return ask("rest", "POST", "/mapped/7", {}, "{\"items\":[],\"fail\":\"" + message + "\"}"); };
        const QByteArray missing = failing("it was not found here");
        QCOMPARE(RawHttp::status(missing), 404);
        QCOMPARE(objectOf(missing).value("errorType").toString(), "Error");
        const QByteArray custom = failing("a custom one");
        QCOMPARE(RawHttp::status(custom), 422);
        QCOMPARE(RawHttp::header(custom, "X-Why"), "a custom one");
        QCOMPARE(RawHttp::body(custom), R"({"error": "a custom one"})");
        // What no pattern takes is an answer as good as any.
        QCOMPARE(RawHttp::status(failing("unexpected")), 200);
    }

    void asynchronousCallsAnswerAtOnce()
    {
        const QByteArray answer = ask("rest", "POST", "/mapped/7", "How: Event\r\n", R"({"items":[],"fail":"later"})");
        QCOMPARE(RawHttp::status(answer), 200);
        // The template for the answer sees an empty one.
        QCOMPARE(RawHttp::body(answer), R"({"names": "", "id": "", "said": ""})");
    }

    void bodiesOfOtherTypesPassOrNot()
    {
        const QByteArray refused = ask("rest", "POST", "/mapped/7", "Content-Type: text/plain\r\n", "{}");
        QCOMPARE(RawHttp::status(refused), 422); // As the API's own answer for it says; 415 without.
        QCOMPARE(objectOf(refused).value("message").toString(), "Unsupported Media Type");
        const QByteArray passed = ask("rest", "POST", "/through", "Content-Type: text/plain\r\n", R"({"a":1})");
        QCOMPARE(RawHttp::status(passed), 200);
        QCOMPARE(RawHttp::body(passed), R"({"got":{"a":1},"note":"it's"})");
        QCOMPARE(RawHttp::body(ask("rest", "POST", "/through")), R"({"got":{},"note":"it's"})");
        QCOMPARE(RawHttp::body(ask("rest", "POST", "/by-stage", {}, "7")), "{\"got\":7,\"note\":\"it's\"}");
    }

    void whatIsNotDeclaredWellFails()
    {
        for (const QByteArray path : {"/never-answered", "/broken", "/by-get"}) {
            const QByteArray answer = ask("rest", "POST", path, {}, "{}");
            QCOMPARE(RawHttp::status(answer), 500);
            QCOMPARE(objectOf(answer).value("message").toString(), "Internal server error");
        }
        const QByteArray noJson = ask("rest", "POST", "/nojson", {}, "{}");
        QCOMPARE(RawHttp::status(noJson), 400);
        QVERIFY2(objectOf(noJson).value("message").toString().startsWith("Could not parse request body into json: "), noJson);
        // The log says why.
        QStringList told;
        for (const logs::Line &line : m_cloud->logs.lines(0, 10'000))
            told << QString::fromUtf8(line.text);
        const QString log = told.join('\n');
        QVERIFY2(log.contains("#if has no #end") && log.contains("No integration response fits") && log.contains("The event is no JSON (") && log.contains("Lambda is invoked with POST"), qPrintable(log));
    }

    void mocksRunTheirPrograms()
    {
        const QByteArray found = ask("rest", "GET", "/mock/7");
        QCOMPARE(RawHttp::status(found), 200);
        QCOMPARE(RawHttp::body(found), R"({"id": "7"})");
        QCOMPARE(RawHttp::header(found, "X-Id"), "7");
        QVERIFY(RawHttp::header(found, "X-Amzn-Trace-Id").isEmpty());
        const QByteArray named = ask("rest", "GET", "/named?n=X-A:1%0d%0aSet-Cookie:evil");
        QCOMPARE(RawHttp::status(named), 200);
        QVERIFY2(!named.contains("evil"), named);
        QCOMPARE(RawHttp::body(named), "123456789012");
        const QByteArray gone = ask("rest", "GET", "/mock/gone");
        QCOMPARE(RawHttp::status(gone), 404);
        QCOMPARE(RawHttp::body(gone), R"({"gone": true})");
    }

    void addressesAreAskedWithMappings()
    {
        const QByteArray answer = ask("rest", "POST", "/http/a%20b?q=one&q=two", "Content-Type: application/json\r\nX-Own: mine\r\n", R"({"x":1})");
        QCOMPARE(RawHttp::status(answer), 202);
        QCOMPARE(RawHttp::header(answer, "X-From"), "yes");
        QVERIFY(RawHttp::header(answer, "x-backend").isEmpty());
        const QJsonObject seen = objectOf(answer);
        QCOMPARE(seen.value("rawPath").toString(), "/backend/items/a%20b");
        QCOMPARE(seen.value("rawQueryString").toString(), "fixed=1&more=two");
        QCOMPARE(seen.value("body").toString(), R"({"wrapped": {"x":1}})");
        const QJsonObject headers = seen.value("headers").toObject();
        QCOMPARE(seen.value("requestContext").toObject().value("http").toObject().value("method").toString(), "PUT");
        QCOMPARE(headers.value("x-color").toString(), "blue");
        QCOMPARE(headers.value("accept").toString(), "application/json");
        QCOMPARE(headers.value("content-type").toString(), "application/json");
        QCOMPARE(headers.value("user-agent").toString(), "AmazonAPIGateway_rest");
        QCOMPARE(headers.value("x-amzn-apigateway-api-id").toString(), "rest");
        QVERIFY(!headers.contains("x-own") && !headers.contains("x-none"));
    }

    void proxiesPassOnWhatTheyGet()
    {
        const QByteArray answer = ask("rest", "DELETE", "/proxied/a/b?q=one&q=two", "X-Own: mine\r\nUser-Agent: curl\r\nContent-MD5: x\r\n", "text");
        QCOMPARE(RawHttp::status(answer), 201);
        QCOMPARE(RawHttp::header(answer, "x-backend"), "yes");
        QCOMPARE(RawHttp::header(answer, "x-amzn-Remapped-server"), "mine");
        const QJsonObject seen = objectOf(answer);
        QCOMPARE(seen.value("rawPath").toString(), "/backend/a/b");
        QCOMPARE(seen.value("rawQueryString").toString(), "q=one&q=two");
        QCOMPARE(seen.value("requestContext").toObject().value("http").toObject().value("method").toString(), "DELETE");
        const QJsonObject headers = seen.value("headers").toObject();
        QCOMPARE(headers.value("x-own").toString(), "mine");
        QCOMPARE(headers.value("user-agent").toString(), "curl");
        QVERIFY(!headers.contains("content-md5"));
        // Two cookies stay two.
        QVERIFY2(answer.contains("a=1; Path=/\r\n") && answer.contains("b=2\r\n"), answer);
        const QByteArray head = ask("rest", "HEAD", "/proxied/a");
        QCOMPARE(RawHttp::status(head), 201);
        QVERIFY(RawHttp::body(head).isEmpty());
        // What they refuse is their own answer.
        const QByteArray forbidden = ask("rest", "GET", "/proxied/forbidden");
        QCOMPARE(RawHttp::status(forbidden), 403);
        QCOMPARE(RawHttp::body(forbidden), "theirs");
        // A slash that is encoded leads nowhere else.
        QCOMPARE(objectOf(ask("rest", "POST", "/http/..%2f..%2fadmin", {}, "{}")).value("rawPath").toString().toLower(), "/backend/items/..%2f..%2fadmin");
        QCOMPARE(objectOf(ask("rest", "GET", "/proxied/%2E%2e/admin")).value("rawPath").toString(), "/backend/%252E%252E/admin");
        QCOMPARE(objectOf(ask("rest", "GET", "/proxied/c", "Cookie: a=1\r\nCookie: b=2\r\n")).value("cookies").toArray().size(), 2);
        const QByteArray nobody = ask("rest", "GET", "/nobody");
        QCOMPARE(RawHttp::status(nobody), 599); // As the API's own answer for it says; 504 without.
        QCOMPARE(objectOf(nobody).value("message").toString(), "Network error communicating with endpoint");
    }

    void queuesGetMessages()
    {
        const QByteArray sent = ask("rest", "POST", "/queue", "Content-Type: application/json\r\n", R"({"order": "a&b=c"})");
        QCOMPARE(RawHttp::status(sent), 200);
        QCOMPARE(RawHttp::header(sent, "Content-Type"), "application/json");
        const QJsonObject result = objectOf(sent).value("SendMessageResponse").toObject().value("SendMessageResult").toObject();
        QCOMPARE(result.keys(), (QStringList{"MD5OfMessageAttributes", "MD5OfMessageBody", "MD5OfMessageSystemAttributes", "MessageId", "SequenceNumber"}));
        QVERIFY(result.value("SequenceNumber").isNull() && !result.value("MessageId").toString().isEmpty());
        QCOMPARE(objectOf(ask("rest", "GET", "/queue?text=by%20query")).value("id").toString().size(), 36);
        QVERIFY(!objectOf(ask("rest", "POST", "/json-queue", {}, "by \"JSON\"")).value("MessageId").toString().isEmpty());
        const QByteArray xml = ask("web", "POST", "/send", "X-Who: me\r\n", R"({"text": "by an HTTP API"})");
        QCOMPARE(RawHttp::status(xml), 200);
        QVERIFY2(RawHttp::body(xml).contains("<SendMessageResponse") && RawHttp::body(xml).contains("<MessageId>"), xml);
        QCOMPARE(RawHttp::status(ask("raw", "POST", "/raw", {}, "by plain resources")), 200);
        QCOMPARE(RawHttp::status(ask("raw", "POST", "/guarded", {}, "by nobody")), 401);
        QCOMPARE(messages("jobs"), (QStringList{"by \"JSON\"", "by an HTTP API", "by plain resources", "by query", R"({"order": "a&b=c"})"}));
        QCOMPARE(RawHttp::status(ask("web", "POST", "/send", {}, R"({"no": "text"})")), 400);
        const QByteArray none = ask("rest", "POST", "/no-queue", {}, "{}");
        QCOMPARE(RawHttp::status(none), 400);
        QVERIFY2(objectOf(none).value("code").toString().contains("NonExistentQueue"), none);
    }

    void topicsEventsAndStreamsGetTheirs()
    {
        const QJsonObject published = objectOf(ask("rest", "POST", "/topic", {}, "news")).value("PublishResponse").toObject().value("PublishResult").toObject();
        QVERIFY(!published.value("MessageId").toString().isEmpty() && published.contains("SequenceNumber"));
        for (const auto &[host, path] : {std::pair<QByteArray, QByteArray>("rest", "/event"), {"web", "/put"}}) {
            const QByteArray put = ask(host, "POST", path, {}, R"({"a":1})");
            QCOMPARE(RawHttp::status(put), 200);
            QCOMPARE(objectOf(put).value("FailedEntryCount").toInt(-1), 0);
            QCOMPARE(objectOf(put).value("Entries").toArray().size(), 1);
        }
        for (const auto &[host, path] : {std::pair<QByteArray, QByteArray>("rest", "/click"), {"web", "/record?key=k"}}) {
            const QByteArray put = ask(host, "POST", path, {}, "click");
            QCOMPARE(RawHttp::status(put), 200);
            QCOMPARE(objectOf(put).value("ShardId").toString(), "shardId-000000000000");
        }
    }

    void manyWaitForNobody()
    {
        // More at a time than a browser's connections to one host.
        std::vector<std::unique_ptr<RawHttp>> all;
        for (int i = 0; i < 20; ++i) {
            all.push_back(std::make_unique<RawHttp>(m_cloud->gatewayPort));
            all.back()->send("POST /http/" + QByteArray::number(i) + " HTTP/1.1\r\nHost: rest.localhost\r\nContent-Length: 2\r\n\r\n{}");
        }
        for (const auto &client : all)
            QCOMPARE(RawHttp::status(client->receive(20'000)), 202);
    }

    void bucketsKeepFiles()
    {
        QCOMPARE(RawHttp::status(ask("rest", "GET", "/files/a.txt")), 404);
        QCOMPARE(RawHttp::status(ask("rest", "PUT", "/files/a.txt", "Content-Type: text/plain\r\n", "what is in it")), 200);
        const QByteArray got = ask("rest", "GET", "/files/a.txt");
        QCOMPARE(RawHttp::status(got), 200);
        QCOMPARE(RawHttp::body(got), "what is in it");
        QCOMPARE(RawHttp::header(got, "Content-Type"), "text/plain");
    }

    void httpApisChangeWhatTheyPassOn()
    {
        const QByteArray answer = ask("web", "GET", "/site/x/y?a=one&b=1", "X-Secret: s\r\n");
        QCOMPARE(RawHttp::status(answer), 203);
        QCOMPARE(RawHttp::header(answer, "X-Stage"), "$default");
        QVERIFY(RawHttp::header(answer, "x-backend").isEmpty());
        const QJsonObject seen = objectOf(answer);
        QCOMPARE(seen.value("rawPath").toString(), "/backend/site/x/y");
        QCOMPARE(seen.value("rawQueryString").toString(), "b=1&a=two");
        QCOMPARE(objectOf(ask("web", "GET", "/site/a%252Fb")).value("rawPath").toString(), "/backend/site/a%252Fb");
        QCOMPARE(seen.value("headers").toObject().value("x-way").toString(), "GET /site/{proxy+}");
        QVERIFY(!seen.value("headers").toObject().contains("x-secret"));
    }

    void servicesThatAreNotHereSaySo()
    {
        const QByteArray answer = ask("rest", "POST", "/table", {}, "{}");
        QCOMPARE(RawHttp::status(answer), 501);
        QVERIFY2(RawHttp::body(answer).contains("dynamodb"), answer);
    }

private:
    /// What the local cloud's queue holds, in alphabetical order.
    QStringList messages(const QByteArray &queue)
    {
        QStringList all;
        for (int i = 0; i < 20; ++i) {
            RawHttp client(m_cloud->port);
            const QByteArray body = R"({"QueueUrl":"https://sqs/1/)" + queue + R"(","MaxNumberOfMessages":10})";
            client.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
            const QJsonArray received = objectOf(client.receive(20'000)).value("Messages").toArray();
            for (const auto &message : received)
                all << message.toObject().value("Body").toString();
            if (received.isEmpty())
                break;
        }
        all.sort();
        return all;
    }
};

QTEST_GUILESS_MAIN(tst_Integrations)
#include "tst_integrations.moc"
