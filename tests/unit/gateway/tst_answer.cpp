// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/answer.h"
#include "core/gateway/cors.h"
#include "core/gateway/policy.h"
#include "core/gateway/streamanswer.h"
#include "core/gateway/token.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace eph;
using namespace eph::gateway;

/// From what a function returns to what the client gets, and the gateway's own decisions.
class tst_Answer : public QObject
{
    Q_OBJECT

    static Call call(ApiKind kind, const http::Headers &headers = {}, const QStringList &binary = {})
    {
        auto apis = std::make_shared<QList<Api>>();
        Api api;
        api.kind = kind;
        api.binaryMediaTypes = binary;
        api.routes << Route{};
        api.routes.first().path = "$default";
        apis->append(api);
        Call call;
        call.apis = apis;
        call.api = &apis->first();
        call.match.route = &apis->first().routes.first();
        call.request.headers = headers;
        return call;
    }
    static http::Response answer(ApiKind kind, const QByteArray &payload, runtime::Outcome outcome = runtime::Outcome::Answered)
    {
        runtime::Invocation invocation;
        invocation.payload = payload;
        invocation.outcome = outcome;
        return answerOf(invocation, call(kind));
    }
    static QString token(const QJsonObject &claims)
    {
        const auto part = [](const QJsonObject &object) { return QString::fromLatin1(QJsonDocument(object).toJson(QJsonDocument::Compact).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)); };
        return part({{"alg", "RS256"}}) + '.' + part(claims) + ".c2ln";
    }

