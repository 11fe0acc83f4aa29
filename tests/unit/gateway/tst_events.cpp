// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/call.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace eph;
using namespace eph::gateway;

/// From a request to the event that a function gets, field by field.
class tst_Events : public QObject
{
    Q_OBJECT

    Call call(ApiKind kind, const QByteArray &method, const QByteArray &target, const http::Headers &headers = {}, const QByteArray &body = {}, const QString &path = "/items/{id}")
    {
        auto apis = std::make_shared<QList<Api>>();
        Api api;
        api.id = "Shop";
        api.kind = kind;
        api.stage = kind == ApiKind::Rest ? "Prod" : "$default";
        Route route;
        route.method = "ANY";
        route.path = path;
        route.function = "fn";
        api.routes << route;
        apis->append(api);
        Call call;
        call.apis = apis;
        call.api = &apis->first();
        const qsizetype mark = target.indexOf('?');
        call.request = {method, target.left(mark < 0 ? target.size() : mark), mark < 0 ? QByteArray() : target.mid(mark + 1), headers, body, body.size(), false};
        call.path = call.request.path;
        call.match = RouteTable(*call.api).match(method, call.path);
        call.requestId = "JKJaXmPLvHcESHA=";
        call.traceId = "Root=1-67891233-abcdef012345678912345678";
        call.epochMs = 1767323045006;
        call.port = 3000;
        call.region = "us-east-1";
        call.account = "123456789012";
        return call;
    }

    static QJsonObject newEvent(const Call &call) { return QJsonDocument::fromJson(httpEvent(call)).object(); }

private Q_SLOTS:
    void loadBalancersHaveAFormatOfTheirOwn()
    {
        Call request = call(ApiKind::LoadBalancer, "POST", "/img/caf%C3%A9?a=1&a=%2B2&b", {{"Host", "lb.localhost"}, {"X-Multi", "1"}, {"X-Multi", "2"}, {"Content-Type", "text/plain"}}, "text", "/img/*");
        const QJsonObject event = balancerEvent(request);
        QVERIFY(event.value("requestContext").toObject().value("elb").toObject().value("targetGroupArn").toString().startsWith("arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/"));
        QCOMPARE(event.value("path").toString(), "/img/caf%C3%A9");
        // Not decoded, and the last of a name.
        QCOMPARE(event.value("queryStringParameters").toObject(), QJsonObject({{"a", "%2B2"}, {"b", ""}}));
        QCOMPARE(event.value("headers").toObject().value("x-multi").toString(), "2");
        QCOMPARE(event.value("body").toString(), "text");
        QCOMPARE(event.value("isBase64Encoded").toBool(), false);
        QVERIFY(!event.contains("multiValueHeaders"));
        QCOMPARE(balancerEvent(call(ApiKind::LoadBalancer, "GET", "/", {}, {}, "*")).value("body").toString(), "");

        auto apis = std::make_shared<QList<Api>>(*request.apis);
        (*apis)[0].routes[0].multiValue = true;
        request.apis = apis;
        request.api = &apis->first();
        request.match.route = &request.api->routes.first();
        request.request.headers.last().second = "image/png";
        const QJsonObject lists = balancerEvent(request);
        QCOMPARE(lists.value("multiValueQueryStringParameters").toObject().value("a").toArray(), QJsonArray({"1", "%2B2"}));
        QCOMPARE(lists.value("multiValueHeaders").toObject().value("x-multi").toArray(), QJsonArray({"1", "2"}));
        QVERIFY(!lists.contains("headers") && !lists.contains("queryStringParameters"));
        QCOMPARE(lists.value("body").toString(), QString("text").toUtf8().toBase64());
        QCOMPARE(lists.value("isBase64Encoded").toBool(), true);
    }

