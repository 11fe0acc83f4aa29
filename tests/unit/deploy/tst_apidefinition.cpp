// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/apidefinition.h"
#include "core/gateway/definedapi.h"

#include <QJsonArray>
#include <QTest>

using namespace eph;
using namespace eph::gateway;

/// What a release imports is read again as what it was made of.
class tst_ApiDefinition : public QObject
{
    Q_OBJECT

    static Api restApi()
    {
        Api api;
        api.id = "Shop";
        api.kind = ApiKind::Rest;
        api.stage = "Prod";
        return api;
    }
    static Route routeTo(const QByteArray &method, const QString &path, const QString &function)
    {
        Route route;
        route.method = method;
        route.path = path;
        route.function = function;
        return route;
    }
    static Api imported(const Api &api) { return apiOf({api.id, api.kind, api.stage, {}, deploy::apiDefinitionOf({api, "shop", "us-east-1", "123456789012", "live"}).document}); }
    static IntegrationPtr integration(const QJsonObject &declared)
    {
        return readIntegration(declared, ApiKind::Rest, [](const QString &uri) { return uri == "arn:here" ? QString("a") : QString(); });
    }
    static const Route *find(const Api &api, const QString &key)
    {
        const auto found = std::find_if(api.routes.begin(), api.routes.end(), [&key](const Route &route) { return route.key() == key; });
        return found == api.routes.end() ? nullptr : &*found;
    }

private Q_SLOTS:
    void routesAndMocksComeThrough()
    {
        Api api = restApi();
        Route slow = routeTo("GET", "/slow/{id}", "slow");
        slow.timeout = std::chrono::milliseconds(700);
        slow.requiredParameters = QStringList{"querystring.q"};
        Route mock = routeTo("OPTIONS", "/slow/{id}", {});
        mock.integration = integration({{"type", "mock"}, {"requestTemplates", QJsonObject{{"application/json", "#set($s = 204){\"statusCode\": $s}"}}}, {"responses", QJsonObject{{"204", QJsonObject{{"statusCode", "204"}, {"responseParameters", QJsonObject{{"method.response.header.Access-Control-Allow-Origin", "'*'"}}}, {"responseTemplates", QJsonObject{{"application/json", "{\"stage\": \"$context.stage\"}"}}}}}}}});
        api.routes << slow << mock;
        const Api read = imported(api);
        const Route *function = find(read, "GET /slow/{id}");
        QVERIFY(function);
        QCOMPARE(function->function, "slow:live");
        QCOMPARE(function->timeout.value_or(std::chrono::milliseconds(0)).count(), 700);
        QCOMPARE(function->requiredParameters, slow.requiredParameters);
        const Route *answered = find(read, "OPTIONS /slow/{id}");
        QVERIFY(answered && answered->isMock());
        QCOMPARE(answered->integration->declared, mock.integration->declared);
    }

    void mappedFunctionsKeepTheirMappings()
    {
        Api api = restApi();
        Route mapped = routeTo("POST", "/a", "a");
        const QJsonObject declared{{"type", "aws"}, {"httpMethod", "POST"}, {"uri", "arn:here"}, {"requestTemplates", QJsonObject{{"application/json", "$input.json('$.a')"}}}, {"responses", QJsonObject{{"default", QJsonObject{{"statusCode", "200"}}}, {".*no.*", QJsonObject{{"statusCode", "404"}}}}}};
        mapped.integration = integration(declared);
        api.routes << mapped;
        const QJsonObject document = deploy::apiDefinitionOf({api, "shop", "us-east-1", "123456789012", "live"}).document;
        const QJsonObject operation = document.value("paths").toObject().value("/a").toObject().value("post").toObject();
        QJsonObject released = declared;
        released.insert("uri", "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:a:live/invocations");
        QCOMPARE(operation.value("x-amazon-apigateway-integration").toObject(), released);
        QCOMPARE(operation.value("responses").toObject().keys(), (QStringList{"200", "404"}));
    }

