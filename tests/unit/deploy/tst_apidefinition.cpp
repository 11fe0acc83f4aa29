// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy/apidefinition.h"
#include "core/gateway/definedapi.h"

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
        mock.mock = MockAnswer{204, {{"Access-Control-Allow-Origin", "'*'"}}, "application/json", "{\"stage\": \"$context.stage\"}"};
        api.routes << slow << mock;
        const Api read = imported(api);
        const Route *function = find(read, "GET /slow/{id}");
        QVERIFY(function);
        QCOMPARE(function->function, "slow:live");
        QCOMPARE(function->timeout.value_or(std::chrono::milliseconds(0)).count(), 700);
        QCOMPARE(function->requiredParameters, slow.requiredParameters);
        const Route *answered = find(read, "OPTIONS /slow/{id}");
        QVERIFY(answered && answered->mock);
        QCOMPARE(answered->mock->status, 204);
        QCOMPARE(answered->mock->headers, mock.mock->headers);
        QCOMPARE(answered->mock->body, mock.mock->body);
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
        QVERIFY(preflight && preflight->mock);
        QMap<QByteArray, QString> headers;
        for (const auto &[name, value] : preflight->mock->headers)
            headers.insert(name, value);
        QCOMPARE(headers, (QMap<QByteArray, QString>{{"Access-Control-Allow-Origin", "'https://page.example'"}, {"Access-Control-Allow-Methods", "'GET,PUT'"}, {"Access-Control-Max-Age", "'60'"}}));
    }

    void whatIsNotMadeIsTold()
    {
        Api api = restApi();
        Route elsewhere = routeTo("GET", "/elsewhere", {});
        elsewhere.unserved = "http_proxy";
        api.routes << elsewhere << routeTo("GET", "/a", "a");
        const deploy::ApiDefinition definition = deploy::apiDefinitionOf({api, "shop", "us-east-1", "123456789012", "live"});
        QCOMPARE(definition.findings.size(), 1);
        QCOMPARE(definition.findings.first().rule, "not-released");
        QCOMPARE(definition.document.value("paths").toObject().keys(), QStringList{"/a"});
    }
};

QTEST_GUILESS_MAIN(tst_ApiDefinition)
#include "tst_apidefinition.moc"