    void httpApisGetFormat2()
    {
        const Call request = call(ApiKind::Http, "POST", "/items/7?a=1&a=2&b=x%20y&c=p+q&d", {{"Host", "127.0.0.1:3000"}, {"X-Multi", "v1"}, {"x-multi", "v2"}, {"Cookie", "c1=v1; c2=v2"}, {"Content-Type", "application/json"}, {"User-Agent", "curl/8"}}, "{\"x\":1}");
        const QJsonObject event = QJsonDocument::fromJson(eventOf(request)).object();
        QCOMPARE(event.value("version").toString(), "2.0");
        QCOMPARE(event.value("routeKey").toString(), "ANY /items/{id}");
        QCOMPARE(event.value("rawPath").toString(), "/items/7");
        QCOMPARE(event.value("rawQueryString").toString(), "a=1&a=2&b=x%20y&c=p+q&d");
        QCOMPARE(event.value("cookies").toArray(), QJsonArray({"c1=v1", "c2=v2"}));
        const QJsonObject headers = event.value("headers").toObject();
        QCOMPARE(headers.value("x-multi").toString(), "v1,v2");
        QVERIFY(!headers.contains("cookie") && !headers.contains("Content-Type"));
        QCOMPARE(headers.value("x-forwarded-for").toString(), "127.0.0.1");
        QCOMPARE(headers.value("x-forwarded-port").toString(), "3000");
        QCOMPARE(headers.value("x-forwarded-proto").toString(), "http");
        QCOMPARE(event.value("queryStringParameters").toObject(), QJsonObject({{"a", "1,2"}, {"b", "x y"}, {"c", "p q"}, {"d", ""}}));
        QCOMPARE(event.value("pathParameters").toObject(), QJsonObject({{"id", "7"}}));
        QCOMPARE(event.value("body").toString(), "{\"x\":1}");
        QCOMPARE(event.value("isBase64Encoded"), QJsonValue(false));
        QVERIFY(!event.contains("stageVariables"));
        const QJsonObject context = event.value("requestContext").toObject();
        QCOMPARE(context.value("accountId").toString(), "123456789012");
        QCOMPARE(context.value("apiId").toString(), "shop");
        QCOMPARE(context.value("domainName").toString(), "127.0.0.1:3000");
        QCOMPARE(context.value("http").toObject(), QJsonObject({{"method", "POST"}, {"path", "/items/7"}, {"protocol", "HTTP/1.1"}, {"sourceIp", "127.0.0.1"}, {"userAgent", "curl/8"}}));
        QCOMPARE(context.value("requestId").toString(), "JKJaXmPLvHcESHA=");
        QCOMPARE(context.value("stage").toString(), "$default");
        QCOMPARE(context.value("time").toString(), "02/Jan/2026:03:04:05 +0000");
        QCOMPARE(context.value("timeEpoch").toInteger(), 1767323045006);
        QVERIFY(!context.contains("authorizer") && !context.contains("authentication"));
    }

    void whatIsNotThereIsLeftOutOfFormat2()
    {
        const QJsonObject event = newEvent(call(ApiKind::Http, "GET", "/", {}, {}, "$default"));
        QCOMPARE(event.keys(), QStringList({"headers", "isBase64Encoded", "rawPath", "rawQueryString", "requestContext", "routeKey", "version"}));
        QCOMPARE(event.value("routeKey").toString(), "$default");
    }

    void restApisGetFormat1()
    {
        const Call request = call(ApiKind::Rest, "POST", "/items/a%2Bb?q=1&q=2&e=%2B", {{"Host", "127.0.0.1:3000"}, {"Accept", "*/*"}, {"X-Multi", "v1"}, {"X-Multi", "v2"}}, "text");
        const QJsonObject event = QJsonDocument::fromJson(eventOf(request)).object();
        QVERIFY(!event.contains("version"));
        QCOMPARE(event.value("resource").toString(), "/items/{id}");
        QCOMPARE(event.value("path").toString(), "/items/a%2Bb");
        QCOMPARE(event.value("httpMethod").toString(), "POST");
        QCOMPARE(event.value("headers").toObject().value("X-Multi").toString(), "v2");
        QCOMPARE(event.value("multiValueHeaders").toObject().value("X-Multi").toArray(), QJsonArray({"v1", "v2"}));
        QCOMPARE(event.value("queryStringParameters").toObject(), QJsonObject({{"q", "2"}, {"e", "+"}}));
        QCOMPARE(event.value("multiValueQueryStringParameters").toObject().value("q").toArray(), QJsonArray({"1", "2"}));
        QCOMPARE(event.value("pathParameters").toObject(), QJsonObject({{"id", "a%2Bb"}}));
        QVERIFY(event.value("stageVariables").isNull());
        QCOMPARE(event.value("body").toString(), "text");
        const QJsonObject context = event.value("requestContext").toObject();
        QCOMPARE(context.value("path").toString(), "/Prod/items/a%2Bb");
        QCOMPARE(context.value("resourcePath").toString(), "/items/{id}");
        QCOMPARE(context.value("stage").toString(), "Prod");
        QCOMPARE(context.value("protocol").toString(), "HTTP/1.1");
        QCOMPARE(context.value("requestTime").toString(), "02/Jan/2026:03:04:05 +0000");
        QCOMPARE(context.value("identity").toObject().value("sourceIp").toString(), "127.0.0.1");
        QVERIFY(context.value("identity").toObject().value("userArn").isNull());
    }