    /// A mapping may read what its method declares.
    void declaresWhatMappingsRead()
    {
        Api api = restApi();
        Route tenant = routeTo("GET", "/t/{id}", "a");
        tenant.tenantSource = "method.request.header.tenant";
        Route mapped = routeTo("POST", "/a", "a");
        mapped.requiredParameters = QStringList{"querystring.q"};
        mapped.integration = integration({{"type", "aws"}, {"uri", "arn:here"}, {"requestParameters", QJsonObject{{"integration.request.header.A", "method.request.querystring.q"}, {"integration.request.header.B", "method.request.multivaluequerystring.r"}, {"integration.request.header.C", "'text'"}}},
                                          {"responses", QJsonObject{{"default", QJsonObject{{"statusCode", "400"}, {"responseParameters", QJsonObject{{"method.response.header.X", "'1'"}}}}}, {".*no.*", QJsonObject{{"statusCode", "400"}, {"responseParameters", QJsonObject{{"method.response.header.Y", "'1'"}}}}}}}});
        api.routes << tenant << mapped;
        const QJsonObject paths = deploy::apiDefinitionOf({api, "shop", "us-east-1", "123456789012", "live"}).document.value("paths").toObject();
        const auto parameters = [&](const QString &path, const QString &method) {
            QStringList all;
            const QJsonArray given = paths.value(path).toObject().value(method).toObject().value("parameters").toArray();
            for (const auto &each : given)
                all << each.toObject().value("in").toString() + ' ' + each.toObject().value("name").toString() + (each.toObject().value("required").toBool() ? "!" : "");
            return all;
        };
        QCOMPARE(parameters("/t/{id}", "get"), (QStringList{"path id!", "header tenant"}));
        QCOMPARE(parameters("/a", "post"), (QStringList{"query q!", "query r"}));
        // Two answers with one status are declared together.
        QCOMPARE(paths.value("/a").toObject().value("post").toObject().value("responses").toObject().value("400").toObject().value("headers").toObject().keys(), (QStringList{"X", "Y"}));
        const Api read = imported(api);
        QCOMPARE(find(read, "GET /t/{id}")->tenantSource, tenant.tenantSource);
        QCOMPARE(find(read, "POST /a")->requiredParameters, mapped.requiredParameters);
    }

    void preflightsAreMocks()
    {
        Api api = restApi();
        api.cors.origins = QStringList{"https://page.example"};
        api.cors.methods = QStringList{"GET", "PUT"};
        api.cors.maxAgeSeconds = 60;
        api.routes << routeTo("GET", "/a", "a");
        const Api read = imported(api);
        const Route *preflight = find(read, "OPTIONS /a");
        QVERIFY(preflight && preflight->isMock());
        QMap<QString, QString> headers;
        for (const auto &[name, value] : preflight->integration->responses.first().headers)
            headers.insert(name.section('.', 3), value);
        QCOMPARE(headers, (QMap<QString, QString>{{"Access-Control-Allow-Origin", "'https://page.example'"}, {"Access-Control-Allow-Methods", "'GET,PUT'"}, {"Access-Control-Max-Age", "'60'"}}));
    }

    void whatIsNotMadeIsTold()
    {
        Api api = restApi();
        Route elsewhere = routeTo("GET", "/elsewhere", {});
        elsewhere.unserved = "states";
        Route queue = routeTo("GET", "/queue", {});
        queue.integration = integration({{"type", "aws"}, {"uri", "arn:aws:apigateway:us-east-1:sqs:path/123456789012/jobs"}});
        QVERIFY(queue.integration);
        api.routes << elsewhere << queue << routeTo("GET", "/a", "a");
        const deploy::ApiDefinition definition = deploy::apiDefinitionOf({api, "shop", "us-east-1", "123456789012", "live"});
        QCOMPARE(definition.findings.size(), 2);
        QCOMPARE(definition.findings.first().rule, "not-released");
        QCOMPARE(definition.document.value("paths").toObject().keys(), QStringList{"/a"});
    }
};

QTEST_GUILESS_MAIN(tst_ApiDefinition)
#include "tst_apidefinition.moc"