private Q_SLOTS:
    // Recorded on the service where the fact sheet says so.
    void restAnswers_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const QByteArray &payload, int status, const QByteArray &body) { QTest::newRow(name) << payload << status << body; };
        const QByteArray bad = "{\"message\": \"Internal server error\"}";
        row("usual", "{\"statusCode\":201,\"body\":\"made\"}", 201, "made");
        row("no status", "{\"body\":\"x\"}", 200, "x");
        row("numeric text", "{\"statusCode\":\"201\"}", 201, "");
        row("text", "{\"statusCode\":\"test\"}", 502, bad);
        row("floating", "{\"statusCode\":200.5}", 502, bad);
        row("floating but whole", "{\"statusCode\":200.0,\"body\":\"x\"}", 200, "x");
        row("zero", "{\"statusCode\":0}", 502, bad);
        row("too high", "{\"statusCode\":700}", 502, bad);
        row("unknown key", "{\"statusCode\":200,\"other\":1}", 502, bad);
        row("empty object", "{}", 502, bad);
        row("string", "\"hello\"", 502, bad);
        row("number", "7", 502, bad);
        row("list", "[1]", 502, bad);
        row("null", "null", 502, bad);
        row("no JSON", "{", 502, bad);
        row("null headers", "{\"statusCode\":200,\"headers\":null,\"body\":null}", 200, "");
        row("lists that are none", "{\"statusCode\":200,\"multiValueHeaders\":{\"a\":\"b\"}}", 502, bad);
        row("headers that are none", "{\"statusCode\":200,\"headers\":[\"a\"]}", 502, bad);
        row("body that is no text", "{\"statusCode\":200,\"body\":{\"a\":1}}", 502, bad);
    }
    void restApisRenameHeaders()
    {
        const http::Response said = answer(ApiKind::Rest, R"({"statusCode":401,"headers":{"Date":"now","WWW-Authenticate":"Basic","Server":"mine","X-Own":"a"}})");
        QCOMPARE(http::headerValue(said.headers, "x-amzn-remapped-date"), "now");
        QCOMPARE(http::headerValue(said.headers, "x-amzn-remapped-www-authenticate"), "Basic");
        QCOMPARE(http::headerValue(said.headers, "x-amzn-remapped-server"), "mine");
        QCOMPARE(http::headerValue(said.headers, "X-Own"), "a");
        QVERIFY(http::headerValue(said.headers, "Date").isEmpty());
        QCOMPARE(http::headerValue(answer(ApiKind::Http, R"({"statusCode":200,"headers":{"Date":"now"}})").headers, "Date"), "now");
    }

    void restAnswers()
    {
        QFETCH(QByteArray, payload);
        const http::Response response = answer(ApiKind::Rest, payload);
        QTEST(response.status, "status");
        QTEST(response.body, "body");
        QCOMPARE(http::headerValue(response.headers, "Content-Type"), "application/json");
    }

    void loadBalancersAreStrict_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const QByteArray page("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n");
        QTest::newRow("whole") << QByteArray("{\"statusCode\":200,\"statusDescription\":\"200 OK\",\"isBase64Encoded\":false,\"headers\":{\"X-A\":\"1\"},\"body\":\"b\"}") << 200 << QByteArray("b");
        QTest::newRow("base64") << QByteArray("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"aGVsbG8=\"}") << 200 << QByteArray("hello");
        QTest::newRow("no status") << QByteArray("{\"body\":\"b\"}") << 502 << page;
        QTest::newRow("text") << QByteArray("\"b\"") << 502 << page;
        QTest::newRow("status as text") << QByteArray("{\"statusCode\":\"200\"}") << 502 << page;
        QTest::newRow("too large") << QByteArray("{\"statusCode\":200,\"body\":\"" + QByteArray(1024 * 1024, 'x') + "\"}") << 502 << page;
    }
    void loadBalancersAreStrict()
    {
        QFETCH(QByteArray, payload);
        const http::Response response = answer(ApiKind::LoadBalancer, payload);
        QTEST(response.status, "status");
        QTEST(response.body, "body");
    }

    void restHeadersAreMerged()
    {
        const http::Response response = answer(ApiKind::Rest, "{\"statusCode\":200,\"headers\":{\"X-A\":true,\"X-B\":5,\"Set-Cookie\":\"c=3\",\"Content-Length\":\"9\"},\"multiValueHeaders\":{\"Set-Cookie\":[\"a=1\",\"b=2\"]}}");
        QList<QByteArray> cookies;
        for (const auto &[name, value] : response.headers) {
            if (name == "Set-Cookie")
                cookies << value;
        }
        QCOMPARE(cookies, QList<QByteArray>({"a=1", "b=2", "c=3"}));
        QCOMPARE(http::headerValue(response.headers, "X-A"), "true");
        QCOMPARE(http::headerValue(response.headers, "X-B"), "5");
        QVERIFY(http::headerValue(response.headers, "Content-Length").isEmpty());
    }

    void restSendsBytesOnlyToWhoAsksForThem()
    {
        runtime::Invocation invocation;
        invocation.payload = "{\"statusCode\":200,\"headers\":{\"Content-Type\":\"image/png\"},\"body\":\"aGVsbG8=\",\"isBase64Encoded\":true}";
        QCOMPARE(answerOf(invocation, call(ApiKind::Rest, {{"Accept", "image/png"}}, {"image/*"})).body, "hello");
        QCOMPARE(answerOf(invocation, call(ApiKind::Rest, {{"Accept", "text/html,image/png"}}, {"image/png"})).body, "aGVsbG8=");
        QCOMPARE(answerOf(invocation, call(ApiKind::Rest, {}, {"*/*"})).body, "hello");
        QCOMPARE(answerOf(invocation, call(ApiKind::Rest, {{"Accept", "image/png"}})).body, "aGVsbG8=");
    }

    void httpAnswers_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const QByteArray &payload, int status, const QByteArray &type, const QByteArray &body) { QTest::newRow(name) << payload << status << type << body; };
        row("whole", "{\"statusCode\":201,\"headers\":{\"content-type\":\"text/html\"},\"body\":\"<p>\"}", 201, "text/html", "<p>");
        row("status alone", "{\"statusCode\":204}", 204, "text/plain;charset=utf-8", "");
        row("any object", "{\"a\":  1}", 200, "application/json", "{\"a\":  1}");
        row("text", "\"hello\"", 200, "application/json", "hello");
        row("list", "[1,2]", 200, "application/json", "[1,2]");
        row("number", "7", 200, "application/json", "7");
        row("null", "null", 200, "application/json", "null");
        row("base64", "{\"statusCode\":200,\"body\":\"aGVsbG8=\",\"isBase64Encoded\":true}", 200, "text/plain;charset=utf-8", "hello");
        row("status of the wrong type", "{\"statusCode\":\"200\"}", 500, "application/json", "{\"message\":\"Internal Server Error\"}");
        row("status null", "{\"statusCode\":null}", 500, "application/json", "{\"message\":\"Internal Server Error\"}");
        row("body of the wrong type", "{\"statusCode\":200,\"body\":{}}", 500, "application/json", "{\"message\":\"Internal Server Error\"}");
    }
    void httpAnswers()
    {
        QFETCH(QByteArray, payload);
        const http::Response response = answer(ApiKind::Http, payload);
        QTEST(response.status, "status");
        QTEST(http::headerValue(response.headers, "Content-Type"), "type");
        QTEST(response.body, "body");
    }

    void cookiesAreHeaders()
    {
        const http::Response response = answer(ApiKind::FunctionUrl, "{\"statusCode\":200,\"cookies\":[\"a=1; Secure\",\"b=2\"]}");
        QCOMPARE(std::count_if(response.headers.cbegin(), response.headers.cend(), [](const auto &header) { return header.first == "Set-Cookie"; }), 2);
    }

    void failuresInEachKindsWords()
    {
        using runtime::Outcome;
        for (const Outcome outcome : {Outcome::FunctionError, Outcome::InitError, Outcome::TimedOut, Outcome::OutOfMemory, Outcome::Exited, Outcome::ResponseTooLarge}) {
            QCOMPARE(answer(ApiKind::Rest, "{\"statusCode\":200}", outcome).status, 502);
            QCOMPARE(answer(ApiKind::Http, "{\"statusCode\":200}", outcome).status, 500);
            QCOMPARE(answer(ApiKind::FunctionUrl, "{\"statusCode\":200}", outcome).body, "Internal Server Error");
        }
        QCOMPARE(answer(ApiKind::FunctionUrl, "{}", Outcome::Throttled).status, 429);
        QCOMPARE(timedOut(ApiKind::Rest).body, "{\"message\":\"Endpoint request timed out\"}");
        QCOMPARE(timedOut(ApiKind::Http).status, 503);
        QCOMPARE(noRoute(ApiKind::Rest).body, "{\"message\":\"Missing Authentication Token\"}");
        QCOMPARE(noRoute(ApiKind::Http).body, "{\"message\":\"Not Found\"}");
    }

    void aStreamForSomebodyWhoWaitsIsTakenApart()
    {
        runtime::Invocation invocation;
        invocation.streamed = true;
        invocation.payload = QByteArray("{\"statusCode\":418,\"headers\":{\"x-a\":\"b\"},\"cookies\":[\"c=1\"]}") + QByteArray(8, '\0') + "the body";
        const http::Response response = answerOf(invocation, call(ApiKind::FunctionUrl));
        QCOMPARE(response.status, 418);
        QCOMPARE(response.body, "the body");
        QCOMPARE(http::headerValue(response.headers, "Set-Cookie"), "c=1");
        QVERIFY(!parsePrelude("{\"statusCode\":200}"));
        QVERIFY(!parsePrelude(QByteArray("[1]") + QByteArray(8, '\0')));
        QVERIFY(!parsePrelude("{\"a\":\"" + QByteArray(17'000, 'x') + "\"}" + QByteArray(8, '\0')));
    }

    void corsOfHttpApis()
    {
        Api api;
        api.cors = {{"https://a.example", "http://*"}, {"GET", "POST"}, {"x-a"}, {"x-b"}, true, 60};
        http::Request request{"OPTIONS", "/x", {}, {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "GET"}}, {}, 0, false};
        const auto preflight = preflightAnswer(request, api);
        QVERIFY(preflight);
        QCOMPARE(preflight->status, 204);
        QCOMPARE(http::headerValue(preflight->headers, "Access-Control-Allow-Origin"), "https://a.example");
        QCOMPARE(http::headerValue(preflight->headers, "Access-Control-Allow-Methods"), "GET,POST");
        QCOMPARE(http::headerValue(preflight->headers, "Access-Control-Max-Age"), "60");
        QCOMPARE(http::headerValue(preflight->headers, "Access-Control-Allow-Credentials"), "true");
        request.headers.first().second = "https://evil.example";
        QVERIFY(preflightAnswer(request, api)->headers.isEmpty());
        request.headers.first().second = "http://any.example";
        QCOMPARE(http::headerValue(preflightAnswer(request, api)->headers, "Access-Control-Allow-Origin"), "http://any.example");
        request.headers.removeLast();
        QVERIFY(!preflightAnswer(request, api));
        // What the function says about it is replaced.
        http::Response response{200, {{"access-control-allow-origin", "*"}, {"x", "y"}}, {}};
        addCors(response, request, api);
        QCOMPARE(http::headerValue(response.headers, "Access-Control-Allow-Origin"), "http://any.example");
        QCOMPARE(http::headerValue(response.headers, "Access-Control-Expose-Headers"), "x-b");
        QCOMPARE(http::headerValue(response.headers, "x"), "y");
        api.cors.origins.clear();
        http::Response own{200, {{"access-control-allow-origin", "*"}}, {}};
        addCors(own, request, api);
        QCOMPARE(own.headers.size(), 1);
    }

    void corsOfRestApisIsAMethodOfItsOwn()
    {
        Api api;
        api.kind = ApiKind::Rest;
        api.cors.origins = QStringList("*");
        const auto preflight = preflightAnswer({"OPTIONS", "/x", {}, {}, {}, 0, false}, api);
        QCOMPARE(preflight->status, 200);
        QCOMPARE(http::headerValue(preflight->headers, "Access-Control-Allow-Origin"), "*");
        QCOMPARE(http::headerValue(preflight->headers, "Access-Control-Allow-Methods"), "");
        QCOMPARE(http::headerValue(preflightAnswer({"OPTIONS", "/x", {}, {}, {}, 0, false}, api, {"PUT", "GET"})->headers, "Access-Control-Allow-Methods"), "GET,OPTIONS,PUT");
    }

    void policiesAreEvaluated_data()
    {
        QTest::addColumn<QByteArray>("statements");
        QTest::addColumn<Access>("access");
        constexpr auto row = [](const char *name, const QByteArray &statements, Access access) { QTest::newRow(name) << statements << access; };
        row("allowed", "[{\"Effect\":\"Allow\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"arn:aws:execute-api:us-east-1:123456789012:a/Prod/GET/x\"}]", Access::Allowed);
        row("by wildcard", "[{\"Effect\":\"Allow\",\"Action\":[\"execute-api:*\"],\"Resource\":[\"arn:aws:execute-api:*:*:a/*/GET/?\"]}]", Access::Allowed);
        row("one statement, not a list", "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}", Access::Allowed);
        row("another resource", "[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:execute-api:*:*:a/*/POST/*\"}]", Access::NotAllowed);
        row("denied beats allowed", "[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*GET/x\"}]", Access::Denied);
        row("other action", "[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]", Access::NotAllowed);
        row("nothing", "[]", Access::NotAllowed);
    }
    void policiesAreEvaluated()
    {
        QFETCH(QByteArray, statements);
        const QJsonObject policy = QJsonDocument::fromJson("{\"Statement\":" + statements + "}").object();
        QTEST(invokeAccess(policy, "arn:aws:execute-api:us-east-1:123456789012:a/Prod/GET/x"), "access");
    }

    void wildcardsEndInTime()
    {
        QVERIFY(!matchesWildcards(QString(5000, 'a'), QString("*a").repeated(200) + 'b'));
        QVERIFY(matchesWildcards("abc", "a*c*"));
        QVERIFY(!matchesWildcards("", "?"));
        QVERIFY(matchesWildcards("", "*"));
    }

    void tokensOfAUserPool()
    {
        Authorizer pool;
        pool.type = Authorizer::Type::Cognito;
        const auto judged = [&](const QJsonObject &claims, const QStringList &scopes) { return checkToken(token(claims), pool, scopes, 1000); };
        const QJsonObject id{{"token_use", "id"}, {"exp", 1795916699}, {"auth_time", 900}, {"cognito:groups", QJsonArray{"g1", "g2"}}};
        const TokenVerdict good = judged(id, {});
        QCOMPARE(int(good.result), int(TokenVerdict::Result::Valid));
        QCOMPARE(good.claims.value("cognito:groups").toString(), "g1,g2");
        QCOMPARE(good.claims.value("exp").toString(), "Sun Nov 29 01:44:59 UTC 2026");
        QCOMPARE(good.claims.value("auth_time").toString(), "900");
        // Without scopes the one, with scopes the other.
        QCOMPARE(int(judged({{"token_use", "access"}}, {}).result), int(TokenVerdict::Result::Invalid));
        QCOMPARE(int(judged({{"token_use", "id"}, {"scope", "read"}}, {"read"}).result), int(TokenVerdict::Result::Invalid));
        QCOMPARE(int(judged({{"token_use", "access"}, {"scope", "read"}}, {"read"}).result), int(TokenVerdict::Result::Valid));
        QVERIFY(judged({{"exp", 999}}, {}).expired);
    }

    void tokensAreChecked_data()
    {
        QTest::addColumn<QString>("token");
        QTest::addColumn<QString>("result");
        const auto row = [](const char *name, const QString &token, const QString &result) { QTest::newRow(name) << token << result; };
        const QJsonObject good{{"iss", "https://i"}, {"aud", "a"}, {"exp", 2000}, {"scope", "read write"}};
        const auto with = [good](const QString &key, const QJsonValue &value) { QJsonObject claims = good; claims.insert(key, value); return token(claims); };
        row("good", token(good), "valid");
        row("with Bearer", "Bearer " + token(good), "valid");
        row("audience list", with("aud", QJsonArray({"z", "a"})), "valid");
        row("client id", [good] { QJsonObject claims = good; claims.remove("aud"); claims.insert("client_id", "a"); return token(claims); }(), "valid");
        row("expired", with("exp", 999), "invalid");
        row("not yet", with("nbf", 1001), "invalid");
        row("other issuer", with("iss", "https://x"), "invalid");
        row("other audience", with("aud", "b"), "invalid");
        row("no scope", with("scope", "other"), "scope");
        row("scp", [good] { QJsonObject claims = good; claims.remove("scope"); claims.insert("scp", QJsonArray({"read"})); return token(claims); }(), "valid");
        row("two parts", "a.b", "invalid");
        row("garbage", "a.b.c", "invalid");
        row("empty", "", "invalid");
    }
    void tokensAreChecked()
    {
        QFETCH(QString, token);
        Authorizer authorizer;
        authorizer.issuer = "https://i";
        authorizer.audience = QStringList("a");
        const TokenVerdict verdict = checkToken(token, authorizer, {"read"}, 1000);
        const QString result = verdict.result == TokenVerdict::Result::Valid ? "valid" : verdict.result == TokenVerdict::Result::ScopeMissing ? "scope" : "invalid";
        QTEST(result, "result");
        QCOMPARE(verdict.problem.isEmpty(), result != "invalid");
    }
};

QTEST_GUILESS_MAIN(tst_Answer)
#include "tst_answer.moc"