    void whatIsNotThereIsNullInFormat1()
    {
        const QJsonObject event = restEvent(call(ApiKind::Rest, "GET", "/plain", {}, {}, "/plain"));
        for (const char *key : {"queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"})
            QVERIFY2(event.contains(key) && event.value(key).isNull(), key);
    }

    void bodiesTravelAsTextOrBase64_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<bool>("binary");
        const auto row = [](const char *type, bool binary) { QTest::newRow(*type ? type : "none") << QByteArray(type) << binary; };
        row("application/json", false);
        row("application/json; charset=utf-8", false);
        row("application/problem+json", false);
        row("text/csv", false);
        row("image/svg+xml", false);
        row("application/x-www-form-urlencoded", true);
        row("application/javascript", false);
        row("image/png", true);
        row("application/octet-stream", true);
        row("multipart/form-data; boundary=x", true);
        row("application/zip", true);
        row("", true);
    }
    void bodiesTravelAsTextOrBase64()
    {
        QFETCH(QByteArray, type);
        QFETCH(bool, binary);
        http::Headers headers;
        if (!type.isEmpty())
            headers << std::pair<QByteArray, QByteArray>("Content-Type", type);
        const QByteArray bytes("\x00\xff\x80 body", 8);
        const QJsonObject event = newEvent(call(ApiKind::Http, "POST", "/items/1", headers, bytes));
        QCOMPARE(event.value("isBase64Encoded").toBool(), binary);
        if (binary)
            QCOMPARE(QByteArray::fromBase64(event.value("body").toString().toLatin1()), bytes);
    }

    void theStageStandsBeforeThePath()
    {
        Call request = call(ApiKind::Http, "GET", "/items/1");
        Api staged = *request.api;
        staged.stage = "v1";
        request.api = &staged;
        QCOMPARE(newEvent(request).value("rawPath").toString(), "/v1/items/1");
        QCOMPARE(request.methodArn(), "arn:aws:execute-api:us-east-1:123456789012:shop/v1/GET/items/1");
    }

    void unicodePathsAreDecodedOnlyAsParameters()
    {
        const QJsonObject event = newEvent(call(ApiKind::Http, "GET", "/items/%C3%A4%20%F0%9F%98%80"));
        QCOMPARE(event.value("rawPath").toString(), "/items/%C3%A4%20%F0%9F%98%80");
        QCOMPARE(event.value("pathParameters").toObject().value("id").toString(), QString::fromUtf8("\xc3\xa4 \xf0\x9f\x98\x80"));
    }

    void timeOfTheLogFollowsTheClock()
    {
        QCOMPARE(commonLogTime(1767323045006), "02/Jan/2026:03:04:05 +0000");
        QCOMPARE(commonLogTime(1767323045999), "02/Jan/2026:03:04:05 +0000");
        QCOMPARE(commonLogTime(1767323046000), "02/Jan/2026:03:04:06 +0000");
        QCOMPARE(commonLogTime(1767323045006), "02/Jan/2026:03:04:05 +0000");
    }
};

QTEST_GUILESS_MAIN(tst_Events)
#include "tst_events.moc"
